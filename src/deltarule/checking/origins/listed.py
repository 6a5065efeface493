"""What comes out for a row of inputs, ``[0, 1] -> 1``, with the weights told last.

What does not fit may be the row's target, or of other weights, and stays without a word.
"""

from fractions import Fraction

from deltarule.algebra.expr import Apply, Vector
from deltarule.checking.origins.memory import Memory
from deltarule.checking.sides import value_of
from deltarule.document import OUTPUT_AT, Claim
from deltarule.errors import DeltaruleError
from deltarule.formulas import Role
from deltarule.trace import neuron_arithmetic
from deltarule.written import Written, is_rounding

_CLASSES = (0, 1, -1)


class Listing:
    """The outputs that are listed below one another, and whether each of them comes out."""

    def __init__(self) -> None:
        self._outputs: list[tuple[int, Claim, Written, bool]] = []

    def take(
        self, at: int, claim: Claim, written: Written, memory: Memory
    ) -> list[tuple[int, Claim, Written]]:
        """Take in what comes out for one row; return what `close` does where another listing ends in front of it."""
        ended = self.close() if self._outputs and claim.line > self._outputs[-1][1].line + 1 else []
        self._outputs.append((at, claim, written, comes_out(claim, written, memory)))
        return ended

    def close(self) -> list[tuple[int, Claim, Written]]:
        """End the listing; its outputs are returned, which are right, where all of them come out."""
        outputs, self._outputs = self._outputs, []
        whole = all(fitting for _, _, _, fitting in outputs)
        return [(at, claim, written) for at, claim, written, _ in outputs] if whole else []


def is_listed(claim: Claim) -> bool:
    """Whether a claim says what comes out for a row of inputs that stands in it."""
    return isinstance(claim.subject, Apply) and claim.subject.function == OUTPUT_AT


def comes_out(claim: Claim, written: Written, memory: Memory) -> bool:
    """Whether the net input of the row, what is made of it, or the class that follows from it is what was written."""
    subject = claim.subject
    if not isinstance(subject, Apply) or not isinstance(subject.arg, Vector):
        return False
    net = _net([value_of(item) for item in subject.arg.items], memory)
    if net is None:
        return False
    if written.value in _CLASSES:
        known = memory.roles.get((Role.THRESHOLD, None)) or memory.exercise.threshold
        bound = known.value if known is not None else Fraction(0)
        if net >= bound if written.value == 1 else net <= bound:
            return True
    if is_rounding(written.value, net, written.places):
        return True
    curve = neuron_arithmetic().functions.get(memory.exercise.activation)
    try:
        return curve is not None and is_rounding(written.value, Fraction(curve(net)), written.places)
    except (DeltaruleError, ArithmeticError):  # the net input is beyond what a function is worked out for
        return False


def _net(inputs: list[Fraction | None], memory: Memory) -> Fraction | None:
    """The weighted sum of inputs, with the weights and the bias told last."""
    roles, size = memory.roles, len(inputs)
    weights = [roles.get((Role.WEIGHT, j)) for j in range(1, size + 1)]
    if (Role.WEIGHT, size + 1) in roles:
        return None
    bias = roles.get((Role.BIAS, None))
    net = bias.value if bias is not None else Fraction(0)
    for weight, value in zip(weights, inputs, strict=True):
        if weight is None or value is None:
            return None
        net += weight.value * value
    return net
