"""Where a descent on a stated function leads: its next step, its points far along, and where its slope is zero."""

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction

from deltarule.algebra.expr import Expr, Symbol
from deltarule.checking.origins.arrays import worked
from deltarule.checking.origins.evaluated import FAILED, FEWEST_FIGURES, FUNCTION_COST
from deltarule.checking.origins.memory import Memory, is_place, last_number
from deltarule.checking.origins.origin import Origin
from deltarule.document import Claim
from deltarule.formulas import Role
from deltarule.formulas.descent import STEPS, VELOCITIES
from deltarule.written import Written, rounded

_STEP_NAMES = ("lambda", "tau", "t", "h", "s")  # of the step where no learning rate is told
_ROUNDED_RATE = "half a unit of eta"
_VELOCITIES = ("v", "V", "velocity")
_FEWEST_PLACES = 2  # that a value far along a descent shows
MAX_PATH = 60  # steps of a descent that are gone from its start
_PATH_PLACES = 25
_FAR_OFF = 10**9


def by_descent(claim: Claim, memory: Memory) -> Iterator[Origin]:
    """A step of the descent: the variable moved against its slope, by the rate or by the velocity."""
    subject, objective = claim.subject, memory.objective
    if objective is None or not isinstance(subject, Symbol):
        return
    variable = memory.variable(subject)
    constants = rates(memory)
    if claim.part is not None:
        if claim.part < len(objective.variables) > 1 and is_place(subject.name):
            variable = objective.variables[claim.part]  # a point under a name of its own
        velocity = memory.component(_VELOCITIES, claim.part)
        constants |= {"v": velocity.value} if velocity is not None else {}
    if variable is None:
        if subject.name in ("v", "V", "m", "velocity"):
            yield from _stepped(VELOCITIES, objective.variables[0], memory, constants, "velocity")
        return
    yield from _stepped(STEPS, variable, memory, constants, "step")
    yield from _stationary(variable, memory)
    yield from _far_along(claim, subject, variable, memory)


def _far_along(claim: Claim, subject: Symbol, variable: Symbol, memory: Memory) -> Iterator[Origin]:
    """The value after as many steps as its index says, ``x_20``."""
    counts = [index for index in (*subject.upper, *subject.index) if isinstance(index, int) and index > 1]
    written = last_number(claim)
    if not counts or written is None or written.places < _FEWEST_PLACES:
        return
    points = path(memory)
    assert memory.objective is not None
    if counts[0] < len(points):
        place = memory.objective.variables.index(variable)
        yield Origin(points[counts[0]][place], Fraction(0), "far along")


def path(memory: Memory, places: int = _PATH_PLACES) -> tuple[tuple[Fraction, ...], ...]:
    """The points of a plain descent from where the document starts it, `MAX_PATH` steps long, each rounded."""
    objective, rate = memory.objective, rates(memory).get("eta")
    variables = objective.variables if objective is not None else ()
    start = memory.start if len(variables) > 1 else _first_value(memory, variables)
    slopes = [objective.slope(variable) for variable in variables] if objective is not None else []
    if start is None or rate is None or len(start) != len(variables) or None in slopes:
        return ()
    here = tuple(written.value for written in start)
    key = "path", variables, here, rate, places
    if key not in memory.paths:
        found = [here]
        with suppress(*FAILED):
            while len(found) <= MAX_PATH and max(map(abs, here)) < _FAR_OFF:
                memory.spend(FUNCTION_COST // 4)
                at = dict(zip(variables, here, strict=True))
                here = tuple(
                    rounded(value - rate * slope.at(at), places)
                    for value, slope in zip(here, slopes, strict=True)
                    if slope is not None
                )
                found.append(here)
        memory.paths[key] = tuple(found)
    return memory.paths[key]


def _first_value(memory: Memory, variables: tuple[Symbol, ...]) -> tuple[Written, ...] | None:
    """Where a descent on a function of one variable starts: its value with the index 0."""
    known = memory.steps.get((variables[0].name, (0,))) if len(variables) == 1 else None
    return (known[0],) if known else None


def steps(variable: Symbol, memory: Memory) -> Iterator[Origin]:
    """Where a step from the points told so far leads one variable of the function."""
    yield from _stepped(STEPS, variable, memory, rates(memory), "step")


def _stationary(variable: Symbol, memory: Memory) -> Iterator[Origin]:
    """Where a slope that is a straight line is zero: the minimum of a quadratic function."""
    objective = memory.objective
    slope = objective.slope(variable) if objective is not None else None
    if objective is None or slope is None:
        return
    for others in ({each: Fraction(0) for each in objective.variables}, *memory.exact_points()):
        try:
            memory.spend(FUNCTION_COST)
            heights = [slope.at({**others, variable: Fraction(k)}) for k in range(3)]
        except FAILED:
            continue
        rise = heights[1] - heights[0]
        if rise and heights[2] - heights[1] == rise:
            yield Origin(-heights[0] / rise, Fraction(0), "stationary")


def rates(memory: Memory) -> dict[str, Fraction]:
    """The learning rate, the share of the velocity that is kept, and the last velocity, as far as they are known."""
    found: dict[str, Fraction] = {}
    rate = memory.roles.get((Role.LEARNING_RATE, None)) or memory.exercise.learning_rate
    searched = next((each for name in _STEP_NAMES for each in memory.timeline.get(name, ())[-1:]), None)
    rounded_ones = FEWEST_FIGURES if rate is not None else _FEWEST_PLACES
    rate = memory.rate_used or rate or searched
    if rate is not None:
        found["eta"] = rate.value
        if rate.places > 0 and rate.figures > rounded_ones:  # the length of a step that was worked out
            found[_ROUNDED_RATE] = rate.unit / 2
    for name in ("beta", "gamma", "momentum", "mu", "rho"):
        known = memory.values.get((name, (), (), ""))
        if known is not None:
            found["beta"] = known.value
            break
    for name in _VELOCITIES:
        if memory.timeline.get(name):
            found["v"] = memory.timeline[name][-1].value
            break
    return found


def _stepped(
    formulas: tuple[Expr, ...], variable: Symbol, memory: Memory, constants: dict[str, Fraction], how: str
) -> Iterator[Origin]:
    objective = memory.objective
    assert objective is not None
    slopes = [each for each in (objective.slope(variable), memory.slopes.get(variable)) if each is not None]
    for point in memory.points():
        for slope in slopes:
            exact = {each: written.value for each, written in point.items()}
            try:
                memory.spend(FUNCTION_COST)
                here = {**constants, "x": exact[variable], "g": slope.at(exact)}
                nudged = {**exact, variable: exact[variable] + memory.half_unit(point[variable])}
                moved = {**constants, "x": nudged[variable], "g": slope.at(nudged)}
                by_rate = abs(here["g"]) * constants.get(_ROUNDED_RATE, Fraction(0))
            except FAILED:
                continue
            for formula in formulas:
                try:
                    value, other = (_plain(formula, numbers) for numbers in (here, moved))
                except FAILED:
                    continue
                yield Origin(value, abs(other - value) + by_rate, how)


def _plain(formula: Expr, numbers: dict[str, Fraction]) -> Fraction:
    value = worked(formula, lambda symbol: numbers[symbol.name])
    assert isinstance(value, Fraction)
    return value
