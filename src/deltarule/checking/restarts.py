"""Where another exercise begins in the same document: what follows is not held against the first one."""

from itertools import islice

from deltarule.checking.sides import as_number
from deltarule.checking.walk import Walk
from deltarule.document import Claim, Item, Table
from deltarule.formulas import Role
from deltarule.trace import Quantity
from deltarule.written import is_rounding

_STARTS = frozenset({Role.WEIGHT, Role.BIAS})


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
