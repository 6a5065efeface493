"""Results that lose their decimals: ``-0.1 - 0.1 = 0``.

A whole number may stand for what is near it, so each such result passes as rounded. Where its author writes the decimals of all the
others, and this one loses much of its value with them, nobody rounded: it is wrong.
"""

from fractions import Fraction

from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.explanations import Case, explain
from deltarule.checking.walk import Walk
from deltarule.checking.wording import plain, shown
from deltarule.findings import Status
from deltarule.spans import Span
from deltarule.written import Written, decimal_places

FEWEST = 2  # results with their decimals
FOR_EACH = 2  # of them for each without
_SHORT = 2  # decimal places that anybody writes
_MUCH = Fraction(1, 10)  # of a value, which is no rounding any more


def note_decimals(walk: Walk, judged: Judged, written: Written, value: Fraction, span: Span) -> None:
    """Keep whether a result has the decimals of its value, or has lost them."""
    places = decimal_places(value)
    if any(link.expr.has_functions for link in judged.claim.links):
        return  # it may be a step, or nothing below zero
    subject = judged.claim.subject
    if subject is None or walk.names.reference(subject) is None:
        return  # half of seven people are four
    if not places or places > _SHORT:
        return
    if written.places >= places:
        walk.in_full += written.value == value
        return
    equal = any(link.relation == "=" for link in judged.claim.links if link.span == span)
    if equal and written.places == 0 and abs(written.value - value) > _MUCH * abs(value):
        walk.without_decimals.append((judged, value, span))


def doubt_whole_results(walk: Walk) -> None:
    """Call those results wrong that have lost their decimals, where the others have them."""
    lost = walk.without_decimals
    if not lost or walk.in_full < max(FEWEST, FOR_EACH * len(lost)):
        return
    for judged, value, span in lost:
        if judged.status is not Status.RIGHT_ROUNDED or judged.value is None:
            continue
        written, places = judged.value, decimal_places(value) or 0
        right = shown(value, places)
        usual = places if written.value else 0  # nothing at all is nothing rounded
        told = explain(Case(written, value, (value,), usual, "the result", right))
        judged.status, judged.expected = Status.SLIP, value
        message = told.message[:1].upper() + told.message[1:]
        walk.slips.append(
            FoundSlip(span, told.kind, told.code, message, None, "the result", plain(written), right)
        )
