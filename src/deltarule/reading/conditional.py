"""Classes that are no values: ``fires (y = 1) only if z is greater than 0`` states a rule, ``= 3 -> 1`` is no equation."""

import re
from dataclasses import replace

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Symbol
from deltarule.document import Claim
from deltarule.rarely import rarely
from deltarule.reading.conditions import IF
from deltarule.reading.lone_numbers import as_written
from deltarule.spans import Span

MOST_NUMBERS = 3  # of a rule: two classes and the bound
_NUMBERS = re.compile(r"(?<![\w.,])\d{1,20}(?:[.,]\d{1,20})?(?!\w)")
_WITHIN = 100  # characters of a sentence on either side of a class
_OF_TIME = frozenset({"for", "when", "quando", "cuando", "als"})  # they name an occasion just as well
_CONDITION = "|".join(sorted(map(re.escape, IF - _OF_TIME), key=len, reverse=True))
_BEHIND = re.compile(rf"[\s)\]$,]{{1,4}}(?:[^\W\d_]{{1,12}} ){{0,2}}(?:{_CONDITION})\b", re.IGNORECASE)
_IN_FRONT = re.compile(rf"(?:^|[.;:!?(]\s{{0,3}}|\n)(?:{_CONDITION}) [^.;:!?\n=]{{0,80}}$", re.IGNORECASE)


def is_conditional(claim: Claim, text: str) -> bool:
    """Whether a claim names a bare class of no sample, and its sentence says if when."""
    value = as_written(claim.links[0].expr) if len(claim.links) == 1 else None
    if value is None or value.value not in (0, 1, -1):
        return False
    if not isinstance(claim.subject, Symbol) or claim.subject.index:
        return False
    start, end = claim.span
    if not _states_only(text, start, end):
        return False
    if _BEHIND.match(text, end, end + _WITHIN):
        return True
    return _IN_FRONT.search(text[max(0, start - _WITHIN) : start]) is not None


def _states_only(text: str, start: int, end: int) -> bool:
    """Whether no number but the classes stands on the line: else a sample is worked there."""
    first = max(text.rfind("\n", 0, start) + 1, start - _WITHIN)
    last = text.find("\n", end, end + _WITHIN)
    numbers = _NUMBERS.findall(text[first : last if last >= 0 else end + _WITHIN])
    return set(numbers) <= {"0", "1"} and len(numbers) <= MOST_NUMBERS


_ARROW = rarely(r"\s{0,3}\$?\s{0,3}(?:->|=>|→|⇒|⟶|\\to|\\rightarrow|\\Rightarrow)\s{0,3}\$?\s{0,3}")


def led_to_class(claim: Claim, text: str) -> Claim:
    """A claim without the class that an arrow leads to from its value: ``2·1 + 1 = 3 -> 1``."""
    if len(claim.links) < 3 or not is_numeric(claim.links[-3].expr):
        return claim
    before, last = claim.links[-2:]
    value, concluded = as_written(before.expr), as_written(last.expr)
    if value is None or concluded is None or concluded.value not in (0, 1, -1) or before.relation == "→":
        return claim
    if as_written(claim.links[-3].expr) is not None or not _ARROW.fullmatch(
        text, before.span.end, last.span.start
    ):
        return claim
    span = Span(claim.span.start, before.span.end)
    return replace(claim, span=span, links=claim.links[:-1], concluded=concluded)
