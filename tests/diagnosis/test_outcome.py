"""How runs end: each ending has an exercise that provokes it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from deltarule.diagnosis import diagnose
from deltarule.exercise import Carry, Exercise
from deltarule.history import Outcome
from deltarule.trace import run
from deltarule.written import Precision

Make = Callable[..., Exercise]
AND = [(0, 0, 0), (0, 1, 0), (1, 0, 0), (1, 1, 1)]
XOR = [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]


def said(exercise: Exercise) -> tuple[Outcome, str]:
    """Outcome and all evidence of a run."""
    found = diagnose(run(exercise))
    return found.outcome, " ".join(evidence.sentence for evidence in found.evidence)


def test_diverging(published: Exercise) -> None:
    """The published run diverges."""
    assert said(published)[0] is Outcome.DIVERGING


def test_converged_exactly(make: Make) -> None:
    """x = -1, 1 at rate 1/2 is at the optimum after one epoch."""
    assert said(make([(-1, 0), (1, 4)], (0, 0), 0.5, 3))[0] is Outcome.CONVERGED


def test_converged_as_far_as_printed(make: Make) -> None:
    """Two places and forty halvings later nothing that is printed changes."""
    assert (
        said(make([(-1, 0), (1, 4)], (0, 0), 0.25, 40, carry=Carry.PRINTED, precision=Precision(2)))[0]
        is Outcome.CONVERGED
    )


def test_start_at_the_optimum(make: Make) -> None:
    """Who starts at the best weights has converged."""
    assert said(make([(-1, 0), (1, 4)], (2, 2), 0.1, 2))[0] is Outcome.CONVERGED


def test_still_on_its_way(make: Make) -> None:
    """Three epochs of a healthy rate end before the run is done."""
    assert said(make([(-1, 0), (1, 4)], (0, 0), 0.1, 3))[0] is Outcome.MAX_EPOCHS


def test_crawling(make: Make) -> None:
    """A rate of a hundred-thousandth hardly moves the loss."""
    assert said(make([(-1, 0), (1, 4)], (0, 0), 0.00001, 3))[0] is Outcome.CRAWLING


def test_stalled_by_rounding(published: Exercise) -> None:
    """Changes that all round to 0 hold a run where it is, and rounding is named as the cause."""
    rate = replace(published.targets[0], text="0.00001", value=published.targets[0].value / 100000, places=5)
    outcome, text = said(replace(published, learning_rate=rate, carry=Carry.PRINTED, precision=Precision(2)))
    assert outcome is Outcome.CRAWLING
    assert "every change of a weight rounds to 0 (the largest is 8.38e-5)" in text
    assert "rounds to 0" not in said(replace(published, learning_rate=rate))[1]


def test_overflow(make: Make) -> None:
    """Weights that no double can hold have left the range of numbers."""
    assert said(make([("1e170", 3), ("2e170", 5)], (0, 0), 0.001, 1))[0] is Outcome.OVERFLOW


def test_a_rise_by_rounding_is_no_divergence(make: Make) -> None:
    """Below the limit, a loss that ends above its start because one place is kept does not diverge."""
    exercise = make([(1, 2), (2, 0), (3, 1)], (0, 1), 0.17, 2, carry=Carry.PRINTED, precision=Precision(1))
    found = diagnose(run(exercise))
    assert found.losses[-1] > found.losses[0]
    assert found.exact_losses[-1] < found.exact_losses[0]
    assert found.outcome is Outcome.OSCILLATING


def test_oscillating(published: Exercise) -> None:
    """A tanh neuron at 21 times its bound goes up and down."""
    outcome, _ = said(
        replace(published, activation="tanh", batch_size=1, carry=Carry.PRINTED, precision=Precision(2))
    )
    assert outcome is Outcome.OSCILLATING


@pytest.mark.parametrize("batch_size", [1, None])
def test_separable(make: Make, batch_size: int | None) -> None:
    """The step neuron learns AND, and the data are called separable."""
    outcome, text = said(make(AND, (0, 0, 0), 1, 20, activation="step", batch_size=batch_size))
    assert outcome is Outcome.SEPARABLE
    assert "The data are linearly separable" in text


@pytest.mark.parametrize("batch_size", [1, None])
def test_cycling(make: Make, batch_size: int | None) -> None:
    """XOR brings old weights back; as nothing was rounded, that proves that no line separates the classes."""
    outcome, text = said(make(XOR, (0, 0, 0), 1, 20, activation="step", batch_size=batch_size))
    assert outcome is Outcome.CYCLING
    assert "no line separates these classes" in text


def test_cycling_by_rounding_proves_nothing(make: Make) -> None:
    """If values were rounded on the way, a return to old weights is told without that conclusion."""
    exercise = make(XOR, (0, 0, 0), 0.06, 20, activation="step", carry=Carry.PRINTED, precision=Precision(1))
    _, text = said(exercise)
    assert "no line separates" not in text


def test_too_early_to_tell(make: Make) -> None:
    """One epoch of XOR decides nothing."""
    _, text = said(make(AND, (0, 0, -5), 0.25, 1, activation="step"))
    assert "too early to tell" in text


def test_step_with_other_targets(make: Make) -> None:
    """Targets -1 and 1 can never be met by a step to 0 or 1, and that is said."""
    _, text = said(make([(1, -1), (2, 1)], (0, 0), 1, 3, activation="step"))
    assert "with other targets the errors never vanish" in text


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ((0, 0, -1), "All 4 samples are predicted 0; 3 of them rightly (accuracy 0.75)."),
        ((1, 1, -1), "4 of 4 samples are predicted rightly (accuracy 1)."),
        ((0, 1, 0), "3 of 4 samples are predicted rightly (accuracy 0.75)."),
    ],
)
def test_predictions(make: Make, weights: tuple[int, ...], sentence: str) -> None:
    """Right predictions are counted, and one class for everything is pointed out."""
    assert sentence in said(make(AND, weights, 1, 0, threshold=0.5))[1]
