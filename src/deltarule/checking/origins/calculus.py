"""What the calculus of a stated function gives: second derivatives, curvatures, where its slopes are zero, what equations hold there."""

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import combinations

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Expr, Number, Product, Quotient, Sum, Symbol, Vector, symbols
from deltarule.algebra.linear import solution
from deltarule.checking.origins.arrays import NoValueError, worked
from deltarule.checking.origins.functions import Function, same_formula, slope_variable
from deltarule.checking.origins.memory import Memory, last_number
from deltarule.checking.origins.origin import Origin
from deltarule.checking.sides import as_number
from deltarule.document import Claim, Link
from deltarule.errors import DeltaruleError
from deltarule.written import Written

FUNCTION_COST = 20  # of the budget, for one look at a function and its slopes
_EIGENVALUES = frozenset({"lambda", "L", "mu", "m", "M"})
_NEAR = Fraction(1, 10**12)
_FAILED = (NoValueError, KeyError, ArithmeticError, DeltaruleError, ValueError)


def of_calculus(claim: Claim, memory: Memory) -> Iterator[Origin]:
    """Origins of a value in the curvature of the functions told so far, and in the points where their slopes are zero."""
    subject = claim.subject
    if subject is None or (not memory.functions and memory.objective is None):
        return
    with suppress(*_FAILED):
        yield from _second(subject, memory)
    if isinstance(subject, Symbol):
        written = last_number(claim)
        for origin in _where_flat(subject, memory):
            if written is not None and (written.figures > 1 or written.value == origin.value):
                yield origin  # 0.3 for 5/18 may be any step
        yield from _eigenvalue(subject, memory)
    elif isinstance(subject, Sum | Product | Quotient):
        yield from _equation(subject, memory)


def is_slope(subject: Expr | None) -> bool:
    """Whether a left side may be a derivative, which a function may be asked about."""
    if isinstance(subject, Symbol):
        return subject.name.startswith("dL/d") or len(subject.index) == 2
    return isinstance(subject, Apply) and subject.function.endswith("'")


def stated_rightly(claim: Claim, memory: Memory) -> Link | None:
    """The last formula on a claim about a derivative, if it is that of the function told before."""
    derived = _derivative(claim, memory)
    if derived is None:
        return None
    found: Link | None = None
    for link in claim.links:
        if is_numeric(link.expr) or not set(symbols(link.expr)) <= set(derived.variables):
            break
        if not same_formula(derived.body, link.expr, derived.variables):
            return None
        found = link
    return found


def hessian(claim: Claim, memory: Memory) -> tuple[tuple[Written, Expr], ...]:
    """The numbers of a matrix, if they are all second derivatives of the function told before, in their places."""
    objective = memory.objective
    given = claim.given
    if objective is None or given is None or len(given.items) != len(objective.variables) < 2:
        return ()
    found: list[tuple[Written, Expr]] = []
    with suppress(*_FAILED):
        curvatures = _curvatures(objective, memory)
        for row, wanted in zip(given.items, curvatures, strict=True):
            if not isinstance(row, Vector) or len(row.items) != len(wanted):
                return ()
            for item, value in zip(row.items, wanted, strict=True):
                written = as_number(item)
                if written is None or written.value != value:
                    return ()
                found.append((written, item))
        return tuple(found)
    return ()


def _derivative(claim: Claim, memory: Memory) -> Function | None:
    """The derivative that the left side of a claim names."""
    second = _second_derivative(claim.subject, memory)
    if second is not None:
        return second
    named = slope_variable(claim.subject)
    if named is None:
        return None
    name, by = named
    function = memory.functions.get(name, memory.objective)
    if function is None:
        return None
    if claim.part is not None and claim.part < len(function.variables):
        return function.slope(function.variables[claim.part])
    return function.slope(by) if by in function.variables and by is not None else None


def _second_derivative(subject: Expr | None, memory: Memory) -> Function | None:
    """``f''``, ``∂²f/∂x∂y``, ``f_xy``: the second derivative that a left side names."""
    if isinstance(subject, Apply) and subject.function.endswith("''"):
        function = memory.functions.get(subject.function[:-2], memory.objective)
        if function is None or subject.function.endswith("'''"):
            return None
        if isinstance(subject.arg, Vector):
            by = tuple(_variable(each, function) for each in subject.arg.items)
        else:
            by = function.variables * 2 if len(function.variables) == 1 else ()
    elif isinstance(subject, Symbol) and len(subject.index) == 2 and subject.name in memory.functions:
        function = memory.functions[subject.name]
        by = tuple(_variable(Symbol(str(each)), function) for each in subject.index)
    else:
        return None
    first = function.slope(by[0]) if len(by) == 2 and by[0] is not None else None
    return first.slope(by[1]) if first is not None and by[1] is not None else None


def _variable(named: Expr, function: Function) -> Symbol | None:
    return named if isinstance(named, Symbol) and named in function.variables else None


def _second(subject: Expr, memory: Memory) -> Iterator[Origin]:
    """The value of a second derivative, where the claim says or where the descent stands."""
    derived = _second_derivative(subject, memory)
    if derived is None:
        return
    memory.spend(FUNCTION_COST)
    if isinstance(subject, Apply) and is_numeric(subject.arg):
        argument = worked(subject.arg, lambda _: Fraction(0))
        if isinstance(argument, Fraction):
            yield Origin(derived.at({derived.variables[0]: argument}), Fraction(0), "second slope", True)
        return
    some = [
        derived.at({variable: Fraction(k * k + i, 2 * k + 1) for i, variable in enumerate(derived.variables)})
        for k in (1, 2, 4)
    ]
    if len(set(some)) == 1:  # the same everywhere
        yield Origin(some[0], Fraction(0), "second slope")
        return
    for point in memory.exact_points():
        yield Origin(derived.at(point), Fraction(0), "second slope")


def _curvatures(function: Function, memory: Memory) -> tuple[tuple[Fraction, ...], ...]:
    """The second derivatives of a function that is quadratic.

    Raises
    ------
    NoValueError
        They are not the same everywhere.
    """
    key = "curvatures", function.variables, function.body, function.slopes
    if key not in memory.paths:
        memory.spend(FUNCTION_COST)
        memory.paths[key] = _bent(function)
    return memory.paths[key]


def _bent(function: Function) -> tuple[tuple[Fraction, ...], ...]:
    """How the slopes of a function change with each variable, if they are straight lines."""
    variables = function.variables
    rows: list[tuple[Fraction, ...]] = []
    for slope in map(function.slope, variables):
        if slope is None:
            raise NoValueError

        def at(*numbers: Fraction, slope: Function = slope) -> Fraction:
            return slope.at(dict(zip(variables, numbers, strict=True)))

        zero = [Fraction(0)] * len(variables)
        rise = [at(*zero[:k], Fraction(1), *zero[k + 1 :]) - at(*zero) for k in range(len(variables))]
        for place in ([Fraction(7, 3)] * len(variables), [Fraction(k - 5, 2) for k in range(len(variables))]):
            straight = at(*zero) + sum(a * b for a, b in zip(rise, place, strict=True))
            if straight != at(*place):
                raise NoValueError
        rows.append(tuple(rise))
    return tuple(rows)


def _flat_point(function: Function, memory: Memory) -> dict[Symbol, Fraction] | None:
    """Where all slopes of a quadratic function are zero, if that is one point."""
    key = "flat", function.variables, function.body, function.slopes
    if key not in memory.paths:
        memory.paths[key] = ()
        with suppress(*_FAILED):
            rows = _curvatures(function, memory)
            zero = dict.fromkeys(function.variables, Fraction(0))
            slopes = [function.slope(variable) for variable in function.variables]
            right = [-slope.at(zero) for slope in slopes if slope is not None]
            memory.paths[key] = (solution(rows, right),)
    point = memory.paths[key]
    return dict(zip(function.variables, point[0], strict=True)) if point else None


def _functions(memory: Memory) -> list[Function]:
    """The functions told so far, what is descended on first."""
    objective = memory.objective
    others = [each for each in memory.functions.values() if each is not objective]
    return others if objective is None else [objective, *others]


def _where_flat(subject: Symbol, memory: Memory) -> Iterator[Origin]:
    """``x_1^*``, ``α^*``: a variable where the slopes of its function are zero."""
    for function in _functions(memory):
        for variable in function.variables:
            if variable.name == subject.name and (not variable.index or variable.index == subject.index):
                point = _flat_point(function, memory)
                if point is not None:
                    yield Origin(point[variable], Fraction(0), "stationary")


def _equation(subject: Expr, memory: Memory) -> Iterator[Origin]:
    """``4 x_1 - 2 x_2 = -4``: what holds where the slopes of the function are zero."""
    named = frozenset(symbols(subject))
    for function in _functions(memory) if named else ():
        if named <= set(function.variables):
            point = _flat_point(function, memory)
            with suppress(*_FAILED):
                value = worked(subject, lambda symbol, point=point: point[symbol]) if point else None  # type: ignore[misc]  # bound at once
                if isinstance(value, Fraction):
                    yield Origin(value, Fraction(0), "stationary")


def _eigenvalue(subject: Symbol, memory: Memory) -> Iterator[Origin]:
    """``λ_max``, ``κ``: the largest and the smallest curvature of a quadratic function, and how many times one the other is."""
    if subject.name not in _EIGENVALUES and subject.name != "kappa":
        return
    for function in _functions(memory):
        with suppress(*_FAILED):
            values = _spectrum(_curvatures(function, memory))
            if subject.name != "kappa":
                for value in values:
                    yield Origin(value, _NEAR * abs(value), "curvature")
            elif len(values) > 1 and min(values) > 0:
                yield Origin(max(values) / min(values), _NEAR * max(values) / min(values), "curvature")


def _spectrum(rows: tuple[tuple[Fraction, ...], ...]) -> tuple[Fraction, ...]:
    """Eigenvalues of a symmetric matrix that is diagonal or has two rows."""
    if not any(rows[i][j] for i, j in combinations(range(len(rows)), 2)):
        return tuple(rows[k][k] for k in range(len(rows)))
    if len(rows) != 2:
        raise NoValueError
    half, apart = (rows[0][0] + rows[1][1]) / 2, (rows[0][0] - rows[1][1]) / 2
    root = worked(Apply("sqrt", Number(apart * apart + rows[0][1] * rows[1][0])), lambda _: Fraction(0))
    assert isinstance(root, Fraction)
    return half + root, half - root
