"""Expressions in LaTeX: ``-\\frac{2}{4} \\cdot (0.19 \\cdot 6 + (-1.21) \\cdot 8)``."""

from collections.abc import Mapping
from typing import ClassVar

from deltarule.algebra.printing import Dialect

RELATIONS: Mapping[str, str] = {
    "≈": "\\approx",
    "<=": "\\le",
    ">=": "\\ge",
    "!=": "\\ne",
    "←": "\\leftarrow",
    "⇒": "\\Rightarrow",
}
FUNCTIONS: Mapping[str, str] = {"sigmoid": "\\sigma", "tanh": "\\tanh", "ln": "\\ln"}
_SPECIAL: Mapping[str, str] = {
    "\\": "\\textbackslash{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
    "<": "\\textless{}",  # within Markdown, a bare one could open an element
    ">": "\\textgreater{}",
    **{sign: "\\" + sign for sign in "&%$#_{}"},
}


def escaped(text: str) -> str:
    """Plain words with everything escaped that LaTeX would act on."""
    return "".join(_SPECIAL.get(sign, sign) for sign in text)


class Latex(Dialect):
    """LaTeX, for use within mathematics."""

    plus: ClassVar[str] = " + "
    minus: ClassVar[str] = " - "
    sign: ClassVar[str] = "-"
    times: ClassVar[str] = " \\cdot "
    times_total: ClassVar[str] = " "
    stacks_fractions: ClassVar[bool] = True

    def digits(self, mantissa: str) -> str:
        """A comma in braces is a decimal sign; a bare one would be spaced like a list's."""
        return mantissa.replace(",", "{,}")

    def words(self, text: str) -> str:
        """Upright."""
        return f"\\text{{{escaped(text)}}}"

    def fraction(self, above: str, below: str) -> str:
        """Stacked."""
        return f"\\frac{{{above}}}{{{below}}}"

    def power(self, base: str, exponent: str) -> str:
        """Raised; braces only where they are needed."""
        return f"{base}^{exponent}" if len(exponent) == 1 else f"{base}^{{{exponent}}}"

    def brackets(self, inner: str) -> str:
        """Plain ones, so that a long line may break between them."""
        return f"({inner})"

    def apply(self, function: str, inner: str) -> str:
        """By its usual sign."""
        if function == "abs":
            return f"|{inner}|"
        if function == "sqrt":
            return f"\\sqrt{{{inner}}}"
        name = function.rstrip("'")
        primes = function[len(name) :]
        return FUNCTIONS.get(name, f"\\operatorname{{{name}}}") + primes + f"({inner})"

    def exponential(self, inner: str) -> str:
        """Return e with an exponent."""
        return self.power("e", inner)

    def total(self, index: str, body: str) -> str:
        """With the index below."""
        return f"\\sum_{{{index}}} {body}"

    def cases(self, rows: tuple[tuple[str, str], ...], otherwise: str) -> str:
        """In a ``cases`` environment."""
        lines = [f"{value} & \\text{{if }} {condition}" for value, condition in rows]
        lines.append(f"{otherwise} & \\text{{otherwise}}")
        return "\\begin{cases} " + " \\\\ ".join(lines) + " \\end{cases}"

    def relation(self, sign: str) -> str:
        """With a blank on either side."""
        return f" {RELATIONS.get(sign, sign)} "
