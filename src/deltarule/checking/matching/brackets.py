"""What differs inside a bracket that stands for a part of a formula: the error worked out in place, say."""

from collections.abc import Callable

from deltarule.algebra.expr import Apply, Expr, Negative, Number, Sum, Symbol, substitute
from deltarule.checking.matching.match import Match
from deltarule.checking.matching.products import Products
from deltarule.checking.matching.worth import FEWEST_PLACES, EntryOf


class Brackets(Products):
    """Looks into brackets, once: those within are compared by value."""

    def __init__(
        self,
        find: EntryOf,
        formula_of: Callable[[Symbol], Expr | None],
        cuts: bool = False,
        places: int = FEWEST_PLACES,
    ) -> None:
        super().__init__(find, cuts, places)
        self.formula_of = formula_of
        self.thorough = True
        self.within = self.opened = False
        self.inside: dict[tuple[int, int, bool, bool], tuple[Expr, Expr, Match]] = {}
        self.opposites: dict[int, tuple[Number, Negative]] = {}

    def _within(self, expected: Expr, written: Expr) -> Match | None:
        """What differs inside a bracket that stands for an expected part: the error worked out in place, say."""
        if (
            isinstance(expected, Apply)
            and isinstance(written, Apply)
            and expected.function == written.function
        ):
            return self.match(expected.arg, written.arg)
        if isinstance(expected, Sum) and isinstance(written, Number) and not self.opened:
            return self._one_of_its_terms(expected, written)
        if not isinstance(written, Sum):
            return None
        if isinstance(expected, Symbol):
            formula = None if self.within or not self.thorough else self.formula_of(expected)
            return None if formula is None else self._deeper(formula, written)
        return self.match(expected, written) if isinstance(expected, Sum) else None

    def _one_of_its_terms(self, expected: Sum, written: Number) -> Match | None:
        """What is left out where one number stands for a bracket, its sign left aside: ``g`` for ``(g + λ w)``."""
        self.opened = True  # once: within it the whole bracket may be compared with the number again
        found = [self.match(expected, side) for side in (written, self._opposite(written))]
        self.opened = False
        best = min(found, key=lambda match: match.rank)
        return best if [note.what for note in best.notes] == ["omitted term"] else None

    def _opposite(self, written: Number) -> Negative:
        """The same node each time, so that what it was matched with is found again."""
        if id(written) not in self.opposites:
            self.opposites[id(written)] = written, Negative(written, span=written.span)
        return self.opposites[id(written)][1]

    def _deeper(self, formula: Expr, written: Expr) -> Match:
        """Match against a formula, and against the same with its worked parts worked out in turn; each pair only once."""
        key = id(formula), id(written), self.alone, self.opened
        if key not in self.inside:  # both are kept, so that their identities stay their own
            self.inside[key] = formula, written, self._worked_in_turn(formula, written)
        return self.inside[key][2]

    def _worked_in_turn(self, formula: Expr, written: Expr) -> Match:
        self.within = True  # once is enough: brackets within brackets are compared by value
        best = self.match(formula, written)
        for _ in range(2):
            names = [
                node
                for node in formula.walk()
                if isinstance(node, Symbol) and self.formula_of(node) is not None
            ]
            if not best.notes or not names:
                break
            formula = substitute(formula, self.formula_of)
            other = self.match(formula, written)
            best = min(best, other, key=lambda match: match.rank)
        self.within = False
        return best

    def _other_inside(self, written: Expr, match: Match) -> Match | None:
        """What else than a turned sign differs in a bracket whose value is the opposite of what it stands for."""
        stands_for = match.leaves.get(written.span) if written.span is not None else None
        if not isinstance(stands_for, Symbol | Sum) or self.within:
            return None
        formula = self.formula_of(stands_for) if isinstance(stands_for, Symbol) else stands_for
        inner = None if formula is None else self._deeper(formula, written)
        turned = inner is None or any(note.what in ("sign", "reversed") for note in inner.notes)
        return inner if inner is not None and inner.cost == 1 and not turned else None
