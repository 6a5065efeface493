"""Updates on fewer than all samples: each update has a limit of its own, and an epoch is their product."""

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from deltarule.diagnosis.case import Case
from deltarule.diagnosis.figures import enough, exactly, excerpt, limit_figure, read
from deltarule.diagnosis.quadratic import Matrix, gradient_factor, quadratic
from deltarule.records import record
from deltarule.report import Evidence
from deltarule.spectrum import spectrum

_MOST_WORK = 200_000  # products in the matrix of one epoch
_LARGEST_MATRIX = 24
_SQUARINGS = 40
_EQUAL = 1e-9
_LARGEST_FACTOR = Fraction(10**100)  # of one update, in floats


@record
class Steepest:
    """The batch whose own loss is most strongly curved, and that curvature."""

    samples: tuple[int, ...]
    curvature: Fraction

    @property
    def limit(self) -> Fraction:
        """Below this rate no update moves away from what its own batch asks for."""
        return 2 / self.curvature


def steepest(case: Case) -> Steepest:
    """Find the batch with the largest curvature of its own loss."""
    # a batch's largest curvature is at most its factor times the sum of |x|^2 + 1, and for one sample just that
    bounds = sorted(((_bound(case, batch), batch) for batch in case.batches), key=lambda entry: -entry[0])
    found = Steepest((), Fraction(0))
    for bound, batch in bounds:
        if bound <= found.curvature:
            break
        if len(batch) == 1 or case.parabola is None:
            return max(found, Steepest(batch, bound), key=lambda entry: entry.curvature)
        curvature = spectrum(quadratic(case.exercise, batch).hessian).values[-1]
        if curvature > found.curvature:
            found = Steepest(batch, curvature)
    return found


def growth(case: Case) -> float | None:
    """Factor per epoch by which the error grows or shrinks in the long run, for this order of the batches.

    One update multiplies the error by (I - rate · Hessian of its batch), an epoch by their product, and the
    factor is the largest eigenvalue of that in size: None where flat directions hide it, or if it is too much work.
    """
    size = case.exercise.n_features + 1
    too_much = size > _LARGEST_MATRIX or len(case.batches) * size**3 > _MOST_WORK
    if not case.identity or case.best is None or not case.best.unique or too_much:
        return None
    if case.rate * steepest(case).curvature > _LARGEST_FACTOR:
        return None
    epoch, exponent = [[float(p == q) for q in range(size)] for p in range(size)], 0.0
    for batch in case.batches:
        epoch, exponent = _scaled(
            _times(_update(case.rate, quadratic(case.exercise, batch).hessian), epoch), exponent
        )
    # the 2^k-th root of the size of the 2^k-th power tends to the largest eigenvalue
    for _ in range(_SQUARINGS):
        epoch, exponent = _scaled(_times(epoch, epoch), 2 * exponent)
        if exponent == -math.inf:
            return 0.0
    exponent /= 2.0**_SQUARINGS
    return math.exp(exponent) if abs(exponent) < 700 else None


def observed(case: Case) -> tuple[Fraction, ...]:
    """Growth of the error as the losses show it: the square root of their ratios."""
    return tuple(_root(after / before) for before, after in pairwise(case.losses) if before > 0)


def evidence(case: Case) -> Iterator[Evidence]:
    """Name the batch that limits the rate, and what an epoch does to the error."""
    if case.full_batch or not case.identity:
        return
    worst = steepest(case)
    ratio = case.rate * worst.curvature
    yield Evidence("cause", _limiting(case, worst, ratio))
    factor, seen = growth(case), [case.figure(value) for value in observed(case)]
    if factor is not None:
        sentence = (
            f"One epoch of updates in this order is predicted to multiply the error by {case.figure(Fraction(factor))} in "
            f"the long run, so the run {_future(case, factor)}"
        )
        observation = f"; the square roots of the loss ratios are {', '.join(excerpt(seen))}" if seen else ""
        yield Evidence("effect", f"{sentence}{observation}.")
    elif seen:
        yield Evidence(
            "effect", f"The square root of the loss changes by the factors {', '.join(excerpt(seen))}."
        )
    if case.rates is not None:
        largest = case.rates.largest
        digits = enough([largest], lambda curvature: limit_figure(2 / curvature), case.figure)
        shown = case.figure(largest, digits)
        yield Evidence(
            "remark",
            f"The limit for all samples at once, {limit_figure(2 / read(shown))} (2 divided by {shown}), "
            "is only a guide here: smaller batches usually need a smaller rate, hardly ever allow a larger one.",
        )
    yield Evidence(
        "remedy",
        f"A learning rate of {exactly(read(limit_figure(worst.limit)) / 2)}, half the limit of the most strongly curved batch, "
        "keeps every update safe.",
    )


def _future(case: Case, factor: float) -> str:
    if abs(factor - 1) <= _EQUAL:
        return "neither grows nor settles"
    if factor > 1:
        return "diverges"
    # a later batch undoes a little of what the earlier ones asked for
    return (
        "settles"
        if case.best is None or case.best.loss == 0
        else "settles, around the best weights and not on them"
    )


def named(samples: Sequence[int]) -> str:
    """Name a batch: ``sample 3``, ``samples 3 to 4``."""
    return f"sample {samples[0]}" if len(samples) == 1 else f"samples {samples[0]} to {samples[-1]}"


def _limiting(case: Case, worst: Steepest, ratio: Fraction) -> str:
    product, shown = case.product(
        [case.rate, worst.curvature],
        lambda value: case.figure(1 - value),
        lambda value: limit_figure(2 * case.rate / value),
    )
    factor = case.figure(1 - shown)
    if len(worst.samples) == 1:
        before = gradient_factor(case.exercise.convention, 1)
        curvature = f"{case.exactly(before)}(|x|² + 1)" if before != 1 else "|x|² + 1"
        whose = f"its own error is multiplied by {factor} at its update"
    else:
        curvature = "the largest curvature of its own loss"
        whose = f"along its own steepest direction the error is multiplied by {factor} at its update"
    verdict = "which is above 2" if ratio > 2 else "which is below 2" if ratio < 2 else "which is the limit"
    return (
        f"An update is stable while learning rate times {curvature} stays below 2. The largest product is that of "
        f"{named(worst.samples)}: {product}, {verdict}; {whose}. The limit for every update is {limit_figure(worst.limit)}."
    )


def _bound(case: Case, batch: Sequence[int]) -> Fraction:
    rows = (case.exercise.features[i - 1] for i in batch)
    squares = sum((1 + sum((cell.value**2 for cell in row), Fraction(0)) for row in rows), Fraction(0))
    return gradient_factor(case.exercise.convention, len(batch)) * squares


def _update(rate: Fraction, hessian: Matrix) -> list[list[float]]:
    return [[float((p == q) - rate * entry) for q, entry in enumerate(row)] for p, row in enumerate(hessian)]


def _times(left: list[list[float]], right: list[list[float]]) -> list[list[float]]:
    columns = list(zip(*right, strict=True))
    return [[sum(u * v for u, v in zip(row, column, strict=True)) for column in columns] for row in left]


def _scaled(matrix: list[list[float]], exponent: float) -> tuple[list[list[float]], float]:
    """Divide by the largest entry and keep its logarithm, so that powers stay within floats."""
    largest = max(abs(entry) for row in matrix for entry in row)
    if largest == 0:
        return matrix, -math.inf
    return [[entry / largest for entry in row] for row in matrix], exponent + math.log(largest)


def _root(value: Fraction) -> Fraction:
    """Square root to about twenty digits, of a number of any size."""
    shift = 64 + max(value.denominator.bit_length() - value.numerator.bit_length(), 0) // 2
    return Fraction(math.isqrt((value.numerator << 2 * shift) // value.denominator), 1 << shift)
