"""Lists of numbers, ``[-0.667, -0.534, -0.401]``: the one component that is not given as all the others are."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from deltarule.checking.origins.origin import Origin
from deltarule.document import Claim
from deltarule.spans import Span
from deltarule.written import Written, is_rounding

FEWEST = 2  # components that fit, each another number, before the only one that does not is called a slip
# what says by itself what a component is, so that one other is enough
_DECISIVE = frozenset({"own", "slope"})


class Lists:
    """The components of lists, by where each list stands: which formula gives them."""

    def __init__(self) -> None:
        # and the value, and whether that tells anything
        self._given: dict[Span, list[tuple[str, Fraction, bool]]] = {}
        self._missed: dict[Span, list[tuple[int, Claim, Written, dict[str, Origin]]]] = {}

    def fit(self, claim: Claim, written: Written, origin: Origin) -> None:
        """Note a component that a formula gives; one that fits only as a wide rounding tells nothing."""
        if claim.part is not None:
            telling = (written.figures > 1 or abs(written.value) > 1) and origin.slack <= 2 * written.unit
            self._given.setdefault(claim.span, []).append((_family(origin.how), written.value, telling))

    def miss(self, at: int, claim: Claim, written: Written, missed: Iterable[Origin]) -> None:
        """Note a component that none of its formulas gives."""
        if claim.part is not None:
            origins: dict[str, Origin] = {}
            for origin in missed:
                origins.setdefault(_family(origin.how), origin)
            self._missed.setdefault(claim.span, []).append((at, claim, written, origins))

    def alone(self) -> Iterator[tuple[int, Claim, Written, Origin]]:
        """Components that are the only ones of their list that its formula does not give."""
        for span, missed in self._missed.items():
            given = self._given.get(span, [])
            families = {family for family, _, _ in given}
            if len(missed) != 1 or len(families) != 1:
                continue
            family = families.pop()
            at, claim, written, origins = missed[0]
            fitting = len({value for _, value, telling in given if telling})
            others = [value for _, value, _ in given]
            value = origins[family].value if family in origins else None
            if value is not None and any(is_rounding(other, value, written.places) for other in others):
                continue  # what another component is: which is of what is not understood
            if family in origins and fitting >= (1 if family in _DECISIVE else FEWEST):
                yield at, claim, written, origins[family]


def _family(how: str) -> str:
    """A way to a value without the number of the formula: each component may have one of its own."""
    return "stated" if how.startswith("stated ") and "step" not in how else how
