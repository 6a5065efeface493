"""Whether one sample's numbers, told with little working, bear out the exercise though one of them does not fit.

A page that says only ``y = 0.6, delta = 0.1, so w_1 = 0.2, w_2 = 0.4, b = 0.3`` has no lines that show where the data were
taken. What it has is every parameter after the step: where all but one number come out in all their digits, the data, the
start and the rule are those of the author.
"""

from collections.abc import Collection, Sequence

from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.one_sample import FORTH, OF_VALUE, STEPPED
from deltarule.checking.sides import as_number
from deltarule.checking.walk import Walk
from deltarule.findings import Status
from deltarule.formulas import Role
from deltarule.written import Written

ENOUGH = (
    (4, 4.0),
    (3, 7.0),
)  # quantities that fit, and figures of all of them together, which chance hardly makes fit
_ON_THE_WAY = FORTH | {Role.ERROR}
_OF_ONE_FIGURE, _OF_A_COUNT = 0.7, 0.3  # what a number of one figure tells, and 0 or 1


def is_stepped_to(walk: Walk, found_so: Sequence[Judged], fresh: Collection[FoundSlip]) -> bool:
    """Whether all parameters of a step are told, and all numbers but one are those of the exercise.

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
    if exercise.n_samples != 1 or exercise.missing or len(found_so) != 1 or len(fresh) != 1:
        return False
    if any(slip.kind not in OF_VALUE for slip in fresh):
        return False
    located = [item for item in walk.judged if item.quantity is not None]
    told = {item.quantity for item in located}
    if len(told) < len(located):
        return False  # told twice: one of them may be of something else
    fitting = [item for item in located if item is not found_so[0]]
    if any(item.status is Status.SLIP for item in fitting):
        return False
    if all(item.claim.span.start > found_so[0].claim.span.start for item in fitting):
        return False  # it is given, as the output of another neuron
    figures = sum(
        _telling(written) for item in fitting if (written := as_number(item.claim.links[-1].expr)) is not None
    )
    roles = [quantity.role for quantity in told if quantity is not None]
    parameters = len(exercise.weights) + exercise.has_bias
    stepped = sum(role in STEPPED for role in roles)
    enough = any(len(fitting) >= least and figures >= told_by for least, told_by in ENOUGH)
    return enough and stepped == parameters > 1 and not _ON_THE_WAY.isdisjoint(roles)


def _telling(written: Written) -> float:
    """How many figures of a number hardly fit by chance."""
    if abs(written.value) in (0, 1):
        return _OF_A_COUNT
    return float(written.figures) if written.figures > 1 else _OF_ONE_FIGURE
