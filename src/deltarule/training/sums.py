"""Sums of products of the rows of a block, about a shift of the block's own.

NumPy does the first blocks of a table and Numba, where it is installed, the blocks that a table only has if
it is large enough to wait for it: who does which depends on the place of a block and on nothing else.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from deltarule.records import record
from deltarule.training.moments import Floats

Matrix: TypeAlias = NDArray[Any]

_PILOT = 64  # rows that a block's shift is taken from


@record
class Weighing:
    """The coordinates in which |x|^2 is taken for the noise of mini-batches: ``(x - center) * scale``."""

    center: Floats
    scale: Floats


@record
class Rows:
    """Rows as they were given: X of shape (n, d), targets and weights (None: all 1) of shape (n,)."""

    X: Matrix
    y: Matrix
    weight: Floats | None

    def __len__(self) -> int:
        return len(self.X)

    def __getitem__(self, rows: slice) -> "Rows":
        return Rows(self.X[rows], self.y[rows], None if self.weight is None else self.weight[rows])


@record
class Sums:
    """Sums of blocks, written in place: shifts (k, p), products (k, p + 1, p + 1), and weighted by |x|^2."""

    shift: Floats
    plain: Floats
    noise: Floats | None

    def __getitem__(self, block: int) -> "Sums":
        return Sums(self.shift[block], self.plain[block], None if self.noise is None else self.noise[block])


def sum_block(block: Rows, weighing: Weighing | None, sums: Sums) -> None:
    """Sums of products of one block, by NumPy."""
    n, d = block.X.shape
    table = np.empty((n, d + 2))
    table[:, :d], table[:, d], table[:, d + 1] = block.X, block.y, 1.0
    squares = None if sums.noise is None else _squares(table[:, :d], weighing)
    sums.shift[:] = _shift(table[:, :-1], block.weight)
    table -= np.append(sums.shift, 0.0)  # the ones too: rows in one piece are taken off faster
    if block.weight is not None:
        table *= np.sqrt(block.weight)[:, None]
    np.matmul(table.T, table, out=sums.plain)
    if sums.noise is not None and squares is not None:
        table *= np.sqrt(squares)[:, None]
        np.matmul(table.T, table, out=sums.noise)


def compiled_sums(
    rows: Rows, weighing: Weighing | None, size: int, sums: Sums
) -> Callable[[int, int], None] | None:
    """The same for a range of blocks, by Numba; None where that is not installed."""
    try:
        from deltarule.training.kernels_statistics import products
    except ImportError:
        return None
    y = rows.y.astype(np.float64, copy=False)
    weight = np.empty(0) if rows.weight is None else rows.weight
    nothing = np.empty((0, 0, 0))
    seen = weighing or Weighing(np.empty(0), np.empty(0))
    viewed = bool(seen.center.any() or (seen.scale != 1).any())

    def work(begin: int, end: int) -> None:
        products(
            rows.X, y, weight, rows.weight is not None, seen.center, seen.scale, viewed,
            sums.noise is not None, size, _PILOT, begin, end,
            sums.shift, sums.plain, nothing if sums.noise is None else sums.noise,
        )  # fmt: skip

    return work


def _shift(columns: Floats, weight: Floats | None) -> Floats:
    """A number near the mean of each column; a mean of few rows is near enough."""
    if weight is None:
        pilot: Floats = columns[:: max(1, len(columns) // _PILOT)].mean(axis=0)
        return pilot
    total = weight.sum()
    # a row of weight zero must leave no trace, so it must not move the shift either
    kept = columns[weight > 0]
    return weight[weight > 0] @ kept / total if total > 0 else np.zeros(columns.shape[1])


def _squares(features: Floats, weighing: Weighing | None) -> Floats:
    """|x|^2 of each row, in the coordinates of the run."""
    if weighing is not None and (weighing.center.any() or (weighing.scale != 1).any()):
        features = (features - weighing.center) * weighing.scale
    result: Floats = np.einsum("ij,ij->i", features, features)
    return result


def centred(block: Rows, shift: Floats, products: Floats) -> Floats:
    """Rows less their mean, times the root of their weight; centred twice, for the mean itself is rounded."""
    weight = products[-1, -1]
    table = np.empty((len(block), len(shift)))
    table[:, :-1], table[:, -1] = block.X, block.y
    if weight > 0:
        table -= shift
        share = np.full(len(block), 1.0) if block.weight is None else block.weight
        table -= products[-1, :-1] / weight
        table -= share @ table / weight
    if block.weight is not None:
        table *= np.sqrt(block.weight)[:, None]
    return table
