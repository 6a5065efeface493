"""Values by the formulas in symbols that the document states: on the claim itself, or for its name before."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from fractions import Fraction
from functools import partial

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Expr, Number, Piecewise, Symbol, expand, substitute, symbols
from deltarule.checking.origins.evaluated import FAILED, evaluated, with_slack
from deltarule.checking.origins.memory import Memory, key_of
from deltarule.checking.origins.origin import DEFINED, Origin
from deltarule.checking.origins.to_solve import is_condition
from deltarule.document import Claim
from deltarule.formulas import ACTIVATIONS, Role
from deltarule.naming import ACTIVATION_NAMES

MAX_LENT = 4  # formulas of another name with the same role
PREDICTED = frozenset({Role.OUTPUT, Role.NET_INPUT, Role.PREDICTION})
_GIVEN = frozenset({Role.FEATURE, Role.TARGET, Role.COUNT, Role.LEARNING_RATE})  # what nobody works out
_LETTERS = ("i", "t", "k", "n")


def _tells_several(claim: Claim, memory: Memory) -> bool:
    """Whether a claim gives several names one number, ``n = m = k = 0``, whatever they had before.

    So it does with two, ``H = W = 224`` or ``x = y = 3``, but where one of them is worked out of the other: ``a = z = 0.3``.
    """
    names = sum(isinstance(link.expr, Symbol) for link in claim.links)
    if names == 1 and len(claim.links) > 1 and isinstance(claim.links[0].expr, Symbol):
        told = [claim.subject, claim.links[0].expr]
        if any(isinstance(each, Symbol) and "/" in each.name for each in told):
            return False  # ∂o/∂h = w is worked out
        roles = [memory.names.role(each.name) for each in told if isinstance(each, Symbol)]
        return any(role is None or role in _GIVEN for role in roles)
    return names > 1 and names == len(claim.links) - 1


def own_formula(claim: Claim, memory: Memory) -> Iterator[Origin]:
    """The formula in symbols that stands on the claim itself, or in the heading of its column."""
    subject = claim.subject
    for link in reversed(claim.links):
        if not is_numeric(link.expr):
            part = claim.part if link.whole is not None else None
            stated = link.whole or link.expr
            doubtful = is_condition(claim) or _of_other_times(claim, stated, memory)
            sure = not (doubtful or _named_alike(subject, stated, memory) or _tells_several(claim, memory))
            for each in (memory.products.within(stated) if part is not None else None, stated):
                if each is not None:
                    yield from evaluated(each, memory, part, "own", sure=sure)
    if claim.formula is not None:
        sure = isinstance(subject, Symbol)  # what a heading says; X theta - y may be of other parameters
        for each in (
            memory.products.within(claim.formula) if claim.part is not None else None,
            claim.formula,
        ):
            if each is not None:
                yield from evaluated(each, memory, claim.part, "own", sure=sure)
    if subject is not None and not isinstance(subject, Symbol) and not is_numeric(subject):
        yield from evaluated(subject, memory, claim.part, "own")


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
            with suppress(*FAILED):
                yield with_slack(applied, {}, memory, None, DEFINED, True)
            return


def stated_before(claim: Claim, memory: Memory) -> Iterator[Origin]:
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
        yield from evaluated(ready, memory, claim.part, f"stated {subject.name} {place}")


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


def _formulas(subject: Symbol, memory: Memory) -> Iterator[tuple[Symbol, Expr]]:
    """Formulas stated for a name, then those for other names of the same role; ``y = a + b x`` gives the output too."""
    own = memory.formulas.get(subject.name, ())
    yield from own
    role = memory.names.role(subject.name)
    if role is None:
        return
    family = PREDICTED if role in PREDICTED else frozenset({role})
    for name, found in memory.formulas.items():
        other = memory.names.role(name)
        if name != subject.name and (other in family or (role in PREDICTED and other is Role.TARGET)):
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
