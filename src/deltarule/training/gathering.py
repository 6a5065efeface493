"""Rows that come in pieces of any size, put together into blocks of one size in Fortran order."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deltarule.training.engine import block_rows
from deltarule.training.sources import Block

ENGINE_BLOCKS = (
    4  # of an engine in one of ours: a power of two, so that sums over our blocks form the engine's own tree
)


def rows_of_block(columns: int, itemsize: int) -> int:
    """Rows of a block: whole blocks of an engine, so that a pass over files has the bits of one over arrays.

    Memory does not grow with the number of columns.
    """
    return ENGINE_BLOCKS * block_rows(columns, itemsize)


class Gatherer:
    """Fills blocks column by column; a block is handed over as soon as it is full."""

    def __init__(self, rows: int, columns: int, dtype: Any, *, weighted: bool, text: bool) -> None:
        self._rows, self._columns, self._dtype = rows, columns, dtype
        self._weighted, self._text = weighted, text
        self._at = 0
        self._start()

    def _start(self) -> None:
        self._X = _empty(self._rows, self._columns, np.dtype(self._dtype))
        self._y = np.empty(self._rows, object if self._text else np.float64)
        self._weight = np.empty(self._rows) if self._weighted else None

    def add(
        self, columns: Sequence[NDArray[Any]], y: NDArray[Any], weight: NDArray[Any] | None
    ) -> Iterator[Block]:
        """Take in some rows, and give the blocks that they complete."""
        taken = 0
        while taken < len(y):
            count = min(len(y) - taken, self._rows - self._at)
            here, there = slice(self._at, self._at + count), slice(taken, taken + count)
            for at, column in enumerate(columns):
                self._X[here, at] = column[there]
            self._y[here] = y[there]
            if self._weight is not None and weight is not None:
                self._weight[here] = weight[there]
            taken, self._at = taken + count, self._at + count
            if self._at == self._rows:
                yield Block(self._X, self._y, self._weight)
                self._at = 0
                self._start()

    def rest(self) -> Iterator[Block]:
        """The last block, which may be smaller."""
        if self._at:
            weight = None if self._weight is None else self._weight[: self._at]
            yield Block(np.asfortranarray(self._X[: self._at]), self._y[: self._at], weight)


def _empty(rows: int, columns: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Room for a block, from Arrow's memory.

    What NumPy gives back goes to the system, and comes from there anew, page by page: up to half the time of a pass.
    """
    import pyarrow as pa  # who reads no files need not wait for it

    room = pa.allocate_buffer(rows * columns * dtype.itemsize)
    return np.frombuffer(room, dtype).reshape((rows, columns), order="F")
