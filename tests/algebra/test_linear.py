"""Systems of linear equations are held against what they say: the solution, put back, gives the right side."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltarule.algebra.linear import SingularError, solution, solved

numbers = st.fractions(min_value=-9, max_value=9, max_denominator=12)


def _system(size: int) -> st.SearchStrategy[tuple[list[list[Fraction]], list[Fraction]]]:
    row = st.lists(numbers, min_size=size, max_size=size)
    return st.tuples(st.lists(row, min_size=size, max_size=size), row)


systems = st.integers(1, 4).flatmap(_system)


def _determinant(matrix: list[list[Fraction]]) -> Fraction:
    """By expansion along the first row."""
    if not matrix:
        return Fraction(1)
    minors = ([row[:k] + row[k + 1 :] for row in matrix[1:]] for k in range(len(matrix)))
    return sum(
        ((-1) ** k * matrix[0][k] * _determinant(minor) for k, minor in enumerate(minors)), Fraction(0)
    )


@given(systems)
def test_the_solution_put_back_gives_the_right_side(
    system: tuple[list[list[Fraction]], list[Fraction]],
) -> None:
    """Where the determinant is not zero there is one solution, and else an error."""
    matrix, right = system
    if _determinant(matrix) == 0:
        with pytest.raises(SingularError):
            solution(matrix, right)
        return
    found = solution(matrix, right)
    assert [sum(a * x for a, x in zip(row, found, strict=True)) for row in matrix] == right


def test_the_identity_on_the_right_gives_the_inverse() -> None:
    """The rows must be exchanged first. [[0, 2], [1, 3]] times [[-3/2, 1], [1/2, 0]] is the identity."""
    zero, one = Fraction(0), Fraction(1)
    matrix = [[zero, Fraction(2)], [one, Fraction(3)]]
    assert solved(matrix, [[one, zero], [zero, one]]) == [[Fraction(-3, 2), one], [Fraction(1, 2), zero]]
