"""What a number of a row may be made of: of the numbers left of it, of those of the row before, of a stated function.

Each making gives, for a row, the value and how far roundings of the numbers in it may move that. The simplest come first.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import cache, lru_cache
from itertools import product
from math import exp, log, tanh
from typing import Any, TypeAlias

from deltarule.checking.columns.blocks import Block
from deltarule.errors import DeltaruleError
from deltarule.records import record
from deltarule.trace import neuron_arithmetic
from deltarule.written import Written

Rule: TypeAlias = Callable[
    ..., Any
]  # of fractions a fraction; of floats, where it is only asked roughly, a float
_ROUGHLY: dict[str, Callable[[float], float]] = {
    "sigmoid": lambda a: 1 / (1 + exp(-a)),
    "tanh": tanh,
    "ln": log,
    "exp": exp,
}
MAX_WEIGHED = 4  # columns
WIDE = 5  # columns, beyond which those of the row before are not taken with every one of the same row
MAX_KEPT = 2000  # values of a curve
FAILED = (ArithmeticError, ValueError, DeltaruleError, KeyError)


@record
class Making:
    """A rule for a column, with the cells it takes: of the same row (0) or of the row before (1), by column."""

    rule: Rule
    takes: tuple[tuple[int, int], ...]
    surely: bool = True  # whether what does not fit it may be called wrong
    stated: bool = False  # a function of the document, or its slope, at numbers of the same row
    doubt: float = 0.0
    family: Hashable = None

    @property
    def goes_on(self) -> bool:
        """Whether it takes numbers of the row before."""
        return any(back for back, _ in self.takes)

    def numbers(self, block: Block, row: int) -> list[Written] | None:
        """The numbers that it takes in a row; None where a cell is missing, or rows are left out in front of this one."""
        numbers: list[Written] = []
        for back, column in self.takes:
            if back and (row == 0 or block.gaps[row]):
                return None
            cell = block.rows[row - back][column]
            if cell is None:
                return None
            numbers.append(cell.written)
        return numbers

    def value(self, block: Block, row: int) -> Fraction | None:
        """What it gives in a row; None where it gives nothing."""
        numbers = self.numbers(block, row)
        if numbers is None:
            return None
        try:
            return Fraction(self.rule(*[number.value for number in numbers]))
        except FAILED:
            return None

    def is_far(self, block: Block, row: int, number: float) -> bool:
        """Whether what it gives is so far from a number that no rounding explains it: told roughly, for speed alone."""
        values: list[float] = []
        for back, column in self.takes:
            if back and (row == 0 or block.gaps[row]):
                return False
            value = block.rough[row - back][column]
            if value is None:
                return False
            values.append(value)
        try:
            return is_far(float(self.rule(*values)), number)
        except FAILED:
            return False

    def slack(self, block: Block, row: int) -> Fraction:
        """How far roundings of the numbers that it takes may move that."""
        numbers = self.numbers(block, row) or []
        values = [number.value for number in numbers]
        value, slack = self.rule(*values), Fraction(0)
        for k, number in enumerate(numbers):
            if number.places > 0:
                with suppress(*FAILED):
                    slack += abs(
                        self.rule(*values[:k], values[k] + number.unit / 2, *values[k + 1 :]) - value
                    )
        return slack


def is_far(value: float, number: float) -> bool:
    """Whether two numbers are so far apart that no rounding that leaves a figure explains it."""
    return abs(value - number) * 3.9 > abs(value) + abs(number) + 1e-30


def makings(column: int, width: int, rules: "Rules") -> Iterator[Making]:
    """The makings of a column, the simplest first."""
    here = [(0, k) for k in range(column)]
    before = [(1, k) for k in range(width)]
    for rule in rules.stated:
        for k in range(column):
            yield Making(rule, ((0, k),), stated=True)
    for rule in rules.stated_of_two:
        for one, other in product(here, here):
            if one < other:
                yield Making(rule, (one, other), stated=True)
    for rule in rules.stated_of_two:
        for one, other in product(before, before):
            if one < other:
                yield Making(rule, (one, other))
    for rule, surely in rules.one:
        for take in (*here, *before):
            if not (rule is same and take[0] == 0):
                yield Making(rule, (take,), surely)
    pairs = [
        *product(here, here),
        *product(here, [(1, column)]),
        *product([(1, column)], before),
        *product(before, [(1, column)]),
        *(product(before, here) if width <= WIDE else ()),
    ]
    for rule, surely in rules.two:
        for one, other in pairs:
            if one != other:
                yield Making(rule, (one, other), surely)
    for rule, surely in rules.three:
        for one, other in product(here, here):
            if one < other:
                yield Making(rule, (one, other, (1, column)), surely)


def dots(column: int, width: int) -> Iterator[Making]:
    """Weighted sums: neighbouring columns times as many others of the same row or the one before, with one more added or none."""
    for size in range(2, MAX_WEIGHED + 1):
        for inputs in range(column - size + 1):
            row = tuple((0, inputs + k) for k in range(size))
            for back, end in ((0, column), (1, width)):
                for start in range(end - size + 1):
                    if not back and abs(start - inputs) < size:
                        continue
                    weights = tuple((back, start + k) for k in range(size))
                    yield Making(_dot, (*row, *weights))
                    for bias in (start - 1, start + size):
                        if 0 <= bias < end:
                            yield Making(_dot, (*row, *weights, (back, bias)))


def _dot(*numbers: Any) -> Any:
    """The sum of the first numbers times those behind them, and of what is left."""
    size = len(numbers) // 2
    weighed = sum(x * w for x, w in zip(numbers[:size], numbers[size : 2 * size], strict=True))
    return weighed + (numbers[-1] if len(numbers) > 2 * size else 0)


def same(a: Fraction) -> Fraction:
    """The number told once more."""
    return a


@record
class Rules:
    """Rules of one, two and three numbers, each with whether a number that does not fit may be called wrong."""

    one: tuple[tuple[Rule, bool], ...]
    two: tuple[tuple[Rule, bool], ...]
    three: tuple[tuple[Rule, bool], ...]
    stated: tuple[Rule, ...] = ()  # functions of one number and their slopes
    stated_of_two: tuple[Rule, ...] = ()


def rules(
    functions: Sequence[tuple[Rule, ...]],
    planes: Sequence[tuple[Rule, ...]],
    rates: Sequence[Fraction],
    told: Sequence[Fraction] = (),
    ratios: Sequence[Fraction] = (),
) -> Rules:
    """All rules, given the functions of one and of two variables, each with its slopes, and the learning rates.

    Numbers `told` alone may stand in a rule, and `ratios` between one row and the next.
    """
    one: list[tuple[Rule, bool]] = [(same, False)]
    for value, slope in functions:
        one += [(value, True), (slope, True)]
        for eta in rates:
            one += [
                (lambda x, s=slope, r=eta: x - r * s(x), True),
                (lambda x, s=slope, r=eta: -r * s(x), True),
                (lambda x, s=slope, r=eta: r * s(x), True),
            ]
        one.append((lambda x, s=slope: abs(s(x)), True))
    two: list[tuple[Rule, bool]] = []
    for value, *slopes in planes:
        two.append((value, True))
        for k, slope in enumerate(slopes):
            two.append((slope, True))
            two += [(lambda x, y, s=slope, r=eta, k=k: (x, y)[k] - r * s(x, y), True) for eta in rates]
    one += [
        (lambda a: -a, False),
        (lambda a: a * a, True),
        (lambda a: a * a / 2, True),
        (curve_of("sigmoid"), True),
        (curve_of("tanh"), True),
        (lambda a: -curve_of("ln")(a), False),
        (lambda a: -curve_of("ln")(1 - a), False),
        (lambda a: a * (1 - a), True),
        (curve_of("exp"), False),
        (lambda a: curve_of("exp")(-a), False),
        *((lambda a, r=eta: r * a, True) for eta in rates),
        *((lambda a, r=eta: -r * a, True) for eta in rates),
        *((lambda a, r=eta: r / a, False) for eta in rates),
        *((lambda a, q=ratio: q * a, False) for ratio in ratios),
        *((lambda a, k=number: a - k, False) for number in told),
        *((lambda a, k=number: k - a, False) for number in told),
        *((lambda a, k=number: a * k, False) for number in told if number not in (0, 1)),
        *((lambda a, k=number: (a - k) ** 2, False) for number in told if number),
        *((lambda a, k=number: (a - k) ** 2 / 2, False) for number in told if number),
    ]
    two += [
        (lambda a, b: a + b, True),
        (lambda a, b: a - b, True),
        (lambda a, b: a * b, True),
        (lambda a, b: (a - b) ** 2, True),
        (lambda a, b: (a - b) ** 2 / 2, True),
        (_entropy, True),
        *((lambda a, b, r=eta: a - r * b, True) for eta in rates),
        *((lambda a, b, r=eta: a + r * b, True) for eta in rates),
        *((lambda a, b, r=eta: r * (a - b), True) for eta in rates),
        *((lambda a, b, r=eta: r * a * b, True) for eta in rates),
        *((lambda a, b, r=eta: -r * a * b, True) for eta in rates),
    ]
    three: list[tuple[Rule, bool]] = [
        (lambda a, b, c: c + a * b, True),
        (lambda a, b, c: c - a * b, True),
        *((lambda a, b, c, r=eta: c + r * a * b, True) for eta in rates),
        *((lambda a, b, c, r=eta: c - r * a * b, True) for eta in rates),
    ]
    stated = tuple(rule for pair in functions for rule in pair)
    return Rules(
        tuple(one), tuple(two), tuple(three), stated, tuple(rule for plane in planes for rule in plane)
    )


@cache
def curve_of(name: str) -> Rule:
    """A curve of one number, in fractions or in floats."""

    @lru_cache(maxsize=MAX_KEPT, typed=True)
    def value(a: Any) -> Any:
        if isinstance(a, float):
            return _ROUGHLY[name](a)
        return Fraction(neuron_arithmetic().functions[name](a))

    return value


def _entropy(target: Any, output: Any) -> Any:
    """The cross-entropy of an output whose target is 0 or 1."""
    if target not in (0, 1) or not 0 < output < 1:
        raise ValueError
    return -curve_of("ln")(output if target else 1 - output)


def descent(slope: Rule, start: Fraction, rate: Fraction, steps: int, places: int = 30) -> list[Fraction]:
    """The points of a descent, its start first, as far as they stay within bounds."""
    points = [start]
    scale = 10**places
    with suppress(ArithmeticError, DeltaruleError, KeyError):
        while len(points) <= steps and abs(points[-1]) < scale:
            moved = points[-1] - rate * slope(points[-1])
            points.append(Fraction(round(moved * scale), scale))
    return points
