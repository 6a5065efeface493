"""What standardising the columns would do: each less its mean, divided by its standard deviation.

Standardised columns have mean 0, so the bias parts from the weights, and the Hessian becomes the factor before the
gradient, times the number of samples, times 1 for the bias and the correlation matrix for the weights.
"""

import math
from collections.abc import Iterator
from fractions import Fraction

from deltarule.diagnosis.case import Case
from deltarule.diagnosis.figures import limit_figure
from deltarule.diagnosis.quadratic import Matrix
from deltarule.diagnosis.rates import SHRINK, Rates, rates
from deltarule.records import record
from deltarule.report import Evidence
from deltarule.spectrum import spectrum

_EQUAL = Fraction(1, 10**12)  # all that the eigenvalues are good for


@record
class Standardized:
    """Learning rates after standardising, and the columns (from 0) that cannot be because they are constant."""

    rates: Rates
    constant: tuple[int, ...]


def standardized(case: Case) -> Standardized | None:
    """Learning rates with standardised columns; constant columns are left out, as the bias does their work."""
    if case.parabola is None or case.best is None:
        return None
    scatter = _scatter(case.parabola.hessian)
    weight = case.parabola.hessian[-1][-1]  # the factor times the number of samples
    columns = range(len(scatter))
    kept = [p for p in columns if scatter[p][p] > 0]
    if not kept:
        return None
    correlations = [[_correlation(scatter, p, q) for q in kept] for p in kept]
    values = spectrum(correlations).values
    # a direction that is flat before is flat after: all but the bias and the constant columns stay what they were
    flat = len(kept) - (case.best.rank - 1)
    curvatures = [weight, *(weight * value for value in values[flat:])]
    return Standardized(rates(curvatures), tuple(p for p in columns if p not in kept))


def evidence(case: Case) -> Iterator[Evidence]:
    """Predict the limit and the number of epochs with standardised columns."""
    if case.rates is None or not case.predictable:
        return
    found = standardized(case)
    if found is None:
        return
    after, before = found.rates, case.rates
    how = "each less its mean, divided by its standard deviation" + (
        "; a constant one is dropped" if found.constant else ""
    )
    if after.spread >= before.spread:
        yield Evidence(
            "remedy",
            f"Standardising the columns ({how}) would not help here: largest to smallest curvature would be "
            f"{case.figure(after.spread, 3)} instead of {case.figure(before.spread, 3)}.",
        )
        return
    verb = (
        "leaves"
        if abs(after.limit - before.limit) <= _EQUAL * before.limit
        else "raises"
        if after.limit > before.limit
        else "lowers"
    )
    limit = f"{verb} the limit {'at' if verb == 'leaves' else 'to'} {limit_figure(after.limit)}"
    yield Evidence(
        "remedy",
        f"Standardising the columns ({how}) {limit}; at the rate {case.figure(after.suggested, 3)} every direction then shrinks "
        f"to 1/{SHRINK} of its error within {after.epochs_in_words(after.suggested)} instead of "
        f"{before.epochs_in_words(before.suggested)} (largest to smallest curvature {case.figure(after.spread, 3)} instead of "
        f"{case.figure(before.spread, 3)}).",
    )


def _scatter(hessian: Matrix) -> list[list[Fraction]]:
    """Products of the centred columns: the bias column holds the sums that centring takes out."""
    sums, weight = hessian[-1], hessian[-1][-1]
    size = len(hessian) - 1
    return [[hessian[p][q] - sums[p] * sums[q] / weight for q in range(size)] for p in range(size)]


def _correlation(scatter: list[list[Fraction]], p: int, q: int) -> Fraction:
    if p == q:
        return Fraction(1)
    product = scatter[p][q]
    size = math.sqrt(product * product / (scatter[p][p] * scatter[q][q]))
    return Fraction(math.copysign(size, product))
