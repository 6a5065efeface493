"""Rows of values without working are judged by the formula that they follow."""

import pytest

from deltarule.api import check
from deltarule.findings import Status
from deltarule.report import Report

# worked by hand: perceptron for AND, targets -1/1, output 1 from 0 on, else -1, rate 0.5, weights from 0
PERCEPTRON = """Perceptron, learning rate 0.5

| x1 | x2 | t | net | y | e | w1 | w2 | b |
|---|---|---|---|---|---|---|---|---|
| 1 | 1 | 1 | 0 | 1 | 0 | 0 | 0 | 0 |
| 1 | -1 | -1 | 0 | 1 | -2 | -1 | 1 | -1 |
| -1 | 1 | -1 | 1 | 1 | -2 | 0 | 0 | -2 |
| -1 | -1 | -1 | -2 | -1 | 0 | 0 | 0 | -2 |
| 1 | 1 | 1 | -2 | -1 | 2 | 1 | 1 | -1 |
| 1 | -1 | -1 | -1 | -1 | 0 | 1 | 1 | -1 |
"""
# Hebb's rule: each change is t times x
HEBB = """| x1 | x2 | t | Δw1 | Δw2 | Δb | w1 | w2 | b |
|---|---|---|---|---|---|---|---|---|
|  |  |  |  |  |  | 0 | 0 | 0 |
| 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 |
| 1 | -1 | -1 | -1 | 1 | -1 | 0 | 2 | 0 |
| -1 | 1 | -1 | 1 | -1 | -1 | 1 | 1 | -1 |
| -1 | -1 | -1 | 1 | 1 | -1 | 2 | 2 | -2 |
"""
# delta rule with weights in front: each row shows those that it starts from; rate 0.1
DELTA = """Rate: η = 0.1

| Epoch | x | w | b | y | t | E | Δw | Δb |
|---|---|---|---|---|---|---|---|---|
| 1 | 1 | 0.5 | 0 | 0.5 | 1 | 0.5 | 0.05 | 0.05 |
| 1 | 2 | 0.55 | 0.05 | 1.15 | 2 | 0.85 | 0.17 | 0.085 |
| 2 | 1 | 0.72 | 0.135 | 0.855 | 1 | 0.145 | 0.0145 | 0.0145 |
| 2 | 2 | 0.7345 | 0.1495 | 1.6185 | 2 | 0.3815 | 0.0763 | 0.03815 |
"""


def slips(text: str) -> list[tuple[int, str, str]]:
    """Line, kind and written value of each slip."""
    return [(slip.line, slip.kind.value, slip.written) for slip in check(text).report.slips]


def judged(report: Report) -> int:
    """How many values have a verdict."""
    return sum(verdict.status is not Status.UNCHECKED for verdict in report.verdicts)


@pytest.mark.parametrize("text", [PERCEPTRON, HEBB, DELTA], ids=["perceptron", "hebb", "delta"])
def test_an_honest_table_has_no_slip(text: str) -> None:
    """A table that follows one rule throughout is judged, and nothing is called a slip."""
    report = check(text).report
    assert not report.slips
    assert judged(report) >= 15


@pytest.mark.parametrize(
    ("text", "right", "wrong", "line"),
    [
        (
            PERCEPTRON,
            "| -1 | 1 | -1 | 1 | 1 | -2 | 0 | 0 | -2 |",
            "| -1 | 1 | -1 | 1 | 1 | -2 | 0 | 1 | -2 |",
            7,
        ),
        (HEBB, "| -1 | 1 | -1 | 1 | -1 | -1 |", "| -1 | 1 | -1 | 1 | 1 | -1 |", 6),
        (DELTA, "| 0.145 | 0.0145 |", "| 0.145 | 0.0415 |", 7),
    ],
    ids=["a weight", "a sign", "digits swapped"],
)
def test_a_changed_cell_is_a_slip_on_its_line(text: str, right: str, wrong: str, line: int) -> None:
    """One cell that does not follow from its row is called a slip where it stands."""
    changed = text.replace(right, wrong)
    assert changed != text
    assert line in {found[0] for found in slips(changed)}


def test_a_row_that_leaves_others_out_starts_anew() -> None:
    """Weights behind an ellipsis are taken as they stand, for nobody can tell what led to them."""
    later = "| … | … |  |  |  |  |  |  |  |\n| 40 | 1 | 0.9 | 0.1 | 1.0 | 1 | 0 | 0 | 0 |\n"
    assert not slips(DELTA + later)
