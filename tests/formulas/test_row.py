"""The formulas of one row, rearranged for floats, against those they are made of."""

from collections.abc import Mapping
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import partial
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltarule.algebra.derive import derive
from deltarule.algebra.evaluate import EXACT, Arithmetic, evaluate
from deltarule.algebra.expr import Apply, Expr, Symbol, substitute
from deltarule.errors import UsageError
from deltarule.formulas import ACTIVATIONS, LOSSES
from deltarule.formulas.conjugates import CONJUGATES, conjugate
from deltarule.formulas.row import row

NEAR = Fraction(1, 10**18)
z, a, y, e = Symbol("z"), Symbol("a"), Symbol("y"), Symbol("e")


def _activation(name: str, at: Fraction) -> Fraction:
    return Fraction(evaluate(ACTIVATIONS[name].value, lambda _: at, EXACT))


def _xlnx(p: Fraction) -> Fraction:
    return Fraction(p * EXACT.functions["ln"](p)) if p else Fraction(0)


KNOWN = Arithmetic(
    EXACT.number,
    {
        **EXACT.functions,
        "log1p": lambda value: EXACT.functions["ln"](1 + value),
        "xlnx": _xlnx,
        **{name: partial(_activation, name) for name in ACTIVATIONS},
    },
)
PAIRS = [
    (activation, loss)
    for activation, loss in product(ACTIVATIONS, LOSSES)
    if LOSSES[loss].activation in (None, activation)
]
POINTS = st.fractions(min_value=-6, max_value=6, max_denominator=64).filter(lambda value: value != 0)


def _targets(loss: str) -> st.SearchStrategy[Fraction]:
    given_ones = LOSSES[loss].targets
    if given_ones:
        return st.sampled_from([Fraction(target) for target in given_ones])
    return st.fractions(min_value=-3, max_value=3, max_denominator=16)


def _worth(expr: Expr, values: Mapping[str, Fraction]) -> Fraction:
    return Fraction(evaluate(expr, lambda symbol: values[symbol.name], KNOWN))


def _values(activation: str, at: Fraction, target: Fraction) -> dict[str, Fraction]:
    output = _worth(row(activation, "squared").output, {"z": at})
    return {"z": at, "y": target, "a": output, "e": target - output}


@pytest.mark.parametrize(("activation", "loss"), PAIRS)
@given(data=st.data(), at=POINTS)
def test_a_row_costs_what_its_loss_says(
    activation: str, loss: str, data: st.DataObject, at: Fraction
) -> None:
    """Put together and rearranged, the loss of a row is that of its output."""
    values = _values(activation, at, data.draw(_targets(loss)))
    assert abs(_worth(row(activation, loss).loss, values) - _worth(LOSSES[loss].value, values)) < NEAR


@pytest.mark.parametrize(("activation", "loss"), PAIRS)
@given(data=st.data(), at=POINTS)
def test_the_slope_of_a_row_is_the_difference_quotient_of_its_loss(
    activation: str, loss: str, data: st.DataObject, at: Fraction
) -> None:
    """Away from kinks the slope is what the loss gains per net input; the perceptron rule follows minus the error."""
    values = _values(activation, at, data.draw(_targets(loss)))
    formulas, step = row(activation, loss), Fraction(1, 10**20)
    if formulas.rule:
        assert _worth(formulas.slope, values) == values["a"] - values["y"]
        return
    if loss in ("hinge", "perceptron") and values["y"] * values["a"] in (0, 1):
        return
    if loss == "huber" and abs(values["e"]) == 1:
        return
    above, below = (_worth(formulas.loss, _values(activation, at + s, values["y"])) for s in (step, -step))
    assert abs(_worth(formulas.slope, values) - (above - below) / (2 * step)) < Fraction(1, 10**15)


@pytest.mark.parametrize("loss", ["squared", "hinge", "perceptron", "huber"])
@given(data=st.data(), at=POINTS)
def test_the_slope_of_a_row_is_the_derivative_of_its_loss(
    loss: str, data: st.DataObject, at: Fraction
) -> None:
    """For the identity: the exact derivative, branch by branch."""
    values = _values("identity", at, data.draw(_targets(loss)))
    alone = substitute(row("identity", loss).loss, lambda symbol: {"e": y - z, "a": z}.get(symbol.name))
    assert _worth(derive(alone, z), values) == _worth(row("identity", loss).slope, values)


@pytest.mark.parametrize(
    ("loss", "target", "output", "cost", "slope"),
    [
        ("hinge", 1, "-0.5", "1.5", -1),
        ("hinge", -1, "0.25", "1.25", 1),
        ("hinge", 1, "2", "0", 0),
        ("hinge", 1, "1", "0", -1),  # on the kink it still learns
        ("perceptron", 1, "-0.5", "0.5", -1),
        ("perceptron", -1, "-3", "0", 0),
        ("perceptron", -1, "0", "0", 1),  # from zero weights it still learns
        ("huber", 2, "1.5", "0.125", "-0.5"),
        ("huber", 2, "1", "0.5", -1),
        ("huber", 2, "-1", "2.5", -1),
        ("huber", -2, "1", "2.5", 1),
    ],
)
def test_losses_worked_by_hand(loss: str, target: int, output: str, cost: str, slope: int | str) -> None:
    """Values and slopes of the losses with kinks, on either side and upon them."""
    values = {"z": Fraction(output), "a": Fraction(output), "y": Fraction(target)}
    values["e"] = values["y"] - values["a"]
    assert _worth(LOSSES[loss].value, values) == Fraction(cost)
    assert _worth(LOSSES[loss].slope, values) == Fraction(slope)


@pytest.mark.parametrize("loss", CONJUGATES)
@given(data=st.data(), at=POINTS, share=st.fractions(min_value=0, max_value=1, max_denominator=40))
def test_a_conjugate_bounds_its_loss(loss: str, data: st.DataObject, at: Fraction, share: Fraction) -> None:
    """For every slope, loss + conjugate is at least slope times net input; at the loss's own slope they are equal."""
    found = CONJUGATES[loss]
    values = _values(found.activation, at, data.draw(_targets(loss)))
    cost, own = (
        _worth(expr, values) for expr in (row(found.activation, loss).loss, row(found.activation, loss).slope)
    )
    assert abs(cost + _worth(found.value, {**values, "s": own}) - own * at) < NEAR
    low = Fraction(-3) if found.lowest is None else _worth(found.lowest, values)
    high = Fraction(3) if found.highest is None else _worth(found.highest, values)
    other = low + share * (high - low)
    assert low <= own <= high or found.lowest is None
    assert cost + _worth(found.value, {**values, "s": other}) - other * at > -NEAR


def test_only_convex_neurons_have_a_conjugate() -> None:
    """A sigmoid with squared loss curves both ways."""
    assert conjugate("sigmoid", "squared") is None
    assert conjugate("sigmoid", "log") is not None


@pytest.mark.parametrize("names", [("softplus",), ("identity", "cubic")])
def test_unknown_names_are_refused(names: tuple[str, ...]) -> None:
    """With the list of those there are."""
    with pytest.raises(UsageError, match="choose from"):
        row(*names)


@pytest.mark.parametrize(
    ("activation", "loss"), [("tanh", "log"), ("sigmoid", "hinge"), ("relu", "perceptron")]
)
def test_what_does_not_go_together_is_refused(activation: str, loss: str) -> None:
    """Naming what goes with it."""
    with pytest.raises(UsageError, match="goes with the"):
        row(activation, loss)


def test_the_log_loss_never_takes_the_exp_of_something_positive() -> None:
    """Whatever the net input, nothing overflows on the way."""
    for node in row("sigmoid", "log").loss.walk():
        if isinstance(node, Apply) and node.function == "exp":
            assert _worth(node.arg, {"z": Fraction(700)}) == _worth(node.arg, {"z": Fraction(-700)}) == -700


def test_the_log_loss_of_a_sure_row_is_not_lost() -> None:
    """At a net input of 60 the loss is exp(-60), to forty digits; from the output it would be 0."""
    with localcontext() as context:
        context.prec = 120
        expected = Fraction((1 + Decimal(-60).exp()).ln())
    assert abs(
        _worth(row("sigmoid", "log").loss, {"z": Fraction(60), "y": Fraction(1)}) - expected
    ) < Fraction(1, 10**60)
