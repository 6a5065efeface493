"""GradientPath against other kinds of truth: loops in fractions, many digits, enumeration, definitions."""

import math
import pickle
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import deltarule
from deltarule.errors import DataError, UsageError
from deltarule.exercise import Exercise
from deltarule.trace import run_unrounded
from deltarule.training import path as home
from deltarule.training import statistics
from deltarule.training.path import GradientPath
from deltarule.training.sources import BlockSource
from deltarule.training.statistics import block_rows
from deltarule.written import parse_number

Floats = NDArray[np.float64]
CONVENTIONS = ["mean", "half-mean", "sum", "half-sum"]
X4 = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 4.0], [-2.0, 1.5], [2.0, 2.5]])
Y4 = np.array([1.0, 4.0, -2.0, 0.5, 3.0])


def gradient_factor(convention: str, count: Fraction) -> Fraction:
    """What stands before the sum in the gradient, from the definition of the four conventions."""
    return {"mean": 2 / count, "half-mean": 1 / count, "sum": Fraction(2), "half-sum": Fraction(1)}[
        convention
    ]


def total(values: Iterable[Fraction]) -> Fraction:
    """Sum of fractions."""
    return sum(values, Fraction(0))


def loop(
    path: GradientPath,
    X: Floats,
    y: Floats,
    weight: Floats,
    rate: float,
    epochs: int,
    start: Floats,
    momentum: float = 0.0,
) -> tuple[list[Fraction], Fraction]:
    """Gradient descent step by step, in fractions: weights, the intercept if there is one, and the loss."""
    table = [[Fraction(float(c)) for c in row] + [Fraction(1)] * path.fit_intercept for row in X]
    targets, shares = [Fraction(float(t)) for t in y], [Fraction(float(s)) for s in weight]
    g, eta, beta = gradient_factor(path.convention, total(shares)), Fraction(rate), Fraction(momentum)
    l2 = [Fraction(path.l2)] * X.shape[1] + [Fraction(0)] * path.fit_intercept
    v = [Fraction(float(s)) for s in start]
    velocity = [Fraction(0)] * len(v)

    def errors() -> list[Fraction]:
        return [
            total(a * b for a, b in zip(row, v, strict=True)) - t
            for row, t in zip(table, targets, strict=True)
        ]

    for _ in range(epochs):
        e = errors()
        for j in range(len(v)):
            slope = g * sum(s * r * row[j] for s, r, row in zip(shares, e, table, strict=True)) + l2[j] * v[j]
            velocity[j] = beta * velocity[j] - eta * slope
        v = [a + b for a, b in zip(v, velocity, strict=True)]
    squares = total(s * r * r for s, r in zip(shares, errors(), strict=True))
    return v, g / 2 * squares + total(p * a * a for p, a in zip(l2, v, strict=True)) / 2


def vector(path: GradientPath, weights: tuple[Floats, float]) -> Floats:
    """Weights, then the intercept if there is one."""
    return np.append(*weights) if path.fit_intercept else weights[0]


def parted(path: GradientPath, start: Floats) -> tuple[Floats, float]:
    """The same the other way round."""
    return (start[:-1], float(start[-1])) if path.fit_intercept else (start, 0.0)


def check_against_loop(
    path: GradientPath, X: Floats, y: Floats, weight: Floats, epochs: int, momentum: float
) -> None:
    """Weights and loss, at rates below and above the limit, from a start of its own."""
    start = np.arange(1, X.shape[1] + path.fit_intercept + 1) * 0.25
    for share in (0.3, 1.0, 1.9, 2.5, 4.5):
        rate = share * path.suggested_learning_rate
        v, J = loop(path, X, y, weight, rate, epochs, start, momentum)
        given_start = parted(path, start)
        found = vector(path, path.weights(rate, epochs, start=given_start, momentum=momentum))
        true = np.array([float(a) for a in v])
        assert np.abs(found - true).max() <= 1e-12 * max(1.0, np.abs(true).max())
        loss = path.loss(rate, epochs, start=given_start, momentum=momentum)
        assert loss == pytest.approx(float(J), rel=1e-11)
        assert path.map([rate], [epochs], start=given_start, momentum=momentum)[0, 0] == pytest.approx(
            float(J), rel=1e-11
        )


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("l2", [0.0, 0.375])
@pytest.mark.parametrize("momentum", [0.0, 0.75])
@pytest.mark.parametrize("weighted", [False, True])
def test_every_setting_follows_a_loop_in_fractions(
    convention: str, intercept: bool, l2: float, momentum: float, weighted: bool
) -> None:
    """All conventions, with and without intercept, penalty, momentum and sample weights, stable and not."""
    weight = np.array([1.0, 0.5, 2.0, 0.0, 1.5]) if weighted else np.ones(5)
    given_weight = weight if weighted else None
    path = GradientPath.fit(X4, Y4, given_weight, convention=convention, fit_intercept=intercept, l2=l2)
    for epochs in (0, 1, 2, 13):
        check_against_loop(path, X4, Y4, weight, epochs, momentum)


@given(data=st.data())
def test_any_small_table_follows_a_loop_in_fractions(data: st.DataObject) -> None:
    """Any shape: more columns than rows, repeated and constant columns, constant targets."""
    n, d = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 4))
    cell = st.integers(-6, 6).map(lambda k: k / 2)
    X = np.array(data.draw(st.lists(st.lists(cell, min_size=d, max_size=d), min_size=n, max_size=n)))
    y = np.array(data.draw(st.lists(cell, min_size=n, max_size=n)))
    path = GradientPath.fit(
        X, y, fit_intercept=data.draw(st.booleans()), l2=data.draw(st.sampled_from([0.0, 0.5]))
    )
    if path.eigenvalues[0] > 0:
        check_against_loop(
            path, X, y, np.ones(n), data.draw(st.integers(0, 9)), data.draw(st.sampled_from([0.0, 0.5]))
        )
    else:  # nothing varies, nothing moves
        start = (np.arange(1.0, d + 1), 0.0)
        assert np.array_equal(path.weights(0.1, 7, start=start)[0], start[0])


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_exact_trace_agrees(convention: str) -> None:
    """The run that is worked by hand, on all digits, is the path's run."""
    exercise = Exercise(
        features=tuple(tuple(parse_number(str(c)) for c in row) for row in X4),
        targets=tuple(parse_number(str(t)) for t in Y4),
        weights=(parse_number("0.25"), parse_number("-0.5")),
        bias=parse_number("0.1"),
        learning_rate=parse_number("0.05"),
        convention=convention,
        epochs=6,
    )
    trace = run_unrounded(replace(exercise, missing=()))
    path = GradientPath.fit(X4, Y4, convention=convention)
    coef, intercept = path.weights(0.05, 6, start=([0.25, -0.5], 0.1))
    assert [*coef, intercept] == pytest.approx([float(value) for value in trace.weights(6)], rel=1e-12)


def exact_errors(
    path: GradientPath, X: Floats, y: Floats, rate: float, epochs: int, momentum: float
) -> list[float]:
    """Weights after any number of epochs, in a hundred digits: the matrix of one epoch to a power."""
    with mpmath.workdps(100):
        A = mpmath.matrix(np.column_stack([X, np.ones(len(X))]).tolist())
        g = mpmath.mpf(2) / len(X)
        H, b = g * (A.T * A), g * (A.T * mpmath.matrix(y.tolist()))
        p = A.cols
        eta, beta = mpmath.mpf(rate), mpmath.mpf(momentum)
        # one epoch on (v, velocity, 1), as a matrix
        step = mpmath.zeros(2 * p + 1)
        for i in range(p):
            for j in range(p):
                step[p + i, j] = -eta * H[i, j]
                step[i, j] = (1 if i == j else 0) - eta * H[i, j]
            step[p + i, p + i] = step[i, p + i] = beta
            step[p + i, 2 * p] = step[i, 2 * p] = eta * b[i]
        step[2 * p, 2 * p] = 1
        return [float(value) for value in (step**epochs)[:p, 2 * p]]


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("epochs", [1, 1000, 10**6 + 1, 10**9, 10**12])
@pytest.mark.parametrize("share", [1e-9, 0.5, 0.999])
def test_a_trillion_epochs_follow_a_hundred_digits(epochs: int, momentum: float, share: float) -> None:
    """Directions of curvature 1e-11 beside one of 1e4 move as they should, at any number of epochs."""
    rng = np.random.default_rng(4)
    X = rng.standard_normal((12, 4)) * [1e-5, 1.0, 30.0, 1e-2] + [0.0, 50.0, 0.0, 1.0]
    y = X @ [3e4, 1.0, -1.0, 10.0] + rng.standard_normal(12)
    path = GradientPath.fit(X, y)
    rate = share * path.largest_stable_learning_rate
    found = np.append(*path.weights(rate, epochs, momentum=momentum))
    true = np.array(exact_errors(path, X, y, rate, epochs, momentum))
    assert np.abs(found - true).max() <= 1e-9 * np.abs(true).max()
    assert found == pytest.approx(true, rel=1e-6)


def test_eigenvalues_of_a_timestamp_are_right_to_full_precision() -> None:
    """An offset of 1.7e12 beside a spread of 1e6: curvatures of 1e-36 of the largest are right."""
    rng = np.random.default_rng(8)
    X = np.column_stack([1.7e12 + np.round(rng.random(40) * 1e6), rng.standard_normal(40) * 1e-6])
    path = GradientPath.fit(X, rng.standard_normal(40), convention="half-mean")
    with mpmath.workdps(120):
        A = mpmath.matrix(np.column_stack([X, np.ones(40)]).tolist())
        true = sorted((float(v) for v in mpmath.eigsy(A.T * A / 40, eigvals_only=True)), reverse=True)
    assert path.eigenvalues == pytest.approx(true, rel=1e-12)
    assert true[-1] < 1e-35 * true[0]


@pytest.mark.parametrize("route", ["auto", "gram", "r-factor"])
def test_a_timestamp_keeps_its_slope(route: home.Route) -> None:
    """Nine digits of the slope of a feature in milliseconds since 1970, over many blocks, whichever way."""
    n = 3 * block_rows(2) + 100
    rng = np.random.default_rng(2)
    steps = np.arange(n) * 60_000.0
    X = np.column_stack([1.7e12 + steps, rng.standard_normal(n)])
    y = 0.002 * steps + 5 * X[:, 1] + 7
    coef, _ = GradientPath.fit(X, y, route=route).weights()
    streamed = GradientPath(route=route)
    for at in range(0, n, 1000):
        streamed.update(X[at : at + 1000], y[at : at + 1000])
    for found in (coef, streamed.weights()[0]):
        assert found[0] == pytest.approx(0.002, rel=1e-9)
        assert found[1] == pytest.approx(5, rel=1e-8)


def test_infinite_epochs_are_least_squares() -> None:
    """The optimum, at any stable rate; with a penalty that of ridge regression, the intercept free."""
    assert np.append(*GradientPath.fit(X4, Y4).weights(epochs=math.inf)) == pytest.approx(
        np.linalg.lstsq(np.column_stack([X4, np.ones(5)]), Y4)[0], rel=1e-12
    )
    path = GradientPath.fit(X4, Y4).ridge(0.7)
    A = np.column_stack([X4, np.ones(5)])
    solved = np.linalg.solve(2 / 5 * A.T @ A + np.diag([0.7, 0.7, 0.0]), 2 / 5 * A.T @ Y4)
    assert np.append(*path.weights(0.01)) == pytest.approx(solved, rel=1e-12)
    assert path.loss() == pytest.approx(
        ((A @ solved - Y4) ** 2).mean() + 0.35 * solved[:2] @ solved[:2], rel=1e-12
    )


def test_a_start_in_flat_directions_stays() -> None:
    """Gradient descent goes to the point of least loss closest to the start, and is right at every epoch."""
    X = np.column_stack([X4[:, 0], X4[:, 0], np.full(5, 3.0)])
    path = GradientPath.fit(X, Y4)
    start = (np.array([5.0, -1.0, 2.0]), 1.0)
    A = np.column_stack([X, np.ones(5)])
    begin = np.append(*start)
    nearest = begin + np.linalg.pinv(A) @ (Y4 - A @ begin)
    assert np.append(*path.weights(start=start)) == pytest.approx(nearest, rel=1e-12)
    v, _ = loop(path, X, Y4, np.ones(5), 0.01, 20, begin)
    assert np.append(*path.weights(0.01, 20, start=start)) == pytest.approx([float(a) for a in v], rel=1e-12)
    coef, _ = path.weights(0.01, 10**12, start=start)
    assert coef[0] - coef[1] == pytest.approx(6.0, rel=1e-12)
    assert path.eigenvalues[2:].tolist() == [0.0, 0.0]
    assert path.minimax_learning_rate == pytest.approx(2 / path.eigenvalues[:2].sum(), rel=1e-12)


def test_flat_directions_are_named() -> None:
    """Constant columns and dependent ones are said to be so, in the names of the data."""
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, 30))
    X = np.column_stack([a, b, np.full(30, 0.1), a - 2 * b])
    path = GradientPath.fit(X, a, feature_names=["age", "dose", "site", "mix"])
    assert set(path.unresolved) == {"site", "age - 2 dose - mix"}
    assert path.drop("site", "mix").unresolved == ()
    assert "cannot be resolved" in repr(path)
    assert GradientPath.fit(X[:, :2], a).unresolved == ()
    assert GradientPath.fit(X[:, :3], a, route="gram", feature_names=["age", "dose", "site"]).unresolved == (
        "site",
    )
    assert len(GradientPath.fit(X, a, route="gram").unresolved) == 2


def test_more_columns_than_rows() -> None:
    """The weights are those of least length, and the loss ends at nothing."""
    rng = np.random.default_rng(1)
    X, y = rng.standard_normal((4, 9)), rng.standard_normal(4)
    path = GradientPath.fit(X, y)
    A = np.column_stack([X, np.ones(4)])
    assert np.append(*path.weights()) == pytest.approx(np.linalg.pinv(A) @ y, rel=1e-11)
    assert path.loss() == pytest.approx(0, abs=1e-28)
    assert len(path.unresolved) == 6


def test_constant_targets_and_one_row_are_fine() -> None:
    """They have a path like any other."""
    path = GradientPath.fit(X4, np.full(5, 2.5))
    assert np.append(*path.weights()) == pytest.approx([0, 0, 2.5], abs=1e-14)
    single = GradientPath.fit([[3.0]], [6.0])
    assert single.loss(0.05, 1) == pytest.approx((6 - 0.05 * 2 * 6 * 10) ** 2)


def test_what_overflows_is_infinite_with_its_sign() -> None:
    """A run beyond the range of floats has infinite loss and weights, of the right sign, never NaN."""
    path = GradientPath.fit(X4, Y4)
    rate = 3 * path.suggested_learning_rate
    for epochs in (1000, 1001, 2047, 10**12):
        coef, intercept = path.weights(rate, epochs)
        # along the steepest direction only the parity of the epoch changes the sign
        near = np.append(*path.weights(rate, 300 + epochs % 2))
        found = np.append(coef, intercept)
        assert not np.isnan(found).any()
        assert (np.sign(found) == np.sign(near)).all()
    assert path.loss(rate, 10**12) == math.inf
    assert path.loss(rate) == math.inf
    assert np.isinf(path.map([rate], [5000, 10**9])).all()
    assert math.isinf(path.epochs_to(1e-3, rate))
    with pytest.raises(UsageError, match="does not converge at the learning rate"):
        path.weights(rate)
    with pytest.raises(UsageError, match="below"):
        path.weights(path.largest_stable_learning_rate * 2, momentum=0.5)


@given(st.integers(0, 400), st.integers(1, 50), st.integers(66, 200))
def test_map_is_the_loss_of_each_cell(first: int, gap: int, count: int) -> None:
    """The quick way through evenly spaced epochs gives what each cell gives, growing and shrinking."""
    path = GradientPath.fit(X4, Y4)
    rates = path.suggested_learning_rate * np.array([1e-6, 0.5, 1.0, 1.99, 2.01, 5.0])
    epochs = first + gap * np.arange(count)
    found = path.map(rates, epochs)
    assert found.shape == (6, count)
    for i, rate in enumerate(rates):
        for k in (0, 1, count // 2, count - 1):
            assert found[i, k] == pytest.approx(path.loss(rate, int(epochs[k])), rel=1e-11)


def test_validation_loss_is_that_of_the_weights_on_other_rows() -> None:
    """From the other rows' statistics alone, for single losses and maps, standardised too."""
    rng = np.random.default_rng(6)
    X, y = rng.standard_normal((20, 2)) + 3, rng.standard_normal(20)
    other = GradientPath.fit(X, y)
    for path in (
        GradientPath.fit(X4, Y4),
        GradientPath.fit(X4, Y4).standardized(),
        GradientPath.fit(X4, Y4, l2=0.1),
    ):
        rates = path.suggested_learning_rate * np.array([0.1, 1.0, 2.2])
        table = path.map(rates, [0, 3, 40], validation=other)
        for i, rate in enumerate(rates):
            for k, epochs in enumerate((0, 3, 40)):
                weights = path.weights(rate, epochs)
                coef, intercept = path.in_original_units(*weights)
                true = ((X @ coef + intercept - y) ** 2).mean()
                assert path.loss(rate, epochs, validation=other) == pytest.approx(true, rel=1e-10)
                assert table[i, k] == pytest.approx(true, rel=1e-10)


def test_rates_are_those_of_the_eigenvalues() -> None:
    """Limit, suggestion and minimax rate, and the directions they belong to."""
    path = GradientPath.fit(X4, Y4)
    A = np.column_stack([X4, np.ones(5)])
    values, vectors = np.linalg.eigh(2 / 5 * A.T @ A)
    assert path.eigenvalues == pytest.approx(values[::-1], rel=1e-12)
    assert np.abs(path.directions @ vectors[:, ::-1]) == pytest.approx(np.eye(3), abs=1e-12)
    assert path.largest_stable_learning_rate == pytest.approx(2 / values[-1], rel=1e-12)
    assert path.suggested_learning_rate == pytest.approx(1 / values[-1], rel=1e-12)
    assert path.minimax_learning_rate == pytest.approx(2 / (values[-1] + values[0]), rel=1e-12)


@pytest.mark.parametrize("tolerance", [0.5, 1e-3, 1e-9])
@pytest.mark.parametrize("share", [0.01, 1.0, 1.95])
def test_epochs_to_is_the_first_epoch_within_the_tolerance(tolerance: float, share: float) -> None:
    """One epoch earlier is not enough."""
    path = GradientPath.fit(X4, Y4)
    rate = share * path.suggested_learning_rate
    epochs = path.epochs_to(tolerance, rate)
    excess = [path.loss(rate, t) - path.loss() for t in (0, epochs - 1, epochs)]
    assert excess[2] <= tolerance * excess[0] * (1 + 1e-6)
    assert excess[1] > tolerance * excess[0] * (1 - 1e-6)


# mini-batches: every batch there can be


def batches(X: Floats, weight: Floats, size: int) -> Iterator[tuple[float, list[int]]]:
    """Every batch drawn with replacement, with its probability."""
    share = weight / weight.sum()
    for rows in product(range(len(X)), repeat=size):
        yield float(np.prod(share[list(rows)])), list(rows)


def batch_hessian(path: GradientPath, rows: Floats) -> Floats:
    """Hessian of the loss of one batch."""
    A = np.column_stack([rows, np.ones(len(rows))]) if path.fit_intercept else rows
    penalty = np.full(A.shape[1], path.l2)
    if path.fit_intercept:
        penalty[-1] = 0
    hessian: Floats = float(gradient_factor(path.convention, Fraction(len(rows)))) * A.T @ A + np.diag(
        penalty
    )
    return hessian


def batch_gradient(path: GradientPath, rows: Floats, targets: Floats, point: Floats) -> Floats:
    """Gradient of the loss of one batch."""
    A = np.column_stack([rows, np.ones(len(rows))]) if path.fit_intercept else rows
    pull = float(gradient_factor(path.convention, Fraction(len(rows)))) * A.T @ targets
    slope: Floats = batch_hessian(path, rows) @ point - pull
    return slope


SETTINGS = [
    (convention, intercept, l2, size, weighted)
    for convention in CONVENTIONS
    for intercept in (True, False)
    for l2, size, weighted in ((0.0, 1, False), (0.0, 3, True), (0.3, 2, False))
]


@pytest.mark.parametrize(("convention", "intercept", "l2", "size", "weighted"), SETTINGS)
def test_batch_limit_is_where_the_mean_square_stops_to_contract(
    convention: str, intercept: bool, l2: float, size: int, weighted: bool
) -> None:
    """Over every batch, the mean square error shrinks for every error just below the limit, not above."""
    weight = np.array([1.0, 2.0, 0.5, 1.0, 3.0]) if weighted else np.ones(5)
    path = GradientPath.fit(
        X4,
        Y4,
        weight if weighted else None,
        convention=convention,
        fit_intercept=intercept,
        l2=l2,
        noise=True,
    )
    limit = path.batch_limit(size)
    for share, contracts in ((0.9999, True), (1.0001, False)):
        p = 2 + intercept
        mean = np.zeros((p, p))
        for chance, rows in batches(X4, weight, size):
            step = np.eye(p) - share * limit * batch_hessian(path, X4[rows])
            mean += chance * step.T @ step
        assert (np.linalg.eigvalsh(mean)[-1] < 1) == contracts
    if convention in ("mean", "half-mean"):
        assert limit < path.largest_stable_learning_rate
        assert path.batch_limit(10**9) == pytest.approx(path.largest_stable_learning_rate, rel=1e-6)


@pytest.mark.parametrize(("convention", "intercept", "l2", "size", "weighted"), SETTINGS)
def test_gradient_noise_is_that_of_every_batch(
    convention: str, intercept: bool, l2: float, size: int, weighted: bool
) -> None:
    """Variance and mean of a batch's gradient by enumeration; the floor holds the stationary loss."""
    weight = np.array([1.0, 2.0, 0.5, 1.0, 3.0]) if weighted else np.ones(5)
    path = GradientPath.fit(
        X4,
        Y4,
        weight if weighted else None,
        convention=convention,
        fit_intercept=intercept,
        l2=l2,
        noise=True,
    )
    limit = path.batch_limit(size)
    rate = 0.4 * limit
    for epochs in (0, 3):
        point = vector(path, path.weights(rate, epochs))
        slopes = [
            (chance, batch_gradient(path, X4[rows], Y4[rows], point))
            for chance, rows in batches(X4, weight, size)
        ]
        mean = np.array([chance * slope for chance, slope in slopes]).sum(axis=0)
        variance = sum(chance * float((slope - mean) @ (slope - mean)) for chance, slope in slopes)
        found = path.noise(size, rate, epochs)
        assert found.variance == pytest.approx(variance, rel=1e-10)
        assert found.gradient == pytest.approx(float(mean @ mean), rel=1e-10)
        assert found.scale == pytest.approx(variance * size / float(mean @ mean), rel=1e-10)
    if convention in ("sum", "half-sum") and l2:
        return  # the mean batch has an optimum of its own: the penalty weighs more beside fewer rows
    found = path.noise(size, rate)
    # the covariance P of the error at rest solves P = E[(I - rate H_B) P (I - rate H_B)'] + noise
    best = vector(path, path.weights())
    p = len(best)
    mixing, added, hessian = np.zeros((p * p, p * p)), np.zeros((p, p)), np.zeros((p, p))
    for chance, rows in batches(X4, weight, size):
        step = np.eye(p) - rate * batch_hessian(path, X4[rows])
        slope = batch_gradient(path, X4[rows], Y4[rows], best)
        mixing += chance * np.kron(step, step)
        added += chance * rate**2 * np.outer(slope, slope)
        hessian += chance * batch_hessian(path, X4[rows])
        # errors and noise are not independent, but errors have mean 0 at rest
    stationary = np.linalg.solve(np.eye(p * p) - mixing, added.ravel()).reshape(p, p)
    excess = np.trace(hessian @ stationary) / 2
    low, high = found.floor
    assert low * (1 - 1e-9) <= excess <= high * (1 + 1e-9)
    assert path.noise(size, 1.01 * limit).floor[1] == math.inf


def test_floor_of_one_weight_is_exact() -> None:
    """With one direction the two bounds are the same number."""
    path = GradientPath.fit(X4[:, :1], Y4, fit_intercept=False, noise=True)
    low, high = path.noise(2, 0.05).floor
    assert low == pytest.approx(high, rel=1e-12)
    assert low > 0


def test_noise_of_a_standardised_run_reads_the_data_twice() -> None:
    """It is the noise of the standardised columns; a what-if that would need such a pass says so."""
    scaled = (X4 - X4.mean(axis=0)) / X4.std(axis=0)
    path = GradientPath.fit(X4, Y4, standardize=True, noise=True)
    assert path.batch_limit(2) == pytest.approx(
        GradientPath.fit(scaled, Y4, noise=True).batch_limit(2), rel=1e-12
    )
    raw = GradientPath.fit(X4, Y4, noise=True)
    assert raw.ridge(0.1).batch_limit(2) > 0
    assert raw.without_intercept().batch_limit(2) == pytest.approx(
        GradientPath.fit(X4, Y4, fit_intercept=False, noise=True).batch_limit(2), rel=1e-12
    )
    for what_if in (raw.standardized(), raw.drop("x1"), GradientPath.fit(X4, Y4)):
        with pytest.raises(UsageError, match="another pass"):
            what_if.batch_limit(2)
    with pytest.raises(UsageError, match="reads the data twice"):
        GradientPath.fit(iter([(X4, Y4)]), standardize=True, noise=True)
    with pytest.raises(UsageError, match="use fit"):
        GradientPath(standardize=True, noise=True).update(X4, Y4)


# early stopping


@pytest.mark.parametrize("l2", [0.0, 0.3])
@pytest.mark.parametrize("weighted", [False, True])
def test_degrees_of_freedom_and_gcv_are_their_definitions(l2: float, weighted: bool) -> None:
    """The trace of the map from targets to fitted values, run on unit targets, and n RSS / (n - df)^2."""
    rng = np.random.default_rng(3)
    X, y = rng.standard_normal((8, 2)), rng.standard_normal(8)
    weight = np.array([1.0, 2.0, 1.0, 3.0, 1.0, 1.0, 2.0, 1.0]) if weighted else np.ones(8)
    path = GradientPath.fit(X, y, weight if weighted else None, l2=l2)
    rate = 0.8 * path.suggested_learning_rate
    A = np.column_stack([X, np.ones(8)])
    for epochs in (0, 1, 7, 50):
        columns = []
        for unit in np.eye(8):
            coef, intercept = GradientPath.fit(X, unit, weight if weighted else None, l2=l2).weights(
                rate, epochs
            )
            columns.append(X @ coef + intercept)
        used = np.trace(np.array(columns))
        assert path.degrees_of_freedom(rate, epochs)[0] == pytest.approx(used, rel=1e-10, abs=1e-14)
        fitted = A @ np.append(*path.weights(rate, epochs))
        squares = float(weight @ (y - fitted) ** 2)
        n = weight.sum()
        assert path.gcv(rate, epochs)[0] == pytest.approx(n * squares / (n - used) ** 2, rel=1e-10)


def test_early_stopping_finds_the_lowest_score() -> None:
    """No epoch has a lower score than the one it names."""
    rng = np.random.default_rng(9)
    X = rng.standard_normal((40, 12)) @ np.diag(np.geomspace(1, 0.01, 12))
    y = X[:, 0] + rng.standard_normal(40)
    path = GradientPath.fit(X, y, convention="half-mean")
    found = path.early_stopping()
    every = path.gcv(None, np.arange(0, 20_000))
    assert found.epochs == int(np.argmin(every))
    assert found.gcv == pytest.approx(every.min(), rel=1e-12)
    assert found.gcv < found.gcv_at_end
    assert found.ridge == pytest.approx(1 / (path.suggested_learning_rate * found.epochs))
    with pytest.raises(UsageError, match="diverges"):
        path.early_stopping(path.largest_stable_learning_rate)


def test_early_stopping_says_when_it_gains_nothing() -> None:
    """Without noise the best epoch is the last."""
    X = np.random.default_rng(1).standard_normal((30, 2))
    found = GradientPath.fit(X, X @ [1.0, 2.0] + 3).early_stopping()
    assert found.epochs > 100


# what if


def test_what_ifs_are_the_runs_on_changed_data() -> None:
    """Standardised, without a feature, penalised, without intercept: as if the data had been read again."""
    path = GradientPath.fit(X4, Y4)
    scaled = (X4 - X4.mean(axis=0)) / X4.std(axis=0)
    pairs = [
        (path.standardized(), GradientPath.fit(scaled, Y4)),
        (GradientPath.fit(X4, Y4, standardize=True), GradientPath.fit(scaled, Y4)),
        (path.drop("x2"), GradientPath.fit(X4[:, :1], Y4)),
        (path.ridge(0.4), GradientPath.fit(X4, Y4, l2=0.4)),
        (path.without_intercept(), GradientPath.fit(X4, Y4, fit_intercept=False)),
        (path.standardized().drop("x1").ridge(0.2), GradientPath.fit(scaled[:, 1:], Y4, l2=0.2)),
    ]
    for what_if, again in pairs:
        assert what_if.eigenvalues == pytest.approx(again.eigenvalues, rel=1e-12)
        rate = again.suggested_learning_rate
        assert np.append(*what_if.weights(rate, 5)) == pytest.approx(
            np.append(*again.weights(rate, 5)), rel=1e-11
        )
        assert what_if.loss(rate, 5) == pytest.approx(again.loss(rate, 5), rel=1e-11)
    coef, intercept = path.in_original_units(*path.weights())
    assert (coef.tolist(), intercept) == (path.weights()[0].tolist(), path.weights()[1])
    best = np.append(*path.standardized().in_original_units(*path.standardized().weights()))
    assert best == pytest.approx(np.append(*path.weights()), rel=1e-12)


def test_a_what_if_is_left_alone_by_later_updates() -> None:
    """And leaves alone the path that it came from."""
    path = GradientPath.fit(X4, Y4)
    what_if, before = path.ridge(0.1), path.loss()
    what_if.update(X4, Y4 + 1)
    assert path.loss() == before
    assert what_if.n_rows == 10


# gathering


def test_updates_blocks_and_workers_give_the_bits_of_one_fit() -> None:
    """However the rows come: at once, in batches, as blocks, from workers that start where a block does."""
    rng = np.random.default_rng(7)
    size = block_rows(3)
    n = 5 * size + 123
    X, y = rng.standard_normal((n, 3)) + 9, rng.standard_normal(n)
    whole = GradientPath.fit(X, y, noise=True, threads=2)
    streamed = GradientPath(noise=True)
    for at in range(0, n, 777):
        streamed.update(X[at : at + 777], y[at : at + 777])
    blocks = GradientPath.fit(((X[at : at + 999], y[at : at + 999]) for at in range(0, n, 999)), noise=True)
    workers = [
        GradientPath.fit(X[a * size : b * size], y[a * size : b * size], noise=True, first_row=a * size)
        for a, b in ((3, 6), (0, 1), (1, 3))
    ]
    merged = workers[0].merge(workers[1]).merge(workers[2])
    for path in (streamed, blocks, merged):
        assert path.weights(0.001, 17)[0].tobytes() == whole.weights(0.001, 17)[0].tobytes()
        assert path.eigenvalues.tobytes() == whole.eigenvalues.tobytes()
        assert path.batch_limit(4) == whole.batch_limit(4)
        assert path.route == whole.route


def test_an_alarm_brings_the_r_factor_where_the_data_can_be_read_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nearly dependent columns: arrays are read again; a generator is not, and says so."""
    monkeypatch.setattr(statistics, "SMALL", 0)
    monkeypatch.setattr(home, "SMALL", 0)
    pytest.importorskip("numba")
    rng = np.random.default_rng(5)
    a, b = rng.standard_normal((2, 3000))
    X = np.column_stack([a, a + 1e-5 * b])
    y = X @ [1.0, 2.0]
    again = GradientPath.fit(X, y)
    assert again.route == "r-factor"
    assert again.weights()[0] == pytest.approx([1, 2], rel=1e-9)
    assert GradientPath.fit([(X, y)]).route == "r-factor"
    once = GradientPath.fit(iter([(X, y)]))
    assert once.route == "gram"
    assert once.trusted_digits < 6 < again.trusted_digits
    held = -math.log10(np.abs(once.weights()[0] - [1, 2]).max())
    assert once.trusted_digits <= held + 0.5
    assert GradientPath.fit(np.column_stack([a, b]), y).route == "gram"


def test_names_come_from_a_data_frame() -> None:
    """And a batch with other columns is refused."""
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X4, columns=["age", "dose"])
    path = GradientPath.fit(frame, Y4)
    assert path.feature_names == ("age", "dose")
    assert path.drop("age").feature_names == ("dose",)
    with pytest.raises(DataError, match="columns"):
        path.update(frame[["dose", "age"]], Y4)


def test_bad_input_gets_advice() -> None:
    """Each mistake of a caller is one sentence with a remedy."""
    nan = X4.copy()
    nan[3, 1] = math.nan
    wrong_data = [
        (nan, Y4, "row 4 .*column 2"),
        (X4, [1.0, math.inf, 0, 0, 0], "row 2"),
        (X4[:0], Y4[:0], "no rows"),
        (X4, Y4[:3], "5 rows"),
        (X4[:, 0], Y4, "one dimension"),
        ([["a", "b"]], [1.0], "text"),
    ]
    for X, y, message in wrong_data:
        with pytest.raises(DataError, match=message):
            GradientPath.fit(X, y)
    with pytest.raises(DataError, match="negative"):
        GradientPath.fit(X4, Y4, [-1.0, 1, 1, 1, 1])
    with pytest.raises(DataError, match="zero in every row"):
        GradientPath.fit(X4, Y4, np.zeros(5)).weights()
    path = GradientPath.fit(X4, Y4)
    with pytest.raises(DataError, match="3 features"):
        path.update(np.ones((2, 3)), np.ones(2))
    fast: Any = "fast"
    wrong_use: list[tuple[Callable[[], object], str]] = [
        (lambda: path.weights(0.0), "learning_rate"),
        (lambda: path.weights(-1.0), "learning_rate"),
        (lambda: path.weights(fast), "learning_rate"),
        (lambda: path.weights(0.1, -1), "epochs"),
        (lambda: path.weights(0.1, 2.5), "epochs"),
        (lambda: path.weights(0.1, 5, momentum=1.0), "momentum"),
        (lambda: path.weights(0.1, 5, start=([1.0], 0.0)), "start"),
        (lambda: path.map([0.1], [1, -2]), "epochs"),
        (lambda: path.epochs_to(0, 0.1), "tolerance"),
        (lambda: path.ridge(-1), "l2"),
        (lambda: path.drop("z"), "x1, x2"),
        (lambda: path.batch_limit(0), "batch_size"),
        (lambda: path.merge(GradientPath.fit(X4[:, :1], Y4)), "features"),
        (lambda: GradientPath(convention="median"), "mean, half-mean"),
        (lambda: GradientPath(route=fast), "auto"),
        (lambda: GradientPath().weights(), "no rows"),
        (lambda: GradientPath.fit(X4), "give X and y"),
    ]
    for use, message in wrong_use:
        with pytest.raises(UsageError, match=message):
            use()


def test_it_prints_well() -> None:
    """A glance shows shape, route, rates and loss; a notebook gets a table."""
    path = deltarule.GradientPath.fit(X4, Y4, feature_names=["<a>", "b"])
    assert repr(path).startswith("GradientPath(rows × features: 5 × 2")
    assert f"{path.suggested_learning_rate:.6g}" in repr(path)
    assert path._repr_html_().count("<tr>") == 7
    assert repr(GradientPath()) == "GradientPath(no rows yet)"
    same = GradientPath.fit(np.column_stack([X4[:, 0], X4[:, 0]]), Y4, feature_names=["<a>", "b"])
    assert "&lt;a&gt; - b" in same._repr_html_()


def test_noise_in_other_coordinates_does_not_add_up() -> None:
    """Standardised paths of two tables merge, but what the noise needs goes with the common coordinates."""
    paths = [GradientPath.fit(X4 + k, Y4, standardize=True, noise=True) for k in range(2)]
    merged = paths[0].merge(paths[1])
    assert merged.n_rows == 10
    with pytest.raises(UsageError, match="another pass"):
        merged.batch_limit(2)


@given(
    sizes=st.lists(st.floats(-8, 8), min_size=2, max_size=6),
    share=st.floats(0.01, 0.99),
    power=st.integers(0, 40),
)
def test_any_spectrum_is_followed_in_many_digits(sizes: list[float], share: float, power: int) -> None:
    """Curvatures sixteen and more orders apart: eigenvalues, and the loss after up to a trillion epochs."""
    rng = np.random.default_rng(len(sizes))
    X = np.linalg.qr(rng.standard_normal((9, len(sizes))))[0] * 10.0 ** np.array(sizes)
    y = rng.standard_normal(9)
    path = GradientPath.fit(X, y, fit_intercept=False, convention="half-mean")
    rate, epochs = share * path.largest_stable_learning_rate, 2**power
    with mpmath.workdps(120):
        A, target = mpmath.matrix(X.tolist()), mpmath.matrix(y.tolist())
        values, vectors = mpmath.eigsy(A.T * A / 9)
        slopes = vectors.T * (A.T * target) / 9
        floor = (target.T * target)[0] / 18 - sum(s**2 / v for s, v in zip(slopes, values, strict=True)) / 2
        excess = sum(
            (1 - mpmath.mpf(rate) * v) ** (2 * epochs) * s**2 / v for s, v in zip(slopes, values, strict=True)
        )
        true, curvatures = float(floor + excess / 2), sorted(map(float, values), reverse=True)
    assert path.eigenvalues == pytest.approx(curvatures, rel=1e-12, abs=0)
    assert path.loss(rate, epochs) == pytest.approx(true, rel=1e-10)
    assert path.map([rate], np.arange(epochs, epochs + 100))[0, 0] == pytest.approx(true, rel=1e-10)


def test_a_wide_table_of_few_rows_keeps_its_digits() -> None:
    """More than a thousand columns on a handful of rows take the R-factor, too."""
    rng = np.random.default_rng(11)
    X, y = rng.standard_normal((6, 700)), rng.standard_normal(6)
    path = GradientPath.fit(X, y)
    assert path.route == "r-factor"
    assert path.loss() == pytest.approx(0, abs=1e-26)
    A = np.column_stack([X, np.ones(6)])
    assert np.append(*path.weights()) == pytest.approx(np.linalg.pinv(A) @ y, rel=1e-8, abs=1e-12)


def test_paths_travel_between_processes() -> None:
    """A pickled path is the same path: workers send theirs home to be merged."""
    path = GradientPath.fit(X4, Y4, noise=True)
    again = pickle.loads(pickle.dumps(path))
    assert again.weights(0.01, 9)[0].tobytes() == path.weights(0.01, 9)[0].tobytes()
    assert again.merge(path).n_rows == 10


def test_blocks_of_a_source_bring_their_names() -> None:
    """A source of blocks is read like any other iterable of them."""
    source = BlockSource([(X4[:2], Y4[:2]), (X4[2:], Y4[2:])])
    assert GradientPath.fit(source).weights()[0].tobytes() == GradientPath.fit(X4, Y4).weights()[0].tobytes()


def test_no_gradient_is_left_at_the_optimum() -> None:
    """The noise scale there is infinite, as its words say, whatever the units; before the end it is a number."""
    rng = np.random.default_rng(21)
    X, noise = rng.standard_normal((200, 3)) * [1.0, 1e3, 1e-3], rng.standard_normal(200)
    for unit in (1e-6, 1.0, 1e6):
        path = GradientPath.fit(X, unit * (X @ [1.0, 1e-3, 1e3] + noise), noise=True)
        assert path.noise(4, path.suggested_learning_rate).scale == math.inf
        assert 0 < path.noise(4, path.suggested_learning_rate, epochs=3).scale < math.inf
