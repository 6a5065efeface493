"""Slopes that a line works out itself, right as arithmetic: whether they are those of the function that is descended on.

``x_1 = 3 - 0.1 · (3 - 1)`` says on the line where the step starts, so that what stands behind the learning rate is to be the slope
just there, whatever the lines before have told. A document may go on to another function, or to a part of its function, in words
that are not understood; so a slope that is none of the known ones is wrong only where it stands alone among those that are.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Expr, Negative, Number, Product, Sum, Symbol
from deltarule.checking.claims import FoundSlip
from deltarule.checking.origins.functions import Function, slope_variable
from deltarule.checking.origins.memory import Memory, last_number
from deltarule.checking.origins.nearness import by_one_slip
from deltarule.checking.origins.origin import Origin
from deltarule.checking.origins.sources import rates, sloped_by
from deltarule.checking.origins.succession import Succession
from deltarule.checking.sides import MAX_LEAVES, as_number, reach, value_of
from deltarule.checking.wording import plain, shown
from deltarule.document import Claim
from deltarule.errors import DeltaruleError
from deltarule.findings import Kind
from deltarule.records import record
from deltarule.spans import Span
from deltarule.written import Written

FEWEST = 2  # slopes that are right, before one that does not say where it is taken is called wrong
MAX_RECENT = 8  # numbers told last, which a step may go by
_FACTORS = frozenset({Fraction(2), Fraction(1, 2), Fraction(3), Fraction(1, 3), Fraction(4), Fraction(1, 4)})
_COST = 20  # of working out a slope


@record
class WorkedSlope:
    """A slope as a line has it, and the point that it is to be taken at.

    `is_placed` says that the line itself tells the point, or that the name of the slope does.
    """

    by: Symbol
    point: Written
    expr: Expr
    span: Span
    in_step: bool
    is_placed: bool


@record
class _Missed:
    at: int
    claim: Claim
    slope: WorkedSlope
    value: Fraction
    expected: Fraction
    thing: object
    place: int

    @property
    def is_like_it(self) -> bool:
        """Whether a slope that does not say where it is taken is the right one but for one slip of the pen."""
        written = as_number(self.slope.expr)
        origin = Origin(abs(self.expected), Fraction(0), "slope")
        return written is not None and by_one_slip(replace(written, value=abs(written.value)), origin)


class WorkedSlopes:
    """The slopes that lines work out, by whether the function gives them."""

    def __init__(self) -> None:
        self._told = Succession()
        self._missed: list[_Missed] = []
        self._recent: list[Fraction] = []

    def hear(self, claim: Claim) -> None:
        """Take note of a value that a later step may go by."""
        written = last_number(claim) if slope_variable(claim.subject) is not None else None
        if written is not None:
            self._recent = [*self._recent[1 - MAX_RECENT :], abs(written.value)]

    def look(self, at: int, claim: Claim, memory: Memory) -> None:
        """Hold the slope that a line works out against the function."""
        objective = memory.objective
        slope = None if objective is None else worked_slope(claim, memory)
        value = None if slope is None else value_of(slope.expr)
        if slope is None or value is None or objective is None:
            return
        known = list(_slopes(slope, memory))
        thing = objective.variables, objective.body, slope.in_step, slope.is_placed
        slack = reach(slope.expr, value)
        if any(_near(value, each, slack, slope.in_step) for each in known):
            self._told.hold(thing, "slope")
        elif known and not (slope.in_step and abs(value) in self._recent):
            place = self._told.miss(thing)
            self._missed.append(_Missed(at, claim, slope, value, known[0], thing, place))

    def wrong(self) -> Iterator[tuple[int, Claim, FoundSlip]]:
        """The slopes that the function does not have, where it has those around them."""
        missed = Counter(each.thing for each in self._missed)
        for each in self._missed:
            held, alone = self._told.held(each.thing, "slope"), self._told.is_alone(each.thing, each.place)
            often = held >= FEWEST and held >= missed[each.thing]
            if (often or alone) if each.slope.is_placed else (often and alone and each.is_like_it):
                yield each.at, each.claim, _slip(each)


def worked_slope(claim: Claim, memory: Memory) -> WorkedSlope | None:
    """The slope in a step, ``x_1 = 3 - 0.1 · (2·3 - 4)``, or on a line of its own, ``f'(3) = 2·3 - 4``."""
    objective, subject = memory.objective, claim.subject
    named = slope_variable(subject)
    if objective is None or not claim.links:
        return None
    if named is not None:
        by = sloped_by(claim, named[1], objective)
        working = next(
            (link for link in claim.links if is_numeric(link.expr) and as_number(link.expr) is None), None
        )
        if by is None or working is None or memory.functions.get(named[0], objective) is not objective:
            return None
        return _placed(claim, by, working.expr, working.span, memory)
    variable = memory.variable(subject)
    if variable is None:
        return None
    rate = rates(memory).get("eta")
    for link in claim.links if rate is not None else ():
        found = _apart(link.expr, rate) if is_numeric(link.expr) else None
        if found is not None:
            start, expr = found
            return WorkedSlope(variable, start, expr, link.span, True, _holds(expr, start))
    return None


def _placed(claim: Claim, by: Symbol, expr: Expr, span: Span, memory: Memory) -> WorkedSlope | None:
    """A slope on a line of its own, at the point that its name tells, or at the one of those told last that it is worked with."""
    subject = claim.subject
    if isinstance(subject, Apply):
        point = as_number(subject.arg)
        if point is None and isinstance(subject.arg, Symbol) and subject.arg.index:
            argument = subject.arg
            point = memory.values.get((argument.name, argument.index, argument.upper, ""))
        if point is not None:
            return WorkedSlope(by, point, expr, span, False, True)
    for here in memory.points():
        if _holds(expr, here[by]):
            return WorkedSlope(by, here[by], expr, span, False, False)
    return None


def _holds(expr: Expr, number: Written) -> bool:
    """Whether a working of several numbers has a certain one in it, with either sign."""
    numbers = [abs(node.value) for node in expr.walk() if isinstance(node, Number)]
    return len(numbers) > 1 and abs(number.value) in numbers


def _apart(expr: Expr, rate: Fraction | None) -> tuple[Written, Expr] | None:
    """Where a step starts, and what stands behind the learning rate in it."""
    if not isinstance(expr, Sum) or len(expr.terms) != 2:
        return None
    start, off = as_number(expr.terms[0]), expr.terms[1]
    off = off.arg if isinstance(off, Negative) else off
    if start is None or not isinstance(off, Product):
        return None
    for k, factor in enumerate(off.factors):
        number = as_number(factor)
        if number is not None and number.value == rate:
            rest = (*off.factors[:k], *off.factors[k + 1 :])
            return start, rest[0] if len(rest) == 1 else Product(rest)
    return None


def _slopes(slope: WorkedSlope, memory: Memory) -> Iterator[Fraction]:
    """The slope there, by the function and by the formula that the document states for it."""
    objective = memory.objective
    derived = (objective.slope(slope.by), memory.slopes.get(slope.by)) if objective is not None else ()
    others = list(memory.exact_points()) or [{}]
    for formula in derived:
        for point in others if formula is not None else ():
            memory.spend(_COST)
            value = _value(formula, {**point, slope.by: slope.point.value})
            if value is not None:
                yield value


def _value(function: Function | None, point: dict[Symbol, Fraction]) -> Fraction | None:
    try:
        return None if function is None else function.at(point)
    except (KeyError, ArithmeticError, DeltaruleError, ValueError):
        return None


def _near(value: Fraction, expected: Fraction, slack: Fraction, either_sign: bool) -> bool:
    """Whether a slope is as expected; the sign that it has in a step is another question."""
    if abs(value - expected) <= slack:
        return True
    return either_sign and abs(value + expected) <= slack


def _slip(missed: _Missed) -> FoundSlip:
    slope, value, expected = missed.slope, missed.value, missed.expected
    point, right = plain(slope.point), shown(expected, max(slope.point.places, 2))
    stands = shown(value, max(slope.point.places, 2))
    number = _miscopied(slope, expected)
    if number is not None and number.written is not None:
        message = f"The slope is taken at {point}, and {plain(number.written)} stands in its place."
        stands = plain(number.written)
        return FoundSlip(
            number.span or slope.span,
            Kind.COPYING,
            "copying.operand",
            message,
            None,
            "the slope",
            stands,
            point,
        )
    ratio = value / expected if expected else Fraction(0)
    if ratio == -1:
        kind, code = Kind.SIGN, "sign.value"
    elif not slope.is_placed:
        kind, code = Kind.COPYING, "copying.value"
    elif ratio in _FACTORS:
        kind, code = Kind.FORMULA, "formula.factor"
    else:
        kind, code = Kind.FORMULA, "formula.rule"
    message = f"The slope at {point} is {right}; what stands in its place gives {stands}."
    return FoundSlip(slope.expr.span or slope.span, kind, code, message, None, "the slope", stands, right)


def _miscopied(slope: WorkedSlope, expected: Fraction) -> Number | None:
    """The number in a working that the point should stand for, if the slope is right with it."""
    leaves = [node for node in slope.expr.walk() if isinstance(node, Number) and node.span is not None]
    for leaf in leaves[:MAX_LEAVES]:
        if abs(leaf.value) != abs(slope.point.value) and value_of(_put(slope, leaf)) == expected:
            return leaf
    return None


def _put(slope: WorkedSlope, leaf: Number) -> Expr:
    """A working with the point in the place of one of its numbers, wherever that stands."""
    point = Number(slope.point.value)

    def swapped(expr: Expr) -> Expr:
        return point if expr == leaf else expr.map(swapped)

    return swapped(slope.expr)
