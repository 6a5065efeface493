"""Smaller batches: limits of single updates, and what an epoch of them does."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deltarule.diagnosis import diagnose
from deltarule.diagnosis.batches import growth, steepest
from deltarule.diagnosis.case import Case
from deltarule.diagnosis.quadratic import quadratic
from deltarule.exercise import Exercise
from deltarule.history import Outcome
from deltarule.spectrum import spectrum
from deltarule.trace import run

Make = Callable[..., Exercise]


def test_the_largest_sample_sets_the_limit(published: Exercise) -> None:
    """2(8² + 5² + 9² + 1) = 342 is the largest; 0.1 times that is 34.2, far above 2."""
    found = diagnose(run(replace(published, batch_size=1)))
    text = " ".join(evidence.sentence for evidence in found.evidence)
    assert "The largest product is that of sample 3: 0.1 · 342 = 34.2, which is above 2" in text
    assert found.largest_stable_rate == pytest.approx(2 / 342)
    assert not found.limit_is_exact
    assert found.outcome is Outcome.DIVERGING


def test_an_update_multiplies_its_own_error_as_said(published: Exercise) -> None:
    """The error of the sample just used becomes 1 - rate · curvature times itself: -33.2 times for sample 3."""
    trace = run(replace(published, batch_size=1, epochs=1))
    row = [cell.value for cell in published.features[2]]

    def error(step: int) -> Fraction:
        *weights, bias = trace.weights(step)
        return published.targets[2].value - sum((w * x for w, x in zip(weights, row, strict=True)), bias)

    assert error(3) / error(2) == Fraction("-33.2")


@pytest.mark.parametrize("batch_size", [1, 2, 3])
@pytest.mark.parametrize("convention", ["mean", "half-sum"])
def test_steepest_batch_by_brute_force(published: Exercise, batch_size: int, convention: str) -> None:
    """The named batch is the one with the largest eigenvalue of all."""
    exercise = replace(published, batch_size=batch_size, convention=convention, epochs=0)
    found = steepest(Case(run(exercise)))
    values = {batch: spectrum(quadratic(exercise, batch).hessian).values[-1] for batch in exercise.batches()}
    assert found.samples == max(values, key=lambda batch: values[batch])
    assert float(found.curvature) == pytest.approx(float(max(values.values())), rel=1e-12)


def test_the_longest_rows_need_not_make_the_steepest_batch(make: Make) -> None:
    """3 and -3 have the larger squares, but with the bias they part; 3 and 2.9 pull the same way."""
    exercise = make([(3, 0), (-3, 1), (3, 1), (2.9, 0)], (0, 0), 0.1, 0, batch_size=2, convention="half-sum")
    found = steepest(Case(run(exercise)))
    assert found.samples == (3, 4)
    # (17.41, 5.9; 5.9, 2) has trace 19.41 and determinant 0.01
    assert float(found.curvature) == pytest.approx((19.41 + (19.41**2 - 0.04) ** 0.5) / 2, rel=1e-12)


def test_two_samples_by_hand(make: Make) -> None:
    """x = 0 and x = 1, one at a time at 1/4, half-sum: the epoch is a product of two matrices with known eigenvalues.

    Sample 1 multiplies the error by (1, 0; 0, 3/4), sample 2 by (3/4, -1/4; -1/4, 3/4). Their product
    (3/4, -3/16; -1/4, 9/16) has trace 21/16 and determinant 3/8.
    """
    case = Case(run(make([(0, 0), (1, 1)], (3, 1), 0.25, 1, batch_size=1, convention="half-sum")))
    trace, determinant = 21 / 16, 3 / 8
    assert growth(case) == pytest.approx((trace + (trace**2 - 4 * determinant) ** 0.5) / 2, rel=1e-12)


@settings(deadline=None, max_examples=15)
@given(
    rows=st.lists(
        st.tuples(st.integers(-5, 5), st.integers(-5, 5)),
        min_size=3,
        max_size=5,
        unique_by=lambda row: row[0],
    ),
    batch_size=st.sampled_from([1, 2]),
)
def test_epoch_growth_is_what_long_runs_show(
    make: Make, rows: list[tuple[int, int]], batch_size: int
) -> None:
    """Whether a long run blows up or settles is what the predicted factor says."""
    exercise = make(rows, (3, -2), "0.2", 9, batch_size=batch_size)
    if len(exercise.batches()) == 1:
        return
    trace = run(exercise)
    factor = growth(Case(trace))
    assert factor is not None
    moves = [
        max(
            abs(after - before)
            for before, after in zip(trace.weights(step - per), trace.weights(step), strict=True)
        )
        for per in [len(exercise.batches())]
        for step in (3 * per, 9 * per)
    ]
    if factor > 1.2:
        assert moves[0] == 0 or moves[1] > moves[0]
    elif factor < 0.8:
        assert moves[1] < moves[0] or moves[0] < Fraction(1, 10**20)


def test_online_growth_tends_to_the_prediction(published: Exercise) -> None:
    """In a diverging run the square root of the loss ratio tends to the predicted factor."""
    found = diagnose(run(replace(published, batch_size=1)))
    assert found.growth_predicted is not None
    assert found.growth_observed[-1] == pytest.approx(found.growth_predicted, rel=1e-6)


def test_the_remedy_settles(published: Exercise) -> None:
    """At half the limit of the steepest sample no update increases the error of its own sample."""
    trace = run(
        replace(
            published,
            batch_size=1,
            learning_rate=replace(published.targets[0], text="0.00292", value=Fraction("0.00292"), places=5),
        )
    )
    found = diagnose(trace)
    assert found.growth_predicted is not None
    assert found.growth_predicted < 1
    assert found.losses[-1] < found.losses[0]


def test_one_batch_that_holds_everything_is_a_full_batch(published: Exercise) -> None:
    """A batch size of all samples is judged like the full batch."""
    trace = run(replace(published, batch_size=4))
    assert diagnose(trace).growth_predicted == diagnose(run(published)).growth_predicted
