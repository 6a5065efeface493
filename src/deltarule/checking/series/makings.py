"""What a series may be made of: number by number of other series, or of another one as a whole."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import exp
from typing import Any, TypeAlias

from deltarule.checking.columns.blocks import Block
from deltarule.checking.columns.fitting import Gives
from deltarule.checking.columns.makings import FAILED, MAX_KEPT, Making, Rules, curve_of, is_far, same
from deltarule.checking.series.deduced import MAX_TOLD, of_told
from deltarule.trace import neuron_arithmetic
from deltarule.written import Written

WholeRule: TypeAlias = Callable[[Sequence[Any]], Sequence[Any]]
MAX_WHOLE = 12  # numbers of a series that is taken as a whole
_DIGITS = 10**30


@lru_cache(maxsize=MAX_KEPT, typed=True)
def _exp(a: Any) -> Any:
    return exp(a) if isinstance(a, float) else Fraction(neuron_arithmetic().functions["exp"](a))


def _softmax(numbers: Sequence[Any]) -> Sequence[Any]:
    raised = [_exp(a) for a in numbers]
    return [a / sum(raised) for a in raised]


def _shares(numbers: Sequence[Any]) -> Sequence[Any]:
    return [a / sum(numbers) for a in numbers]


def _from_largest(numbers: Sequence[Any]) -> Sequence[Any]:
    return [a - max(numbers) for a in numbers]


def _from_mean(numbers: Sequence[Any]) -> Sequence[Any]:
    return [a - sum(numbers) / len(numbers) for a in numbers]


def _within_range(numbers: Sequence[Any]) -> Sequence[Any]:
    low, high = min(numbers), max(numbers)
    return [(a - low) / (high - low) for a in numbers]


def _one_less(at: int) -> WholeRule:
    """The outputs less a target that is 1 in one place."""
    return lambda numbers: [a - (k == at) for k, a in enumerate(numbers)]


def _standard(spread: int) -> WholeRule:
    """Each number's distance from the mean, in standard deviations, over one less than all numbers where `spread` is 1."""

    def rule(numbers: Sequence[Any]) -> Sequence[Any]:
        apart = _from_mean(numbers)
        variance = sum(a * a for a in apart) / (len(numbers) - spread)
        root = (
            variance**0.5 if isinstance(variance, float) else neuron_arithmetic().functions["sqrt"](variance)
        )
        return [a / root for a in apart]

    return rule


_WHOLE: tuple[WholeRule, ...] = (
    _softmax,
    _shares,
    _from_largest,
    _from_mean,
    _within_range,
    _standard(0),
    _standard(1),
)
_EACH = (
    _exp,
    lambda a: _exp(-a),
    lambda a: max(a, 0 * a),
    lambda a: 1 - a,
    lambda a: 1 - curve_of("tanh")(a) ** 2,
    lambda a: curve_of("sigmoid")(a) * (1 - curve_of("sigmoid")(a)),
)


@dataclass
class Whole:
    """A rule for a series as a whole, of the column of another."""

    rule: WholeRule
    column: int
    surely: bool = False
    stated: bool = False
    goes_on: bool = False
    family: Hashable = None
    doubt: float = 0.0
    _kept: dict[int, Sequence[Any]] = field(default_factory=dict)

    def value(self, block: Block, row: int) -> Fraction | None:
        """What it gives in a row."""
        found = self._values(block, -1)
        return None if found is None else found[row]

    def is_far(self, block: Block, row: int, number: float) -> bool:
        """Whether what it gives is so far from a number that no rounding explains it: told roughly."""
        if -2 not in self._kept:
            rough = [each[self.column] for each in block.rough]
            self._kept[-2] = ()
            with suppress(*FAILED):
                self._kept[-2] = self.rule([a for a in rough if a is not None])
        found = self._kept[-2]
        return len(found) != len(block.rows) or is_far(float(found[row]), number)

    def slack(self, block: Block, row: int) -> Fraction:
        """How far roundings of the numbers that it takes may move what it gives."""
        value = self.value(block, row)
        moved = (self._values(block, k) for k in range(len(block.rows)))
        return (
            sum((abs(each[row] - value) for each in moved if each is not None), Fraction(0))
            if value is not None
            else Fraction(0)
        )

    def _values(self, block: Block, moved: int) -> Sequence[Any] | None:
        """All that it gives, one of the numbers moved by half a unit of its last place, or none."""
        if moved not in self._kept:
            self._kept[moved] = ()
            numbers = [written.value for written in _column(block, self.column)]
            if 0 <= moved < len(numbers) and (written := _column(block, self.column)[moved]).places > 0:
                numbers[moved] += written.unit / 2
            with suppress(*FAILED):
                self._kept[moved] = [
                    Fraction(round(Fraction(a) * _DIGITS), _DIGITS) for a in self.rule(numbers)
                ]
        return self._kept[moved] or None


def _column(block: Block, column: int) -> list[Written]:
    return [cell.written for row in block.rows if (cell := row[column]) is not None]


def series_makings(
    block: Block, column: int, rules: Rules, told: Sequence[Fraction]
) -> Iterator[tuple[Gives, int]]:
    """The makings of a series from those in the columns before its own, the nearest last, each with how many it stands for.

    The simplest come first; one with constants that are deduced stands for all that they might have been.
    """
    length = len(block.rows)
    here = [(0, k) for k in range(column - 1, -1, -1)]
    for take in here:
        yield Making(same, (take,), surely=False), 1
    for take in here:
        for rule in _EACH:
            yield Making(rule, (take,), surely=False), 1
        if length <= MAX_WHOLE:
            for whole in (*_WHOLE, *map(_one_less, range(length))):
                yield Whole(whole, take[1]), 1
    for rule, surely in rules.one:
        if rule is not same:
            for take in here:
                yield Making(rule, (take,), surely), 1
    for rule, surely in rules.two:
        for one, other in product(here, here):
            if one != other:
                yield Making(rule, (one, other), surely), 1
    for making in of_told(block, column, told):
        yield making, 2 * MAX_TOLD
