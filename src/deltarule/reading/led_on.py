"""A value that an arrow leads on to how it changes: ``w1: 0.2 → 0.2 + 0.1·0.85 = 0.285`` works the new value of what stands in front."""

from dataclasses import replace

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Expr, Sum, Symbol
from deltarule.document import Claim, Item, Link
from deltarule.rarely import rarely
from deltarule.reading.lone_numbers import as_written

_ARROW = rarely(
    r"[\s$`*]{0,6}(?:→|⟶|⇒|->|=>|\\(?:to|rightarrow|Rightarrow|longrightarrow)(?![A-Za-z]))[\s$`*]{0,6}"
)


def led_on(before: Item | None, claim: Claim, text: str) -> tuple[Claim, Claim] | None:
    """The old value and the working of the new one, both told of the name in front; None where no arrow leads from one to the other.

    The working begins with the old value.
    """
    if not isinstance(before, Claim) or not isinstance(before.subject, Symbol) or len(before.links) != 1:
        return None
    old = as_written(before.links[0].expr)
    working = claim.subject
    if (
        old is None
        or before.part is not None
        or working is None
        or not is_numeric(working)
        or not claim.links
    ):
        return None
    first = _first(working)
    written = None if first is None else as_written(first)
    if written is None or written.value != old.value:
        return None
    if _ARROW.fullmatch(text, before.span.end, claim.span.start) is None:
        return None
    span = working.span or claim.span
    was = replace(before, subject=replace(before.subject, marks=(*before.subject.marks, "old")))
    now = replace(claim, subject=before.subject, links=(Link("=", working, span), *claim.links))
    return was, now


def _first(expr: Expr) -> Expr | None:
    """The first term of a sum."""
    return expr.terms[0] if isinstance(expr, Sum) else None
