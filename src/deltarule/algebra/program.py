"""An expression compiled once to nested functions over ratios of whole numbers, for formulas that are worked again and again."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

from deltarule.algebra.evaluate import LONG, MAX_POWER_BITS, added, lowest
from deltarule.algebra.expr import Apply, Expr, Negative, Number, Power, Product, Quotient, Sum, Symbol
from deltarule.errors import LimitError

Ratio: TypeAlias = tuple[int, int]
Functions: TypeAlias = Mapping[str, Callable[[Any], Any]]
_Worked: TypeAlias = Callable[[Sequence[Ratio], Functions], Ratio]


class Program(NamedTuple):
    """What gives the value of an expression from the values of its symbols, each of which is asked for once."""

    symbols: tuple[Symbol, ...]
    ratio: _Worked

    def value(self, values: Sequence[Fraction], functions: Functions) -> Fraction:
        """Value with so many values, in the order of `symbols`.

        Raises
        ------
        ZeroDivisionError
            Something is divided by zero.
        LimitError
            A number left the range that deltarule works in.
        """
        return Fraction(*self.ratio([value.as_integer_ratio() for value in values], functions))


def program(expr: Expr) -> Program | None:
    """The program of an expression; None where which symbols count depends on the numbers, or a sum is not written out."""
    return expr.once(_program)


def _program(expr: Expr) -> Program | None:
    found = tuple(dict.fromkeys(expr.symbols))
    ratio = _compiled(expr, {symbol: k for k, symbol in enumerate(found)})
    return None if ratio is None else Program(found, ratio)


def _compiled(expr: Expr, places: Mapping[Symbol, int]) -> _Worked | None:
    if isinstance(expr, Symbol):
        at = places[expr]
        return lambda values, functions: values[at]
    if isinstance(expr, Number):
        ratio = expr.value.as_integer_ratio()
        return lambda values, functions: ratio
    compile_kind = _KINDS.get(type(expr))
    if compile_kind is None:
        return None
    parts = [part for child in expr.children() if (part := _compiled(child, places)) is not None]
    return compile_kind(expr, parts) if len(parts) == len(expr.children()) else None


def _sum(expr: Sum, parts: Sequence[_Worked]) -> _Worked:
    def total(values: Sequence[Ratio], functions: Functions) -> Ratio:
        above, below = parts[0](values, functions)
        for part in parts[1:]:
            above, below = added(above, below, *part(values, functions))
        return above, below

    return total


def _product(expr: Product, parts: Sequence[_Worked]) -> _Worked:
    def product(values: Sequence[Ratio], functions: Functions) -> Ratio:
        above = below = 1
        for part in parts:
            more, under = part(values, functions)
            above *= more
            below *= under
        return lowest(above, below) if below > LONG else (above, below)

    return product


def _negative(expr: Negative, parts: Sequence[_Worked]) -> _Worked:
    arg = parts[0]

    def negative(values: Sequence[Ratio], functions: Functions) -> Ratio:
        above, below = arg(values, functions)
        return -above, below

    return negative


def _quotient(expr: Quotient, parts: Sequence[_Worked]) -> _Worked:
    numerator, denominator = parts

    def quotient(values: Sequence[Ratio], functions: Functions) -> Ratio:
        above, below = numerator(values, functions)
        under, more = denominator(values, functions)
        if under == 0:
            raise ZeroDivisionError
        above, below = (above * more, below * under) if under > 0 else (-above * more, -below * under)
        return lowest(above, below) if below > LONG else (above, below)

    return quotient


def _power(expr: Power, parts: Sequence[_Worked]) -> _Worked | None:
    exponent, base = expr.exponent, parts[0]
    if not isinstance(exponent, Number) or exponent.value not in _SMALL:
        return None
    times = int(exponent.value)

    def power(values: Sequence[Ratio], functions: Functions) -> Ratio:
        above, below = base(values, functions)
        if times * max(above.bit_length(), below.bit_length()) > MAX_POWER_BITS:
            raise LimitError("a power too large to work out", "write the number itself")
        return above**times, below**times

    return power


def _applied(expr: Apply, parts: Sequence[_Worked]) -> _Worked:
    name, arg = expr.function, parts[0]

    def applied(values: Sequence[Ratio], functions: Functions) -> Ratio:
        ratio: Ratio = functions[name](Fraction(*arg(values, functions))).as_integer_ratio()
        return ratio

    return applied


_SMALL = range(1, 5)  # exponents of squares and the like
_KINDS: Mapping[type[Expr], Callable[[Any, Sequence[_Worked]], _Worked | None]] = {
    Sum: _sum,
    Product: _product,
    Negative: _negative,
    Quotient: _quotient,
    Power: _power,
    Apply: _applied,
}
