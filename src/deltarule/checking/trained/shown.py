"""What a page shows that may come out of a training: rows that count epochs, lists of numbers, single numbers."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import cached_property
from itertools import islice, pairwise

from deltarule.checking.columns.blocks import Block, Cell
from deltarule.checking.columns.fitting import telling
from deltarule.checking.columns.lists import Listed
from deltarule.checking.trained.setups import decimal
from deltarule.notation import roles_of
from deltarule.rarely import rarely
from deltarule.spans import Span
from deltarule.written import Written

MAX_EPOCH = 5_000
EARLY = 12  # epochs that are always looked at
MAX_FOUND = 400  # places of them
MAX_COUNTS = 10  # whole numbers of the page that may count epochs
MAX_LOOKED = 80  # lists, and single numbers
FEWEST_ROWS = 2
FIGURES = 5  # of a number that tells by itself
MAX_LINES, FEWEST_IN_A_ROW = 400, 3
_BETWEEN = rarely(r"[\s$*`]{0,4}(?:[;,]|→|->|⟶|\\to)[\s$*`]{0,4}")
_COUNT = rarely(
    r"(?:([^\W\d]\w{2,20})[\s:=*`]{1,4}|(?<![\w.,^]))(\d{1,4})(?![\w.,]?\d|[%.]\d|\s?[-+*/×·^=]\s?[\d(\\])(\s?(?:(?!x\b)[^\W\d]{2}|[^\W\da-zA-Zα-ω]))?"
)


_SHORT = Context(prec=9)


@dataclass(frozen=True)
class Number:
    """A number of the page, ready to be held against others."""

    cell: Cell
    value: Decimal
    half: Decimal  # half a unit of its last place

    @cached_property
    def tells(self) -> float:
        """How many figures tell something: those behind which there are only noughts do not, nor those of binary noise."""
        digits = _SHORT.plus(self.value).normalize(_SHORT).as_tuple().digits
        return min(telling(self.cell.written), float(len(digits)) if len(digits) > 1 else 0.7)

    @property
    def written(self) -> Written:
        """As it stands there."""
        return self.cell.written


def number(cell: Cell) -> Number:
    """A cell as a number."""
    return Number(cell, decimal(cell.written.value), decimal(cell.written.unit / 2))


@dataclass(frozen=True)
class Rows:
    """Rows, each with the epoch that it counts and its place among those of the same epoch; their other numbers by columns."""

    epochs: tuple[int, ...]
    turns: tuple[int, ...]
    columns: tuple[dict[int, Number], ...]
    is_counted: bool
    start: int  # where they stand


def counted(block: Block) -> Rows | None:
    """The rows of a block; None where nothing counts them and some are left out."""
    for column in range(block.width):
        cells = [row[column] for row in block.rows]
        values = [cell.written.value for cell in cells if cell is not None and cell.written.places <= 0]
        if len(values) < len(cells) or len(set(values)) < 2 or values[0] < 0 or values[-1] > MAX_EPOCH:
            continue
        if all(a <= b for a, b in pairwise(values)):
            return _rows(block, [int(value) for value in values], column)
        break
    if any(block.gaps):
        return None
    return _rows(block, list(range(len(block.rows))), None)


def _rows(block: Block, epochs: list[int], counter: int | None) -> Rows | None:
    turns: list[int] = []
    for k, epoch in enumerate(epochs):
        turns.append(turns[-1] + 1 if k and epochs[k - 1] == epoch else 0)
    columns = tuple(
        {
            k: number(cell)
            for k, row in enumerate(block.rows)
            if (cell := row[column]) is not None and not cell.is_operand
        }
        for column in range(block.width)
        if column != counter
    )
    columns = tuple(column for column in columns if len(column) >= FEWEST_ROWS)
    start = min((cell.span.start for row in block.rows for cell in row if cell is not None), default=0)
    return Rows(tuple(epochs), tuple(turns), columns, counter is not None, start) if columns else None


def vectors(lists: Sequence[Listed], is_telling: Callable[[Cell], bool]) -> Iterator[tuple[Number, ...]]:
    """Lists with a number that says something."""
    for each in islice(
        (each for each in lists if each.width == 1 and any(map(is_telling, each.cells))), MAX_LOOKED
    ):
        yield tuple(map(number, each.cells))


def in_a_row(text: str, by_line: Iterable[Sequence[Number]]) -> Iterator[tuple[Number, ...]]:
    """Numbers that stand one behind the other on a line, with nothing but a sign between them: ``5.4; 1.08; 4.536``, ``5 → 4 → 3.5``."""
    for here in islice(by_line, MAX_LINES):
        run: list[Number] = []
        for each in here:
            if run and _BETWEEN.fullmatch(text, run[-1].cell.span.end, each.cell.span.start) is None:
                if len(run) >= FEWEST_IN_A_ROW:
                    yield tuple(run)
                run = []
            run.append(each)
        if len(run) >= FEWEST_IN_A_ROW:
            yield tuple(run)


def counts_of(text: str, extent: Span, lists: Sequence[Listed]) -> list[tuple[int, int]]:
    """Whole numbers beyond the first epochs with a word beside them, without those of lists, each with its place."""
    inside = [each.span for each in lists]
    found: list[tuple[int, int]] = []
    known: set[int] = set()
    for match in _COUNT.finditer(text, extent.start, extent.end):
        value, place = int(match[2]), match.start(2)
        if not EARLY < value <= MAX_EPOCH:
            continue
        worded = match[3] is not None or (match[1] is not None and not roles_of(match[1].casefold()))
        if not worded or any(span.start <= place < span.end for span in inside):
            continue
        known.add(value)
        if len(known) > MAX_COUNTS:
            break
        found.append((place, value))
        if len(found) == MAX_FOUND:
            break
    return found
