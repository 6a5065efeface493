"""What a neuron gives on all rows of the data for parameters that stand in a row: losses, slopes, the next parameters, outputs.

Which columns the parameters are is not asked: neighbours of the right number, the bias in front of the weights or behind them.
"""

from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

from deltarule.checking.columns.blocks import Block
from deltarule.checking.columns.makings import FAILED, curve_of, is_far
from deltarule.records import record
from deltarule.written import Written, rounded

MAX_SAMPLES, MAX_TOLD_SAMPLES = 40, 6
_PLACES = 25
_SATURATED = 60  # from where on the output is the limit in all places that are kept
_FAR_OFF = 10**12
_CURVED_COST = 8
_NEAR = 0.01  # roughly told numbers so near may be the same
Parameters: TypeAlias = tuple[Fraction, ...]
_CURVED = frozenset({"sigmoid", "tanh"})


@dataclass
class Model:
    """A neuron with its data, and what it gave for parameters before, exactly and roughly."""

    rows: Sequence[tuple[Fraction, ...]]
    targets: Sequence[Fraction]
    curve: str
    rates: Sequence[Fraction]
    has_bias: bool
    start: Sequence[Fraction] | None = None
    spent: int = 0  # outputs worked out exactly, those of curves counted several times
    known: dict[tuple[Fraction, ...], dict[str, Fraction]] = field(default_factory=dict)
    guessed: dict[tuple[float, ...], dict[str, float]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many parameters it has."""
        return len(self.rows[0]) + self.has_bias

    def gives(self, parameters: tuple[Fraction, ...]) -> dict[str, Fraction]:
        """All that it gives for its parameters, the bias last, by names of no further meaning."""
        worked = self.known.get(parameters)
        if worked is None:
            self.spent += len(self.rows) * (_CURVED_COST if self.curve in _CURVED else 1)
            try:
                worked = _worked(self._inputs, self.targets, self.curve, self.rates, parameters)
            except FAILED:
                worked = {}
            self.known[parameters] = worked
        return worked

    def roughly(self, parameters: tuple[float, ...]) -> dict[str, float]:
        """The same in floats, which leave out quickly what is far off."""
        guessed = self.guessed.get(parameters)
        if guessed is None:
            try:
                rows, targets, rates = self._floats
                guessed = _worked(rows, targets, self.curve, rates, parameters)
            except FAILED:
                guessed = {}
            self.guessed[parameters] = guessed
        return guessed

    @cached_property
    def _inputs(self) -> Sequence[tuple[Fraction, ...]]:
        return [(*row, Fraction(1)) for row in self.rows] if self.has_bias else self.rows

    @cached_property
    def _floats(self) -> tuple[list[tuple[float, ...]], list[float], list[float]]:
        rows = [tuple(map(float, row)) for row in self._inputs]
        return rows, [float(target) for target in self.targets], [float(rate) for rate in self.rates]

    def path(
        self, step: Fraction, numbers: Collection[int], first: Callable[[Parameters], bool]
    ) -> dict[int, Parameters]:
        """The parameters after so many steps of full-batch descent, as long as those after the first few pass a test.

        `step` is what the sum of the slopes over the data is multiplied by.
        """
        here: Parameters = tuple(self.start) if self.start is not None else (Fraction(0),) * self.size
        found: dict[int, Parameters] = {}
        for number in range(max(numbers) + 1):
            if number in numbers:
                found[number] = here
                if len(found) == 2 and not any(map(first, found.values())):
                    return {}
            if max(map(abs, here)) > _FAR_OFF:
                break
            try:
                slopes = self._slopes(here)
            except FAILED:
                break
            here = tuple(rounded(p - step * slope, _PLACES) for p, slope in zip(here, slopes, strict=True))
        return found

    def _slopes(self, parameters: Parameters) -> Sequence[Fraction]:
        """The slopes of half the summed squares, or of the summed cross-entropies."""
        if self.curve == "identity":
            squares, products = self._moments
            return [
                sum((a * p for a, p in zip(row, parameters, strict=True)), -c)
                for row, c in zip(squares, products, strict=True)
            ]
        rows = self._inputs
        nets = [sum((w * x for w, x in zip(parameters, row, strict=True)), Fraction(0)) for row in rows]
        errors = [output_of(self.curve, net) - t for net, t in zip(nets, self.targets, strict=True)]
        return [
            sum((e * row[j] for e, row in zip(errors, rows, strict=True)), Fraction(0))
            for j in range(self.size)
        ]

    @cached_property
    def _moments(self) -> tuple[list[list[Fraction]], list[Fraction]]:
        """The sums over the data of the products of two inputs, and of an input and the target."""
        columns = list(zip(*self._inputs, strict=True))
        squares = [
            [sum((a * b for a, b in zip(one, other, strict=True)), Fraction(0)) for other in columns]
            for one in columns
        ]
        return squares, [
            sum((x * t for x, t in zip(one, self.targets, strict=True)), Fraction(0)) for one in columns
        ]

    def deduced(self, parameters: tuple[Fraction, ...], j: int, then: Fraction) -> Iterator[Fraction]:
        """Learning rates with which a parameter goes on so."""
        for name, slope in self.gives(parameters).items():
            if f"slope {j} " in name and slope:
                yield (parameters[j] - then) / slope


def _worked(rows: Any, targets: Any, curve: str, rates: Any, parameters: Any) -> dict[str, Any]:
    """All that a neuron gives, in the numbers that are put in."""
    none, count = parameters[0] * 0, len(rows)
    nets = [sum((w * x for w, x in zip(parameters, row, strict=True)), none) for row in rows]
    outputs = [output_of(curve, net) for net in nets] if curve in _CURVED else nets
    errors = [output - target for output, target in zip(outputs, targets, strict=True)]
    squares = sum((error * error for error in errors), none)
    found = {"sse": squares, "half sse": squares / 2, "mse": squares / count, "half mse": squares / count / 2}
    curved = [1] * count
    if curve == "sigmoid":
        curved = [output * (1 - output) for output in outputs]
        if all(0 < output < 1 for output in outputs) and set(targets) <= {0, 1}:
            pairs = zip(outputs, targets, strict=True)
            logs = [-cut(curve_of("ln")(output if target else 1 - output)) for output, target in pairs]
            found |= {"entropy": sum(logs, none), "mean entropy": sum(logs, none) / count}
    elif curve == "tanh":
        curved = [1 - output * output for output in outputs]
    for name, factors in (("", [1] * count), ("curved ", curved))[: 1 + (curve in _CURVED)]:
        for j, parameter in enumerate(parameters):
            slope = sum((e * f * row[j] for e, f, row in zip(errors, factors, rows, strict=True)), none)
            scaled = {"sum": slope, "mean": slope / count, "two": 2 * slope, "two mean": 2 * slope / count}
            for scale, value in scaled.items():
                found[f"{name}slope {j} {scale}"] = value
                for k, rate in enumerate(rates):
                    found[f"{name}next {j} {scale} {k}"] = parameter - rate * value
    for i in range(min(count, MAX_TOLD_SAMPLES)):
        found |= {
            f"output {i}": outputs[i],
            f"error {i}": errors[i],
            f"missing {i}": -errors[i],
            f"net {i}": nets[i],
        }
    return found


def output_of(curve: str, net: Any) -> Any:
    """The output of a sigmoid or a hyperbolic tangent, in the numbers that are put in; of a fraction without digits that nobody prints."""
    if isinstance(net, Fraction) and abs(net) > _SATURATED:  # an exp of it would have hundreds of digits
        return Fraction(1 if net > 0 else 0 if curve == "sigmoid" else -1)
    return cut(curve_of(curve)(net))


def cut(value: Any) -> Any:
    """A value of a curve without digits that nobody prints."""
    return rounded(value, _PLACES) if isinstance(value, Fraction) else value


@record
class OfModel:
    """One of the things that a model gives for the parameters in some columns of a row, or of the row before."""

    model: Model
    name: str
    columns: tuple[int, ...]
    back: int
    surely: bool = True
    stated: bool = False
    doubt: float = 0.0

    @property
    def goes_on(self) -> bool:
        """Whether it takes parameters of the row before."""
        return bool(self.back)

    @property
    def family(self) -> Hashable:
        """The same for another parameter."""
        kind, *rest = self.name.split()
        return (id(self.model), kind, *rest[1:], self.columns, self.back)

    def _parameters(self, block: Block, row: int) -> list[Written] | None:
        if self.back and (row == 0 or block.gaps[row]):
            return None
        return numbers_at(block, row - self.back, self.columns)

    def value(self, block: Block, row: int) -> Fraction | None:
        """What it gives in a row."""
        numbers = self._parameters(block, row)
        return None if numbers is None else self.model.gives(tuple(n.value for n in numbers)).get(self.name)

    def is_far(self, block: Block, row: int, number: float) -> bool:
        """Whether what it gives is far from a number, told roughly."""
        if self.back and (row == 0 or block.gaps[row]):
            return False
        here = block.rough[row - self.back]
        parameters = tuple(each for column in self.columns if (each := here[column]) is not None)
        if len(parameters) < len(self.columns):
            return False
        value = self.model.roughly(parameters).get(self.name)
        if value is None or abs(value - number) <= _NEAR * abs(number):
            return False
        return is_far(value, number) or abs(value - number) > self._reach(
            block, row, number, parameters, value
        )

    def _reach(
        self, block: Block, row: int, number: float, parameters: tuple[float, ...], value: float
    ) -> float:
        """How far roundings may at most have moved a number from what is given, told roughly."""
        here = zip(block.rough[row], block.rows[row], strict=True)
        reach = 2 * max(
            (float(cell.written.unit) for each, cell in here if cell is not None and each == number),
            default=0.0,
        )
        for k, column in enumerate(self.columns):
            cell = block.rows[row - self.back][column]
            unit = 0.0 if cell is None or cell.written.places <= 0 else float(cell.written.unit)
            moved = (*parameters[:k], parameters[k] + unit, *parameters[k + 1 :])
            reach += 2 * abs(self.model.roughly(moved).get(self.name, value) - value)
        return reach

    def slack(self, block: Block, row: int) -> Fraction:
        """How far roundings of the parameters may move that."""
        numbers = self._parameters(block, row) or []
        parameters = tuple(number.value for number in numbers)
        value, slack = self.model.gives(parameters).get(self.name, Fraction(0)), Fraction(0)
        for k, number in enumerate(numbers):
            if number.places > 0:
                moved = (*parameters[:k], number.value + number.unit / 2, *parameters[k + 1 :])
                slack += abs(self.model.gives(moved).get(self.name, value) - value)
        return slack


def numbers_at(block: Block, row: int, columns: Sequence[int]) -> list[Written] | None:
    """The numbers of some columns in a row; None where one is missing."""
    cells = [block.rows[row][column] for column in columns]
    numbers = [cell.written for cell in cells if cell is not None]
    return numbers if len(numbers) == len(cells) else None


def layouts(model: Model, column: int, width: int) -> Iterator[tuple[tuple[int, ...], int]]:
    """Which columns the parameters may be: to the left in the same row, anywhere in the row before."""
    size = model.size
    for back, end in ((0, column), (1, width)):
        for start in range(end - size + 1):
            columns = tuple(range(start, start + size))
            yield columns, back
            if model.has_bias and size > 1:
                yield (*columns[1:], columns[0]), back
