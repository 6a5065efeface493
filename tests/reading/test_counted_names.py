"""Names that are counted by a letter or a number beside them, in plain text: ``sum ei*xij``, ``h(1)``."""

import pytest

from deltarule import api
from deltarule.spans import Source

# h1 = 0.5·2 + 0.1 = 1.1, e1 = 1 - 1.1 = -0.1; h2 = 0.5·4 + 0.1 = 2.1, e2 = 3 - 2.1 = 0.9
# slopes: -2(-0.1·2 + 0.9·4) = -6.8 and -2(-0.1 + 0.9) = -1.6; w = 0.5 + 0.68 = 1.18, b = 0.1 + 0.16 = 0.26
TEXT = """\
   x1    d
    2    1
    4    3

h = w1*x1 + b
{stated}

eta = 0.1
w1 = 0.5
b = 0.1

Epoch 1:

h(1) = 0.5 * 2 + 0.1 = 1.1
e1 = 1 - 1.1 = -0.1
h(2) = 0.5 * 4 + 0.1 = {h2}
e2 = 3 - 2.1 = 0.9
g1 = -2 * ((-0.1) * 2 + 0.9 * 4) = -6.8
gb = -2 * ((-0.1) + 0.9) = -1.6
w1_new = 0.5 - 0.1 * (-6.8) = 1.18
b_new = 0.1 - 0.1 * (-1.6) = {b}
"""
STATED = """\
ei = di - hi
SSE = sum ei^2
gj = -2*sum ei*xij
wj_new = wj - eta*gj
gb = -2*sum ei
b_new = b - eta*gb"""
BRACKETS = """\
e(i) = d(i) - h(i)
SSE = sum (e(i))^2
dSSE/dwj = -2*sum e(i)*xj(i)
wj(k+1) = wj(k) - eta*dSSE/dwj
dSSE/db = -2*sum e(i)
b(k+1) = b(k) - eta*dSSE/db"""
INDICES = """\
ei = di - hi
dSSE/dwj = -2 * sum_i ei*xij
wj' = wj - eta*dSSE/dwj"""


def _slips(**parts: str) -> list[str]:
    text = TEXT.format(**{"stated": STATED, "h2": "2.1", "b": "0.26"} | parts)
    lines = text.splitlines()
    return [lines[slip.line - 1] for slip in api.check(Source("", text)).report.slips]


@pytest.mark.parametrize("stated", [STATED, BRACKETS, INDICES])
def test_formulas_with_glued_letters(stated: str) -> None:
    """They are the exercise's formulas, and h(1) is the net input of the first sample."""
    assert _slips(stated=stated) == []


@pytest.mark.parametrize("stated", [STATED, BRACKETS])
def test_values_below_them(stated: str) -> None:
    """A wrong net input and a wrong step are found under them."""
    assert _slips(stated=stated, h2="2.2") == ["h(2) = 0.5 * 4 + 0.1 = 2.2"]
    assert _slips(stated=stated, b="0.36") == ["b_new = 0.1 - 0.1 * (-1.6) = 0.36"]


def test_a_stated_formula_that_climbs() -> None:
    """The sign of an update in glued letters is one that is read."""
    assert _slips(stated=STATED.replace("wj - eta*gj", "wj + eta*gj")) == ["wj_new = wj + eta*gj"]


def test_a_formula_that_ends_in_an_unknown_word() -> None:
    """Without the word it is another formula, of which nothing is said."""
    assert _slips(stated="dSSE/dwj = -2 * sum qq*xij\nw1_new = w1 - eta*qqq") == []


def test_words_of_prose_are_no_names() -> None:
    """Italian *di* and *ei* of a sentence belong to no formula."""
    marking = api.check(Source("", "Il valore di w = 0.5 * 2 = 1 (di nuovo) e di b = 3 - 2 = 1.\n"))
    assert marking.report.slips == ()
    assert len(marking.report.verdicts) == 2


def test_a_function_of_its_input_stays_one() -> None:
    """h(3) = 2·3 + 1 is the function h(x) at 3, where no sum of weights and inputs is called h."""
    report = api.check(Source("", "h(x) = 2x + 1\n\nh(3) = 2*3 + 1 = 7\n\nh(4) = 2*4 + 1 = 8\n")).report
    assert [slip.line for slip in report.slips] == [5]
