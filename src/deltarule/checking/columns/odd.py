"""Whether the number of a row that its column's making does not give is wrong, or the row is of another kind.

Rows are of another kind where a run begins anew, rows are left out, sums stand below the others, or a rule is cut off: a negative
number at zero, a long step at its longest.
"""

from collections.abc import Hashable, Iterable, Sequence
from fractions import Fraction
from itertools import pairwise

from deltarule.checking.columns.blocks import Block
from deltarule.checking.columns.fitting import Fit
from deltarule.checking.columns.makings import Making
from deltarule.written import Written, is_rounding

_FEWEST_ROWS = 3  # of a table that shows by itself what gives its numbers
_FEWEST_AT_AN_END = 2  # rows at one end of a table where a making does not hold
_FEWEST_FIGURES = 3  # of a number with two of its digits exchanged


def share_evidence(columns: Iterable[Sequence[Fit]]) -> None:
    """Let the makings of one family, a step by the same rate along the same error, speak for one another in several columns."""
    kept = list(columns)
    told: dict[Hashable, list[tuple[int, float]]] = {}
    for k, fits in enumerate(kept):
        strongest: dict[Hashable, float] = {}
        for fit in fits:
            if fit.making.family is not None:
                strongest[fit.making.family] = max(strongest.get(fit.making.family, 0.0), fit.apart)
        for family, figures in strongest.items():
            told.setdefault(family, []).append((k, figures))
    for k, fits in enumerate(kept):
        for fit in fits:
            family = fit.making.family
            fit.backing = (
                sum(f for other, f in told.get(family, ()) if other != k) if family is not None else 0.0
            )


def odd_rows(block: Block, column: int, found: Sequence[Fit]) -> list[tuple[int, Fit]]:
    """The rows whose numbers are wrong, as far as one column shows it, with the making that says so."""
    enough = (fit for fit in found if fit.is_enough_for_slips)
    best = max(enough, key=lambda fit: (len(fit.fits), fit.evidence), default=None)
    if best is None:
        return []
    rivals = [fit for fit in found if fit is not best and fit.is_rival_of(best)]
    rows = [row for row in best.misfits if not any(row in rival.fits for rival in rivals)]
    if _holds_in_the_limit(best) or _says_one_thing(block, column, best) or _only_counts(block, column):
        return []
    return [
        (row, best)
        for row in rows
        if not _is_of_another_kind(block, column, best, row) and _is_at_home(block, best, row)
    ]


def _holds_in_the_limit(fit: Fit) -> bool:
    """Whether all rows at one end are off: nearly so, as ``tanh(x) = x`` or ``a - a² = a`` are, where the numbers grow small."""
    if fit.making.stated or len(fit.misfits) < _FEWEST_AT_AN_END or not fit.fits:
        return False
    return max(fit.misfits) < min(fit.fits) or min(fit.misfits) > max(fit.fits)


def _only_counts(block: Block, column: int) -> bool:
    """Whether a column goes on by the same whole number from row to row: it says which step is meant, whatever gives that as well."""
    numbers = [cell.written for row in block.rows if (cell := row[column]) is not None]
    rises = {b.value - a.value for a, b in pairwise(numbers)}
    return (
        len(numbers) == len(block.rows) and len(rises) == 1 and all(number.places <= 0 for number in numbers)
    )


def _says_one_thing(block: Block, column: int, fit: Fit) -> bool:
    """Whether a making gives one number in every row for numbers that differ: they only come close to it."""
    cells = (block.rows[row][column] for row in fit.fits)
    written = {cell.written.value for cell in cells if cell is not None}
    return len(written) > 1 and len({*fit.fits.values(), *fit.misfits.values()}) == 1


def _is_at_home(block: Block, fit: Fit, row: int) -> bool:
    """Whether the making holds in the table of a row as well: what gives the numbers of another one need not do so here."""
    begins = [k for k, gap in enumerate(block.gaps) if gap or k == 0]
    start = max(k for k in begins if k <= row)
    stop = min((k for k in begins if k > row), default=len(block.rows))
    table = range(start, stop)
    fitting, missing = sum(k in fit.fits for k in table), sum(k in fit.misfits for k in table)
    return len(table) < _FEWEST_ROWS or fitting > missing


def _is_of_another_kind(block: Block, column: int, fit: Fit, row: int) -> bool:
    cell, expected = block.rows[row][column], fit.misfits[row]
    assert cell is not None
    written = cell.written
    if _is_cut_off(block, column, written, expected) or _is_below(block, row):
        return True
    if _is_branch(block, column, fit, row):
        return True
    if written.figures < _FEWEST_FIGURES and not fit.stands_alone and not _has_precedent(block, fit, row):
        return True
    if not fit.making.goes_on:
        return False
    if _is_behind_a_gap(block, row):
        return True
    return row + 1 not in fit.fits and not _is_near_miss(written, expected)


def _is_cut_off(block: Block, column: int, written: Written, expected: Fraction) -> bool:
    """Whether zero stands for what is below it, or a bound for what is beyond it."""
    if written.value == 0:
        return expected < 0
    if abs(expected) <= abs(written.value):
        return False
    alike = [
        row
        for row in block.rows
        if (c := row[column]) is not None and abs(c.written.value) == abs(written.value)
    ]
    return len(alike) > 1 or written.figures < 2


def _is_below(block: Block, row: int) -> bool:
    """Whether a row at the end has no number in front where the others have one: sums and means stand there."""
    firsts = [each[0] for each in block.rows]
    return row + 1 == len(firsts) and firsts[row] is None and any(first is not None for first in firsts[:-1])


def _is_branch(block: Block, column: int, fit: Fit, row: int) -> bool:
    """Whether another row is off by the same factor: the rule has another case."""
    ratios = []
    for other, expected in fit.misfits.items():
        cell = block.rows[other][column]
        if cell is None or not expected:
            continue
        ratios.append((other, float(cell.written.value / expected)))
    mine = next((ratio for other, ratio in ratios if other == row), None)
    if mine is None:
        return False
    return any(other != row and abs(ratio - mine) <= 0.01 * abs(mine) for other, ratio in ratios)


def _has_precedent(block: Block, fit: Fit, row: int) -> bool:
    """Whether another row that fits has all the same in it but what it goes on from: small numbers fit by chance elsewhere."""
    making = fit.making
    if not isinstance(making, Making):
        return True
    carried = making.takes[-1:] if making.family is not None else ()
    takes = [take for take in making.takes if take not in carried]

    def situation(at: int) -> list[Fraction | None]:
        cells = [block.rows[at - back][column] if at >= back else None for back, column in takes]
        return [None if cell is None else cell.written.value for cell in cells]

    mine = situation(row)
    return any(situation(other) == mine for other in fit.fits if other != row)


def _is_behind_a_gap(block: Block, row: int) -> bool:
    """Whether the rows are counted, and not by one from the row before to this one as between most others."""
    for column in range(block.width):
        cells = [each[column] for each in block.rows]
        values = [None if cell is None or cell.written.places > 0 else cell.written.value for cell in cells]
        counts = [value for value in values if value is not None]
        if len(counts) < len(values) or len(set(counts)) < 2:
            continue
        rises = [b - a for a, b in pairwise(counts)]
        usual = max(set(rises), key=rises.count)
        if usual > 0 and 2 * rises.count(usual) > len(rises):
            return row > 0 and rises[row - 1] != usual
    return False


def _is_near_miss(written: Written, expected: Fraction) -> bool:
    """Whether a sign, or two digits exchanged, is all that is wrong: chance seldom comes so close."""
    if written.figures < _FEWEST_FIGURES:
        return False
    if is_rounding(-written.value, expected, written.places):
        return True
    digits = list(written.text)
    for k in range(len(digits) - 1):
        if digits[k].isdigit() and digits[k + 1].isdigit() and digits[k] != digits[k + 1]:
            swapped = "".join((*digits[:k], digits[k + 1], digits[k], *digits[k + 2 :]))
            try:
                value = Fraction(swapped)
            except ValueError:
                return False
            if is_rounding(value, expected, written.places):
                return True
    return False
