"""The best learning rate for the columns as they are, and how long it takes."""

from collections.abc import Iterator

from deltarule.diagnosis.case import Case
from deltarule.diagnosis.direction import in_words
from deltarule.diagnosis.figures import figure, limit_figure
from deltarule.diagnosis.rates import SHRINK, Rates
from deltarule.report import Evidence


def evidence(case: Case) -> Iterator[Evidence]:
    """Suggest a rate, name the fastest one, and predict what each costs."""
    if case.rates is None or case.spectrum is None or not case.predictable:
        return
    found = case.rates
    slowest = in_words(case.exercise, case.spectrum.vectors[case.flat])
    sentence = (
        f"A learning rate of {figure(found.suggested, 3)} (1 divided by {figure(found.largest)}) is safe"
        f"{_cost(found, slowest)}."
    )
    if found.smallest != found.largest:
        sentence += (
            f" The fastest constant rate is {limit_figure(found.minimax)} "
            f"(2 divided by {figure(found.largest)} + {figure(found.smallest)}), "
            f"with {found.epochs_in_words(found.minimax)}"
        )
        sentence += ", but it sits a hair under the limit." if 50 * found.smallest < found.largest else "."
    yield Evidence("remedy", sentence)


def _cost(found: Rates, slowest: str) -> str:
    if found.smallest == found.largest:
        return ": it brings every error to zero in one epoch"
    return (
        f"; the slowest direction, mostly {slowest}, then needs {found.epochs_in_words(found.suggested)} "
        f"to shrink to 1/{SHRINK} of its error"
    )
