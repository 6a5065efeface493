"""Convex losses seen from below: what certifies how far a run is from the best loss there is.

The conjugate of a loss l(z) is l*(s), the largest value of ``s z - l(z)``. So ``l(z) >= s z - l*(s)`` for every
slope s, and slopes whose sum over the rows of ``s x`` is 0 bound the least possible loss: it is at least the sum of ``-l*(s)``
(Fenchel duality). Stated for a neuron in terms of its net input: log loss with sigmoid, the others with identity.
"""

from collections.abc import Mapping

from deltarule.algebra.expr import Apply, Expr, Symbol, as_expr
from deltarule.records import record

s, y = Symbol("s"), Symbol("y")


@record
class Conjugate:
    """The conjugate of a loss, for slopes from `lowest` to `highest`; beyond them it is infinite."""

    activation: str
    value: Expr
    lowest: Expr | None = None
    highest: Expr | None = None


CONJUGATES: Mapping[str, Conjugate] = {
    "squared": Conjugate("identity", s**2 / 4 + s * y),
    "log": Conjugate(
        "sigmoid",  # xlnx(p) is p ln p, and 0 for 0
        Apply("xlnx", s + y) + Apply("xlnx", 1 - s - y),
        lowest=-y,
        highest=1 - y,
    ),
    "hinge": Conjugate("identity", s * y, lowest=(-1 - y) / 2, highest=(1 - y) / 2),
    "perceptron": Conjugate("identity", as_expr(0), lowest=(-1 - y) / 2, highest=(1 - y) / 2),
    "huber": Conjugate("identity", s**2 / 2 + s * y, lowest=as_expr(-1), highest=as_expr(1)),
}


def conjugate(activation: str, loss: str) -> Conjugate | None:
    """Conjugate of a neuron's loss by its net input; None where that is not convex."""
    found = CONJUGATES.get(loss)
    return found if found is not None and found.activation == activation else None
