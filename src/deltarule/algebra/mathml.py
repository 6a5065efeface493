"""Expressions in MathML Core, which browsers show without any script.

Sums and products are printed flat, and `BREAK` stands before each ``+``, ``−`` and relation that is
not inside a fraction or an exponent: browsers don't break long mathematics, so a writer may end one
``<math>`` there and begin another.
"""

from collections.abc import Mapping
from html import escape
from typing import ClassVar

from deltarule.algebra.printing import Dialect

BREAK = "\x1f"
RELATIONS: Mapping[str, str] = {"<=": "≤", ">=": "≥", "!=": "≠"}
FUNCTIONS: Mapping[str, str] = {"sigmoid": "σ"}


def row(inner: str) -> str:
    """Several things as one, without any place to break."""
    return f"<mrow>{inner.replace(BREAK, '')}</mrow>"


def operator(sign: str, attributes: str = "") -> str:
    """An operator."""
    return f"<mo{attributes}>{escape(sign)}</mo>"


class MathML(Dialect):
    """The inside of a ``<math>`` element."""

    plus: ClassVar[str] = BREAK + '<mo form="infix">+</mo>'
    minus: ClassVar[str] = BREAK + '<mo form="infix">−</mo>'
    sign: ClassVar[str] = '<mo form="prefix">−</mo>'
    times: ClassVar[str] = "<mo>·</mo>"
    times_total: ClassVar[str] = ""
    stacks_fractions: ClassVar[bool] = True

    def digits(self, mantissa: str) -> str:
        """As one number."""
        return f"<mn>{escape(mantissa)}</mn>"

    def words(self, text: str) -> str:
        """As text, escaped."""
        return f"<mtext>{escape(text)}</mtext>"

    def fraction(self, above: str, below: str) -> str:
        """Stacked."""
        return f"<mfrac>{row(above)}{row(below)}</mfrac>"

    def power(self, base: str, exponent: str) -> str:
        """Raised."""
        return f"<msup>{row(base)}{row(exponent)}</msup>"

    def brackets(self, inner: str) -> str:
        """Of one height, and not a row of their own: a line may end between them."""
        plain = ' stretchy="false"'
        return operator("(", plain + ' form="prefix"') + inner + operator(")", plain + ' form="postfix"')

    def apply(self, function: str, inner: str) -> str:
        """By its usual sign."""
        if function == "abs":
            return operator("|") + inner + operator("|")
        if function == "sqrt":
            return f"<msqrt>{row(inner)}</msqrt>"
        name = function.replace("'", "′")
        return f"<mi>{escape(FUNCTIONS.get(name, name))}</mi>{operator(chr(0x2061))}{self.brackets(inner)}"

    def exponential(self, inner: str) -> str:
        """Return e with an exponent."""
        return self.power("<mi>e</mi>", inner)

    def total(self, index: str, body: str) -> str:
        """With the index below."""
        return f'<munder><mo movablelimits="false">∑</mo><mi>{escape(index)}</mi></munder>{body}'

    def cases(self, rows: tuple[tuple[str, str], ...], otherwise: str) -> str:
        """As a table behind a brace."""
        lines = [(value, f"<mtext>if&#160;</mtext>{condition}") for value, condition in rows]
        lines.append((otherwise, "<mtext>otherwise</mtext>"))
        cells = "".join(f"<mtr><mtd>{row(left)}</mtd><mtd>{row(right)}</mtd></mtr>" for left, right in lines)
        return f'<mrow>{operator("{")}<mtable class="cases">{cells}</mtable></mrow>'

    def relation(self, sign: str) -> str:
        """An operator, with a place to break before it."""
        return BREAK + operator(RELATIONS.get(sign, sign), ' form="infix"')
