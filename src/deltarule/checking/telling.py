"""Findings to records: the report of a walk."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from functools import cached_property

from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.conclusions import conclusions
from deltarule.checking.ledger import World
from deltarule.checking.walk import Walk
from deltarule.checking.wording import plain, shown
from deltarule.findings import FollowThrough, Remark, Slip, Status
from deltarule.report import ExactRun, Report, Summary, Verdict
from deltarule.spans import Span
from deltarule.trace import Quantity
from deltarule.written import RoundingMode


class Telling:
    """Turns what a walk has gathered into a report."""

    def __init__(self, walk: Walk, exact: ExactRun | None) -> None:
        self.walk, self.exact = walk, exact

    def report(self) -> Report:
        """The report."""
        source = self.walk.document.source
        slips = tuple(
            sorted((self._slip(slip) for slip in self.walk.slips), key=lambda slip: slip.span.start)
        )
        verdicts = tuple(self._verdict(item) for item in self.walk.judged)
        follow_through = tuple(
            FollowThrough(
                item.value_span or item.claim.span,
                self._line_of(item),
                tuple(sorted({source.place(slip.span).line for slip in item.from_slips})),
                item.name,
                plain(item.value) if item.value else "",
                item.repaired if item.repaired is not None else Fraction(0),
            )
            for item in self.walk.judged
            if item.status is Status.FOLLOW_THROUGH
        )
        count = Counter(item.status for item in self.walk.judged)
        unread = tuple(
            replace(item, line=source.told_line(item.line)) if source.origin is not None else item
            for item in self.walk.document.unread
        )
        summary = Summary(
            claims=len(self.walk.judged) + len(unread),
            right=count[Status.RIGHT],
            right_rounded=count[Status.RIGHT_ROUNDED],
            follow_through=count[Status.FOLLOW_THROUGH],
            slips=len(slips),
            unread=len(unread),
            unchecked=count[Status.UNCHECKED],
        )
        agreed = (
            self.walk.exercise.precision.mode is RoundingMode.TRUNCATE
        )  # to cut off: nothing to remark on
        remarks = [
            remark
            for remark in dict.fromkeys(self.walk.remarks)
            if not (agreed and remark[1] == "remark.truncated")
        ]
        remarks += self._budgets()
        verdict = "unreadable" if not self.walk.judged else "slips" if slips else "clean"
        return Report(
            source,
            self.walk.exercise,
            verdict,
            summary,
            verdicts,
            slips,
            follow_through,
            tuple(self._remark(*remark) for remark in sorted(remarks, key=lambda r: r[0].start)),
            unread,
            conclusions(self.walk.document, self.exact),
            self.exact,
            self._carrying(),
            min((line for line in self._ends if line is not None), default=None),
        )

    @property
    def _ends(self) -> tuple[int | None, int | None]:
        """The lines from which on nothing was looked at, and nothing judged."""
        return self.walk.document.beyond_budget, self.walk.stopped

    def _budgets(self) -> list[tuple[Span, str, str]]:
        """What was not looked at, and why."""
        beyond, stopped = self._ends
        told = [
            (beyond, "nothing was looked at: the document is too long"),
            (
                stopped,
                "nothing was judged: too much before it does not fit the exercise, or is too much to work out",
            ),
        ]
        source = self.walk.document.source
        remarks = [
            (source.line_span(line), "remark.budget", f"From line {source.told_line(line)} on {why}.")
            for line, why in told
            if line is not None
        ]
        items = self.walk.document.items
        if self.walk.is_beyond_pool and items:
            line = source.told_line(source.line_of(items[0].span))
            message = f"From line {line} on nothing was held against the exercise, each line only against itself: it is too much to work out."
            remarks.append((items[0].span, "remark.budget", message))
        left = self.walk.left
        if left is not None:
            message = (
                "What follows from this slip and those found after it was not worked out: it is too much."
            )
            remarks.append((left.span, "remark.budget", message))
        return remarks

    def _line_of(self, item: Judged) -> int:
        span = item.value_span or item.claim.span
        return self.walk.document.source.line_of(span)

    def _slip(self, slip: FoundSlip) -> Slip:
        source = self.walk.document.source
        line, column, end_column, _ = source.place(slip.span)
        about = slip.operand or slip.quantity
        affects = tuple(sorted({source.told_line(line) for line in slip.affects}))
        return Slip(
            slip.span,
            line,
            column,
            end_column,
            slip.kind,
            slip.code,
            slip.name,
            self.walk.aligner.epoch_of(slip.quantity.step) if slip.quantity else None,
            slip.written,
            slip.expected,
            self._true_value(about),
            slip.harmless,
            affects,
            slip.message,
        )

    def _true_value(self, quantity: Quantity | None) -> str:
        if quantity is None or quantity.step is None or self.exact is None:
            return ""
        true = self.exact.values(self._last_step).get(quantity)
        return "" if true is None else shown(true, self.walk.usual_places)

    @cached_property
    def _last_step(self) -> int:
        """The last update that a slip is about."""
        about = (slip.operand or slip.quantity for slip in self.walk.slips)
        return max((quantity.step or 0 for quantity in about if quantity is not None), default=0)

    def _verdict(self, item: Judged) -> Verdict:
        expected = shown(item.expected, self.walk.usual_places + 2) if item.expected is not None else ""
        return Verdict(
            item.value_span or item.claim.span,
            self._line_of(item),
            item.status,
            item.quantity,
            item.name,
            self.walk.aligner.epoch_of(item.quantity.step) if item.quantity else None,
            plain(item.value) if item.value else "",
            expected,
            shown(item.repaired, item.value.places if item.value else 4)
            if item.status is Status.FOLLOW_THROUGH and item.repaired is not None
            else "",
            item.reason,
        )

    def _remark(self, span: Span, code: str, message: str) -> Remark:
        line, column, end_column, ends = self.walk.document.source.place(span)
        return Remark(span, line, column, end_column if ends else column + 1, code, message)

    def _carrying(self) -> str:
        carried = [world for world in self.walk.worlds if world is not World.PRINTED]
        if not self.walk.worlds:
            return ""
        if not carried:
            return "The printed numbers are carried on."
        most = max(carried, key=lambda world: self.walk.worlds[world])
        return f"Most lines go on with the printed numbers; {sum(self.walk.worlds[w] for w in carried)} fit only {most.value}."
