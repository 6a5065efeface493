"""The verdict on a run, with evidence: how it ended, why, and what to do, in numbers that can be checked.

A cause is one file with an `evidence` function; the table below is the order in which people read them.
"""

from collections.abc import Iterable
from fractions import Fraction

from deltarule.diagnosis import (
    batches,
    best,
    factor,
    growth,
    losses,
    perceptron,
    predictions,
    rate,
    remedy,
    smoothness,
    stalled,
    standardize,
)
from deltarule.diagnosis.case import MAX_FEATURES, Case, Cause
from deltarule.diagnosis.outcome import outcome
from deltarule.report import Diagnosis, Evidence
from deltarule.trace import Trace

__all__ = ["CAUSES", "diagnose"]

CAUSES: tuple[Cause, ...] = (
    losses.evidence,
    rate.evidence,
    batches.evidence,
    smoothness.evidence,
    perceptron.evidence,
    stalled.evidence,
    growth.evidence,
    predictions.evidence,
    best.evidence,
    remedy.evidence,
    standardize.evidence,
    factor.evidence,
)
# what holds for steps with momentum or weight decay as well: what is predicted of others rests on plain steps
OF_ANY_STEP: tuple[Cause, ...] = (losses.evidence, stalled.evidence, predictions.evidence)


def diagnose(trace: Trace) -> Diagnosis:
    """Say how a run ended and why.

    Parameters
    ----------
    trace : Trace
        A finished run. Its own carried values are judged; what would happen without its rounding is
        worked out from the exact curvature of the loss.
    """
    case = Case(trace)
    causes = CAUSES if case.plain else OF_ANY_STEP
    evidence = [found for cause in causes for found in cause(case)]
    if case.has_loss and case.parabola is None:
        evidence.append(
            Evidence(
                "remark",
                f"The curvature is worked out for up to {MAX_FEATURES} features; this table is larger.",
            )
        )
    found = case.rates if case.predictable else None
    after = standardize.standardized(case) if case.plain else None
    limit, suggested = _limits(case)
    expected, seen = _growth(case)
    return Diagnosis(
        outcome=outcome(case),
        losses=case.losses,
        learning_rate=case.rate,
        eigenvalues=_floats(case.curvatures),
        direction=case.direction,
        growth_predicted=expected,
        growth_observed=seen,
        largest_stable_rate=limit,
        suggested_rate=suggested,
        minimax_rate=None if found is None else _float(found.minimax),
        standardized_limit=None if after is None or found is None else _float(after.rates.limit),
        predicted_classes=predictions.classes(trace),
        evidence=tuple(evidence),
        exact_losses=case.exact_losses,
        optimum=() if case.best is None else case.best.point,
        optimum_unique=case.best is not None and case.best.unique,
        epochs_needed=None if found is None else found.epochs(found.suggested),
        standardized_epochs=None
        if after is None or found is None
        else after.rates.epochs(after.rates.suggested),
        limit_is_exact=found is not None,
    )


def _limits(case: Case) -> tuple[float | None, float | None]:
    """Largest stable rate and suggested rate: exact for a parabola in full batches, else guarantees for plain steps."""
    if not case.plain:
        return None, None
    if case.predictable and case.rates is not None:
        limit = case.rates.limit
    elif case.identity and not case.full_batch:
        limit = batches.steepest(case).limit
    else:
        bound = smoothness.bound(case)
        if bound is None:
            return None, None
        limit = bound.limit
    return _float(limit), _float(limit / 2)


def _growth(case: Case) -> tuple[float | None, tuple[float, ...]]:
    """Growth per epoch, predicted and observed."""
    if case.predictable:
        factor = growth.predicted(case)
        return None if factor is None else _float(factor), _floats(growth.observed(case))
    if case.plain and case.identity and not case.full_batch:
        return batches.growth(case), _floats(batches.observed(case))
    return None, ()


def _float(value: Fraction) -> float | None:
    """The nearest float, or None beyond their range: an infinity or a false zero would be worse than nothing."""
    try:
        nearest = float(value)
    except OverflowError:
        return None
    return None if nearest == 0 and value != 0 else nearest


def _floats(values: Iterable[Fraction]) -> tuple[float, ...]:
    """The nearest floats, or nothing if one of them is beyond their range."""
    nearest = [_float(value) for value in values]
    kept = tuple(value for value in nearest if value is not None)
    return kept if len(kept) == len(nearest) else ()
