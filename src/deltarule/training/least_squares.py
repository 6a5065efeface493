"""Least squares on scaled columns, and what the data cannot tell apart."""

import numpy as np

from deltarule.records import record
from deltarule.training.factor import triangle
from deltarule.training.moments import Floats

EPS = float(np.finfo(np.float64).eps)
SAFETY = 16.0  # how far above its own rounding a direction has to stand


@record
class Solution:
    """Weights of least squares.

    Attributes
    ----------
    weights : array of shape (d,)
        A point of least sum of squares; where there are several, one of them.
    flat : array of shape (d, m)
        Directions along which the sum of squares does not change as far as floats can tell: combinations of
        columns that do not vary.
    residual : float
        Root of the least sum of squares.
    condition : float
        Largest to smallest singular value of the scaled columns, over the directions that can be told.
    sensitivity : float
        Factor by which relative errors of the columns may grow on their way into the weights.
    """

    weights: Floats
    flat: Floats
    residual: float
    condition: float
    sensitivity: float


def least_squares(columns: Floats, target: Floats, doubt: Floats, precision: float) -> Solution:
    """Weights w that make ``columns @ w`` closest to `target`.

    Parameters
    ----------
    columns : array of shape (k, d)
    target : array of shape (k,)
    doubt : array of shape (d,)
        How far each column may be off for the rounding of the data itself, as a length.
    precision : float
        Relative error of `columns` for the way in which they were worked out.
    """
    d = columns.shape[1]
    if d == 0:
        return Solution(np.zeros(0), np.zeros((0, 0)), float(np.linalg.norm(target)), 1.0, 1.0)
    lengths = np.sqrt((columns * columns).sum(axis=0))
    lost = lengths <= SAFETY * doubt
    scale = np.where(lost | (lengths == 0), 1.0, _power_of_two(lengths))
    scaled = np.where(lost, 0.0, columns / scale)
    table = np.concatenate([scaled, target[:, None]], axis=1)
    table = np.concatenate([table, np.zeros((max(0, d + 1 - len(table)), d + 1))])
    reduced = triangle(table)
    inner, right = reduced[:d, :d], reduced[:d, d]
    left, values, rows = np.linalg.svd(inner)
    relative = np.where(lost, 0.0, doubt / scale)
    noise = precision * values[0] * np.sqrt(d) + np.abs(rows) @ relative
    kept = values > SAFETY * noise
    residual = float(abs(reduced[d, d]))
    if kept.all():
        weights = np.linalg.solve(inner, right)
    else:
        shares = left.T @ right
        weights = rows[kept].T @ (shares[kept] / values[kept])
        residual = float(np.hypot(residual, np.linalg.norm(shares[~kept])))
    flat = (rows[~kept] / scale).T
    if not kept.any():
        return Solution(weights / scale, flat, residual, 1.0, 1.0)
    condition = float(values[0] / values[kept][-1])
    size = float(values[0] * np.linalg.norm(weights))
    # perturbation bound of least squares: the condition number, and its square as far as there are residuals
    sensitivity = condition + (condition**2 * residual / size if size > 0 else 0.0)
    return Solution(weights / scale, flat, residual, condition, sensitivity)


def relations(flat: Floats, lengths: Floats, names: tuple[str, ...]) -> tuple[str, ...]:
    """Name the combinations of columns that do not vary, each with as few columns as elimination leaves.

    Parameters
    ----------
    flat : array of shape (d, m)
    lengths : array of shape (d,)
        Sizes of the columns, so that a small share of a large column counts.
    names : tuple of str
    """
    rows = (flat * np.where(lengths > 0, lengths, 1.0)[:, None]).T.copy()
    for at in range(len(rows)):
        i, j = divmod(int(np.abs(rows[at:]).argmax()), rows.shape[1])
        rows[[at, at + i]] = rows[[at + i, at]]
        rows[at] /= rows[at, j]
        for other in range(len(rows)):
            if other != at:
                rows[other] -= rows[other, j] * rows[at]
    rows /= np.where(lengths > 0, lengths, 1.0)
    return tuple(_relation(row, row * np.where(lengths > 0, lengths, 1.0), names) for row in rows)


def _relation(row: Floats, sizes: Floats, names: tuple[str, ...]) -> str:
    """``x1 + 2 x2 - x4``, in the units of the columns; the first factor is made 1."""
    taken = np.flatnonzero(np.abs(sizes) > 1e-6 * np.abs(sizes).max())
    if len(taken) == 1:
        return names[int(taken[0])]
    row = row / row[taken[0]]
    text = names[int(taken[0])]
    for j in taken[1:6]:
        factor = f"{abs(row[j]):.3g}"
        text += f" {'-' if row[j] < 0 else '+'} {'' if factor == '1' else factor + ' '}{names[int(j)]}"
    return text + (f" and {len(taken) - 6} more" if len(taken) > 6 else "")


def _power_of_two(lengths: Floats) -> Floats:
    """Powers of two near the lengths: dividing by them is exact."""
    result: Floats = np.ldexp(1.0, np.frexp(lengths)[1] - 1)
    return result
