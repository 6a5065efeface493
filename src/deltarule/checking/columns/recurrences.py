"""How a column goes on from row to row, where nothing tells it: the numbers of the row before times factors, and a constant.

A descent on a quadratic function moves so, whatever the function is called and wherever it is told. The factors and the
constant are found from a few rows, as fractions of small numbers; all other rows have to bear them out.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, permutations

from deltarule.checking.columns.blocks import Block
from deltarule.checking.columns.makings import Making, Rule

FEWEST = 3  # rows beyond those from which the factors are found
MAX_DENOMINATOR = 2000
MOST_COLUMNS = 4  # beside the own one
_DOUBT = 2.5  # figures for each number that was found so that it fits
_SPREAD = 10_000  # units of the last place that the rows have to lie apart
_REACH = 3  # columns behind a step
_OF_STEP = 1.0
_NEAR = 4  # last places by which a constant may be off


def recurrences(block: Block, column: int) -> Iterator[Making]:
    """Makings by the own number of the row before and a constant, then with that of another column as well."""
    others = [k for k in range(block.width) if k != column and not block.counts(k)][:MOST_COLUMNS]
    for along in ((column,), *((column, other) for other in others)):
        found = _found(block, column, along)
        if found is not None:
            factors, constant = found
            takes = tuple((1, k) for k in along)
            yield Making(_rule(factors, constant), takes, surely=False, doubt=_DOUBT * (len(factors) + 1))


def ahead(block: Block, column: int) -> Iterator[Making]:
    """Makings of a step that is printed in front of what it leads from and to: the difference of two columns behind it."""
    behind = range(column + 1, min(column + 1 + _REACH, block.width))
    for one, other in permutations(behind, 2):
        yield Making(lambda a, b: a - b, ((0, one), (0, other)), surely=False, doubt=_OF_STEP)


def _rule(factors: Sequence[Fraction], constant: Fraction) -> Rule:
    if len(factors) == 1:
        return lambda a: factors[0] * a + constant
    return lambda a, b: factors[0] * a + factors[1] * b + constant


def _found(block: Block, column: int, along: Sequence[int]) -> tuple[list[Fraction], Fraction] | None:
    """Factors and constant by which the rows furthest apart follow from those before them."""
    rows: list[tuple[list[Fraction], Fraction]] = []
    units: list[Fraction] = []
    for row in range(1, len(block.rows)):
        cells = [block.rows[row - 1][k] for k in along]
        here = block.rows[row][column]
        if block.gaps[row] or here is None:
            continue
        numbers = [cell.written for cell in cells if cell is not None]
        if len(numbers) == len(cells):
            rows.append(([number.value for number in numbers], here.written.value))
            units.append(max(here.written.unit, *(number.unit for number in numbers)))
    if len(rows) < len(along) + 1 + FEWEST:
        return None
    unit = sorted(units)[len(units) // 2]  # a printout leaves zeros off: some numbers are shorter
    values = [value for _, value in rows]
    if max(values) - min(values) < _SPREAD * unit:
        return None
    factors = _one(rows, unit) if len(along) == 1 else _two(rows[: MOST_COLUMNS + 2], unit)
    if factors is None or 0 in factors[1:] or (len(factors) == 1 and factors[0] in (0, 1)):
        return None
    constants = [value - sum(f * n for f, n in zip(factors, numbers, strict=True)) for numbers, value in rows]
    exact = sorted(constants)[len(constants) // 2]
    constant = _short(exact, _NEAR * unit)
    return None if constant is None else (factors, constant)


def _one(rows: Sequence[tuple[list[Fraction], Fraction]], unit: Fraction) -> list[Fraction] | None:
    """The factor by which the two rows furthest apart follow."""
    (low,), below = min(rows, key=lambda row: row[0][0])
    (high,), above = max(rows, key=lambda row: row[0][0])
    if high == low:
        return None
    factor = _short((above - below) / (high - low), 2 * unit / (high - low))
    return None if factor is None else [factor]


def _two(rows: Sequence[tuple[list[Fraction], Fraction]], unit: Fraction) -> list[Fraction] | None:
    """Both factors, from three rows whose differences lie apart most."""
    best: tuple[Fraction, list[Fraction]] | None = None
    for one, other, third in combinations(rows, 3):
        (a, b), y = _apart(other, one)
        (c, d), z = _apart(third, one)
        size = a * d - b * c
        if size and (best is None or abs(size) > best[0]):
            best = (
                abs(size),
                [(y * d - b * z) / size, (a * z - y * c) / size, max(map(abs, (a, b, c, d))) / abs(size)],
            )
    if best is None:
        return None
    *factors, reach = best[1]
    short = [_short(factor, 4 * unit * reach) for factor in factors]
    known = [each for each in short if each is not None]
    return known if len(known) == len(short) else None


def _apart(
    row: tuple[list[Fraction], Fraction], other: tuple[list[Fraction], Fraction]
) -> tuple[list[Fraction], Fraction]:
    return [a - b for a, b in zip(row[0], other[0], strict=True)], row[1] - other[1]


def _short(number: Fraction, reach: Fraction) -> Fraction | None:
    """The fraction of the smallest numbers within reach of another; None if its denominator is large."""
    for most in (10, 100, MAX_DENOMINATOR):
        short = number.limit_denominator(most)
        if abs(short - number) <= reach:
            return short
    return None
