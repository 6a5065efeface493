"""What training leaves behind: the epochs in numbers, and the run."""

from dataclasses import dataclass, fields
from importlib import import_module
from typing import Any

import numpy as np

from deltarule.errors import UsageError
from deltarule.history import Outcome
from deltarule.records import record
from deltarule.training.engine import Floats


@dataclass(frozen=True)
class TrainingHistory:
    """A run epoch by epoch; all arrays have the same length, one entry for each moment in `epoch`.

    Attributes
    ----------
    epoch : array
        Epochs done at that moment: 0, 1, ...
    loss : array
        The loss, with its penalty. With full batches that of the weights at that moment; with mini-batches the running
        loss of the epoch, each row's loss taken just before its update (no extra pass), and NaN for epoch 0.
    gradient_norm : array
        Norm of the gradient of the loss over all rows; NaN where it was not worked out.
    step : array
        How far the weights moved in that epoch; 0 for epoch 0.
    learning_rate : array
        Used in that epoch; NaN for epoch 0.
    validation_loss : array
        Loss on the rows set aside for early stopping; NaN without.
    """

    epoch: Floats
    loss: Floats
    gradient_norm: Floats
    step: Floats
    learning_rate: Floats
    validation_loss: Floats

    def __len__(self) -> int:
        return len(self.epoch)

    def __repr__(self) -> str:
        if not len(self):
            return "TrainingHistory(empty)"
        return (
            f"TrainingHistory({len(self)} moments, epoch {self.epoch[0]:.0f} to {self.epoch[-1]:.0f}; "
            f"loss {self.loss[0]:.6g} to {self.loss[-1]:.6g}; frame() gives all of it)"
        )

    def table(self) -> Floats:
        """One row a moment, one column a field."""
        return np.column_stack([getattr(self, name) for name in COLUMNS])

    def followed_by(self, other: "TrainingHistory") -> "TrainingHistory":
        """This history and the epochs of another one after it, whose moment 0 is left out."""
        later = other.table()[1:]
        later[:, 0] += self.epoch[-1]
        return TrainingHistory.of(np.concatenate([self.table(), later]))

    @staticmethod
    def of(table: Floats) -> "TrainingHistory":
        """The history in a table."""
        return TrainingHistory(*(table[:, k].copy() for k in range(len(COLUMNS))))

    def frame(self, library: str = "pandas") -> Any:
        """The history as a data frame.

        Parameters
        ----------
        library : {"pandas", "polars", "pyarrow"}

        Raises
        ------
        UsageError
            The library is another one, or is not installed.
        """
        makers = {"pandas": "DataFrame", "polars": "DataFrame", "pyarrow": "table"}
        if library not in makers:
            raise UsageError(f"unknown library {library!r}; choose from {', '.join(makers)}")
        try:
            module = import_module(library)
        except ImportError:
            raise UsageError(
                f"a history as a {library} frame needs {library}: pip install {library}"
            ) from None
        return getattr(module, makers[library])({name: getattr(self, name) for name in COLUMNS})


COLUMNS = tuple(field.name for field in fields(TrainingHistory))


@record
class Run:
    """A finished run.

    Attributes
    ----------
    weights, velocity : arrays of shape (d + 1,)
        In the coordinates of the view, the bias last.
    epochs : int
        Epochs done.
    outcome : Outcome
        How it ended.
    detail : str
        One sentence about that, with this run's numbers.
    history : TrainingHistory
        Epoch by epoch.
    gap : float
        Certified: the loss is at most so much above the least there is. Infinite where nothing is certified.
    engine : str
        What worked it out.
    """

    weights: Floats
    velocity: Floats
    epochs: int
    outcome: Outcome
    detail: str
    history: TrainingHistory
    gap: float
    engine: str
