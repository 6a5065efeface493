"""Expressions as source of compiled kernels: the formulas that training runs are printed from the same trees.

What is printed is Python that a compiler of loops takes: floats, calls of named functions, and choices without a
branch.
"""

from collections.abc import Mapping
from typing import ClassVar

from deltarule.algebra.expr import Expr, Symbol
from deltarule.algebra.printing import Dialect, printed
from deltarule.errors import UsageError

_RELATIONS: Mapping[str, str] = {"=": "=="}


class KernelSource(Dialect):
    """Python, with numbers as floats."""

    plus: ClassVar[str] = " + "
    minus: ClassVar[str] = " - "
    sign: ClassVar[str] = "-"
    times: ClassVar[str] = " * "
    times_total: ClassVar[str] = " * "
    stacks_fractions: ClassVar[bool] = False

    def digits(self, mantissa: str) -> str:
        """Always with a point: whole numbers would be another type."""
        return mantissa if "." in mantissa else f"{mantissa}.0"

    def words(self, text: str) -> str:
        """No words stand in source."""
        raise UsageError(f"no source for the words {text!r}")

    def fraction(self, above: str, below: str) -> str:
        """With a slash."""
        return f"{above} / {below}"

    def power(self, base: str, exponent: str) -> str:
        """A whole exponent stays whole: it becomes multiplications."""
        return f"{base}**{exponent.removesuffix('.0')}" if _is_plain(exponent) else f"{base} ** ({exponent})"

    def brackets(self, inner: str) -> str:
        """Round, unless they are there."""
        return inner if _enclosed(inner) else f"({inner})"

    def apply(self, function: str, inner: str) -> str:
        """A call."""
        return f"{function}({inner})"

    def exponential(self, inner: str) -> str:
        """A call, too."""
        return f"exp({inner})"

    def total(self, index: str, body: str) -> str:
        """Sums over rows and columns are loops, not expressions."""
        raise UsageError(f"no source for a sum over {index}: write the loop")

    def cases(self, rows: tuple[tuple[str, str], ...], otherwise: str) -> str:
        """One choice in another; in brackets, because a choice binds loosest of all."""
        text = otherwise
        for value, condition in reversed(rows):
            text = f"{value} if {condition} else {text}"
        return f"({text})"

    def relation(self, sign: str) -> str:
        """With a blank on either side."""
        return f" {_RELATIONS.get(sign, sign)} "


def _is_plain(exponent: str) -> bool:
    """Whether an exponent is a number without a sign."""
    return exponent.replace(".", "", 1).isdecimal()


def _enclosed(text: str) -> bool:
    """Whether the bracket that opens a text is closed at its end and not before."""
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return sign == ")" and at == len(text) - 1
    return False


def _name(symbol: Symbol) -> str:
    if symbol.index or symbol.upper or not symbol.name.isidentifier():
        raise UsageError(f"no name in source for the symbol {symbol.name!r}")
    return symbol.name


def kernel_source(expr: Expr) -> str:
    """Print an expression of symbols without indices as source.

    >>> from deltarule.algebra.expr import Apply
    >>> y, z = Symbol("y"), Symbol("z")
    >>> kernel_source((y - z) ** 2 / 2 + Apply("exp", -z))
    '(y - z)**2 / 2.0 + exp(-z)'

    Raises
    ------
    UsageError
        It holds an indexed sum, a list or a name that source cannot have.
    """
    return printed(expr, KernelSource(_name))
