"""Where a value may come from: every way in which the document so far gives it, the surest first."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TypeAlias

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.derive import derive
from deltarule.algebra.expr import (
    Apply,
    Expr,
    Negative,
    Number,
    Piecewise,
    SumOver,
    Symbol,
    expand,
    substitute,
    symbols,
)
from deltarule.algebra.simplify import simplified
from deltarule.checking.origins.arrays import MAX_SYMBOLS, NoValueError, Value, worked
from deltarule.checking.origins.calculus import of_calculus
from deltarule.checking.origins.called import called
from deltarule.checking.origins.data_sums import of_sums
from deltarule.checking.origins.functions import Function, slope_variable
from deltarule.checking.origins.in_turn import of_epochs
from deltarule.checking.origins.memory import (
    MAX_SEARCHED,
    Known,
    Memory,
    is_place,
    key_of,
    last_number,
    number_of,
)
from deltarule.checking.origins.model import of_model
from deltarule.checking.origins.origin import DEFINED, Origin
from deltarule.checking.origins.to_solve import is_condition
from deltarule.checking.origins.totals import totals
from deltarule.document import Claim
from deltarule.errors import DeltaruleError
from deltarule.formulas import ACTIVATIONS, Role
from deltarule.formulas.descent import STEPS, VELOCITIES
from deltarule.formulas.variants import HIDDEN, VARIANTS
from deltarule.naming import ACTIVATION_NAMES, Reference
from deltarule.notation import roles_of
from deltarule.written import Written, rounded

_GIVEN = frozenset({Role.FEATURE, Role.TARGET, Role.LEARNING_RATE, Role.COUNT, Role.THRESHOLD})
_LEARNED = frozenset({Role.WEIGHT, Role.BIAS})
FUNCTION_COST = 20  # of the budget, for one look at a function and its slope
MAX_DEPTH = 3  # formulas put into one another
MOST_PRIMES = 3
MAX_LENT = 4  # formulas of another name with the same role
_BY_CHAIN = frozenset({Role.DELTA, Role.ERROR, Role.GRADIENT, Role.BIAS_GRADIENT})
MAX_TOLD = 12  # outputs that a slope may be of
_PREDICTED = frozenset({Role.OUTPUT, Role.NET_INPUT, Role.PREDICTION})
MAX_MOVED = 40  # numbers of a formula whose rounding is followed through it
_STEP_NAMES = ("lambda", "tau", "t", "h", "s")  # of the step where no learning rate is told
_FEWEST_FIGURES = 3  # of a learning rate that is no rounding
_ROUNDED_RATE = "half a unit of eta"
_VELOCITIES = ("v", "V", "velocity")
_FEWEST_PLACES = 2  # that a value far along a descent shows
MAX_PATH = 60  # steps of a descent that are gone from its start
_PATH_PLACES = 25
_FAR_OFF = 10**9
_COUNTING = frozenset({"i", "j", "k", "l", "m", "n", "t"})  # letters of an index that stand for any number
_LETTERS = ("i", "t", "k", "n")
_FAILED = (NoValueError, KeyError, ArithmeticError, DeltaruleError, ValueError)

Assignment: TypeAlias = dict[Symbol, Known]


def origins(claim: Claim, memory: Memory) -> Iterator[Origin]:
    """All origins of the value of a claim."""
    reference = memory.names.reference(claim.subject) if claim.subject is not None else None
    memory.sample = (reference.sample if reference is not None else None) or memory.row
    if isinstance(claim.subject, Negative) and not is_numeric(claim.subject):  # -∇f
        for origin in origins(replace(claim, subject=claim.subject.arg), memory):
            yield replace(origin, value=-origin.value, sure=False)
        return
    yield from of_epochs(claim, reference, memory)
    yield from own_formula(claim, memory)
    yield from totals(claim, memory)
    yield from _of_function(claim, memory)
    yield from _local_slope(claim, memory)
    yield from _chained(claim, reference, memory)
    yield from _stated_before(claim, memory)
    yield from _norm(claim, memory)
    yield from _solved(claim, memory)
    yield from _descended(claim, memory)
    yield from of_calculus(claim, memory)
    yield from of_model(claim, reference, memory)
    yield from of_sums(claim, memory)
    yield from _own_step(claim, memory)
    yield from _stated_step(claim, memory)
    yield from _renewed(claim, reference, memory)
    if reference is not None and not reference.general:
        yield from _usual(reference, memory)
        yield from _of_one_weight(reference, memory)


# -- formulas


def _tells_several(claim: Claim) -> bool:
    """Whether a claim gives several names one number, ``n = m = k = 0``, whatever they had before."""
    names = sum(isinstance(link.expr, Symbol) for link in claim.links)
    return names > 1 and names == len(claim.links) - 1


def own_formula(claim: Claim, memory: Memory) -> Iterator[Origin]:
    """The formula in symbols that stands on the claim itself, or in the heading of its column."""
    subject = claim.subject
    for link in reversed(claim.links):
        if not is_numeric(link.expr):
            part = claim.part if link.whole is not None else None
            stated = link.whole or link.expr
            doubtful = is_condition(claim) or _of_other_times(claim, stated, memory)
            sure = not (doubtful or _named_alike(subject, stated, memory) or _tells_several(claim))
            for each in (memory.products.within(stated) if part is not None else None, stated):
                if each is not None:
                    yield from _evaluated(each, memory, part, "own", sure=sure)
    if claim.formula is not None:
        sure = isinstance(subject, Symbol)  # what a heading says; X theta - y may be of other parameters
        for each in (
            memory.products.within(claim.formula) if claim.part is not None else None,
            claim.formula,
        ):
            if each is not None:
                yield from _evaluated(each, memory, claim.part, "own", sure=sure)
    if subject is not None and not isinstance(subject, Symbol) and not is_numeric(subject):
        yield from _evaluated(subject, memory, claim.part, "own")


def _of_other_times(claim: Claim, formula: Expr, memory: Memory) -> bool:
    """Whether a formula may mean other numbers than those last told of its names.

    ``x_2 = x_1 - v_2`` between vectors: x_1 is where the descent stood, and not the first component; so is the p_1 of ``w + p_1 e``
    a sample. A slope that stands
    in it is the one last told, under whatever name: ``∇f`` and ``∂f/∂x``.
    """
    if any(
        isinstance(node, Apply) and node.function in ACTIVATION_NAMES and node.function not in ACTIVATIONS
        for node in formula.walk()
    ):
        return True  # what f or σ is may be told for another neuron of the document
    for symbol in symbols(formula):
        if (
            claim.part is not None
            and symbol.index
            and not symbol.upper
            and _is_listed_by_time(symbol, memory)
        ):
            return True
        reference = memory.names.reference(symbol)
        if reference is None or reference.role is not Role.GRADIENT:
            continue
        told = memory.roles.get((Role.GRADIENT, reference.feature))
        exact = memory.values.get(key_of(symbol))
        if told is not None and exact is not None and told.value != exact.value:
            return True
    return False


def _is_listed_by_time(symbol: Symbol, memory: Memory) -> bool:
    """Whether a name is that of vectors told of several times."""
    return any(name == symbol.name and upper for name, _, upper, _ in memory.arrays)


def _named_alike(subject: Expr | None, other: Expr, memory: Memory) -> bool:
    """``x_1 = x_2 = 0``, ``Y = y_3 = 0.37``: two names of one kind, which get their value together, whatever one was before."""
    if not isinstance(subject, Symbol) or not isinstance(other, Symbol):
        return False
    role = memory.names.role(subject.name)
    return subject.name.lower() == other.name.lower() or (
        role is not None and role is memory.names.role(other.name)
    )


def defined(claim: Claim, memory: Memory) -> Iterator[Origin]:
    """``y = f(0.5 - 0.5) = f(0) = 1`` of a function that the document has defined."""
    for link in reversed(claim.links):
        applied = link.expr
        function = memory.functions.get(applied.function) if isinstance(applied, Apply) else None
        if function is not None and is_numeric(applied) and isinstance(function.body, Piecewise):
            with suppress(*_FAILED):
                yield _with_slack(applied, {}, memory, None, DEFINED, True)
            return


def _stated_before(claim: Claim, memory: Memory) -> Iterator[Origin]:
    """A formula that the document has stated for this name, its indices put in."""
    subject = claim.subject
    if not isinstance(subject, Symbol):
        return
    for place, (left, formula) in enumerate(_formulas(subject, memory)):
        fixed = _indices(left, subject) if left.name == subject.name else {}
        fixed = _row_index(left, subject, memory) if fixed is None else fixed
        if fixed is None:
            continue
        count = memory.exercise.n_samples
        ranges = {letter: tuple(range(1, count + 1)) for letter in _LETTERS}
        ranges["j"] = tuple(range(1, max(memory.exercise.n_features, 1) + 1))
        try:
            ready = expand(formula, ranges, fixed)
        except KeyError:
            continue
        ready = substitute(ready, partial(_counted, fixed)) if fixed else ready
        yield from _evaluated(ready, memory, claim.part, f"stated {subject.name} {place}")


def _row_index(left: Symbol, subject: Symbol, memory: Memory) -> dict[str, int] | None:
    """``lr`` in the row of epoch 3, where ``lr_t = 0.1 · 0.9^t`` is stated: t is 3."""
    stated = (*left.index, *left.upper)
    letter = stated[0] if len(stated) == 1 else None
    row = memory.epoch if memory.step_number is None else memory.step_number
    if not isinstance(letter, str) or subject.index or subject.upper or row is None:
        return None
    return {letter: row}


def _counted(fixed: Mapping[str, int], symbol: Symbol) -> Expr | None:
    """The number that a letter which counts steps stands for in a formula, ``0.1 · 0.9^t``."""
    counts = symbol.name in fixed and not symbol.index and not symbol.upper
    return Number(Fraction(fixed[symbol.name])) if counts else None


def _local_slope(claim: Claim, memory: Memory) -> Iterator[Origin]:
    """``dz/db`` where the document states ``z = w x + b``: the derivative of a step by what it is made of."""
    subject = claim.subject
    if not isinstance(subject, Symbol) or not subject.name.startswith("dL/d") or not subject.marks:
        return
    named = subject.name[4:]
    if memory.names.role(subject.marks[0]) is Role.NET_INPUT:  # z = w x + b, whether it is stated or not
        if named == "b":
            yield Origin(Fraction(1), Fraction(0), "local slope")
        factor = memory.roles.get((Role.FEATURE, next(iter(subject.index), None)))  # type: ignore[arg-type]  # an index of another type is not found
        if named == "w" and factor is not None:
            yield Origin(factor.value, Fraction(0), "local slope")
    yield from _slope_of_curve(subject, named, memory)
    for _, formula in memory.formulas.get(subject.marks[0], ())[:MAX_LENT]:
        for symbol in dict.fromkeys(symbols(formula)):
            if symbol.index == subject.index and _derives_by(symbol.name, named):
                with suppress(*_FAILED):
                    slope = simplified(derive(formula, symbol))
                    yield from _evaluated(slope, memory, None, "local slope")


def _slope_of_curve(subject: Symbol, named: str, memory: Memory) -> Iterator[Origin]:
    """``da/dz`` of an output by its net input: ``a (1 - a)`` of a sigmoid, for one of the outputs told."""
    curve = memory.exercise.activation
    of = memory.names.role(subject.marks[0])
    by = memory.names.role(named)
    if curve not in ("sigmoid", "tanh") or of not in _PREDICTED | {Role.TARGET} or by is not Role.NET_INPUT:
        return
    told = sorted(memory.of_name.get(subject.marks[0], set()) | memory.of_role.get(Role.OUTPUT, set()))
    for value in told[:MAX_TOLD]:
        slope = value * (1 - value) if curve == "sigmoid" else 1 - value * value
        yield Origin(slope, Fraction(0), "slope of the curve")


def _chained(claim: Claim, reference: Reference | None, memory: Memory) -> Iterator[Origin]:
    """A slope that is the product of those told just before it: the chain rule, its factors one by one."""
    written = last_number(claim) if len(claim.links) == 1 or not is_numeric(claim.links[0].expr) else None
    role = reference.role if reference is not None else None
    slope = isinstance(claim.subject, Symbol) and claim.subject.name.startswith("dL/d")
    if written is None or written.figures < _FEWEST_FIGURES or not (slope or role in _BY_CHAIN):
        return
    product, slack = Fraction(1), Fraction(0)
    for count, factor in enumerate(reversed(memory.slopes_told), 1):
        half = factor.unit / 2 if factor.places > 0 else Fraction(0)
        slack = slack * abs(factor.value) + half * abs(product)
        product *= factor.value
        if count > 1:
            yield Origin(product, slack, "chain rule")


def _derives_by(name: str, named: str) -> bool:
    """Whether a name is the one that a slope is taken by; weights and the bias share theirs."""
    families = {"w": Role.WEIGHT, "b": Role.BIAS}
    return name == named or (named in families and families[named] in roles_of(name)[:1])


def _formulas(subject: Symbol, memory: Memory) -> Iterator[tuple[Symbol, Expr]]:
    """Formulas stated for a name, then those for other names of the same role; ``y = a + b x`` gives the output too."""
    own = memory.formulas.get(subject.name, ())
    yield from own
    role = memory.names.role(subject.name)
    if role is None:
        return
    family = _PREDICTED if role in _PREDICTED else frozenset({role})
    for name, found in memory.formulas.items():
        other = memory.names.role(name)
        if name != subject.name and (other in family or (role in _PREDICTED and other is Role.TARGET)):
            yield from found[:MAX_LENT]


def _indices(left: Symbol, subject: Symbol) -> dict[str, int] | None:
    """What the letters of a stated left side are for this claim; None if it is about something else."""
    stated, given = (*left.index, *left.upper), (*subject.index, *subject.upper)
    fixed: dict[str, int] = {}
    if not stated:
        return fixed
    if len(stated) != len(given):
        return None
    for letter, index in zip(stated, given, strict=True):
        if isinstance(letter, int) or not isinstance(index, int):
            if letter != index:
                return None
            continue
        name, sign, shift = letter.partition("+") if "+" in letter else letter.partition("-")
        offset = int(shift) * (1 if sign == "+" else -1) if shift.isdigit() else 0
        for step in range(-2, 3):
            text = name if step == 0 else f"{name}{step:+d}"
            fixed[text] = index - offset + step
    return fixed


def _evaluated(
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
                known[symbol], exact = _found(symbol, memory, old, zero, MAX_DEPTH, fresh)
                exactly = exactly and exact
            if known in tried:
                continue
            tried.append(known)
            yield _with_slack(formula, known, memory, part, how, exactly)
        except _FAILED:
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


def _found(
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
        learned = memory.names.role(symbol.name) in _LEARNED
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
                each: _found(each, memory, old, zero, depth - 1, fresh)[0]
                for each in dict.fromkeys(symbols(formula))
            }
            value = worked(formula, lambda each, known=known: number_of(known[each]))  # type: ignore[misc]  # bound at once
        except _FAILED:
            continue
        return _unwritten(value), False
    raise NoValueError(symbol.name)


def _unwritten(value: Value) -> Known:
    """A value that was worked out here, with all its digits."""
    return tuple(_unwritten(part) for part in value) if isinstance(value, tuple) else Written("", value, 0)


def _with_slack(
    formula: Expr, known: Assignment, memory: Memory, part: int | None, how: str, sure: bool
) -> Origin:
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


# -- functions and descent


def _of_function(claim: Claim, memory: Memory) -> Iterator[Origin]:
    """The value of a stated function, or of its slope, where the claim says or where the descent stands."""
    subject = claim.subject
    slope = slope_variable(subject)
    if slope is not None:
        yield from _slopes(claim, slope, memory)
        if not isinstance(subject, Symbol) or subject.name not in memory.functions:
            return  # g may be the gradient, or the function itself
    if isinstance(subject, Apply) and not is_numeric(subject):
        yield from _called_behind(claim, memory)
        yield from _evaluated(subject, memory, claim.part, "applied")
        called = memory.functions.get(subject.function)
        if called is not None and called is memory.objective and isinstance(subject.arg, Symbol):
            yield from _at_points(called, memory, "applied") if len(called.variables) > 1 else ()
        return
    if isinstance(subject, Apply):
        with suppress(*_FAILED):
            yield _with_slack(subject, {}, memory, None, "applied", True)
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


def _norm(claim: Claim, memory: Memory) -> Iterator[Origin]:
    """``||∇f(x)||``: the length of the gradient told last, or of the one where the descent stands."""
    subject = claim.subject
    if not isinstance(subject, Apply) or subject.function != "abs" or slope_variable(subject.arg) is None:
        return
    for key, array in reversed(memory.arrays.items()):
        if memory.names.role(key[0]) is Role.GRADIENT or key[0].startswith("dL/d"):
            slack = sum((part.unit / 2 for part in array.values() if part.places > 0), Fraction(0))
            with suppress(*_FAILED):
                yield Origin(_length(part.value for part in array.values()), slack, "norm")
            break
    objective = memory.objective
    slopes = [objective.slope(variable) for variable in objective.variables] if objective is not None else []
    known = [slope for slope in slopes if slope is not None]
    for point in memory.points() if len(known) == len(slopes) else ():
        with suppress(*_FAILED):
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


def _solved(claim: Claim, memory: Memory) -> Iterator[Origin]:
    """``20 a - 4 = 0``, so ``a = 0.2``: what makes an equation in this name alone true."""
    subject = claim.subject
    for equation in reversed(memory.equations) if isinstance(subject, Symbol) else ():
        if subject not in symbols(equation):
            continue
        with suppress(*_FAILED):
            heights = [worked(equation, lambda _, k=k: Fraction(k)) for k in range(3)]  # type: ignore[misc]  # bound at once
            first, second, third = (height for height in heights if isinstance(height, Fraction))
            if second != first and third - second == second - first:
                yield Origin(-first / (second - first), Fraction(0), "solved")


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
        except _FAILED:
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
        with suppress(*_FAILED):
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
        except _FAILED:
            continue


def _descended(claim: Claim, memory: Memory) -> Iterator[Origin]:
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
        with suppress(*_FAILED):
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


def slopes(variable: Symbol, memory: Memory) -> Iterator[Origin]:
    """The slope by one variable of the function at the points told so far."""
    derived = memory.objective.slope(variable) if memory.objective is not None else None
    if derived is not None:
        yield from _at_points(derived, memory, "slope")


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
        except _FAILED:
            continue
        rise = heights[1] - heights[0]
        if rise and heights[2] - heights[1] == rise:
            yield Origin(-heights[0] / rise, Fraction(0), "stationary")


def rates(memory: Memory) -> dict[str, Fraction]:
    """The learning rate, the share of the velocity that is kept, and the last velocity, as far as they are known."""
    found: dict[str, Fraction] = {}
    rate = memory.roles.get((Role.LEARNING_RATE, None)) or memory.exercise.learning_rate
    searched = next((each for name in _STEP_NAMES for each in memory.timeline.get(name, ())[-1:]), None)
    rounded_ones = _FEWEST_FIGURES if rate is not None else _FEWEST_PLACES
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
            except _FAILED:
                continue
            for formula in formulas:
                try:
                    value, other = (_plain(formula, numbers) for numbers in (here, moved))
                except _FAILED:
                    continue
                yield Origin(value, abs(other - value) + by_rate, how)


def _plain(formula: Expr, numbers: dict[str, Fraction]) -> Fraction:
    value = worked(formula, lambda symbol: numbers[symbol.name])
    assert isinstance(value, Fraction)
    return value


# -- the usual formulas of the neuron


def _usual(reference: Reference, memory: Memory) -> Iterator[Origin]:
    """What the formulas that occur for a quantity give for the last numbers of those roles."""
    role = reference.role
    weights = tuple(sorted({j for r, j in memory.roles if r is Role.WEIGHT and j is not None}))
    feature = reference.feature if reference.feature is not None else 1
    trees = VARIANTS.get(role, ())
    if role is Role.OUTPUT and (Role.NET_INPUT, None) not in memory.roles:
        trees = (*trees, HIDDEN[Role.NET_INPUT])  # a linear neuron whose net input is not told
    for place, tree in enumerate(trees):
        if not weights and any(isinstance(node, SumOver) for node in tree.walk()):
            continue
        ready = expand(tree, {"j": weights}, {"j": feature})
        for before in (False, True):
            known: Assignment = {}
            try:
                for symbol in dict.fromkeys(symbols(ready)):
                    known[symbol] = _of_role(symbol, reference.sample, memory, before)
                yield _with_slack(ready, known, memory, None, f"usual {role} {place}", False)
            except _FAILED:
                continue


def _of_one_weight(reference: Reference, memory: Memory) -> Iterator[Origin]:
    """The next value of the only weight, whose index counts steps: ``w_3 = w_2 - eta g``."""
    before = memory.last_of(Role.WEIGHT, None)
    slope = memory.roles.get((Role.GRADIENT, None))
    rate = memory.roles.get((Role.LEARNING_RATE, None)) or memory.exercise.learning_rate
    if reference.role is not Role.WEIGHT or memory.names.n_features > 1 or slope is None or rate is None:
        return
    for start in before[-2:]:
        slack = rate.value * slope.unit / 2 if slope.places > 0 else Fraction(0)
        yield Origin(start.value - rate.value * slope.value, slack, "one weight")


def _own_step(claim: Claim, memory: Memory) -> Iterator[Origin]:
    """A parameter moved against the slope that was told by its name: ``w_1`` after ``dL/dw_1 = 0.3``."""
    subject = claim.subject
    if not isinstance(subject, Symbol) or not memory.told_slopes or subject.upper:
        return
    name, index = subject.name, subject.index
    if (name, index) in (("theta", (0,)), ("w", (0,))) or (name == "b" and not index):
        slope = memory.told_slopes.get(("dL/db", ()))
    else:
        slope = memory.told_slopes.get(("dL/dw" if name in ("w", "W", "theta") else f"dL/d{name}", index))
    starts = memory.steps.get((name, index), [])
    variable = memory.variable(subject)
    if slope is None and variable is not None and memory.objective is not None:  # (x, y) after ∇f = (3, 4)
        place = memory.objective.variables.index(variable) + 1
        slope = memory.told_slopes.get(("dL/dw", (place,)))
        starts = memory.history(variable)
    rate = memory.roles.get((Role.LEARNING_RATE, None)) or memory.exercise.learning_rate
    if slope is None or rate is None:
        return
    for start in starts[-2:]:
        slack = rate.value * memory.half_unit(slope)
        if memory.may_be_rounded(start):
            slack += memory.half_unit(start)
        yield Origin(start.value - rate.value * slope.value, slack, "own step")


def _renewed(claim: Claim, reference: Reference | None, memory: Memory) -> Iterator[Origin]:
    """``new loss: 0.0069``: what the lines above give with the parameters told since."""
    subject, written = claim.subject, last_number(claim)
    if not isinstance(subject, Symbol) or len(claim.links) > 1 or written is None:
        return
    if written.figures < _FEWEST_FIGURES or written.places < 1:
        return
    with suppress(*_FAILED):
        memory.spend(FUNCTION_COST)
        slack = (
            written.unit if written.figures > _FEWEST_FIGURES else Fraction(0)
        )  # of the rounded parameters
        role = reference.role if reference is not None else None
        sure = memory.renewals.is_by_formulas(subject, role)
        for value in memory.renewals.again(subject, role):
            yield Origin(value, slack, "renewed", sure)


def _stated_step(claim: Claim, memory: Memory) -> Iterator[Origin]:
    """A parameter moved against its slope, which the document states in symbols and never works out: ``dC/dw = 2k(kw - t)``."""
    subject = claim.subject
    if not isinstance(subject, Symbol) or memory.names.role(subject.name) not in _LEARNED or subject.upper:
        return
    own = f"dL/d{subject.name}"
    stated = [*memory.formulas.get(own, ()), *(memory.formulas.get("dL/dw", ()) if own != "dL/dw" else ())]
    rate = memory.roles.get((Role.LEARNING_RATE, None)) or memory.exercise.learning_rate
    one = memory.names.n_features < 2 and subject.name != "b"  # its index may count steps
    starts = memory.timeline.get(subject.name, []) if one else memory.history(subject)
    if rate is None:
        return
    for left, formula in stated[-MAX_LENT:]:
        if left.index not in ((), subject.index):
            continue
        names = dict.fromkeys(symbols(formula))
        moved = {
            each for each in names if each.name == subject.name and (one or each.index in ((), subject.index))
        }
        with suppress(*_FAILED):
            known = {
                each: _found(each, memory, False, False, MAX_DEPTH)[0] for each in names if each not in moved
            }
            for start in starts[-2:] if moved else ():
                memory.spend(1 + len(known))
                yield _moved_against(
                    formula, {**known, **dict.fromkeys(moved, start)}, start, rate.value, memory
                )


def _moved_against(
    formula: Expr, known: Assignment, start: Written, rate: Fraction, memory: Memory
) -> Origin:
    """Where a step leads from a number whose slope is a formula."""
    slope = _with_slack(formula, known, memory, None, "stated step", False)
    own = start.unit / 2 if memory.may_be_rounded(start) else Fraction(0)
    return Origin(start.value - rate * slope.value, rate * slope.slack + own, "stated step")


def _of_role(symbol: Symbol, sample: int | None, memory: Memory, before: bool) -> Known:
    """The last number of a role; with `before`, of weights the one before that."""
    role = Role(symbol.name)
    index = next((i for i in symbol.index if isinstance(i, int)), None)
    if before and (role, index) in memory.roles_before:
        return memory.roles_before[role, index]
    data = memory.data(role, index, sample)
    if data is not None:
        return data
    for key in ((role, sample), (role, None)) if index is None else ((role, index),):
        if key in memory.roles:
            return memory.roles[key]
    if role is Role.BIAS:
        return Written("0", Fraction(0), 0)
    if role is Role.LEARNING_RATE and memory.exercise.learning_rate is not None:
        return memory.exercise.learning_rate
    raise NoValueError(symbol.name)
