"""`deltarule.train`: from a table, wherever it is, to a trained neuron and an account of how the training went."""

import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from deltarule.errors import DataError, DivergenceWarning, InputError, UsageError
from deltarule.estimators import DeltaRuleClassifier, DeltaRuleRegressor
from deltarule.formulas import LOSSES
from deltarule.history import Outcome
from deltarule.records import record
from deltarule.training.choice import why_no_path
from deltarule.training.data import Arrays, Missing, as_arrays, distinct, unknown_column
from deltarule.training.frames import Frame, is_frame, read_frame
from deltarule.training.gathering import rows_of_block
from deltarule.training.interrupts import Interrupts
from deltarule.training.parameters import settings_from
from deltarule.training.schedules import as_number
from deltarule.training.sources import KEEP_BYTES, MAX_CLASSES, Source, open_source
from deltarule.training_run import TrainingRun

Model = DeltaRuleRegressor | DeltaRuleClassifier

_CLASS_LOSSES = ("log", "hinge", "perceptron")
_CLASS_ACTIVATIONS = ("step", "sign")


@dataclass(frozen=True)
class Training:
    """A trained neuron. Prints as text, and well in Jupyter.

    Attributes
    ----------
    run : TrainingRun
        On what it was trained, how that ended, and the weights by name.
    model : DeltaRuleRegressor or DeltaRuleClassifier
        Predicts; its attributes hold the whole history.
    """

    run: TrainingRun
    model: Model

    @property
    def outcome(self) -> Outcome:
        """How the run ended."""
        return self.run.outcome

    @property
    def weights(self) -> dict[str, Any]:
        """Weight of each column by its name; an array of them where there are more than two classes."""
        columns = np.array(self.run.weights).T
        single = columns.shape[1] == 1
        return {
            name: float(column[0]) if single else column
            for name, column in zip(self.run.features, columns, strict=True)
        }

    @property
    def intercept(self) -> Any:
        """The intercept, or an array of one for each class."""
        return self.run.intercepts[0] if len(self.run.intercepts) == 1 else np.array(self.run.intercepts)

    def predict(self, X: Any) -> Any:
        """What the neuron says of rows with the same columns: a value or a class for each; shape (n,)."""
        return self.model.predict(X)

    def write(self, form: str = "terminal", *, color: bool = False) -> str:
        """The account as ``terminal``, ``markdown``, ``html`` or ``json`` text."""
        from deltarule.writing.training import write_training

        return write_training(self.run, form, color=color)

    def to_dict(self) -> dict[str, Any]:
        """The object that ``--format json`` writes."""
        from deltarule.writing.training_json import payload

        return payload(self.run)

    def __str__(self) -> str:
        return self.write()

    def __repr__(self) -> str:
        run = self.run
        return (
            f"<Training on {run.data[:80]!r}: {run.outcome.code}; {_counted(run.rows, 'row')}, "
            f"{_counted(len(run.features), 'feature')}, {_counted(run.epochs, 'epoch')}>"
        )

    def _repr_markdown_(self) -> str:
        return self.write("markdown")

    def _repr_html_(self) -> str:
        from deltarule.writing.training_html import fragment

        return fragment(self.run)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


class TrainingInterrupted(KeyboardInterrupt):
    """Ctrl-C; `training` is what was learnt until then."""

    def __init__(self, training: Training) -> None:
        super().__init__("training was interrupted")
        self.training = training


def train(
    data: Any,
    target: Any = None,
    *,
    activation: str | None = None,
    loss: str | None = None,
    learning_rate: Any = "auto",
    epochs: int = 100,
    batch_size: int | str = "full",
    standardize: bool = False,
    convention: str = "mean",
    momentum: float = 0.0,
    l2: float = 0.0,
    tol: float | None = 1e-6,
    shuffle: bool = True,
    seed: int = 0,
    features: Sequence[str] | None = None,
    leave_out: Sequence[str] = (),
    weight: Any = None,
    missing: Missing = None,
    checkpoint: str | Path | None = None,
    resume: bool = False,
    keep_bytes: int = KEEP_BYTES,
    progress: bool | None = None,
) -> Training:
    """Train one linear neuron on a table.

    Parameters
    ----------
    data : path, data frame, array, or blocks
        A CSV, Parquet or Arrow file, a folder of them or a pattern such as ``"2024/*.parquet"``, larger than memory if need
        be; a data frame of any library; an array of shape (n, d); or blocks (`deltarule.training.sources.open_source`).
    target : str or array-like of shape (n,)
        Name of the column to predict, or its values. Text means classes.
    activation, loss : str or None
        By default identity and squared for a quantity, sigmoid and log for classes. ``activation="sigmoid"`` or a loss
        for classes (log, hinge, perceptron) makes classes of numbers.
    learning_rate : "auto", float or function of the epoch
        "auto" is one divided by the curvature that the updates meet.
    epochs, batch_size, standardize, convention, momentum, l2, tol, shuffle, seed
        As `deltarule.DeltaRuleRegressor` (`seed` is its `random_state`).
    features, leave_out : sequence of str
        Columns to use, or not to use; for files and data frames.
    weight : str or array-like
        Weights of the rows, or the name of their column.
    missing : {None, "drop", "mean"}
        What becomes of missing values; None refuses them.
    checkpoint : path or None
        Where an unfinished run is kept, about every 30 seconds and at Ctrl-C; it is removed at the end.
    resume : bool
        Go on from the checkpoint, to the same bits as a run that was never interrupted.
    keep_bytes : int
        Features of files that take more are read again for every epoch rather than kept in memory.
    progress : bool or None
        Show a bar on standard error for whatever takes over a second; None: on a terminal.

    Raises
    ------
    InputError
        The data cannot be used (`DataError`: a bad value, say, with row and column), or the checkpoint cannot.
    UsageError
        A setting cannot be used.
    TrainingInterrupted
        Ctrl-C; a KeyboardInterrupt that holds what was learnt.

    Examples
    --------
    >>> training = train([[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 5.0, 7.0])
    >>> print(training.outcome, {name: round(value, 2) for name, value in training.weights.items()})
    converged {'x_1': 2.0}
    """
    began = perf_counter()
    settings = {
        "learning_rate": learning_rate,
        "epochs": epochs,
        "batch_size": batch_size,
        "standardize": standardize,
        "convention": convention,
        "momentum": momentum,
        "l2": l2,
        "tol": tol,
        "shuffle": shuffle,
        "random_state": seed,
    }
    if isinstance(target, str) and target in (*leave_out, weight if isinstance(weight, str) else None):
        raise UsageError(
            f"the column {target!r} is the target, and cannot be left out or be the weights as well"
        )
    path = _checkpoint(checkpoint, resume)
    named = activation is not None or loss is not None
    _check_settings(activation, loss, settings)
    labels = _for_classes(activation, loss)
    wide = bool(as_number(l2))
    with Interrupts() as interrupts, _shown(progress, interrupts) as bar:
        table = _opened(
            data,
            target,
            features=features,
            leave_out=leave_out,
            weight=weight,
            missing=missing,
            labels=True if labels else None,
            wide=wide,
            keep_bytes=keep_bytes,
            watcher=bar.rows,
        )
        interrupts.look()
        model = _model(activation, loss, classes=labels or table.labels, named=named)
        model.set_params(**settings, checkpoint=path)
        if why_no_path(settings_from(model.get_params()), watched=path is not None) is not None:
            model.set_params(callbacks=[bar.epoch])
            bar.epochs = epochs
        interrupted = False
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DivergenceWarning)  # the account says it
                model.fit(table.data, None)
            interrupts.look()
        except KeyboardInterrupt:
            if not model.__sklearn_is_fitted__():
                raise
            interrupted = True
        model.set_params(callbacks=None)
        measure = _measured(model, table.data)
    run = _record(model, table, measure, perf_counter() - began, interrupted, path)
    training = Training(run, model)
    if interrupted:
        raise TrainingInterrupted(training)
    return training


# what to train


def _for_classes(activation: str | None, loss: str | None) -> bool:
    """Whether the settings alone say that the target holds classes."""
    if loss is not None:
        return loss in _CLASS_LOSSES
    return activation == "sigmoid" or activation in _CLASS_ACTIVATIONS


def _check_settings(activation: str | None, loss: str | None, settings: dict[str, Any]) -> None:
    """Refuse what cannot be before any data are read."""
    settings_from(
        _model(activation, loss, classes=_for_classes(activation, loss)).set_params(**settings).get_params()
    )


def _model(activation: str | None, loss: str | None, *, classes: bool, named: bool = True) -> Model:
    if not classes:
        return DeltaRuleRegressor(activation=activation or "identity", loss=loss or "squared")
    if not named:
        return DeltaRuleClassifier()
    if loss is None:
        loss = "log" if activation == "sigmoid" else "squared"
    if activation is None:
        needed = LOSSES[loss].activation if loss in LOSSES else None
        activation = needed or "identity"
    return DeltaRuleClassifier(activation=activation, loss=loss)


def _checkpoint(given: str | Path | None, resume: bool) -> Path | None:
    """The file of an unfinished run, once it is clear whether there should be one."""
    if given is None:
        if resume:
            raise UsageError("there is nothing to resume from; name the checkpoint")
        return None
    path = Path(given)
    if path.exists() and not resume:
        raise UsageError(
            f"{path} is there already; resume (--resume) to go on from it, or name another checkpoint"
        )
    if resume:
        from deltarule.training.checkpoint import load

        load(path)  # says what is wrong with it, if anything, before the data are read
    elif not path.parent.is_dir():
        raise InputError(
            "there is no such folder for a checkpoint", "make it, or name another", str(path.parent)
        )
    return path


# the data


@record
class _Table:
    data: Arrays
    name: str
    labels: bool


def _opened(
    data: Any,
    target: Any,
    *,
    features: Sequence[str] | None,
    leave_out: Sequence[str],
    weight: Any,
    missing: Missing,
    labels: bool | None,
    wide: bool,
    keep_bytes: int,
    watcher: Any,
) -> _Table:
    """All rows, checked."""
    name = str(os.fspath(data)) if isinstance(data, (str, os.PathLike)) else type(data).__name__
    if _is_table(data):
        data, sample_weight = _columns(data, target, features, leave_out, weight)
        known = _is_text(data, target) if labels is None else labels
        arrays = as_arrays(data, target, sample_weight, missing=missing, labels=known, wide=wide)
        return _Table(_bounded(arrays, known, name), name, known)
    source = open_source(
        data,
        target,
        features=features,
        leave_out=leave_out,
        weight=weight,
        missing=missing,
        labels=labels,
        wide=wide,
        keep_bytes=keep_bytes,
    )
    source.watcher = watcher
    arrays = source.gathered()
    return _Table(
        _bounded(arrays, source.labels, name), name if name != "function" else "blocks", source.labels
    )


def _is_table(data: Any) -> bool:
    if isinstance(data, (str, os.PathLike, Source)) or callable(data):
        return False
    if is_frame(data) or hasattr(data, "__array__") or hasattr(data, "tocsr"):
        return True
    if not isinstance(data, (list, tuple)):
        return False
    blocks = data and all(
        is_frame(block) or (isinstance(block, tuple) and len(block) in (2, 3) and np.ndim(block[0]) == 2)
        for block in data
    )
    return not blocks


def _columns(
    data: Any, target: Any, features: Sequence[str] | None, leave_out: Sequence[str], weight: Any
) -> tuple[Any, Any]:
    """The columns of a data frame that are used, and the weights of its rows."""
    if not isinstance(weight, str) and features is None and not leave_out:
        return data, weight
    if not is_frame(data):
        raise UsageError(
            "columns are chosen by name in data frames and files; give an array the columns it should have"
        )
    frame = read_frame(data)
    names = frame.names or ()
    for asked in (*(features or ()), *leave_out, *([weight] if isinstance(weight, str) else [])):
        if asked not in names:
            raise unknown_column(asked, names, "columns that were named")
    columns = dict(zip(names, frame.columns, strict=True))
    gone = {*leave_out, weight} if isinstance(weight, str) else set(leave_out)
    kept = [name for name in (names if features is None else features) if name not in gone]
    if isinstance(target, str) and target not in kept and target in names:
        kept.append(target)
    chosen = Frame(tuple(kept), [columns[name] for name in kept])
    return chosen, columns[weight] if isinstance(weight, str) else weight


def _is_text(data: Any, target: Any) -> bool:
    """Whether a target holds text."""
    if isinstance(target, str):
        frame = data if isinstance(data, Frame) else read_frame(data) if is_frame(data) else None
        if frame is None or target not in (frame.names or ()):
            return False
        target = frame.columns[(frame.names or ()).index(target)]
    values = target.to_numpy() if hasattr(target, "to_numpy") else np.asarray(target, dtype=object)
    if values.dtype != object:
        return values.dtype.kind in "US"
    return any(isinstance(value, str) for value in values.ravel()[:1000])


def _bounded(arrays: Arrays, labels: bool, name: str) -> Arrays:
    """The same, unless it has more classes than can be meant."""
    if labels and len(distinct(arrays.y)) > MAX_CLASSES:
        raise DataError(
            f"the target has more than {MAX_CLASSES} different values",
            "train a regressor if it is a quantity: name no activation or loss for classes",
            name,
        )
    return arrays


# the account


def _record(
    model: Model,
    table: _Table,
    measure: tuple[str, float, float],
    seconds: float,
    interrupted: bool,
    path: Path | None,
) -> TrainingRun:
    data, history = table.data, model.history_
    rate = model.learning_rate_
    classes = model.classes_ if isinstance(model, DeltaRuleClassifier) else ()
    kept = path is not None and path.exists()
    return TrainingRun(
        data=table.name,
        rows=len(data.y),
        dropped=data.dropped,
        features=data.feature_names or tuple(f"x_{j}" for j in range(1, data.X.shape[1] + 1)),
        target=data.target_name or "y",
        classes=tuple(_class_name(value) for value in classes),
        settings=tuple(_settings(model, len(data.y))),
        learning_rate=float(rate) if isinstance(rate, float) else None,
        automatic=isinstance(model.learning_rate, str),
        epochs=model.n_iter_,
        outcome=model.outcome_,
        detail=model.outcome_detail_,
        weights=tuple(tuple(map(float, row)) for row in np.atleast_2d(model.coef_)),
        intercepts=tuple(map(float, np.ravel(model.intercept_))),
        moments=tuple(map(int, history.epoch)),
        losses=tuple(map(float, history.loss)),
        gradients=tuple(map(float, history.gradient_norm)),
        measure=measure[0],
        quality=measure[1],
        baseline=measure[2],
        engine=model.engine_,
        seconds=seconds,
        interrupted=interrupted,
        checkpoint=str(path) if kept else "",
    )


def _class_name(value: Any) -> str:
    """A class as a person writes it: 1 rather than 1.0."""
    return str(int(value)) if isinstance(value, float) and value == int(value) else str(value)


def _settings(model: Model, rows: int) -> Iterator[tuple[str, str]]:
    yield "activation", model.activation
    yield "loss", model.loss
    yield "convention", model.convention
    size = model.batch_size
    more = f" (there are no {size})" if size != "full" and int(size) > rows else ""
    yield "batches", f"all rows{more}" if more or size == "full" else _counted(int(size), "row")
    yield "columns", "standardized" if model.standardize else "as given"
    if model.momentum:
        yield "momentum", f"{model.momentum:g}"
    if model.l2:
        yield "l2", f"{model.l2:g}"


def _measured(model: Model, data: Arrays) -> tuple[str, float, float]:
    """How well the neuron does on the rows it was trained on: a name, its quality, and that of saying one thing always."""
    size = rows_of_block(data.X.shape[1], data.X.itemsize)
    classes = model.classes_ if isinstance(model, DeltaRuleClassifier) else None
    total = reached = mean = spread = 0.0
    counts = np.zeros(0 if classes is None else len(classes))
    usable = bool(np.isfinite(model.coef_).all() and np.isfinite(model.intercept_).all())
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", UserWarning)  # features have names, and blocks of them have not
        for start in range(0, len(data.y), size):
            part = slice(start, start + size)
            y = data.y[part]
            weight = np.ones(len(y)) if data.sample_weight is None else data.sample_weight[part]
            said = model.predict(data.X[part]) if usable else np.full(len(y), np.nan)
            here = float(weight.sum())
            total += here
            if classes is not None:
                reached += float(weight @ (said == y))
                counts += np.bincount(np.searchsorted(classes, y), weight, len(classes))
            elif here > 0:  # Chan's update of mean and sum of squares
                reached += float(weight @ (y - said) ** 2)
                away = float(np.average(y, weights=weight)) - mean
                mean += away * here / total
                spread += float(weight @ (y - (mean + away * (1 - here / total))) ** 2)
                spread += away**2 * here * (total - here) / total
    if classes is not None:
        return "share of rows right", reached / total if usable else np.nan, float(counts.max()) / total
    return "R squared", 1.0 - reached / spread if spread else np.nan, 0.0


# progress


class _Bar:
    """A bar on standard error; nothing is shown, and nothing loaded, before a second has passed."""

    def __init__(self, wanted: bool, interrupts: Interrupts) -> None:
        self._wanted, self._began, self._interrupts = wanted, perf_counter(), interrupts
        self._progress: Any = None
        self._task: Any = None
        self.epochs = 0

    def rows(self, done: int) -> None:
        """So many rows of a pass have been read."""
        self._interrupts.look()
        if self.epochs == 0 and self._due():
            self._progress.update(self._task, description=f"reading: {done:,} rows", total=None)

    def epoch(self, told: Any) -> None:
        """An epoch is done."""
        self._interrupts.look()
        if self._due():
            self._progress.update(
                self._task, description=f"loss {told.loss:.6g}", completed=told.epoch, total=self.epochs
            )

    def _due(self) -> bool:
        if not self._wanted or perf_counter() - self._began < 1.0:
            return False
        if self._progress is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            self._progress = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._progress.start()
            self._task = self._progress.add_task("", total=None)
        return True

    def close(self) -> None:
        """Take the bar away."""
        if self._progress is not None:
            self._progress.stop()


@contextmanager
def _shown(progress: bool | None, interrupts: Interrupts) -> Iterator[_Bar]:
    terminal = sys.stderr is not None and sys.stderr.isatty()
    bar = _Bar(terminal if progress is None else progress, interrupts)
    try:
        yield bar
    finally:
        bar.close()
