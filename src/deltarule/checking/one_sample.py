"""Whether an author's lines bear out one sample that is told by name, ``x = 0.7, t = 1``, though some of them do not fit.

With one sample most quantities are worked once, so no second line of the kind speaks for the formula that one does not
fit. What speaks for it is the way through the exercise: the given numbers are taken up on the way forth and on the way
back, most lines fit, and each of the few that do not is understood, and stands alone with what it does.
"""

from collections import Counter
from collections.abc import Collection, Sequence

from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.walk import Walk
from deltarule.document import Claim
from deltarule.findings import Kind, Status
from deltarule.formulas import Role
from deltarule.formulas.neuron import BIAS_OF

FEWEST_FIT = 5  # lines with their working
FIT_EACH = 2  # of them, for each that does not fit
MOST_WRONG = 3
MOST_OF_BUILD = 1  # formulas that no line follows and that are not stated
FORTH = frozenset({Role.NET_INPUT, Role.OUTPUT})
_BACK = frozenset({Role.DELTA, Role.GRADIENT, Role.CHANGE, Role.BIAS_GRADIENT, Role.BIAS_CHANGE})
STEPPED = frozenset({Role.WEIGHT, Role.BIAS})
_WHOLE = frozenset(
    {Role.NET_INPUT, Role.OUTPUT, Role.ERROR, Role.WEIGHT, Role.BIAS}
)  # all that there is, without changes told apart
_GIVEN = frozenset({Role.FEATURE, Role.TARGET})
_NOT_UNDERSTOOD = frozenset({"formula.rule", "formula.stated", "contradiction.value", "copying.operand"})
OF_VALUE = frozenset({Kind.ARITHMETIC, Kind.SIGN, Kind.ROUNDING, Kind.PLACE_VALUE})
_OF_BUILD = (Kind.FORMULA, Kind.OMISSION)


def is_worked(walk: Walk, found_so: Sequence[Judged], fresh: Collection[FoundSlip]) -> bool:
    """Whether the one sample of an exercise is what a document works, in spite of what does not fit.

    Parameters
    ----------
    walk : Walk
        With the exercise as it was understood.
    found_so : sequence of Judged
        Lines that are wrong under this exercise only.
    fresh : collection of FoundSlip
        What is said of them.
    """
    exercise = walk.exercise
    if exercise.n_samples != 1 or exercise.missing or len(found_so) > MOST_WRONG:
        return False
    of_build = {slip.quantity for slip in walk.slips if slip.kind not in OF_VALUE}
    worked = [
        item
        for item in walk.judged
        if item.quantity is not None
        and (
            item.status is not Status.SLIP
            or (item.quantity not in of_build and all(item is not other for other in found_so))
        )
    ]  # with what is of the formula's build and only worked out wrongly
    fitting = {item.quantity for item in worked}
    roles = {quantity.role for quantity in fitting if quantity is not None}
    roles |= {item.quantity.role for item in found_so if item.quantity is not None} & FORTH
    whole = len(found_so) == 1 and roles >= _WHOLE and not any(slip.kind in _OF_BUILD for slip in fresh)
    whole = whole and all(item.quantity is not None and item.quantity.role in FORTH for item in found_so)
    if len(fitting) < max(FEWEST_FIT - whole, FIT_EACH * len(found_so)):
        return False
    if not (roles & FORTH and roles & STEPPED) or not (roles & _BACK or Role.LOSS in roles or whole):
        return False
    if any(slip.code in _NOT_UNDERSTOOD for slip in fresh):
        return False
    errors = Counter(slip.quantity for slip in fresh if slip.quantity and slip.quantity.role is Role.ERROR)
    if any(count > 1 for count in errors.values()):
        return False  # wrong in more than one way: the name means something else, as E of a loss
    told = Counter(item.quantity for item in walk.judged)
    if any(told[item.quantity] > 1 or len(item.claim.links) == 1 for item in found_so):
        return False  # "net = 0.2" may be of another sample
    rules = {_rule(quantity.role) for quantity in fitting if quantity is not None}
    odd = {
        slip.quantity.role
        for slip in fresh
        if slip.quantity is not None and slip.kind in _OF_BUILD and not slip.harmless
    }
    if sum(_rule(role) not in rules and not states(walk, _rule(role)) for role in odd) > MOST_OF_BUILD:
        return False
    if sum(slip.operand is not None and slip.operand.role in _GIVEN for slip in fresh) > 1:
        return False  # another sample is worked
    alike = Counter((slip.code, slip.written, slip.operand and slip.operand.role) for slip in fresh)
    return max(alike.values(), default=0) == 1  # the same number again is what the author has there


def states(walk: Walk, rule: Role | None) -> bool:
    """Whether the document states a formula for what follows a rule."""
    for item in walk.document.items:
        if isinstance(item, Claim) and item.subject is not None and item.formulas:
            reference = walk.names.reference(item.subject)
            role = None if reference is None else reference.role
            if role is rule or (role is Role.OUTPUT and rule is Role.NET_INPUT):
                return True
    return False


def _rule(role: Role) -> Role:
    """The rule that a quantity is worked by: a bias follows that of the weights."""
    return next((other for other, of_bias in BIAS_OF.items() if of_bias is role), role)
