"""One sample told by name is held against its lines, though of a kind that is worked once one may be wrong."""

import pytest

from deltarule.api import check
from deltarule.findings import Kind

HEAD = "x = 0.5, t = 1, w = 0.8, b = -0.2, η = 0.1, E = ½(y − t)²\n\n"
LINES = (
    "z = 0.8·0.5 − 0.2 = 0.2",
    "y = 1/(1 + e^(−0.2)) = 0.5498",
    "E = ½(0.5498 − 1)² = 0.1013",
    "∂E/∂y = 0.5498 − 1 = −0.4502",
    "∂y/∂z = 0.5498·(1 − 0.5498) = 0.2475",
    "∂E/∂w = −0.4502·0.2475·0.5 = −0.0557",
    "∂E/∂b = −0.4502·0.2475 = −0.1114",
    "w = 0.8 − 0.1·(−0.0557) = 0.8056",
    "b = −0.2 − 0.1·(−0.1114) = −0.1889",
)


def _document(lines: tuple[str, ...]) -> str:
    return HEAD + "\n\n".join(lines) + "\n"


def test_right_lines_are_placed_and_right() -> None:
    """Every one of them has its quantity."""
    report = check(_document(LINES)).report
    assert not report.slips
    assert sum(verdict.quantity is not None for verdict in report.verdicts) == len(LINES)


@pytest.mark.parametrize(
    ("line", "wrong", "kind"),
    [
        (0, "z = 0.8·0.5 = 0.4", Kind.OMISSION),  # without its bias
        (3, "∂E/∂y = 1 − 0.5498 = 0.4502", Kind.SIGN),
        (4, "∂y/∂z = 1 − 0.5498 = 0.4502", Kind.OMISSION),
        (5, "∂E/∂w = −0.4502·0.5 = −0.2251", Kind.OMISSION),
        (7, "w = 0.8 + 0.1·(−0.0557) = 0.7944", Kind.FORMULA),
        (8, "b = −0.3 − 0.1·(−0.1114) = −0.2889", Kind.COPYING),
    ],
)
def test_one_slip_in_a_kind_that_is_worked_once_is_found(line: int, wrong: str, kind: Kind) -> None:
    """The other lines bear the data out; what follows from it may be off, and is not told again."""
    lines = (*LINES[:line], wrong, *LINES[line + 1 :])
    slips = [slip for slip in check(_document(lines)).report.slips if slip.line == 3 + 2 * line]
    assert [slip.kind for slip in slips] == [kind]


def test_another_sample_worked_with_these_numbers_is_no_slip() -> None:
    """Below, x = 2 is put in throughout: that is not the sample that was told."""
    lines = tuple(
        line.replace("0.8·0.5 − 0.2 = 0.2", "0.8·2 − 0.2 = 1.4").replace("·0.5 = −0.0557", "·2 = −0.2228")
        for line in LINES
    )
    codes = {slip.code for slip in check(_document(lines)).report.slips}
    assert "copying.operand" not in codes
    assert "copying.digit" not in codes


def test_net_inputs_of_other_rows_are_not_held_against_the_first() -> None:
    """``net`` is told of all rows before the first one is learned from."""
    text = (
        "w = (0.3, -0.2), b = 0.1, η = 0.5\n\nnet = w1·x1 + w2·x2 + b\n\ny = 1 if net >= 0; otherwise y = 0\n\n"
        "First row (x1=0, x2=0, T=0):\n\nnet = 0.3·0 + (-0.2)·0 + 0.1 = 0.1\n\ny = 1 (since net >= 0)\n\nAll rows:\n\n"
        "x1 | x2 | T | net | y |\n---|---|---|---|---|\n0 | 0 | 0 | 0.1 | 1 |\n0 | 1 | 0 | -0.1 | 0 |\n1 | 0 | 0 | 0.4 | 1 |\n\n"
        "Δw1 = 0.5·(0 − 1)·0 = 0\n\nΔw2 = 0.5·(0 − 1)·0 = 0\n\nΔb = 0.5·(0 − 1) = -0.5\n\n"
        "w1 = 0.3 + 0 = 0.3\n\nw2 = -0.2 + 0 = -0.2\n\nb = 0.1 + (-0.5) = -0.4\n"
    )
    assert not check(text).report.slips
