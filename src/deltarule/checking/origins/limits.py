"""Where a sequence goes to: ``x_k = 0.8^k · 10 → 0`` says nothing of any one step."""

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Power
from deltarule.document import Claim

_ARROWS = ("→", "\\to", "\\rightarrow", "\\longrightarrow", "⟶", "->")
_BETWEEN = 24  # characters between a formula and its limit


def is_limit(claim: Claim, text: str) -> bool:
    """Whether an arrow leads from a power of a letter to the last number of a claim."""
    if len(claim.links) < 2:
        return False
    before, last = claim.links[-2:]
    between = text[before.span.end : last.span.start]
    if len(between) > _BETWEEN or not any(arrow in between for arrow in _ARROWS):
        return False
    return any(isinstance(node, Power) and not is_numeric(node.exponent) for node in before.expr.walk())
