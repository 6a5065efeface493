"""The best learning rate for the columns as they are, and how long it takes."""

from collections.abc import Iterator

from deltarule.diagnosis.case import Case
from deltarule.diagnosis.direction import in_words
from deltarule.diagnosis.figures import enough, limit_figure, read
from deltarule.diagnosis.rates import SHRINK, Rates
from deltarule.report import Evidence


def evidence(case: Case) -> Iterator[Evidence]:
    """Suggest a rate, name the fastest one, and predict what each costs."""
    if case.rates is None or case.spectrum is None or not case.predictable:
        return
    found = case.rates
    slowest = in_words(case.exercise, case.spectrum.vectors[case.flat])
    largest, smallest = found.largest, found.smallest
    digits = enough([largest], lambda curvature: case.figure(1 / curvature, 3), case.figure)
    shown = case.figure(largest, digits)
    sentence = (
        f"A learning rate of {case.figure(1 / read(shown), 3)} (1 divided by {shown}) is safe"
        f"{_cost(found, slowest)}."
    )
    if smallest != largest:
        digits = enough([largest, smallest], lambda u, v: limit_figure(2 / (u + v)), case.figure, digits)
        upper, lower = case.figure(largest, digits), case.figure(smallest, digits)
        sentence += (
            f" The fastest constant rate is {limit_figure(2 / (read(upper) + read(lower)))} "
            f"(2 divided by {upper} + {lower}), "
            f"with {found.epochs_in_words(found.minimax)}"
        )
        sentence += ", but it sits a hair under the limit." if 50 * smallest < largest else "."
    yield Evidence("remedy", sentence)


def _cost(found: Rates, slowest: str) -> str:
    if found.smallest == found.largest:
        return ": it brings every error to zero in one epoch"
    return (
        f"; the slowest direction, mostly {slowest}, then needs {found.epochs_in_words(found.suggested)} "
        f"to shrink to 1/{SHRINK} of its error"
    )
