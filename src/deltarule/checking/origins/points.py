"""Points without a name, ``(0.8, -0.3)``: what the document so far gives for all numbers of one together."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from deltarule.algebra.expr import Symbol
from deltarule.checking.origins.descended import path, steps
from deltarule.checking.origins.memory import Memory
from deltarule.checking.origins.model import lists_ahead, parameters_ahead
from deltarule.checking.origins.nearness import fits
from deltarule.checking.origins.of_function import slopes
from deltarule.checking.origins.origin import Origin
from deltarule.checking.origins.roles import PARAMETERS
from deltarule.written import Written, is_rounding

LIST = 2  # origins: what a list of them costs that is looked through
_Tried: TypeAlias = Callable[[Iterator[Any], int], Iterator[Any]]  # those that may still be tried
_FEWEST_FIGURES = 3  # a number of so many figures does not come twice by chance


def stepped_to(point: tuple[Written, ...], memory: Memory) -> tuple[Fraction, ...]:
    """What one step of the descent gives for each number of a point, if it leads there; else nothing."""
    return _by_variable(point, memory, steps) or _along(point, memory)


def gradient_at(point: tuple[Written, ...], memory: Memory) -> tuple[Fraction, ...]:
    """The gradient where the descent stands, if these numbers are it; else nothing."""
    return _by_variable(point, memory, slopes)


def parameters_again(point: tuple[Written, ...], memory: Memory) -> tuple[Fraction, ...]:
    """The numbers of a point that are values of parameters, told before and told here once more; else nothing."""
    known = [memory.of_role.get(role, ()) for role in PARAMETERS]
    told = len(point) > 1 and all(any(each.value in values for values in known) for each in point)
    telling = any(each.figures > 1 for each in point)
    return tuple(each.value for each in point) if told and telling else ()


def printed(point: tuple[Written, ...], memory: Memory, tried: _Tried) -> tuple[Fraction, ...]:
    """What the model gives for the numbers of a list, if they are all its outputs, errors or slopes; else nothing."""
    telling = len(point) >= _FEWEST_FIGURES or sum(written.figures for written in point) > _FEWEST_FIGURES
    if memory.objective is not None or not telling:
        return ()
    for found in tried(lists_ahead(memory), LIST):
        if len(found) == len(point) and all(map(fits, point, found)):
            return tuple(origin.value for origin in found)
    return ()


def parameters_told(
    point: Sequence[Written], memory: Memory, tried: _Tried
) -> tuple[Sequence[int], Sequence[tuple[Symbol, Origin]]]:
    """Which number of a point is which parameter, the bias last or first, and what gives them; nothing if they are not."""
    width = range(len(point))
    telling = sum(written.figures for written in point) > _FEWEST_FIGURES
    for at, found in enumerate(tried(parameters_ahead(memory), LIST)):
        if len(found) != len(point) or (at and not telling):
            continue
        for order in (width, (*width[1:], 0)):
            if all(fits(point[k], origin) for k, (_, origin) in zip(order, found, strict=True)):
                return order, found
    return (), ()


def _by_variable(
    point: tuple[Written, ...], memory: Memory, given: Callable[[Symbol, Memory], Iterator[Origin]]
) -> tuple[Fraction, ...]:
    """What is given for each variable of the function, if it is these numbers; else nothing."""
    objective = memory.objective
    if objective is None or len(objective.variables) != len(point):
        return ()
    values: list[Fraction] = []
    for variable, written in zip(objective.variables, point, strict=True):
        found = next((each for each in given(variable, memory) if fits(written, each)), None)
        if found is None:
            return ()
        values.append(found.value)
    return tuple(values)


def _along(point: tuple[Written, ...], memory: Memory) -> tuple[Fraction, ...]:
    """The point of the plain descent that this one is a rounding of."""
    objective = memory.objective
    if objective is None or len(objective.variables) != len(point):
        return ()
    if sum(written.figures for written in point) < 2 * _FEWEST_FIGURES:
        return ()
    for values in path(memory):
        if all(
            is_rounding(each.value, value, each.places) for each, value in zip(point, values, strict=False)
        ):
            return values
    return ()
