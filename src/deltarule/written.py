"""Numbers as somebody wrote them, and rounding.

A written number keeps its text, its exact value and its last written place. Nothing here
passes through a binary float: 0.125 rounded to two places is a tie, and must stay one.
"""

import re
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from deltarule.errors import InputError, LimitError
from deltarule.records import derived, guarded

MAX_DIGITS = 60
MAX_EXPONENT = 400
MAX_FIGURES = 30  # of a number that deltarule prints
MAX_PLAIN = 36  # digits before or after the point; beyond them a power of ten is printed
_PLAIN_FROM = -4  # but not for the sake of fewer zeros

_NUMBER = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?")


class RoundingMode(StrEnum):
    """How a value is brought to fewer places."""

    HALF_UP = "half-up"  # ties away from zero, as taught at school
    HALF_EVEN = "half-even"  # ties to the even neighbour, IEEE 754
    TRUNCATE = "truncate"  # the rest is cut off


@guarded
class Written:
    """A number as written.

    Attributes
    ----------
    text : str
        What stands in the text, or what is to be printed.
    value : Fraction
        Its exact value.
    places : int
        Decimal places of the last written digit: 2 for ``1.50``, 0 for ``7``, -5 for ``34.7 million``.
    """

    text: str
    value: Fraction
    places: int

    @property
    def unit(self) -> Fraction:
        """One unit in the last written place."""
        return power_of_ten(-self.places)

    @derived
    def figures(self) -> int:
        """How many significant figures are written (leading zeros do not count)."""
        return significant_figures(self.value, self.places)

    @derived
    def negated(self) -> "Written":
        """The same with a minus in front: of the numbers of a page, which are parsed once, so is this made once."""
        return Written("-" + self.text, -self.value, self.places)


@lru_cache(maxsize=1024)
def power_of_ten(exponent: int) -> Fraction:
    """Return 10 to the power `exponent`, exactly."""
    return Fraction(10**exponent) if exponent >= 0 else Fraction(1, 10**-exponent)


@lru_cache(maxsize=4096)  # the same few numbers stand again and again on a page
def parse_number(text: str) -> Written:
    """Read a number written in ASCII, e.g. ``-0.50``, ``.5``, ``1.5e-3``.

    Size is checked before the number is built: ten characters can ask for ten million digits.

    Raises
    ------
    LimitError
        More than 60 digits, or an exponent beyond ±400.
    InputError
        Not a number.
    """
    if len(text) > 4 * MAX_DIGITS:
        raise LimitError(f"a number of {len(text)} characters", f"write it with at most {MAX_DIGITS} digits")
    match = _NUMBER.fullmatch(text.strip())
    if match is None or not (match[2] or match[3]) or not text.isascii():
        raise InputError(f"{text.strip()[:40]!r} is not a number", "write it like 0.5 or 1.5e-3")
    sign, whole, decimals, exponent = match[1], match[2], match[3] or "", match[4]
    if len(whole) + len(decimals) > MAX_DIGITS:
        raise LimitError(f"a number of {len(whole) + len(decimals)} digits", f"write at most {MAX_DIGITS}")
    if exponent is not None and (len(exponent) > 5 or abs(int(exponent)) > MAX_EXPONENT):
        raise LimitError(f"exponent {exponent[:12]} is beyond ±{MAX_EXPONENT}", "scale the data")
    places = len(decimals) - int(exponent or 0)
    digits = int(f"{sign}{whole}{decimals}")
    value = Fraction(digits, 10**places) if places >= 0 else Fraction(digits * 10**-places)
    return Written(text.strip(), value, places)


def rounded(value: Fraction, places: int, mode: RoundingMode = RoundingMode.HALF_UP) -> Fraction:
    """Round to `places` decimal places (negative: to tens, hundreds, ...), exactly.

    >>> rounded(Fraction("0.125"), 2), rounded(Fraction("0.125"), 2, RoundingMode.HALF_EVEN)
    (Fraction(13, 100), Fraction(3, 25))
    """
    units = _in_units(value, places, mode)
    return Fraction(units, 10**places) if places >= 0 else Fraction(units * 10**-places)


def _in_units(value: Fraction, places: int, mode: RoundingMode = RoundingMode.HALF_UP) -> int:
    """How many units of its last place a rounded value has."""
    above, denominator = value.as_integer_ratio()
    numerator = abs(above)
    if places >= 0:
        numerator *= 10**places
    else:
        denominator *= 10**-places
    quotient, rest = divmod(numerator, denominator)
    if mode is not RoundingMode.TRUNCATE:
        tie_up = mode is RoundingMode.HALF_UP or quotient % 2 == 1
        if 2 * rest > denominator or (2 * rest == denominator and tie_up):
            quotient += 1
    return quotient if above >= 0 else -quotient


def size_of(value: Fraction) -> tuple[int, int]:
    """A number with its sign left aside, as a ratio of whole numbers, which compare far quicker than fractions do."""
    above, below = value.as_integer_ratio()
    return abs(above), below


def is_same(one: Fraction, other: Fraction) -> bool:
    """Whether two numbers are the same: ratios of whole numbers compare far quicker than fractions do."""
    return one.as_integer_ratio() == other.as_integer_ratio()


def is_rounding(written: Fraction, value: Fraction, places: int) -> bool:
    """Whether `written` is `value` rounded to `places`, ties either way."""
    return _is_within(written, value, places, 2)


def is_within_unit(written: Fraction, value: Fraction, places: int) -> bool:
    """Whether two numbers are no further apart than one unit at `places`."""
    return _is_within(written, value, places, 1)


def _is_within(written: Fraction, value: Fraction, places: int, parts: int) -> bool:
    """Whether two numbers are no further apart than one of so many parts of a unit."""
    (shown, under), (above, below) = written.as_integer_ratio(), value.as_integer_ratio()
    above, below = (
        parts * abs(shown * below - above * under),
        under * below,
    )  # whole numbers need no lowest terms
    if places >= 0:
        above *= int(10**places)
    else:
        below *= int(10**-places)
    return above <= below


def is_truncation(written: Fraction, value: Fraction, places: int) -> bool:
    """Whether `written` is `value` cut off after `places`."""
    (shown, under), (above, below) = written.as_integer_ratio(), value.as_integer_ratio()
    if shown == above and under == below:
        return False
    more, less = (int(10**places), 1) if places >= 0 else (1, int(10**-places))
    kept = abs(above) * more // (below * less)
    return shown * more == (kept if above >= 0 else -kept) * less * under


def is_rounding_to_figures(written: Written, value: Fraction, least: int = 2) -> bool:
    """Whether a whole number with zeros at its end is `value` to so many significant figures or more: 170 for 168."""
    places = 0
    while written.places == 0 and written.value != 0 and written.value % 10 ** (1 - places) == 0:
        places -= 1
        if significant_figures(written.value, places) < least:
            return False
        if is_rounding(written.value, value, places) or is_truncation(written.value, value, places):
            return True
    return False


def may_show(written: Written, value: Fraction) -> bool:
    """Whether somebody could have written `value` so: rounded, ties either way, cut off, or to fewer figures."""
    return (
        is_rounding(written.value, value, written.places)
        or is_truncation(written.value, value, written.places)
        or is_rounding_to_figures(written, value)
    )


def magnitude(value: Fraction) -> int:
    """Exponent of the leading digit: 2 for 123.4, -2 for 0.05; 0 for zero."""
    numerator, denominator = size_of(value)
    if numerator == 0:
        return 0
    guess = (numerator.bit_length() - denominator.bit_length()) * 30103 // 100000
    while not _reaches(numerator, denominator, guess):
        guess -= 1
    while _reaches(numerator, denominator, guess + 1):
        guess += 1
    return guess


def _reaches(numerator: int, denominator: int, exponent: int) -> bool:
    """Whether a positive ratio is at least 10 to the power `exponent`."""
    if exponent < 0:
        return bool(numerator * 10**-exponent >= denominator)
    return bool(numerator >= denominator * 10**exponent)


def significant_figures(value: Fraction, places: int) -> int:
    """How many significant figures `value` shows when written to `places`."""
    return max(magnitude(value) + places + 1, 0) if value else 0


def has_figures(value: Fraction, places: int, least: int) -> bool:
    """Whether `value` shows so many significant figures when written to `places`."""
    numerator, denominator = value.as_integer_ratio()
    return numerator != 0 and _reaches(abs(numerator), denominator, least - 1 - places)


def decimal_places(value: Fraction, most: int = 40) -> int | None:
    """Fewest places at which `value` is written exactly, or None if it needs more than `most`."""
    twos = fives = 0
    rest = value.denominator
    if rest.bit_length() > 4 * most:
        return None
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    places = max(twos, fives)
    return places if rest == 1 and places <= most else None


def decimal_text(value: Fraction, places: int) -> str:
    """Write `value`, rounded half up, with exactly `places` decimals (never an exponent)."""
    units = _in_units(value, max(places, 0))
    digits = str(abs(units))
    sign = "-" if units < 0 else ""
    if places <= 0:
        return sign + digits
    digits = digits.rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def write_exactly(value: Fraction) -> Written | None:
    """Write a terminating decimal in full, or None if it does not terminate shortly."""
    places = decimal_places(value)
    if places is None or magnitude(value) + places >= MAX_DIGITS:
        return None
    return Written(decimal_text(value, places), value, places)


def write_to(
    value: Fraction, places: int, mode: RoundingMode = RoundingMode.HALF_UP, plain: int = MAX_PLAIN
) -> Written:
    """Round `value` to `places` and write it; beyond `plain` digits on either side with a power of ten.

    >>> write_to(Fraction(2, 3), 2).text, write_to(Fraction(2 * 10**50, 3), -47).text
    ('0.67', '6.67e49')
    """
    shown = rounded(value, places, mode)
    leading = magnitude(shown)
    if shown == 0 or (leading < plain and places <= plain):
        return Written(decimal_text(shown, min(places, plain)), shown, places)
    if _PLAIN_FROM <= leading < plain:  # few zeros in front: only its digits are many
        return Written(decimal_text(shown, places), shown, places)
    digits = str(abs(int(shown * power_of_ten(places))))
    mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return Written(f"{'-' if shown < 0 else ''}{mantissa}e{leading}", shown, places)


@guarded
class Precision:
    """To what a value is rounded when it is written: decimal places *or* significant figures."""

    places: int | None = 2
    figures: int | None = None
    mode: RoundingMode = RoundingMode.HALF_UP

    def __post_init__(self) -> None:
        if (self.places is None) == (self.figures is None):
            raise InputError("rounding needs either places or figures", "give one of them")
        if self.places is not None and not 0 <= self.places <= MAX_DIGITS // 2:
            raise InputError(f"{self.places} places", f"give a number from 0 to {MAX_DIGITS // 2}")
        if self.figures is not None and not 1 <= self.figures <= MAX_DIGITS // 2:
            raise InputError(
                f"{self.figures} significant figures", f"give a number from 1 to {MAX_DIGITS // 2}"
            )

    def places_for(self, value: Fraction) -> int:
        """Decimal place of the last digit kept for `value`; never more than 30 figures are."""
        if self.places is not None:
            return min(self.places, MAX_FIGURES - 1 - magnitude(value))
        assert self.figures is not None
        return self.figures - 1 - magnitude(value)

    def write(self, value: Fraction) -> Written:
        """Round `value` and write it.

        >>> Precision(2).write(Fraction("-0.125")).text, Precision(None, 3).write(Fraction("1234.5")).text
        ('-0.13', '1230')
        """
        written = write_to(value, self.places_for(value), self.mode)
        if self.figures is not None and written.figures > self.figures:  # 99.96 went up to 100.0
            return write_to(value, written.places - 1, self.mode)
        return written
