"""What is gathered on one walk over a document."""

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

from deltarule.checking.alignment import Aligner
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.ledger import Ledger, World
from deltarule.checking.sides import as_number
from deltarule.document import Claim, Document, Understood
from deltarule.exercise import Exercise
from deltarule.naming import Names
from deltarule.spans import Span

SHORT_HABIT = 8  # one short value in so many is a habit


@dataclass
class Walk:
    """State of one walk: the ledger, the place in the run, and what was found so far.

    `factors` counts constant factors by which update lines differ from the exercise's formula, and
    `signs` how many have the opposite sign: a convention that was read wrongly shows there.
    """

    document: Document
    understood: Understood
    exercise: Exercise
    names: Names
    ledger: Ledger
    aligner: Aligner
    usual_places: int
    short_habit: bool
    judged: list[Judged] = field(default_factory=list)
    slips: list[FoundSlip] = field(default_factory=list)
    remarks: list[tuple[Span, str, str]] = field(default_factory=list)
    worlds: Counter[World] = field(default_factory=Counter)
    factors: Counter[Fraction] = field(default_factory=Counter)
    signs: int = 0
    placed: bool = (
        True  # whether claims are held against the exercise, or each link only against the one before
    )


def begin(document: Document, understood: Understood, exercise: Exercise) -> Walk:
    """A walk that has not begun."""
    ledger = Ledger(exercise)
    usual, short = _usual_places(document)
    aligner = Aligner(exercise, understood.names, ledger)
    return Walk(document, understood, exercise, understood.names, ledger, aligner, usual, short)


def _usual_places(document: Document) -> tuple[int, bool]:
    """Places that computed values mostly have; and whether shorter values are a habit."""
    places: Counter[int] = Counter()
    for item in document.items:
        if isinstance(item, Claim) and item.links:
            written = as_number(item.links[-1].expr)
            if written is not None and written.places > 0:
                places[written.places] += 1
    if not places:
        return 0, True
    usual = max(places, key=lambda count: (places[count], -count))
    shorter = sum(number for count, number in places.items() if count < usual)
    return usual, shorter * SHORT_HABIT > sum(places.values()) and usual > 1
