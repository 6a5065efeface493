"""Rows of tables and lists of iterates, ``x_1 = 0.8, x_2 = 0.64``, as rows of a log."""

from collections.abc import Iterator, Sequence

from deltarule.algebra.expr import Apply, Expr, Symbol, Vector
from deltarule.checking.columns.blocks import Cell
from deltarule.checking.logs.lines import Key
from deltarule.checking.logs.rows import LogRow
from deltarule.checking.named_rows.rows import Row, runs
from deltarule.checking.sides import as_number
from deltarule.document import Claim, Document

FEWEST_IN_A_ROW = 3


def told_rows(document: Document) -> Iterator[tuple[LogRow, ...]]:
    """The runs of rows whose numbers are told by name, a row a line, and those of iterates that their indices count."""
    for run in runs(document):
        keys = {name: Key(_label(name)) for name in run[0].cells}
        if len(set(keys.values())) == len(keys):
            yield tuple(
                LogRow(
                    {keys[name]: cell for name, cell in row.cells.items()},
                    row.is_behind_gap,
                    _follows(run, at),
                )
                for at, row in enumerate(run)
            )
    yield from _in_a_row(document)


def _follows(run: Sequence[Row], at: int) -> bool:
    """Whether a row stands below the one before, or is numbered so."""
    if at == 0:
        return False
    last, here = run[at - 1], run[at]
    return here.line == last.line + 1 or (last.number is not None and here.number == last.number + 1)


def _in_a_row(document: Document) -> Iterator[tuple[LogRow, ...]]:
    """Numbers of one name whose index goes up by one from each to the next."""
    here: list[LogRow] = []
    last: tuple[str, int] | None = None
    for item in (*document.items, None):
        counted = None if item is None else _counted(item)
        if counted is not None and last is not None and counted[0] == (last[0], last[1] + 1):
            here.append(counted[1])
        elif not isinstance(item, Claim) or counted is not None:
            if len(here) >= FEWEST_IN_A_ROW:
                yield tuple(here)
            here = [counted[1]] if counted is not None else []
        last = counted[0] if counted is not None else last if here else None


def _counted(item: object) -> tuple[tuple[str, int], LogRow] | None:
    """The name and the index of a number that is told without a working, as a row of its own."""
    match item:
        case Claim(subject=Symbol(index=(int(number),), upper=()) as subject, links=(link,)):
            pass
        case Claim(subject=Symbol(index=(), upper=(int(number),)) as subject, links=(link,)):
            pass
        case _:
            return None
    written = as_number(link.expr)
    if written is None:
        return None
    name = subject.name.casefold()
    return (name, number), LogRow({Key(name): Cell(written, link.span, item.line)}, False)


def _label(name: Expr) -> str:
    match name:
        case Symbol():
            return (name.name + "".join(map(str, name.index or name.upper))).casefold()
        case Apply():
            arguments = name.arg.items if isinstance(name.arg, Vector) else (name.arg,)
            return f"{name.function}({','.join(map(_label, arguments))})".casefold()
    return ""
