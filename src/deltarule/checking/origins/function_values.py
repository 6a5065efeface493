"""Values of functions, told or worked out: which of them the functions that the document states do not give."""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from fractions import Fraction

from deltarule.algebra.expr import Apply
from deltarule.checking.claims import FoundSlip
from deltarule.checking.origins.memory import Memory
from deltarule.checking.origins.nearness import fits, is_far
from deltarule.checking.origins.origin import Origin
from deltarule.checking.origins.succession import Succession
from deltarule.checking.origins.verdicts import slip_in
from deltarule.checking.sides import value_of
from deltarule.document import Claim
from deltarule.records import record
from deltarule.written import Written

FEWEST_IN_COLUMN = (
    3  # values of a column that the function at its head gives, before another one is called a slip
)
FEWEST_TOLD = 4  # values of a function that are right, before two others in a row are called slips
FEWEST_CALLED = 2  # values of a function that are right, before another one is called a slip
_GIVEN = "function"


@record
class _Misplaced:
    """A value of a column that its function does not give, its place in the column, and by how much it is off."""

    claim: Claim
    column: Hashable
    place: int
    off: Fraction
    slip: FoundSlip


class FunctionValues:
    """The values of each function in the order in which they come: told without working, and right by their own working."""

    def __init__(self) -> None:
        self._told = Succession()
        self._mistold: list[tuple[int, Claim, str, int, FoundSlip]] = []
        self._meant: set[str] = set()  # functions that have the value of a working which is then told wrongly
        self._column = Succession()  # values of a function at the head of a column, by that column
        self._misplaced: list[_Misplaced] = []
        self._sloped: set[int] = set()  # lines of rows
        self._called = Succession()
        # and whether a single term is what is wrong
        self._miscalled: list[tuple[int, Claim, str, int, FoundSlip, bool]] = []

    def hold(self, function: str, how: str) -> None:
        """Note a value that is told, and given by the function."""
        self._told.hold(function, how)

    def miss(self, at: int, claim: Claim, written: Written, function: str, origin: Origin) -> None:
        """Note a value that is told, where the function gives another one."""
        place = self._told.miss(function)
        if any(value_of(link.expr) == origin.value for link in claim.links[:-1]):
            self._meant.add(function)
        self._mistold.append((at, claim, function, place, slip_in(claim, written, origin)))

    def hold_slope(self, claim: Claim) -> None:
        """Note that the slope of the function holds in the row of a claim."""
        self._sloped.add(claim.line)

    def hold_in_column(self, column: Hashable) -> None:
        """Note a value of a column that the function at its head gives for the point of its row."""
        self._column.hold(column, _GIVEN)

    def miss_in_column(self, claim: Claim, written: Written, column: Hashable, origin: Origin) -> None:
        """Note a value of a column where the function at its head gives another one for the point of its row."""
        place = self._column.miss(column)
        off, slip = written.value - origin.value, slip_in(claim, written, origin)
        self._misplaced.append(_Misplaced(claim, column, place, off, slip))

    def wrong_in_columns(self, doubtful: Collection[int]) -> Iterator[tuple[Claim, FoundSlip]]:
        """Values that stand alone in a column whose others the function gives, or where it is the function whose slope holds.

        Two functions have the same slopes where they differ by a constant. In `doubtful` lines the point may be what is wrong.
        """
        columns: dict[Hashable, list[_Misplaced]] = {}
        for each in self._misplaced:
            columns.setdefault(each.column, []).append(each)
        for column, missed in columns.items():
            sloped = sum(each.claim.line in self._sloped for each in missed)
            unlike = max(Counter(each.off for each in missed).values()) == 1
            held = self._column.held(column, _GIVEN)
            for each in missed:
                alone = (
                    each.claim.line not in doubtful
                    and held >= FEWEST_IN_COLUMN
                    and self._column.is_alone(column, each.place)
                )
                of_slope = unlike and sloped >= FEWEST_IN_COLUMN and each.claim.line in self._sloped
                if alone or of_slope:
                    yield each.claim, each.slip

    def call(self, at: int, claim: Claim, written: Written, memory: Memory) -> None:
        """Note whether a function gives a value that is right by its own working."""
        from deltarule.checking.origins.called import called, is_worked
        from deltarule.checking.origins.terms import wrong_term

        term = wrong_term(claim, memory)
        origin = called(claim, memory)
        if not isinstance(claim.subject, Apply) or (origin is None and term is None):
            return
        function = claim.subject.function
        if term is None and origin is not None and fits(written, origin):
            self._called.hold(function, "called")
            return
        place = self._called.miss(function)
        if term is not None:
            self._miscalled.append((at, claim, function, place, term, True))
        elif origin is not None and is_worked(claim) and is_far(written, origin):
            self._miscalled.append((at, claim, function, place, slip_in(claim, written, origin), False))

    def wrong_told(
        self, definitions: Callable[[], Mapping[str, Collection[object]]]
    ) -> Iterator[tuple[int, Claim, FoundSlip]]:
        """Values of a function that it does not have: two in a row are those of another function of that name.

        But not where it gives most of them, those before and those after among them. Where it gives none, the page may tell of
        several functions of that name, unless it has one of the `definitions` only.
        """
        for at, claim, function, place, slip in self._mistold:
            family = {function, function.rstrip("'"), f"{function}'"}
            several = len(definitions().get(function, ())) != 1
            if several and function not in self._meant and not any(map(self._told.is_ever_held, family)):
                continue
            if self._told.is_alone(function, place) or self._told.is_among(function, place, FEWEST_TOLD):
                yield at, claim, slip

    def wrong_called(self) -> Iterator[tuple[int, Claim, FoundSlip]]:
        """What the function gives before and after is a slip where it does not; else the prose may have defined it anew."""
        for at, claim, function, place, slip, one_term in self._miscalled:
            often = self._called.held_before(function, place) >= FEWEST_CALLED
            regained = often and self._called.is_regained(function, place)
            if regained or (one_term and self._called.is_alone(function, place)):
                yield at, claim, slip
