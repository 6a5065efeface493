"""What an engine does for the loop: sums over all rows, and passes of mini-batch updates.

The loop decides what happens (rates, stopping, outcomes); an engine only does arithmetic on rows. Weights travel as
one vector of d + 1 numbers, the bias last.
"""

from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from deltarule.records import record

Floats: TypeAlias = NDArray[np.float64]
Matrix: TypeAlias = NDArray[np.float64] | NDArray[np.float32]
Order: TypeAlias = NDArray[np.int64]

BLOCK_BYTES = (
    1 << 20
)  # of X, in one partial sum: fixed, so that sums are the same bits for any number of threads


@record
class View:
    """Standardised columns without a copy: a row is seen as ``(x - center) * scale``.

    Attributes
    ----------
    center, scale : arrays of shape (d,)
    """

    center: Floats
    scale: Floats

    def folded(self, weights: Floats) -> Floats:
        """Weights that give, on the columns as they are stored, what `weights` give on the view."""
        raw = weights.copy()
        raw[:-1] *= self.scale
        raw[-1] -= raw[:-1] @ self.center
        return raw

    def unfolded(self, weights: Floats) -> Floats:
        """The inverse of `folded`."""
        seen = weights.copy()
        seen[-1] += weights[:-1] @ self.center
        seen[:-1] /= self.scale
        return seen

    def gradient(self, raw: Floats) -> Floats:
        """The sums of slope times viewed column, from those with stored columns (last: the sum of slopes)."""
        seen = raw.copy()
        seen[:-1] = (raw[:-1] - self.center * raw[-1]) * self.scale
        return seen


@record
class Rows:
    """The data of a run.

    Attributes
    ----------
    X : array of shape (n, d), float64 or float32, C- or Fortran-ordered
    y : float64 array of shape (n,)
        Targets as the neuron sees them (0 and 1 for the log loss, -1 and 1 for hinge and perceptron).
    weight : float64 array of shape (n,), or None
        Weight of each row; None where all are 1.
    view : View or None
        How the columns are seen; None as they are.
    names : tuple of str or None
        What the columns are called, for messages.
    """

    X: Matrix
    y: Floats
    weight: Floats | None = None
    view: View | None = None
    names: tuple[str, ...] | None = None

    @property
    def n(self) -> int:
        """Number of rows."""
        return int(self.X.shape[0])

    @property
    def d(self) -> int:
        """Number of columns."""
        return int(self.X.shape[1])


@record
class Sums:
    """Weighted sums over all rows, without any factor of a convention.

    Attributes
    ----------
    loss : float
        Sum of weight times loss.
    gradient : float64 array of shape (d + 1,)
        Sums of weight times slope times column; last, of weight times slope.
    """

    loss: float
    gradient: Floats


@record
class Update:
    """How a mini-batch changes the weights, the same for a whole pass.

    The gradient of a batch of k rows is ``per_row * sum`` (divided by k if `averaged`) plus ``l2`` times the weights,
    the bias left out. Then ``velocity = momentum * velocity - rate * gradient``, and the weights move by the velocity;
    with `nesterov` by ``momentum * velocity - rate * gradient``, the velocity being the new one.
    """

    rate: float
    batch_size: int
    per_row: float
    averaged: bool
    l2: float = 0.0
    momentum: float = 0.0
    nesterov: bool = False
    fit_intercept: bool = True  # where false, the bias (weights[-1], velocity[-1]) is left alone


class Engine(Protocol):
    """Arithmetic on rows for one activation and loss. All sums are taken in float64."""

    name: str

    def sums(self, rows: Rows, weights: Floats) -> Sums:
        """Loss and slopes summed over all rows, in fixed blocks of rows and a fixed pairwise tree.

        Nothing is clipped: what overflows comes back as inf or nan.
        """

    def steps(
        self,
        rows: Rows,
        order: Order | None,
        start: int,
        stop: int,
        weights: Floats,
        velocity: Floats,
        update: Update,
    ) -> float:
        """Update on the rows at places `start` to `stop` of `order` (None: as they stand), a batch at a time.

        Batches are counted from `start`, which is a whole number of batches; the last one of a pass may be smaller.
        `weights` and `velocity`, of shape (d + 1,), are changed in place; without momentum `velocity` is not touched.

        Returns
        -------
        float
            Sum of weight times loss of every row, measured before the update that it takes part in.
        """


def block_rows(d: int, itemsize: int) -> int:
    """Rows in one block: about `BLOCK_BYTES` of X, whatever the number of threads."""
    return max(1, BLOCK_BYTES // max(1, d * itemsize))


def tree_sum(partials: Floats) -> Floats:
    """Sum over the first axis as a pairwise tree over the places, whoever worked them out.

    Parameters
    ----------
    partials : array of shape (number of blocks, m)
        Is used as workspace.
    """
    count = len(partials)
    while count > 1:
        half = count // 2
        partials[:half] = partials[: 2 * half : 2] + partials[1 : 2 * half : 2]
        if count % 2:
            partials[half] = partials[count - 1]
        count = (count + 1) // 2
    total: Floats = partials[0].copy()
    return total
