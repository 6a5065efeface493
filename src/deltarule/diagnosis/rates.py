"""Learning rates that suit a curvature, and how many epochs they take."""

import math
from collections.abc import Sequence
from fractions import Fraction

from deltarule.diagnosis.figures import counted
from deltarule.records import record

SHRINK = 1000  # "a thousandth of the error" is what epochs are counted for
_RESOLUTION = Fraction(1, 10**12)  # of curvatures; beyond it nobody waits for the epochs anyway
_LOGARITHM_IS_LINEAR = Fraction(1, 10**12)


@record
class Rates:
    """Learning rates from the curvatures of a loss.

    Attributes
    ----------
    largest, smallest : Fraction
        Largest curvature, and the smallest that is not zero, or a trillionth of the largest if it is smaller than
        that. Along flat directions nothing moves, at any rate.
    """

    largest: Fraction
    smallest: Fraction

    @property
    def limit(self) -> Fraction:
        """2/largest: from here on the error along the steepest direction no longer shrinks."""
        return 2 / self.largest

    @property
    def suggested(self) -> Fraction:
        """1/largest: half the limit; the steepest direction is done in one step."""
        return 1 / self.largest

    @property
    def minimax(self) -> Fraction:
        """2/(largest + smallest): the fastest constant rate, a hair under the limit where they differ much."""
        return 2 / (self.largest + self.smallest)

    @property
    def spread(self) -> Fraction:
        """Largest to smallest curvature, the condition number: epochs grow in proportion to it."""
        return self.largest / self.smallest

    @property
    def unresolved(self) -> bool:
        """Whether the smallest curvature may be smaller still than floats can tell."""
        return self.smallest == self.largest * _RESOLUTION

    def epochs(self, rate: Fraction) -> int | None:
        """Updates until every direction has shrunk a thousandfold; None if that never happens."""
        slowest = max(abs(1 - rate * self.largest), abs(1 - rate * self.smallest))
        if slowest >= 1:
            return None
        if slowest <= Fraction(1, SHRINK):
            return 1
        lost = 1 - slowest
        if lost < _LOGARITHM_IS_LINEAR:
            return math.ceil(Fraction(math.log(SHRINK)) / lost)
        return math.ceil(math.log(SHRINK) / -math.log1p(-float(lost)) - 1e-9)

    def epochs_in_words(self, rate: Fraction) -> str:
        """The same, for a sentence: ``813 epochs``, ``more than 6.908e12 epochs``."""
        count = self.epochs(rate)
        if count is None:
            return "for ever"
        return ("more than " if self.unresolved else "") + counted(count, "epoch")


def rates(curvatures: Sequence[Fraction]) -> Rates:
    """Rates for curvatures that are known to be above zero, however floats may have blurred the smallest."""
    largest = max(curvatures)
    return Rates(largest, max(min(curvatures), largest * _RESOLUTION))
