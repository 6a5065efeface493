"""Values that go on from numbers which are not shown, and notations that hide a product."""

from deltarule.api import check
from deltarule.findings import Status

# w is told once a row, then not any more: predictions of x = 2 go on while w stays what it was told last
SHOWN = """x = 2, y = 3, eta = 0.1

w = 0.5
Prediction: 1.0
w = 0.9
Prediction: 1.8
w = 1.14
Prediction: 2.28
w = 1.284
Prediction: 2.568
"""
UNSHOWN = """
Again with another start:

w = 0.5
x = 2
eta = 0.05

Prediction: 1.0
Prediction: 1.4
Prediction: 1.72
Prediction: 1.976
"""


def test_what_goes_on_from_weights_that_are_not_shown_is_no_slip() -> None:
    """A formula that gives one value again and again is not the author's where the values told change."""
    report = check(SHOWN + UNSHOWN).report
    assert not report.slips
    assert sum(verdict.status is not Status.UNCHECKED for verdict in report.verdicts) > 4


def test_a_full_stop_between_numbers_multiplies_where_it_does_between_names() -> None:
    """``1.-1`` and ``0.5 . (1 + 1)`` are products beside ``w1.e1``."""
    text = (
        "a = w1.e1 + w2.e2\n\nw1 = w1 + e1.x\n\nw2 = 1 + 1.-1 = {}\n\nw1 = 0.5 + 0.5 . (1 + 1) . (+1) = 1.5\n"
    )
    assert not check(text.format("0")).report.slips
    assert check(text.format("2")).report.slips


def test_a_log_line_with_bars_is_no_table() -> None:
    """Labels with their values between bars, with any blanks behind the colons."""
    text = """eta = 0.1
x = 2
w antes = 0.3
Erro:  1  | Pesos:  [0. 0.1]
Erro:  -1  | Pesos:  [0. 0.2]
"""
    report = check(text).report
    assert not report.slips
    assert sum(verdict.line == 5 for verdict in report.verdicts) == 3
