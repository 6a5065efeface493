"""Last digits: what a result may be off by is known where its working stands in the document.

Expected values are worked out with `math` and `decimal`, not with the checker.
"""

import math

import pytest

from deltarule import api
from deltarule.report import Report
from deltarule.spans import Source


def _report(text: str) -> Report:
    return api.check(Source("a.md", text)).report


def _slip_lines(text: str) -> list[int]:
    return [slip.line for slip in _report(text).slips]


def test_a_last_digit_that_no_lost_digits_explain() -> None:
    """σ(0.1247) = 0.53113..., and -ln of it, rounded or not, is 0.633 to three places."""
    output = 1 / (1 + math.exp(-0.1247))
    assert {round(-math.log(each), 3) for each in (output, round(output, 3))} == {0.633}
    text = "z = 0.3·0.574 + (-0.1)·0.475 + 0 = 0.1247\n\ny = σ(0.1247) = 0.531\n\nL = -ln(0.531) = {}\n"
    assert _slip_lines(text.format("0.633")) == []
    assert _slip_lines(text.format("0.634")) == [5]


def test_digits_that_are_carried_explain_a_last_digit() -> None:
    """0.0907 rounds 0.09072: 1/1.09072 = 0.91683, and 1/1.0907 = 0.91684."""
    text = "E = 0.3·0.3023 = 0.0907\n\ny = 1/(1 + 0.0907) = {}\n"
    assert _slip_lines(text.format("0.9168")) == []
    assert _slip_lines(text.format("0.9170")) == [3]


def test_a_part_that_is_worked_out_within_a_chain() -> None:
    """0.5785·(1 - 0.5785) = 0.24384..., so the 0.2439 within the chain is off by its last digit."""
    assert round(0.5785 * (1 - 0.5785), 4) == 0.2438
    text = "x = 0.6332, w = 0.5\n\nz = 0.5·0.6332 = 0.3166\n\ny = σ(0.3166) = 0.5785\n\nd = -(1 - 0.5785)·0.5785·(1 - 0.5785) = -0.4215·{} = -0.1028\n"
    report = _report(text.format("0.2439"))
    assert [(slip.line, slip.code, slip.written, slip.expected) for slip in report.slips] == [
        (7, "rounding.last-place", "0.2439", "0.2438")
    ]
    assert _slip_lines(text.format("0.2438")) == []


@pytest.mark.parametrize("written", ["0.18860161382840943", "0.1886016138284094", "0.188601613828409"])
def test_the_noise_of_binary_arithmetic_is_no_slip(written: str) -> None:
    """The sum of two printed doubles, to as many figures as a program prints."""
    text = f"z = 0.06536890058296063 + 0.1232327132454488 = {written}\n"
    assert _slip_lines(text) == []
    assert _slip_lines(text.replace("0.188601", "0.188611")) == [1]
