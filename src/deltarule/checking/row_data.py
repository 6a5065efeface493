"""Data that stand apart from the rows that are worked with them: in a table, or in lists as a program is given them.

A row is told by its number, ``Iteration 2``. Which of the data it is about is known where the numbers run over all of
them and no further, from 0 or from 1.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

from deltarule.algebra.expr import Apply, Symbol, Vector
from deltarule.checking.sides import value_of
from deltarule.document import OUTPUT_AT, Claim, Heading, Item
from deltarule.exercise import Exercise
from deltarule.formulas import Role
from deltarule.naming import Names

Row: TypeAlias = tuple[tuple[Fraction, ...], tuple[Fraction, ...]]  # features and targets
FEWEST = 2


def numbered_data(items: Sequence[Item], names: Names, exercise: Exercise) -> Mapping[int | None, Row]:
    """The data of each row, by the number that its label tells; nothing where that is not sure."""
    numbers = {number for item in items if (number := row_number(item)) is not None}
    if len(numbers) < FEWEST:
        return {}
    rows = _rows(items, names, exercise)
    first = min(numbers)
    if first not in (0, 1) or numbers != set(range(first, first + len(rows))):
        return {}
    return dict(enumerate(rows, first))


def row_number(item: Item) -> int | None:
    """The number of a row in its label, where that tells no data."""
    if not isinstance(item, Heading) or item.features or item.targets:
        return None
    return item.ordinal if item.sample is None else item.sample


def _rows(items: Sequence[Item], names: Names, exercise: Exercise) -> list[Row]:
    if exercise.features and len(exercise.features) == len(exercise.targets):
        targets = (number.value for number in exercise.targets)
        return [
            (tuple(number.value for number in row), (target,))
            for row, target in zip(exercise.features, targets, strict=True)
        ]
    inputs: list[tuple[Fraction, ...]] = []
    wanted: dict[int, Fraction] = {}
    for item in items:
        if not isinstance(item, Claim) or not isinstance(item.subject, Symbol):
            continue
        role = names.role(item.subject.name)
        if item.given is not None and role is Role.FEATURE and not inputs:
            inputs = _numbers(item.given)
        elif role is Role.TARGET and item.part is not None and len(item.links) == 1:
            value = value_of(item.links[0].expr)
            if value is not None:
                wanted.setdefault(item.part, value)
    if not inputs:
        return _mapped(items)
    if set(wanted) != set(range(len(inputs))):
        return [(row, ()) for row in inputs]
    return [(row, (wanted[k],)) for k, row in enumerate(inputs)]


def _mapped(items: Sequence[Item]) -> list[Row]:
    """Rows that are told one below the other, each with its target behind an arrow: ``[0, 1] -> 1``; the first that are."""
    rows: list[Row] = []
    last = 0
    for item in items:
        subject = item.subject if isinstance(item, Claim) else None
        if not isinstance(item, Claim) or not isinstance(subject, Apply) or subject.function != OUTPUT_AT:
            continue
        if rows and item.line > last + 1:
            break
        last = item.line
        cells = subject.arg.items if isinstance(subject.arg, Vector) else ()
        values = [value_of(each) for each in (*cells, item.links[-1].expr)]
        numbers = tuple(value for value in values if value is not None)
        if len(numbers) < len(values) or len(item.links) > 1:
            return []
        rows.append((numbers[:-1], numbers[-1:]))
    return rows if len(set(rows)) == len(rows) else []


def _numbers(matrix: Vector) -> list[tuple[Fraction, ...]]:
    """The rows of a matrix, where all of them are as long; else none."""
    rows: list[tuple[Fraction, ...]] = []
    for row in matrix.items:
        values = [value_of(cell) for cell in row.items] if isinstance(row, Vector) else [None]
        numbers = tuple(value for value in values if value is not None)
        if len(numbers) < len(values):
            return []
        rows.append(numbers)
    return rows if len({len(row) for row in rows}) == 1 else []
