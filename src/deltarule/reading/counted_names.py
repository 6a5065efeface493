"""Letters of functions that name numbers in a document: ``h = w1*x1 + b`` and then ``h(1) = 0.5*2 + 0.1 = 1.1`` for a sample."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from deltarule.algebra.expr import Apply, Number, Symbol, symbols
from deltarule.document import Claim, Item
from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.reading.document_names import shape_of

Items: TypeAlias = Sequence[Item]


def with_counted_names(items: Items) -> Items:
    """The same items, in which a weighted sum that is counted in brackets is no function of its count."""
    claims = [item for item in items if isinstance(item, Claim)]
    sums = {claim.subject.name for claim in claims if isinstance(claim.subject, Symbol) and _weighs(claim)}
    counts: dict[str, set[int]] = {}
    for claim in claims if sums else ():
        if (count := _count(claim)) is not None:
            counts.setdefault(count[0], set()).add(count[1])
    counted = {name for name in sums & counts.keys() if counts[name] == set(range(1, len(counts[name]) + 1))}
    if not counted:
        return items
    return [_renamed(item, counted) if isinstance(item, Claim) else item for item in items]


def _weighs(claim: Claim) -> bool:
    """Whether a formula sums inputs times weights."""
    if not claim.links or claim.links[0].expr.is_numeric or shape_of(claim.links[0].expr) != "weighted sum":
        return False
    roles = {roles_of(symbol.name)[:1] for symbol in symbols(claim.links[0].expr)}
    return {(Role.WEIGHT,), (Role.FEATURE,)} <= roles


def _count(claim: Claim) -> tuple[str, int] | None:
    """The name and the count of ``h(2) = 0.5*2 + 0.1``."""
    match claim.subject:
        case Apply(function=name, arg=Number(written=written)) if written is not None:
            if written.text.isdigit() and any(shape_of(side) == "weighted sum" for side in claim.in_numbers):
                return name, int(written.text)
    return None


def _renamed(claim: Claim, counted: set[str]) -> Claim:
    count = _count(claim)
    if count is None or count[0] not in counted or claim.subject is None:
        return claim
    return replace(claim, subject=Symbol(count[0], upper=(count[1],), span=claim.subject.span))
