"""Numbers that a document tells without a working, by names that are told so once and so count nothing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction

from deltarule.algebra.expr import Symbol
from deltarule.checking.sides import as_number
from deltarule.document import Claim


def told_once(claims: Sequence[Claim]) -> Mapping[Symbol, Fraction]:
    """The one number of each name that is told one number only, and without a working."""
    found: defaultdict[Symbol, set[Fraction]] = defaultdict(set)
    for claim in claims:
        if isinstance(claim.subject, Symbol) and claim.part is None and len(claim.links) == 1:
            written = as_number(claim.links[0].expr)
            if written is not None:
                found[claim.subject].add(written.value)
    return {symbol: next(iter(values)) for symbol, values in found.items() if len(values) == 1}
