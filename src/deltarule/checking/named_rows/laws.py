"""What the names of a row stand for on a function that the document states, or on the loss of a neuron with its data.

Some are parameters, the others are what is had at a point: values, slopes. Where a convention is not told (a mean or a sum, half of it or
all), each is a law of its own, and the rows show which one they follow.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Protocol, TypeAlias

from deltarule.algebra.expr import Apply, Expr, Symbol, Vector
from deltarule.checking.columns.makings import FAILED
from deltarule.checking.columns.models import Model
from deltarule.checking.origins.functions import Function, slope_variable
from deltarule.formulas import Role
from deltarule.naming import Names

Point: TypeAlias = tuple[Fraction, ...]
MAX_KEPT = 4000  # points of one law
_LOSSES = ("mse", "half mse", "sse", "half sse", "mean entropy", "entropy")
_NEXT = frozenset({(f"{letter}+1",) for letter in "kntij"})
_SCALES = ("mean", "two mean", "sum", "two")


class Law(Protocol):
    """What gives numbers at a point."""

    parameters: tuple[Expr, ...]
    cost: int  # of a point

    @property
    def slopes(self) -> Sequence[tuple[str, ...]]:
        """The names of the slopes by each parameter, one for each convention."""
        ...

    def at(self, point: Point) -> Mapping[str, Fraction]:
        """All that is had at a point, by name."""
        ...

    def of(self, name: Expr) -> tuple[str, ...]:
        """What a name of a row may stand for, one for each convention; nothing if that is unknown."""
        ...

    def is_named(self, name: Expr) -> bool:
        """Whether a name says itself which function it is the value of."""
        ...


class OfFunction:
    """A function that the document states, of parameters that the rows tell."""

    def __init__(
        self,
        function: Function,
        parameters: tuple[Expr, ...],
        names: Names,
        is_only: bool,
        with_curvature: bool = False,
    ) -> None:
        self.function = function
        self.with_curvature = with_curvature
        self.parameters = parameters
        self.cost = 1
        self._names = names
        self._is_only = is_only
        self._known: dict[Point, dict[str, Fraction]] = {}

    @property
    def slopes(self) -> Sequence[tuple[str, ...]]:
        """The slope by each variable."""
        return [(f"slope {j}",) for j in range(len(self.parameters))]

    @cached_property
    def _of(self) -> Sequence[tuple[str, Function]]:
        slopes = (self.function.slope(variable) for variable in self.function.variables)
        named = [("value", self.function)] if not self.function.slopes else []
        sloped = [(f"slope {j}", each) for j, each in enumerate(slopes) if each is not None]
        return [*named, *sloped, *(self._curvature if self.with_curvature else ())]

    @property
    def _curvature(self) -> Iterator[tuple[str, Function]]:
        """The second derivative of a function of one variable."""
        variables = self.function.variables
        slope = self.function.slope(variables[0]) if len(variables) == 1 else None
        second = None if slope is None else replace(slope, slopes=()).slope(variables[0])
        if second is not None:
            yield "curvature 0", second

    def at(self, point: Point) -> Mapping[str, Fraction]:
        """The value, and the slope by each variable."""
        known = self._known.get(point)
        if known is None:
            known = {}
            for name, function in self._of:
                try:
                    known[name] = function.at(dict(zip(self.function.variables, point, strict=True)))
                except FAILED:
                    continue
            if len(self._known) < MAX_KEPT:
                self._known[point] = known
        return known

    def of(self, name: Expr) -> tuple[str, ...]:
        """The value for the function's own name, and for a loss where there is no other function; a slope for its derivatives."""
        if not self.function.slopes and self.is_named(name):
            return ("value",)
        if isinstance(name, Apply) and name.function == f"{self.function.name}''":
            return ("curvature 0",) if self.with_curvature else ()
        sloped = slope_variable(name)
        if sloped is not None:
            return self._slope(sloped[1])
        is_loss = isinstance(name, Symbol) and not name.index and self._names.role(name.name) is Role.LOSS
        return ("value",) if is_loss and self._is_only else ()

    def _slope(self, variable: Symbol | None) -> tuple[str, ...]:
        variables = self.function.variables
        if variable is None:
            return ("slope 0",) if len(variables) == 1 else ()
        return (f"slope {variables.index(variable)}",) if variable in variables else ()

    def is_named(self, name: Expr) -> bool:
        """``f(x)`` for f, and its name alone; ``∂f/∂x`` where that is what the document states."""
        if self.function.slopes:
            sloped = slope_variable(name)
            return sloped is not None and None not in sloped and sloped[1] in self.function.variables
        if isinstance(name, Apply):
            arguments = name.arg.items if isinstance(name.arg, Vector) else (name.arg,)
            return name.function == self.function.name and arguments == self.parameters
        return isinstance(name, Symbol) and name == Symbol(self.function.name)


class OfLoss:
    """The loss of a neuron over its data, of the weights and the bias that the rows tell."""

    def __init__(self, model: Model, parameters: tuple[Expr, ...], names: Names) -> None:
        self.model = model
        self.parameters = parameters
        self.cost = len(model.rows)
        self._names = names

    @property
    def slopes(self) -> Sequence[tuple[str, ...]]:
        """The slopes of the summed squares by each parameter, or of their mean, of half of it or of all."""
        return [tuple(f"slope {j} {scale}" for scale in _SCALES) for j in range(len(self.parameters))]

    def at(self, point: Point) -> Mapping[str, Fraction]:
        """All that the neuron gives."""
        return self.model.gives(point)

    def of(self, name: Expr) -> tuple[str, ...]:
        """The loss in each convention, or a slope of it."""
        reference = self._names.reference(name)
        if reference is None or not isinstance(name, Symbol):
            return ()
        if reference.role is Role.LOSS:
            return _LOSSES
        if reference.role is Role.BIAS_GRADIENT and self.model.has_bias:
            return self.slopes[-1]
        if reference.role is Role.GRADIENT:
            j = (reference.feature or 1) - 1
            return self.slopes[j] if j < self.model.size - self.model.has_bias else ()
        return ()

    def is_named(self, name: Expr) -> bool:
        """Never: a loss is of whatever data are meant."""
        return False


def told_as(variables: Sequence[Symbol], names: Collection[Expr]) -> tuple[Expr, ...]:
    """The names under which a row tells the variables of a function, ``w[0]`` for w_0; nothing if not all of them."""
    symbols = [name for name in names if isinstance(name, Symbol)]
    by_index = {(name.name, name.index or name.upper): name for name in symbols if "new" in name.marks}
    by_index |= {(name.name, name.index or name.upper): name for name in symbols if "new" not in name.marks}
    found = [by_index.get((each.name, each.index or each.upper)) for each in variables]
    told = [name for name in found if name is not None]
    return tuple(told) if len(told) == len(found) else ()


def renewed(parameters: Sequence[Expr], names: Collection[Expr]) -> dict[Expr, int]:
    """Names of a row for what its step leads to, ``x_new``, ``x_{k+1}`` beside x: each with the place of its parameter."""
    found: dict[Expr, int] = {}
    for name in names:
        for j, parameter in enumerate(parameters):
            if (
                not isinstance(name, Symbol)
                or not isinstance(parameter, Symbol)
                or name.name != parameter.name
            ):
                continue
            is_new = "new" in name.marks and "new" not in parameter.marks and name.index == parameter.index
            if is_new or (name.index in _NEXT and not parameter.index):
                found[name] = j
    return found


def taken_ahead(name: Expr, law: Law, new: Mapping[Expr, int]) -> tuple[Expr, ...]:
    """The names of new values at which a name says that the function of a law is taken, ``f(x_{k+1})``; nothing if it does not."""
    if not isinstance(name, Apply) or not isinstance(law, OfFunction) or law.function.slopes:
        return ()
    arguments = name.arg.items if isinstance(name.arg, Vector) else (name.arg,)
    places = [new.get(each) for each in arguments]
    at_all = name.function == law.function.name and places == list(range(len(law.parameters)))
    return arguments if at_all else ()


def losses(models: Iterable[Model], told: Iterable[Expr], names: Names) -> list[OfLoss]:
    """The losses of neurons whose parameters a row tells by name."""
    weights: dict[int, Expr] = {}
    bias: Expr | None = None
    for name in told:
        reference = names.reference(name)
        if reference is None or not isinstance(name, Symbol) or name.upper:
            continue
        if reference.role is Role.WEIGHT:
            weights[(reference.feature or 1) - 1] = name
        elif reference.role is Role.BIAS:
            bias = name
    found = []
    for model in models:
        size = model.size - model.has_bias
        if set(weights) != set(range(size)) or model.has_bias is not (bias is not None):
            continue
        ordered = (*(weights[j] for j in range(size)), *((bias,) if bias is not None else ()))
        found.append(OfLoss(model, ordered, names))
    return found
