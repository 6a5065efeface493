"""The value of a formula with the numbers that the document has told so far, and how far their rounding may move it."""

from collections.abc import Iterator
from fractions import Fraction
from typing import TypeAlias

from deltarule.algebra.expr import Apply, Expr, Symbol, symbols
from deltarule.checking.origins.arrays import MAX_SYMBOLS, NoValueError, Value, worked
from deltarule.checking.origins.memory import MAX_SEARCHED, Known, Memory, number_of
from deltarule.checking.origins.origin import Origin
from deltarule.errors import DeltaruleError
from deltarule.formulas import ACTIVATIONS, Role
from deltarule.naming import ACTIVATION_NAMES
from deltarule.written import Written

_GIVEN = frozenset({Role.FEATURE, Role.TARGET, Role.LEARNING_RATE, Role.COUNT, Role.THRESHOLD})
LEARNED = frozenset({Role.WEIGHT, Role.BIAS})
FUNCTION_COST = 20  # of the budget, for one look at a function and its slope
MAX_DEPTH = 3  # formulas put into one another
MOST_PRIMES = 3
MAX_MOVED = 40  # numbers of a formula whose rounding is followed through it
FEWEST_FIGURES = 3  # of a learning rate that is no rounding
_COUNTING = frozenset({"i", "j", "k", "l", "m", "n", "t"})  # letters of an index that stand for any number
FAILED = (NoValueError, KeyError, ArithmeticError, DeltaruleError, ValueError)
Assignment: TypeAlias = dict[Symbol, Known]


def evaluated(
    formula: Expr, memory: Memory, part: int | None, how: str, sure: bool = False
) -> Iterator[Origin]:
    """The value of a formula with the numbers known now, or with those before the last change; lists from 1 or 0."""
    names = tuple(dict.fromkeys(symbols(formula)))
    if len(names) > MAX_SYMBOLS:
        return
    tried: list[Assignment] = []
    anew = any(symbol.name in memory.formulas for symbol in names)
    for old, zero, fresh in _WAYS if anew else _WAYS[:4]:
        known: Assignment = {}
        exactly = sure and not old and not fresh
        try:
            for symbol in names:
                known[symbol], exact = number_found(symbol, memory, old, zero, MAX_DEPTH, fresh)
                exactly = exactly and exact
            if known in tried:
                continue
            tried.append(known)
            yield with_slack(formula, known, memory, part, how, exactly)
        except FAILED:
            continue


# the numbers before the last change, lists from 0, what has a formula worked out anew and not as it was told last
_WAYS = (
    (False, False, False),
    (False, True, False),
    (True, False, False),
    (True, True, False),
    (False, False, True),
    (True, False, True),
)


def number_found(
    symbol: Symbol, memory: Memory, old: bool, zero: bool, depth: int, fresh: bool = False
) -> tuple[Known, bool]:
    """What a symbol stands for; one without a number is worked out by the formula that the document states for it.

    With `fresh` so is one whose last number may be of an earlier step.
    """
    memory.searched += 1
    if memory.searched > MAX_SEARCHED:
        raise NoValueError(symbol.name)
    stated = memory.formulas.get(symbol.name, ())[::-1] if depth else ()
    if fresh:
        stated = [(left, formula) for left, formula in stated if left not in symbols(formula)]
    if not (fresh and stated):
        learned = memory.names.role(symbol.name) in LEARNED
        try:
            return memory.find(symbol, old and (learned or not fresh), zero)
        except NoValueError:
            if not depth:
                raise
    for left, formula in stated:
        if (left.index, left.marks) != (symbol.index, symbol.marks) or any(
            isinstance(index, str) and index[:1] in _COUNTING for index in (*left.index, *left.upper)
        ):
            continue
        try:
            known = {
                each: number_found(each, memory, old, zero, depth - 1, fresh)[0]
                for each in dict.fromkeys(symbols(formula))
            }
            value = worked(formula, lambda each, known=known: number_of(known[each]))  # type: ignore[misc]  # bound at once
        except FAILED:
            continue
        return _unwritten(value), False
    raise NoValueError(symbol.name)


def _unwritten(value: Value) -> Known:
    """A value that was worked out here, with all its digits."""
    return tuple(_unwritten(part) for part in value) if isinstance(value, tuple) else Written("", value, 0)


def with_slack(
    formula: Expr, known: Assignment, memory: Memory, part: int | None, how: str, sure: bool
) -> Origin:
    """The value of a formula, and how far the roundings of its numbers may move it."""
    value = _picked(formula, known, memory, part, None)
    slack = Fraction(0)
    moved = 0
    for symbol, what in known.items():
        if _is_given(symbol, memory):
            continue
        for path in _rounded_parts(what):
            moved += 1
            if moved > MAX_MOVED:
                raise NoValueError
            slack += abs(_picked(formula, known, memory, part, (symbol, path)) - value)
    return Origin(value, slack, how, sure)


def _is_given(symbol: Symbol, memory: Memory) -> bool:
    """Whether a name stands for something that is given, and so is no rounding."""
    if symbol.name in memory.matrices:
        return True
    function = memory.objective
    if function is not None and any(symbol.name == variable.name for variable in function.variables):
        return False
    return memory.names.role(symbol.name) in _GIVEN


def _rounded_parts(known: Known, path: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    """Places of the numbers that may be roundings."""
    if isinstance(known, tuple):
        for k, part in enumerate(known):
            yield from _rounded_parts(part, (*path, k))
    elif known.places > 0:
        yield path


def _picked(
    formula: Expr,
    known: Assignment,
    memory: Memory,
    part: int | None,
    moved: tuple[Symbol, tuple[int, ...]] | None,
) -> Fraction:
    def value_of(symbol: Symbol) -> Value:
        found = known[symbol]
        return _moved(found, moved[1]) if moved is not None and moved[0] == symbol else number_of(found)

    memory.spend(1 + len(known))
    value = worked(formula, value_of, lambda name, argument: _apply(name, argument, memory))
    if isinstance(value, tuple):
        if part is None and len(value) == 1:
            part = 0
        if part is None or part >= len(value):
            raise NoValueError
        value = value[part]
    if isinstance(value, tuple):
        raise NoValueError
    return value


def _moved(known: Known, path: tuple[int, ...]) -> Value:
    """What is known, one of its numbers moved by half a unit of its last place."""
    if isinstance(known, tuple):
        return tuple(
            _moved(part, path[1:]) if k == path[0] else number_of(part) for k, part in enumerate(known)
        )
    return known.value + known.unit / 2


def _apply(name: str, argument: Value, memory: Memory) -> Value:
    """A function of the document, its slope, or the neuron's activation."""
    function = memory.functions.get(name.rstrip("'"))
    if name.count("'") > MOST_PRIMES:
        raise NoValueError(name)
    for _ in range(name.count("'")):
        if function is not None and len(function.variables) == 1:
            function = function.slope(function.variables[0])
    if function is None and name.endswith("'") and isinstance(argument, Fraction):
        return _curve_slope(name.rstrip("'"), argument, memory)
    if function is None:
        activation = memory.exercise.activation
        if name in ACTIVATION_NAMES and name not in ACTIVATIONS and activation in ACTIVATIONS:
            return worked(Apply(activation, Symbol("z")), lambda _: argument)
        if name == "sigma":
            return worked(Apply("sigmoid", Symbol("z")), lambda _: argument)
        raise NoValueError(name)
    items = argument if isinstance(argument, tuple) else (argument,)
    if len(items) != len(function.variables):
        raise NoValueError(name)
    numbers = [item for item in items if isinstance(item, Fraction)]
    if len(numbers) != len(items):
        raise NoValueError(name)
    return function.at(dict(zip(function.variables, numbers, strict=True)))


def _curve_slope(name: str, argument: Fraction, memory: Memory) -> Value:
    """``σ'(z)`` of a net input, and of an output where the argument was told as one: many write ``σ'(a)`` for ``a (1 - a)``."""
    curve = "sigmoid" if name in ("sigmoid", "sigma") else name
    if name in ACTIVATION_NAMES and name not in ACTIVATIONS:
        curve = memory.exercise.activation
    if curve not in ("sigmoid", "tanh"):
        raise NoValueError(name)
    if argument not in memory.curved:
        applied = worked(Apply(curve, Symbol("z")), lambda _: argument)
        assert isinstance(applied, Fraction)
        argument = applied
    return argument * (1 - argument) if curve == "sigmoid" else 1 - argument * argument
