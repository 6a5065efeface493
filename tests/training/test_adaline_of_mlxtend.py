"""What mlxtend expects of its own Adaline, held by ours with the same convention.

Source: mlxtend 0.25, `mlxtend/classifier/tests/test_adaline.py`: classes 0 and 1 of the iris table, columns 0 and 3, standardised;
half-sum convention, rate 0.01, 30 epochs: weights (-0.08, 1.02) to two places, bias 0, every row right.
"""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris

from deltarule import DeltaRuleClassifier

ADALINE: dict[str, Any] = {
    "activation": "identity",
    "loss": "squared",
    "convention": "half-sum",
    "learning_rate": 0.01,
    "tol": None,
}


def iris() -> tuple[Any, Any]:
    """Two classes, two columns, standardised."""
    X, y = load_iris(return_X_y=True)
    X, y = X[:100, [0, 3]], y[:100]
    return (X - X.mean(axis=0)) / X.std(axis=0), y


@pytest.mark.parametrize("engine", ["path", "numpy", "exact"])
def test_gradient_descent(engine: str) -> None:
    """The published expectations of full batches."""
    X, y = iris()
    X = np.round(X * 256) / 256  # fractions of many digits take long, and two places are compared
    before = X.copy()
    model = DeltaRuleClassifier(epochs=30, engine=engine, **ADALINE).fit(X, y)
    np.testing.assert_almost_equal(model.coef_, [[-0.08, 1.02]], decimal=2)
    np.testing.assert_almost_equal(model.intercept_, [0.0], decimal=2)
    assert model.score(X, y) == 1.0
    assert np.array_equal(X, before)


def test_stochastic_gradient_descent() -> None:
    """The published expectations of one row an update, which vary with the order in the second place."""
    X, y = iris()
    model = DeltaRuleClassifier(epochs=30, batch_size=1, **ADALINE).fit(X, y)
    np.testing.assert_allclose(model.coef_, [[-0.08, 1.02]], atol=0.03)
    assert model.score(X, y) == 1.0


def test_a_warm_refit_goes_on() -> None:
    """15 epochs and 15 more are 30."""
    X, y = iris()
    whole = DeltaRuleClassifier(epochs=30, **ADALINE).fit(X, y)
    parts = DeltaRuleClassifier(epochs=15, warm_start=True, **ADALINE).fit(X, y).fit(X, y)
    np.testing.assert_allclose(parts.coef_, whole.coef_, rtol=1e-12)


@pytest.mark.parametrize("engine", ["path", "numpy"])
def test_the_same_by_a_loop_in_fractions(engine: str) -> None:
    """Thirty updates written out here: w + rate * sum of error times row."""
    X, y = iris()
    rows = [[Fraction(cell) for cell in row] + [Fraction(1)] for row in X.tolist()]
    targets = [Fraction(1 if label == 1 else -1) for label in y]
    w = [Fraction(0)] * 3
    for _ in range(30):
        errors = [
            target - sum((p * x for p, x in zip(w, row, strict=True)), Fraction(0))
            for row, target in zip(rows, targets, strict=True)
        ]
        w = [
            (w[j] + sum((error * row[j] for error, row in zip(errors, rows, strict=True)), Fraction(0)) / 100)
            .limit_denominator(10**25)
            for j in range(3)
        ]  # fmt: skip
    model = DeltaRuleClassifier(epochs=30, engine=engine, **ADALINE).fit(X, y)
    np.testing.assert_allclose(model.coef_[0], [float(p) for p in w[:2]], rtol=1e-12)
    np.testing.assert_allclose(model.intercept_, float(w[2]), atol=1e-13)
