"""Claims that the walk has no word on: told of where they are right, and passed over otherwise."""

from collections.abc import Iterator

from deltarule.algebra.expr import Apply, Symbol
from deltarule.checking.claims import Judged
from deltarule.checking.origins.boundary import Coefficient, boundary, may_part, told_line
from deltarule.checking.origins.calculus import hessian, is_slope, stated_rightly
from deltarule.checking.origins.classes import is_by_the_net, is_class
from deltarule.checking.origins.nearness import fits, is_far
from deltarule.checking.origins.origin import Origin
from deltarule.checking.origins.state import Pass
from deltarule.checking.origins.stated_sides import collects
from deltarule.checking.origins.verdicts import judged_as, right
from deltarule.document import Claim, Link
from deltarule.findings import Status
from deltarule.written import Written

BOUNDARY = "the boundary"
_OF_FUNCTION = frozenset({"own", "applied"})  # how a function gives a value where a name says at which point


def tell_line(state: Pass, claim: Claim) -> None:
    """Tell of the line that the last weights make, ``2 x_1 + x_2 - 3 = 0``, ``y = 1.2 + 0.4 x``."""
    for part in told_line(claim, state.memory):
        state.verdicts.judged.append(_coefficient(claim, part))


def _coefficient(claim: Claim, part: Coefficient) -> Judged:
    exact = part.written.value == part.expected
    return Judged(
        claim,
        None,
        Status.RIGHT if exact else Status.RIGHT_ROUNDED,
        value=part.written,
        value_span=part.span,
        expected=part.expected,
        name=BOUNDARY,
    )


def _is_of_function(claim: Claim, state: Pass) -> bool:
    """Whether a function that the document states stands at the head of the column of a value."""
    subject = claim.subject
    return (
        isinstance(subject, Apply) and subject.function in state.memory.functions and state.rows.holds(claim)
    )


def tell_right(state: Pass, claim: Claim, written: Written | None) -> None:
    """Tell of a formula that is right, and of a value that a function or a step on it gives."""
    subject, judged = claim.subject, state.verdicts.judged
    if collects(claim):
        span = claim.links[-1].span
        judged.append(Judged(claim, None, Status.RIGHT, value_span=span, name="the formula"))
    for part in boundary(claim, state.memory) if may_part(claim, state.names) else ():
        judged.append(_coefficient(claim, part))
    for number, expr in hessian(claim, state.memory) if claim.given is not None else ():
        span = expr.span or claim.span
        entry = Claim(span, claim.line, None, (Link("=", expr, span),))
        judged.append(right(entry, number, number.value))
    derived = stated_rightly(claim, state.memory) if claim.links and is_slope(subject) else None
    if derived is not None:
        judged.append(Judged(claim, None, Status.RIGHT, value_span=derived.span, name="the formula"))
    if written is None:
        return
    variable = None if state.late.objective is None else state.memory.variable(subject)
    column = state.rows.column(claim, state.memory) if _is_of_function(claim, state) else None
    missed: list[Origin] = []
    for origin in _given(state, claim, variable):
        if fits(written, origin):
            judged.append(right(claim, written, origin.value))
            if column is not None:
                state.functions.hold_in_column(column)
            elif isinstance(subject, Apply) and subject.function.endswith("'"):
                state.functions.hold_slope(claim)
            return
        if column is not None and origin.how in _OF_FUNCTION:
            missed.append(origin)
    if column is not None and missed and all(is_far(written, origin) for origin in missed):
        state.functions.miss_in_column(claim, written, column, missed[0])
    if isinstance(subject, Apply) and is_class(claim, written, state.memory):
        by_the_net = is_by_the_net(claim, written, state.memory)
        status = Status.RIGHT if by_the_net else Status.UNCHECKED
        judged.append(judged_as(status, claim, written, written.value))


def _given(state: Pass, claim: Claim, variable: Symbol | None) -> Iterator[Origin]:
    """What steps of the descent give for its variable, and functions for a value of theirs."""
    if variable is None and not isinstance(claim.subject, Apply):
        return
    from deltarule.checking.origins.descended import steps
    from deltarule.checking.origins.sources import origins

    memory = state.memory
    yield from state.tried(origins(claim, memory)) if variable is None else steps(variable, memory)
