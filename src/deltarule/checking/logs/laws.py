"""What stands in the rows of a log: a function and its slopes, the loss of a neuron on its data, or one sample of them after the other.

Each law gives, at the parameters with which a row begins, whatever may be printed there, by names of no further meaning. What the author has
printed himself on the way (the output in front of the error) may be `given`: what is worked with it then is right in another way.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Protocol, TypeAlias

from deltarule.checking.columns.makings import FAILED, curve_of
from deltarule.checking.columns.models import Model, output_of
from deltarule.checking.origins.functions import Function
from deltarule.written import rounded

Point: TypeAlias = tuple[Fraction, ...]
Given: TypeAlias = Mapping[str, Fraction]
MAX_KEPT = 4_000  # points of one law
_PLACES = 25
_NEXT = ("next", "curved next")
_OF_ONE = ("output", "error", "missing")  # told of each sample: "error 2"
_SCALES = {"sum": 1, "two": 2}
STEPS = ("step", "step above", "sign", "sign above")  # 1 from 0 on, or above it only


class Law(Protocol):
    """What gives numbers at a point, in a row."""

    size: int  # parameters
    cost: int  # of a point

    @property
    def scales(self) -> Sequence[str]:
        """The conventions in which there are slopes, ``slope 0 mean``."""
        ...

    def at(self, point: Point, row: int, given: Given) -> Mapping[str, Fraction]:
        """All that is had at a point in a row."""
        ...


class OfFunction:
    """A function that the document states."""

    scales = ("",)

    def __init__(self, function: Function) -> None:
        self.size = len(function.variables)
        self.cost = 1
        slopes = (function.slope(variable) for variable in function.variables)
        named = [("value", function)] if not function.slopes else []
        self._named = [*named, *((f"slope {j} ", each) for j, each in enumerate(slopes) if each is not None)]
        self._variables = function.variables
        self._known: dict[Point, dict[str, Fraction]] = {}

    def at(self, point: Point, row: int, given: Given) -> Mapping[str, Fraction]:
        """The value, and the slope by each variable."""
        known = self._known.get(point)
        if known is None:
            known = {}
            for name, function in self._named:
                try:
                    known[name] = function.at(dict(zip(self._variables, point, strict=True)))
                except FAILED:
                    continue
            if len(self._known) < MAX_KEPT:
                self._known[point] = known
        return {**known, **given}


class OfBatches:
    """The loss of a neuron over the samples that a row takes: all of them, or so many after the other."""

    scales = ("sum", "mean", "two", "two mean")

    def __init__(self, models: Sequence[Model]) -> None:
        self._models = models
        self.size = models[0].size
        self.cost = max(len(model.rows) for model in models) * (1 if models[0].curve == "identity" else 8)

    def at(self, point: Point, row: int, given: Given) -> Mapping[str, Fraction]:
        """Losses and slopes."""
        model = self._models[row % len(self._models)]
        known = model.gives(point)
        found = {name: value for name, value in known.items() if not name.startswith(_NEXT)}
        if any(name.startswith(_OF_ONE) for name in given):
            found |= _with_errors(model, found, given)
        return {**found, **given}

    @property
    def samples(self) -> int:
        """How many samples each row takes, if all take as many."""
        sizes = {len(model.rows) for model in self._models}
        return sizes.pop() if len(sizes) == 1 else 0


def _with_errors(model: Model, found: Given, given: Given) -> dict[str, Fraction]:
    """Losses and slopes with what the author has printed of the samples in the place of what is worked out."""
    errors: list[Fraction] = []
    for i, target in enumerate(model.targets):
        output = given.get(f"output {i}", found.get(f"output {i}"))
        if output is None:
            return {}
        missing = given.get(f"missing {i}")
        errors.append(given.get(f"error {i}", output - target if missing is None else -missing))
    count, squares = len(errors), sum((error * error for error in errors), Fraction(0))
    done = {"sse": squares, "half sse": squares / 2, "mse": squares / count, "half mse": squares / count / 2}
    done |= {f"error {i}": error for i, error in enumerate(errors)}
    done |= {f"missing {i}": -error for i, error in enumerate(errors)}
    rows = [(*row, Fraction(1)) if model.has_bias else tuple(row) for row in model.rows]
    for j in range(model.size):
        slope = sum((error * row[j] for error, row in zip(errors, rows, strict=True)), Fraction(0))
        done |= {f"slope {j} sum": slope, f"slope {j} mean": slope / count}
        done |= {f"slope {j} two": 2 * slope, f"slope {j} two mean": 2 * slope / count}
    return done


class OfSamples:
    """One sample a row: its net input, output, error, and what it changes."""

    scales = ("sum", "two", "curved sum", "curved two")

    def __init__(
        self, inputs: Sequence[Sequence[Fraction]], targets: Sequence[Fraction], curve: str, has_bias: bool
    ) -> None:
        self.inputs = [(*row, Fraction(1)) if has_bias else tuple(row) for row in inputs]
        self.targets = targets
        self.size = len(self.inputs[0])
        self.cost = 1 if curve == "identity" or curve in STEPS else 8
        self._curve = curve

    def at(self, point: Point, row: int, given: Given) -> Mapping[str, Fraction]:
        """All that one sample gives, with what the author has printed of it in the place of what is worked out."""
        x, t = self.inputs[row % len(self.inputs)], self.targets[row % len(self.targets)]
        net = given.get("net", sum((w * each for w, each in zip(point, x, strict=True)), Fraction(0)))
        found: dict[str, Fraction] = {"net": net}
        output = given.get("output")
        if output is None:
            try:
                output = _curved(self._curve, net)
            except FAILED:
                return found
        error = output - t
        if "error" in given:
            error = given["error"]
        elif "missing" in given:
            error = -given["missing"]
        found |= {"output": output, "error": error, "missing": -error}
        found |= {"square": error * error, "half square": error * error / 2}
        factors = {"": Fraction(1)}
        if self._curve in ("sigmoid", "tanh"):
            factors["curved "] = output * (1 - output) if self._curve == "sigmoid" else 1 - output * output
        if self._curve == "sigmoid" and t in (0, 1) and 0 < output < 1:
            found["entropy"] = _cut(-curve_of("ln")(output if t else 1 - output))
        for name, factor in factors.items():
            for scale, times in _SCALES.items():
                for j, each in enumerate(x):
                    found[f"slope {j} {name}{scale}"] = times * error * factor * each
        return {**found, **given}


def _curved(curve: str, net: Fraction) -> Any:
    if curve in STEPS:
        is_above = net > 0 if curve.endswith("above") else net >= 0
        return Fraction(1) if is_above else Fraction(0 if curve.startswith("step") else -1)
    return net if curve == "identity" else output_of(curve, net)


def _cut(value: Any) -> Fraction:
    """A value of a curve without digits that nobody prints."""
    return rounded(Fraction(value), _PLACES)
