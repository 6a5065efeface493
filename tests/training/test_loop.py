"""The loop against the exact trace, against fractions worked here, and against itself interrupted."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest

from deltarule.errors import UsageError
from deltarule.formulas import ACTIVATIONS, CONVENTIONS, LOSSES
from deltarule.history import Outcome
from deltarule.training.engine import Engine, Floats, Rows, View
from deltarule.training.engines.exact_engine import work
from deltarule.training.engines.numpy_engine import NumpyEngine
from deltarule.training.loop import Checkpoint, Epoch, Interrupted, train
from deltarule.training.schedules import Constant, InverseScaling
from deltarule.training.settings import Settings
from deltarule.training.state import State

PAIRS = [
    (activation, loss)
    for activation, loss in product(ACTIVATIONS, LOSSES)
    if LOSSES[loss].activation in (None, activation)
]


def table(activation: str, loss: str, n: int = 9) -> tuple[Floats, Floats]:
    """A small table that suits a neuron, with numbers of two places."""
    rng = np.random.default_rng(7)
    X = np.round(rng.normal(size=(n, 2)), 2)
    if LOSSES[loss].targets or activation not in ("identity", "relu"):
        low, high = LOSSES[loss].targets or ((-1, 1) if activation in ("tanh", "sign") else (0, 1))
        return X, np.where(X[:, 0] + 0.3 * X[:, 1] + 0.2 * rng.normal(size=n) > 0, float(high), float(low))
    return X, np.round(X @ [1.5, -0.7] + 0.3 + 0.1 * rng.normal(size=n), 2)


def run(X: Floats, y: Floats, settings: Settings, **more: Any) -> Any:
    """Train with NumPy."""
    return train(
        Rows(X, y, more.pop("weight", None), more.pop("view", None)), settings, _engine(settings), **more
    )


def _engine(settings: Settings) -> Engine:
    return NumpyEngine(settings.activation, settings.loss)


@pytest.mark.parametrize("batch_size", [None, 1, 4])
@pytest.mark.parametrize(("activation", "loss"), PAIRS)
def test_the_loop_is_the_exact_trace(activation: str, loss: str, batch_size: int | None) -> None:
    """Every activation, loss and batch size: the weights of twelve epochs, against fractions, from start weights."""
    X, y = table(activation, loss)
    settings = Settings(
        Constant(0.0625), activation, loss, epochs=12, batch_size=batch_size, shuffle=False, tol=None
    )
    start = np.array([0.1, -0.2, 0.05])
    ours, exact = run(X, y, settings, start=start), work(Rows(X, y), settings, start)
    np.testing.assert_allclose(ours.weights, exact.weights, rtol=1e-13, atol=1e-14)
    if batch_size is None and not settings.rule:
        np.testing.assert_allclose(ours.history.loss, exact.history.loss, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(
            ours.history.gradient_norm[:-1], exact.history.gradient_norm[:-1], rtol=1e-11, atol=1e-13
        )
    if ours.epochs == 12:
        np.testing.assert_allclose(ours.history.step, exact.history.step, rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("batch_size", [None, 4])
def test_conventions_are_those_of_the_trace(convention: str, batch_size: int | None) -> None:
    """The factor before the sum, with a last batch of one row."""
    X, y = table("identity", "squared")
    settings = Settings(
        Constant(0.03125), convention=convention, epochs=5, batch_size=batch_size, shuffle=False, tol=None
    )
    ours, exact = run(X, y, settings), work(Rows(X, y), settings)
    np.testing.assert_allclose(ours.weights, exact.weights, rtol=1e-12)


def fractions_by_hand(
    X: Floats,
    y: Floats,
    rate: Fraction,
    momentum: Fraction,
    nesterov: bool,
    l2: Fraction,
    size: int,
    epochs: int,
) -> list[float]:
    """Squared loss, identity, mean convention: updates in fractions, written out here a second time."""
    rows = [[Fraction(repr(cell)) for cell in row] + [Fraction(1)] for row in X.tolist()]
    targets = [Fraction(repr(target)) for target in y.tolist()]
    w, v = [Fraction(0)] * len(rows[0]), [Fraction(0)] * len(rows[0])
    for _ in range(epochs):
        for first in range(0, len(rows), size):
            batch = list(zip(rows[first : first + size], targets[first : first + size], strict=True))
            at = w
            errors = [sum((p * q for p, q in zip(at, row, strict=True)), -target) for row, target in batch]
            slope = [
                sum((error * row[j] for error, (row, _) in zip(errors, batch, strict=True)), Fraction(0))
                * 2
                / len(batch)
                for j in range(len(w))
            ]
            slope = [g + l2 * p for g, p in zip(slope[:-1], at[:-1], strict=True)] + slope[-1:]
            v = [momentum * p - rate * g for p, g in zip(v, slope, strict=True)]
            if (
                nesterov
            ):  # the weights are where the next slope is taken: one velocity ahead of the plain ones
                w = [p + momentum * q - rate * g for p, q, g in zip(w, v, slope, strict=True)]
            else:
                w = [p + q for p, q in zip(w, v, strict=True)]
            w = [p.limit_denominator(10**30) for p in w]
            v = [p.limit_denominator(10**30) for p in v]
    return [float(p) for p in w]


@pytest.mark.parametrize("size", [9, 4, 1])
@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("l2", ["0", "0.25"])
def test_momentum_and_penalty_against_fractions(size: int, nesterov: bool, l2: str) -> None:
    """Heavy ball and Nesterov, with and without penalty, in full and mini-batches."""
    X, y = table("identity", "squared")
    settings = Settings(
        Constant(0.05), epochs=8, batch_size=size, momentum=0.7, nesterov=nesterov, l2=float(l2), shuffle=False, tol=None
    )  # fmt: skip
    expected = fractions_by_hand(X, y, Fraction("0.05"), Fraction("0.7"), nesterov, Fraction(l2), size, 8)
    np.testing.assert_allclose(run(X, y, settings).weights, expected, rtol=1e-12)


def test_nesterov_looks_ahead() -> None:
    """Its weights are those of the textbook's scheme at the point where the slope is taken."""
    X, y = table("identity", "squared")
    rate, momentum, rows = 0.05, 0.8, np.column_stack([X, np.ones(len(X))])
    w, v = np.zeros(3), np.zeros(3)
    for _ in range(6):
        ahead = w + momentum * v
        v = momentum * v - rate * 2 * rows.T @ (rows @ ahead - y) / len(y)
        w = w + v
    settings = Settings(Constant(rate), epochs=6, momentum=momentum, nesterov=True, tol=None)
    np.testing.assert_allclose(run(X, y, settings).weights, w + momentum * v, rtol=1e-12)


def test_weights_of_rows_count_rows() -> None:
    """With full batches a row of weight 3 is three rows, one of weight 0 is not there, under every convention."""
    X, y = table("identity", "squared")
    weight = np.array([1.0, 3.0, 0.0, 2.0, 1.0, 1.0, 0.0, 1.0, 2.0])
    repeated = np.repeat(np.arange(9), weight.astype(int))
    for convention in CONVENTIONS:
        settings = Settings(Constant(0.01), convention=convention, epochs=20, tol=None, l2=0.1)
        ours = run(X, y, settings, weight=weight)
        np.testing.assert_allclose(ours.weights, run(X[repeated], y[repeated], settings).weights, rtol=1e-12)
        scaled = run(X, y, settings, weight=weight * 7)
        if "mean" in convention:
            np.testing.assert_allclose(scaled.weights, ours.weights, rtol=1e-12)


def test_rows_of_weight_zero_take_no_part_in_mini_batches() -> None:
    """The batches are those of the other rows, and a batch of one row feels its weight."""
    X, y = table("identity", "squared")
    weight = np.array([1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0])
    settings = Settings(Constant(0.02), epochs=3, batch_size=2, shuffle=False, tol=None)
    kept = weight > 0
    ours, fewer = run(X, y, settings, weight=weight), run(X[kept], y[kept], settings)
    np.testing.assert_allclose(ours.weights, fewer.weights, rtol=1e-13)
    single = replace(settings, batch_size=1, epochs=1)
    heavier = run(X[:2], y[:2], single, weight=np.array([1.0, 3.0]))
    assert not np.allclose(heavier.weights, run(X[:2], y[:2], single).weights)


def test_a_standardised_run_is_one_on_standardised_columns() -> None:
    """The view changes no result, in full batches and in mini-batches."""
    X, y = table("identity", "squared")
    X = X * [100.0, 0.01] + [1000.0, -5.0]
    view = View(X.mean(axis=0), 1 / X.std(axis=0))
    for size in (None, 2):
        settings = Settings(Constant(0.1), epochs=5, batch_size=size, tol=None)
        seen = run(X, y, settings, view=view)
        copied = run((X - view.center) * view.scale, y, settings)
        np.testing.assert_array_equal(seen.weights, copied.weights)


def test_an_order_is_drawn_for_every_epoch() -> None:
    """Shuffling depends on seed and epoch, and every row takes part once."""
    X, y = table("identity", "squared")
    settings = Settings(Constant(0.05), epochs=4, batch_size=1, tol=None, seed=3)
    assert np.array_equal(run(X, y, settings).weights, run(X, y, settings).weights)
    assert not np.array_equal(run(X, y, settings).weights, run(X, y, replace(settings, seed=4)).weights)
    seen: list[Any] = []

    class Listening(NumpyEngine):
        def steps(self, rows: Any, order: Any, *rest: Any) -> float:
            seen.append(order.tolist())
            return super().steps(rows, order, *rest)

    train(Rows(X, y), settings, Listening("identity", "squared"))
    assert [sorted(order) for order in seen] == [list(range(9))] * 4
    assert len({tuple(order) for order in seen}) == 4


def test_a_schedule_sets_the_rate_of_each_epoch() -> None:
    """One row and one weight: worked by hand."""
    settings = Settings(InverseScaling(0.25, power=1.0), epochs=3, fit_intercept=False, tol=None)
    ours = run(np.ones((1, 1)), np.ones(1), settings)
    # the error is halved at 0.25, then shrinks by 1 - 2 * 0.125, then by 1 - 2 * 0.25/3
    assert ours.weights[0] == pytest.approx(1 - 0.5 * 0.75 * (1 - 0.5 / 3), rel=1e-15)
    np.testing.assert_allclose(ours.history.learning_rate[1:], [0.25, 0.125, 0.25 / 3])
    assert ours.weights[-1] == 0.0


def test_the_running_loss_of_mini_batches_is_taken_before_each_update() -> None:
    """Two rows, batch size 1: 1 before the first, then what the first has left."""
    settings = Settings(Constant(0.25), epochs=1, batch_size=1, fit_intercept=False, shuffle=False, tol=None)
    ours = run(np.ones((2, 1)), np.ones(2), settings)
    assert ours.history.loss[1] == (1 + 0.25) / 2


def test_callbacks_hear_of_every_epoch_and_may_stop_the_run() -> None:
    """The run ends as "stopped-early" after the epoch they choose."""
    heard: list[Epoch] = []

    def third(epoch: Epoch) -> bool:
        heard.append(epoch)
        return epoch.epoch == 3

    X, y = table("identity", "squared")
    ours = run(X, y, Settings(Constant(0.01), epochs=10), callbacks=[third])
    assert ours.outcome is Outcome.STOPPED_EARLY
    assert [epoch.epoch for epoch in heard] == [0, 1, 2, 3]
    assert [epoch.loss for epoch in heard] == ours.history.loss.tolist()


class _Broken(NumpyEngine):
    """Gets Ctrl-C at the call number `at`, in the middle of an update of the weights."""

    def __init__(self, settings: Settings, at: int) -> None:
        super().__init__(settings.activation, settings.loss)
        self.calls, self.at = 0, at

    def _count(self) -> None:
        self.calls += 1
        if self.calls == self.at:
            raise KeyboardInterrupt

    def sums(self, rows: Any, weights: Any) -> Any:
        self._count()
        return super().sums(rows, weights)

    def _step(self, rows: Any, part: Any, weights: Any, velocity: Any, update: Any) -> float:
        loss = super()._step(rows, part, weights, velocity, update)
        self._count()
        return loss


@pytest.mark.parametrize("at", [1, 2, 3, 7, 20, 39])
@pytest.mark.parametrize("size", [None, 2])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_an_interrupted_run_resumes_to_the_same_bits(
    at: int, size: int | None, momentum: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever Ctrl-C comes, what was done is kept, and going on from the checkpoint ends in the same bits and history."""
    monkeypatch.setattr("deltarule.training.loop.CHUNK", 4)
    X, y = table("identity", "squared")
    settings = Settings(Constant(0.03), epochs=40, batch_size=size, momentum=momentum, tol=1e-12)
    whole = run(X, y, settings)
    saved: list[State] = []
    with pytest.raises(Interrupted) as interrupted:
        train(Rows(X, y), settings, _Broken(settings, at), checkpoint=Checkpoint(saved.append, seconds=1e9))
    assert interrupted.value.run.outcome is Outcome.STOPPED_EARLY
    assert interrupted.value.run.epochs == saved[-1].epoch
    resumed = run(X, y, settings, resume=saved[-1])
    assert resumed.weights.tobytes() == whole.weights.tobytes()
    assert resumed.history.table().tobytes() == whole.history.table().tobytes()
    assert (resumed.outcome, resumed.epochs, resumed.gap) == (whole.outcome, whole.epochs, whole.gap)


def test_every_saved_state_leads_to_the_same_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Saved between any two chunks, with shuffling, validation and a cycle mark in the state."""
    monkeypatch.setattr("deltarule.training.loop.CHUNK", 4)
    X, y = table("identity", "squared", n=30)
    settings = Settings(Constant(0.02), epochs=6, batch_size=2, momentum=0.5, tol=None, patience=3)
    aside = Rows(X[:8], y[:8])
    saved: list[State] = []
    whole = run(X, y, settings, validation=aside, checkpoint=Checkpoint(saved.append, seconds=0.0))
    monkeypatch.setattr("deltarule.training.loop._SHARE", 1e9)
    saved.clear()
    run(X, y, settings, validation=aside, checkpoint=Checkpoint(saved.append, seconds=0.0))
    assert len(saved) > 20
    for state in saved[::3]:
        again = run(X, y, settings, validation=aside, resume=state)
        assert again.weights.tobytes() == whole.weights.tobytes()
        assert again.history.table().tobytes() == whole.history.table().tobytes()


def test_a_checkpoint_of_another_run_is_refused() -> None:
    """Other settings, or other data."""
    X, y = table("identity", "squared")
    settings, saved = Settings(Constant(0.03), epochs=5, tol=None), list[State]()
    with pytest.raises(Interrupted):
        train(Rows(X, y), settings, _Broken(settings, 3), checkpoint=Checkpoint(saved.append, seconds=1e9))
    with pytest.raises(UsageError, match="other settings or other data"):
        run(X, y, replace(settings, l2=0.1), resume=saved[0])
    with pytest.raises(UsageError, match="other settings or other data"):
        run(X + 1, y, settings, resume=saved[0])


def test_the_history_starts_at_the_start() -> None:
    """Epochs 0, 1, ...; steps are distances of weights, the loss falls."""
    X, y = table("identity", "squared")
    weights: list[Floats] = []
    ours = run(
        X,
        y,
        Settings(Constant(0.05), epochs=6, tol=None),
        callbacks=[lambda epoch: weights.append(epoch.weights.copy())],
    )
    assert ours.history.epoch.tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert all(before > after for before, after in pairwise(ours.history.loss))
    expected = [0.0, *(float(np.linalg.norm(after - before)) for before, after in pairwise(weights))]
    np.testing.assert_allclose(ours.history.step, expected)
    assert len(ours.history) == 7


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_a_history_is_a_data_frame_on_request(library: str) -> None:
    """One row a moment, the columns named."""
    X, y = table("identity", "squared")
    history = run(X, y, Settings(Constant(0.05), epochs=3, tol=None)).history
    frame = history.frame(library)
    assert [float(loss) for loss in np.asarray(frame["loss"])] == history.loss.tolist()
    with pytest.raises(UsageError, match="choose from pandas, polars, pyarrow"):
        history.frame("excel")
