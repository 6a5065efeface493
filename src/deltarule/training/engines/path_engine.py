"""Squared loss, identity activation, full batches, one rate: no loop at all.

Every epoch follows from one pass over the data (`GradientPath`), so the number of epochs costs nothing.
"""

from dataclasses import dataclass

import numpy as np

from deltarule.errors import DivergenceError, UsageError
from deltarule.training.engine import Floats, Rows
from deltarule.training.outcome import Facts, limit, outcome, runs_away, sentence, stable
from deltarule.training.path import GradientPath
from deltarule.training.record import Run, TrainingHistory
from deltarule.training.schedules import Constant
from deltarule.training.settings import DEFAULT_TOLERANCE, Settings
from deltarule.training.stopping import Point, Problem
from deltarule.training.streamed import RowBlocks, is_streamed

EVERY_EPOCH = (
    1000  # up to here each epoch stands in the history, then about 200 each time their number doubles
)
_PER_DOUBLING = 200
_BACK = 1e-9


def gathered(rows: Rows, settings: Settings) -> GradientPath:
    """The statistics that a run on these rows follows from."""
    # streamed rows are handed over block by block
    X, y, weight = (RowBlocks(rows), None, None) if is_streamed(rows) else (rows.X, rows.y, rows.weight)
    return GradientPath.fit(
        X,
        y,
        weight,
        l2=settings.l2,
        fit_intercept=settings.fit_intercept,
        convention=settings.convention,
        standardize=rows.view is not None,
        feature_names=rows.names,
    )


def follow(rows: Rows, settings: Settings, path: GradientPath, start: Floats | None = None) -> Run:
    """Work a whole run out.

    Parameters
    ----------
    path : GradientPath
        As `gathered` from the same rows and settings.
    start : array of shape (d + 1,) or None
        Weights to start from, in the coordinates of the view, the bias last; None for zeros.

    Raises
    ------
    DivergenceError
        The loss grows and grows, and `settings.on_divergence` is "raise".
    UsageError
        The settings need a loop.
    """
    if not isinstance(settings.rate, Constant) or (settings.nesterov and settings.momentum):
        raise UsageError("the path has one learning rate and plain or heavy-ball momentum")
    with np.errstate(all="ignore"):  # what leaves the range of numbers is told, not warned of
        return _Followed(rows, settings, path, settings.rate.rate, start).run()


@dataclass
class _Followed:
    rows: Rows
    settings: Settings
    path: GradientPath
    rate: float
    begin: Floats | None

    def run(self) -> Run:
        """Find where the run ends, and describe the way there."""
        settings, problem = self.settings, Problem(self.rows, self.settings)
        begin = np.zeros(self.rows.d + 1) if self.begin is None else self.begin
        self.start = (begin[:-1], float(begin[-1]) if settings.fit_intercept else 0.0)
        moments = _moments(settings.epochs)
        losses = self.path.map([self.rate], moments, start=self.start, momentum=settings.momentum)[0]
        best = self.path.weights(start=self.start)
        least = self.path.loss(start=self.start)
        end, thrown = self.end(moments, losses, least, problem)
        moments, losses = moments[: end + 1], losses[: end + 1]
        weights = [self.at(int(moment)) for moment in moments]
        norms = [self.slope(point, best) for point in weights]
        steps = [
            0.0,
            *(
                self.step(int(t), point, before)
                for t, point, before in zip(moments[1:], weights[1:], weights, strict=False)
            ),
        ]
        epochs, final = int(moments[-1]), weights[-1]
        finite = bool(np.isfinite(losses[-1]) and np.isfinite(final).all())
        gap = max(float(losses[-1]) - least, 0.0) if finite else np.inf
        tol = DEFAULT_TOLERANCE if settings.tol is None else settings.tol
        recent = losses[moments >= epochs - 5] if epochs <= EVERY_EPOCH else self.recent(epochs)
        highest = limit(float(self.path.eigenvalues[0]), settings.momentum)
        facts = Facts(
            losses=losses if epochs <= EVERY_EPOCH else np.concatenate([losses[:1], recent]),
            full_batch=True,
            finite=finite,
            stopped=False,
            converged=finite and problem.near(Point(final, float(losses[-1]), final), gap, tol),
            right=False,
            returned=self.returned(epochs),
            stable=stable(self.rate, float(self.path.eigenvalues[0]), settings.momentum, False),
            resting=False,
            gap=gap,
            gain=gap,
            slope=max(self.rate * norms[-1] ** 2, float(np.finfo(float).tiny)),
            steady=False,
            rounding=64 * float(np.finfo(float).eps) * abs(float(losses[-1])),
            reference=problem.reference,
            asked=settings.epochs,
            limit=highest if highest is not None and self.rate >= highest else None,
        )
        ending = outcome(facts)
        said = sentence(ending, facts, gap, epochs)
        if thrown:
            raise DivergenceError(f'{said} Lower the learning rate, or give learning_rate="auto".')
        nothing = np.full(len(moments), np.nan)
        rates = np.full(len(moments), self.rate)
        rates[0] = np.nan
        history = TrainingHistory(moments, losses, np.array(norms), np.array(steps), rates, nothing)
        return Run(final, np.zeros_like(final), epochs, ending, said, history, gap, "path")

    def end(self, moments: Floats, losses: Floats, least: float, problem: Problem) -> tuple[int, bool]:
        """At which moment the run ends, and whether by an exception."""
        tol, on_divergence = self.settings.tol, self.settings.on_divergence
        ends = [len(moments) - 1]
        if tol:
            near = np.flatnonzero(losses - least <= tol * problem.reference)
            ends += near[:1].tolist()
        lost = np.flatnonzero(~np.isfinite(losses))
        ends += lost[:1].tolist()
        ran_away = []
        if on_divergence != "continue":
            high = np.flatnonzero(losses > 1e6 * max(float(losses[0]), problem.reference))
            ran_away = [int(k) for k in high if runs_away(losses[: k + 1], True, problem.reference)][:1]
        end = min([*ends, *ran_away])
        gone = end in ran_away or end in lost[:1].tolist()
        return end, gone and on_divergence == "raise"

    def at(self, epoch: int) -> Floats:
        """Weights, then the bias, in the coordinates of the view."""
        coef, intercept = self.path.weights(
            self.rate, epoch, start=self.start, momentum=self.settings.momentum
        )
        return np.append(coef, intercept)

    def slope(self, weights: Floats, best: tuple[Floats, float]) -> float:
        """Norm of the gradient."""
        away = weights - np.append(*best)
        if not self.settings.fit_intercept:
            away = away[:-1]
        return float(np.linalg.norm(self.path.eigenvalues * (self.path.directions @ away)))

    def step(self, epoch: int, weights: Floats, before: Floats) -> float:
        """How far the weights moved in an epoch."""
        if epoch > EVERY_EPOCH:
            before = self.at(epoch - 1)
        return float(np.linalg.norm(weights - before))

    def recent(self, epochs: int) -> Floats:
        """Losses of the last six epochs."""
        last = np.arange(max(epochs - 5, 0), epochs + 1, dtype=np.float64)
        losses: Floats = self.path.map([self.rate], last, start=self.start, momentum=self.settings.momentum)[
            0
        ]
        return losses

    def returned(self, epochs: int) -> bool:
        """Whether the weights go to and fro between two places."""
        if epochs < 2:
            return False
        now, one, two = (self.at(epochs - back) for back in range(3))
        with np.errstate(all="ignore"):
            far = float(np.max(np.abs(now - one)))
            return (
                far > _BACK * float(np.max(np.abs(now))) and float(np.max(np.abs(now - two))) <= _BACK * far
            )


def _moments(epochs: int) -> Floats:
    """Epochs that stand in the history."""
    first = np.arange(min(epochs, EVERY_EPOCH) + 1, dtype=np.float64)
    if epochs <= EVERY_EPOCH:
        return first
    count = int(np.ceil(np.log2(epochs / EVERY_EPOCH) * _PER_DOUBLING)) + 1
    return np.unique(
        np.concatenate([first, np.rint(np.geomspace(EVERY_EPOCH, epochs, count)), [float(epochs)]])
    )
