"""Values that are off by just as much as a slip shortly before them: they go on from it, and it is charged there."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from deltarule.checking.claims import Judged
from deltarule.document import Claim
from deltarule.findings import Status
from deltarule.spans import Span
from deltarule.written import Written

MAX_APART = 4  # lines between a slip and what goes on from it


def off_as_before(
    judged: Sequence[Judged],
    rights: Mapping[Span, Fraction],
    claim: Claim,
    written: Written,
    expected: Fraction,
) -> bool:
    """Whether a value differs from what it should be as a wrong result just above does from its own right value.

    `rights` are right values by the places of the wrong ones. So does an error, ``h - y``, whose prediction is wrong: -0.43 for -0.25 behind 1.57 for 1.75.
    """
    off = abs(written.value - expected)
    for item in judged:
        right = rights.get(item.claim.links[-1].span) if item.claim.links else None
        right = item.expected if item.expected is not None else right
        if item.status is not Status.SLIP or right is None or item.value is None:
            continue
        if not claim.span.start - item.claim.span.end >= 0 or claim.line - item.claim.line > MAX_APART:
            continue
        slack = sum((each.unit / 2 for each in (written, item.value) if each.places > 0), Fraction(0))
        before = abs(item.value.value - right)
        if before > slack and abs(before - off) <= slack:
            return True
    return False
