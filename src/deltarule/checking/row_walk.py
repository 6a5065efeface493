"""Rows in reading order: each value with what every formula gives for the last printed numbers of its row.

Where a row begins, where another exercise begins, and which numbers still hold there is decided here.
"""

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Number, Symbol
from deltarule.checking.origins.memory import is_weighted_sum
from deltarule.checking.row_data import numbered_data, row_number
from deltarule.checking.row_keys import (
    FEWEST,
    bare_letter,
    input_letters,
    is_bare_index,
    key_of,
    named_too,
    net_input_within,
    sample_told,
    says_of_all,
    told_as,
    value_of_claim,
)
from deltarule.checking.row_observed import Choices, Observed
from deltarule.checking.row_slips import missed
from deltarule.checking.row_state import INDEXED, PARAMETERS, Key, State, worked
from deltarule.checking.wording import shown
from deltarule.document import Claim, Heading, Item, Table
from deltarule.exercise import Exercise
from deltarule.formulas import Role
from deltarule.formulas.variants import VARIANTS
from deltarule.naming import Names
from deltarule.written import Written, decimal_places, is_rounding, rounded

MAX_OBSERVED = 6000  # values that are compared; beyond, nothing is said
FEW_GIVEN = 3  # lines that give weights and inputs; more of them are rows of a log
_PLAIN = 2  # a start weight of so few figures is no rounding
_SETTINGS = frozenset({*PARAMETERS, Role.LEARNING_RATE, Role.THRESHOLD, Role.COUNT})


def observed_values(
    items: Sequence[Item],
    names: Names,
    exercise: Exercise,
    chosen: Choices,
    before: Sequence[dict[int, tuple[Fraction, Fraction]]] = (),
    rates: Counter[Fraction] | None = None,
) -> Iterator[Observed]:
    """Every value with what the formulas give for it, in reading order; what was worked out `before` is taken from there.

    Once the formulas are chosen, the right value of each slip is kept beside it, for authors who go on from that.
    """
    state = State()
    letters = input_letters(items, names)
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
            key, written = letters.get(bare_letter(item)) or key_of(item, names), value_of_claim(item)
            line_of_row = line_of_row if key is not None and key[0] in PARAMETERS else item.line
            if key is None or key[0] not in _SETTINGS:
                state.worked_at = item.span.start
            if key is None or written is None or _is_class_of_output(item, written, names, state):
                continue
            if says_of_all(item):
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
            argument = net_input_within(item) if key[0] is Role.OUTPUT else None
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
            sample = sample_told(item, names)
            if key[0] is Role.TARGET:
                state.target_of = sample
            again = _again(key, written, state)
            initial = key[0] in PARAMETERS and not opened and not again
            if key[0] in VARIANTS and not initial and written.places < usual.get(key[0], written.places):
                written = replace(written, places=usual[key[0]])  # zeros at its end were left away
            if key[0] in VARIANTS and not initial and count < MAX_OBSERVED:
                of_another = state.target_of is not None and sample not in (None, state.target_of)
                given = {} if of_another else dict(before[count]) if before else given_by_formulas(key, state)
                if unseen and key[0] is Role.OUTPUT:
                    given = {
                        variant: (value, slack)
                        for variant, (value, slack) in given.items()
                        if abs(value - written.value) <= slack + written.unit
                    }
                count += 1
                alone = key[0] in PARAMETERS and line_of_row != item.line
                short = written.figures < 2 and not is_bare_index(item) and not alone
                retold = reach is None and not short and told_as(item, key, written) in state.told
                # a table that tells a run from its start
                first_row = reach is not None and rows_of_table == 1 and key[0] in PARAMETERS
                retold |= first_row and written.value in starts
                old = state.start.get(key, state.values.get(key)) if key[0] in PARAMETERS else None
                start = None if old is None else old.value
                one = Observed(item, key, written, segment, given, again, start, retold=retold)
                if rates is not None:
                    rates.update(_rate(one, state))
                state.told |= {(*key, written.value), told_as(item, key, written)}
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
            for other in named_too(item, names):  # w_1 = w_2 = 0.5
                state.values[other] = written


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


def with_rate_shown(items: Sequence[Item], names: Names, exercise: Exercise) -> Exercise:
    """The exercise with the learning rate that the rows show, where none is told."""
    told = any(
        isinstance(item, Claim) and (key := key_of(item, names)) is not None and key[0] is Role.LEARNING_RATE
        for item in items
    )
    if told or exercise.learning_rate is not None:
        return exercise
    rates: Counter[Fraction] = Counter()
    deque(observed_values(items, names, exercise, {}, rates=rates), maxlen=0)
    if not rates:
        return exercise
    rate, count = rates.most_common(1)[0]
    if count < FEWEST or 3 * count < 2 * rates.total():
        return exercise
    return replace(exercise, learning_rate=Written(shown(rate, 4), rate, 0))


def _rate(one: Observed, state: State) -> list[Fraction]:
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


def _mend(one: Observed, variant: int | None, state: State) -> None:
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


def _shows_its_weights(one: Observed, state: State) -> bool:
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


def _fits_any(claim: Claim, key: Key, written: Written, state: State) -> bool:
    """Whether some formula gives a value from its row."""
    one = Observed(claim, key, written, 0, given_by_formulas(key, state))
    return any(one.fits(variant) for variant in one.given)


def given_by_formulas(key: Key, state: State) -> dict[int, tuple[Fraction, Fraction]]:
    """What each formula gives, by its place in the list."""
    found: dict[int, tuple[Fraction, Fraction]] = {}
    for place, tree in enumerate(VARIANTS[key[0]]):
        result = worked(tree, key, state)
        if result is not None:
            found[place] = result
    return found
