"""What an author did instead, where the formula of a row does not give the value."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.expr import Expr, Number
from deltarule.checking.claims import FoundSlip
from deltarule.checking.row_state import PARAMETERS, Key, State, operand, worked
from deltarule.checking.sides import as_number, value_of
from deltarule.document import Claim
from deltarule.findings import Kind
from deltarule.formulas import Role
from deltarule.formulas.variants import w, x
from deltarule.records import record
from deltarule.written import Written, is_rounding

MAX_TURNED = 12
_CHANGES = frozenset({Role.CHANGE, Role.BIAS_CHANGE})


@record
class Miss:
    """A known way of going wrong that gives the value; where `message` is empty the value alone says what it is."""

    kind: Kind
    code: str
    message: str = ""


_OLD = Miss(
    Kind.COPYING,
    "copying.old",
    "{name} is {expected} with the weights that this row starts from; {written} comes from the weights of an earlier one.",
)
_TERM = Miss(
    Kind.OMISSION,
    "omission.term",
    "{name} is {expected}; {written} is what comes out with one term left out.",
)
_KEPT = Miss(
    Kind.OMISSION,
    "omission.term",
    "{name} is {expected} from the numbers of this row; here it stays what it was before: the change is left out.",
)
_TURNED = Miss(
    Kind.SIGN,
    "sign.term",
    "{name} is {expected} from the numbers of this row; {written} is what comes out with the change in the other direction.",
)
_NEGATED = Miss(Kind.SIGN, "sign.value")
_NOTHING = Miss(Kind.OMISSION, "arithmetic.value")
_OTHER_TARGET = Miss(
    Kind.COPYING,
    "copying.operand",
    "{name} is {expected} from the numbers of this row; {written} is what comes out with the target of another class.",
)


def missed(key: Key, written: Written, formula: Expr, state: State) -> Miss | None:
    """What was done instead of the formula of a row to get a value; None if that is not seen."""
    given = worked(formula, key, state)
    if given is None or given[0] == written.value:
        return None
    return next(
        (miss for value, miss in _instead(key, given[0], formula, state) if _gives(written, value)), None
    )


def _gives(written: Written, value: Fraction) -> bool:
    return is_rounding(written.value, value, written.places) if written.places else written.value == value


def _instead(key: Key, right: Fraction, formula: Expr, state: State) -> Iterator[tuple[Fraction, Miss]]:
    """Values that other ways of working give, with what each is called."""
    role = key[0]
    if role is Role.NET_INPUT:
        yield from _of_net_input(key, right, formula, state)
    elif role in PARAMETERS:
        old = state.start.get(key, state.values.get(key))
        if old is not None and old.value != right:
            yield old.value, _KEPT
            yield 2 * old.value - right, _TURNED
    elif role in _CHANGES:
        yield -right, _NEGATED
        yield Fraction(0), _NOTHING
    elif role is Role.ERROR:
        yield -right, _NEGATED
        target = state.values.get((Role.TARGET, None))
        if target is not None and target.value in (0, 1, -1):
            for other in {Fraction(0), Fraction(1), Fraction(-1)} - {target.value}:
                yield right + other - target.value, _OTHER_TARGET


def _of_net_input(key: Key, right: Fraction, formula: Expr, state: State) -> Iterator[tuple[Fraction, Miss]]:
    for old in reversed(state.older):
        if old != state.start:
            found = worked(formula, key, replace(state, values=state.values | old, start=old))
            if found is not None:
                yield found[0], _OLD
    for role, feature in state.values:
        if role is not Role.WEIGHT or feature is None:
            continue
        factors = [operand(replace(symbol, index=(feature,)), key, state) for symbol in (w, x)]
        if all(factors):
            term = factors[0].value * factors[1].value  # type: ignore[union-attr]  # both are there
            if term:
                yield right - term, _TERM


def miswritten(slip: FoundSlip, claim: Claim) -> FoundSlip:
    """The slip of a line that does not give its value, where the value is right: what stands before it is wrong."""
    if slip.code != "arithmetic.value":
        return slip
    value = as_number(claim.links[-1].expr)
    expr = next((link.expr for link in reversed(claim.links[:-1]) if as_number(link.expr) is None), None)
    turned = value is not None and expr is not None and _by_a_sign(expr, value.value)
    return replace(
        slip,
        kind=Kind.SIGN if turned else Kind.COPYING,
        code="sign.term" if turned else "copying.operand",
        message=f"{slip.written} is right, but it is not what this line gives ({slip.expected}): "
        + ("a sign in it is wrong." if turned else "a number in it is miswritten."),
        harmless=True,
    )


def _by_a_sign(expr: Expr, value: Fraction) -> bool:
    """Whether one sign in an expression, turned over, makes it give a value."""
    numbers = [node for node in expr.walk() if isinstance(node, Number)][:MAX_TURNED]
    return any(value_of(_turned(expr, node)) == value for node in numbers)


def _turned(expr: Expr, leaf: Number) -> Expr:
    if expr is leaf:
        return Number(-leaf.value, span=leaf.span)
    return expr.map(lambda child: _turned(child, leaf))
