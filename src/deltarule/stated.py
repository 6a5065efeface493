"""Stated formulas: what a formula in symbols amounts to, found at random exact points.

A document may state its loss, its gradient and its update in any spelling. Two formulas are the same if
they give the same values wherever they are tried; they agree up to a convention if the ratio of their
values is the same everywhere.
"""

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias
from zlib import crc32

from deltarule.algebra.evaluate import EXACT, RELATIONS, evaluate, product_of, total
from deltarule.algebra.expr import (
    Apply,
    Expr,
    Negative,
    Number,
    Piecewise,
    Product,
    Sum,
    SumOver,
    Symbol,
    symbols,
)
from deltarule.errors import DeltaruleError
from deltarule.formulas import ACTIVATIONS, Role, System
from deltarule.formulas.neuron import PER_FEATURE, PER_SAMPLE
from deltarule.matrix_forms import indexed
from deltarule.naming import ACTIVATION_NAMES, Names
from deltarule.records import record
from deltarule.trace import instance, neuron_arithmetic, quantity_of

_POINTS = 3
_MOST_POINTS = 12  # tried, as a point at which both formulas are zero tells nothing of their ratio
_NOTHING = Fraction(1, 10**12)


@record
class Comparison:
    """How a stated formula relates to the neuron's own.

    `ratio` is stated over expected where it is the same at every point, else None; `loose` names
    symbols that lack an index they need.
    """

    ratio: Fraction | None
    loose: tuple[Symbol, ...]


# what a formula is worth at each point, and which of its symbols lack an index there
Known: TypeAlias = dict[int, tuple[Fraction, tuple[Symbol, ...]]]


class _Draws:
    """Random numbers for the quantities of a neuron's first step, and what was worked out from them.

    What is drawn for a quantity depends on nothing else, and what is worked out depends on the equations that it goes
    back to, so that the draws serve every neuron and every formula.
    """

    def __init__(self, n_samples: int, n_features: int, seed: int) -> None:
        self.n, self.d, self.seed = n_samples, n_features, seed
        self.samples = tuple(range(1, n_samples + 1))
        self.values: dict[tuple[object, Role, int | None, int | None], Fraction] = {}

    def drawn(self, role: Role, feature: int | None, sample: int | None) -> int:
        """A number with no pattern to it that belongs to one quantity."""
        text = f"{self.seed} {role.value} {feature} {sample}"
        return crc32(text.encode()) * 0x9E3779B97F4A7C15 >> 24

    def number(self, drawn: int) -> Fraction:
        """The fraction, of either sign, that a draw stands for."""
        drawn, sign = divmod(drawn, 2)
        drawn, above = divmod(drawn, 87)
        return Fraction((11 + above) * (2 * sign - 1), (7, 10, 13)[drawn % 3] * 11)


class _Point:
    """One random neuron with data; gives the value of every quantity of its first step."""

    def __init__(self, system: System, draws: _Draws) -> None:
        self.system, self.draws = system, draws
        self.n, self.d = draws.n, draws.d

    def value(self, role: Role, feature: int | None, sample: int | None) -> Fraction:
        """Value on which the formulas go on: the old weights, the drawn errors of a neuron that makes none."""
        worked_out = self._worked_out if role in self.system.made else self._drawn
        return worked_out(role, feature, sample)

    def wanted(self, role: Role, feature: int, sample: int) -> Fraction:
        """Value that the neuron's own formula for a quantity gives."""
        return self._worked_out(
            role, feature if role in PER_FEATURE else None, sample if role in PER_SAMPLE else None
        )

    @property
    def is_dead(self) -> bool:
        """Whether no sample gets through the neuron, so that all gradients are zero and tell no formula from another."""
        if self.system.activation != "relu":
            return False
        return all(self.value(Role.NET_INPUT, None, sample) <= 0 for sample in self.draws.samples)

    def _drawn(self, role: Role, feature: int | None, sample: int | None) -> Fraction:
        draws = self.draws
        if role is Role.COUNT:
            return Fraction(self.n)
        if role is Role.TARGET and self.system.loss == "log":
            return Fraction(draws.drawn(role, feature, sample) & 1)
        key = None, role, feature, sample
        if key not in draws.values:
            number = draws.number(draws.drawn(role, feature, sample))
            draws.values[key] = abs(number) if role is Role.LEARNING_RATE else number
        return draws.values[key]

    def _worked_out(self, role: Role, feature: int | None, sample: int | None) -> Fraction:
        key = _goes_back_to(self.system, role), role, feature, sample
        values = self.draws.values
        if key not in values:
            at = feature if role in PER_FEATURE else sample
            tree = instance(self.system[role], self.draws.samples, self.d, at)
            values[key] = evaluate(tree, self._symbol, neuron_arithmetic())
        return values[key]

    def _symbol(self, symbol: Symbol) -> Fraction:
        quantity = quantity_of(symbol, 1)
        return self.value(quantity.role, quantity.feature, quantity.sample)


@lru_cache(maxsize=512)  # a formula is tried at a few points, for a few numbers of samples and features
def _draws(n_samples: int, n_features: int, seed: int) -> _Draws:
    return _Draws(n_samples, n_features, seed)


_ROLES = {role.value: role for role in Role}


@lru_cache(maxsize=4096)
def _goes_back_to(system: System, role: Role) -> object:
    """The same object for all neurons in which a quantity is worked out by the same equations from the same draws."""
    found: dict[Role, Expr] = {}
    waiting = [role]
    while waiting:
        equation = system[waiting.pop()]
        found[equation.role] = equation.right
        for symbol in symbols(equation.right):
            made = _ROLES.get(symbol.name)
            if made is not None and made not in found and made in system.made:
                waiting.append(made)
    return _one_of_a_kind((system.loss == "log", frozenset(found.items())))


@lru_cache(maxsize=4096)
def _one_of_a_kind(key: object) -> object:
    """Equal keys give one object, which is compared by identity."""
    return object()


class _NoValueError(Exception):
    """A formula holds something that has no value here."""


class _Stated:
    """Evaluates a stated formula at a point."""

    def __init__(self, point: _Point, names: Names, feature: int, sample: int, updated: bool) -> None:
        self.point, self.names, self.updated = point, names, updated
        self.free = {"feature": feature, "sample": sample}
        self.loose: list[Symbol] = []

    def value(self, expr: Expr, bound: Mapping[str, int], axes: Mapping[str, str]) -> Fraction:
        above, below = self._ratio(expr, bound, axes)
        return Fraction(above, below)

    def _ratio(self, expr: Expr, bound: Mapping[str, int], axes: Mapping[str, str]) -> tuple[int, int]:
        """Numerator and denominator (above 0), brought to lowest terms at the end, as where formulas are evaluated."""
        if isinstance(expr, Symbol):
            return self._symbol(expr, bound, axes).as_integer_ratio()
        if isinstance(expr, Sum):
            return total([self._ratio(term, bound, axes) for term in expr.terms])
        if isinstance(expr, Product):
            return product_of([self._ratio(factor, bound, axes) for factor in expr.factors])
        if isinstance(expr, Negative):
            above, below = self._ratio(expr.arg, bound, axes)
            return -above, below
        if isinstance(expr, SumOver):
            axis = self._axis(expr)
            reach = self.point.d if axis == "feature" else self.point.n
            inner = {**axes, expr.index: axis}
            return total(
                [self._ratio(expr.body, {**bound, expr.index: k}, inner) for k in range(1, reach + 1)]
            )
        return self._other(expr, bound, axes).as_integer_ratio()

    def _other(self, expr: Expr, bound: Mapping[str, int], axes: Mapping[str, str]) -> Fraction:
        if isinstance(expr, Number):
            return expr.value
        if isinstance(expr, Apply) and expr.function == "mean":
            return self.value(SumOver("i", expr.arg), bound, axes) / self.point.n
        if isinstance(expr, Apply) and self._is_of_inputs(expr):
            return self._output(expr, bound, axes)
        if isinstance(expr, Apply) and expr.function in ACTIVATION_NAMES:
            argument = self.value(expr.arg, bound, axes)
            return self._activation(expr.function, argument)
        if isinstance(expr, Apply) and expr.function.removesuffix("'") in ACTIVATION_NAMES:
            return self._slope(expr.function[:-1], self.value(expr.arg, bound, axes))
        if isinstance(expr, Piecewise):
            return self._piecewise(expr, bound, axes)
        slots = expr.map(lambda child: Number(self.value(child, bound, axes)))
        result: Fraction = evaluate(slots, _refuse, EXACT)
        return result

    def _is_of_inputs(self, expr: Apply) -> bool:
        """Whether it is what comes out for the inputs of a sample: ``h(x^{(i)})``."""
        if not isinstance(expr.arg, Symbol) or expr.arg.index or expr.function in ACTIVATIONS:
            return False
        named = expr.function in ACTIVATION_NAMES or expr.function in self.names.of_inputs
        return named and self.names.role(expr.arg.name) is Role.FEATURE

    def _output(self, expr: Apply, bound: Mapping[str, int], axes: Mapping[str, str]) -> Fraction:
        assert isinstance(expr.arg, Symbol)
        return self._symbol(Symbol(Role.OUTPUT.value, (), (), expr.arg.upper), bound, axes, Role.OUTPUT)

    def _piecewise(self, expr: Piecewise, bound: Mapping[str, int], axes: Mapping[str, str]) -> Fraction:
        for branch in expr.branches:
            condition = branch.condition
            left, right = self.value(condition.left, bound, axes), self.value(condition.right, bound, axes)
            if RELATIONS[condition.relation](left, right):
                return self.value(branch.value, bound, axes)
        return self.value(expr.otherwise, bound, axes)

    def _activation(self, function: str, argument: Fraction) -> Fraction:
        functions = neuron_arithmetic().functions
        if function in functions and function not in ("sign", "step"):
            result: Fraction = functions[function](argument)
            return result
        name = self.point.system.activation
        return argument if name == "identity" else functions[name](argument)

    def _slope(self, function: str, argument: Fraction) -> Fraction:
        """``relu'(z)``: the slope of a named activation, or of the neuron's own."""
        named = function in ACTIVATIONS and function not in ("sign", "step")
        slope = ACTIVATIONS[function if named else self.point.system.activation].slope
        if slope is None:
            raise _NoValueError
        output = self._activation(function, argument)
        result: Fraction = evaluate(
            slope, lambda symbol: argument if symbol.name == "z" else output, neuron_arithmetic()
        )
        return result

    def _axis(self, expr: SumOver) -> str:
        for node in expr.body.walk():
            if isinstance(node, Symbol) and expr.index in (*node.index, *node.upper):
                role = self.names.role(node.name)
                if role in PER_FEATURE:
                    return "feature"
                if role in PER_SAMPLE:
                    return "sample"
        roles = [self.names.role(node.name) for node in expr.body.walk() if isinstance(node, Symbol)]
        return (
            "feature"
            if Role.WEIGHT in roles and not any(r in (Role.ERROR, Role.TARGET) for r in roles)
            else "sample"
        )

    def _symbol(
        self, symbol: Symbol, bound: Mapping[str, int], axes: Mapping[str, str], role: Role | None = None
    ) -> Fraction:
        role = role or self.names.role(symbol.name)
        if role is None:
            raise _NoValueError
        here = dict(self.free)
        for index in (*symbol.index, *symbol.upper):
            if isinstance(index, str) and index in bound:
                here[axes[index]] = bound[index]
        for axis in axes:  # no index written: the one that the sum runs over
            if not symbol.index and not symbol.upper:
                here[axes[axis]] = bound[axis]
        if role is Role.FEATURE:
            return self._feature(symbol, bound, axes, here)
        below = [i for i in symbol.index if isinstance(i, int)]
        numbers = [*below, *(i for i in symbol.upper if isinstance(i, int))]
        if below and role in PER_FEATURE:  # what stands above counts the steps: w^{(0)}, w(0)
            here["feature"] = below[0]
        if numbers and role in PER_SAMPLE:
            here["sample"] = numbers[0]
        if here["feature"] > self.point.d or here["sample"] > self.point.n:
            raise _NoValueError
        feature = here["feature"] if role in PER_FEATURE else None
        sample = here["sample"] if role in PER_SAMPLE else None
        if role is Role.WEIGHT and below[:1] == [0]:
            return self.point.value(Role.BIAS, None, None)
        reference = self.names.reference(symbol) if role is Role.VELOCITY else None
        if reference is not None and reference.role is Role.BIAS_VELOCITY:
            return self.point.value(Role.BIAS_VELOCITY, None, None)
        return self.point.value(role, feature, sample)

    def _feature(
        self, symbol: Symbol, bound: Mapping[str, int], axes: Mapping[str, str], here: dict[str, int]
    ) -> Fraction:
        indices = (*symbol.index, *symbol.upper)
        if symbol.index[:1] == (0,) and self.names.first_feature == 1:
            return Fraction(1)  # x_0, the input of the bias
        numbers = [i for i in indices if isinstance(i, int)]
        if len(indices) < 2 and self.point.d > 1:
            on_sample = any(isinstance(i, str) and axes.get(i) == "sample" for i in indices)
            on_feature = any(isinstance(i, str) and axes.get(i) == "feature" for i in indices)
            if (on_sample or not indices) and not on_feature:
                self.loose.append(symbol)
            if numbers:
                here["feature"] = numbers[0]
        elif numbers:
            here["feature" if len(numbers) < 2 else "sample"] = numbers[0]
            if len(numbers) > 1:
                here["feature"] = numbers[1]
        for axis in axes:
            here[axes[axis]] = bound[axis] if here[axes[axis]] == self.free[axes[axis]] else here[axes[axis]]
        if here["feature"] > self.point.d or here["sample"] > self.point.n:
            raise _NoValueError
        return self.point.value(Role.FEATURE, here["feature"], here["sample"])


def _refuse(symbol: Symbol) -> Fraction:
    raise _NoValueError


def compare(
    stated: Expr,
    role: Role,
    neuron: System,
    names: Names,
    feature: int = 1,
    sample: int = 1,
    only: frozenset[Fraction] | None = None,
    known: Known | None = None,
) -> Comparison | None:
    """Compare a stated formula for `role` with the system's; None if it has no value (unknown names).

    Where `only` some ratios matter, another one ends the comparison. Systems in which the formula has the same values
    can share those that are `known`.

    >>> from deltarule.formulas import system
    >>> from deltarule.formulas.neuron import eta, gradient
    >>> compare(eta * gradient, Role.CHANGE, system(), Names(n_features=2, n_samples=3)).ratio
    Fraction(-1, 1)
    """
    meanings = tuple([names.role(symbol.name) for symbol in stated.symbols])
    applied = names.of_inputs if stated.has_functions else None
    shape = names.n_samples, names.n_features, names.first_feature, names.timed, applied
    question = stated.once(_unnamed), role, neuron, meanings, shape, feature, sample
    if (question, only) in _COMPARED:
        return _COMPARED[question, only]
    whole = _COMPARED.get((question, None))
    if whole is not None:
        return whole if only is None or whole.ratio in only else _OTHER
    found = _compared(stated, role, neuron, names, feature, sample, only, known)
    if found is None or not found.loose:  # symbols that are loose have their place in one document
        if len(_COMPARED) >= _MOST_KEPT:
            _COMPARED.clear()
        _COMPARED[question, only] = found
        if found is not None and found.ratio is not None:  # at all points, whichever matter
            _COMPARED[question, None] = found
    return found


def _unnamed(expr: Expr) -> object:
    """An expression without its names: beside what they mean, nothing else says what it is worth."""
    if isinstance(expr, Symbol):
        return expr.index, expr.marks, expr.upper
    if isinstance(expr, Number):
        return expr.value.as_integer_ratio()
    told = [value for name in _TELLING if (value := getattr(expr, name, None)) is not None]
    return type(expr), *told, *[child.once(_unnamed) for child in expr.children()]


_TELLING = ("function", "index", "relation")  # what nodes hold beside other nodes
_OTHER = Comparison(None, ())
# what was found of formulas, for the documents to come: those of one class state the same ones
_COMPARED: dict[object, Comparison | None] = {}
_MOST_KEPT = 4096


def _compared(
    stated: Expr,
    role: Role,
    neuron: System,
    names: Names,
    feature: int,
    sample: int,
    only: frozenset[Fraction] | None,
    known: Known | None,
) -> Comparison | None:
    n, d = names.n_samples or 3, min(names.n_features or 2, 6)
    ratios: list[Fraction] = []
    loose: tuple[Symbol, ...] = ()
    for seed in range(_MOST_POINTS):
        point = _Point(neuron, _draws(min(n, 40), d, seed))
        if point.is_dead:
            continue
        try:
            if known is None or seed not in known:
                reader = _Stated(
                    point, names, min(feature, d), min(sample, n), role in (Role.WEIGHT, Role.BIAS)
                )
                value = reader.value(stated, {}, {})
                loose = tuple(dict.fromkeys(reader.loose))
            else:
                value, loose = known[seed]
            wanted = point.wanted(role, min(feature, d), min(sample, n))
        except (_NoValueError, DeltaruleError, ZeroDivisionError, OverflowError):
            return None
        if known is not None:
            known[seed] = value, loose
        if wanted == 0:
            if abs(value) > _NOTHING:
                return Comparison(None, loose)
            continue
        ratio = value / wanted
        ratios.append(ratio if ratio.denominator < 10**12 else _short(ratio))
        if only is not None and ratios[-1] not in only:
            return Comparison(None, loose)
        if len(ratios) == _POINTS:
            break
    return Comparison(ratios[0] if len(set(ratios)) == 1 else None, loose)


_CHANGE_OF = {Role.WEIGHT: Role.CHANGE, Role.BIAS: Role.BIAS_CHANGE}
_PER_SAMPLE_PARTS = frozenset(
    {Role.ERROR, Role.DELTA, Role.TARGET, Role.OUTPUT, Role.NET_INPUT, Role.FEATURE}
)


def compare_claim(
    stated: Expr,
    role: Role,
    neuron: System,
    names: Names,
    feature: int = 1,
    sample: int = 1,
    only: frozenset[Fraction] | None = None,
    known: Known | None = None,
) -> Comparison | None:
    """Compare a stated formula, knowing that an update is about what it adds, and that a rule may be stated for one sample.

    A new weight is compared by its difference to the old one. A rule without a sum over samples, but with the
    error of one, is the rule of one sample.
    """
    stated = indexed(stated, names)
    if of_one_sample(stated, role, names):
        names = names.counting(1)
        sample = 1
    old = (
        next((symbol for symbol in symbols(stated) if names.role(symbol.name) is role), None)
        if role in _CHANGE_OF
        else None
    )
    if old is None:
        return compare(stated, role, neuron, names, feature, sample, only, known)
    difference = Sum((stated, Negative(old)))
    added = compare(difference, _CHANGE_OF[role], neuron, names, feature, sample, only, known)
    if added is None or added.ratio is None or neuron.change == "added":
        return added
    return Comparison(-added.ratio, added.loose)


def of_one_sample(stated: Expr, role: Role, names: Names) -> bool:
    """Whether a learning rule is stated for a single sample."""
    stated = indexed(stated, names)
    if role in PER_SAMPLE or role is Role.LOSS or any(_runs_over_samples(node) for node in stated.walk()):
        return False
    return any(names.role(symbol.name) in _PER_SAMPLE_PARTS for symbol in symbols(stated))


def _runs_over_samples(node: Expr) -> bool:
    return isinstance(node, SumOver) or (isinstance(node, Apply) and node.function == "mean")


def _short(ratio: Fraction) -> Fraction:
    """A ratio of values with exp or ln in them, to the digits that count."""
    return ratio.limit_denominator(10**9)


def same_activation(stated: Expr, activation: str) -> bool:
    """Whether a formula of one symbol gives the values of an activation."""
    known = neuron_arithmetic().functions
    for numerator in (-23, -7, -1, 3, 11, 19):
        net_input = Fraction(numerator, 10)
        expected = net_input if activation == "identity" else known[activation](net_input)
        try:
            value = evaluate(stated, lambda _, z=net_input: z, neuron_arithmetic())  # type: ignore[misc]  # one symbol
        except (DeltaruleError, ZeroDivisionError):
            return False
        if abs(value - expected) > Fraction(1, 10**12):
            return False
    return True
