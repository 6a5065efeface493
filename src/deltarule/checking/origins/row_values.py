"""Values of rows that no formula gives, where one gives the others of their column: one slip may be what is wrong."""

from collections.abc import Hashable, Iterator, Sequence

from deltarule.checking.origins.origin import Against, Origin
from deltarule.checking.origins.succession import Succession
from deltarule.document import Claim
from deltarule.written import Written

_STEPS = frozenset({"step", "own step", "one weight", "stated step", "far along"})
FEWEST = 3  # values that a formula must give before another one is called a slip


class RowValues:
    """Which formula gives each value of a column, and what is missed."""

    def __init__(self) -> None:
        self._told = Succession()
        self._missed: list[tuple[int, Claim, Written, Hashable, int, Sequence[Origin]]] = []

    def hold(self, column: Hashable, how: str) -> None:
        """Note a value that a formula gives."""
        self._told.hold(column, how)

    def miss(
        self, at: int, claim: Claim, written: Written, column: Hashable, slipped: Sequence[Origin]
    ) -> None:
        """Note a value that no formula gives; one slip keeps it from those in `slipped`."""
        place = self._told.miss(column)
        if slipped:
            self._missed.append((at, claim, written, column, place, slipped))

    def alone(self) -> Iterator[Against]:
        """Values that one slip keeps from the formula that gives the others of their column, the next ones among them."""
        for at, claim, written, column, place, slipped in self._missed:
            origin = max(slipped, key=lambda each: self._told.held(column, each.how))
            if place == 0 and origin.how in _STEPS:
                continue  # what the first row tells may be where the steps begin
            goes_on = self._told.is_regained(column, place) or self._told.is_last(column, place)
            if goes_on and self._told.held(column, origin.how) >= FEWEST:
                yield at, claim, written, origin
