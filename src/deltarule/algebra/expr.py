"""The expression tree.

One tree serves the formulas that deltarule states, the same formulas with numbers put in, and
what a reader's document says. Operators build it, so that a formula reads like mathematics::

    z, y = Symbol("z"), Symbol("y")
    (y - z) ** 2 / 2

Nodes compare by structure; the place where a node was read (`span`) does not count.
"""

from collections.abc import Callable, Iterator
from dataclasses import field, fields
from fractions import Fraction
from functools import lru_cache
from operator import is_
from typing import Any, TypeAlias, TypeVar, dataclass_transform

from deltarule.records import derived, record
from deltarule.spans import Span
from deltarule.written import Written, write_exactly

Index: TypeAlias = str | int
_Made = TypeVar("_Made")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def node(cls: type[_Made]) -> type[_Made]:
    """A frozen record whose hash is worked out once."""
    made = record(cls)
    fresh = made.__hash__

    def kept(self: Any) -> int:
        try:
            known: int = self._hash
        except AttributeError:
            known = self._hash = fresh(self)
        return known

    made.__hash__ = kept  # type: ignore[method-assign]  # the same signature, over any node
    return made


@node
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

    def children(self) -> tuple["Expr", ...]:
        """Nodes directly below this one."""
        return ()

    def walk(self) -> Iterator["Expr"]:
        """This node and all below it, in reading order."""
        waiting = [self]
        while waiting:
            here = waiting.pop()
            yield here
            if type(here) not in _LEAVES:
                waiting += here.children()[::-1]

    def once(self, make: Callable[["Expr"], _Made]) -> _Made:
        """What a function gives for this node, worked out once and kept under its name: a node never changes."""
        kept, name = self.__dict__, make.__name__
        if name not in kept:
            kept[name] = make(self)
        found: _Made = kept[name]
        return found

    @derived
    def holds(self) -> frozenset[type["Expr"]]:
        """The kinds of nodes that stand in it, itself included."""
        nodes: list[Expr] = [self]
        for here in nodes:  # which goes on with what is added meanwhile
            if type(here) not in _LEAVES:
                nodes += here.children()
        return frozenset(map(type, nodes))

    @derived
    def is_numeric(self) -> bool:
        """Whether it holds no symbols."""
        return Symbol not in self.holds

    @derived
    def has_functions(self) -> bool:
        """Whether a function is applied in it."""
        return Apply in self.holds

    @derived
    def symbols(self) -> tuple["Symbol", ...]:
        """All symbols, in reading order."""
        if self.is_numeric:
            return ()
        return tuple([symbol for child in self.children() for symbol in child.symbols])

    def map(self, change: Callable[["Expr"], "Expr"]) -> "Expr":
        """Return the same node with `change` applied to the nodes directly below it."""
        own = self.__dict__
        changed: dict[str, Any] | None = None
        for name in _PARTS.get(type(self)) or _parts(type(self)):
            value = own[name]
            if type(value) is tuple:
                other: Any = tuple([change(item) for item in value])
                same = all(map(is_, other, value))
            else:
                other = change(value)
                same = other is value
            if not same:
                changed = changed or {}
                changed[name] = other
        return self if changed is None else self._with(changed)

    def _with(self, changed: dict[str, Any]) -> "Expr":
        """The same node with other fields; nothing that was worked out from the old ones is kept."""
        own = self.__dict__
        made = object.__new__(type(self))
        for name in _fields(type(self)):
            made.__dict__[name] = changed[name] if name in changed else own[name]
        return made


def _fields(kind: type[Expr]) -> tuple[str, ...]:
    """Names of all fields, found once for each kind of node."""
    if kind not in _FIELDS:
        _FIELDS[kind] = tuple(slot.name for slot in fields(kind))
    return _FIELDS[kind]


def _parts(kind: type[Expr]) -> tuple[str, ...]:
    """Names of the fields that hold nodes, found once for each kind of node."""
    if kind not in _PARTS:
        _PARTS[kind] = tuple(
            slot.name for slot in fields(kind) if "Expr" in str(slot.type) or slot.name in _HOLDING_NODES
        )
    return _PARTS[kind]


_FIELDS: dict[type[Expr], tuple[str, ...]] = {}
_PARTS: dict[type[Expr], tuple[str, ...]] = {}
_HOLDING_NODES = frozenset({"branches", "condition"})  # fields typed by a kind of node


@node
class Number(Expr):
    """A number; `written` says how it stands in a text, where it does."""

    value: Fraction
    written: Written | None = field(default=None, compare=False)

    @property
    def text(self) -> str:
        """How it is written, or would be."""
        written = self.written or write_exactly(self.value)
        return written.text if written else str(self.value)

    is_numeric = True
    has_functions = False
    symbols = ()


@node
class Symbol(Expr):
    """A named quantity with its indices: ``Symbol("x", ("i", "j"))``, ``Symbol("w", (1,))``.

    `marks` holds what a reader found around it: ``hat``, ``bar``, ``new``, ``old``, ``star``;
    `upper` holds superscripts that may be indices: ``w^{(2)}``.
    """

    name: str
    index: tuple[Index, ...] = ()
    marks: tuple[str, ...] = ()
    upper: tuple[Index, ...] = ()

    is_numeric = False
    has_functions = False

    @property
    def symbols(self) -> tuple["Symbol", ...]:
        """Itself."""
        return (self,)


_LEAVES = frozenset({Number, Symbol})
for _leaf in _LEAVES:  # known beforehand, as most sides are one number
    _leaf.holds = frozenset({_leaf})  # type: ignore[attr-defined]  # what it is derived to be elsewhere


@node
class Negative(Expr):
    """Minus something."""

    arg: Expr

    def children(self) -> tuple[Expr, ...]:
        """What is negated."""
        return (self.arg,)


@node
class Sum(Expr):
    """Several terms added; a term that is subtracted is a `Negative`."""

    terms: tuple[Expr, ...]

    def children(self) -> tuple[Expr, ...]:
        """Its terms."""
        return self.terms


@node
class Product(Expr):
    """Several factors multiplied."""

    factors: tuple[Expr, ...]

    def children(self) -> tuple[Expr, ...]:
        """Its factors."""
        return self.factors


@node
class Quotient(Expr):
    """One thing divided by another."""

    numerator: Expr
    denominator: Expr

    def children(self) -> tuple[Expr, ...]:
        """What is above, and what is below."""
        return (self.numerator, self.denominator)


@node
class Power(Expr):
    """A base with an exponent."""

    base: Expr
    exponent: Expr

    def children(self) -> tuple[Expr, ...]:
        """The base and the exponent."""
        return (self.base, self.exponent)


@node
class Apply(Expr):
    """A named function of one argument: ``exp``, ``ln``, or one of the activations."""

    function: str
    arg: Expr

    has_functions = True

    def children(self) -> tuple[Expr, ...]:
        """The argument."""
        return (self.arg,)


@node
class SumOver(Expr):
    """An indexed sum. The range of `index` is known from what it counts (features or samples)."""

    index: str
    body: Expr

    def children(self) -> tuple[Expr, ...]:
        """What is summed."""
        return (self.body,)


@node
class Comparison(Expr):
    """Two sides with a relation between them: ``<``, ``<=``, ``>``, ``>=``, ``=``."""

    relation: str
    left: Expr
    right: Expr

    def children(self) -> tuple[Expr, ...]:
        """Both sides."""
        return (self.left, self.right)


@node
class Branch(Expr):
    """One case of a piecewise definition."""

    value: Expr
    condition: Comparison

    def children(self) -> tuple[Expr, ...]:
        """The value and its condition."""
        return (self.value, self.condition)


@node
class Piecewise(Expr):
    """The value of the first branch whose condition holds, else `otherwise`."""

    branches: tuple[Branch, ...]
    otherwise: Expr

    def children(self) -> tuple[Expr, ...]:
        """The branches, and what is otherwise."""
        return (*self.branches, self.otherwise)


@node
class Vector(Expr):
    """Several values listed together, e.g. ``(0.1, -0.2)``."""

    items: tuple[Expr, ...]

    def children(self) -> tuple[Expr, ...]:
        """What is listed."""
        return self.items


def as_expr(value: "Expr | Fraction | int") -> Expr:
    """Return `value` as a node."""
    return value if isinstance(value, Expr) else Number(Fraction(value))


def _terms(expr: Expr) -> tuple[Expr, ...]:
    return expr.terms if isinstance(expr, Sum) else (expr,)


def _factors(expr: Expr) -> tuple[Expr, ...]:
    return expr.factors if isinstance(expr, Product) else (expr,)


def symbols(expr: Expr) -> tuple[Symbol, ...]:
    """All symbols of a tree, in reading order."""
    return expr.symbols


def substitute(expr: Expr, values: Callable[[Symbol], Expr | None]) -> Expr:
    """Replace every symbol for which `values` has something."""
    if type(expr) is Number:
        return expr
    if isinstance(expr, Symbol):
        found = values(expr)
        return expr if found is None else found
    return expr.map(lambda child: substitute(child, values))


@lru_cache(maxsize=4096)
def _indexed(name: str, index: tuple[Index, ...], marks: tuple[str, ...], upper: tuple[Index, ...]) -> Symbol:
    """One and the same node for a symbol of all formulas: what is looked up by it is found by its identity."""
    return Symbol(name, index, marks, upper)


def expand(expr: Expr, ranges: dict[str, tuple[int, ...]], fixed: dict[str, int]) -> Expr:
    """Write indexed sums out and put numbers for indices.

    Parameters
    ----------
    ranges : dict
        What each index of a sum runs over.
    fixed : dict
        Value of each free index.
    """
    if type(expr) is Number:
        return expr
    if isinstance(expr, Symbol):
        if not any([isinstance(i, str) for i in expr.index]):
            return expr
        index = tuple([fixed.get(i, i) if isinstance(i, str) else i for i in expr.index])
        if expr.span is None:
            return _indexed(expr.name, index, expr.marks, expr.upper)
        return Symbol(expr.name, index, expr.marks, expr.upper, span=expr.span)
    if isinstance(expr, SumOver):
        terms = tuple(expand(expr.body, ranges, {**fixed, expr.index: at}) for at in ranges[expr.index])
        if not terms:
            return Number(Fraction(0))
        return terms[0] if len(terms) == 1 else Sum(terms)
    done = expr.map(lambda child: expand(child, ranges, fixed))
    if isinstance(done, Sum):  # a sum inside a sum is one sum, as a person would write it
        return Sum(tuple(inner for term in done.terms for inner in _terms(term)))
    return done
