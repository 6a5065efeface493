"""Points off a descent behind steps left out: slips only where the author goes on with the same descent."""

from collections import Counter
from collections.abc import Hashable, Iterator

from deltarule.checking.claims import FoundSlip
from deltarule.checking.origins.memory import Memory
from deltarule.checking.origins.nearness import fits
from deltarule.checking.origins.origin import Origin
from deltarule.document import Claim
from deltarule.records import changing
from deltarule.written import Written


@changing
class AstrayPoint:
    """A point off the descent, until what comes after it shows whether the author goes on with the same one."""

    at: int
    claim: Claim
    slip: FoundSlip
    number: int  # of steps behind the start
    objective: object
    in_table: bool
    followed: bool = False  # by another point
    regained: bool = False
    lost: bool = False  # the next point is off the descent too: another rule may be at work


class Astray:
    """The points off the descent, by the column that they stand in."""

    def __init__(self) -> None:
        self._points: dict[Hashable, list[AstrayPoint]] = {}

    @property
    def waits(self) -> bool:
        """Whether there is a point that a later one may say something of."""
        return bool(self._points)

    def note(self, point: AstrayPoint, column: Hashable) -> None:
        """Note a point, unless the one before it is off the descent for good."""
        points = self._points.setdefault(column, [])
        if not (points and points[-1].lost):
            points.append(point)

    def rejoin(self, claim: Claim, written: Written, column: Hashable, memory: Memory) -> None:
        """See whether a later point is on the descent that an earlier one is off."""
        last = self._points.get(column, [None])[-1]
        if last is None or last.regained or last.lost or last.objective is not memory.objective:
            return
        from deltarule.checking.origins.skipped import further_along

        last.followed = last.followed or claim.line != last.claim.line
        found = further_along(claim, written, memory, last.number)
        if found is None or found[1] <= last.number:
            return
        last.regained = fits(written, found[0])
        last.lost = not last.regained and is_off(written, found[0])

    def wrong(self) -> Iterator[tuple[int, Claim, FoundSlip]]:
        """Points that are slips: a later one is on the descent, or they end a table and stand alone in their rows."""
        columns = self._points.values()
        ends = Counter(points[-1].claim.line for points in columns)
        for points in columns:
            for point in points:
                alone = len(points) == 1 and ends[point.claim.line] == 1
                if point.regained or (point.in_table and not point.followed and alone):
                    yield point.at, point.claim, point.slip


def is_off(written: Written, far: Origin) -> bool:
    """Whether a value is not what the descent has there, however its steps are rounded."""
    return abs(written.value - far.value) >= far.slack + written.unit
