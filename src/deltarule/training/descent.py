"""Where a run is after some epochs, and how long it takes."""

import math
from functools import cached_property

import numpy as np

from deltarule.records import record
from deltarule.training.moments import Floats
from deltarule.training.powers import left
from deltarule.training.surface import Surface

_LARGE = 600.0  # exp of it, times whatever comes, still fits a float


@record
class Descent:
    """Runs of full-batch gradient descent on a surface from one start, at any rate.

    Attributes
    ----------
    surface : Surface
    start : array of shape (p,)
    momentum : float
        Of the heavy ball.
    """

    surface: Surface
    start: Floats
    momentum: float = 0.0

    @cached_property
    def shares(self) -> Floats:
        """Residuals at the start along the left singular vectors; the loss is their squares and its floor."""
        return self.surface.shares(self.start)

    @cached_property
    def moves(self) -> Floats:
        """Distance from the start to the optimum along each direction."""
        values = self.surface.values
        return np.divide(self.shares, values, out=np.zeros_like(values), where=values > 0)

    def converges(self, rate: float) -> bool:
        """Whether every direction that is away from the optimum at the start gets there."""
        unstable = rate * self.surface.eigenvalues >= 2 * (1 + self.momentum)
        return not bool((unstable & (self.shares != 0)).any())

    def point(self, rate: float, epochs: float) -> Floats:
        """Weights after some epochs, from whichever end is nearer; what overflows does so with its sign."""
        surface, moves = self.surface, self.moves
        kept = left(rate * surface.eigenvalues, np.array(epochs), self.momentum)
        moving, optimum = moves != 0, surface.optimum(self.start)
        if not moving.any():
            return optimum
        size = kept.size + np.log(np.abs(np.where(moving, moves, 1.0)))
        largest = float(size[moving].max())
        if largest > _LARGE:
            away = surface.directions @ np.where(
                moving, kept.sign * np.sign(moves) * np.exp(size - largest), 0.0
            )
            with np.errstate(over="ignore", invalid="ignore"):
                grown = away * np.exp(largest / 2) * np.exp(largest / 2)
            return optimum - np.where(away == 0, 0.0, grown)
        if (np.abs(kept.gone[moving]) > 0.5).all():
            back: Floats = optimum - surface.directions @ np.where(moving, kept.factor * moves, 0.0)
            return back
        on: Floats = self.start + surface.directions @ np.where(moving, kept.gone * moves, 0.0)
        return on

    def excess(self, rate: float, epochs: float) -> float:
        """Loss above its floor after some epochs; infinite beyond the range of floats."""
        moving = self.shares != 0
        kept = left(rate * self.surface.eigenvalues[moving], np.array(epochs), self.momentum).factor
        with np.errstate(over="ignore"):
            return self.surface.factor * float(((self.shares[moving] * kept) ** 2).sum())

    def epochs_to(self, tolerance: float, rate: float) -> float:
        """First epoch whose excess is at most `tolerance` of that at the start, for a run without momentum.

        The excess of a stable run never grows, so halving intervals finds the epoch.
        """
        goal = tolerance * self.excess(rate, 0)
        if self.excess(rate, 0) <= goal:
            return 0
        if not self.excess(rate, math.inf) <= goal:
            return math.inf
        high = 1
        while self.excess(rate, high) > goal:
            high *= 2
        low = high // 2
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.excess(rate, middle) <= goal else (middle, high)
        return high
