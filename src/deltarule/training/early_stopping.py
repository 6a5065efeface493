"""Stopping early as a regulariser: how many parameters a run has used by an epoch, and when to stop.

From any start, the fitted values after t epochs are a linear function of the targets. Its trace is the number
of degrees of freedom in use; generalised cross-validation weighs it against the sum of squares, with no data
held out. Stopped at t, the run is close to ridge regression with penalty 1/(eta t) (Ali, Kolter and
Tibshirani 2019).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from deltarule.records import record
from deltarule.training.descent import Descent
from deltarule.training.moments import Floats
from deltarule.training.powers import left
from deltarule.training.surface import Surface

_GRID = 400  # epochs looked at, evenly spread in their logarithm
_SETTLED = 40.0  # exp(-40) of an error is no longer any of it
_MOST_EPOCHS = 1e15


@dataclass(frozen=True)
class EarlyStopping:
    """The best epoch to stop at, by generalised cross-validation.

    Attributes
    ----------
    epochs : float
        Whole epochs; infinity if stopping early gains nothing.
    degrees_of_freedom : float
        In use at that epoch.
    gcv : float
        Generalised cross-validation score there: an estimate of the mean squared error on new rows.
    gcv_at_end : float
        The same for the run that never stops.
    ridge : float
        The l2 penalty that comes closest to stopping there: 1 / (learning rate * epochs).
    """

    epochs: float
    degrees_of_freedom: float
    gcv: float
    gcv_at_end: float
    ridge: float


@record
class StoppedRun:
    """A full-batch run of constant rate from a start, as far as early stopping goes."""

    descent: Descent
    weight: float
    rate: float

    @property
    def surface(self) -> Surface:
        """What is descended."""
        return self.descent.surface

    def degrees_of_freedom(self, epochs: Floats) -> Floats:
        """Trace of the map from targets to fitted values, one for each epoch."""
        gone = left(self.rate * self.surface.eigenvalues, epochs[:, None]).gone
        rows = self.surface.left[: self.surface.data_rows]
        used = np.where(self.surface.values > 0, (rows * rows).sum(axis=0), 0.0)
        result: Floats = gone @ used
        return result

    def residual_squares(self, epochs: Floats) -> Floats:
        """Weighted sum of squared residuals, without any penalty, one for each epoch."""
        surface = self.surface
        kept = left(self.rate * surface.eigenvalues, epochs[:, None]).factor * self.descent.shares
        if surface.data_rows == len(surface.rows):
            result: Floats = surface.floor / surface.factor + (kept * kept).sum(axis=1)
            return result
        rest = (surface.target - surface.rows @ surface.optimum(self.descent.start))[: surface.data_rows]
        residuals = rest + kept @ surface.left[: surface.data_rows].T
        squares: Floats = (residuals * residuals).sum(axis=1)
        return squares

    def gcv(self, epochs: Floats) -> Floats:
        """``n RSS / (n - df)^2``, n being the sum of weights; infinite where no degree of freedom is left."""
        room = self.weight - self.degrees_of_freedom(epochs)
        squares = self.residual_squares(epochs)
        return np.divide(
            self.weight * squares,
            room * room,
            out=np.full_like(room, np.inf),
            where=room > 1e-9 * self.weight,
        )

    def best(self) -> EarlyStopping:
        """Search the epochs for the lowest score: a grid, then finer ones around its best."""
        curvatures = self.surface.eigenvalues[self.surface.values > 0]
        end = _SETTLED / (self.rate * curvatures.min()) if len(curvatures) else 1.0
        at = _lowest(self.gcv, 0.0, min(max(end, 1.0), _MOST_EPOCHS))
        chosen, final = np.array([at]), np.array([math.inf])
        here, finally_ = float(self.gcv(chosen)[0]), float(self.gcv(final)[0])
        if not here < finally_:
            chosen, here = final, finally_
        epochs = float(chosen[0])
        ridge = math.inf if epochs == 0 else 1 / (self.rate * epochs)
        return EarlyStopping(epochs, float(self.degrees_of_freedom(chosen)[0]), here, finally_, ridge)


def _lowest(score: Callable[[Floats], Floats], first: float, last: float) -> float:
    """The whole number between two with the lowest score, for a score that is smooth in the logarithm."""
    grid = np.unique(np.floor(np.concatenate([[first], np.geomspace(1.0, max(last, 1.0), _GRID)])))
    while True:
        at = int(np.argmin(score(grid)))
        low, high = grid[max(at - 1, 0)], grid[min(at + 1, len(grid) - 1)]
        finer = np.unique(np.floor(np.linspace(low, high, _GRID)))
        if high - low <= 2 or np.array_equal(finer, grid):
            return float(grid[at])
        grid = finer
