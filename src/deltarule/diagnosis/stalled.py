"""A run that stands still because its changes are smaller than the places that are kept."""

from collections.abc import Iterator
from fractions import Fraction

from deltarule.diagnosis.case import Case
from deltarule.formulas import Role
from deltarule.report import Evidence


def evidence(case: Case) -> Iterator[Evidence]:
    """Say so if every change of the last epoch was rounded to nothing."""
    if not case.rounds:
        return
    lines = [
        line
        for step in case.trace.epoch_steps(case.exercise.epochs)
        for line in step.lines
        if line.quantity.role in (Role.CHANGE, Role.BIAS_CHANGE)
    ]
    largest = max((abs(line.value) for line in lines), default=Fraction(0))
    if largest > 0 and all(line.shown.value == 0 for line in lines):
        yield Evidence(
            "cause",
            f"In the last epoch every change of a weight rounds to 0 (the largest is {case.figure(largest, 3)}): "
            "rounding, not the data, holds the run where it is. Keep more places.",
        )
