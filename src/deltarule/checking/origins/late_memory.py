"""A memory that learns late: on most pages everything has its place in the run, and nobody asks what the document has said."""

from collections.abc import Mapping

from deltarule.algebra.expr import Symbol
from deltarule.checking.origins.functions import Function, slope_variable, stated_function
from deltarule.checking.origins.memory import Memory
from deltarule.checking.origins.model import stated_line
from deltarule.checking.origins.roles import PARAMETERS
from deltarule.document import Claim, Heading


class LateMemory:
    """What the document has said so far, learned when somebody asks for it."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._heard: list[Claim | Heading] = []  # what nobody has asked about yet
        self._may_state = False  # what is descended on, in a formula among that
        self.beside: dict[int, set[Symbol]] = {}  # parameters that a line has told so far

    def hear(self, claim: Claim) -> None:
        """Take in a claim, to be learned later."""
        self._memory.see(claim)
        self._heard.append(claim)
        self._may_state = self._may_state or (bool(claim.formulas) and self._states(claim))

    def _states(self, claim: Claim) -> bool:
        """Whether a formula may be that of a function, or of the slope of one: of that beside data nothing is learned."""
        if stated_function(claim, self._memory.names) is not None:
            return True
        exercise = self._memory.exercise
        return not (exercise.features or exercise.targets) and slope_variable(claim.subject) is not None

    def head(self, heading: Heading) -> None:
        """Take in where a step or a row begins."""
        self._heard.append(heading)

    @property
    def now(self) -> Memory:
        """What the document has said so far."""
        memory = self._memory
        for claim in self._heard:
            if isinstance(claim, Heading):
                memory.begin_step(claim.epoch if claim.epoch is not None else claim.ordinal)
                continue
            memory.learn(claim)
            if isinstance(claim.subject, Symbol) and is_parameter(claim.subject, memory):
                self.beside.setdefault(claim.line, set()).add(claim.subject)
            line = stated_line(claim, memory)
            if line is not None:
                memory.line = line
        self._heard.clear()
        self._may_state = False
        return memory

    @property
    def objective(self) -> Function | None:
        """The function that is descended on; what was heard is learned for it only where a formula among it may state one."""
        if self._memory.objective is None and not self._may_state:
            return None
        return self.now.objective

    @property
    def functions(self) -> Mapping[str, Function]:
        """The functions that were stated; what was heard is learned for them only where a formula among it may state one."""
        if not self._memory.functions and not self._may_state:
            return {}
        return self.now.functions


def is_parameter(subject: Symbol, memory: Memory) -> bool:
    """Whether a name is that of a weight or bias, or of a parameter of the line that the document fits."""
    if "star" in subject.marks:
        return False
    if memory.line is not None and any(subject.name == each.name for each in memory.line.parameters):
        return True
    return memory.names.role(subject.name) in PARAMETERS
