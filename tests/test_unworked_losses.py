"""Losses that are for training: no worked solution is written with them, and the exact run knows them all the same."""

from dataclasses import replace
from fractions import Fraction

import pytest

from deltarule.errors import InputError
from deltarule.exercise import Exercise
from deltarule.formulas import LOSSES, Role
from deltarule.reading.exercise_toml import read_exercise_toml
from deltarule.spans import Source
from deltarule.trace import Quantity, run, run_unrounded
from deltarule.written import parse_number

UNWORKED = [name for name, loss in LOSSES.items() if not loss.worked]


def exercise(loss: str) -> Exercise:
    """Two rows of two classes."""
    return Exercise(
        features=((parse_number("2"),), (parse_number("-1"),)),
        targets=(parse_number("1"), parse_number("-1")),
        weights=(parse_number("0"),),
        bias=parse_number("0"),
        learning_rate=parse_number("0.5"),
        loss=loss,
    )


@pytest.mark.parametrize("loss", UNWORKED)
def test_no_worked_solution_is_written(loss: str) -> None:
    """The writer says so, with what to do."""
    with pytest.raises(InputError, match=f"no worked solutions are written for the {loss} loss; set loss"):
        run(exercise(loss))


@pytest.mark.parametrize("loss", UNWORKED)
def test_the_exact_run_knows_them(loss: str) -> None:
    """One epoch from zero weights: every row pulls with its target, so the weight moves by 0.5 * (1 * 2 + -1 * -1) / 2."""
    values = run_unrounded(exercise(loss)).values
    assert values[Quantity(Role.WEIGHT, 1, None, 1)] == Fraction("0.75")
    assert values[Quantity(Role.BIAS, None, None, 1)] == 0


@pytest.mark.parametrize("loss", ["hinge", "perceptron"])
def test_their_targets_are_minus_one_and_one(loss: str) -> None:
    """Others are refused."""
    with pytest.raises(InputError, match=f"the {loss} loss needs targets -1 and 1; recode the targets"):
        run_unrounded(replace(exercise(loss), targets=(parse_number("0"), parse_number("1"))))
    with pytest.raises(InputError, match=f"the {loss} loss goes with the identity activation"):
        run_unrounded(replace(exercise(loss), activation="tanh"))


@pytest.mark.parametrize("loss", UNWORKED)
def test_an_exercise_file_offers_those_that_are_worked(loss: str) -> None:
    """The error lists them, and no others."""
    with pytest.raises(InputError, match=f'unknown loss "?\'?{loss}.*choose from "squared", "log"$'):
        read_exercise_toml(Source("exercise.toml", f'loss = "{loss}"\n'))
