"""What a perceptron's epochs end with, one sample after the other: for tables that tell nothing else of them.

What a step gives at 0 is seldom said, so the run is made both ways; a value that fits neither is not called wrong.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from deltarule.algebra.expr import Symbol
from deltarule.checking.origins.memory import Memory
from deltarule.checking.origins.origin import Origin
from deltarule.document import Claim
from deltarule.exercise import Exercise
from deltarule.formulas import Role
from deltarule.naming import COUNTED, Reference
from deltarule.records import record

MAX_UPDATES = 400
MAX_EPOCHS = 60
_STEPS = frozenset({"step", "sign"})


@record
class Epoch:
    """The weights, then the bias, that an epoch ends with, and how many samples were wrong in it."""

    parameters: tuple[Fraction, ...]
    errors: int


def of_epochs(claim: Claim, reference: Reference | None, memory: Memory) -> Iterator[Origin]:
    """What the epoch of the heading above gives for a parameter, or for a number of errors."""
    exercise, epoch = memory.told or memory.exercise, memory.epoch
    counted = isinstance(claim.subject, Symbol) and claim.subject.name == COUNTED
    told = reference is not None and reference.role in (Role.WEIGHT, Role.BIAS) and not reference.general
    if not (counted or told) or epoch is None or len(claim.links) > 1 or not _is_whole(exercise):
        return
    rate = memory.roles.get((Role.LEARNING_RATE, None)) or exercise.learning_rate
    if rate is None or epoch < 1:
        return
    bipolar = min(target.value for target in exercise.targets) < 0
    rates = (rate.value, rate.value / 2) if bipolar else (rate.value,)  # t - y is 2 t: many add η t x
    for part, upper in product(rates, (True, False)):
        epochs = _epochs(exercise, part, upper, memory)
        if epoch > len(epochs):
            return
        here = epochs[epoch - 1]
        value = Fraction(here.errors) if counted else None
        if value is None and reference is not None:
            value = _parameter(here, reference, exercise)
        if value is not None:
            yield Origin(value, Fraction(0), f"in turn {part} {upper}")


def _parameter(here: Epoch, reference: Reference, exercise: Exercise) -> Fraction | None:
    if reference.role is Role.BIAS:
        return here.parameters[-1] if exercise.has_bias else None
    at = reference.feature
    return here.parameters[at - 1] if at is not None and 1 <= at <= exercise.n_features else None


def _is_whole(exercise: Exercise) -> bool:
    width = exercise.n_features
    started = len(exercise.weights) == width and (exercise.bias is not None or not exercise.has_bias)
    plain = exercise.is_plain and exercise.bias_sign == "added" and exercise.batch_size == 1
    return (
        exercise.activation in _STEPS
        and started
        and plain
        and len(exercise.targets) == exercise.n_samples > 0
    )


def _epochs(exercise: Exercise, rate: Fraction, upper: bool, memory: Memory) -> tuple[Epoch, ...]:
    """Epoch after epoch, with the upper or the lower class at 0."""
    key = exercise, rate, upper
    if key not in memory.epochs:
        count = min(MAX_UPDATES // exercise.n_samples, MAX_EPOCHS)
        affordable = memory.affords(count * exercise.n_samples * (exercise.n_features + 1))
        memory.epochs[key] = _run(exercise, rate, upper, count) if affordable else ()
    return memory.epochs[key]


def _run(exercise: Exercise, rate: Fraction, upper: bool, count: int) -> tuple[Epoch, ...]:
    one = (Fraction(1),) if exercise.has_bias else ()
    rows = [(*(number.value for number in row), *one) for row in exercise.features]
    targets = [number.value for number in exercise.targets]
    high, low = Fraction(1), Fraction(-1 if min(targets) < 0 else 0)
    start = (
        *exercise.weights,
        *((exercise.bias,) if exercise.has_bias and exercise.bias is not None else ()),
    )
    here = [number.value for number in start]
    found: list[Epoch] = []
    for _ in range(count):
        errors = 0
        for row, target in zip(rows, targets, strict=True):
            net = sum((a * b for a, b in zip(row, here, strict=True)), Fraction(0))
            error = target - (high if net > 0 or (net == 0 and upper) else low)
            errors += error != 0
            here = [each + rate * error * x for each, x in zip(here, row, strict=True)]
        found.append(Epoch(tuple(here), errors))
    return tuple(found)
