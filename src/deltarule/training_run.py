"""The record of a training: on what, how, how it ended, and what was learnt."""

from dataclasses import dataclass

from deltarule.history import Outcome


@dataclass(frozen=True)
class TrainingRun:
    """A finished, or interrupted, training.

    Attributes
    ----------
    data : str
        Name of the table.
    rows, dropped : int
        Rows trained on, and rows left out for missing values.
    features : tuple of str
        Names of the columns.
    target : str
        Name of what is predicted.
    classes : tuple of str
        Its classes, sorted; empty where it is a quantity.
    settings : tuple of (str, str)
        What was chosen, by name.
    learning_rate : float or None
        None where it changed from epoch to epoch.
    automatic : bool
        Whether the learning rate was worked out from the data.
    epochs : int
        Epochs done.
    outcome : Outcome
        How it ended.
    detail : str
        The same in a sentence with numbers.
    weights : tuple of tuple of float
        For each neuron one weight a column, for the columns as they are given. Two classes need one neuron, more need one each.
    intercepts : tuple of float
        For each neuron.
    moments : tuple of int
        The epochs of `losses` and `gradients`.
    losses, gradients : tuple of float
        Loss and norm of its gradient then; NaN where they were not worked out.
    measure : str
        What `quality` is: ``"R squared"`` or ``"share of rows right"``.
    quality, baseline : float
        On the rows trained on; the baseline is that of always giving the mean, or the most frequent class.
    engine : str
        What did the arithmetic.
    seconds : float
        How long it took, reading included.
    interrupted : bool
        Whether it was stopped by Ctrl-C.
    checkpoint : str
        File from which it can be resumed; empty without.
    """

    data: str
    rows: int
    dropped: int
    features: tuple[str, ...]
    target: str
    classes: tuple[str, ...]
    settings: tuple[tuple[str, str], ...]
    learning_rate: float | None
    automatic: bool
    epochs: int
    outcome: Outcome
    detail: str
    weights: tuple[tuple[float, ...], ...]
    intercepts: tuple[float, ...]
    moments: tuple[int, ...]
    losses: tuple[float, ...]
    gradients: tuple[float, ...]
    measure: str
    quality: float
    baseline: float
    engine: str
    seconds: float
    interrupted: bool = False
    checkpoint: str = ""
