"""Full-batch epochs: bytes a second over the bandwidth of memory, against rivals, and per row as tables grow.

python -m benchmarks.training.run --only full_batch
"""

import os
from collections.abc import Callable, Iterator
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from benchmarks.training.reading import read
from benchmarks.training.turns import Row, Turns, joined, take_turns
from deltarule.training.engine import Rows
from deltarule.training.engines.fused import FusedEngine

SIZE = 640_000_000  # bytes of X
PLACES = 3  # so often is a table made anew: in some places of memory everything that only reads is half as fast again
THREADS = min(2, os.cpu_count() or 1)
_REST = 0.1  # seconds: threads of BLAS and OpenMP go on spinning for a while, and there are two cores
Layout: TypeAlias = Literal["C", "F"]
Figure: TypeAlias = tuple[float, float]  # must, aim

SQUARED: dict[tuple[str, Layout], dict[int, Figure]] = {
    ("float64", "C"): {5: (0.7, 0.9), 20: (0.85, 0.97), 100: (0.8, 0.92), 784: (0.8, 0.92)},
    ("float32", "C"): {5: (0.35, 0.6), 20: (0.6, 0.8), 100: (0.6, 0.8), 784: (0.6, 0.8)},
    ("float64", "F"): {5: (0.7, 0.85), 20: (0.7, 0.85), 100: (0.7, 0.85)},
    ("float32", "F"): {5: (0.55, 0.75), 20: (0.55, 0.75), 100: (0.55, 0.75)},
}
LOG: dict[tuple[str, Layout], dict[int, Figure]] = {
    ("float64", "C"): {5: (0.5, 0.7), 20: (0.75, 0.9), 100: (0.75, 0.9), 784: (0.75, 0.9)},
    ("float32", "C"): {5: (0.5, 0.75), 20: (0.5, 0.75), 100: (0.5, 0.75)},
}


def rows(rounds: int = 15) -> list[Row]:
    """All figures of full-batch epochs."""
    return [*_against_memory(rounds), *_against_rivals(max(3, rounds // 3)), _growth(rounds)]


def table(rows: int, d: int, dtype: str = "float64", layout: Layout = "C") -> NDArray[Any]:
    """Random features; a part of them repeated, because drawing so many would take longest."""
    X: NDArray[Any] = np.empty((rows, d), dtype, order=layout)
    drawn = np.random.default_rng(0).standard_normal((min(rows, 50_000), d))
    for start in range(0, rows, len(drawn)):
        part = X[start : start + len(drawn)]
        part[:] = drawn[: len(part)]
    return X


def _against_memory(rounds: int) -> Iterator[Row]:
    for (dtype, layout), figures in SQUARED.items():
        for d, figure in figures.items():
            turns = joined(
                [_beside_reading(dtype, layout, d, max(3, rounds // PLACES)) for _ in range(PLACES)]
            )
            rows = SIZE // (d * np.dtype(dtype).itemsize)
            named = f"{'C-order' if layout == 'C' else 'columns first'}, {dtype}, d = {d}"
            yield _share(turns, "squared", f"squared loss, {named}", SIZE, 8 * rows, figure)
            if "log" in turns.seconds:
                figure = LOG[dtype, layout][d]
                yield _share(turns, "log", f"log loss, {named}", SIZE, 8 * rows, figure)


def _beside_reading(dtype: str, layout: Layout, d: int, rounds: int) -> Turns:
    """Turns of reading a table and of an epoch over it."""
    X = table(SIZE // (d * np.dtype(dtype).itemsize), d, dtype, layout)
    y = (X[:, 0] > 0).astype(np.float64)
    w = np.linspace(-1, 1, d + 1)
    rivals: dict[str, Callable[[], object]] = {
        "read": lambda: read(X, THREADS),
        "squared": _epoch(FusedEngine("identity", "squared", THREADS), Rows(X, y), w),
    }
    if d in LOG.get((dtype, layout), {}):
        rivals["log"] = _epoch(FusedEngine("sigmoid", "log", THREADS), Rows(X, y), w)
    return take_turns(rivals, rounds)


def _epoch(engine: FusedEngine, rows: Rows, weights: NDArray[np.float64]) -> Callable[[], object]:
    return lambda: engine.sums(rows, weights)


def _share(turns: Turns, name: str, what: str, of_X: int, of_y: int, figure: Figure) -> Row:
    """Bytes of X and y a second, over those of X that can be read at that moment: the middle one of the rounds."""
    both = (of_X + of_y) / of_X
    speed, bandwidth = (of_X + of_y) / turns.best(name) / 1e9, of_X / turns.best("read") / 1e9
    note = f"fastest rounds {speed:.1f} of {bandwidth:.1f} GB/s, {both * turns.ratio('read', name):.2f}; {turns.note}"
    return f"{what}: X and y over read bandwidth", both * turns.median_ratio("read", name), *figure, note


def _against_rivals(rounds: int) -> Iterator[Row]:
    n, d, epochs = 4_000_000, 20, 3
    X = table(n, d)
    y = (X @ np.linspace(-1, 1, d) > 0).astype(np.float64)
    for loss, activation, figure in (("squared", "identity", (3.0, 4.5)), ("log", "sigmoid", (4.0, 5.0))):
        ours = _descent(FusedEngine(activation, loss, THREADS), Rows(X, y), epochs)
        what = f"full batch, {loss} loss, float64, {n:,} x {d}, against PyTorch with {THREADS} threads"
        torch = _torch(loss, X, y, epochs)
        if torch is None:
            yield what, float("nan"), *figure, "PyTorch is not installed"
            continue
        turns = take_turns({"torch": torch, "ours": ours}, rounds, _REST)
        yield what, turns.ratio("torch", "ours"), *figure, _each(turns, "torch", epochs, X.nbytes + y.nbytes)
    part = slice(0, 1_000_000)
    what = f"full batch, squared loss, 1,000,000 x {d}, against mlxtend's Adaline"
    try:
        from mlxtend.classifier import Adaline
    except ImportError:
        yield what, float("nan"), 30.0, 40.0, "mlxtend is not installed"
        return
    x, labels = np.ascontiguousarray(X[part]), y[part].astype(int)

    def adaline() -> object:
        return Adaline(epochs=epochs, eta=1e-8, minibatches=1, random_seed=1).fit(x, labels)

    ours = _descent(FusedEngine("identity", "squared", THREADS), Rows(x, y[part]), epochs)
    turns = take_turns({"adaline": adaline, "ours": ours}, rounds, _REST)
    yield (
        what,
        turns.ratio("adaline", "ours"),
        30.0,
        40.0,
        _each(turns, "adaline", epochs, x.nbytes + 8 * len(x)),
    )


def _each(turns: Turns, rival: str, epochs: int, size: int) -> str:
    theirs, ours = (turns.best(name) / epochs * 1e3 for name in (rival, "ours"))
    return (
        f"{ours:.1f} against {theirs:.1f} ms an epoch, {size / ours / 1e6:.1f} GB/s; "
        f"median {turns.median_ratio(rival, 'ours'):.1f}; {turns.note}"
    )


def _descent(engine: FusedEngine, rows: Rows, epochs: int) -> Callable[[], object]:
    """Gradient descent with mean gradient."""

    def run() -> NDArray[np.float64]:
        weights = np.zeros(rows.d + 1)
        for _ in range(epochs):
            weights -= 0.01 / rows.n * engine.sums(rows, weights).gradient
        return weights

    return run


def _torch(loss: str, X: NDArray[Any], y: NDArray[np.float64], epochs: int) -> Callable[[], object] | None:
    """The ordinary way in PyTorch: a linear layer, a loss, its gradient and an optimizer; None where it is not installed."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(THREADS)
    data, target = torch.from_numpy(X), torch.from_numpy(y)
    measure = torch.nn.MSELoss() if loss == "squared" else torch.nn.BCEWithLogitsLoss()

    def run() -> object:
        layer = torch.nn.Linear(X.shape[1], 1, dtype=torch.float64)
        optimizer = torch.optim.SGD(layer.parameters(), lr=0.01)
        for _ in range(epochs):
            optimizer.zero_grad()
            measure(layer(data).squeeze(1), target).backward()
            optimizer.step()
        return layer

    return run


def _growth(rounds: int) -> Row:
    """Time of a row in 10 million of them, over that in a million."""
    engine, d = FusedEngine("identity", "squared", THREADS), 20
    large = table(10_000_000, d)
    small = large[:1_000_000].copy()
    w = np.linspace(-1, 1, d + 1)
    turns = take_turns(
        {
            "small": _epoch(engine, Rows(small, np.zeros(len(small))), w),
            "large": _epoch(engine, Rows(large, np.zeros(len(large))), w),
        },
        rounds,
    )
    grown = turns.ratio("large", "small") / 10
    speed = (large.nbytes + 8 * len(large)) / turns.best("large") / 1e9
    note = f"{turns.best('large') * 1e3:.1f} and {turns.best('small') * 1e3:.1f} ms, {speed:.1f} GB/s; median {turns.median_ratio('large', 'small') / 10:.2f}; {turns.note}"
    return f"time of a row, 10,000,000 x {d} over 1,000,000 x {d} (at most)", grown, 1.1, 1.1, note
