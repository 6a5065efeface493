"""The engine for much data: compiled loops that read every row once for each epoch.

A few rows at a time stay in the first-level cache from net input to gradient. Blocks of rows, always the same
ones, have a sum each, and the sums are added in a tree: whichever thread worked a block out, the bits are the same.
"""

import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import numpy as np

from deltarule.formulas.row import row
from deltarule.training.engine import Floats, Order, Rows, Sums, Update, block_rows, tree_sum
from deltarule.training.kernel_parts import ALONE_BYTES

_SHARED = 8 << 20  # bytes of X from which a pass is worth the time that other threads take to start
_TURN = 16  # blocks that a thread takes at a time
_FOUR = 32  # columns up to which four rows are looked at together, where rows are used one by one
_SHORT = 7  # columns up to which rows are turned into columns on the way

# A piece goes from net input to gradient without leaving a near cache. Its bytes of X, and its least and most rows, were found by
# trial; small pieces keep the memory streaming, and fewer rows than four vectors leave the elementary functions idle.
_PIECE = {
    "by_short_rows": (4 << 10, 64, 96),
    "by_rows": (5 << 10, 16, 32),
    "by_long_rows": (56 << 10, 8, 16),
    "by_columns": (640 << 10, 128, 4096),
    "gathered": (64 << 10, 4, 128),
}


class FusedEngine:
    """Compiled arithmetic for one activation and loss.

    Parameters
    ----------
    threads : int or None
        Threads that share a pass over all rows; None for one on each processor that may be used. The bits of the sums do not
        depend on it.

    Raises
    ------
    UsageError
        The activation or loss is unknown, or they do not go together.
    """

    name = "fused"

    def __init__(self, activation: str, loss: str, threads: int | None = None) -> None:
        row(activation, loss)
        module = import_module(f"deltarule.training.kernels.{activation}_{loss}")
        self._threads = _processors() if threads is None else threads
        self._kernels: Mapping[str, Callable[..., Any]] = vars(module)

    def sums(self, rows: Rows, weights: Floats) -> Sums:
        """Loss and slopes summed over all rows; see `Engine`."""
        n, d = rows.n, rows.d
        if n == 0:
            return Sums(0.0, np.zeros(d + 1))
        height = block_rows(d, rows.X.itemsize)
        blocks = -(-n // height)
        partials = np.empty((blocks, d + 2))
        with np.errstate(all="ignore"):
            w = weights[:-1] if rows.view is None else weights[:-1] * rows.view.scale
            work = self._work(rows, np.ascontiguousarray(w), float(weights[-1]), height, partials)
            threads = min(self._threads, -(-blocks // _TURN)) if rows.X.nbytes >= _SHARED else 1
            in_turns(work, blocks, threads)
            total = tree_sum(partials)
            if rows.view is not None:
                total[:-2] *= rows.view.scale
        return Sums(float(total[-1]), total[:-1])

    def _work(
        self, rows: Rows, w: Floats, b: float, height: int, partials: Floats
    ) -> Callable[[int, int], None]:
        """Return what sums a range of blocks."""
        X, center = rows.X, None if rows.view is None else rows.view.center
        y, weight = _in_line(rows.y), None if rows.weight is None else _in_line(rows.weight)
        layout = "by_columns" if not X.flags.c_contiguous and X.flags.f_contiguous else "by_rows"
        if layout == "by_rows" and rows.d <= _SHORT:
            layout = "by_short_rows"
        long = layout == "by_rows" and rows.d * X.itemsize >= ALONE_BYTES
        kernel, piece = (
            self._kernels[layout],
            _rows_in("by_long_rows" if long else layout, rows.d * X.itemsize),
        )
        matrix = X.T if layout == "by_columns" else X

        def work(first: int, last: int) -> None:
            kernel(matrix, center, y, weight, w, b, piece, height, first, last, partials)

        def work_on_copy(first: int, last: int) -> None:
            part = slice(first * height, last * height)
            x, given = np.ascontiguousarray(X[part]), None if weight is None else weight[part]
            kernel(x, center, y[part], given, w, b, piece, height, 0, last - first, partials[first:last])

        return work if X.flags.forc else work_on_copy

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
        """Mini-batch updates over part of a pass; see `Engine`.

        Single rows without momentum are looked at in pairs, short ones in fours: the second one's net input is that by the weights
        before the first, less what the first step changes of it. That is the same in exact arithmetic, and differs by rounding only.
        """
        X, view = rows.X, rows.view
        center, scale = (None, None) if view is None else (view.center, view.scale)
        y, weight = _in_line(rows.y), None if rows.weight is None else _in_line(rows.weight)
        # a power of two: parts of a pass that are cut there group their rows as the whole pass does
        piece = 1 << (_rows_in("gathered", rows.d * 8).bit_length() - 1)
        as_they_stand = order is None and view is None and X.flags.c_contiguous
        places = (X, center, scale, y, weight, order, None if as_they_stand else True, start, stop, piece)
        rate, share, l2 = float(update.rate), float(update.per_row), float(update.l2)
        if update.batch_size == 1 and not update.momentum:
            kernel = self._kernels["four_steps" if rows.d <= _FOUR else "pair_steps"]
            found = kernel(*places, weights, rate, share, l2, update.fit_intercept)
        else:
            found = self._kernels["steps"](
                *places, weights, velocity, update.batch_size, rate, share, update.averaged,
                l2, float(update.momentum), update.nesterov, update.fit_intercept,
            )  # fmt: skip
        return float(found)


def in_turns(work: Callable[[int, int], None], blocks: int, threads: int) -> None:
    """Have threads take a few blocks in turn until all are done; an exception in one stops all, and is raised."""
    if threads <= 1:
        work(0, blocks)
        return
    lock, taken = threading.Lock(), 0

    def take() -> int:
        nonlocal taken
        with lock:
            first, taken = taken, taken + _TURN
        return first

    def run() -> None:
        nonlocal taken
        try:
            while (first := take()) < blocks:
                work(first, min(first + _TURN, blocks))
        except BaseException:
            taken = blocks
            raise

    with ThreadPoolExecutor(threads - 1, thread_name_prefix="deltarule") as pool:
        others = [pool.submit(run) for _ in range(threads - 1)]
        run()
    for other in others:
        other.result()


def _processors() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _rows_in(piece: str, row_bytes: int) -> int:
    """Rows in a piece: as many as its bytes hold, within limits, and a whole number of vectors if there are some."""
    size, least, most = _PIECE[piece]
    rows = min(max(size // max(1, row_bytes), least), most)
    whole = 16 if rows >= 16 else 8 if rows >= 8 else 2
    return rows // whole * whole


def _in_line(values: Floats) -> Floats:
    return np.ascontiguousarray(values, dtype=np.float64)
