"""Sine and cosine: known digits, identities, the standard library."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltarule.algebra.circular import cos, sin
from deltarule.errors import LimitError

ANGLES = st.fractions(-1000, 1000, max_denominator=10**6)
TINY = Fraction(1, 10**75)


def test_the_digits_of_one_radian() -> None:
    """OEIS A049469 and A049470."""
    sine = Fraction("0.84147098480789650665250232163029899962256306079837")
    cosine = Fraction("0.54030230586813971740093660744297660373231042061792")
    assert abs(sin(Fraction(1)) - sine) < Fraction(1, 10**49)
    assert abs(cos(Fraction(1)) - cosine) < Fraction(1, 10**49)


@given(ANGLES)
def test_squares_add_up_to_one(angle: Fraction) -> None:
    """Whatever the angle."""
    assert abs(sin(angle) ** 2 + cos(angle) ** 2 - 1) < TINY


@given(ANGLES, ANGLES)
def test_the_sine_of_a_sum(left: Fraction, right: Fraction) -> None:
    """The law of addition holds, so both have the right sign and period."""
    assert abs(sin(left + right) - (sin(left) * cos(right) + cos(left) * sin(right))) < TINY


@given(ANGLES)
def test_the_standard_library_agrees(angle: Fraction) -> None:
    """To the digits that it has."""
    assert math.isclose(float(sin(angle)), math.sin(angle), abs_tol=1e-12)
    assert math.isclose(float(cos(angle)), math.cos(angle), abs_tol=1e-12)


def test_exact_at_zero_and_bounded() -> None:
    """Nothing is lost at 0; an angle of many turns is refused."""
    assert sin(Fraction(0)) == 0
    assert cos(Fraction(0)) == 1
    with pytest.raises(LimitError):
        sin(Fraction(10**9))
