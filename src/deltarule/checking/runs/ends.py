"""Where descents end that a document tells of, ``epoch 20, x1 -0.057646``: worked from the last start, rate and function told before.

What comes out is right; what does not is called nothing, since a document may go on to another run in words that are not understood.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.expr import Symbol
from deltarule.checking.claims import Judged
from deltarule.checking.columns.makings import FAILED
from deltarule.checking.origins.functions import Function, stated_function
from deltarule.checking.origins.nearness import fits
from deltarule.checking.origins.origin import Origin
from deltarule.checking.sides import as_number
from deltarule.document import Claim, Document, Heading, Place
from deltarule.findings import Status
from deltarule.formulas import Role
from deltarule.naming import Names
from deltarule.written import Written, rounded

MAX_STEPS, MAX_LINES = 200, 40
MAX_RATES, MAX_STARTS, MAX_MOMENTA, MAX_FUNCTIONS = 4, 3, 2, 2
MAX_WORK = 20_000  # steps
FEWEST_FIGURES = 5  # of all numbers of a line that come out
_MOMENTA = frozenset({"beta", "gamma", "mu", "rho"})
_PLACES, _FAR_OFF = 25, 10**12
_NONE = Fraction(0)


class _Told:
    """What is told in front of a line, the last first."""

    def __init__(self) -> None:
        self.functions: list[Function] = []
        self.rates: list[Fraction] = []
        self.momenta: list[Fraction] = []
        self.numbers: dict[Symbol, list[Fraction]] = {}
        self.places: list[tuple[Fraction, ...]] = []

    def take(self, claim: Claim, names: Names) -> None:
        """Take in a claim."""
        function = stated_function(claim, names)
        if function is not None and not function.slopes:
            self.functions.insert(0, function)
        written = as_number(claim.links[-1].expr) if claim.links else None
        subject = claim.subject
        if written is None or not isinstance(subject, Symbol):
            return
        if names.role(subject.name) is Role.LEARNING_RATE and written.value > 0:
            _put_first(self.rates, written.value)
        elif subject.name in _MOMENTA and 0 < written.value < 1:
            _put_first(self.momenta, written.value)
        else:
            self.numbers.setdefault(subject, []).insert(0, written.value)

    def starts(self, function: Function) -> list[tuple[Fraction, ...]]:
        """Where a descent on a function may start."""
        variables = function.variables
        found = [place for place in self.places if len(place) == len(variables)]
        if len(variables) == 1:
            found += [(value,) for value in self.numbers.get(variables[0], [])]
            found += [(value,) for value in self.numbers.get(Symbol(variables[0].name, (0,)), [])]
        return list(dict.fromkeys(found))


def _put_first(values: list[Fraction], value: Fraction) -> None:
    if value in values:
        values.remove(value)
    values.insert(0, value)


def settle_ends(document: Document, judged: Sequence[Judged], names: Names) -> list[Judged]:
    """Judge what lines tell that are counted as a step far on."""
    counted = {
        item.line: item.epoch
        for item in document.items
        if isinstance(item, Heading) and item.epoch is not None and 1 < item.epoch <= MAX_STEPS
    }
    waiting = {item.claim.span.start for item in judged if item.status is Status.UNCHECKED}
    if not counted or not any(document.source.line(start) in counted for start in waiting):
        return list(judged)
    told, ends = _Told(), dict[int, tuple[int, dict[Symbol, tuple[Claim, Written]]]]()
    found: dict[int, Fraction] = {}  # by the places of claims
    work = MAX_WORK
    for item in document.items:
        if isinstance(item, Place):
            numbers = [as_number(each) for each in item.numbers]
            if None not in numbers:
                told.places.insert(0, tuple(each.value for each in numbers if each is not None))
        if not isinstance(item, Claim) or item.supposed:
            continue
        count = counted.get(item.line)
        if count is None:
            told.take(item, names)
            continue
        written = as_number(item.links[-1].expr) if len(item.links) == 1 else None
        if written is None or not isinstance(item.subject, Symbol) or len(ends) == MAX_LINES:
            continue
        line = ends.setdefault(item.line, (count, {}))[1]
        line[item.subject] = item, written
        for function in told.functions[:MAX_FUNCTIONS]:
            if set(function.variables) <= line.keys():
                here = [line[variable] for variable in function.variables]
                values, spent = _end(function, told, count, [each for _, each in here], work)
                work -= spent
                found.update({c.span.start: v for (c, _), v in zip(here, values, strict=False)})
                break
    return [_right(item, found) for item in judged]


def _right(item: Judged, found: dict[int, Fraction]) -> Judged:
    value = found.get(item.claim.span.start)
    if value is None or item.status is not Status.UNCHECKED:
        return item
    return replace(item, status=Status.RIGHT_ROUNDED, expected=value, reason="")


def _end(
    function: Function, told: _Told, count: int, written: Sequence[Written], most: int
) -> tuple[Sequence[Fraction], int]:
    """Where the first descent ends that all numbers of a line come out of, nothing if none does; and the steps that it took."""
    if sum(each.figures for each in written) < FEWEST_FIGURES:
        return (), 0
    slopes = [slope for variable in function.variables if (slope := function.slope(variable)) is not None]
    spent = 0
    for start in told.starts(function)[:MAX_STARTS] if len(slopes) == len(function.variables) else ():
        for rate in told.rates[:MAX_RATES]:
            for momentum in (_NONE, *told.momenta[:MAX_MOMENTA]):
                spent += count
                if spent > most:
                    return (), spent
                point = _descended(function, slopes, start, rate, momentum, count)
                pairs = zip(written, point, strict=False)
                if point and all(fits(each, Origin(value, _NONE, "end")) for each, value in pairs):
                    return point, spent
    return (), spent


def _descended(
    function: Function,
    slopes: Sequence[Function],
    start: Sequence[Fraction],
    rate: Fraction,
    momentum: Fraction,
    count: int,
) -> Sequence[Fraction]:
    """The place after so many steps; nothing where it is far off or there is no slope."""
    here, velocity = list(start), [_NONE] * len(start)
    for _ in range(count):
        try:
            point = dict(zip(function.variables, here, strict=True))
            rises = [slope.at(point) for slope in slopes]
        except FAILED:
            return ()
        velocity = [rounded(momentum * v + rate * g, _PLACES) for v, g in zip(velocity, rises, strict=True)]
        here = [x - v for x, v in zip(here, velocity, strict=True)]
        if max(map(abs, here)) > _FAR_OFF:
            return ()
    return here
