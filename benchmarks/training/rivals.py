"""Rivals without a target of their own: oneDAL's least squares beside the statistics pass.

python -m benchmarks.training.run --only rivals
"""

import numpy as np

from benchmarks.training.full_batch import table
from benchmarks.training.turns import Row, take_turns


def rows(rounds: int = 7) -> list[Row]:
    """The statistics pass against scikit-learn-intelex, which sums the same products."""
    from deltarule.training import GradientPath

    what = "statistics pass, M included, 1,000,000 x 20, against oneDAL's LinearRegression (no target)"
    try:
        from sklearnex.linear_model import LinearRegression
    except ImportError:
        return [(what, float("nan"), float("nan"), float("nan"), "scikit-learn-intelex is not installed")]
    X = table(1_000_000, 20)
    y = X @ np.linspace(-1, 1, 20)
    turns = take_turns(
        {"theirs": lambda: LinearRegression().fit(X, y), "ours": lambda: GradientPath.fit(X, y, noise=True)},
        rounds,
    )
    ours, theirs = turns.best("ours") * 1e3, turns.best("theirs") * 1e3
    note = f"{ours:.1f} against {theirs:.1f} ms, {(X.nbytes + y.nbytes) / 1e6 / ours:.1f} GB/s of X and y; median {turns.median_ratio('theirs', 'ours'):.2f}; {turns.note}"
    return [(what, theirs / ours, float("nan"), float("nan"), note)]
