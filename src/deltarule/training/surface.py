"""The squared loss as a function of the weights, taken apart into its directions.

With A one row for each row of the data, or any matrix with the same products, the loss is ``factor * |A v -
target|^2`` at the point v = (weights, intercept). The singular values of A give the curvatures, its right
singular vectors the directions. A is built from the centred statistics: a triangle for the spread of the
columns, one row for their means, one for each penalty. Nothing large is subtracted from anything large on the
way.
"""

from typing import Any

import numpy as np

from deltarule.records import record
from deltarule.training.graded import singular
from deltarule.training.least_squares import EPS, least_squares
from deltarule.training.moments import Floats


@record
class Spread:
    """Data in the coordinates of a run, as far as squared loss can see them.

    Attributes
    ----------
    weight : float
        Sum of the rows' weights.
    mean : array of shape (d,)
    target_mean : float
    root : array of shape (k, d + 1)
        A square root of the scatter of [X, y], the target last.
    offset : array of shape (d,)
        Mean of the columns as they were given, in units of the run: what their rounding is to be measured by.
    precision : float
        Relative error of `root`.
    """

    weight: float
    mean: Floats
    target_mean: float
    root: Floats
    offset: Floats
    precision: float


@record
class Surface:
    """The loss, taken apart; p = d + 1 with an intercept, d without.

    Attributes
    ----------
    factor : float
        Before the sum of squares in the loss.
    rows : array of shape (k, p)
        A.
    target : array of shape (k,)
    data_rows : int
        The first so many rows of A stand for data, the others for the penalty.
    values : array of shape (p,)
        Singular values of A, descending; 0 where floats cannot tell them from 0.
    left : array of shape (k, p)
    directions : array of shape (p, p)
        Left and right singular vectors, one a column.
    lowest : array of shape (p,)
        A point of least loss.
    flat : array of shape (p, m)
        Directions, at right angles, along which the loss does not change.
    floor : float
        Least loss.
    condition, sensitivity : float
        Of the least-squares problem on scaled columns.
    """

    factor: float
    rows: Floats
    target: Floats
    data_rows: int
    values: Floats
    left: Floats
    directions: Floats
    lowest: Floats
    flat: Floats
    floor: float
    condition: float
    sensitivity: float

    @property
    def eigenvalues(self) -> Floats:
        """Curvatures of the loss, descending."""
        result: Floats = 2 * self.factor * self.values**2
        return result

    def shares(self, start: Floats) -> Floats:
        """Residuals at a point along the left singular vectors, shape (p,); 0 for flat directions."""
        shares: Floats = self.left.T @ (self.target - self.rows @ start)
        return np.where(self.values > 0, shares, 0.0)

    def optimum(self, start: Floats) -> Floats:
        """The point of least loss that gradient descent goes to: nothing moves along flat directions."""
        result: Floats = self.lowest - self.flat @ (self.flat.T @ (self.lowest - start))
        return result


def surface(spread: Spread, factor: float, l2: float, intercept: bool) -> Surface:
    """Take apart the loss ``factor * sum of weighted squares + l2 / 2 * |w|^2``."""
    d = len(spread.mean)
    root, target_root = spread.root[:, :d], spread.root[:, d]
    penalty = np.sqrt(l2 / (2 * factor)) * np.eye(d) if l2 else np.zeros((0, d))
    length = np.sqrt(spread.weight)
    mean_row, mean_target = length * spread.mean, length * spread.target_mean
    columns = np.concatenate([root, mean_row[None, :], penalty])
    target = np.concatenate([target_root, [mean_target], np.zeros(len(penalty))])
    doubt = EPS * length * np.abs(spread.offset)
    if intercept:
        centred = np.concatenate([root, penalty])
        found = least_squares(
            centred, np.concatenate([target_root, np.zeros(len(penalty))]), doubt, spread.precision
        )
        lowest = np.append(found.weights, spread.target_mean - spread.mean @ found.weights)
        flat = np.concatenate([found.flat, -(spread.mean @ found.flat)[None, :]])
        ones = np.zeros((len(columns), 1))
        ones[len(root)] = length
        columns = np.concatenate([columns, ones], axis=1)
    else:
        found = least_squares(columns, target, doubt, spread.precision)
        lowest, flat = found.weights, found.flat
    left, values, directions = singular(columns)
    if flat.shape[1]:
        flat = np.linalg.qr(flat)[0]
        left, values, directions = _flattened(columns, left, values, directions, flat)
    return Surface(
        factor, columns, target, len(root) + 1, values, left, directions, lowest, flat,
        factor * found.residual**2, found.condition, found.sensitivity,
    )  # fmt: skip


def _flattened(
    columns: Floats, left: Floats, values: Floats, directions: Floats, flat: Floats
) -> tuple[Floats, Floats, Floats]:
    """Put the flat directions, at the end, in the place of those that are flat but for rounding."""
    lengths = np.sqrt((columns * columns).sum(axis=0))
    heights = np.abs(directions).T @ lengths
    ratios = np.divide(values, heights, out=np.zeros_like(values), where=heights > 0)
    count = len(values) - flat.shape[1]
    steep = np.sort(np.argsort(-ratios, kind="stable")[:count])
    rest = np.setdiff1d(np.arange(len(values)), steep)
    return (
        left[:, np.concatenate([steep, rest])],
        np.concatenate([values[steep], np.zeros(len(rest))]),
        np.concatenate([directions[:, steep], flat], axis=1),
    )


def root_of(scatter: Floats) -> Floats:
    """A square root of a scatter matrix: F of shape (p, p) with F'F = scatter."""
    lengths = np.sqrt(np.maximum(np.diagonal(scatter), 0.0))
    scale = np.where(lengths > 0, lengths, 1.0)
    correlations = scatter / scale / scale[:, None]
    np.fill_diagonal(correlations, 1.0)  # that of a column without scatter would spoil the others' factor
    try:
        triangle: Any = np.linalg.cholesky(correlations).T
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(correlations)
        triangle = np.sqrt(np.maximum(values, 0.0))[:, None] * vectors.T
    return np.asarray(triangle * lengths, dtype=np.float64)
