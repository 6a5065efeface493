"""How much it tells that numbers of a document come out of a run: what comes out by chance is outweighed first."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from math import comb, log10

from deltarule.written import Written

ENOUGH = 5.0  # figures beyond those that fit by chance
FEWEST = 4  # numbers that come out
SHARE = 3  # one number in so many at least
_AROUND = 1.25  # how far around a number its neighbours are counted
_CLOSE = 1e-3  # the least chance that is granted


def chance(written: Written, values: Sequence[float]) -> float:
    """How likely some value comes as close to a number by chance, where its neighbours lie as densely as they do."""
    size = abs(float(written.value))
    if not size:
        return 1.0
    low, high = size / _AROUND, size * _AROUND
    near = bisect_right(values, high) - bisect_left(values, low)
    return min(1.0, max(_CLOSE, near * float(written.unit) / (high - low)))


def weight(fresh: Sequence[Written], right: Sequence[Written], values: Sequence[float], tries: int) -> float:
    """The figures that speak for a run, told roughly; `values` are the sizes of what it gives, in order.

    Numbers that are `right` anyway speak for it where it gives them, and not against it where it does not.
    """
    fits = [each for each in fresh if _is_near(each, values)]
    both = fits + [each for each in right if _is_near(each, values)]
    if len(both) < FEWEST or not fits or SHARE * len(both) < len(fresh) + len(both) - len(fits):
        return 0.0
    told = sum(-log10(chance(each, values)) for each in both)
    return told - log10(comb(len(fresh) + len(right), len(both))) - log10(tries)


def _is_near(written: Written, values: Sequence[float]) -> bool:
    size, unit = abs(float(written.value)), float(written.unit)
    at = bisect_left(values, size - unit)
    return at < len(values) and values[at] <= size + 0.51 * unit
