"""Statements of a program with what they give in a comment: ``xph = x + h  # -1.9999``, ``var f = q * z; // f is -12``."""

import re
from dataclasses import replace

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Expr, Symbol
from deltarule.document import Claim, Link
from deltarule.errors import InputError
from deltarule.rarely import rarely
from deltarule.reading.mathtext import parse
from deltarule.reading.not_read import NotReadError
from deltarule.reading.state import Reading
from deltarule.reading.token import NAME, WORD
from deltarule.reading.worked_cells import plain
from deltarule.spans import Span

MAX_LENGTH = 240
_STATEMENT = rarely(
    r"[ \t>]{0,20}(?:(?:var|let|const|double|float|auto|val)[ ])?([A-Za-z]\w{0,30})[ ]{0,4}=[ ]{0,4}"
    r"([^=;#/\n]{0,60}(?:/[ ]?[^=;#/\n]{1,60}){0,3})(?:;[ ]{0,8}//|;?[ ]{1,12}#|[ ]{1,8}//)[ ]{0,4}([^\n]{1,100})"
)
_VALUE = rarely(
    r"(?:(?:([A-Za-z]\w{0,30})[ ])?(?:is|becomes|gives|equals|es|vale|ist|vaut|=|==|=>|->|→|≈|before:|after:|prints|returns|now|about)[ ]?)?"
    r"([-+−]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?)(?=$|[ !,;.)\r])(?![ ][a-z]+s\b)"
)
_DIVIDED = rarely(
    r"(?<!;)[ ]{1,8}//[ ]"
)  # no end of a statement in front: division, as some languages write it
_OF_RESULT = frozenset({"output", "result", "value", "out", "it", "resultado", "ergebnis"})
_STATED = rarely(r"[=≈]|\bis\b")


def commented_code(reading: Reading, line: int, span: Span) -> int | None:
    """A statement and what its comment says that it gives; None if the line is no such statement."""
    if span.end - span.start > MAX_LENGTH:
        return None
    match = _STATEMENT.fullmatch(reading.text, span.start, span.end)
    if match is None or not match[2].strip():
        return None
    told = _VALUE.match(reading.text, match.start(3), span.end)
    name = match[1]
    if match[3].strip().isalnum() and _DIVIDED.search(reading.text, match.end(2), match.start(3)):
        return None  # n = size // 2
    if told is None or (told[1] and told[1] != name and told[1].lower() not in _OF_RESULT):
        return _stated(reading, line, match)
    subject, value = _read(reading, match.start(1), match.end(1)), _read(reading, told.start(2), told.end(2))
    if not isinstance(subject, Symbol) or value is None or not is_numeric(value):
        return None
    links: tuple[Link, ...] = (Link("=", value, Span(told.start(2), told.end(2))),)
    worked = _read(reading, match.start(2), match.end(2))
    if worked is not None and not any(isinstance(node, Apply) for node in worked.walk()):
        if is_numeric(worked) and not worked.children():
            return None  # lr = 0.1  # 0.01 is too small
        links = (Link("=", worked, Span(match.start(2), match.end(2))), *links)
    reading.claims.close()
    reading.items.append(Claim(Span(match.start(1), told.end(2)), line, subject, links))
    return line + 1


def _read(reading: Reading, start: int, end: int) -> Expr | None:
    """An expression of a program, in which every word is a name; None if it is none that we know."""
    found = [
        replace(token, kind=NAME) if token.kind == WORD and token.value.isidentifier() else token
        for token in plain(reading.tokens.of(start, end, latex=False))
    ]
    try:
        return parse(found)[0]
    except (NotReadError, InputError):
        return None


def _stated(reading: Reading, line: int, match: re.Match[str]) -> int | None:
    """What a comment states of other names, ``// a*x + b*y = 5``: it stands for the line."""
    if (
        _STATED.search(match[3]) is None
        or not any(char.isdigit() for char in match[3])
        or "(" in match[2][:1]
    ):
        return None
    reading.claims.close()
    reading.claims.piece(reading.tokens.of(match.start(3), match.end(3), latex=False))
    reading.claims.close()
    return line + 1
