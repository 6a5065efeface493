"""The R-factor of centred columns: a square root of their scatter that keeps digits which the scatter loses.

Forming products squares the condition number of the data; a QR factorisation does not. The factors of two
sets of rows stack, with one more row for the distance of their means, and are factorised again (TSQR).
"""

from typing import Any

import numpy as np

from deltarule.training.moments import Floats, Moments, distance


def factor_of_rows(deviations: Floats) -> Floats:
    """Triangular R of shape (1, p, p) with R'R = Z'Z, of rows Z that are already centred and weighted."""
    p = deviations.shape[1]
    rows = triangle(deviations)
    padded = np.zeros((1, p, p))
    padded[0, : len(rows)] = rows
    return padded


def merged_factors(left: Floats, right: Floats, before: Moments, after: Moments) -> Floats:
    """Factors of each group of `left` together with the group of `right` at its place, shape (k, p, p).

    Parameters
    ----------
    before, after : Moments
        Weights and means of the groups of `left` and of `right`.
    """
    weight = before.weight + after.weight
    share = np.divide(after.weight, weight, out=np.zeros_like(weight), where=weight > 0)
    bridge = np.sqrt(before.weight * share)[:, None] * distance(before, after)
    return triangle(np.concatenate([left, right, bridge[:, None, :]], axis=1))


def triangle(rows: Floats) -> Floats:
    """R of a QR factorisation, or of each of several."""
    result: Any = np.linalg.qr(rows, mode="r")
    return np.asarray(result, dtype=np.float64)
