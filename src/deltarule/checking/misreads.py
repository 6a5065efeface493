"""What does not fit where the OCR program was in doubt is perhaps only misread: a remark, and no slip."""

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction

from deltarule.checking.claims import FoundSlip, Judged
from deltarule.document import Confidence
from deltarule.findings import Status
from deltarule.spans import Span

# people slip in fewer than one line in ten: a reading less sure than that is the likelier culprit
LOW = Fraction(9, 10)


class Doubts:
    """Where the OCR program was in doubt."""

    def __init__(self, confidences: Sequence[Confidence]) -> None:
        self.low = sorted((c for c in confidences if c.value < LOW), key=lambda c: c.span.start)
        self._ends: list[int] = []  # furthest end so far, so that an overlap is found by one look
        for confidence in self.low:
            self._ends.append(max(confidence.span.end, self._ends[-1] if self._ends else 0))

    def least(self, span: Span) -> Fraction | None:
        """The least confidence of what lies in a span; None if all of it was read for sure."""
        last = bisect_right(self.low, span.end - 1, key=lambda c: c.span.start)
        first = bisect_right(self._ends, span.start)
        return min((c.value for c in self.low[first:last] if c.span.end > span.start), default=None)


def set_aside(
    confidences: Sequence[Confidence], judged: Sequence[Judged], slips: Sequence[FoundSlip]
) -> tuple[list[FoundSlip], list[tuple[Span, str, str]]]:
    """The slips that stay, and remarks for those in doubtful places; their claims become unchecked.

    What is right stays as it is.
    """
    doubts = Doubts(confidences)
    if not doubts.low:
        return list(slips), []
    kept: list[FoundSlip] = []
    remarks: list[tuple[Span, str, str]] = []
    wrong = [item for item in judged if item.status is Status.SLIP]
    for slip in slips:
        holding = [item for item in wrong if _holds(item.claim.span, slip.span)]
        reach = holding[0].claim.span if holding else slip.span
        least = doubts.least(reach)
        if least is None:
            kept.append(slip)
            continue
        message = f"{slip.message} But the program that read this line was sure of it to {_percent(least)} only: perhaps it was misread."
        remarks.append((slip.span, "remark.possible-misread", message))
        for item in holding:
            item.status, item.reason = Status.UNCHECKED, "it may be misread"
    return kept, remarks


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _percent(value: Fraction) -> str:
    return f"{int(value * 100)} %"
