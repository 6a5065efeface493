"""Steps of a descent on a law: plain, or with momentum, in the forms in which people write it."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from deltarule.checking.named_rows.laws import Law, Point
from deltarule.records import record


@record
class Step:
    """What leads from the points of so many rows to a parameter of the next one.

    Its `lead` raises KeyError where the law has no slope.
    """

    rows: int
    rate: Fraction
    lead: Callable[[Sequence[Point], int], Fraction]


def steps(law: Law, rates: Sequence[Fraction], momenta: Sequence[Fraction]) -> Iterator[Step]:
    """The steps at the learning rates and with the momenta that are told, for each convention of the slopes."""
    conventions = len(law.slopes[0])
    for rate in rates:
        for convention in range(conventions):
            yield Step(1, rate, _plain(law, rate, convention))
    for rate in rates:
        for beta in momenta:
            for share in (Fraction(1), 1 - beta):
                for convention in range(conventions):
                    yield Step(2, rate * share, _with_momentum(law, rate * share, beta, convention))


def _plain(law: Law, rate: Fraction, convention: int) -> Callable[[Sequence[Point], int], Fraction]:
    """``w - eta * slope``."""
    return lambda points, j: points[0][j] - rate * law.at(points[0])[law.slopes[j][convention]]


def _with_momentum(
    law: Law, rate: Fraction, beta: Fraction, convention: int
) -> Callable[[Sequence[Point], int], Fraction]:
    """``w + beta * (w - w of the row before) - eta * slope``, which all forms of the velocity come to."""
    return lambda points, j: (
        points[1][j]
        + beta * (points[1][j] - points[0][j])
        - rate * law.at(points[1])[law.slopes[j][convention]]
    )
