"""Neurons whose loss is no parabola: a bound on the curvature, and the learning rate that it allows.

The second derivative of one sample's loss by its net input is largest somewhere; that times the largest curvature
that the identity neuron would have bounds the curvature everywhere. It is a bound: a larger rate may work.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache

from deltarule.algebra.derive import derive
from deltarule.algebra.evaluate import FLOAT, evaluate
from deltarule.algebra.expr import Expr, Symbol
from deltarule.diagnosis.batches import named, steepest
from deltarule.diagnosis.case import Case
from deltarule.diagnosis.figures import enough, limit_figure, read
from deltarule.diagnosis.quadratic import gradient_factor, loss_factor
from deltarule.formulas import ACTIVATIONS, Role
from deltarule.records import record
from deltarule.report import Evidence

_RANGE = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}  # of the output
_GRID = 64
_NARROWINGS = 60
_MARGIN = 1 + 2.0**-30  # so that a bound found by search stays one


@record
class Bound:
    """The largest second derivative of one sample's loss, and with it of the loss of the steepest batch."""

    second: Fraction
    curvature: Fraction
    samples: tuple[int, ...]

    @property
    def limit(self) -> Fraction:
        """Below this rate every update lowers the loss of its batch."""
        return 2 / self.curvature


def bound(case: Case) -> Bound | None:
    """Bound of the curvature; None for the identity, which needs none, and for the step, which has no slope."""
    x = case.exercise
    if case.identity or not case.has_loss:
        return None
    targets = [target.value for target in x.targets]
    second = Fraction(largest_second_derivative(x.activation, x.loss, min(targets), max(targets)))
    if case.full_batch:
        if case.spectrum is None:
            return None
        samples, identity = case.batches[0], case.spectrum.values[-1]
    else:
        found = steepest(case)
        samples, identity = found.samples, found.curvature
    count = len(samples)
    if x.loss == "log":  # the factor 2 of the squared loss is not in it
        identity *= loss_factor(x.convention, count) / gradient_factor(x.convention, count)
    return Bound(second, second * identity, samples)


@lru_cache(maxsize=64)
def largest_second_derivative(activation: str, loss: str, lowest: Fraction, highest: Fraction) -> float:
    """Largest second derivative, by the net input, of a sample's loss with a target between two numbers.

    For the squared loss of half the square of the error: the factor 2 belongs to the convention.
    It is stated nowhere: it is derived from the activation's slope.
    """
    if activation not in _RANGE:
        return 1.0  # identity, and relu where it is active
    slope = ACTIVATIONS[activation].slope
    assert slope is not None
    by_output = derive(slope, Symbol("a"))
    low, high = _RANGE[activation]

    def value(expr: Expr, output: float) -> float:
        return float(evaluate(expr, lambda _: output, FLOAT))

    if loss == "log":  # slope of the loss is a - y, so the second derivative is that of a
        return _largest(lambda output: value(slope, output), low, high)

    def second(output: float) -> float:
        # by the target it is a straight line, so the largest is at an end
        first, turn = value(slope, output), value(by_output, output)
        return max(first * (first + (output - float(target)) * turn) for target in (lowest, highest))

    return _largest(second, low, high) * _MARGIN


def evidence(case: Case) -> Iterator[Evidence]:
    """Say which learning rate is certainly safe, and what else stops such a neuron."""
    found = bound(case)
    if found is not None:
        yield Evidence("cause", _sentence(case, found))
    if case.exercise.activation == "relu" and case.exercise.epochs and _dead(case):
        yield Evidence(
            "cause",
            "In the last epoch no sample has a net input above 0, so every output and every gradient is 0: "
            "the neuron is dead, and no learning rate wakes it. Start from other weights.",
        )
    if case.exercise.loss == "log" and _separated(case):
        yield Evidence(
            "remark",
            "The final weights put every sample on its right side, so the data are linearly separable: the log loss has no "
            "least value then, and the weights grow for ever, ever more slowly.",
        )


def _sentence(case: Case, found: Bound) -> str:
    ratio = case.rate / found.limit
    where = "" if case.full_batch else f" for the most strongly curved batch, {named(found.samples)}"
    figures = enough([found.limit], lambda limit: case.figure(case.rate / limit, 3), limit_figure, 3)
    limit = limit_figure(found.limit, figures)
    digits = enough([found.curvature], lambda value: limit_figure(2 / value, figures), case.figure)
    curvature, _ = case.product([found.second, found.curvature / found.second], digits=digits)
    basis = (
        f"at most {curvature}{where}, so every rate below 2 divided by that, {limit}, lowers "
        f"{'the loss' if case.full_batch else 'the loss of its batch'} at each update"
    )
    if case.exercise.activation == "relu":
        basis += " as long as no sample crosses the kink"
    verdict = f"The learning rate {case.rate_in_full} is {case.figure(case.rate / read(limit), 3)} " + (
        "times that: this is a bound, so it may work and may not" if ratio > 1 else "of that"
    )
    return f"The loss is no parabola; its curvature is {basis}. {verdict}."


def _dead(case: Case) -> bool:
    lines = (line for step in case.trace.epoch_steps(case.exercise.epochs) for line in step.lines)
    return all(line.value <= 0 for line in lines if line.quantity.role is Role.NET_INPUT)


def _separated(case: Case) -> bool:
    targets = case.exercise.targets
    net_inputs = ((p.sample, p.net_input) for p in case.trace.predictions)
    return all((z > 0) if targets[i - 1].value == 1 else (z < 0) for i, z in net_inputs)


def _largest(function: Callable[[float], float], low: float, high: float) -> float:
    """Largest value on an interval, of a function that a grid of 64 tells the hills of."""
    step = (high - low) / _GRID
    top = max((low + k * step for k in range(_GRID + 1)), key=function)
    left, right = max(top - step, low), min(top + step, high)
    for _ in range(_NARROWINGS):
        third = (right - left) / 3
        if function(left + third) < function(right - third):
            left += third
        else:
            right -= third
    return max(function(top), function((left + right) / 2))
