"""Prediction against what runs really do: growth, limits, standardising, and the constant factor."""

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
from deltarule.diagnosis.quadratic import quadratic
from deltarule.diagnosis.standardize import standardized
from deltarule.exercise import Carry, Exercise
from deltarule.history import Outcome
from deltarule.trace import run
from deltarule.written import Precision, Written, decimal_text

Make = Callable[..., Exercise]


def written(value: Fraction, places: int = 24) -> Written:
    """A number with so many places."""
    text = decimal_text(value, places)
    return Written(text, Fraction(text), places)


def at_rate(exercise: Exercise, rate: Fraction, epochs: int) -> Exercise:
    """The same exercise at another learning rate."""
    return replace(exercise, learning_rate=written(rate), epochs=epochs)


@settings(deadline=None, max_examples=40)
@given(
    rows=st.lists(st.tuples(*[st.integers(-9, 9)] * 3), min_size=1, max_size=5),
    start=st.tuples(*[st.integers(-3, 3)] * 3),
    rate=st.sampled_from(["0.001", "0.01", "0.1", "1"]),
    convention=st.sampled_from(["mean", "half-mean", "sum", "half-sum"]),
)
def test_growth_is_as_predicted(
    make: Make, rows: list[tuple[int, ...]], start: tuple[int, ...], rate: str, convention: str
) -> None:
    """Without rounding, the error along the steepest direction changes by the predicted factor at every epoch."""
    found = diagnose(run(make(rows, start, rate, 3, convention=convention)))
    assert found.growth_predicted is not None
    for factor in found.growth_observed:
        assert factor == pytest.approx(found.growth_predicted, rel=1e-6, abs=1e-6)


def test_growth_is_observed_at_every_epoch_of_a_diverging_run(published: Exercise) -> None:
    """Four epochs give four factors, with or without rounding."""
    for carry in Carry:
        found = diagnose(run(replace(published, carry=carry, precision=Precision(2))))
        assert len(found.growth_observed) == 4
        assert found.growth_observed[-1] == pytest.approx(21.186, rel=1e-4)


def test_one_feature_by_hand(make: Make) -> None:
    """x = -1, 1: every curvature is 2, so 0.5 is done in one step and 1 is the limit."""
    found = diagnose(run(make([(-1, 0), (1, 4)], (0, 0), 0.25, 3)))
    assert found.eigenvalues == (2.0, 2.0)
    assert (found.largest_stable_rate, found.suggested_rate, found.minimax_rate) == (1.0, 0.5, 0.5)
    assert found.growth_predicted == 0.5
    assert found.growth_observed == (0.5, 0.5, 0.5)
    assert found.optimum == (Fraction(2), Fraction(2))
    assert [float(loss) for loss in found.losses] == [8, 2, 0.5, 0.125]


@pytest.mark.parametrize("share", ["0.99", "1.01", "0.5", "3"])
def test_replay_around_the_limit(make: Make, share: str) -> None:
    """Below the limit the loss falls at every epoch; above it the loss ends higher at each, as the outcome says."""
    exercise = make([(1, 2, 3), (2, -1, 0), (-3, 1, 1)], (5, 5, 5), 0.1)
    limit = 2 / Case(run(replace(exercise, epochs=0))).curvatures[-1]
    found = diagnose(run(at_rate(exercise, limit * Fraction(share), 40)))
    excess = [loss - quadratic_floor(exercise) for loss in found.losses]
    if Fraction(share) < 1:
        assert all(after < before for before, after in pairwise(excess))
        assert found.outcome is not Outcome.DIVERGING
    else:
        assert all(after > before for before, after in pairwise(excess[-4:]))
        assert found.outcome is Outcome.DIVERGING


def quadratic_floor(exercise: Exercise) -> Fraction:
    """Least loss, by exact elimination."""
    best = Case(run(replace(exercise, epochs=0))).best
    assert best is not None
    return best.loss


def test_exactly_at_the_limit(make: Make) -> None:
    """At the limit itself the error only changes its sign, and the run is told to go round for ever."""
    found = diagnose(run(make([(-1, 0), (1, 4)], (0, 0), 1, 4)))
    assert found.growth_predicted == 1
    assert found.outcome is Outcome.CYCLING
    assert any("is exactly the largest stable one, 1 " in evidence.sentence for evidence in found.evidence)


def standardised(exercise: Exercise) -> Exercise:
    """The same exercise with standardised columns, to 24 places."""
    columns = []
    for column in zip(*exercise.features, strict=True):
        values = [cell.value for cell in column]
        mean = sum(values, Fraction(0)) / len(values)
        variance = sum(((value - mean) ** 2 for value in values), Fraction(0)) / len(values)
        if variance:
            scale = Fraction(math.isqrt(int(variance * 10**60)), 10**30)
            columns.append([written((value - mean) / scale) for value in values])
    start = [written(Fraction(1, j + 2)) for j in range(len(columns))]
    return replace(exercise, features=tuple(zip(*columns, strict=True)), weights=tuple(start))


TABLES = [
    [(5, 8, 6, 1), (6, 4, 3, 1), (8, 5, 9, 0), (7, 9, 1, 0)],
    [(1, 100, 1), (2, 150, 0), (4, 90, 1)],
    [(1, 3, 100, 1), (2, 3, 150, 0), (4, 3, 90, 1)],  # a constant column
    [(1, 2, 0), (2, 4, 1), (3, 6, 5)],  # collinear columns
]


@pytest.mark.parametrize(
    ("rows", "convention"), [*((rows, "mean") for rows in TABLES), (TABLES[1], "half-sum")]
)
def test_standardising_does_what_is_claimed(make: Make, rows: list[tuple[int, ...]], convention: str) -> None:
    """The standardised exercise has the claimed limit, and at the claimed rate shrinks a thousandfold in time."""
    exercise = make(rows, [0] * len(rows[0]), 0.001, 0, convention=convention)
    claim = standardized(Case(run(exercise)))
    assert claim is not None
    after = standardised(exercise)
    for share, falls in ((Fraction(99, 100), True), (Fraction(101, 100), False)):
        losses = diagnose(run(at_rate(after, share * claim.rates.limit, 60))).losses
        floor = Case(run(after)).best
        assert floor is not None
        excess = [loss - quadratic_floor(exercise) for loss in losses]
        assert (excess[-1] < excess[-2]) is falls
    epochs = claim.rates.epochs(claim.rates.suggested)
    assert epochs is not None
    if epochs > 300:
        return
    trace = run(at_rate(after, claim.rates.suggested, epochs))
    parabola = quadratic(after)
    # the error shrinks a thousandfold in every direction, so its image under the Hessian does
    first, last = parabola.gradient(trace.weights(0)), parabola.gradient(trace.weights(epochs))
    assert sum(float(g) ** 2 for g in last) ** 0.5 <= 1.001e-3 * sum(float(g) ** 2 for g in first) ** 0.5


def test_standardising_is_not_offered_where_it_would_hurt(make: Make) -> None:
    """Columns that are already centred and even are left alone."""
    found = diagnose(run(make([(-1, 0), (1, 4)], (0, 0), 0.25, 1)))
    assert any("would not help here" in evidence.sentence for evidence in found.evidence)


def test_the_suggested_rate_does_what_is_claimed(make: Make) -> None:
    """At the suggested rate the slowest direction shrinks a thousandfold in just the epochs that are named."""
    exercise = make([(1, 2), (3, 1), (2, 2)], (4, 4), 0.1, 0)
    before = diagnose(run(exercise))
    assert before.suggested_rate is not None
    assert before.epochs_needed is not None
    trace = run(at_rate(exercise, Fraction(before.suggested_rate), before.epochs_needed))
    slowest = Case(trace).spectrum
    assert slowest is not None
    parabola = quadratic(exercise)
    sizes = [
        abs(
            sum(
                float(g) * q
                for g, q in zip(parabola.gradient(trace.weights(t)), slowest.vectors[0], strict=True)
            )
        )
        for t in (0, before.epochs_needed - 1, before.epochs_needed)
    ]
    assert sizes[2] <= 1.0001e-3 * sizes[0]
    assert sizes[1] > 0.9999e-3 * sizes[0]


@pytest.mark.parametrize(
    ("own", "other", "times"),
    [
        ("mean", "half-mean", 2),
        ("half-mean", "mean", "1/2"),
        ("sum", "half-sum", 2),
        ("half-sum", "sum", "1/2"),
    ],
)
def test_a_constant_factor_only_rescales_the_rate(
    published: Exercise, own: str, other: str, times: object
) -> None:
    """Under the other convention the rate that is named takes exactly the same steps."""
    exercise = replace(published, convention=own)
    rate = Fraction("0.1") * Fraction(str(times))
    text = decimal_text(rate, 2).rstrip("0")
    found = diagnose(run(exercise))
    assert any(
        f"under the convention {other}, {text} takes the same steps" in e.sentence for e in found.evidence
    )
    twin = replace(exercise, convention=other, learning_rate=written(rate, 2))
    assert run(twin).weights(4) == run(exercise).weights(4)
