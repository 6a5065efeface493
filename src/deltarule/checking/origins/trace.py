"""A second pass over what the walk left unchecked: from where the document itself gives each value.

A value may follow from a formula that the document states, from a function and its slope, from a step of a descent, or be
copied from an earlier line. What follows is right; what contradicts the claim's own formula with the numbers of exactly those
names is a slip; anything else stays unchecked.
"""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.origins.carried_on import off_as_before
from deltarule.checking.origins.claim_by_claim import take
from deltarule.checking.origins.classes import misclassed
from deltarule.checking.origins.memory import Memory
from deltarule.checking.origins.mentions import told_again
from deltarule.checking.origins.networks import of_networks
from deltarule.checking.origins.origin import Origin
from deltarule.checking.origins.places import visit
from deltarule.checking.origins.retold import short_ones, told_elsewhere
from deltarule.checking.origins.setups import setup_lines
from deltarule.checking.origins.state import Pass
from deltarule.checking.origins.verdicts import right, slip_in
from deltarule.checking.origins.whole_run import of_whole_run
from deltarule.document import Claim, Document, Heading, Item, Mention, Place, Table, Threshold
from deltarule.exercise import Exercise
from deltarule.findings import Status
from deltarule.naming import Names
from deltarule.spans import Span

MAX_TRACED = 3000  # claims that are looked at
MAX_ORIGINS = 6000  # origins that are tried; beyond, what is unchecked stays so


def trace_origins(
    document: Document,
    judged: Sequence[Judged],
    names: Names,
    exercise: Exercise,
    slips: Sequence[FoundSlip] = (),
    told: Exercise | None = None,
    parts: int = 1,
) -> tuple[list[Judged], list[FoundSlip]]:
    """Judge what is unchecked by its origin in the document, which is one of so many `parts` of a longer one.

    Returns the judged claims, those settled here in the place of unchecked ones, and the slips: those found here,
    and of `slips` all but last places that are right with digits that the document does not show.
    """
    items, mentions = document.items, document.mentions
    memory = Memory(names, exercise, told=told)
    epochs = {item.line: item.epoch for item in items if isinstance(item, Heading) and item.epoch is not None}
    memory.widths = Counter(item.span for item in items if isinstance(item, Claim) and item.part is not None)
    memory.lines_of_zero = frozenset(line for line, epoch in epochs.items() if epoch == 0)
    state = Pass(memory, judged, MAX_ORIGINS // parts, document.source.text)
    # what has a place in the run was held against all ways of carrying there
    placeless = (slip for slip in slips if slip.quantity is None)
    state.last_places = {slip.span for slip in placeless if slip.code == "rounding.last-place"}
    named = deque(mention for mention in mentions if mention.subject is not None)
    setups = setup_lines(items[:MAX_TRACED], names)
    for item in items[:MAX_TRACED]:
        # weights may stand in front of the count of their row
        memory.epoch = epochs.get(item.line, memory.epoch)
        _enter(state, item.line in setups)
        while named and named[0].span.start < item.span.start:
            _hear(state, named.popleft())
        _look_at(state, item, memory)
    while named:
        _hear(state, named.popleft())
    _conclude(state)
    found = state.verdicts.slips
    settled = sorted(state.verdicts.judged, key=lambda item: item.claim.span.start)
    settled = told_elsewhere(settled)
    settled, of_network, wrong = of_networks(items, settled, mentions, state.late)
    for at, value in wrong:
        wrongly = settled[at]
        if wrongly.value is not None:
            slip = slip_in(wrongly.claim, wrongly.value, Origin(value, Fraction(0), "network"))
            found.append(slip)
            settled[at] = replace(wrongly, status=Status.SLIP, name=slip.name, reason="")
    settled, of_run = of_whole_run(settled, mentions, memory)
    again = [
        *of_network,
        *of_run,
        *told_again(mentions, items, lambda: memory.numbers, settled),
        *short_ones(mentions, settled),
    ]
    if again:
        settled = sorted([*settled, *again], key=lambda item: item.claim.span.start)
    return settled, [slip for slip in slips if slip.span not in state.carried] + found


def _hear(state: Pass, mention: Mention) -> None:
    """Take in a value that prose tells of a name; few pages have one."""
    from deltarule.checking.origins.prose_values import hear

    hear(state, mention)


def _enter(state: Pass, begins: bool) -> None:
    """Go on to a line; what held in one exercise says nothing of the steps of the next."""
    if begins and not state.setting_up:
        _conclude_climbs(state)
    state.setting_up = begins


def _look_at(state: Pass, item: Item, memory: Memory) -> None:
    """Take in one item of the document."""
    if isinstance(item, Claim) and not item.supposed:
        take(state, item)
    elif isinstance(item, Place):
        visit(state, item)
    elif isinstance(item, Heading):
        state.late.head(item)
        state.rows.head(item)
        if item.sample is not None or item.epoch is not None:
            memory.row = item.sample
            state.rows.row_line = item.line
    elif isinstance(item, Threshold):
        state.rule = item
    elif isinstance(item, Table):
        state.rows.table_end = item.span.end


def _conclude(state: Pass) -> None:
    """Judge what was noted on the way; a formula that holds nearly always makes a slip of what it does not give."""
    verdicts = state.verdicts
    judged = verdicts.judged
    for at, claim, written in state.listing.close():
        judged[at] = right(claim, written, written.value)
    if state.log.waits:
        state.log.close(state.memory.parameters())
    for at in state.log.right():
        if verdicts.is_open(at):
            judged[at] = replace(judged[at], status=Status.RIGHT, reason="")
    for at, claim, written in state.told_ahead.right():
        judged[at] = right(claim, written, written.value)
    for against in state.shifted.together():
        verdicts.slip_if_open(*against)
    for against in state.off_path.beside_others():
        verdicts.slip_if_open(*against)
    rights: dict[Span, Fraction] = {}  # what wrong values should be, by their places
    for against in (*state.repeated.alone(judged), *state.lists.alone(), *state.again.alone()):
        at, claim, written, origin = against
        if verdicts.is_open(at) and not off_as_before(judged, rights, claim, written, origin.value):
            rights[claim.links[-1].span] = origin.value
            verdicts.slip_if_open(*against)
    for against in state.row_values.alone():
        verdicts.slip_if_open(*against)
    for at, claim, slip in state.astray.wrong():
        if verdicts.is_open(at):
            verdicts.slip(at, claim, slip)
    for claim, slip in state.functions.wrong_in_columns(_points_in_doubt(state)):
        verdicts.slip(None, claim, slip)
    for at, claim, slip in (
        *state.functions.wrong_told(lambda: state.memory.definitions),
        *state.functions.wrong_called(),
    ):
        verdicts.slip(at, claim, slip)
    if state.has_function:
        _conclude_lines(state)
    _conclude_climbs(state)
    for at, slip in list(misclassed(judged)):
        verdicts.slip(at, judged[at].claim, slip)


def _conclude_lines(state: Pass) -> None:
    """Judge lines about a function by what it gives for those around them."""
    for at, claim, slip in state.by_function.wrong():
        if state.verdicts.judged[at].status is not Status.SLIP:
            state.verdicts.slip(at, claim, slip)
    for stated, claim, slip in state.by_function.misstated():
        state.verdicts.slip(stated, claim, slip)


def _points_in_doubt(state: Pass) -> frozenset[int]:
    """Lines on which a number of a variable is not borne out, where a third of that variable or more are."""
    told: dict[object, list[tuple[int, bool]]] = {}
    for item in state.verdicts.judged if state.late.objective is not None else ():
        if state.memory.variable(item.claim.subject) is not None:
            is_open = item.status in (Status.UNCHECKED, Status.SLIP)
            told.setdefault(item.claim.subject, []).append((item.claim.line, is_open))
    return frozenset(
        line
        for lines in told.values()
        if 3 * sum(is_open for _, is_open in lines) <= 2 * len(lines)
        for line, is_open in lines
        if is_open
    )


def _conclude_climbs(state: Pass) -> None:
    for at, claim, slip in state.climbs.conclude(state.repeated.held):
        state.verdicts.slip(at, claim, slip)
