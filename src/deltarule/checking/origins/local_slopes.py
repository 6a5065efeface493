"""Slopes of one step by what it is made of, and the product of those told before: the chain rule, factor by factor."""

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.derive import derive
from deltarule.algebra.expr import Symbol, symbols
from deltarule.algebra.simplify import simplified
from deltarule.checking.origins.evaluated import FAILED, FEWEST_FIGURES, evaluated
from deltarule.checking.origins.memory import Memory, last_number
from deltarule.checking.origins.origin import Origin
from deltarule.checking.origins.stated_formulas import MAX_LENT, PREDICTED
from deltarule.document import Claim
from deltarule.formulas import Role
from deltarule.naming import Reference
from deltarule.notation import roles_of

_BY_CHAIN = frozenset({Role.DELTA, Role.ERROR, Role.GRADIENT, Role.BIAS_GRADIENT})
MAX_TOLD = 12  # outputs that a slope may be of


def of_steps_slope(claim: Claim, memory: Memory) -> Iterator[Origin]:
    """``dz/db`` where the document states ``z = w x + b``: the derivative of a step by what it is made of."""
    subject = claim.subject
    if not isinstance(subject, Symbol) or not subject.name.startswith("dL/d") or not subject.marks:
        return
    named = subject.name[4:]
    if memory.names.role(subject.marks[0]) is Role.NET_INPUT:  # z = w x + b, whether it is stated or not
        if named == "b":
            yield Origin(Fraction(1), Fraction(0), "local slope")
        factor = memory.roles.get((Role.FEATURE, next(iter(subject.index), None)))  # type: ignore[arg-type]  # an index of another type is not found
        if named == "w" and factor is not None:
            yield Origin(factor.value, Fraction(0), "local slope")
    yield from _slope_of_curve(subject, named, memory)
    for _, formula in memory.formulas.get(subject.marks[0], ())[:MAX_LENT]:
        for symbol in dict.fromkeys(symbols(formula)):
            if symbol.index == subject.index and _derives_by(symbol.name, named):
                with suppress(*FAILED):
                    slope = simplified(derive(formula, symbol))
                    yield from evaluated(slope, memory, None, "local slope")


def _slope_of_curve(subject: Symbol, named: str, memory: Memory) -> Iterator[Origin]:
    """``da/dz`` of an output by its net input: ``a (1 - a)`` of a sigmoid, for one of the outputs told."""
    curve = memory.exercise.activation
    of = memory.names.role(subject.marks[0])
    by = memory.names.role(named)
    if curve not in ("sigmoid", "tanh") or of not in PREDICTED | {Role.TARGET} or by is not Role.NET_INPUT:
        return
    told = sorted(memory.of_name.get(subject.marks[0], set()) | memory.of_role.get(Role.OUTPUT, set()))
    for value in told[:MAX_TOLD]:
        slope = value * (1 - value) if curve == "sigmoid" else 1 - value * value
        yield Origin(slope, Fraction(0), "slope of the curve")


def by_chain_rule(claim: Claim, reference: Reference | None, memory: Memory) -> Iterator[Origin]:
    """A slope that is the product of those told just before it: the chain rule, its factors one by one."""
    written = last_number(claim) if len(claim.links) == 1 or not is_numeric(claim.links[0].expr) else None
    role = reference.role if reference is not None else None
    slope = isinstance(claim.subject, Symbol) and claim.subject.name.startswith("dL/d")
    if written is None or written.figures < FEWEST_FIGURES or not (slope or role in _BY_CHAIN):
        return
    product, slack = Fraction(1), Fraction(0)
    for count, factor in enumerate(reversed(memory.slopes_told), 1):
        half = factor.unit / 2 if factor.places > 0 else Fraction(0)
        slack = slack * abs(factor.value) + half * abs(product)
        product *= factor.value
        if count > 1:
            yield Origin(product, slack, "chain rule")


def _derives_by(name: str, named: str) -> bool:
    """Whether a name is the one that a slope is taken by; weights and the bias share theirs."""
    families = {"w": Role.WEIGHT, "b": Role.BIAS}
    return name == named or (named in families and families[named] in roles_of(name)[:1])
