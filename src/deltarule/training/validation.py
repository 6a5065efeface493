"""The loss of a run over rows that it was not trained on, from their statistics alone."""

import numpy as np

from deltarule.records import record
from deltarule.training.descent import Descent
from deltarule.training.moments import Floats
from deltarule.training.powers import left
from deltarule.training.surface import Surface


@record
class Elsewhere:
    """Loss over rows that were not trained on, as their own surface gives it, penalties left out."""

    surface: Surface

    def losses(self, descent: Descent, rates: Floats, epochs: Floats) -> Floats:
        """Loss of every rate and epoch, shape (len(rates), len(epochs)); infinite beyond what floats hold."""
        trained, moves = descent.surface, descent.moves
        best = self.surface.rows @ trained.optimum(descent.start) - self.surface.target
        turned = -(self.surface.rows @ trained.directions) * moves
        result = np.empty((len(rates), len(epochs)))
        for at, rate in enumerate(rates):
            kept = left(rate * trained.eigenvalues, epochs[:, None], descent.momentum).factor
            with np.errstate(over="ignore", invalid="ignore"):
                residuals = best + np.where(moves == 0, 0.0, kept) @ turned.T
                squares = (residuals * residuals).sum(axis=1)
            result[at] = self.surface.factor * np.where(np.isnan(squares), np.inf, squares)
        return result
