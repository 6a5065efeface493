"""The quantity that the mathematics of a heading, or of the first cell of a row, stands for: ``t - y`` is an error."""

from collections.abc import Sequence
from dataclasses import replace

from deltarule.algebra.expr import Apply, Expr, Negative, Number, Power, Product, Sum, Symbol, Vector
from deltarule.errors import InputError
from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.reading.not_read import NotReadError
from deltarule.reading.plain import expression
from deltarule.reading.subjects import name_with_place
from deltarule.reading.token import CLOSE, NAME, OPEN, Token

OF_ROWS = frozenset(
    {Role.ERROR, Role.OUTPUT, Role.PREDICTION}
)  # a list of them has one for each row of the data
PARAMETERS = frozenset({Role.WEIGHT, Role.BIAS})


def quantity_of(part: Sequence[Token]) -> Expr | None:
    """The quantity that a heading names, words and explanations left out."""
    if [token.kind for token in part[-3:]] == [OPEN, NAME, CLOSE] and len(part) > 4:  # w x + b - y (error)
        name = part[-2].value
        if len(name) > 3 and roles_of(name):
            return Symbol(name, span=part[-2].span)
    try:
        expr = name_with_place(part) or expression(part)
    except (NotReadError, InputError):
        first = next((token for token in part if token.kind == NAME), None)
        if first is None:
            return None
        name, _, digits = first.value.partition("#")
        return Symbol(name, (int(digits),) if digits.isdigit() else ()) if roles_of(name) else None
    return _quantity(expr)


def _is_error(name: str) -> bool:
    return Role.ERROR in roles_of(name)[:1]


def _quantity(expr: Expr) -> Expr | None:
    match expr:
        case Symbol() | Apply():
            return expr
        case Power(base=Symbol(name=name), exponent=Number(value=two)) if two == 2 and _is_error(name):
            return expr
        case Sum(terms=terms) if _is_difference(terms):
            return Symbol("error", span=expr.span)  # t - y
        case Power(base=Sum(terms=terms), exponent=Number(value=two)) if two == 2 and _is_difference(terms):
            return replace(expr, base=Symbol("error", span=expr.base.span))  # (t - y)^2
        case Sum(terms=terms) if _weighs(terms):
            return Symbol("z", span=expr.span)  # w x + b
        case Product():
            known = [f for f in expr.factors if isinstance(f, Symbol) and roles_of(f.name)]
            if len(known) == len(expr.factors) == 2 and {roles_of(f.name)[0] for f in known} == {
                Role.WEIGHT,
                Role.FEATURE,
            }:
                return Symbol("z", span=expr.span)  # x·w
            if (
                known
                and all(roles_of(f.name)[0] is roles_of(known[0].name)[0] for f in known)
                and len(known) < 3
            ):
                rest = [f for f in expr.factors if isinstance(f, Symbol | Sum) and f not in known]
                return None if rest else known[-1]
        case Vector():
            return None
    return None


def _is_difference(terms: Sequence[Expr]) -> bool:
    """Whether terms are a target and an output, which may be written out, with opposite signs: ``t - y``, ``w x + b - y``."""
    match terms:
        case (Symbol(), Negative(arg=Symbol())):
            return True
        case (Apply(), Negative(arg=Symbol(name=name))) | (Symbol(name=name), Negative(arg=Apply())):
            return _is_target(name)  # h(x) - y
        case (Symbol(name=name), Negative(arg=Sum(terms=inner))):
            return _is_target(name) and _weighs(inner)
        case (Sum(terms=inner), Negative(arg=Symbol(name=name))):
            return _is_target(name) and _weighs(inner)
        case (*inner, Negative(arg=Symbol(name=name))):
            return _is_target(name) and _weighs(inner)
    return False


def _is_target(name: str) -> bool:
    return Role.TARGET in roles_of(name)[:1]


def _weighs(terms: Sequence[Expr]) -> bool:
    """Whether terms are a net input: a weight times an input, and others of that kind or parameters alone."""
    products = 0
    for term in terms:
        inner = term.arg if isinstance(term, Negative) else term
        factors = inner.factors if isinstance(inner, Product) else (inner,)
        roles = [set(roles_of(each.name)) if isinstance(each, Symbol) else set() for each in factors]
        if len(roles) == 1 and roles[0] & PARAMETERS:
            continue
        if len(roles) != 2 or not any(
            Role.FEATURE in a and Role.WEIGHT in b for a, b in (roles, roles[::-1])
        ):
            return False
        products += 1
    return products > 0
