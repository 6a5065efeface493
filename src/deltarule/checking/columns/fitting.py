"""How well a making fits a column: the rows that it gives, those that it does not, and how much that tells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import log10
from typing import Protocol

from deltarule.checking.columns.blocks import Block, Cell
from deltarule.written import Written, is_rounding, is_truncation

ENOUGH, ENOUGH_FOR_SLIP = (
    2.0,
    4.5,
)  # figures that fit, beyond those that fit by chance the more makings are tried
FEWEST, FEWEST_FOR_SLIP = 2, 3  # rows that fit, with different numbers
EACH = 4  # rows that fit, for each that does not
_FLOAT_FIGURES = 8  # a number of so many figures may come from a program's binary arithmetic
_NOISE = Fraction(3, 10**7)
_MOST_SLACK = Fraction(10**30)  # units: tells nothing


class Gives(Protocol):
    """What gives a number for a row: a rule, a neuron, a descent."""

    @property
    def surely(self) -> bool:
        """Whether a number that does not fit may be called wrong."""
        ...

    def value(self, block: Block, row: int) -> Fraction | None:
        """What it gives in a row."""
        ...

    def is_far(self, block: Block, row: int, number: float) -> bool:
        """Whether that is so far from a number that no rounding explains it, told roughly."""
        ...

    def slack(self, block: Block, row: int) -> Fraction:
        """How far roundings of what it takes may move what it gives."""
        ...


@dataclass
class Fit:
    """How a making fits a column: what it gives in the rows that fit and in those that do not."""

    making: Gives
    fits: dict[int, Fraction] = field(default_factory=dict)
    misfits: dict[int, Fraction] = field(default_factory=dict)
    told: float = 0.0
    distinct: int = 0
    tried: int = 1  # makings up to this one: the simplest are tried first

    @property
    def is_enough(self) -> bool:
        """Whether what fits hardly does so by chance."""
        return self.told >= ENOUGH + log10(self.tried) and self.distinct >= FEWEST

    @property
    def is_enough_for_slips(self) -> bool:
        """Whether what does not fit may be called wrong."""
        enough = self.told >= ENOUGH_FOR_SLIP + log10(self.tried) and len(self.fits) >= FEWEST_FOR_SLIP
        return enough and self.making.surely


def fitted(block: Block, column: int, making: Gives, cells: Mapping[int, Cell]) -> Fit | None:
    """How a making fits a column; None where more than a few rows speak against it."""
    count = len(cells)
    allowed = count // (EACH + 1) if count > EACH else int(count == EACH)
    far = 0
    for row in cells:
        number = block.rough[row][column]
        if number is None or making.is_far(block, row, number):
            far += 1
            if far > allowed:
                return None
    fit = Fit(making)
    told: dict[Fraction, float] = {}
    for row, cell in cells.items():
        value = making.value(block, row)
        if value is None:
            continue
        written = cell.written
        how = _figures(block, making, row, written, value)
        if how is not None:
            fit.fits[row] = value
            told[written.value] = max(how, told.get(written.value, 0.0))
        elif abs(written.value - value) > written.unit:
            fit.misfits[row] = value
            if len(fit.misfits) > allowed:
                return None
    fit.told, fit.distinct = sum(told.values()), len(told)
    return fit if len(fit.fits) >= max(FEWEST, 2 * len(fit.misfits)) else None


def _figures(block: Block, making: Gives, row: int, written: Written, value: Fraction) -> float | None:
    """How many figures tell that a number is what a making gives; None if it is not."""
    if is_rounding(written.value, value, written.places):
        return telling(written)
    apart = abs(written.value - value)
    if 4 * apart > abs(value) + abs(written.value):
        return None  # further than any rounding that leaves a figure
    if written.figures >= _FLOAT_FIGURES and apart <= _NOISE * abs(value):
        return telling(written)
    slack = making.slack(block, row)
    if apart <= slack + written.unit / 2 or is_truncation(written.value, value, written.places):
        return max(0.0, telling(written) - log10(1 + 2 * float(min(slack / written.unit, _MOST_SLACK))))
    return None


def telling(written: Written) -> float:
    """How many figures of a number hardly fit by chance."""
    if written.value in (0, 1, -1):
        return 0.3
    return float(written.figures) if written.figures > 1 else 0.7
