"""A training as one self-contained HTML page, or a piece of one for notebooks."""

from collections.abc import Iterator, Sequence
from html import escape

from deltarule.training_run import TrainingRun
from deltarule.writing.page import style_sheet, whole_page
from deltarule.writing.training import (
    BAD,
    GOOD,
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
    """A whole page; everything that came with the data is escaped."""
    return whole_page(f"{_text(run.data)} · trained by deltarule", fragment(run))


def fragment(run: TrainingRun) -> str:
    """The same for use inside another page: everything in one element, with its style."""
    return "\n".join((f"<style>\n{style_sheet()}</style>", *_lines(run)))


def _lines(run: TrainingRun) -> Iterator[str]:
    verdict = "slips" if run.outcome in BAD else "clean" if run.outcome in GOOD else ""
    yield '<div class="deltarule"><article class="report training">'
    yield (
        f'<header><p class="brand">deltarule · training</p><h1>{_text(run.data)}</h1>'
        f'<p class="verdict {verdict}">{_text(run.outcome.code)}</p></header>'
    )
    yield f'<section class="card"><p><strong>{_text(heading(run))}</strong></p>'
    for sentence in [*ending(run), quality(run)]:
        if sentence:
            yield f"<p>{_text(sentence)}</p>"
    yield '</section><div class="columns"><section class="card"><h2>Settings</h2>'
    yield from _table(("setting", "value"), setup(run), "settings")
    rows = [(f"{e:,}", number(loss), "" if g != g else number(g)) for e, loss, g in epochs_shown(run)]
    if rows:
        yield '</section><section class="card"><h2>Epochs</h2>'
        if losses_of(run):
            yield f"<p>{_text(losses_of(run))}</p>"
        yield from _table(("epoch", "loss", "gradient"), rows)
    for title, weights in neurons(run):
        yield f'</section><section class="card"><h2>{_text(f"Weights {title}" if title else "Weights")}</h2>'
        yield f"<p>{_text(weights_note(run).capitalize())}:</p>"
        yield from _table(("column", "weight"), [(name, number(value)) for name, value in weights])
    yield "</section></div></article></div>"


def _table(names: Sequence[str], rows: Sequence[Sequence[str]], kind: str = "numbers") -> Iterator[str]:
    yield f'<div class="scroll"><table class="{kind}">'
    yield "<thead><tr>" + "".join(f'<th scope="col">{_text(name)}</th>' for name in names) + "</tr></thead>"
    yield "<tbody>"
    for name, *values in rows:
        cells = "".join(f"<td>{_text(value)}</td>" for value in values)
        yield f'<tr><th scope="row">{_text(name)}</th>{cells}</tr>'
    yield "</tbody></table></div>"


def _text(text: str) -> str:
    return escape(visible(text))
