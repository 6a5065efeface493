"""Products of the data and the weights by their names: ``Xw = (1.3, 2.8, -1.9)`` are the outputs, ``Xw - y = (0.3, -0.2, 0.1)`` the errors.

The rows of X are samples, so that each component is of one of them.
"""

from dataclasses import replace

from deltarule.algebra.expr import Apply, Expr, Negative, Product, Sum, Symbol
from deltarule.checking.walk import Walk
from deltarule.document import Claim
from deltarule.formulas import Role

_OUTPUT, _ERROR, _NET_INPUT = "hat:y", "e", "z"
_TURNED = "transpose"
_PRODUCT = (Role.FEATURE, Role.WEIGHT)
_OUTPUTS = ((_PRODUCT,), (_PRODUCT, (Role.BIAS,)))
_TARGET = ((Role.TARGET,),)


def of_samples(walk: Walk, claim: Claim) -> Claim:
    """``Xw = ...`` and ``Xw + b = ...`` as claims about the outputs of a linear neuron, ``Xw - y`` and ``y - Xw`` about its errors."""
    if isinstance(claim.subject, Apply):
        return _output_of_one(walk, claim, claim.subject)
    if not isinstance(claim.subject, Product | Sum) or not claim.links:
        return claim
    if claim.part is None:
        return _of_one(walk, claim)
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


def _of_one(walk: Walk, claim: Claim) -> Claim:
    """``θᵀx = 0.2 + (0.5)(1.4) = 0.9`` and ``wᵀx + b = ...`` as claims about the net input of a sample.

    Without a bias beside it the product holds that as the weight of an input of 1, ``θ_0``; so the document has to name it.
    """
    terms = claim.subject.terms if isinstance(claim.subject, Sum) else (claim.subject,)
    first = terms[0]
    if len(terms) > 2 or not isinstance(first, Product) or len(first.factors) != 2 or len(claim.links) < 2:
        return claim
    weights, data = first.factors
    if not isinstance(weights, Symbol) or not isinstance(data, Symbol) or weights.marks != (_TURNED,):
        return claim
    if weights.index or data.index or data.marks or walk.names.role(_NET_INPUT) is not Role.NET_INPUT:
        return claim
    if (walk.names.role(weights.name), walk.names.role(data.name)) != (Role.WEIGHT, Role.FEATURE):
        return claim
    if len(terms) == 2:
        known = isinstance(terms[1], Symbol) and walk.names.role(terms[1].name) is Role.BIAS
    else:
        known = any(
            isinstance(item, Claim)
            and isinstance(item.subject, Symbol)
            and (item.subject.name, item.subject.index) == (weights.name, (0,))
            for item in walk.document.items
        )
    if (
        not known or walk.exercise.activation == "identity" or walk.exercise.n_samples != 1
    ):  # or of any sample
        return claim
    return replace(claim, subject=Symbol(_NET_INPUT, span=claim.subject.span if claim.subject else None))


def _output_of_one(walk: Walk, claim: Claim, subject: Apply) -> Claim:
    """``h(x) = g(θᵀx) = 1/(1 + e^(-0.9)) = 0.711`` as a claim about the output, where there is one sample alone."""
    reference = walk.names.reference(subject)
    worked = len(claim.in_numbers) > 1 and walk.exercise.n_samples == 1
    if (
        not worked
        or reference is None
        or reference.role is not Role.OUTPUT
        or not isinstance(subject.arg, Symbol)
    ):
        return claim
    if subject.arg.index or subject.arg.marks or walk.names.role(subject.arg.name) is not Role.FEATURE:
        return claim
    if walk.exercise.activation == "identity" or walk.names.role(_OUTPUT) is not Role.OUTPUT:
        return claim
    return replace(claim, subject=Symbol(_OUTPUT, span=subject.span))


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
