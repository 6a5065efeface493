"""How a law fits the cells of a column, and how much that shows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from deltarule.checking.columns.fitting import figures
from deltarule.checking.explanations import Case, explain
from deltarule.checking.stated_rows.grids import Grid, Key
from deltarule.checking.stated_rows.laws import Law
from deltarule.checking.stated_rows.working import PARAMETERS, Worth
from deltarule.checking.wording import shown
from deltarule.naming import Names
from deltarule.records import record
from deltarule.written import Written, is_rounding, is_truncation

SMALL = 100
FEWEST = 3  # cells that show a formula, for any other one to be wrong
SHARE = 3  # cells that follow a formula, for each that does not
FEWEST_WEAK = 2  # the same, for one where it is seen what went wrong
ENOUGH_STATED = 2.0  # figures of these that hardly fit by chance
ENOUGH = 8.0  # figures that show a formula that is only the usual one
LONG = 3  # figures of a number of which one may be miswritten


@record
class Way:
    """A law, taken with what the row began with or with what it has told so far."""

    law: Law
    back: bool


@dataclass
class Fit:
    """How a way fits the cells of a column: the rows that follow it, and those that do not."""

    way: Way
    fits: dict[int, Worth] = field(default_factory=dict)
    misfits: dict[int, Worth] = field(default_factory=dict)
    telling: int = 0
    told: float = 0.0  # figures that hardly fit by chance

    @property
    def rank(self) -> tuple[bool, int, int, bool]:
        """The better the more rows follow it."""
        fits = len(self.fits)
        return (fits > 0, fits - 2 * len(self.misfits), self.telling, self.way.law.stated)

    def take(self, written: Written, worth: Worth) -> None:
        """Count a row among those that follow the law with a number that says something."""
        self.telling += 1
        self.told += figures(written, worth.value, lambda: worth.slack) or 0.0


def group(key: Key, fit: Fit, names: Names) -> object:
    """What moves by one rule is shown together: the parameters."""
    return "parameters" if names.role(key[0]) in PARAMETERS and fit.way.law.stated else key


def is_shown(group: Sequence[Fit], fit: Fit) -> tuple[bool, bool]:
    """Whether the rows show a law so well that anything else is wrong; whether they show it at all."""
    fits = sum(len(each.fits) for each in group)
    misfits = sum(len(each.misfits) for each in group)
    telling = sum(each.telling for each in group)
    told = sum(each.told for each in group)
    own = len(fit.misfits) <= len(fit.fits) + 1
    if not fit.way.law.stated:
        strong = telling >= FEWEST and told >= ENOUGH and SHARE * misfits <= fits
        return strong, strong
    if told < ENOUGH_STATED:
        return False, False
    strong = telling >= FEWEST and SHARE * misfits <= fits and own
    return strong, telling >= FEWEST_WEAK and misfits <= fits and own


def usual_places(grid: Grid) -> Mapping[Key, int]:
    """How many places most numbers of a column have."""
    found: dict[Key, Counter[int]] = {}
    for row in grid.rows:
        for cell in row.cells:
            found.setdefault(cell.key, Counter())[max(cell.written.places, 0)] += 1
    return {
        key: most for key, places in found.items() for most, count in [places.most_common(1)[0]] if count > 1
    }


def fits(written: Written, worth: Worth) -> bool:
    """Whether a number is what a law gives, roundings allowed for."""
    distance = abs(written.value - worth.value)
    if written.places < 1 and abs(written.value) < SMALL:  # a small whole number is no rounding
        return distance <= worth.slack
    if is_rounding(written.value, worth.value, written.places) or is_truncation(
        written.value, worth.value, written.places
    ):
        return True
    return distance <= worth.slack + written.unit / 2


def is_off(written: Written, worth: Worth) -> bool:
    """Whether a number is further from its value than any rounding explains."""
    unit = written.unit if written.places > 0 or abs(written.value) >= SMALL else Fraction(0)
    return abs(written.value - worth.value) > unit + 2 * worth.slack


def is_miswritten(written: Written, worth: Worth) -> bool:
    """Whether a sign, a place or a digit is all that is wrong."""
    case = Case(written, worth.value, (worth.value,), max(written.places, 2), "", "")
    if explain(case).code != "arithmetic.value":
        return True
    right = shown(worth.value, max(written.places, 0))
    return _by_a_digit(written.text.replace(",", ".").replace("−", "-").lstrip("+"), right)


def _by_a_digit(text: str, right: str) -> bool:
    """Whether one digit, or two neighbours exchanged, is all in which two numbers differ."""
    if len(text) != len(right) or sum(each.isdigit() for each in right) < LONG:
        return False
    apart = [k for k, (one, other) in enumerate(zip(text, right, strict=True)) if one != other]
    if not all(text[k].isdigit() and right[k].isdigit() for k in apart):
        return False
    if len(apart) == 2:
        first, second = apart
        return text[first] == right[second] and text[second] == right[first]
    return len(apart) == 1
