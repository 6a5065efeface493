"""The whole diagnosis, against the figures that an independent program found for the published exercise."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from deltarule.diagnosis import diagnose
from deltarule.exercise import Carry, Exercise
from deltarule.history import Outcome, history
from deltarule.report import Diagnosis
from deltarule.trace import run
from deltarule.written import Precision

Make = Callable[..., Exercise]


def sentences(found: Diagnosis) -> str:
    """All evidence, one sentence a line."""
    return "\n".join(evidence.sentence for evidence in found.evidence)


def test_published_figures(published: Exercise) -> None:
    """Eigenvalues, limit, growth, best weights, losses and predictions are the published ones."""
    found = diagnose(run(published))
    assert found.outcome is Outcome.DIVERGING
    assert found.eigenvalues == pytest.approx((0.0339409676, 4.19050316, 19.4121843, 221.863372), rel=3e-9)
    assert found.largest_stable_rate == pytest.approx(0.009014557, rel=1e-7)
    assert found.limit_is_exact
    assert found.growth_predicted == pytest.approx(21.186, abs=5e-4)
    assert found.growth_observed == pytest.approx((found.growth_predicted,) * 4, rel=1e-10)
    assert found.optimum == (Fraction(-4, 9), Fraction(-1, 9), Fraction(0), Fraction(37, 9))
    assert found.optimum_unique
    losses = [float(loss) for loss in found.losses]
    assert losses[:4] == pytest.approx((0.695175, 171.783929, 76973.837349, 34550414.245229), rel=5e-9)
    assert found.exact_losses == found.losses
    assert found.predicted_classes == ("1",) * 4


def test_published_sentences(published: Exercise) -> None:
    """The sentences hold figures that a person can check with a pocket calculator."""
    text = sentences(diagnose(run(published)))
    assert "0.6952 → 171.8 → 76974 → 34.55 million" in text
    assert "The learning rate 0.1 is 11.1 times the largest stable one, 0.00901 (2 divided by" in text
    assert "curvature of the loss, 221.9)" in text
    assert "mostly x_1 + x_2 + x_3, the error is predicted to grow 21.19-fold per epoch" in text
    assert "observed: 21.19, 21.19, 21.19, 21.19." in text
    assert "All 4 samples are predicted 1; 2 of them rightly (accuracy 0.5)." in text
    assert "the weights (-4/9, -1/9, 0) and the bias 37/9" in text
    assert "A learning rate of 0.00451" in text


def test_rounding_is_told_from_theory(published: Exercise) -> None:
    """A solution that goes on with two places is told both its own losses and those without rounding."""
    found = diagnose(run(replace(published, carry=Carry.PRINTED, precision=Precision(2))))
    assert [float(loss) for loss in found.exact_losses[:4]] == pytest.approx(
        (0.695175, 171.783929, 76973.837349, 34550414.245229), rel=5e-9
    )
    assert found.losses != found.exact_losses
    assert "with the rounding of this solution" in sentences(found)
    assert "Without the rounding of this solution it would go 0.6952 → 171.8" in sentences(found)


@pytest.mark.parametrize("convention", ["mean", "half-mean", "sum", "half-sum"])
@pytest.mark.parametrize("batch_size", [None, 1, 2])
def test_losses_are_those_of_the_history(
    published: Exercise, convention: str, batch_size: int | None
) -> None:
    """The losses worked out from the parabola are those that the formulas give, under every convention."""
    trace = run(replace(published, convention=convention, batch_size=batch_size, epochs=2))
    assert diagnose(trace).losses == history(trace).losses


@pytest.mark.parametrize(
    ("rows", "start"),
    [
        ([(2, 1)], (0, 0)),  # one sample
        ([(3, 1), (3, 2), (3, 4)], (1, 0)),  # a constant column
        ([(1, 2, 0), (2, 4, 1), (3, 6, 1)], (0, 0, 0)),  # collinear columns
        ([(0, 1, 0), (0, 2, 1)], (0, 0, 0)),  # a column of zeros
        ([(0, 0), (0, 0)], (0, 0)),  # nothing but zeros
        ([("1e60", 3), ("2e60", 5)], (0, 0)),
        ([("1e-60", 3), ("2e-60", 5)], (0, 0)),
        ([("1e-12", 1, 3), ("2e-12", 1, 5), ("5e-12", 2, 5)], (0, 0, 0)),
    ],
)
@pytest.mark.parametrize("activation", ["identity", "relu", "step"])
@pytest.mark.parametrize("batch_size", [None, 1])
def test_degenerate_data(
    make: Make,
    rows: list[tuple[object, ...]],
    start: tuple[int, ...],
    activation: str,
    batch_size: int | None,
) -> None:
    """One sample, constant, collinear and zero columns and numbers of any size get figures, never a crash."""
    exercise = make(rows, start, 0.01, 1, activation=activation, batch_size=batch_size, carry=Carry.PRINTED)
    found = diagnose(run(exercise))
    assert found.evidence
    assert all(abs(value) < float("inf") for value in (*found.eigenvalues, *found.growth_observed))
    if activation == "identity" and batch_size is None and "e" not in str(rows[0][0]):
        assert found.largest_stable_rate == pytest.approx(2 / found.eigenvalues[-1])


def test_numbers_beyond_floats_stay_in_the_sentences(make: Make) -> None:
    """A limit smaller than any float is left out of the numbers, and said in words."""
    found = diagnose(run(make([("1e170", 3), ("2e170", 5)], (0, 0), 0.001, 1, carry=Carry.PRINTED)))
    assert found.largest_stable_rate is None
    assert found.eigenvalues == ()
    assert "0.001 is 2.5e337 times the largest stable one, 4e-341" in sentences(found)


def test_very_wide_tables_are_refused_politely(make: Make) -> None:
    """A table with more features than anybody works by hand gets its losses, and one sentence on what is left out."""
    rows = [[k % 7 for k in range(42)] + [1], [k % 5 for k in range(42)] + [0]]
    found = diagnose(run(make(rows, [0] * 43, 0.001, 1)))
    assert len(found.losses) == 2
    assert found.largest_stable_rate is None
    assert "up to 40 features" in sentences(found)


def test_no_epochs(published: Exercise) -> None:
    """Before training there is a loss, a limit and a remedy, and nothing observed."""
    found = diagnose(run(replace(published, epochs=0)))
    assert found.outcome is Outcome.UNTRAINED
    assert found.growth_observed == ()
    assert "The loss at the start is 0.6952." in sentences(found)
    assert "11.1 times" in sentences(found)


def test_column_names_are_used(make: Make) -> None:
    """Columns are called what the table calls them."""
    exercise = make([(2, 9, 1), (3, 1, 0)], (0, 0, 0), 0.01, 1, feature_names=("age", "price"))
    assert "mostly price" in sentences(diagnose(run(exercise)))
