"""What is gathered on one walk over a document."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import field
from fractions import Fraction
from functools import cached_property
from itertools import islice, pairwise

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply
from deltarule.checking.alignment import Aligner, counts_updates, shows_start
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.ledger import Ledger, World
from deltarule.checking.numbers_in_text import NumbersInText, numbers_in
from deltarule.checking.sides import as_number, value_of
from deltarule.document import Claim, Document, Table, Understood
from deltarule.exercise import Exercise
from deltarule.formulas import Role
from deltarule.naming import Names
from deltarule.records import changing
from deltarule.spans import Span
from deltarule.trace import neuron_arithmetic
from deltarule.written import (
    MAX_FIGURES,
    RoundingMode,
    Written,
    has_figures,
    is_rounding,
    is_truncation,
    magnitude,
    power_of_ten,
    rounded,
    significant_figures,
)

MAX_SIDES = 40  # values of σ that are looked at
_SIGMAS = ("sigmoid", "identity", "relu", "tanh")
BARE = 4  # where fewer than one result in so many has an expression, nothing is learned from expressions
SHORT_HABIT = 8  # one short value in so many is a habit


FEWEST_PLACES = 3  # that are left of a longer number
MAX_PLACES = 8
MAX_LONGER = 400  # numbers whose shorter forms are looked at


@changing
class Walk:
    """State of one walk: the ledger, the place in the run, and what was found so far."""

    document: Document
    understood: Understood
    exercise: Exercise
    names: Names
    ledger: Ledger
    aligner: Aligner
    usual_places: int
    judged: list[Judged] = field(default_factory=list)
    slips: list[FoundSlip] = field(default_factory=list)
    remarks: list[tuple[Span, str, str]] = field(default_factory=list)
    worlds: Counter[World] = field(default_factory=Counter)
    cuts: int = 0  # values that were cut off rather than rounded
    left: FoundSlip | None = None  # first slip whose consequences were not followed to the end
    unreached: list[Judged] = field(
        default_factory=list
    )  # claims that nothing is said of, because so much was wrong before
    is_beyond_pool: bool = (
        False  # whether from here on nothing is held against an exercise, as it is too much work
    )
    placed: bool = (
        True  # whether claims are held against the exercise, or each link only against the one before
    )
    other_rule: bool = False  # whether the document states a rule of learning that is not the exercise's
    elsewhere: bool = False  # whether an input is worked that is no row of the data
    restarted: bool = False  # whether a row tells the start weights of a run that was worked above
    start_line: int = 0  # where a table that tells the run once more has those
    tried_line: int = 0  # where other weights are only tried
    tried: set[Span] = field(default_factory=set)  # outputs that are only tried
    place_told: int = -1  # where the last value ends that is told as a place to look at
    unrounded: dict[Fraction, Fraction] = field(
        default_factory=dict
    )  # printed roundings, and what they round
    spreads: dict[Fraction, tuple[Fraction, Fraction] | None] = field(
        default_factory=dict
    )  # the least and the most that each of them may stand for, where all that it was worked out of is known
    # values that are right if the data that they are worked from are roundings
    in_full: int = 0  # results with all decimals of their values
    without_decimals: list[tuple[Judged, Fraction, Span]] = field(default_factory=list)
    perhaps_longer: list[tuple[FoundSlip, Judged]] = field(default_factory=list)
    near: list[tuple[FoundSlip, Judged, "Callable[[Walk], bool]"]] = field(
        default_factory=list
    )  # slips in last digits, and whether what was seen since explains them
    perhaps_cut: set[Span] = field(
        default_factory=set
    )  # values said to be carried, and as well explained by an author who cuts off
    mistaken: list[tuple[Fraction, Fraction, FoundSlip]] = field(
        default_factory=list
    )  # parts that were worked wrongly: the right and the wrong value, and where
    steps: int = 0  # expressions that were held against the one before them
    changed: list[tuple[FoundSlip, Judged]] = field(default_factory=list)  # those of them with another value
    results: set[Fraction] = field(default_factory=set)  # sizes of worked values that may be roundings

    @property
    def stopped(self) -> int | None:
        """The line from which on nothing was judged, because so much was wrong before."""
        return self.unreached[0].claim.line if self.unreached else None

    @property
    def begun(self) -> bool:
        """Whether anything was worked out yet."""
        return any(item.quantity is not None for item in self.judged)

    @cached_property
    def numbers(self) -> NumbersInText:
        """The numbers of the text, whatever they are the values of."""
        return numbers_in(self.document.source.text)

    @cached_property
    def shortened(self) -> set[tuple[Fraction, int]]:
        """What is left of the longer numbers told in the document where they are cut off or rounded, by places."""
        found: set[tuple[Fraction, int]] = set()
        told = (
            as_number(item.links[-1].expr)
            for item in self.document.items
            if isinstance(item, Claim) and item.links
        )
        for number in islice(
            (each for each in told if each is not None and each.places > FEWEST_PLACES), MAX_LONGER
        ):
            size = abs(number.value)
            for places in range(FEWEST_PLACES, min(number.places, MAX_PLACES)):
                scale = 10**places
                found |= {(Fraction(int(size * scale), scale), places), (rounded(size, places), places)}
        return found

    @cached_property
    def sigma(self) -> str:
        """What σ is where no exercise says so: the function that gives all of ``σ(0.3) = 0.3``, ``σ(-0.2) = 0``."""
        told: list[tuple[Fraction, Written]] = []
        for item in self.document.items:
            sides = [link.expr for link in item.links] if isinstance(item, Claim) else []
            for side, behind in pairwise(sides[:MAX_SIDES]):
                applied = isinstance(side, Apply) and side.function == "sigma" and is_numeric(side)
                argument = value_of(side.arg) if applied and isinstance(side, Apply) else None
                value = as_number(behind)
                if argument is not None and value is not None and len(told) < MAX_SIDES:
                    told.append((argument, value))
        functions = neuron_arithmetic().functions
        for name in _SIGMAS if len(told) > 1 else ():
            given = [
                argument if name == "identity" else Fraction(functions[name](argument))
                for argument, _ in told
            ]
            if all(is_rounding(v.value, each, v.places) for each, (_, v) in zip(given, told, strict=True)):
                return name
        return "sigmoid"

    @cached_property
    def rate_lines(self) -> frozenset[int]:
        """Lines that tell a learning rate."""
        found = set()
        for item in self.document.items:
            if isinstance(item, Claim) and item.subject is not None:
                reference = self.names.reference(item.subject)
                if reference is not None and reference.role is Role.LEARNING_RATE:
                    found.add(item.line)
        return frozenset(found)

    @cached_property
    def tables(self) -> tuple[Span, ...]:
        """Where the tables stand, in order."""
        return tuple(item.span for item in self.document.items if isinstance(item, Table))

    def table_around(self, span: Span) -> Span | None:
        """The table that a claim stands in."""
        at = bisect_right(self.tables, span.start, key=lambda table: table.start) - 1
        return self.tables[at] if at >= 0 and span.start < self.tables[at].end else None

    def is_short(self, written: Written, value: Fraction) -> bool:
        """Whether a rounding drops digits that this author keeps: 0 for 0.04, 0.1 for 0.14, 7 for 6.8."""
        figures = self.exercise.precision.figures
        if figures is not None and written.figures >= figures:
            return False  # all that the document says that it keeps
        if figures is not None and value and rounded(value, figures - 1 - magnitude(value)) == written.value:
            return False  # -1 for -1.00
        if has_figures(written.value, written.places, 2):
            return False
        places = self.kept_places
        if written.places >= places or self.short_habit(value):
            return False
        # zeros at the end are no digits: 0.6 for 0.601, cut off after three places
        return rounded(value, places) != written.value and not is_truncation(written.value, value, places)

    @cached_property
    def kept_places(self) -> int:
        """The coarsest place to which most results are as if rounded; what is exact is so at every place.

        Where hardly a result stands behind its expression, as in tables, the place that most numbers end at.
        """
        if len(self._results) * BARE < sum(1 for _ in _worked(self.document, self.understood)):
            return self.usual_places
        most = min(max((0, *(written.places for written, _ in self._results))), MAX_FIGURES)
        fitting = dict.fromkeys(range(most + 1), 0)
        for written, value in self._results:
            for places in range(max(written.places, 0), most + 1):
                if not _as_if_rounded(written, value, places):
                    break  # nor is it at any finer place
                fitting[places] += 1
        return max(fitting, key=lambda places: (fitting[places], -places))

    def short_habit(self, value: Fraction) -> bool:
        """Whether the author often drops digits of values like this one, that end at the kept place or that do not."""
        ends = rounded(value, self.kept_places) == value
        shorter, chances = self._shortened[ends]
        return shorter > 1 and shorter * SHORT_HABIT > chances

    @cached_property
    def _shortened(self) -> dict[bool, tuple[int, int]]:
        """Of results whose value ends at the kept place, and of the others: how many are too short, and could have been."""
        places, unit = self.kept_places, power_of_ten(-self.kept_places)
        counts = {True: (0, 0), False: (0, 0)}
        for written, value in self._results:
            ends = rounded(value, places) == value
            if ends and significant_figures(value, places) < 2:
                continue
            rounding = is_rounding(written.value, value, written.places)
            # 0.5 for 0.496 only leaves the zero away, and 0.5 for 0.508 may have been carried so
            short = rounding and written.places < places and 2 * abs(written.value - value) > 3 * unit
            shorter, chances = counts[ends]
            counts[ends] = shorter + short, chances + 1
        return counts

    @cached_property
    def _results(self) -> tuple[tuple[Written, Fraction], ...]:
        """Results, each with the value of the expression before it."""
        found = []
        for claim in _worked(self.document, self.understood):
            written = as_number(claim.links[-1].expr)
            before = claim.links[-2].expr if len(claim.links) > 1 else claim.subject
            if written is not None and before is not None and is_numeric(before):
                value = value_of(before)
                found += [] if value is None else [(written, value)]
        return tuple(found)


def _as_if_rounded(written: Written, value: Fraction, places: int) -> bool:
    """Whether a result is what a value is to so many places, by whatever way of rounding."""
    return is_rounding(written.value, value, places) or is_truncation(written.value, value, places)


def begin(document: Document, understood: Understood, exercise: Exercise) -> Walk:
    """A walk that has not begun."""
    ledger = Ledger(exercise)
    aligner = Aligner(exercise, understood.names, ledger)
    aligner.by_updates = counts_updates(document.items, exercise, understood.names)
    if shows_start(document.items, understood.names):
        aligner.first_epoch = 1
    cuts = exercise.precision.mode is RoundingMode.TRUNCATE
    places = _usual_places(document, understood)
    return Walk(document, understood, exercise, understood.names, ledger, aligner, places, cuts=int(cuts))


def _usual_places(document: Document, understood: Understood) -> int:
    """Places that computed values mostly have; what is given does not count."""
    places: Counter[int] = Counter()
    for claim in _worked(document, understood):
        written = as_number(claim.links[-1].expr)
        if written is not None and written.places > 0:
            places[written.places] += 1
    return max(places, key=lambda count: (places[count], -count), default=0)


def _worked(document: Document, understood: Understood) -> Iterator[Claim]:
    for position, item in enumerate(document.items):
        if isinstance(item, Claim) and item.links and position not in understood.statements:
            yield item
