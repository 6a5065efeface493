"""Print an expression tree, with brackets where they are needed and nowhere else.

There is one printer and several dialects. The printer knows precedence and signs: a negative
number is bracketed unless it comes first, so ``5 * (-0.76)``. A dialect knows how things look:
`deltarule.algebra.latex`, `deltarule.algebra.text`, `deltarule.algebra.mathml`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from enum import IntEnum
from typing import ClassVar

from deltarule.algebra.expr import (
    Apply,
    Branch,
    Comparison,
    Expr,
    Negative,
    Number,
    Piecewise,
    Power,
    Product,
    Quotient,
    Sum,
    SumOver,
    Symbol,
    Vector,
    as_expr,
)
from deltarule.errors import UsageError
from deltarule.rarely import rarely
from deltarule.records import record
from deltarule.written import Written, decimal_text

_WRITTEN = rarely(r"([+-]?)(\d*)(\.\d*)?(?:[eE]([+-]?\d+))?")
WORDS = "words"  # the mark of a symbol that is plain words


class Level(IntEnum):
    """How tightly the parts of an expression hold together, loosest first."""

    SUM = 1
    PRODUCT = 2
    POWER = 3
    ATOM = 4


@record
class Digits:
    """A number taken apart for printing: sign, digits with a decimal point, power of ten."""

    negative: bool
    mantissa: str
    exponent: int | None


@record
class Dialect(ABC):
    """How the parts of an expression look. All methods receive parts that are already printed.

    Attributes
    ----------
    spell : callable
        How this dialect writes a symbol; `deltarule.notation` has one for each.
    decimal_comma : bool
        Print ``0,25`` for ``0.25``.
    """

    spell: Callable[[Symbol], str]
    decimal_comma: bool = False

    plus: ClassVar[str]
    minus: ClassVar[str]
    sign: ClassVar[str]
    times: ClassVar[str]
    times_total: ClassVar[str]  # before an indexed sum
    stacks_fractions: ClassVar[bool]

    @abstractmethod
    def digits(self, mantissa: str) -> str:
        """Digits with a decimal point."""

    @abstractmethod
    def words(self, text: str) -> str:
        """Plain words within mathematics, escaped."""

    @abstractmethod
    def fraction(self, above: str, below: str) -> str:
        """One thing over another; a dialect that stacks needs no brackets."""

    @abstractmethod
    def power(self, base: str, exponent: str) -> str:
        """A base with an exponent."""

    @abstractmethod
    def brackets(self, inner: str) -> str:
        """Round brackets."""

    @abstractmethod
    def apply(self, function: str, inner: str) -> str:
        """A named function of something."""

    @abstractmethod
    def exponential(self, inner: str) -> str:
        """Return e to the power of something."""

    @abstractmethod
    def total(self, index: str, body: str) -> str:
        """An indexed sum."""

    @abstractmethod
    def cases(self, rows: tuple[tuple[str, str], ...], otherwise: str) -> str:
        """A piecewise definition: values with their conditions, then what holds otherwise."""

    @abstractmethod
    def relation(self, sign: str) -> str:
        """A sign between two sides: ``=``, ``≈``, ``<=``, ``←``, ``⇒``, ..., spaces included."""

    def symbol(self, symbol: Symbol) -> str:
        """A named quantity with its indices, or words such as the name of a class."""
        return self.words(symbol.name) if WORDS in symbol.marks else self.spell(symbol)

    @property
    def separator(self) -> str:
        """What parts the items of a list: a decimal comma must not be taken for it."""
        return "; " if self.decimal_comma else ", "

    def point(self, mantissa: str) -> str:
        """Digits with the decimal sign of this dialect."""
        return mantissa.replace(".", ",") if self.decimal_comma else mantissa


def digits_of(number: Number) -> Digits | None:
    """Take a number apart as it is written; None for a fraction that is not written as a decimal."""
    text = number.text
    match = _WRITTEN.fullmatch(text.strip())
    if match is None or not (match[2] or match[3]):
        if number.written is None:
            return None
        # written in another script or with separators: the same value, to the same place
        text = decimal_text(number.value, max(number.written.places, 0))
        match = _WRITTEN.fullmatch(text)
        assert match is not None
    sign, whole, decimals, exponent = match[1], match[2] or "0", match[3] or "", match[4]
    mantissa = whole + (decimals if len(decimals) > 1 else "")
    return Digits(sign == "-", mantissa, None if exponent is None else int(exponent))


def number(written: Written) -> Number:
    """Return the node of a written number."""
    return Number(written.value, written)


def words(text: str) -> Symbol:
    """Plain words that stand in mathematics."""
    return Symbol(text, marks=(WORDS,))


def printed(expr: Expr, dialect: Dialect) -> str:
    """Print `expr` in a dialect."""
    return _Printer(dialect).at(expr, Level.SUM, first=True)


@record
class _Printer:
    dialect: Dialect

    def at(self, expr: Expr, needed: Level, first: bool) -> str:
        """Print `expr` where something at least as tight as `needed` must stand.

        `first` says that nothing but an opening bracket stands to its left, so that it may open with a minus.
        """
        bare = self._level(expr) >= needed and (first or not _opens_with_minus(expr))
        return self._bare(expr, first) if bare else self.dialect.brackets(self._bare(expr, True))

    def _bare(self, expr: Expr, first: bool) -> str:
        dialect = self.dialect
        match expr:
            case Number():
                return self._number(expr)
            case Symbol():
                return dialect.symbol(expr)
            case Negative():
                return dialect.sign + self.at(expr.arg, Level.PRODUCT, first=False)
            case Sum():
                return self._sum(expr, first)
            case Product():
                return self._product(expr, first)
            case Quotient():
                if dialect.stacks_fractions:
                    return dialect.fraction(
                        printed(expr.numerator, dialect), printed(expr.denominator, dialect)
                    )
                above = self.at(expr.numerator, Level.PRODUCT, first)
                return dialect.fraction(above, self.at(expr.denominator, Level.POWER, first=False))
            case Power():
                base = self.at(expr.base, Level.ATOM, first=False)
                return dialect.power(base, printed(expr.exponent, dialect))
            case Apply(function="exp"):
                return dialect.exponential(printed(expr.arg, dialect))
            case Apply():
                return dialect.apply(expr.function, printed(expr.arg, dialect))
            case SumOver():
                return dialect.total(expr.index, self.at(expr.body, Level.PRODUCT, first=False))
            case Piecewise():
                rows = tuple(
                    (printed(b.value, dialect), printed(b.condition, dialect)) for b in expr.branches
                )
                return dialect.cases(rows, printed(expr.otherwise, dialect))
            case Comparison():
                sides = self.at(expr.left, Level.SUM, True), self.at(expr.right, Level.SUM, True)
                return dialect.relation(expr.relation).join(sides)
            case Vector():
                return dialect.brackets(dialect.separator.join(printed(item, dialect) for item in expr.items))
            case Branch():
                raise UsageError("a branch is printed as part of its piecewise definition")
        raise UsageError(f"no way to print a {type(expr).__name__}")

    def _sum(self, expr: Sum, first: bool) -> str:
        dialect = self.dialect
        parts = [self.at(expr.terms[0], Level.PRODUCT, first)]
        for term in expr.terms[1:]:
            if isinstance(term, Negative):
                parts += [dialect.minus, self.at(term.arg, Level.PRODUCT, first=False)]
            else:
                parts += [dialect.plus, self.at(term, Level.PRODUCT, first=False)]
        return "".join(parts)

    def _product(self, expr: Product, first: bool) -> str:
        last = len(expr.factors) - 1
        parts: list[str] = []
        for at, factor in enumerate(expr.factors):
            # `a * 1/3` and `sum w * x` would read on into what follows
            slash = isinstance(factor, Quotient) and not self.dialect.stacks_fractions and at > 0
            open_ended = isinstance(factor, SumOver) and at < last
            needed = Level.POWER if slash or open_ended else Level.PRODUCT
            if at > 0:
                parts.append(self.dialect.times_total if isinstance(factor, SumOver) else self.dialect.times)
            parts.append(self.at(factor, needed, first and at == 0))
        return "".join(parts)

    def _number(self, expr: Number) -> str:
        dialect, digits = self.dialect, digits_of(expr)
        if digits is None:
            sign = dialect.sign if expr.value < 0 else ""
            above, below = str(abs(expr.value.numerator)), str(expr.value.denominator)
            return sign + dialect.fraction(dialect.digits(above), dialect.digits(below))
        text = dialect.digits(dialect.point(digits.mantissa))
        if digits.exponent is not None:
            raised = printed(as_expr(digits.exponent), dialect)
            text += dialect.times + dialect.power(dialect.digits("10"), raised)
        return (dialect.sign if digits.negative else "") + text

    def _level(self, expr: Expr) -> Level:
        match expr:
            case Number():
                digits = digits_of(expr)
                if digits is None or digits.exponent is not None:
                    return Level.PRODUCT
                return Level.PRODUCT if digits.negative else Level.ATOM
            case Sum() | Comparison():
                return Level.SUM
            case Piecewise():
                return Level.SUM
            case Negative() | Product() | SumOver():
                return Level.PRODUCT
            case Quotient():
                return Level.POWER if self.dialect.stacks_fractions else Level.PRODUCT
            case Power() | Apply(function="exp"):
                return Level.POWER
        return Level.ATOM


def _opens_with_minus(expr: Expr) -> bool:
    """Whether a minus belongs to the node itself; a sum or product looks after its own first part."""
    if isinstance(expr, Number):
        digits = digits_of(expr)
        return expr.value < 0 if digits is None else digits.negative
    return isinstance(expr, Negative)
