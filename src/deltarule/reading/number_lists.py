"""Lines that list numbers: data under a word, the values of every sample, rows that nothing is said of."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

from deltarule.algebra.expr import Symbol, Vector
from deltarule.document import COLUMN, Claim, Place
from deltarule.errors import InputError
from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.rarely import rarely
from deltarule.reading.indexed_lines import listed_by_index
from deltarule.reading.limits import MAX_PRINTED
from deltarule.reading.lone_numbers import as_written, lone_number
from deltarule.reading.mathtext import parse
from deltarule.reading.not_read import NotReadError
from deltarule.reading.state import Reading
from deltarule.reading.token import CLOSE, NAME, OPEN, RELATION, SEPARATOR, WORD, Token
from deltarule.reading.token_runs import blank_split
from deltarule.spans import Span

_DATA_COLUMN = re.compile(
    r"\s{0,8}(?:[-*+•]\s{1,4})?\**([^\W\d_][^:=\d\n|$\\]{1,39})\**\s{0,3}[:=]\**\s{0,4}\$?[\[({]?"
    r"(\s{0,2}[-+]?\d+(?:[.,]\d+)?(?:\s{0,2}[,;]\s{1,3}[-+]?\d+(?:[.,]\d+)?){2,39})\s?[\])}]?\$?\s*\.?\s*"
)
_BARE_ROW = rarely(
    r"[ >\t]{0,8}(?:([^\W\d][^:=\d\n|$\\]{0,40}))?[:=>]{0,2}[ \t]{0,4}"
    r"([-+−]?\d{1,6}[.,]?\d{0,20}(?:[ \t]{1,4}[-+−]?\d{1,6}[.,]?\d{0,20}){1,8})[ \t\r]{0,8}"
)
_BARE_LISTS = rarely(r"[ >\t]{0,8}(?:[\[(][-+−.,;\d \t]{3,200}[\])],?[ \t\r]{0,4}){1,6}")
_BARE_LIST = rarely(r"[\[(]([-+−.,;\d \t]{3,200})[\])]")
_TELLING = rarely(r"\d[.,]\d")


def data_column(reading: Reading, line: int, start: int, end: int) -> bool:
    """``Size: 30, 40, 20``: the numbers of all rows under a word of the author's, which no formula knows."""
    listed = reading.text.find(",", start, end) >= 0 or reading.text.find(";", start, end) >= 0
    match = _DATA_COLUMN.fullmatch(reading.text, start, end) if listed and end - start < MAX_PRINTED else None
    if match is None:
        return False
    named = reading.tokens.of(match.start(1), match.end(1), latex=False)
    if len(named) > 1 and set(roles_of(named[0].value)[:1]) & {Role.ERROR, Role.OUTPUT}:
        # p - y = (0.5, -0.5) is about a difference
        return len(named[0].value) > 1 and _headed_list(reading, named[0], match)
    if not named or any(token.kind != WORD for token in named):
        return False
    found = _with_commas(
        token for token in reading.tokens.of(match.start(2), match.end(2), latex=False) if token.value
    )
    opening = Token(OPEN, "[", found[0].start, found[0].start)
    closing = Token(CLOSE, "]", found[-1].end, found[-1].end)
    try:
        numbers = parse([opening, *found, closing])[0]
    except (NotReadError, InputError):
        return False
    if not isinstance(numbers, Vector) or any(as_written(item) is None for item in numbers.items):
        return False
    name = Symbol(COLUMN + match[1].strip().lower(), span=Span(match.start(1), match.end(1)))
    reading.claims.close()
    reading.items.append(Claim(Span(match.start(1), match.end(2)), line, name, (), given=numbers))
    return True


def indexed_list(reading: Reading, start: int, end: int) -> bool:
    """``z: i=1 -0.4, i=2 0.7``: one quantity of every sample."""
    found = listed_by_index(reading.text, start, end, reading.letters) if reading.letters else None
    if found is None:
        return False
    begins, values = found
    names = [token for token in reading.tokens.mixed(start, begins) if token.kind == NAME]
    if len(names) != 1 or not roles_of(names[0].value):
        return False
    listed = [reading.tokens.of(span.start, span.end, latex=True) for span in values]
    commas = [Token(SEPARATOR, ",", span.end, span.end) for span in values]
    _list(
        reading,
        names[0],
        [*chain.from_iterable([*one, comma] for one, comma in zip(listed, commas, strict=True))][:-1],
    )
    return True


def bare_row(reading: Reading, line: int, start: int, end: int) -> bool:
    """``after: 0.5 0.4875 -0.5125``: numbers that a program prints beside one another, under words or under none."""
    if end - start >= MAX_PRINTED:
        return False
    if _BARE_LISTS.fullmatch(reading.text, start, end):
        lists = [
            _place(reading, line, Span(*match.span(1)))
            for match in _BARE_LIST.finditer(reading.text, start, end)
        ]
        return any(lists)
    match = _BARE_ROW.fullmatch(reading.text, start, end)
    if match is None or not _TELLING.search(reading.text, match.start(2), end):
        return False
    named = reading.tokens.of(match.start(1), match.end(1), latex=False) if match[1] else []
    return all(token.kind == WORD for token in named) and _place(reading, line, Span(*match.span(2)))


def _place(reading: Reading, line: int, span: Span) -> bool:
    """Numbers with blanks between them, as a point that nothing is said of; whether they are some."""
    found = [token for token in reading.tokens.of(span.start, span.end, latex=False) if token.value]
    items = blank_split(found)
    if items is None:
        return False
    numbers = tuple(number for item in items if (number := lone_number(item)) is not None)
    if len(numbers) < len(items):
        return False
    reading.claims.close()
    reading.items.append(Place(Span(found[0].start, found[-1].end), line, numbers))
    reading.bare.add(reading.items[-1].span)
    return True


def _headed_list(reading: Reading, name: Token, match: re.Match[str]) -> bool:
    """``Errors y - ŷ: 0; 1; -2``: a list of what the first word names, and behind it how it is worked out."""
    found = reading.tokens.of(match.start(2), match.end(2), latex=False)
    if name.kind != NAME or not found:
        return False
    _list(reading, name, _with_commas(found))
    return True


def _list(reading: Reading, name: Token, found: Sequence[Token]) -> None:
    """A claim of a name and the list of its values."""
    opening, closing = found[0].start, found[-1].end
    reading.claims.close()
    reading.claims.piece(
        [
            name,
            Token(RELATION, "=", opening, opening),
            Token(OPEN, "[", opening, opening),
            *found,
            Token(CLOSE, "]", closing, closing),
        ]
    )


def _with_commas(found: Iterable[Token]) -> list[Token]:
    """A list with a comma between its numbers, whatever stands there."""
    return [replace(token, value=",") if token.kind == SEPARATOR else token for token in found]
