"""Lines of equals signs that a program prints between its results."""

import pytest

from deltarule import api
from deltarule.spans import Source

_PRINTED = """\
epoch:0 | 0.097 - 0.419
============== {} ==============
epoch:0 | 0.087 - 0.092
"""


@pytest.mark.parametrize("counted", ["2/16", "3 / 16", "10:25:31"])
def test_a_rule_between_two_results_is_no_equation(counted: str) -> None:
    """What stands within a rule is not the value of the difference that a dash seems to make of the line before."""
    report = api.check(Source("", _PRINTED.format(counted))).report
    assert not report.slips
    assert all(each.line != 2 for each in report.verdicts)
