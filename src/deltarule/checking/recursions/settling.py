"""Numbers told of a quantity step by step, held against the formula that the document states for it.

A number is right where the formula gives it from the numbers told before, or from what those were before they were rounded. It is
wrong where neither is so, if the formula gave another number of it, or if all that stands in the formula was borne out by others.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.evaluate import evaluate
from deltarule.algebra.expr import Expr, Number, Product, Sum, Symbol, Vector, symbols
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.origins.nearness import fits, is_far
from deltarule.checking.origins.origin import Origin
from deltarule.checking.origins.verdicts import right, slip_in
from deltarule.checking.recursions.steps import (
    Place,
    Step,
    carries,
    is_raised,
    place_told,
    places_meant,
    rounded_off,
    slots,
    step_stated,
    summed_up,
    without_exponent,
)
from deltarule.checking.recursions.usual import USUAL, usual_steps
from deltarule.checking.sides import as_number, told
from deltarule.document import Claim, Document, Link
from deltarule.errors import DeltaruleError
from deltarule.findings import Status
from deltarule.formulas import Role
from deltarule.naming import Names
from deltarule.records import record
from deltarule.trace import neuron_arithmetic
from deltarule.written import Written

MAX_CLAIMS = 3000
MAX_WORKED = 4000  # evaluations of formulas
MAX_STEP = 500  # to which numbers are raised
MAX_SYMBOLS = 8
HOW = "recursion"
_FAILED = (ArithmeticError, DeltaruleError, KeyError, ValueError)
_SMALL = "epsilon"  # keeps a denominator from being 0
_GIVEN = frozenset({Role.WEIGHT, Role.BIAS, Role.FEATURE, Role.TARGET, Role.OUTPUT})
_MEANS = frozenset({"m", "v"})  # of slopes and of their squares, whatever else a document may call so
_BORNE_OUT = 2  # numbers of a name that formulas gave
_FEWEST_USUAL = 3  # numbers that show a formula that is not stated
_READ = 2  # formulas of a document that are followed, for the others to be read rightly as well
_AGAINST = 3  # numbers, for a formula that none of them follows


@record
class _Held:
    """A number with what its formula gives for it, from the numbers told and from all digits; what the formula is made of."""

    claim: Claim
    written: Written
    origins: tuple[Origin, ...]
    formula: int
    names: frozenset[str]


def settle_recursions(
    document: Document, judged: Sequence[Judged], names: Names
) -> tuple[list[Judged], list[FoundSlip]]:
    """Judge what is told of quantities that formulas in symbols carry from step to step."""
    claims = [item for item in document.items[:MAX_CLAIMS] if isinstance(item, Claim) and not item.supposed]
    usual = usual_steps(claims)
    if not usual and not any(_asks(claim) for claim in claims):
        return list(judged), []
    return _Settling(judged, names, usual).done(claims)


def _asks(claim: Claim) -> bool:
    """Whether a claim states a formula for any step, or begins with a quantity at step 0."""
    if claim.formulas and isinstance(claim.subject, Symbol):
        return step_stated(claim) is not None or _is_mean(claim.formulas[-1], claim.subject)
    return False


def _is_mean(formula: Expr, subject: Symbol) -> bool:
    """``0.9 m_0 + 0.1 · 2``: a quantity at the start, scaled, with what the first step adds."""
    return any(
        each.name == subject.name and slots(each) == (0,) and _scales(formula, each)
        for each in symbols(formula)
    )


def _scales(formula: Expr, symbol: Symbol) -> bool:
    """Whether a formula has two terms, one of them a name times something."""
    terms = formula.terms if isinstance(formula, Sum) else ()
    products = [term for term in terms if isinstance(term, Product)]
    return len(terms) == 2 and any(symbol in term.factors for term in products)


def _is_shown(fits: int, asked: int) -> bool:
    """Whether so many of the numbers follow a formula that is only the usual one that the others should."""
    return fits >= _FEWEST_USUAL and 3 * fits >= 2 * asked


class _Settling:
    """One look at the claims in reading order."""

    def __init__(self, judged: Sequence[Judged], names: Names, usual: Sequence[Step] = ()) -> None:
        self.judged = list(judged)
        self.slips: list[FoundSlip] = []
        self._names = names
        self._places = {
            (item.claim.span, item.claim.subject, item.claim.part): k for k, item in enumerate(judged)
        }
        self._told: dict[Place, Written] = {}
        self._exact: dict[Place, Fraction] = {}  # of what was worked out by a formula, with all digits
        self._ever: dict[
            Place, set[Fraction]
        ] = {}  # all that was told of a number: who tells it again works nothing out
        self._steps: dict[str, tuple[int, Step]] = {
            step.subject.name: (USUAL + k, step) for k, step in enumerate(usual)
        }
        self._held: list[_Held] = []
        self._left = MAX_WORKED

    def done(self, claims: Sequence[Claim]) -> tuple[list[Judged], list[FoundSlip]]:
        """The judged claims, and the slips."""
        for number, claim in enumerate(claims):
            step = step_stated(claim)
            if step is not None:
                self._steps[step.subject.name] = number, step
                continue
            self._tell(claim)
        self._conclude()
        return self.judged, self.slips

    def _tell(self, claim: Claim) -> None:
        """Hold a number against its formula, and take it in."""
        if claim.given is not None:
            self._tell_diagonal(claim)
        place = place_told(claim)
        links = told(claim.links)
        written = as_number(links[-1].expr) if links else None
        if place is None or written is None:
            return
        found = self._formula(claim, place)
        self._exact.pop(place, None)
        again = written.value in self._ever.setdefault(place, set())
        self._ever[place].add(written.value)
        if found is not None and not again:
            number, step, at = found
            values = tuple(self._values(step, at, place))
            if values and len(claim.in_numbers) == 1:
                made = frozenset(symbol.name for symbol in symbols(step.expr)) - {_SMALL, step.letter}
                self._held.append(_Held(claim, written, values, number, made))
                self._exact[place] = values[-1].value
            elif values and number >= 0 and all(is_far(written, origin) for origin in values):
                self._steps.pop(
                    place.name, None
                )  # what is worked otherwise goes by another formula from here on
        self._told[place] = written

    def _tell_diagonal(self, claim: Claim) -> None:
        """Take in what stands on the diagonal of a matrix, ``G_1``: sums of squares, one a component."""
        place, subject = place_told(claim), claim.subject
        for k, row in enumerate(claim.given.items if claim.given is not None else ()):
            leaf = row.items[k] if isinstance(row, Vector) and k < len(row.items) else None
            number = None if leaf is None else as_number(leaf)
            if place is None or place.step is None or number is None or not isinstance(subject, Symbol):
                continue
            if isinstance(leaf, Number) and leaf.span is not None:
                own = Symbol(subject.name, (), subject.marks, (place.step,), span=subject.span)
                link = Link("=", leaf, leaf.span)
                self._tell(replace(claim, span=leaf.span, subject=own, links=(link,), part=k, given=None))
            self._told[Place(place.name, place.step, k)] = number

    def _formula(self, claim: Claim, place: Place) -> tuple[int, Step, int] | None:
        """The formula for a number, which one it is, and the count of the step."""
        subject = claim.subject
        assert isinstance(subject, Symbol)
        own = claim.formulas[-1] if claim.formulas else None
        listed = claim.part is not None and place.step is not None and isinstance(own, Sum)
        if own is not None and (listed or (self._may_begin(place.name) and _is_mean(own, subject))):
            return -1 - claim.line, Step(subject, own, "t", 0), place.step or 0
        stated = self._steps.get(place.name)
        if stated is None or place.step is None:
            return None
        number, step = stated
        at = place.step - step.offset
        if not 0 <= at <= MAX_STEP or (place.step == 0 and carries(step)):
            return None
        return number, step, at

    def _values(self, step: Step, at: int, place: Place) -> Iterator[Origin]:
        """What the formula gives, from the numbers told before and from all their digits.

        Many count what a step is made of from 1, and state ``θ_{t+1} = θ_t - α m_t``: the first step is with m_1.
        """
        for ahead in (0, 1) if step.offset == 1 else (0,):
            yield from self._given(step, at, place, ahead)

    def _given(self, step: Step, at: int, place: Place, ahead: int) -> Iterator[Origin]:
        """What the formula gives with all but the quantity itself so many steps ahead."""
        step = replace(step, expr=summed_up(step.expr, at))
        names = [s for s in dict.fromkeys(symbols(step.expr)) if not (s.name == step.letter and not slots(s))]
        if len(names) > MAX_SYMBOLS:
            return
        printed: dict[Symbol, Fraction] = {}
        exact: dict[Symbol, Fraction] = {}
        loose: dict[Symbol, Fraction] = {}
        for symbol in names:
            meant = without_exponent(symbol) if is_raised(symbol, step.letter) else symbol
            count = at if symbol.name == step.subject.name else at + ahead
            meant_at = places_meant(meant, step.letter, count, place.component)
            source = next((each for each in meant_at if each in self._told), None)
            if source is None:
                if not self._is_nothing(meant, step, at):
                    return
                printed[symbol] = exact[symbol] = Fraction(0)
                continue
            number = self._told[source]
            printed[symbol], exact[symbol] = number.value, self._exact.get(source, number.value)
            if symbol.name == _SMALL:  # most leave it out
                loose[symbol] = 2 * number.value
            elif exact[symbol] != number.value and number.places > 0:
                loose[symbol] = number.unit / 2
        try:
            value = self._worked(step, at, printed)
            slack = sum(
                (
                    abs(self._worked(step, at, {**printed, s: printed[s] + half}) - value)
                    for s, half in loose.items()
                ),
                Fraction(0),
            )
            yield Origin(value, slack, HOW)
            small = slack if all(symbol.name == _SMALL for symbol in loose) else Fraction(0)
            yield Origin(rounded_off(self._worked(step, at, exact)), small, HOW)
        except _FAILED:
            return

    def _is_nothing(self, symbol: Symbol, step: Step, at: int) -> bool:
        """Whether a name that was told nothing stands for 0: a mean at the start, what keeps a denominator from being 0."""
        if symbol.name == _SMALL:
            return True
        starts = any(place.step == 0 for place in places_meant(symbol, step.letter, at, None))
        named = symbol.name == step.subject.name and self._may_begin(symbol.name)
        return starts and named and _scales(step.expr, symbol)

    def _may_begin(self, name: str) -> bool:
        """Whether a quantity is none that is given at the start, and so 0 there where nothing is said of it."""
        return name in _MEANS or self._names.role(name) not in _GIVEN

    def _worked(self, step: Step, at: int, known: dict[Symbol, Fraction]) -> Fraction:
        self._left -= 1
        if self._left < 0:
            raise KeyError(HOW)

        def value_of(symbol: Symbol) -> Fraction:
            if symbol.name == step.letter and not slots(symbol):
                return Fraction(at)
            value = known[symbol]
            return value**at if is_raised(symbol, step.letter) else value

        value: Fraction = evaluate(step.expr, value_of, neuron_arithmetic())
        return value

    def _conclude(self) -> None:
        """Tell what is right, and what is wrong where the formula is sure."""
        held = [each for each in self._held if any(fits(each.written, origin) for origin in each.origins)]
        telling = Counter(each.formula for each in held if each.written.value != 0)
        asked = Counter(each.formula for each in self._held)
        formulas = {each for each in telling if each < USUAL or _is_shown(telling[each], asked[each])}
        held = [each for each in held if each.formula < USUAL or each.formula in formulas]
        against = self._against(held)
        borne: dict[str, int] = {}
        for each in held:
            subject = each.claim.subject
            for name in (*each.names, subject.name if isinstance(subject, Symbol) else ""):
                borne[name] = borne.get(name, 0) + 1
        for each in self._held:
            at = self._places.get((each.claim.span, each.claim.subject, each.claim.part))
            if each in held:
                self._settle(at, each)
                continue
            if each.formula >= USUAL and each.formula not in formulas:
                continue
            own = each.formula < 0
            sure = (
                own
                or each.formula in formulas
                or all(borne.get(name, 0) >= _BORNE_OUT for name in each.names)
                or each.formula in against
            )
            if sure and all(is_far(each.written, origin) for origin in each.origins):
                self._charge(at, each)

    def _against(self, held: Sequence[_Held]) -> set[int]:
        """The stated formulas that no number follows, in a document that follows the others: these are read rightly then."""
        telling = Counter(each.formula for each in held if each.written.value != 0 and each.formula >= 0)
        if sum(count >= _BORNE_OUT for count in telling.values()) < _READ:
            return set()
        asked = Counter(each.formula for each in self._held if each.formula >= 0)
        fitting = {each.formula for each in held}
        return {
            each
            for each, count in asked.items()
            if each < USUAL and count >= _AGAINST and each not in fitting
        }

    def _settle(self, at: int | None, held: _Held) -> None:
        origin = next(origin for origin in held.origins if fits(held.written, origin))
        found = right(held.claim, held.written, origin.value)
        if at is None:
            self.judged.append(found)
        elif self.judged[at].status is Status.UNCHECKED:
            self.judged[at] = found

    def _charge(self, at: int | None, held: _Held) -> None:
        slip = slip_in(held.claim, held.written, held.origins[0])
        if at is None:
            found = Judged(
                held.claim, None, Status.SLIP, value=held.written, value_span=slip.span, name=slip.name
            )
            self.judged.append(found)
        elif not self._may_be_wrong(self.judged[at], held):
            return
        else:
            self.judged[at] = replace(self.judged[at], status=Status.SLIP, name=slip.name, reason="")
        self.slips.append(slip)

    def _may_be_wrong(self, item: Judged, held: _Held) -> bool:
        """Whether nothing better than a number told before speaks for a number."""
        if item.quantity is not None:
            return False
        told_only = held.formula < 0 and held.claim.part is not None and item.status is not Status.SLIP
        return item.status is Status.UNCHECKED or told_only or self._is_usual_only(item, held)

    def _is_usual_only(self, item: Judged, held: _Held) -> bool:
        """Whether a component is right by a plain step at most, and the document states a rule that takes more than a slope."""
        alone = held.claim.part is not None and len(held.claim.links) == 1
        more = {name for name in held.names if name in self._steps}
        right = item.status in (Status.RIGHT, Status.RIGHT_ROUNDED)
        return alone and right and held.formula >= 0 and len(more) > 1
