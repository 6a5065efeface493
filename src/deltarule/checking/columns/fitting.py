"""How well a making fits a column: the rows that it gives, those that it does not, and how much that tells."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from math import log10
from typing import Protocol

from deltarule.checking.columns.blocks import Block, Cell
from deltarule.written import Written, is_rounding, is_truncation

ENOUGH, ENOUGH_FOR_SLIP = (
    2.0,
    4.5,
)  # figures that fit, beyond those that fit by chance the more makings are tried
ENOUGH_AGAINST = 6.0  # the same, to speak against a verdict
FEWEST, FEWEST_FOR_SLIP = 2, 3  # rows that fit, with different numbers
EACH = 4  # rows for each that does not fit
MOST_ODD = 2  # rows that do not fit, unless the document states the making
STAYS = 0.1  # figures that a number tells which is that of the row before
LEAST_APART = 0.5  # figures that a number tells at least, however close to another
EACH_ODD = 2.0  # figures that each row beyond the first that does not fit has to be outweighed by
_FLOAT_FIGURES = 8  # a number of so many figures may come from a program's binary arithmetic
_NOISE = Fraction(3, 10**7)
_MOST_SLACK = Fraction(10**30)  # units: tells nothing


class Gives(Protocol):
    """What gives a number for a row: a rule, a neuron, a descent."""

    @property
    def surely(self) -> bool:
        """Whether a number that does not fit may be called wrong."""
        ...

    @property
    def goes_on(self) -> bool:
        """Whether it takes numbers of the row before."""
        ...

    @property
    def stated(self) -> bool:
        """Whether the document states it, for numbers of the same row."""
        ...

    @property
    def family(self) -> Hashable:
        """What it has in common with makings of other columns of the same rows; None if nothing."""
        ...

    @property
    def doubt(self) -> float:
        """How many figures have to fit beyond those that otherwise do: what was chosen so that it fits."""
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
    apart: float = 0.0  # the same, without the figures that numbers next to each other have in common
    backing: float = 0.0  # figures by which the same holds for other columns
    distinct: int = 0
    sharp: int = 0  # rows that fit with half their figures at least, whatever roundings may move
    tried: int = 1  # makings up to this one: the simplest are tried first

    @property
    def is_enough(self) -> bool:
        """Whether what fits hardly does so by chance."""
        return self.told >= ENOUGH + self._outweighed and self.distinct >= FEWEST

    @property
    def is_enough_for_slips(self) -> bool:
        """Whether what does not fit may be called wrong."""
        enough = self.evidence >= ENOUGH_FOR_SLIP + self._outweighed and self.sharp >= FEWEST_FOR_SLIP
        return enough and self.making.surely

    @property
    def is_beyond_doubt(self) -> bool:
        """Whether what does not fit is wrong although something else was found that gives it."""
        return self.is_enough_for_slips and self.evidence >= ENOUGH_AGAINST + self._outweighed

    @property
    def stands_alone(self) -> bool:
        """Whether the figures of this column alone are enough to speak against a verdict."""
        return self.apart >= ENOUGH_AGAINST + self._outweighed

    @property
    def evidence(self) -> float:
        """The figures that speak for the making."""
        return self.apart + self.backing

    @property
    def _outweighed(self) -> float:
        """The figures that fit by chance: the more, the more makings are tried and the more rows may be left out."""
        return log10(self.tried) + self.making.doubt + EACH_ODD * max(len(self.misfits) - 1, 0)

    def is_rival_of(self, other: "Fit") -> bool:
        """Whether it may be what the column is made of instead of another making."""
        return self.is_enough or len(self.fits) >= len(other.fits)


def fitted(block: Block, column: int, making: Gives, cells: Mapping[int, Cell]) -> Fit | None:
    """How a making fits a column; None where more than a few rows speak against it."""
    allowed = _allowed(len(cells), making)
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
        how = figures(written, value, partial(making.slack, block, row))
        if how is not None:
            fit.fits[row] = value
            told[written.value] = max(how, told.get(written.value, 0.0))
            fit.sharp += 2 * how >= telling(written) and written.value != 0  # zeros are made of zeros by many
        elif abs(written.value - value) > written.unit:
            fit.misfits[row] = value
            if len(fit.misfits) > allowed:
                return None
    least = len(fit.misfits) + 1 if making.stated else 2 * len(fit.misfits)
    if len(fit.fits) < max(FEWEST, least):
        return None
    fit.told, fit.distinct = sum(told.values()), len(told)
    apart = _along(block, column, fit) if making.goes_on else _apart(told)
    fit.apart = min(apart, fit.told) if making.family is None else apart
    for row, value in list(fit.misfits.items()):
        if not is_off(cells[row].written, value, making.slack(block, row)):
            del fit.misfits[row]
    return fit


def _allowed(count: int, making: Gives) -> int:
    """How many of so many rows may speak against a making."""
    if making.stated:
        return (count - 1) // 2
    return max(min(count // EACH, MOST_ODD), count // (EACH + 1))


def is_off(written: Written, value: Fraction, slack: Fraction) -> bool:
    """Whether a number is further from what a making gives than any way of rounding or cutting off explains."""
    return abs(written.value - value) > written.unit + 2 * slack


def figures(written: Written, value: Fraction, slack_of: Callable[[], Fraction]) -> float | None:
    """How many figures tell that a number is a value, which roundings may have moved so far; None if it is not."""
    if is_rounding(written.value, value, written.places):
        return telling(written)
    apart = abs(written.value - value)
    if 4 * apart > abs(value) + abs(written.value):
        return None  # further than any rounding that leaves a figure
    if written.figures >= _FLOAT_FIGURES and apart <= _NOISE * abs(value):
        return telling(written)
    slack = slack_of()
    if apart <= slack + written.unit / 2 or is_truncation(written.value, value, written.places):
        return max(0.0, telling(written) - log10(1 + 2 * float(min(slack / written.unit, _MOST_SLACK))))
    return None


def telling(written: Written) -> float:
    """How many figures of a number hardly fit by chance."""
    if written.value in (0, 1, -1):
        return 0.3
    return float(written.figures) if written.figures > 1 else 0.7


def _apart(told: Mapping[Fraction, float]) -> float:
    """The figures that tell numbers from the ones next to them: where all come close to one, what gives that gives them all."""
    values = sorted(told)
    found = 0.0
    for k, value in enumerate(values):
        beside = (*values[max(k - 1, 0) : k], *values[k + 1 : k + 2])
        near = min((abs(value - other) for other in beside), default=abs(value))
        found += _beyond(value, near, told[value])
    return found


def _along(block: Block, column: int, fit: Fit) -> float:
    """The figures by which numbers move on from row to row: one that stays says nearly nothing."""
    found = 0.0
    for row in fit.fits:
        cell, before = block.rows[row][column], block.rows[row - 1][column] if row else None
        if cell is not None and before is not None:
            moved = abs(cell.written.value - before.written.value)
            found += _beyond(cell.written.value, moved, telling(cell.written)) if moved else STAYS
    return found


def _beyond(value: Fraction, near: Fraction, figures: float) -> float:
    """The figures of a number beyond those that one so near has in common with it."""
    common = -log10(near / abs(value)) if 0 < near < abs(value) else 0.0
    return max(figures - common, min(figures, LEAST_APART))
