"""Rows of a table or of a log that tell the same names one after the other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from deltarule.algebra.expr import Apply, Expr, Symbol, Vector
from deltarule.checking.columns.blocks import Cell
from deltarule.checking.sides import as_number
from deltarule.document import Claim, Document, Heading
from deltarule.rarely import rarely
from deltarule.records import record

FEWEST_ROWS = 3
MAX_ROWS = 200
MAX_NAMES = 12
_NUMBER = rarely(r"(?<![\w.,])[-−–]?\d{1,7}(?:(?:[.,]|\{,\})\d{1,20})?")


@record
class Row:
    """The numbers of a row by their names, the step that its label counts, and whether steps are left out in front of it.

    The last row of a run may tell fewer names than the others.
    """

    line: int
    number: int | None
    cells: Mapping[Expr, Cell]
    is_behind_gap: bool


@dataclass
class _Line:
    """What stands on a line: numbers by name, a label."""

    line: int
    cells: dict[Expr, Cell] = field(default_factory=dict)
    number: int | None = None
    is_mixed: bool = False  # holds more than one number for a name, or a formula


def runs(document: Document) -> Iterator[tuple[Row, ...]]:
    """The runs of rows of a document, in reading order."""
    here: list[_Line] = []
    for line in _lines(document):
        if here and (
            len(here) == MAX_ROWS
            or (len(here) > 1 and len(here[-1].cells) < len(here[-2].cells))
            or _begins_anew(here[-1], line)
            or not _goes_on(here[-1], line, len(here) == 1)
        ):
            yield from _as_rows(document, here)
            here = []
        if line.cells and not line.is_mixed and len(line.cells) <= MAX_NAMES:
            here.append(line)
    yield from _as_rows(document, here)


def _lines(document: Document) -> Iterator[_Line]:
    """The lines that hold claims or labels."""
    line = _Line(0)
    for item in document.items:
        if not isinstance(item, Claim | Heading):
            continue
        if item.line != line.line:
            if line.cells:
                yield line
            line = _Line(item.line)
        if isinstance(item, Heading):
            line.number = item.ordinal if item.ordinal is not None else item.epoch
            continue
        name = _name(item)
        number = as_number(item.links[-1].expr) if item.links else None
        if name is None or number is None or name in line.cells:
            line.is_mixed = True
        else:
            line.cells[name] = Cell(number, item.links[-1].span, item.line, len(item.links) > 1)
    if line.cells:
        yield line


def _name(claim: Claim) -> Expr | None:
    """What a claim is about, if that may come again from row to row."""
    if isinstance(claim.subject, Symbol):
        return claim.subject
    if isinstance(claim.subject, Apply):
        arguments = claim.subject.arg.items if isinstance(claim.subject.arg, Vector) else (claim.subject.arg,)
        return claim.subject if all(isinstance(each, Symbol) for each in arguments) else None
    return None


def _goes_on(before: _Line, line: _Line, is_first: bool) -> bool:
    """Whether a line tells the same names as the one before, its own or those with the number of its step, and is labelled alike."""
    if before.number is None and line.number in (0, 1) and is_first:
        before.number = line.number - 1  # the start, under a word
    if (before.number is None) is not (line.number is None):
        return False
    same = before.cells.keys() == line.cells.keys() or _ends(before, line, is_first)
    return same or (_without_steps(before).keys() == _without_steps(line).keys() != set())


def _ends(before: _Line, line: _Line, is_first: bool) -> bool:
    """Whether a line tells where the run ends: some of the names, and nothing of what would be worked there for another step."""
    return (
        not is_first
        and line.number is not None
        and bool(line.cells)
        and line.cells.keys() < before.cells.keys()
    )


def _without_steps(line: _Line) -> dict[Expr, Cell]:
    """The numbers by their names, without an index that may count the steps: ``x_3`` and ``f(x_3)`` are x and f(x) of a step."""
    return {_without_step(name): cell for name, cell in line.cells.items()}


def _without_step(name: Expr) -> Expr:
    match name:
        case Symbol(index=(int(),)):
            return replace(name, index=())
        case Symbol(upper=(int(),)):
            return replace(name, upper=())
        case Apply(arg=Symbol() as inner):
            return replace(name, arg=_without_step(inner))
    return name


def _begins_anew(before: _Line, line: _Line) -> bool:
    """Whether the labels count from the start again."""
    return before.number is not None and line.number is not None and line.number <= before.number


def _as_rows(document: Document, lines: list[_Line]) -> Iterator[tuple[Row, ...]]:
    if len(lines) < FEWEST_ROWS:
        return
    if all(line.number is None for line in lines):
        _count_by_first_numbers(document, lines)
    steps = any(one.cells.keys() != other.cells.keys() for one, other in pairwise(lines))
    gaps = [False, *(_is_gap(document, one, other) for one, other in pairwise(lines))]
    yield tuple(
        Row(line.line, line.number, _without_steps(line) if steps else line.cells, gap)
        for line, gap in zip(lines, gaps, strict=True)
    )


def _count_by_first_numbers(document: Document, lines: list[_Line]) -> None:
    """Number the lines by what each begins with, where that counts."""
    text = document.source.text
    found: list[int] = []
    for line in lines:
        end = max(cell.span.end for cell in line.cells.values())
        start = text.rfind("\n", 0, min(cell.span.start for cell in line.cells.values())) + 1
        first = _NUMBER.search(text, start, end)
        if first is None or not first[0].isdigit():
            return
        found.append(int(first[0]))
    if all(one < other for one, other in pairwise(found)):
        for line, number in zip(lines, found, strict=True):
            line.number = number


def _is_gap(document: Document, before: _Line, line: _Line) -> bool:
    """Whether steps are left out between two lines: their labels say so, or a line without numbers stands between them."""
    if before.number is not None and line.number is not None:
        return line.number != before.number + 1
    first = next(iter(before.cells.values())).span.start
    last = next(iter(line.cells.values())).span.start
    between = document.source.text[first:last].split("\n")[1:-1]
    return any(each.strip() for each in between)
