"""A step that starts from the value of the parameter beside it: ``b_0 = 0.7 - 0.1·2``, then ``b_1 = 0.7 - 0.1·5`` where b_1 was 1.5."""

from dataclasses import field

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Negative, Product, Sum, Symbol
from deltarule.checking.claims import FoundSlip
from deltarule.checking.origins.memory import Memory, key_of
from deltarule.checking.sides import as_number
from deltarule.checking.wording import plain
from deltarule.document import Claim
from deltarule.findings import Kind
from deltarule.records import changing
from deltarule.spans import Span
from deltarule.written import Written

MAX_APART = 12  # lines between the steps of two parameters
MAX_KEPT = 6
FIGURES = 2  # of a start that is hardly the same by chance


@changing
class Starts:
    """The last steps: what they moved, and the number that they started from, which was its value."""

    steps: list[tuple[Symbol, Written, int]] = field(default_factory=list)

    def look(self, claim: Claim, memory: Memory) -> FoundSlip | None:
        """The slip in a step that starts from another parameter's value; steps that start from their own are noted."""
        subject, start = claim.subject, _start(claim)
        if not isinstance(subject, Symbol) or subject.upper or start is None:
            return None
        told, number, span = memory.values.get(key_of(subject)), *start
        if told is None or len(memory.timeline.get(subject.name, ())) > MAX_KEPT:
            return None
        if told.value == number.value:
            self.steps = [*self.steps[1 - MAX_KEPT :], (subject, number, claim.line)]
            return None
        beside = any(
            symbol != subject
            and begun.value == number.value
            and 0 < claim.line - line <= MAX_APART
            and (symbol.name == subject.name) is bool(subject.index)
            for symbol, begun, line in self.steps
        )
        own = (
            told.figures >= FIGURES
            and number.figures > 0
            and memory.said.get((subject.name, subject.index), ()) == {told.value}
        )
        if not beside or not own:
            return None
        name = subject.name + "".join(f"_{each}" for each in subject.index)
        message = (
            f"{name} was {plain(told)}; {plain(number)}, the value of the parameter beside it, stands here."
        )
        return FoundSlip(
            span, Kind.COPYING, "copying.operand", message, None, name, plain(number), plain(told)
        )


def is_step(claim: Claim) -> bool:
    """Whether a claim begins with a number that something is taken off or added to."""
    return isinstance(claim.subject, Symbol) and not claim.subject.upper and _start(claim) is not None


def _start(claim: Claim) -> tuple[Written, Span] | None:
    """The number that a step in numbers begins with, ``0.7 - 0.1·0.25·(3.2 + 0.2)``."""
    working = next((link.expr for link in claim.links if is_numeric(link.expr)), None)
    if not isinstance(working, Sum) or len(working.terms) != 2 or claim.part is not None:
        return None
    first, second = working.terms
    change = second.arg if isinstance(second, Negative) else second
    number = as_number(first)
    if number is None or first.span is None or not isinstance(change, Product):
        return None
    return number, first.span
