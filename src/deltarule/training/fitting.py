"""One neuron fitted to arrays: rows set aside, columns standardised, an engine chosen, the rate settled, then the run."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from deltarule.errors import DataError, SettingError
from deltarule.history import Outcome
from deltarule.records import record
from deltarule.training.choice import engine_for, suits_path, why_no_path
from deltarule.training.curvature import Scatter, check_range, scatter, suggested_rate
from deltarule.training.engine import Floats, Rows, View
from deltarule.training.loop import Callback, Checkpoint, Interrupted, train
from deltarule.training.record import Run
from deltarule.training.schedules import Constant, Schedule
from deltarule.training.settings import Settings
from deltarule.training.standardize import standardizing_view
from deltarule.training.state import State

_ASIDE = 2**32  # seeds the choice of rows to watch, apart from the order of any epoch


@record
class Plan:
    """How to fit.

    Attributes
    ----------
    auto : bool
        Whether the rate is to be found from the data.
    set_aside : float or None
        Share of the rows to watch for early stopping.
    checkpoint : Path or None
        Where an unfinished run is kept; who called removes it.
    part : bool
        One epoch on some rows of many; then `known_rate` and `view` are those of the rows before.
    names : tuple of str or None
        What the columns are called, for messages.
    """

    settings: Settings
    engine: str = "auto"
    auto: bool = True
    standardize: bool = False
    set_aside: float | None = None
    callbacks: Sequence[Callback] = ()
    checkpoint: Path | None = None
    part: bool = False
    known_rate: float | None = None
    view: View | None = None
    names: tuple[str, ...] | None = None

    @property
    def watched(self) -> bool:
        """Whether something has to be done after every epoch."""
        return self.part or bool(self.callbacks) or self.set_aside is not None or self.checkpoint is not None


@record
class Fitted:
    """A run, with how it saw the columns and the rate it used."""

    run: Run
    view: View | None
    rate: Schedule

    @property
    def weights(self) -> Floats:
        """For the columns as they were given, the bias last."""
        with np.errstate(all="ignore"):
            return self.run.weights if self.view is None else self.view.folded(self.run.weights)


class FitInterrupted(KeyboardInterrupt):
    """Ctrl-C; `fitted` is what was done until then."""

    def __init__(self, fitted: Fitted) -> None:
        super().__init__("training was interrupted")
        self.fitted = fitted


def fit(
    plan: Plan,
    X: Any,
    y: Floats,
    weight: Floats | None = None,
    start: Floats | None = None,
    *,
    classes: bool = False,
) -> Fitted:
    """Fit one neuron.

    Parameters
    ----------
    X, y, weight : arrays of shape (n, d), (n,) and (n,)
        Checked already.
    start : array of shape (d + 1,) or None
        For the columns as they are given, the bias last.
    classes : bool
        Of each target value its share is set aside.

    Raises
    ------
    FitInterrupted
        Ctrl-C.
    SettingError
        The chosen engine cannot do what was asked.
    """
    watch = None
    if plan.set_aside is not None:
        chosen = _watched(y, plan.set_aside, plan.settings.seed, classes)
        watch = Rows(X[chosen], y[chosen], None if weight is None else weight[chosen])
        X, y, weight = X[~chosen], y[~chosen], None if weight is None else weight[~chosen]
    view = plan.view
    if view is None and plan.standardize:
        view = standardizing_view(X, weight, plan.settings.fit_intercept)
    rows = Rows(X, y, weight, view, plan.names)
    watch = None if watch is None else replace(watch, view=view)
    begin = (
        _beginning(rows, plan.settings) if start is None else start if view is None else view.unfolded(start)
    )
    if plan.engine == "path" or (
        plan.engine == "auto" and suits_path(rows, plan.settings, watched=plan.watched, auto_rate=plan.auto)
    ):
        return _by_path(plan, rows, begin)
    settings, products = _settled(plan, rows)
    if plan.engine == "exact":
        return _exactly(plan, settings, rows, begin)
    try:
        run = train(
            rows,
            settings,
            engine_for(plan.engine, rows, settings),
            start=begin,
            validation=watch,
            products=products,
            callbacks=plan.callbacks,
            checkpoint=_checkpoint(plan.checkpoint),
            resume=_kept(plan.checkpoint),
        )
    except Interrupted as interrupt:
        raise FitInterrupted(Fitted(interrupt.run, view, settings.rate)) from None
    return Fitted(_with_a_rate(run, plan, rows, settings), view, settings.rate)


def _with_a_rate(run: Run, plan: Plan, rows: Rows, settings: Settings) -> Run:
    """The run; where it grew without bound at a given rate, it says which one would have been worked out."""
    grew = run.outcome in (Outcome.DIVERGING, Outcome.OVERFLOW)
    if plan.auto or not grew or not isinstance(settings.rate, Constant):
        return run
    with suppress(DataError):  # columns too large for their products
        auto, _ = _settled(replace(plan, auto=True, known_rate=None), rows)
        assert isinstance(auto.rate, Constant)
        if auto.rate.rate < settings.rate.rate:
            return replace(
                run, detail=f"{run.detail} The rate found from the data (auto) is {auto.rate.rate:.4g}."
            )
    return run


def _beginning(rows: Rows, settings: Settings) -> Floats | None:
    """Zeros; but a relu has no slope there, so its bias starts at the mean target."""
    if settings.activation != "relu" or not settings.fit_intercept:
        return None
    return np.append(np.zeros(rows.d), np.average(rows.y, weights=rows.weight))


def _by_path(plan: Plan, rows: Rows, start: Floats | None) -> Fitted:
    """In closed form."""
    needed = why_no_path(plan.settings, watched=plan.watched, standardized=plan.standardize)
    if needed is not None:
        raise SettingError(f'engine="path" needs {needed}; choose engine="auto", or change that')
    from deltarule.training.engines.path_engine import follow, gathered

    settings, path = plan.settings, gathered(rows, plan.settings)
    if plan.auto:
        suggested = path.suggested_learning_rate
        settings = replace(settings, rate=Constant(suggested if np.isfinite(suggested) else 1.0))
    return Fitted(follow(rows, settings, path, start), rows.view, settings.rate)


def _exactly(plan: Plan, settings: Settings, rows: Rows, start: Floats | None) -> Fitted:
    """In fractions."""
    from deltarule.training.engines.exact_engine import work

    if plan.watched:
        raise SettingError('engine="exact" works without callbacks, early stopping, parts or checkpoint')
    return Fitted(work(rows, settings, start), rows.view, settings.rate)


def _settled(plan: Plan, rows: Rows) -> tuple[Settings, Scatter | None]:
    """Settings with a rate, and the products of columns that it took."""
    settings = plan.settings
    if not plan.auto:
        return settings, None
    batches = settings.batch_size is not None and settings.batch_size < rows.n
    products = scatter(rows, settings.fit_intercept, noise=batches)
    check_range(rows, products)
    rate = suggested_rate(rows, settings, products)
    if plan.known_rate is not None:
        rate = min(rate, plan.known_rate)
    return replace(settings, rate=Constant(rate)), products


def _watched(y: Floats, fraction: float, seed: int, classes: bool) -> Any:
    """Which rows are set aside: a mask of shape (n,)."""
    drawn = np.random.default_rng([seed, _ASIDE]).permutation(len(y))
    groups = [drawn[y[drawn] == value] for value in np.unique(y)] if classes else [drawn]
    chosen = np.zeros(len(y), dtype=bool)
    for group in groups:
        chosen[group[: max(1, round(fraction * len(group)))]] = True
    if any(chosen[group].all() for group in groups):
        raise DataError(
            f"{len(y)} rows are too few to set some aside for early stopping",
            "give more rows, or early_stopping=False",
        )
    return chosen


def _checkpoint(path: Path | None) -> Checkpoint | None:
    if path is None:
        return None
    from deltarule.training.checkpoint import save

    return Checkpoint(lambda state: save(state, path))


def _kept(path: Path | None) -> State | None:
    """What an interrupted run left."""
    if path is None or not path.exists():
        return None
    from deltarule.training.checkpoint import load

    return load(path)
