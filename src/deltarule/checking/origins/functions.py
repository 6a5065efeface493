"""Functions that a document states, ``f(x) = x^2 - 4x``, and their slopes."""

from fractions import Fraction
from itertools import islice

from deltarule.algebra.derive import derive
from deltarule.algebra.evaluate import evaluate
from deltarule.algebra.expr import (
    Apply,
    Expr,
    Negative,
    Number,
    Piecewise,
    Product,
    Sum,
    SumOver,
    Symbol,
    Vector,
    substitute,
    symbols,
)
from deltarule.checking.sides import reach, value_of
from deltarule.document import Claim
from deltarule.errors import DeltaruleError
from deltarule.formulas import Role
from deltarule.naming import Names
from deltarule.notation import roles_of
from deltarule.records import record
from deltarule.trace import neuron_arithmetic

MAX_VARIABLES = 3
MAX_NODES = 80  # of a formula whose slope is worked out
_OF_SAMPLES = frozenset({Role.OUTPUT, Role.ERROR, Role.NET_INPUT, Role.PREDICTION})
_OBJECTIVES = frozenset({"f", "F", "L", "J", "E", "C", "loss", "cost", "phi", "g", "h", "Q"})
_SELDOM_NETS = frozenset({"u", "v", "s", "h"})  # alone in a function they are its variable
_COORDINATES = frozenset({"x", "y", "z", "u", "v"})
_CONSTANTS = frozenset({"e", "pi"})
_NO_BODY = Symbol("unknown")  # of a function that is known by its slopes


@record
class Function:
    """A function of named variables, given by a formula of these alone.

    One of which only the slopes are stated has these, by variable, and a body without a value.
    """

    name: str
    variables: tuple[Symbol, ...]
    body: Expr
    slopes: tuple[Expr, ...] = ()

    def at(self, point: dict[Symbol, Fraction]) -> Fraction:
        """Value at a point.

        Raises
        ------
        KeyError, ArithmeticError, DeltaruleError
            The point does not name every variable, or there is no value there.
        """
        value: Fraction = evaluate(self.body, lambda symbol: point[symbol], neuron_arithmetic())
        return value

    def slope(self, by: Symbol) -> "Function | None":
        """Its derivative by one of its variables, or None if there is no formula for that."""
        name = f"d{self.name}/d{by.name}"
        if self.slopes:
            return Function(name, self.variables, self.slopes[self.variables.index(by)])
        try:
            return Function(name, self.variables, derive(self.body, by))
        except DeltaruleError:
            return None


def stated_function(claim: Claim, names: Names) -> Function | None:
    """The function that a claim defines: its left side names it, its right side is a formula of few variables."""
    if not claim.links or claim.part is not None:
        return None
    name, variables = _named(claim.subject)
    body = claim.links[-1].expr
    nodes = list(islice(body.walk(), MAX_NODES + 1))
    if name is None or len(nodes) > MAX_NODES or any(isinstance(node, SumOver | Vector) for node in nodes):
        return None
    free = tuple(dict.fromkeys(symbol for symbol in symbols(body) if symbol.name not in _CONSTANTS))
    if variables and free and not set(free) & set(variables):
        variables = _components(variables, free) or variables
    if not variables and {symbol.name for symbol in free} == _LINE and not any(s.index for s in free):
        variables = tuple(sorted(free, key=lambda symbol: symbol.name))
    elif not variables:
        variables = free
        roles = {
            names.role(symbol.name) for symbol in free if len(free) > 1 or symbol.name not in _SELDOM_NETS
        }
        if roles & _OF_SAMPLES or any(symbol.marks for symbol in free) or isinstance(body, Piecewise):
            return None
        if Role.TARGET in roles and {symbol.name for symbol in free} != {"x", "y"}:
            return None
    if variables and set(variables) < set(free) and {symbol.name for symbol in free} <= _COORDINATES:
        variables = free  # f(x) = x^2 + 3y
    if not variables or not free or len(variables) > MAX_VARIABLES or not set(free) <= set(variables):
        return None
    if any(isinstance(index, str) for symbol in variables for index in (*symbol.index, *symbol.upper)):
        return None
    return Function(name, variables, body)


_LINE = frozenset({"a", "b"})  # of y = a x + b, with numbers for all data: no output stands there


def _components(variables: tuple[Symbol, ...], free: tuple[Symbol, ...]) -> tuple[Symbol, ...]:
    """What a function of a vector is a function of: ``f(x)`` and ``f(X)`` of x_1 and x_2, which stand in any order."""
    plain = len(variables) == 1 and not variables[0].index
    same = {symbol.name.lower() for symbol in free} == {variables[0].name.lower()}
    if not plain or not same or not all(len(symbol.index) == 1 for symbol in free):
        return ()
    return tuple(sorted(free, key=lambda symbol: str(symbol.index[0])))


def _named(subject: Expr | None) -> tuple[str | None, tuple[Symbol, ...]]:
    """Name and arguments of a function on the left of its definition."""
    if isinstance(subject, Apply) and not subject.function.endswith("'"):
        items = subject.arg.items if isinstance(subject.arg, Vector) else (subject.arg,)
        arguments = tuple(item for item in items if isinstance(item, Symbol))
        return (subject.function, arguments) if len(arguments) == len(items) else (None, ())
    if isinstance(subject, Symbol) and len(subject.upper) == 1 and not subject.index and not subject.marks:
        letter = subject.upper[0]  # g(t), which may also be g at the time t
        return (
            (subject.name, (Symbol(letter),))
            if isinstance(letter, str) and subject.name in _OBJECTIVES
            else (None, ())
        )
    if isinstance(subject, Symbol) and not subject.index and not subject.upper and not subject.marks:
        objective = subject.name in _OBJECTIVES or Role.LOSS in roles_of(subject.name)
        return (subject.name, ()) if objective else (None, ())
    return None, ()


def slope_variable(subject: Expr | None) -> tuple[str, Symbol | None] | None:
    """The function and the variable that a derivative on the left side names: ``f'(x)``, ``dL/dw``, ``∇f``."""
    if isinstance(subject, Apply) and subject.function.endswith("''"):
        return None
    if isinstance(subject, Apply) and subject.function.endswith("'"):
        return subject.function[:-1], subject.arg if isinstance(subject.arg, Symbol) else None
    if isinstance(subject, Symbol) and subject.name.startswith("dL/d"):
        variable = Symbol(subject.name[4:], subject.index)
        return (subject.marks[0] if subject.marks else ""), variable
    if isinstance(subject, Symbol) and Role.GRADIENT in roles_of(subject.name):
        return "", None
    return None


def known_by_slopes(name: str, slopes: dict[Symbol, Expr]) -> Function | None:
    """The function that has these slopes, if they are formulas of the variables that they are taken by, and of no others."""
    variables = tuple(sorted(slopes, key=lambda symbol: (symbol.name, str(symbol.index))))
    free = {symbol for body in slopes.values() for symbol in symbols(body) if symbol.name not in _CONSTANTS}
    nodes = [node for body in slopes.values() for node in islice(body.walk(), MAX_NODES + 1)]
    if not free <= set(variables) or not free or len(variables) > MAX_VARIABLES or len(nodes) > MAX_NODES:
        return None
    if any(isinstance(node, SumOver | Vector | Apply | Piecewise) for node in nodes):
        return None
    if len(variables) == 1 and any(
        same_formula(slopes[variables[0]], each, variables) for each in _of_output(variables[0])
    ):
        return None
    return Function(name, variables, _NO_BODY, tuple(slopes[each] for each in variables))


def _of_output(output: Symbol) -> tuple[Expr, ...]:
    """Slopes of the sigmoid and of tanh by their outputs, which many write as ``f'(x)``."""
    one = Number(Fraction(1))
    rest = Sum((one, Negative(output)))
    return Product((output, rest)), Sum((one, Negative(Product((output, output)))))


def _coefficients_reach(formula: Expr, point: dict[Symbol, Fraction]) -> Fraction:
    """How far the decimals in a formula, which may be roundings, can move its value at a point."""
    known = substitute(formula, lambda symbol: Number(point[symbol]) if symbol in point else None)
    value = value_of(known)
    return Fraction(0) if value is None else reach(known, value)


def same_formula(left: Expr, right: Expr, variables: tuple[Symbol, ...]) -> bool | None:
    """Whether two formulas agree at several points, and so everywhere; None if that cannot be told."""
    agreed = 0
    for start in (Fraction(3, 7), Fraction(-5, 3), Fraction(11, 4), Fraction(17, 9)):
        point = {symbol: start + Fraction(k * 5, 13) for k, symbol in enumerate(variables)}
        try:
            values = [
                evaluate(each, lambda symbol, point=point: point[symbol], neuron_arithmetic())  # type: ignore[misc]  # bound at once
                for each in (left, right)
            ]
        except (KeyError, ArithmeticError, DeltaruleError):
            continue
        if abs(values[0] - values[1]) > Fraction(1, 10**20) + _coefficients_reach(right, point):
            return False
        agreed += 1
    return True if agreed >= 2 else None
