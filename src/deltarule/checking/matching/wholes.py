"""One number that is written in several pieces: ``7/75``, which no decimal shows, and ``1.3·10^-8``."""

from collections.abc import Sequence
from dataclasses import field
from fractions import Fraction

from deltarule.algebra.combination import Factor, Term, factors_of
from deltarule.algebra.expr import Expr, Negative, Number, Power, Product, Quotient, Sum
from deltarule.checking.sides import value_of
from deltarule.records import changing
from deltarule.spans import Span
from deltarule.written import MAX_EXPONENT, Written, power_of_ten

_NEXT_TO = -12  # the power of ten of a rest that is nothing beside a number
_EXACT = 60  # decimal places to which a fraction of whole numbers is known, which is all of them


@changing
class Wholes:
    """A product with such pieces put together, and what the first piece of each stands for.

    `rest` holds, by its place, what to multiply the whole number with to have the first piece: 75 for the 7 of ``7/75``.
    In `below` are the places of those that stand below a fraction stroke, with nothing but a 1 above.
    """

    term: Term
    rest: dict[Span, Fraction] = field(default_factory=dict)
    below: set[Span] = field(
        default_factory=set
    )  # pieces that stand below a fraction stroke, with nothing above

    def piece(self, span: Span, stands_for: Expr) -> Expr:
        """What the piece at a place stands for, if the whole number stands for a quantity."""
        if span in self.below:
            return Quotient(Number(Fraction(1)), stands_for)
        rest = self.rest.get(span)
        return stands_for if rest is None else Product((stands_for, Number(rest)))


def whole_numbers(written: Term) -> Wholes | None:
    """The same product with such pieces put together; None if there are none.

    They may be factors of their own as well, so this is a second reading: ``3/4·8`` is a quarter of three times eight.
    """
    found = Wholes(written)
    factors: list[Factor] = []
    at = 0
    while at < len(written.factors):
        factor, width = _whole(written.factors[at : at + 2], found)
        factors.append(factor)
        at += width
    if not found.rest and not found.below:
        return None
    found.term = written._replace(factors=tuple(factors))
    return found


def _whole(factors: Sequence[Factor], found: Wholes) -> tuple[Factor, int]:
    """The number that starts here, and of how many factors it is made."""
    first = factors[0]
    number, span = first.expr, first.expr.span
    if not isinstance(number, Number) or span is None:
        return first, 1
    if first.inverse:  # the 1 of 1/75 was left aside
        if not _is_whole(number):
            return first, 1
        found.below.add(span)
        return _fraction(Fraction(1), number.value, span), 1
    if len(factors) < 2:
        return first, 1
    second = factors[1]
    if second.inverse and _is_whole(number) and isinstance(second.expr, Number) and _is_whole(second.expr):
        found.rest[span] = second.expr.value
        return _fraction(number.value, second.expr.value, span), 2
    shift = None if second.inverse else _exponent(second.expr)
    if shift is None or number.written is None:
        return first, 1
    found.rest[span] = power_of_ten(-shift)
    size = abs(number.value) * power_of_ten(shift)
    scaled = Written(number.written.text, size, number.written.places - shift)
    return Factor(Number(size, scaled, span=span)), 2


def beside(expr: Expr) -> Written | None:
    """``(1 - 6.4·10^-53)``: a number that is next to a short one, its last place that of the rest; None for other brackets."""
    if not isinstance(expr, Sum) or len(expr.terms) != 2:
        return None
    value, (_, factors) = value_of(expr), factors_of(expr.terms[1])
    if value is None or len(factors) != 2 or factors[1].inverse or not isinstance(factors[0].expr, Number):
        return None
    mantissa, shift = factors[0].expr.written, _exponent(factors[1].expr)
    if mantissa is None or shift is None or shift > _NEXT_TO:
        return None
    return Written(str(value), value, mantissa.places - shift)


def _fraction(above: Fraction, below: Fraction, span: Span) -> Factor:
    value = above / below
    return Factor(Number(value, Written(str(value), value, _EXACT), span=span))


def _is_whole(number: Number) -> bool:
    return number.value.denominator == 1 and number.value > 0


def _exponent(factor: Expr) -> int | None:
    """The exponent of a power of ten."""
    if not isinstance(factor, Power) or not isinstance(factor.base, Number) or factor.base.value != 10:
        return None
    exponent, sign = factor.exponent, 1
    if isinstance(exponent, Negative):
        exponent, sign = exponent.arg, -1
    whole = (
        isinstance(exponent, Number)
        and exponent.value.denominator == 1
        and abs(exponent.value) <= MAX_EXPONENT
    )
    return sign * int(exponent.value) if whole and isinstance(exponent, Number) else None
