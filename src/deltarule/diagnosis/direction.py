"""A direction in the space of weights and bias, in words."""

from collections.abc import Sequence

from deltarule import notation
from deltarule.exercise import Exercise
from deltarule.formulas import Role

_WORTH_NAMING = 0.5  # of the largest component


def in_words(exercise: Exercise, direction: Sequence[float]) -> str:
    """Name the columns in which a direction mostly points: ``x_1 + x_2 - x_3``."""
    largest = max(abs(component) for component in direction)
    named = [
        (component, label)
        for component, label in zip(direction, labels(exercise), strict=True)
        if abs(component) >= _WORTH_NAMING * largest
    ]
    first = "-" if named[0][0] < 0 else ""
    rest = "".join((" - " if component < 0 else " + ") + label for component, label in named[1:])
    return first + named[0][1] + rest


def labels(exercise: Exercise) -> tuple[str, ...]:
    """What each component belongs to: the columns' names, then the bias."""
    names = exercise.feature_names
    if len(names) != exercise.n_features:
        names = tuple(notation.name(Role.FEATURE, j) for j in range(1, exercise.n_features + 1))
    return (*names, "the bias")
