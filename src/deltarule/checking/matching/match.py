"""The outcome of holding something written against a formula: notes, and what each number stands for."""

from dataclasses import field
from fractions import Fraction

from deltarule.algebra.expr import Expr, Symbol
from deltarule.checking.ledger import Entry
from deltarule.records import changing, record
from deltarule.spans import Span
from deltarule.written import Written

ONE = Fraction(1)


@record
class Note:
    """One difference between what is written and what the formula asks for.

    `what` is one of: replaced, omitted factor, extra factor, factor, sign, reversed, omitted term, extra term, function.
    """

    what: str
    span: Span | None
    expected: Expr | None = None
    written: Expr | None = None
    value: Fraction | None = None
    ratio: Fraction | None = None


@changing
class Match:
    """Notes, and what the written numbers stand for."""

    notes: list[Note] = field(default_factory=list)
    leaves: dict[Span, Expr] = field(default_factory=dict)
    adopted: list[Entry] = field(default_factory=list)
    defined: list[tuple[Entry, Written]] = field(default_factory=list)
    ratio: Fraction = ONE
    loose: int = 0  # operands that fit only as a rounding: a better candidate has fewer
    is_formula: bool = False  # what the numbers stand for gives the formula back, whatever values they have

    @property
    def cost(self) -> int:
        """How many differences there are."""
        return len(self.notes)

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """The lower, the likelier: few differences, few numbers from nowhere, few roundings, many numbers accounted for."""
        # one quantity in another's place is likelier than a whole part of the formula
        replaced = sum(
            1 if note.what == "factor" else 2 - isinstance(note.expected, Symbol)
            for note in self.notes
            if note.what in ("replaced", "factor")
        )
        unlike = any(note.what == "function" for note in self.notes)  # nothing of it was compared
        return len(self.notes) + unlike, replaced, self.loose, -len(self.leaves)

    def add(self, other: "Match") -> None:
        """Take in what a part has found."""
        self.notes += other.notes
        self.leaves.update(other.leaves)
        self.adopted += other.adopted
        self.defined += other.defined
        self.loose += other.loose
