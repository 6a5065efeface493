"""All that a run needs to go on where it was, to the same bits."""

import numpy as np

from deltarule.records import record
from deltarule.training.engine import Floats


@record
class State:
    """A run between two updates. Every field is a text, a number or a float64 array, so that it can be written to a file.

    The order of rows in an epoch follows from `seed` and the number of the epoch, so no generator has to be kept.

    Attributes
    ----------
    fingerprint : str
        Of settings and data: a run is resumed with the same ones only.
    seed : int
        From which every epoch's order of rows is drawn.
    epoch, position : int
        Epochs finished, and rows of the next one that were already used.
    running_loss : float
        Sum of the losses of those rows.
    pass_start : array of shape (d + 1,)
        Weights before the first of them.
    weights, velocity : arrays of shape (d + 1,)
        In the coordinates of the view, the bias last.
    step : float
        How far the weights moved in the last epoch.
    history : array of shape (epochs recorded, number of columns)
        As in `deltarule.training.record.TrainingHistory`.
    best_weights : array of shape (d + 1,) or (0,)
        With the least validation loss so far, `best_loss`; `waited` epochs have passed since.
    mark : array of shape (d + 1,) or (0,)
        Weights of epoch `mark_epoch`: should they come back, the run goes round in a circle. `mark_distance` is how far it
        has been from them since, and `returned` the last epoch at which it was back.
    """

    fingerprint: str
    seed: int
    epoch: int
    position: int
    running_loss: float
    pass_start: Floats
    weights: Floats
    velocity: Floats
    step: float
    history: Floats
    best_weights: Floats
    best_loss: float
    waited: int
    mark: Floats
    mark_epoch: int
    mark_distance: float
    returned: int


NOTHING: Floats = np.zeros(0)
