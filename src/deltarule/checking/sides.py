"""Sides of a relation: the number that one is, or the value of one in numbers."""

from fractions import Fraction

from deltarule.algebra.evaluate import evaluate
from deltarule.algebra.expr import Expr, Negative, Number, Power, Product, Symbol
from deltarule.errors import DeltaruleError
from deltarule.trace import neuron_arithmetic
from deltarule.written import Written, power_of_ten


def as_number(expr: Expr) -> Written | None:
    """A side that is just a number."""
    match expr:
        case Number():
            return expr.written
        case Negative():
            inner = as_number(expr.arg)
            return None if inner is None else Written(_opposite(inner.text), -inner.value, inner.places)
    if isinstance(expr, Product) and len(expr.factors) == 2:
        mantissa, power = expr.factors
        if isinstance(power, Power) and isinstance(power.base, Number) and power.base.value == 10:
            inner, exponent = as_number(mantissa), as_number(power.exponent)
            if (
                inner is not None
                and exponent is not None
                and exponent.value.denominator == 1
                and abs(exponent.value) <= 400
            ):
                shift = int(exponent.value)
                return Written(
                    f"{inner.text}e{shift}", inner.value * power_of_ten(shift), inner.places - shift
                )
    return None


def _opposite(text: str) -> str:
    return text[1:] if text.startswith("-") else "-" + text.lstrip("+")


def value_of(expr: Expr) -> Fraction | None:
    """Value of an expression in numbers, or None if it has none."""

    def refuse(symbol: Symbol) -> Fraction:
        raise KeyError(symbol)

    try:
        value: Fraction = evaluate(expr, refuse, neuron_arithmetic())
        return value
    except (KeyError, ZeroDivisionError, DeltaruleError):
        return None


def simplifies(before: Fraction, after: Fraction, expr: Expr) -> bool:
    """Whether an expression equals the one before it, its numbers being allowed to be roundings."""
    if before == after:
        return True
    slack = Fraction(0)
    for node in expr.walk():
        if isinstance(node, Number) and node.written is not None and node.written.places > 0:
            slack += node.written.unit / 2
    scale = Fraction(1)
    for node in expr.walk():
        if isinstance(node, Number):
            scale = max(scale, abs(node.value))
    return abs(before - after) <= slack * scale
