"""A training as Markdown."""

import re
from collections.abc import Iterator, Sequence

from deltarule.training_run import TrainingRun
from deltarule.writing.training import (
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


def write(run: TrainingRun, color: bool = False) -> str:
    """The whole text."""
    return "\n".join(_lines(run)) + "\n"


def _lines(run: TrainingRun) -> Iterator[str]:
    yield f"**{_plain(heading(run))}**"
    yield ""
    yield " ".join(map(_plain, [*ending(run), quality(run)])).strip()
    yield ""
    yield from _table(("setting", "value"), [(name, _plain(value)) for name, value in setup(run)])
    rows = [(f"{e:,}", number(loss), "" if g != g else number(g)) for e, loss, g in epochs_shown(run)]
    if rows:
        yield ""
        if losses_of(run):
            yield losses_of(run)
            yield ""
        yield from _table(("epoch", "loss", "gradient"), rows)
    for title, weights in neurons(run):
        yield ""
        yield _plain(f"Weights {title + ', ' if title else ''}{weights_note(run)}:")
        yield ""
        yield from _table(("column", "weight"), [(_plain(name), number(value)) for name, value in weights])


def _table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(names)} |"
    yield "|" + "|".join(["---"] + ["--:"] * (len(names) - 1)) + "|"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _plain(text: str) -> str:
    """Text in which nothing is markup."""
    return re.sub(r"([\\`*_\[\]<>|#$~])", r"\\\1", visible(text))
