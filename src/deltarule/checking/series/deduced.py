"""Makings with constants that the document tells somewhere before: ``w a + b`` of every number, ``a + k b`` of two series.

Which of the told numbers the constants are is deduced from the series itself, roughly; whether they give it is then judged as of any making.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import permutations
from math import log

from deltarule.checking.columns.blocks import Block
from deltarule.checking.columns.makings import FAILED, Making, curve_of

MAX_TOLD = 40  # numbers told last
MAX_EACH = 3  # values that a constant may have
_NEAR = 0.02  # how far from its rough value a constant may be, as a part of it


def of_told(block: Block, column: int, told: Sequence[Fraction]) -> Iterator[Making]:
    """The makings of a series with constants among the numbers told before, each with its sign or the other."""
    numbers = [
        sign * number for number in dict.fromkeys(abs(each) for each in told if each) for sign in (1, -1)
    ]
    aims = _column(block, column)
    if aims is None or len(aims) < 3:
        return
    raised = [log(a / (1 - a)) for a in aims] if all(0 < a < 1 for a in aims) else None
    for source in range(column - 1, -1, -1):
        given = _column(block, source)
        if given is None:
            continue
        for k, c in _lines(given, aims, numbers):
            yield Making(lambda a, k=k, c=c: k * a + c, ((0, source),), surely=False)
        for k, c in _lines(given, raised, numbers) if raised is not None else ():
            yield Making(lambda a, k=k, c=c: curve_of("sigmoid")(k * a + c), ((0, source),), surely=False)
    for one, other in permutations(range(column - 1, -1, -1), 2):
        start, change = _column(block, one), _column(block, other)
        if start is not None and change is not None:
            for k in _factors(start, change, aims, numbers):
                yield Making(lambda a, b, k=k: a + k * b, ((0, one), (0, other)), surely=False)


def _column(block: Block, column: int) -> list[float] | None:
    """The numbers of a column, as floats."""
    found = [number for row in block.rough if (number := row[column]) is not None]
    return found if len(found) == len(block.rows) else None


def _lines(
    given: Sequence[float], aims: Sequence[float], numbers: Sequence[Fraction]
) -> Iterator[tuple[Fraction, Fraction]]:
    """The straight lines with a told slope that lead from one series to another, through the origin or at a told height."""
    low = min(range(len(given)), key=given.__getitem__)
    high = max(range(len(given)), key=given.__getitem__)
    if given[low] == given[high]:
        return
    slope = (aims[high] - aims[low]) / (given[high] - given[low])
    for k in _nearest(slope, numbers):
        height = aims[low] - float(k) * given[low]
        size = max(map(abs, aims))
        if abs(height) <= _NEAR * size:
            yield k, Fraction(0)
        for c in _nearest(height, numbers, _NEAR * size):
            yield k, c
    if abs(slope - 1) < _NEAR:
        for c in _nearest(aims[low] - given[low], numbers):
            yield Fraction(1), c


def _factors(
    start: Sequence[float], change: Sequence[float], aims: Sequence[float], numbers: Sequence[Fraction]
) -> Iterator[Fraction]:
    """By what told number one series is multiplied before it is added to another."""
    at = max(range(len(change)), key=lambda k: abs(change[k]))
    if change[at]:
        with suppress(*FAILED):
            yield from _nearest((aims[at] - start[at]) / change[at], numbers)


def _nearest(rough: float, numbers: Sequence[Fraction], least: float = 0.0) -> list[Fraction]:
    """The told numbers that are about as large as a rough value, the nearest first."""
    bound = max(_NEAR * abs(rough), least)
    close = [
        (abs(float(number) - rough), number) for number in numbers if abs(float(number) - rough) <= bound
    ]
    return [number for _, number in sorted(close)[:MAX_EACH]]
