"""By what the numbers of a column are moved or multiplied from row to row, where nothing tells it: found from the rows themselves.

A factor of few figures that most rows share gives a making: a multiple of another column, a step along it, or along the product
of two. It is one of many that might have fitted, which the evidence has to outweigh.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from deltarule.checking.columns.blocks import Block
from deltarule.checking.columns.makings import Making, Rule

FEWEST = 3  # rows that share a factor
TRIED = 4  # rows whose factor is tried
MOST_FIGURES = 3
TOLD_TIMES = (Fraction(1), Fraction(2), Fraction(1, 2))  # a step along twice what is shown, or half of it
Takes = tuple[tuple[int, int], ...]


def steps(block: Block, column: int, told: Sequence[Fraction], most: int) -> Iterator[Making]:
    """Makings with a factor that most rows show; `told` are those that the document tells, `most` how many ways are looked at."""
    here = [(0, k) for k in range(column)]
    before = [(1, k) for k in range(block.width) if k != column]
    known = {sign * rate * times for rate in told for times in TOLD_TIMES for sign in (1, -1)}
    ways: list[tuple[Takes, Takes]] = [((take,), ()) for take in (*here, *before)]
    ways += [((take,), ((1, column),)) for take in (*here, *before)]
    ways += [(pair, ((1, column),)) for pair in combinations(here, 2)]
    for along, start in ways[:most]:
        factor = _shared(block, column, along, start)
        if factor is not None and factor not in (0, 1, -1):
            rule = _rule(factor, len(along), bool(start))
            doubt = 0.5 if factor in known else 1.0 + MOST_FIGURES
            family = (factor, along[0]) if start else None
            yield Making(rule, (*along, *start), doubt=doubt, family=family)


def _rule(factor: Fraction, along: int, goes_on: bool) -> Rule:
    """A multiple, or what is there before with a multiple added."""
    if along == 2:
        return lambda a, b, c: c + factor * a * b
    return (lambda a, c: c + factor * a) if goes_on else (lambda a: factor * a)


def _shared(block: Block, column: int, along: Takes, start: Takes) -> Fraction | None:
    """The factor of few figures that most rows have in common."""
    rows: list[
        tuple[float, float, float]
    ] = []  # of each row: along what, how far, and how exactly that is known
    for row in range(len(block.rows)):
        numbers = _numbers(block, row, ((0, column), *along, *start))
        if numbers is None:
            continue
        value, *others = numbers
        unit = _unit(block, row, column)
        product = 1.0
        for number in others[: len(along)]:
            product *= number
        moved = value - (others[-1] if start else 0.0)
        rows.append((product, moved, unit * (1.01 if start else 0.51)))
    told = [each for each in rows if abs(each[0]) > 1e-9]
    if len(told) < FEWEST:
        return None
    told.sort(key=lambda each: each[2] / abs(each[0]))
    for product, moved, reach in told[:TRIED]:
        factor = _short(moved / product, reach / abs(product))
        if factor is None:
            continue
        number = float(factor)
        agree = sum(abs(m - number * p) <= 3 * r + 0.02 * abs(m) for p, m, r in told)
        if agree >= FEWEST and 2 * agree > len(told):
            return factor
    return None


def _numbers(block: Block, row: int, takes: Takes) -> list[float] | None:
    found: list[float] = []
    for back, column in takes:
        if back and (row == 0 or block.gaps[row]):
            return None
        number = block.rough[row - back][column]
        if number is None:
            return None
        found.append(number)
    return found


def _unit(block: Block, row: int, column: int) -> float:
    cell = block.rows[row][column]
    return 0.0 if cell is None else float(cell.written.unit)


def _short(number: float, reach: float) -> Fraction | None:
    """The number of fewest figures within reach of another."""
    if not 1e-6 < abs(number) < 1e6:
        return None
    for figures in range(1, MOST_FIGURES + 1):
        short = Fraction(f"{number:.{figures - 1}e}")
        if abs(float(short) - number) <= reach + 1e-12:
            return short
    return None
