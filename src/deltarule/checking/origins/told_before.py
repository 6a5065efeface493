"""Values that a document only tells once more."""

from deltarule.algebra.expr import Symbol
from deltarule.checking.origins.memory import Memory
from deltarule.checking.origins.roles import PARAMETERS, SLOPES
from deltarule.document import Claim
from deltarule.formulas import Role
from deltarule.written import Written, size_of

_TELLING = frozenset({Role.OUTPUT, Role.PREDICTION, Role.ERROR})
_FEWEST_FIGURES = 3  # a number of so many figures does not come twice by chance


def told_before(claim: Claim, written: Written, memory: Memory) -> bool:
    """Whether the value is only told once more: the same number under the same name, or one too long to come twice."""
    subject = claim.subject
    if isinstance(subject, Symbol):
        role = memory.names.role(subject.name)
        if role not in _TELLING and written.value in memory.said.get((subject.name, subject.index), ()):
            return True
        timeless = role in PARAMETERS and not subject.index and written.figures > 1  # w, where w_2 was told
        if (timeless or memory.variable(subject) is not None) and written.value in memory.of_name.get(
            subject.name, ()
        ):
            return True  # x_3 in a table of all steps
        if (
            claim.part is not None
            and role in PARAMETERS
            and memory.is_parameter_again(claim.part, written.value)
        ):
            return True
        if role in SLOPES and written.figures > 1 and written.value in memory.of_role.get(role, ()):
            return True
    if written.value == memory.last and (subject is None or written.figures > 1):
        return True
    return written.figures >= _FEWEST_FIGURES and size_of(written.value) in memory.numbers
