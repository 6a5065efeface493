"""Mini-batches: one row at a time against scikit-learn and Vowpal Wabbit, 32 against PyTorch.

    python -m benchmarks.training.run --only batches

scikit-learn's time of an epoch is the difference between a fit of `MANY` epochs and one of a single epoch, so that checking of
arguments does not count; ours holds the drawing of the order where rows are shuffled.
"""

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.training.full_batch import table
from benchmarks.training.turns import Row, Turns, take_turns
from deltarule.training.engine import Rows, Update
from deltarule.training.engines.fused import FusedEngine

MANY = 3
RATE = 1e-3
ACTIVATION = {"squared": "identity", "log": "sigmoid"}
# columns, rows, loss, must and aim as the rows stand, the same for shuffled ones
SINGLE = (
    (20, 1_000_000, "squared", (3.0, 5.0), (3.0, 5.0)),
    (20, 1_000_000, "log", (2.5, 3.5), (3.0, 5.0)),
    (5, 1_000_000, "squared", (3.0, 4.0), None),
    (5, 1_000_000, "log", (1.8, 2.5), None),
    (100, 200_000, "squared", (3.0, 5.0), (2.5, 3.5)),
    (100, 200_000, "log", (3.0, 5.0), (2.5, 3.5)),
)


def rows(rounds: int = 9) -> list[Row]:
    """All figures of mini-batches."""
    return [*_single_rows(rounds), _vowpal_wabbit(max(3, rounds // 3)), *_batches(rounds)]


def _data(n: int, d: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    X = table(n, d)
    return X, (X @ np.linspace(-1, 1, d) > 0).astype(np.float64)


def _pass(
    loss: str, X: NDArray[Any], y: NDArray[np.float64], size: int, shuffle: bool
) -> Callable[[], object]:
    """One epoch of ours."""
    engine, update = FusedEngine(ACTIVATION[loss], loss), Update(RATE, size, 1.0, True)
    data, w, velocity = Rows(X, y), np.zeros(X.shape[1] + 1), np.zeros(X.shape[1] + 1)
    rng = np.random.default_rng(0)

    def run() -> float:
        order = rng.permutation(len(y)) if shuffle else None
        w[:] = 0.0
        return engine.steps(data, order, 0, len(y), w, velocity, update)

    return run


def _single_rows(rounds: int) -> Iterator[Row]:
    from sklearn.linear_model import SGDClassifier, SGDRegressor

    warnings.simplefilter("ignore")  # that it has not converged after so few epochs
    for d, n, loss, plain, shuffled in SINGLE:
        X, y = _data(n, d)

        def fit(epochs: int, shuffle: bool, X: Any = X, y: Any = y, loss: str = loss) -> Callable[[], object]:
            chosen = (SGDRegressor, "squared_error") if loss == "squared" else (SGDClassifier, "log_loss")
            model, name = chosen
            return lambda: model(
                loss=name, penalty=None, learning_rate="constant", eta0=RATE, max_iter=epochs, tol=None, shuffle=shuffle
            ).fit(X, y)  # fmt: skip

        for shuffle, figure in ((False, plain), (True, shuffled)):
            if figure is None:
                continue
            turns = take_turns(
                {"one": fit(1, shuffle), "many": fit(MANY, shuffle), "ours": _pass(loss, X, y, 1, shuffle)},
                rounds,
            )
            theirs = (turns.best("many") - turns.best("one")) / (MANY - 1)
            ours = turns.best("ours")
            middle = np.median(
                [
                    (many - one) / (MANY - 1) / our
                    for one, many, our in zip(*turns.seconds.values(), strict=True)
                ]
            )
            note = (
                f"{ours / n * 1e9:.1f} against {theirs / n * 1e9:.1f} ns a row, {_speed(n, d, ours)}; "
                f"median {middle:.1f}; {turns.note}"
            )
            what = f"batch size 1, {loss} loss, d = {d}, {'shuffled' if shuffle else 'plain'}, against scikit-learn's SGD"
            yield what, theirs / ours, *figure, note


def _vowpal_wabbit(rounds: int) -> Row:
    """Plain descent over examples that are parsed already, called from Python as its users do."""
    what = "batch size 1, squared loss, d = 20, plain, against Vowpal Wabbit (no target; it parses text, and is called by row)"
    try:
        from vowpalwabbit import Workspace
    except ImportError:
        return what, float("nan"), float("nan"), float("nan"), "Vowpal Wabbit is not installed"
    n, d = 20_000, 20
    X, y = _data(n, d)
    learner = Workspace(f"--sgd --noconstant -l {RATE} --quiet --holdout_off")
    lines = [
        f"{target} | " + " ".join(f"{j}:{value:.6g}" for j, value in enumerate(row))
        for row, target in zip(X, y, strict=True)
    ]
    examples = [learner.parse(line) for line in lines]

    def learn() -> None:
        for example in examples:
            learner.learn(example)

    turns = take_turns({"theirs": learn, "ours": _pass("squared", X, y, 1, shuffle=False)}, rounds)
    learner.finish()
    ours, theirs = (turns.best(name) / n * 1e9 for name in ("ours", "theirs"))
    note = f"{ours:.1f} against {theirs:.0f} ns a row, {_speed(1, d, ours / 1e9)}; {turns.note}"
    return what, theirs / ours, float("nan"), float("nan"), note


def _batches(rounds: int) -> Iterator[Row]:
    size, n, d = 32, 64_000, 20
    X, y = _data(n, d)
    for loss in ("squared", "log"):
        what = f"batch size {size}, {loss} loss, d = {d}, against PyTorch's loop over slices of a tensor"
        torch = _torch_loop(loss, X, y, size)
        if torch is None:
            yield what, float("nan"), 300.0, 500.0, "PyTorch is not installed"
            continue
        turns = take_turns(
            {"torch": torch, "ours": _pass(loss, X, y, size, shuffle=False)}, max(3, rounds // 3)
        )
        speed = _speed(n, d, turns.best("ours"))
        yield what, turns.ratio("torch", "ours"), 300.0, 500.0, _each(turns, n // size, speed)


def _speed(n: int, d: int, seconds: float) -> str:
    """Bytes of features and targets a second."""
    return f"{8 * n * (d + 1) / seconds / 1e9:.1f} GB/s"


def _each(turns: Turns, batches: int, speed: str) -> str:
    ours, theirs = (turns.best(name) / batches * 1e6 for name in ("ours", "torch"))
    return f"{ours:.2f} against {theirs:.0f} us a batch, {speed}; median {turns.median_ratio('torch', 'ours'):.0f}; {turns.note}"


def _torch_loop(loss: str, X: NDArray[Any], y: NDArray[np.float64], size: int) -> Callable[[], object] | None:
    """The ordinary loop: a slice, a linear layer, a loss, its gradient and an optimizer; None where it is not installed."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)  # faster than two for so little
    data, target = torch.from_numpy(X), torch.from_numpy(y)
    measure = torch.nn.MSELoss() if loss == "squared" else torch.nn.BCEWithLogitsLoss()

    def run() -> object:
        layer = torch.nn.Linear(X.shape[1], 1, dtype=torch.float64)
        optimizer = torch.optim.SGD(layer.parameters(), lr=RATE)
        for start in range(0, len(y), size):
            optimizer.zero_grad()
            measure(layer(data[start : start + size]).squeeze(1), target[start : start + size]).backward()
            optimizer.step()
        return layer

    return run
