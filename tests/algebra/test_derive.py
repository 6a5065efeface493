"""Derivatives: against SymPy, and against differences of exact values."""

from fractions import Fraction

import pytest
import sympy  # type: ignore[import-untyped]  # it comes without types
from hypothesis import given
from hypothesis import strategies as st

from deltarule.algebra.derive import derive
from deltarule.algebra.evaluate import evaluate
from deltarule.algebra.expr import (
    Apply,
    Branch,
    Comparison,
    Expr,
    Piecewise,
    SumOver,
    Symbol,
    Vector,
    as_expr,
)
from deltarule.errors import UsageError

x, y = Symbol("x"), Symbol("y")


def exp(arg: Expr) -> Expr:
    """The exponential function."""
    return Apply("exp", arg)


def ln(arg: Expr) -> Expr:
    """The natural logarithm."""
    return Apply("ln", arg)


TREES: dict[str, Expr] = {
    "x": x,
    "y": y,
    "3": as_expr(3),
    "x*y*x": x * y * x,
    "(x - y)**2/2": (x - y) ** 2 / 2,
    "1/(1 + exp(-x))": 1 / (1 + exp(-x)),
    "log(x**2 + 1)*y": ln(x**2 + 1) * y,
    "exp(2*x)/(x + 3)": exp(2 * x) / (x + 3),
    "sqrt(x**2 + 2)": Apply("sqrt", x**2 + 2),
    "x**(-2)": x ** as_expr(-2),
    "-(y*log(x) + (1 - y)*log(1 - x))": -(y * ln(x) + (1 - y) * ln(1 - x)),
}


@pytest.mark.parametrize("text", TREES)
@given(
    a=st.fractions(Fraction(1, 10), Fraction(9, 10), max_denominator=50),
    b=st.fractions(-3, 3, max_denominator=50),
)
def test_a_derivative_is_what_sympy_finds(text: str, a: Fraction, b: Fraction) -> None:
    """At random exact points the derived tree has the value of SymPy's derivative."""
    names = sympy.symbols("x y")
    slope = sympy.diff(sympy.sympify(text), names[0])
    expected = sympy.N(
        slope.subs(
            {names[0]: sympy.Rational(*a.as_integer_ratio()), names[1]: sympy.Rational(*b.as_integer_ratio())}
        ),
        40,
    )
    found = evaluate(derive(TREES[text], x), {x: a, y: b}.__getitem__)
    difference = sympy.Rational(*found.as_integer_ratio()) - expected
    assert abs(difference) < sympy.Rational(1, 10**30)


def test_an_indexed_symbol_is_a_variable_of_its_own() -> None:
    """w_1 and w_2 do not depend on each other."""
    first, second = Symbol("w", (1,)), Symbol("w", (2,))
    assert evaluate(derive(first * second, first), {first: Fraction(2), second: Fraction(7)}.__getitem__) == 7


def test_a_piecewise_definition_is_derived_branch_by_branch() -> None:
    """The conditions stay, the values are derived."""
    relu = Piecewise((Branch(x**2, Comparison(">", x, as_expr(0))),), as_expr(0))
    slope = derive(relu, x)
    assert [evaluate(slope, lambda _, at=at: Fraction(at)) for at in (3, -3)] == [6, 0]  # type: ignore[misc]  # bound at once


def test_a_sum_is_derived_below_its_sign() -> None:
    """The derivative of an indexed sum is the sum of the derivatives."""
    assert derive(SumOver("i", x * x), x) == SumOver("i", derive(x * x, x))


@pytest.mark.parametrize("tree", [Apply("abs", x), Vector((x, y)), as_expr(2) ** x])
def test_what_has_no_derivative_here_is_refused(tree: Expr) -> None:
    """A function without a stated slope is refused, not taken for constant."""
    with pytest.raises(UsageError, match="no derivative"):
        derive(tree, x)
