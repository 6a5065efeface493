"""Other readings of the same text: 1.0 as a product, -0.5^2 as a square."""

from fractions import Fraction

from deltarule.algebra.expr import (
    Expr,
    Negative,
    Number,
    Power,
    Product,
    Sum,
)
from deltarule.written import Written


def points_as_products(expr: Expr) -> Expr | None:
    """``0 + 1.0 + 1.1`` read as ``0 + 1*0 + 1*1``: a whole number, then what may be products of two digits each."""
    if not isinstance(expr, Sum) or len(expr.terms) < 3:
        return None
    first, *rest = expr.terms
    if not isinstance(first, Number) or first.value.denominator != 1:
        return None
    turned = [_two_digits(term) for term in rest]
    if None in turned:
        return None
    return Sum((first, *(term for term in turned if term is not None)), span=expr.span)


def _two_digits(term: Expr) -> Expr | None:
    """``1.0`` as a product of two digits."""
    text = term.text if isinstance(term, Number) else ""
    if len(text) != 3 or text[1] != ".":
        return None
    left, right = (
        Number(Fraction(digit), Written(digit, Fraction(digit), 0), span=term.span)
        for digit in (text[0], text[2])
    )
    return Product((left, right), span=term.span)


def minus_squared(expr: Expr) -> Expr | None:
    """``-0.5^2`` read as ``(-0.5)^2``, which students often mean."""
    turned = _base_negated(expr)
    return turned if turned is not expr else None


def _base_negated(expr: Expr) -> Expr:
    if isinstance(expr, Negative) and isinstance(expr.arg, Power) and isinstance(expr.arg.base, Number):
        return Power(Negative(expr.arg.base), expr.arg.exponent, span=expr.span)
    return expr.map(_base_negated)
