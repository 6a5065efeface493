"""Values that prose tells: what changes from one number to another, and slopes by a variable."""

import pytest

from deltarule import api
from deltarule.findings import Status
from deltarule.spans import Source

STEP = """$L = 0.5 \\cdot 0.214^2 = 0.0229$ and $\\eta = 0.5$.

The gradient with respect to w1 is 0.9 \\cdot (-0.04) = -0.036.

{}
"""


def judged(sentence: str) -> list[tuple[str, Status]]:
    """Values of the last line with their verdicts."""
    report = api.check(Source("prose.md", STEP.format(sentence))).report
    return [(verdict.written, verdict.status) for verdict in report.verdicts if verdict.line > 3]


@pytest.mark.parametrize(
    "sentence",
    [
        "So w1 goes from 0.2 to 0.218.",
        "Donc w1 passe de 0.2 à 0.218.",
        "Also geht w1 von 0.2 auf 0.218.",
        "El peso w1 pasa de 0.2 a 0.218.",
        "w1 从 $0.2$ 变到了 $0.218$。",
    ],
)
def test_a_weight_that_goes_from_one_number_to_another_is_the_step_told_above(sentence: str) -> None:
    """0.2 + 0.5 · 0.036 = 0.218."""
    assert ("0.218", Status.RIGHT) in judged(sentence)


def test_what_does_not_follow_is_not_told_of() -> None:
    """It may be about another step."""
    assert judged("So w1 goes from 0.2 to 0.25.") == []


def test_a_number_that_only_stands_behind_another_is_no_change() -> None:
    """From one line to another is no change of w1."""
    assert judged("With w1 we go from line 3 to line 4.") == []


@pytest.mark.parametrize(
    "sentence",
    [
        "The derivative with respect to w2 is 0.9 * 0.1 = 0.08.",
        "La derivada respecto a w2 es 0.9 * 0.1 = 0.08.",
        "Die Ableitung nach w2 ist 0.9 * 0.1 = 0.08.",
    ],
)
def test_a_slope_by_a_variable_is_not_the_variable(sentence: str) -> None:
    """Its working is judged, and the weight keeps its value."""
    assert judged(sentence) == [("0.08", Status.SLIP)]
