"""How near a written value is to what its origin gives: as near as rounding comes, or off by one slip of the pen."""

from collections.abc import Iterator
from fractions import Fraction

from deltarule.checking.origins.origin import Origin
from deltarule.written import Written, is_rounding, is_truncation, power_of_ten

_SMALL = 100
_FLOAT_FIGURES = 8  # a number of so many figures may come from a program's binary arithmetic
_NOISE = Fraction(3, 10**7)
_FEWEST_FIGURES = 3  # a number of so many figures does not come near another by chance


def fits(written: Written, origin: Origin) -> bool:
    """Whether a written value is what its origin gives, roundings and a program's binary digits allowed for."""
    distance = abs(written.value - origin.value)
    if written.places < 1 and abs(written.value) < _SMALL:  # a small whole number is no rounding
        return distance <= origin.slack
    if distance <= origin.slack or is_rounding(written.value, origin.value, written.places):
        return True
    if distance <= origin.slack + written.unit / 2 and written.places > 0:
        return True
    if is_truncation(written.value, origin.value, written.places):
        return True
    return written.figures >= _FLOAT_FIGURES and distance <= _NOISE * max(abs(origin.value), Fraction(1))


def by_slack_alone(written: Written, origin: Origin, sure: Origin) -> bool:
    """Whether a value fits only as a wide rounding, where the claim's own formula with its own numbers says otherwise."""
    if is_rounding(written.value, origin.value, written.places):
        return False
    return origin.slack > 10 * (sure.slack + written.unit)


def is_far(written: Written, origin: Origin) -> bool:
    """Whether no rounding explains the difference."""
    rounding = 2 * written.unit if written.places > 0 else Fraction(0)
    return abs(written.value - origin.value) > 3 * origin.slack + rounding


def by_a_last_place(written: Written, origin: Origin) -> bool:
    """Whether a value is off by no more than a unit of its last place."""
    unit = written.unit if written.places > 0 else Fraction(0)
    return abs(written.value - origin.value) <= 3 * origin.slack + unit


def shift_of(written: Written, origin: Origin) -> int:
    """By which power of ten a value is off from a formula that the document states; 0 if it is not that."""
    if not origin.how.startswith("stated ") or written.value == 0 or written.places < 1:
        return 0
    for shift in (1, -1, 2, -2):
        scaled = origin.value * Fraction(10) ** shift
        if scaled != 0 and is_rounding(written.value, scaled, written.places):
            return shift
    return 0


def by_one_slip(written: Written, origin: Origin) -> bool:
    """Whether a sign, the decimal point, one digit but the last or the order of two is all that is wrong: chance seldom comes so close."""
    if written.figures < _FEWEST_FIGURES or written.places < 1:
        return False
    reach = origin.slack + written.unit / 2
    if any(abs(written.value - origin.value * by) <= reach for by in (-1, 10, Fraction(1, 10))):
        return True
    off = abs(written.value - origin.value)
    places = range(1 - written.places, written.figures - written.places)
    least = 10 * reach
    wide = [
        power_of_ten(place) for place in places if power_of_ten(place) >= least
    ]  # else any value is near one
    if any(_is_digits_off(off, place, reach) for place in wide):
        return True
    apart = abs(written.value) - abs(origin.value)
    return any(abs(apart + exchange) <= reach for exchange in _exchanges(written) if abs(exchange) >= least)


def _is_digits_off(off: Fraction, place: Fraction, reach: Fraction) -> bool:
    """Whether a difference is 1 to 9 units of a place, as far as it reaches: only the whole numbers next to it can be."""
    below = min(max(off // place, 1), 9)
    return abs(off - below * place) <= reach or (below < 9 and abs(off - (below + 1) * place) <= reach)


def _exchanges(written: Written) -> Iterator[Fraction]:
    """What is added to the size of a number when two neighbouring digits change places."""
    digits = str(abs(written.value.numerator * 10**written.places // written.value.denominator))
    for k in range(len(digits) - 1):
        higher, lower = int(digits[k]), int(digits[k + 1])
        yield 9 * (lower - higher) * power_of_ten(len(digits) - 2 - k - written.places)
