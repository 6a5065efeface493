"""The proof of what follows: repair slips, replay the author's later lines with their rounding, see which differ.

Each slip is repaired alone, which says what it affects. All are repaired together, which says what is left: two slips
that cancel leave the lines after them as they are.
"""

from collections.abc import Container, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.ledger import Entry, Recipe
from deltarule.findings import Status
from deltarule.written import rounded

MAX_REPLAYED = 100_000  # claims looked at, over all slips
MAX_EVALUATED = 5_000  # values worked out anew, for single slips, and for all of them together


def follow(judged: Sequence[Judged], slips: Sequence[FoundSlip], usual_places: int) -> FoundSlip | None:
    """Note for every claim which slips it follows from, and for every slip which lines it affects.

    Returns the first slip that was not followed to the end, because there is too much to work out.
    """
    spoiled = {
        id(slip.entry): slip for slip in slips if slip.entry is not None and slip.entry.repaired is not None
    }
    if not spoiled:
        return None
    positions = {id(item.entry): k for k, item in enumerate(judged) if item.entry is not None}
    left: FoundSlip | None = None
    lines, values = MAX_REPLAYED, MAX_EVALUATED
    together = _Replay(
        [slip.entry for slip in spoiled.values() if slip.entry is not None], True, usual_places, MAX_EVALUATED
    )
    changed = together.changed(judged)
    for identity, slip in spoiled.items():
        if identity not in positions or slip.entry is None:
            continue
        at = positions[identity]
        later = judged[at + 1 :]
        lines -= len(later)
        if len(spoiled) == 1:  # all repaired together are this one
            replay, moved = together, [each for each in changed if positions[id(each[0].entry)] > at]
        else:
            replay = _Replay([slip.entry], False, usual_places, values)
            moved = replay.changed(later)
        for item, _ in moved:
            slip.affects.add(item.claim.line)
            item.from_slips.append(slip)
        values -= replay.evaluated
        if lines < 0 or values < 0:
            left = slip
            break
    for item, value in changed:
        item.repaired = value
        sources = _without_cancelled(item.from_slips)
        if item.status in (Status.RIGHT, Status.RIGHT_ROUNDED) and sources:
            item.status, item.from_slips = Status.FOLLOW_THROUGH, sources
    return left


def _without_cancelled(slips: list[FoundSlip]) -> list[FoundSlip]:
    """Leave out pairs that undo each other: a tenth, then ten times."""
    cancelled: set[int] = set()
    for slip in slips:
        if slip.entry is None or slip.entry.recipe is None or slip.entry.factor == 1:
            continue
        operands = {id(operand) for operand in slip.entry.recipe.operands.values()}
        for earlier in slips:
            entry = earlier.entry
            if entry is not None and id(entry) in operands and entry.factor * slip.entry.factor == 1:
                cancelled |= {id(slip), id(earlier)}
    return [slip for slip in slips if id(slip) not in cancelled]


class _Reworked(NamedTuple):
    """What a working gives, before and after a repair."""

    before: Fraction
    after: Fraction


class _Replay:
    """Values of entries once some are repaired: one of them alone, or all of them together."""

    def __init__(self, repaired: Sequence[Entry], together: bool, usual_places: int, most: int) -> None:
        self.together, self.usual_places = together, usual_places
        self.most, self.evaluated = most, 0
        self.repaired = {id(entry) for entry in repaired}
        self.values: dict[int, Fraction] = {}
        self.known: dict[int, bool] = {}
        if not together:
            self.values = {
                id(entry): entry.repaired.value() for entry in repaired if entry.repaired is not None
            }

    def changed(self, later: Sequence[Judged]) -> list[tuple[Judged, Fraction]]:
        """Claims whose values change though they are no slips themselves, with their new values."""
        found: list[tuple[Judged, Fraction]] = []
        for item in later:
            entry = item.entry
            if entry is None or entry.printed is None or item.status is Status.UNCHECKED:
                continue
            if not self.values and id(entry) not in self.repaired:
                continue  # nothing is repaired yet
            if self.evaluated > self.most:
                break
            new = self._new_value(item, entry)
            if new is None:
                continue
            self.values[id(entry)] = new
            if new != entry.printed.value:
                found.append((item, new))
        return found

    def _new_value(self, item: Judged, entry: Entry) -> Fraction | None:
        """Value of an entry after the repair; None if it stays as it is."""
        assert entry.printed is not None
        mine = self.together and id(entry) in self.repaired
        worked = self._reworked(entry)
        change = 0 if worked is None else worked.after - worked.before
        if mine and entry.repaired is not None and entry.repaired.printed is not None:
            return rounded(entry.repaired.value() + change, entry.repaired.printed.places)
        if worked is None or not change:
            return None
        # zeros at the end are often left away: -10 may be -10.00, and 0.07 that is exact 0.070
        ends = entry.printed.places < 1 or worked.before == entry.printed.value
        places = max(entry.printed.places, self.usual_places) if ends else entry.printed.places
        if item.fits_printed and entry.repaired is None:
            return rounded(worked.after, places)
        # the author's own deviation stays: carried digits, or a slip of its own
        return entry.printed.value + rounded(change * entry.factor, places)

    def _reworked(self, entry: Entry) -> "_Reworked | None":
        """What the working of an entry gives before and after the repair; None if no operand is repaired."""
        if entry.recipe is None or not any(
            self._touched(operand) for operand in entry.recipe.operands.values()
        ):
            return None
        try:
            after = self._worked(entry.recipe)
            return _Reworked(entry.recipe.value(lambda operand: operand.value()), after)
        except KeyError:
            return None

    def _worked(self, recipe: Recipe) -> Fraction:
        """Value of a recipe with its operands after the repair."""
        self.evaluated += 1
        return recipe.value(self._pick)

    def _pick(self, entry: Entry) -> Fraction:
        if not self._touched(entry):
            return entry.value()
        for hidden, recipe in _hidden_below(entry, self.values):
            if self._is_touched(hidden):
                self.values[id(hidden)] = self._worked(recipe)
        return self.values[id(entry)]

    def _touched(self, entry: Entry) -> bool:
        """Whether an operand is repaired itself, or is worked out from one that is."""
        if not entry.hidden:
            return id(entry) in self.values
        for hidden, recipe in _hidden_below(entry, self.known):
            self.known[id(hidden)] = any(self._is_touched(operand) for operand in recipe.operands.values())
        return self._is_touched(entry)

    def _is_touched(self, entry: Entry) -> bool:
        return id(entry) in self.values or (entry.hidden and self.known.get(id(entry), False))


def _hidden_below(entry: Entry, known: Container[int]) -> Iterator[tuple[Entry, Recipe]]:
    """Entries that were never printed and are not known yet, operands first: such chains may be long."""
    waiting, seen = [(entry, False)], set[int]()
    while waiting:
        entry, ready = waiting.pop()
        if entry.recipe is None or not entry.hidden or id(entry) in known:
            continue
        if ready:
            yield entry, entry.recipe
        elif id(entry) not in seen:
            seen.add(id(entry))
            waiting.append((entry, True))
            waiting += [(operand, False) for operand in entry.recipe.operands.values()]
