"""Products of the data and the weights by their names: ``Xw = (1.3, 2.8, -1.9)`` are the outputs, ``Xw - y = (0.3, -0.2, 0.1)`` the errors.

The rows of X are samples, so that each component is of one of them.
"""

from dataclasses import replace

from deltarule.algebra.expr import Expr, Negative, Product, Sum, Symbol
from deltarule.checking.walk import Walk
from deltarule.document import Claim
from deltarule.formulas import Role

_OUTPUT, _ERROR = "hat:y", "e"
_TURNED = "transpose"
_PRODUCT = (Role.FEATURE, Role.WEIGHT)
_OUTPUTS = ((_PRODUCT,), (_PRODUCT, (Role.BIAS,)))
_TARGET = ((Role.TARGET,),)


def of_samples(walk: Walk, claim: Claim) -> Claim:
    """``Xw = ...`` and ``Xw + b = ...`` as claims about the outputs of a linear neuron, ``Xw - y`` and ``y - Xw`` about its errors."""
    if claim.part is None or not isinstance(claim.subject, Product | Sum) or not claim.links:
        return claim
    if walk.exercise.activation != "identity":
        return claim
    index = (claim.part + 1,)
    terms = claim.subject.terms if isinstance(claim.subject, Sum) else (claim.subject,)
    added = tuple(_roles(walk, term, index) for term in terms if not isinstance(term, Negative))
    taken = tuple(_roles(walk, term.arg, index) for term in terms if isinstance(term, Negative))
    errors = (added, taken) if walk.exercise.error == "output-target" else (taken, added)
    if added in _OUTPUTS and not taken:
        name, role = _OUTPUT, Role.OUTPUT
    elif errors[0] in _OUTPUTS and errors[1] == _TARGET:
        name, role = _ERROR, Role.ERROR
    else:
        return claim
    if walk.names.role(name) is not role:
        return claim
    return replace(claim, subject=Symbol(name, index, span=claim.subject.span))


def _roles(walk: Walk, term: Expr, index: tuple[int, ...]) -> tuple[Role | None, ...]:
    """What the names of a term stand for, None for anything else.

    All of them have the index of the component that a claim about a vector was taken apart into, or none.
    """
    parts = term.factors if isinstance(term, Product) else (term,)
    plain = [
        part if isinstance(part, Symbol) and part.index in ((), index) and _TURNED not in part.marks else None
        for part in parts
    ]
    return tuple(None if part is None else walk.names.role(part.name) for part in plain)
