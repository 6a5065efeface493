"""A chain may go wrong at any of its signs: what follows is told the same."""

import pytest

from deltarule.api import check

_TABLE = """x   t
1   4
3   1

w = 1, b = 0, eta = 0.1, MSE = 1/n * sum (y - t)^2

y1 = 1*1 + 0 = 1
y2 = 1*3 + 0 = 3
dL/dw = 2/2 * ((1-4)*1 + (3-1)*3) = 2/2 * 3 = 3
dL/db = 2/2 * ((1-4) + (3-1)) = {middle} = {end}
w = 1 - 0.1 * 3 = 0.7
b = 0 - 0.1 * ({end}) = {bias}

Iteration 2
y1 = 0.7*1 + {bias} = {after}
"""


@pytest.mark.parametrize(("middle", "written"), [("1/2 * (-1)", "1/2 * (-1)"), ("2/2 * (-1)", "-0.5")])
def test_what_follows_does_not_depend_on_where_the_chain_went_wrong(middle: str, written: str) -> None:
    """2/2 · (-1) is -1: with a half put in, or the result wrong, the bias and the next output follow."""
    marking = check(_TABLE.format(middle=middle, end="-0.5", bias="0.05", after="0.75"))
    [slip] = marking.slips
    assert (slip.line, slip.written, slip.harmless) == (10, written, False)
    assert slip.affects == (12, 15)
    assert [item.line for item in marking.report.follow_through] == [12, 15]


def test_nothing_follows_where_the_end_is_right_all_the_same() -> None:
    """The step is miswritten, and the value is that of the side before it."""
    marking = check(_TABLE.format(middle="1/2 * (-1)", end="-1", bias="0.1", after="0.8"))
    assert [(slip.line, slip.affects) for slip in marking.slips if not slip.harmless] == []
    assert {slip.line for slip in marking.slips} == {10}
