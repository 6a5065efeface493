"""A row of a table that is worked out below it: ``One update (row 2): b = 0 + 0.5(-1) = -0.5``."""

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Number, Sum
from deltarule.checking.alone import judge_alone
from deltarule.checking.sides import as_number, value_of
from deltarule.checking.walk import Walk
from deltarule.document import Claim
from deltarule.formulas import Role
from deltarule.naming import Reference
from deltarule.trace import Quantity
from deltarule.written import is_rounding

MAX_STEPS = 400  # that are looked through


def row_again(walk: Walk, claim: Claim, reference: Reference) -> bool:
    """Judge a step that a row above tells, from its old value to its new one, by itself; whether it is one.

    Not where it goes on from the value that was told last, and only if it is worked out rightly.
    """
    if reference.role not in (Role.WEIGHT, Role.BIAS) or reference.general or not walk.tables:
        return False
    if len(claim.links) < 2 or walk.tables[0].end > claim.span.start or walk.table_around(claim.span):
        return False
    worked, new = claim.links[0].expr, as_number(claim.links[-1].expr)
    first = worked.terms[0] if isinstance(worked, Sum) and is_numeric(worked) else None
    old = as_number(first) if first is not None else None
    exact = value_of(worked) if isinstance(first, Number) or old is not None else None
    if old is None or new is None or exact is None or not is_rounding(new.value, exact, new.places):
        return False
    entries, step = walk.ledger.entries, walk.aligner.step

    def shows(at: int, value: object) -> bool:
        entry = entries.get(Quantity(reference.role, reference.feature, None, at))
        return entry is not None and any(form.value == value for form in entry.forms)

    if shows(step, old.value) or shows(step - 1, old.value):
        return False
    if not any(
        shows(at - 1, old.value) and shows(at, new.value) for at in range(max(1, step - MAX_STEPS), step)
    ):
        return False
    if not any(
        item.quantity is not None
        and item.quantity.role is reference.role
        and walk.table_around(item.claim.span) is not None
        for item in walk.judged
    ):
        return False  # a table of data alone tells no step: an old weight may have been taken
    judge_alone(walk, claim)
    return True
