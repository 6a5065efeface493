"""Figures for sentences: few digits, and never misleading ones."""

from collections.abc import Callable, Sequence
from fractions import Fraction

from deltarule.written import RoundingMode, decimal_text, magnitude, power_of_ten, rounded, write_exactly

_MILLION, _SHORT_SCALE_ENDS, _SMALLEST_PLAIN = 6, 9, -4
_LONGEST_EXACT = 10
_SIMPLE_DENOMINATOR = 999
_MOST_DIGITS = 30


def figure(value: Fraction, digits: int = 4, mode: RoundingMode = RoundingMode.HALF_UP) -> str:
    """Write `value` with `digits` significant figures; whole numbers below a million in full.

    >>> [figure(Fraction(text)) for text in ("221.863372", "0.0090145571", "76973.8", "34550414.2", "4e13", "2")]
    ['221.9', '0.009015', '76974', '34.55 million', '4e13', '2']
    """
    if value == 0:
        return "0"
    shown = rounded(value, digits - 1 - magnitude(value), mode)
    size = magnitude(shown)
    if digits <= size < _MILLION:
        return decimal_text(rounded(value, 0, mode), 0)
    if _MILLION <= size < _SHORT_SCALE_ENDS:
        return (
            _trimmed(shown / 10**_MILLION, max(digits - 1 - size + _MILLION, 0), shown == value) + " million"
        )
    if size >= _SHORT_SCALE_ENDS or size < _SMALLEST_PLAIN:
        return _trimmed(shown / power_of_ten(size), digits - 1, shown == value) + f"e{size}"
    return _trimmed(shown, max(digits - 1 - size, 0), shown == value)


def limit_figure(value: Fraction, digits: int = 3) -> str:
    """Write a limit that must not be passed: rounded down, so that keeping to it is safe.

    >>> limit_figure(Fraction("0.0090199"))
    '0.00901'
    """
    return figure(value, digits, RoundingMode.TRUNCATE)


def read(text: str) -> Fraction:
    """The number that a figure says.

    >>> read("-4/9"), read("34.55 million")
    (Fraction(-4, 9), Fraction(34550000, 1))
    """
    number, _, million = text.partition(" ")
    return Fraction(number) * (10**_MILLION if million else 1)


def enough(
    operands: Sequence[Fraction],
    result: Callable[..., object],
    write: Callable[[Fraction, int], str] = figure,
    digits: int = 4,
) -> int:
    """So many digits, at least `digits`, that what is printed gives the same result as the operands in full.

    Where no digits do, as at some ties, it is `digits`. So work the result from what is printed, always.

    >>> enough([Fraction("0.15418431"), Fraction("19.00003")], lambda u, v: figure(u * v), digits=6)
    7
    """
    wanted = result(*operands)
    for more in range(digits, _MOST_DIGITS):
        if result(*(read(write(value, more)) for value in operands)) == wanted:
            return more
    return digits


def exactly(value: Fraction, digits: int = 4, mode: RoundingMode = RoundingMode.HALF_UP) -> str:
    """Write `value` in full where that is short, as a simple fraction, or else with `digits` figures.

    >>> exactly(Fraction(1, 4)), exactly(Fraction(-4, 9)), exactly(Fraction(10**9, 7 * 10**6 + 1))
    ('0.25', '-4/9', '142.9')
    """
    full = write_exactly(value)
    if full is not None and len(full.text) <= _LONGEST_EXACT:
        return full.text
    if value.denominator <= _SIMPLE_DENOMINATOR and abs(value.numerator) <= 100 * _SIMPLE_DENOMINATOR:
        return f"{value.numerator}/{value.denominator}"
    return figure(value, digits, mode)


def counted(count: int, singular: str) -> str:
    """Write a count with its noun: ``1 epoch``, ``4 epochs``."""
    return f"{figure(Fraction(count))} {singular}" + ("" if count == 1 else "s")


def excerpt(texts: Sequence[str], first: int = 4) -> list[str]:
    """Return a long list as its first items, an ellipsis and the last item."""
    return list(texts) if len(texts) <= first + 2 else [*texts[:first], "…", texts[-1]]


def _trimmed(value: Fraction, places: int, exact: bool) -> str:
    text = decimal_text(value, places)
    return text.rstrip("0").rstrip(".") if exact and "." in text else text
