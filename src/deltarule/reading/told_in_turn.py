"""Samples that are told in turn, each in front of what is worked of it: ``x1 = 1, x2 = 0, t = 1``, then its lines."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice

from deltarule.algebra.expr import Symbol
from deltarule.document import Claim, Heading, Item, Table
from deltarule.formulas import Role
from deltarule.naming import Names
from deltarule.notation import roles_of
from deltarule.reading.lone_numbers import as_written
from deltarule.reading.told_data import ToldData
from deltarule.spans import Span
from deltarule.written import Written

MAX_SAMPLES = 200
_Row = tuple[tuple[Written, ...], Written]


def told_in_turn(items: Sequence[Item], names: Names) -> ToldData | None:
    """The samples of a document in the order in which they are told first; None if there are not several.

    What is told once more is the same sample.
    """
    found: dict[tuple[object, ...], _Row] = {}
    for row, target in _rows(items, names):
        if len(found) < MAX_SAMPLES:
            found.setdefault((*(x.value for x in row), target.value), (row, target))
    if len(found) < 2:
        return None
    return ToldData(
        tuple(row for row, _ in found.values()), tuple(target for _, target in found.values()), None
    )


def _rows(items: Sequence[Item], names: Names) -> Iterator[_Row]:
    """Every sample that is told: all of its inputs and its target, with nothing between them."""
    inputs: dict[int, Written] = {}
    target: Written | None = None
    table = Span(0, 0)
    for at, item in enumerate(items):
        table = item.span if isinstance(item, Table) else table
        if item.span.start < table.end and not isinstance(item, Heading):
            continue  # rows speak for themselves, by their labels
        if isinstance(item, Heading):
            if item.features or item.start:
                inputs, target = {}, None
            goal = _target_of_row(item, items, at)
            if len(item.features) == names.n_features and goal is not None:
                yield tuple(Written(str(x), x, 0) for x in item.features), Written(str(goal), goal, 0)
            continue
        told = _told(item, names)
        if told is None:
            inputs, target = {}, None
            continue
        feature, written = told
        if feature is None:
            target = written
        elif feature in inputs:
            inputs, target = {feature: written}, None
        else:
            inputs[feature] = written
        if target is not None and len(inputs) == names.n_features:
            if sorted(inputs) == list(range(1, names.n_features + 1)):
                yield tuple(inputs[j] for j in sorted(inputs)), target
            inputs, target = {}, None


def _target_of_row(row: Heading, items: Sequence[Item], at: int) -> Fraction | None:
    """The target of a row; where it has both a t and a y, the y is its output."""
    if len(row.targets) < 2:
        return next(iter(row.targets), None)
    found: list[Fraction] = []
    for item in islice(items, at + 1, None):
        if not isinstance(item, Claim) or item.line != row.line:
            break
        if isinstance(item.subject, Symbol) and item.subject.name not in ("y", "Y"):
            number = as_written(item.links[0].expr) if len(item.links) == 1 else None
            if number is not None and Role.TARGET in roles_of(item.subject.name)[:1]:
                found.append(number.value)
    return found[0] if len(found) == 1 else None


def _told(item: Item, names: Names) -> tuple[int | None, Written] | None:
    """An input with its feature, or a target, that is told without working."""
    if not isinstance(item, Claim) or len(item.links) != 1 or not isinstance(item.subject, Symbol):
        return None
    reference, written = names.reference(item.subject), as_written(item.links[0].expr)
    if reference is None or written is None or reference.general or reference.sample is not None:
        return None
    if reference.role is Role.TARGET:
        return None, written
    is_input = reference.role is Role.FEATURE and reference.feature is not None
    return (reference.feature, written) if is_input else None
