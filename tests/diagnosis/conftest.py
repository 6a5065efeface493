"""Exercises written down in one line."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from deltarule.exercise import Carry, Exercise
from deltarule.written import Precision, parse_number


@pytest.fixture(scope="session")
def make() -> Callable[..., Exercise]:
    """Build an exercise from rows (target last), start weights with the bias last, and a learning rate."""

    def build(
        rows: Sequence[Sequence[object]], start: Sequence[object], rate: object, epochs: int = 4, **more: Any
    ) -> Exercise:
        table = [[parse_number(str(cell)) for cell in row] for row in rows]
        numbers = [parse_number(str(number)) for number in start]
        threshold = more.pop("threshold", None)
        return Exercise(
            features=tuple(tuple(row[:-1]) for row in table),
            targets=tuple(row[-1] for row in table),
            weights=tuple(numbers[:-1]),
            bias=numbers[-1],
            learning_rate=parse_number(str(rate)),
            epochs=epochs,
            threshold=None if threshold is None else parse_number(str(threshold)),
            carry=more.pop("carry", Carry.UNROUNDED),
            precision=more.pop("precision", Precision(4)),
            **more,
        )

    return build


@pytest.fixture(scope="session")
def published(make: Callable[..., Exercise]) -> Exercise:
    """The published exercise: it diverges at 0.1."""
    rows = [(5, 8, 6, 1), (6, 4, 3, 1), (8, 5, 9, 0), (7, 9, 1, 0)]
    return make(rows, (0.08, 0.06, 0.03, 0), 0.1, threshold=0.5)
