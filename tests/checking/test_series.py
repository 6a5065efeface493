"""Lists, arrays and matrices under words that nobody knows: what they are made of shows in the lists before them.

The numbers are worked out here in floats, far from a tie of the rounding that is asked for.
"""

import math
from collections.abc import Sequence

import pytest

from deltarule import api
from deltarule.report import Report
from deltarule.spans import Source


def _report(text: str) -> Report:
    return api.check(Source("a.md", text)).report


def _right(text: str, line: int) -> list[str]:
    """The numbers of a line that are called right."""
    report = _report(text)
    assert not report.slips
    return [
        verdict.written
        for verdict in report.verdicts
        if verdict.line == line and verdict.status.value in ("right", "right-rounded")
    ]


def _softmax(numbers: Sequence[float]) -> list[float]:
    raised = [math.exp(number) for number in numbers]
    return [number / sum(raised) for number in raised]


SCORES = [1.25, -0.5, 0.75, 0.1]
SHARES = [f"{share:.4f}" for share in _softmax(SCORES)]


@pytest.mark.parametrize(
    "listed", ["zork: {}", "- **zork**: `[{}]`", "Man hat $\\mathbf{{z}}' = [{}]$.", "zork [{}], blip"]
)
def test_shares_of_scores_are_confirmed_however_they_are_listed(listed: str) -> None:
    """A list of probabilities behind the list of scores that they belong to."""
    scores = listed.format("; ".join(map(str, SCORES)))
    text = f"{scores}\n\n{listed.format('; '.join(SHARES))}\n"
    assert _right(text, 3) == SHARES


@pytest.mark.parametrize("separator", [" | ", " / ", "; ", ", "])
def test_numbers_between_any_marks_are_a_list(separator: str) -> None:
    """What stands between the numbers does not matter, as long as it is the same."""
    text = f"vorher: {separator.join(map(str, SCORES))}\n\nnachher: {separator.join(SHARES)}\n"
    assert _right(text, 3) == SHARES


def test_a_list_that_is_no_function_of_another_gets_no_word() -> None:
    """Four numbers that are not the shares of the others are neither right nor wrong."""
    text = f"vorher: {'; '.join(map(str, SCORES))}\n\nnachher: 0.4411; 0.0877; 0.3123; 0.1589\n"
    assert _right(text, 3) == []


def test_a_step_on_a_matrix_takes_the_rate_from_the_text() -> None:
    """The outer product of errors and inputs, and a matrix that is moved by half of it."""
    text = (
        "$$M = \\begin{bmatrix} 1.2 & -0.4 \\\\ 0.3 & 0.9 \\end{bmatrix}$$\n\nqux $[0.42; -0.17]$, bar $[3.1; 1.7]$, 0.5\n\n"
        "$$G = \\begin{bmatrix} 1.302 & 0.714 \\\\ -0.527 & -0.289 \\end{bmatrix}$$\n\n"
        "$$M' = \\begin{bmatrix} 0.549 & -0.757 \\\\ 0.5635 & 1.0445 \\end{bmatrix}$$\n"
    )
    assert _right(text, 5) == ["1.302", "0.714", "-0.527", "-0.289"]
    assert _right(text, 7) == ["0.549", "-0.757", "0.5635", "1.0445"]


def test_a_printed_array_times_a_vector() -> None:
    """Rows of a printout, one below the other, times the vector behind them."""
    text = "A =\n[[ 0.25 -1.5 ]\n [ 2.75  0.5 ]\n [-0.75  1.25]]\n\nu = [ 1.4 -0.6]\n\nA u = [ 1.25  3.55 -1.8 ]\n"
    assert _right(text, 8) == ["1.25", "3.55", "-1.8"]


def test_results_told_one_by_one_and_then_listed_raised() -> None:
    """Scores worked out in separate lines, then a list of what they are raised to."""
    text = "a = 2·0.5 + 0.3 = 1.3\n\nb = 2·0.25 - 0.1 = 0.4\n\nc = 1 - 1.9 = -0.9\n\nExp: 3.6693; 1.4918; 0.4066\n"
    assert _right(text, 7) == ["3.6693", "1.4918", "0.4066"]


def test_numbers_that_something_is_worked_out_with_are_no_list() -> None:
    """The terms of a sum stand side by side, and are no results."""
    text = "p: 0.25; 0.5; 0.75\n\nq = 0.0625 + 0.25 + 0.5625 = 0.875\n"
    assert _right(text, 3) == ["0.875"]


def test_the_bullet_of_the_next_line_is_no_minus() -> None:
    """Lists as items of a list: scores, their shares, less 1 for the first, and a step of 0.5 along that."""
    scores = [1.2, 0.4, -0.3]
    parts = [math.exp(score) for score in scores]
    shares = [part / sum(parts) for part in parts]
    slopes = [shares[0] - 1, *shares[1:]]
    after = [score - 0.5 * slope for score, slope in zip(scores, slopes, strict=True)]
    text = "\n".join(
        f"- {word}: " + " | ".join(f"{number:.4f}" for number in numbers)
        for word, numbers in (
            ("Marks", scores),
            ("Odds", shares),
            ("Pull", slopes),
            ("Pace 0.50, marks then", after),
        )
    )
    assert len(_right(text + "\n- Ende\n", 2)) == 3
    assert len(_right(text + "\n- Ende\n", 4)) == 3
