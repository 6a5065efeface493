"""Singular values to full relative precision, however much rows and columns differ in size.

The curvatures of raw data span thirty orders of magnitude and more: a timestamp beside a share, an offset
beside a spread. LAPACK's SVD gets the small singular values right only beside the largest one, and those
decide how long training takes. QR with sorted rows and pivoted columns (Cox and Higham 1998), then one-sided
Jacobi rotations (Drmač and Veselić 2008), gets each right beside itself; it takes longer, so it is used where
the spread asks for it.
"""

import numpy as np

from deltarule.training.moments import Floats

_SPREAD = 1e-4  # smallest to largest singular value up to which LAPACK keeps eight digits of their squares
_LARGEST = 256  # columns that the rotations are used for
_MAX_SWEEPS = 40
_EPS = float(np.finfo(np.float64).eps)


def singular(matrix: Floats) -> tuple[Floats, Floats, Floats]:
    """U (k, p), values (p,) descending and V (p, p) with ``matrix = U * values @ V.T``; k is at least p."""
    left, values, right = np.linalg.svd(matrix, full_matrices=False)
    if len(values) > _LARGEST or len(values) < 2 or values[-1] > _SPREAD * values[0] or values[0] == 0:
        return left, values, right.T
    largest = np.abs(matrix).max()
    basis, triangle, order = pivoted_qr(matrix / largest)
    inner, values, right = _jacobi(triangle)
    vectors = np.empty_like(right)
    vectors[order] = right
    return basis @ inner, values * largest, vectors


def pivoted_qr(matrix: Floats) -> tuple[Floats, Floats, np.ndarray[tuple[int], np.dtype[np.intp]]]:
    """Q (k, p), R (p, p) and the order of the columns, with ``matrix[:, order] = Q @ R``.

    Rows are sorted by size and columns pivoted, which keeps the error of every row small beside that row.
    """
    rows = np.argsort(-np.abs(matrix).max(axis=1), kind="stable")
    work = matrix[rows].copy()
    k, p = work.shape
    order = np.arange(p)
    mirrors = []
    for j in range(p):
        rest = work[j:, j:]
        norms = np.sqrt((rest * rest).sum(axis=0))
        best = int(norms.argmax())
        if best:
            work[:, [j, j + best]] = work[:, [j + best, j]]
            order[[j, j + best]] = order[[j + best, j]]
        mirror = work[j:, j].copy()
        mirror[0] += np.copysign(norms[best], mirror[0])
        square = mirror @ mirror
        if square > 0:
            work[j:, j:] -= mirror[:, None] * ((2 / square) * (mirror @ work[j:, j:]))
        mirrors.append((mirror, square))
    basis = np.eye(k, p)
    for j in reversed(range(p)):
        mirror, square = mirrors[j]
        if square > 0:
            basis[j:] -= mirror[:, None] * ((2 / square) * (mirror @ basis[j:]))
    unsorted = np.empty_like(basis)
    unsorted[rows] = basis
    return unsorted, np.triu(work[:p]), order


def _jacobi(triangle: Floats) -> tuple[Floats, Floats, Floats]:
    """U, values and V of a graded triangle: rows are turned, two by two, until all are at right angles."""
    p = len(triangle)
    rows, turns = triangle.copy(), np.eye(p)
    for _ in range(_MAX_SWEEPS):
        largest = 0.0
        for first, second in _rounds(p):
            largest = max(largest, _turn(rows, turns, first, second))
        if largest <= _EPS * p:
            break
    values = np.sqrt((rows * rows).sum(axis=1))
    right = np.divide(rows, values[:, None], out=np.zeros_like(rows), where=values[:, None] > 0)
    order = np.argsort(-values, kind="stable")
    return turns[order].T, values[order], right[order].T


def _rounds(p: int) -> list[tuple[Floats, Floats]]:
    """All pairs of p rows, in rounds in which no row stands twice, as at a chess tournament."""
    size = p + p % 2
    circle = np.arange(size)
    rounds = []
    for _ in range(size - 1):
        first, second = circle[: size // 2], circle[: size // 2 - 1 : -1]
        there = (first < p) & (second < p)
        rounds.append((np.minimum(first, second)[there], np.maximum(first, second)[there]))
        circle = np.concatenate([circle[:1], circle[-1:], circle[1:-1]])
    return rounds


def _turn(rows: Floats, turns: Floats, first: Floats, second: Floats) -> float:
    """Turn each pair of rows to a right angle; returns the largest cosine there was."""
    upper, lower = rows[first], rows[second]
    a, b = (upper * upper).sum(axis=1), (lower * lower).sum(axis=1)
    common = (upper * lower).sum(axis=1)
    sizes = np.sqrt(a) * np.sqrt(b)
    cosine = np.divide(np.abs(common), sizes, out=np.zeros_like(sizes), where=sizes > 0)
    turned = cosine > _EPS
    if not turned.any():
        return float(cosine.max(initial=0.0))
    ratio = np.divide(b - a, 2 * common, out=np.zeros_like(a), where=turned)
    tangent = np.where(turned, np.copysign(1 / (np.abs(ratio) + np.hypot(ratio, 1)), ratio), 0.0)
    c = 1 / np.hypot(tangent, 1)
    s = (c * tangent)[:, None]
    for table in (rows, turns):
        u, v = table[first], table[second]
        table[first], table[second] = c[:, None] * u - s * v, s * u + c[:, None] * v
    return float(cosine.max())
