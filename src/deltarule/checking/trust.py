"""Whether a document works the exercise that was understood, or another one that it does not state.

Where the data or the start weights are unknown, or most lines are of another build than the formulas, nothing can be
said about operands. Arithmetic, and rows that follow one formula, can still be judged.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from deltarule.algebra.expr import Expr, Number, Sum, symbols
from deltarule.checking.bare_step import is_stepped_to
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.data_taken import takes_all_data
from deltarule.checking.one_sample import is_worked, states
from deltarule.checking.printed_values import is_printed
from deltarule.checking.sides import as_number
from deltarule.checking.walk import Walk
from deltarule.document import Claim
from deltarule.errors import InputError
from deltarule.exercise import Exercise
from deltarule.findings import Kind, Status
from deltarule.formulas import Role
from deltarule.formulas.neuron import BIAS_OF
from deltarule.trace import Quantity
from deltarule.written import Written, parse_number

FEW = 4
SHARE = 4  # one line in so many may be of another build
_CHANGED = frozenset({Role.WEIGHT, Role.BIAS, Role.CHANGE, Role.BIAS_CHANGE})
_STEPPED = frozenset({Role.WEIGHT, Role.BIAS})
_LEARNED = frozenset({Role.WEIGHT, Role.CHANGE, Role.GRADIENT})
MOST_BESIDES = 2  # lines that are wrong by nothing but data put together from prose
FEWEST_BARE = 2  # values without working that fit, beside one that does not
RIGHT_FOR_MORE = 30  # lines that fit, for one more to be wrong
RIGHT_EACH = 4  # worked lines that fit, for each of them
RIGHT_EACH_CLASS = 2  # for each class that is not the one of the right net input in front of it
LONG = 3  # figures of a printed value that hardly fits by chance
MANY_PRINTED, FEW_PRINTED = 6, 2  # such values, and their quantities
MANY_ALIKE = 4  # such values at the names of their samples, for another one there to be wrong
STEPPING = frozenset({"step", "sign"})
MOST_GIVEN = 1  # numbers of the data that are miscopied in one line
_FITS = frozenset({Status.RIGHT, Status.RIGHT_ROUNDED, Status.FOLLOW_THROUGH})
_GIVEN = frozenset({Role.FEATURE, Role.TARGET})
_OF_SAMPLE = frozenset({Role.NET_INPUT, Role.OUTPUT})
_OF_THE_DATA = frozenset(
    {"formula.stated", "formula.rule", "contradiction.value"}
)  # speak against what was put together
_OF_BUILD = (Kind.FORMULA, Kind.OMISSION)
_OF_SAMPLES = frozenset({Role.NET_INPUT, Role.OUTPUT, Role.ERROR})


def is_known(exercise: Exercise) -> bool:
    """Whether enough of the exercise is known to hold anybody's operands against it."""
    return bool(exercise.features) and bool(exercise.weights) and exercise.bias is not None


def is_trusted(walk: Walk) -> bool:
    """Whether a walk says more about the author than about a misunderstood exercise."""
    located = [item for item in walk.judged if item.quantity is not None]
    if not located:
        return True
    if walk.other_rule:
        return False
    # a slip that is understood, or whose value fits the formula, speaks for the exercise
    odd = [
        slip
        for slip in walk.slips
        if slip.kind in _OF_BUILD and slip.code != "formula.updated-weight" and not slip.harmless
    ]
    by_role = Counter(item.quantity.role for item in located if item.quantity is not None)
    odd_by_role = Counter(slip.quantity.role for slip in odd if slip.quantity is not None)
    if any(count >= 3 and 10 * count > 3 * by_role[role] for role, count in odd_by_role.items()):
        return False
    wrong_by_role = Counter(
        item.quantity.role for item in located if item.quantity and item.status is Status.SLIP
    )
    if any(count >= FEW and 2 * count > by_role[role] for role, count in wrong_by_role.items()):
        return False
    if _whole_lists(walk) or _whole_steps(walk) or _target_for_error(walk) or _half_changes(walk):
        return False
    if _another_sample(walk) or _net_input_for_output(walk):
        return False
    wrong = {item.claim.span for item in located if item.status is Status.SLIP}
    if len(odd) >= FEW and SHARE * len({slip.span for slip in odd}) > len(located):
        return False
    return not (len(wrong) >= FEW and 2 * len(wrong) > len({item.claim.span for item in located}))


def _of_other_build(walk: Walk, fresh: Sequence[FoundSlip]) -> bool:
    """Whether no line of a quantity is of the formula's build: the formula is another one then."""
    fitting = {
        item.quantity.role
        for item in walk.judged
        if item.quantity is not None and item.status is not Status.SLIP and len(item.claim.links) > 1
    }
    odd = Counter(
        slip.quantity.role
        for slip in fresh
        if slip.quantity is not None and slip.quantity.role not in fitting and slip.kind in _OF_BUILD
    )
    return any(count > 1 for count in odd.values())


def _out_of_turn(walk: Walk, found_so: Sequence[Judged], fresh: Sequence[FoundSlip]) -> bool:
    """Whether a line that does not say whose it is takes another sample's inputs: it may be that sample's."""
    copied = [slip for slip in fresh if slip.code == "copying.row"]
    for item in found_so:
        reference = walk.names.reference(item.claim.subject) if item.claim.subject is not None else None
        unsaid = reference is not None and reference.role in _OF_SAMPLE and reference.sample is None
        inside = [slip for slip in copied if item.claim.span.start <= slip.span.start < item.claim.span.end]
        if unsaid and inside and walk.exercise.n_samples > 1 and not _learns_in_turn(walk, item, inside):
            return True
    return False


def _learns_in_turn(walk: Walk, item: Judged, copied: Sequence[FoundSlip]) -> bool:
    """Whether the step of a line goes on to work a new weight with its own sample's input, where the line took another's."""
    features = {slip.operand.feature for slip in copied if slip.operand is not None}
    assert item.quantity is not None
    return any(
        other.quantity is not None
        and other.quantity.step == item.quantity.step
        and other.quantity.role in _LEARNED
        and other.quantity.feature in features - {None}
        and other.status in _FITS
        and len(other.claim.links) > 1
        for other in walk.judged
    )


def _fitting(walk: Walk, worked: bool) -> Counter[Role | None]:
    """How many lines fit, with working or without, by the rule that they follow."""
    return Counter(
        _rule(item.quantity)
        for item in walk.judged
        if item.quantity is not None
        and item.status is not Status.SLIP
        and (len(item.claim.links) > 1) is worked
    )


def _rule(quantity: Quantity | None) -> Role | None:
    """What stands for the rule that a quantity is worked by: a bias follows the rule of the weights."""
    if quantity is None:
        return None
    return next((role for role, of_bias in BIAS_OF.items() if of_bias is quantity.role), quantity.role)


def _target_for_error(walk: Walk) -> bool:
    """Whether most changes take the target where the formula has the error: Rosenblatt's rule, or Hebb's."""
    targets = {sample: target.text for sample, target in enumerate(walk.exercise.targets, 1)}
    taken = {
        slip.span
        for slip in walk.slips
        if slip.operand is not None
        and slip.operand.role is Role.ERROR
        and slip.written == targets.get(slip.operand.sample or 0)
    }
    worked = {
        item.claim.span
        for item in walk.judged
        if item.quantity is not None and item.quantity.role in _CHANGED and len(item.claim.links) > 1
    }
    return len(taken) > 1 and 2 * len(taken) >= len(worked)


def _half_changes(walk: Walk) -> bool:
    """Whether parameters without working change by half of what an error of 2 gives: by the target, of classes -1 and 1."""
    if {target.value for target in walk.exercise.targets} != {-1, 1} or walk.exercise.activation != "sign":
        return False
    halves = others = 0
    seen: set[Quantity] = set()
    for item in walk.judged:
        if item.quantity is None or item.quantity.role not in _STEPPED or item.value is None:
            continue
        if item.quantity in seen:
            continue  # told again in the row that follows
        seen.add(item.quantity)
        before = walk.ledger.entries.get(item.quantity._replace(step=(item.quantity.step or 1) - 1))
        if before is None or len(item.claim.links) > 1 or item.value.value == before.value():
            continue
        change = item.value.value - before.value()
        half = item.expected is not None and item.expected - before.value() == 2 * change
        halves += half
        others += not half
    return halves > max(others, 1)


def _another_sample(walk: Walk) -> bool:
    """Whether a step that works one sample takes the data of another one throughout: that sample's turn it was."""
    if walk.exercise.batch_size != 1:
        return False
    steps: dict[int | None, dict[Role, set[int]]] = {}
    for slip in walk.slips:
        if slip.code != "copying.row" or slip.quantity is None or slip.operand is None:
            continue
        roles = steps.setdefault(slip.quantity.step, {})
        given = _samples_with(walk.exercise, slip.operand, slip.written)
        roles[slip.quantity.role] = roles.get(slip.quantity.role, given) & given
    return any(len(roles) > 1 and set.intersection(*roles.values()) for roles in steps.values())


def _samples_with(exercise: Exercise, operand: Quantity, text: str) -> set[int]:
    """The samples that have such a feature or target."""
    value = _number(text)
    if operand.role is Role.TARGET:
        column = list(exercise.targets)
    elif operand.role is Role.FEATURE and operand.feature is not None:
        column = [row[operand.feature - 1] for row in exercise.features]
    else:
        return set()
    return {sample for sample, each in enumerate(column, 1) if each.value == value}


def _number(text: str) -> Fraction | None:
    """The value of a number as it stands in a document; None of anything else."""
    try:
        return parse_number(text.replace("−", "-").replace(",", ".")).value
    except InputError:
        return None


def _net_input_for_output(walk: Walk) -> bool:
    """Whether most errors take the net input where the formula has the output: the neuron is a linear one then."""
    taken = {
        slip.span
        for slip in walk.slips
        if slip.quantity is not None
        and slip.quantity.role is Role.ERROR
        and slip.operand is not None
        and slip.operand.role is Role.OUTPUT
        and _is_net_input(walk, slip.operand, slip.written)
    }
    worked = {
        item.claim.span
        for item in walk.judged
        if item.quantity is not None and item.quantity.role is Role.ERROR and len(item.claim.links) > 1
    }
    return len(taken) > 1 and 2 * len(taken) >= len(worked)


def _is_net_input(walk: Walk, output: Quantity, text: str) -> bool:
    """Whether a number is the printed net input that an output is worked of."""
    entry = walk.ledger.entries.get(output._replace(role=Role.NET_INPUT))
    return entry is not None and any(form.value == _number(text) for form in entry.forms)


def _is_nought(item: Judged) -> bool:
    """Whether an output is said to be 0."""
    if item.quantity is None or item.quantity.role is not Role.OUTPUT or not item.claim.links:
        return False
    written = as_number(item.claim.links[-1].expr)
    return written is not None and written.value == 0


def is_borne_out(walk: Walk, plain: Walk) -> bool:
    """Whether the author's lines bear out data that were put together from prose.

    Most of them fit the formulas, and what is held against one of them is held against none of its kind beside it.

    Parameters
    ----------
    walk : Walk
        With the exercise as it was understood.
    plain : Walk
        With each line by itself; what is found there needs no exercise.
    """
    if walk.stopped is not None and plain.stopped is None:
        return False
    right = _fitting(walk, worked=True)
    bare = _fitting(walk, worked=False)
    anyway = {slip.span.start for slip in plain.slips} | {
        item.claim.span for item in plain.judged if item.status is Status.SLIP
    }
    found_so = [item for item in walk.judged if item.status is Status.SLIP and item.claim.span not in anyway]
    fresh = [slip for slip in walk.slips if slip.span.start not in anyway]
    again = _told_again(walk, found_so)
    if again is not None:
        found_so = [item for item in found_so if item is not again]
        fresh = [
            slip for slip in fresh if not again.claim.span.start <= slip.span.start < again.claim.span.end
        ]
    if is_worked(walk, found_so, fresh) or is_stepped_to(walk, found_so, fresh):
        return True
    if is_printed(walk, found_so, fresh):
        return True
    fitting = sum((right + bare).values())
    if _is_as_told(walk, found_so, fitting):
        return True
    most = MOST_BESIDES + (fitting >= RIGHT_FOR_MORE)
    classes = sum(_is_behind_net(walk, item) for item in found_so)
    needed = RIGHT_EACH * (len(found_so) - classes) + RIGHT_EACH_CLASS * classes
    if len(found_so) > most or fitting < max(needed, RIGHT_EACH):
        return False
    if not right and not walk.tables and (found_so or not _tells_enough(walk)):
        return False  # a printout
    taken_on: set[int] = set()
    for item in found_so:
        alike, enough = (right, 1) if len(item.claim.links) > 1 else (bare, FEWEST_BARE)
        if item.quantity is not None and _is_taken_on(walk, item):
            taken_on.add(id(item))
            continue
        if item.quantity is None or alike[_rule(item.quantity)] < enough:
            return False
        told = alike is right or walk.table_around(item.claim.span) is not None or _is_behind_net(walk, item)
        told = told or _is_of_right_list(walk, item) or _names_difference(walk, item)
        told = told or _is_named_like_others(walk, item)
        if not told:
            return False  # "Final error: 0.0" may be of anything
    wrong = Counter(_rule(item.quantity) for item in found_so if id(item) not in taken_on)
    if any(count > right[rule] + bare[rule] for rule, count in wrong.items()):
        return False
    given = Counter(
        slip.quantity for slip in fresh if slip.operand is not None and slip.operand.role in _GIVEN
    )
    if any(count > MOST_GIVEN for count in given.values()):
        return False  # a sample is worked that was not put together
    if walk.exercise.activation == "sign" and any(_is_nought(item) for item in found_so):
        return False  # a step with three values
    if _of_other_build(walk, fresh) or _out_of_turn(walk, found_so, fresh):
        return False
    return not any(slip.code in _OF_THE_DATA for slip in fresh)


def _told_again(walk: Walk, found_so: Sequence[Judged]) -> Judged | None:
    """The one number behind all working that is not what was worked out rightly, where those beside it are.

    Whoever miscopies a result has worked with the data all the same.
    """
    worked = [item for item in walk.judged if item.quantity is not None and len(item.claim.links) > 1]
    if not worked:
        return None
    last = worked[-1].claim.span.start
    behind = [item for item in walk.judged if item.quantity is not None and item.claim.span.start > last]
    odd = [item for item in behind if item.status is Status.SLIP]
    if len(odd) != 1 or len(behind) < 2 or all(item is not odd[0] for item in found_so):
        return None
    right = any(item.quantity == odd[0].quantity and item.status in _FITS for item in worked)
    return odd[0] if right and all(item.claim.line == odd[0].claim.line for item in behind) else None


def _is_as_told(walk: Walk, found_so: Sequence[Judged], fitting: int) -> bool:
    """Whether lines that are wrong are the author's, as every number of the data is taken where the formulas have it.

    More lines fit than are wrong, and none of those is of another build than its formula, unless others of its kind fit or
    the document states the rule.
    """
    if not found_so or len(found_so) >= fitting:
        return False
    if any(item.quantity is None or len(item.claim.links) < 2 for item in found_so):
        return False
    right = _fitting(walk, worked=True)
    wrong = Counter(_rule(item.quantity) for item in found_so)
    if any(count > max(1, 2 * right[rule]) and not states(walk, rule) for rule, count in wrong.items()):
        return False
    stated = "convention" in walk.understood.stated
    lines = Counter(slip.quantity for slip in walk.slips)
    if any(count > 1 and not right[_rule(quantity)] for quantity, count in lines.items()):
        return False  # a line of another build, where no other is of that of the formula
    miscopied = 0
    for slip in walk.slips:
        if slip.code in _OF_THE_DATA or slip.code == "copying.row":
            return False
        given = slip.operand is not None and slip.operand.role in _GIVEN
        other = slip.code == "copying.operand" or (slip.code == "copying.digit" and _is_short(slip.written))
        if other and not given:
            return False  # it is worked of other numbers, as with another activation
        miscopied += given and (other or slip.code == "copying.digit")
        if slip.kind in _OF_BUILD and not stated and not right[_rule(slip.quantity)]:
            return False
    return miscopied <= MOST_GIVEN and takes_all_data(walk)


def _is_short(text: str) -> bool:
    """Whether a number has one digit, which any other digit resembles."""
    return sum(char.isdigit() for char in text) < 2


def _is_of_right_list(walk: Walk, item: Judged) -> bool:
    """Whether a value is one component of a vector of which all others fit."""
    if item.claim.part is None:
        return False
    beside = [other for other in walk.judged if other.claim.span == item.claim.span and other is not item]
    return len(beside) >= FEWEST_BARE and all(other.status in _FITS for other in beside)


def _names_difference(walk: Walk, item: Judged) -> bool:
    """Whether the left side of a line says how its value is worked: ``t - y = 0.5``."""
    written = (
        each for each in walk.document.items if isinstance(each, Claim) and each.span == item.claim.span
    )
    return any(isinstance(each.subject, Sum) for each in written)


def _is_taken_on(walk: Walk, item: Judged) -> bool:
    """Whether the author worked on with a wrong value where the formula has its quantity: nothing else was meant by it.

    Or with the right one, so that it was only written down wrongly. The line that takes it is worked out, or its value has
    so many figures that chance does not make it fit.
    """
    entry = item.entry
    if entry is None or entry.quantity is None or item.value is None or entry.quantity.role in _STEPPED:
        return False  # weights told anew are gone on from, too: another run begins
    if item.value.figures < LONG:
        return False  # a class
    at = next((k for k, other in enumerate(walk.judged) if other is item), len(walk.judged))
    for other in walk.judged[at + 1 :]:
        recipe = other.entry.recipe if other.entry is not None else None
        if recipe is None or other.quantity is None or other.status not in _FITS:
            continue
        operands = recipe.operands.values()
        if len(other.claim.links) > 1:
            taken = [written for part in _numbers_in(other.claim) if (written := as_number(part)) is not None]
            if any(operand is entry for operand in operands) and any(
                abs(number.value) == abs(item.value.value) for number in taken
            ):
                return True
            if any(operand.quantity == entry.quantity for operand in operands) and any(
                number.figures >= LONG and _rounds(number, item.expected) for number in taken
            ):
                return True
        elif not any(operand is entry for operand in operands):
            continue
        elif other.value is not None and other.value.figures >= LONG and other.fits_printed:
            return True
    return False


def _rounds(number: Written, exact: Fraction | None) -> bool:
    """Whether a number without its sign is what somebody writes for an exact value."""
    return exact is not None and abs(abs(number.value) - abs(exact)) <= number.unit / 2


def _numbers_in(claim: Claim) -> Iterator[Expr]:
    """The numbers that a line is worked of."""
    for link in claim.links[:-1]:
        yield from (node for node in link.expr.walk() if isinstance(node, Number))


def _is_named_like_others(walk: Walk, item: Judged) -> bool:
    """Whether a value stands at the name of its sample, ``ŷ_2 - y_2 = 0.4``, as many others do that fit and are long."""
    if item.quantity is None or item.quantity.sample is None or item.claim.subject is None:
        return False
    if not any(symbol.index for symbol in symbols(item.claim.subject)):
        return False
    fitting = [
        other
        for other in walk.judged
        if other.quantity is not None
        and other.quantity.role is item.quantity.role
        and other.status in _FITS
        and len(other.claim.links) == 1
        and (written := as_number(other.claim.links[-1].expr)) is not None
        and written.figures >= LONG
    ]
    return len(fitting) >= MANY_ALIKE


def _is_behind_net(walk: Walk, item: Judged) -> bool:
    """Whether it is the output of a step right behind the net input of its sample."""
    if walk.exercise.activation not in STEPPING or item.quantity is None:
        return False
    at = next((k for k, other in enumerate(walk.judged) if other is item), 0)
    before = walk.judged[at - 1] if at else None
    if before is None or before.status is Status.SLIP:
        return False
    return item.quantity.role is Role.OUTPUT and before.quantity == item.quantity._replace(
        role=Role.NET_INPUT
    )


def _tells_enough(walk: Walk) -> bool:
    """Whether values without working say so much that chance does not make them fit: long ones, of several quantities."""
    long = [
        item.quantity.role
        for item in walk.judged
        if item.quantity is not None
        and item.status is not Status.SLIP
        and (written := as_number(item.claim.links[-1].expr)) is not None
        and written.figures >= LONG
    ]
    return len(long) >= MANY_PRINTED and len(set(long)) >= FEW_PRINTED


def _whole_lists(walk: Walk) -> bool:
    """Whether a list of values is wrong in every one of them: it is then of another step than was thought."""
    listed = [item for item in walk.judged if item.quantity is not None and item.claim.part is not None]
    lines = Counter((item.claim.line, item.quantity.role) for item in listed if item.quantity is not None)
    wrong = Counter(
        (item.claim.line, item.quantity.role)
        for item in listed
        if item.quantity is not None and item.status is Status.SLIP
    )
    return any(count >= FEW and wrong[line] == count for line, count in lines.items())


def _whole_steps(walk: Walk) -> bool:
    """Whether every sample of a step takes a number from elsewhere: the step is another one than was thought."""
    located = Counter(
        (item.quantity.role, item.quantity.step)
        for item in walk.judged
        if item.quantity is not None and item.quantity.role in _OF_SAMPLES
    )
    copied = Counter(
        (slip.quantity.role, slip.quantity.step)
        for slip in walk.slips
        if slip.quantity is not None and slip.kind is Kind.COPYING and not slip.harmless
    )
    return any(count > 2 and copied[step] >= count for step, count in located.items())
