"""One signed product against another: which written factor stands for which expected one, and what is left over."""

from abc import abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from deltarule.algebra.combination import Factor, Term, is_numeric
from deltarule.algebra.expr import Apply, Expr, Negative, Number, Product, Quotient, Sum
from deltarule.checking.matching.match import ONE, Match, Note
from deltarule.checking.matching.signs import Signs
from deltarule.checking.matching.wholes import beside, whole_numbers
from deltarule.checking.matching.worth import FEWEST_PLACES, EntryOf, is_close, same_size
from deltarule.checking.sides import value_of
from deltarule.spans import Span
from deltarule.written import Written, size_of

FEWEST_CARRIED = 3  # figures of a number that is the product of digits which are not shown


class _Parts(NamedTuple):
    """A product that is expected: its plain numbers as one, its quantities, and the same with those last that are 1."""

    factors: tuple[Factor, ...]
    constants: Fraction
    quantities: list[Factor]
    order: list[Factor]


class Products(Signs):
    """Matches products, factor by factor."""

    def __init__(self, find: EntryOf, cuts: bool = False, places: int = FEWEST_PLACES) -> None:
        super().__init__(find, cuts, places)
        self.alone = False
        self.held = 0  # products: what the work is measured by
        self.is_formula = (
            True  # of what agreed so far: put in for its numbers, the quantities give the formula
        )
        self.parts: dict[int, _Parts] = {}
        self.standing: dict[tuple[int, int], tuple[Expr, Expr, Match | None]] = {}
        self.numbers: dict[int, tuple[Term, list[tuple[Factor, Fraction | None]]]] = {}
        self.ratios_of: dict[int, tuple[Term, list[tuple[int, int, bool, Span | None]]]] = {}

    @abstractmethod
    def match(self, expected: Expr, written: Expr) -> Match:
        """Match a part against a part."""

    @abstractmethod
    def _within(self, expected: Expr, written: Expr) -> Match | None:
        """What differs inside a bracket that stands for an expected part."""

    def _term(self, expected: Term, written: Term, span: Span | None) -> Match:
        """Match one signed product."""
        _, constants, quantities, order = self._parts(expected)
        there = self._numbers(written)
        if len(there) == len(quantities) == len(expected.factors):
            leaves: dict[Span, Expr] = {}
            if self._agreed(expected, written, leaves):
                return Match(leaves=leaves)
        match = Match()
        if (
            len(there) == 1
            and len(quantities) + (constants != 1) > 1
            and self._evaluated(expected, there[0], match)
        ):
            self._sign(expected, written, quantities, there, match, span)
            return match

        def assigned(order: Sequence[Factor]) -> Match:
            found = Match()
            self._assigned(constants, order, there, found)
            if found.ratio == 0:
                self._zero(expected, quantities, there, found)
            if not any(note.what in ("replaced", "sign", "reversed") for note in found.notes):
                self._sign(expected, written, quantities, there, found, span)
            return found

        match = assigned(order)
        if match.notes or match.ratio != ONE:
            whole = self._as_whole(expected, written, span)
            if whole is not None and whole.ratio == ONE and whole.cost < match.cost + (match.ratio != ONE):
                return whole
        if match.notes and 1 < len(order) <= 4:
            # which takes a number first may matter: 1.96·2 for 2.0·2, and (1 - a) may be what e shows
            match = min(match, assigned(order[::-1]), key=lambda found: found.rank)
            slipped = [factor for factor in order if self._was_slipped(factor.expr)]
            if match.notes and slipped:  # what goes on with the right value may be left with any number
                others = [factor for factor in order if factor not in slipped]
                match = min(match, assigned([*others, *slipped]), key=lambda found: found.rank)
        return match

    def _as_whole(self, expected: Term, written: Term, span: Span | None) -> Match | None:
        """The match where numbers in several pieces, ``7/75`` and ``1.3·10^-8``, stand for one quantity each."""
        whole = whole_numbers(written)
        if whole is None:
            return None
        found = self._term(expected, whole.term, span)
        found.leaves = {place: whole.piece(place, part) for place, part in found.leaves.items()}
        return found

    def _zero(
        self,
        expected: Term,
        quantities: Sequence[Factor],
        there: Sequence[tuple[Factor, Fraction | None]],
        match: Match,
    ) -> None:
        """A zero that is left over, in a product that is none: it stands where a 1 should."""
        value = self.value(product_of(expected))
        if not value:
            return
        match.ratio = ONE
        zero = next(factor for factor, number in there if number == 0)
        one = next((factor.expr for factor in quantities if self._is_one(factor.expr)), expected.expr)
        match.notes.append(Note("replaced", zero.expr.span, one, zero.expr, Fraction(0)))

    def _agreed(self, expected: Term, written: Term, leaves: dict[Span, Expr]) -> bool:
        """Whether all numbers are just what is expected, which is nearly always so; `leaves` takes what each stands for."""
        free = self._ratios(written).copy()
        sign = expected.sign * written.sign
        zero = False
        for factor in expected.factors:
            ratio = self.ratio(factor.expr)
            if ratio is None:
                return False
            above, below = ratio
            for k, (over, under, inverse, span) in enumerate(free):  # noqa: B007 - the one that was found is used below
                if under == below and (over == above or over == -above) and inverse is factor.inverse:
                    break
            else:
                return False
            del free[k]
            zero = zero or above == 0
            sign = sign if over == above else -sign
            if not factor.expr.is_numeric:
                if span is None or leaves.setdefault(span, factor.expr) is not factor.expr:
                    self.is_formula = False  # one number stands for two parts
                if span is not None:
                    leaves[span] = factor.expr
        if zero:
            self.is_formula = False  # nobody has seen its sign
        return sign > 0 or zero

    def _ratios(self, written: Term) -> list[tuple[int, int, bool, Span | None]]:
        """The factors of a written product that have a value, as ratios, whether each divides, and where it stands."""
        known = self.ratios_of.get(id(written))
        if known is None:
            known = self.ratios_of[id(written)] = (
                written,
                [
                    (*number.as_integer_ratio(), inverse, expr.span)
                    for expr, inverse in written.factors
                    if (number := value_of(expr)) is not None
                ],
            )
        return known[1]

    def _assigned(
        self,
        constants: Fraction,
        order: Sequence[Factor],
        there: list[tuple[Factor, Fraction | None]],
        match: Match,
    ) -> None:
        """Give each expected factor, in this order, the first written one that fits; account for the rest."""
        self.held += 1
        free = list(range(len(there)))
        missing: list[Factor] = []
        taken: list[tuple[Factor, int]] = []
        for factor in order:
            k = self._pick(factor, there, free, match)
            if k is None:
                missing.append(factor)
            else:
                free.remove(k)
                taken.append((factor, k))
        if len(missing) == 2 and len(free) == 1 and self._stands_for_both(missing, there[free[0]], match):
            missing, free = [], []
        if not missing and len(free) == 1:
            self._swapped(constants, taken, there, free, missing, match)
        self._leftovers(constants, missing, [there[k] for k in free], match)

    def _stands_for_both(
        self, missing: Sequence[Factor], candidate: tuple[Factor, Fraction | None], match: Match
    ) -> bool:
        """Whether one number is the product of two factors, a bracket among them: ``0.24`` for ``a (1 - a)``, the slope of a sigmoid."""
        factor, number = candidate
        literal = factor.expr.written if isinstance(factor.expr, Number) else None
        if literal is None or number is None or factor.inverse or any(each.inverse for each in missing):
            return False
        if literal.figures < 2 or not any(isinstance(each.expr, Sum) for each in missing):
            return False
        both = Product(tuple(each.expr for each in missing))
        if not self.fits(both, abs(number), literal, match):
            return False
        if factor.expr.span is not None:
            match.leaves[factor.expr.span] = both
        return True

    def _swapped(
        self,
        constants: Fraction,
        taken: Sequence[tuple[Factor, int]],
        there: Sequence[tuple[Factor, Fraction | None]],
        free: list[int],
        missing: list[Factor],
        match: Match,
    ) -> None:
        """Give a constant the number that a quantity took, where the one that is left over stands behind it.

        In ``2·e·3`` for ``2·e·x`` with an x of 2, the 2 in front is the constant, and the 3 stands in place of x.
        """
        for factor, k in taken:
            number, span, over = there[k][1], there[k][0].expr.span, there[free[0]][1]
            if number is None or abs(number) != abs(constants) or abs(constants) == 1 or k > free[0]:
                continue
            if over in (None, 0) or _times(ONE, abs(over), there[free[0]][0].inverse) == abs(constants):
                continue
            if span is not None:
                match.leaves.pop(span, None)
            trial = self._stands_for(factor, there[free[0]])
            if trial is not None:  # 2·2.00002: digits carried behind a 2.0
                match.add(trial)
                free[0] = k
                return
            missing.append(factor)
            free.insert(0, k)
            return

    def _parts(self, expected: Term) -> "_Parts":
        """The plain numbers of an expected product as one constant, and its quantities."""
        known = self.parts.get(id(expected.factors))
        if known is None:
            constants, quantities = ONE, []
            for factor in expected.factors:
                number = value_of(factor.expr) if is_numeric(factor.expr) else None
                if number is None or (factor.inverse and number == 0):
                    quantities.append(factor)
                else:
                    constants = _times(constants, number, factor.inverse)
            order = quantities
            if len(quantities) > 1:
                order = sorted(quantities, key=lambda factor: self._is_one(factor.expr))
            # the factors are kept, so that their identity stays their own
            known = self.parts[id(expected.factors)] = _Parts(expected.factors, constants, quantities, order)
        return known

    def _numbers(self, written: Term) -> list[tuple[Factor, Fraction | None]]:
        """The factors of a written product with their values."""
        known = self.numbers.get(id(written))
        if known is None:
            known = self.numbers[id(written)] = (
                written,
                [(factor, value_of(factor.expr)) for factor in written.factors],
            )
        return known[1]

    def _pick(
        self, factor: Factor, there: Sequence[tuple[Factor, Fraction | None]], free: list[int], match: Match
    ) -> int | None:
        """The first free written factor that may stand for an expected one."""
        value = self.value(factor.expr)
        if value is not None:
            for k in free:
                written, number = there[k]
                if written.inverse is factor.inverse and number is not None and same_size(number, value):
                    if written.expr.span is not None:
                        match.leaves[written.expr.span] = factor.expr
                    return k
        for k in free:
            trial = self._stands_for(factor, there[k])
            if trial is not None:
                match.add(trial)
                return k
        return None

    def _stands_for(self, factor: Factor, candidate: tuple[Factor, Fraction | None]) -> Match | None:
        """What follows if a written factor stands for an expected one; None if it cannot. Each pair is tried once."""
        written, number = candidate
        if number is None and not isinstance(factor.expr, Apply):
            return None
        if written.inverse is not factor.inverse:
            return None
        key = id(factor.expr), id(written.expr)
        known = self.standing.get(key)
        if known is None:  # both are kept, so that their identities stay their own
            known = self.standing[key] = factor.expr, written.expr, self._standing(factor.expr, *candidate)
        return known[2]

    def _standing(self, expected: Expr, written: Factor, number: Fraction | None) -> Match | None:
        there = written.expr
        match = Match()
        if isinstance(expected, Apply) and isinstance(there, Apply) and expected.function == there.function:
            inside = self.match(expected.arg, there.arg)
            if inside.cost:
                return None
            match.add(inside)
        elif number is None:
            return None
        else:
            both = isinstance(expected, Sum) and isinstance(there, Sum)
            inner = self.match(expected, there) if both else None
            literal = there.written if isinstance(there, Number) else beside(there)
            if inner is not None and not inner.cost:
                match.add(inner)
            elif not self.fits(expected, abs(number), literal, match):
                return None
        if there.span is not None and not match.leaves:
            match.leaves[there.span] = expected
        return match

    def _evaluated(self, expected: Term, candidate: tuple[Factor, Fraction | None], match: Match) -> bool:
        """Whether one written number is the product of the whole expected term."""
        factor, number = candidate
        if number is None or factor.inverse or not isinstance(factor.expr, Number):
            return False
        tree = product_of(expected)
        value = self.value(tree)
        literal = factor.expr.written
        if value is None or not (
            is_close(abs(number), value, literal, match, in_the_head=True)
            or self._fits_righted(tree, abs(number), literal, match)
            or self._fits_carried(tree, abs(number), literal, match)
            or (number == 0 and len(expected.factors) > 1 and abs(value) < self.nothing_at(literal))
        ):
            return False
        if factor.expr.span is not None:
            match.leaves[factor.expr.span] = tree
        return True

    def _fits_carried(self, tree: Expr, number: Fraction, literal: Written | None, match: Match) -> bool:
        """Whether a number of several figures is what a product comes to with the digits that its factors do not show."""
        if literal is None or literal.figures < FEWEST_CARRIED:
            return False
        values = (self.carried(tree, through) for through in (False, True))
        return any(value is not None and is_close(number, value, literal, match) for value in values)

    def _leftovers(
        self,
        constants: Fraction,
        missing: list[Factor],
        left: list[tuple[Factor, Fraction | None]],
        match: Match,
    ) -> None:
        """Account for expected factors without a partner and written ones without a use."""
        if not self._one_replaced(constants, missing, left):
            missing = [
                factor for factor in missing if not self._is_one(factor.expr) or self._unknown(factor.expr)
            ]
        while missing:
            factor = missing.pop(0)
            pick = self._counterpart(factor, left)
            if pick is None:
                pick = self._replacement(constants, missing, left)
            if pick is None:
                match.notes.append(Note("omitted factor", None, factor.expr))
                continue
            written, number = left.pop(pick)
            inner = self._within(factor.expr, written.expr)
            if inner is not None and inner.cost <= 2:
                match.add(inner)
            else:
                match.notes.append(Note("replaced", written.expr.span, factor.expr, written.expr, number))
        used: list[tuple[Factor, Fraction | None]] = []
        for written, number in left:
            if number is None or (number == 0 and written.inverse):
                match.notes.append(Note("extra factor", written.expr.span, None, written.expr))
            else:
                used.append((written, number))
        if constants:
            (above, below), (over, under) = _product_size(used), size_of(constants)
            above, below = above * under, below * over
            match.ratio = ONE if above == below else Fraction(above, below)

    def _counterpart(self, factor: Factor, left: list[tuple[Factor, Fraction | None]]) -> int | None:
        """The leftover that is of the same make: the same function, or a bracket below the same fraction stroke."""
        for k, (written, _) in enumerate(left):
            if written.inverse is not factor.inverse:
                continue
            match factor.expr, written.expr:
                case (Apply(function=wanted), Apply(function=found)) if wanted == found:
                    return k
                case (Sum(), Sum()) if factor.inverse:
                    return k
        return None

    def _one_replaced(
        self, constants: Fraction, missing: list[Factor], left: list[tuple[Factor, Fraction | None]]
    ) -> bool:
        """Whether a 1 that need not be written was replaced by the one number that is left over, constants aside."""
        if len(missing) != 1 or not self._is_one(missing[0].expr):
            return False
        numbers = [
            abs(number)
            for factor, number in left
            if number is not None and not factor.inverse and abs(number) != 1
        ]
        if abs(constants) in numbers:
            numbers.remove(abs(constants))
        elif abs(constants) != 1:
            return False
        if self.alone and numbers and numbers[0] in (2, Fraction(1, 2)):
            return False  # in a product that stands alone it is rather the factor of another convention
        return len(left) <= 2 and len(numbers) == 1

    def _replacement(
        self, constants: Fraction, missing: list[Factor], left: list[tuple[Factor, Fraction | None]]
    ) -> int | None:
        """Which leftover number was written in place of a missing one: best, the one that leaves the constant over."""
        usable = [k for k, (factor, number) in enumerate(left) if number is not None and not factor.inverse]
        if not usable:
            return None
        total, under = _product_size([(factor, number) for factor, number in left if number])
        over, below = size_of(constants)
        plain = over == below  # the constant is 1
        if not plain and not missing and total * below == over * under:
            return None  # the constant is all that is left over: the factor was left out
        for k in usable:
            number = left[k][1]
            if number:
                size, unit = size_of(number)
                if total * below * unit == over * size * under:
                    return k
        one = next((k for k in usable if len(left) > 1 and left[k][1] == 1), None)
        if one is not None and not missing:
            return one  # nobody writes a 1 for nothing
        return usable[-1] if len(left) > 1 and not plain else usable[0]


def product_of(term: Term) -> Expr:
    """A signed product as a tree."""
    above = [factor.expr for factor in term.factors if not factor.inverse]
    below = [factor.expr for factor in term.factors if factor.inverse]
    top = above[0] if len(above) == 1 else Product(tuple(above)) if above else Number(Fraction(1))
    tree = Quotient(top, below[0] if len(below) == 1 else Product(tuple(below))) if below else top
    return Negative(tree) if term.sign < 0 else tree


def _product_size(factors: Sequence[tuple[Factor, Fraction | None]]) -> tuple[int, int]:
    """The size of a product as a ratio of whole numbers."""
    above = below = 1
    for factor, number in factors:
        if number is not None:
            over, under = size_of(number)
            above, below = (above * under, below * over) if factor.inverse else (above * over, below * under)
    return above, below


def _times(value: Fraction, factor: Fraction, inverse: bool) -> Fraction:
    return value / factor if inverse else value * factor
