"""Workings of one kind, and what their places share: from where each number comes, with which sign each term is taken."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from deltarule.algebra.expr import Expr
from deltarule.checking.origins.substituted import same
from deltarule.checking.workings.edits import Edit
from deltarule.checking.workings.told import OWN, SYMBOL, Key, Telling
from deltarule.checking.workings.tree import Tree
from deltarule.document import Claim
from deltarule.records import record
from deltarule.written import Written

FEWEST_TELLING = 2  # different numbers that come from one place, before that is where they come from
FEWEST_STEADY = 4  # lines with the same number in one place, before it is the same on all of them
FEWEST_SIGNS = 3  # terms taken with one sign
FEWEST_OF_OLD = 2  # the same where the term is the old value of what is changed
_COMMON = (0, 1)  # numbers that are found everywhere


@record
class Working:
    """A line of working: its numbers, and what each of them may be."""

    at: int | None  # its place among the judged; None where it may only bear others out
    claim: Claim
    key: Key
    tree: Tree
    known: dict[str, Telling]
    taken_off: frozenset[Fraction]  # sizes of the numbers that stand behind a minus anywhere
    recent: frozenset[Fraction]  # the results of the lines before
    formulas: tuple[tuple[Expr | None, Tree], ...]  # that the document states for it

    def sign_of_new(self, number: Written) -> int:
        """The sign of a number that no line before tells; 0 where it may be negative and stand behind a minus."""
        sign = _sign(number)
        return 0 if sign > 0 and number.value in self.taken_off else sign


@record
class Place:
    """From where the number in one place of all workings comes: the labels that say so, and how many numbers bear each out."""

    labels: dict[str, int]
    steady: Written | None  # where nearly all have the same number

    def wanted(self, working: Working) -> Iterator[tuple[str, Telling]]:
        """What should stand there, by each label that says anything here."""
        return ((label, working.known[label]) for label in self.labels if label in working.known)


@record
class Wrong:
    """A number that is none of what it should be: its place, what should stand there, how many others bear that out."""

    place: int
    expected: Telling
    borne_out: int


@dataclass
class Reading:
    """A working under the pattern of its family: what each number is, and which are none of what they should be.

    A number whose sign is told nowhere, or in two ways, has the sign 0. `carriers` says of each term whether a number of it
    comes from a line before: where all are the same on every line, either sign may be meant.
    """

    numbers: list[Fraction] = field(default_factory=list)
    signs: list[int] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    miswritten: list[Wrong] = field(default_factory=list)  # unlike all others in its place
    carriers: list[bool] = field(default_factory=list)


@record
class Pattern:
    """What the workings of one build share."""

    places: tuple[Place, ...]
    signs: tuple[int, ...]  # 0 where they do not agree
    workings: tuple[Working, ...]

    def reading(self, working: Working) -> Reading:
        """What each number of a working is."""
        read = Reading(carriers=[False for _ in working.tree.signs])
        for k, (place, hole) in enumerate(zip(self.places, working.tree.holes, strict=True)):
            wanted = list(place.wanted(working))
            fitting = [
                told
                for label, told in wanted
                if same(hole.number, told.written) and place.labels[label] >= FEWEST_SIGNS
            ]
            found = any(same(hole.number, told.written) for _, told in wanted)
            fixed = place.steady is not None and place.steady.value not in _COMMON
            read.carriers[hole.term] |= bool(fitting) or (fixed and working.tree.is_alone(hole))
            signs = {_sign(told.written) if told.sure else 0 for told in fitting}
            if place.steady is not None and same(hole.number, place.steady):
                signs.add(_sign(hole.number) if hole.number.value not in _COMMON else 0)
            signs = signs or {working.sign_of_new(hole.number)}
            sign = signs.pop() if len(signs) == 1 else 0
            if sign * hole.number.value < 0 and hole.number.value in working.recent:
                sign = 0  # a result with this very sign may be meant
            size = abs(hole.number.value)
            read.signs.append(sign)
            read.numbers.append(size * (sign or _sign(hole.number)))
            if wanted and not found:
                label, told = wanted[0]
                read.wrong.append(Wrong(k, told, place.labels[label]))
            elif not wanted and place.steady is not None and not same(hole.number, place.steady):
                first = self.workings[0].claim
                told = Telling(place.steady, first.line, first.span.start)
                read.miswritten.append(Wrong(k, told, FEWEST_STEADY))
        return read

    def is_of_old(self, term: int) -> bool:
        """Whether a term is just the value that the same name had before: what is changed is not turned round first."""
        tree = self.workings[0].tree
        alone = (
            place
            for place, hole in zip(self.places, tree.holes, strict=True)
            if hole.term == term and tree.is_alone(hole)
        )
        return any(OWN in place.labels for place in alone)

    def other(self, working: Working, edit: Edit) -> Written | None:
        """The number that an edit of this build leaves out or takes twice in a working; None unless all else is alike."""
        holes = list(working.tree.holes)
        place = self.places[edit.place]
        wanted = next((told.written for _, told in place.wanted(working)), place.steady)
        if wanted is None:
            return None
        if edit.what == "twice":
            if not all(same(hole.number, wanted) for hole in holes[edit.place : edit.place + 2]):
                return None
            del holes[edit.place]
        rest = [each for k, each in enumerate(self.places) if k != edit.place or edit.what == "twice"]
        term = self.workings[0].tree.holes[edit.place].term
        terms = [
            hole.term
            for k, hole in enumerate(self.workings[0].tree.holes)
            if k != edit.place or edit.what == "twice"
        ]
        borne_out = beside = False
        for rested, hole, of in zip(rest, holes, terms, strict=True):
            known = [told.written for _, told in rested.wanted(working)]
            fixed = [rested.steady] if rested.steady is not None and not known else []
            told = any(same(hole.number, number) for number in known)
            if (known or fixed) and not (
                told or any(abs(hole.number.value) == abs(each.value) for each in fixed)
            ):
                return None
            if of == term and not hole.number.value:
                return None  # nothing is lost
            borne_out |= bool(known)
            beside |= bool(known or fixed) and of == term
        alone = term not in terms
        return wanted if borne_out and (beside or alone) else None

    def parities(self, working: Working, read: Reading) -> list[int]:
        """The sign of each term beyond those that its numbers were told with; 0 where one of these is not known."""
        found = list(working.tree.signs)
        for hole, sign in zip(working.tree.holes, read.signs, strict=True):
            found[hole.term] *= sign
        return [parity * carries for parity, carries in zip(found, read.carriers, strict=True)]


def _sign(written: Written) -> int:
    return (written.value > 0) - (written.value < 0)


def pattern_of(workings: Sequence[Working]) -> Pattern:
    """What workings of one build share."""
    places = tuple(_place(workings, k) for k in range(len(workings[0].tree.holes)))
    rough = Pattern(places, (), tuple(workings))
    counted: list[Counter[int]] = [Counter() for _ in workings[0].tree.signs]
    for working in workings:
        for counts, parity in zip(counted, rough.parities(working, rough.reading(working)), strict=True):
            counts[parity] += 1
    signs = [
        _usual(counts, FEWEST_OF_OLD if rough.is_of_old(term) else FEWEST_SIGNS)
        for term, counts in enumerate(counted)
    ]
    return Pattern(places, tuple(signs), tuple(workings))


def _usual(counts: Counter[int], fewest: int) -> int:
    """The sign that nearly all have."""
    plus, minus = counts[1], counts[-1]
    if plus >= max(2 * minus - 1, fewest):
        return 1
    return -1 if minus >= max(2 * plus - 1, fewest) else 0


def _place(workings: Sequence[Working], k: int) -> Place:
    """From where the number in a place comes: what holds on nearly all workings that it says anything of."""
    hits: dict[str, list[Written]] = {}
    misses: Counter[str] = Counter()
    for working in workings:
        number = working.tree.holes[k].number
        for label, told in working.known.items():
            if label.startswith(SYMBOL):
                continue
            if same(number, told.written):
                hits.setdefault(label, []).append(number)
            elif told.sure:
                misses[label] += 1
    numbers = [working.tree.holes[k].number for working in workings]
    sizes = Counter(abs(number.value) for number in numbers)
    size, count = sizes.most_common(1)[0]
    often = count >= FEWEST_STEADY and count >= 3 * (len(numbers) - count)
    steady = next(number for number in numbers if abs(number.value) == size) if often else None
    good: dict[str, int] = {}
    for label, found in hits.items():
        telling = len({abs(number.value) for number in found if abs(number.value) not in _COMMON})
        if telling >= FEWEST_TELLING and len(found) >= max(FEWEST_TELLING, 2 * misses[label] - 1):
            good[label] = telling
    ranked = sorted(good, key=lambda label: (-good[label], _rank(label)))
    return Place({label: good[label] for label in ranked}, steady)


def _rank(label: str) -> tuple[int, str]:
    order = (OWN, "with", "name")
    return next(k for k, each in enumerate(order) if label.startswith(each)), label
