"""A training for the terminal."""

from collections.abc import Iterator

from deltarule.training_run import TrainingRun
from deltarule.writing.training import (
    BAD,
    GOOD,
    aligned,
    ending,
    epochs_shown,
    heading,
    losses_of,
    neurons,
    number,
    quality,
    setup,
    weights_note,
)
from deltarule.writing.visible import visible

_BOLD, _RED, _GREEN, _OFF = "\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[0m"


def write(run: TrainingRun, color: bool) -> str:
    """The whole text."""
    return "".join(line.rstrip() + "\n" for line in _lines(run, color))


def _lines(run: TrainingRun, color: bool) -> Iterator[str]:
    yield _styled(visible(heading(run)), _BOLD, color)
    yield ""
    first, *more = ending(run)
    style = _RED if run.outcome in BAD else _GREEN if run.outcome in GOOD else ""
    yield _styled(visible(first), style, color)
    yield from map(visible, more)
    if quality(run):
        yield quality(run)
    yield ""
    width = max(len(name) for name, _ in setup(run))
    for name, value in setup(run):
        yield f"  {name:<{width}}  {value}"
    shown = epochs_shown(run)
    if shown:
        yield ""
        if losses_of(run):
            yield losses_of(run)
        losses = aligned([number(loss) for _, loss, _ in shown])
        width = max(len("epoch"), *(len(f"{epoch:,}") for epoch, _, _ in shown))
        yield f"  {'epoch':>{width}}  {'loss':<{len(losses[0])}}  gradient"
        for (epoch, _, gradient), loss in zip(shown, losses, strict=True):
            yield f"  {epoch:>{width},}  {loss}  {'' if gradient != gradient else number(gradient)}"
    for title, weights in neurons(run):
        yield ""
        yield visible(f"Weights {title + ', ' if title else ''}{weights_note(run)}:")
        names = [visible(name) for name, _ in weights]
        width = max(map(len, names))
        for name, value in zip(names, aligned([number(value) for _, value in weights]), strict=True):
            yield f"  {name:<{width}}  {value}"


def _styled(text: str, style: str, color: bool) -> str:
    return f"{style}{text}{_OFF}" if color and style else text
