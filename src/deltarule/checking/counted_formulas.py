"""Numbers that a stated formula gives by the count of the step alone, ``η_t = η_0 / (1 + t)``: the one worked by another formula.

Its arithmetic is right, so nothing on its own line tells. What tells is that the formula gives the same quantity at every other step.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.evaluate import evaluate
from deltarule.algebra.expr import Expr, Symbol
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.origins.verdicts import name_of
from deltarule.checking.sides import as_number, told, working_of
from deltarule.checking.told_once import told_once
from deltarule.checking.wording import plain, shown
from deltarule.document import Claim, Document
from deltarule.errors import DeltaruleError
from deltarule.findings import Kind, Status
from deltarule.records import record
from deltarule.trace import neuron_arithmetic
from deltarule.written import Written

FEWEST = 2  # steps at which the formula gives the number, before the only one at which it does not is called a slip
NEAR = Fraction(1, 1000)  # of what the formula gives: as near as its rounded parts come
FAR = Fraction(1, 20)  # further than these lead
MAX_CLAIMS, MAX_FORMULAS, MAX_COUNTED, MAX_NODES = 3000, 4, 60, 60
MAX_STEP = 1000
_JUDGED = frozenset({Status.RIGHT, Status.RIGHT_ROUNDED, Status.UNCHECKED})
_FAILED = (ArithmeticError, DeltaruleError, KeyError, ValueError)


@record
class _Formula:
    """What a name is at any step; `letter` counts the steps."""

    name: str
    letter: str
    body: Expr


def settle_counted(document: Document, judged: Sequence[Judged]) -> tuple[list[Judged], list[FoundSlip]]:
    """Judge numbers with a count by the formulas of that count, and return the judged claims and the slips."""
    claims = [item for item in document.items[:MAX_CLAIMS] if isinstance(item, Claim) and not item.supposed]
    done = list(judged)
    slips: list[FoundSlip] = []
    formulas = list(_formulas(claims))
    if not formulas or len({formula.name for formula in formulas}) < len(formulas):
        return done, slips
    given = told_once(claims)
    places = {(item.claim.span, item.claim.subject, item.claim.part): at for at, item in enumerate(judged)}
    for formula in formulas[:MAX_FORMULAS]:
        alone = _alone(formula, claims, given)
        if alone is None:
            continue
        claim, written, value = alone
        at = places.get((claim.span, claim.subject, claim.part))
        if at is not None and done[at].quantity is None and done[at].status in _JUDGED:
            slip = _slip(claim, written, value)
            slips.append(slip)
            done[at] = replace(done[at], status=Status.SLIP, name=slip.name, reason="")
    return done, slips


def _formulas(claims: Sequence[Claim]) -> Iterator[_Formula]:
    for claim in claims:
        letter = _count(claim.subject)
        if not isinstance(letter, str) or claim.part is not None or not isinstance(claim.subject, Symbol):
            continue
        for link in claim.links:
            body = link.expr
            if link.relation != "=" or body.is_numeric or sum(1 for _ in body.walk()) > MAX_NODES:
                continue
            if Symbol(letter) in body.symbols and all(
                each == Symbol(letter) or _is_fixed(each) for each in body.symbols
            ):
                yield _Formula(claim.subject.name, letter, body)
                break


def _is_fixed(symbol: Symbol) -> bool:
    return all(isinstance(each, int) for each in (*symbol.index, *symbol.upper))


def _count(subject: Expr | None) -> int | str | None:
    """What counts a name, as its only index."""
    if isinstance(subject, Symbol):
        match (*subject.index, *subject.upper):
            case (int() | str() as count,):
                return count
    return None


def _alone(
    formula: _Formula, claims: Sequence[Claim], given: Mapping[Symbol, Fraction]
) -> tuple[Claim, Written, Fraction] | None:
    """The only worked number of a formula's name that it does not give, and what it gives there."""
    fitting: set[int] = set()
    missed: list[tuple[Claim, Written, Fraction]] = []
    looked = 0
    for claim in claims:
        count = _count(claim.subject)
        links = told(claim.links)
        written = as_number(links[-1].expr) if links else None
        own = isinstance(claim.subject, Symbol) and claim.subject.name == formula.name
        if not own or not isinstance(count, int) or written is None or claim.part is not None:
            continue
        working = working_of(claim)
        if working is None or looked == MAX_COUNTED or not 0 <= count <= MAX_STEP:
            continue
        looked += 1
        known = {**given, Symbol(formula.letter): Fraction(count)}
        try:
            value = Fraction(evaluate(formula.body, known.__getitem__, neuron_arithmetic()))
            worked = Fraction(evaluate(working, known.__getitem__, neuron_arithmetic()))
        except _FAILED:
            return None
        if abs(worked - value) <= abs(value) * NEAR:
            fitting.add(count)
        elif abs(worked - value) > abs(value) * FAR:
            missed.append((claim, written, value))
    return missed[0] if len(missed) == 1 and len(fitting) >= FEWEST else None


def _slip(claim: Claim, written: Written, value: Fraction) -> FoundSlip:
    name = name_of(claim.subject)
    right = shown(value, max(written.places, 2))
    message = f"The formula of {name} gives {right} there; what stands in its place gives {plain(written)}."
    return FoundSlip(
        claim.links[-1].span, Kind.FORMULA, "formula.rule", message, None, name, plain(written), right
    )
