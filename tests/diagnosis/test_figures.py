"""Figures for sentences."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltarule.diagnosis.figures import enough, exactly, excerpt, figure, limit_figure, read


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("2", "2"),
        ("0.5", "0.5"),
        ("-33.2", "-33.2"),
        ("221.863372", "221.9"),
        ("0.695175", "0.6952"),
        ("999.96", "1000"),
        ("9999.6", "10000"),
        ("76973.837", "76974"),
        ("999999.7", "1.000 million"),
        ("34550414.2", "34.55 million"),
        ("999999999", "1.000e9"),
        ("15508329282", "1.551e10"),
        ("0.00012346", "0.0001235"),
        ("0.000012346", "1.235e-5"),
        ("1e300", "1e300"),
    ],
)
def test_figures(value: str, text: str) -> None:
    """Four significant figures, whole numbers in full, millions by name, the rest with an exponent."""
    assert figure(Fraction(value)) == text


@given(st.fractions(-(10**12), 10**12))
def test_figures_are_near(value: Fraction) -> None:
    """A figure is within half a unit of its last digit, wherever the value lies."""
    number, _, million = figure(value).partition(" ")
    read = Fraction(number) * (10**6 if million else 1)
    assert abs(read - value) <= abs(value) / 2000


@given(st.fractions(Fraction(1, 10**9), 10**9))
def test_limits_are_never_rounded_up(value: Fraction) -> None:
    """Who keeps to a printed limit keeps to the limit."""
    number, _, million = limit_figure(value).partition(" ")
    read = Fraction(number) * (10**6 if million else 1)
    assert value * Fraction(99, 100) < read <= value


@pytest.mark.parametrize(
    ("value", "text"),
    [("1/4", "0.25"), ("-4/9", "-4/9"), ("37/9", "37/9"), ("1/7001", "0.0001428"), ("0", "0")],
)
def test_exactly(value: str, text: str) -> None:
    """Short decimals and simple fractions stand in full, others with four figures."""
    assert exactly(Fraction(value)) == text


@given(st.fractions(Fraction(1, 10**6), 10**6), st.fractions(Fraction(1, 10**6), 10**6))
def test_operands_have_the_digits_that_the_result_takes(left: Fraction, right: Fraction) -> None:
    """What is worked from the printed operands is what is worked from the true ones, unless no digits show a tie."""
    digits = enough([left, right], lambda u, v: figure(u * v))
    printed = figure(read(figure(left, digits)) * read(figure(right, digits)))
    assert printed == figure(left * right) or digits == 4


def test_excerpt() -> None:
    """A long list is its first items and its last; a list that is hardly longer stays whole."""
    assert excerpt(list("abcdef")) == list("abcdef")
    assert excerpt(list("abcdefgh")) == ["a", "b", "c", "d", "…", "h"]
