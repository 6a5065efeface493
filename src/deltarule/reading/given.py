"""An exercise that is given beside a document: what it leaves open is what the document says, and what they disagree on is told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from deltarule.document import Table
from deltarule.exercise import Exercise
from deltarule.formulas import JUMPS
from deltarule.spans import Span
from deltarule.written import Written

_Row = tuple[Written, ...]


def is_table_alone(given: Exercise) -> bool:
    """Whether only data are given, and nothing of what is done with them."""
    return bool(given.features) and given == Exercise(
        features=given.features,
        targets=given.targets,
        feature_names=given.feature_names,
        target_name=given.target_name,
        missing=given.missing,
    )


def merged(found: Exercise, given: Exercise) -> Exercise:
    """What the exercise file states counts; signs, epochs and the forms of the steps are those of the author."""
    if is_table_alone(given):
        return replace(
            found,
            features=given.features,
            targets=given.targets,
            feature_names=given.feature_names,
            target_name=given.target_name,
        )
    opened = given
    if not given.features and found.features:
        opened = replace(
            opened,
            features=found.features,
            targets=found.targets,
            feature_names=found.feature_names,
            target_name=found.target_name,
        )
    if not given.weights and len(found.weights) == opened.n_features:
        opened = replace(opened, weights=found.weights)
    if given.bias is None and given.has_bias:
        opened = replace(opened, bias=found.bias, has_bias=found.has_bias)
    if given.learning_rate is None:
        opened = replace(opened, learning_rate=found.learning_rate)
    return replace(
        opened,
        jump=given.jump if found.jump == JUMPS[0] else found.jump,
        error=found.error,
        change=found.change,
        velocity=given.velocity if found.momentum is None else found.velocity,
        decay=given.decay if found.weight_decay is None else found.decay,
        by_delta=found.by_delta,
        chain=found.chain,
        jumps_at=found.jumps_at,
        epochs=max(given.epochs, found.epochs),
    )


def disagreements(
    given: Exercise,
    table: Table | None,
    data: tuple[Sequence[_Row], _Row],
    settings: Mapping[str, tuple[Written, Span]],
) -> Iterator[tuple[Span, str]]:
    """Where a document tells other data, or other settings, than the exercise that is given."""
    if table is not None and given.features and data[0] and _values(*data) != _values(*_data(given)):
        yield table.span, "these are not the data of the given exercise, which count"
    stated = {f"w_{j}": weight for j, weight in enumerate(given.weights, 1)} | {
        name: number
        for name, number in (("b", given.bias), ("eta", given.learning_rate))
        if number is not None
    }
    for name, number in stated.items():
        told = settings.get(name)
        if told is not None and told[0].value != number.value:
            yield (
                told[1],
                f"{name} is {told[0].text} here and {number.text} in the given exercise, which counts",
            )


def _data(exercise: Exercise) -> tuple[Sequence[_Row], _Row]:
    return exercise.features, exercise.targets


def _values(features: Sequence[_Row], targets: _Row) -> list[object]:
    return [[[x.value for x in row] for row in features], [y.value for y in targets]]
