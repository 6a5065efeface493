"""A step whose result has another name than the weight that it moves: ``β_1 = w_0 - η g_0 = 0.4`` is w_1."""

from deltarule.algebra.expr import Negative, Product, Sum, Symbol
from deltarule.document import Claim
from deltarule.formulas import Role
from deltarule.naming import Names


def weight_moved(claim: Claim, names: Names) -> Symbol | None:
    """The weight that a step under another name leads to; None where the name is that of the weight, or no step stands there."""
    subject = claim.subject
    if not isinstance(subject, Symbol) or len(subject.index) != 1 or len(claim.links) < 2:
        return None
    match claim.links[0].expr:
        case Sum(terms=(Symbol(name=name, index=(int() as before,)), Negative(arg=Product() as change))):
            steps = {names.role(part.name) for part in change.walk() if isinstance(part, Symbol)}
            other = name != subject.name and subject.index == (before + 1,)
            if other and names.role(name) is Role.WEIGHT and Role.LEARNING_RATE in steps:
                return Symbol(name, (before + 1,), span=subject.span)
    return None
