"""What the parts of a formula are worth in the author's numbers, and which written numbers may stand for them."""

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from deltarule.algebra.evaluate import evaluate
from deltarule.algebra.expr import Expr, Symbol, symbols
from deltarule.checking.ledger import CARRIED, Entry, World
from deltarule.checking.matching.match import Match
from deltarule.checking.sides import value_of
from deltarule.checking.values import is_noise
from deltarule.errors import DeltaruleError
from deltarule.trace import neuron_arithmetic
from deltarule.written import (
    Written,
    is_rounding,
    is_rounding_to_figures,
    is_truncation,
    is_within_unit,
    may_show,
    power_of_ten,
    significant_figures,
    size_of,
)

EntryOf: TypeAlias = Callable[[Symbol], Entry | None]
_ONES = frozenset({(1, 1), (-1, 1)})  # as ratios


FEWEST_PLACES = 2  # that anybody keeps of a product
_FEWEST_FIGURES = 4  # that show that a large number is carried
_LARGE = 10**_FEWEST_FIGURES


@lru_cache(maxsize=64)
def _half_unit(places: int) -> Fraction:
    return power_of_ten(-places) / 2


class Worth:
    """Values of formula parts, each worked out once."""

    def __init__(self, find: EntryOf, cuts: bool = False, places: int = FEWEST_PLACES) -> None:
        self.find = find
        self.cuts = cuts  # whether the author cuts carried digits off rather than rounding them
        self.nothing = _half_unit(max(places, FEWEST_PLACES))  # what is smaller may be written as 0
        self.known: dict[int, tuple[Symbol, Entry | None]] = {}
        self.values: dict[int, tuple[Expr, Fraction | None]] = {}
        self.ratios: dict[int, tuple[Expr, tuple[int, int] | None]] = {}

    def nothing_at(self, zero: Written | None) -> Fraction:
        """Below which size a value shows as a written 0, by its own places where it has any."""
        return zero.unit / 2 if zero is not None and zero.places > 0 else self.nothing

    def entry_of(self, symbol: Symbol) -> Entry | None:
        """Entry of a formula symbol, looked up once."""
        kept = self.known.get(id(symbol))
        if kept is None:  # the symbol is kept beside, so that its identity stays its own
            kept = self.known[id(symbol)] = symbol, self.find(symbol)
        return kept[1]

    def settled(self) -> "Worth":
        """The same with what was looked up so far, and no way to the ledger.

        A recipe keeps it and the ledger keeps the recipe: in a circle they would wait for the garbage collector,
        which costs more than marking does.
        """
        known = self.known
        other = Worth(
            lambda wanted: next((entry for symbol, entry in known.values() if symbol == wanted), None)
        )
        other.known, other.values = known.copy(), self.values
        return other

    def value(self, expr: Expr) -> Fraction | None:
        """Value of an expected part with printed numbers (worked-out ones where nothing is printed)."""
        kept = self.values.get(id(expr))
        if kept is None:  # the part is kept beside, so that its identity stays its own
            kept = self.values[id(expr)] = expr, self._work_out(expr)
        return kept[1]

    def ratio(self, expr: Expr) -> tuple[int, int] | None:
        """The same as a ratio of whole numbers in lowest terms, which compare far quicker than fractions do."""
        kept = self.ratios.get(id(expr))
        if kept is None:
            entry = self.entry_of(expr) if isinstance(expr, Symbol) else None
            plain = None if entry is None or entry.unknown else entry.printed
            value = self.value(expr) if plain is None else plain.value
            kept = self.ratios[id(expr)] = expr, None if value is None else value.as_integer_ratio()
        return kept[1]

    def _work_out(self, expr: Expr) -> Fraction | None:
        if isinstance(expr, Symbol):
            known = self.entry_of(expr)
            return None if known is None or known.unknown else known_value(known)
        if expr.is_numeric:
            return value_of(expr)

        def of(symbol: Symbol) -> Fraction:
            entry = self.entry_of(symbol)
            if entry is None:
                raise KeyError(symbol)
            return entry.value()

        return value_over(expr, of)

    def carried(self, expr: Expr, through: bool = False) -> Fraction | None:
        """Value of an expected part as it was carried: what shows as 0.0 still has a sign.

        Since the last printed weights, or `through` the whole run.
        """

        def of(symbol: Symbol) -> Fraction:
            entry = self.entry_of(symbol)
            if entry is None or entry.unknown:
                raise KeyError(symbol)
            since = Fraction(0) if through else entry.value(World.EPOCH)
            return since or entry.value(World.RUN)  # weights are printed anew each epoch

        return value_over(expr, of)

    def fits(self, expected: Expr, number: Fraction, written: Written | None, match: Match) -> bool:
        """Whether a written number may stand for an expected part, its sign left aside."""
        if isinstance(expected, Symbol):
            entry = self.entry_of(expected)
            if entry is None:
                return False
            if entry.unknown:
                if written is not None:
                    match.defined.append((entry, written))
                return True
            return self._fits_entry(entry, number, written, match)
        value = self.value(expected)
        if value is None or is_close(number, value, written, match, in_the_head=True):
            return value is not None
        if self._shows_nothing(expected) and number in (self.carried(expected), self.carried(expected, True)):
            return True
        return self._fits_righted(expected, number, written, match)

    def _shows_nothing(self, expected: Expr) -> bool:
        """Whether something in a part shows as 0.0, so that its sign, and with it a slope, is not to be seen."""
        entries = (self.entry_of(symbol) for symbol in symbols(expected))
        return any(entry is not None and _is_shown_as_zero(entry) for entry in entries)

    def _fits_righted(self, expected: Expr, number: Fraction, written: Written | None, match: Match) -> bool:
        """Whether a written number is what a part comes to with the right values of slips."""
        known = {
            symbol: entry for symbol in symbols(expected) if (entry := self.entry_of(symbol)) is not None
        }
        slipped = [entry for entry in known.values() if entry.repaired is not None]
        if not slipped:
            return False
        value = value_over(expected, lambda symbol: (known[symbol].repaired or known[symbol]).value())
        if value is None or not is_close(number, value, written, match):
            return False
        match.adopted += [entry.repaired for entry in slipped if entry.repaired is not None]
        return True

    def _fits_entry(self, entry: Entry, number: Fraction, written: Written | None, match: Match) -> bool:
        if any([same_size(form.value, number) for form in entry.forms]):
            return True
        righted = entry.righted()
        if righted is not None and _size(righted) == number != _size(entry):
            match.adopted.append(righted)
            return True
        for right in entry.rights:
            exact = right.exact is not None and is_close(number, right.exact, written, Match())
            if _size(right) == number or exact or any(same_size(form.value, number) for form in right.forms):
                match.adopted.append(right)
                return True
        if written is None:
            return entry.hidden and _size(entry) == number
        if any(is_close(number, form.value, written, match) for form in entry.forms):
            return True
        if any(is_noise(form, number) or is_noise(form, -number) for form in entry.forms):
            return True  # -0.1 for a printed -0.10000000000000009
        if entry.recipe is None or not _near(number, entry, written):
            return False
        shown = not _is_shown_as_zero(entry)  # else any digit is more than was shown
        try:
            return any(
                is_close(number, entry.value(world), written, match, may_be_cut=self.cuts, shown=shown)
                for world in CARRIED
            )
        except KeyError:
            return False

    def _unknown(self, expr: Expr) -> bool:
        entry = self.entry_of(expr) if isinstance(expr, Symbol) else None
        return entry is None or entry.unknown

    def _unknown_part(self, expr: Expr) -> bool:
        return any(isinstance(node, Symbol) and self._unknown(node) for node in expr.walk())

    def _is_one(self, expr: Expr) -> bool:
        if isinstance(expr, Symbol) and self._unknown(expr):
            return True  # what is not known is matched last, with what is left
        return self.ratio(expr) in _ONES

    def _was_slipped(self, expr: Expr) -> bool:
        entry = self.entry_of(expr) if isinstance(expr, Symbol) else None
        return entry is not None and entry.repaired is not None


def same_size(one: Fraction, other: Fraction) -> bool:
    """Whether two numbers are the same but for their signs."""
    return size_of(one) == size_of(other)


def known_value(entry: Entry) -> Fraction | None:
    """Printed value of an entry, or the one worked out for it; None if there is none."""
    try:
        return entry.value()
    except KeyError:
        return None


def _size(entry: Entry) -> Fraction | None:
    value = known_value(entry)
    return None if value is None else abs(value)


def value_over(expr: Expr, of: Callable[[Symbol], Fraction]) -> Fraction | None:
    """Value of a part with each symbol as `of` gives it; None if it has none."""
    try:
        result: Fraction = evaluate(expr, of, neuron_arithmetic())
        return result
    except (KeyError, ZeroDivisionError, DeltaruleError):
        return None


def _sign_of(entry: Entry) -> int:
    return -1 if entry.printed is not None and entry.printed.value < 0 else 1


def _near(number: Fraction, entry: Entry, written: Written) -> bool:
    """Whether a number could be a carried value of what was printed at all: within two units of either.

    What is not shown is worked out from what is; digits carried behind that do not make it twice or half as large.
    """
    if entry.printed is None:
        size = _size(entry)
        return size is None or abs(number - size) <= max(number, size) / 2 + 2 * written.unit
    distance = abs(number - abs(entry.printed.value))
    return distance <= 2 * max(entry.printed.unit, written.unit) or may_show(
        entry.printed, number * _sign_of(entry)
    )


def _is_shown_as_zero(entry: Entry) -> bool:
    return entry.printed is not None and entry.recipe is not None and entry.printed.value == 0


def is_close(
    number: Fraction,
    value: Fraction,
    written: Written | None,
    match: Match,
    may_be_cut: bool = True,
    shown: bool = True,
    in_the_head: bool = False,
) -> bool:
    """Whether a written number is a value, or a rounding that keeps two figures, or is cut off after three or more.

    Of what is not `shown` any figure is enough; of what is worked `in_the_head`, where it is rounded to two places.
    """
    if same_size(number, value):
        return True
    value = abs(value)
    if written is not None and number >= _LARGE and _shows_figures(number, value, written):
        match.loose += 1
        return True
    if written is None or not is_within_unit(number, value, written.places):
        return False
    figures = significant_figures(number, written.places)
    few = 1 if not shown or (in_the_head and written.places > 1) else 2
    kept = is_rounding(number, value, written.places) and figures >= few
    cut = (
        may_be_cut
        and not kept
        and is_truncation(number, value, written.places)
        and figures >= (3 if shown else 1)
    )
    match.loose += kept or cut
    return kept or cut


def _shows_figures(number: Fraction, value: Fraction, written: Written) -> bool:
    """Whether the zeros at the end of a large number only hold the place: 2140548000 carried for what shows as 2100000000."""
    whole = Written(written.text, number, written.places)
    return number % 10 == 0 and is_rounding_to_figures(whole, value, _FEWEST_FIGURES)
