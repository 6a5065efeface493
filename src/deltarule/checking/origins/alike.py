"""Lines that are worked alike, ``0.5 + 0.1·(-1)·1``, ``0.4 + 0.1·1·0``: what each of their numbers is, seen from the others.

The first number of all those lines may be the value that the same name had before, the second the same number everywhere, the
third the result of the line above. Where this holds on all lines but one, and nothing else holds on all of them, the one
number was miswritten or taken from somewhere else; the value that follows from it is right all the same.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Expr, Index, Negative, Power, Product, Quotient, Sum, Symbol
from deltarule.checking.claims import FoundSlip
from deltarule.checking.numbers_in_text import NumbersInText
from deltarule.checking.origins.substituted import same
from deltarule.checking.sides import as_number
from deltarule.checking.wording import plain
from deltarule.document import Claim
from deltarule.findings import Kind
from deltarule.spans import Span
from deltarule.written import Written

FEWEST = 4  # lines on which something holds, before the only other one is a slip
FEWEST_SHORT = 7  # the same for numbers of one figure, which many things are
MAX_BACK = 6  # results in front of a line that one of its numbers may be
MAX_PERIOD = 8  # lines after which a number may come again
MAX_LINES = 300  # that are looked at
MAX_HOLES = 10  # numbers of one line


@dataclass(frozen=True)
class Hole:
    """A number of a working, and what it may be by its place."""

    number: Written
    span: Span
    known: dict[str, Written]  # what else had this place in the order of things, by how it is found


@dataclass(frozen=True)
class Working:
    """A line of working: its numbers in their order."""

    at: int
    claim: Claim
    holes: tuple[Hole, ...]


class Workings:
    """The lines worked so far, by how they are built."""

    def __init__(self, text: NumbersInText) -> None:
        self._text = text
        self._alike: dict[Hashable, list[Working]] = {}
        self._results: list[Written] = []
        self._last: dict[tuple[str, tuple[Index, ...]], Written] = {}
        self._named: dict[str, Written] = {}
        self._count = 0

    def take(self, at: int | None, claim: Claim, written: Written | None) -> None:
        """Note a line of working, then what it gives."""
        expr = next(
            (link.expr for link in claim.links if is_numeric(link.expr) and as_number(link.expr) is None),
            None,
        )
        subject = claim.subject
        if at is not None and expr is not None and written is not None and self._count < MAX_LINES:
            leaves: list[tuple[Written, Span]] = []
            build = _build(expr, leaves)
            if 1 < len(leaves) <= MAX_HOLES:
                self._count += 1
                known = self._known(subject)
                holes = tuple(Hole(number, span, known) for number, span in leaves)
                name = subject.name if isinstance(subject, Symbol) else type(subject).__name__
                self._alike.setdefault((name, build), []).append(Working(at, claim, holes))
        if written is not None:
            self._results = [*self._results[1 - MAX_BACK :], written]
            if isinstance(subject, Symbol):
                self._last[subject.name, subject.index] = written
                self._named[subject.name] = written

    def _known(self, subject: Expr | None) -> dict[str, Written]:
        known = {f"back {k}": number for k, number in enumerate(reversed(self._results), 1)}
        if isinstance(subject, Symbol):
            known |= {f"name {name}": number for name, number in self._named.items()}
            own = self._last.get((subject.name, subject.index))
            if own is not None:
                known["own"] = own
            for (name, index), number in self._last.items():
                if index and index == subject.index:
                    known[f"with {name}"] = number
        return known

    def miswritten(self) -> Iterator[tuple[int, Claim, FoundSlip]]:
        """Numbers that alone are not what the numbers in their place are on all lines that are worked alike."""
        for workings in self._alike.values():
            if len(workings) <= FEWEST:
                continue
            for k in range(len(workings[0].holes)):
                found = self._alone([working.holes[k] for working in workings])
                if found is None:
                    continue
                place, expected = found
                working = workings[place]
                if not self._may_be_told(workings, place, working.holes[k]):
                    yield working.at, working.claim, _slip(working.holes[k], expected)

    def _may_be_told(self, workings: Sequence[Working], place: int, hole: Hole) -> bool:
        """Whether the number stands in the text since the line before, so that it may be told there."""
        start = workings[place - 1].claim.span.end if place else 0
        return self._text.has(hole.number, start, workings[place].claim.span.start)

    def _alone(self, holes: Sequence[Hole]) -> tuple[int, Written] | None:
        """The place of the only number that is not what the others are, and what it ought to be."""
        found: set[tuple[int, Written]] = set()
        explained: set[int] = set()
        for way in _ways(holes):
            wanted = [way(place) for place in range(len(holes))]
            breaks = [
                place
                for place, (hole, number) in enumerate(zip(holes, wanted, strict=True))
                if number is not None and not same(hole.number, number)
            ]
            holding = [
                holes[place].number
                for place, number in enumerate(wanted)
                if number is not None and place not in breaks
            ]
            if len(holding) < 2:
                continue
            if not breaks:  # this holds wherever it says anything
                explained |= {place for place, number in enumerate(wanted) if number is not None}
                continue
            telling = sum(number.figures > 1 for number in holding)
            various = len({abs(number.value) for number in holding}) > 1 or way.steady
            often = (telling >= FEWEST or len(holding) >= FEWEST_SHORT) and len(holding) >= 2 * way.period
            expected = wanted[breaks[0]]
            if len(breaks) == 1 and often and various and expected is not None and breaks[0] > 0:
                found.add((breaks[0], expected))
        open_still = {(place, expected) for place, expected in found if place not in explained}
        return open_still.pop() if len(open_still) == 1 else None


@dataclass(frozen=True)
class _Way:
    """One way to say what the numbers in a place are."""

    wanted: Callable[[int], Written | None]
    steady: bool = False  # the same number everywhere
    period: int = 0  # lines after which it comes again

    def __call__(self, place: int) -> Written | None:
        return self.wanted(place)


def _ways(holes: Sequence[Hole]) -> Iterator[_Way]:
    sizes = [abs(hole.number.value) for hole in holes]
    usual = max(set(sizes), key=sizes.count)
    steady = next(hole.number for hole in holes if abs(hole.number.value) == usual)
    yield _Way(lambda place: steady, steady=True)
    for how in dict.fromkeys(how for hole in holes for how in hole.known):
        yield _Way(lambda place, how=how: holes[place].known.get(how))  # type: ignore[misc]  # bound at once
    for period in range(2, MAX_PERIOD + 1):
        yield _Way(
            lambda place, by=period: holes[place - by].number if place >= by else None,  # type: ignore[misc]  # bound at once
            period=period,
        )


def _build(expr: Expr, leaves: list[tuple[Written, Span]]) -> str:
    """How an expression is built, its numbers and their signs left out; collects them."""
    number = as_number(expr)
    if number is not None:
        leaves.append((number, expr.span or Span(0, 0)))
        return "#"
    if isinstance(expr, Negative):
        return _build(expr.arg, leaves)
    if isinstance(expr, Sum):
        return "(" + "+".join(_build(term, leaves) for term in expr.terms) + ")"
    if isinstance(expr, Product):
        return "*".join(_build(factor, leaves) for factor in expr.factors)
    if isinstance(expr, Quotient):
        return f"({_build(expr.numerator, leaves)}/{_build(expr.denominator, leaves)})"
    if isinstance(expr, Power):
        return f"{_build(expr.base, leaves)}^{expr.exponent}"
    if isinstance(expr, Apply):
        return f"{expr.function}({_build(expr.arg, leaves)})"
    return "?"


def _slip(hole: Hole, expected: Written) -> FoundSlip:
    message = f"On the lines that are worked as this one {plain(expected)} stands here; this one has {plain(hole.number)}."
    return FoundSlip(
        hole.span,
        Kind.COPYING,
        "copying.operand",
        message,
        None,
        "the operand",
        plain(hole.number),
        plain(expected),
    )
