"""Parameters told on one line after a step: the only one that the step does not give, beside others that it does."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from deltarule.checking.origins.origin import Against, Origin
from deltarule.document import Claim
from deltarule.written import Written

FEWEST = 2  # parameters that a step gives, each another number, before the only one that it does not is called a slip
FEWEST_FIGURES = 2
_STEP = "model step"


class OneStep:
    """The parameters of a model by lines: which step of it gives each, and what those are that none gives."""

    def __init__(self) -> None:
        self._given: dict[int, list[tuple[str, Fraction, Claim]]] = {}
        self._missed: dict[int, list[tuple[int, Claim, Written, dict[str, Origin]]]] = {}

    def fit(self, claim: Claim, written: Written, origin: Origin) -> None:
        """Note a parameter that a step gives; few figures tell nothing."""
        if origin.how.startswith(_STEP) and written.figures >= FEWEST_FIGURES:
            self._given.setdefault(claim.line, []).append((origin.how, written.value, claim))

    def miss(self, at: int, claim: Claim, written: Written, missed: Iterable[Origin]) -> None:
        """Note a parameter that no step gives, with what each would have given."""
        origins = {origin.how: origin for origin in missed if origin.how.startswith(_STEP)}
        if origins and len(claim.links) == 1:
            self._missed.setdefault(claim.line, []).append((at, claim, written, origins))

    def alone(self) -> Iterator[Against]:
        """Parameters that are the only ones of their line that its step does not give."""
        for line, missed in self._missed.items():
            given = self._given.get(line, [])
            ways = {how for how, _, _ in given}
            if len(missed) != 1 or len(ways) != 1:
                continue
            at, claim, written, origins = missed[0]
            origin = origins.get(ways.pop())
            subjects = {each.subject for _, _, each in given}
            values = {value for _, value, _ in given}
            if origin is None or claim.subject in subjects or min(len(subjects), len(values)) < FEWEST:
                continue
            yield at, claim, written, origin
