"""Steps of a descent on a law: plain, with momentum in the forms in which people write it, and what else a document names."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from deltarule.algebra.expr import Expr
from deltarule.checking.named_rows.laws import Law, OfFunction, Point
from deltarule.rarely import rarely
from deltarule.records import record

Lead = Callable[[Sequence[Point], int, Fraction], Fraction]
NEWTON = rarely(r"(?<![A-Za-z])newton|ньютон|牛顿|牛頓|ニュートン|뉴턴", flags=2)  # in capitals or not
_OTHER = rarely(r"(?<![A-Za-z])(?:nesterov|adam|ada[ -]?grad|rms[ -]?prop)|нестеров", flags=2)


@record
class Step:
    """What leads from the points of so many rows, None for all, to a parameter of the next one.

    Its `lead` raises KeyError where the law has no slope. With `rate_of` the row that the step begins in tells the learning rate
    under that name, or the one that it leads to.
    """

    rows: int | None
    rate: Fraction
    lead: Lead
    rate_of: Expr | None = None
    is_told_behind: bool = False


def steps(
    law: Law,
    rates: Sequence[Fraction],
    momenta: Sequence[Fraction],
    rate_of: Expr | None = None,
    text: str = "",
) -> Iterator[Step]:
    """The steps at the learning rates and with the momenta that are told, for each convention of the slopes.

    `rate_of` is the name under which each row tells its own learning rate; `text` may name other methods.
    """
    conventions = range(len(law.slopes[0]))
    for convention in conventions if rate_of is not None else ():
        for behind in (False, True):
            yield Step(1, Fraction(0), _plain(law, convention), rate_of, behind)
    for rate in rates:
        for convention in conventions:
            yield Step(1, rate, _plain(law, convention))
    for rate in rates:
        for beta in momenta:
            for share in (Fraction(1), 1 - beta):
                for convention in conventions:
                    yield Step(2, rate * share, _with_momentum(law, beta, convention))
    if isinstance(law, OfFunction) and (law.with_curvature or _OTHER.search(text) is not None):
        from deltarule.checking.named_rows.other_steps import other_steps

        yield from other_steps(law, rates, momenta, text.casefold())


def _plain(law: Law, convention: int) -> Lead:
    """``w - eta * slope``."""
    return lambda points, j, rate: points[0][j] - rate * law.at(points[0])[law.slopes[j][convention]]


def _with_momentum(law: Law, beta: Fraction, convention: int) -> Lead:
    """``w + beta * (w - w of the row before) - eta * slope``, which all forms of the velocity come to."""
    return lambda points, j, rate: (
        points[1][j]
        + beta * (points[1][j] - points[0][j])
        - rate * law.at(points[1])[law.slopes[j][convention]]
    )
