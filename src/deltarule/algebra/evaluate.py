"""The value of an expression, over any number type."""

import math
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from deltarule.algebra import circular, numbers
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
)
from deltarule.errors import LimitError, UsageError
from deltarule.records import record

RELATIONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
}

LONG = 1 << 1024  # a denominator beyond is worth bringing to lowest terms on the way
MAX_POWER_BITS = 16_000  # 10**±400 fits, and so does the square of the longest exact fraction of a run


@record
class Arithmetic:
    """A number type: how it is made from a fraction, and its elementary functions.

    `exact` says that the numbers are fractions, which are then only brought to lowest terms at the end.
    """

    number: Callable[[Fraction], Any]
    functions: Mapping[str, Callable[[Any], Any]]
    exact: bool = False


def _sqrt(value: Fraction) -> Fraction:
    if value < 0:
        raise LimitError("square root of a negative number", "check its sign")
    root = Fraction(math.isqrt(value.numerator), math.isqrt(value.denominator))
    if root * root == value:
        return root
    return Fraction(numbers.to_decimal(value).sqrt(numbers._CONTEXT))


EXACT = Arithmetic(
    lambda value: value,
    {
        "exp": numbers.exp,
        "ln": numbers.ln,
        "sin": circular.sin,
        "cos": circular.cos,
        "abs": abs,
        "floor": lambda value: Fraction(math.floor(value)),
        "ceil": lambda value: Fraction(math.ceil(value)),
        "sqrt": _sqrt,
        "sign": lambda value: Fraction((value > 0) - (value < 0)),
    },
    exact=True,
)
FLOAT = Arithmetic(
    float,
    {
        "exp": math.exp,
        "ln": math.log,
        "sin": math.sin,
        "cos": math.cos,
        "abs": abs,
        "floor": math.floor,
        "ceil": math.ceil,
        "sqrt": math.sqrt,
        "sign": lambda value: float((value > 0) - (value < 0)),
    },
)


def evaluate(expr: Expr, value_of: Callable[[Symbol], Any], over: Arithmetic = EXACT) -> Any:
    """Value of `expr`, with `value_of` giving the value of each symbol.

    Raises
    ------
    ZeroDivisionError
        Something is divided by zero.
    LimitError
        A number left the range that deltarule works in.
    UsageError
        The tree holds something without a value (an unexpanded sum, an unknown function).
    """
    if over.exact:
        above, below = _ratio(expr, value_of, over)
        return Fraction(above, below)
    return _evaluated(expr, value_of, over)


def _evaluated(expr: Expr, value_of: Callable[[Symbol], Any], over: Arithmetic) -> Any:
    match expr:
        case Number():
            return over.number(expr.value)
        case Symbol():
            return value_of(expr)
        case Negative():
            return -evaluate(expr.arg, value_of, over)
        case Sum():
            total = evaluate(expr.terms[0], value_of, over)
            for term in expr.terms[1:]:
                total = total + evaluate(term, value_of, over)
            return total
        case Product():
            product = evaluate(expr.factors[0], value_of, over)
            for factor in expr.factors[1:]:
                product = product * evaluate(factor, value_of, over)
            return product
        case Quotient():
            return evaluate(expr.numerator, value_of, over) / evaluate(expr.denominator, value_of, over)
        case Power(base=Apply(function="sqrt", arg=arg), exponent=Number(value=2)) if over.exact:
            squared = evaluate(arg, value_of, over)  # a root that was rounded would not give it back
            return squared if squared >= 0 else over.functions["sqrt"](squared)
        case Power():
            return _power(evaluate(expr.base, value_of, over), evaluate(expr.exponent, value_of, over), over)
        case Apply():
            if expr.function not in over.functions:
                raise UsageError(f"no value for the function {expr.function!r}")
            return over.functions[expr.function](evaluate(expr.arg, value_of, over))
        case Piecewise():
            for branch in expr.branches:
                if evaluate(branch.condition, value_of, over):
                    return evaluate(branch.value, value_of, over)
            return evaluate(expr.otherwise, value_of, over)
        case Comparison():
            left, right = evaluate(expr.left, value_of, over), evaluate(expr.right, value_of, over)
            return RELATIONS[expr.relation](left, right)
        case SumOver() | Branch() | Vector():
            raise UsageError(f"a {type(expr).__name__} has no single value; write it out first")
    raise UsageError(f"no value for a {type(expr).__name__}")


def _ratio(expr: Expr, value_of: Callable[[Symbol], Any], over: Arithmetic) -> tuple[int, int]:
    """Numerator and denominator (above 0) of an exact value, not in lowest terms.

    A greatest common divisor at every operation is most of what exact arithmetic costs.
    """
    return _RATIOS[type(expr)](expr, value_of, over)


def _number(expr: Number, value_of: Callable[[Symbol], Any], over: Arithmetic) -> tuple[int, int]:
    return expr.value.as_integer_ratio()


def _symbol(expr: Symbol, value_of: Callable[[Symbol], Any], over: Arithmetic) -> tuple[int, int]:
    ratio: tuple[int, int] = value_of(expr).as_integer_ratio()
    return ratio


def _product(expr: Product, value_of: Callable[[Symbol], Any], over: Arithmetic) -> tuple[int, int]:
    return product_of([_RATIOS[type(factor)](factor, value_of, over) for factor in expr.factors])


def _sum(expr: Sum, value_of: Callable[[Symbol], Any], over: Arithmetic) -> tuple[int, int]:
    return total([_RATIOS[type(term)](term, value_of, over) for term in expr.terms])


def _negative(expr: Negative, value_of: Callable[[Symbol], Any], over: Arithmetic) -> tuple[int, int]:
    above, below = _RATIOS[type(expr.arg)](expr.arg, value_of, over)
    return -above, below


def _quotient(expr: Quotient, value_of: Callable[[Symbol], Any], over: Arithmetic) -> tuple[int, int]:
    numerator, denominator = expr.numerator, expr.denominator
    above, below = _RATIOS[type(numerator)](numerator, value_of, over)
    under, more = _RATIOS[type(denominator)](denominator, value_of, over)
    if under == 0:
        raise ZeroDivisionError
    above, below = (above * more, below * under) if under > 0 else (-above * more, -below * under)
    return lowest(above, below) if below > LONG else (above, below)


def _raised(expr: Power, value_of: Callable[[Symbol], Any], over: Arithmetic) -> tuple[int, int]:
    """A power with a whole exponent that is written out; a root that was rounded would not give its square back."""
    times = expr.exponent.value if type(expr.exponent) is Number else None
    if times is not None and times.denominator == 1 and times > 0 and type(expr.base) is not Apply:
        above, below = lowest(*_RATIOS[type(expr.base)](expr.base, value_of, over))
        if max(above.bit_length(), below.bit_length()) * times.numerator <= MAX_POWER_BITS:
            return above**times.numerator, below**times.numerator
    return _other(expr, value_of, over)


def _other(expr: Expr, value_of: Callable[[Symbol], Any], over: Arithmetic) -> tuple[int, int]:
    ratio: tuple[int, int] = _evaluated(expr, value_of, over).as_integer_ratio()
    return ratio


_RATIOS: Mapping[type[Expr], Callable[[Any, Callable[[Symbol], Any], Arithmetic], tuple[int, int]]] = {
    Number: _number,
    Symbol: _symbol,
    Product: _product,
    Sum: _sum,
    Negative: _negative,
    Quotient: _quotient,
    Power: _raised,
    **dict.fromkeys((Expr, Apply, SumOver, Comparison, Branch, Piecewise, Vector), _other),
}


def product_of(ratios: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """Ratios multiplied."""
    above = below = 1
    for more, under in ratios:
        above *= more
        below *= under
    return lowest(above, below) if below > LONG else (above, below)


def total(ratios: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """Ratios added up."""
    above, below = 0, 1
    for more, under in ratios:
        above, below = added(above, below, more, under)
    return above, below


def added(above: int, below: int, more: int, under: int) -> tuple[int, int]:
    """A ratio with another one added, over the larger of their denominators where the other divides it, as with decimals."""
    if under == below:
        return above + more, below
    if below % under == 0:
        return above + more * (below // under), below
    if under % below == 0:
        return above * (under // below) + more, under
    common = math.gcd(below, under) if below > LONG else 1
    scale = under // common
    return above * scale + more * (below // common), below * scale


def lowest(above: int, below: int) -> tuple[int, int]:
    """A ratio in lowest terms."""
    common = math.gcd(above, below)
    return above // common, below // common


def _power(base: Any, exponent: Any, over: Arithmetic) -> Any:
    if isinstance(base, Fraction):
        if exponent.denominator == 1:
            bits = max(base.numerator.bit_length(), base.denominator.bit_length())
            if base not in (0, 1, -1) and abs(exponent) * bits > MAX_POWER_BITS:
                raise LimitError("a power too large to work out", "write the number itself")
            if base == 0 and exponent < 0:
                raise ZeroDivisionError
            return base ** int(exponent)
        if exponent == Fraction(1, 2):
            return over.functions["sqrt"](base)
        return over.functions["exp"](exponent * over.functions["ln"](base))
    return base**exponent
