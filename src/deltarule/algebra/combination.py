"""An expression as an outer factor times a sum of signed products.

This is the form in which two spellings of one formula are compared: ``-\\frac{2}{4}(0.19·6 - 1.21·8)`` and
``-0.5·(6·0.19 + 8·(-1.21))`` differ as trees and agree as combinations.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from deltarule.algebra.expr import Apply, Expr, Negative, Number, Power, Product, Quotient, Sum

MAX_FACTORS = 64  # that a power is taken apart to
MAX_REPEATS = 4


class Factor(NamedTuple):
    """A factor: a number, a symbol or something in brackets; `inverse` if it divides."""

    expr: Expr
    inverse: bool = False


class Term(NamedTuple):
    """A product with its sign; `expr` is what it was made from."""

    sign: int
    factors: tuple[Factor, ...]
    expr: Expr


@dataclass(frozen=True)
class Combination:
    """``sign * outer * (sum of terms)``, within `function` if there is one around it."""

    sign: int
    outer: tuple[Factor, ...]
    terms: tuple[Term, ...]
    function: str | None = None
    main: Expr | None = None  # the sum that the terms come from, where there is one

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """How many factors each term has."""
        return tuple([len(term.factors) for term in self.terms])


def combination(expr: Expr, functions: frozenset[str] = frozenset()) -> Combination:
    """The combination that an expression is.

    Parameters
    ----------
    functions : frozenset of str
        Activations, which may stand around the whole.
    """
    if isinstance(expr, Apply) and expr.function in functions:
        inner = combination(expr.arg)
        return Combination(inner.sign, inner.outer, inner.terms, expr.function, inner.main)
    return expr.once(_combination)


def _combination(expr: Expr) -> Combination:
    sign, factors = factors_of(expr)
    sums = [k for k, factor in enumerate(factors) if isinstance(factor.expr, Sum) and not factor.inverse]
    if not sums:
        return Combination(1, (), (Term(sign, factors, expr),))
    main = max(sums, key=lambda k: (_products(factors[k].expr), len(factors[k].expr.terms), -k))  # type: ignore[attr-defined]  # the chosen factors are sums
    inner_sum = factors[main].expr
    assert isinstance(inner_sum, Sum)
    outer = factors[:main] + factors[main + 1 :]
    terms = tuple(Term(*factors_of(term), term) for term in inner_sum.terms)
    return Combination(sign, outer, terms, None, inner_sum)


def collapsed(form: Combination, expr: Expr) -> Combination:
    """The same with the sum as one factor among others: ``0.3 * (1 - 0.4)`` as a product of two numbers."""
    if form.main is None:
        return form
    return Combination(1, (), (Term(form.sign, (*form.outer, Factor(form.main)), expr),), form.function)


def shape_distance(one: Combination, other: Combination) -> int:
    """How different two combinations look, by their numbers of terms and factors alone."""
    here, there = one.shape, other.shape
    differences = 0 if here == there else sum([abs(a - b) for a, b in zip(here, there, strict=False)])
    return 2 * abs(len(here) - len(there)) + differences + abs(len(one.outer) - len(other.outer))


def _products(expr: Expr) -> int:
    return sum(
        isinstance(term.arg if isinstance(term, Negative) else term, Product | Power)
        for term in getattr(expr, "terms", ())
    )


def factors_of(expr: Expr, inverse: bool = False) -> tuple[int, tuple[Factor, ...]]:
    """Sign and factors of a product; quotients and small whole powers taken apart."""
    match expr:
        case Negative():
            sign, factors = factors_of(expr.arg, inverse)
            return -sign, factors
        case Product():
            sign = 1
            all_factors: list[Factor] = []
            for factor in expr.factors:
                inner_sign, inner = factors_of(factor, inverse)
                sign *= inner_sign
                all_factors += inner
            return sign, tuple(all_factors)
        case Quotient():
            above_sign, above = factors_of(expr.numerator, inverse)
            if isinstance(expr.numerator, Number) and expr.numerator.value == 1:
                above = ()  # the 1 of 1/2 is only the way to write it, and stands for nothing
            below_sign, below = factors_of(expr.denominator, not inverse)
            return above_sign * below_sign, above + below
        case Power(exponent=Number(value=exponent)) if (
            exponent.denominator == 1 and 2 <= exponent <= MAX_REPEATS
        ):
            sign, factors = factors_of(expr.base, inverse)
            if len(factors) * exponent <= MAX_FACTORS:  # ((a^4)^4)^4 stays a power
                return sign ** int(exponent), factors * int(exponent)
        case Sum(terms=terms) if len(terms) == 1:
            return factors_of(terms[0], inverse)
        case Number(value=value) if value < 0:
            return -1, (Factor(Number(-value, span=expr.span), inverse),)
    return 1, (Factor(expr, inverse),)


def is_numeric(expr: Expr) -> bool:
    """Whether an expression holds no symbols."""
    return expr.is_numeric
