"""Learning rates that change from epoch to epoch. A schedule is any function of the epoch, counted from 0."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import SupportsFloat, TypeAlias

from deltarule.errors import SettingError

Schedule: TypeAlias = Callable[[int], float]


@dataclass(frozen=True)
class Constant:
    """The same rate in every epoch."""

    rate: float

    def __call__(self, epoch: int) -> float:
        """Rate of an epoch."""
        return self.rate


@dataclass(frozen=True)
class InverseScaling:
    """``rate / (1 + epoch) ** power``.

    >>> [round(InverseScaling(0.1, power=1.0)(epoch), 3) for epoch in range(4)]
    [0.1, 0.05, 0.033, 0.025]
    """

    rate: float
    power: float = 0.5

    def __call__(self, epoch: int) -> float:
        """Rate of an epoch."""
        return float(self.rate / (1.0 + epoch) ** self.power)


@dataclass(frozen=True)
class StepDecay:
    """The rate times `factor`, every so many epochs.

    >>> [StepDecay(1.0, factor=0.5, every=2)(epoch) for epoch in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """

    rate: float
    factor: float = 0.1
    every: int = 30

    def __call__(self, epoch: int) -> float:
        """Rate of an epoch."""
        return float(self.rate * self.factor ** (epoch // self.every))


@dataclass(frozen=True)
class Cosine:
    """From `rate` down to `least` along half a wave of the cosine, over `epochs` epochs.

    >>> [round(Cosine(1.0, epochs=2)(epoch), 6) for epoch in (0, 1, 2, 3)]
    [1.0, 0.5, 0.0, 0.0]
    """

    rate: float
    epochs: int
    least: float = 0.0

    def __call__(self, epoch: int) -> float:
        """Rate of an epoch."""
        done = min(epoch / self.epochs, 1.0)
        return self.least + (self.rate - self.least) * (1 + math.cos(math.pi * done)) / 2


def checked_rate(rate: object) -> float:
    """Return a learning rate as a float.

    Raises
    ------
    SettingError
        It is no number above 0.
    """
    if isinstance(rate, str):
        raise SettingError(
            f'learning_rate={rate!r} is unknown; give "auto", a number above 0, or a schedule: '
            "a function of the epoch, such as deltarule.training.schedules.InverseScaling(0.1)"
        )
    number = as_number(rate)
    if number is None or not 0 < number < math.inf:
        raise SettingError(f'learning_rate={rate!r}: give "auto", a number above 0, or a schedule')
    return number


def as_number(value: object) -> float | None:
    """A real number as a float (NumPy's too), or None."""
    if isinstance(value, bool) or not isinstance(value, SupportsFloat) or hasattr(value, "__len__"):
        return None
    return float(value)
