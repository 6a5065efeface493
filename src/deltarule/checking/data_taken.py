"""Whether the author's lines take every number of the data where the formulas have it: then the data are those of the author."""

from deltarule.algebra.expr import Number
from deltarule.checking.claims import Judged
from deltarule.checking.walk import Walk
from deltarule.findings import Status
from deltarule.formulas import Role
from deltarule.trace import Quantity

FEWEST_TAKEN = 3  # numbers of the data that tell anything
_DATA = frozenset({Role.FEATURE, Role.TARGET})


def takes_all_data(walk: Walk) -> bool:
    """Whether each feature and each target of every sample is an operand of some line, as a number that stands there.

    A number that a slip is about is none of them. A feature that is 0 may be left out.
    """
    exercise = walk.exercise
    wanted = {
        Quantity(Role.FEATURE, j, i)
        for i, row in enumerate(exercise.features, 1)
        for j, number in enumerate(row, 1)
        if number.value
    } | {Quantity(Role.TARGET, None, i) for i, _ in enumerate(exercise.targets, 1)}
    if len(wanted) < FEWEST_TAKEN:
        return False
    wrong = {(slip.quantity, slip.operand) for slip in walk.slips if slip.operand is not None}
    for item in walk.judged:
        wanted -= {taken for taken in _taken(item) if (item.quantity, taken) not in wrong}
        if not wanted:
            return True
    return False


def _taken(item: Judged) -> set[Quantity]:
    """The numbers of the data among the operands of a line; where it shows none, those of the formula that it fits."""
    recipe = item.entry.recipe if item.entry is not None else None
    if recipe is None or item.quantity is None:
        return set()
    given = {
        entry.quantity._replace(step=None): entry.printed
        for entry in recipe.operands.values()
        if entry.quantity is not None and entry.quantity.role in _DATA
    }
    working = [link.expr for link in item.claim.links[:-1] if link.expr.is_numeric]
    if not working:
        return set(given) if item.status in (Status.RIGHT, Status.RIGHT_ROUNDED) else set()
    numbers = {abs(node.value) for expr in working for node in expr.walk() if isinstance(node, Number)}
    return {
        quantity
        for quantity, printed in given.items()
        if printed is not None and abs(printed.value) in numbers
    }
