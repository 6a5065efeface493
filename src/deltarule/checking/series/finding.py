r"""Series of numbers: lists in brackets, printed arrays, matrices, numbers between bars, slashes or semicolons.

What they are called does not matter here, nor the markup around each number. An array of several rows is one series with a
shape, and each of its rows is one of its own.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from deltarule.checking.columns.blocks import Cell
from deltarule.checking.series.numbers import numbers_of
from deltarule.rarely import rarely
from deltarule.records import record
from deltarule.spans import Source, Span

MAX_SERIES, MAX_LENGTH = 80, 40
FEWEST, FEWEST_BARE = 2, 3  # numbers, in brackets and without
MAX_GAP = 60  # characters between two numbers of a series
MAX_RUN = 400  # numbers
_MARKUP = rarely(
    r"[$*`~]|(?<!\\)\\[,;:! ]|\\(?:quad|qquad|mathbf|boldsymbol|bm|textbf|mathrm|text|displaystyle|left|right|phantom)(?![a-z])"
    r"|(?<![\\\w])\{|\}(?!\s*\{)"
)
_OPENS = rarely(
    r"(?:[\[(]|\\\{|\\begin\{[a-z]{0,8}(?:matrix|array)\}?(?:\{[lcr| ]*\}?)?|matrix\(|array\()\s*\Z"
)
_CLOSES = rarely(r"\s*+[,.;]?(?:[\])]|\\\}|\\\\\s*\\end|\\end|\s*+\\\\\s*+\\end)")
_ROW_ENDS = rarely(r"\s*(?:\\\\(?:\[[^\]]{0,8}\])?|[\])]\s*[,;]?\s*[\[(])\s*")
_SEPARATORS = (
    (",", re.compile(rf"\s{{0,{MAX_GAP}}},\s*")),
    (";", re.compile(rf"\s{{0,{MAX_GAP}}};\s*")),
    ("|", re.compile(rf"[ \t]{{0,{MAX_GAP}}}\|[ \t]*")),
    ("/", re.compile(rf"[ \t]{{1,{MAX_GAP}}}/[ \t]+")),
    ("&", re.compile(rf"\s{{0,{MAX_GAP}}}&\s*")),
    (" ", re.compile(r"\s+")),
)


@record
class Series:
    """Numbers side by side, row after row; `rows` counts the rows. One may itself be a row of an array."""

    cells: tuple[Cell, ...]
    rows: int = 1
    is_row: bool = False

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.cells[0].span.cover(self.cells[-1].span)


@lru_cache(maxsize=1)
def series_in(text: str) -> tuple[Series, ...]:
    """The series of a text, in reading order; a row of an array stands in front of the whole array."""
    return tuple(islice(_found(text), MAX_SERIES))


def _found(text: str) -> Iterator[Series]:
    run: list[Cell] = []
    kinds: list[str] = []
    for cell in numbers_of(Source("", text), Span(0, len(text))):
        kind = _between(text, run[-1].span.end, cell.span.start) if run else ""
        if run and (not kind or len(run) == MAX_RUN):
            yield from _series(text, run, kinds)
            run, kinds = [], []
        elif run:
            kinds.append(kind)
        run.append(cell)
    yield from _series(text, run, kinds)


def _between(text: str, start: int, end: int) -> str:
    """How two numbers are set apart; nothing where more than a separator stands between them."""
    if end - start > MAX_GAP:
        return ""
    gap = _MARKUP.sub("", text[start:end])
    if _ROW_ENDS.fullmatch(gap):
        return "row"
    return next((kind for kind, pattern in _SEPARATORS if pattern.fullmatch(gap)), "")


def _series(text: str, run: list[Cell], kinds: list[str]) -> Iterator[Series]:
    """What one run of numbers holds: an array where brackets stand around it, else numbers set apart alike."""
    if len(run) < FEWEST or any(cell.is_operand for cell in run):
        return
    before = _MARKUP.sub("", text[max(0, run[0].span.start - MAX_GAP) : run[0].span.start])
    behind = _MARKUP.sub("", text[run[-1].span.end : run[-1].span.end + MAX_GAP])
    if not (_OPENS.search(before) and _CLOSES.match(behind)):
        yield from _bare(text, run, kinds)
        return
    rows: list[list[Cell]] = [[run[0]]]
    for kind, cell in zip(kinds, run[1:], strict=True):
        if kind == "row":
            rows.append([cell])
        else:
            rows[-1].append(cell)
    if len({kind for kind in kinds if kind != "row"}) > 1:
        return
    alike = len({len(row) for row in rows}) == 1
    if len(rows) > 1 and len(rows[0]) > 1:
        yield from (Series(tuple(row), is_row=True) for row in rows if len(row) <= MAX_LENGTH)
    if alike and len(run) <= MAX_LENGTH:
        column = len(rows[0]) == 1  # a vector that stands upright
        yield Series(tuple(run), 1 if column else len(rows))


def _bare(text: str, run: list[Cell], kinds: list[str]) -> Iterator[Series]:
    """Stretches of numbers without brackets around them, each set apart in one way."""
    start = 0
    for end in range(1, len(run) + 1):
        if end < len(run) and kinds[end - 1] == kinds[start] and kinds[start] != "row":
            continue
        here = run[start:end]
        if FEWEST_BARE <= len(here) <= MAX_LENGTH and _is_list(text, here):
            yield Series(tuple(here))
        start = end


def _is_list(text: str, cells: list[Cell]) -> bool:
    """Whether numbers stand on one line, and no table counts its rows in front of them."""
    begin = text.rfind("\n", 0, cells[0].span.start) + 1
    if "\n" in text[cells[0].span.start : cells[-1].span.end]:
        return False
    return bool(text[begin : cells[0].span.start].strip(" |$*`"))
