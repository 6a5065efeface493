"""What comes out once the parameters have changed: ``new loss: 0.0069`` behind a step, told without working.

The lines above are worked once more, each number in them that was the value of a name with what that name has become.
"""

from contextlib import suppress
from dataclasses import field, replace
from fractions import Fraction
from typing import TypeAlias

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Expr, Index, Negative, Number, Symbol, symbols
from deltarule.algebra.numbers import bounded
from deltarule.checking.origins.arrays import NoValueError, worked
from deltarule.checking.sides import as_number
from deltarule.document import Claim
from deltarule.errors import DeltaruleError
from deltarule.formulas import Role
from deltarule.naming import Names
from deltarule.records import changing
from deltarule.written import Written

MAX_RECORDS = 200
MAX_DEPTH = 8  # lines worked one into the other
MAX_NODES = 120  # of one line
MAX_HOLDERS = 12  # names that have had one value
_PARAMETERS = frozenset({Role.WEIGHT, Role.BIAS})
_OF_STEPS = frozenset({Role.GRADIENT, Role.BIAS_GRADIENT, Role.CHANGE, Role.BIAS_CHANGE, Role.LEARNING_RATE})

_CURVES = {"sigma": "sigmoid", "S": "sigmoid"}
_CONSTANTS = frozenset({Fraction(1), Fraction(2), Fraction(1, 2)})  # that stand in formulas by themselves
_TIMES = frozenset({"new", "old"})

Name: TypeAlias = tuple[str, tuple[Index, ...], tuple[Index, ...], tuple[str, ...]]


@changing
class _Record:
    """A line that works out the value of a name, and which names its numbers stood for then."""

    role: Role | None
    expr: Expr
    bound: dict[Fraction, tuple[Name, int]]  # with the sign with which the number stands for it


@changing
class Renewals:
    """The lines of a document so far, to be worked with later parameters."""

    current: dict[Name, Fraction] = field(default_factory=dict)
    holders: dict[Fraction, list[Name]] = field(default_factory=dict)
    parameters: set[Name] = field(default_factory=set)
    records: dict[Name, _Record] = field(default_factory=dict)

    def learn(self, claim: Claim, written: Written, names: Names) -> None:
        """Take in what a claim works out or tells."""
        subject = claim.subject
        if not isinstance(subject, Symbol) or len(self.records) >= MAX_RECORDS:
            return
        name, role = name_of(subject), names.role(subject.name)
        if role in _OF_STEPS or subject.name.startswith("dL/d"):
            return
        expr = None if role in _PARAMETERS else self._working(claim)
        if expr is not None:
            bound = self._bound(expr) if is_numeric(expr) else {}
            self.records[name] = _Record(role, _with_curves(expr), bound)
        if role in _PARAMETERS:
            self.parameters.add(name)
        self.current[name] = written.value
        holders = self.holders.setdefault(written.value, [])
        if name not in holders and len(holders) < MAX_HOLDERS:
            holders.append(name)

    def _bound(self, expr: Expr) -> dict[Fraction, tuple[Name, int]]:
        """What the numbers of a line stand for: a parameter rather than anything else that has this value."""
        found: dict[Fraction, tuple[Name, int]] = {}
        for node in expr.walk():
            for sign in (1, -1) if isinstance(node, Number) else ():
                value = sign * node.value if isinstance(node, Number) else Fraction(0)
                named = [name for name in self.holders.get(value, ()) if self.current[name] == value]
                named.sort(key=lambda name: name in self.parameters)
                if named and isinstance(node, Number):
                    found.setdefault(node.value, (named[-1], sign))
        return found

    def _working(self, claim: Claim) -> Expr | None:
        """What a claim is worked by: a formula whose names are all known, else its numbers."""
        sides = [link.expr for link in claim.links if as_number(link.expr) is None]
        sides = [side for side in sides if sum(1 for _ in side.walk()) <= MAX_NODES]
        for side in sides:
            names = [name_of(symbol) for symbol in symbols(side)]
            if not isinstance(side, Symbol) and names and all(name in self.current for name in names):
                return side if name_of(claim.subject) not in names else None  # type: ignore[arg-type]  # it is a symbol
        return next((side for side in sides if is_numeric(side)), None)

    def again(self, subject: Symbol, role: Role | None) -> list[Fraction]:
        """What the lines about a name, or about the only one of its role, give with the numbers of now.

        The numbers of a line may stand for one thing or another, and so there may be several values.
        """
        record = self._record(subject, role)
        if record is None:
            return []
        found: list[Fraction] = []
        for plain in (True, False):  # a 2 may be a factor of the formula, or the value of a name
            with suppress(NoValueError, KeyError, ArithmeticError, DeltaruleError, ValueError):
                found.append(self._worked(record, 0, plain))
        return found

    def is_by_formulas(self, subject: Symbol, role: Role | None) -> bool:
        """Whether all lines that lead to a new value are formulas in names, so that there is no doubt what they stand for."""
        record = self._record(subject, role)
        return "new" in subject.marks and record is not None and self._in_names(record, 0)

    def _in_names(self, record: _Record, depth: int) -> bool:
        below = [self.records.get(name_of(symbol)) for symbol in symbols(record.expr)]
        return (
            depth <= MAX_DEPTH
            and not is_numeric(record.expr)
            and all(each is None or self._in_names(each, depth + 1) for each in below)
        )

    def _record(self, subject: Symbol, role: Role | None) -> _Record | None:
        record = self.records.get(name_of(subject))
        if record is None and role is not None:
            same = [each for each in self.records.values() if each.role is role]
            record = same[0] if len(same) == 1 else None
        return record

    def _worked(self, record: _Record, depth: int, plain: bool) -> Fraction:
        if depth > MAX_DEPTH:
            raise NoValueError
        renewed = self._renewed(record.expr, record, depth, plain)
        value = worked(renewed, lambda symbol: self._now(name_of(symbol), depth, plain))
        if not isinstance(value, Fraction):
            raise NoValueError
        return bounded(value)[0]

    def _renewed(self, expr: Expr, record: _Record, depth: int, plain: bool) -> Expr:
        if not isinstance(expr, Number):
            return expr.map(lambda part: self._renewed(part, record, depth, plain))
        name, sign = record.bound.get(expr.value, (None, 1))
        if name is None or (plain and expr.value in _CONSTANTS):
            return expr
        value = sign * self._now(name, depth, plain)
        return Number(value) if value >= 0 else Negative(Number(-value))

    def _now(self, name: Name, depth: int, plain: bool) -> Fraction:
        """What a name has become: a parameter as it was told last, anything else worked once more."""
        record = self.records.get(name)
        if name in self.parameters or record is None:
            return self.current[name]
        return self._worked(record, depth + 1, plain)


def name_of(symbol: Symbol) -> Name:
    """A name at whatever time: the new one and the old one are one."""
    marks = tuple(mark for mark in symbol.marks if mark not in _TIMES)
    return symbol.name, symbol.index, symbol.upper, marks


def _with_curves(expr: Expr) -> Expr:
    """A formula with the sigmoid by its own name."""
    done = expr.map(_with_curves)
    known = isinstance(done, Apply) and done.function in _CURVES
    return replace(done, function=_CURVES[done.function]) if known and isinstance(done, Apply) else done
