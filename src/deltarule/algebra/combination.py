"""An expression as an outer factor times a sum of signed products.

This is the form in which two spellings of one formula are compared: ``-\\frac{2}{4}(0.19·6 - 1.21·8)`` and
``-0.5·(6·0.19 + 8·(-1.21))`` differ as trees and agree as combinations.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from deltarule.algebra.expr import (
    Apply,
    Expr,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    node,
)
from deltarule.records import derived

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


# made of what they hold without a call in Python: hundreds are made for a page
factor_of: Callable[[tuple[Expr, bool]], Factor] = partial(tuple.__new__, Factor)
term_of: Callable[[tuple[int, tuple[Factor, ...], Expr]], Term] = partial(tuple.__new__, Term)


@node
class Combination:
    """``sign * outer * (sum of terms)``, within `function` if there is one around it."""

    sign: int
    outer: tuple[Factor, ...]
    terms: tuple[Term, ...]
    function: str | None = None
    main: Expr | None = None  # the sum that the terms come from, where there is one

    @derived
    def shape(self) -> tuple[int, ...]:
        """How many factors each term has."""
        return tuple([len(term.factors) for term in self.terms])

    @derived
    def build(self) -> tuple[tuple[int, ...], int, bool]:
        """What two combinations have in common that agree number by number: their factors, and whether a function is around."""
        return self.shape, len(self.outer), self.function is None

    @derived
    def products(self) -> tuple[Term, ...]:
        """What is around the terms, as a product, and the terms; of a single term both are one product."""
        if len(self.terms) == 1:
            term = self.terms[0]
            return (term_of((self.sign * term.sign, self.outer + term.factors, term.expr)),)
        return (term_of((self.sign, self.outer, self.terms[0].expr)), *self.terms)


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
    kept = _KEPT.get(id(expr))
    if kept is None:  # the expression is kept beside, so that its identity stays its own
        if len(_KEPT) >= MAX_KEPT:
            _KEPT.clear()
        kept = _KEPT[id(expr)] = expr, _combination(expr)
    return kept[1]


MAX_KEPT = 40
# the last ones, and not each within its expression, which it holds: in a circle both would wait for the garbage collector
_KEPT: dict[int, tuple[Expr, Combination]] = {}


def _combination(expr: Expr) -> Combination:
    sign, factors = factors_of(expr)
    sums = [k for k, factor in enumerate(factors) if type(factor.expr) is Sum and not factor.inverse]
    if not sums:
        return Combination(1, (), (Term(sign, factors, expr),))
    main = sums[0]
    if len(sums) > 1:
        main = max(sums, key=lambda k: (_products(factors[k].expr), len(factors[k].expr.terms), -k))  # type: ignore[attr-defined]  # the chosen factors are sums
    inner_sum = factors[main].expr
    assert isinstance(inner_sum, Sum)
    outer = factors[:main] + factors[main + 1 :]
    terms = tuple([term_of((*factors_of(term), term)) for term in inner_sum.terms])
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


Factors: TypeAlias = tuple[int, tuple[Factor, ...]]


def factors_of(expr: Expr, inverse: bool = False) -> Factors:
    """Sign and factors of a product; quotients and small whole powers taken apart."""
    apart = _APART.get(type(expr))
    return (1, (factor_of((expr, inverse)),)) if apart is None else apart(expr, inverse)


def _of_negative(expr: Negative, inverse: bool) -> Factors:
    sign, factors = factors_of(expr.arg, inverse)
    return -sign, factors


def _of_product(expr: Product, inverse: bool) -> Factors:
    sign = 1
    all_factors: list[Factor] = []
    for factor in expr.factors:
        inner_sign, inner = factors_of(factor, inverse)
        sign *= inner_sign
        all_factors += inner
    return sign, tuple(all_factors)


def _of_quotient(expr: Quotient, inverse: bool) -> Factors:
    above_sign, above = factors_of(expr.numerator, inverse)
    if isinstance(expr.numerator, Number) and expr.numerator.value == 1:
        above = ()  # the 1 of 1/2 is only the way to write it, and stands for nothing
    below_sign, below = factors_of(expr.denominator, not inverse)
    return above_sign * below_sign, above + below


def _of_power(expr: Power, inverse: bool) -> Factors:
    exponent = expr.exponent.value if isinstance(expr.exponent, Number) else None
    if exponent is not None and exponent.denominator == 1 and 2 <= exponent <= MAX_REPEATS:
        sign, factors = factors_of(expr.base, inverse)
        if len(factors) * exponent <= MAX_FACTORS:  # ((a^4)^4)^4 stays a power
            return sign ** int(exponent), factors * int(exponent)
    return 1, (factor_of((expr, inverse)),)


def _of_sum(expr: Sum, inverse: bool) -> Factors:
    return factors_of(expr.terms[0], inverse) if len(expr.terms) == 1 else (1, (factor_of((expr, inverse)),))


def _of_number(expr: Number, inverse: bool) -> Factors:
    if expr.value.numerator < 0:
        return -1, (factor_of((Number(-expr.value, span=expr.span), inverse)),)
    return 1, (factor_of((expr, inverse)),)


_APART: Mapping[type[Expr], Callable[[Any, bool], Factors]] = {
    Negative: _of_negative,
    Product: _of_product,
    Quotient: _of_quotient,
    Power: _of_power,
    Sum: _of_sum,
    Number: _of_number,
}


def is_sum_of_products(expr: Expr) -> bool:
    """Whether numbers are put together as a net input is: ``1(0.2) - 0.5(0.4)``, with or without a single number."""
    if not isinstance(expr, Sum) or not is_numeric(expr):
        return False
    terms = (term.arg if isinstance(term, Negative) else term for term in expr.terms)
    return sum(isinstance(term, Product) for term in terms) > 1


def is_numeric(expr: Expr) -> bool:
    """Whether an expression holds no symbols."""
    return expr.is_numeric
