"""NIST's eleven reference sets for linear regression: certified values are true, and their digits kept."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from deltarule.training import statistics
from deltarule.training.path import GradientPath

HERE = Path(__file__).parent / "nist"
LEAST = {"filip": 6.9, "wampler5": 6.9}
BY_LEVEL = {"lower": 9.0, "average": 7.0, "higher": 7.0}
POWERS = {"pontius": 2, "filip": 10} | {f"wampler{k}": 5 for k in range(1, 6)}
SETS = sorted(path.stem for path in HERE.glob("*.csv"))


@dataclass(frozen=True)
class Reference:
    """One of the sets, exactly as printed; an intercept stands first among the certified values."""

    name: str
    level: str
    x: list[list[Fraction]]
    y: list[Fraction]
    certified: list[Fraction]

    @property
    def intercept(self) -> bool:
        """Whether the model has one."""
        return len(self.certified) > len(self.x[0])

    @property
    def floats(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Columns and targets as a user would compute them: powers of the printed x, in floats."""
        first = np.array([float(row[0]) for row in self.x])
        if self.name in POWERS:
            columns = np.stack([first**k for k in range(1, len(self.x[0]) + 1)], axis=1)
        else:
            columns = np.array([[float(cell) for cell in row] for row in self.x])
        return columns, np.array([float(cell) for cell in self.y])


def reference(name: str) -> Reference:
    """Read one of the sets."""
    lines = (HERE / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    notes = [line for line in lines if line.startswith("#")]
    certified = next(line for line in notes if "certified coefficients" in line).rpartition(":")[2].split()
    level = notes[0].partition("(")[2].split()[0]
    rows = [[Fraction(cell) for cell in line.split(",")] for line in lines[len(notes) + 1 :]]
    powers = range(1, POWERS.get(name, 1) + 1)
    x = [[row[1] ** k for k in powers] if name in POWERS else row[1:] for row in rows]
    return Reference(name, level, x, [row[0] for row in rows], [Fraction(value) for value in certified])


def exact_least_squares(x: Sequence[Sequence[Fraction]], y: Sequence[Fraction]) -> list[Fraction]:
    """Solve the normal equations in fractions, by elimination."""
    d = len(x[0])
    rows = [
        [sum((row[p] * row[q] for row in x), Fraction(0)) for q in range(d)]
        + [sum((row[p] * target for row, target in zip(x, y, strict=True)), Fraction(0))]
        for p in range(d)
    ]
    for p in range(d):
        rows[p] = [entry / rows[p][p] for entry in rows[p]]
        for q in range(d):
            if q != p:
                share = rows[q][p]
                rows[q] = [u - share * v for u, v in zip(rows[q], rows[p], strict=True)]
    return [row[-1] for row in rows]


def digits(found: Sequence[float], true: Sequence[Fraction]) -> float:
    """Correct decimal digits of the worst number (NIST's logarithmic relative error), at most 15."""
    worst = max(abs(Fraction(float(u)) - v) / abs(v) for u, v in zip(found, true, strict=True))
    return min(15.0, -math.log10(worst)) if worst else 15.0


def coefficients(path: GradientPath, data: Reference) -> list[float]:
    """Optimal weights in the order of the certified values."""
    coef, intercept = path.weights(epochs=math.inf)
    return [intercept, *map(float, coef)] if data.intercept else [*map(float, coef)]


def held_on_floats(
    path: GradientPath, X: NDArray[np.float64], y: NDArray[np.float64], *, intercept: bool
) -> float:
    """Correct digits of the weights on columns of one length, beside the largest; the truth is exact."""
    table = [[Fraction(1)] * intercept + [Fraction(float(cell)) for cell in row] for row in X]
    true = exact_least_squares(table, [Fraction(float(target)) for target in y])[int(intercept) :]
    lengths = np.linalg.norm(X - X.mean(axis=0) if intercept else X, axis=0)
    coef, _ = path.weights(epochs=math.inf)
    errors = [float(abs(Fraction(float(u)) - v)) for u, v in zip(coef, true, strict=True)]
    worst = float(max(errors * lengths) / max(np.abs([float(v) for v in true]) * lengths))
    return -math.log10(max(worst, 1e-16))


def test_all_eleven_sets_are_here() -> None:
    """Two of lower, two of average and seven of higher difficulty."""
    assert len(SETS) == 11
    assert sorted(reference(name).level for name in SETS) == ["average"] * 2 + ["higher"] * 7 + ["lower"] * 2


@pytest.mark.parametrize("name", SETS)
def test_certified_values_are_the_exact_ones(name: str) -> None:
    """The data were copied right: least squares in fractions gives every certified digit."""
    data = reference(name)
    table = [[Fraction(1), *row] for row in data.x] if data.intercept else data.x
    exact = exact_least_squares(table, data.y)
    assert all(
        abs(value - true) <= abs(true) * Fraction(1, 10**14)
        for value, true in zip(data.certified, exact, strict=True)
    )


@pytest.mark.parametrize("name", SETS)
def test_certified_digits_are_kept(name: str) -> None:
    """9 digits at the lower level, 7 at the others, 6.9 on Filip and Wampler5; no more promised than held."""
    data = reference(name)
    path = GradientPath.fit(*data.floats, fit_intercept=data.intercept)
    held = digits(coefficients(path, data), data.certified)
    assert held >= LEAST.get(name, BY_LEVEL[data.level])
    assert path.route == "r-factor"
    assert path.unresolved == ()
    assert path.trusted_digits <= held_on_floats(path, *data.floats, intercept=data.intercept) + 0.5


@pytest.mark.parametrize("name", SETS)
def test_gram_route_promises_no_more_than_it_holds(name: str) -> None:
    """Where the Gram matrix loses digits, `trusted_digits` says so."""
    data = reference(name)
    path = GradientPath.fit(*data.floats, fit_intercept=data.intercept, route="gram")
    held = held_on_floats(path, *data.floats, intercept=data.intercept)
    assert path.route == "gram"
    assert path.trusted_digits <= held + 0.5


@pytest.mark.parametrize("spread", [1e-2, 1e-5, 1e-8])
@pytest.mark.parametrize("residual", [0.0, 1.0, 1e6])
@pytest.mark.parametrize("route", ["r-factor", "gram"])
def test_trusted_digits_are_held_over_many_blocks(
    spread: float, residual: float, route: Literal["gram", "r-factor"], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nearly dependent columns, near the line and far from it: no route promises digits it does not hold."""
    monkeypatch.setattr(statistics, "_LARGEST", 256)
    rng = np.random.default_rng(12)
    a, b, noise = rng.standard_normal((3, 600))
    X = np.column_stack([a + 5, a + spread * b])
    y = X @ [1.0, 2.0] + residual * noise
    path = GradientPath.fit(X, y, route=route)
    assert path.route == route
    assert path.trusted_digits <= held_on_floats(path, X, y, intercept=True) + 0.5
