"""A value in a row beside what each formula gives for it, and which of them it fits."""

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeAlias

from deltarule.checking.row_slips import Miss
from deltarule.checking.row_state import PARAMETERS, Key
from deltarule.checking.sides import as_number
from deltarule.document import Claim
from deltarule.formulas import Role
from deltarule.formulas.variants import JUMPS
from deltarule.records import changing
from deltarule.written import Written, is_truncation

SMALL = 100
FLOAT_FIGURES = 12  # a number of so many figures comes from a program's binary arithmetic
FLOAT_NOISE = Fraction(1, 10**10)
_CHANGES = frozenset({Role.CHANGE, Role.BIAS_CHANGE})
# for each table and role: the formula that it follows, and whether what it does not fit is a slip
Choices: TypeAlias = Mapping[tuple[int, Role], tuple[int | None, bool]]


@changing
class Observed:
    """A value, and what each formula gives for it: exactly, and by how much rounding may move that."""

    claim: Claim
    key: Key
    written: Written
    segment: int
    given: dict[int, tuple[Fraction, Fraction]]
    again: bool = False  # a weight told once more
    start: Fraction | None = None  # what a weight was before
    adopted: bool = False  # right with the right value of what is a slip above
    retold: bool = False  # the same value of the same quantity was told before, in another row
    miss: Miss | None = None  # what the author did instead, where the formula chosen does not give the value

    @property
    def stays(self) -> bool:
        """Whether it is a change of nothing, or a parameter as it was before."""
        if self.key[0] in PARAMETERS:
            return self.written.value == self.start
        return self.key[0] in _CHANGES and not self.written.value

    @property
    def is_worked(self) -> bool:
        """Whether an expression in numbers stands before the value."""
        return any(as_number(side) is None for side in self.claim.in_numbers)

    def tells(self, variant: int) -> bool:
        """Whether a formula says more of the value than that nothing changes."""
        value = self.given[variant][0]
        if self.key[0] in (Role.CHANGE, Role.BIAS_CHANGE):
            return value != 0
        return self.key[0] not in PARAMETERS or value != self.start

    @property
    def at_a_step(self) -> bool:
        """Whether it is the output where a step jumps: 0, 1 or -1, as one likes."""
        if self.key[0] is not Role.OUTPUT or self.written.value not in (0, 1, -1):
            return False
        return any(
            below in self.given and above in self.given and self.given[below] != self.given[above]
            for below, above in JUMPS
        )

    def fits(self, variant: int) -> bool:
        """Whether a formula gives the value, roundings of its operands allowed for."""
        if variant not in self.given:
            return False
        value, slack = self.given[variant]
        if self.written.places < 1 and abs(self.written.value) < SMALL:  # a small whole number is no rounding
            return abs(self.written.value - value) <= slack
        distance = abs(self.written.value - value)
        if self.written.figures >= FLOAT_FIGURES and distance <= FLOAT_NOISE * max(abs(value), Fraction(1)):
            return True  # -0.30000000000000004
        close = distance <= slack + self.written.unit / 2
        return close or is_truncation(self.written.value, value, self.written.places)

    def within_roundings(self, variant: int) -> bool:
        """Whether digits that were cut off the operands may explain a value."""
        value, slack = self.given[variant]
        return (
            self.written.places > 0 and abs(self.written.value - value) <= 2 * slack + self.written.unit / 2
        )

    def near(self, variant: int) -> bool:
        """Whether a formula gives the value but for its last digit."""
        if variant not in self.given or self.written.places < 1:
            return False
        value, slack = self.given[variant]
        return abs(self.written.value - value) <= slack + 3 * self.written.unit
