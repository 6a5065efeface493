"""The value, the slope and the length of the gradient of a stated function, where the claim says or where the descent stands."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Expr, Number, Symbol
from deltarule.checking.origins.arrays import worked
from deltarule.checking.origins.called import called
from deltarule.checking.origins.evaluated import FAILED, FUNCTION_COST, evaluated, with_slack
from deltarule.checking.origins.functions import Function, slope_variable
from deltarule.checking.origins.memory import Memory
from deltarule.checking.origins.origin import Origin
from deltarule.document import Claim
from deltarule.formulas import Role


def of_function(claim: Claim, memory: Memory) -> Iterator[Origin]:
    """The value of a stated function, or of its slope, where the claim says or where the descent stands."""
    subject = claim.subject
    slope = slope_variable(subject)
    if slope is not None:
        yield from _slopes(claim, slope, memory)
        if not isinstance(subject, Symbol) or subject.name not in memory.functions:
            return  # g may be the gradient, or the function itself
    if isinstance(subject, Apply) and not is_numeric(subject):
        yield from _called_behind(claim, memory)
        yield from evaluated(subject, memory, claim.part, "applied")
        called = memory.functions.get(subject.function)
        if called is not None and called is memory.objective and isinstance(subject.arg, Symbol):
            yield from _at_points(called, memory, "applied") if len(called.variables) > 1 else ()
        return
    if isinstance(subject, Apply):
        with suppress(*FAILED):
            yield with_slack(subject, {}, memory, None, "applied", True)
        return
    objective = memory.objective
    named = isinstance(subject, Symbol) and (
        subject.name in memory.functions
        or (objective is not None and subject.name.lower() == objective.name.lower())
        or memory.names.role(subject.name) is Role.LOSS
    )
    if objective is not None and not named and _is_height(subject, memory):
        yield from _at_points(objective, memory, "height")
        return
    if objective is None or not named:
        return
    assert isinstance(subject, Symbol)
    function = memory.functions.get(subject.name, objective)
    if function.variables == objective.variables:
        yield from _at_points(function, memory, f"function {function.name}")


def _called_behind(claim: Claim, memory: Memory) -> Iterator[Origin]:
    """``f(x_0) = f(1, 1) = 3``: the function at exactly the numbers that stand behind its name."""
    for link in claim.links[:-1]:
        if isinstance(link.expr, Apply) and is_numeric(link.expr):
            found = called(replace(claim, subject=link.expr), memory)
            if found is not None:
                yield replace(found, slack=Fraction(0))


def _is_height(subject: Expr | None, memory: Memory) -> bool:
    """Whether a name of no known meaning stands for the value of the function: ``Z = 93.1`` behind X and Y."""
    if not isinstance(subject, Symbol) or memory.variable(subject) is not None:
        return False
    role = memory.names.role(subject.name)
    return role is None or (subject.name.lower() == "z" and role is Role.NET_INPUT)


def of_norm(claim: Claim, memory: Memory) -> Iterator[Origin]:
    """``||∇f(x)||``: the length of the gradient told last, or of the one where the descent stands."""
    subject = claim.subject
    if not isinstance(subject, Apply) or subject.function != "abs" or slope_variable(subject.arg) is None:
        return
    for key, array in reversed(memory.arrays.items()):
        if memory.names.role(key[0]) is Role.GRADIENT or key[0].startswith("dL/d"):
            slack = sum((part.unit / 2 for part in array.values() if part.places > 0), Fraction(0))
            with suppress(*FAILED):
                yield Origin(_length(part.value for part in array.values()), slack, "norm")
            break
    objective = memory.objective
    slopes = [objective.slope(variable) for variable in objective.variables] if objective is not None else []
    known = [slope for slope in slopes if slope is not None]
    for point in memory.points() if len(known) == len(slopes) else ():
        with suppress(*FAILED):
            memory.spend(FUNCTION_COST)
            exact = {variable: written.value for variable, written in point.items()}
            parts = [slope.at(exact) for slope in known]
            slack = Fraction(0)
            for variable, written in point.items():
                nudged = {**exact, variable: written.value + written.unit / 2}
                if written.places > 0:
                    slack += sum(
                        abs(slope.at(nudged) - part) for slope, part in zip(known, parts, strict=True)
                    )
            yield Origin(_length(parts), slack, "norm")


def _length(parts: Iterable[Fraction]) -> Fraction:
    total = sum((part * part for part in parts), Fraction(0))
    length = worked(Apply("sqrt", Number(total)), lambda _: Fraction(0))
    assert isinstance(length, Fraction)
    return length


def _slopes(claim: Claim, slope: tuple[str, Symbol | None], memory: Memory) -> Iterator[Origin]:
    subject = claim.subject
    name, by = slope
    function = memory.functions.get(name, memory.objective)
    if function is None:
        return
    if isinstance(subject, Apply) and is_numeric(subject.arg) and len(function.variables) == 1:
        derived = function.slope(function.variables[0])
        try:
            if derived is not None:
                argument = worked(subject.arg, lambda symbol: Fraction(0))
                if isinstance(argument, Fraction):
                    slope_there = derived.at({function.variables[0]: argument})
                    yield Origin(slope_there, Fraction(0), "slope", name == function.name)
        except FAILED:
            pass
        return
    variable = sloped_by(claim, by, function)
    if variable is None:
        return
    yield from _at_its_time(claim, function, variable, memory)
    for derived in (function.slope(variable), memory.slopes.get(variable)):
        if derived is not None and function.variables == (memory.objective or function).variables:
            yield from _at_points(derived, memory, "slope")


def _at_its_time(claim: Claim, function: Function, variable: Symbol, memory: Memory) -> Iterator[Origin]:
    """``g_2 = ∇f(x_2)``: the slope where the variable has the index of the slope, said to be that of the function."""
    subject, derived = claim.subject, function.slope(variable)
    named = any(not is_numeric(link.expr) and slope_variable(link.expr) is not None for link in claim.links)
    if not isinstance(subject, Symbol) or len(function.variables) != 1 or derived is None or not named:
        return
    point = memory.values.get((variable.name, subject.index, (), "")) if subject.index else None
    if point is not None and memory.objective is function:
        with suppress(*FAILED):
            value = derived.at({variable: point.value})
            half = memory.half_unit(point)
            slack = abs(derived.at({variable: point.value + half}) - value) if half else Fraction(0)
            yield Origin(value, slack, "slope", True)


def sloped_by(claim: Claim, by: Symbol | None, function: Function) -> Symbol | None:
    """Which variable a slope is taken by: the one named, the component's, the one that its index counts, the only one."""
    variables = function.variables
    if len(variables) == 1:
        return variables[0]
    for variable in variables:
        if by is not None and variable.name == by.name and (variable.index == by.index or not by.index):
            return variable
    if claim.part is not None:
        return variables[claim.part] if claim.part < len(variables) else None
    index = (
        [i for i in claim.subject.index if isinstance(i, int)] if isinstance(claim.subject, Symbol) else []
    )
    indexed = [variable for variable in variables if index and variable.index[:1] == (index[0],)]
    return indexed[0] if indexed else None


def _at_points(function: Function, memory: Memory, how: str) -> Iterator[Origin]:
    for point in memory.points():
        try:
            memory.spend(FUNCTION_COST)
            exact = {variable: written.value for variable, written in point.items()}
            value = function.at(exact)
            slack = Fraction(0)
            for variable, written in point.items():
                if half := memory.half_unit(written):
                    slack += abs(function.at({**exact, variable: written.value + half}) - value)
            yield Origin(value, slack, how)
        except FAILED:
            continue


def slopes(variable: Symbol, memory: Memory) -> Iterator[Origin]:
    """The slope by one variable of the function at the points told so far."""
    derived = memory.objective.slope(variable) if memory.objective is not None else None
    if derived is not None:
        yield from _at_points(derived, memory, "slope")
