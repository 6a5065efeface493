"""The statistics pass against scikit-learn's least squares, and the map of epochs and rates against the pass.

python -m benchmarks.training.run --only statistics
"""

import numpy as np
from numpy.typing import NDArray

from benchmarks.training.turns import Row, take_turns

ROWS, FEATURES = 1_000_000, 20
RATES, EPOCHS = 50, 1000
_REST = 0.05  # seconds: BLAS threads go on spinning for a while


def rows(rounds: int = 9) -> list[Row]:
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

    turns = take_turns(
        {
            "pass": one_pass,
            "map": lambda: path.map(rates, epochs),
            "sum": lambda: X.sum(),
            "LinearRegression": lambda: LinearRegression().fit(X, y),
        },
        rounds,
        _REST,
    )
    ours, theirs, mapped = (turns.best(name) for name in ("pass", "LinearRegression", "map"))
    speed = (
        f"{ours * 1e3:.1f} against {theirs * 1e3:.0f} ms, {gigabytes / ours:.1f} GB/s of X and y (NumPy's sum of X, one thread: "
        f"{X.nbytes / 1e9 / turns.best('sum'):.1f} GB/s); median {turns.median_ratio('LinearRegression', 'pass'):.1f}; {turns.note}"
    )
    mapping = f"{mapped * 1e3:.2f} ms beside a pass of {ours * 1e3:.1f} ms, eigenvalues counted with the pass; {turns.note}"
    return [
        (f"statistics pass, M included, {ROWS:,} x {FEATURES}, against LinearRegression.fit", theirs / ours, 8.0, 12.0, speed),
        (
            f"{EPOCHS:,} epochs at {RATES} learning rates, in units of one statistics pass (at most)",
            1 + mapped / ours, 1.05, 1.02, mapping,
        ),
    ]  # fmt: skip


def _data() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((ROWS, FEATURES)) * rng.uniform(0.5, 2, FEATURES) + rng.uniform(-1, 1, FEATURES)
    return X, X @ rng.standard_normal(FEATURES) + rng.standard_normal(ROWS)
