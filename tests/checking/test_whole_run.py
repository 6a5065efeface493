"""Printouts of which nothing but the exercise's own run says where their numbers come from."""

from pathlib import Path

from deltarule import api
from deltarule.spans import Source

PAGE = Path(__file__).resolve().parents[1] / "solutions" / "a-printout-of-parameters-only.md"


def test_numbers_of_the_run_are_right_and_others_say_nothing() -> None:
    """Eight numbers come out of the run of one sample after the other; the one that is changed does not."""
    text = PAGE.read_text(encoding="utf-8").replace("-0.173091", "-0.183091")
    report = api.check(Source("a.md", text)).report
    told = {verdict.written for verdict in report.verdicts if verdict.line > 10}
    assert len(told) == 8
    assert "-0.183091" not in told
    assert not report.slips
