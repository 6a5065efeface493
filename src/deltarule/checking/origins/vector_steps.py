"""A step of a whole vector, ``θ_1 = θ_0 - α g``, from the vector of the time before, the rate and the gradient as they were told.

It is a slip where exactly that comes out which the change in the other direction gives.
"""

from fractions import Fraction

from deltarule.algebra.expr import Expr, Negative, Product, Sum, Symbol
from deltarule.checking.claims import FoundSlip
from deltarule.checking.origins.memory import Memory, key_of
from deltarule.checking.origins.verdicts import name_of
from deltarule.checking.sides import as_number
from deltarule.checking.wording import plain, shown
from deltarule.document import Claim
from deltarule.findings import Kind
from deltarule.formulas import Role
from deltarule.written import Written


def may_be_step(claim: Claim) -> bool:
    """Whether a claim is about the component of a vector at one time, with a formula in front of its value."""
    subject = claim.subject
    return (
        claim.part is not None
        and isinstance(subject, Symbol)
        and len(subject.upper) == 1
        and len(claim.links) == 2
    )


def turned_step(claim: Claim, memory: Memory) -> FoundSlip | None:
    """The component of a vector that is moved the other way than the formula in front of it says."""
    subject, part = claim.subject, claim.part
    if part is None or not isinstance(subject, Symbol) or not may_be_step(claim):
        return None
    written, formula, step = as_number(claim.links[-1].expr), claim.links[0].whole, subject.upper[0]
    found = _taken(formula, subject, memory)
    if found is None or written is None or not isinstance(step, int) or found[0].index != (step - 1,):
        return None
    old = memory.values.get((subject.name, subject.index, (step - 1,), ""))
    rate = memory.roles.get((Role.LEARNING_RATE, None)) or memory.exercise.learning_rate
    slope = memory.values.get(key_of(Symbol(found[1].name, (part + 1,), found[1].marks)))
    if old is None or rate is None or slope is None:
        return None
    change = rate.value * slope.value * _sign(formula)
    if written.value != old.value - change or abs(2 * change) <= _reach(old, rate, slope, written):
        return None
    right, name = shown(old.value + change, max(written.places, 1)), name_of(subject)
    message = (
        f"{name} is {right} by the formula in front of it; {plain(written)} comes out in the other direction."
    )
    return FoundSlip(claim.links[-1].span, Kind.SIGN, "sign.term", message, None, name, plain(written), right)


def _reach(old: Written, rate: Written, slope: Written, written: Written) -> Fraction:
    """How far roundings of the numbers may move the result; the rate is given."""
    halves = sum((each.unit / 2 for each in (old, written) if each.places > 0), Fraction(0))
    return halves + (abs(rate.value) * slope.unit / 2 if slope.places > 0 else 0)


def _sign(formula: Expr | None) -> int:
    return -1 if isinstance(formula, Sum) and isinstance(formula.terms[-1], Negative) else 1


def _taken(formula: Expr | None, subject: Symbol, memory: Memory) -> tuple[Symbol, Symbol] | None:
    """What a formula starts from, and the gradient along which a learning rate moves that."""
    if not isinstance(formula, Sum) or len(formula.terms) != 2:
        return None
    start, last = formula.terms
    change = last.arg if isinstance(last, Negative) else last
    if not isinstance(start, Symbol) or start.name != subject.name or start.upper or start.marks:
        return None
    if not isinstance(change, Product) or len(change.factors) != 2:
        return None
    rate, gradient = change.factors
    if not isinstance(rate, Symbol) or not isinstance(gradient, Symbol):
        return None
    if memory.names.role(rate.name) is not Role.LEARNING_RATE or not gradient.name.startswith("dL/d"):
        return None
    return start, gradient
