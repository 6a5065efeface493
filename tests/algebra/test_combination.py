"""Outer factor times a sum of signed products: the form in which two spellings of one formula meet."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltarule.algebra.combination import Combination, Term, combination, factors_of, is_numeric
from deltarule.algebra.evaluate import evaluate
from deltarule.algebra.expr import (
    Apply,
    Expr,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    as_expr,
)

numbers = st.fractions(-9, 9, max_denominator=12).filter(bool)
leaves = numbers.map(as_expr)


def _larger(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    several = st.lists(inner, min_size=2, max_size=4).map(tuple)
    return st.one_of(
        inner.map(Negative),
        several.map(Sum),
        several.map(Product),
        st.tuples(inner, leaves).map(lambda pair: Quotient(*pair)),
        st.tuples(inner, st.integers(1, 5)).map(lambda pair: Power(pair[0], as_expr(pair[1]))),
    )


trees = st.recursive(leaves, _larger, max_leaves=10)


def _value(expr: Expr) -> Fraction:
    value: Fraction = evaluate(expr, lambda _: Fraction(1))
    return value


def _product(term: Term) -> Fraction:
    value = Fraction(term.sign)
    for factor in term.factors:
        value = value / _value(factor.expr) if factor.inverse else value * _value(factor.expr)
    return value


def _recombined(form: Combination) -> Fraction:
    outer = _product(Term(form.sign, form.outer, as_expr(0)))
    return outer * sum((_product(term) for term in form.terms), Fraction(0))


@given(tree=trees)
def test_a_combination_has_the_value_of_its_expression(tree: Expr) -> None:
    """Taking apart loses nothing: outer factor times the sum of the terms is the value again."""
    assert _recombined(combination(tree)) == _value(tree)


@given(tree=trees)
def test_no_factor_is_a_negative_number(tree: Expr) -> None:
    """Signs stand with the term, so that absolute values can be compared."""
    form = combination(tree)
    factors = [*form.outer, *(factor for term in form.terms for factor in term.factors)]
    assert all(factor.expr.value >= 0 for factor in factors if isinstance(factor.expr, Number))
    assert not any(isinstance(factor.expr, Negative | Product | Quotient) for factor in factors)


x, y, z = Symbol("x"), Symbol("y"), Symbol("z")


def _shape(form: Combination) -> tuple[object, ...]:
    outer = sorted(str(factor) for factor in form.outer)
    terms = [
        (term.sign, sorted(str((factor.expr, factor.inverse)) for factor in term.factors))
        for term in form.terms
    ]
    return form.sign, outer, terms, form.function


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (Negative(x + y), as_expr(-1) * (x + y)),
        (Negative(Quotient(as_expr(1), z)) * (x - y), Negative(Quotient(Sum((x, Negative(y))), z))),
        (x * as_expr(-5), Negative(x * as_expr(5))),
        (x**2, x * x),
    ],
)
def test_spellings_of_one_formula_meet(left: Expr, right: Expr) -> None:
    """A sign, a quotient or a square may be written in several ways, and comes out the same but for factors of one."""
    strip = str(Number(Fraction(1)))
    shapes = [_shape(combination(expr)) for expr in (left, right)]
    cleaned = [(shape[0], [o for o in shape[1] if strip not in o], shape[2], shape[3]) for shape in shapes]  # type: ignore[attr-defined]  # a shape is a tuple of known build
    assert cleaned[0] == cleaned[1]


def test_an_activation_may_stand_around_the_whole() -> None:
    """sigmoid(x + y) is the combination x + y within a function; an unknown function stays a factor."""
    form = combination(Apply("sigmoid", x + y), frozenset({"sigmoid"}))
    assert (form.function, len(form.terms)) == ("sigmoid", 2)
    assert combination(Apply("sigmoid", x + y)).function is None


def test_factors_of_a_quotient_divide() -> None:
    """What stands below the line is marked as dividing."""
    sign, factors = factors_of(Quotient(Negative(x), y * z))
    assert sign == -1
    assert [(factor.expr, factor.inverse) for factor in factors] == [(x, False), (y, True), (z, True)]


def test_numeric_means_without_symbols() -> None:
    """One symbol anywhere makes an expression a formula."""
    assert is_numeric(as_expr(2) * 3)
    assert not is_numeric(as_expr(2) * (1 + x))
