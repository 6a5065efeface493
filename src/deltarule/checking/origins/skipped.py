"""What a descent has further along, where a document leaves out the steps between: ``x_10``, or the row behind ``...``."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from fractions import Fraction
from itertools import pairwise

from deltarule.algebra.expr import Expr, Symbol
from deltarule.checking.origins.arrays import NoValueError
from deltarule.checking.origins.descended import path, rates
from deltarule.checking.origins.evaluated import FUNCTION_COST
from deltarule.checking.origins.memory import Memory
from deltarule.checking.origins.origin import Origin
from deltarule.document import Claim
from deltarule.errors import DeltaruleError
from deltarule.written import Written, rounded

_FEWEST_TOLD = 2  # steps of a descent, before a value further along is held against it
_FEWEST_PLACES = 2  # that a value far along shows
_MAX_STEPS = 60
_FAR_OFF = 10**9
_PLACES = 25
_MORE = 3  # digits that an author may keep on the way, from as many as are shown
_FAILED = (NoValueError, KeyError, ArithmeticError, DeltaruleError)


def further_along(
    claim: Claim, written: Written, memory: Memory, before: int | None = None
) -> tuple[Origin, int] | None:
    """What the descent says of a value behind steps left out, and after how many steps it stands.

    `before`: only the points in front of this one count as told; those from there on are in doubt.
    """
    far = off_the_path(claim, written, memory, before)
    if far is not None:
        return far, _counts(claim.subject)[0]
    row, number = skipped_row(claim, written, memory, before), memory.step_number
    return (row, number) if row is not None and number is not None else None


def _counts(subject: Expr | None) -> list[int]:
    """The numbers of steps that a name has beside it."""
    if not isinstance(subject, Symbol):
        return []
    return [index for index in (*subject.upper, *subject.index) if isinstance(index, int)]


def off_the_path(claim: Claim, written: Written, memory: Memory, before: int | None = None) -> Origin | None:
    """What a name with a number of steps stands for, ``x_10``, where the steps told keep to it; its roundings as slack."""
    subject, objective = claim.subject, memory.objective
    if not isinstance(subject, Symbol) or objective is None or len(objective.variables) > 1:
        return None
    counts = _counts(subject)
    points = path(memory) if len(counts) == 1 and memory.variable(subject) is not None else ()
    count = counts[0] if counts else 0
    if not _FEWEST_TOLD < count < len(points) or written.places < _FEWEST_PLACES or len(claim.links) > 1:
        return None
    told = [
        (k, memory.steps[subject.name, (k,)][-1])
        for k in range(1, count if before is None else min(count, before))
        if (subject.name, (k,)) in memory.steps
    ]
    if len(told) < _FEWEST_TOLD or any(abs(each.value - points[k][0]) > each.unit for k, each in told):
        return None
    ends = [
        each[0] for more in range(_MORE) for each in path(memory, written.places + more)[count : count + 1]
    ]
    exact = points[count][0]
    if abs(written.value - points[-1][0]) < written.unit:  # the limit
        return None
    return Origin(exact, max((abs(end - exact) for end in ends), default=Fraction(0)), "far along")


def skipped_row(claim: Claim, written: Written, memory: Memory, before: int | None = None) -> Origin | None:
    """What a variable is in a row that stands behind rows left out, where the rows before it keep to the descent."""
    subject, objective, row = claim.subject, memory.objective, memory.step_number
    variable = memory.variable(subject)
    if objective is None or variable is None or row is None:
        return None
    if isinstance(subject, Symbol) and subject.marks:
        return None
    end = row if before is None else min(row, before)
    known = {
        k: told for k, told in memory.by_step.items() if k < end and len(told) == len(objective.variables)
    }
    last = max(known, default=row)
    if not 1 < row - last <= _MAX_STEPS or len(known) <= _FEWEST_TOLD or not _keeps_on(known, memory):
        return None
    with suppress(*_FAILED):
        exact = _along(_values(known[last]), row - last, _PLACES, memory)[variable]
        if before is not None:  # every rule comes to the limit
            limit = _along(_values(known[last]), row - last + _MAX_STEPS, _PLACES, memory)[variable]
            if abs(written.value - limit) < 2 * written.unit:
                return None
        ends = [
            _along(start, row - last, places, memory)[variable]
            for start in _starts(known[last])
            for places in (_PLACES, *range(written.places, written.places + _MORE))
        ]
        return Origin(exact, max(abs(end - exact) for end in ends), "far along")
    return None


def _keeps_on(rows: Mapping[int, Mapping[Symbol, Written]], memory: Memory) -> bool:
    """Whether each row is one step behind the row before it, as far as neighbours are told."""
    held = 0
    for first, second in pairwise(sorted(rows)):
        if second != first + 1:
            continue
        try:
            stepped = _along(_values(rows[first]), 1, _PLACES, memory)
        except _FAILED:
            return False
        if any(
            abs(stepped[each] - told.value) > told.unit * (told.places > 0)
            for each, told in rows[second].items()
        ):
            return False
        held += 1
    return held >= _FEWEST_TOLD


def _values(told: Mapping[Symbol, Written]) -> dict[Symbol, Fraction]:
    return {variable: written.value for variable, written in told.items()}


def _starts(told: Mapping[Symbol, Written]) -> Iterator[dict[Symbol, Fraction]]:
    """Where the descent may stand: the numbers told, and each of them half a unit higher and lower."""
    values = _values(told)
    yield values
    for variable, written in told.items():
        for side in (1, -1) if written.places > 0 else ():
            yield {**values, variable: written.value + side * written.unit / 2}


def _along(start: dict[Symbol, Fraction], steps: int, places: int, memory: Memory) -> dict[Symbol, Fraction]:
    """Where a descent from some point is after so many steps, each of them rounded.

    Raises
    ------
    KeyError, ArithmeticError, DeltaruleError
        The rate or a slope is not known, or it leaves every range.
    """
    rate, objective, here = rates(memory)["eta"], memory.objective, start
    assert objective is not None
    slopes = {variable: objective.slope(variable) for variable in objective.variables}
    for _ in range(steps):
        memory.spend(FUNCTION_COST // 4)
        here = {
            variable: rounded(here[variable] - rate * slope.at(here), places)
            for variable, slope in slopes.items()
            if slope is not None
        }
        if any(abs(value) > _FAR_OFF for value in here.values()):
            raise ArithmeticError
    return here
