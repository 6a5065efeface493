"""Expressions in plain text: ``−2/4·(0.19·6 + (−1.21)·8)``, indices as small digits."""

from collections.abc import Mapping
from typing import ClassVar

from deltarule.algebra.printing import Dialect

RELATIONS: Mapping[str, str] = {"<=": "≤", ">=": "≥", "!=": "≠"}
FUNCTIONS: Mapping[str, str] = {"sigmoid": "σ", "sqrt": "√"}
SUBSCRIPTS: Mapping[str, str] = {
    **{str(digit): chr(0x2080 + digit) for digit in range(10)},
    "i": "ᵢ",
    "j": "ⱼ",
}
_RAISED = str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


class Text(Dialect):
    """Plain text with the signs of mathematics."""

    plus: ClassVar[str] = " + "
    minus: ClassVar[str] = " − "
    sign: ClassVar[str] = "−"
    times: ClassVar[str] = "·"
    times_total: ClassVar[str] = "·"
    stacks_fractions: ClassVar[bool] = False

    def digits(self, mantissa: str) -> str:
        """As they are."""
        return mantissa

    def words(self, text: str) -> str:
        """As they are."""
        return text

    def fraction(self, above: str, below: str) -> str:
        """With a slash."""
        return f"{above}/{below}"

    def power(self, base: str, exponent: str) -> str:
        """Raised digits where the exponent is a whole number."""
        if exponent.lstrip("−").isdecimal():
            return base + exponent.translate(_RAISED)
        return f"{base}^({exponent})"

    def brackets(self, inner: str) -> str:
        """Round."""
        return f"({inner})"

    def apply(self, function: str, inner: str) -> str:
        """By its usual sign."""
        return f"|{inner}|" if function == "abs" else f"{FUNCTIONS.get(function, function)}({inner})"

    def exponential(self, inner: str) -> str:
        """Return e with an exponent, always in brackets."""
        return f"e^({inner})"

    def total(self, index: str, body: str) -> str:
        """A sigma with its index."""
        return f"Σ{SUBSCRIPTS.get(index, '_' + index)} {body}"

    def cases(self, rows: tuple[tuple[str, str], ...], otherwise: str) -> str:
        """On one line."""
        return ", ".join(
            [*(f"{value} if {condition}" for value, condition in rows), f"{otherwise} otherwise"]
        )

    def relation(self, sign: str) -> str:
        """With a blank on either side."""
        return f" {RELATIONS.get(sign, sign)} "
