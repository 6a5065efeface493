"""The expression tree.

One tree serves the formulas that deltarule states, the same formulas with numbers put in, and
what a reader's document says. Operators build it, so that a formula reads like mathematics::

    z, y = Symbol("z"), Symbol("y")
    (y - z) ** 2 / 2

Nodes compare by structure; the place where a node was read (`span`) does not count.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from functools import cached_property
from operator import is_not
from typing import Any, TypeAlias

from deltarule.spans import Span
from deltarule.written import Written, write_exactly

Index: TypeAlias = str | int


@dataclass(frozen=True)
class Expr:
    """Base of all nodes; the operators build trees."""

    span: Span | None = field(default=None, compare=False, repr=False, kw_only=True)

    def __add__(self, other: "Expr | int") -> "Sum":
        return Sum((*_terms(self), *_terms(as_expr(other))))

    def __radd__(self, other: int) -> "Sum":
        return as_expr(other) + self

    def __sub__(self, other: "Expr | int") -> "Sum":
        return Sum((*_terms(self), Negative(as_expr(other))))

    def __rsub__(self, other: int) -> "Sum":
        return as_expr(other) - self

    def __mul__(self, other: "Expr | int") -> "Product":
        return Product((*_factors(self), *_factors(as_expr(other))))

    def __rmul__(self, other: int) -> "Product":
        return as_expr(other) * self

    def __truediv__(self, other: "Expr | int") -> "Quotient":
        return Quotient(self, as_expr(other))

    def __rtruediv__(self, other: int) -> "Quotient":
        return Quotient(as_expr(other), self)

    def __pow__(self, exponent: "Expr | int") -> "Power":
        return Power(self, as_expr(exponent))

    def __neg__(self) -> "Negative":
        return Negative(self)

    def children(self) -> Iterator["Expr"]:
        """Nodes directly below this one."""
        for name in _parts(type(self)):
            value = getattr(self, name)
            if isinstance(value, Expr):
                yield value
            else:
                yield from value

    def walk(self) -> Iterator["Expr"]:
        """This node and all below it, in reading order."""
        yield self
        for child in self.children():
            yield from child.walk()

    @cached_property
    def is_numeric(self) -> bool:
        """Whether it holds no symbols."""
        return all(child.is_numeric for child in self.children())

    def map(self, change: Callable[["Expr"], "Expr"]) -> "Expr":
        """Return the same node with `change` applied to the nodes directly below it."""
        parts = _parts(type(self))
        if not parts:
            return self
        changed: dict[str, Any] = {}
        for name in parts:
            value = getattr(self, name)
            if isinstance(value, Expr):
                other = change(value)
                if other is not value:
                    changed[name] = other
            else:
                others = tuple([change(item) for item in value])
                if any(map(is_not, others, value)):
                    changed[name] = others
        return replace(self, **changed) if changed else self


def _parts(node: type[Expr]) -> tuple[str, ...]:
    """Names of the fields that hold nodes, found once for each kind of node."""
    if node not in _PARTS:
        _PARTS[node] = _find_parts(node)
    return _PARTS[node]


_PARTS: dict[type[Expr], tuple[str, ...]] = {}


def _find_parts(node: type[Expr]) -> tuple[str, ...]:
    return tuple(
        slot.name for slot in fields(node) if "Expr" in str(slot.type) or slot.name in _HOLDING_NODES
    )


_HOLDING_NODES = frozenset({"branches", "condition"})  # fields typed by a kind of node


@dataclass(frozen=True)
class Number(Expr):
    """A number; `written` says how it stands in a text, where it does."""

    value: Fraction
    written: Written | None = field(default=None, compare=False)

    @property
    def text(self) -> str:
        """How it is written, or would be."""
        written = self.written or write_exactly(self.value)
        return written.text if written else str(self.value)


@dataclass(frozen=True)
class Symbol(Expr):
    """A named quantity with its indices: ``Symbol("x", ("i", "j"))``, ``Symbol("w", (1,))``.

    `marks` holds what a reader found around it: ``hat``, ``bar``, ``new``, ``old``, ``star``;
    `upper` holds superscripts that may be indices: ``w^{(2)}``.
    """

    name: str
    index: tuple[Index, ...] = ()
    marks: tuple[str, ...] = ()
    upper: tuple[Index, ...] = ()

    @property
    def is_numeric(self) -> bool:
        """Whether it holds no symbols: it is one."""
        return False


@dataclass(frozen=True)
class Negative(Expr):
    """Minus something."""

    arg: Expr


@dataclass(frozen=True)
class Sum(Expr):
    """Several terms added; a term that is subtracted is a `Negative`."""

    terms: tuple[Expr, ...]


@dataclass(frozen=True)
class Product(Expr):
    """Several factors multiplied."""

    factors: tuple[Expr, ...]


@dataclass(frozen=True)
class Quotient(Expr):
    """One thing divided by another."""

    numerator: Expr
    denominator: Expr


@dataclass(frozen=True)
class Power(Expr):
    """A base with an exponent."""

    base: Expr
    exponent: Expr


@dataclass(frozen=True)
class Apply(Expr):
    """A named function of one argument: ``exp``, ``ln``, or one of the activations."""

    function: str
    arg: Expr


@dataclass(frozen=True)
class SumOver(Expr):
    """An indexed sum. The range of `index` is known from what it counts (features or samples)."""

    index: str
    body: Expr


@dataclass(frozen=True)
class Comparison(Expr):
    """Two sides with a relation between them: ``<``, ``<=``, ``>``, ``>=``, ``=``."""

    relation: str
    left: Expr
    right: Expr


@dataclass(frozen=True)
class Branch(Expr):
    """One case of a piecewise definition."""

    value: Expr
    condition: Comparison


@dataclass(frozen=True)
class Piecewise(Expr):
    """The value of the first branch whose condition holds, else `otherwise`."""

    branches: tuple[Branch, ...]
    otherwise: Expr


@dataclass(frozen=True)
class Vector(Expr):
    """Several values listed together, e.g. ``(0.1, -0.2)``."""

    items: tuple[Expr, ...]


def as_expr(value: "Expr | Fraction | int") -> Expr:
    """Return `value` as a node."""
    return value if isinstance(value, Expr) else Number(Fraction(value))


def _terms(expr: Expr) -> tuple[Expr, ...]:
    return expr.terms if isinstance(expr, Sum) else (expr,)


def _factors(expr: Expr) -> tuple[Expr, ...]:
    return expr.factors if isinstance(expr, Product) else (expr,)


def symbols(expr: Expr) -> tuple[Symbol, ...]:
    """All symbols of a tree, in reading order."""
    return tuple(node for node in expr.walk() if isinstance(node, Symbol))


def substitute(expr: Expr, values: Callable[[Symbol], Expr | None]) -> Expr:
    """Replace every symbol for which `values` has something."""
    if isinstance(expr, Symbol):
        found = values(expr)
        return expr if found is None else found
    return expr.map(lambda child: substitute(child, values))


def expand(expr: Expr, ranges: dict[str, tuple[int, ...]], fixed: dict[str, int]) -> Expr:
    """Write indexed sums out and put numbers for indices.

    Parameters
    ----------
    ranges : dict
        What each index of a sum runs over.
    fixed : dict
        Value of each free index.
    """
    if isinstance(expr, Symbol):
        return replace(expr, index=tuple(fixed.get(i, i) if isinstance(i, str) else i for i in expr.index))
    if isinstance(expr, SumOver):
        terms = tuple(expand(expr.body, ranges, {**fixed, expr.index: at}) for at in ranges[expr.index])
        if not terms:
            return Number(Fraction(0))
        return terms[0] if len(terms) == 1 else Sum(terms)
    done = expr.map(lambda child: expand(child, ranges, fixed))
    if isinstance(done, Sum):  # a sum inside a sum is one sum, as a person would write it
        return Sum(tuple(inner for term in done.terms for inner in _terms(term)))
    return done
