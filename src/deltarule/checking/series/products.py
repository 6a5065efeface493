"""Matrices times vectors: ``z = W x + b``, where the three stand as series before the one that they give."""

from collections.abc import Hashable, Iterator, Sequence
from fractions import Fraction

from deltarule.checking.columns.blocks import Block, Cell
from deltarule.checking.columns.makings import is_far
from deltarule.checking.series.finding import Series
from deltarule.records import record
from deltarule.written import Written

MAX_PRODUCTS = 24


@record
class Product:
    """A matrix, row by row, times a vector, with another one added or none."""

    rows: tuple[tuple[Written, ...], ...]
    vector: tuple[Written, ...]
    added: tuple[Written, ...] | None
    surely: bool = False
    stated: bool = False
    goes_on: bool = False
    family: Hashable = None
    doubt: float = 0.0

    def value(self, block: Block, row: int) -> Fraction | None:
        """What it gives in a row."""
        products = (a.value * b.value for a, b in zip(self.rows[row], self.vector, strict=True))
        return sum(products, Fraction(0)) + (self.added[row].value if self.added else 0)

    def is_far(self, block: Block, row: int, number: float) -> bool:
        """Whether what it gives is so far from a number that no rounding explains it: told roughly."""
        products = (float(a.value) * float(b.value) for a, b in zip(self.rows[row], self.vector, strict=True))
        return is_far(sum(products) + (float(self.added[row].value) if self.added else 0.0), number)

    def slack(self, block: Block, row: int) -> Fraction:
        """How far roundings of the numbers that it takes may move what it gives."""
        slack = _half(self.added[row]) if self.added else Fraction(0)
        for a, b in zip(self.rows[row], self.vector, strict=True):
            slack += _half(a) * abs(b.value) + _half(b) * abs(a.value)
        return slack


def _half(written: Written) -> Fraction:
    return written.unit / 2 if written.places > 0 else Fraction(0)


def products(
    series: Series, before: Sequence[Series], given: Sequence[tuple[Cell, ...]]
) -> Iterator[Product]:
    """The products of arrays and vectors that stand before a series and give as many numbers, the nearest first."""
    length, left = len(series.cells), MAX_PRODUCTS
    vectors = [_numbers(other.cells) for other in reversed(before) if other.rows == 1 and not other.is_row]
    vectors = list(dict.fromkeys([*vectors, *map(_numbers, given)]))
    for rows in _arrays(before):
        if len(rows) != length:
            continue
        for vector in (each for each in vectors if len(each) == len(rows[0])):
            for added in (None, *(each for each in vectors if len(each) == length and each != vector)):
                if left == 0:
                    return
                left -= 1
                yield Product(rows, vector, added)


def _arrays(before: Sequence[Series]) -> Iterator[tuple[tuple[Written, ...], ...]]:
    """The arrays, the nearest first, each by its rows and by its columns."""
    for other in reversed(before):
        if other.rows > 1:
            numbers = _numbers(other.cells)
            width = len(numbers) // other.rows
            rows = tuple(numbers[start : start + width] for start in range(0, len(numbers), width))
            yield rows
            yield tuple(zip(*rows, strict=True))


def _numbers(cells: Sequence[Cell]) -> tuple[Written, ...]:
    return tuple(cell.written for cell in cells)
