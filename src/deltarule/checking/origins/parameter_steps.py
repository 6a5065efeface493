"""A parameter moved against a slope that was told by its name, or that the document states in symbols."""

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction

from deltarule.algebra.expr import Expr, Symbol, symbols
from deltarule.checking.origins.evaluated import (
    FAILED,
    LEARNED,
    MAX_DEPTH,
    Assignment,
    number_found,
    with_slack,
)
from deltarule.checking.origins.memory import Memory
from deltarule.checking.origins.origin import Origin
from deltarule.checking.origins.stated_formulas import MAX_LENT
from deltarule.document import Claim
from deltarule.formulas import Role
from deltarule.naming import Reference
from deltarule.written import Written


def of_one_weight(reference: Reference, memory: Memory) -> Iterator[Origin]:
    """The next value of the only weight, whose index counts steps: ``w_3 = w_2 - eta g``."""
    before = memory.last_of(Role.WEIGHT, None)
    slope = memory.roles.get((Role.GRADIENT, None))
    rate = memory.roles.get((Role.LEARNING_RATE, None)) or memory.exercise.learning_rate
    if reference.role is not Role.WEIGHT or memory.names.n_features > 1 or slope is None or rate is None:
        return
    for start in before[-2:]:
        slack = rate.value * slope.unit / 2 if slope.places > 0 else Fraction(0)
        yield Origin(start.value - rate.value * slope.value, slack, "one weight")


def by_own_slope(claim: Claim, memory: Memory) -> Iterator[Origin]:
    """A parameter moved against the slope that was told by its name: ``w_1`` after ``dL/dw_1 = 0.3``."""
    subject = claim.subject
    if not isinstance(subject, Symbol) or not memory.told_slopes or subject.upper:
        return
    name, index = subject.name, subject.index
    if (name, index) in (("theta", (0,)), ("w", (0,))) or (name == "b" and not index):
        slope = memory.told_slopes.get(("dL/db", ()))
    else:
        slope = memory.told_slopes.get(("dL/dw" if name in ("w", "W", "theta") else f"dL/d{name}", index))
    starts = memory.steps.get((name, index), [])
    variable = memory.variable(subject)
    if slope is None and variable is not None and memory.objective is not None:  # (x, y) after ∇f = (3, 4)
        place = memory.objective.variables.index(variable) + 1
        slope = memory.told_slopes.get(("dL/dw", (place,)))
        starts = memory.history(variable)
    rate = memory.roles.get((Role.LEARNING_RATE, None)) or memory.exercise.learning_rate
    if slope is None or rate is None:
        return
    for start in starts[-2:]:
        slack = rate.value * memory.half_unit(slope)
        if memory.may_be_rounded(start):
            slack += memory.half_unit(start)
        yield Origin(start.value - rate.value * slope.value, slack, "own step")


def by_stated_slope(claim: Claim, memory: Memory) -> Iterator[Origin]:
    """A parameter moved against its slope, which the document states in symbols and never works out: ``dC/dw = 2k(kw - t)``."""
    subject = claim.subject
    if not isinstance(subject, Symbol) or memory.names.role(subject.name) not in LEARNED or subject.upper:
        return
    own = f"dL/d{subject.name}"
    stated = [*memory.formulas.get(own, ()), *(memory.formulas.get("dL/dw", ()) if own != "dL/dw" else ())]
    rate = memory.roles.get((Role.LEARNING_RATE, None)) or memory.exercise.learning_rate
    one = memory.names.n_features < 2 and subject.name != "b"  # its index may count steps
    starts = memory.timeline.get(subject.name, []) if one else memory.history(subject)
    if rate is None:
        return
    for left, formula in stated[-MAX_LENT:]:
        if left.index not in ((), subject.index):
            continue
        names = dict.fromkeys(symbols(formula))
        moved = {
            each for each in names if each.name == subject.name and (one or each.index in ((), subject.index))
        }
        with suppress(*FAILED):
            known = {
                each: number_found(each, memory, False, False, MAX_DEPTH)[0]
                for each in names
                if each not in moved
            }
            for start in starts[-2:] if moved else ():
                memory.spend(1 + len(known))
                yield _moved_against(
                    formula, {**known, **dict.fromkeys(moved, start)}, start, rate.value, memory
                )


def _moved_against(
    formula: Expr, known: Assignment, start: Written, rate: Fraction, memory: Memory
) -> Origin:
    """Where a step leads from a number whose slope is a formula."""
    slope = with_slack(formula, known, memory, None, "stated step", False)
    own = start.unit / 2 if memory.may_be_rounded(start) else Fraction(0)
    return Origin(start.value - rate * slope.value, rate * slope.slack + own, "stated step")
