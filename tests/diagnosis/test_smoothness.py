"""Bounds for neurons whose loss is no parabola."""

import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deltarule.diagnosis import diagnose
from deltarule.diagnosis.case import Case
from deltarule.diagnosis.smoothness import bound, largest_second_derivative
from deltarule.exercise import Exercise
from deltarule.trace import run
from deltarule.written import Written, decimal_text

Make = Callable[..., Exercise]
OUTPUT: dict[str, Callable[[float], float]] = {
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "tanh": math.tanh,
}


@pytest.mark.parametrize(
    ("activation", "loss", "lowest", "highest", "published"),
    [
        ("sigmoid", "log", 0, 1, 0.25),
        ("sigmoid", "squared", 0, 1, 0.0770),
        ("tanh", "squared", -1, 1, 1.2325),
        ("relu", "squared", 0, 1, 1),
    ],
)
def test_published_constants(activation: str, loss: str, lowest: int, highest: int, published: float) -> None:
    """The known constants come out: 1/4, 0.0770, 1.2325, 1."""
    found = largest_second_derivative(activation, loss, Fraction(lowest), Fraction(highest))
    assert found == pytest.approx(published, abs=6e-5)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
@pytest.mark.parametrize(("lowest", "highest"), [(0, 1), (-1, 1), (-3, 5), (2, 2)])
def test_no_difference_quotient_is_larger(activation: str, lowest: int, highest: int) -> None:
    """Second differences of half the squared error stay below the bound for every net input, and come near it."""
    found = largest_second_derivative(activation, "squared", Fraction(lowest), Fraction(highest))
    output, step = OUTPUT[activation], 1e-3

    def cost(z: float, target: float) -> float:
        return (target - output(z)) ** 2 / 2

    grid = [k / 100 for k in range(-600, 601)]
    seconds = [
        (cost(z + step, y) - 2 * cost(z, y) + cost(z - step, y)) / step**2
        for z in grid
        for y in (lowest, highest)
    ]
    assert max(seconds) <= found + 1e-6
    assert max(seconds) >= found * 0.999


@settings(deadline=None, max_examples=25)
@given(
    rows=st.lists(
        st.tuples(st.integers(-4, 4), st.integers(-4, 4), st.integers(0, 1)), min_size=1, max_size=4
    ),
    start=st.tuples(*[st.integers(-2, 2)] * 3),
    neuron=st.sampled_from([("sigmoid", "squared"), ("sigmoid", "log"), ("tanh", "squared")]),
    convention=st.sampled_from(["mean", "half-mean", "sum", "half-sum"]),
)
def test_rates_below_the_bound_lower_the_loss(
    make: Make, rows: list[tuple[int, ...]], start: tuple[int, ...], neuron: tuple[str, str], convention: str
) -> None:
    """At 0.99 of the limit no epoch raises the loss."""
    activation, loss = neuron
    exercise = make(rows, start, 1, 0, activation=activation, loss=loss, convention=convention)
    found = bound(Case(run(exercise)))
    assert found is not None
    text = decimal_text(found.limit * Fraction(99, 100), 12)
    rate = Written(text, Fraction(text), 12)
    losses = diagnose(run(replace(exercise, learning_rate=rate, epochs=3))).losses
    assert all(after <= before for before, after in pairwise(losses))


@pytest.mark.parametrize(
    ("convention", "limit"), [("mean", 8), ("half-mean", 16), ("sum", 4), ("half-sum", 8)]
)
def test_log_loss_by_hand(make: Make, convention: str, limit: int) -> None:
    """x = -1, 1: the products of the columns are (2, 0; 0, 2), so the mean log loss is safe below 8."""
    exercise = make([(-1, 0), (1, 1)], (0, 0), 1, 0, activation="sigmoid", loss="log", convention=convention)
    assert diagnose(run(exercise)).largest_stable_rate == pytest.approx(limit, rel=1e-12)


def test_it_is_called_a_bound(published: Exercise) -> None:
    """The sentence says that a larger rate may work, and gives the product that makes the bound."""
    found = diagnose(run(replace(published, activation="tanh", epochs=1)))
    text = " ".join(evidence.sentence for evidence in found.evidence)
    assert "this is a bound, so it may work and may not" in text
    assert found.eigenvalues == ()
    assert not found.limit_is_exact


def test_dead_relu(published: Exercise) -> None:
    """A relu whose net inputs are all negative is called dead."""
    weights = tuple(replace(weight, text="-1", value=Fraction(-1), places=0) for weight in published.weights)
    found = diagnose(run(replace(published, activation="relu", weights=weights)))
    assert any("the neuron is dead" in evidence.sentence for evidence in found.evidence)
    alive = diagnose(run(replace(published, activation="relu", epochs=1)))
    assert not any("dead" in evidence.sentence for evidence in alive.evidence)


@pytest.mark.parametrize(("targets", "separable"), [((0, 0, 1, 1), True), ((1, 0, 1, 0), False)])
def test_separable_log_loss(make: Make, targets: tuple[int, ...], separable: bool) -> None:
    """Only where every sample is on its right side is the log loss said to have no least value."""
    rows = [(x, target) for x, target in zip((1, 2, 3, 4), targets, strict=True)]
    found = diagnose(run(make(rows, (3, -7.5), 0.1, 2, activation="sigmoid", loss="log")))
    assert any("the log loss has no least value" in e.sentence for e in found.evidence) is separable
