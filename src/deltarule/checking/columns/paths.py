"""Descents followed from where they start, and what stands at the steps that the rows of a block are about."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import pairwise

from deltarule.checking.columns.blocks import Block
from deltarule.checking.columns.makings import FAILED, Rule, descent
from deltarule.checking.columns.models import Model
from deltarule.records import record
from deltarule.written import is_rounding

MAX_STEPS = 300
CURVED = 10  # steps that a value of a curve costs
EACH_STEP = 8  # steps of a descent that count as much as one making
FEWEST_ROWS = 3
_LOSSES = ("sse", "half sse", "mse", "half mse", "entropy", "mean entropy")


@record
class OnPath:
    """What is had at steps of a descent: points, parameters, values."""

    values: Mapping[int, Fraction]  # by the numbers of steps
    numbers: tuple[int | None, ...]  # of the steps, by rows
    surely: bool = False
    stated: bool = False
    doubt: float = 0.0
    goes_on: bool = True
    family: None = None

    def value(self, block: Block, row: int) -> Fraction | None:
        """The value of the step that the row is about."""
        number = self.numbers[row]
        return None if number is None else self.values.get(number)

    def is_far(self, block: Block, row: int, number: float) -> bool:
        """Nothing is told roughly: the points are known."""
        return False

    def slack(self, block: Block, row: int) -> Fraction:
        """Nothing: the descent is worked with all digits."""
        return Fraction(0)


def of_functions(
    functions: Sequence[tuple[Rule, Rule]],
    rates: Sequence[Fraction],
    starts: Sequence[Fraction],
    block: Block,
    most: int,
    alone: Fraction | None = None,
) -> Iterator[tuple[int, OnPath | None]]:
    """The points and the values along descents on functions of one variable, with what each costs.

    `most` is what they may cost altogether. Where the document tells one function and, `alone`, one rate, what is off that descent
    may be called wrong.
    """
    numbers = numbers_of(block)
    last = max((number for number in numbers if number is not None), default=0)
    cost = 1 + last // EACH_STEP
    for start in starts if 0 < last <= MAX_STEPS else ():
        for value, slope in functions:
            for rate in rates:
                most -= cost
                if most < 0:
                    return
                points = descent(slope, start, rate, last + 1)
                yield cost, None
                for found in (points, _along(value, points)):
                    for ahead in (0, 1):
                        at = {k - ahead: each for k, each in enumerate(found)}
                        yield 0, OnPath(at, numbers, surely=rate == alone)


def of_models(
    models: Sequence[Model], rates: Sequence[Fraction], block: Block, most: int
) -> Iterator[tuple[int, OnPath | None]]:
    """The parameters and the losses along full-batch descents of neurons, for rows that leave out steps, with what each costs.

    `most` is what it may cost altogether.
    """
    numbers = numbers_of(block)
    known = [number for number in numbers if number is not None]
    last = max(known, default=0)
    if len(known) < FEWEST_ROWS or last < len(known):
        return  # row by row is enough
    wanted = {number + ahead for number in known for ahead in (0, 1)}
    early = [c.written for row in block.rows[:2] for c in row if c is not None and c.written.figures > 1]

    def shows(parameters: Sequence[Fraction]) -> bool:
        return any(is_rounding(w.value, p, w.places) for w in early for p in parameters if p)

    for model in models:
        cost = last * (len(model.rows) * CURVED if model.curve != "identity" else model.size) // EACH_STEP
        count = len(model.rows)
        for step in (
            rate * scale for rate in rates for scale in (1, 2, Fraction(1, count), Fraction(2, count))
        ):
            if most < cost:
                return
            path = model.path(step, wanted, shows)
            most -= cost if path else 1
            yield cost if path else 1, None
            for ahead in (0, 1) if path else ():
                at = {n: path[n + ahead] for n in known if n + ahead in path}
                for j in range(model.size):
                    yield 0, OnPath({n: parameters[j] for n, parameters in at.items()}, numbers)
                losses = {n: model.gives(parameters) for n, parameters in at.items()}
                for name in _LOSSES:
                    yield 0, OnPath({n: told[name] for n, told in losses.items() if name in told}, numbers)


def numbers_of(block: Block) -> tuple[int | None, ...]:
    """The number of each row: its first cell where that counts, or else its place, as long as no row is left out."""
    firsts = [row[0].written if row[0] is not None else None for row in block.rows]
    values = [None if each is None or each.places > 0 else each.value for each in firsts]
    known = [value for value in values if value is not None]
    if len(known) == len(values) and all(a < b for a, b in pairwise(known)) and known[0] in (0, 1):
        return tuple(int(value) for value in known)
    upto = next((k for k, gap in enumerate(block.gaps) if gap), len(block.gaps))
    return tuple(k if k < upto else None for k in range(len(block.rows)))


def _along(value: Rule, points: Sequence[Fraction]) -> list[Fraction]:
    """The values of a function at points, up to the first where it has none."""
    found: list[Fraction] = []
    with suppress(*FAILED):
        found.extend(value(point) for point in points)
    return found
