"""Lines where an exercise begins: they only give numbers, with which the lines below them work."""

from collections.abc import Sequence

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Symbol
from deltarule.checking.origins.roles import SLOPES
from deltarule.document import Claim, Item
from deltarule.formulas import Role
from deltarule.naming import Names


def setup_lines(items: Sequence[Item], names: Names) -> set[int]:
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
    worked_out = {Role.ERROR, Role.NET_INPUT, Role.LOSS, Role.PREDICTION, *SLOPES}  # y may be a target
    return (
        Role.WEIGHT in roles and not roles & worked_out and bool(roles & {Role.LEARNING_RATE, Role.FEATURE})
    )
