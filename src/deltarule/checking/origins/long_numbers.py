"""Numbers of so many figures that they do not come out by chance, held against all that a run gives."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from deltarule.algebra.expr import Number
from deltarule.checking.claims import Judged
from deltarule.document import Claim, Link, Mention
from deltarule.findings import Status
from deltarule.written import Written, is_rounding, is_truncation

FIGURES = 4
_FLOAT_FIGURES = 12  # a number of so many figures comes from binary arithmetic
_UNIT_BITS = 128  # two numbers of a run are hardly ever the same down to 2**-128
_NOISE = Fraction(1, 10**11)


def is_long(written: Written | None) -> bool:
    """Whether a number has so many figures."""
    return written is not None and written.places > 0 and written.figures >= FIGURES


def in_order(values: Iterable[Fraction]) -> list[Fraction]:
    """Numbers in order, each once: by their whole parts of a small unit, as fractions compare slowly."""
    each = {value.as_integer_ratio(): value for value in values}
    keyed = sorted(((above << _UNIT_BITS) // below, at) for at, (above, below) in enumerate(each))
    known = list(each.values())
    found = [known[at] for _, at in keyed]
    alike = any(one[0] == other[0] for one, other in pairwise(keyed))
    return sorted(found) if alike else found


def comes_out(written: Written, found: Sequence[Fraction]) -> bool:
    """Whether one of the numbers in order is what was written."""
    value, places = written.value, written.places
    noise = _NOISE * max(abs(value), Fraction(1)) if written.figures >= _FLOAT_FIGURES else Fraction(0)
    reach = max(written.unit, noise)
    at = bisect_left(found, value - reach)
    while at < len(found) and found[at] <= value + reach:
        if (
            abs(value - found[at]) <= noise
            or is_rounding(value, found[at], places)
            or is_truncation(value, found[at], places)
        ):
            return True
        at += 1
    return False


def told_again(
    judged: Sequence[Judged], mentions: Sequence[Mention], found: Sequence[Fraction], name: str
) -> Iterator[Judged]:
    """The numbers of prose that come out, those of a line that are judged already left out."""
    known = {(item.claim.line, abs(item.value.value)) for item in judged if item.value is not None}
    for mention in mentions:
        written, span = mention.number, mention.span
        if (mention.line, abs(written.value)) not in known and comes_out(written, found):
            claim = Claim(
                span, mention.line, None, (Link("=", Number(written.value, written, span=span), span),)
            )
            yield Judged(claim, None, Status.RIGHT_ROUNDED, value=written, value_span=span, name=name)
