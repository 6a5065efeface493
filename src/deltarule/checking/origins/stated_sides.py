"""What a claim says in symbols, whatever the numbers: two sides that are equal for every value of their names, or a rule of descent."""

from collections.abc import Iterator
from fractions import Fraction

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import (
    Apply,
    Expr,
    Number,
    Piecewise,
    Product,
    Quotient,
    Sum,
    SumOver,
    Vector,
    symbols,
)
from deltarule.checking.claims import FoundSlip
from deltarule.checking.meant_otherwise import leads_on, multiply_shapes
from deltarule.checking.origins.arrays import NoValueError, worked
from deltarule.checking.origins.functions import same_formula
from deltarule.checking.origins.verdicts import name_of
from deltarule.document import Claim, Link
from deltarule.errors import DeltaruleError
from deltarule.findings import Kind
from deltarule.formulas import Role
from deltarule.naming import Names

MOST_NAMES = 4  # in two formulas that are held against one another


def misstated(claim: Claim, names: Names, text: str) -> FoundSlip | None:
    """A claim whose formula in symbols is wrong whatever the numbers: two sides that differ, or a rule that is none."""
    subject = claim.subject
    if not claim.formulas:
        return None
    for link, same, name in _collected(claim):
        if not same and not leads_on(text, link.span.start):
            message = f"The two sides are not equal for every {name}: the terms were not collected rightly."
            return FoundSlip(
                link.span, Kind.ARITHMETIC, "arithmetic.value", message, None, "the formula", "", ""
            )
    rule = next((link for link in claim.links if not is_numeric(link.expr)), None)
    if rule is not None and _swaps_rate(rule.expr, names):
        message = "The rule takes the weight times the gradient off the learning rate: the learning rate times the gradient is to be taken off the weight."
        return FoundSlip(rule.span, Kind.FORMULA, "formula.stated", message, None, name_of(subject), "", "")
    return None


def collects(claim: Claim) -> bool:
    """Whether a claim only collects terms, and does so rightly: ``(b - 4) + (b - 10) = 2b - 14``."""
    found = [same for _, same, _ in _collected(claim)]
    return all(found) and (bool(found) or any(same for _, same, _ in _collected(claim, MOST_NAMES)))


def _collected(claim: Claim, most: int = 1) -> Iterator[tuple[Link, bool, str]]:
    """Links between two formulas in one name, or in the same few: whether both sides are equal for every value of them."""
    for before, link in zip((claim.subject, *(link.expr for link in claim.links)), claim.links, strict=False):
        if before is None or link.relation != "=" or is_numeric(before) or is_numeric(link.expr):
            continue
        names = tuple(dict.fromkeys((*symbols(before), *symbols(link.expr))))
        alone = len(names) == 1 and not names[0].upper
        if not alone and not (1 < len(names) <= most and set(symbols(before)) == set(symbols(link.expr))):
            continue
        if not _is_compound(before) or not _is_compound(link.expr) or multiply_shapes(before, link.expr):
            continue
        same = same_formula(before, link.expr, names)
        if same is not None:
            yield link, same, names[0].name


def _is_compound(expr: Expr) -> bool:
    """Whether a side is worked with names and numbers, so that it can be compared at any value of the names."""
    return (
        isinstance(expr, Sum | Product | Quotient)
        and not any(isinstance(node, Apply | SumOver | Vector | Piecewise) for node in expr.walk())
        and any(isinstance(node, Number) for node in expr.walk())
    )


def _swaps_rate(expr: Expr, names: Names) -> bool:
    """``eta - w g``: the rule of descent with the weight and the learning rate in each other's place."""
    roles = {symbol: names.role(symbol.name) for symbol in symbols(expr)}
    if set(roles.values()) != {Role.LEARNING_RATE, Role.WEIGHT, Role.GRADIENT} or len(roles) != 3:
        return False
    swapped = {
        Role.LEARNING_RATE: Fraction(7, 3),
        Role.WEIGHT: Fraction(2, 5),
        Role.GRADIENT: Fraction(11, 2),
    }
    try:
        value = worked(expr, lambda symbol: swapped[roles[symbol]])  # type: ignore[index]  # every role was seen above
    except (NoValueError, ArithmeticError, DeltaruleError):
        return False
    return value == swapped[Role.LEARNING_RATE] - swapped[Role.WEIGHT] * swapped[Role.GRADIENT]
