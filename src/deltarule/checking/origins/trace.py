"""A second pass over what the walk left unchecked: from where the document itself gives each value.

A value may follow from a formula that the document states, from a function and its slope, from a step of a descent, or be
copied from an earlier line. What follows is right; what contradicts the claim's own formula with the numbers of exactly those
names is a slip; anything else stays unchecked.
"""

from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.evaluate import EXACT
from deltarule.algebra.expr import (
    Apply,
    Expr,
    Index,
    Number,
    Piecewise,
    Power,
    Product,
    Quotient,
    Sum,
    SumOver,
    Symbol,
    Vector,
    symbols,
)
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.explanations import Case, explain
from deltarule.checking.numbers_in_text import numbers_in
from deltarule.checking.origins.alike import Workings
from deltarule.checking.origins.arrays import NoValueError, worked
from deltarule.checking.origins.boundary import boundary, may_part
from deltarule.checking.origins.calculus import hessian, is_slope, stated_rightly
from deltarule.checking.origins.called import called, is_worked
from deltarule.checking.origins.classes import (
    CLASS,
    breaks,
    compared,
    is_by_the_net,
    is_class,
    is_compared,
    misclassed,
    misplaced,
    rule_of,
)
from deltarule.checking.origins.data_sums import OF_SUMS
from deltarule.checking.origins.far import AGAIN
from deltarule.checking.origins.functions import Function, same_formula
from deltarule.checking.origins.listed import comes_out, is_listed
from deltarule.checking.origins.lists import Lists
from deltarule.checking.origins.logged import Log
from deltarule.checking.origins.memory import Memory, last_number
from deltarule.checking.origins.mentions import told_again
from deltarule.checking.origins.model import lists_ahead, of_model, parameters_ahead, stated_line
from deltarule.checking.origins.networks import of_networks
from deltarule.checking.origins.origin import Origin
from deltarule.checking.origins.retelling import Retelling
from deltarule.checking.origins.retold import short_ones, told_elsewhere
from deltarule.checking.origins.skipped import further_along
from deltarule.checking.origins.sources import (
    DEFINED,
    defined,
    origins,
    own_formula,
    path,
    slopes,
    steps,
)
from deltarule.checking.origins.substituted import Substitutions
from deltarule.checking.origins.succession import Succession
from deltarule.checking.origins.terms import wrong_term
from deltarule.checking.origins.whole_run import of_whole_run
from deltarule.checking.sides import as_number, reach, value_of
from deltarule.checking.wording import plain, shown
from deltarule.document import COLUMN, Claim, Document, Heading, Item, Link, Mention, Place, Table, Threshold
from deltarule.errors import DeltaruleError
from deltarule.exercise import Exercise
from deltarule.findings import Kind, Status
from deltarule.formulas import Role
from deltarule.formulas.variants import VARIANTS
from deltarule.naming import ACTIVATION_NAMES, Names
from deltarule.spans import Span
from deltarule.written import Written, is_rounding, is_truncation, may_show, power_of_ten, size_of

MOST_NAMES = 4  # in two formulas that are held against one another
MAX_TRACED = 3000  # claims that are looked at
MAX_ORIGINS = 6000  # origins that are tried; beyond, what is unchecked stays so
_SMALL = 100
_FLOAT_FIGURES = 8  # a number of so many figures may come from a program's binary arithmetic
_NOISE = Fraction(3, 10**7)
_PARAMETERS = frozenset({Role.WEIGHT, Role.BIAS})
_EULER_OR_ERROR = Symbol("e")
_CONFIRMED = frozenset({Role.OUTPUT, Role.NET_INPUT, Role.LOSS, Role.WEIGHT, Role.BIAS})
_FEWEST_STEPS = 3  # the right way, before one the wrong way is called a slip
FEWEST_CALLED = 2  # values of a function that are right, before another one is called a slip
FEWEST_SHIFTED = 2  # values a power of ten away from one formula, before they are called slips
FEWEST = 3  # values that a formula must give before another one is called a slip
_FEWEST_FIGURES = 3  # a number of so many figures does not come twice by chance
# formulas that hold row by row, so that a row which they do not fit stands out
_REPEATED = frozenset(
    f"usual {role} {place}"
    for role in (Role.NET_INPUT, Role.OUTPUT, Role.ERROR, Role.LOSS)
    for place in range(len(VARIANTS[role]) + 1)
) | {"model output 0", "model error 0", "model error 1", "model square 0"}
_SLOPES = frozenset({Role.GRADIENT, Role.BIAS_GRADIENT, Role.CHANGE, Role.BIAS_CHANGE})
_TELLING = frozenset({Role.OUTPUT, Role.PREDICTION, Role.ERROR})


def trace_origins(
    document: Document,
    judged: Sequence[Judged],
    names: Names,
    exercise: Exercise,
    slips: Sequence[FoundSlip] = (),
    told: Exercise | None = None,
    parts: int = 1,
) -> tuple[list[Judged], list[FoundSlip]]:
    """Judge what is unchecked by its origin in the document, which is one of so many `parts` of a longer one.

    Returns the judged claims, those settled here in the place of unchecked ones, and the slips: those found here,
    and of `slips` all but last places that are right with digits that the document does not show.
    """
    items, mentions = document.items, document.mentions
    memory = Memory(names, exercise, told=told)
    epochs = {item.line: item.epoch for item in items if isinstance(item, Heading) and item.epoch is not None}
    memory.lines_of_zero = frozenset(line for line, epoch in epochs.items() if epoch == 0)
    pass_over = _Pass(memory, judged, MAX_ORIGINS // parts, document.source.text)
    # what has a place in the run was held against all ways of carrying there
    placeless = (slip for slip in slips if slip.quantity is None)
    pass_over.last_places = {slip.span for slip in placeless if slip.code == "rounding.last-place"}
    named = deque(mention for mention in mentions if mention.subject is not None)
    setups = _setup_lines(items[:MAX_TRACED], names)
    for item in items[:MAX_TRACED]:
        memory.epoch = epochs.get(
            item.line, memory.epoch
        )  # weights may stand in front of the count of their row
        pass_over.enter(getattr(item, "line", None), setups)
        while named and named[0].span.start < item.span.start:
            pass_over.hear(named.popleft())
        if isinstance(item, Claim) and not item.supposed:
            pass_over.take(item)
        elif isinstance(item, Place):
            pass_over.visit(item)
        elif isinstance(item, Heading):
            pass_over.head(item)
            if item.sample is not None or item.epoch is not None:
                memory.row = item.sample
                pass_over.row_line = item.line
        elif isinstance(item, Threshold):
            pass_over.rule = item
        elif isinstance(item, Table):
            pass_over.table_end = item.span.end
    while named:
        pass_over.hear(named.popleft())
    settled, found = pass_over.done()
    settled = told_elsewhere(settled)
    settled, of_network, wrong = of_networks(items, settled, mentions, memory)
    for at, value in wrong:
        wrongly = settled[at]
        if wrongly.value is not None:
            slip = _told(wrongly.claim, wrongly.value, Origin(value, Fraction(0), "network"))
            found.append(slip)
            settled[at] = replace(wrongly, status=Status.SLIP, name=slip.name, reason="")
    settled, of_run = of_whole_run(settled, mentions, memory)
    again = [
        *of_network,
        *of_run,
        *told_again(mentions, items, lambda: memory.numbers, settled),
        *short_ones(mentions, settled),
    ]
    if again:
        settled = sorted([*settled, *again], key=lambda item: item.claim.span.start)
    return settled, [slip for slip in slips if slip.span not in pass_over.carried] + found


@dataclass
class _Astray:
    """A point off the descent, until what comes after it shows whether the author goes on with the same one."""

    at: int
    claim: Claim
    slip: FoundSlip
    number: int  # of steps behind the start
    objective: object
    in_table: bool
    followed: bool = False  # by another point
    regained: bool = False
    lost: bool = False  # the next point is off the descent too: another rule may be at work


class _Pass:
    """State of one pass: what the document has said, and what was settled by it."""

    def __init__(self, memory: Memory, judged: Sequence[Judged], most: int, text: str) -> None:
        self.names = memory.names
        numbers = numbers_in(text)
        self.substitutions = Substitutions(memory.names, numbers)
        self.workings = Workings(numbers)
        self._memory = memory
        self._heard: list[Claim | Heading] = []  # what nobody has asked about yet
        self._may_state = False  # a function, in a formula among that
        self.judged = list(judged)
        self.slips: list[FoundSlip] = []
        self.places: dict[tuple[object, ...], int] = {}
        for k, item in enumerate(judged):
            self.places.setdefault(_identity(item.claim), k)
        self.held: Counter[str] = (
            Counter()
        )  # how often each formula gave a value that two digits or more show
        self.held_of: Counter[tuple[str, tuple[str, ...]]] = (
            Counter()
        )  # by the words in the names of what it gave
        self.named_points = 0  # slopes that fit at the point that is named with them
        self.held_before: Counter[str] = Counter()  # the same, when the exercise began
        self.table_end = 0  # where the table ends that is being read
        self.row_line = 0  # the line of the row that has begun, with the count in front of it
        self.runs, self.row_number = 0, 0  # of rows that are counted, and the count of the row in hand
        self.rows_left_out = False  # in front of the row in hand: what one step gives is no measure for it
        self.by_cases = False  # whether a formula by cases was told: only such ones define a value apart
        self.setting_up = False  # the line in hand gives the numbers of an exercise
        self.told_ahead: list[
            tuple[int, Claim, Written]
        ] = []  # unchecked values that a later line may confirm
        self.worked_out: set[tuple[str, tuple[Index, ...], Fraction]] = set()
        self.on_descent: Counter[bool] = (
            Counter()
        )  # points that were worked out, by whether a step leads there
        self.lists = Lists()
        self.again = Retelling(numbers, self._is_parameter)
        self.last_places: set[Span] = set()  # of values that are off by a last place
        self.carried: set[Span] = set()  # of those of them that are right with more digits
        self.argument: Span | None = None  # the last point at which a function was told
        self.climbing: list[tuple[int, Claim, Written, Origin]] = []  # steps the wrong way
        self.missed: list[tuple[int, Claim, Written, list[Origin]]] = []
        self.shifted: dict[
            tuple[str, int], list[tuple[int, Claim, Written, Origin]]
        ] = {}  # a power of ten away from what a stated formula gives
        self.listed: list[tuple[int, Claim, Written, bool]] = []  # outputs of rows, and whether they fit
        self.told = Succession()
        self.astray: dict[Hashable, list[_Astray]] = {}  # by column
        self.mistold: list[
            tuple[int, Claim, Hashable, int, FoundSlip]
        ] = []  # values of functions without working
        self.miscalled: list[
            tuple[int, Claim, Hashable, int, FoundSlip, bool]
        ] = []  # values that a function does not give, and whether a single term is what is wrong
        self.in_rows: list[
            tuple[int, Claim, Written, Hashable, int, list[Origin]]
        ] = []  # values of a row that one slip keeps from a formula
        self.classed: tuple[int, Claim, Written] | None = None  # the last value that nothing is known of yet
        self.rule: Threshold | None = None  # by which outputs are told apart
        self.log = Log()
        self.compared_on = 0  # the line of the last comparison between numbers
        self.left = most  # origins that may still be tried, which is what the work goes by
        self.on_path: Counter[int] = Counter()  # values of a line that descent from the start gives
        self.off_path: list[tuple[int, Claim, Written, Origin]] = []  # parameters that it gives otherwise
        self.beside: dict[int, set[Symbol]] = {}  # parameters that a line has told so far
        self.with_parameters: set[int] = set()  # claims that stand behind all parameters, on their line

    @property
    def memory(self) -> Memory:
        """What the document has said so far; on most pages everything has its place in the run, and nobody asks."""
        memory = self._memory
        for claim in self._heard:
            if isinstance(claim, Heading):
                memory.begin_step(claim.epoch if claim.epoch is not None else claim.ordinal)
                continue
            memory.learn(claim)
            if isinstance(claim.subject, Symbol) and self._is_parameter(claim.subject, memory):
                self.beside.setdefault(claim.line, set()).add(claim.subject)
            line = stated_line(claim, memory)
            if line is not None:
                memory.line = line
        self._heard.clear()
        self._may_state = False
        return memory

    @property
    def _objective(self) -> Function | None:
        """The function that is descended on; what was heard is learned for it only where a formula among it may state one."""
        if self._memory.objective is None and not self._may_state:
            return None
        return self.memory.objective

    def _tried(self, found: Iterator[Origin]) -> Iterator[Origin]:
        """Origins one after the other, as long as not too many were tried."""
        while self.left > 0:
            self.left -= 1
            origin = next(found, None)
            if origin is None:
                return
            yield origin

    def enter(self, line: int | None, setups: set[int]) -> None:
        """Go on to a line; what held in one exercise says nothing of the steps of the next."""
        begins = line in setups
        if begins and not self.setting_up:
            self._conclude_climbs()
        self.setting_up = begins

    def _conclude_climbs(self) -> None:
        for at, claim, written, origin in self.climbing:
            how = origin.how.replace("climb", "step")
            if self.held[how] - self.held_before[how] >= _FEWEST_STEPS:
                self._slip(at, claim, _climbed(claim, written))
        self.climbing.clear()
        self.held_before = self.held.copy()

    def head(self, heading: Heading) -> None:
        """Go on to a step or a row."""
        self._heard.append(heading)
        number = heading.epoch if heading.epoch is not None else heading.ordinal
        if number is not None:
            self.runs += number < self.row_number  # the count begins anew
            self.rows_left_out = number > self.row_number + 1
            self.row_number = number

    def take(self, claim: Claim) -> None:
        """Look at one claim, then learn what it says."""
        if self._tells_parameters(claim):
            return
        at = self.places.get(_identity(claim))
        written = last_number(claim)
        self._compared(claim)
        if self.astray and written is not None:
            self._rejoin(claim, written)
        slip = _misstated(claim, self.names)
        applied = self.by_cases and any([isinstance(link.expr, Apply) for link in claim.links])
        if slip is None and applied and (at is None or self.judged[at].status is not Status.SLIP):
            slip = _against_definition(claim, written, self.memory)
        if slip is not None:
            self._slip(at, claim, slip)
        elif at is None:
            self._unjudged(claim, written)
        elif self.judged[at].status is Status.UNCHECKED and written is not None:
            self._settle(at, claim, written)
        elif self.judged[at].status in (Status.RIGHT, Status.RIGHT_ROUNDED):
            self._first_step(at, claim)
            self._operands(at, claim)
            if written is not None and self._objective is not None:
                self._note_step(claim, written)
            if written is not None and isinstance(claim.subject, Apply) and self.memory.functions:
                self._hold_to_function(at, claim, written)
            unplaced = self.judged[at].quantity is None  # what has a place was held against the formula there
            if unplaced and written is not None and written.figures > 1:
                self._confirm(at, claim, written)
            if written is not None and isinstance(claim.subject, Symbol) and len(claim.links) > 1:
                self.worked_out.add((claim.subject.name, claim.subject.index, written.value))
        elif self.judged[at].value_span in self.last_places and written is not None:
            self._carry(at, claim, written)
        self.substitutions.learn(claim)
        self.workings.take(self._unplaced(at), claim, written)
        self._memory.see(claim)
        self._heard.append(claim)
        self._may_state = self._may_state or not all([is_numeric(link.expr) for link in claim.links])
        if claim.links and isinstance(claim.links[-1].expr, Piecewise):
            self.by_cases = True
            self.rule = rule_of(claim, self.memory) or self.rule

    def _is_parameter(self, subject: Symbol, memory: Memory) -> bool:
        if "star" in subject.marks:
            return False
        if memory.line is not None and any(subject.name == each.name for each in memory.line.parameters):
            return True
        return self.names.role(subject.name) in _PARAMETERS

    def visit(self, place: Place) -> None:
        """A point without a name: right if a step of the descent leads to it, or if it is the gradient there."""
        if place.argument:
            self.argument = place.span
        numbers = [as_number(each) for each in place.numbers]
        point = tuple(each for each in numbers if each is not None)
        if len(point) < len(numbers):
            return
        if len(point) > 1 and self._are_parameters(point, place):
            return
        stepped = stepped_to(point, self.memory) if len(point) > 1 else ()  # ∇f(2) is told where it is
        told = len(point) > 1 and any(each.value for each in point) and not (stepped or place.argument)
        gradient = gradient_at(point, self.memory) if told else ()
        again = () if stepped or gradient else parameters_again(point, self.memory)
        again = again or (printed(point, self.memory) if not (gradient or place.argument) else ())
        for written, expr, value in zip(point, place.numbers, stepped or gradient or again, strict=False):
            span = expr.span or place.span
            claim = Claim(span, place.line, None, (Link("=", expr, span),))
            status = Status.RIGHT if value == written.value else Status.RIGHT_ROUNDED
            self.judged.append(_judged(claim, written, status, value))
        if not gradient:
            self.memory.visit(point, place.line)

    def _tells_parameters(self, claim: Claim) -> bool:
        """Whether a list under words of the author's, ``After the first row: [0.1, 0.2]``, is all parameters of the model."""
        listed = claim.given if claim.part is None and not claim.links else None
        if (
            listed is None
            or not isinstance(claim.subject, Symbol)
            or not claim.subject.name.startswith(COLUMN)
        ):
            return False
        point = tuple(each for item in listed.items if (each := as_number(item)) is not None)
        place = Place(listed.span or claim.span, claim.line, listed.items)
        return len(point) == len(listed.items) and self._are_parameters(point, place)

    def _are_parameters(self, point: Sequence[Written], place: Place) -> bool:
        """Whether a point is all parameters of the model, as they stand or as a step on its data leaves them."""
        if self.memory.objective is not None or not any(written.places > 0 for written in point):
            return False
        order, found = parameters_told(point, self.memory)
        for at, (symbol, origin) in zip(order, found, strict=True):
            written, expr = point[at], place.numbers[at]
            span = expr.span or place.span
            claim = Claim(span, place.line, symbol, (Link("=", expr, span),))
            status = Status.RIGHT if origin.value == written.value else Status.RIGHT_ROUNDED
            self.judged.append(_judged(claim, written, status, origin.value))
            self._memory.see(claim)
            self._memory.learn(claim)
        return bool(found)

    def hear(self, mention: Mention) -> None:
        """A value that prose tells of a quantity: right if the document gives it, else nothing is said of it."""
        expr = Number(mention.number.value, mention.number, span=mention.span)
        claim = Claim(mention.span, mention.line, mention.subject, (Link("=", expr, mention.span),))
        again = _told_before(claim, mention.number, self.memory)
        near = 2 * mention.number.unit
        told = mention.number.value
        found = self._tried(origins(claim, self.memory))
        close = (each for each in found if each.slack <= near or each.value == told)
        origin = next((each for each in close if fits(mention.number, each)), None)
        if origin is None and not again:
            if (
                mention.old
                and isinstance(mention.subject, Symbol)
                and not self.memory.history(mention.subject)
            ):
                self._memory.see(claim)  # told here for the first time: what it starts from
                self._memory.learn(claim)
            return
        value = mention.number.value if origin is None else origin.value
        status = Status.RIGHT if value == mention.number.value else Status.RIGHT_ROUNDED
        self.judged.append(_judged(claim, mention.number, status, value))
        self._memory.see(claim)
        self._memory.learn(claim)

    def _compared(self, claim: Claim) -> None:
        """Judge the number that is compared, and the class that follows from it."""
        if not is_compared(claim):
            return
        at = self.places.get(_identity(claim))
        told = at is not None and self.judged[at].status is Status.SLIP  # that the class is wrong, it may be
        found = compared(claim, self.memory)
        self.judged += [each for each in found if not told or each.status is Status.RIGHT]
        if self.memory.compare(claim):
            self.compared_on = claim.line
        if self.classed is not None and self.classed[1].line == claim.line:  # y = 1, since 0.4 > 0
            at, before, written = self.classed
            if is_by_the_net(before, written, self.memory):
                self.judged[at] = _judged(before, written, Status.RIGHT, written.value)

    def _settle(self, at: int, claim: Claim, written: Written) -> None:
        if is_listed(claim):
            self._list(at, claim, written)
            return
        missed: dict[str, Origin] = {}
        slipped: dict[str, Origin] = {}
        sure: Origin | None = None
        there: Origin | None = None  # the slope at the point that the claim names, which comes first
        for origin in self._tried(origins(claim, self.memory)):
            if there is None and origin.how == "slope" and self._names_its_point(claim):
                there = origin
            if sure is not None and (origin.how != sure.how or _by_slack_alone(written, origin, sure)):
                continue
            if fits(written, origin):
                exact = written.value == origin.value
                if exact and not origin.slack and written.places > 0:
                    self.memory.exact.add(written.value)
                if origin.how.startswith("far "):
                    self.memory.far = origin.how
                    self.on_path[claim.line] += 1
                self.held[origin.how] += written.figures > 1
                self.held_of[origin.how, _worded(claim.subject)] += written.figures > 1
                self.named_points += origin.how == "slope" and self._names_its_point(claim)
                self.lists.fit(claim, written, origin)
                if _told_before(claim, written, self.memory):
                    self.again.tell(claim, written, self.memory)
                else:
                    self.again.work_out(claim)
                if self._in_row(claim):
                    self.told.hold(self._column(claim), origin.how)
                if origin.sure and isinstance(claim.subject, Apply):
                    self.told.hold(("told", claim.subject.function), origin.how)
                self.judged[at] = _judged(
                    claim, written, Status.RIGHT if exact else Status.RIGHT_ROUNDED, origin.value
                )
                return
            if _far(written, origin):
                shift = _shift(written, origin)
                if shift:
                    self.shifted.setdefault((origin.how, shift), []).append((at, claim, written, origin))
                missed.setdefault(origin.how, origin)
                if self._in_row(claim) and _by_one_slip(written, origin):
                    slipped.setdefault(origin.how, origin)
                sure = origin if origin.sure and sure is None else sure
        enough = max(self.held["slope"], self.named_points) >= _FEWEST_STEPS
        if there is not None and enough and not _by_a_last_place(written, there):
            self._slip(at, claim, _told(claim, written, there))
            return
        repeated = [origin for origin in missed.values() if _is_repeated(origin.how)]
        off_path = None if self.memory.far.endswith(AGAIN) else missed.get(self.memory.far)
        named = self.names.role(claim.subject.name) if isinstance(claim.subject, Symbol) else None
        if off_path is not None and named in _PARAMETERS:
            self.off_path.append((at, claim, written, off_path))
        if sure is not None and _is_worked_otherwise(claim, self.memory):
            return
        if sure is not None and isinstance(claim.subject, Apply):
            function = "told", claim.subject.function
            place = self.told.miss(function)
            self.mistold.append((at, claim, function, place, _told(claim, written, sure)))
        elif sure is not None:
            self._slip(at, claim, _told(claim, written, sure))
        elif self.compared_on == claim.line and is_class(claim, written, self.memory):
            right = is_by_the_net(claim, written, self.memory)
            status = Status.RIGHT if right else Status.UNCHECKED
            self.judged[at] = replace(self.judged[at], status=status, name=CLASS, value=written)
        elif _told_before(claim, written, self.memory) or is_by_the_net(claim, written, self.memory):
            self.judged[at] = _judged(claim, written, Status.RIGHT, written.value)
            self.again.tell(claim, written, self.memory)
        elif self.rule is not None and breaks(self.rule, claim, written, self.memory):
            self._slip(at, claim, misplaced(claim, written, self.memory))
        elif self._further_along(at, claim, written):
            return
        elif (step := missed.get("step")) is not None and self._off_descent(claim, written, step):
            self._slip(at, claim, _told(claim, written, step))
        elif missed and not repeated and self._in_row(claim):
            place = self.told.miss(self._column(claim))
            if slipped and not self.setting_up and not self.rows_left_out:
                origins_missed = list(slipped.values())
                self.in_rows.append((at, claim, written, self._column(claim), place, origins_missed))
        elif written.figures > 1 and repeated and not self.setting_up:
            self.missed.append((at, claim, written, repeated))
            told = self.beside.get(claim.line, set())
            timed = isinstance(claim.subject, Symbol) and claim.subject.upper  # L(0): at another place
            if told and not timed and len(told) >= self.memory.n_parameters:
                self.with_parameters.add(at)
        if self.judged[at].status is Status.UNCHECKED:
            self.classed = at, claim, written
            reference = self.names.reference(claim.subject) if claim.subject is not None else None
            if reference is not None and reference.role is Role.ERROR and len(claim.links) == 1:
                self.log.tell(at, written, self.memory.parameters())
            self.again.miss(at, claim, written, self.memory)
            self.lists.miss(at, claim, written, missed.values())
            if isinstance(claim.subject, Symbol):
                self.told_ahead.append((at, claim, written))

    def _names_its_point(self, claim: Claim) -> bool:
        """Whether a gradient says where it is taken: ``∇f(1, 2) = (3, 4)``."""
        at = self.argument
        return claim.part is not None and at is not None and claim.span.start <= at.start < claim.span.end

    def _in_row(self, claim: Claim) -> bool:
        return claim.span.start < self.table_end or claim.line == self.row_line

    def _list(self, at: int, claim: Claim, written: Written) -> None:
        """What comes out for one of the rows that are listed below one another: right where all of them are."""
        if self.listed and claim.line > self.listed[-1][1].line + 1:
            self._close_list()
        self.listed.append((at, claim, written, comes_out(claim, written, self.memory)))

    def _close_list(self) -> None:
        if all(fitting for _, _, _, fitting in self.listed):
            for at, claim, written, _ in self.listed:
                self.judged[at] = _judged(claim, written, Status.RIGHT, written.value)
        self.listed.clear()

    def _further_along(self, at: int, claim: Claim, written: Written) -> bool:
        """Whether the descent says what a value is that stands behind steps left out."""
        found = further_along(claim, written, self.memory)
        if found is None:
            return False
        far, number = found
        if fits(written, far):
            self.judged[at] = _judged(claim, written, Status.RIGHT_ROUNDED, far.value)
            return True
        if abs(written.value - far.value) >= far.slack + written.unit:
            slip = _told(claim, written, far)
            in_table = self._in_row(claim)
            entry = _Astray(at, claim, slip, number, self.memory.objective, in_table)
            entries = self.astray.setdefault(self._column(claim), [])
            if not (entries and entries[-1].lost):
                entries.append(entry)
        return False

    def _rejoin(self, claim: Claim, written: Written) -> None:
        """See whether a later point is on the descent that an earlier one is off."""
        last = self.astray.get(self._column(claim), [None])[-1]
        if last is None or last.regained or last.lost or last.objective is not self.memory.objective:
            return
        last.followed = last.followed or claim.line != last.claim.line
        found = further_along(claim, written, self.memory, last.number)
        if found is None or found[1] <= last.number:
            return
        far = found[0]
        last.regained = fits(written, far)
        last.lost = not last.regained and abs(written.value - far.value) >= far.slack + written.unit

    def _conclude_astray(self) -> None:
        """A point off the descent is a slip if a later one is on it, or if it ends a table and stands alone in its row."""
        columns = self.astray.values()
        ends = Counter(entries[-1].claim.line for entries in columns)
        for entries in columns:
            for entry in entries:
                ending = (
                    entry.in_table
                    and not entry.followed
                    and len(entries) == 1
                    and ends[entry.claim.line] == 1
                )
                if (entry.regained or ending) and self.judged[entry.at].status is Status.UNCHECKED:
                    self._slip(entry.at, entry.claim, entry.slip)

    def _unjudged(self, claim: Claim, written: Written | None) -> None:
        """A claim that the walk has no word on: told of if it is the value of a function or a step on it, and right."""
        subject = claim.subject
        if _collects(claim):
            span = claim.links[-1].span
            self.judged.append(Judged(claim, None, Status.RIGHT, value_span=span, name="the formula"))
        for part in boundary(claim, self.memory) if may_part(claim, self.names) else ():
            exact = part.written.value == part.expected
            status = Status.RIGHT if exact else Status.RIGHT_ROUNDED
            self.judged.append(
                Judged(
                    claim,
                    None,
                    status,
                    value=part.written,
                    value_span=part.span,
                    expected=part.expected,
                    name="the boundary",
                )
            )
        for number, expr in hessian(claim, self.memory) if claim.given is not None else ():
            span = expr.span or claim.span
            entry = Claim(span, claim.line, None, (Link("=", expr, span),))
            self.judged.append(_judged(entry, number, Status.RIGHT, number.value))
        derived = stated_rightly(claim, self.memory) if claim.links and is_slope(subject) else None
        if derived is not None:
            self.judged.append(Judged(claim, None, Status.RIGHT, value_span=derived.span, name="the formula"))
        if written is None:
            return
        variable = None if self._objective is None else self.memory.variable(subject)
        given = self._tried(origins(claim, self.memory)) if isinstance(subject, Apply) else ()
        for origin in given if variable is None else steps(variable, self.memory):
            if fits(written, origin):
                exact = written.value == origin.value
                status = Status.RIGHT if exact else Status.RIGHT_ROUNDED
                self.judged.append(_judged(claim, written, status, origin.value))
                return
        if isinstance(subject, Apply) and is_class(claim, written, self.memory):
            right = is_by_the_net(claim, written, self.memory)
            status = Status.RIGHT if right else Status.UNCHECKED
            self.judged.append(_judged(claim, written, status, written.value))

    def _first_step(self, at: int, claim: Claim) -> None:
        """``g = X^T e = [1.2, 3.4] / 4``: the first numbers of a chain about a vector against the formula before them."""
        if claim.part is None or not claim.links or is_numeric(claim.links[0].expr):
            return
        if self.judged[at].value is None:
            return
        numeric = [link for link in claim.links if is_numeric(link.expr)]
        value = value_of(numeric[0].expr) if numeric else None
        if value is None:
            return
        slack = reach(numeric[0].expr, value)
        known = list(self._tried(own_formula(claim, self.memory)))
        if any(abs(value - origin.value) <= origin.slack + slack for origin in known):
            return
        for origin in known:
            if origin.sure and abs(value - origin.value) > 3 * origin.slack + 2 * slack + Fraction(1, 10**9):
                written = Written(shown(value, 6), value, 6)
                self._slip(at, claim, _told(claim, written, origin, numeric[0].span))
                return

    def _note_step(self, claim: Claim, written: Written) -> None:
        """Count whether the point that a step leads to, worked out rightly, is that of the descent."""
        variable = self.memory.variable(claim.subject)
        if variable is None or len(claim.links) < 2 or claim.part is not None:
            return
        fitting = any(fits(written, origin) for origin in self._tried(steps(variable, self.memory)))
        self.on_descent[fitting] += 1

    def _off_descent(self, claim: Claim, written: Written, step: Origin) -> bool:
        """Whether a point that is only told is none of the descent, by an author whose steps before it all were.

        It lies no farther from where the step leads than that is from where it starts.
        """
        variable = self.memory.variable(claim.subject)
        told = self.memory.history(claim.subject) if isinstance(claim.subject, Symbol) else []
        if variable is None or not told or claim.part is not None or self.rows_left_out:
            return False
        if self.on_descent[False] or self.on_descent[True] < _FEWEST_STEPS or written.places < 2:
            return False
        if abs(written.value - step.value) > abs(step.value - told[-1].value):
            return False
        walked = (point[0] for point in path(self.memory))
        return not any(is_rounding(written.value, value, written.places) for value in walked)

    def _unplaced(self, at: int | None) -> int | None:
        """A claim that is right by itself and has no place in the run."""
        if at is None or self.judged[at].quantity is not None:
            return None
        return at if self.judged[at].status in (Status.RIGHT, Status.RIGHT_ROUNDED) else None

    def _operands(self, at: int, claim: Claim) -> None:
        """A number that was never told of the name that it stands for."""
        if self.judged[at].quantity is not None:
            return
        slip = self.substitutions.miswritten(claim)
        if slip is not None:
            self._slip(at, claim, slip)

    def _hold_to_function(self, at: int, claim: Claim, written: Written) -> None:
        """Note whether a function gives a value that is right by its own working; `_conclude_called` judges those it does not give."""
        term = wrong_term(claim, self.memory)
        origin = called(claim, self.memory)
        if not isinstance(claim.subject, Apply) or (origin is None and term is None):
            return
        function = "called", claim.subject.function
        if term is None and origin is not None and fits(written, origin):
            self.told.hold(function, "called")
            return
        place = self.told.miss(function)
        if term is not None:
            self.miscalled.append((at, claim, function, place, term, True))
        elif origin is not None and is_worked(claim) and _far(written, origin):
            self.miscalled.append((at, claim, function, place, _told(claim, written, origin), False))

    def _conclude_told(self) -> None:
        """Values of a function that it does not have: two in a row are those of another function of that name."""
        for at, claim, function, place, slip in self.mistold:
            if self.told.is_alone(function, place):
                self._slip(at, claim, slip)

    def _conclude_called(self) -> None:
        """What the function gives before and after is a slip where it does not; else the prose may have defined it anew."""
        for at, claim, function, place, slip, one_term in self.miscalled:
            often = self.told.held_before(function, place) >= FEWEST_CALLED
            regained = often and self.told.is_regained(function, place)
            if regained or (one_term and self.told.is_alone(function, place)):
                self._slip(at, claim, slip)

    def _conclude_rows(self) -> None:
        """One slip keeps a value from the formula that gives the others of its column, the next ones among them."""
        for at, claim, written, column, place, missed in self.in_rows:
            if self.judged[at].status is not Status.UNCHECKED:
                continue
            origin = max(missed, key=lambda each: self.told.held(column, each.how))
            goes_on = self.told.is_regained(column, place) or self.told.is_last(column, place)
            if goes_on and self.told.held(column, origin.how) >= FEWEST:
                self._slip(at, claim, _told(claim, written, origin))

    def _column(self, claim: Claim) -> Hashable:
        """The run of values that a value of a row belongs to: those of its name in its table, or outside of all."""
        table = self.table_end if claim.span.start < self.table_end else 0
        variable = self.memory.variable(claim.subject)
        if variable is not None:
            return "column", self.runs, table, variable
        return (
            "column",
            self.runs,
            table,
            getattr(claim.subject, "name", getattr(claim.subject, "function", None)),
        )

    def _carry(self, at: int, claim: Claim, written: Written) -> None:
        """A value that is off by a last place from rounded terms, and right where none of them is rounded."""
        subject, span = claim.subject, self.judged[at].value_span
        reference = self.names.reference(subject) if subject is not None else None
        for origin in self._tried(of_model(claim, reference, self.memory)):
            if span is not None and is_rounding(written.value, origin.value, written.places):
                self.carried.add(span)
                self.judged[at] = _judged(claim, written, Status.RIGHT_ROUNDED, origin.value)
                return

    def _confirm(self, at: int, claim: Claim, written: Written) -> None:
        """Count what the model gives for a value that is right by itself; note a step that goes up where it should go down."""
        subject = claim.subject
        reference = self.names.reference(subject) if subject is not None else None
        if reference is None or reference.role not in _CONFIRMED or len(claim.links) < 2:
            return
        for origin in self._tried(of_model(claim, reference, self.memory)):
            if fits(written, origin):
                self.held[origin.how] += 1
                return
        if self.judged[at].quantity is not None:  # its working was held against the formula, sign and all
            return
        for origin in self._tried(of_model(claim, reference, self.memory, climbing=True)):
            if fits(written, origin):
                self.climbing.append((at, claim, written, origin))
                return

    def _slip(self, at: int | None, claim: Claim, slip: FoundSlip) -> None:
        self.slips.append(slip)
        if at is None:
            self.judged.append(Judged(claim, None, Status.SLIP, value_span=slip.span, name=slip.name))
        else:
            self.judged[at] = replace(self.judged[at], status=Status.SLIP, name=slip.name, reason="")

    def done(self) -> tuple[list[Judged], list[FoundSlip]]:
        """What was judged, and the slips; a formula that holds nearly always makes a slip of what it does not give."""
        self._close_list()
        if self.log.waits:
            self.log.close(self.memory.parameters())
        for at in self.log.right():
            if self.judged[at].status is Status.UNCHECKED:
                self.judged[at] = replace(self.judged[at], status=Status.RIGHT, reason="")
        for at, claim, written in self.told_ahead:
            subject = claim.subject
            if (
                isinstance(subject, Symbol)
                and (subject.name, subject.index, written.value) in self.worked_out
            ):
                self.judged[at] = _judged(claim, written, Status.RIGHT, written.value)
        for shifted in self.shifted.values():
            if len(shifted) >= FEWEST_SHIFTED and any(written.figures > 1 for _, _, written, _ in shifted):
                for at, claim, written, origin in shifted:
                    if self.judged[at].status is Status.UNCHECKED:
                        self._slip(at, claim, _told(claim, written, origin))
        for at, claim, written, origin in self.off_path if sum(self.on_path.values()) >= FEWEST else ():
            # beside another value of the same epoch that is right
            if self.on_path[claim.line] and self.judged[at].status is Status.UNCHECKED:
                self._slip(at, claim, _told(claim, written, origin))
        for at, claim, written, origin in (*self.lists.alone(), *self.again.alone()):
            if self.judged[at].status is Status.UNCHECKED:
                self._slip(at, claim, _told(claim, written, origin))
        open_still = [each for each in self.missed if self.judged[each[0]].status is Status.UNCHECKED]
        wrong = Counter(origin.how for _, _, _, missed in self.missed for origin in missed)
        in_model = sum(count for how, count in self.held.items() if how.startswith("model "))
        off_model = sum(
            any(origin.how.startswith("model ") for origin in missed) for _, _, _, missed in open_still
        )
        stale = _stale(self.missed)
        for at, claim, written, missed in open_still:
            origin = max(missed, key=lambda each: self.held[each.how])
            held = self.held[origin.how]
            often = origin.how in _REPEATED and held >= FEWEST and 3 * held >= 2 * wrong[origin.how]
            modelled = at in self.with_parameters and origin.how.startswith("model ") and held > 0
            modelled = modelled and _holds(in_model, off_model)
            otherwise = self._is_otherwise_named(claim, origin)
            if otherwise or self._is_beside(claim, origin) or (origin.how, origin.value) in stale:
                continue
            if often or modelled:
                self._slip(at, claim, _told(claim, written, origin))
        for at, claim, slip in self.workings.miswritten():
            if self._unplaced(at) is not None:
                self._slip(at, claim, slip)
        self._conclude_rows()
        self._conclude_astray()
        self._conclude_told()
        self._conclude_called()
        self._conclude_climbs()
        for at, slip in list(misclassed(self.judged)):
            self._slip(at, self.judged[at].claim, slip)
        self.judged.sort(key=lambda item: item.claim.span.start)
        return self.judged, self.slips

    def _is_otherwise_named(self, claim: Claim, origin: Origin) -> bool:
        """Whether a formula has given values of another activation before all: ``e_relu``, where this is ``e_tanh``."""
        words = _worded(claim.subject)
        others = [
            count for (how, other), count in self.held_of.items() if how == origin.how and other != words
        ]
        return 2 * self.held_of[origin.how, words] < max(others, default=0)

    def _is_beside(self, claim: Claim, origin: Origin) -> bool:
        """Whether another component of the same list has the value: which one is of what is not understood."""
        return claim.part is not None and any(
            item.claim.span == claim.span
            and item.claim.part != claim.part
            and item.value is not None
            and is_rounding(item.value.value, origin.value, item.value.places)
            for item in self.judged
        )


def _worded(subject: Expr | None) -> tuple[str, ...]:
    """The activations among the indices and marks of a name: what tells ``e_tanh`` from ``e_relu``."""
    if not isinstance(subject, Symbol):
        return ()
    words = map(str, (*subject.index, *subject.upper, *subject.marks))
    return tuple(word for word in words if word in ACTIVATION_NAMES)


def _setup_lines(items: Sequence[Item], names: Names) -> set[int]:
    """Lines that only give numbers, the learning rate or inputs beside weights among them: an exercise begins there."""
    told: dict[int, set[tuple[str, Role | None]]] = {}
    worked_out: set[int] = set()
    for item in items:
        if not isinstance(item, Claim):
            continue
        bare = isinstance(item.subject, Symbol) and len(item.links) == 1 and is_numeric(item.links[0].expr)
        if not bare:
            worked_out.add(item.line)
        elif isinstance(item.subject, Symbol):
            name = item.subject.name
            told.setdefault(item.line, set()).add((name, names.role(name)))
    return {
        line
        for line, pairs in told.items()
        if line not in worked_out and len(pairs) > 2 and _sets_up({role for _, role in pairs})
    }


def _sets_up(roles: set[Role | None]) -> bool:
    """Whether weights are given with the learning rate or inputs, and nothing that is worked out."""
    worked_out = {Role.ERROR, Role.NET_INPUT, Role.LOSS, Role.PREDICTION, *_SLOPES}  # y may be a target
    return (
        Role.WEIGHT in roles and not roles & worked_out and bool(roles & {Role.LEARNING_RATE, Role.FEATURE})
    )


def _shift(written: Written, origin: Origin) -> int:
    """By which power of ten a value is off from a formula that the document states; 0 if it is not that."""
    if not origin.how.startswith("stated ") or written.value == 0 or written.places < 1:
        return 0
    for shift in (1, -1, 2, -2):
        scaled = origin.value * Fraction(10) ** shift
        if scaled != 0 and is_rounding(written.value, scaled, written.places):
            return shift
    return 0


def _by_one_slip(written: Written, origin: Origin) -> bool:
    """Whether a sign, the decimal point, one digit but the last or the order of two is all that is wrong: chance seldom comes so close."""
    if written.figures < _FEWEST_FIGURES or written.places < 1:
        return False
    reach = origin.slack + written.unit / 2
    if any(abs(written.value - origin.value * by) <= reach for by in (-1, 10, Fraction(1, 10))):
        return True
    off = abs(written.value - origin.value)
    places = range(1 - written.places, written.figures - written.places)
    wide = [
        power_of_ten(place) for place in places if power_of_ten(place) >= 10 * reach
    ]  # else any value is near one
    if any(abs(off - digit * place) <= reach for place in wide for digit in range(1, 10)):
        return True
    return any(
        abs(abs(written.value) + exchange - abs(origin.value)) <= reach
        for exchange in _exchanges(written)
        if abs(exchange) >= 10 * reach
    )


def _exchanges(written: Written) -> Iterator[Fraction]:
    """What is added to the size of a number when two neighbouring digits change places."""
    digits = str(abs(written.value.numerator * 10**written.places // written.value.denominator))
    for k in range(len(digits) - 1):
        higher, lower = int(digits[k]), int(digits[k + 1])
        yield 9 * (lower - higher) * power_of_ten(len(digits) - 2 - k - written.places)


def _is_repeated(how: str) -> bool:
    """Whether a formula is one that holds row by row, or epoch by epoch."""
    return how in _REPEATED or how.startswith(("model loss", "model slope", OF_SUMS))


def _stale(missed: Sequence[tuple[int, Claim, Written, list[Origin]]]) -> set[tuple[str, Fraction]]:
    """What formulas give again and again while the values told change: the author goes on with numbers that are not shown."""
    told: dict[tuple[str, Fraction], set[Fraction]] = {}
    for _, _, written, origins_missed in missed:
        for origin in origins_missed:
            told.setdefault((origin.how, origin.value), set()).add(written.value)
    return {given for given, values in told.items() if len(values) > 1}


def _holds(held: int, wrong: int) -> bool:
    """Whether what a model gives stands nearly everywhere: several of its values have to be told otherwise first."""
    return held > FEWEST and held >= 3 * wrong


def _climbed(claim: Claim, written: Written) -> FoundSlip:
    """A step that adds what the other steps of the document take off."""
    name = _name(claim.subject)
    message = f"The step of {name} goes the wrong way: the change has the opposite sign in the other steps."
    span = claim.links[-1].span
    return FoundSlip(span, Kind.SIGN, "sign.update", message, None, name, plain(written), "")


def _is_worked_otherwise(claim: Claim, memory: Memory) -> bool:
    """Whether the numbers of a claim go through a function that nobody has defined: ``h'(1) = cos(1) * 2 ≈ 1.08``.

    Then it may be about another function of the same name.
    """
    sides = [link.expr for link in claim.links]
    return any(
        isinstance(node, Apply)
        and node.function not in EXACT.functions
        and node.function not in memory.functions
        for side in sides
        if is_numeric(side)
        for node in side.walk()
    ) or any(
        isinstance(node, Power) and node.base == _EULER_OR_ERROR for side in sides for node in side.walk()
    )


def _told(claim: Claim, written: Written, origin: Origin, span: Span | None = None) -> FoundSlip:
    """A slip in a value whose origin is known."""
    name = _name(claim.subject)
    places = max(written.places, 2)
    if origin.how == DEFINED:
        right = shown(origin.value, places)
        message = f"{name} is {right} by the definition of the function above; {plain(written)} stands here."
        return FoundSlip(
            claim.links[-1].span,
            Kind.CONTRADICTION,
            "contradiction.value",
            message,
            None,
            name,
            plain(written),
            right,
        )
    case = Case(written, origin.value, (origin.value,), places, name, shown(origin.value, places))
    found = explain(case)
    span = span or claim.links[-1].span
    message = found.message.replace("from the numbers on this line", "from the numbers of the lines before")
    return FoundSlip(
        span, found.kind, found.code, message, None, name, plain(written), shown(origin.value, places)
    )


def _collected(claim: Claim, most: int = 1) -> Iterator[tuple[Link, bool, str]]:
    """Links between two formulas in one name, or in the same few: whether both sides are equal for every value of them."""
    for before, link in zip((claim.subject, *(link.expr for link in claim.links)), claim.links, strict=False):
        if before is None or link.relation != "=" or is_numeric(before) or is_numeric(link.expr):
            continue
        names = tuple(dict.fromkeys((*symbols(before), *symbols(link.expr))))
        alone = len(names) == 1 and not names[0].upper
        if not alone and not (1 < len(names) <= most and set(symbols(before)) == set(symbols(link.expr))):
            continue
        if not _is_compound(before) or not _is_compound(link.expr):
            continue
        same = same_formula(before, link.expr, names)
        if same is not None:
            yield link, same, names[0].name


def _collects(claim: Claim) -> bool:
    """Whether a claim only collects terms, and does so rightly: ``(b - 4) + (b - 10) = 2b - 14``."""
    found = [same for _, same, _ in _collected(claim)]
    return all(found) and (bool(found) or any(same for _, same, _ in _collected(claim, MOST_NAMES)))


def _misstated(claim: Claim, names: Names) -> FoundSlip | None:
    """A claim whose formula in symbols is wrong whatever the numbers: two sides that differ, or a rule that is none."""
    subject = claim.subject
    if all([link.expr.is_numeric for link in claim.links]):
        return None
    for link, same, name in _collected(claim):
        if not same:
            message = f"The two sides are not equal for every {name}: the terms were not collected rightly."
            return FoundSlip(
                link.span, Kind.ARITHMETIC, "arithmetic.value", message, None, "the formula", "", ""
            )
    rule = next((link for link in claim.links if not is_numeric(link.expr)), None)
    if rule is not None and _swaps_rate(rule.expr, names):
        message = "The rule takes the weight times the gradient off the learning rate: the learning rate times the gradient is to be taken off the weight."
        return FoundSlip(rule.span, Kind.FORMULA, "formula.stated", message, None, _name(subject), "", "")
    return None


def _against_definition(claim: Claim, written: Written | None, memory: Memory) -> FoundSlip | None:
    """``f(0) = 0`` where the document has defined f(0) as 1."""
    if written is None or not memory.functions:
        return None
    before = [number for link in claim.links[:-1] if (number := as_number(link.expr)) is not None]
    rounds = bool(claim.links) and claim.links[-1].relation == "≈"
    for origin in defined(claim, memory):
        if any(fits(number, origin) for number in before) or (rounds and may_show(written, origin.value)):
            continue  # 47.5 ≈ 47: what is rounded of it is another question
        if not fits(written, origin):
            return _told(claim, written, origin)
    return None


def _is_compound(expr: Expr) -> bool:
    """Whether a side is worked with names and numbers, so that it can be compared at any value of the names."""
    return (
        isinstance(expr, Sum | Product | Quotient)
        and not any(isinstance(node, Apply | SumOver | Vector | Piecewise) for node in expr.walk())
        and any(isinstance(node, Number) for node in expr.walk())
    )


def _swaps_rate(expr: Expr, names: Names) -> bool:
    """``eta - w g``: the rule of descent with the weight and the learning rate in each other's place."""
    roles = {symbol: names.role(symbol.name) for symbol in symbols(expr)}
    if set(roles.values()) != {Role.LEARNING_RATE, Role.WEIGHT, Role.GRADIENT} or len(roles) != 3:
        return False
    swapped = {
        Role.LEARNING_RATE: Fraction(7, 3),
        Role.WEIGHT: Fraction(2, 5),
        Role.GRADIENT: Fraction(11, 2),
    }
    try:
        value = worked(expr, lambda symbol: swapped[roles[symbol]])  # type: ignore[index]  # every role was seen above
    except (NoValueError, ArithmeticError, DeltaruleError):
        return False
    return value == swapped[Role.LEARNING_RATE] - swapped[Role.WEIGHT] * swapped[Role.GRADIENT]


def _identity(claim: Claim) -> tuple[object, ...]:
    return claim.span, claim.subject, claim.part


def stepped_to(point: tuple[Written, ...], memory: Memory) -> tuple[Fraction, ...]:
    """What one step of the descent gives for each number of a point, if it leads there; else nothing."""
    return _by_variable(point, memory, steps) or _along(point, memory)


def gradient_at(point: tuple[Written, ...], memory: Memory) -> tuple[Fraction, ...]:
    """The gradient where the descent stands, if these numbers are it; else nothing."""
    return _by_variable(point, memory, slopes)


def parameters_again(point: tuple[Written, ...], memory: Memory) -> tuple[Fraction, ...]:
    """The numbers of a point that are values of parameters, told before and told here once more; else nothing."""
    known = [memory.of_role.get(role, ()) for role in _PARAMETERS]
    told = len(point) > 1 and all(any(each.value in values for values in known) for each in point)
    telling = any(each.figures > 1 for each in point)
    return tuple(each.value for each in point) if told and telling else ()


def printed(point: tuple[Written, ...], memory: Memory) -> tuple[Fraction, ...]:
    """What the model gives for the numbers of a list, if they are all its outputs, errors or slopes; else nothing."""
    telling = len(point) >= _FEWEST_FIGURES or sum(written.figures for written in point) > _FEWEST_FIGURES
    if memory.objective is not None or not telling:
        return ()
    for found in lists_ahead(memory):
        if len(found) == len(point) and all(map(fits, point, found)):
            return tuple(origin.value for origin in found)
    return ()


def parameters_told(
    point: Sequence[Written], memory: Memory
) -> tuple[Sequence[int], Sequence[tuple[Symbol, Origin]]]:
    """Which number of a point is which parameter, the bias last or first, and what gives them; nothing if they are not."""
    width = range(len(point))
    telling = sum(written.figures for written in point) > _FEWEST_FIGURES
    for at, found in enumerate(parameters_ahead(memory)):
        if len(found) != len(point) or (at and not telling):
            continue
        for order in (width, (*width[1:], 0)):
            if all(fits(point[k], origin) for k, (_, origin) in zip(order, found, strict=True)):
                return order, found
    return (), ()


def _by_variable(
    point: tuple[Written, ...], memory: Memory, given: Callable[[Symbol, Memory], Iterator[Origin]]
) -> tuple[Fraction, ...]:
    """What is given for each variable of the function, if it is these numbers; else nothing."""
    objective = memory.objective
    if objective is None or len(objective.variables) != len(point):
        return ()
    values: list[Fraction] = []
    for variable, written in zip(objective.variables, point, strict=True):
        found = next((each for each in given(variable, memory) if fits(written, each)), None)
        if found is None:
            return ()
        values.append(found.value)
    return tuple(values)


def _along(point: tuple[Written, ...], memory: Memory) -> tuple[Fraction, ...]:
    """The point of the plain descent that this one is a rounding of."""
    objective = memory.objective
    if objective is None or len(objective.variables) != len(point):
        return ()
    if sum(written.figures for written in point) < 2 * _FEWEST_FIGURES:
        return ()
    for values in path(memory):
        if all(
            is_rounding(each.value, value, each.places) for each, value in zip(point, values, strict=False)
        ):
            return values
    return ()


def fits(written: Written, origin: Origin) -> bool:
    """Whether a written value is what its origin gives, roundings and a program's binary digits allowed for."""
    distance = abs(written.value - origin.value)
    if written.places < 1 and abs(written.value) < _SMALL:  # a small whole number is no rounding
        return distance <= origin.slack
    if distance <= origin.slack or is_rounding(written.value, origin.value, written.places):
        return True
    if distance <= origin.slack + written.unit / 2 and written.places > 0:
        return True
    if is_truncation(written.value, origin.value, written.places):
        return True
    return written.figures >= _FLOAT_FIGURES and distance <= _NOISE * max(abs(origin.value), Fraction(1))


def _by_slack_alone(written: Written, origin: Origin, sure: Origin) -> bool:
    """Whether a value fits only as a wide rounding, where the claim's own formula with its own numbers says otherwise."""
    if is_rounding(written.value, origin.value, written.places):
        return False
    return origin.slack > 10 * (sure.slack + written.unit)


def _far(written: Written, origin: Origin) -> bool:
    """Whether no rounding explains the difference."""
    rounding = 2 * written.unit if written.places > 0 else Fraction(0)
    return abs(written.value - origin.value) > 3 * origin.slack + rounding


def _by_a_last_place(written: Written, origin: Origin) -> bool:
    """Whether a value is off by no more than a unit of its last place."""
    unit = written.unit if written.places > 0 else Fraction(0)
    return abs(written.value - origin.value) <= 3 * origin.slack + unit


def _told_before(claim: Claim, written: Written, memory: Memory) -> bool:
    """Whether the value is only told once more: the same number under the same name, or one too long to come twice."""
    subject = claim.subject
    if isinstance(subject, Symbol):
        role = memory.names.role(subject.name)
        if role not in _TELLING and written.value in memory.said.get((subject.name, subject.index), ()):
            return True
        timeless = role in _PARAMETERS and not subject.index and written.figures > 1  # w, where w_2 was told
        if (timeless or memory.variable(subject) is not None) and written.value in memory.of_name.get(
            subject.name, ()
        ):
            return True  # x_3 in a table of all steps
        if (
            claim.part is not None
            and role in _PARAMETERS
            and memory.is_parameter_again(claim.part, written.value)
        ):
            return True
        if role in _SLOPES and written.figures > 1 and written.value in memory.of_role.get(role, ()):
            return True
    if written.value == memory.last and (subject is None or written.figures > 1):
        return True
    return written.figures >= _FEWEST_FIGURES and size_of(written.value) in memory.numbers


def _judged(claim: Claim, written: Written, status: Status, expected: Fraction) -> Judged:
    return Judged(
        claim,
        None,
        status,
        value=written,
        value_span=claim.links[-1].span,
        expected=expected,
        name=_name(claim.subject),
    )


def _name(subject: Expr | None) -> str:
    """What to call the left side of a claim in a sentence."""
    if isinstance(subject, Symbol):
        below = ",".join(str(index) for index in subject.index)
        above = ",".join(str(index) for index in subject.upper)
        plain_name = subject.name.rpartition(":")[2]
        return plain_name + (f"_{below}" if below else "") + (f"^({above})" if above else "")
    if isinstance(subject, Apply) and is_numeric(subject):
        return f"{subject.function}(...)"
    return "the result"
