"""The expression tree: building, walking, substituting, writing sums out."""

from fractions import Fraction

import pytest

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
    expand,
    substitute,
    symbols,
)
from deltarule.spans import Span

a, b, c = Symbol("a"), Symbol("b"), Symbol("c")
one, two = as_expr(1), as_expr(2)


@pytest.mark.parametrize(
    ("built", "tree"),
    [
        (a + b + c, Sum((a, b, c))),
        (a + (b + c), Sum((a, b, c))),
        (a - b, Sum((a, Negative(b)))),
        (a - (b - c), Sum((a, Negative(Sum((b, Negative(c))))))),
        (2 * a * b, Product((two, a, b))),
        (a * (b * c), Product((a, b, c))),
        ((a + b) * c, Product((Sum((a, b)), c))),
        (1 / a, Quotient(one, a)),
        (a / 2, Quotient(a, two)),
        (a**2, Power(a, two)),
        (-(a**2), Negative(Power(a, two))),
        (1 - a, Sum((one, Negative(a)))),
        (1 + a, Sum((one, a))),
    ],
)
def test_operators_build_the_tree_that_one_reads(built: Expr, tree: Expr) -> None:
    """Sums and products are flat, and a difference is a sum with something negative."""
    assert built == tree


def test_the_place_of_a_node_does_not_count() -> None:
    """Two nodes read at different places are equal, and hash alike."""
    here, there = Symbol("a", span=Span(0, 1)), Symbol("a", span=Span(7, 8))
    assert here == there
    assert len({here, there}) == 1
    assert Symbol("a", (1,)) != Symbol("a", (2,))


_EVERYTHING = Piecewise(
    (Branch(Vector((a, -b)), Comparison("<", Apply("exp", c), Quotient(a, Power(b, two)))),),
    SumOver("i", Product((a, one + c))),
)


def test_walking_meets_every_node_in_reading_order() -> None:
    """Symbols come in the order in which they are read, through every kind of node."""
    assert [symbol.name for symbol in symbols(_EVERYTHING)] == ["a", "b", "c", "a", "b", "a", "c"]
    assert {type(node).__name__ for node in _EVERYTHING.walk()} == {
        "Piecewise", "Branch", "Vector", "Symbol", "Negative", "Comparison", "Apply", "Quotient", "Power", "Number", "SumOver",
        "Product", "Sum",
    }  # fmt: skip


def test_substitution_changes_what_it_is_asked_to_and_nothing_else() -> None:
    """A symbol with a value is replaced everywhere; the others stay; replacing nothing gives the same tree."""
    assert substitute(_EVERYTHING, lambda symbol: None) == _EVERYTHING
    changed = substitute(_EVERYTHING, lambda symbol: two if symbol.name == "a" else None)
    assert [symbol.name for symbol in symbols(changed)] == ["b", "c", "b", "c"]


def test_substitution_is_simultaneous() -> None:
    """Exchanging two names does not run into itself."""
    assert substitute(a - b, lambda symbol: {"a": b, "b": a}.get(symbol.name)) == b - a


def test_an_indexed_sum_is_written_out() -> None:
    """Sums run over their ranges, free indices take their value, and a sum within a sum is one sum."""
    w, x, bias = Symbol("w", ("j",)), Symbol("x", ("i", "j")), Symbol("b")
    out = expand(SumOver("j", w * x) + bias, {"j": (1, 2)}, {"i": 3})
    assert out == Sum(
        (Symbol("w", (1,)) * Symbol("x", (3, 1)), Symbol("w", (2,)) * Symbol("x", (3, 2)), bias)
    )


@pytest.mark.parametrize(("over", "expected"), [((), Number(Fraction(0))), ((4,), Symbol("e", (4,)))])
def test_sums_over_nothing_and_over_one(over: tuple[int, ...], expected: Expr) -> None:
    """An empty sum is zero; a sum of one term is that term."""
    assert expand(SumOver("i", Symbol("e", ("i",))), {"i": over}, {}) == expected


def test_a_number_says_how_it_would_be_written() -> None:
    """A decimal in full, anything else as a fraction."""
    assert as_expr(Fraction("0.125")).text == "0.125"  # type: ignore[attr-defined]  # as_expr gives a number here
    assert as_expr(Fraction(1, 3)).text == "1/3"  # type: ignore[attr-defined]  # as_expr gives a number here
