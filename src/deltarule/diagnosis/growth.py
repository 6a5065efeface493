"""Growth along the steepest direction, predicted from the curvature and observed in the run."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from deltarule.diagnosis.case import Case
from deltarule.diagnosis.direction import in_words
from deltarule.diagnosis.figures import enough, excerpt, read
from deltarule.diagnosis.quadratic import dot
from deltarule.formulas import Role
from deltarule.report import Evidence

# below this share of the whole slope, the projection is what floats left of the direction
_VISIBLE = Fraction(1, 10**6)
# below so many units in the last place of the weights, it is what rounding left of the error
_UNITS = 10
_EQUAL = Fraction(1, 10**12)  # all that the eigenvalues are good for


def predicted(case: Case) -> Fraction | None:
    """Factor by which the error along the steepest direction changes in size per epoch: |1 - rate · curvature|."""
    if case.rates is None or not case.predictable:
        return None
    return abs(1 - case.rate * case.rates.largest)


def observed(case: Case) -> tuple[Fraction, ...]:
    """The same factor as the run shows it, epoch by epoch, until it can no longer be told from nothing.

    It is read off the slope of the loss: projected on that direction, slope = curvature · error.
    """
    if case.parabola is None or not case.predictable:
        return ()
    direction = tuple(Fraction(component) for component in case.direction)
    curvature = case.curvatures[-1]
    # what grows leaves the rounding behind; what shrinks ends in it
    noise = _UNITS * _unit(case) * curvature if abs(1 - case.rate * curvature) < 1 else Fraction(0)
    sizes: list[Fraction] = []
    for point in case.weights:
        slopes = case.parabola.gradient(point)
        size = abs(dot(direction, slopes))
        if size <= max(_VISIBLE * max(abs(slope) for slope in slopes), noise):
            if sizes:
                break
            continue
        sizes.append(size)
    return tuple(after / before for before, after in pairwise(sizes))


def evidence(case: Case) -> Iterator[Evidence]:
    """Compare prediction and observation."""
    factor = predicted(case)
    if factor is None or case.rates is None:
        return
    factors = case.rate, case.rates.largest
    digits = enough(factors, lambda u, v: _change(case, abs(1 - u * v)), case.exactly, 6)
    texts = [case.exactly(number, digits) for number in factors]
    shown = abs(1 - read(texts[0]) * read(texts[1]))
    sentence = (
        f"Along the steepest direction, mostly {in_words(case.exercise, case.direction)}, the error is predicted to "
        f"{_change(case, shown)} (|1 - {' · '.join(texts)}|)"
    )
    seen = [case.figure(growth) for growth in observed(case)]
    if seen:
        sentence += f"; observed: {', '.join(excerpt(seen))}"
        if case.rounds and any(growth != case.figure(factor) for growth in seen):
            sentence += ", with the rounding of this solution"
    yield Evidence("effect", sentence + ".")


def _change(case: Case, factor: Fraction) -> str:
    if abs(factor - 1) <= _EQUAL:
        return "keep its size"
    if factor > 1:
        return f"grow {case.figure(factor)}-fold per epoch"
    if factor <= _EQUAL:
        return "vanish in one epoch"
    return f"shrink to {case.figure(factor)} of its size per epoch"


def _unit(case: Case) -> Fraction:
    """One unit in the last place of the coarsest weight, where the run went on with rounded ones."""
    if not case.rounds or not case.trace.steps:
        return Fraction(0)
    worked = (line for line in case.trace.steps[-1].lines if line.quantity.role in (Role.WEIGHT, Role.BIAS))
    return max(line.shown.unit for line in worked)
