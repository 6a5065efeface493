"""The NumPy engine against exact fractions, difference quotients and itself in other shapes."""

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

from deltarule.exercise import Exercise
from deltarule.formulas import ACTIVATIONS, LOSSES, Role
from deltarule.formulas.row import row
from deltarule.trace import Quantity, run_unrounded
from deltarule.training import engine as engines
from deltarule.training.engine import Rows, Update, View, tree_sum
from deltarule.training.engines.numpy_engine import NumpyEngine, sigmoid
from deltarule.written import parse_number

PAIRS = [
    (activation, loss)
    for activation, loss in product(ACTIVATIONS, LOSSES)
    if LOSSES[loss].activation in (None, activation)
]
SLOPED = [(activation, loss) for activation, loss in PAIRS if not row(activation, loss).rule]


def targets_for(activation: str, loss: str, rng: np.random.Generator, n: int) -> Any:
    """Targets that a neuron can take."""
    if LOSSES[loss].targets or activation not in ("identity", "relu"):
        low, high = LOSSES[loss].targets or ((-1, 1) if activation in ("tanh", "sign") else (0, 1))
        return rng.choice([float(low), float(high)], size=n)
    return np.round(rng.normal(size=n), 2)


@pytest.mark.parametrize(("activation", "loss"), SLOPED)
def test_sums_are_those_of_the_exact_trace(activation: str, loss: str) -> None:
    """Loss and gradient of a small table, against fractions."""
    rng = np.random.default_rng(1)
    X, y = np.round(rng.normal(size=(7, 3)), 2), targets_for(activation, loss, rng, 7)
    weights = np.round(rng.normal(size=4), 2)

    def written(values: Any) -> Any:
        return tuple(parse_number(repr(value)) for value in values)

    exercise = Exercise(
        features=tuple(written(cells) for cells in X.tolist()),
        targets=written(y.tolist()),
        weights=written(weights[:-1].tolist()),
        bias=parse_number(repr(float(weights[-1]))),
        learning_rate=parse_number("0.1"),
        activation=activation,
        loss=loss,
        convention="sum",
    )
    values = run_unrounded(exercise).values
    found = NumpyEngine(activation, loss).sums(Rows(X, y), weights)
    assert found.loss == pytest.approx(float(values[Quantity(Role.LOSS, None, None, 1)]), rel=1e-14)
    exact = [float(values[Quantity(Role.GRADIENT, j, None, 1)]) for j in (1, 2, 3)]
    exact.append(float(values[Quantity(Role.BIAS_GRADIENT, None, None, 1)]))
    np.testing.assert_allclose(found.gradient, exact, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize(("activation", "loss"), SLOPED)
def test_the_gradient_is_a_central_difference(activation: str, loss: str) -> None:
    """With weights of rows and standardised columns, too."""
    rng = np.random.default_rng(2)
    X, y = rng.normal(3.0, 2.0, size=(40, 3)), targets_for(activation, loss, rng, 40)
    view = View(X.mean(axis=0), 1 / X.std(axis=0))
    rows = Rows(X, y, rng.uniform(0, 2, size=40), view)
    engine, weights, step = NumpyEngine(activation, loss), rng.normal(size=4), 1e-6
    found = engine.sums(rows, weights).gradient
    for j in range(4):
        moved = [weights.copy(), weights.copy()]
        moved[0][j] += step
        moved[1][j] -= step
        above, below = (engine.sums(rows, at).loss for at in moved)
        assert found[j] == pytest.approx((above - below) / (2 * step), rel=1e-6, abs=1e-6)


def test_a_view_is_the_columns_standardised(monkeypatch: pytest.MonkeyPatch) -> None:
    """Same sums as on a standardised copy; and its weights, folded, give the same net inputs on the columns as given."""
    monkeypatch.setattr(engines, "BLOCK_BYTES", 1000)
    rng = np.random.default_rng(3)
    X, y, weights = rng.normal(5.0, 3.0, size=(200, 4)), rng.normal(size=200), rng.normal(size=5)
    view = View(X.mean(axis=0), 1 / X.std(axis=0))
    copy = (X - view.center) * view.scale
    engine = NumpyEngine("tanh", "squared")
    seen, copied = engine.sums(Rows(X, y, None, view), weights), engine.sums(Rows(copy, y), weights)
    assert seen.loss == copied.loss
    np.testing.assert_array_equal(seen.gradient, copied.gradient)
    raw = view.folded(weights)
    np.testing.assert_allclose(X @ raw[:-1] + raw[-1], copy @ weights[:-1] + weights[-1], atol=1e-12)
    np.testing.assert_allclose(view.unfolded(raw), weights, atol=1e-12)
    stored = engine.sums(Rows(X, y), raw)
    np.testing.assert_allclose(view.gradient(stored.gradient), seen.gradient, atol=1e-10)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_layout_and_type_change_nothing_but_rounding(order: Any, dtype: Any) -> None:
    """float32 columns are read as they are and summed in float64: the same as their float64 copy, to rounding."""
    rng = np.random.default_rng(4)
    X, y, weights = rng.normal(size=(5000, 6)).astype(dtype), rng.normal(size=5000), rng.normal(size=7)
    engine = NumpyEngine("identity", "squared")
    found = engine.sums(Rows(np.asarray(X, order=order), y), weights)
    wide = engine.sums(Rows(X.astype(np.float64), y), weights)
    assert found.loss == pytest.approx(wide.loss, rel=1e-13)
    np.testing.assert_allclose(found.gradient, wide.gradient, rtol=1e-11)


def test_blocks_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any number of blocks has the same sums, to rounding; the same number has the same bits."""
    rng = np.random.default_rng(5)
    rows, weights = Rows(rng.normal(size=(1003, 3)), rng.normal(size=1003)), rng.normal(size=4)
    engine = NumpyEngine("identity", "squared")
    whole = engine.sums(rows, weights)
    for size in (1, 100, 999, 5000):
        monkeypatch.setattr(engines, "BLOCK_BYTES", size)
        first, again = engine.sums(rows, weights), engine.sums(rows, weights)
        assert first.loss == again.loss == pytest.approx(whole.loss, rel=1e-13)
        np.testing.assert_allclose(first.gradient, whole.gradient, rtol=1e-11)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 64, 101])
def test_a_tree_adds_every_block_once(count: int) -> None:
    """Whole numbers, so that the sum is exact in any order."""
    partials = np.arange(count * 2, dtype=np.float64).reshape(count, 2)
    assert tree_sum(partials.copy()).tolist() == partials.sum(axis=0).tolist()


def test_sure_rows_keep_their_loss_and_slope() -> None:
    """Log loss at net inputs of hundreds: nothing overflows, and what is tiny is still there."""
    z = np.array([-800.0, -40.0, 40.0, 800.0])
    loss, slope = NumpyEngine("sigmoid", "log").rows(z, np.array([0.0, 0.0, 1.0, 0.0]))
    tiny = float(np.exp(-40.0))
    np.testing.assert_allclose(loss, [0.0, tiny, tiny, 800.0], rtol=1e-15)
    np.testing.assert_allclose(slope, [0.0, tiny, -tiny, 1.0], rtol=1e-15)


def test_the_sigmoid_is_right_on_both_sides() -> None:
    """Against fractions of e, and without overflow."""
    found = sigmoid(np.array([-1000.0, -1.0, 0.0, 1.0, 1000.0]))
    e = Fraction("2.718281828459045235360287471352662497757")
    expected = [0.0, float(1 / (1 + e)), 0.5, float(e / (1 + e)), 1.0]
    np.testing.assert_allclose(found, expected, rtol=1e-15)


def test_nothing_is_clipped() -> None:
    """What leaves the range of numbers comes back as infinity."""
    found = NumpyEngine("identity", "squared").sums(
        Rows(np.array([[1e200]]), np.zeros(1)), np.array([1e200, 0.0])
    )
    assert found.loss == np.inf


def test_steps_without_averaging_follow_the_sum_of_a_batch() -> None:
    """Two rows, one batch: worked by hand."""
    X, y = np.array([[1.0], [2.0]]), np.array([1.0, 3.0])
    weights, velocity = np.zeros(2), np.zeros(2)
    update = Update(rate=0.1, batch_size=2, per_row=1.0, averaged=False)
    loss = NumpyEngine("identity", "squared").steps(Rows(X, y), None, 0, 2, weights, velocity, update)
    assert loss == 10.0  # 1 + 9
    np.testing.assert_allclose(weights, [1.4, 0.8])  # 0.1 * 2 * (1 * 1 + 3 * 2), 0.1 * 2 * (1 + 3)
