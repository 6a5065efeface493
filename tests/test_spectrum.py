"""Eigenvalues and eigenvectors against exact cases, characteristic polynomials and known spectra."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deltarule.errors import LimitError, UsageError
from deltarule.spectrum import MAX_SIZE, spectrum

Matrix = list[list[Fraction]]


def matrix(*rows: tuple[float | Fraction, ...]) -> Matrix:
    """Rows as exact fractions."""
    return [[Fraction(entry) for entry in row] for row in rows]


def characteristic(rows: Matrix) -> list[Fraction]:
    """Coefficients of det(t I - H), highest power first, by Faddeev and LeVerrier; exact."""
    size = len(rows)
    coefficients = [Fraction(1)]
    power = [[Fraction(0)] * size for _ in range(size)]
    for k in range(1, size + 1):
        shifted = [
            [power[i][j] + (coefficients[-1] if i == j else 0) for j in range(size)] for i in range(size)
        ]
        power = [
            [sum((rows[i][m] * shifted[m][j] for m in range(size)), Fraction(0)) for j in range(size)]
            for i in range(size)
        ]
        coefficients.append(-sum((power[i][i] for i in range(size)), Fraction(0)) / k)
    return coefficients


def value_at(coefficients: list[Fraction], at: Fraction) -> Fraction:
    """Value of a polynomial."""
    total = Fraction(0)
    for coefficient in coefficients:
        total = total * at + coefficient
    return total


def turned(diagonal: list[Fraction], turns: list[tuple[int, int, Fraction]]) -> Matrix:
    """A matrix with known eigenvalues: a diagonal, turned in planes by angles whose sine and cosine are rational."""
    size = len(diagonal)
    rows = [[diagonal[p] if p == q else Fraction(0) for q in range(size)] for p in range(size)]
    for p, q, half in turns:
        p, q = p % size, q % size
        if p == q:
            continue
        cosine, sine = (1 - half**2) / (1 + half**2), 2 * half / (1 + half**2)
        for _ in range(2):  # from the left, then from the right
            rows[p], rows[q] = (
                [cosine * u - sine * v for u, v in zip(rows[p], rows[q], strict=True)],
                [sine * u + cosine * v for u, v in zip(rows[p], rows[q], strict=True)],
            )
            rows = [list(column) for column in zip(*rows, strict=True)]
    return rows


@pytest.mark.parametrize(
    ("rows", "values"),
    [
        (matrix((7,)), (7,)),
        (matrix((3, 0), (0, -2)), (-2, 3)),
        (matrix((2, 1), (1, 2)), (1, 3)),
        (matrix((1, 1, 1), (1, 1, 1), (1, 1, 1)), (0, 0, 3)),
        (matrix((1, -1, 0), (-1, 2, -1), (0, -1, 1)), (0, 1, 3)),
        (matrix((0, 1), (1, 0)), (-1, 1)),
    ],
)
def test_hand_cases(rows: Matrix, values: tuple[int, ...]) -> None:
    """Matrices whose eigenvalues are known by hand get just those."""
    assert [float(value) for value in spectrum(rows).values] == pytest.approx(values, abs=1e-14)


def test_published_figures() -> None:
    """The Hessian of the published exercise has the eigenvalues that an independent program found."""
    rows = [(5, 8, 6, 1), (6, 4, 3, 1), (8, 5, 9, 1), (7, 9, 1, 1)]
    hessian = [[Fraction(sum(row[p] * row[q] for row in rows), 2) for q in range(4)] for p in range(4)]
    values = [float(value) for value in spectrum(hessian).values]
    assert values == pytest.approx((0.0339409676, 4.19050316, 19.4121843, 221.863372), rel=3e-9)


def test_characteristic_polynomial_changes_sign() -> None:
    """Within a billionth of each eigenvalue the exact characteristic polynomial passes through zero."""
    rows = [(5, 8, 6, 1), (6, 4, 3, 1), (8, 5, 9, 1), (7, 9, 1, 1)]
    hessian = [[Fraction(sum(row[p] * row[q] for row in rows), 2) for q in range(4)] for p in range(4)]
    polynomial = characteristic(hessian)
    for value in spectrum(hessian).values:
        near = value * Fraction(1, 10**9)
        assert value_at(polynomial, value - near) * value_at(polynomial, value + near) < 0


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.integers(-50, 50).map(Fraction), min_size=1, max_size=7),
    st.lists(
        st.tuples(st.integers(0, 6), st.integers(0, 6), st.fractions(-2, 2, max_denominator=9)), max_size=12
    ),
)
def test_known_spectra(diagonal: list[Fraction], turns: list[tuple[int, int, Fraction]]) -> None:
    """A diagonal turned by exact rotations keeps its eigenvalues, and each vector is one of its value's."""
    rows = turned(diagonal, turns)
    found = spectrum(rows)
    largest = float(max(abs(value) for value in diagonal)) or 1.0
    assert [float(v) for v in found.values] == pytest.approx(
        [float(v) for v in sorted(diagonal)], abs=1e-13 * largest
    )
    for value, vector in zip(found.values, found.vectors, strict=True):
        image = [sum(float(entry) * v for entry, v in zip(row, vector, strict=True)) for row in rows]
        assert image == pytest.approx([float(value) * v for v in vector], abs=1e-12 * largest)
        assert sum(v * v for v in vector) == pytest.approx(1, abs=1e-13)
        assert max(vector, key=abs) > 0
    for first in range(len(rows)):
        for second in range(first):
            between = sum(u * v for u, v in zip(found.vectors[first], found.vectors[second], strict=True))
            assert between == pytest.approx(0, abs=1e-12)


def test_small_eigenvalues_of_badly_scaled_columns() -> None:
    """Columns a million times apart leave the smallest eigenvalue right: the product is the exact determinant."""
    scales = (Fraction(1), Fraction(1, 10**6), Fraction(1, 10**12))
    core = matrix((2, 1, 0), (1, 2, 1), (0, 1, 2))  # its determinant is 4
    rows = [[scales[p] * core[p][q] * scales[q] for q in range(3)] for p in range(3)]
    found = spectrum(rows).values
    product = found[0] * found[1] * found[2]
    assert float(product * 10**36) == pytest.approx(4, rel=1e-13)
    # beside huge rows, the smallest is what elimination leaves of the last entry: 4/3
    assert float(found[0] * 10**24) == pytest.approx(4 / 3, rel=1e-9)


@pytest.mark.parametrize("exponent", [-700, -300, 300, 700])
def test_any_size_of_numbers(exponent: int) -> None:
    """Multiplying a matrix by a power of ten multiplies its eigenvalues, far beyond a float's range too."""
    factor = Fraction(10) ** exponent
    rows = matrix((2, 1), (1, 5))
    plain, scaled = spectrum(rows), spectrum([[factor * entry for entry in row] for row in rows])
    for before, after in zip(plain.values, scaled.values, strict=True):
        assert float(after / factor) == pytest.approx(float(before), rel=1e-14)
    for first, second in zip(plain.vectors, scaled.vectors, strict=True):
        assert second == pytest.approx(first, abs=1e-14)


def test_zero_and_empty() -> None:
    """A matrix of zeros has eigenvalues zero and the axes as directions; an empty one has none."""
    found = spectrum(matrix((0, 0), (0, 0)))
    assert not any(found.values)
    assert len(found.values) == 2
    assert found.vectors == ((1.0, 0.0), (0.0, 1.0))
    assert spectrum([]).values == ()


def test_ascending() -> None:
    """Values come in ascending order with their own vectors."""
    found = spectrum(matrix((5, 0, 0), (0, -1, 0), (0, 0, 2)))
    assert all(low <= high for low, high in pairwise(found.values))
    assert found.vectors == ((0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (1.0, 0.0, 0.0))


def test_too_large() -> None:
    """Beyond 201 rows the answer is a clear refusal, at once."""
    size = MAX_SIZE + 1
    with pytest.raises(LimitError, match=r"a matrix of 202 rows; .*201"):
        spectrum([[Fraction(0)] * size] * size)


@pytest.mark.parametrize("rows", [matrix((1, 2), (3, 4)), matrix((1, 2, 3), (2, 1, 0)), [[Fraction(1)], []]])
def test_not_symmetric(rows: Matrix) -> None:
    """What is not square and symmetric is refused, not answered."""
    with pytest.raises(UsageError, match="symmetric"):
        spectrum(rows)
