"""The data of an exercise: the table that gives them, its columns, and what is wrong with them."""

from collections.abc import Sequence
from itertools import pairwise

from deltarule.algebra.expr import (
    Expr,
    Symbol,
)
from deltarule.document import Claim, Document, Table
from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.reading.headings import NAMED_ROWS
from deltarule.reading.lone_numbers import as_written
from deltarule.reading.totals import is_total
from deltarule.spans import Span
from deltarule.written import Written

TARGETS = frozenset({"y", "Y", "t", "T", "d", "target", "desired", "label", "D", "soll", "tgt"})

WORKED = frozenset(
    {
        Role.NET_INPUT,
        Role.OUTPUT,
        Role.ERROR,
        Role.LOSS,
        Role.GRADIENT,
        Role.BIAS_GRADIENT,
        Role.CHANGE,
        Role.BIAS_CHANGE,
    }
)  # what is worked out of the data


def data_columns(table: Table) -> tuple[list[int], int] | None:
    """Positions of the feature columns and the target column, or None if this is no data table."""
    roles = [roles_of(cell.name) if isinstance(cell, Symbol) else () for cell in table.header]
    worked = {Role.WEIGHT, Role.NET_INPUT, Role.ERROR, Role.CHANGE, Role.LOSS, Role.BIAS}
    counting = _counting(table)
    if counting is not None and _counts_from_zero(table, counting):
        return None  # steps, not samples
    target = [
        k
        for k, cell in enumerate(table.header)
        if isinstance(cell, Symbol) and cell.name in TARGETS and k != counting
    ]
    features = [
        k
        for k, cell in enumerate(table.header)
        if k not in target
        and Role.FEATURE in roles[k]
        and not (isinstance(cell, Symbol) and cell.index == (0,) and _is_constant(table, k))
    ]
    others = [k for k in range(len(roles)) if k not in target and k not in features]
    if _has_slopes(table, (*features, *target)):
        return None
    if any(set(roles[k][:1]) & worked and isinstance(table.header[k], Symbol) for k in others):
        return None
    if not features or not target:
        if Role.LEARNING_RATE in roles[-1][:1]:
            return None  # a rate that shrinks from epoch to epoch
        numeric = all(cell is not None and as_written(cell) for row in table.rows for cell in row)
        wordy = all(cell is None or isinstance(cell, Symbol) for cell in table.header)
        if not (numeric and wordy and len(table.header) > 1 and not any(set(r) & worked for r in roles)):
            return None
        target = target or [len(table.header) - 1]
        named = [k for k in features if k != target[0]]
        features = named or [
            k for k in range(len(table.header)) if k != target[0] and not _counts_rows(table, k)
        ]
    return (features, target[0]) if features and len(table.rows) > 0 else None


def _is_constant(table: Table, column: int) -> bool:
    """Whether a column is the input of the bias, always 1 or always -1."""
    values = {value.value for row in table.rows if (value := _cell(row, column)) is not None}
    return len(values) < 2 and values <= {1, -1}


def _counting(table: Table) -> int | None:
    """The column of the index that the other columns have: the k of ``k | x_k | y_k``."""
    indices = {
        each for cell in table.header if isinstance(cell, Symbol) for each in (*cell.index, *cell.upper)
    }
    return next(
        (k for k, cell in enumerate(table.header) if isinstance(cell, Symbol) and cell.name in indices), None
    )


def _counts_from_zero(table: Table, column: int) -> bool:
    values = [_cell(row, column) for row in table.rows]
    return [v.value if v else None for v in values] == list(range(len(values)))


def _has_slopes(table: Table, columns: Sequence[int]) -> bool:
    """Whether a slope along one of the columns stands beside it: a descent on a function of them is tabled, not data."""
    names = {cell.name for cell in table.header if isinstance(cell, Symbol)}
    return any(f"dL/d{cell.name}" in names for k in columns if isinstance(cell := table.header[k], Symbol))


_COUNTERS = ("", "#", "i", "n", "nr", "no", "no.", "№", "sample", "example", "id", "k", "index")


def _counts_rows(table: Table, column: int) -> bool:
    """Whether a column only numbers the rows."""
    values = [_cell(row, column) for row in table.rows]
    text = table.header_texts[column].lower().rstrip(".")
    named = text in _COUNTERS or text.partition(" ")[0] in NAMED_ROWS
    return named and [v.value if v else None for v in values] == list(range(1, len(values) + 1))


_Data = tuple[
    tuple[tuple[Written, ...], ...], tuple[Written, ...], tuple[str, ...], str, list[tuple[Span, str]]
]


def data_of(table: Table | None, document: Document) -> _Data:
    """Rows, targets, names, and what is wrong with a row: a damaged row is never passed over."""
    damaged: list[tuple[Span, str]] = []
    if table is None:
        return (), (), (), "y", damaged
    found = data_columns(table)
    assert found is not None
    columns, target = found
    rows: list[tuple[Written, ...]] = []
    targets: list[Written] = []
    for row, span in zip(table.rows, table.row_spans, strict=True):
        wanted = (*columns, target)
        if rows and is_total(document.source.extract(span)):
            continue
        cells = [_cell(row, k) for k in wanted]
        if len(row) != len(table.header) or None in cells:
            if _is_skipped(document.source.extract(span)):
                continue
            damaged.append((span, _what_is_wrong(table, row, wanted, cells, document.source.extract(span))))
            continue
        rows.append(tuple(cell for cell in cells[:-1] if cell))
        targets.append(cells[-1])  # type: ignore[arg-type]  # None was refused above
    return (
        tuple(rows),
        tuple(targets),
        tuple(table.header_texts[k] for k in columns),
        table.header_texts[target],
        damaged,
    )


def _cell(row: Sequence[Expr | None], column: int) -> Written | None:
    cell = row[column] if column < len(row) else None
    return None if cell is None else as_written(cell)


def _is_skipped(text: str) -> bool:
    """Whether a row only says that rows are left out, or closes the table."""
    return not any(char.isalnum() for char in text)


def _what_is_wrong(
    table: Table,
    row: Sequence[Expr | None],
    wanted: Sequence[int],
    cells: Sequence[Written | None],
    text: str,
) -> str:
    shown = " ".join(text.split())[:60]
    if len(row) != len(table.header):
        return f"the row {shown!r} has {len(row)} cells where the header has {len(table.header)}"
    column = next(k for k, cell in zip(wanted, cells, strict=True) if cell is None)
    return f"in the row {shown!r} the cell of {table.header_texts[column]} is not a number"


def worked_with(tables: Sequence[Table], document: Document) -> Sequence[Table]:
    """Tables of data from the one on that is worked with: the same rows may stand above it as they were before scaling."""
    for first, second in pairwise(tables):
        given, scaled = data_of(first, document), data_of(second, document)
        same = len(given[0]) == len(scaled[0]) > 0 and [t.value for t in given[1]] == [
            t.value for t in scaled[1]
        ]
        if not same or given[4] or scaled[4] or _is_worked_between(first, second, document):
            break
        tables = tables[1:]
    return tables


def _is_worked_between(first: Table, second: Table, document: Document) -> bool:
    return any(
        isinstance(item, Claim)
        and isinstance(item.subject, Symbol)
        and bool(WORKED & set(roles_of(item.subject.name)[:1]))
        and first.span.start <= item.span.start < second.span.start
        for item in document.items
    )


def other_tables(tables: Sequence[Table], document: Document) -> list[tuple[Span, str]]:
    """Further tables of data with other numbers: the first one counts, and that is said."""
    if not tables:
        return []
    first = data_of(tables[0], document)[:2]
    line = document.source.told_line(tables[0].line)
    message = f"a second table of data; the one on line {line} counts"
    named = [other for other in tables[1:] if all(isinstance(cell, Symbol) for cell in other.header)]
    return [(other.span, message) for other in named if data_of(other, document)[:2] != first]
