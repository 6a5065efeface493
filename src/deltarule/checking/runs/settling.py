"""Numbers that nobody has judged, held against the descents that the document may tell of.

Where so many of them come out of one that chance does not explain it, those are right. The others are not called wrong: they may be
of anything.
"""

from bisect import insort
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import chain

from deltarule.algebra.expr import Number
from deltarule.checking.claims import Judged
from deltarule.checking.columns.told import Told
from deltarule.checking.origins.long_numbers import comes_out
from deltarule.checking.runs.evidence import ENOUGH, chance, weight
from deltarule.checking.runs.suppositions import STEPS, Lists, Supposition, suppositions
from deltarule.document import Claim, Document, Link, Mention
from deltarule.exercise import Exercise
from deltarule.findings import Status
from deltarule.formulas import Role
from deltarule.naming import Names
from deltarule.written import Written, is_rounding

FIGURES = 3  # of a number that says something
FEWEST_OPEN = 2  # of those, without a verdict
MAX_NUMBERS = 400
MAX_RUNS = 3  # that one document tells of
MAX_FAR, MAX_FAR_NUMBERS = 200, 3  # steps far on
MAX_RATES = 6
MAX_TRIED = 200
MAX_VALUES = 12_000  # values that are looked at, of all descents together
_UPTO = (2, 3, 4, 6, 8, 12)  # steps
_LIKELY = 0.2  # a number that comes out more easily by chance says nothing
_LISTED = 2  # numbers of prose that stand side by side, and are what the run gives side by side
_RIGHT = frozenset({Status.RIGHT, Status.RIGHT_ROUNDED})
_KINDS = {
    Role.ERROR: "error",
    Role.OUTPUT: "output",
    Role.NET_INPUT: "output",
    Role.PREDICTION: "output",
    Role.GRADIENT: "slope",
    Role.BIAS_GRADIENT: "slope",
    Role.WEIGHT: "place",
    Role.BIAS: "place",
    Role.LOSS: "loss",
}


def settle_runs(
    document: Document, judged: Sequence[Judged], names: Names, exercise: Exercise, parts: int = 1
) -> list[Judged]:
    """Judge what comes out of the descent that the document tells of, which is one of so many `parts` of a longer one."""
    told = Told(document, names, exercise)
    done = list(judged)
    for _ in range(MAX_RUNS):
        found = _once(document, done, names, told, MAX_TRIED // parts)
        if found is None:
            break
        done = found
    return done


def _once(
    document: Document, judged: Sequence[Judged], names: Names, told: Told, most: int
) -> list[Judged] | None:
    """What the likeliest descent settles; None if nothing."""
    done = list(judged)
    mentions = _free(document.mentions, done)
    waiting = [item.value for item in done if item.status is Status.UNCHECKED]
    fresh = _telling([*waiting, *(each.number for each in mentions)])
    if len(fresh) < FEWEST_OPEN:
        return None
    right = [item.value for item in done if item.status in _RIGHT and item.quantity is None]
    best = _best(told, fresh, _telling(right), document, most)
    if best is None:
        return None
    supposition, upto = best
    run = _Run([lists for lists, _ in zip(supposition.steps(True), range(upto), strict=False)])
    far = supposition.far(numbers) if (numbers := _far_numbers(document)) else {}
    by_line = {line: _Run([far[number]]) for number, line in numbers.items() if number in far}
    for k, item in enumerate(done):
        if item.status is Status.UNCHECKED and item.value is not None:
            behind = by_line.get(item.claim.line)
            fits = run.gives(item.value) or run.has(item, names)
            if fits or (behind is not None and behind.gives(item.value)):
                done[k] = replace(item, status=Status.RIGHT_ROUNDED, reason="")
    again = [
        each
        for each in mentions
        if run.gives(each.number)
        or ((behind := by_line.get(each.line)) is not None and behind.gives(each.number))
    ]
    again += [each for each in run.side_by_side(mentions) if each not in again]
    return sorted([*done, *map(_judged, again)], key=lambda item: item.claim.span.start)


def _far_numbers(document: Document) -> dict[int, int]:
    """Numbers that may count steps far on, each with the line on which it stands: ``after 100 steps``."""
    found: dict[int, int] = {}
    for each in document.mentions[:MAX_NUMBERS]:
        number = each.number
        if number.places <= 0 and STEPS <= number.value <= MAX_FAR and len(found) < MAX_FAR_NUMBERS:
            found.setdefault(int(number.value), each.line)
    return found


class _Run:
    """What a descent gives at its steps."""

    def __init__(self, steps: Sequence[Lists]) -> None:
        self._steps = steps
        self._values = sorted({abs(Fraction(value)) for lists in steps for value in chain(*lists.values())})
        self._rough = [float(value) for value in self._values]

    def gives(self, written: Written) -> bool:
        """Whether a number that says something comes out, and not by chance."""
        size = replace(written, value=abs(written.value))
        says = written.places > 1 and written.figures > 1
        likely = says and chance(written, self._rough) < _LIKELY
        return likely and comes_out(size, self._values)

    def has(self, item: Judged, names: Names) -> bool:
        """Whether a value, however short, is what the run gives for a quantity of its kind."""
        reference = names.reference(item.claim.subject) if item.claim.subject is not None else None
        kind = None if reference is None else _KINDS.get(reference.role)
        written = item.value
        if kind is None or written is None or len(item.claim.links) > 1:
            return False
        signs = (1, -1) if kind == "error" else (1,)
        values = {sign * value for lists in self._steps for value in lists.get(kind, ()) for sign in signs}
        return any(is_rounding(written.value, value, written.places) for value in values)

    def side_by_side(self, mentions: Sequence[Mention]) -> Iterator[Mention]:
        """Numbers of prose on one line in the order in which the run gives them at one step: ``-2, -3 and -5``."""
        for values in chain.from_iterable(lists.values() for lists in self._steps):
            size = len(values)
            for k in range(len(mentions) - size + 1) if size > _LISTED else ():
                here = mentions[k : k + size]
                if here[0].line == here[-1].line and all(
                    is_rounding(abs(each.number.value), abs(value), each.number.places)
                    for each, value in zip(here, values, strict=True)
                ):
                    yield from here


def _free(mentions: Sequence[Mention], judged: Sequence[Judged]) -> list[Mention]:
    """The numbers of prose that are in no claim, and were not judged."""
    places = {item.value_span or item.claim.span for item in judged}
    places |= {link.span for item in judged for link in item.claim.links}
    starts = {span.start for span in places}
    inside = [(item.claim.span.start, item.claim.span.end) for item in judged]
    return [
        each
        for each in mentions[:MAX_NUMBERS]
        if each.span.start not in starts
        and not any(start <= each.span.start < end for start, end in inside)
        and not each.percent
    ]


def _is_telling(written: Written) -> bool:
    return written.places > 0 and written.figures >= FIGURES and written.value != 0


def _telling(numbers: Sequence[Written | None]) -> list[Written]:
    """The numbers that say something, each size once."""
    found = {
        abs(each.value): each for each in numbers[:MAX_NUMBERS] if each is not None and _is_telling(each)
    }
    return list(found.values())


def _best(
    told: Told, fresh: Sequence[Written], right: Sequence[Written], document: Document, most: int
) -> tuple[Supposition, int] | None:
    """The descent that most of the numbers come out of, and after how many steps; None where chance explains what comes out."""
    rates = list(told.rates)
    for mention in document.mentions[:MAX_NUMBERS]:  # "with the rate 0,1"
        number = mention.number
        short = 0 < number.value < 1 and number.figures < FIGURES
        if short and number.value not in rates and len(rates) < MAX_RATES:
            rates.append(number.value)
    end = document.extent.end if document.extent else len(document.source.text)
    best: tuple[Supposition, int] | None = None
    most_told, left = ENOUGH, MAX_VALUES
    for tries, each in enumerate(suppositions(told, rates, end), 1):
        if tries > most or left < 0:
            break
        values: list[float] = []
        for step, lists in enumerate(each.steps(False), 1):
            for value in chain(*lists.values()):
                insort(values, abs(value))
                left -= 1
            if step in _UPTO and (told_so := weight(fresh, right, values, tries * len(_UPTO))) > most_told:
                best, most_told = (each, step), told_so
    return best


def _judged(mention: Mention) -> Judged:
    written, span = mention.number, mention.span
    claim = Claim(span, mention.line, None, (Link("=", Number(written.value, written, span=span), span),))
    return Judged(
        claim, None, Status.RIGHT_ROUNDED, value=written, value_span=span, name="a number of the run"
    )
