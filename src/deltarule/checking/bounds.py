"""The working of what a number is compared with: ``4.3 <= 13 - 0.5·0.8·36 = -1.4`` tells two things, and the second is arithmetic."""

from dataclasses import replace

from deltarule.checking.alone import judge_alone
from deltarule.checking.sides import as_number, value_of
from deltarule.checking.unlocated import COMPARISONS
from deltarule.checking.walk import Walk
from deltarule.document import Claim
from deltarule.spans import Span

_EQUALS = frozenset({"=", "≈"})
_CLASSES = frozenset({0, 1, -1})


def judge_bound(walk: Walk, claim: Claim) -> None:
    """Hold a bound that is worked out behind a comparison against its working."""
    at = next((k for k, link in enumerate(claim.links) if link.relation in COMPARISONS), None)
    if at is None or at + 1 >= len(claim.links):
        return
    working, rest = claim.links[at], claim.links[at + 1 :]
    value = value_of(working.expr) if working.expr.is_numeric else None
    if (
        value is None
        or as_number(working.expr) is not None
        or any(link.relation not in _EQUALS for link in rest)
    ):
        return
    result = as_number(rest[-1].expr)
    if result is None or (result.value in _CLASSES and result.value != value):
        return  # 0.4 > 0.1 + 0.2 = 1: the class that follows
    span = Span(working.span.start, claim.span.end)
    judge_alone(walk, replace(claim, span=span, subject=working.expr, links=rest, label=None))
