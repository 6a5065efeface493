"""The verdicts on the numbers of a text, by where each number stands."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.expr import Number
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.columns.blocks import Cell
from deltarule.checking.explanations import Case, explain
from deltarule.checking.sides import as_number
from deltarule.checking.wording import plain, shown
from deltarule.document import Claim, Link
from deltarule.findings import Status
from deltarule.spans import Span

_NEAR = 6  # claims that may hold one number
NAME = "the number"


class NumbersJudged:
    """Claims with their verdicts, asked for by the number that stands in them; numbers that stand in none are added."""

    def __init__(self, judged: Sequence[Judged]) -> None:
        self._judged = list(judged)
        self._spans = sorted(
            (span.start, span.end, k)
            for k, item in enumerate(judged)
            if (span := item.value_span or (item.claim.links[-1].span if item.claim.links else None))
            is not None
        )

    def in_order(self) -> list[Judged]:
        """All of them, in reading order."""
        return sorted(self._judged, key=lambda item: item.claim.span.start)

    def on_line(self, line: Span) -> list[Judged]:
        """The claims whose values begin on a line."""
        first = bisect_left(self._spans, (line.start, -1, -1))
        end = bisect_left(self._spans, (line.end, -1, -1))
        return [self._judged[at] for _, _, at in self._spans[first:end]]

    def of(self, cell: Cell) -> Judged | None:
        """The claim whose value stands in a cell."""
        at = self._at(cell)
        return None if at is None else self._judged[at]

    def is_open(self, cell: Cell) -> bool:
        """Whether a number is a result that nobody has judged."""
        at = self._at(cell)
        return not cell.is_operand and (at is None or self._judged[at].status is Status.UNCHECKED)

    def is_only_told(self, cell: Cell) -> bool:
        """Whether a number has no working and no place in the run: what called it right is that it stands elsewhere, or may."""
        at = self._at(cell)
        item = None if at is None or cell.is_operand else self._judged[at]
        right = item is not None and item.status in (Status.RIGHT, Status.RIGHT_ROUNDED)
        return right and item is not None and item.quantity is None and len(item.claim.links) == 1

    def is_told_wrong(self, cell: Cell) -> bool:
        """Whether a number without a working and without a place in the run was called wrong."""
        at = self._at(cell)
        item = None if at is None or cell.is_operand else self._judged[at]
        if item is None or item.status is not Status.SLIP or item.quantity is not None:
            return False
        return len(item.claim.links) == 1

    def settle(self, cell: Cell, value: Fraction) -> None:
        """Call a number right that nobody has judged, where so much is the exact value of what it is made of."""
        if self.is_open(cell):
            status = Status.RIGHT if value == cell.written.value else Status.RIGHT_ROUNDED
            self.judge(cell, status, value)

    def charge(self, cell: Cell, value: Fraction, name: str, by: str) -> FoundSlip:
        """Call a number wrong where so much is the exact value of what it is made of; `by` says what shows that."""
        written, places = cell.written, max(cell.written.places, 2)
        right = shown(value, places)
        told = explain(Case(written, value, (value,), places, name, right))
        message = told.message.replace("from the numbers on this line", by)
        message = message[:1].upper() + message[1:] if name == NAME else message
        self.judge(cell, Status.SLIP, value)
        return FoundSlip(cell.span, told.kind, told.code, message, None, name, plain(written), right)

    def judge(self, cell: Cell, status: Status, value: Fraction) -> None:
        """Give a number a verdict, where so much is the exact value of what it is made of."""
        at = self._at(cell)
        if at is None:
            link = Link("=", Number(cell.written.value, cell.written, span=cell.span), cell.span)
            claim = Claim(cell.span, cell.line, None, (link,))
            insort(self._spans, (cell.span.start, cell.span.end, len(self._judged)))
            self._judged.append(
                Judged(
                    claim, None, status, value=cell.written, value_span=cell.span, expected=value, name=NAME
                )
            )
        else:
            self._judged[at] = replace(
                self._judged[at],
                status=status,
                value=cell.written,
                value_span=cell.span,
                expected=value,
                reason="",
            )

    def results(self, apart: Sequence[Span]) -> list[Cell]:
        """The last numbers of all claims but those that stand within certain places, in reading order."""
        found: list[Cell] = []
        inside = sorted(apart)
        for start, end, at in self._spans:
            claim = self._judged[at].claim
            written = self._judged[at].value or (as_number(claim.links[-1].expr) if claim.links else None)
            k = bisect_right(inside, (start, end))
            if written is not None and not any(each.end >= end for each in inside[max(0, k - _NEAR) : k]):
                found.append(Cell(written, Span(start, end), claim.line))
        return found

    def _at(self, cell: Cell) -> int | None:
        """The judged claim whose value stands in a cell."""
        k = bisect_right(self._spans, (cell.span.end, -1, -1))
        for start, end, at in reversed(self._spans[max(0, k - _NEAR) : k]):
            if start < cell.span.end and cell.span.start < end:
                item = self._judged[at]
                value = item.value or (as_number(item.claim.links[-1].expr) if item.claim.links else None)
                if value is None or abs(value.value) == abs(cell.written.value):
                    return at
        return None
