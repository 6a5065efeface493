"""Results that are told in another unit than they were worked out in: ``7 · 10^9 · 16 = 112 GB``, ``arccos 0.5 = 60°``.

What a unit says of the power of ten is not in the working; nobody is wrong who leaves it to the unit.
"""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from deltarule.rarely import rarely
from deltarule.written import Written, is_rounding, is_truncation

_PI = Fraction(3141592653589793238462643, 10**24)
# a letter for a power of ten, with what it is of or alone
_SCALED = rarely(
    r"[*$`)}]{0,3}(?:\\[,; ]|[~ \u00a0\u202f]){0,3}(?:\\(?:text|mathrm|textrm)\{[~ ]?)?(?P<scale>(?-i:[kKMGTBbmµμn]))i?"
    r"(?:B|b|bits?|bytes?|flops?|flop/s|hz|w|j|s|m|g|l|v|a|€|\$|eur|usd)?(?![^\W\d_])",
    re.IGNORECASE,
)
_DEGREES = rarely(
    r"[*$`)}]{0,3} ?(?:°|º|\^\\circ|\^\{\\circ\}|\\degree|(?:degrees|deg|Grad|grados|degrés|度)(?![^\W\d_]))"
)
_EXPONENTS = {"k": 3, "K": 3, "M": 6, "G": 9, "B": 9, "b": 9, "T": 12, "m": -3, "µ": -6, "μ": -6, "n": -9}
_BINARY = 10  # the power of two that stands for each three of ten, where bytes are counted


def fits_in_unit(text: str, end: int, written: Written, values: Sequence[Fraction]) -> bool:
    """Whether a number is one of the values in the unit that stands behind it, which ends at `end` in the text."""
    return any(
        is_rounding(written.value, told, written.places) or is_truncation(written.value, told, written.places)
        for factor in _factors(text, end)
        for told in (value / factor for value in values)
    )


def _factors(text: str, end: int) -> Iterator[Fraction]:
    """What a unit stands for."""
    if _DEGREES.match(text, end) is not None:
        yield _PI / 180
        return
    match = _SCALED.match(text, end)
    if match is None:
        return
    exponent = _EXPONENTS[match["scale"]]
    yield Fraction(10) ** exponent
    if exponent > 0:
        yield Fraction(2) ** (_BINARY * exponent // 3)
    if exponent > 6:  # megabytes are worked with, gigabytes told
        yield from (Fraction(10) ** power for power in range(3, exponent, 3))
