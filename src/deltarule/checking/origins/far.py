"""Where full-batch descent stands many steps from its start: what logs and tables tell of far-off epochs.

A step on the squared loss of a linear neuron is an affine map of its parameters; so many of them are a power of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.evaluate import evaluate
from deltarule.checking.origins.arrays import NoValueError
from deltarule.checking.origins.memory import Memory
from deltarule.errors import DeltaruleError
from deltarule.exercise import Exercise
from deltarule.formulas import CONVENTIONS, Role
from deltarule.trace import neuron_arithmetic
from deltarule.written import rounded

MAX_EPOCH = 1_000_000
MAX_WIDTH = 4  # parameters
MAX_CURVED = 100  # outputs of a sigmoid that are worked out on the way
FEWEST_FIGURES = 3  # of a value that says by itself which convention its author has
_OF_LOG_LOSS = ("half-mean", "half-sum")  # whose slope is that of half the squared loss of a linear neuron
_PLACES = 30
AGAIN = " again"  # from a start that a log tells, with the digits that it shows
_TOO_LARGE = 10**12

Row = tuple[Fraction, ...]
_Matrix = tuple[Row, ...]


def far_along(memory: Memory, figures: int) -> Iterator[tuple[str, Exercise, Row]]:
    """Parameters at the epoch of the heading above, weights first: for each convention, and counted from 0 or from 1.

    A value of few figures is held against the convention only that a longer one has fitted before.
    """
    exercise, epoch = memory.told or memory.exercise, memory.epoch
    rate = memory.roles.get((Role.LEARNING_RATE, None)) or exercise.learning_rate
    if epoch is None or not 0 < epoch <= MAX_EPOCH or rate is None:
        return
    for at, begun in enumerate(_begun(exercise, memory)):
        if not _is_whole(begun):
            continue
        for name in CONVENTIONS if begun.activation == "identity" else _OF_LOG_LOSS:
            for count in (epoch, epoch - 1, epoch + 1):
                how = f"far {name} {count - epoch}{AGAIN * at}"
                if count < 1 or (memory.far != how if memory.far else figures < FEWEST_FIGURES):
                    continue
                key = "far", count, name, rate.value, at
                if key not in memory.paths:
                    found = _after(count, name, rate.value, begun, memory)
                    memory.paths[key] = () if found is None else (found,)
                for numbers in memory.paths[key]:
                    yield how, begun, numbers


def _begun(exercise: Exercise, memory: Memory) -> Iterator[Exercise]:
    """The exercise from its start, and from the parameters told at epoch 0 and just before it: where a log begins anew."""
    yield exercise
    known = [tuple(number.value for number in (*exercise.weights, *filter(None, (exercise.bias,))))]
    numbered = range(1, exercise.n_features + 1) if exercise.n_features > 1 else (None,)
    roles: list[tuple[Role, int | None]] = [(Role.WEIGHT, feature) for feature in numbered]
    roles += [(Role.BIAS, None)] if exercise.has_bias else []
    for told in memory.at_zero:
        start = [told.get(role) for role in roles]
        numbers = [number for number in start if number is not None]
        values = tuple(number.value for number in numbers)
        if len(numbers) < len(start) or values in known:
            continue
        known.append(values)
        weights = tuple(numbers[: exercise.n_features])
        yield replace(exercise, weights=weights, bias=numbers[-1] if exercise.has_bias else exercise.bias)


def _is_whole(exercise: Exercise) -> bool:
    width = exercise.n_features
    started = len(exercise.weights) == width and (exercise.bias is not None or not exercise.has_bias)
    plain = exercise.momentum is None and exercise.weight_decay is None and bool(exercise.features)
    return 0 < width < MAX_WIDTH and started and plain and exercise.activation in ("identity", "sigmoid")


def rows_of(exercise: Exercise) -> tuple[Row, ...]:
    """The inputs of each row, and a one for the bias."""
    one = (Fraction(1),) if exercise.has_bias else ()
    return tuple((*(number.value for number in row), *one) for row in exercise.features)


def _after(count: int, name: str, rate: Fraction, exercise: Exercise, memory: Memory) -> Row | None:
    rows = rows_of(exercise)
    targets = tuple(number.value for number in exercise.targets)
    bias = (exercise.bias.value,) if exercise.has_bias and exercise.bias is not None else ()
    start = (*(number.value for number in exercise.weights), *bias)
    factor: Fraction = evaluate(CONVENTIONS[name].squared_gradient_factor, lambda _: Fraction(len(rows)))
    try:
        if exercise.activation == "sigmoid":
            return _curved(count, rate * factor, start, rows, targets, memory)
        if not memory.affords(len(start) ** 2 * (len(rows) + len(start) * count.bit_length())):
            return None
        step = _affine(rate * factor, rows, targets)
        return tuple(
            sum((a * b for a, b in zip(line, (*start, Fraction(1)), strict=True)), Fraction(0))
            for line in _power(step, count)[:-1]
        )
    except (NoValueError, ArithmeticError, DeltaruleError, ValueError, LookupError):
        return None


def _affine(rate: Fraction, rows: Sequence[Row], targets: Row) -> _Matrix:
    """One step as a matrix on the parameters and a one."""
    width = len(rows[0])
    lines = []
    for i in range(width):
        slopes = (sum((row[i] * row[j] for row in rows), Fraction(0)) for j in range(width))
        wanted = sum((row[i] * target for row, target in zip(rows, targets, strict=True)), Fraction(0))
        lines.append((*((i == j) - rate * slope for j, slope in enumerate(slopes)), rate * wanted))
    return (*lines, (*(Fraction(0),) * width, Fraction(1)))


def _power(matrix: _Matrix, count: int) -> _Matrix:
    size = range(len(matrix))
    result: _Matrix = tuple(tuple(Fraction(i == j) for j in size) for i in size)
    while count:
        if count & 1:
            result = _product(result, matrix)
        matrix = _product(matrix, matrix) if count > 1 else matrix
        count >>= 1
    return result


def _product(left: _Matrix, right: _Matrix) -> _Matrix:
    columns = tuple(zip(*right, strict=True))
    found = tuple(
        tuple(
            rounded(sum((a * b for a, b in zip(line, column, strict=True)), Fraction(0)), _PLACES)
            for column in columns
        )
        for line in left
    )
    if any(abs(value) > _TOO_LARGE for line in found for value in line):
        raise ArithmeticError("it diverges")
    return found


def _curved(
    count: int, rate: Fraction, start: Row, rows: Sequence[Row], targets: Row, memory: Memory
) -> Row | None:
    """Steps on the log loss of a sigmoid, whose slope is that of half the squared loss of a linear neuron."""
    if count * len(rows) > MAX_CURVED or not memory.affords(12 * count * len(rows)):
        return None
    curve = neuron_arithmetic().functions["sigmoid"]
    here = start
    for _ in range(count):
        errors = [
            Fraction(curve(sum((a * b for a, b in zip(row, here, strict=True)), Fraction(0)))) - target
            for row, target in zip(rows, targets, strict=True)
        ]
        here = tuple(
            rounded(
                each
                - rate * sum((error * row[k] for error, row in zip(errors, rows, strict=True)), Fraction(0)),
                _PLACES,
            )
            for k, each in enumerate(here)
        )
    return here
