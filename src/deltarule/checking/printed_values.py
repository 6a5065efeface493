"""Whether values that stand without working bear out data that are told in prose, though some of them do not fit.

A printout works nothing out before our eyes; what speaks for the data is that many of its numbers, too long to fit by
chance, are those that the formulas give. One that does not fit is its author's then, where it stands in a row with others that
do, below a name under which others do.
"""

from collections import Counter
from collections.abc import Collection, Sequence

from deltarule.algebra.expr import Expr, symbols
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.walk import Walk
from deltarule.findings import Status
from deltarule.formulas import Role
from deltarule.formulas.neuron import BIAS_OF

FEWEST = 6  # long values that fit
EACH = 4  # of them, for each value that does not
LONG = 3  # figures of a value that hardly fits by chance
ALIKE = 2  # values of a kind that fit, for one that does not
_FITS = frozenset({Status.RIGHT, Status.RIGHT_ROUNDED, Status.FOLLOW_THROUGH})
_FORTH = frozenset({Role.NET_INPUT, Role.OUTPUT, Role.ERROR})
_STEPPED = frozenset({Role.WEIGHT, Role.BIAS})
_OF_VALUE = frozenset({"arithmetic", "sign", "place-value", "rounding", "truncation"})  # in front of the dot of a code
_BIASES = {of_bias: role for role, of_bias in BIAS_OF.items()}


def is_printed(walk: Walk, found_so: Sequence[Judged], fresh: Collection[FoundSlip]) -> bool:
    """Whether the values of a document fit the exercise as it was understood, but for a few of those without working.

    Parameters
    ----------
    walk : Walk
        With the exercise as it was understood.
    found_so : sequence of Judged
        Values that are wrong under this exercise only.
    fresh : collection of FoundSlip
        What is said of them.
    """
    if not found_so or any(item.quantity is None or len(item.claim.links) > 1 for item in found_so):
        return False
    long = [
        item
        for item in walk.judged
        if item.quantity is not None
        and item.status in _FITS
        and item.value is not None
        and item.value.figures >= LONG
    ]
    roles = {item.quantity.role for item in long if item.quantity is not None}
    if len(long) < max(FEWEST, EACH * len(found_so)) or not (roles & _FORTH and roles & _STEPPED):
        return False
    if any(slip.code.partition(".")[0] not in _OF_VALUE for slip in fresh):
        return False
    wrong = Counter(_rule(item) for item in found_so)
    fitting = Counter(_rule(item) for item in long)
    if any(fitting[rule] < max(ALIKE, count) for rule, count in wrong.items()):
        return False
    names = {_name(item.claim.subject) for item in long}
    lines = Counter(item.claim.line for item in long)
    return all(_name(item.claim.subject) in names and lines[item.claim.line] > 0 for item in found_so)


def _rule(item: Judged) -> Role | None:
    """What stands for the rule that a value follows: a bias has that of the weights, an output mostly that of the net input."""
    role = item.quantity.role if item.quantity is not None else None
    return Role.NET_INPUT if role is Role.OUTPUT else _BIASES.get(role, role) if role is not None else None


def _name(subject: Expr | None) -> str:
    """What a value stands under, without the index of its sample or weight."""
    return " ".join(symbol.name for symbol in symbols(subject)) if subject is not None else ""
