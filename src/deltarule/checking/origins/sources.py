"""Where a value may come from: every way in which the document so far gives it, the surest first."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Negative, Symbol, symbols
from deltarule.checking.origins.arrays import worked
from deltarule.checking.origins.calculus import of_calculus
from deltarule.checking.origins.data_sums import of_sums
from deltarule.checking.origins.descended import by_descent
from deltarule.checking.origins.evaluated import FAILED, FEWEST_FIGURES, FUNCTION_COST
from deltarule.checking.origins.in_turn import of_epochs
from deltarule.checking.origins.local_slopes import by_chain_rule, of_steps_slope
from deltarule.checking.origins.memory import Memory, last_number
from deltarule.checking.origins.model import of_model
from deltarule.checking.origins.of_function import of_function, of_norm
from deltarule.checking.origins.origin import Origin
from deltarule.checking.origins.parameter_steps import by_own_slope, by_stated_slope, of_one_weight
from deltarule.checking.origins.stated_formulas import own_formula, stated_before
from deltarule.checking.origins.totals import totals
from deltarule.checking.origins.usual_formulas import by_usual_formulas
from deltarule.document import Claim
from deltarule.naming import Reference


def origins(claim: Claim, memory: Memory) -> Iterator[Origin]:
    """All origins of the value of a claim."""
    reference = memory.names.reference(claim.subject) if claim.subject is not None else None
    memory.sample = (reference.sample if reference is not None else None) or memory.row
    if isinstance(claim.subject, Negative) and not is_numeric(claim.subject):  # -∇f
        for origin in origins(replace(claim, subject=claim.subject.arg), memory):
            yield replace(origin, value=-origin.value, sure=False)
        return
    yield from of_epochs(claim, reference, memory)
    yield from own_formula(claim, memory)
    yield from totals(claim, memory)
    yield from of_function(claim, memory)
    yield from of_steps_slope(claim, memory)
    yield from by_chain_rule(claim, reference, memory)
    yield from stated_before(claim, memory)
    yield from of_norm(claim, memory)
    yield from _solved(claim, memory)
    yield from by_descent(claim, memory)
    yield from of_calculus(claim, memory)
    yield from of_model(claim, reference, memory)
    yield from of_sums(claim, memory)
    yield from by_own_slope(claim, memory)
    yield from by_stated_slope(claim, memory)
    yield from _renewed(claim, reference, memory)
    if reference is not None and not reference.general:
        yield from by_usual_formulas(reference, memory)
        yield from of_one_weight(reference, memory)


def _solved(claim: Claim, memory: Memory) -> Iterator[Origin]:
    """``20 a - 4 = 0``, so ``a = 0.2``: what makes an equation in this name alone true."""
    subject = claim.subject
    for equation in reversed(memory.equations) if isinstance(subject, Symbol) else ():
        if subject not in symbols(equation):
            continue
        with suppress(*FAILED):
            heights = [worked(equation, lambda _, k=k: Fraction(k)) for k in range(3)]  # type: ignore[misc]  # bound at once
            first, second, third = (height for height in heights if isinstance(height, Fraction))
            if second != first and third - second == second - first:
                yield Origin(-first / (second - first), Fraction(0), "solved")


def _renewed(claim: Claim, reference: Reference | None, memory: Memory) -> Iterator[Origin]:
    """``new loss: 0.0069``: what the lines above give with the parameters told since."""
    subject, written = claim.subject, last_number(claim)
    if not isinstance(subject, Symbol) or len(claim.links) > 1 or written is None:
        return
    if written.figures < FEWEST_FIGURES or written.places < 1:
        return
    with suppress(*FAILED):
        memory.spend(FUNCTION_COST)
        slack = written.unit if written.figures > FEWEST_FIGURES else Fraction(0)  # of the rounded parameters
        role = reference.role if reference is not None else None
        sure = memory.renewals.is_by_formulas(subject, role)
        for value in memory.renewals.again(subject, role):
            yield Origin(value, slack, "renewed", sure)
