"""Mini-batches of squared loss: what step they stand, and how far their noise keeps them from the optimum.

A batch of B rows, drawn with replacement in proportion to the rows' weights, has a gradient of the right mean
and a covariance that is a B-th of a single row's. Everything below follows from M = E[|x|^2 x x'] and its
companions with the target, x with a 1 appended where there is an intercept (formulas 6 and 7 of Bach and
Moulines 2013, Ma, Bassily and Belkin 2018, McCandlish et al. 2018).
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from deltarule.records import record
from deltarule.training.moments import Floats
from deltarule.training.surface import Spread, Surface

_ROUNDING = 16 * float(
    np.finfo(float).eps
)  # of a gradient, beside its rows and residuals: none is left at the optimum


@dataclass(frozen=True)
class GradientNoise:
    """Noise of the gradient of a mini-batch.

    Attributes
    ----------
    batch_size : int
    learning_rate : float
    limit : float
        Below this rate the mean square distance to the optimum shrinks at every step, wherever it starts.
    variance : float
        Trace of the covariance of a batch's gradient, at the weights in question.
    gradient : float
        Squared length of the full gradient there.
    scale : float
        The batch size at which noise and gradient are equal in size (McCandlish et al.'s simple noise scale);
        infinite at the optimum.
    floor : (float, float)
        Bounds of how far above its optimum the mean loss stays in the long run, at this constant rate. The
        upper one is infinite at or above the limit.
    """

    batch_size: int
    learning_rate: float
    limit: float
    variance: float
    gradient: float
    scale: float
    floor: tuple[float, float]


@record
class Weighted:
    """[x, y] weighted by |x|^2, in the coordinates of a run: weight, means and a root of the scatter."""

    weight: float
    mean: Floats
    target_mean: float
    root: Floats


class BatchNoise:
    """What mini-batches of one size do, on average.

    Parameters
    ----------
    spread : Spread
    weighted : Weighted
        The same rows weighted by |x|^2, the intercept's 1 left out of it.
    surface : Surface
        Of the mean loss of a batch: its factor is that of the batch, divided by the sum of weights.
    intercept : bool
    batch_size : int
    """

    def __init__(
        self, spread: Spread, weighted: Weighted, surface: Surface, intercept: bool, batch_size: int
    ) -> None:
        self.spread, self.weighted, self.surface = spread, weighted, surface
        self.intercept, self.batch_size = intercept, batch_size

    def limit(self) -> float:
        """Largest rate below which the mean square error contracts for every error."""
        growth = self._growth()
        largest = float(growth[-1]) if len(growth) else 0.0
        return 2 / largest if largest > 0 else math.inf

    def at(self, weights: Floats, learning_rate: float) -> GradientNoise:
        """Noise at some weights, and the floor that follows from the noise at the optimum."""
        variance, gradient = self._covariance_trace(weights)
        per_row = variance * self.batch_size
        rest, _ = self._covariance_trace(self.surface.optimum(weights))
        growth = self._growth()
        bounds = (
            [_floor(learning_rate, rest, float(edge)) for edge in (growth[0], growth[-1])]
            if len(growth)
            else [0.0, 0.0]
        )
        return GradientNoise(
            self.batch_size, learning_rate, self.limit(), variance, gradient,
            per_row / gradient if gradient > 0 else math.inf, (bounds[0], bounds[1]),
        )  # fmt: skip

    def _covariance_trace(self, weights: Floats) -> tuple[float, float]:
        """Trace of the covariance of a batch's gradient, and the squared length of its mean."""
        surface, spread, d = self.surface, self.spread, len(self.spread.mean)
        per_row = 2 * surface.factor * spread.weight  # what a row's slope e x is multiplied by
        residuals = surface.rows @ weights - surface.target
        data = residuals[: surface.data_rows]
        at_mean = data[-1] / math.sqrt(spread.weight)
        shifted = self.weighted.mean - spread.mean
        beside = shifted @ weights[:d] - (self.weighted.target_mean - spread.target_mean) + at_mean
        around = self.weighted.root[:, :d] @ weights[:d] - self.weighted.root[:, d]
        second = around @ around + self.weighted.weight * beside**2 + (data @ data if self.intercept else 0.0)
        mean = surface.rows[: surface.data_rows].T @ data / spread.weight
        trace = per_row**2 * max(second / spread.weight - mean @ mean, 0.0) / self.batch_size
        slope = surface.rows.T @ residuals
        rounding = _ROUNDING * float(np.linalg.norm(surface.rows) * np.linalg.norm(residuals))
        squared = float(slope @ slope)
        return float(trace), (2 * surface.factor) ** 2 * squared if squared > rounding**2 else 0.0

    def _growth(self) -> Floats:
        """Eigenvalues of H^-1 E[H_B^2], ascending, H_B being a batch's Hessian: how noise and step add up."""
        surface, spread, d = self.surface, self.spread, len(self.spread.mean)
        steep = surface.values > 0
        left = surface.left[: surface.data_rows, steep]
        # directions whose own mean loss has curvature 1, in centred coordinates
        scale = surface.values[steep] * math.sqrt(2 * surface.factor)
        unit = surface.directions[:d, steep] / scale
        level = left[-1] / math.sqrt(2 * surface.factor * spread.weight)
        shifted = (self.weighted.mean - spread.mean) @ unit + level
        parts = [self.weighted.root[:, :d] @ unit, math.sqrt(self.weighted.weight) * shifted[None, :]]
        if self.intercept:
            parts.append(left / math.sqrt(2 * surface.factor))
        single = np.concatenate(parts) / math.sqrt(spread.weight)
        mean = surface.rows[: surface.data_rows].T @ left / (spread.weight * math.sqrt(2 * surface.factor))
        per_row = 2 * surface.factor * spread.weight
        spread_of_rows = per_row**2 / self.batch_size * (single.T @ single - mean.T @ mean)
        growth: Any = np.linalg.eigvalsh(np.diag(surface.eigenvalues[steep]) + spread_of_rows)
        return np.asarray(growth, dtype=np.float64)


def _floor(rate: float, variance: float, growth: float) -> float:
    """From E|e|^2 = E|e - rate * gradient|^2 at rest: excess * 2 * (2 - rate * growth) = rate * variance."""
    room = 2 - rate * growth
    return rate * variance / (2 * room) if room > 0 else math.inf
