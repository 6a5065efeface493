"""Certificates: a gap that is certified is never smaller than the true one, which another program finds."""

from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

from deltarule.training.curvature import scatter, steepness, suggested_rate
from deltarule.training.engine import Floats, Rows
from deltarule.training.engines.numpy_engine import NumpyEngine
from deltarule.training.loop import train
from deltarule.training.schedules import Constant
from deltarule.training.settings import Settings
from deltarule.training.stopping import Point, Problem

CONVEX = [("identity", "squared"), ("sigmoid", "log"), ("identity", "huber")]


def data(activation: str, seed: int = 0) -> Rows:
    """Overlapping classes, or a noisy line with outliers."""
    rng = np.random.default_rng(seed)
    X = rng.normal(1.0, 2.0, size=(120, 3))
    clean = X @ [1.0, -0.5, 0.2] - 0.4
    y = clean + rng.standard_t(2, size=120)
    return Rows(X, (y > 0).astype(float) if activation == "sigmoid" else y, rng.uniform(0.5, 2, size=120))


def objective(problem: Problem, weights: Floats) -> Point:
    """Loss and gradient, put together here a second time."""
    settings, engine = problem.settings, NumpyEngine(problem.settings.activation, problem.settings.loss)
    sums = engine.sums(problem.rows, weights)
    gradient = sums.gradient * problem.scale
    gradient[:-1] += settings.l2 * weights[:-1]
    loss = sums.loss * problem.scale + settings.l2 / 2 * float(weights[:-1] @ weights[:-1])
    return Point(weights.copy(), loss, gradient)


def least(problem: Problem) -> float:
    """The least loss, by another program."""

    def function(weights: Floats) -> Any:
        point = objective(problem, weights)
        return point.loss, point.gradient

    found = minimize(
        function,
        np.zeros(problem.rows.d + 1),
        jac=True,
        method="BFGS",
        options={"gtol": 1e-11, "maxiter": 5000},
    )
    return float(found.fun)


@pytest.mark.parametrize("l2", [0.0, 0.05])
@pytest.mark.parametrize(("activation", "loss"), CONVEX)
def test_a_certified_gap_holds_and_closes(activation: str, loss: str, l2: float) -> None:
    """Along a whole run: gain <= true gap <= certified gap, and in the end the certificate is tight."""
    rows = data(activation)
    settings = Settings(Constant(0.1), activation, loss, l2=l2, tol=None, epochs=3000)
    problem = Problem(rows, settings)
    best = least(problem)
    rate = suggested_rate(rows, settings, problem.products)
    weights, gaps = np.zeros(4), []
    for epoch in range(3001):
        point = objective(problem, weights)
        if epoch in (0, 1, 3, 10, 30, 100, 300, 1000, 3000):
            true, gap = point.loss - best, problem.gap(point)
            assert problem.gain(point) <= true + 1e-10
            assert gap >= true - 1e-10
            gaps.append(gap)
        weights = weights - rate * point.gradient
    assert gaps[-1] < 1e-7
    assert gaps[0] > 100 * gaps[-1]


def test_the_gap_of_a_parabola_is_exact() -> None:
    """By the least-squares solution of another library."""
    rows = data("identity")
    problem = Problem(rows, Settings(Constant(0.1)))
    assert rows.weight is not None
    root = np.sqrt(rows.weight)
    columns = np.column_stack([rows.X, np.ones(rows.n)]).astype(np.float64) * root[:, None]
    best = np.asarray(np.linalg.lstsq(columns, rows.y * root, rcond=None)[0], dtype=np.float64)
    point = objective(problem, np.array([0.3, 0.1, -0.2, 1.0]))
    assert problem.gap(point) == pytest.approx(point.loss - objective(problem, best).loss, rel=1e-10)


@pytest.mark.parametrize(("activation", "loss"), CONVEX)
def test_converged_means_within_the_tolerance(activation: str, loss: str) -> None:
    """A run that stops by itself is as near to the least loss as it says, and the tolerance scales with the loss."""
    rows = data(activation)
    settings = Settings(Constant(0.1), activation, loss, tol=1e-5, epochs=20_000)
    rate = suggested_rate(rows, settings, scatter(rows, True))
    settings = Settings(Constant(rate), activation, loss, tol=1e-5, epochs=20_000)
    run = train(rows, settings, NumpyEngine(activation, loss))
    problem = Problem(rows, settings)
    assert run.outcome == "converged"
    assert run.epochs < 20_000
    assert run.history.loss[-1] - least(problem) <= run.gap + 1e-12
    assert run.gap <= 1e-5 * problem.reference


@pytest.mark.parametrize("loss", ["squared", "huber"])
def test_no_certificate_forgets_a_flat_valley(loss: str) -> None:
    """Columns so large that the intercept looks flat beside them: the gap that is left in it is still seen."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(80, 2)) * 1e12
    y = X @ [1e-12, -2e-12] + 0.4
    problem = Problem(Rows(X, y), Settings(Constant(1.0), loss=loss))
    point = objective(problem, np.array([1e-12, -2e-12, 0.0]))  # all but the intercept is right
    assert point.loss > 0.05
    assert problem.gap(point) >= 0.999 * point.loss


def test_nothing_is_certified_where_the_loss_is_not_convex() -> None:
    """Then the loss itself is all that is known."""
    rng = np.random.default_rng(0)
    rows = Rows(rng.normal(size=(30, 2)), rng.choice([0.0, 1.0], size=30))
    problem = Problem(rows, Settings(Constant(0.1), "sigmoid", "squared"))
    point = objective(problem, np.array([0.1, 0.2, 0.0]))
    assert problem.gap(point) == point.loss


@pytest.mark.parametrize(
    ("activation", "loss", "low", "high", "expected"),
    [
        ("identity", "squared", -3, 5, 2.0),
        ("identity", "huber", -3, 5, 1.0),
        ("identity", "hinge", -1, 1, 0.0),
        ("step", "squared", 0, 1, 0.0),
        ("relu", "squared", 0, 1, 2.0),
        ("sigmoid", "log", 0, 1, 0.25),
        # twice the values that research found for half of the squared error
        ("sigmoid", "squared", 0, 1, 2 * 0.0770),
        ("tanh", "squared", -1, 1, 2 * 1.2325),
    ],
)
def test_the_largest_second_derivative(
    activation: str, loss: str, low: float, high: float, expected: float
) -> None:
    """Known values; and no difference quotient of slopes anywhere is larger."""
    found = steepness(activation, loss, low, high)
    assert found == pytest.approx(expected, rel=1e-3)
    if found:
        engine, z = NumpyEngine(activation, loss), np.linspace(-12, 12, 4801)
        for y in np.linspace(low, high, 5):
            if loss == "log" and y not in (0, 1):
                continue
            slopes = engine.rows(z, np.full_like(z, y))[1]
            quotients = np.diff(slopes) / np.diff(z)
            if activation == "relu":  # steep at its kink, which no bound knows
                quotients = quotients[(z[1:] <= 0) | (z[:-1] >= 0.01)]
            assert quotients.max() <= found + 1e-9


@pytest.mark.parametrize(("activation", "loss"), [*CONVEX, ("sigmoid", "squared"), ("tanh", "squared")])
@pytest.mark.parametrize("convention", ["mean", "half-mean", "sum", "half-sum"])
def test_the_suggested_rate_lowers_the_loss_in_every_epoch(
    activation: str, loss: str, convention: str
) -> None:
    """With full batches, on columns of any scale, with a penalty and weights of rows."""
    rows = data("sigmoid" if activation in ("sigmoid", "tanh") else "identity", seed=3)
    rows = Rows(rows.X * [100.0, 0.01, 1.0] + [50.0, 0.0, -7.0], rows.y, rows.weight)
    settings = Settings(Constant(1.0), activation, loss, convention=convention, l2=0.1, epochs=50, tol=None)
    rate = suggested_rate(rows, settings, scatter(rows, True))
    settings = Settings(Constant(rate), activation, loss, convention=convention, l2=0.1, epochs=50, tol=None)
    losses = train(rows, settings, NumpyEngine(activation, loss)).history.loss
    assert (np.diff(losses) <= 1e-12 * losses[:-1]).all()


@pytest.mark.parametrize("size", [1, 4, 16, 64])
def test_the_suggested_rate_of_mini_batches_is_stable_where_that_of_full_ones_is_not(size: int) -> None:
    """Heavy-tailed columns: the error of the weights shrinks in the mean at the suggested rate, whatever the batch size."""
    rng = np.random.default_rng(5)
    X = rng.standard_t(3, size=(400, 4))
    rows = Rows(X, X @ [1.0, 2.0, -1.0, 0.5] + 1.0)  # no noise: the error can go to 0
    settings = Settings(Constant(1.0), batch_size=size, epochs=1)
    rate = suggested_rate(rows, settings, scatter(rows, True, noise=True))
    full = suggested_rate(rows, Settings(Constant(1.0)), scatter(rows, True))
    assert rate < full
    ends = []
    for seed in range(20):
        run = train(
            rows,
            Settings(Constant(rate), batch_size=size, epochs=3, seed=seed, tol=None),
            NumpyEngine("identity", "squared"),
        )
        ends.append(float(np.sum((run.weights - [1.0, 2.0, -1.0, 0.5, 1.0]) ** 2)))
    assert np.mean(ends) < 7.25  # what it was at the start
    assert np.mean(ends) < 1.0


@pytest.mark.parametrize("scale", [(1.0, 1.0, 1.0), (30.0, 1.0, 0.02)])
def test_the_curvature_of_batches_is_its_formula(scale: tuple[float, ...]) -> None:
    """One row at a time: the largest eigenvalue of H^-1 M; all rows: that of H; and between them what the formula says."""
    rng = np.random.default_rng(6)
    rows = Rows(rng.normal(1.0, 1.0, size=(50, 3)) * scale, np.zeros(50))
    found = scatter(rows, True, noise=True)
    assert found.noise is not None
    columns: Floats = np.column_stack([rows.X, np.ones(50)])
    second = columns.T @ columns / 50
    fourth = (columns * (columns**2).sum(axis=1)[:, None]).T @ columns / 50
    np.testing.assert_allclose(found.products, second)
    np.testing.assert_allclose(found.noise, fourth)
    for size in (1, 4, 20):
        mixed = fourth / size + (1 - 1 / size) * second @ second
        expected = max(np.linalg.eigvals(np.linalg.solve(second, mixed)).real)
        assert found.batch_curvature(size) == pytest.approx(expected)
    assert found.batch_curvature(10**9) == pytest.approx(np.linalg.eigvalsh(second)[-1])
