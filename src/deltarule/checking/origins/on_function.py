"""What a line works out about the function that is descended on, and what it may be: a slope, a value, a step.

The line is right as arithmetic; the question is whether the numbers in it are those that belong there. Each line has its point: the
numbers behind the name of the function, what a name with that index was told to be, or where the descent stands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice, product

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Expr, Negative, Number, Product, Quotient, Sum, Symbol, Vector
from deltarule.checking.origins.descended import rates
from deltarule.checking.origins.functions import Function, slope_variable
from deltarule.checking.origins.memory import Memory
from deltarule.checking.origins.nearness import by_one_slip
from deltarule.checking.origins.of_function import sloped_by
from deltarule.checking.origins.origin import Origin
from deltarule.checking.sides import as_number, reach, value_of
from deltarule.document import Claim, Link
from deltarule.errors import DeltaruleError
from deltarule.formulas import Role
from deltarule.records import record
from deltarule.written import Written

LIKELY = 2  # ways in which a line may be meant, of which a slip makes another number
MAX_POINTS = 4  # that one line may be about
MAX_HELD = 12  # and with what may be meant with their values
_COST = 20  # of working out a value or a slope
_MOST_OF_FRACTION = 4  # nodes, with a sign
_MOST_NODES = 9  # of a plain step in symbols: nothing else is added to it

Point = dict[Symbol, Written]


@record
class OnFunction:
    """A working about the function.

    Attributes
    ----------
    kind : str
        ``slope``, ``value`` or ``step``.
    may_be : tuple of Fraction
        What it is worth if it is right, the likeliest first.
    belonging : tuple of Written
        The numbers that belong into it.
    is_placed : bool
        Whether the line itself says where the function is taken, or by what rule a step is made.
    name : str
        What to call it in a sentence.
    """

    kind: str
    link: Link
    may_be: tuple[Fraction, ...]
    belonging: tuple[Written, ...]
    is_placed: bool
    name: str
    slopes: tuple[tuple[Fraction, Fraction], ...] = ()  # of a step: where it may start, and the slope there
    rate: Fraction | None = None  # of a step
    exact: frozenset[Fraction] = frozenset()  # numbers that are no roundings in it
    slack: Fraction = Fraction(0)  # that more digits of the point than are printed may make
    by_itself: frozenset[Fraction] = (
        frozenset()
    )  # what the function itself gives, whatever is stated of its slope
    is_worked_at: bool = False  # a step whose slope is worked out at the point where it starts

    @property
    def expr(self) -> Expr:
        """The working."""
        return self.link.expr

    def reach(self, value: Fraction) -> Fraction:
        """How far its numbers, rounded or cut off, may move its value; those that belong there do not."""
        fixed = self.exact | {abs(each.value) for each in self.belonging}
        return self.slack + 2 * reach(self.expr, value, lambda leaf: abs(leaf.value) not in fixed)

    def gives(self, value: Fraction, slack: Fraction) -> bool:
        """Whether a value is what the line is worth if it is right."""
        return any(abs(value - each) <= slack for each in self.may_be)

    def is_likely(self, value: Fraction) -> bool:
        """Whether it is what the line is worth in the likeliest ways; a number in it may have been put right."""
        worth = value_of(self.expr)
        slack = self.reach(worth) if worth is not None else Fraction(0)
        return any(abs(value - each) <= slack for each in self.may_be[:LIKELY])


def on_function(claim: Claim, memory: Memory, told: "Told") -> OnFunction | None:
    """What a claim works out in numbers about the function, if it is about that at all."""
    objective = memory.objective
    link = next((each for each in claim.links if _is_working(each.expr)), None)
    if objective is None or link is None:
        return None
    by = slope_by(claim, memory)
    if by is not None:
        return _slope(claim, link, by, memory, told)
    if isinstance(claim.subject, Apply):
        return _value(claim, link, memory, told)
    variable = memory.variable(claim.subject)
    if claim.part is not None and not _several(objective):
        return None  # a vector, and a function of something else
    return None if variable is None else _step(claim, link, variable, memory, told)


def _is_working(expr: Expr) -> bool:
    return is_numeric(expr) and as_number(expr) is None


# -- slopes


def slope_by(claim: Claim, memory: Memory) -> Symbol | None:
    """The variable of the function by which a left side is its slope: ``f'(x)``, ``∂f/∂x``, ``f_x``."""
    objective, subject = memory.objective, claim.subject
    named = slope_variable(subject)
    if objective is None:
        return None
    if named is not None:
        function = memory.functions.get(named[0], objective)
        if function is not objective or _is_by_another(named[1], objective.variables):
            return None
        return sloped_by(claim, named[1], objective)
    if not isinstance(subject, Symbol):
        return None
    if subject.name == f"d{objective.name}" and not subject.index:  # as programs have it
        return objective.variables[0] if len(objective.variables) == 1 else None
    if subject.name == objective.name and len(subject.index) == 1:
        return next((each for each in objective.variables if each.name == subject.index[0]), None)
    return None


def _is_by_another(by: Symbol | None, variables: Sequence[Symbol]) -> bool:
    """Whether a slope is by a name that is not the only variable, nor one that stands for any parameter: ``∂L/∂y`` of ``L = s²``."""
    return by is not None and len(variables) == 1 and by.name not in ("w", "b", variables[0].name)


def _slope(claim: Claim, link: Link, by: Symbol, memory: Memory, told: "Told") -> OnFunction | None:
    objective = memory.objective
    formulas = [] if objective is None else [objective.slope(by), memory.slopes.get(by)]
    known = [each for each in formulas if each is not None]
    if not _applied(link.expr) <= {name for each in known for name in _applied(each.body)}:
        return OnFunction("slope", link, (), (), True, "")  # cos(1)·3 is a slope of something else
    points, is_placed = _points(claim, objective, memory)
    points = points if is_placed else [point for point in points if _holds(link.expr, point.values())]
    name = f"the slope by {by.name}" if _several(objective) else "the slope"
    return _of("slope", link, known, told.points(points), is_placed, memory, name)


def _several(function: Function | None) -> bool:
    return function is not None and len(function.variables) > 1


# -- values


def _value(claim: Claim, link: Link, memory: Memory, told: "Told") -> OnFunction | None:
    subject = claim.subject
    function = memory.functions.get(subject.function) if isinstance(subject, Apply) else None
    if function is None or function is not memory.objective or function.slopes:
        return None
    if not _applied(link.expr) <= _applied(function.body) or _n_terms(link.expr) != _n_terms(function.body):
        return None
    points, is_placed = _points(claim, function, memory)
    at = told.points(points)
    return _of("value", link, [function], at, True, memory, function.name) if is_placed else None


def _n_terms(expr: Expr) -> int:
    return len(expr.terms) if isinstance(expr, Sum) else 1


def _of(
    kind: str,
    link: Link,
    formulas: Sequence[Function],
    points: Sequence[Point],
    is_placed: bool,
    memory: Memory,
    name: str,
) -> OnFunction | None:
    """A working held against formulas at points."""
    may_be, by_itself = [], set()
    for formula, point in product(formulas, points):
        memory.spend(_COST)
        value = _at(formula, point)
        if value is not None and value not in may_be:
            may_be.append(value)
        if value is not None and formula is formulas[0]:
            by_itself.add(value)
    belonging = tuple(dict.fromkeys(number for point in points[:1] for number in point.values()))
    if not may_be:
        return None
    slack = Fraction(0) if _holds(link.expr, belonging) else _unprinted(formulas[0], points[0])
    exact = _numbers_of(formulas)
    own = frozenset(by_itself)
    return OnFunction(
        kind, link, tuple(may_be), belonging, is_placed, name, exact=exact, slack=slack, by_itself=own
    )


def _unprinted(formula: Function, point: Point) -> Fraction:
    """How far digits of a point that are not printed may move a value there."""
    value, slack = _at(formula, point), Fraction(0)
    for variable, number in point.items() if value is not None else ():
        if number.places > 0:
            moved = _at(formula, {**point, variable: replace(number, value=number.value + number.unit / 2)})
            slack += abs(moved - value) if moved is not None and value is not None else Fraction(0)
    return slack


def _numbers_of(formulas: Iterable[Function]) -> frozenset[Fraction]:
    """The sizes of the numbers in some formulas."""
    return frozenset(
        abs(node.value) for each in formulas for node in each.body.walk() if isinstance(node, Number)
    )


def _at(formula: Function, point: Point) -> Fraction | None:
    try:
        return formula.at({symbol: written.value for symbol, written in point.items()})
    except (KeyError, ArithmeticError, DeltaruleError, ValueError):
        return None


def _points(claim: Claim, function: Function | None, memory: Memory) -> tuple[list[Point], bool]:
    """Where a claim may take a function, and whether it says so itself."""
    subject = claim.subject
    if function is None:
        return [], False
    if isinstance(subject, Apply):
        items = subject.arg.items if isinstance(subject.arg, Vector) else (subject.arg,)
        numbers = [_told(item, memory) for item in items]
        known = [number for number in numbers if number is not None]
        if len(known) == len(numbers) == len(function.variables):
            return [dict(zip(function.variables, known, strict=True))], True
        if items != function.variables:
            return [], False
    return list(memory.points())[:MAX_POINTS], False


def _told(item: Expr, memory: Memory) -> Written | None:
    """The number that an argument is, or that was told for exactly its name, which has an index; only one such number."""
    if not isinstance(item, Symbol):
        return as_number(item)
    several = item.index and len(memory.said.get((item.name, item.index), ())) > 1
    if several or not (item.index or item.upper):
        return None
    return memory.values.get((item.name, item.index, item.upper, ""))


def _holds(expr: Expr, numbers: Iterable[Written]) -> bool:
    """Whether a working of several numbers has one of some in it, with either sign."""
    inside = [abs(node.value) for node in expr.walk() if isinstance(node, Number)]
    return len(inside) > 1 and any(abs(number.value) in inside for number in numbers)


def _applied(expr: Expr) -> set[str]:
    """The functions that are applied in an expression."""
    return {node.function for node in expr.walk() if isinstance(node, Apply)}


# -- steps


class Told:
    """What lines have told that others go by: slopes even where they are wrong, and values that are right where a wrong one stands."""

    def __init__(self) -> None:
        self._slopes: dict[Symbol, Written] = {}
        self._meant: dict[Symbol, tuple[Written, ...]] = {}
        self.is_other = False  # whether the rule stated last is not that of a plain descent
        self.rate_is_indexed = False  # whether it has a learning rate of its own for every step

    def state_rule(self, claim: Claim, memory: Memory) -> None:
        """Note by what rule the document goes on: that of a plain descent, or another one."""
        self.is_other = not is_rule(claim, memory)
        rates = (node for each in claim.formulas for node in each.walk() if isinstance(node, Symbol))
        self.rate_is_indexed = any(
            bool(each.index or each.upper) and _is_scheduled(each, memory) for each in rates
        )

    def tell_slope(self, by: Symbol, written: Written) -> None:
        """Note a slope."""
        self._slopes[by] = written

    def slope(self, by: Symbol) -> Written | None:
        """The last slope by a variable."""
        return self._slopes.get(by)

    def mean(self, variable: Symbol, values: Iterable[Fraction]) -> None:
        """Note what the last step of a variable leads to by its working or if it is made rightly, where something else is written."""
        self._meant[variable] = tuple(Written("", value, 0) for value in dict.fromkeys(values))

    def meant(self, variable: Symbol) -> tuple[Written, ...]:
        """What may be meant with the last value of a variable, beside what is written."""
        return self._meant.get(variable, ())

    def points(self, written: Iterable[Point]) -> list[Point]:
        """Some points, then each with what may be meant with its values."""
        found: list[Point] = []
        for point in written:
            ways = [(number, *self.meant(variable)) for variable, number in point.items()]
            found += [dict(zip(point, each, strict=True)) for each in islice(product(*ways), MAX_POINTS)]
        return found[:MAX_HELD]


def _step(claim: Claim, link: Link, variable: Symbol, memory: Memory, told: Told) -> OnFunction | None:
    """A step, from where the variable stood, by the slope that was told there or the one that the function has."""
    objective, eta = memory.objective, rates(memory).get("eta")
    before = _before(claim, variable, memory)
    if eta is None or objective is None or not before:
        return None
    starts = (*before, *told.meant(variable))
    formulas = [each for each in (objective.slope(variable), memory.slopes.get(variable)) if each is not None]
    slopes: list[tuple[Written, Fraction]] = []
    by_itself: set[Fraction] = set()
    last = told.slope(variable)
    for start in starts:
        slopes += [(start, last.value)] if last is not None else []
        for formula, point in product(formulas, told.points(islice(memory.points(), MAX_POINTS))):
            memory.spend(_COST)
            slope = _at(formula, {**point, variable: start})
            slopes += [(start, slope)] if slope is not None else []
            if slope is not None and formula is formulas[0]:
                by_itself.add(start.value - eta * slope)
    if not slopes:
        return None
    here = _start(link.expr)
    if here is None or not _may_start(here, starts, _goes_on(claim, variable, memory)):
        return None
    rate = memory.roles.get((Role.LEARNING_RATE, None)) or memory.exercise.learning_rate
    rate = rate if rate is not None and rate.value == eta else None
    is_worked_at = _is_worked_at(link.expr, here)
    return OnFunction(
        "step",
        link,
        tuple(dict.fromkeys(each.value - eta * slope for each, slope in slopes)),
        tuple(each for each in (before[0], last, rate) if each is not None),
        is_rule(claim, memory) or is_worked_at,
        "the step" if not _several(objective) else f"the step of {variable.name}",
        tuple(dict.fromkeys((each.value, slope) for each, slope in slopes)),
        eta,
        frozenset({eta}) | _numbers_of(formulas),
        by_itself=frozenset(by_itself),
        is_worked_at=is_worked_at,
    )


def _may_start(here: Written, starts: Sequence[Written], goes_on: bool) -> bool:
    """Whether a step is held against the function: not if it begins anew, nor if it goes on with more digits than were printed."""
    if any(here.value == each.value for each in starts):
        return True
    if any(here.value == -each.value for each in starts):  # unless that is what was meant
        return all(abs(here.value - each.value) > here.unit for each in starts)
    return goes_on and abs(here.value - starts[0].value) > starts[0].unit


def _before(claim: Claim, variable: Symbol, memory: Memory) -> list[Written]:
    """Where a variable stood in front of a step, the surest first: what was told of the time before, what was told last."""
    found = memory.history(variable)[-2:][::-1]
    timed = _at_time_before(claim, variable, memory)
    return [timed, *(each for each in found if each != timed)] if timed is not None else found


def _at_time_before(claim: Claim, variable: Symbol, memory: Memory) -> Written | None:
    """What was told of a variable for the time before the one in the name of a claim: of ``x_2`` for ``x_3``."""
    subject = claim.subject
    times = (subject.index or subject.upper) if isinstance(subject, Symbol) and not variable.index else ()
    count = times[0] if len(times) == 1 else None
    if not isinstance(subject, Symbol) or not isinstance(count, int) or count < 1:
        return None
    before = (count - 1,)
    key = (subject.name, before, (), "") if subject.index else (subject.name, (), before, "")
    return memory.values.get(key)


def _goes_on(claim: Claim, variable: Symbol, memory: Memory) -> bool:
    """Whether a step says in its name from where it goes on, and not from the start: there another one may begin."""
    subject = claim.subject
    times = (subject.index or subject.upper) if isinstance(subject, Symbol) else ()
    return times != (1,) and _at_time_before(claim, variable, memory) is not None


def _start(expr: Expr) -> Written | None:
    """Where a step starts that is worked in numbers: the first of two terms."""
    return _as_written(expr.terms[0]) if isinstance(expr, Sum) and len(expr.terms) == 2 else None


def _as_written(expr: Expr) -> Written | None:
    """A number, or a fraction of two."""
    number = as_number(expr)
    if (
        number is not None
        or not isinstance(expr, Quotient | Negative)
        or len(list(expr.walk())) > _MOST_OF_FRACTION
    ):
        return number
    value = value_of(expr)
    return None if value is None else Written(str(value), value, 0)


def _is_worked_at(expr: Expr, start: Written) -> bool:
    """Whether the slope in a step is worked out at just the point where it starts: ``2 - 0.1 · (2 - 1)``."""
    return any(as_number(factor) is None and _holds(factor, (start,)) for factor in _off(expr))


def is_worked_step(expr: Expr) -> bool:
    """Whether a side in numbers takes off something times what is worked out in a bracket: ``0.3 - 0.1 · (0.3 - 2)``."""
    factors = _off(expr) if isinstance(expr, Sum) and len(expr.terms) == 2 else ()
    return len(factors) > 1 and any(isinstance(factor, Sum) for factor in factors)


def _off(expr: Expr) -> tuple[Expr, ...]:
    """The factors of what a step adds or takes off."""
    off = expr.terms[1] if isinstance(expr, Sum) else expr
    off = off.arg if isinstance(off, Negative) else off
    return off.factors if isinstance(off, Product) else (off,)


def is_by_slope(line: OnFunction, memory: Memory) -> bool:
    """Whether a step goes by the learning rate and a number that stands for nothing else in the document, as a velocity does."""
    numbers = [_as_written(each) for each in _off(line.expr)]
    values = [abs(each.value) for each in numbers if each is not None]
    others = [value for value in values if value != line.rate]
    told = {abs(each.value) for each in memory.values.values()}
    told |= {abs(memory.last)} if memory.last is not None else set()
    told -= {abs(slope) for _, slope in line.slopes}
    return len(values) == len(numbers) == 2 and len(others) == 1 and not told.issuperset(others)


def is_rated(line: OnFunction) -> bool:
    """Whether the learning rate is a factor of what a step adds."""
    numbers = [_as_written(each) for each in _off(line.expr)]
    return any(each is not None and each.value == line.rate for each in numbers)


def is_unrated(line: OnFunction) -> bool:
    """Whether a step goes by a right slope without the learning rate."""
    numbers = [_as_written(each) for each in _off(line.expr)]
    slopes = {abs(slope) for _, slope in line.slopes}
    return line.rate != 1 and len(numbers) == 1 and numbers[0] is not None and abs(numbers[0].value) in slopes


def is_misspelt(line: OnFunction) -> bool:
    """Whether a step goes by a number that is a right slope but for one slip of the pen."""
    numbers = [_as_written(each) for each in _off(line.expr)]
    others = [
        replace(each, value=abs(each.value))
        for each in numbers
        if each is not None and each.value != line.rate
    ]
    slopes = [Origin(abs(slope), Fraction(0), "slope") for _, slope in line.slopes]
    return len(others) == 1 and any(by_one_slip(others[0], slope) for slope in slopes)


def is_at_another_rate(line: OnFunction) -> bool:
    """Whether a step goes by a right slope and by another number than the learning rate."""
    numbers = [_as_written(each) for each in _off(line.expr)]
    values = {abs(each.value) for each in numbers if each is not None}
    return (
        len(numbers) == 2
        and line.rate not in values
        and any(abs(slope) in values for _, slope in line.slopes)
    )


def is_rule(claim: Claim, memory: Memory) -> bool:
    """Whether a claim says in symbols how a plain descent goes on."""
    return any(_is_rule(each.expr, memory) for each in claim.links)


def _is_rule(expr: Expr, memory: Memory) -> bool:
    """Whether a side says in symbols that the learning rate times a slope of the function is taken off: ``x_0 - η f'(x_0)``."""
    nodes = list(expr.walk()) if not is_numeric(expr) else []
    rated = any(_is_rate(each, memory) for each in nodes)
    sloped = any(isinstance(each, Apply | Symbol) and _is_slope(each) for each in nodes)
    return rated and sloped and len(nodes) <= _MOST_NODES


def _is_rate(expr: Expr, memory: Memory) -> bool:
    """Whether a factor is the learning rate, by its name or in numbers; one with an index may be another in every step, and is to be told."""
    if isinstance(expr, Number):
        return expr.value == rates(memory).get("eta")
    if not isinstance(expr, Symbol):
        return False
    if expr.index or expr.upper:
        return _is_scheduled(expr, memory)
    told = memory.values.get((expr.name, (), (), ""))
    is_eta = told is not None and told.value == rates(memory).get("eta")
    return is_eta or memory.names.role(expr.name) is Role.LEARNING_RATE


def _is_scheduled(rate: Symbol, memory: Memory) -> bool:
    """Whether the rate of any step follows from its count and the first one alone: ``η_k = η_0/(1 + k)``."""
    if memory.names.role(rate.name) is not Role.LEARNING_RATE:
        return False
    for left, formula in memory.formulas.get(rate.name, ()):
        counts = {each for each in (*left.index, *left.upper) if isinstance(each, str)}
        if counts and all(each.name == rate.name or each.name in counts for each in formula.symbols):
            return True
    return False


def _is_slope(expr: Expr) -> bool:
    return slope_variable(expr) is not None
