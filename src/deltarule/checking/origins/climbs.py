"""Steps the wrong way: the change is added where the other steps of the document take it off."""

from collections import Counter
from collections.abc import Iterator

from deltarule.checking.claims import FoundSlip
from deltarule.checking.origins.origin import Against
from deltarule.checking.origins.verdicts import name_of
from deltarule.checking.wording import plain
from deltarule.document import Claim
from deltarule.findings import Kind
from deltarule.written import Written

FEWEST_STEPS = 3  # the right way, before one the wrong way is called a slip


class Climbs:
    """The steps that go up in one exercise, until it is known how many go down."""

    def __init__(self) -> None:
        self._climbing: list[Against] = []
        self._held_before: Counter[str] = Counter()  # how often each formula held when the exercise began

    def note(self, step: Against) -> None:
        """Note a step that is worked out rightly, the wrong way."""
        self._climbing.append(step)

    def conclude(self, held: Counter[str]) -> Iterator[tuple[int, Claim, FoundSlip]]:
        """Slips of the exercise that ends, by how often each formula has `held`."""
        for at, claim, written, origin in self._climbing:
            how = origin.how.replace("climb", "step")
            if held[how] - self._held_before[how] >= FEWEST_STEPS:
                yield at, claim, _climbed(claim, written)
        self._climbing.clear()
        self._held_before = held.copy()


def _climbed(claim: Claim, written: Written) -> FoundSlip:
    """A step that adds what the other steps of the document take off."""
    name = name_of(claim.subject)
    message = f"The step of {name} goes the wrong way: the change has the opposite sign in the other steps."
    span = claim.links[-1].span
    return FoundSlip(span, Kind.SIGN, "sign.update", message, None, name, plain(written), "")
