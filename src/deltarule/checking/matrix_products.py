"""Products of the data and the weights by their names, ``Xw = (1.3, 2.8, -1.9)``: the outputs of the samples, one component each."""

from collections.abc import Iterator
from dataclasses import replace

from deltarule.algebra.expr import Expr, Product, Sum, Symbol
from deltarule.checking.walk import Walk
from deltarule.document import Claim
from deltarule.formulas import Role

_OUTPUT = "hat:y"
_TURNED = "transpose"


def with_output(walk: Walk, claim: Claim) -> Claim:
    """``Xw = ...`` and ``Xw + b = ...`` as claims about the outputs of a linear neuron.

    The rows of X are samples: what is multiplied by its transpose is another product.
    """
    if claim.part is None or not isinstance(claim.subject, Product | Sum) or not claim.links:
        return claim
    if walk.exercise.activation != "identity" or walk.names.role(_OUTPUT) is not Role.OUTPUT:
        return claim
    index = (claim.part + 1,)
    roles = tuple(_roles(walk, claim.subject, index))
    if roles not in ((Role.FEATURE, Role.WEIGHT), (Role.FEATURE, Role.WEIGHT, Role.BIAS)):
        return claim
    return replace(claim, subject=Symbol(_OUTPUT, index, span=claim.subject.span))


def _roles(walk: Walk, subject: Expr, index: tuple[int, ...]) -> Iterator[Role | None]:
    """What the names of a product stand for, and of what is added to it; None for anything else.

    All of them have the index of the component that a claim about a vector was taken apart into, or none.
    """
    terms = subject.terms if isinstance(subject, Sum) else (subject,)
    first = terms[0]
    for part in (*(first.factors if isinstance(first, Product) else (first,)), *terms[1:]):
        plain = isinstance(part, Symbol) and part.index in ((), index) and _TURNED not in part.marks
        yield walk.names.role(part.name) if plain and isinstance(part, Symbol) else None
