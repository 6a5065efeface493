"""Training on rows that are never in memory together: a matrix that is read again for every pass, and an engine over it.

Targets and weights, a few bytes a row, are kept; features come in blocks. A pass over files has the same bits as one over
the same rows in memory.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deltarule.errors import UsageError
from deltarule.training.data import Arrays
from deltarule.training.engine import Engine, Floats, Order, Rows, Sums, Update, tree_sum
from deltarule.training.gathering import rows_of_block
from deltarule.training.sources import Block, Source

# why a row cannot be picked, and what to do
_IN_ORDER = (
    "a table that is larger than may be kept in memory is read in its own order; "
    'allow more memory, or give shuffle=False or batch_size="full", and no early stopping'
)


class StreamedMatrix:
    """Features of a source as a matrix of which only slices can be taken.

    Slices in ascending order cost one pass over the source altogether; one that goes back begins another.
    """

    ndim = 2

    def __init__(self, source: Source, rows: int, dtype: np.dtype[Any]) -> None:
        self._source = source
        self.shape = (rows, source.n_features)
        self.dtype, self.itemsize = dtype, dtype.itemsize
        self._blocks: Iterator[Block] = iter(())
        self._block: NDArray[Any] = np.zeros((0, source.n_features), dtype)
        self._first = 0  # row of the source with which the block begins

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, part: slice | int) -> NDArray[Any]:
        if isinstance(part, int):
            row: NDArray[Any] = self[part : part + 1][0]
            return row
        if not isinstance(part, slice):
            raise UsageError(f"single rows are picked, and {_IN_ORDER}")
        start, stop, step = part.indices(len(self))
        if step != 1:
            return self._every(start, stop, step)
        pieces = list(self._pieces(start, stop))
        if len(pieces) == 1:
            return pieces[0]
        return np.concatenate(pieces) if pieces else self._block[:0]

    def _pieces(self, start: int, stop: int) -> Iterator[NDArray[Any]]:
        """The parts of blocks that make up some rows."""
        while start < stop:
            self._go_to(start)
            end = min(stop, self._first + len(self._block))
            yield self._block[start - self._first : end - self._first]
            start = end

    def _go_to(self, row: int) -> None:
        """Make the block with a row the current one."""
        if row < self._first or not len(self._block):
            self._close()
            self._blocks, self._first = iter(self._source), 0
            self._block = next(self._blocks).X
        while row >= self._first + len(self._block):
            self._first += len(self._block)
            self._block = next(self._blocks).X
        if self._first + len(self._block) == len(self):
            self._close()  # the last block: nothing is left to read ahead

    def _close(self) -> None:
        close = getattr(self._blocks, "close", None)
        if close is not None:
            close()

    def _every(self, start: int, stop: int, step: int) -> NDArray[Any]:
        """Some rows at equal distances, in one pass."""
        size = rows_of_block(self.shape[1], self.itemsize)
        found: list[NDArray[Any]] = []
        for first in range(0, stop, size):
            last = min(first + size, stop)
            behind = max(
                0, -(-(first - start) // step)
            )  # of the chosen rows, how many come before this block
            chosen = start + behind * step - first
            found.append(self[first:last][chosen::step].copy())
        joined: NDArray[Any] = np.concatenate(found) if found else self._block[:0]
        return joined


def is_streamed(rows: Rows) -> bool:
    """Whether rows are read again for every pass."""
    matrix: object = rows.X
    return isinstance(matrix, StreamedMatrix)


class RowBlocks:
    """Streamed rows as ``(X, y, weight)`` blocks, which may be iterated over again."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[tuple[Any, Floats, Floats | None]]:
        rows = self._rows
        size = rows_of_block(rows.d, rows.X.itemsize)
        for start in range(0, rows.n, size):
            part = _part(rows, start, min(start + size, rows.n))
            yield part.X, part.y, part.weight


def gather(source: Source) -> Arrays:
    """Targets, weights and features of a source; the features as a `StreamedMatrix` if they are too many to be kept.

    Takes one pass, in which everything is checked. What can be read only once is kept whatever its size.

    Raises
    ------
    DataError
        As iterating over the source.
    """
    features: list[NDArray[Any]] = []
    targets, weights = _Column(source.stated_rows), _Column(source.stated_rows)
    expected = source.expected_bytes
    keep = not source.reiterable or expected is None or expected <= source.keep_bytes
    taken, dtype = 0, np.dtype(np.float64)
    for block in source:
        taken, dtype = taken + block.X.nbytes, block.X.dtype
        if keep and source.reiterable and taken > source.keep_bytes:
            keep = False
            features.clear()
        if keep:
            features.append(block.X)
        targets.add(block.y)
        if block.weight is not None:
            weights.add(block.weight)
    y = targets.joined()
    weight = weights.joined() if weights.length else None
    matrix: Any = _stacked(features, len(y)) if keep else StreamedMatrix(source, len(y), dtype)
    return Arrays(matrix, y, weight, source.feature_names, source.target_name, source.dropped)


class _Column:
    """A column that is put together from pieces; where its length is known beforehand, without a second copy."""

    def __init__(self, expected: int | None) -> None:
        self._expected = expected
        self._whole: NDArray[Any] | None = None
        self._pieces: list[NDArray[Any]] = []
        self.length = 0

    def add(self, piece: NDArray[Any]) -> None:
        if self._expected is None:
            self._pieces.append(piece)
        else:
            if self._whole is None:
                self._whole = np.empty(self._expected, piece.dtype)
            self._whole[self.length : self.length + len(piece)] = piece
        self.length += len(piece)

    def joined(self) -> NDArray[Any]:
        if self._whole is not None:
            return self._whole[: self.length]
        return np.concatenate(self._pieces)


def _stacked(blocks: list[NDArray[Any]], rows: int) -> NDArray[Any]:
    """Blocks on one another in the order of the first; each is let go of as soon as it is copied."""
    if len(blocks) == 1:
        return blocks[0]
    first = blocks[0]
    order = "F" if first.flags.f_contiguous and not first.flags.c_contiguous else "C"
    X: NDArray[Any] = np.empty((rows, first.shape[1]), first.dtype, order=order)  # type: ignore[call-overload]  # "F" or "C"
    at = rows
    while blocks:
        block = blocks.pop()
        X[at - len(block) : at] = block
        at -= len(block)
    return X


class StreamEngine:
    """An engine that sees the rows of a source block by block; another one does the arithmetic."""

    def __init__(self, inner: Engine) -> None:
        self.inner = inner
        self.name = inner.name

    def sums(self, rows: Rows, weights: Floats) -> Sums:
        """Sums over all rows in one pass; see `Engine`."""
        if not is_streamed(rows):
            return self.inner.sums(rows, weights)
        size = rows_of_block(rows.d, rows.X.itemsize)
        partials = np.empty((-(-rows.n // size), rows.d + 2))
        for at, start in enumerate(range(0, rows.n, size)):
            found = self.inner.sums(_part(rows, start, min(start + size, rows.n)), weights)
            partials[at, :-1], partials[at, -1] = found.gradient, found.loss
        total = tree_sum(partials)
        return Sums(float(total[-1]), total[:-1])

    def steps(
        self,
        rows: Rows,
        order: Order | None,
        start: int,
        stop: int,
        weights: Floats,
        velocity: Floats,
        update: Update,
    ) -> float:
        """Mini-batch updates in the order of the files; see `Engine`. These rows are in memory together.

        Raises
        ------
        UsageError
            Another order is asked for.
        """
        if not is_streamed(rows):
            return self.inner.steps(rows, order, start, stop, weights, velocity, update)
        if order is not None:
            raise UsageError(f"rows are to be shuffled, and {_IN_ORDER}")
        part = _part(rows, start, stop)
        return self.inner.steps(part, None, 0, part.n, weights, velocity, update)


def _part(rows: Rows, start: int, stop: int) -> Rows:
    """Some rows, in memory."""
    part = slice(start, stop)
    return Rows(rows.X[part], rows.y[part], None if rows.weight is None else rows.weight[part], rows.view)
