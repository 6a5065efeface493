"""Points that a document works out itself: whether they are those of its descent, so that one that is only told is none of it."""

from collections import Counter

from deltarule.algebra.expr import Symbol
from deltarule.checking.origins.climbs import FEWEST_STEPS
from deltarule.checking.origins.memory import Memory
from deltarule.checking.origins.origin import Origin
from deltarule.document import Claim
from deltarule.written import Written, is_rounding


class Walked:
    """How many points were worked out, by whether a step of the descent leads there."""

    def __init__(self) -> None:
        self._points: Counter[bool] = Counter()

    def note(self, fitting: bool) -> None:
        """Count a point that is worked out rightly."""
        self._points[fitting] += 1

    def is_left(self, claim: Claim, written: Written, step: Origin, memory: Memory) -> bool:
        """Whether a point that is only told is none of the descent, by an author whose steps before it all were.

        It lies no farther from where the step leads than that is from where it starts.
        """
        variable = memory.variable(claim.subject)
        told = memory.history(claim.subject) if isinstance(claim.subject, Symbol) else []
        if variable is None or not told or claim.part is not None:
            return False
        if self._points[False] or self._points[True] < FEWEST_STEPS or written.places < 2:
            return False
        if abs(written.value - step.value) > abs(step.value - told[-1].value):
            return False
        from deltarule.checking.origins.descended import path

        walked = (point[0] for point in path(memory))
        return not any(is_rounding(written.value, value, written.places) for value in walked)
