"""Weights told as vectors one after the other, without a working, ``w_1 = (0.2, 0.4)``, ``w_2 = (0.3, 0.1)``, as rows of a log."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from deltarule.algebra.expr import Symbol
from deltarule.checking.columns.blocks import Cell
from deltarule.checking.logs.lines import Key
from deltarule.checking.logs.rows import LogRow
from deltarule.checking.sides import as_number
from deltarule.document import Claim, Document
from deltarule.spans import Span

FEWEST_VECTORS = 2


@dataclass
class _Vector:
    """The components of a vector that is told at one place, and how it is counted: 0 of what is not."""

    name: str
    number: int
    span: Span
    cells: list[Cell] = field(default_factory=list)


def vector_rows(document: Document) -> Iterator[tuple[LogRow, ...]]:
    """The runs of vectors of one name and size that are counted on by one, with the vector from which the first goes on."""
    run: list[_Vector] = []
    for vector in (*_vectors(document), None):
        if vector is not None and run and _goes_on(run[-1], vector):
            run.append(vector)
            continue
        if len(run) > FEWEST_VECTORS:
            yield tuple(_rows(run))
        run = [vector] if vector is not None and vector.number == 0 else []


def _goes_on(last: _Vector, here: _Vector) -> bool:
    return (here.name, here.number, len(here.cells)) == (last.name, last.number + 1, len(last.cells))


def _rows(run: list[_Vector]) -> Iterator[LogRow]:
    """All vectors but the first, which is where they start."""
    begun: dict[Key, Fraction] = {
        _key(run[0].name, at): cell.written.value for at, cell in enumerate(run[0].cells)
    }
    for count, vector in enumerate(run[1:]):
        cells = {_key(vector.name, at): cell for at, cell in enumerate(vector.cells)}
        yield LogRow(cells, is_behind_gap=False, begun={} if count else begun)


def _key(name: str, at: int) -> Key:
    return Key(f"{name}{at + 1}")


def _vectors(document: Document) -> Iterator[_Vector]:
    """The vectors of names, in reading order; those that are worked out are none."""
    here: _Vector | None = None
    spoilt: Span | None = None
    for item in document.items:
        if not isinstance(item, Claim) or item.part is None or not isinstance(item.subject, Symbol):
            continue
        written = as_number(item.links[0].expr) if len(item.links) == 1 else None
        if here is not None and here.span != item.span:
            if spoilt != here.span:
                yield here
            here = None
        if here is None:
            here = _Vector(item.subject.name.casefold(), _number(item.subject), item.span)
        if written is None or item.supposed or _number(item.subject) != here.number:
            spoilt = item.span
        else:
            here.cells.append(Cell(written, item.links[0].span, item.line))
    if here is not None and spoilt != here.span:
        yield here


def _number(symbol: Symbol) -> int:
    match symbol.upper:
        case (int(number),):
            return number
        case ():
            return 0
    return -1
