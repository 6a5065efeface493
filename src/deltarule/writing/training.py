"""What every format of a training says; each format is a file of its own."""

import math
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import cast

from deltarule.errors import UsageError
from deltarule.history import Outcome
from deltarule.training_run import TrainingRun

FORMATS = {
    "terminal": "deltarule.writing.training_terminal",
    "markdown": "deltarule.writing.training_markdown",
    "html": "deltarule.writing.training_html",
    "json": "deltarule.writing.training_json",
}

BAD = (Outcome.DIVERGING, Outcome.OVERFLOW, Outcome.OSCILLATING, Outcome.CYCLING)
GOOD = (Outcome.CONVERGED,)
MAX_WEIGHTS = 60  # that a person reads; JSON has them all
_STEPS = (1, 2, 5)  # times powers of ten: the epochs that are shown


def write_training(run: TrainingRun, form: str = "terminal", *, color: bool = False) -> str:
    """Write a training in one of the formats.

    Raises
    ------
    UsageError
        There is no such format.
    """
    if form not in FORMATS:
        raise UsageError(f"unknown format {form!r}; choose from {', '.join(FORMATS)}")
    write = cast(Callable[[TrainingRun, bool], str], import_module(FORMATS[form]).write)
    return write(run, color)


def heading(run: TrainingRun) -> str:
    """The data in a line."""
    left_out = f" ({run.dropped} left out for missing values)" if run.dropped else ""
    shown = ", ".join(run.classes[:6]) + (", ..." if len(run.classes) > 6 else "")
    classes = f" ({len(run.classes)} classes: {shown})" if run.classes else ""
    return (
        f"{run.data}: {_counted(run.rows, 'row')}{left_out}, {_counted(len(run.features), 'feature')}, "
        f"target {run.target}{classes}"
    )


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


def ending(run: TrainingRun) -> list[str]:
    """How it ended, and what to do next."""
    said = [run.detail]
    if run.interrupted:
        said = [f"Interrupted after {_counted(run.epochs, 'epoch')}; what was learnt until then is below."]
        if run.checkpoint:
            said.append(
                f"The run is kept in {run.checkpoint}; the same command with --resume goes on from there."
            )
    advice = _advice(run)
    return [*said, advice] if advice else said


def _advice(run: TrainingRun) -> str:
    standardized = dict(run.settings).get("columns") == "standardized"
    if run.outcome in (Outcome.DIVERGING, Outcome.OVERFLOW) and not run.automatic:
        return (
            "The learning rate is too high for these data: let it be worked out (auto), or give a lower one."
        )
    if run.outcome in (Outcome.MAX_EPOCHS, Outcome.CRAWLING) and not run.interrupted and not standardized:
        return "Standardised columns (--standardize) often need far fewer epochs."
    if run.outcome is Outcome.MAX_EPOCHS and not run.interrupted:
        return "More epochs (--epochs) would take it further down."
    return ""


def setup(run: TrainingRun) -> list[tuple[str, str]]:
    """Settings with their values."""
    rate = "changing" if run.learning_rate is None else number(run.learning_rate)
    how = " (auto: 1 divided by the curvature that the updates meet)" if run.automatic else ""
    return [
        *run.settings,
        ("learning rate", rate + how),
        ("epochs", f"{run.epochs:,}"),
        ("engine", run.engine),
    ]


def epochs_shown(run: TrainingRun) -> list[tuple[int, float, float]]:
    """Epoch, loss and gradient norm at 0, 1, 2, 5, 10, 20, 50, ... and at the end."""
    rows = list(zip(run.moments, run.losses, run.gradients, strict=True))
    last = rows[-1][0] if rows else 0
    wanted = {0, last}
    scale = 1
    while scale <= last:
        wanted |= {step * scale for step in _STEPS}
        scale *= 10
    return [row for row in rows if row[0] in wanted and not math.isnan(row[1])]


def losses_of(run: TrainingRun) -> str:
    """Whose losses they are, where there are several neurons."""
    if len(run.weights) == 1:
        return ""
    return "One neuron a class, against the rest; this is the one whose run ended worst:"


def neurons(run: TrainingRun) -> list[tuple[str, list[tuple[str, float]]]]:
    """For each neuron what it stands for, and its weights by name, the intercept last."""
    titles = [f"for {name} against the rest" for name in run.classes] if len(run.weights) > 1 else [""]
    named = []
    for title, weights, intercept in zip(titles, run.weights, run.intercepts, strict=True):
        rows = list(zip(run.features, weights, strict=True))
        if len(rows) > MAX_WEIGHTS:
            rows = sorted(rows, key=lambda row: -abs(row[1]))[:MAX_WEIGHTS]
        named.append((title, [*rows, ("intercept", intercept)]))
    return named


def weights_note(run: TrainingRun) -> str:
    """What the weights belong to."""
    more = len(run.features) - MAX_WEIGHTS
    note = "for the columns as they are in the table"
    return f"{note}; the {MAX_WEIGHTS} largest, {more} more are in the JSON" if more > 0 else note


def quality(run: TrainingRun) -> str:
    """How well it fits the rows it was trained on."""
    if not math.isfinite(run.quality):
        return ""
    if run.classes:
        return (
            f"On these rows it is right for {_percent(run.quality)}; always saying the most frequent class is right for "
            f"{_percent(run.baseline)}."
        )
    shown = f"{run.quality:.4f}".replace("-", "−") if abs(run.quality) < 1000 else number(run.quality)
    return f"R squared on these rows: {shown} (always giving the mean has 0)."


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def number(value: float) -> str:
    """A number as a person reads it: six significant digits."""
    return (
        f"{value:.6g}".replace("-", "−")
        if math.isfinite(value)
        else "not a number"
        if math.isnan(value)
        else "∞"
    )


def aligned(values: Sequence[str]) -> list[str]:
    """Numbers one under another, decimal point under decimal point."""
    before = [len(value.split("e")[0].split(".")[0]) for value in values]
    widest = max(before, default=0)
    padded = [" " * (widest - ahead) + value for ahead, value in zip(before, values, strict=True)]
    width = max(map(len, padded), default=0)
    return [value.ljust(width) for value in padded]
