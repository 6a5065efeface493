"""The R-factor of few rows, as if worked out in twice the precision of floats and rounded at the end.

A QR factorisation in floats is off by a rounding of the targets, and where they lie far from every line that
error is multiplied by the *square* of the condition number. So for tables of less than one block the products
of the centred columns are summed without any error: each column is cut into slices of so few bits that
products of slices, and their sums, are exact in floats (Ozaki, Ogita, Oishi and Rump 2012). Cholesky's
factorisation of the sums is done in pairs of floats (Dekker 1971).
"""

import numpy as np

from deltarule.records import record
from deltarule.training.moments import Floats, two_sum

_SLICES = 4
_LOST = 2.0**-90  # share of a column's square below which nothing is left of it
_SPLIT = 2.0**27 + 1


@record
class Pair:
    """Numbers as unevaluated sums of two floats, elementwise."""

    high: Floats
    low: Floats

    def __getitem__(self, index: slice | tuple[slice, slice]) -> "Pair":
        return Pair(self.high[index], self.low[index])

    def __sub__(self, other: "Pair") -> "Pair":
        total, error = two_sum(self.high, -other.high)
        return _normal(total, error + (self.low - other.low))

    def __mul__(self, other: "Pair") -> "Pair":
        product, error = _two_product(self.high, other.high)
        return _normal(product, error + (self.high * other.low + self.low * other.high))

    def __truediv__(self, other: "Pair") -> "Pair":
        first = self.high / other.high
        rest = self - Pair(first, np.zeros_like(first)) * other
        return _normal(first, rest.high / other.high)

    def root(self) -> "Pair":
        """Square root."""
        first = np.sqrt(self.high)
        rest = self - Pair(*_two_product(first, first))
        return _normal(first, rest.high / (2 * first))


def exact_factor(columns: Floats, shift: Floats, weight: Floats | None) -> Floats:
    """Triangular R of shape (p, p) with R'R the scatter of the columns.

    Parameters
    ----------
    columns : array of shape (n, p)
    shift : array of shape (p,)
        Anything near their means.
    weight : array of shape (n,), or None
    """
    high = columns - shift
    part = high - columns
    low = (columns - (high - part)) - (shift + part)  # what rounding took, exactly
    largest = np.abs(high).max(axis=0)
    scale = np.ldexp(1.0, np.frexp(np.where(largest > 0, largest, 1.0))[1])
    products = _products(np.column_stack([high / scale, np.ones(len(high))]), low / scale, weight)
    sums, count = products[-1:, :-1], products[-1:, -1:]
    scatter = products[:-1, :-1] - Pair(sums.high.T, sums.low.T) * sums / count
    return _cholesky(scatter) * scale


def _products(high: Floats, low: Floats, weight: Floats | None) -> Pair:
    """Sums of products of all columns (the last is of ones), of entries between -1 and 1."""
    bits = (52 - len(high).bit_length()) // 2
    low = np.column_stack([low, np.zeros(len(low))])
    right, rest = _slices(high, low, bits), []
    if weight is None:
        rest = right
    else:
        size = float(np.ldexp(1.0, int(np.frexp(weight.max())[1])))
        share = (weight / size)[:, None]
        product, error = _two_product(share * np.ones_like(high), high)
        rest = _slices(product, error + share * low, bits)
    p = high.shape[1]
    total = Pair(np.zeros((p, p)), np.zeros((p, p)))
    for i, first in reversed(list(enumerate(rest))):
        for second in reversed(right[: _SLICES + 1 - i]):
            term = first.T @ second
            total = total - Pair(-term, np.zeros_like(term))
    return total if weight is None else Pair(total.high * size, total.low * size)


def _slices(high: Floats, low: Floats, bits: int) -> list[Floats]:
    """Parts of so many bits each that add up to the numbers, as far as they reach."""
    parts = []
    for place in range(1, _SLICES + 1):
        unit = 1.5 * 2.0 ** (52 - bits * place)
        part = (high + unit) - unit
        parts.append(part)
        high, low = two_sum(high - part, low)
    return parts


def _cholesky(scatter: Pair) -> Floats:
    """Upper triangle; a column that depends on those before it gets a row of zeros."""
    p = len(scatter.high)
    squares = np.diagonal(scatter.high).copy()
    triangle = np.zeros((p, p))
    for j in range(p):
        if scatter.high[0, 0] > _LOST * squares[j]:
            row = scatter[:1] / scatter[:1, :1].root()
            triangle[j, j:] = row.high[0]
            scatter = scatter[1:, 1:] - Pair(row.high.T, row.low.T)[1:] * row[:, 1:]
        else:
            scatter = scatter[1:, 1:]
    return triangle


def _normal(high: Floats, low: Floats) -> Pair:
    total = high + low
    return Pair(total, low - (total - high))


def _two_product(left: Floats, right: Floats) -> tuple[Floats, Floats]:
    """The rounded product, and exactly what rounding took."""
    product = left * right
    a, b = _halves(left), _halves(right)
    return product, ((a[0] * b[0] - product) + a[0] * b[1] + a[1] * b[0]) + a[1] * b[1]


def _halves(value: Floats) -> tuple[Floats, Floats]:
    large = _SPLIT * value
    upper = large - (large - value)
    return upper, value - upper
