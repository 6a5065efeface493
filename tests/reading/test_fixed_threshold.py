"""A threshold that a step has and never learns, told apart from a class that is decided in the end."""

import pytest

from deltarule.exercise import Exercise
from deltarule.reading import read_document
from deltarule.reading.problem import understand
from deltarule.spans import Source

RULE = "y = 1 if net >= 0.4, otherwise 0. w1 = 0.2, w2 = 0.6, η = 0.5.\n\n"
STEPS = "x = (1, 0), t = 1\n\nnet = 0.2·1 + 0.6·0 = 0.2\n\ny = 0\n\ne = 1 − 0 = 1\n\nw1 = 0.2 + 0.5·1·1 = 0.7\n\nx = (0, 1), t = 0\n\nnet = 0.7·0 + 0.6·1 = 0.6\n\ny = 1\n\ne = 0 − 1 = −1\n\nw2 = 0.6 + 0.5·(−1)·1 = 0.1\n"


def _exercise(text: str) -> Exercise:
    understood = understand(read_document(Source("<text>", text)))
    return understood.exercise


def test_a_step_that_learns_from_its_classes_jumps_at_the_bound() -> None:
    """And needs no bias, where none is told."""
    exercise = _exercise(RULE + STEPS)
    assert exercise.activation == "step"
    assert exercise.jumps_at is not None
    assert exercise.jumps_at.text == "0.4"
    assert not exercise.has_bias


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("net >= 0.4", "net >= 0"),  # the usual one
        ("y = 1 if net", "class = 1 if y"),  # of the output, in the end
        ("e = 1 − 0 = 1", "e = 1 − 0.2 = 0.8"),  # an error of the net input
        ("η = 0.5.", "η = 0.5. θ = 0.4."),  # which may be learned
    ],
)
def test_other_rules_are_none(old: str, new: str) -> None:
    """The bound then belongs to something else, or is 0, or there is a bias to be told."""
    exercise = _exercise((RULE + STEPS).replace(old, new))
    assert exercise.jumps_at is None or exercise.bias is None or exercise.has_bias
