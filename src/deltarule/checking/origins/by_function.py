"""Lines about the function that is descended on, right as arithmetic: which of them have a number that does not belong there.

A document may go on to another function, or to a part of its function, in words that are not understood. So what the function does not
give is wrong only where it stands alone among lines that it gives, or where most lines are as it gives them.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction

from deltarule.algebra.expr import Expr, Negative, Number, Sum
from deltarule.checking.claims import FoundSlip
from deltarule.checking.origins.arrays import NoValueError
from deltarule.checking.origins.mean_slopes import MeanSlope, mean_slope
from deltarule.checking.origins.memory import Memory, last_number
from deltarule.checking.origins.on_function import (
    LIKELY,
    OnFunction,
    Told,
    is_at_another_rate,
    is_by_slope,
    is_misspelt,
    is_rated,
    is_unrated,
    is_worked_step,
    on_function,
    slope_by,
)
from deltarule.checking.origins.succession import Succession
from deltarule.checking.sides import MAX_LEAVES, value_of
from deltarule.checking.wording import plain, shown
from deltarule.document import Claim
from deltarule.findings import Kind
from deltarule.records import record
from deltarule.written import Written

HELD = "function"
FEWEST = 2  # lines that are right, before one that does not say what it is about is called wrong
_FACTORS = frozenset(Fraction(*each) for each in ((2, 1), (1, 2), (3, 1), (1, 3), (4, 1), (1, 4)))
_PLAINLY = frozenset({"formula.direction", "omission.factor"})  # what a step shows as a whole
_PLACES = 4  # of values in a sentence


@record
class _Missed:
    at: int
    claim: Claim
    line: OnFunction
    value: Fraction
    thing: tuple[object, ...]
    place: int
    is_by_slope: bool
    is_by_other_rule: bool


class ByFunction:
    """The lines about the function, by whether it gives what they are worked to."""

    def __init__(self) -> None:
        self._told = Succession()
        self._missed: list[_Missed] = []
        self._heard = Told()
        self._doubted: list[tuple[tuple[object, ...], int | None, Claim, FoundSlip]] = []
        self._first_steps: dict[object, int] = {}  # whose slopes are worked out in them, right or not
        self._means: list[tuple[int, Claim, MeanSlope]] = []
        self._wrong_step: tuple[Claim, tuple[Fraction, ...]] | None = None  # and where a right one leads
        self._lines: Counter[tuple[object, ...]] = Counter()  # about each function that it gives

    def hear(self, claim: Claim, memory: Memory) -> None:
        """Take note of a slope that a later step may go by."""
        written = last_number(claim)
        by = None if written is None else slope_by(claim, memory)
        if by is not None and written is not None:
            self._heard.tell_slope(by, written)
            return
        variable = memory.variable(claim.subject)
        if variable is not None and any(map(is_worked_step, claim.in_numbers)):
            self._first_steps.setdefault(variable, claim.span.start)
        if variable is not None and claim.formulas:
            self._heard.state_rule(claim, memory)
        if variable is not None and written is not None:
            values = (value_of(side) for side in claim.in_numbers)
            known = [each for each in values if each is not None]
            if self._wrong_step is not None and self._wrong_step[0] is claim:
                known += self._wrong_step[1]  # who steps wrongly may go on from the right place
            self._heard.mean(variable, (each for each in known if each != written.value))

    def look(self, at: int, claim: Claim, memory: Memory) -> None:
        """Hold what a line works out against the function."""
        mean = line = None
        with suppress(NoValueError):  # the budget of the document is used up
            mean = mean_slope(claim, memory)
            line = on_function(claim, memory, self._heard) if mean is None else None
        if mean is not None:
            self._means.append((at, claim, mean))
            return
        value = None if line is None else value_of(line.expr)
        if line is None or value is None or memory.objective is None:
            return
        thing = memory.objective.variables, memory.objective.body, line.is_placed, line.kind
        slack = line.reach(value)
        if line.gives(value, slack):
            self._told.hold(thing, HELD)
            self._lines[thing[:2]] += any(abs(value - each) <= slack for each in line.by_itself)
        elif not line.may_be:
            self._told.miss(thing)
        else:
            place, by_slope = self._told.miss(thing), line.kind == "step" and is_by_slope(line, memory)
            other = self._heard.is_other
            variable = memory.variable(claim.subject) if line.kind == "step" else None
            if variable is not None:
                self._wrong_step = claim, line.may_be[:LIKELY]
            self._missed.append(_Missed(at, claim, line, value, thing, place, by_slope, other))

    def doubt(self, at: int | None, claim: Claim, slip: FoundSlip, memory: Memory) -> None:
        """Note a derivative that is stated wrongly, if the function is the one that is meant."""
        if memory.objective is not None:
            self._doubted.append(((memory.objective.variables, memory.objective.body), at, claim, slip))

    def misstated(self) -> Iterator[tuple[int | None, Claim, FoundSlip]]:
        """Derivatives that are stated wrongly of a function that lines have right."""
        for thing, at, claim, slip in self._doubted:
            if self._lines[thing]:
                yield at, claim, slip

    def wrong(self) -> Iterator[tuple[int, Claim, FoundSlip]]:
        """What the function does not give, where it gives the lines around it."""
        missed = Counter(each.thing for each in self._missed)
        for each in self._missed:
            if self._is_wrong(each, missed[each.thing]):
                yield each.at, each.claim, _slip(each)
        yield from self._wrong_means()

    def _wrong_means(self) -> Iterator[tuple[int, Claim, FoundSlip]]:
        """The first slope of each mean, where none of them is as the function has it."""
        if any(mean.is_right for _, _, mean in self._means):
            return
        begun: set[object] = set()
        for at, claim, mean in self._means:
            slip = mean.slip() if mean.thing not in begun else None
            begun.add(mean.thing)
            if slip is not None:
                yield at, claim, slip

    def _is_wrong(self, missed: _Missed, of_its_kind: int) -> bool:
        line = missed.line
        held = self._told.held(missed.thing, HELD)
        alone = self._told.is_alone(missed.thing, missed.place)
        if line.is_placed and line.kind == "step":
            if not held:  # what all steps have alike is gone on from in the second one
                begun = min(self._first_steps.values(), default=missed.claim.span.start)
                first = of_its_kind <= FEWEST and missed.place == 0 and begun >= missed.claim.span.start
                by_factor = _kind_of_step(line, missed.value)[1] == "formula.factor"
                return first and line.is_worked_at and is_rated(line) and by_factor
            return of_its_kind <= held and (is_rated(line) or not line.is_worked_at)
        if line.is_placed:  # values in a row may be those of a function that prose defines anew
            often = line.kind == "slope" and held + 1 >= of_its_kind and held > 0
            return self._lines[missed.thing[:2]] > 0 and (alone or often)
        if line.kind == "step":
            held += self._told.held((*missed.thing[:2], True, line.kind), HELD)
            if missed.is_by_other_rule:
                return False
            by_slope = missed.is_by_slope or is_unrated(line)
            by_slope = by_slope or (is_at_another_rate(line) and not self._heard.rate_is_indexed)
            is_plain = is_misspelt(line) or is_unrated(line) or next(_turned_numbers(line), None) is not None
            if of_its_kind == 1 and by_slope and held >= (1 if is_plain else FEWEST):
                return True
            # the rule is stated with the rates of the steps, and one number put right mends the line
            known = (
                self._heard.rate_is_indexed
                and held > 0
                and self._lines[missed.thing[:2]] >= FEWEST * of_its_kind
            )
            return known and (is_plain or next(_swaps(line), None) is not None)
        return held >= FEWEST and held >= of_its_kind and alone


def _slip(missed: _Missed) -> FoundSlip:
    """What is wrong with a line, by the cheapest change that mends it."""
    line, value, expected = missed.line, missed.value, missed.line.may_be[0]
    plainly = line.kind == "step" and _kind_of_step(line, value)[1] in _PLAINLY
    swapped = None if plainly else next(_swaps(line), None)
    if swapped is not None:
        leaf, number = swapped
        stands, right = plain(leaf.written) if leaf.written is not None else "", plain(number)
        message = f"{right} belongs where {stands} stands."
        span = leaf.span or line.link.span
        return FoundSlip(span, Kind.COPYING, "copying.operand", message, None, line.name, stands, right)
    kind, code = _kind(line, value, expected)
    turned = next(_turned_numbers(line), None) if code == "formula.rule" else None
    if turned is not None:
        stands = plain(turned)
        message = f"The sign of {stands} is wrong."
        return FoundSlip(line.link.span, Kind.SIGN, "sign.value", message, None, line.name, stands, "")
    stands, right = shown(value, _PLACES), shown(expected, _PLACES)
    message = f"{line.name[:1].upper()}{line.name[1:]} gives {right} there; what stands in its place gives {stands}."
    return FoundSlip(line.expr.span or line.link.span, kind, code, message, None, line.name, stands, right)


def _kind(line: OnFunction, value: Fraction, expected: Fraction) -> tuple[Kind, str]:
    """The name of what is wrong with a line that no single number mends."""
    if line.kind == "step":
        return _kind_of_step(line, value)
    if any(each in line.may_be for each in _turned(line.expr)):
        return Kind.SIGN, "sign.term"
    if expected and value / expected in _FACTORS:
        return Kind.FORMULA, "formula.factor"
    return Kind.FORMULA, "formula.rule"


def _kind_of_step(line: OnFunction, value: Fraction) -> tuple[Kind, str]:
    """What is wrong with a step: its direction, the learning rate left out, the slope."""
    for start, slope in line.slopes:
        if value - start == start - line.may_be[0]:
            return Kind.FORMULA, "formula.direction"
        if value == start - slope:
            return Kind.OMISSION, "omission.factor"
    start, _ = line.slopes[0]
    if (value - start) / (line.may_be[0] - start or 1) in _FACTORS:
        return Kind.FORMULA, "formula.factor"
    return Kind.FORMULA, "formula.rule"


def _turned(expr: Expr) -> Iterator[Fraction]:
    """What a sum is worth with the sign of one of its terms turned."""
    terms = expr.terms if isinstance(expr, Sum) else (expr,)
    for k, term in enumerate(terms):
        value = value_of(Sum((*terms[:k], Negative(term), *terms[k + 1 :])))
        if value is not None:
            yield value


def _swaps(line: OnFunction) -> Iterator[tuple[Number, Written]]:
    """Numbers of a working, with what belongs in their place and makes the line right."""
    leaves = [node for node in line.expr.walk() if isinstance(node, Number) and node.written is not None]
    inside = {abs(leaf.value) for leaf in leaves}
    for leaf in leaves[:MAX_LEAVES]:
        for number in line.belonging:
            if abs(number.value) in inside:
                continue
            value = value_of(_put(line.expr, leaf, number.value))
            if value is not None and line.is_likely(value):
                yield leaf, number


def _turned_numbers(line: OnFunction) -> Iterator[Written]:
    """Numbers of a working that make it right with their signs turned: where a step starts, or the slope in it, or a point."""
    belonging = {abs(each.value) for each in line.belonging}
    for leaf in [node for node in line.expr.walk() if isinstance(node, Number)][:MAX_LEAVES]:
        if leaf.written is None or abs(leaf.value) not in belonging or not leaf.value:
            continue
        value = value_of(_put(line.expr, leaf, -leaf.value))
        if value is not None and line.is_likely(value):
            yield leaf.written


def _put(expr: Expr, leaf: Number, value: Fraction) -> Expr:
    """A working with another value in the place of one of its numbers, there only."""
    number = Number(value)

    def swapped(each: Expr) -> Expr:
        return number if each is leaf else each.map(swapped)

    return swapped(expr)
