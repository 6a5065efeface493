"""Tables that blanks set in columns, with headings over two lines and cells left empty, as a PDF or a listing has them.

    Epoch   Inputs   Desired   Initial weights   Error
            x1  x2   d         w1     w2         e
    1       0   1    1         0.3    -0.1       0
            1   1    1         0.3    -0.1       1

Where a cell begins says which column it is of.
"""

import re
from collections.abc import Sequence

from deltarule.records import record
from deltarule.spans import Span

HEADINGS = 2  # lines
FEWEST_COLUMNS, FEWEST_ROWS = 4, 2
_CELL = re.compile(r"\S+(?: \S+)*")  # one blank does not part cells
_WORD_CELL = re.compile(r"\S+")
_NUMBER = re.compile(r"[-+−]?(?:\d{1,12}(?:[.,]\d{1,12})?|[.,]\d{1,12})")


@record
class _Line:
    """The cells of a line, with where each begins and ends in the line."""

    span: Span
    cells: tuple[tuple[int, int], ...]


def fixed_columns(text: str, lines: Sequence[Span]) -> tuple[list[Span], list[list[Span]]] | None:
    """The names of the columns and the cells of the rows below two lines of headings; None where that is not how they stand."""
    if len(lines) < HEADINGS + FEWEST_ROWS or not all(
        may_be_column(text, line, k) for k, line in enumerate(lines)
    ):
        return None
    upper, lower = _parted(text, lines[0], _CELL), _parted(text, lines[1], _CELL)
    if len(lower.cells) < FEWEST_COLUMNS or len(upper.cells) < FEWEST_COLUMNS - 1:
        return None
    rows = [_parted(text, span, _WORD_CELL) for span in lines[HEADINGS:]]
    starts = sorted({start for start, _ in lower.cells} | {start for start, _ in upper.cells if start == 0})
    placed = [_placed(row, starts) for row in rows]
    if any(None in each for each in placed) or max(map(len, placed)) < len(starts):
        return None
    names = [
        next(_span(line, cell) for line in (lower, upper) for cell in line.cells if cell[0] == start)
        for start in starts
    ]
    return names, [_filled(row, starts, each) for row, each in zip(rows, placed, strict=True)]


def may_be_column(text: str, line: Span, number: int) -> bool:
    """Whether a line, counted from 0, may belong to such a table: two of headings without numbers, then numbers alone."""
    inside = text[line.start : line.end]
    if "\t" in inside or "|" in inside:
        return False
    if number < HEADINGS:
        return not any(_NUMBER.fullmatch(cell) for cell in inside.split())
    return all(_NUMBER.fullmatch(cell) for cell in inside.split())


def _parted(text: str, span: Span, parts: "re.Pattern[str]") -> _Line:
    inside = text[span.start : span.end]
    return _Line(span, tuple((match.start(), match.end()) for match in parts.finditer(inside)))


def _span(line: _Line, cell: tuple[int, int]) -> Span:
    return Span(line.span.start + cell[0], line.span.start + cell[1])


def _placed(row: _Line, starts: Sequence[int]) -> list[int | None]:
    """Which column each cell of a row is of: the one that begins where it does; None where no column does."""
    return [starts.index(start) if start in starts else None for start, _ in row.cells]


def _filled(row: _Line, starts: Sequence[int], columns: Sequence[int | None]) -> list[Span]:
    """A row with empty cells where it has none."""
    found = dict(zip(columns, row.cells, strict=True))
    empty = [min(start, row.span.end - row.span.start) for start in starts]
    return [_span(row, found.get(k, (empty[k], empty[k]))) for k in range(len(starts))]
