"""Numbers as written, and rounding: against Python's decimal module and by hand."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltarule.errors import InputError, LimitError
from deltarule.written import (
    Precision,
    RoundingMode,
    Written,
    decimal_places,
    decimal_text,
    has_figures,
    is_rounding,
    is_truncation,
    magnitude,
    parse_number,
    power_of_ten,
    rounded,
    significant_figures,
    write_exactly,
    write_to,
)

_DECIMAL_MODES = {
    RoundingMode.HALF_UP: ROUND_HALF_UP,
    RoundingMode.HALF_EVEN: ROUND_HALF_EVEN,
    RoundingMode.TRUNCATE: ROUND_DOWN,
}
_WIDE = Context(prec=200)

decimals = st.decimals(-(10**12), 10**12, places=7, allow_nan=False, allow_infinity=False)
fractions = st.fractions(max_denominator=10**6)


@pytest.mark.parametrize(
    ("text", "value", "places", "figures"),
    [
        ("0.50", Fraction(1, 2), 2, 2),
        ("-7", Fraction(-7), 0, 1),
        (".5", Fraction(1, 2), 1, 1),
        ("5.", Fraction(5), 0, 1),
        ("+1.20", Fraction(6, 5), 2, 3),
        ("1.5e-3", Fraction(3, 2000), 4, 2),
        ("34.7E6", Fraction(34_700_000), -5, 3),
        ("0.00", Fraction(0), 2, 0),
        (" 12 ", Fraction(12), 0, 2),
        ("-0", Fraction(0), 0, 0),
    ],
)
def test_a_number_keeps_its_value_and_its_last_place(
    text: str, value: Fraction, places: int, figures: int
) -> None:
    """Value, last written place and significant figures are those that a person reads off."""
    written = parse_number(text)
    assert (written.value, written.places, written.figures, written.text) == (
        value,
        places,
        figures,
        text.strip(),
    )
    assert written.unit == Fraction(10) ** -places


@pytest.mark.parametrize(
    "text", ["", "-", ".", "e5", "1e", "1.2.3", "0x10", "1_000", "nan", "inf", "½", "٣", "1 2", "--1"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    """Only plain ASCII decimals are numbers here; what a text spells otherwise is brought to that form before."""
    with pytest.raises(InputError, match="is not a number"):
        parse_number(text)


@pytest.mark.parametrize(
    "text", ["1e10000000", "1e401", "-1e-401", "9" * 61, "0." + "1" * 60, "1" * 10_000, "1e" + "9" * 100]
)
def test_a_number_too_large_is_refused_before_it_is_built(text: str) -> None:
    """Ten characters may ask for ten million digits: refused by counting characters."""
    with pytest.raises(LimitError):
        parse_number(text)


def test_the_limits_themselves_are_allowed() -> None:
    """Sixty digits and an exponent of 400 are read exactly."""
    assert parse_number("9" * 60).value == 10**60 - 1
    assert parse_number("1e400").value == 10**400
    assert parse_number("-1e-400").value == Fraction(-1, 10**400)


@given(value=decimals, places=st.integers(-6, 9), mode=st.sampled_from(list(RoundingMode)))
def test_rounding_agrees_with_the_decimal_module(value: Decimal, places: int, mode: RoundingMode) -> None:
    """Every mode gives what the standard library's decimal arithmetic gives, ties included."""
    quantum = Decimal(1).scaleb(-places)
    expected = value.quantize(quantum, rounding=_DECIMAL_MODES[mode], context=_WIDE)
    assert rounded(Fraction(value), places, mode) == Fraction(expected)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (RoundingMode.HALF_UP, ["0.13", "-0.13", "0.38", "2.68"]),
        (RoundingMode.HALF_EVEN, ["0.12", "-0.12", "0.38", "2.68"]),
        (RoundingMode.TRUNCATE, ["0.12", "-0.12", "0.37", "2.67"]),
    ],
)
def test_ties_are_ties(mode: RoundingMode, expected: list[str]) -> None:
    """Exact ties, where a binary float would decide by chance: 1/3 of 0.375 is exactly 0.125."""
    values = [Fraction(1, 3) * Fraction("0.375"), Fraction("-0.125"), Fraction("0.375"), Fraction("2.675")]
    assert [Precision(2, mode=mode).write(value).text for value in values] == expected


@given(value=fractions, places=st.integers(0, 8))
def test_a_rounding_is_no_further_than_half_a_unit(value: Fraction, places: int) -> None:
    """`is_rounding` holds for both neighbours at a tie and for the nearest number otherwise, never beyond."""
    unit = Fraction(1, 10**places)
    floor = (value // unit) * unit
    for candidate in (floor - unit, floor, floor + unit, floor + 2 * unit):
        assert is_rounding(candidate, value, places) == (abs(candidate - value) <= unit / 2)


@given(value=fractions, places=st.integers(0, 8))
def test_a_truncation_is_towards_zero_and_less_than_a_unit_off(value: Fraction, places: int) -> None:
    """`is_truncation` holds for the number cut off, and not where nothing was cut."""
    cut = rounded(value, places, RoundingMode.TRUNCATE)
    assert abs(cut) <= abs(value)
    assert abs(value - cut) < Fraction(1, 10**places)
    assert is_truncation(cut, value, places) == (cut != value)
    assert not is_truncation(cut + Fraction(1, 10**places), value, places)


@given(value=fractions.filter(bool))
def test_magnitude_is_the_power_of_ten_below(value: Fraction) -> None:
    """The leading digit stands at 10 to the magnitude."""
    exponent = magnitude(value)
    assert power_of_ten(exponent) <= abs(value) < power_of_ten(exponent + 1)


@pytest.mark.parametrize("exponent", [-400, -37, -1, 0, 1, 36, 399])
def test_magnitude_of_powers_of_ten(exponent: int) -> None:
    """Exact powers of ten, where a logarithm would be off by one, are told right."""
    assert magnitude(power_of_ten(exponent)) == exponent
    assert magnitude(power_of_ten(exponent) * Fraction(999_999, 1_000_000)) == exponent - 1


@given(value=decimals)
def test_fewest_places_write_a_decimal_exactly(value: Decimal) -> None:
    """A terminating decimal is written in full with no zero too many."""
    exact = Fraction(value)
    places = decimal_places(exact)
    assert places is not None
    assert (exact * 10**places).denominator == 1
    assert places == 0 or (exact * 10 ** (places - 1)).denominator != 1
    full = write_exactly(exact)
    assert full is not None
    assert Fraction(full.text) == exact == full.value


@pytest.mark.parametrize("value", [Fraction(1, 3), Fraction(22, 7), Fraction(1, 2**200)])
def test_what_does_not_end_shortly_has_no_full_form(value: Fraction) -> None:
    """Thirds, sevenths and very long decimals are not written in full."""
    assert write_exactly(value) is None


@given(value=decimals, places=st.integers(0, 9))
def test_written_text_reads_back(value: Decimal, places: int) -> None:
    """What is printed is read back as the value and the place that it was printed to."""
    written = write_to(Fraction(value), places)
    again = parse_number(written.text)
    assert (again.value, again.places) == (written.value, places)
    assert decimal_text(Fraction(value), places) == written.text


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Fraction("-0.004"), 2, "0.00"),
        (Fraction("-0.005"), 2, "-0.01"),
        (Fraction("99.995"), 2, "100.00"),
        (Fraction(2 * 10**50, 3), -47, "6.67e49"),
        (Fraction(1, 10**40), 42, "1.00e-40"),
        (Fraction(-(10**40)), 0, "-1." + "0" * 40 + "e40"),
    ],
)
def test_how_a_value_is_printed(value: Fraction, places: int, text: str) -> None:
    """Zero has no sign, carries run through, and what is very large or small has a power of ten."""
    assert write_to(value, places).text == text


@pytest.mark.parametrize(
    ("value", "figures", "text"),
    [("1234.5", 3, "1230"), ("0.00123456", 3, "0.00123"), ("99.96", 3, "100"), ("5", 2, "5.0")],
)
def test_significant_figures(value: str, figures: int, text: str) -> None:
    """Figures are counted from the leading digit of the value."""
    assert Precision(None, figures).write(Fraction(value)).text == text


def test_figures_of_a_zero() -> None:
    """A zero shows no significant figure."""
    assert significant_figures(Fraction(0), 5) == 0
    assert Written("0.000", Fraction(0), 3).figures == 0


@pytest.mark.parametrize(
    ("places", "figures"), [(None, None), (2, 3), (-1, None), (31, None), (None, 0), (None, 31)]
)
def test_a_precision_is_either_places_or_figures(places: int | None, figures: int | None) -> None:
    """Both, neither, or one out of range is refused."""
    with pytest.raises(InputError):
        Precision(places, figures)


@given(fractions, st.integers(-6, 12), st.integers(1, 8))
def test_a_number_shows_so_many_figures_where_they_are_counted(
    value: Fraction, places: int, least: int
) -> None:
    """`has_figures` says of one count what counting all of them says."""
    assert has_figures(value, places, least) == (significant_figures(value, places) >= least)


@pytest.mark.parametrize("text", ["0.50", "7", ".5", "1.5e-3", "0", "12500"])
def test_a_negated_number_is_the_one_with_a_minus_in_front(text: str) -> None:
    """Its text, its value and its places are what parsing the signed text gives; it is made once."""
    written = parse_number(text)
    assert written.negated == parse_number(f"-{text}")
    assert written.negated is written.negated


@given(st.fractions(max_denominator=10**9), st.integers(-3, 12))
def test_the_decimal_text_of_a_number_is_its_rounding(value: Fraction, places: int) -> None:
    """Digits are taken off the rounded number, whatever its sign; a number that rounds to 0 has none."""
    text = decimal_text(value, places)
    assert Fraction(text) == rounded(value, max(places, 0))
    assert text.startswith("-") == (rounded(value, max(places, 0)) < 0)
