"""Claims about functions that the document has defined, and about others of the same name."""

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.evaluate import EXACT
from deltarule.algebra.expr import Apply, Power, Symbol
from deltarule.checking.claims import FoundSlip
from deltarule.checking.origins.memory import Memory
from deltarule.checking.origins.nearness import fits
from deltarule.checking.origins.stated_formulas import defined
from deltarule.checking.origins.verdicts import slip_in
from deltarule.checking.sides import as_number
from deltarule.document import Claim
from deltarule.written import Written, may_show

_EULER_OR_ERROR = Symbol("e")


def against_definition(claim: Claim, written: Written | None, memory: Memory) -> FoundSlip | None:
    """``f(0) = 0`` where the document has defined f(0) as 1."""
    if written is None or not memory.functions:
        return None
    before = [number for link in claim.links[:-1] if (number := as_number(link.expr)) is not None]
    rounds = bool(claim.links) and claim.links[-1].relation == "≈"
    for origin in defined(claim, memory):
        if any(fits(number, origin) for number in before) or (rounds and may_show(written, origin.value)):
            continue  # 47.5 ≈ 47: what is rounded of it is another question
        if not fits(written, origin):
            return slip_in(claim, written, origin)
    return None


def is_worked_otherwise(claim: Claim, memory: Memory) -> bool:
    """Whether the numbers of a claim go through a function that nobody has defined: ``h'(1) = cos(1) * 2 ≈ 1.08``.

    Then it may be about another function of the same name.
    """
    sides = [link.expr for link in claim.links]
    return any(
        isinstance(node, Apply)
        and node.function not in EXACT.functions
        and node.function not in memory.functions
        for side in sides
        if is_numeric(side)
        for node in side.walk()
    ) or any(
        isinstance(node, Power) and node.base == _EULER_OR_ERROR for side in sides for node in side.walk()
    )
