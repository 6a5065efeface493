"""The best weights, exactly: where the run should have gone."""

from collections.abc import Iterator
from fractions import Fraction

from deltarule.diagnosis.case import Case
from deltarule.report import Evidence

_SHORT = 8  # features whose weights still make a readable sentence


def evidence(case: Case) -> Iterator[Evidence]:
    """Name the weights of least loss."""
    if case.best is None:
        return
    *weights, bias = case.best.point
    if len(weights) > _SHORT:
        point = f"{len(weights)} weights"
    else:
        listed = ", ".join(map(case.exactly, weights))
        named = f"weight {listed}" if len(weights) == 1 else f"weights ({listed})"
        point = f"the {named} and the bias {case.exactly(bias)}"
    least = case.exactly(case.best.loss)
    if case.best.unique:
        sentence = f"The least loss that any weights reach is {least}, at {point}."
    else:
        sentence = f"The least loss is {least}; many weights reach it, of which those closest to the start are {point}."
    yield Evidence("effect", sentence)


def excess(case: Case) -> tuple[Fraction, Fraction] | None:
    """Loss above the least one at the start and at the end; None where the least loss is not known."""
    if case.best is None or not case.losses:
        return None
    return case.losses[0] - case.best.loss, case.losses[-1] - case.best.loss
