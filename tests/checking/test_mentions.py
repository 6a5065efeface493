"""Numbers in prose that tell a value once more."""

from deltarule import api
from deltarule.findings import Status
from deltarule.spans import Source

TEXT = """$p = \\sigma(0.45) = 0.61064$

The neuron is 61.1 % sure, and 47.25 % was what it was before.
"""


def test_a_percentage_that_is_a_rounding_of_what_was_told_is_right() -> None:
    """61.1 % where 0.61064 stands above."""
    report = api.check(Source("prose.md", TEXT)).report
    told = [(verdict.line, verdict.written, verdict.status) for verdict in report.verdicts]
    assert (3, "61.1", Status.RIGHT_ROUNDED) in told


def test_a_number_that_stands_nowhere_else_is_not_told_of() -> None:
    """It may be about anything, and is never wrong."""
    report = api.check(Source("prose.md", TEXT)).report
    assert not any(verdict.written == "47.25" for verdict in report.verdicts)
    assert not report.slips


def test_a_number_of_a_claim_is_not_held_against_itself() -> None:
    """A slip in a claim stays one."""
    report = api.check(Source("prose.md", "The error is $0.5 - 0.213 = 0.297$ here.\n")).report
    assert [verdict.status for verdict in report.verdicts] == [Status.SLIP]


def test_what_a_loss_falls_by_is_the_difference_of_two_numbers_of_the_line() -> None:
    """5.76 - 1.44 = 4.32, which is 75 % of 5.76."""
    text = "$L = 2.4^2 = 5.76$\n\nIt falls from 5.76 to 1.44, by 4.32 or 75.0 %, and not by 4.23.\n"
    report = api.check(Source("prose.md", text)).report
    told = [verdict.written for verdict in report.verdicts if verdict.line == 3]
    assert told == ["5.76", "4.32", "75.0"]
