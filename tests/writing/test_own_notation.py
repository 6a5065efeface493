"""What people read of a report is in the notation of the document's author."""

import json

import pytest

import deltarule
from deltarule.writing.own_notation import decimal_comma
from deltarule.writing.plain_math import plain_math

GERMAN = """
Start $w = 0{,}4$, $b = 0$, Lernrate $\\eta = 0{,}5$, Daten $(x, y) = (2, 1)$, Modell $\\hat y = w x + b$

$\\hat y = 0{,}4 \\cdot 2 + 0 = 0{,}8$

$e = 1 - 0{,}8 = 1{,}2$
"""
ENGLISH = "w = 0.4\n\nz = 0.4 * 2 + 0.1 = 1.9\n"
THOUSANDS = "150,000 + 22,500 = 172,400\n"


@pytest.mark.parametrize("form", ["terminal", "markdown", "html"])
def test_a_decimal_comma_is_answered_with_one(form: str) -> None:
    """Who writes 0,8 is told 0,2, and nothing with a point."""
    text = deltarule.check(GERMAN).write(form)
    text = text.rpartition("</style>")[2].partition('<section class="meanings')[0] or text
    assert "0,2" in text
    assert "0.2" not in text
    assert "1.2" not in text


def test_programs_are_given_points() -> None:
    """The record and JSON keep numbers as programs read them."""
    marking = deltarule.check(GERMAN)
    assert {slip.expected for slip in marking.slips} == {"0.2"}
    assert '"expected": "0.2"' in json.dumps(json.loads(marking.write("json")))


@pytest.mark.parametrize("text", [ENGLISH, THOUSANDS, ""])
def test_points_and_thousands_are_no_decimal_comma(text: str) -> None:
    """A comma between groups of three digits, or no decimals at all, leaves everything as it is."""
    assert not decimal_comma(deltarule.check(text + "\n").report)


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        (r"\alpha \cdot \frac{\partial L}{\partial w_j}", "α · ∂L/∂w_j"),
        (r"\left(a - y\right) x_i", "(a - y) x_i"),
        (r"\frac{a b}{c}", "(a b)/c"),
        (r"\frac{1}{1+e^{-z}}", "1/(1+e^(-z))"),
        (r"-6{,}5 \times \hat y", "-6,5 × ŷ"),
        ("0.5", "0.5"),
    ],
)
def test_latex_is_shown_in_plain_characters(latex: str, plain: str) -> None:
    """Short formulas read as people type them."""
    assert plain_math(latex) == plain


@pytest.mark.parametrize(
    "text",
    [r"\begin{array}{c} 1", "\\", r"\frac", r"\frac{1}", "}\\alpha", "{" * 150 + r"\alpha", r"\unknown x"],
)
def test_what_is_not_known_is_shown_as_it_stands(text: str) -> None:
    """Nothing is lost or made up where the LaTeX is broken, deep or unknown."""
    assert plain_math(text) == text
