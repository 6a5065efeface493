"""Exact numbers within bounds: exp and ln against a longer calculation, and what is kept when digits are dropped."""

from decimal import Context
from fractions import Fraction

import pytest
import sympy  # type: ignore[import-untyped]  # it comes without types
from hypothesis import example, given
from hypothesis import strategies as st

from deltarule.algebra.numbers import DIGITS, MAX_BITS, bounded, exp, ln, to_decimal
from deltarule.errors import LimitError

_GOOD = Fraction(1, 10**58)


def _close(value: Fraction, expected: sympy.Expr) -> bool:
    digits = expected.evalf(150)
    error = abs(sympy.Rational(value.numerator, value.denominator) - digits)
    return bool(error <= abs(digits) * sympy.Rational(1, 10**57))


@given(value=st.fractions(-300, 300, max_denominator=10**6))
def test_exp_is_good_to_far_more_digits_than_are_printed(value: Fraction) -> None:
    """Against SymPy at 150 digits."""
    assert _close(exp(value), sympy.exp(sympy.Rational(value.numerator, value.denominator)))


@given(value=st.fractions(Fraction(1, 10**6), 10**6, max_denominator=10**6).filter(lambda value: value != 1))
def test_ln_is_good_to_far_more_digits_than_are_printed(value: Fraction) -> None:
    """Against SymPy at 150 digits."""
    assert _close(ln(value), sympy.log(sympy.Rational(value.numerator, value.denominator)))


@pytest.mark.parametrize("power", [20, 29, 31, 40, 60])
def test_close_to_the_point_where_digits_cancel(power: int) -> None:
    """exp near 0 and ln near 1 keep their digits: exp(t) - 1 is t + t²/2 to sixty figures beyond t."""
    t = Fraction(1, 10**power)
    assert abs((exp(t) - 1) / t - 1 - t / 2) < Fraction(1, 10 ** (min(power, 40) - 2))
    assert abs(ln(1 + t) / t - 1 + t / 2) < Fraction(1, 10 ** (min(power, 40) - 2))


@given(numerator=st.integers(1, 10**30), denominator=st.integers(1, 10**30))
def test_cutting_digits_never_makes_a_tie(numerator: int, denominator: int) -> None:
    """What is not exact never ends in 0 or 5, so that rounding it again comes out right in every mode."""
    value = Fraction(numerator, denominator)
    cut = to_decimal(value)
    if Fraction(cut) != value:
        assert len(cut.as_tuple().digits) == DIGITS
        assert cut.as_tuple().digits[-1] not in (0, 5)
        assert abs(Fraction(cut) - value) < abs(value) * Fraction(1, 10 ** (DIGITS - 2))


@given(
    digits=st.integers(1, 10**9),
    power=st.integers(-400, 300),
    apart=st.integers(DIGITS + 5, 900),
    side=st.sampled_from([-1, 1]),
)
@example(digits=95, power=-328, apart=326, side=1)  # half of -ln(1 - 1.9e-326)
@example(digits=99_899, power=-2, apart=434, side=-1)  # a saturated output's logarithm
def test_cutting_digits_never_crosses_a_short_number(digits: int, power: int, apart: int, side: int) -> None:
    """What lies a hair beside a short number, above or below, lies on the same side of it with its digits cut."""
    short = digits * Fraction(10) ** power
    hair = short * Fraction(1, 10**apart)
    for sign in (1, -1):
        cut = Fraction(to_decimal(sign * (short + side * hair)))
        assert (abs(cut) > short) == (side > 0)
        assert cut != sign * short
        assert abs(cut - sign * short) < short * Fraction(1, 10 ** (DIGITS - 2))


def test_short_numbers_stay_exact_and_long_ones_say_so() -> None:
    """A number is kept exactly until it is too long, then to so many digits; what is next to nothing is zero."""
    third = Fraction(1, 3)
    assert bounded(third) == (third, True)
    long = Fraction(3**MAX_BITS + 1, 2**MAX_BITS)
    kept, exact = bounded(long)
    assert not exact
    assert abs(kept - long) < long * _GOOD
    assert bounded(Fraction(1, 10**500)) == (Fraction(0), False)
    assert Context(prec=DIGITS).create_decimal(1) == to_decimal(Fraction(1))


@pytest.mark.parametrize("function", [exp, ln])
def test_what_has_no_value_in_range_is_refused(function: object) -> None:
    """exp of a million and ln of nothing raise with a remedy."""
    with pytest.raises(LimitError) as raised:
        function(Fraction(10**6) if function is exp else Fraction(0))  # type: ignore[operator]  # one of exp and ln
    assert raised.value.remedy
