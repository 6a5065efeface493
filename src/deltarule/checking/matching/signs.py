"""The signs of two products, compared once a term."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from fractions import Fraction

from deltarule.algebra.combination import Factor, Term
from deltarule.algebra.expr import Expr, Negative, Number, Sum, Symbol, symbols
from deltarule.checking.ledger import Entry
from deltarule.checking.matching.match import Match, Note
from deltarule.checking.matching.worth import Worth, known_value, value_over
from deltarule.checking.sides import value_of
from deltarule.spans import Span
from deltarule.trace import Quantity


class Signs(Worth, ABC):
    """Compares signs, the numbers being matched by their sizes."""

    @abstractmethod
    def _other_inside(self, written: Expr, match: Match) -> Match | None:
        """What else than a turned sign differs in a bracket whose value is the opposite of what it stands for."""

    def _sign(
        self,
        expected: Term,
        written: Term,
        quantities: Sequence[Factor],
        there: Sequence[tuple[Factor, Fraction | None]],
        match: Match,
        span: Span | None,
    ) -> None:
        """Compare the signs of two products; a zero has none."""
        wanted, found = expected.sign, written.sign
        omitted = {id(note.expected) for note in match.notes if note.what == "omitted factor"}
        for factor in expected.factors:
            if id(factor.expr) in omitted:  # its sign went with it
                continue
            value = (
                value_of(factor.expr) if factor.expr.is_numeric else self._signed_value(factor.expr, match)
            )
            if value is None or value == 0:
                return
            wanted *= 1 if value > 0 else -1
        for _, number in there:
            if number is None:
                continue
            if number == 0:
                return
            found *= 1 if number > 0 else -1
        if wanted != found and not self._sign_put_right(quantities, match):
            reversed_part = next(
                (f for f, _ in there if isinstance(f.expr, Sum) and len(f.expr.terms) == 2), None
            )
            inside = None if reversed_part is None else self._other_inside(reversed_part.expr, match)
            if inside is not None:
                match.add(inside)
                return
            turned = self._turned_operands(written.expr, match)
            if len(turned) == 1 and not reversed_part:
                match.notes.append(turned[0])
                return
            match.notes.append(
                Note("reversed" if reversed_part else "sign", span, expected.expr, written.expr)
            )

    def _turned_operands(self, written: Expr, match: Match) -> list[Note]:
        """The numbers of a product that have the opposite sign of what they stand for."""
        notes: list[Note] = []
        negated = {part.arg.span: part for part in written.walk() if isinstance(part, Negative)}
        for part in written.walk():
            stands_for = match.leaves.get(part.span) if isinstance(part, Number) and part.span else None
            known = self._signed_value(stands_for, match) if isinstance(stands_for, Symbol) else None
            outer = negated.get(part.span)
            if known and (known > 0) is (outer is not None and outer is not written):
                notes.append(Note("sign", (outer or part).span, stands_for, outer or part))
        return notes

    def _signed_value(self, expr: Expr, match: Match) -> Fraction | None:
        """Value of an expected part as the author goes on with it: the right one where that was adopted."""
        if self._unknown_part(expr):
            return None
        entry = self.entry_of(expr) if isinstance(expr, Symbol) else None
        if entry is not None:
            chosen = next((adopted for adopted in match.adopted if adopted.quantity == entry.quantity), entry)
            return known_value(chosen)
        adopted = {entry.quantity: entry for entry in match.adopted}
        parts = {symbol: self.entry_of(symbol) for symbol in symbols(expr)} if adopted else {}
        if not any(entry is not None and entry.quantity in adopted for entry in parts.values()):
            return self.value(expr)
        return value_over(expr, lambda symbol: _as_adopted(parts[symbol], adopted))

    def _sign_put_right(self, quantities: Sequence[Factor], match: Match) -> bool:
        """Whether the author goes on with the right sign after having printed the wrong one."""
        for factor in quantities:
            entry = self.entry_of(factor.expr) if isinstance(factor.expr, Symbol) else None
            right = None if entry is None else entry.repaired or entry.righted()
            value = None if right is None else known_value(right)
            if entry is not None and right is not None and value is not None and value == -entry.value() != 0:
                match.adopted.append(right)
                return True
        return False


def _as_adopted(entry: Entry | None, adopted: Mapping[Quantity | None, Entry]) -> Fraction:
    """Value of an operand, the right one where the author goes on with that."""
    if entry is None:
        raise KeyError(entry)
    return adopted.get(entry.quantity, entry).value()
