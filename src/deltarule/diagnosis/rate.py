"""The learning rate beside the largest stable one: the usual cause of a run that diverges."""

from collections.abc import Iterator
from fractions import Fraction

from deltarule.diagnosis.case import Case
from deltarule.diagnosis.figures import exactly, figure, limit_figure
from deltarule.diagnosis.rates import SHRINK, Rates
from deltarule.report import Evidence

_TELLS_APART = Fraction(1, 200)  # three figures show it
_EQUAL = Fraction(1, 10**12)  # all that the eigenvalues are good for


def evidence(case: Case) -> Iterator[Evidence]:
    """Compare the rate with 2 divided by the largest curvature."""
    if case.rates is None or not case.predictable:
        return
    ratio = case.rate / case.rates.limit
    limit = (
        f"the largest stable one, {limit_figure(case.rates.limit)} "
        f"(2 divided by the largest curvature of the loss, {figure(case.rates.largest)})"
    )
    yield Evidence(
        "cause",
        f"The learning rate {exactly(case.rate)} {_beside(ratio)} {limit}{_then(case.rate, case.rates)}.",
    )


def _beside(ratio: Fraction) -> str:
    if abs(ratio - 1) <= _EQUAL:
        return "is exactly"
    if abs(ratio - 1) < _TELLS_APART:
        return "is just above" if ratio > 1 else "is just below"
    if ratio > 1:
        return f"is {figure(ratio, 3)} times"
    return f"is {figure(ratio, 3)} of"


def _then(rate: Fraction, found: Rates) -> str:
    ratio = rate / found.limit
    if abs(ratio - 1) <= _EQUAL:
        return ": along the steepest direction the error changes sign for ever, and never shrinks"
    if ratio > 1:
        return ""
    return f": the run settles, its slowest direction to 1/{SHRINK} of the error within {found.epochs_in_words(rate)}"
