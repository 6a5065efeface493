"""Values that are told first and worked out on a later line."""

from collections.abc import Iterator
from fractions import Fraction

from deltarule.algebra.expr import Index, Symbol, symbols
from deltarule.document import Claim
from deltarule.rarely import rarely
from deltarule.written import Written

_TOLD = rarely(r"(?<![\w\\])([^\W\d_]\w{0,20}) ?= ?[-−]?[\d.]")


_BEHIND = 60  # characters behind a claim, in which the numbers that it holds for may be told


def is_told_behind(claim: Claim, text: str) -> bool:
    """Whether a name of the claim's formula is told a number just behind it: ``CRB = p(1 - p)/n = 0.0021 at p = 0.3``."""
    stop = text.find("\n", claim.span.end, claim.span.end + _BEHIND)
    behind = text[claim.span.end : stop if stop >= 0 else claim.span.end + _BEHIND]
    if "=" not in behind:
        return False
    told = {match[1] for match in _TOLD.finditer(behind)}
    return any(symbol.name in told for link in claim.links for symbol in symbols(link.expr))


class ToldAhead:
    """Unchecked values of names, and what is worked out of names, wherever it stands."""

    def __init__(self) -> None:
        self._told: list[tuple[int, Claim, Written, Symbol]] = []
        self._worked_out: set[tuple[str, tuple[Index, ...], Fraction]] = set()

    def tell(self, at: int, claim: Claim, written: Written) -> None:
        """Note an unchecked value of a name, which a later line may confirm."""
        if isinstance(claim.subject, Symbol):
            self._told.append((at, claim, written, claim.subject))

    def work_out(self, claim: Claim, written: Written) -> None:
        """Note a value of a name that is right by its working."""
        if isinstance(claim.subject, Symbol) and len(claim.links) > 1:
            self._worked_out.add((claim.subject.name, claim.subject.index, written.value))

    def right(self) -> Iterator[tuple[int, Claim, Written]]:
        """Values that another line works out."""
        for at, claim, written, subject in self._told:
            if (subject.name, subject.index, written.value) in self._worked_out:
                yield at, claim, written
