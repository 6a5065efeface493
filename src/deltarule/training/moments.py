"""Weight, mean and scatter of columns, and how those of two sets of rows become those of both.

A group's scatter is taken about the group's own mean, and merging adds what the distance of the means
contributes (Chan, Golub and LeVeque 1983), so a large offset of a column cancels nowhere. Means are kept in
two parts: a millisecond timestamp has no digits to spare after its offset, and the distance of two means is
all that merging needs.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from deltarule.records import record

Floats: TypeAlias = NDArray[np.float64]


@record
class Moments:
    """Moments of k groups of rows, side by side along the first axis; p columns.

    Attributes
    ----------
    weight : array of shape (k,)
        Sum of the rows' weights.
    mean, rest : arrays of shape (k, p)
        Weighted mean, and what float64 left out of it.
    scatter : array of shape (k, p, p)
        Sum of weight times (row - mean)(row - mean)'.
    """

    weight: Floats
    mean: Floats
    rest: Floats
    scatter: Floats

    def __len__(self) -> int:
        return len(self.weight)

    def __getitem__(self, groups: slice) -> "Moments":
        return Moments(self.weight[groups], self.mean[groups], self.rest[groups], self.scatter[groups])


def from_sums(shift: Floats, products: Floats) -> Moments:
    """Moments from sums of products about a shift.

    Parameters
    ----------
    shift : array of shape (k, p)
        What was taken off the columns: any number near their mean.
    products : array of shape (k, p + 1, p + 1)
        Sums of weight times products of the shifted columns; the last column is of ones.
    """
    weight = products[:, -1, -1].copy()
    sums = products[:, -1, :-1]
    rest = np.divide(sums, weight[:, None], out=np.zeros_like(sums), where=weight[:, None] > 0)
    scatter = products[:, :-1, :-1] - weight[:, None, None] * (rest[:, :, None] * rest[:, None, :])
    mean, rest = two_sum(shift, rest)
    return Moments(weight, mean, rest, scatter)


def merged(left: Moments, right: Moments) -> Moments:
    """Moments of each group of `left` together with the group of `right` at its place."""
    weight = left.weight + right.weight
    share = np.divide(right.weight, weight, out=np.zeros_like(weight), where=weight > 0)
    apart = distance(left, right)
    product = apart[:, :, None] * apart[:, None, :]
    scatter = left.scatter + right.scatter + (left.weight * share)[:, None, None] * product
    mean, rest = two_sum(left.mean, left.rest + share[:, None] * apart)
    return Moments(weight, mean, rest, scatter)


def distance(left: Moments, right: Moments) -> Floats:
    """Mean of `right` less mean of `left`, shape (k, p)."""
    return (right.mean - left.mean) + (right.rest - left.rest)


def two_sum(large: Floats, small: Floats) -> tuple[Floats, Floats]:
    """The rounded sum, and exactly what rounding took (Knuth)."""
    total = large + small
    part = total - large
    return total, (large - (total - part)) + (small - part)


def joined(parts: Sequence[Moments]) -> Moments:
    """The groups of all parts, one after another."""
    if len(parts) == 1:
        return parts[0]
    return Moments(
        np.concatenate([part.weight for part in parts]),
        np.concatenate([part.mean for part in parts]),
        np.concatenate([part.rest for part in parts]),
        np.concatenate([part.scatter for part in parts]),
    )
