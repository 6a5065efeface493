"""The learning rate beside the largest stable one: the usual cause of a run that diverges."""

from collections.abc import Iterator
from fractions import Fraction

from deltarule.diagnosis.case import Case
from deltarule.diagnosis.figures import enough, figure, limit_figure, read
from deltarule.diagnosis.rates import SHRINK, Rates
from deltarule.report import Evidence

_TELLS_APART = Fraction(1, 200)  # three figures show it
_EXACTLY = "exactly"
_EQUAL = Fraction(1, 10**12)  # all that the eigenvalues are good for


def evidence(case: Case) -> Iterator[Evidence]:
    """Compare the rate with 2 divided by the largest curvature."""
    if case.rates is None or not case.predictable:
        return
    rate, limit, largest = case.rate, case.rates.limit, case.rates.largest
    beside = _beside(case, rate / limit)
    if beside == _EXACTLY:
        most = case.rate_in_full
        digits = enough([largest], lambda curvature: read(figure(2 / curvature)), case.figure)
    else:
        figures = enough([limit], lambda most: _beside(case, rate / most), limit_figure, 3)
        most = limit_figure(limit, figures)
        beside = _beside(case, rate / read(most))
        digits = enough([largest], lambda curvature: limit_figure(2 / curvature, figures), case.figure)
    yield Evidence(
        "cause",
        f"The learning rate {case.rate_in_full} is {beside} the largest stable one, {most} "
        f"(2 divided by the largest curvature of the loss, {case.figure(largest, digits)}){_then(rate, case.rates)}.",
    )


def _beside(case: Case, ratio: Fraction) -> str:
    if abs(ratio - 1) <= _EQUAL:
        return _EXACTLY
    if abs(ratio - 1) < _TELLS_APART:
        return "just above" if ratio > 1 else "just below"
    return f"{case.figure(ratio, 3)} {'times' if ratio > 1 else 'of'}"


def _then(rate: Fraction, found: Rates) -> str:
    ratio = rate / found.limit
    if abs(ratio - 1) <= _EQUAL:
        return ": along the steepest direction the error changes sign for ever, and never shrinks"
    if ratio > 1:
        return ""
    return f": the run settles, its slowest direction to 1/{SHRINK} of the error within {found.epochs_in_words(rate)}"
