"""Holds a checker's verdicts against the keys, and counts.

A checker is a function from a document's text to a `Marked`: nothing else is known of it here, so that others can
stand beside deltarule in the same table.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from time import perf_counter

from benchmarks.marking.generate import Document, KeySlip


@dataclass(frozen=True)
class Marked:
    """What a checker says of a document.

    Attributes
    ----------
    slips : sequence of (line, kind)
        In the order of the lines.
    follow_through : set of (line, value)
        Claims that are said to follow from a slip.
    judged : set of (line, value)
        Claims that were read and judged.
    readable : bool
        Whether anything could be made of the document at all.
    """

    slips: Sequence[tuple[int, str]]
    follow_through: frozenset[tuple[int, Fraction]]
    judged: frozenset[tuple[int, Fraction]]
    readable: bool


Checker = Callable[[str], Marked]


@dataclass
class Tally:
    """Counts over some documents; what is asked of them is a property."""

    counts: Counter[str] = field(default_factory=Counter)

    def share(self, part: str, whole: str) -> float | None:
        """One count over another, None if there is nothing."""
        return self.counts[part] / self.counts[whole] if self.counts[whole] else None

    @property
    def first_slip(self) -> float | None:
        """Share of documents with slips whose first one is found, and none before it."""
        return self.share("first found", "documents with slips")

    @property
    def clean(self) -> float | None:
        """Share of clean documents that are called clean."""
        return self.share("called clean", "clean documents")

    @property
    def f1(self) -> float | None:
        """Harmonic mean of the two, as ProcessBench defines it."""
        wrong, right = self.first_slip, self.clean
        return (
            None
            if wrong is None or right is None
            else 2 * wrong * right / (wrong + right)
            if wrong + right
            else 0.0
        )

    @property
    def recall(self) -> float | None:
        """Planted slips that are found."""
        return self.share("found", "planted")

    @property
    def precision(self) -> float | None:
        """Findings that are planted slips."""
        return self.share("found", "reported")

    @property
    def kinds(self) -> float | None:
        """Found slips that are called by an accepted kind."""
        return self.share("kind right", "found")

    @property
    def follow_recall(self) -> float | None:
        """Claims that follow from a slip and are said to."""
        return self.share("follow both", "follow key")

    @property
    def follow_precision(self) -> float | None:
        """Claims said to follow from a slip that do."""
        return self.share("follow both", "follow said")

    @property
    def once(self) -> float | None:
        """Planted slips that are charged once: where they stand, and not again where they lead."""
        return self.share("charged once", "planted")

    @property
    def false_alarms(self) -> float | None:
        """Findings on honest claims, per thousand of these."""
        share = self.share("false alarms", "honest claims")
        return None if share is None else 1000 * share

    @property
    def unread(self) -> float | None:
        """Claims that were not read or not judged."""
        return self.share("unread claims", "claims")

    @property
    def refused(self) -> float | None:
        """Documents that could not be read at all."""
        return self.share("refused", "documents")

    @property
    def speed(self) -> float | None:
        """Documents a second."""
        return (
            1e6 * self.counts["documents"] / self.counts["microseconds"]
            if self.counts["microseconds"]
            else None
        )

    def __iadd__(self, other: "Tally") -> "Tally":
        self.counts.update(other.counts)
        return self


def compare(document: Document, marked: Marked) -> Tally:
    """Count one document."""
    tally = Tally()
    count = tally.counts
    count["documents"] = 1
    count["refused"] = int(not marked.readable)
    count["claims"] = len(document.claims)
    count["unread claims"] = sum(
        (claim.line, Fraction(claim.written)) not in marked.judged for claim in document.claims
    )
    _slips(document, marked, count)
    _follow_through(document, marked, count)
    return tally


def _slips(document: Document, marked: Marked, count: Counter[str]) -> None:
    left = list(marked.slips)
    found_lines: set[int] = set()
    charged: dict[KeySlip, bool] = {}
    # of two slips on a line the one that fewer kinds may name chooses first
    for slip in sorted(document.slips, key=lambda slip: len(slip.kinds)):
        here = [report for report in left if report[0] in slip.lines]
        best = next((report for report in here if report[1] in slip.kinds), here[0] if here else None)
        charged[slip] = best is not None
        if best is None:
            continue
        left.remove(best)
        found_lines.add(best[0])
        count["found"] += 1
        count["kind right"] += best[1] in slip.kinds
    count["planted"] = len(document.slips)
    count["reported"] = len(marked.slips)
    count["false alarms"] = len(left)
    count["honest claims"] = sum(claim.status != "slip" for claim in document.claims)
    for slip, found in charged.items():
        again = any(line in slip.lines or line in slip.affects for line, _ in left)
        count["charged once"] += found and not again
    if document.slips:
        count["documents with slips"] = 1
        first = min(document.slips, key=lambda slip: slip.lines)
        count["first found"] = int(bool(marked.slips) and marked.slips[0][0] in first.lines)
    else:
        count["clean documents"] = 1
        count["called clean"] = int(not marked.slips and marked.readable)


def _follow_through(document: Document, marked: Marked, count: Counter[str]) -> None:
    wanted = {
        (claim.line, Fraction(claim.written)) for claim in document.claims if claim.status == "follow-through"
    }
    elsewhere = {
        (claim.line, Fraction(claim.written))
        for claim in document.claims
        if claim.status == "slip" or claim.may_follow
    }
    said = marked.follow_through - (elsewhere - wanted)
    count["follow key"] = len(wanted)
    count["follow said"] = len(said)
    count["follow both"] = len(wanted & said)


def measure(documents: Iterable[Document], checker: Checker) -> list[tuple[Document, Marked, Tally]]:
    """Mark documents one after the other, in one process, and count each."""
    results = []
    for document in documents:
        start = perf_counter()
        try:
            marked, crashed = checker(document.text), 0
        except Exception:  # a benchmark goes on; what crashed is counted, and says nothing of its document
            marked, crashed = Marked((), frozenset(), frozenset(), readable=False), 1
        took = perf_counter() - start
        tally = compare(document, marked)
        tally.counts["crashed"] = crashed
        tally.counts["microseconds"] = round(1e6 * took)
        results.append((document, marked, tally))
    return results


def total(tallies: Iterable[Tally]) -> Tally:
    """All counts together."""
    whole = Tally()
    for tally in tallies:
        whole += tally
    return whole


def by_kind(results: Sequence[tuple[Document, Marked, Tally]]) -> dict[str, Tally]:
    """Recall, kind accuracy and charging of planted slips by their code; what needs whole documents is left out."""
    tables: dict[str, Tally] = {}
    for document, marked, _ in results:
        for slip in document.slips:
            count = Counter[str]()
            _slips(_only(document, slip), _without_others(document, marked, slip), count)
            kept = {name: count[name] for name in ("found", "kind right", "planted", "charged once")}
            tables.setdefault(slip.code, Tally()).counts.update(kept)
    return tables


def _only(document: Document, slip: KeySlip) -> Document:
    return replace(document, slips=tuple(other for other in document.slips if other is slip))


def _without_others(document: Document, marked: Marked, slip: KeySlip) -> Marked:
    """Findings that do not belong to the other planted slips."""
    left = list(marked.slips)
    for other in document.slips:
        if other is not slip:
            belonging = [report for report in left if report[0] in other.lines]
            chosen = next((r for r in belonging if r[1] in other.kinds), None)
            if chosen is not None:
                left.remove(chosen)
    return replace(marked, slips=tuple(left))


def deltarule_checker(text: str) -> Marked:
    """What ``deltarule check`` says."""
    from deltarule.api import check

    marking = check(text)
    report = marking.report
    judged, follow = set(), set()
    for verdict in report.verdicts:
        value = _number(verdict.written)
        if value is None or verdict.status.value in ("unread", "unchecked"):
            continue
        judged.add((verdict.line, value))
        if verdict.status.value == "follow-through":
            follow.add((verdict.line, value))
    slips = tuple(sorted((slip.line, slip.kind.value) for slip in report.slips))
    return Marked(slips, frozenset(follow), frozenset(judged), report.verdict != "unreadable")


def _number(text: str) -> Fraction | None:
    try:
        return Fraction(text.replace("−", "-").replace(" ", ""))
    except (ValueError, ZeroDivisionError):
        return None
