"""A training as a piece of HTML, for notebooks and pages."""

from collections.abc import Iterator, Sequence
from html import escape

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
    """The whole piece; everything that came with the data is escaped."""
    return "\n".join(_lines(run)) + "\n"


def _lines(run: TrainingRun) -> Iterator[str]:
    yield '<div class="deltarule-training">'
    yield f"<p><strong>{_text(heading(run))}</strong></p>"
    for sentence in [*ending(run), quality(run)]:
        if sentence:
            yield f"<p>{_text(sentence)}</p>"
    yield from _table(("setting", "value"), setup(run))
    rows = [(f"{e:,}", number(loss), "" if g != g else number(g)) for e, loss, g in epochs_shown(run)]
    if rows:
        if losses_of(run):
            yield f"<p>{_text(losses_of(run))}</p>"
        yield from _table(("epoch", "loss", "gradient"), rows)
    for title, weights in neurons(run):
        yield f"<p>{_text(f'Weights {title}, ' if title else 'Weights ')}{_text(weights_note(run))}:</p>"
        yield from _table(("column", "weight"), [(name, number(value)) for name, value in weights])
    yield "</div>"


def _table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield "<table>"
    yield "<thead><tr>" + "".join(f'<th scope="col">{_text(name)}</th>' for name in names) + "</tr></thead>"
    yield "<tbody>"
    for name, *values in rows:
        cells = "".join(f"<td>{_text(value)}</td>" for value in values)
        yield f'<tr><th scope="row">{_text(name)}</th>{cells}</tr>'
    yield "</tbody></table>"


def _text(text: str) -> str:
    return escape(visible(text))
