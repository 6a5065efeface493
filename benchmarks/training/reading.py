"""How fast memory can be read: a sum over an array, several values at a time, with the same threads and blocks as the engine.

The array has to be the one that is trained on: two arrays of the same size can differ in bandwidth, by where their pages are.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from deltarule.training.engine import BLOCK_BYTES
from deltarule.training.engines.fused import in_turns


@njit(nogil=True, fastmath=True)
def _sum(values: Any) -> float:
    total = 0.0
    for i in range(values.shape[0]):
        total += values[i]
    return total


def read(X: NDArray[Any], threads: int) -> float:
    """Sum of all values of a contiguous array."""
    flat = X.ravel(order="K")
    size = BLOCK_BYTES // flat.itemsize
    blocks = -(-flat.size // size)
    partials = np.zeros(blocks)

    def work(first: int, last: int) -> None:
        for block in range(first, last):
            partials[block] = _sum(flat[block * size : (block + 1) * size])

    in_turns(work, blocks, threads)
    return float(partials.sum())
