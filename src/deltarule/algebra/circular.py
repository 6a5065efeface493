"""Sine and cosine to many digits, for functions that people go down by hand."""

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from deltarule.algebra.numbers import DIGITS, bounded
from deltarule.errors import LimitError

LARGEST_ANGLE = 100_000
_GUARD = 20  # digits beyond those that count
_ONE = 10 ** (DIGITS + _GUARD)  # numbers are whole multiples of its inverse


def sin(value: Fraction) -> Fraction:
    """Sine of `value` in radians, to `DIGITS` places (exactly 0 for 0).

    Raises
    ------
    LimitError
        `value` lies beyond ±`LARGEST_ANGLE`.
    """
    return Fraction(0) if value == 0 else _result(sum(_terms(value, 1)))


def cos(value: Fraction) -> Fraction:
    """Cosine of `value` in radians, to `DIGITS` places (exactly 1 for 0)."""
    return Fraction(1) if value == 0 else _result(sum(_terms(value, 0)))


def _result(scaled: int) -> Fraction:
    return bounded(Fraction(scaled // 10**_GUARD, _ONE // 10**_GUARD))[0]


def _terms(value: Fraction, first: int) -> Iterator[int]:
    """Terms of the series x^k/k! with k = `first`, `first` + 2, ..., signs in turn."""
    if abs(value) > LARGEST_ANGLE:
        raise LimitError(f"an angle beyond ±{LARGEST_ANGLE}", "take whole turns off it")
    turn = 2 * _pi()
    angle = value.numerator * _ONE // value.denominator
    angle -= turn * round(Fraction(angle, turn))
    term, k = (angle if first else _ONE), first
    while term:
        yield term
        term = -term * angle // _ONE * angle // _ONE
        term = -(-term // ((k + 1) * (k + 2))) if term < 0 else term // ((k + 1) * (k + 2))
        k += 2


@lru_cache(maxsize=1)
def _pi() -> int:
    """Pi by Machin's formula, 16 arctan(1/5) - 4 arctan(1/239)."""
    return 16 * _arctan_of_inverse(5) - 4 * _arctan_of_inverse(239)


def _arctan_of_inverse(n: int) -> int:
    power, k, total = _ONE // n, 1, 0
    while power:
        total += power // k if k % 4 == 1 else -(power // k)
        power //= n * n
        k += 2
    return total
