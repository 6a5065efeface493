"""Rows of a log: a line each, or some lines that come again and again, ``--- step 2``, ``slope = 0.3``, ``w = 0.41``."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import field
from fractions import Fraction
from itertools import pairwise

from deltarule.checking.columns.blocks import Cell
from deltarule.checking.logs.lines import Key, LogLine, decimal_mark, log_line
from deltarule.document import Document
from deltarule.records import record
from deltarule.spans import Span

MAX_LINES = 4_000
MAX_ROWS = 200
MAX_LOGS = 6  # of lines between which nothing is worked
FEWEST_ROWS = 2
MAX_FIRSTS = 8  # keys that rows may begin with
MAX_BETWEEN = 3  # lines of words in a row that do not end a log
_LEFT_OUT = re.compile(r"[\s.…⋮·|:&\\\[\]()-]*(?:\.\.|…|⋮|dots|···)[\s.…⋮·|:&\\\[\]()-]*")


@record
class LogRow:
    """The numbers of a row by their keys, whether rows are left out in front of it, and whether it surely goes on from the one before.

    `begun` has, by their keys, the parameters from which the first row goes on, where they are told together.
    """

    cells: dict[Key, Cell]
    is_behind_gap: bool
    follows: bool = True
    begun: dict[Key, Fraction] = field(default_factory=dict)

    @property
    def lines(self) -> tuple[int, int]:
        """The first and the last of its lines."""
        found = [cell.line for cell in self.cells.values()]
        return min(found), max(found)


def log_lines(document: Document) -> list[LogLine | None]:
    """The lines of a document as lines of a log, None where a line is none; empty lines are left out, `...` stands as no cells."""
    text = document.source.text
    extent = document.extent or Span(0, len(text))
    mark = decimal_mark(text[extent.start : extent.end])
    found: list[LogLine | None] = []
    for number, span in enumerate(document.source.line_spans[:MAX_LINES], 1):
        if span.start < extent.start or span.end > extent.end or not text[span.start : span.end].strip():
            continue
        line = log_line(text, span, number, mark)
        if line is None and _LEFT_OUT.fullmatch(text, span.start, span.end) is not None:
            line = LogLine(number, {}, False)
        found.append(line)
    return found


def log_runs(lines: Sequence[LogLine | None]) -> Iterator[tuple[LogRow, ...]]:
    """The runs of rows among the lines, in reading order."""
    region: list[LogLine] = []
    words = 0
    for line in (*lines, *[None] * (MAX_BETWEEN + 1)):
        words = words + 1 if line is None else 0
        if words > MAX_BETWEEN or (line is not None and line.is_worked):
            yield from _of_region(region)
            region = []
        elif line is not None:
            region.append(line)


def _of_region(region: Sequence[LogLine], deep: int = 0) -> Iterator[tuple[LogRow, ...]]:
    """The runs of rows in lines that no working parts: a row begins where the key comes that most lines begin with."""
    firsts = Counter(next(iter(line.cells)) for line in region if line.cells)
    if not firsts or deep > MAX_LOGS:
        return
    first, count = firsts.most_common(1)[0]  # of several, the one that comes first
    if count < FEWEST_ROWS:
        return
    as_often = [key for key, each in firsts.items() if each == count][:MAX_FIRSTS]
    if len(as_often) > 1:
        first = max(as_often, key=lambda key: _in_common(region, key))
    begins = _begins(region, first)
    end = len(region)
    if all(
        behind - begin == 1 for begin, behind in pairwise(begins)
    ):  # a line each: what follows is something else
        end = begins[-1] + 1
    yield from _of_region(region[: begins[0]], deep + 1)
    rows: list[LogRow] = []
    for begin, behind in pairwise([*begins, end]):
        cells: dict[Key, Cell] = {}
        for line in region[begin:behind]:
            cells |= {key: cell for key, cell in line.cells.items() if key not in cells}
        before = region[begins[len(rows) - 1] : begin] if rows else ()
        rows.append(LogRow(cells, any(not line.cells for line in before)))
    yield tuple(_counted(rows[:MAX_ROWS]))
    yield from _of_region(region[end:], deep + 1)


def _begins(region: Sequence[LogLine], first: Key) -> list[int]:
    return [at for at, line in enumerate(region) if line.cells and next(iter(line.cells)) == first]


def _in_common(region: Sequence[LogLine], first: Key) -> int:
    """How many keys all rows have that begin with one: lists that a program prints alike are none."""
    begins = _begins(region, first)
    keys = [
        {key for line in region[begin:behind] for key in line.cells}
        for begin, behind in pairwise([*begins, len(region)])
    ]
    return len(set.intersection(*keys))


def _counted(rows: Sequence[LogRow]) -> list[LogRow]:
    """The rows, with a gap where what counts them leaves out numbers."""
    rows = [
        LogRow(row.cells, row.is_behind_gap, at > 0 and row.lines[0] <= rows[at - 1].lines[1] + 1)
        for at, row in enumerate(rows)
    ]
    key = next((key for key, cell in rows[0].cells.items() if cell.written.places <= 0), None)
    if key is None or any(key not in row.cells or row.cells[key].written.places > 0 for row in rows):
        return rows
    numbers = [row.cells[key].written.value for row in rows]
    steps = Counter(after - before for before, after in pairwise(numbers))
    if any(step < 0 for step in steps):  # it counts from the start again
        anew = [False, *(after < before for before, after in pairwise(numbers))]
        return [
            LogRow(row.cells, row.is_behind_gap, row.follows and not again)
            for row, again in zip(rows, anew, strict=True)
        ]
    if 1 not in steps:
        return rows  # it counts something else, or only every tenth row is told
    gaps = [False, *(after - before > 1 for before, after in pairwise(numbers))]
    return [
        LogRow(row.cells, row.is_behind_gap or gap, row.follows) for row, gap in zip(rows, gaps, strict=True)
    ]
