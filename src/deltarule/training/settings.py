"""How to train, as one frozen record."""

import hashlib
from dataclasses import fields
from functools import cached_property
from typing import Literal, TypeAlias

from deltarule.algebra.evaluate import FLOAT, evaluate
from deltarule.formulas import CONVENTIONS
from deltarule.formulas.row import needs, row
from deltarule.records import record
from deltarule.training.engine import Rows, Update
from deltarule.training.schedules import Schedule

OnDivergence: TypeAlias = Literal["stop", "raise", "continue"]
DEFAULT_TOLERANCE = 1e-6
_RATES = 64  # of a schedule that are looked at


@record
class Settings:
    """Settings of one run; see `deltarule.estimators` for what they mean.

    Attributes
    ----------
    batch_size : int or None
        Rows an update; None for all of them.
    tol : float or None
        The run has converged once its loss is certainly within `tol` times `Scale.reference` of the least there is;
        None to use all epochs.
    """

    rate: Schedule
    activation: str = "identity"
    loss: str = "squared"
    convention: str = "mean"
    epochs: int = 100
    batch_size: int | None = None
    momentum: float = 0.0
    nesterov: bool = False
    l2: float = 0.0
    fit_intercept: bool = True
    shuffle: bool = True
    seed: int = 0
    tol: float | None = DEFAULT_TOLERANCE
    patience: int = 5
    on_divergence: OnDivergence = "stop"

    @cached_property
    def rule(self) -> bool:
        """Whether the perceptron rule is followed rather than a gradient."""
        return row(self.activation, self.loss).rule

    @cached_property
    def averaged(self) -> bool:
        """Whether the convention divides by the number of rows."""
        return "n" in needs(CONVENTIONS[self.convention].factor)

    @cached_property
    def factor(self) -> float:
        """What the convention puts before the sum of losses, the division by n left out."""
        return float(evaluate(CONVENTIONS[self.convention].factor, lambda _: 1.0, FLOAT))

    def scale(self, total_weight: float) -> float:
        """What the convention puts before the sum of losses over all rows."""
        return self.factor / total_weight if self.averaged else self.factor

    def update(self, rate: float, mean_weight: float, batch_size: int) -> Update:
        """How a batch changes the weights. Rows weigh relative to the mean, so that a batch of one row has its weight too."""
        averaged = self.averaged and not self.rule
        per_row = 1.0 if self.rule else self.factor / mean_weight if averaged else self.factor
        return Update(
            rate, batch_size, per_row, averaged, self.l2, self.momentum, self.nesterov, self.fit_intercept
        )

    def fingerprint(self, rows: Rows) -> str:
        """A text that is another one for other settings or other data (of which 4096 rows are looked at)."""
        digest = hashlib.blake2b(digest_size=16)
        parts = [
            f"{field.name}={getattr(self, field.name)!r}" for field in fields(self) if field.name != "rate"
        ]
        parts += [
            repr(self.rate(epoch)) for epoch in range(min(self.epochs, _RATES))
        ]  # it may be any function
        digest.update("; ".join([*parts, str(rows.X.shape), str(rows.X.dtype)]).encode())
        every = slice(None, None, max(1, rows.n // 4096))
        view = () if rows.view is None else (rows.view.center, rows.view.scale)
        weight = () if rows.weight is None else (rows.weight[every],)
        for array in (rows.X[every], rows.y[every], *weight, *view):
            digest.update(array.tobytes())
        return digest.hexdigest()
