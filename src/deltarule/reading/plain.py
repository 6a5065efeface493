"""Pieces in which nothing stands but names that are worked out, ``w_1 = 0.5 - 0.2 · 0.3 = 0.44``: most of what people write.

None of the rules for lists, points, answers, remarks and cases has anything to say about such a piece. What it is shows in
the kinds of its tokens, written as one sign each; so its statements are cut out by one pattern.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

from deltarule.algebra.expr import Expr, Symbol
from deltarule.errors import InputError
from deltarule.rarely import rarely
from deltarule.reading.conditions import IF
from deltarule.reading.mathtext import parse
from deltarule.reading.not_read import NotReadError
from deltarule.reading.phrases import as_names
from deltarule.reading.statements import BOXES, TRANSPARENT, Statement
from deltarule.reading.token import COMMAND, DERIVATIVE, INDEX, NAME, NUMBER, POWER, WORD, Token
from deltarule.reading.token_words import ACCENTS
from deltarule.spans import span_of
from deltarule.written import parse_number

Sides: TypeAlias = tuple[Statement, list[list[Token]], list[Token]]

# one sign for each token: by its kind, or by its value; what has none stands in no plain piece
_KINDS = {NUMBER: "0", NAME: "n", WORD: "w", INDEX: "i", POWER: "p", DERIVATIVE: "d"}
_COMMANDS = {
    "": "e",
    **dict.fromkeys(("frac", "dfrac", "tfrac"), "f"),
    **dict.fromkeys(set(ACCENTS) - BOXES, "h"),
    **dict.fromkeys(("sum", "sqrt"), "c"),
    **{f"{side}:{name}": "r" for side in ("begin", "end") for name in TRANSPARENT},
}
_VALUES = {**{sign: sign for sign in "+-*/^_=≈←(){}[]$,;.:& "}, "\\\\": "r"}

_RELATION = re.compile(r"[=≈←]")
_STRAY_CELL = rarely(r"(?<![=≈←r])&(?![=≈←])")
# behind a number neither another one, which would list, nor a name, which would be told something of its own
_ATOM = r"(?:0(?![0n\[])|[-+*/^_nipdfhc])"
_SIDE = _ATOM
for _depth in range(4):
    _SIDE = rf"(?:{_ATOM}|[({{\[]{_SIDE}*+[)}}\]])"  # whether brackets match, the parser finds out
_SCRIPT = r"(?:[ip]|[_^](?:0|n|\(0\)|\{[0n]{1,2}\}|\{\([0n]\)\}))"
_NAME = rf"(?:n|d|h\{{n\}}|f\{{n{{1,2}}\}}\{{n{{1,2}}(?:_(?:0|n|\{{[0n]{{1,2}}\}}))?\}}){_SCRIPT}{{0,4}}+"
_LINKS = rf"(?:[=≈←]{_SIDE}++(?<!nn)(?<![-+*/^_]))++"
_STATEMENT = re.compile(rf"(?:{_NAME}(?=[=≈←])|(?<=r)){_LINKS}")
_PARTING = r"(?:[ $,;r]|(?<!n)\.|\.(?!n))"
_PIECE = re.compile(
    rf"[ $,;:.wr]*+(?=[ndhf])(?:{_STATEMENT.pattern}(?:{_PARTING}++|\Z))++"
)  # the first has a name
_TOLD_NAME = re.compile(r"\([-+]*n[-+]*0[-+]*\)")  # 2.1 (error -0.9) says something of its own


def plain_statements(found: Sequence[Token]) -> list[Sides] | None:
    """The statements of a plain piece with their sides and relation signs; None for any other piece."""
    shape = _shape(found)
    if "?" in shape or ("&" in shape and _STRAY_CELL.search(shape)):
        return None
    if "{w}" in shape:
        found = as_names(found)
        shape = _shape(found)
    if "e" in shape or "&" in shape:
        found = [token for token, sign in zip(found, shape, strict=True) if sign not in "e&"]
        shape = shape.replace("e", "").replace("&", "")
    if _PIECE.fullmatch(shape) is None or ("(" in shape and _TOLD_NAME.search(shape)):
        return None
    words = [token for token in found if token.kind == WORD] if "w" in shape else []
    if any(word.value.lower() in IF for word in words):
        return None
    found = list(found)
    done: list[Sides] = []
    stop = 0
    for match in _STATEMENT.finditer(shape):
        start, end = match.span()
        opens_row = not done or "r" in shape[stop:start]
        parts: list[list[Token]] = []
        relations: list[Token] = []
        first = start
        for sign in _RELATION.finditer(shape, start, end):
            at = sign.start()
            parts.append(found[first:at])
            relations.append(found[at])
            first = at + 1
        parts.append(found[first:end])
        done.append((Statement(found[start:end], words, opens_row=opens_row), parts, relations))
        words, stop = [], end
    if len(done) == 1 and not done[0][0].words:
        done[0][0].whole = True
    return done


def plain_name(part: Sequence[Token]) -> Symbol | None:
    """What a left side names; None if it is no name, which is to be said in its place.

    The same few names stand on all left sides of a document: each is read once, wherever it stands.
    """
    start = part[0].start
    named = _named(
        tuple([(token.kind, token.value, token.start - start, token.end - start) for token in part])
    )
    if named is None or named.span is None:
        return None
    span = span_of((named.span.start + start, named.span.end + start))
    return Symbol(named.name, named.index, named.marks, named.upper, span=span)


def expression(part: Sequence[Token]) -> Expr:
    """What a heading or a cell says, which is a name more often than not.

    Raises
    ------
    NotReadError
        It is not understood.
    """
    named = plain_name(part) if part and part[0].kind == NAME else None
    return named or parse(part)[0]


@lru_cache(maxsize=2048)
def _named(spelling: tuple[tuple[str, str, int, int], ...]) -> Symbol | None:
    """The name that tokens of such kinds, values and places spell."""
    try:
        written = [parse_number(value) if kind == NUMBER else None for kind, value, _, _ in spelling]
        expr = parse([Token(*each, number) for each, number in zip(spelling, written, strict=True)])[0]
    except (NotReadError, InputError):
        return None
    return expr if isinstance(expr, Symbol) else None


def _shape(found: Sequence[Token]) -> str:
    """The kinds of tokens, one sign each."""
    return "".join(
        [
            _KINDS.get(token.kind) or (_COMMANDS if token.kind == COMMAND else _VALUES).get(token.value, "?")
            for token in found
        ]
    )
