"""An unchecked value, held against every origin that the document gives for it."""

from dataclasses import replace

from deltarule.algebra.expr import Apply, Symbol
from deltarule.checking.origins.astray import AstrayPoint, is_off
from deltarule.checking.origins.boundary import is_equation_of_line
from deltarule.checking.origins.classes import CLASS, breaks, is_by_the_net, is_class, misplaced
from deltarule.checking.origins.climbs import FEWEST_STEPS
from deltarule.checking.origins.crossed import without_cross
from deltarule.checking.origins.definitions import is_worked_otherwise
from deltarule.checking.origins.far import AGAIN
from deltarule.checking.origins.late_memory import is_parameter
from deltarule.checking.origins.limits import is_limit
from deltarule.checking.origins.listed import is_listed
from deltarule.checking.origins.nearness import by_a_last_place, by_one_slip, by_slack_alone, fits, is_far
from deltarule.checking.origins.origin import Origin
from deltarule.checking.origins.repeated import is_repeated
from deltarule.checking.origins.roles import PARAMETERS
from deltarule.checking.origins.skipped import further_along
from deltarule.checking.origins.sources import origins
from deltarule.checking.origins.state import Pass
from deltarule.checking.origins.told_before import told_before
from deltarule.checking.origins.verdicts import judged_as, right, slip_in
from deltarule.checking.sides import as_number
from deltarule.document import Claim
from deltarule.findings import Status
from deltarule.formulas import Role
from deltarule.naming import Names
from deltarule.written import Written

_WORKED = frozenset(
    {Role.NET_INPUT, Role.OUTPUT, Role.PREDICTION, Role.ERROR, Role.LOSS, Role.DELTA, Role.GRADIENT}
)


def settle(state: Pass, at: int, claim: Claim, written: Written) -> None:
    """Look for an origin that gives the value; where none does, judge it or note what may be concluded from the origins."""
    memory, verdicts = state.memory, state.verdicts
    if is_listed(claim):
        for place, listed, value in state.listing.take(at, claim, written, memory):
            verdicts.judged[place] = right(listed, value, value.value)
        return
    missed: dict[str, Origin] = {}
    slipped: dict[str, Origin] = {}
    sure: Origin | None = None
    there: Origin | None = None  # the slope at the point that the claim names, which comes first
    is_near = False  # to what an origin gives, off by a last digit: then it is no other one that is missed
    for origin in state.tried(origins(claim, memory)):
        if there is None and origin.how == "slope" and _names_its_point(state, claim):
            there = origin
        if sure is not None and (origin.how != sure.how or by_slack_alone(written, origin, sure)):
            continue
        if fits(written, origin):
            _hold(state, claim, written, origin)
            verdicts.judged[at] = right(claim, written, origin.value)
            return
        if is_far(written, origin):
            state.shifted.note((at, claim, written, origin))
            missed.setdefault(origin.how, origin)
            if state.rows.holds(claim) and by_one_slip(written, origin):
                slipped.setdefault(origin.how, origin)
            sure = origin if origin.sure and sure is None else sure
        else:
            is_near = True
    slipped = {} if is_near else slipped
    crossed = without_cross(claim, state.text) if missed else None
    if crossed is not None:
        for origin in state.tried(origins(crossed, memory)):
            if fits(written, origin):
                verdicts.judged[at] = right(claim, written, origin.value)
                return
        return
    if is_equation_of_line(claim, state.names) or is_limit(claim, state.text):
        return
    enough = max(state.repeated.held["slope"], state.named_points) >= FEWEST_STEPS
    if there is not None and enough and not by_a_last_place(written, there):
        verdicts.slip(at, claim, slip_in(claim, written, there))
        return
    off_path = None if memory.far.endswith(AGAIN) else missed.get(memory.far)
    named = state.names.role(claim.subject.name) if isinstance(claim.subject, Symbol) else None
    if off_path is not None and named in PARAMETERS:
        state.off_path.miss((at, claim, written, off_path))
    if sure is not None and is_worked_otherwise(claim, memory):
        return
    if not _judge_missed(state, at, claim, written, sure, missed):
        _note_missed(state, at, claim, written, missed, slipped)
    if verdicts.is_open(at):
        _leave_open(state, at, claim, written, missed)


def _names_its_point(state: Pass, claim: Claim) -> bool:
    """Whether a gradient says where it is taken: ``∇f(1, 2) = (3, 4)``."""
    at = state.argument
    return claim.part is not None and at is not None and claim.span.start <= at.start < claim.span.end


def _hold(state: Pass, claim: Claim, written: Written, origin: Origin) -> None:
    """Note everywhere that an origin gives the value."""
    memory = state.memory
    if written.value == origin.value and not origin.slack and written.places > 0:
        memory.exact.add(written.value)
    if origin.how.startswith("far "):
        memory.far = origin.how
        state.off_path.hold(claim.line)
    state.repeated.hold(claim, written, origin.how)
    state.named_points += origin.how == "slope" and _names_its_point(state, claim)
    state.lists.fit(claim, written, origin)
    if told_before(claim, written, memory):
        state.again.tell(claim, written, memory)
    else:
        state.again.work_out(claim)
    if state.rows.holds(claim):
        if origin.how == "slope":
            state.functions.hold_slope(claim)
        state.row_values.hold(state.rows.column(claim, memory), origin.how)
    if origin.sure and isinstance(claim.subject, Apply):
        state.functions.hold(claim.subject.function, origin.how)


def _judge_missed(
    state: Pass, at: int, claim: Claim, written: Written, sure: Origin | None, missed: dict[str, Origin]
) -> bool:
    """Judge a value that no origin gives by what it is, if that tells; whether there is nothing left to ask."""
    memory, verdicts = state.memory, state.verdicts
    if sure is not None and isinstance(claim.subject, Apply):
        state.functions.miss(at, claim, written, claim.subject.function, sure)
    elif sure is not None and not _tells_names(claim, state.names):
        verdicts.slip(at, claim, slip_in(claim, written, sure))
    elif state.compared_on == claim.line and is_class(claim, written, memory):
        status = Status.RIGHT if is_by_the_net(claim, written, memory) else Status.UNCHECKED
        verdicts.judged[at] = replace(verdicts.judged[at], status=status, name=CLASS, value=written)
    elif told_before(claim, written, memory) or is_by_the_net(claim, written, memory):
        verdicts.judged[at] = right(claim, written, written.value)
        state.again.tell(claim, written, memory)
    elif state.rule is not None and breaks(state.rule, claim, written, memory):
        verdicts.slip(at, claim, misplaced(claim, written, memory))
    elif _is_further_along(state, at, claim, written):
        pass
    elif (
        (step := missed.get("step")) is not None
        and not state.rows.left_out
        and state.walked.is_left(claim, written, step, memory)
    ):
        verdicts.slip(at, claim, slip_in(claim, written, step))
    else:
        return False
    return True


def _tells_names(claim: Claim, names: Names) -> bool:
    """``H = W = 14``: two names are told what they are from here on; nothing of the neuron is worked out."""
    *between, last = [link.expr for link in claim.links]
    told = [name for name in (claim.subject, *between) if isinstance(name, Symbol) and not name.index]
    if not between or len(told) <= len(between) or as_number(last) is None:
        return False
    return not any(names.role(name.name) in _WORKED for name in told)


def _is_further_along(state: Pass, at: int, claim: Claim, written: Written) -> bool:
    """Whether the descent gives the value, behind steps left out; where it gives another one, that is noted."""
    memory = state.memory
    found = further_along(claim, written, memory)
    if found is None:
        return False
    far, number = found
    if fits(written, far):
        state.verdicts.judged[at] = judged_as(Status.RIGHT_ROUNDED, claim, written, far.value)
        return True
    if is_off(written, far):
        column, in_row = state.rows.column(claim, memory), state.rows.holds(claim)
        slip = slip_in(claim, written, far)
        state.astray.note(AstrayPoint(at, claim, slip, number, memory.objective, in_row), column)
    return False


def _note_missed(
    state: Pass,
    at: int,
    claim: Claim,
    written: Written,
    missed: dict[str, Origin],
    slipped: dict[str, Origin],
) -> None:
    """Note a value that may be a slip by what is given for others: those of its column, or of formulas that hold row by row."""
    memory = state.memory
    repeated = [origin for origin in missed.values() if is_repeated(origin.how)]
    if missed and not repeated and state.rows.holds(claim):
        measured = not state.setting_up and not state.rows.left_out
        origins_missed = list(slipped.values()) if measured else []
        state.row_values.miss(at, claim, written, state.rows.column(claim, memory), origins_missed)
    elif written.figures > 1 and repeated and not state.setting_up:
        told = state.late.beside.get(claim.line, set())
        timed = isinstance(claim.subject, Symbol) and claim.subject.upper  # L(0): at another place
        behind_parameters = bool(told) and not timed and len(told) >= memory.n_parameters
        state.repeated.miss(at, claim, written, repeated, behind_parameters)


def _leave_open(state: Pass, at: int, claim: Claim, written: Written, missed: dict[str, Origin]) -> None:
    """Note a value that stays unchecked, unless a later line says more of it."""
    memory = state.memory
    state.classed = at, claim, written
    reference = state.names.reference(claim.subject) if claim.subject is not None else None
    if reference is not None and reference.role is Role.ERROR and len(claim.links) == 1:
        state.log.tell(at, written, memory.parameters())
    if isinstance(claim.subject, Symbol) and is_parameter(claim.subject, memory):
        state.again.miss(at, claim, written, memory)
    state.lists.miss(at, claim, written, missed.values())
    state.told_ahead.tell(at, claim, written)
