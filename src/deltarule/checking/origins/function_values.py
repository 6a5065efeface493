"""Values of functions, told or worked out: which of them the functions that the document states do not give."""

from collections.abc import Iterator

from deltarule.algebra.expr import Apply
from deltarule.checking.claims import FoundSlip
from deltarule.checking.origins.memory import Memory
from deltarule.checking.origins.nearness import fits, is_far
from deltarule.checking.origins.origin import Origin
from deltarule.checking.origins.succession import Succession
from deltarule.checking.origins.verdicts import slip_in
from deltarule.document import Claim
from deltarule.written import Written

FEWEST_CALLED = 2  # values of a function that are right, before another one is called a slip


class FunctionValues:
    """The values of each function in the order in which they come: told without working, and right by their own working."""

    def __init__(self) -> None:
        self._told = Succession()
        self._mistold: list[tuple[int, Claim, str, int, FoundSlip]] = []
        self._called = Succession()
        # and whether a single term is what is wrong
        self._miscalled: list[tuple[int, Claim, str, int, FoundSlip, bool]] = []

    def hold(self, function: str, how: str) -> None:
        """Note a value that is told, and given by the function."""
        self._told.hold(function, how)

    def miss(self, at: int, claim: Claim, written: Written, function: str, origin: Origin) -> None:
        """Note a value that is told, where the function gives another one."""
        place = self._told.miss(function)
        self._mistold.append((at, claim, function, place, slip_in(claim, written, origin)))

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

    def wrong_told(self) -> Iterator[tuple[int, Claim, FoundSlip]]:
        """Values of a function that it does not have: two in a row are those of another function of that name."""
        for at, claim, function, place, slip in self._mistold:
            if self._told.is_alone(function, place):
                yield at, claim, slip

    def wrong_called(self) -> Iterator[tuple[int, Claim, FoundSlip]]:
        """What the function gives before and after is a slip where it does not; else the prose may have defined it anew."""
        for at, claim, function, place, slip, one_term in self._miscalled:
            often = self._called.held_before(function, place) >= FEWEST_CALLED
            regained = often and self._called.is_regained(function, place)
            if regained or (one_term and self._called.is_alone(function, place)):
                yield at, claim, slip
