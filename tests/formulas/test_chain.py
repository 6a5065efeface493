"""Slopes of the chain rule as steps of their own: they multiply out to the gradient that stands without them."""

from dataclasses import replace
from fractions import Fraction
from itertools import chain as joined
from itertools import combinations

import pytest

from deltarule.exercise import Exercise
from deltarule.formulas import Role
from deltarule.formulas.neuron import CHAINS, ERRORS
from deltarule.trace import Quantity, run
from deltarule.written import Precision, parse_number

NEAR = Fraction(1, 10**9)


def _subsets() -> list[frozenset[Role]]:
    roles = sorted(CHAINS)
    return list(map(frozenset, joined.from_iterable(combinations(roles, count) for count in range(1, 4))))


def _one_sample(**more: str) -> Exercise:
    return Exercise(
        features=((parse_number("1.5"), parse_number("-0.5")),),
        targets=(parse_number("1"),),
        weights=(parse_number("0.4"), parse_number("0.2")),
        bias=parse_number("-0.3"),
        learning_rate=parse_number("0.1"),
        precision=Precision(12),
        **more,  # type: ignore[arg-type]  # names of settings
    )


@pytest.mark.parametrize("chain", _subsets(), ids=lambda chain: "+".join(sorted(chain)))
@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("convention", ["mean", "half-mean", "sum", "half-sum"])
@pytest.mark.parametrize(
    ("activation", "loss"),
    [("identity", "squared"), ("sigmoid", "squared"), ("tanh", "squared"), ("sigmoid", "log")],
)
def test_the_chain_multiplies_out_to_the_gradient(
    activation: str, loss: str, convention: str, error: str, chain: frozenset[Role]
) -> None:
    """Whichever of its slopes are worked by themselves, the weights that come out are the same."""
    plain = _one_sample(activation=activation, loss=loss, convention=convention, error=error)
    by_itself, at_once = run(replace(plain, chain=chain)), run(plain)
    for quantity in (
        Quantity(Role.GRADIENT, 1, None, 1),
        Quantity(Role.GRADIENT, 2, None, 1),
        Quantity(Role.BIAS_GRADIENT, None, None, 1),
        Quantity(Role.WEIGHT, 2, None, 1),
        Quantity(Role.BIAS, None, None, 1),
    ):
        assert abs(by_itself.values[quantity] - at_once.values[quantity]) < NEAR


def test_the_slopes_are_those_of_a_sigmoid_worked_by_hand() -> None:
    """z = 0.2 gives a = 0.5498; dL/da = 2 (a - 1) and da/dz = a (1 - a)."""
    exercise = replace(_one_sample(activation="sigmoid"), chain=CHAINS)
    values = run(exercise).values
    assert round(float(values[Quantity(Role.OUTPUT_SLOPE, None, 1, 1)]), 4) == -0.9003
    assert round(float(values[Quantity(Role.ACTIVATION_SLOPE, None, 1, 1)]), 4) == 0.2475
    assert round(float(values[Quantity(Role.DELTA, None, 1, 1)]), 4) == -0.2228


@pytest.mark.parametrize(("at", "outputs"), [("0.2", (0, 1)), ("-0.5", (1, 1)), ("0.5", (0, 0))])
def test_a_step_jumps_where_it_is_told_to(at: str, outputs: tuple[int, int]) -> None:
    """Net inputs of 0.1 and 0.4, with nothing to learn from."""
    exercise = Exercise(
        features=((parse_number("1"),), (parse_number("4"),)),
        targets=tuple(parse_number(str(output)) for output in outputs),
        weights=(parse_number("0.1"),),
        bias=parse_number("0"),
        learning_rate=parse_number("1"),
        activation="step",
        batch_size=1,
        jumps_at=parse_number(at),
    )
    values = run(exercise).values
    assert [int(values[Quantity(Role.OUTPUT, None, k, k)]) for k in (1, 2)] == list(outputs)
