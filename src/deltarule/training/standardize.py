"""Means and scales of the columns, for a run that sees them standardised without a copy."""

from typing import Any

import numpy as np

from deltarule.errors import DataError
from deltarule.training.engine import Floats, View, block_rows, tree_sum

_ROUNDING = 4 * float(np.finfo(float).eps)


def standardizing_view(X: Any, weight: Floats | None, fit_intercept: bool) -> View:
    """Mean and standard deviation of each column, in two passes over fixed blocks.

    A constant column keeps its scale. Without an intercept the columns are not centred, for that would put one in.

    Parameters
    ----------
    X : array of shape (n, d)
    weight : array of shape (n,) or None

    Raises
    ------
    DataError
        A column holds values whose squares do not fit a float.
    """
    n, d = X.shape
    height = block_rows(d, X.itemsize)
    total = float(n if weight is None else weight.sum())
    partials = np.empty((-(-n // height), d))

    def mean_of(values: Any) -> Floats:
        for block, start in enumerate(range(0, n, height)):
            part = slice(start, start + height)
            x = values(np.asarray(X[part], dtype=np.float64))
            partials[block] = (x if weight is None else x * weight[part, None]).sum(axis=0)
        return tree_sum(partials) / total

    pilot = np.asarray(X[0], dtype=np.float64)  # near the mean, so that large offsets cost no digits
    with np.errstate(over="ignore", invalid="ignore"):
        mean = pilot + mean_of(lambda x: x - pilot)
        deviation = np.sqrt(mean_of(lambda x: (x - mean) ** 2))
    if not np.isfinite(deviation).all():
        j = int(np.flatnonzero(~np.isfinite(deviation))[0]) + 1
        raise DataError(
            f"column {j} (counted from 1) holds values whose squares do not fit a float",
            "divide the column by a large number",
        )
    varies = deviation > _ROUNDING * np.abs(mean)
    center = mean if fit_intercept else np.zeros(d)
    return View(center, 1.0 / np.where(varies, deviation, 1.0))
