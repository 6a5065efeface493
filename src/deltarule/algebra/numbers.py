"""Exact numbers, kept within bounds, with exp and logarithm in guard digits.

Rational arithmetic is exact. What is not rational (exp, ln), or has grown beyond `MAX_BITS`, is
kept as a fraction of `DIGITS` significant decimal digits: relative error at most 10**(1 - DIGITS)
for each such operation, far below any place that is ever printed.
"""

from decimal import ROUND_05UP, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import lru_cache

from deltarule.errors import LimitError
from deltarule.written import MAX_EXPONENT

DIGITS = 80
MAX_BITS = 6000
_CONTEXT = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN, Emax=10**6, Emin=-(10**6))
# cutting off, but never onto a round number: what is rounded again later then comes out right in every mode
_STICKY = Context(prec=DIGITS, rounding=ROUND_05UP, Emax=10**6, Emin=-(10**6))
_LONG = Context(prec=1000, rounding=ROUND_HALF_EVEN, Emax=10**6, Emin=-(10**6))
_LONG_BITS = 2_000  # from which a ratio is shortened before it becomes a decimal
_MORE_DIGITS = DIGITS + 5
_SUSPICIOUS_ZEROS = 20
_UNDERFLOW_BITS = (10**MAX_EXPONENT).bit_length()
_LARGEST_ARGUMENT = 100_000
# nearer to 0 (of exp) or to 1 (of ln) two terms of the series are good to 59 digits, and `DIGITS` digits are not
_SMALLEST_ARGUMENT = Fraction(1, 10**30)


def to_decimal(value: Fraction) -> Decimal:
    """Return `value` to `DIGITS` digits; what is not exact never ends in 0 or 5."""
    above, below = value.numerator, value.denominator
    if max(above.bit_length(), below.bit_length()) > _LONG_BITS:
        return _STICKY.plus(_shortened(above, below))
    return _STICKY.divide(Decimal(above), Decimal(below))


def _shortened(above: int, below: int) -> Decimal:
    """A ratio with a few digits more than `DIGITS`, on the same side of all numbers with so many.

    Turning whole numbers of ten thousand digits into decimals takes time that grows with the square of their length. The digits are
    those of a decimal: of a binary fraction, however long, a decimal may lie between it and what it stands for.
    """
    places = _MORE_DIGITS - (above.bit_length() - below.bit_length()) * 30_103 // 100_000
    size = abs(above) * 10 ** max(places, 0)
    quotient, rest = divmod(size, below * 10 ** max(-places, 0))
    digits = 10 * quotient + (rest != 0)  # what was cut off shows in the last digit
    return Decimal(digits if above > 0 else -digits).scaleb(-places - 1, _LONG)


def bounded(value: Fraction) -> tuple[Fraction, bool]:
    """Return the value with at most `DIGITS` digits if it has grown too long, and whether it is exact.

    What is nearer to 0 than 10**-`MAX_EXPONENT` counts as 0: a saturated output gets there.
    """
    above, below = value.as_integer_ratio()
    size, under = above.bit_length(), below.bit_length()
    if under - size > _UNDERFLOW_BITS and above:
        return Fraction(0), False
    if size <= MAX_BITS and under <= MAX_BITS:
        return value, True
    return Fraction(to_decimal(value)), False


def kept(value: Fraction) -> Fraction:
    """A value that is not rational anyway, with `DIGITS` digits of how far it is from the nearest whole number.

    A saturated output keeps the digits of what it lacks to 1; and the powers of ten below have a common denominator, which
    the fractions that an exp leads to do not.
    """
    whole = round(value)
    beyond = value - whole
    return whole + Fraction(to_decimal(beyond)) if beyond else value


@lru_cache(maxsize=64)
def exp(value: Fraction) -> Fraction:
    """e to the power `value`, to `DIGITS` digits (exactly 1 for 0).

    The last ones are kept: a line, its formula and the run ask for the same, and a hyperbolic tangent asks twice.
    """
    if value == 0:
        return Fraction(1)
    if abs(value) > _LARGEST_ARGUMENT:
        raise LimitError(
            f"exp of a number beyond ±{_LARGEST_ARGUMENT}", "scale the data or lower the learning rate"
        )
    if abs(value) < _SMALLEST_ARGUMENT:
        argument = bounded(value)[0]
        return 1 + argument + argument**2 / 2
    return Fraction(_CONTEXT.exp(to_decimal(value)))


@lru_cache(maxsize=256)
def ln(value: Fraction) -> Fraction:
    """Natural logarithm to `DIGITS` digits (exactly 0 for 1); the last ones are kept, for which each way of taking a line asks again."""
    if value <= 0:
        raise LimitError("logarithm of a number that is not positive", "check the output it is taken of")
    beyond = value - 1
    if abs(beyond) < _SMALLEST_ARGUMENT:
        beyond = bounded(beyond)[0]
        return beyond - beyond**2 / 2
    logarithm = _CONTEXT.ln(to_decimal(value))
    if len(logarithm.normalize(_CONTEXT).as_tuple().digits) > DIGITS - _SUSPICIOUS_ZEROS:
        return Fraction(logarithm)
    # no logarithm ends: one that seems to lies just above or below, and more digits tell on which side
    return Fraction(
        _STICKY.plus(_LONG.ln(_LONG.divide(Decimal(value.numerator), Decimal(value.denominator))))
    )
