"""What was written against what the formula asks for, factor by factor.

Both are brought to the form *outer factor times a sum of signed products*. Absolute values are compared as
multisets, because ``5(-0.76)`` and ``-1.21·8`` both occur; the sign is compared once a term. The
result is a list of notes, and for each written number the quantity it stands for, so that the line can be evaluated
again with carried values or repaired ones.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import NamedTuple

from deltarule.algebra.combination import Combination, Factor, Term, collapsed, combination, is_numeric
from deltarule.algebra.evaluate import evaluate
from deltarule.algebra.expr import (
    Apply,
    Expr,
    Negative,
    Number,
    Product,
    Quotient,
    Sum,
    Symbol,
    substitute,
    symbols,
)
from deltarule.checking.ledger import CARRIED, Entry, World
from deltarule.checking.sides import value_of
from deltarule.errors import DeltaruleError
from deltarule.naming import ACTIVATION_NAMES
from deltarule.spans import Span
from deltarule.trace import Quantity, neuron_arithmetic
from deltarule.written import (
    Written,
    is_rounding,
    is_truncation,
    is_within_unit,
    may_show,
    significant_figures,
    size_of,
)

MAX_PAIRED_TERMS = 40
_ONE = Fraction(1)
FEW_TERMS = 2  # so few are tried in both orders, wherever they stand


@dataclass(frozen=True)
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


@dataclass
class Match:
    """Notes, and what the written numbers stand for."""

    notes: list[Note] = field(default_factory=list)
    leaves: dict[Span, Expr] = field(default_factory=dict)
    adopted: list[Entry] = field(default_factory=list)
    defined: list[tuple[Entry, Written]] = field(default_factory=list)
    ratio: Fraction = _ONE
    loose: int = 0  # operands that fit only as a rounding: a better candidate has fewer

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


class _Parts(NamedTuple):
    """A product that is expected: its plain numbers as one, its quantities, and the same with those last that are 1."""

    factors: tuple[Factor, ...]
    constants: Fraction
    quantities: list[Factor]
    order: list[Factor]


EntryOf = Callable[[Symbol], Entry | None]


class Matcher:
    """Matches written trees against formulas whose symbols stand for ledger entries."""

    def __init__(
        self,
        find: EntryOf,
        formula_of: Callable[[Symbol], Expr | None] = lambda symbol: None,
        cuts: bool = False,
    ) -> None:
        self.find, self.formula_of = find, formula_of
        self.cuts = cuts  # whether the author cuts carried digits off rather than rounding them
        self.alone = self.within = self.opened = False
        self.matched: dict[tuple[int, int], tuple[Expr, Expr, Match]] = {}
        self.inside: dict[tuple[int, int, bool, bool], tuple[Expr, Expr, Match]] = {}
        self.opposites: dict[int, tuple[Number, Negative]] = {}
        self.known: dict[Symbol, Entry | None] = {}
        self.thorough = True
        self.values: dict[int, tuple[Expr, Fraction | None]] = {}
        self.parts: dict[int, _Parts] = {}
        self.standing: dict[tuple[int, int], tuple[Expr, Expr, Match | None]] = {}
        self.numbers: dict[int, tuple[Term, list[tuple[Factor, Fraction | None]]]] = {}

    def entry_of(self, symbol: Symbol) -> Entry | None:
        """Entry of a formula symbol, looked up once."""
        if symbol not in self.known:
            self.known[symbol] = self.find(symbol)
        return self.known[symbol]

    def settled(self) -> "Matcher":
        """The same with what was looked up so far, and no way to the ledger.

        A recipe keeps it and the ledger keeps the recipe: in a circle they would wait for the garbage collector,
        which costs more than marking does.
        """
        other = Matcher(self.known.get)
        other.known, other.values = self.known, self.values
        return other

    # -- values

    def value(self, expr: Expr) -> Fraction | None:
        """Value of an expected part with printed numbers (worked-out ones where nothing is printed)."""
        kept = self.values.get(id(expr))
        if kept is None:  # the part is kept beside, so that its identity stays its own
            kept = self.values[id(expr)] = expr, self._work_out(expr)
        return kept[1]

    def _work_out(self, expr: Expr) -> Fraction | None:
        if isinstance(expr, Symbol):
            known = self.entry_of(expr)
            return None if known is None or known.unknown else _known(known)
        if expr.is_numeric:
            return value_of(expr)

        def of(symbol: Symbol) -> Fraction:
            entry = self.entry_of(symbol)
            if entry is None:
                raise KeyError(symbol)
            return entry.value()

        return _value(expr, of)

    def carried(self, expr: Expr) -> Fraction | None:
        """Value of an expected part as it was carried: what shows as 0.0 still has a sign."""

        def of(symbol: Symbol) -> Fraction:
            entry = self.entry_of(symbol)
            if entry is None or entry.unknown:
                raise KeyError(symbol)
            return entry.value(World.EPOCH) or entry.value(World.RUN)  # weights are printed anew each epoch

        return _value(expr, of)

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
        if value is None or _close(number, value, written, match):
            return value is not None
        if self._shows_nothing(expected) and number == self.carried(expected):
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
        value = _value(expected, lambda symbol: (known[symbol].repaired or known[symbol]).value())
        if value is None or not _close(number, value, written, match):
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
            exact = right.exact is not None and _close(number, right.exact, written, Match())
            if _size(right) == number or exact:
                match.adopted.append(right)
                return True
        if written is None:
            return entry.hidden and _size(entry) == number
        if any(_close(number, form.value, written, match) for form in entry.forms):
            return True
        if entry.recipe is None or not _near(number, entry, written):
            return False
        shown = not _is_shown_as_zero(entry)  # else any digit is more than was shown
        try:
            return any(
                _close(number, entry.value(world), written, match, may_be_cut=self.cuts, shown=shown)
                for world in CARRIED
            )
        except KeyError:
            return False

    # -- matching

    def match(self, expected: Expr, written: Expr) -> Match:
        """Match a part against a part: terms in their order, and each pair only once."""
        key = id(expected), id(written)
        if key not in self.matched:
            thorough, self.thorough = self.thorough, False
            found = self._combinations(
                combination(expected, ACTIVATION_NAMES),
                combination(written, ACTIVATION_NAMES),
                expected,
                written,
            )
            self.thorough = thorough
            self.matched[key] = expected, written, found  # kept, so that their ids stay their own
        return self.matched[key][2]

    def as_it_stands(self, expected: Combination, written: Combination) -> Match | None:
        """The match where every number stands just where the formula has it, which is nearly always so; else None."""
        if expected.shape != written.shape or not _alike_around(expected, written):
            return None
        if len(expected.terms) == 1:
            whole = self._agreed_pair(
                _joined(expected, expected.terms[0]), _joined(written, written.terms[0])
            )
            return None if whole is None else Match(leaves=whole)
        outer = self._agreed_outer(expected, written)
        if outer is None:
            return None
        leaves = dict(outer)
        for wanted, there in zip(expected.terms, written.terms, strict=True):
            found = self._agreed(wanted, there, self._numbers(there))
            if found is None:
                return None
            leaves.update(found)
        return Match(leaves=leaves)

    def in_any_order(self, expected: Combination, written: Combination) -> Match | None:
        """The same with the terms of a sum in another order: the bias in front, say."""
        count = len(expected.terms)
        if not 1 < count <= MAX_PAIRED_TERMS or sorted(expected.shape) != sorted(written.shape):
            return None
        outer = self._agreed_outer(expected, written) if _alike_around(expected, written) else None
        if outer is None:
            return None
        leaves = dict(outer)
        free = list(range(count))
        open_still: list[int] = []
        for i in range(count):  # what stands in its place stays there
            found = self._agreed_pair(expected.terms[i], written.terms[i])
            if found is None:
                open_still.append(i)
            else:
                leaves.update(found)
                free.remove(i)
        agreed = {
            (i, k): found
            for i in open_still
            for k in free
            if (found := self._agreed_pair(expected.terms[i], written.terms[k])) is not None
        }
        for i, k in sorted(agreed, key=lambda at: (-len(agreed[at]), abs(at[0] - at[1]), at)):
            if i in open_still and k in free:
                leaves.update(agreed[i, k])
                open_still.remove(i)
                free.remove(k)
        return None if open_still else Match(leaves=leaves)

    def _agreed_outer(self, expected: Combination, written: Combination) -> dict[Span, Expr] | None:
        """The same of the factors around two sums."""
        return self._agreed_pair(
            Term(expected.sign, expected.outer, expected.terms[0].expr),
            Term(written.sign, written.outer, written.terms[0].expr),
        )

    def _agreed_pair(self, expected: Term, written: Term) -> dict[Span, Expr] | None:
        if len(expected.factors) != len(written.factors):
            return None
        return self._agreed(expected, written, self._numbers(written))

    def match_form(
        self,
        expected: Combination,
        tree: Expr,
        written: Combination,
        written_tree: Expr,
        thorough: bool = True,
    ) -> Match:
        """The same for combinations that are at hand; not `thorough`: terms in their order only."""
        self.thorough = thorough
        return self._combinations(expected, written, tree, written_tree)

    def _combinations(
        self, expected: Combination, written: Combination, expected_tree: Expr, written_tree: Expr
    ) -> Match:
        match = Match()
        if (expected.function is None) != (written.function is None):
            match.notes.append(Note("function", written_tree.span, expected_tree, written_tree))
            return match
        shorter = self._without_zeros(expected, len(written.terms))
        match = self._alike(shorter, written, expected_tree, written_tree)
        if match.notes and shorter is not expected:  # the zero is written, and another term is not
            match = min(
                match, self._alike(expected, written, expected_tree, written_tree), key=lambda m: m.rank
            )
        if (
            match.notes and written.main is not None and written.outer and len(expected.terms) > 1
        ):  # of (1 - 0.3²)·0.5 and more one term
            other = self._alike(expected, collapsed(written, written_tree), expected_tree, written_tree)
            if other.cost < match.cost and len(other.leaves) >= len(match.leaves):
                match = other
        if match.notes and written.main is not None:  # (1 - 0)·ln(0.7): the bracket is a factor, not the sum
            bare = self._without_zeros(expected, 1)
            if len(bare.terms) == 1 and len(expected.terms) > 1:
                other = self._alike(bare, collapsed(written, written_tree), expected_tree, written_tree)
                return other if other.cost < match.cost else match
        return match

    def _alike(
        self, expected: Combination, written: Combination, expected_tree: Expr, written_tree: Expr
    ) -> Match:
        """Match two combinations as they are."""
        match = Match()
        if len(expected.terms) == 1 and len(written.terms) > 1 and written.main is not None:
            if expected.main is None or expected.outer:
                expected = collapsed(expected, expected_tree)
            written = collapsed(written, written_tree)
        if len(expected.terms) == 1 and len(written.terms) == 1:
            self.alone = True
            whole = self._term(
                _joined(expected, expected.terms[0]), _joined(written, written.terms[0]), written_tree.span
            )
            self.alone = False
            return _with_ratio(whole, written_tree)
        if len(written.terms) == 1 and len(expected.terms) > 1:
            inner = Sum(tuple(_signed(term) for term in expected.terms))
            single = Term(expected.sign, (*expected.outer, Factor(inner)), expected_tree)
            evaluated = self._term(single, _joined(written, written.terms[0]), written_tree.span)
            if not evaluated.notes and evaluated.ratio == 1:
                return evaluated
            if expected.outer and not written.outer:  # of a sum below a factor only one term is there
                expected = replace(
                    expected, outer=(), terms=tuple(_joined_terms(expected)), sign=1, main=None
                )
        outer = self._term(
            Term(expected.sign, expected.outer, expected_tree),
            Term(written.sign, written.outer, written_tree),
            _outer_span(written, written_tree),
        )
        outer_sign = [note for note in outer.notes if note.what == "sign"]
        outer.notes = [note for note in outer.notes if note.what != "sign"]
        terms, ratio = self._terms(expected, written, flipped=False)
        if outer_sign or len([n for n in terms.notes if n.what in ("sign", "reversed")]) * 2 > len(
            written.terms
        ):
            turned, turned_ratio = self._terms(expected, written, flipped=True)
            if turned.cost < terms.cost + len(outer_sign) and not outer_sign:
                turned.notes.append(
                    Note(
                        "reversed" if len(written.terms) == 2 and not written.outer else "sign",
                        _outer_span(written, written_tree),
                        expected_tree,
                        written_tree,
                    )
                )
                terms, ratio = turned, turned_ratio
            elif outer_sign and turned.cost < terms.cost + 1:
                terms, ratio, outer_sign = turned, turned_ratio, []
        match.add(outer)
        match.add(terms)
        match.notes += (
            [Note("sign", _outer_span(written, written_tree), expected_tree, written_tree)]
            if outer_sign
            else []
        )
        match.ratio = outer.ratio * ratio
        if match.ratio not in (0, 1):  # what is zero has no factor
            rounded_factor = _rounded_outer(written, match.ratio)
            if not rounded_factor:
                match.notes.append(
                    Note(
                        "factor",
                        _outer_span(written, written_tree),
                        expected_tree,
                        written_tree,
                        ratio=match.ratio,
                    )
                )
        return match

    def _without_zeros(self, expected: Combination, terms: int) -> Combination:
        """Without the terms that are zero, if that is what somebody who left them out has written."""
        if len(expected.terms) == 1 or (len(expected.terms) == terms and terms > 1):
            return expected
        kept = tuple(term for term in expected.terms if self.value(term.expr) != 0)
        return replace(expected, terms=kept, main=None) if len(kept) in (1, terms) else expected

    def _terms(self, expected: Combination, written: Combination, flipped: bool) -> tuple[Match, Fraction]:
        """Match the terms of two sums: in order, else the perfect pairs first."""
        wanted = [Term(-term.sign, term.factors, term.expr) if flipped else term for term in expected.terms]
        there = list(written.terms)
        pairs: list[tuple[Term, Term, Match]] = []
        if len(wanted) == len(there):
            pairs = [(e, w, self._term(e, w, w.expr.span)) for e, w in zip(wanted, there, strict=True)]
        # one note is not healed by another order of terms, unless a zero seemed to fit where it does not belong
        cost = sum(found.cost + (found.ratio != 1) for _, _, found in pairs)
        if (self.thorough or len(wanted) <= FEW_TERMS) and (
            not pairs or cost > 1 or (cost and not all(self._is_sure(*pair) for pair in pairs))
        ):
            pairs = self._assign(wanted, there, pairs)
        return self._collected(wanted, there, pairs)

    def _is_sure(self, expected: Term, written: Term, found: Match) -> bool:
        """Whether a pair belongs together, number by number: a bare one may be what any of the terms comes to."""
        if _pair_cost(found) or found.loose or found.adopted:
            return False
        return len(expected.factors) == len(written.factors)

    def _assign(
        self, wanted: list[Term], there: list[Term], in_order: list[tuple[Term, Term, Match]]
    ) -> list[tuple[Term, Term, Match]]:
        """Pairs of terms: perfect ones first (nearest in order), then cheap ones, then those in the same place."""
        if len(wanted) > MAX_PAIRED_TERMS or len(there) > MAX_PAIRED_TERMS:
            return [(e, w, self._term(e, w, w.expr.span)) for e, w in zip(wanted, there, strict=False)]
        settled = {i for i, pair in enumerate(in_order) if self._is_sure(*pair)}
        if in_order and len(settled) >= len(in_order) - 1:
            return in_order
        table = {(i, i): found for i, (_, _, found) in enumerate(in_order)}
        for i, expected in enumerate(wanted):
            for k, written in enumerate(there):
                if i not in settled and k not in settled and (i, k) not in table:
                    table[i, k] = self._term(expected, written, written.expr.span)
        worth = {key: _pair_cost(found) for key, found in table.items()}
        order = sorted(
            table,
            key=lambda key: (
                worth[key],
                table[key].loose,
                len(table[key].adopted),
                len(wanted[key[0]].factors) != len(there[key[1]].factors),
                -len(
                    table[key].leaves
                ),  # -0.2·0.5 is rather the product than a bare -0.1 that happens to equal it
                abs(key[0] - key[1]),
                key,
            ),
        )
        taken_wanted: set[int] = set()
        taken_there: set[int] = set()
        pairs: list[tuple[int, int]] = []
        for i, k in order:
            if i in taken_wanted or k in taken_there or worth[i, k] >= 2 * max(len(wanted[i].factors), 1):
                continue
            pairs.append((i, k))
            taken_wanted.add(i)
            taken_there.add(k)
        # a slip in every factor of a term is still that term, if it stands where the term should
        for i, k in zip(
            (i for i in range(len(wanted)) if i not in taken_wanted),
            (k for k in range(len(there)) if k not in taken_there),
            strict=False,
        ):
            if len(wanted[i].factors) == 1 or len(wanted) == len(there):
                pairs.append((i, k))
        return [(wanted[i], there[k], table[i, k]) for i, k in sorted(pairs)]

    def _collected(
        self, wanted: list[Term], there: list[Term], pairs: list[tuple[Term, Term, Match]]
    ) -> tuple[Match, Fraction]:
        match = Match()
        ratios = [found.ratio for _, _, found in pairs if found.ratio != 0]
        common = ratios[0] if ratios and all(ratio == ratios[0] for ratio in ratios) else _ONE
        for expected, written, found in pairs:
            match.add(found)
            if found.ratio not in (0, common):
                match.notes.append(
                    Note("factor", written.expr.span, expected.expr, written.expr, ratio=found.ratio / common)
                )
        for term in wanted:
            if not any(term is expected for expected, _, _ in pairs) and self.value(term.expr) != 0:
                match.notes.append(Note("omitted term", None, term.expr))
        for term in there:
            if not any(term is written for _, written, _ in pairs) and value_of(term.expr) != 0:
                match.notes.append(Note("extra term", term.expr.span, None, term.expr))
        return match, common

    def _term(self, expected: Term, written: Term, span: Span | None) -> Match:
        """Match one signed product."""
        _, constants, quantities, order = self._parts(expected)
        there = self._numbers(written)
        if len(there) == len(quantities) == len(expected.factors):
            agreed = self._agreed(expected, written, there)
            if agreed is not None:
                return Match(leaves=agreed)
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
        if match.notes and 1 < len(order) <= 4:
            slipped = [factor for factor in order if self._was_slipped(factor.expr)]
            if match.loose or match.adopted or slipped or self._repeats(order):  # 1.96·2 for 2.0·2
                match = min(match, assigned(order[::-1]), key=lambda found: found.rank)
            if match.notes and slipped:  # what goes on with the right value may be left with any number
                others = [factor for factor in order if factor not in slipped]
                match = min(match, assigned([*others, *slipped]), key=lambda found: found.rank)
        return match

    def _repeats(self, quantities: Sequence[Factor]) -> bool:
        """Whether two expected factors have one size, or that of one is not known: which takes a number first may matter."""
        values = [self.value(factor.expr) for factor in quantities]
        return len({size_of(value) for value in values if value is not None}) < len(values)

    def _was_slipped(self, expr: Expr) -> bool:
        entry = self.entry_of(expr) if isinstance(expr, Symbol) else None
        return entry is not None and entry.repaired is not None

    def _zero(
        self,
        expected: Term,
        quantities: Sequence[Factor],
        there: Sequence[tuple[Factor, Fraction | None]],
        match: Match,
    ) -> None:
        """A zero that is left over, in a product that is none: it stands where a 1 should."""
        value = self.value(_product(expected))
        if not value:
            return
        match.ratio = _ONE
        zero = next(factor for factor, number in there if number == 0)
        one = next((factor.expr for factor in quantities if self._is_one(factor.expr)), expected.expr)
        match.notes.append(Note("replaced", zero.expr.span, one, zero.expr, Fraction(0)))

    def _agreed(
        self, expected: Term, written: Term, there: list[tuple[Factor, Fraction | None]]
    ) -> dict[Span, Expr] | None:
        """What each number stands for, where all are just what is expected, which is nearly always so; else None."""
        leaves: dict[Span, Expr] = {}
        free = list(there)
        sign = expected.sign * written.sign
        zero = False
        for factor in expected.factors:
            value = self.value(factor.expr)
            if value is None:
                return None
            for k, (candidate, number) in enumerate(free):
                if candidate.inverse is factor.inverse and number is not None and same_size(number, value):
                    del free[k]
                    break
            else:
                return None
            zero = zero or value == 0
            sign = sign if number == value else -sign
            if candidate.expr.span is not None and not factor.expr.is_numeric:
                leaves[candidate.expr.span] = factor.expr
        return leaves if sign > 0 or zero else None

    def _assigned(
        self,
        constants: Fraction,
        order: Sequence[Factor],
        there: list[tuple[Factor, Fraction | None]],
        match: Match,
    ) -> None:
        """Give each expected factor, in this order, the first written one that fits; account for the rest."""
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
        if not missing and len(free) == 1:
            self._swapped(constants, taken, there, free, missing, match)
        self._leftovers(constants, missing, [there[k] for k in free], match)

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
            if over in (None, 0) or _times(_ONE, abs(over), there[free[0]][0].inverse) == abs(constants):
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
            constants, quantities = _ONE, []
            for factor in expected.factors:
                number = value_of(factor.expr) if is_numeric(factor.expr) else None
                if number is None or (factor.inverse and number == 0):
                    quantities.append(factor)
                else:
                    constants = _times(constants, number, factor.inverse)
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
            literal = there.written if isinstance(there, Number) else None
            if inner is not None and not inner.cost:
                match.add(inner)
            elif not self.fits(expected, abs(number), literal, match):
                return None
        if there.span is not None and not match.leaves:
            match.leaves[there.span] = expected
        return match

    def _unknown(self, expr: Expr) -> bool:
        entry = self.entry_of(expr) if isinstance(expr, Symbol) else None
        return entry is None or entry.unknown

    def _is_one(self, expr: Expr) -> bool:
        if isinstance(expr, Symbol) and self._unknown(expr):
            return True  # what is not known is matched last, with what is left
        value = self.value(expr)
        return value is not None and (value == 1 or value == -1)

    def _evaluated(self, expected: Term, candidate: tuple[Factor, Fraction | None], match: Match) -> bool:
        """Whether one written number is the product of the whole expected term."""
        factor, number = candidate
        if number is None or factor.inverse or not isinstance(factor.expr, Number):
            return False
        tree = _product(expected)
        value = self.value(tree)
        if value is None or not _close(abs(number), value, factor.expr.written, match):
            return False
        if factor.expr.span is not None:
            match.leaves[factor.expr.span] = tree
        return True

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
            match.ratio = _ONE if above == below else Fraction(above, below)

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
            match.notes.append(
                Note("reversed" if reversed_part else "sign", span, expected.expr, written.expr)
            )

    def _signed_value(self, expr: Expr, match: Match) -> Fraction | None:
        """Value of an expected part as the author goes on with it: the right one where that was adopted."""
        if self._unknown_part(expr):
            return None
        entry = self.entry_of(expr) if isinstance(expr, Symbol) else None
        if entry is not None:
            chosen = next((adopted for adopted in match.adopted if adopted.quantity == entry.quantity), entry)
            return _known(chosen)
        adopted = {entry.quantity: entry for entry in match.adopted}
        parts = {symbol: self.entry_of(symbol) for symbol in symbols(expr)} if adopted else {}
        if not any(entry is not None and entry.quantity in adopted for entry in parts.values()):
            return self.value(expr)
        return _value(expr, lambda symbol: _as_adopted(parts[symbol], adopted))

    def _other_inside(self, written: Expr, match: Match) -> Match | None:
        """What else than a turned sign differs in a bracket whose value is the opposite of what it stands for."""
        stands_for = match.leaves.get(written.span) if written.span is not None else None
        if not isinstance(stands_for, Symbol | Sum) or self.within:
            return None
        formula = self.formula_of(stands_for) if isinstance(stands_for, Symbol) else stands_for
        inner = None if formula is None else self._deeper(formula, written)
        turned = inner is None or any(note.what in ("sign", "reversed") for note in inner.notes)
        return inner if inner is not None and inner.cost == 1 and not turned else None

    def _sign_put_right(self, quantities: Sequence[Factor], match: Match) -> bool:
        """Whether the author goes on with the right sign after having printed the wrong one."""
        for factor in quantities:
            entry = self.entry_of(factor.expr) if isinstance(factor.expr, Symbol) else None
            if (
                entry is not None
                and entry.repaired is not None
                and entry.repaired.value() == -entry.value() != 0
            ):
                match.adopted.append(entry.repaired)
                return True
        return False

    def _unknown_part(self, expr: Expr) -> bool:
        return any(isinstance(node, Symbol) and self._unknown(node) for node in expr.walk())


# -- helpers


def _product_size(factors: Sequence[tuple[Factor, Fraction | None]]) -> tuple[int, int]:
    """The size of a product as a ratio of whole numbers."""
    above = below = 1
    for factor, number in factors:
        if number is not None:
            over, under = size_of(number)
            above, below = (above * under, below * over) if factor.inverse else (above * over, below * under)
    return above, below


def same_size(one: Fraction, other: Fraction) -> bool:
    """Whether two numbers are the same but for their signs."""
    return size_of(one) == size_of(other)


def _known(entry: Entry) -> Fraction | None:
    """Printed value of an entry, or the one worked out for it; None if there is none."""
    try:
        return entry.value()
    except KeyError:
        return None


def _as_adopted(entry: Entry | None, adopted: Mapping[Quantity | None, Entry]) -> Fraction:
    """Value of an operand, the right one where the author goes on with that."""
    if entry is None:
        raise KeyError(entry)
    return adopted.get(entry.quantity, entry).value()


def _size(entry: Entry) -> Fraction | None:
    value = _known(entry)
    return None if value is None else abs(value)


def _value(expr: Expr, of: Callable[[Symbol], Fraction]) -> Fraction | None:
    try:
        result: Fraction = evaluate(expr, of, neuron_arithmetic())
        return result
    except (KeyError, ZeroDivisionError, DeltaruleError):
        return None


def _times(value: Fraction, factor: Fraction, inverse: bool) -> Fraction:
    return value / factor if inverse else value * factor


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


def _close(
    number: Fraction,
    value: Fraction,
    written: Written | None,
    match: Match,
    may_be_cut: bool = True,
    shown: bool = True,
) -> bool:
    """Whether a written number is a value, or a rounding that keeps two figures, or is cut off after three or more.

    Of what is not `shown` any figure is enough.
    """
    if same_size(number, value):
        return True
    value = abs(value)
    if written is None or not is_within_unit(number, value, written.places):
        return False
    figures = significant_figures(number, written.places)
    kept = is_rounding(number, value, written.places) and figures >= (2 if shown else 1)
    cut = (
        may_be_cut
        and not kept
        and is_truncation(number, value, written.places)
        and figures >= (3 if shown else 1)
    )
    match.loose += kept or cut
    return kept or cut


def _alike_around(expected: Combination, written: Combination) -> bool:
    """Whether as many factors stand around two sums, and a function around both or neither."""
    return len(expected.outer) == len(written.outer) and (expected.function is None) == (
        written.function is None
    )


def _joined(whole: Combination, term: Term) -> Term:
    return Term(whole.sign * term.sign, whole.outer + term.factors, term.expr)


def _joined_terms(whole: Combination) -> Iterator[Term]:
    """The terms of a combination, each with the outer factor in it."""
    for term in whole.terms:
        joined = _joined(whole, term)
        yield Term(joined.sign, joined.factors, _product(joined))


def _signed(term: Term) -> Expr:
    product = _product(Term(1, term.factors, term.expr))
    return Negative(product) if term.sign < 0 else product


def _product(term: Term) -> Expr:
    above = [factor.expr for factor in term.factors if not factor.inverse]
    below = [factor.expr for factor in term.factors if factor.inverse]
    top = above[0] if len(above) == 1 else Product(tuple(above)) if above else Number(Fraction(1))
    tree = Quotient(top, below[0] if len(below) == 1 else Product(tuple(below))) if below else top
    return Negative(tree) if term.sign < 0 else tree


def _outer_span(written: Combination, tree: Expr) -> Span | None:
    spans = [factor.expr.span for factor in written.outer if factor.expr.span is not None]
    if not spans:
        return tree.span
    return Span(min(span.start for span in spans), max(span.end for span in spans))


def _with_ratio(match: Match, tree: Expr) -> Match:
    if match.ratio not in (0, 1) and not any(note.what in ("replaced",) for note in match.notes):
        match.notes.append(Note("factor", tree.span, None, tree, ratio=match.ratio))
    return match


def _rounded_outer(written: Combination, ratio: Fraction) -> bool:
    """Whether the outer factor only differs by rounding: 0.67 for two thirds, 0.333."""
    numbers = [factor.expr for factor in written.outer if isinstance(factor.expr, Number)]
    if len(numbers) != 1 or numbers[0].written is None or numbers[0].written.places < 2:
        return False
    return is_rounding(numbers[0].value, numbers[0].value / ratio, numbers[0].written.places)


def _pair_cost(match: Match) -> int:
    """How unlikely it is that two terms are the same one: a wrong sign is likelier than a wrong number."""
    return sum(1 if note.what in ("sign", "reversed") else 2 for note in match.notes) + (match.ratio != 1)
