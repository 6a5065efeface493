"""One claim after the other: what its origins say of it depends on what the walk made of it, and then it is learned.

What says where a value comes from is loaded when a claim is open: on most pages the run has judged them all.
"""

from fractions import Fraction

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Piecewise, symbols
from deltarule.checking.origins.arrays import NoValueError
from deltarule.checking.origins.boundary import may_tell_line
from deltarule.checking.origins.classes import compared, is_by_the_net, is_compared, rule_of
from deltarule.checking.origins.memory import last_number
from deltarule.checking.origins.model import of_model
from deltarule.checking.origins.nearness import fits
from deltarule.checking.origins.places import tells_parameters
from deltarule.checking.origins.start_of_neighbour import is_step
from deltarule.checking.origins.state import Pass
from deltarule.checking.origins.stated_sides import misstated
from deltarule.checking.origins.stated_slopes import misstated_slope
from deltarule.checking.origins.unjudged import tell_line, tell_right
from deltarule.checking.origins.vector_steps import may_be_step, turned_step
from deltarule.checking.origins.verdicts import judged_as, right, slip_in
from deltarule.checking.sides import reach, value_of
from deltarule.checking.wording import shown
from deltarule.document import Claim
from deltarule.findings import Status
from deltarule.formulas import Role
from deltarule.written import Written, is_rounding

_CONFIRMED = frozenset({Role.OUTPUT, Role.NET_INPUT, Role.LOSS, Role.WEIGHT, Role.BIAS})


def take(state: Pass, claim: Claim) -> None:
    """Look at one claim, then learn what it says."""
    if tells_parameters(state, claim):
        return
    verdicts = state.verdicts
    at = verdicts.place(claim)
    written = last_number(claim)
    _compare(state, claim)
    if state.astray.waits and written is not None:
        memory = state.memory
        state.astray.rejoin(claim, written, state.rows.column(claim, memory), memory)
    slip = misstated(claim, state.names, state.text)
    if slip is None and at is not None and verdicts.judged[at].quantity is None and may_be_step(claim):
        slip = turned_step(claim, state.memory)
    if slip is None and state.late.objective is not None and (at is None or verdicts.is_open(at)):
        doubted = misstated_slope(claim, state.memory, state.text)
        if doubted is not None:
            state.by_function.doubt(at, claim, doubted, state.memory)
    applied = state.by_cases and any([isinstance(link.expr, Apply) for link in claim.links])
    if slip is None and applied and (at is None or verdicts.judged[at].status is not Status.SLIP):
        from deltarule.checking.origins.definitions import against_definition

        slip = against_definition(claim, written, state.memory)
    if slip is not None:
        verdicts.slip(at, claim, slip)
    elif at is None:
        tell_right(state, claim, written)
    elif verdicts.judged[at].status is Status.UNCHECKED and written is not None:
        from deltarule.checking.origins.settling import settle

        settle(state, at, claim, written)
    elif verdicts.judged[at].status in (Status.RIGHT, Status.RIGHT_ROUNDED):
        _look_again(state, at, claim, written)
    elif verdicts.judged[at].value_span in state.last_places and written is not None:
        _carry(state, at, claim, written)
    if claim.part is None and may_tell_line(claim, state.names):
        tell_line(state, claim)
    state.substitutions.hear(claim)
    if state.late.objective is not None:
        state.by_function.hear(claim, state.memory)
    state.late.hear(claim)
    if claim.links and isinstance(claim.links[-1].expr, Piecewise):
        state.by_cases = True
        state.rule = rule_of(claim, state.memory) or state.rule


def _compare(state: Pass, claim: Claim) -> None:
    """Judge the number that is compared, and the class that follows from it."""
    if not is_compared(claim):
        return
    verdicts, memory = state.verdicts, state.memory
    at = verdicts.place(claim)
    told = at is not None and verdicts.judged[at].status is Status.SLIP  # that the class is wrong, it may be
    found = compared(claim, memory)
    verdicts.judged += [each for each in found if not told or each.status is Status.RIGHT]
    if memory.compare(claim):
        state.compared_on = claim.line
    if state.classed is not None and state.classed[1].line == claim.line:  # y = 1, since 0.4 > 0
        at, before, written = state.classed
        if is_by_the_net(before, written, memory):
            verdicts.judged[at] = right(before, written, written.value)


def _look_again(state: Pass, at: int, claim: Claim, written: Written | None) -> None:
    """A claim that the walk finds right: what its working and its value say of others, and whether its numbers are those of their names."""
    _first_step(state, at, claim)
    _operands(state, at, claim)
    if written is None:
        return
    if state.late.objective is not None:
        _note_step(state, claim, written)
    if state.late.objective is not None and state.verdicts.judged[at].quantity is None:
        state.by_function.look(at, claim, state.memory)
    if isinstance(claim.subject, Apply) and state.late.functions:
        state.functions.call(at, claim, written, state.memory)
    # what has a place was held against the formula there
    if state.verdicts.judged[at].quantity is None and written.figures > 1:
        _confirm(state, at, claim, written)
    state.told_ahead.work_out(claim, written)


def _first_step(state: Pass, at: int, claim: Claim) -> None:
    """``g = X^T e = [1.2, 3.4] / 4``: the first numbers of a chain about a vector against the formula before them."""
    if claim.part is None or not claim.links or is_numeric(claim.links[0].expr):
        return
    if state.verdicts.judged[at].value is None or state.verdicts.judged[at].quantity is not None:
        return  # what has a place was held against the formula there
    numeric = [link for link in claim.links if is_numeric(link.expr)]
    value = value_of(numeric[0].expr) if numeric else None
    if value is None:
        return
    slack = reach(numeric[0].expr, value)
    from deltarule.checking.origins.stated_formulas import own_formula

    known = list(state.tried(own_formula(claim, state.memory)))
    if any(abs(value - origin.value) <= origin.slack + slack for origin in known):
        return
    if not _is_of_lists(claim, state):
        return
    for origin in known:
        if origin.sure and abs(value - origin.value) > 3 * origin.slack + 2 * slack + Fraction(1, 10**9):
            written = Written(shown(value, 6), value, 6)
            state.verdicts.slip(at, claim, slip_in(claim, written, origin, numeric[0].span))
            return


def _is_of_lists(claim: Claim, state: Pass) -> bool:
    """Whether a name of the formula for a list has a list as well: numbers that are the same for all components are those of other lines."""
    formula = next(link.whole or link.expr for link in claim.links)
    for symbol in symbols(formula):
        try:
            found = state.memory.find(symbol)[0]
        except NoValueError:
            return True  # a formula of its own gives it
        if not isinstance(found, Written):
            return True
    return False


def _operands(state: Pass, at: int, claim: Claim) -> None:
    """A number that was never told of the name that it stands for."""
    if state.verdicts.judged[at].quantity is not None:
        return
    slip = state.substitutions.miswritten(claim)
    if slip is None and is_step(claim):
        slip = state.starts.look(claim, state.memory)
    if slip is not None:
        state.verdicts.slip(at, claim, slip)


def _note_step(state: Pass, claim: Claim, written: Written) -> None:
    """Count whether the point that a step leads to, worked out rightly, is that of the descent."""
    variable = state.memory.variable(claim.subject)
    if variable is None or len(claim.links) < 2 or claim.part is not None:
        return
    from deltarule.checking.origins.descended import steps

    state.walked.note(any(fits(written, origin) for origin in state.tried(steps(variable, state.memory))))


def _confirm(state: Pass, at: int, claim: Claim, written: Written) -> None:
    """Count what the model gives for a value that is right by itself; note a step that goes up where it should go down."""
    subject = claim.subject
    reference = state.names.reference(subject) if subject is not None else None
    if reference is None or reference.role not in _CONFIRMED or len(claim.links) < 2:
        return
    for origin in state.tried(of_model(claim, reference, state.memory)):
        if fits(written, origin):
            state.repeated.held[origin.how] += 1
            return
    for origin in state.tried(of_model(claim, reference, state.memory, climbing=True)):
        if fits(written, origin):
            state.climbs.note((at, claim, written, origin))
            return


def _carry(state: Pass, at: int, claim: Claim, written: Written) -> None:
    """A value that is off by a last place from rounded terms, and right where none of them is rounded."""
    subject, span = claim.subject, state.verdicts.judged[at].value_span
    reference = state.names.reference(subject) if subject is not None else None
    for origin in state.tried(of_model(claim, reference, state.memory)):
        if span is not None and is_rounding(written.value, origin.value, written.places):
            state.carried.add(span)
            state.verdicts.judged[at] = judged_as(Status.RIGHT_ROUNDED, claim, written, origin.value)
            return
