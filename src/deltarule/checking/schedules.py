"""Learning rates told for counted steps, ``step = 2500, lr = 0.075``, held against the schedule that the document states.

A schedule is a formula of a learning rate with one name in it that is told no number and counts: ``0.1 · 0.96^{step/1000}``. What is
told on a line with the count is right where the formula gives it, and wrong where it does not, once other counts follow it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.evaluate import evaluate
from deltarule.algebra.expr import Expr, Symbol
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.origins.nearness import fits, is_far
from deltarule.checking.origins.origin import Origin
from deltarule.checking.origins.verdicts import right, slip_in
from deltarule.checking.sides import as_number, told
from deltarule.checking.told_once import told_once
from deltarule.document import Claim, Document, Heading
from deltarule.errors import DeltaruleError
from deltarule.findings import Status
from deltarule.formulas import Role
from deltarule.naming import Names
from deltarule.records import record
from deltarule.trace import neuron_arithmetic
from deltarule.written import Written

FEWEST = 2  # counts that follow a schedule, before one that does not is wrong
MAX_CLAIMS, MAX_TOLD, MAX_NODES = 3000, 200, 60
HOW = "schedule"
_COUNTS = ("epoch", "step", "iter", "round", "t", "k", "n")
_PI = Fraction("3.141592653589793238462643383279502884")
_FAILED = (ArithmeticError, DeltaruleError, KeyError, ValueError)


@record
class _Schedule:
    """A formula of a learning rate, and the name in it that counts."""

    start: int
    body: Expr
    count: Symbol


def settle_schedules(
    document: Document, judged: Sequence[Judged], names: Names
) -> tuple[list[Judged], list[FoundSlip]]:
    """Judge learning rates that are told with their count by the last schedule stated in front of them."""
    claims = [item for item in document.items[:MAX_CLAIMS] if isinstance(item, Claim) and not item.supposed]
    given = told_once(claims)
    schedules = list(_schedules(claims, given, names))
    done, slips = list(judged), []
    places = {(item.claim.span, item.claim.subject, item.claim.part): at for at, item in enumerate(judged)}
    for at, schedule in enumerate(schedules):
        end = schedules[at + 1].start if at + 1 < len(schedules) else None
        below = [c for c in claims if c.span.start > schedule.start and (end is None or c.span.start < end)]
        held = list(_held(document, below, schedule, given, names))
        following = {written.value for _, written, origin in held if fits(written, origin)}
        for claim, written, origin in held:
            place = places.get((claim.span, claim.subject, claim.part))
            if place is None or done[place].quantity is not None or len(following) < FEWEST:
                continue
            if fits(written, origin):
                if done[place].status is Status.UNCHECKED:
                    done[place] = right(claim, written, origin.value)
            elif is_far(written, origin) and done[place].status is not Status.SLIP:
                slip = slip_in(claim, written, origin)
                slips.append(slip)
                done[place] = replace(done[place], status=Status.SLIP, name=slip.name, reason="")
    return done, slips


def is_schedule(claim: Claim, names: Names) -> bool:
    """Whether a claim states a learning rate by a formula."""
    return bool(claim.formulas) and _is_rate(claim, names)


def _is_rate(claim: Claim, names: Names) -> bool:
    subject = claim.subject
    return isinstance(subject, Symbol) and names.role(subject.name) is Role.LEARNING_RATE


def _schedules(
    claims: Sequence[Claim], given: Mapping[Symbol, Fraction], names: Names
) -> Iterator[_Schedule]:
    for claim in claims:
        if not is_schedule(claim, names) or claim.part is not None:
            continue
        body = claim.formulas[-1]
        free = {symbol for symbol in body.symbols if symbol not in given and symbol.name not in ("pi", "e")}
        if len(free) == 1 and _counts(count := next(iter(free))) and len(list(body.walk())) <= MAX_NODES:
            yield _Schedule(claim.span.start, body, count)


def _counts(symbol: Symbol) -> bool:
    """Whether a name may count steps: ``t``, ``epoch``, ``global_step``."""
    words = symbol.name.casefold().split("_")
    return not (symbol.index or symbol.upper) and any(word.rstrip("s") in _COUNTS for word in words)


def _index(claim: Claim, schedule: _Schedule) -> set[Fraction]:
    """The count that stands below a learning rate, ``η_2``, where a schedule counts by a letter."""
    if not isinstance(claim.subject, Symbol) or len(schedule.count.name) > 1:
        return set()
    slots = (*claim.subject.index, *claim.subject.upper)
    return {Fraction(each) for each in slots if isinstance(each, int)}


def _held(
    document: Document,
    claims: Sequence[Claim],
    schedule: _Schedule,
    given: Mapping[Symbol, Fraction],
    names: Names,
) -> Iterator[tuple[Claim, Written, Origin]]:
    """The learning rates that stand on a line with one count, and what the schedule gives there."""
    lines: defaultdict[int, set[Fraction]] = defaultdict(set)
    for claim in claims:
        written = as_number(claim.links[0].expr) if len(claim.links) == 1 else None
        if isinstance(claim.subject, Symbol) and _counts(claim.subject) and written is not None:
            lines[claim.line].add(written.value)
    for item in document.items[:MAX_CLAIMS]:
        if isinstance(item, Heading) and item.epoch is not None and item.line not in lines:
            lines[item.line].add(Fraction(item.epoch))
    for claim in claims[:MAX_TOLD]:
        links = told(claim.links)
        written = as_number(links[-1].expr) if links else None
        counts = _index(claim, schedule) or lines.get(claim.line, set())
        if written is None or len(counts) != 1 or not _is_rate(claim, names) or claim.formulas:
            continue
        known = {Symbol("pi"): _PI, **given, schedule.count: next(iter(counts))}
        try:
            value = Fraction(evaluate(schedule.body, known.__getitem__, neuron_arithmetic()))
        except _FAILED:
            continue
        yield claim, written, Origin(value, Fraction(0), HOW)
