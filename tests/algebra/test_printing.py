"""Printed expressions, against Python's own reading of them."""

import re
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltarule import notation
from deltarule.algebra.evaluate import evaluate
from deltarule.algebra.expr import (
    Apply,
    Branch,
    Comparison,
    Expr,
    Negative,
    Number,
    Piecewise,
    Power,
    Product,
    Quotient,
    Sum,
    SumOver,
    Symbol,
    Vector,
    as_expr,
)
from deltarule.algebra.latex import Latex
from deltarule.algebra.mathml import BREAK, MathML
from deltarule.algebra.printing import number, printed, words
from deltarule.algebra.text import Text
from deltarule.formulas import ACTIVATIONS, system
from deltarule.written import Written, parse_number

TEXT, LATEX, MATHML = Text(notation.unicode), Latex(notation.latex), MathML(notation.mathml)
w, x, z, e = Symbol("w", (1,)), Symbol("x", (2, 1)), Symbol("z"), Symbol("e", ("i",))


def n(text: str) -> Number:
    """A number as written."""
    return number(parse_number(text))


@pytest.mark.parametrize(
    ("expr", "text", "latex"),
    [
        (n("5") * n("-0.76"), "5·(−0.76)", r"5 \cdot (-0.76)"),
        (n("-0.76") * n("5"), "−0.76·5", r"-0.76 \cdot 5"),
        (n("0.48") + n("-0.76") * n("5"), "0.48 + (−0.76)·5", r"0.48 + (-0.76) \cdot 5"),
        (n("1") - n("-13.19"), "1 − (−13.19)", "1 - (-13.19)"),
        (n("-0.06") ** 2, "(−0.06)²", "(-0.06)^2"),
        (-(n("0.06") ** 2), "−0.06²", "-0.06^2"),
        (-n("-0.1"), "−(−0.1)", "-(-0.1)"),
        (Negative(-z), "−(−z)", "-(-z)"),
        (-(as_expr(2) / 4 * (z + 1)), "−2/4·(z + 1)", r"-\frac{2}{4} \cdot (z + 1)"),
        (z - (w + x), "z − (w₁ + x₂₁)", "z - (w_1 + x_{2, 1})"),
        (z / (w * x), "z/(w₁·x₂₁)", r"\frac{z}{w_1 \cdot x_{2, 1}}"),
        (z * (w / x), "z·(w₁/x₂₁)", r"z \cdot \frac{w_1}{x_{2, 1}}"),
        ((z / w) ** 2, "(z/w₁)²", r"(\frac{z}{w_1})^2"),
        (SumOver("i", e) * z, "(Σᵢ eᵢ)·z", r"(\sum_{i} e_i) \cdot z"),
        (z * SumOver("i", e * x), "z·Σᵢ eᵢ·x₂₁", r"z \sum_{i} e_i \cdot x_{2, 1}"),
        (SumOver("i", e + z), "Σᵢ (eᵢ + z)", r"\sum_{i} (e_i + z)"),
        (1 / (1 + Apply("exp", -z)), "1/(1 + e^(−z))", r"\frac{1}{1 + e^{-z}}"),
        (Apply("exp", z) ** 2, "(e^(z))²", "(e^z)^2"),
        (Apply("sigmoid", n("-1.5")), "σ(−1.5)", r"\sigma(-1.5)"),
        (Apply("relu", z) * Apply("ln", z), "relu(z)·ln(z)", r"\operatorname{relu}(z) \cdot \ln(z)"),
        (Apply("relu'", z), "relu'(z)", r"\operatorname{relu}'(z)"),
        (Symbol("x", (12, 1)) + Symbol("x", ("i", 12)), "x₁₂,₁ + xᵢ₁₂", "x_{12, 1} + x_{i, 12}"),
        (Apply("abs", -z) + Apply("sqrt", z), "|−z| + √(z)", r"|-z| + \sqrt{z}"),
        (z ** as_expr(Fraction(1, 2)), "z^(0.5)", "z^{0.5}"),
        (n("1.5e-3") * z, "1.5·10⁻³·z", r"1.5 \cdot 10^{-3} \cdot z"),
        (n("2e45") ** 2, "(2·10⁴⁵)²", r"(2 \cdot 10^{45})^2"),
        (n(".5") + n("7.") + n("+3"), "0.5 + 7 + 3", "0.5 + 7 + 3"),
        (z * Number(Fraction(-1, 3)), "z·(−1/3)", r"z \cdot (-\frac{1}{3})"),
        (Vector((n("0.1"), n("-2"))), "(0.1, −2)", "(0.1, -2)"),
        (z * words("a cat & {dog}"), "z·a cat & {dog}", r"z \cdot \text{a cat \& \{dog\}}"),
        (
            Piecewise((Branch(z, Comparison(">", z, as_expr(0))),), as_expr(0)),
            "z if z > 0, 0 otherwise",
            r"\begin{cases} z & \text{if } z > 0 \\ 0 & \text{otherwise} \end{cases}",
        ),
    ],
)
def test_an_expression_reads_as_a_person_would_write_it(expr: Expr, text: str, latex: str) -> None:
    """Brackets stand where they are needed, around negative numbers after a sign above all, and nowhere else."""
    assert printed(expr, TEXT) == text
    assert printed(expr, LATEX) == latex


def test_a_decimal_comma_stands_in_every_number_and_in_no_list() -> None:
    """With a decimal comma, numbers have commas, lists semicolons, and LaTeX braces keep the comma tight."""
    expr = Vector((n("0.25"), n("-1.5e-2") * x))
    assert printed(expr, Text(notation.unicode, decimal_comma=True)) == "(0,25; −1,5·10⁻²·x₂₁)"
    assert (
        printed(expr, Latex(notation.latex, decimal_comma=True))
        == r"(0{,}25; -1{,}5 \cdot 10^{-2} \cdot x_{2, 1})"
    )
    assert "<mn>0,25</mn>" in printed(expr, MathML(notation.mathml, decimal_comma=True))


def test_a_number_in_another_script_is_printed_in_ours() -> None:
    """A number whose text is not plain ASCII is printed by its value, to the place it was written to."""
    arabic = Written("٠٫٢٥", Fraction(1, 4), 2)
    assert printed(number(arabic), TEXT) == "0.25"


_LEAVES = st.one_of(
    st.integers(-9, 9).map(as_expr),
    st.sampled_from(["-0.76", "0.5", "-3e-2", "1.25", "-0", "2e3", "-7."]).map(n),
    st.just(Number(Fraction(-2, 3))),
)


def _nodes(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        several.map(Sum),
        several.map(Product),
        inner.map(Negative),
        st.builds(Quotient, inner, inner),
        st.builds(Power, inner, st.sampled_from([2, 3]).map(as_expr)),
    )


TREES = st.recursive(_LEAVES, _nodes, max_leaves=12)
_RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def _read_by_python(text: str) -> Fraction:
    """What Python makes of a printed expression, with every number as an exact fraction."""
    source = re.sub(r"[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda found: f"**({found[0].translate(_RAISED)})", text)
    source = source.replace("·", "*").replace("−", "-")
    source = re.sub(r"(?<!\*\*\()(?<!\*\*\(-)(\d+(?:\.\d+)?)", r"F('\1')", source)
    result: Fraction = eval(source, {"F": Fraction})
    return result


@given(tree=TREES)
def test_python_reads_the_printed_text_as_the_same_value(tree: Expr) -> None:
    """Python's grammar, which has nothing to do with ours, gives every printed tree the tree's own value."""
    try:
        value = evaluate(tree, lambda _: pytest.fail("no symbol here"))
    except ZeroDivisionError:
        with pytest.raises(ZeroDivisionError):
            _read_by_python(printed(tree, TEXT))
        return
    assert _read_by_python(printed(tree, TEXT)) == value


@given(tree=TREES)
def test_no_two_signs_meet(tree: Expr) -> None:
    """Two operators never stand side by side, in text or in LaTeX."""
    assert not re.search(r"[+−·/]\s*[−+]", printed(tree, TEXT))
    assert not re.search(r"(?:[-+]|\\cdot)\s*[-+]", printed(tree, LATEX))


@given(tree=TREES)
def test_mathml_is_well_formed_and_says_the_same(tree: Expr) -> None:
    """MathML parses as XML in one piece, and holds the digits of the LaTeX form in the same order."""
    root = ET.fromstring(f"<math>{printed(tree, MATHML).replace(BREAK, '')}</math>")
    shown = "".join(root.itertext())
    assert re.findall(r"[\d.]+", " ".join(root.itertext())) == re.findall(r"[\d.]+", printed(tree, LATEX))
    assert shown.count("(") == shown.count(")") == printed(tree, LATEX).count("(")


@given(tree=TREES)
def test_a_line_of_mathml_ends_outside_any_element(tree: Expr) -> None:
    """Each piece between two places to break is well-formed by itself."""
    for piece in printed(tree, MATHML).split(BREAK):
        ET.fromstring(f"<math>{piece}</math>")


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_formula_can_be_printed(activation: str) -> None:
    """Each equation of each neuron prints in all three dialects, with balanced brackets and braces."""
    for equation in system(activation).equations:
        for expr in (equation.left, equation.right):
            latex = printed(expr, LATEX)
            assert latex.count("{") == latex.count("}")
            assert latex.count("(") == latex.count(")")
            assert printed(expr, TEXT)
            ET.fromstring(f"<math>{printed(expr, MATHML).replace(BREAK, '')}</math>")


def test_words_are_escaped_in_mathml() -> None:
    """Words of the user's cannot open an element."""
    assert printed(words("<script>"), MATHML) == "<mtext>&lt;script&gt;</mtext>"
