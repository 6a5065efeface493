"""Rows of values without working: which formula they follow is found from the rows themselves.

A table of a perceptron shows data, outputs and weights; there may be three such tables in one document, each of another
exercise. So each value is compared with what the few formulas that occur give for the last printed numbers of its row.
The formula that fits nearly all rows is the author's; a row that it does not fit is a slip.
"""

from collections import Counter, deque
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TypeAlias

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Negative, Number, Product, Sum, Symbol
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.explanations import Case, explain
from deltarule.checking.origins.memory import is_weighted_sum
from deltarule.checking.row_data import numbered_data, row_number
from deltarule.checking.row_doubts import is_held, lines_of_comparisons, lines_of_inputs, lines_without_error
from deltarule.checking.row_slips import Miss, missed
from deltarule.checking.row_state import INDEXED, PARAMETERS, Key, State, worked
from deltarule.checking.row_steps import Output, known_steps
from deltarule.checking.sides import as_number, told, value_of
from deltarule.checking.unlocated import COMPARISONS
from deltarule.checking.wording import plain, shown
from deltarule.document import Claim, Heading, Item, Table
from deltarule.exercise import Exercise
from deltarule.findings import Kind, Status
from deltarule.formulas import Role
from deltarule.formulas.variants import JUMPS, VARIANTS
from deltarule.naming import Names
from deltarule.notation import name as spelled
from deltarule.notation import roles_of
from deltarule.records import changing
from deltarule.spans import Span
from deltarule.written import Written, decimal_places, is_rounding, is_truncation, rounded

MAX_OBSERVED = 6000  # values that are compared; beyond, nothing is said
FEWEST = 3  # values that must fit before another one is called a slip
SMALL = 100
FEW_GIVEN = 3  # lines that give weights and inputs; more of them are rows of a log
FLOAT_FIGURES = 12  # a number of so many figures comes from a program's binary arithmetic
FLOAT_NOISE = Fraction(1, 10**10)
_GATES = (("A", "B", "C"), ("A", "B"), ("P", "Q"), ("p", "q"), ("a", "b"))
_PLAIN = 2  # a start weight of so few figures is no rounding
_CHANGES = frozenset({Role.CHANGE, Role.BIAS_CHANGE})
_PARTNERS = {Role.BIAS: Role.WEIGHT, Role.BIAS_CHANGE: Role.CHANGE}  # their formulas stand in one order
_SETTINGS = frozenset({*PARAMETERS, Role.LEARNING_RATE, Role.THRESHOLD, Role.COUNT})
_ALL_WEIGHTS = frozenset({"weights", "gewichte", "pesos", "poids", "веса"})
# for each table and role: the formula that it follows, and whether what it does not fit is a slip
Choices: TypeAlias = Mapping[tuple[int, Role], tuple[int | None, bool]]


@changing
class _Observed:
    """A value, and what each formula gives for it: exactly, and by how much rounding may move that."""

    claim: Claim
    key: Key
    written: Written
    segment: int
    given: dict[int, tuple[Fraction, Fraction]]
    again: bool = False  # a weight told once more
    start: Fraction | None = None  # what a weight was before
    adopted: bool = False  # right with the right value of what is a slip above
    retold: bool = False  # the same value of the same quantity was told before, in another row
    miss: Miss | None = None  # what the author did instead, where the formula chosen does not give the value

    @property
    def stays(self) -> bool:
        """Whether it is a change of nothing, or a parameter as it was before."""
        if self.key[0] in PARAMETERS:
            return self.written.value == self.start
        return self.key[0] in _CHANGES and not self.written.value

    @property
    def is_worked(self) -> bool:
        """Whether an expression in numbers stands before the value."""
        return any(as_number(side) is None for side in self.claim.in_numbers)

    def tells(self, variant: int) -> bool:
        """Whether a formula says more of the value than that nothing changes."""
        value = self.given[variant][0]
        if self.key[0] in (Role.CHANGE, Role.BIAS_CHANGE):
            return value != 0
        return self.key[0] not in PARAMETERS or value != self.start

    @property
    def at_a_step(self) -> bool:
        """Whether it is the output where a step jumps: 0, 1 or -1, as one likes."""
        if self.key[0] is not Role.OUTPUT or self.written.value not in (0, 1, -1):
            return False
        return any(
            below in self.given and above in self.given and self.given[below] != self.given[above]
            for below, above in JUMPS
        )

    def fits(self, variant: int) -> bool:
        """Whether a formula gives the value, roundings of its operands allowed for."""
        if variant not in self.given:
            return False
        value, slack = self.given[variant]
        if self.written.places < 1 and abs(self.written.value) < SMALL:  # a small whole number is no rounding
            return abs(self.written.value - value) <= slack
        distance = abs(self.written.value - value)
        if self.written.figures >= FLOAT_FIGURES and distance <= FLOAT_NOISE * max(abs(value), Fraction(1)):
            return True  # -0.30000000000000004
        close = distance <= slack + self.written.unit / 2
        return close or is_truncation(self.written.value, value, self.written.places)

    def within_roundings(self, variant: int) -> bool:
        """Whether digits that were cut off the operands may explain a value."""
        value, slack = self.given[variant]
        return (
            self.written.places > 0 and abs(self.written.value - value) <= 2 * slack + self.written.unit / 2
        )

    def near(self, variant: int) -> bool:
        """Whether a formula gives the value but for its last digit."""
        if variant not in self.given or self.written.places < 1:
            return False
        value, slack = self.given[variant]
        return abs(self.written.value - value) <= slack + 3 * self.written.unit


def settle(
    items: Sequence[Item],
    judged: Sequence[Judged],
    names: Names,
    exercise: Exercise,
    text_of: Callable[[int], str],
) -> tuple[list[Judged], list[FoundSlip], dict[Span, Claim]]:
    """Judge values that the walk could not place, from the rows that they stand in.

    Returns the judged claims, those settled here in the place of unchecked ones, the slips found, and by their place the
    values that are right although the line that they stand on does not give them.
    """
    unchecked = {_identity(item.claim) for item in judged if item.status is Status.UNCHECKED}
    wrong = {_identity(item.claim) for item in judged if item.status is Status.SLIP and not item.quantity}
    if not unchecked and not wrong:
        return list(judged), [], {}
    local, concerned = _local_names(items, names), unchecked | wrong
    if not any(_identity(item.claim) in concerned and _is_observed(item, local) for item in judged):
        return list(judged), [], {}
    exercise = _with_rate(items, local, exercise)
    first = list(_observe(items, local, exercise, {}))
    chosen = _choices(first)
    observed = list(_observe(items, local, exercise, chosen, [one.given for one in first]))
    chosen = _strictly(observed, chosen)
    worked = {_identity(item.claim) for item in judged if _is_worked(item)}
    wrong_results = {
        abs(item.value.value) for item in judged if item.status is Status.SLIP and item.value is not None
    }
    verdicts: dict[tuple[object, ...], Judged] = {}
    slips: list[FoundSlip] = []
    right_anyway: dict[Span, Claim] = {}
    inputs, compared = lines_of_inputs(items, local), lines_of_comparisons(items)
    right_lines = lines_without_error(items, local)
    steps = _steps(observed, items, local, exercise, text_of)
    for one in observed:
        identity = _identity(one.claim)
        if one.again and identity in unchecked:
            verdicts[identity] = Judged(
                one.claim,
                None,
                Status.RIGHT,
                value=one.written,
                value_span=one.claim.links[-1].span,
                name=_name(one),
            )
            continue
        variant, strict = chosen.get((one.segment, one.key[0]), (None, False))
        stepped = one.key[0] is Role.OUTPUT and steps.get(one.segment) in one.given
        if stepped:
            variant, strict = steps[one.segment], True
        if variant is None or variant not in one.given:
            continue
        strict = strict and not (one.claim.line in right_lines and one.stays)
        if one.retold and not one.fits(variant):
            continue  # a row that is worked once more
        if identity in wrong and strict and one.fits(variant):
            right_anyway[one.claim.links[-1].span] = one.claim
        missed_here = strict and one.miss is not None and not one.fits(variant)
        # the components of a vector are worked with the vector that stands there, whichever that is
        missed_here = missed_here and one.claim.part is None and not _goes_on_from(one.claim, wrong_results)
        if identity in worked and missed_here and _is_held(one, variant, inputs, compared):
            verdicts[identity] = _judged(one, Status.SLIP, variant)
            slips.append(_slip(one, variant))
        if identity not in unchecked:
            continue
        if one.fits(variant) or one.adopted:
            exact = one.given[variant][0] == one.written.value
            verdicts[identity] = _judged(one, Status.RIGHT if exact else Status.RIGHT_ROUNDED, variant)
        elif (
            strict
            and (stepped or not (one.at_a_step or one.within_roundings(variant)))
            and _is_held(one, variant, inputs, compared)
        ):
            verdicts[identity] = _judged(one, Status.SLIP, variant)
            slips.append(_class_slip(one, variant) if stepped else _slip(one, variant))
    open_to = unchecked | worked
    return (
        [
            verdicts.get(_identity(item.claim), item) if _identity(item.claim) in open_to else item
            for item in judged
        ],
        slips,
        right_anyway,
    )


def _steps(
    observed: Sequence[_Observed],
    items: Sequence[Item],
    names: Names,
    exercise: Exercise,
    text_of: Callable[[int], str],
) -> Mapping[int, int]:
    """The step that the classes of a table follow, where it is known."""
    outputs = [
        Output(one.claim.span.start, one.claim.line, one.segment, one.written.value, one.given)
        for one in observed
        if one.key[0] is Role.OUTPUT and not one.retold and one.given
    ]
    return known_steps(outputs, items, names, exercise, text_of)


def _goes_on_from(claim: Claim, wrong: Container[Fraction]) -> bool:
    """Whether a working takes a result that was found to be wrong above: that slip is charged once."""
    return any(
        abs(node.value) in wrong and node.written is not None and node.written.figures > 1
        for link in claim.links[:-1]
        if is_numeric(link.expr)
        for node in link.expr.walk()
        if isinstance(node, Number)
    )


def _is_held(one: _Observed, variant: int, inputs: frozenset[int], compared: Mapping[int, bool]) -> bool:
    return is_held(one.claim, one.key[0], one.written, one.given[variant][0], inputs, compared)


def _is_observed(item: Judged, names: Names) -> bool:
    """Whether a claim is one that a row may settle."""
    key = key_of(item.claim, names)
    return key is not None and key[0] in VARIANTS and value_of_claim(item.claim) is not None


def _is_worked(item: Judged) -> bool:
    """Whether all that is known of a value is that its own line is worked out rightly."""
    return (
        item.status in (Status.RIGHT, Status.RIGHT_ROUNDED)
        and item.quantity is None
        and any(as_number(side) is None for side in item.claim.in_numbers)
    )


def _identity(claim: Claim) -> tuple[object, ...]:
    return claim.span, claim.subject


# -- observing


def _observe(
    items: Sequence[Item],
    names: Names,
    exercise: Exercise,
    chosen: Choices,
    before: Sequence[dict[int, tuple[Fraction, Fraction]]] = (),
    rates: Counter[Fraction] | None = None,
) -> Iterator[_Observed]:
    """Every value with what the formulas give for it, in reading order; what was worked out `before` is taken from there.

    Once the formulas are chosen, the right value of each slip is kept beside it, for authors who go on from that.
    """
    state = State()
    letters = _input_letters(items, names)
    usual = _usual_places(items, names)
    data = numbered_data(items, names, exercise)
    if exercise.learning_rate is not None:
        state.values[Role.LEARNING_RATE, None] = exercise.learning_rate
    if exercise.threshold is not None:
        state.values[Role.THRESHOLD, None] = exercise.threshold
    segment = count = 0
    epoch: int | None = None
    opened = False  # whether a row has begun in this segment
    reach: int | None = None  # where the table ends that is being read
    vectors = _input_vectors(items, names)
    giving = _giving_lines(items, names)
    told_only, rate_lines = _told_only(items, names)
    line_of_row = 0  # where something else than parameters was told last
    retold_line = 0  # where the inputs of the row are told once more
    starts: set[Fraction] = set()  # parameters that are told without any working
    rows_of_table = 0
    for item in items:
        if reach is not None and item.span.start > reach:
            segment, opened, reach = segment + 1, False, None
            state.forget_data()  # of its last row: lines below it may be of any other sample
        if isinstance(item, Table):
            segment, opened, reach = segment + 1, False, item.span.end
            rows_of_table = 0
        elif isinstance(item, Heading):
            rows_of_table += 1
            nothing = item.epoch is None and item.sample is None and item.ordinal is None
            if nothing and not item.features:  # rows are left out here
                state.forget_weights()
                opened = False
                continue
            if item.epoch is not None:
                back = epoch is not None and item.epoch < epoch
                epoch = item.epoch
                if back:  # the same names start again, perhaps of another exercise
                    segment, opened = segment + 1, False
                    state.begin_row()
                    continue
            state.begin_row(first=not opened)
            state.take_data(*data.get(row_number(item), (item.features, item.targets)))
            opened, state.worked_at = True, item.span.start
        elif isinstance(item, Claim) and not item.supposed:
            key, written = letters.get(_letter(item)) or key_of(item, names), value_of_claim(item)
            line_of_row = line_of_row if key is not None and key[0] in PARAMETERS else item.line
            if key is None or key[0] not in _SETTINGS:
                state.worked_at = item.span.start
            if key is None or written is None or _is_class_of_output(item, written, names, state):
                continue
            if _says_of_all(item):
                state.forget_weights()
                state.every, opened = written, False
                continue
            if key[0] is Role.LEARNING_RATE and state.values.get(key, written).value != written.value:
                state.forget_weights(item.line)
                segment += 1
            anew = reach is None and opened and key[0] in PARAMETERS
            if anew and item.line in told_only:
                with_rate = item.line in rate_lines and not _fits_any(item, key, written, state)
                anew = _begins_anew(told_only.pop(item.line), state, item.line, with_rate)
            else:
                anew = False
            if anew:
                state.forget_weights(item.line)
                segment, opened = segment + 1, False
            if item.part == 0 and _is_told(vectors.get(item.line, {}), state):
                retold_line = item.line
            if key[0] is Role.FEATURE and retold_line == item.line:
                continue
            if key[0] in (Role.FEATURE, Role.TARGET) and not state.fresh and key in state.values:
                state.begin_row()
                opened = True
            state.telling |= opened and key[0] is Role.FEATURE
            argument = _argument(item) if key[0] is Role.OUTPUT else None
            if argument is not None:
                state.values[Role.NET_INPUT, None] = argument
            # o_new, of a net input that is not told: the net input may be that of a hidden layer
            unseen = state.stale and argument is None and "new" in getattr(item.subject, "marks", ())
            if unseen and key[0] is Role.OUTPUT:
                state.values.pop((Role.NET_INPUT, None), None)
            state.stale = key[0] is not Role.NET_INPUT and (state.stale or key[0] in PARAMETERS)
            over = _starts_over(item, key, written, state, exercise) and reach is None and opened
            given_anew = key[0] in PARAMETERS and reach is None and opened and item.line in giving
            over |= given_anew
            elsewhere = given_anew and len(giving) <= FEW_GIVEN and item.line not in state.lines.values()
            over = over and line_of_row != item.line
            over |= reach is None and opened and _set_anew(item, key, state)
            over = over and not _fits_any(item, key, written, state)
            if elsewhere or over:
                state.forget_weights(item.line)
                segment, opened = segment + 1, False
            sample = _sample(item, names)
            if key[0] is Role.TARGET:
                state.target_of = sample
            again = _again(key, written, state)
            initial = key[0] in PARAMETERS and not opened and not again
            if key[0] in VARIANTS and not initial and written.places < usual.get(key[0], written.places):
                written = replace(written, places=usual[key[0]])  # zeros at its end were left away
            if key[0] in VARIANTS and not initial and count < MAX_OBSERVED:
                of_another = state.target_of is not None and sample not in (None, state.target_of)
                given = {} if of_another else dict(before[count]) if before else _given(key, state)
                if unseen and key[0] is Role.OUTPUT:
                    given = {
                        variant: (value, slack)
                        for variant, (value, slack) in given.items()
                        if abs(value - written.value) <= slack + written.unit
                    }
                count += 1
                alone = key[0] in PARAMETERS and line_of_row != item.line
                short = written.figures < 2 and not _is_bare_index(item) and not alone
                retold = reach is None and not short and _told_as(item, key, written) in state.told
                # a table that tells a run from its start
                first_row = reach is not None and rows_of_table == 1 and key[0] in PARAMETERS
                retold |= first_row and written.value in starts
                old = state.start.get(key, state.values.get(key)) if key[0] in PARAMETERS else None
                start = None if old is None else old.value
                one = _Observed(item, key, written, segment, given, again, start, retold=retold)
                if rates is not None:
                    rates.update(_rate(one, state))
                state.told |= {(*key, written.value), _told_as(item, key, written)}
                _mend(one, chosen.get((segment, key[0]), (None, False))[0], state)
                yield one
                first_told = (
                    reach is not None and key[0] in PARAMETERS and start is None and written.figures <= _PLAIN
                )
                if first_told or any(
                    value == written.value and not slack for value, slack in one.given.values()
                ):
                    written = replace(written, places=0)  # no rounding, whatever follows from it
            elif initial and written.figures <= _PLAIN:
                written = replace(written, places=0)
            state.open = key[0] in (Role.OUTPUT, Role.ERROR) or (state.open and key[0] not in PARAMETERS)
            if key[0] is Role.NET_INPUT and is_weighted_sum(item.subject, names) and _without_bias(state):
                continue  # the net input has the bias too, and is not shown
            if key[0] in PARAMETERS:
                if reach is None and len(item.links) == 1:
                    starts.add(written.value)
                state.updated.add(key)
                state.lines[key] = item.line
                state.told_at[key] = item.span.start
            state.fresh = state.fresh and key[0] not in VARIANTS
            state.take(key, written)
            for other in _named_too(item, names):  # w_1 = w_2 = 0.5
                state.values[other] = written


def _sample(claim: Claim, names: Names) -> int | None:
    """The sample that a name tells by its index: the 2 of ``e_2``."""
    reference = names.reference(claim.subject) if claim.subject is not None else None
    return None if reference is None else reference.sample


def _input_vectors(items: Sequence[Item], names: Names) -> dict[int, dict[int, Fraction]]:
    """Inputs that a line tells as a vector, by feature."""
    found: dict[int, dict[int, Fraction]] = {}
    for item in items:
        if isinstance(item, Claim) and item.part is not None:
            key, written = key_of(item, names), value_of_claim(item)
            if key is not None and key[0] is Role.FEATURE and key[1] is not None and written is not None:
                found.setdefault(item.line, {})[key[1]] = written.value
    return found


def _giving_lines(items: Sequence[Item], names: Names) -> set[int]:
    """Lines that give weights and inputs together and work nothing out: another exercise begins there."""
    told: dict[int, set[Role]] = {}
    for item in items:
        key = key_of(item, names) if isinstance(item, Claim) else None
        if isinstance(item, Claim) and key is not None:
            worked_out = len(item.links) > 1 or value_of_claim(item) is None
            told.setdefault(item.line, set()).add(Role.LOSS if worked_out else key[0])
    given = {Role.WEIGHT, Role.BIAS, Role.FEATURE, Role.TARGET, Role.LEARNING_RATE, Role.THRESHOLD}
    return {line for line, roles in told.items() if {Role.WEIGHT, Role.FEATURE} <= roles <= given}


def _told_only(items: Sequence[Item], names: Names) -> tuple[dict[int, dict[Key, Fraction]], set[int]]:
    """Lines that tell weights and work nothing out, and those that tell the learning rate."""
    found: dict[int, dict[Key, Fraction]] = {}
    others: set[int] = set()
    rates: set[int] = set()
    for item in items:
        if not isinstance(item, Claim):
            continue
        key, written = key_of(item, names), value_of_claim(item)
        bare = "new" not in getattr(item.subject, "marks", ()) and all(
            isinstance(link.expr, Symbol) for link in item.links[:-1]
        )
        if key is not None and key[0] in PARAMETERS and written is not None and bare:
            found.setdefault(item.line, {})[key] = written.value
        elif key is not None and key[0] is Role.LEARNING_RATE:
            rates.add(item.line)
        elif key is None or key[0] is not Role.THRESHOLD:
            others.add(item.line)
    return {line: told for line, told in found.items() if line not in others}, rates


def _begins_anew(told: Mapping[Key, Fraction], state: State, line: int, with_rate: bool) -> bool:
    """Whether weights are told that do not go on from the row: most of them are other than they were, with no reason.

    The row has changed them already, or has nothing to change them for; or the learning rate is told with them.
    """
    known = {key: state.values[key].value for key in told if key in state.values}
    if not known or any(state.lines.get(key) == line for key in known):
        return False
    other = sum(known.get(key) != value for key, value in told.items())
    if with_rate:
        return other > 0
    return 2 * other > len(told) and (state.updated >= set(known) or _is_right(state))


def _is_right(state: State) -> bool:
    """Whether the row has no error, so that nothing is to be changed."""
    error = state.values.get((Role.ERROR, None))
    if error is not None:
        return error.value == 0
    output, target = (state.values.get((role, None)) for role in (Role.OUTPUT, Role.TARGET))
    return output is not None and target is not None and output.value == target.value


def _is_told(vector: Mapping[int, Fraction], state: State) -> bool:
    """Whether a row that is worked, and has no new weights yet, has these inputs."""
    told = {feature: value.value for (role, feature), value in state.values.items() if role is Role.FEATURE}
    return bool(vector) and state.open and vector == told


def _without_bias(state: State) -> bool:
    """Whether there is a bias that a product of weights and inputs leaves out."""
    bias = state.values.get((Role.BIAS, None))
    return bias is not None and bias.value != 0


def _usual_places(items: Sequence[Item], names: Names) -> dict[Role, int]:
    """Places that values of a role mostly have, where most of them have any."""
    places: dict[Role, Counter[int]] = {}
    for item in items:
        key = key_of(item, names) if isinstance(item, Claim) else None
        if isinstance(item, Claim) and key is not None and key[0] in VARIANTS:
            written = value_of_claim(item)
            if written is not None:
                places.setdefault(key[0], Counter())[written.places] += 1
    found = {
        role: max(
            (count for count in counts if count > 0), key=lambda count: (counts[count], count), default=0
        )
        for role, counts in places.items()
        if 2 * sum(number for count, number in counts.items() if count > 0) > counts.total()
    }
    for change, parameter in ((Role.CHANGE, Role.WEIGHT), (Role.BIAS_CHANGE, Role.BIAS)):
        if found.get(parameter, 0) > 1:  # a change of 0 may be one of 0.004
            found[change] = max(found.get(change, 0), found[parameter])
    return found


def _with_rate(items: Sequence[Item], names: Names, exercise: Exercise) -> Exercise:
    """The exercise with the learning rate that the rows show, where none is told."""
    told = any(
        isinstance(item, Claim) and (key := key_of(item, names)) is not None and key[0] is Role.LEARNING_RATE
        for item in items
    )
    if told or exercise.learning_rate is not None:
        return exercise
    rates: Counter[Fraction] = Counter()
    deque(_observe(items, names, exercise, {}, rates=rates), maxlen=0)
    if not rates:
        return exercise
    rate, count = rates.most_common(1)[0]
    if count < FEWEST or 3 * count < 2 * rates.total():
        return exercise
    return replace(exercise, learning_rate=Written(shown(rate, 4), rate, 0))


def _rate(one: _Observed, state: State) -> list[Fraction]:
    """The learning rate that a weight's change shows for the error and the input of its row."""
    role, feature = one.key
    error = state.values.get((Role.ERROR, None))
    if (
        error is None
        or not error.value
        or role not in (Role.WEIGHT, Role.BIAS, Role.CHANGE, Role.BIAS_CHANGE)
    ):
        return []
    change = one.written.value
    if role in PARAMETERS:
        if one.start is None or one.again:
            return []
        change -= one.start
    data = state.values.get((Role.FEATURE, feature)) if role in INDEXED else None
    if role in INDEXED and (data is None or not data.value):
        return []
    rate = change / error.value / (data.value if data is not None else 1)
    return [rate] if rate > 0 and decimal_places(rate) is not None else []


def _mend(one: _Observed, variant: int | None, state: State) -> None:
    """See whether a value that does not fit is right from the right values of slips above; remember it if not."""
    mended = dict(state.mended)
    state.mended.pop(one.key, None)
    if variant is None or variant not in one.given or one.again or one.fits(variant):
        return
    # an author may have miswritten one of two numbers only, and gone on from what it was to be
    for some in [mended, *({key: each} for key, each in mended.items())] if len(mended) > 1 else [mended]:
        if not some:
            break
        right = replace(state, values=state.values | some, start=state.start | some)
        given = worked(VARIANTS[one.key[0]][variant], one.key, right)
        if given is not None and replace(one, given={variant: given}).fits(variant):
            one.given[variant], one.adopted = given, True
            return
    if not _shows_its_weights(one, state):
        one.miss = missed(one.key, one.written, VARIANTS[one.key[0]][variant], state)
    places = max(one.written.places, 2)
    value = rounded(one.given[variant][0], places)
    state.mended[one.key] = Written(str(value), value, places)


def _shows_its_weights(one: _Observed, state: State) -> bool:
    """Whether a net input is worked with every weight that its row starts from: none is old, none is left out."""
    if one.key[0] is not Role.NET_INPUT or not one.is_worked:
        return False
    working = next(link.expr for link in one.claim.links if is_numeric(link.expr))
    used = Counter(abs(node.value) for node in working.walk() if isinstance(node, Number))
    weights = Counter(abs(value.value) for key, value in state.start.items() if key[0] is Role.WEIGHT)
    return weights <= used


def _again(key: Key, written: Written, state: State) -> bool:
    """Whether a weight is only told once more: it is what it was, and this row has changed it or changes nothing."""
    known = state.values.get(key)
    if (
        key[0] not in PARAMETERS
        or known is None
        or not is_rounding(written.value, known.value, written.places)
    ):
        return False
    worked = any(
        role in (Role.ERROR, Role.CHANGE, Role.OUTPUT, Role.NET_INPUT, Role.GRADIENT)
        for role, _ in state.values
    )
    return key in state.updated or not worked


def _is_class_of_output(claim: Claim, written: Written, names: Names, state: State) -> bool:
    """``h(x) = 0.73 >= 0.5: predicted class = 1``: the class, where the output itself is no label."""
    reference = names.reference(claim.subject) if isinstance(claim.subject, Symbol) else None
    if reference is None or reference.role is not Role.PREDICTION or written.value not in (0, 1, -1):
        return False
    output = state.values.get((Role.OUTPUT, None))
    return output is not None and output.value.denominator != 1


def _starts_over(claim: Claim, key: Key, written: Written, state: State, exercise: Exercise) -> bool:
    """``Initialise w = 0`` once more: a parameter that has changed is told to be what the run began with."""
    given = exercise.weights[key[1] - 1 : key[1]] if key[0] is Role.WEIGHT and key[1] else ()
    start = given[0].value if given else written.value
    first = state.first.setdefault(key, start) if key[0] in PARAMETERS else None
    before = state.values.get(key)
    moved = before is not None and before.value != first
    return moved and first == written.value and not state.open and len(claim.links) == 1


def _set_anew(claim: Claim, key: Key, state: State) -> bool:
    """``w = [0.3, -0.5]`` where nothing was worked since w was told last: no step leads to it, it is given."""
    last = state.told_at.get(key)
    bare = key[0] in PARAMETERS and len(claim.links) == 1
    return bare and last is not None and last > state.worked_at


def _is_bare_index(claim: Claim) -> bool:
    """``a_1 = 0.8``: a name with an index, and its value without working."""
    subject = claim.subject
    return (
        isinstance(subject, Symbol) and bool(subject.index) and len(claim.links) == 1 and claim.part is None
    )


def _told_as(claim: Claim, key: Key, written: Written) -> tuple[object, ...]:
    """What is remembered of a value that was told, so that one told again is known: under its name, if it has an index."""
    return (claim.subject, written.value) if _is_bare_index(claim) else (*key, written.value)


def _fits_any(claim: Claim, key: Key, written: Written, state: State) -> bool:
    """Whether some formula gives a value from its row."""
    one = _Observed(claim, key, written, 0, _given(key, state))
    return any(one.fits(variant) for variant in one.given)


def key_of(claim: Claim, names: Names) -> Key | None:
    """Role and feature of a claim; the index of the bias weight is 0."""
    subject = claim.subject
    if is_weighted_sum(subject, names):
        return Role.NET_INPUT, None
    if isinstance(subject, Apply) and not is_numeric(subject.arg) and claim.links:
        named = claim.links[0].expr  # f(x) = x_1 = 1.0
        subject = named if isinstance(named, Symbol) and names.role(named.name) is Role.FEATURE else subject
    reference = names.reference(subject) if isinstance(subject, Symbol | Apply) else None
    if reference is None or reference.general:
        return None
    if isinstance(subject, Symbol) and "old" in subject.marks:
        return None  # told once more
    index = [i for i in subject.index if isinstance(i, int)] if isinstance(subject, Symbol) else []
    role = reference.role
    if index:
        role = {Role.BIAS: Role.WEIGHT, Role.BIAS_CHANGE: Role.CHANGE}.get(role, role)
    elif role is Role.PREDICTION:
        role = Role.OUTPUT
    if role in INDEXED:
        return role, index[-1] if index else 1
    return role, None


def _letter(claim: Claim) -> str:
    """A name of one letter without any index on the left of a bare claim; else nothing."""
    subject = claim.subject
    plain_name = isinstance(subject, Symbol) and not (subject.index or subject.upper or subject.marks)
    return subject.name if plain_name and isinstance(subject, Symbol) and len(claim.links) == 1 else ""


def _input_letters(items: Sequence[Item], names: Names) -> Mapping[str, Key]:
    """``A = 1, B = 0``: letters that stand for the inputs of a gate, told of at least three rows."""
    told: dict[str, list[Fraction]] = {}
    for item in items:
        written = value_of_claim(item) if isinstance(item, Claim) else None
        if isinstance(item, Claim) and written is not None:
            if names.role(getattr(item.subject, "name", "")) is Role.FEATURE:
                return {}
            told.setdefault(_letter(item), []).append(written.value)
    for letters in _GATES:
        values = [told.get(letter, []) for letter in letters]
        if all(len(each) >= FEWEST and set(each) <= {0, 1, -1} for each in values):
            return {letter: (Role.FEATURE, j) for j, letter in enumerate(letters, 1)}
    return {}


def _argument(claim: Claim) -> Written | None:
    """The net input that stands in an output itself: ``y = f(0.3) = 1``, ``y = act(f(0.3)) = 1``."""
    for side in (claim.subject, *(link.expr for link in claim.links)):
        applied = side
        while isinstance(applied, Apply) and isinstance(applied.arg, Apply):
            applied = applied.arg
        if isinstance(applied, Product) and isinstance(applied.factors[-1], Apply):
            applied = applied.factors[-1]  # behind the letters of a name that is not known
        value = value_of(applied.arg) if isinstance(applied, Apply) and is_numeric(applied.arg) else None
        if value is not None:
            return Written(str(value), value, 0)
    return None


def _named_too(claim: Claim, names: Names) -> Iterator[Key]:
    """Other weights that a chain gives the same value: ``w_1 = w_2 = w_3 = 0``."""
    if claim.part is not None:
        return
    for link in claim.links[:-1]:
        if isinstance(link.expr, Symbol):
            key = key_of(replace(claim, subject=link.expr), names)
            if key is not None and key[0] in PARAMETERS:
                yield key


def _says_of_all(claim: Claim) -> bool:
    """``initial weights = 0.1``: one number for every weight."""
    subject = claim.subject
    return (
        isinstance(subject, Symbol)
        and subject.name in _ALL_WEIGHTS
        and not (subject.index or subject.upper or claim.part is not None)
    )


def value_of_claim(claim: Claim) -> Written | None:
    """The number that a claim gives, in front of comparisons and of names that have it too."""
    links = claim.links
    compared = next((k for k, link in enumerate(links) if link.relation in COMPARISONS), len(links))
    return as_number(told(links[:compared])[-1].expr) if compared else None


def _local_names(items: Sequence[Item], names: Names) -> Names:
    """Roles of names that rows show: an output beside its target, an error defined as a difference."""
    used: set[str] = set()
    differences: set[str] = set()
    for item in items:
        if not isinstance(item, Claim) or not isinstance(item.subject, Symbol):
            continue
        used.add(item.subject.name)
        for link in item.links[:1]:
            match link.expr:
                case Sum(terms=(Symbol(name=left), Negative(arg=Symbol(name=right)))):
                    both = {names.role(left), names.role(right)}
                    if Role.TARGET in both or both & {Role.OUTPUT, Role.NET_INPUT}:
                        differences.add(item.subject.name)
    roles = dict(names.roles)
    for name in differences:
        if Role.LOSS in roles_of(name) or Role.ERROR in roles_of(name):
            roles[name] = Role.ERROR
    targets = {name for name in used if names.role(name) is Role.TARGET}
    if targets - {"y", "Y"}:
        roles |= {name: Role.OUTPUT for name in ("y", "Y") if name not in names.roles}
    errors = {name for name in used if roles.get(name, names.role(name)) is Role.ERROR}
    if "E" in used and not errors and targets:
        roles["E"] = Role.ERROR
    if names.role("theta") is Role.BIAS and _stays(items, "theta"):
        roles["theta"] = Role.THRESHOLD
    if "dtheta" in used:
        roles |= {"dtheta": Role.BIAS_CHANGE, "T": Role.BIAS, "Theta": Role.BIAS}
    return replace(names, roles=roles)


def _stays(items: Sequence[Item], name: str) -> bool:
    """Whether rows tell a value again and again, and always the same that is not 0."""
    told = [
        written.value
        for item in items
        if isinstance(item, Claim)
        and isinstance(item.subject, Symbol)
        and item.subject.name == name
        and (written := value_of_claim(item)) is not None
    ]
    return len(told) > FEWEST and len(set(told)) == 1 and told[0] != 0


def _given(key: Key, state: State) -> dict[int, tuple[Fraction, Fraction]]:
    """What each formula gives, by its place in the list."""
    found: dict[int, tuple[Fraction, Fraction]] = {}
    for place, tree in enumerate(VARIANTS[key[0]]):
        result = worked(tree, key, state)
        if result is not None:
            found[place] = result
    return found


# -- choosing


def _fitting(ones: Sequence[_Observed], variant: int) -> int:
    """How many values a formula gives, those counted that go on from the right value of a slip just before."""
    count = 0
    off: dict[Key, Fraction] = {}
    for one in ones:
        if variant not in one.given:
            continue
        value, slack = one.given[variant]
        missed = off.pop(one.key, None)
        mended = missed is not None and replace(one, given={variant: (value + missed, slack)}).fits(variant)
        if mended or one.fits(variant):
            count += 1
        elif one.key[0] in PARAMETERS:
            off[one.key] = value - one.written.value
    return count


def _choices(observed: Sequence[_Observed]) -> Choices:
    """For each table and role the formula that fits best, and whether what it does not fit is a slip."""
    counts: dict[tuple[int, Role], list[_Observed]] = {}
    for one in observed:
        if one.again:
            continue
        counts.setdefault((one.segment, one.key[0]), []).append(one)
    everywhere: dict[Role, Counter[int]] = {}
    for one in observed:
        for variant in one.given:
            everywhere.setdefault(one.key[0], Counter())[variant] += one.fits(variant)
    chosen: dict[tuple[int, Role], tuple[int | None, bool]] = {}
    for (segment, role), ones in counts.items():
        tried = {variant for one in ones for variant in one.given}
        if not tried:
            continue
        counted = {variant: _fitting(ones, variant) for variant in tried}
        partner = counts.get((segment, _PARTNERS.get(role, role)), ())
        # a bias is moved as the weights beside it are
        alike = {variant: sum(one.fits(variant) for one in partner) for variant in tried}
        best = max(
            tried,
            key=lambda variant: (counted[variant], alike[variant], everywhere[role][variant], -variant),
        )
        fits = counted[best]
        able = sum(best in one.given for one in ones)
        near = sum(one.near(best) for one in ones)
        if 3 * fits < 2 * able and not (fits and near == able >= FEWEST):
            common = everywhere[role].most_common(1)[0]
            if 3 * common[1] >= 2 * sum(one.key[0] is role and common[0] in one.given for one in observed):
                chosen[segment, role] = common[0], False  # as in the other tables
        else:
            wrong = able - fits
            given = [one for one in ones if best in one.given]
            telling = {one.claim.line for one in given if one.fits(best) and one.tells(best)}
            against = {one.claim.line for one in given if not one.fits(best)}
            decided = len(telling) > len(against) or not against  # by rows: one row is worked in one way
            strict = fits >= FEWEST and 8 * wrong <= able + 4 and decided
            strict = strict or near == able >= FEWEST
            # that a weight stays what it is says nothing of one that does not
            chosen[segment, role] = (
                best,
                strict and not (role in PARAMETERS and isinstance(VARIANTS[role][best], Symbol)),
            )
    return chosen


def _strictly(observed: Sequence[_Observed], chosen: Choices) -> Choices:
    """The same choices; what a formula does not give is a slip where it is seen what was done instead, too."""
    groups: dict[tuple[Role, int], list[_Observed]] = {}
    for one in observed:
        variant, _ = chosen.get((one.segment, one.key[0]), (None, False))
        if not one.again and variant is not None:
            groups.setdefault((one.key[0], variant), []).append(one)
    found: dict[tuple[int, Role], tuple[int | None, bool]] = dict(chosen)
    for (role, variant), ones in groups.items():
        if role in PARAMETERS and isinstance(VARIANTS[role][variant], Symbol):
            continue
        able = [one for one in ones if variant in one.given]
        wrong = [one for one in able if not (one.fits(variant) or one.adopted)]
        telling = sum(one.given[variant][0] != 0 for one in able if one.fits(variant))
        few = 2 * len(wrong) <= telling and 3 * len(wrong) <= len(able)
        if telling >= FEWEST and few and all(one.miss is not None for one in wrong):
            found |= {(one.segment, role): (variant, True) for one in ones}
            continue
        for segment in {one.segment for one in ones if not found[one.segment, role][1]}:
            inside = [one for one in able if one.segment == segment]
            right = sum(one.fits(variant) or one.adopted for one in inside)
            if 3 * right < 2 * len(inside) and not all(one.near(variant) for one in inside):
                del found[segment, role]  # it was only taken from other tables
    return found


# -- telling


def _judged(one: _Observed, status: Status, variant: int) -> Judged:
    return Judged(
        one.claim,
        None,
        status,
        value=one.written,
        value_span=one.claim.links[-1].span,
        expected=one.given[variant][0],
        name=_name(one),
    )


def _slip(one: _Observed, variant: int) -> FoundSlip:
    expected = one.given[variant][0]
    places = max(one.written.places, 2)
    if one.miss is not None and one.miss.message and (one.is_worked or one.key[0] in PARAMETERS):
        return FoundSlip(
            one.claim.links[-1].span,
            one.miss.kind,
            one.miss.code,
            one.miss.message.format(
                name=_name(one), expected=shown(expected, places), written=plain(one.written)
            ),
            None,
            _name(one),
            plain(one.written),
            shown(expected, places),
        )
    case = Case(one.written, expected, (expected,), places, _name(one), shown(expected, places))
    found = explain(case)
    message = found.message.replace("from the numbers on this line", "from the numbers of this row")
    span = one.claim.links[-1].span
    return FoundSlip(
        span, found.kind, found.code, message, None, _name(one), plain(one.written), shown(expected, places)
    )


def _class_slip(one: _Observed, variant: int) -> FoundSlip:
    """A class on the wrong side of a step that is known."""
    expected, written = shown(one.given[variant][0], 0), plain(one.written)
    message = f"With the numbers of this row the step gives {expected}, not {written}."
    span = one.claim.links[-1].span
    return FoundSlip(
        span, Kind.CONTRADICTION, "contradiction.conclusion", message, None, _name(one), written, expected
    )


def _name(one: _Observed) -> str:
    return spelled(one.key[0], one.key[1])
