"""The statistics pass against scikit-learn's least squares, and the map of epochs and rates against the pass.

    python -m benchmarks.training.statistics

Rivals take turns in every round, so that a busy machine slows all of them alike; the ratio is that of the
fastest rounds, and the median of the rounds' own ratios stands beside it.
"""

import argparse
import os
import statistics
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter, process_time, sleep

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

Row = tuple[str, float, float, float, str]  # what, measured, must, aim, note
ROWS, FEATURES = 1_000_000, 20
RATES, EPOCHS = 50, 1000
_REST = 0.05  # seconds before each turn: the BLAS threads of the one before go on spinning for a while


def rows(rounds: int = 7) -> list[Row]:
    """Both figures of the table: what, measured, must, aim, and a note with absolute numbers."""
    from sklearn.linear_model import LinearRegression

    from deltarule.training import GradientPath

    X, y = _data()
    gigabytes = (X.nbytes + y.nbytes) / 1e9

    def one_pass() -> GradientPath:
        return GradientPath.fit(X, y, noise=True)

    path = one_pass()  # compiled, or read from the cache, before the clock starts
    rates = np.geomspace(1e-4, 1, RATES) * path.largest_stable_learning_rate
    epochs = np.arange(1, EPOCHS + 1)

    rivals: dict[str, Callable[[], object]] = {
        "pass": one_pass,
        "map": lambda: path.map(rates, epochs),
        "sum": lambda: X.sum(),
        "LinearRegression": lambda: LinearRegression().fit(X, y),
    }
    for rival in rivals.values():
        rival()  # warm
    taken: dict[str, list[float]] = {name: [] for name in rivals}
    cpu: dict[str, list[float]] = {name: [] for name in rivals}
    for _ in range(rounds):
        for name, rival in rivals.items():
            sleep(_REST)
            began = process_time()
            taken[name].append(_seconds(rival))
            cpu[name].append(process_time() - began)
    best = {name: min(seconds) for name, seconds in taken.items()}
    share = [ours / theirs for ours, theirs in zip(taken["LinearRegression"], taken["pass"], strict=True)]
    busy = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    speed = (
        f"pass {best['pass'] * 1e3:.1f} ms, {gigabytes / best['pass']:.1f} GB/s of X and y (NumPy's sum of X "
        f"on one thread: {X.nbytes / 1e9 / best['sum']:.1f} GB/s); "
        f"LinearRegression {best['LinearRegression'] * 1e3:.0f} ms; "
        f"median of rounds {statistics.median(share):.1f}; "
        f"CPU time of all threads {min(cpu['pass']) * 1e3:.0f} ms "
        f"against {min(cpu['LinearRegression']) * 1e3:.0f} ms; {busy}"
    )
    mapping = (
        f"map {best['map'] * 1e3:.2f} ms beside a pass of {best['pass'] * 1e3:.1f} ms, "
        f"eigenvalues counted with the pass; {busy}"
    )
    return [
        (
            f"statistics pass, M included, {ROWS:,} x {FEATURES}, against LinearRegression.fit",
            best["LinearRegression"] / best["pass"], 8.0, 12.0, speed,
        ),
        (
            f"{EPOCHS:,} epochs at {RATES} learning rates, in units of one statistics pass (at most)",
            1 + best["map"] / best["pass"], 1.05, 1.02, mapping,
        ),
    ]  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training.statistics", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    for what, measured, must, aim, note in rows(parser.parse_args(arguments).rounds):
        print(f"{what}: {measured:.3f} (must {must:g}, aim {aim:g})\n    {note}")
    return 0


def _data() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((ROWS, FEATURES)) * rng.uniform(0.5, 2, FEATURES) + rng.uniform(-1, 1, FEATURES)
    return X, X @ rng.standard_normal(FEATURES) + rng.standard_normal(ROWS)


def _seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
