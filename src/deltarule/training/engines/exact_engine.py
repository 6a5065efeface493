"""Tiny data, worked exactly: the run is the trace of a worked solution, all digits carried.

Every number is taken as it is printed (0.1 is one tenth), so the weights are those that a patient person gets by hand,
correctly rounded at the end only.
"""

from fractions import Fraction
from itertools import pairwise

import numpy as np

from deltarule.errors import SettingError
from deltarule.exercise import Exercise
from deltarule.formulas import Role
from deltarule.history import history
from deltarule.trace import Quantity, Trace, run_unrounded
from deltarule.training.engine import Floats, Rows
from deltarule.training.outcome import Facts, outcome, sentence
from deltarule.training.record import Run, TrainingHistory
from deltarule.training.schedules import Constant
from deltarule.training.settings import DEFAULT_TOLERANCE, Settings
from deltarule.training.stopping import Point, Problem
from deltarule.written import Written, parse_number


def work(rows: Rows, settings: Settings, start: Floats | None = None) -> Run:
    """Work a whole run exactly: all epochs, without stopping.

    Raises
    ------
    SettingError
        Something that worked solutions do not have: momentum, a penalty, row weights, shuffling, ...
    LimitError
        More numbers, or longer ones, than are worked by hand.
    """
    for asked, what in (
        (settings.momentum != 0, "momentum"),
        (settings.l2 != 0, "a penalty (l2)"),
        (rows.weight is not None, "sample weights"),
        (rows.view is not None, "standardize"),
        (not settings.fit_intercept, "fit_intercept=False"),
        (not isinstance(settings.rate, Constant), "a schedule of learning rates"),
        (settings.shuffle and settings.batch_size not in (None, rows.n), "shuffle=True"),
    ):
        if asked:
            raise SettingError(
                f'engine="exact" works without {what}; choose engine="numpy", or leave that out'
            )
    assert isinstance(settings.rate, Constant)
    exercise = Exercise(
        features=tuple(tuple(map(_written, row)) for row in rows.X.tolist()),
        targets=tuple(map(_written, rows.y.tolist())),
        weights=tuple(map(_written, (np.zeros(rows.d) if start is None else start[:-1]).tolist())),
        bias=_written(0.0 if start is None else float(start[-1])),
        learning_rate=_written(settings.rate.rate),
        activation=settings.activation,
        loss=settings.loss,
        convention=settings.convention,
        batch_size=settings.batch_size,
        epochs=settings.epochs,
    )
    return _described(run_unrounded(exercise), rows, settings)


def _described(trace: Trace, rows: Rows, settings: Settings) -> Run:
    """The run that a trace is."""
    summary = history(trace)
    exact = [np.array([_float(value) for value in weights]) for weights in summary.weights]
    steps = [
        0.0, *(float(np.linalg.norm(after - before)) for before, after in pairwise(exact))
    ]  # fmt: skip
    problem, epochs = Problem(rows, settings), len(exact) - 1
    losses = np.array([_float(loss) for loss in summary.losses] or [np.nan] * len(exact))
    norms = [_norm(trace, epoch) for epoch in range(epochs)] + [np.nan]
    point = Point(exact[-1], float(losses[-1]), np.full(rows.d + 1, np.nan))
    facts = Facts(
        losses=losses,
        full_batch=len(trace.exercise.batches()) == 1,
        finite=bool(np.isfinite(exact[-1]).all()) and (settings.rule or bool(np.isfinite(losses[-1]))),
        stopped=False,
        converged=not settings.rule
        and bool(losses[-1] <= (settings.tol or DEFAULT_TOLERANCE) * problem.reference),
        right=problem.all_right(point),
        returned=_returned(summary.weights),
        stable=None,
        resting=False,
        gap=max(float(losses[-1]), 0.0),
        gain=float("nan"),
        slope=float("nan"),
        steady=False,
        rounding=0.0,
        reference=problem.reference,
        asked=settings.epochs,
    )
    ending = outcome(facts)
    nothing, epoch = np.full(len(exact), np.nan), np.arange(len(exact), dtype=np.float64)
    assert isinstance(settings.rate, Constant)
    rates = np.where(epoch > 0, settings.rate.rate, np.nan)
    recorded = TrainingHistory(epoch, losses, np.array(norms), np.array(steps), rates, nothing)
    said = sentence(ending, facts, facts.gap, epochs)
    return Run(exact[-1], np.zeros_like(exact[-1]), epochs, ending, said, recorded, facts.gap, "exact")


def _norm(trace: Trace, epoch: int) -> float:
    """Norm of the gradient over all rows with the weights after `epoch` epochs, where the run worked it out."""
    if len(trace.exercise.batches()) > 1 or Role.GRADIENT not in trace.exercise.system:
        return float("nan")
    step = epoch + 1
    parts = [trace.values[Quantity(Role.BIAS_GRADIENT, None, None, step)]]
    parts += [
        trace.values[Quantity(Role.GRADIENT, j, None, step)] for j in range(1, trace.exercise.n_features + 1)
    ]
    return float(np.linalg.norm([_float(part) for part in parts]))


def _returned(weights: tuple[tuple[Fraction, ...], ...]) -> bool:
    """Whether the last weights were there before, and others in between."""
    earlier = [epoch for epoch, row in enumerate(weights[:-1]) if row == weights[-1]]
    return bool(earlier) and any(row != weights[-1] for row in weights[earlier[0] : -1])


def _written(value: float) -> Written:
    """A number as it is printed."""
    return parse_number(repr(value))


def _float(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
