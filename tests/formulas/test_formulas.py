"""Every stated slope and gradient, against the derivative of what it is the slope of."""

from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from itertools import product

import pytest
import sympy  # type: ignore[import-untyped]  # it comes without types
from hypothesis import given
from hypothesis import strategies as st

from deltarule.algebra.derive import derive
from deltarule.algebra.evaluate import EXACT, Arithmetic, evaluate
from deltarule.algebra.expr import Apply, Expr, Symbol, substitute, symbols
from deltarule.errors import UsageError
from deltarule.formulas import ACTIVATIONS, CONVENTIONS, LOSSES, Role, System, system
from deltarule.formulas.neuron import CHANGES, ERRORS
from deltarule.trace import instance

z, a, y, e = Symbol("z"), Symbol("a"), Symbol("y"), Symbol("e")
STEP = Fraction(1, 10**20)
NEAR = Fraction(1, 10**15)
SMOOTH = [name for name, entry in ACTIVATIONS.items() if entry.slope is not None]
COMBINATIONS = [
    pytest.param(
        activation,
        loss,
        convention,
        error,
        change,
        id="-".join((activation, loss, convention, error, change)),
    )
    for activation, loss, convention, error, change in product(SMOOTH, LOSSES, CONVENTIONS, ERRORS, CHANGES)
    if LOSSES[loss].activation in (None, activation)
]
# away from 0, where the relu has a kink
POINTS = st.fractions(min_value=-4, max_value=4, max_denominator=64).filter(lambda value: value != 0)


def _worth(expr: Expr, values: Mapping[Symbol, Fraction], over: Arithmetic = EXACT) -> Fraction:
    result: Fraction = evaluate(expr, lambda symbol: values[symbol], over)
    return result


@pytest.mark.parametrize("name", SMOOTH)
@given(point=POINTS)
def test_the_slope_of_an_activation_is_its_derivative(name: str, point: Fraction) -> None:
    """Each stated slope, in terms of z and a, is the derivative of the stated value, and the slope of its graph."""
    activation = ACTIVATIONS[name]
    assert activation.slope is not None
    slope = _worth(activation.slope, {z: point, a: _worth(activation.value, {z: point})})
    assert abs(slope - _worth(derive(activation.value, z), {z: point})) < NEAR
    above, below = (_worth(activation.value, {z: point + step}) for step in (STEP, -STEP))
    assert abs(slope - (above - below) / (2 * STEP)) < NEAR


@pytest.mark.parametrize("name", LOSSES)
@given(output=st.fractions(min_value="0.01", max_value="0.99", max_denominator=500), target=st.integers(0, 1))
def test_the_slope_of_a_loss_is_its_derivative(name: str, output: Fraction, target: int) -> None:
    """Each stated slope of a loss is its derivative by the output, with the error y - a written out."""
    loss = LOSSES[name]
    values = {a: output, y: Fraction(target), e: target - output}
    alone = substitute(loss.value, lambda symbol: y - a if symbol == e else None)
    assert abs(_worth(loss.slope, values) - _worth(derive(alone, a), values)) < NEAR


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("sigmoid", sympy.Function("sigmoid")),
        ("tanh", sympy.tanh),
        ("relu", lambda value: sympy.Max(value, 0)),
        ("identity", lambda value: value),
    ],
)
@pytest.mark.parametrize("point", ["-2", "-1/4", "1/3", "5"])
def test_an_activation_is_what_its_name_says(name: str, formula: sympy.Function, point: str) -> None:
    """Another library's function of the same name has the same value, to forty digits."""
    at = sympy.Rational(point)
    known = 1 / (1 + sympy.exp(-at)) if name == "sigmoid" else formula(at)
    ours = _worth(ACTIVATIONS[name].value, {z: Fraction(point)})
    assert abs(ours - Fraction(str(sympy.N(known, 45)))) < Fraction(1, 10**40)


def test_step_of_zero_is_one() -> None:
    """The step function is 1 at 0 and above, 0 below."""
    values = [_worth(ACTIVATIONS["step"].value, {z: Fraction(at)}) for at in ("-0.01", "0", "0.01")]
    assert values == [0, 1, 1]


def _applied(value: Expr, at: Fraction) -> Fraction:
    return _worth(value, {z: at})


class _Neuron:
    """Two samples and two features, worked by the equations of a system at any weights."""

    rows = ((Fraction("0.5"), Fraction("-1.25")), (Fraction("2"), Fraction("0.75")))
    weights: Mapping[Symbol, Fraction] = {
        Symbol("w", (1,)): Fraction("0.3"),
        Symbol("w", (2,)): Fraction("-0.2"),
        Symbol("b"): Fraction("0.1"),
    }
    rate = Fraction("0.5")

    def __init__(self, equations: System) -> None:
        self.equations = equations
        classes = LOSSES[equations.loss].targets or (1, 0)  # the losses of two classes take their own only
        self.targets = tuple(Fraction(target) for target in classes)
        values = {name: entry.value for name, entry in ACTIVATIONS.items()}
        known = {name: partial(_applied, value) for name, value in values.items()}
        self.arithmetic = Arithmetic(EXACT.number, {**EXACT.functions, **known})

    def known(self, weights: Mapping[Symbol, Fraction]) -> dict[Symbol, Fraction]:
        """Everything up to the loss, at these weights."""
        values = {**weights, Symbol("eta"): self.rate}
        for i, (row, target) in enumerate(zip(self.rows, self.targets, strict=True), 1):
            values[Symbol("y", (i,))] = target
            values.update({Symbol("x", (i, j)): cell for j, cell in enumerate(row, 1)})
            for role in (Role.NET_INPUT, Role.OUTPUT, Role.ERROR):
                values[Symbol(role.value, (i,))] = self.worth(role, i, values)
        values[Symbol("L")] = self.worth(Role.LOSS, None, values)
        return values

    def worth(self, role: Role, at: int | None, values: Mapping[Symbol, Fraction]) -> Fraction:
        """Value of one quantity, from the others."""
        return _worth(instance(self.equations[role], (1, 2), 2, at), values, self.arithmetic)

    def loss(self, weights: Mapping[Symbol, Fraction]) -> Fraction:
        """The loss at these weights."""
        return self.known(weights)[Symbol("L")]

    def loss_in_weights(self) -> Expr:
        """The loss as one formula in weights, bias and data."""
        formula = instance(self.equations[Role.LOSS], (1, 2), 2, None)
        for role in (Role.ERROR, Role.OUTPUT, Role.NET_INPUT):
            formula = substitute(formula, partial(self._written_out, role=role))
            if role is Role.OUTPUT:
                formula = _without_names(formula)
        return formula

    def _written_out(self, symbol: Symbol, role: Role) -> Expr | None:
        if symbol.name != role.value:
            return None
        assert isinstance(symbol.index[0], int)
        return instance(self.equations[role], (1, 2), 2, symbol.index[0])


def _without_names(expr: Expr) -> Expr:
    """Activations replaced by their formulas."""
    if isinstance(expr, Apply) and expr.function in ACTIVATIONS:
        return substitute(ACTIVATIONS[expr.function].value, lambda _: expr.arg)
    return expr.map(_without_names)


@pytest.mark.parametrize(("activation", "loss", "convention", "error", "change"), COMBINATIONS)
def test_a_gradient_is_the_derivative_of_its_loss(
    activation: str, loss: str, convention: str, error: str, change: str
) -> None:
    """Under every convention the stated gradient is the derivative of the stated loss, and its finite difference."""
    neuron = _Neuron(system(activation, loss, convention, error, change))
    known, whole = neuron.known(neuron.weights), neuron.loss_in_weights()
    assert {symbol.name for symbol in symbols(whole)} <= {"x", "y", "w", "b"}
    slopes = []
    for weight in neuron.weights:
        role, at = (
            (Role.BIAS_GRADIENT, None) if weight == Symbol("b") else (Role.GRADIENT, int(weight.index[0]))
        )
        stated = neuron.worth(role, at, known)
        assert abs(stated - _worth(derive(whole, weight), known)) < NEAR
        above, below = (
            neuron.loss({**neuron.weights, weight: neuron.weights[weight] + step}) for step in (STEP, -STEP)
        )
        assert abs(stated - (above - below) / (2 * STEP)) < NEAR
        slopes.append(stated)
    assert any(slopes)


@pytest.mark.parametrize(("activation", "loss", "convention", "error", "change"), COMBINATIONS)
def test_every_update_goes_downhill(
    activation: str, loss: str, convention: str, error: str, change: str
) -> None:
    """However error and change are signed, the new weight is the old one less the rate times the gradient."""
    neuron = _Neuron(system(activation, loss, convention, error, change))
    known = neuron.known(neuron.weights)
    for gradient, moved, weight, at in (
        (Role.GRADIENT, Role.CHANGE, Role.WEIGHT, 1),
        (Role.GRADIENT, Role.CHANGE, Role.WEIGHT, 2),
        (Role.BIAS_GRADIENT, Role.BIAS_CHANGE, Role.BIAS, None),
    ):
        index = () if at is None else (at,)
        values = {**known, Symbol(gradient.value, index): neuron.worth(gradient, at, known)}
        values[Symbol(moved.value, index)] = neuron.worth(moved, at, values)
        slope = values[Symbol(gradient.value, index)]
        assert neuron.worth(weight, at, values) == values[Symbol(weight.value, index)] - neuron.rate * slope


@pytest.mark.parametrize(("error", "change"), list(product(ERRORS, CHANGES)))
def test_the_perceptron_moves_towards_its_target(error: str, change: str) -> None:
    """However error and change are signed, a target above the output adds the rate times the input to a weight."""
    equations = system("step", "squared", "mean", error, change)
    apart = Fraction(1) if error == "target-output" else Fraction(-1)  # the target is 1, the output 0
    values = {
        Symbol("e", (1,)): apart,
        Symbol("x", (1, 1)): Fraction(3),
        Symbol("eta"): Fraction("0.5"),
        Symbol("w", (1,)): Fraction(2),
    }
    values[Symbol("dw", (1,))] = _worth(instance(equations[Role.CHANGE], (1,), 1, 1), values)
    assert _worth(instance(equations[Role.WEIGHT], (1,), 1, 1), values) == Fraction("3.5")


@pytest.mark.parametrize("activation", ["identity", "sigmoid"])
def test_a_threshold_is_a_bias_with_the_other_sign(activation: str) -> None:
    """Its slope is the derivative of the loss, and minus the slope by the bias that would be added."""
    threshold, bias = (_Neuron(system(activation, bias_sign=sign)) for sign in ("subtracted", "added"))
    turned = {**threshold.weights, Symbol("b"): -threshold.weights[Symbol("b")]}
    known = threshold.known(threshold.weights)
    assert known[Symbol("L")] == bias.loss(turned)
    slope = threshold.worth(Role.BIAS_GRADIENT, None, known)
    assert slope == -bias.worth(Role.BIAS_GRADIENT, None, bias.known(turned))
    assert abs(slope - _worth(derive(threshold.loss_in_weights(), Symbol("b")), known)) < NEAR


def test_the_perceptron_lowers_a_threshold_to_reach_its_target() -> None:
    """A target above the output takes the rate from the threshold."""
    equations = system("step", bias_sign="subtracted")
    values = {Symbol("e", (1,)): Fraction(1), Symbol("eta"): Fraction("0.5")}
    assert _worth(instance(equations[Role.BIAS_CHANGE], (1,), 1, None), values) == Fraction("-0.5")


@pytest.mark.parametrize("names", [("softplus",), ("identity", "cubic"), ("identity", "squared", "median")])
def test_an_unknown_name_is_refused_with_those_there_are(names: tuple[str, ...]) -> None:
    """A misspelt activation, loss or convention is answered with the list of names."""
    with pytest.raises(UsageError, match=rf"unknown \w+ '{names[-1]}'; choose from \w+, "):
        system(*names)


def test_the_log_loss_goes_with_the_sigmoid() -> None:
    """The log loss of another activation is refused."""
    with pytest.raises(UsageError, match="sigmoid"):
        system("tanh", "log")
