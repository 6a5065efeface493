"""Small systems of linear equations, exactly."""

from collections.abc import Sequence
from fractions import Fraction

Row = Sequence[Fraction]


class SingularError(ArithmeticError):
    """A system has no solution, or more than one."""


def solved(matrix: Sequence[Row], right: Sequence[Row]) -> list[list[Fraction]]:
    """X with ``matrix X = right``, by Gauss-Jordan elimination.

    Parameters
    ----------
    matrix : n rows of n numbers
    right : n rows of m numbers
        Several right sides side by side; with the identity X is the inverse.

    Raises
    ------
    SingularError
        The rows of the matrix are not independent.
    """
    size = len(matrix)
    rows = [[*left, *values] for left, values in zip(matrix, right, strict=True)]
    for column in range(size):
        pivot = next((k for k in range(column, size) if rows[k][column]), None)
        if pivot is None:
            raise SingularError
        rows[column], rows[pivot] = rows[pivot], rows[column]
        scale = rows[column][column]
        rows[column] = [entry / scale for entry in rows[column]]
        for k in range(size):
            share = rows[k][column]
            if k != column and share:
                rows[k] = [entry - share * other for entry, other in zip(rows[k], rows[column], strict=True)]
    return [row[size:] for row in rows]


def solution(matrix: Sequence[Row], right: Row) -> tuple[Fraction, ...]:
    """The x with ``matrix x = right``; raises as `solved` does."""
    return tuple(row[0] for row in solved(matrix, [[value] for value in right]))
