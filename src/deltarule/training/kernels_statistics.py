"""Sums of products of many blocks, compiled: the statistics pass where rows are many enough for Numba.

A few hundred rows at a time are turned, shifted, into one short buffer for each column that stays in the
first-level cache; the products of four columns with four others are then summed in registers. NaN and
infinity go through as they are.
"""

from typing import Any

import numpy as np
from numba import njit

ROWS = 256  # of a buffer
_FLAGS = {"reassoc", "contract", "nsz", "arcp"}  # sums may be reordered; NaN and infinity keep their meaning


@njit(cache=True, nogil=True, fastmath=_FLAGS, error_model="numpy")
def _tile(buffer: Any, a: int, b: int, out: Any) -> None:
    """Add the products of columns a to a + 3 with columns b to b + 3."""
    a0, a1, a2, a3 = buffer[a], buffer[a + 1], buffer[a + 2], buffer[a + 3]
    b0, b1, b2, b3 = buffer[b], buffer[b + 1], buffer[b + 2], buffer[b + 3]
    s00 = s01 = s02 = s03 = s10 = s11 = s12 = s13 = 0.0
    s20 = s21 = s22 = s23 = s30 = s31 = s32 = s33 = 0.0
    for i in range(ROWS):
        u0, u1, u2, u3 = a0[i], a1[i], a2[i], a3[i]
        v0, v1, v2, v3 = b0[i], b1[i], b2[i], b3[i]
        s00 += u0 * v0
        s01 += u0 * v1
        s02 += u0 * v2
        s03 += u0 * v3
        s10 += u1 * v0
        s11 += u1 * v1
        s12 += u1 * v2
        s13 += u1 * v3
        s20 += u2 * v0
        s21 += u2 * v1
        s22 += u2 * v2
        s23 += u2 * v3
        s30 += u3 * v0
        s31 += u3 * v1
        s32 += u3 * v2
        s33 += u3 * v3
    out[a, b] += s00
    out[a, b + 1] += s01
    out[a, b + 2] += s02
    out[a, b + 3] += s03
    out[a + 1, b] += s10
    out[a + 1, b + 1] += s11
    out[a + 1, b + 2] += s12
    out[a + 1, b + 3] += s13
    out[a + 2, b] += s20
    out[a + 2, b + 1] += s21
    out[a + 2, b + 2] += s22
    out[a + 2, b + 3] += s23
    out[a + 3, b] += s30
    out[a + 3, b + 1] += s31
    out[a + 3, b + 2] += s32
    out[a + 3, b + 3] += s33


@njit(cache=True, nogil=True, fastmath=_FLAGS, error_model="numpy")
def products(
    X: Any, y: Any, weight: Any, weighted: bool, center: Any, scale: Any, viewed: bool, with_noise: bool,
    size: int, pilot: int, first: int, last: int, shift: Any, plain: Any, noise: Any,
) -> None:  # fmt: skip
    """Sums of products of blocks `first` to `last` of `size` rows, as `sums.sum_block` takes them."""
    n, d = X.shape
    p = d + 2
    padded = (p + 3) // 4 * 4
    # no power of two apart: columns would fight for the same lines of the cache
    buffer = np.zeros((padded, ROWS + 8))
    squares = np.zeros(ROWS)
    sums, noise_sums = np.zeros((padded, padded)), np.zeros((padded, padded))
    for block in range(first, last):
        begin, end = block * size, min(n, (block + 1) * size)
        _pilot(X, y, weight, weighted, begin, end, pilot, shift[block])
        sums[:] = 0.0
        noise_sums[:] = 0.0
        for start in range(begin, end, ROWS):
            rows = min(ROWS, end - start)
            if rows < ROWS:
                buffer[:, rows:] = 0.0
            _turn(X, start, rows, shift[block], buffer)
            target, ones, off = buffer[d], buffer[d + 1], shift[block, d]
            for i in range(rows):
                target[i] = y[start + i] - off
                ones[i] = 1.0
            if with_noise:
                squares[:] = 0.0
                for j in range(d):
                    column, off = buffer[j], shift[block, j] - (center[j] if viewed else 0.0)
                    unit = scale[j] if viewed else 1.0
                    for i in range(ROWS):
                        value = (column[i] + off) * unit
                        squares[i] += value * value
                for i in range(ROWS):
                    squares[i] = np.sqrt(squares[i])
            if weighted:
                for i in range(rows):
                    root = np.sqrt(weight[start + i])
                    for j in range(p):
                        buffer[j, i] *= root
            for a in range(0, padded, 4):
                for b in range(a, padded, 4):
                    _tile(buffer, a, b, sums)
            if with_noise:
                for j in range(p):
                    column = buffer[j]
                    for i in range(ROWS):
                        column[i] *= squares[i]
                for a in range(0, padded, 4):
                    for b in range(a, padded, 4):
                        _tile(buffer, a, b, noise_sums)
        for a in range(p):
            for b in range(a, p):
                plain[block, a, b] = plain[block, b, a] = sums[a, b]
                if with_noise:
                    noise[block, a, b] = noise[block, b, a] = noise_sums[a, b]


@njit(cache=True, nogil=True, error_model="numpy")
def _turn(X: Any, start: int, rows: int, shift: Any, buffer: Any) -> None:
    """Write some rows into the columns of the buffer, less the shift."""
    for j in range(X.shape[1]):
        column, source, off = buffer[j], X[start : start + rows, j], shift[j]
        for i in range(rows):
            column[i] = np.float64(source[i]) - off


@njit(cache=True, nogil=True, error_model="numpy")
def _pilot(X: Any, y: Any, weight: Any, weighted: bool, begin: int, end: int, pilot: int, shift: Any) -> None:
    """A number near the mean of each column: of a few rows, or of all where weights say which rows count."""
    d = X.shape[1]
    shift[:] = 0.0
    total = 0.0
    step = 1 if weighted else max(1, (end - begin) // pilot)
    for i in range(begin, end, step):
        share = weight[i] if weighted else 1.0
        if share > 0:
            total += share
            for j in range(d):
                shift[j] += share * X[i, j]
            shift[d] += share * y[i]
    if total > 0:
        shift /= total
