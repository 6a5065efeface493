"""Values that nothing is known of, and short numbers of prose: right where they are worked out elsewhere in the document.

Such a number may stand behind its working, or in front of it as an answer that is told first. One that is the value of
nothing says nothing: it may count, date or measure whatever it likes.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.expr import Number
from deltarule.checking.claims import Judged
from deltarule.checking.sides import as_number
from deltarule.document import Claim, Link, Mention
from deltarule.findings import Status
from deltarule.written import Written, is_rounding

_FEWEST_FIGURES = 2  # of a number that may be a rounding of one with more
_TELLING_FIGURES = 3  # of a number that does not come twice by chance
_NOT_WORKED = frozenset({Status.UNCHECKED, Status.UNREAD, Status.SLIP})


def told_elsewhere(judged: Sequence[Judged]) -> list[Judged]:
    """Judge values that nothing is known of, where a longer number of exactly this value is worked out elsewhere."""
    if not any(item.status is Status.UNCHECKED for item in judged):
        return list(judged)
    known = {
        item.value.value
        for item in judged
        if item.status not in _NOT_WORKED and item.value is not None and len(item.claim.links) > 1
    }
    return [
        replace(item, status=Status.RIGHT, reason="")
        if item.status is Status.UNCHECKED and item.value is not None and _is_told(item, item.value, known)
        else item
        for item in judged
    ]


def _is_told(item: Judged, written: Written, known: set[Fraction]) -> bool:
    return len(item.claim.links) == 1 and written.figures >= _TELLING_FIGURES and written.value in known


def short_ones(mentions: Sequence[Mention], judged: Sequence[Judged]) -> Iterator[Judged]:
    """Verdicts on short numbers of prose that are values of what was judged, or roundings of them."""
    places = [mention for mention in mentions if mention.short]
    if not places:
        return
    known = {abs(value) for item in judged if item.status not in _NOT_WORKED for value in _values(item)}
    wrong = {
        abs(item.value.value) for item in judged if item.status is Status.SLIP and item.value is not None
    }
    ordered = sorted(known)
    told = {(item.claim.line, abs(item.value.value)) for item in judged if item.value is not None}
    for mention in places:
        written, span = mention.number, mention.span
        size = abs(written.value)
        if (written.value == 0 and written.places < 1) or (mention.line, size) in told:
            continue
        exact = size in known
        if not exact and size not in wrong and not _rounds(written, size, ordered):
            continue
        claim = Claim(span, mention.line, None, (Link("=", Number(written.value, written, span=span), span),))
        yield Judged(
            claim,
            None,
            Status.RIGHT if exact or size in wrong else Status.RIGHT_ROUNDED,
            value=written,
            value_span=span,
            name="the number told again",
        )


def _values(item: Judged) -> Iterator[Fraction]:
    """The value of a claim, and those on the way to it."""
    if item.value is not None:
        yield item.value.value
    for link in item.claim.links if len(item.claim.links) > 1 else ():
        number = as_number(link.expr)
        if number is not None:
            yield number.value


def _rounds(written: Written, size: Fraction, ordered: Sequence[Fraction]) -> bool:
    """Whether one of the values in order rounds to a number."""
    if written.figures < _FEWEST_FIGURES or written.places < 1:
        return False
    at = bisect_left(ordered, size - written.unit)
    while at < len(ordered) and ordered[at] <= size + written.unit:
        if is_rounding(size, ordered[at], written.places):
            return True
        at += 1
    return False
