"""A side of a relation that is one number, with its sign or in scientific form."""

from collections.abc import Sequence

from deltarule.algebra.expr import (
    Expr,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
)
from deltarule.reading.token import NUMBER, OPERATOR, Token
from deltarule.spans import Span, span_of
from deltarule.written import Written, power_of_ten

_NUMBER_LIKE = frozenset({Negative, Product, Quotient})  # what may be just a number
SIGNS = frozenset({"+", "-"})


def number_of(token: Token) -> Number:
    """The number of a token, with its place."""
    written = token.written
    assert written is not None
    return Number(written.value, written, span=span_of((token.start, token.end)))


def negative_of(sign: Token, expr: Expr) -> Negative:
    """An expression with the sign in front of it."""
    return Negative(expr, span=span_of((sign.start, expr.span.end if expr.span else sign.start)))


def lone_number(tokens: Sequence[Token]) -> Expr | None:
    """A number with at most one sign, which is what stands on most sides; None for anything else."""
    if not 0 < len(tokens) < 3 or tokens[-1].kind != NUMBER:
        return None
    sign = tokens[0]
    if len(tokens) == 1:
        return number_of(sign)
    if sign.kind != OPERATOR or sign.value not in SIGNS:
        return None
    number = number_of(tokens[1])
    return negative_of(sign, number) if sign.value == "-" else number


def as_written(expr: Expr) -> Written | None:
    """A side that is just a number: signed, in scientific form, in percent; else None."""
    if type(expr) is Number:
        return expr.written
    return expr.once(_as_written) if type(expr) in _NUMBER_LIKE else None


def as_expression(written: Written, span: Span) -> Expr:
    """A written number as an expression at a place."""
    if written.value >= 0:
        return Number(written.value, written, span=span)
    size = Written(written.text.lstrip("-"), -written.value, written.places)
    return Negative(Number(size.value, size, span=span), span=span)


def _as_written(expr: Expr) -> Written | None:
    match expr:
        case Negative():
            inner = as_written(expr.arg)
            return None if inner is None else inner.negated
        case Product(factors=(mantissa, Power(base=Number(value=base), exponent=exponent))) if base == 10:
            inner, power = as_written(mantissa), as_written(exponent)
            if inner is None or power is None or power.value.denominator != 1 or abs(power.value) > 400:
                return None
            shift = int(power.value)
            return Written(f"{inner.text}e{shift}", inner.value * power_of_ten(shift), inner.places - shift)
        case Quotient(numerator=above, denominator=Number(value=below)) if below == 100 and isinstance(
            above, Number
        ):
            inner = as_written(above)
            return None if inner is None else Written(inner.text + "%", inner.value / 100, inner.places + 2)
    return None
