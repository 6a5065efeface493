"""Eigenvalues and eigenvectors of a small symmetric matrix, without an array library.

Cyclic Jacobi: every off-diagonal entry in turn is rotated to zero until all are negligible *beside the diagonal
entries of their own row and column*. That test, stricter than one beside the largest entry, keeps the small
eigenvalues of badly scaled data right (Demmel and Veselić 1992), and those decide how long training takes.
"""

import math
from collections.abc import Sequence
from fractions import Fraction

from deltarule.errors import LimitError, UsageError
from deltarule.records import record

MAX_SIZE = 201
_MAX_SWEEPS = 60
_NEGLIGIBLE = 2.0**-53


@record
class Spectrum:
    """Eigenvalues, ascending, and a unit eigenvector for each.

    The values are as precise as floats but not bound to their range; of each vector the largest component is positive.
    """

    values: tuple[Fraction, ...]
    vectors: tuple[tuple[float, ...], ...]


def spectrum(matrix: Sequence[Sequence[Fraction]]) -> Spectrum:
    """Eigenvalues and eigenvectors of a symmetric matrix.

    Raises
    ------
    LimitError
        The matrix is larger than 201 by 201.
    UsageError
        It is not square and symmetric.

    >>> found = spectrum([[Fraction(2), Fraction(1)], [Fraction(1), Fraction(2)]])
    >>> [round(float(value), 12) for value in found.values]
    [1.0, 3.0]
    """
    size = len(matrix)
    if size > MAX_SIZE:
        raise LimitError(f"a matrix of {size} rows", f"eigenvalues are worked out up to {MAX_SIZE}")
    if any(len(row) != size for row in matrix) or any(
        matrix[p][q] != matrix[q][p] for p in range(size) for q in range(p)
    ):
        raise UsageError("eigenvalues are worked out for square symmetric matrices only")
    # dividing by the largest entry first, exactly, keeps numbers of any size within a float's range
    scale = max((abs(entry) for row in matrix for entry in row), default=Fraction(0))
    if scale == 0:
        return Spectrum((Fraction(0),) * size, tuple(_unit(size, p) for p in range(size)))
    values, vectors = _jacobi([[float(entry / scale) for entry in row] for row in matrix])
    order = sorted(range(size), key=lambda p: values[p])
    return Spectrum(
        tuple(Fraction(values[p]) * scale for p in order), tuple(_oriented(vectors[p]) for p in order)
    )


def _jacobi(rows: list[list[float]]) -> tuple[list[float], list[list[float]]]:
    """Diagonal after all rotations, and the rotations' product, whose rows are the eigenvectors."""
    size = len(rows)
    vectors = [list(_unit(size, p)) for p in range(size)]
    for _ in range(_MAX_SWEEPS):
        rotated = False
        for p in range(size - 1):
            for q in range(p + 1, size):
                beside = math.sqrt(abs(rows[p][p])) * math.sqrt(abs(rows[q][q]))
                if rows[p][q] == 0 or abs(rows[p][q]) <= _NEGLIGIBLE * beside:
                    continue
                rotated = True
                _rotate(rows, vectors, p, q)
        if not rotated:
            break
    return [rows[p][p] for p in range(size)], vectors


def _rotate(rows: list[list[float]], vectors: list[list[float]], p: int, q: int) -> None:
    """Turn the plane of p and q so that their common entry becomes zero."""
    upper, lower, common = rows[p][p], rows[q][q], rows[p][q]
    ratio = (lower - upper) / (2 * common)
    tangent = math.copysign(1 / (abs(ratio) + math.hypot(ratio, 1)), ratio)  # of the smaller angle
    cosine = 1 / math.hypot(tangent, 1)
    sine = tangent * cosine
    for table in (rows, vectors):
        first, second = table[p], table[q]
        table[p] = [cosine * u - sine * v for u, v in zip(first, second, strict=True)]
        table[q] = [sine * u + cosine * v for u, v in zip(first, second, strict=True)]
    for row, u, v in zip(rows, tuple(rows[p]), tuple(rows[q]), strict=True):
        row[p], row[q] = u, v
    rows[p][p], rows[q][q] = upper - tangent * common, lower + tangent * common
    rows[p][q] = rows[q][p] = 0.0


def _unit(size: int, at: int) -> tuple[float, ...]:
    return tuple(float(k == at) for k in range(size))


def _oriented(vector: list[float]) -> tuple[float, ...]:
    """The same direction with its largest component positive, so that the sign is not left to chance."""
    length = math.hypot(*vector)
    sign = math.copysign(length, max(vector, key=abs))
    return tuple(component / sign for component in vector)
