"""One sum of products against another: which terms belong together, and what is around them.

Absolute values are compared as multisets, because ``5(-0.76)`` and ``-1.21·8`` both occur; the sign is compared once a
term.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.combination import Combination, Factor, Term, collapsed, combination
from deltarule.algebra.expr import Expr, Negative, Number, Sum, Symbol
from deltarule.checking.matching.brackets import Brackets
from deltarule.checking.matching.match import ONE, Match, Note
from deltarule.checking.matching.products import product_of
from deltarule.checking.matching.worth import FEWEST_PLACES, EntryOf
from deltarule.checking.sides import value_of
from deltarule.naming import ACTIVATION_NAMES
from deltarule.spans import Span
from deltarule.written import is_rounding

MAX_PAIRED_TERMS = 40
FEW_TERMS = 2  # so few are tried in both orders, wherever they stand


class Matcher(Brackets):
    """Matches written trees against formulas whose symbols stand for ledger entries."""

    def __init__(
        self,
        find: EntryOf,
        formula_of: Callable[[Symbol], Expr | None] = lambda symbol: None,
        cuts: bool = False,
        places: int = FEWEST_PLACES,
    ) -> None:
        super().__init__(find, formula_of, cuts, places)
        self.matched: dict[tuple[int, int], tuple[Expr, Expr, Match]] = {}

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
        if expected.build != written.build:
            return None
        leaves: dict[Span, Expr] = {}
        self.is_formula = expected.function == written.function
        for wanted, there in zip(expected.products, written.products, strict=True):
            if not self._agreed(wanted, there, leaves):
                return None
        return Match(leaves=leaves, is_formula=self.is_formula)

    def in_any_order(self, expected: Combination, written: Combination) -> Match | None:
        """The same with the terms of a sum in another order: the bias in front, say."""
        count = len(expected.terms)
        if not 1 < count <= MAX_PAIRED_TERMS or sorted(expected.shape) != sorted(written.shape):
            return None
        if len(expected.outer) != len(written.outer) or (expected.function is None) != (
            written.function is None
        ):
            return None
        leaves: dict[Span, Expr] = {}
        if not self._agreed(expected.products[0], written.products[0], leaves):
            return None
        free = list(range(count))
        open_still: list[int] = []
        agreed: dict[tuple[int, int], dict[Span, Expr]] = {}
        for i in range(count):  # what stands in its place stays there
            found: dict[Span, Expr] = {}
            if self._agreed_pair(expected.terms[i], written.terms[i], found):
                leaves.update(found)
                free.remove(i)
            else:
                open_still.append(i)
        for i in open_still:
            for k in free:
                found = {}
                if self._agreed_pair(expected.terms[i], written.terms[k], found):
                    agreed[i, k] = found
        for i, k in sorted(agreed, key=lambda at: (-len(agreed[at]), abs(at[0] - at[1]), at)):
            if i in open_still and k in free:
                leaves.update(agreed[i, k])
                open_still.remove(i)
                free.remove(k)
        return None if open_still else Match(leaves=leaves)

    def _agreed_pair(self, expected: Term, written: Term, leaves: dict[Span, Expr]) -> bool:
        return len(expected.factors) == len(written.factors) and self._agreed(expected, written, leaves)

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
            if _is_misworked(evaluated, inner):
                by_terms = self._by_terms(expected, written, expected_tree, written_tree)
                return evaluated if any(note.what != "omitted term" for note in by_terms.notes) else by_terms
        return self._by_terms(expected, written, expected_tree, written_tree)

    def _by_terms(
        self, expected: Combination, written: Combination, expected_tree: Expr, written_tree: Expr
    ) -> Match:
        """Match what stands around two sums, then their terms."""
        match = Match()
        if (
            len(written.terms) == 1 and len(expected.terms) > 1 and expected.outer and not written.outer
        ):  # of a sum below a factor only one term is there
            expected = replace(expected, outer=(), terms=tuple(_joined_terms(expected)), sign=1, main=None)
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
        common = ratios[0] if ratios and all(ratio == ratios[0] for ratio in ratios) else ONE
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


def _is_misworked(match: Match, bracket: Expr) -> bool:
    """Whether all that differs is one number where a bracket should be: its value, worked out wrongly."""
    if len(match.notes) != 1 or match.ratio != 1:
        return False
    note = match.notes[0]
    return note.what == "replaced" and note.expected is bracket and isinstance(note.written, Number)


def _joined(whole: Combination, term: Term) -> Term:
    return Term(whole.sign * term.sign, whole.outer + term.factors, term.expr)


def _joined_terms(whole: Combination) -> Iterator[Term]:
    """The terms of a combination, each with the outer factor in it."""
    for term in whole.terms:
        joined = _joined(whole, term)
        yield Term(joined.sign, joined.factors, product_of(joined))


def _signed(term: Term) -> Expr:
    product = product_of(Term(1, term.factors, term.expr))
    return Negative(product) if term.sign < 0 else product


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
