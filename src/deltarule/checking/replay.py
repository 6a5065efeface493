"""The proof of what follows: repair one slip, replay the author's later lines with their rounding, see which differ."""

from collections.abc import Sequence
from fractions import Fraction

from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.ledger import Entry
from deltarule.errors import DeltaruleError
from deltarule.findings import Status
from deltarule.written import rounded

MAX_REPLAYED = 400_000


def follow(judged: Sequence[Judged], slips: Sequence[FoundSlip]) -> None:
    """Note for every claim which slips it follows from, and for every slip which lines it affects."""
    positions = {id(item.entry): k for k, item in enumerate(judged) if item.entry is not None}
    budget = MAX_REPLAYED
    replayed: set[int] = set()
    for slip in slips:
        entry = slip.entry
        if entry is None or entry.repaired is None or id(entry) in replayed or id(entry) not in positions:
            continue
        start = positions[id(entry)]
        budget -= len(judged) - start
        if budget < 0:
            return
        for item, value in _replay(judged[start + 1 :], entry):
            slip.affects.add(item.claim.line if item.value_span is None else item.claim.line)
            item.from_slips.append(slip)
            item.repaired = value
            if item.status in (Status.RIGHT, Status.RIGHT_ROUNDED):
                item.status = Status.FOLLOW_THROUGH


def _replay(later: Sequence[Judged], repaired: Entry) -> list[tuple[Judged, Fraction]]:
    """Later claims whose values change once an entry is repaired, with their new values."""
    assert repaired.repaired is not None
    values: dict[int, Fraction] = {id(repaired): repaired.repaired.value()}
    changed: list[tuple[Judged, Fraction]] = []

    def pick(entry: Entry) -> Fraction:
        if id(entry) in values:
            return values[id(entry)]
        if entry.hidden and entry.recipe is not None:
            values[id(entry)] = entry.recipe.value(pick)
            return values[id(entry)]
        return entry.value()

    for item in later:
        entry = item.entry
        if entry is None or entry.recipe is None or entry.printed is None or item.status is Status.UNCHECKED:
            continue
        if not any(_touched(operand, values) for operand in entry.recipe.operands.values()):
            continue
        try:
            before = entry.recipe.value(lambda operand: operand.value())
            after = entry.recipe.value(pick)
        except (KeyError, ZeroDivisionError, DeltaruleError):
            continue
        if before == after:
            continue
        places = entry.printed.places
        if item.fits_printed and entry.repaired is None:
            new = rounded(after, places)
        else:  # the author's own deviation stays: carried digits, or a slip of its own
            new = entry.printed.value + rounded((after - before) * entry.factor, places)
        values[id(entry)] = new
        if new != entry.printed.value:
            changed.append((item, new))
    return changed


def _touched(entry: Entry, values: dict[int, Fraction], depth: int = 0) -> bool:
    """Whether an operand is repaired itself, or is worked out from one that is."""
    if id(entry) in values:
        return True
    if not entry.hidden or entry.recipe is None or depth > 200:
        return False
    return any(_touched(operand, values, depth + 1) for operand in entry.recipe.operands.values())
