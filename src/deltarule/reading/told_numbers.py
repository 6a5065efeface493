"""Numbers that are only told again in prose: ``the position is $-0.45$``, ``the final value will be 11.``

Whatever a claim holds is no mention, and a number in the middle of an expression is none either: what stands around it
must part it from the rest.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence

from deltarule.spans import Span, span_of

MAX_SHORT = 300
MAX_CANDIDATES = 3000
_DECIMAL = r"\d{1,9}(?:[.,]|\{,\})\d{1,17}"
_PARTED = r"(?=(?:[.,;:!?]?(?:[\s$)\]|*]|\\[)\]]|$)))"
_TOLD = re.compile(
    # a decimal anywhere, a whole number between dollars or where a sentence or a part of it ends: none begins otherwise
    r"(?=[-+\d≈~\\])(?:"
    rf"(?<![^\s$(\[|*~])(?<!\w\()(?:(?:\\approx|≈|~)\s{{0,2}})?(?P<decimal>[-+]?{_DECIMAL}){_PARTED}"
    r"|(?<=\$)(?P<lone>[-+]\d{1,6}|\d{2,6})(?=\$)"
    r"|(?<=[ *])(?P<last>[-+]?\d{2,6})\**(?=[.,;!]?\**[ ]{0,3}$))"
)


def apart(text: str, start: int, end: int) -> list[Span]:
    """Where numbers stand apart from all mathematics on a line; `text` is in the common form of characters."""
    return [span_of(match.span(match.lastgroup or 0)) for match in _TOLD.finditer(text, start, end)]


def outside(candidates: Sequence[Span], taken: Sequence[Span]) -> list[Span]:
    """Those of the candidates that overlap nothing that is taken."""
    if not candidates:
        return []
    ordered = sorted(taken)
    starts = [span.start for span in ordered]
    reach: list[int] = []  # the furthest end so far
    for span in ordered:
        reach.append(max(span.end, reach[-1] if reach else 0))
    free: list[Span] = []
    for span in candidates:
        before = bisect_right(starts, span.end - 1)
        if not before or reach[before - 1] <= span.start:
            free.append(span)
    return free
