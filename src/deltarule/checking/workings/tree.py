"""A worked expression as a build of numbers: its signs gathered term by term, its numbers without them.

``0.5 - 0.1·(-2)`` and ``0.5 + 0.1·2`` are built alike, a number and a product of two numbers added; the sign of a term is that of
everything in it.
"""

from collections.abc import Sequence
from fractions import Fraction

from deltarule.algebra.expr import Apply, Expr, Negative, Number, Power, Product, Quotient, Sum, Symbol
from deltarule.checking.sides import as_number, value_of
from deltarule.records import record
from deltarule.spans import Span
from deltarule.written import Written

MAX_HOLES = 12  # numbers of one expression


@record
class Hole:
    """A number of a working, its sign with it; `term` is the place of the term that it belongs to."""

    number: Written
    span: Span
    term: int
    symbol: Symbol | None = None  # the name that stands there, in a formula


_NAMED = Written("", Fraction(1), 0)  # stands for the number of a name


@record
class Tree:
    """A worked expression: how it is built, its numbers in their order, the sign of each term.

    `signs` holds, for each term, what stands in front of it and of its numbers, all multiplied.
    """

    build: str
    holes: tuple[Hole, ...]
    signs: tuple[int, ...]
    expr: Expr

    def value(self, numbers: Sequence[Fraction], signs: Sequence[int]) -> Fraction | None:
        """What the build gives for other numbers (their signs with them) under other signs of its terms."""
        return value_of(_Putting(numbers, signs).sides(self.expr))

    def parities(self, numbers: Sequence[Fraction]) -> tuple[int, ...]:
        """The sign of each term beyond those of its numbers, if these are they; 0 where one of them is 0."""
        found = list(self.signs)
        for hole, number in zip(self.holes, numbers, strict=True):
            found[hole.term] *= _sign(number)
        return tuple(found)

    @property
    def is_flat(self) -> bool:
        """Whether no sum stands within a term."""
        return self.build.count("(") == 1

    def is_alone(self, hole: Hole) -> bool:
        """Whether a number is a term by itself, beside others."""
        return len(self.signs) > 1 and sum(each.term == hole.term for each in self.holes) == 1


def tree_of(expr: Expr) -> Tree | None:
    """An expression in numbers, or a formula, as a tree; None if it has not more than one of them, or too many."""
    taken = _Taking()
    build = taken.sides(expr)
    if not 1 < len(taken.holes) <= MAX_HOLES or "?" in build:
        return None
    return Tree(build, tuple(taken.holes), tuple(taken.signs), expr)


class _Taking:
    """Takes an expression apart."""

    def __init__(self) -> None:
        self.holes: list[Hole] = []
        self.signs: list[int] = []

    def sides(self, expr: Expr) -> str:
        """A sum, or a single term."""
        terms = expr.terms if isinstance(expr, Sum) else (expr,)
        return "(" + "+".join([self._whole(term) for term in terms]) + ")"

    def _whole(self, expr: Expr) -> str:
        self.signs.append(1)
        return self._term(expr, len(self.signs) - 1)

    def _term(self, expr: Expr, term: int) -> str:
        number = as_number(expr)
        if number is not None:
            self.signs[term] *= _sign(number.value) or 1
            self.holes.append(Hole(number, expr.span or Span(0, 0), term))
            return "#"
        if isinstance(expr, Symbol):
            self.holes.append(Hole(_NAMED, Span(0, 0), term, expr))
            return "#"
        if isinstance(expr, Negative):
            self.signs[term] = -self.signs[term]
            return self._term(expr.arg, term)
        if isinstance(expr, Product):
            return "*".join([self._term(factor, term) for factor in expr.factors])
        if isinstance(expr, Quotient):
            return f"{self._term(expr.numerator, term)}/{self._term(expr.denominator, term)}"
        if isinstance(expr, Sum):
            return self.sides(expr)
        if isinstance(expr, Power) and isinstance(expr.exponent, Number):
            return f"{self.sides(expr.base)}^{expr.exponent.value}"
        if isinstance(expr, Apply):
            return f"{expr.function}{self.sides(expr.arg)}"
        return "?"


class _Putting:
    """Puts other numbers and signs into an expression, in the order in which they were taken out."""

    def __init__(self, numbers: Sequence[Fraction], signs: Sequence[int]) -> None:
        self._numbers = iter(numbers)
        self._signs = iter(signs)

    def sides(self, expr: Expr) -> Expr:
        """A sum, or a single term."""
        if not isinstance(expr, Sum):
            return self._whole(expr)
        return Sum(tuple([self._whole(term) for term in expr.terms]))

    def _whole(self, expr: Expr) -> Expr:
        sign = next(self._signs)
        term = self._term(expr)
        return term if sign > 0 else Negative(term)

    def _term(self, expr: Expr) -> Expr:
        if as_number(expr) is not None:
            return Number(next(self._numbers))
        if isinstance(expr, Negative):
            return self._term(expr.arg)
        if isinstance(expr, Product):
            return Product(tuple([self._term(factor) for factor in expr.factors]))
        if isinstance(expr, Quotient):
            above = self._term(expr.numerator)
            return Quotient(above, self._term(expr.denominator))
        if isinstance(expr, Power):
            return Power(self.sides(expr.base), expr.exponent)
        if isinstance(expr, Apply):
            return Apply(expr.function, self.sides(expr.arg))
        return self.sides(expr)


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)
