"""Values of expressions: against Python's own arithmetic, in fractions and in floats."""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deltarule.algebra.evaluate import EXACT, FLOAT, evaluate
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
from deltarule.errors import LimitError, UsageError

x, y = Symbol("x"), Symbol("y")

# a tree, and the same as Python text
leaves = st.one_of(
    st.fractions(-9, 9, max_denominator=20).map(
        lambda f: (as_expr(f), f"Fraction({f.numerator}, {f.denominator})")
    ),
    st.sampled_from([(x, "x"), (y, "y")]),
)
Pair = tuple[Expr, str]


def _larger(inner: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    several = st.lists(inner, min_size=2, max_size=4)
    return st.one_of(
        inner.map(lambda p: (Negative(p[0]), f"(-{p[1]})")),
        several.map(lambda ps: (Sum(tuple(p[0] for p in ps)), f"({' + '.join(p[1] for p in ps)})")),
        several.map(lambda ps: (Product(tuple(p[0] for p in ps)), f"({' * '.join(p[1] for p in ps)})")),
        st.tuples(inner, inner).map(lambda p: (Quotient(p[0][0], p[1][0]), f"({p[0][1]} / {p[1][1]})")),
        st.tuples(inner, st.integers(0, 3)).map(
            lambda p: (Power(p[0][0], as_expr(p[1])), f"({p[0][1]} ** {p[1]})")
        ),
    )


pairs = st.recursive(leaves, _larger, max_leaves=12)


@given(pair=pairs, a=st.fractions(-5, 5, max_denominator=9), b=st.fractions(-5, 5, max_denominator=9))
def test_exact_values_are_those_of_python_fractions(pair: Pair, a: Fraction, b: Fraction) -> None:
    """Any tree over fractions has exactly the value of the same Python expression; division by zero is told."""
    tree, text = pair
    try:
        expected = eval(text, {"Fraction": Fraction, "x": a, "y": b})
    except ZeroDivisionError:
        with pytest.raises(ZeroDivisionError):
            evaluate(tree, {x: a, y: b}.__getitem__)
        return
    assert evaluate(tree, {x: a, y: b}.__getitem__) == expected


@given(pair=pairs, a=st.fractions(-5, 5, max_denominator=9), b=st.fractions(-5, 5, max_denominator=9))
def test_floats_agree_with_exact_values(pair: Pair, a: Fraction, b: Fraction) -> None:
    """The same tree over floats gives the exact value, but for rounding."""
    tree, _ = pair
    try:
        exact = evaluate(tree, {x: a, y: b}.__getitem__)
        value = evaluate(tree, {x: float(a), y: float(b)}.__getitem__, FLOAT)
    except ZeroDivisionError:
        assume(False)
    sizes = [abs(node.value) for node in tree.walk() if isinstance(node, Number)]
    assume(all(size > Fraction(1, 100) or size == 0 for size in sizes) and abs(exact) < 10**9)
    assume(not any(isinstance(node, Quotient) for node in tree.walk()))  # a quotient may cancel to nothing
    assert math.isclose(value, exact, rel_tol=1e-6, abs_tol=1e-3)


@given(z=st.fractions(-20, 20, max_denominator=1000))
def test_exp_and_ln_undo_each_other(z: Fraction) -> None:
    """The logarithm of the exponential is the number itself, to far more digits than are ever printed."""
    back = evaluate(Apply("ln", Apply("exp", x)), lambda _: z, EXACT)
    assert abs(back - z) < Fraction(1, 10**60)


@pytest.mark.parametrize(
    ("tree", "value"),
    [
        (Apply("exp", as_expr(0)), 1),
        (Apply("ln", as_expr(1)), 0),
        (Apply("sqrt", as_expr(Fraction(9, 16))), Fraction(3, 4)),
        (Apply("abs", as_expr(-3)), 3),
        (Apply("sign", as_expr(Fraction(-1, 9))), -1),
        (Power(as_expr(2), as_expr(-2)), Fraction(1, 4)),
        (Power(as_expr(0), as_expr(0)), 1),
    ],
)
def test_values_known_by_heart(tree: Expr, value: Fraction) -> None:
    """Where a value is rational, it is exact."""
    assert evaluate(tree, lambda _: Fraction(0)) == value


def test_branches_are_tried_in_order() -> None:
    """The first branch whose condition holds counts; at the bound the relation decides."""
    tree = Piecewise(
        (
            Branch(as_expr(1), Comparison(">", x, as_expr(0))),
            Branch(as_expr(2), Comparison(">=", x, as_expr(0))),
        ),
        as_expr(3),
    )
    assert [evaluate(tree, lambda _, at=at: Fraction(at)) for at in (1, 0, -1)] == [1, 2, 3]  # type: ignore[misc]  # bound at once


@pytest.mark.parametrize("tree", [SumOver("i", x), Vector((x, y)), Apply("gamma", x)])
def test_what_has_no_single_value_is_refused(tree: Expr) -> None:
    """A sum that is not written out, a vector and an unknown function are refused, not guessed."""
    with pytest.raises(UsageError):
        evaluate(tree, lambda _: Fraction(1))


@pytest.mark.parametrize(
    "tree",
    [
        Power(as_expr(9), Power(as_expr(9), as_expr(9))),
        Power(as_expr(2), as_expr(10**9)),
        Power(as_expr(10), as_expr(10**9)),
        Apply("exp", as_expr(10**9)),
        Apply("ln", as_expr(0)),
        Apply("ln", as_expr(-1)),
        Apply("sqrt", as_expr(-1)),
    ],
)
def test_a_value_out_of_range_is_refused_before_it_is_built(tree: Expr) -> None:
    """Towers of powers, exponentials of millions and logarithms of nothing raise at once."""
    with pytest.raises(LimitError):
        evaluate(tree, lambda _: Fraction(1))
