"""One pass over rows, and all that squared loss ever needs of them.

Rows are cut into blocks by their place in the table; the products of each block are taken about a shift of
its own, in float64, and blocks are merged in a fixed tree. The result has the same bits for any number of
threads, for any cutting of the table into updates, and for workers that each take a part that starts where a
block does.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np

from deltarule.errors import DataError, UsageError
from deltarule.training.blas import one_blas_thread
from deltarule.training.blocks import BlockTree, Summary, merged
from deltarule.training.data import as_arrays
from deltarule.training.exact_factor import exact_factor
from deltarule.training.factor import factor_of_rows
from deltarule.training.moments import Floats, from_sums
from deltarule.training.sums import Rows, Sums, Weighing, centred, compiled_sums, sum_block

SMALL = 1 << 26  # rows times columns squared up to which the R-factor costs little
INTERPRETED = 1 << 21  # numbers of a table that are summed up by NumPy: a small problem waits for no compiler
_BLOCK_NUMBERS = 1 << 17  # in one block, so that it stays in the cache
_GROUP_BYTES = 1 << 26  # of summaries at a time, before they are merged
_SMALLEST, _LARGEST = 256, 4096  # rows in a block
_EXACT_COLUMNS = 64
_PIECES = 4  # of work for each thread
_SHARED = (
    1 << 21
)  # numbers of a table from which summing them is worth the time that other threads take to start
_TINY = 1e-290  # below it a sum of squares has lost digits at the lower end of float64


class _UnfitError(ArithmeticError):
    """Some sum is not finite; what to say of it needs a second look at the rows."""


class Statistics:
    """Mergeable sums of [X, y] over any number of rows.

    Parameters
    ----------
    d : int
        Number of features.
    names : sequence of str
        Their names, for messages.
    first_row : int
        Where in the whole table the rows begin: a multiple of `block_rows(d)`.
    weighing : Weighing or None
        Also gather what the noise of mini-batches needs, in these coordinates.
    factor : bool or None
        Gather the R-factor; None: for as long as it costs next to nothing.
    threads : int or None
        None: as many as there are cores to use.
    """

    def __init__(
        self,
        d: int,
        names: tuple[str, ...],
        *,
        first_row: int = 0,
        weighing: Weighing | None = None,
        factor: bool | None = None,
        threads: int | None = None,
    ) -> None:
        self.d, self.names, self.weighing, self.factor, self.threads = d, names, weighing, factor, threads
        self.block_rows = block_rows(d)
        if first_row < 0 or first_row % self.block_rows:
            raise UsageError(
                f"first_row is {first_row}; "
                f"give a multiple of {self.block_rows} (block_rows({d})), where a block begins"
            )
        self._next = first_row // self.block_rows
        self._tree = BlockTree()
        self._pending: list[Rows] = []
        self._apart: list[Summary] = []  # totals of tables with a count of their own

    def copy(self) -> "Statistics":
        """The same statistics, to be added to apart from these."""
        result = Statistics(
            self.d, self.names, weighing=self.weighing, factor=self.factor, threads=self.threads
        )
        result._next, result._tree = self._next, self._tree.copy()
        result._pending, result._apart = list(self._pending), list(self._apart)
        return result

    def add(self, rows: Rows) -> None:
        """Take in the next rows of the table.

        Raises
        ------
        DataError
            A value is missing, infinite or beyond what squares can hold; nothing of `rows` is taken in then.
        """
        waiting, size = sum(map(len, self._pending)), self.block_rows
        head = min(len(rows), size - waiting) if waiting else 0
        whole = head + (len(rows) - head) // size * size
        tree, following, pending = self._tree.copy(), self._next, list(self._pending)
        try:
            if head:
                pending.append(_kept(rows[:head]))
                if waiting + head == size:
                    tree.add(following, self._summary(_stacked(pending), following))
                    following, pending = following + 1, []
            for first, blocks in self._groups(rows[head:whole], following):
                tree.add(first, blocks)
                following = first + len(blocks)
            if whole < len(rows):
                pending.append(_kept(rows[whole:]))
        except _UnfitError:
            raise self._unfit(rows) from None
        self._tree, self._next, self._pending = tree, following, pending

    def merged(self, other: "Statistics") -> "Statistics":
        """Statistics of both tables, or of both parts of one table where they cover different blocks."""
        # |x|^2 in other coordinates is another weight: what such sums add up to means nothing
        weighing = self.weighing if _same(self.weighing, other.weighing) else None
        result = Statistics(self.d, self.names, weighing=weighing, factor=self.factor, threads=self.threads)
        mine, theirs = self._sealed(), other._sealed()
        result._tree, result._apart = mine, [*self._apart, *other._apart]
        result._next = max(self._end(), other._end())
        if mine.overlaps(theirs):
            total = theirs.total()
            result._apart = [*self._apart, *([] if total is None else [total]), *other._apart]
            result._next = self._end()
        else:
            result._tree.take(theirs)
        return result

    def total(self) -> Summary | None:
        """Everything so far, as one group; None before the first row."""
        with one_blas_thread():
            result = self._sealed().total()
            for apart in self._apart:
                result = apart if result is None else merged(result, apart)
        return result

    @property
    def exact_factor(self) -> bool:
        """Whether the R-factor is as good as exact: that of a table of less than one block."""
        alone = bool(self._pending) and self._next == 0 and not self._tree.nodes and not self._apart
        return alone and self.d < _EXACT_COLUMNS

    def _end(self) -> int:
        return self._next + bool(self._pending)

    def _sealed(self) -> BlockTree:
        """The tree with the rows that wait put in as a block of their own."""
        tree = self._tree.copy()
        if self._pending:
            rows = _stacked(self._pending)
            try:
                tree.add(self._next, self._summary(rows, self._next))
            except _UnfitError:
                raise self._unfit(rows) from None
        return tree

    def _groups(self, rows: Rows, first: int) -> Iterator[tuple[int, Summary]]:
        """Summaries of whole blocks, as many at a time as memory likes."""
        group = max(1, _GROUP_BYTES // (16 * (self.d + 2) ** 2))
        size = self.block_rows
        for start in range(0, len(rows) // size, group):
            part = rows[start * size : (start + group) * size]
            yield first + start, self._summary(part, first + start)

    def _summary(self, rows: Rows, first: int) -> Summary:
        """Summaries of the blocks of some rows, the first being block `first`; the last one may be short."""
        count, size, p = -(-len(rows) // self.block_rows), self.block_rows, self.d + 1
        sums = Sums(
            np.zeros((count, p)),
            np.zeros((count, p + 1, p + 1)),
            None if self.weighing is None else np.zeros((count, p + 1, p + 1)),
        )
        shift, plain, noise = sums.shift, sums.plain, sums.noise
        triangles = np.zeros((count, p, p)) if self._with_factor(first * size + len(rows)) else None
        interpreted = min(count, max(0, INTERPRETED // (size * p) - first))
        compiled = compiled_sums(rows, self.weighing, size, sums) if interpreted < count else None

        def work(begin: int, end: int) -> None:
            for at in range(begin, end if compiled is None else min(end, interpreted)):
                sum_block(rows[at * size : (at + 1) * size], self.weighing, sums[at])
            if compiled is not None and end > interpreted:
                compiled(max(begin, interpreted), end)
            if triangles is not None:
                for at in range(begin, end):
                    block = rows[at * size : (at + 1) * size]
                    triangles[at] = _factor(block, first + at, size, shift[at], plain[at])

        with np.errstate(all="ignore"), one_blas_thread():
            threads = _threads(self.threads, len(rows) * p)
            _each(work, count if compiled is None else interpreted, count, threads)
            self._check_sums(rows, shift, plain, noise)
            counts = np.full(count, size)
            counts[-1] = len(rows) - (count - 1) * size
            return Summary(
                counts,
                from_sums(shift, plain),
                None if noise is None else from_sums(shift, noise),
                triangles,
            )

    def _with_factor(self, rows: int) -> bool:
        """Whether to gather the R-factor of rows that end at this place of the table."""
        return self.factor is True or (self.factor is None and rows * (self.d + 1) ** 2 <= SMALL)

    def _check_sums(self, rows: Rows, shift: Floats, plain: Floats, noise: Floats | None) -> None:
        squares = np.diagonal(plain, axis1=1, axis2=2)
        if not np.isfinite(squares).all() or (noise is not None and not np.isfinite(noise).all()):
            raise _UnfitError
        for block, column in np.argwhere(squares[:, :-1] < _TINY):
            part = rows[block * self.block_rows : (block + 1) * self.block_rows]
            given = part.y if column == self.d else part.X[:, column]
            kept = given if part.weight is None else given[part.weight > 0]
            values = np.asarray(kept, dtype=np.float64)
            if np.abs(values - shift[block, column]).max(initial=0) > 1e-14 * abs(shift[block, column]):
                raise DataError(
                    f"{self._name(int(column))} varies by so little that its squares are lost (below 1e-145)",
                    "multiply the column by a large number, or leave it out",
                )

    def _unfit(self, rows: Rows) -> DataError:
        """What to say of rows whose sums are not finite."""
        try:
            as_arrays(rows.X, rows.y, rows.weight, part=True, wide=True)
        except DataError as error:
            return error
        sizes = [*np.abs(rows.X).max(axis=0), np.abs(rows.y).max()]
        column = int(np.argmax(sizes))
        power = (
            "fourth powers, which the noise of mini-batches needs,"
            if self.weighing is not None
            else "squares"
        )
        return DataError(
            f"{self._name(column)} holds values as large as {float(sizes[column]):g}, "
            f"whose {power} do not fit a float",
            "divide the column by a large number",
        )

    def _name(self, column: int) -> str:
        return "the target" if column == self.d else f"column {self.names[column]!r}"


def block_rows(d: int) -> int:
    """Rows in a block of a table with `d` features: a power of two, so that the numbers stay in the cache."""
    fitting = max(1, _BLOCK_NUMBERS // (d + 1))
    return min(_LARGEST, max(_SMALLEST, 1 << (fitting.bit_length() - 1)))


def _threads(wanted: int | None, numbers: int) -> int:
    """How many threads share a table of so many numbers."""
    if numbers < _SHARED:
        return 1
    if wanted is not None:
        return wanted
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _each(work: Callable[[int, int], None], interpreted: int, count: int, threads: int) -> None:
    """Do the work for blocks 0 to `count`; who does which changes nothing.

    Interpreted blocks hold on to the interpreter: beside compiled ones they are best done by one thread.
    """
    bounds = _cut(0, count, threads)
    if 0 < interpreted < count:
        bounds = [0, *_cut(interpreted, count, _PIECES * threads)]
    if threads < 2 or len(bounds) < 3:
        work(0, count)
        return

    def piece_of_work(piece: tuple[int, int]) -> None:
        with np.errstate(all="ignore"):
            work(*piece)

    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(piece_of_work, pairwise(bounds)):
            pass


def _cut(begin: int, end: int, pieces: int) -> list[int]:
    """Bounds of at most so many pieces of a range."""
    pieces = min(pieces, end - begin)
    return [begin + (end - begin) * piece // pieces for piece in range(pieces + 1)]


def _factor(block: Rows, place: int, size: int, shift: Floats, products: Floats) -> Floats:
    """R-factor of one block; a table of less than a block is worth more digits."""
    if place == 0 and len(block) < size and len(shift) <= _EXACT_COLUMNS and products[-1, -1] > 0:
        table = np.column_stack([block.X, block.y]).astype(np.float64, copy=False)
        if block.weight is None:
            return exact_factor(table, shift, None)
        counted = block.weight > 0  # other rows leave no trace, not even by their size
        return exact_factor(table[counted], shift, block.weight[counted])
    return factor_of_rows(centred(block, shift, products))


def _same(one: Weighing | None, other: Weighing | None) -> bool:
    """Whether two weighings are in the same coordinates."""
    if one is None or other is None:
        return one is other
    return np.array_equal(one.center, other.center) and np.array_equal(one.scale, other.scale)


def _stacked(parts: list[Rows]) -> Rows:
    """All rows in one piece."""
    if len(parts) == 1:
        return parts[0]
    weights = [part.weight for part in parts]
    weight = None
    if any(given is not None for given in weights):
        weight = np.concatenate(
            [np.ones(len(part)) if part.weight is None else part.weight for part in parts]
        )
    return Rows(
        np.concatenate([part.X for part in parts]), np.concatenate([part.y for part in parts]), weight
    )


def _kept(rows: Rows) -> Rows:
    """Rows in memory of their own until their block is full: a caller may use its buffer again."""
    kept = Rows(np.array(rows.X), np.array(rows.y), None if rows.weight is None else np.array(rows.weight))
    for part in (kept.X, kept.y, kept.weight):
        if part is not None and not np.isfinite(part).all():
            raise _UnfitError
    return kept
