"""What a document says of its rounding."""

import pytest

from deltarule import api
from deltarule.reading.rounding_rule import cuts_off, told_figures
from deltarule.written import RoundingMode


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("Values are rounded to 1 significant figure, ties away from zero.", 1),
        ("We keep three significant digits throughout.", 3),
        ("Auf 4 signifikante Stellen gerundet.", 4),
        ("Arrondi à 3 chiffres significatifs.", 3),
        ("Two significant figures here, 3 significant figures there.", None),
        ("a significant improvement of 12 percent", None),
        ("Rounded to 2 decimal places.", None),
    ],
)
def test_told_figures(text: str, figures: int | None) -> None:
    """A count of significant figures is taken where one and only one is told."""
    assert told_figures(text) == figures


@pytest.mark.parametrize(
    ("text", "cuts"),
    [
        ("Values are rounded to 3 decimal places, further digits cut off.", True),
        ("All results are truncated to two decimal places.", True),
        ("Weitere Stellen werden abgeschnitten.", True),
        ("Weights are drawn from a truncated normal distribution.", False),
        ("The display was cut off at the top.", False),
        ("Values are rounded to 3 decimal places, ties away from zero.", False),
    ],
)
def test_cuts_off(text: str, cuts: bool) -> None:
    """Digits are cut off where it is said of digits, values or places."""
    assert cuts_off(text) is cuts


def test_the_exercise_knows_how_a_document_rounds() -> None:
    """Figures and mode that a worked solution tells are those of the exercise that is read from it."""
    text = "| x_1 | y |\n|---|---|\n| 2 | 1 |\n\n$w_1 = 0.5$, $b = 0$, $\\eta = 0.1$\n\n"
    text += "Rounded to 3 significant figures, further digits cut off.\n\n$z_1 = 0.5 \\cdot 2 + 0 = 1$\n"
    precision = api.check(text).exercise.precision
    assert (precision.places, precision.figures, precision.mode) == (None, 3, RoundingMode.TRUNCATE)
