"""The tables of a document as rows of named numbers, in the order in which they are told."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

from deltarule.algebra.expr import Apply, Expr, Number, Power, Symbol
from deltarule.checking.sides import as_number, told
from deltarule.document import Claim, Document, Heading, Table
from deltarule.records import record
from deltarule.written import Written

MAX_GRIDS, MAX_ROWS, MAX_COLUMNS = 20, 200, 24
FEWEST_ROWS = 2
# what a name is known by: the name, and the numbers that it has as indices
Key: TypeAlias = tuple[str, tuple[int, ...]]
_AGES = frozenset({"new", "old", ""})
_GAPS = re.compile(r"\.\.\.|[…⋮⋯]|\\[vlc]?dots")


@record
class Cell:
    """A number of a row under its name; `again` where the row tells a name once more, for the first of the two."""

    key: Key
    written: Written
    claim: Claim
    is_worked: bool = False  # behind an expression in numbers
    again: bool = False


@record
class Row:
    """The numbers of a row in the order told; `gap` where rows are left out in front of it, `start` where it tells only what a run starts from."""

    cells: tuple[Cell, ...]
    gap: bool = False
    start: bool = False
    number: int | None = None


@record
class Grid:
    """Rows that tell the same names, from one place of the text to another."""

    rows: tuple[Row, ...]
    begins: int
    ends: int

    @property
    def keys(self) -> tuple[Key, ...]:
        """The names of its columns."""
        return tuple(dict.fromkeys(cell.key for row in self.rows for cell in row.cells))


@dataclass
class _Line:
    """What a line of a table tells, before it is a row."""

    line: int
    claims: list[Claim] = field(default_factory=list)
    number: int | None = None
    gap: bool = False
    start: bool = False


def key_of(expr: Expr | None) -> Key | None:
    """What a name is known by, letters that count left out; None of what is no name."""
    match expr:
        case Symbol():
            marks = () if expr.name.startswith("dL/d") else expr.marks
            name = "'".join((expr.name, *(mark for mark in marks if mark not in _AGES)))
            return name, tuple(part for part in (*expr.index, *expr.upper) if isinstance(part, int))
        case Power(base=Symbol() as base, exponent=Number(value=two)) if two == 2:
            inner = key_of(base)
            return None if inner is None else (f"{inner[0]}^2", inner[1])
        case Apply(arg=Symbol()):
            return f"{expr.function}()", ()
    return None


def grids(document: Document) -> Iterator[Grid]:
    """The tables of a document, each as often as its rows begin anew."""
    lines: list[_Line] = []
    begins, ends, gap, count = 0, -1, False, 0
    for item in document.items:
        if item.span.start > ends or _is_table(document, item):
            if lines:
                for grid in _grids(lines, begins, ends):
                    yield grid
                    count += 1
                    if count == MAX_GRIDS:
                        return
            lines, gap = [], False
        if _is_table(document, item):
            begins, ends = item.span.start, item.span.end
            continue
        if item.span.start > ends or not isinstance(item, Claim | Heading):
            continue
        if isinstance(item, Heading) and _says_nothing(item):
            gap = True
            continue
        if not lines or lines[-1].line != item.line:
            text = document.source.line_text(item.line)
            lines.append(_Line(item.line, gap=gap or bool(_GAPS.search(text))))
            gap = False
        if isinstance(item, Heading):
            number = item.ordinal if item.ordinal is not None else item.epoch if item.sample is None else None
            lines[-1].number, lines[-1].start = number, item.start
        elif not item.supposed:
            lines[-1].claims.append(item)
    if lines:
        yield from _grids(lines, begins, ends)


def _says_nothing(label: Heading) -> bool:
    """Whether a label only says that rows are left out."""
    counts = (label.epoch, label.sample, label.ordinal)
    return not (label.start or label.features) and all(count is None for count in counts)


def _is_table(document: Document, item: object) -> bool:
    """Whether rows follow: a table, or the label that stands in its place where it tells steps."""
    if isinstance(item, Table):
        return True
    return isinstance(item, Heading) and document.source.line(item.span.end) > item.line + 1


def _grids(lines: Sequence[_Line], begins: int, ends: int) -> Iterator[Grid]:
    """The rows of a table, parted where the numbers of its rows start again."""
    parts: list[list[_Line]] = [[]]
    for before, line in pairwise((None, *lines)):
        assert line is not None
        anew = before is not None and line.line < before.line
        if anew:
            parts.append([])
        parts[-1].append(line)
    for part in parts:
        rows = tuple(_rows(part[:MAX_ROWS]))
        grid = Grid(rows, begins, ends)
        if len(rows) >= FEWEST_ROWS and len(grid.keys) <= MAX_COLUMNS:
            yield grid


def _rows(lines: Sequence[_Line]) -> Iterator[Row]:
    before: int | None = None
    counts = [line.number for line in lines if line.number is not None]
    counted = len(counts) == len(set(counts))
    for line in lines:
        cells = _cells(line.claims)
        gap = line.gap
        if counted and before is not None and line.number is not None:
            gap |= line.number > before + 1
        before = line.number if line.number is not None else before
        if cells:
            yield Row(cells, gap, line.start, line.number)


def _cells(claims: Sequence[Claim]) -> tuple[Cell, ...]:
    found: list[tuple[Key, Written, Claim, bool]] = []
    for claim in claims:
        key = key_of(claim.subject)
        written = as_number(told(claim.links)[-1].expr) if claim.links else None
        if key is not None and written is not None:
            found.append((key, written, claim, len(claim.links) > 1))
    last: Mapping[Key, int] = {key: at for at, (key, *_) in enumerate(found)}
    return tuple(Cell(*each, again=last[each[0]] != at) for at, each in enumerate(found))
