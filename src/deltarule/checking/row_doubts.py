"""Values of rows that are not held against anybody, though the formula of the other rows does not give them."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from operator import ge, gt, le, lt

from deltarule.algebra.expr import Expr, Negative, Symbol
from deltarule.checking.sides import value_of
from deltarule.document import Claim, Item, Table
from deltarule.formulas import Role
from deltarule.naming import Names
from deltarule.written import Written, is_rounding

_COMPARED: Mapping[str, Callable[[Fraction, Fraction], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
_COMPARED_ROLES = frozenset({Role.OUTPUT, Role.PREDICTION, Role.TARGET})
_CLASSES = frozenset({Role.OUTPUT, Role.PREDICTION})


def lines_of_inputs(items: Sequence[Item], names: Names) -> frozenset[int]:
    """Lines outside of tables that tell the inputs of a sample: what else they tell comes before its working."""
    tables = [item.span for item in items if isinstance(item, Table)]
    return frozenset(
        item.line
        for item in items
        if isinstance(item, Claim)
        and isinstance(item.subject, Symbol)
        and names.role(item.subject.name) is Role.FEATURE
        and not any(span.start <= item.span.start < span.end for span in tables)
    )


def lines_of_comparisons(items: Sequence[Item]) -> Mapping[int, bool]:
    """Lines whose last comparison of numbers holds, ``0.1 < 0.4``, and whether it says that the first is not the smaller one."""
    found: dict[int, bool] = {}
    for item in items:
        if not isinstance(item, Claim) or not item.links or item.links[-1].relation not in _COMPARED:
            continue
        before = item.links[-2].expr if len(item.links) > 1 else item.subject
        left, right = (None if side is None else value_of(side) for side in (before, item.links[-1].expr))
        holds = left is not None and right is not None and _COMPARED[item.links[-1].relation](left, right)
        found.pop(item.line, None)
        if holds:
            found[item.line] = item.links[-1].relation in (">", ">=")
    return found


def lines_without_error(items: Sequence[Item], names: Names) -> frozenset[int]:
    """Lines whose output is their target: on them nothing has to change, whatever changed on all lines before."""
    told: dict[int, dict[str, Fraction]] = {}
    for item in items:
        subject = item.subject if isinstance(item, Claim) and len(item.links) == 1 else None
        if not isinstance(subject, Symbol) or names.role(subject.name) not in _COMPARED_ROLES:
            continue
        assert isinstance(item, Claim)
        value = value_of(item.links[0].expr)
        if value is not None:
            told.setdefault(item.line, {}).setdefault(subject.name, value)
    return frozenset(line for line, pair in told.items() if len(pair) > 1 and len(set(pair.values())) == 1)


def is_held(
    claim: Claim,
    role: Role,
    written: Written,
    expected: Fraction,
    inputs: frozenset[int],
    compared: Mapping[int, bool],
) -> bool:
    """Whether a value that does not fit may be held against its author.

    Not a class that stands beside the inputs of its sample, in front of the working, nor one that a comparison on its line
    leads to; not an output that is said to be another quantity; not a number told again with fewer digits, or roughly.
    """
    if any(isinstance(_unsigned(link.expr), Symbol) for link in claim.links[:-1]):
        return False
    places = len(
        written.text.replace(",", ".").partition(".")[2]
    )  # as they stand, whatever the author mostly keeps
    if len(claim.links) == 1 and claim.links[0].relation == "≈" and not places:
        return False  # a ≈ 0 where z is very negative
    if 1 < places < written.places and is_rounding(written.value, expected, places):
        return False
    is_class = role in _CLASSES and written.value in (0, 1, -1)
    if is_class and compared.get(claim.line) is (written.value == 1):
        return False
    return not (is_class and len(claim.links) == 1 and claim.line in inputs)


def _unsigned(expr: Expr) -> Expr:
    return expr.arg if isinstance(expr, Negative) else expr
