"""What is set equal to zero to be solved, ``4(-2x) + x = -7x = 0``: it tells no value, and nothing of the numbers told before."""

from deltarule.algebra.expr import Symbol
from deltarule.checking.sides import as_number
from deltarule.document import Claim


def is_condition(claim: Claim) -> bool:
    """Whether a side in symbols that has no name, or is a slope, is set equal to zero."""
    subject = claim.subject
    if subject is None or subject.is_numeric or len(claim.links) < 1:
        return False
    if isinstance(subject, Symbol) and not subject.name.startswith("dL/d"):
        return False
    *formulas, last = [link.expr for link in claim.links]
    zero = as_number(last)
    return zero is not None and zero.value == 0 and not any(each.is_numeric for each in formulas)
