"""Where another exercise begins in the same document: what follows is not held against the first one."""

from collections.abc import Sequence
from itertools import islice

from deltarule.checking.sides import as_number
from deltarule.checking.walk import Walk
from deltarule.document import Claim, Heading, Item, Sentence, Table
from deltarule.formulas import Role
from deltarule.naming import Reference
from deltarule.trace import Quantity
from deltarule.written import Written, is_rounding

_STARTS = frozenset({Role.WEIGHT, Role.BIAS})
_SETTINGS = frozenset({Role.LEARNING_RATE, Role.THRESHOLD, Role.FEATURE, Role.TARGET})
_WORKED = frozenset({Role.NET_INPUT, Role.OUTPUT, Role.ERROR})
MAX_ROW = 60  # items of a row
FIRST_ROWS = 2  # the start, and what the first update leads to


def restarts(walk: Walk, item: Item) -> bool:
    """Whether an item gives data, or a learning rate on one line with weights, that are not those of the exercise."""
    if isinstance(item, Table):
        return walk.begun and any(span == item.span for span, _ in walk.understood.contradictions)
    if not isinstance(item, Claim) or len(item.links) != 1 or item.subject is None:
        return False
    reference = walk.names.reference(item.subject)
    if reference is None or reference.general:
        return False
    written = as_number(item.links[0].expr)
    if written is None:
        return False
    if reference.role in _STARTS and item.line in walk.rate_lines and walk.begun:
        step = walk.aligner.step
        earliest = max(step - 2 * walk.aligner.per_epoch - 2, -1)
        known = (
            walk.ledger.entries.get(Quantity(reference.role, reference.feature, None, at))
            for at in range(step, earliest, -1)
        )
        last = list(islice((entry for entry in known if entry is not None), 2))
        told = [form for entry in last for form in entry.forms]
        return bool(told) and not any(is_rounding(written.value, form.value, written.places) for form in told)
    return False


def given_anew(walk: Walk, items: Sequence[Item], position: int) -> bool:
    """Whether a line gives weights that nothing leads to: ``w = [0.6, -0.7], b = 0.1`` behind the end of a run.

    Nothing was worked since the weights were told last, or the text has just said where the run ends, and at least two of
    them are others now: who only tells them once more copies one of them wrongly.
    """
    item = items[position]
    if not isinstance(item, Claim) or len(item.links) != 1:
        return False
    if not walk.aligner.weights_updated() and not (position and _ends_run(items[position - 1])):
        return False
    if position and items[position - 1].line == item.line:
        return False  # the first of its line has told already
    others = 0
    for told in islice(items, position, position + MAX_ROW):
        if told.line != item.line:
            break
        if not isinstance(told, Claim):
            return False
        quantity = _bare_start(walk, told)
        if quantity is None:
            if not _is_setting(walk, told):
                return False  # a row that works something is a step
            continue
        entry = walk.ledger.entries.get(quantity) or walk.ledger.entries.get(
            quantity._replace(step=walk.aligner.step - 1)
        )
        written = as_number(told.links[0].expr)
        if entry is None or written is None:
            return False
        if any(is_rounding(written.value, form.value, written.places) for form in entry.forms):
            return False
        others += 1
    return others > 1


def _ends_run(item: Item) -> bool:
    """Whether a sentence says that the run has converged: what is told next is its end, many steps on."""
    return isinstance(item, Sentence) and item.topic == "converging"


def _is_setting(walk: Walk, claim: Claim) -> bool:
    """Whether a claim is about a number that nobody works out."""
    reference = walk.names.reference(claim.subject) if claim.subject is not None else None
    return reference is not None and reference.role in _SETTINGS


def _bare_start(walk: Walk, item: Item) -> Quantity | None:
    """The parameter of this step that a claim tells without working."""
    if not isinstance(item, Claim) or len(item.links) != 1 or item.subject is None:
        return None
    reference = walk.names.reference(item.subject)
    if reference is None or reference.general or reference.role not in _STARTS:
        return None
    feature = reference.feature if reference.role is Role.WEIGHT else None
    return Quantity(reference.role, feature, None, walk.aligner.step)


def tells_again(walk: Walk, items: Sequence[Item], position: int) -> bool:
    """Whether the table at `position` begins with the step that the run began with: it tells the run once more.

    After the same weights the same order of samples leads on to the same values.
    """
    table = items[position]
    if not _is_table(walk, table) or walk.aligner.step < 2 or not walk.aligner.seen:
        return False
    told: set[Quantity] = set()
    rows = 0
    for item in islice(items, position + 1, position + 1 + MAX_ROW):
        rows += isinstance(item, Heading) and not item.start
        if rows > 1 or item.span.start > table.span.end:
            break
        reference = (
            walk.names.reference(item.subject)
            if isinstance(item, Claim) and item.subject is not None
            else None
        )
        if not rows or not isinstance(item, Claim) or reference is None:
            continue
        if not _as_at_first(walk, item, reference):
            return False
        if reference.role in _STARTS:
            told.add(Quantity(reference.role, reference.feature, None, 1))
    return len(told) == walk.exercise.n_features + walk.exercise.has_bias


def _is_table(walk: Walk, item: Item) -> bool:
    """Whether a table begins here; one that shows steps, and no data, is only marked by a label that counts nothing."""
    if isinstance(item, Heading) and item.epoch is item.sample is item.ordinal is None:
        return "\n" in walk.document.source.extract(item.span)
    return isinstance(item, Table)


def first_label(items: Sequence[Item], position: int) -> int | None:
    """The epoch by which the first row of the table at `position` is labelled."""
    ahead = islice(items, position + 1, position + 1 + MAX_ROW)
    return next((item.epoch for item in ahead if isinstance(item, Heading) and not item.start), None)


def tells_from_start(walk: Walk, items: Sequence[Item], position: int) -> int | None:
    """The first line of the table at `position`, where it tells the weights from the start on, ``0 | 0 | 0``, once more."""
    table = items[position]
    done = walk.aligner.step > 1 or walk.aligner.weights_updated()
    if not _is_table(walk, table) or not done or not walk.aligner.seen:
        return None
    start = {(Role.WEIGHT, j): number.value for j, number in enumerate(walk.exercise.weights, 1)} | (
        {(Role.BIAS, None): walk.exercise.bias.value} if walk.exercise.has_bias and walk.exercise.bias else {}
    )
    rows: dict[int, dict[tuple[Role, int | None], Written]] = {}
    for item in islice(items, position + 1, position + 1 + MAX_ROW):
        if item.span.start > table.span.end or len(rows) > FIRST_ROWS:
            break
        reference = (
            walk.names.reference(item.subject)
            if isinstance(item, Claim) and item.subject is not None
            else None
        )
        written = as_number(item.links[-1].expr) if isinstance(item, Claim) and item.links else None
        if reference is not None and reference.role in _STARTS and written is not None:
            feature = reference.feature if reference.role is Role.WEIGHT else None
            rows.setdefault(item.line, {})[reference.role, feature] = written
    if len(rows) < FIRST_ROWS:
        return None
    first, second = list(rows.values())[:FIRST_ROWS]
    fits = first.keys() == second.keys() == start.keys()
    if not fits or any(not is_rounding(first[key].value, start[key], first[key].places) for key in start):
        return None
    for (role, feature), written in second.items():
        entry = walk.ledger.entries.get(Quantity(role, feature, None, 1))
        if entry is None or not any(is_rounding(written.value, f.value, written.places) for f in entry.forms):
            return None
    return next(iter(rows))


def _as_at_first(walk: Walk, claim: Claim, reference: Reference) -> bool:
    """Whether a claim of a row gives what was told of the first step; only weights must have been told then."""
    if reference.role not in _STARTS | _WORKED:
        return True
    samples = walk.ledger.samples(1) if reference.role in _WORKED else (None,)
    feature = reference.feature if reference.role in _STARTS else None
    found = (walk.ledger.entries.get(Quantity(reference.role, feature, sample, 1)) for sample in samples)
    forms = [form for entry in found if entry is not None for form in entry.forms]
    written = as_number(claim.links[-1].expr) if claim.links else None
    if written is None or not forms:
        return reference.role in _WORKED and not forms
    return any(is_rounding(written.value, form.value, written.places) for form in forms)
