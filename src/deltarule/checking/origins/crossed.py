"""A letter x that may be a times sign between names: ``f = q x z`` in a document that has an input x as well."""

from dataclasses import replace

from deltarule.algebra.expr import Expr, Product, Symbol
from deltarule.document import Claim


def without_cross(claim: Claim, text: str) -> Claim | None:
    """A claim with each x that stands by itself between two factors taken for a sign; None if there is none."""
    links = tuple(replace(link, expr=_without(link.expr, text)) for link in claim.links)
    return replace(claim, links=links) if links != claim.links else None


def _without(expr: Expr, text: str) -> Expr:
    if not isinstance(expr, Product):
        return expr.map(lambda part: _without(part, text))
    first, *inner, last = expr.factors
    kept = [first, *(factor for factor in inner if not _is_cross(factor, text)), last]
    parts = tuple(_without(factor, text) for factor in kept)
    return replace(expr, factors=parts) if parts != expr.factors else expr


def _is_cross(factor: Expr, text: str) -> bool:
    plain = isinstance(factor, Symbol) and factor.name in ("x", "X") and not factor.index and not factor.marks
    return (
        plain
        and factor.span is not None
        and text[factor.span.start - 1 : factor.span.end + 1] in (" x ", " X ")
    )
