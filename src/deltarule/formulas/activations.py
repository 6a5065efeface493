"""Activations: the output of a neuron as a function of its net input.

Each entry states the value in terms of the net input ``z`` and, where there is one, the slope in
terms of ``z`` and the output ``a``, as it is used by hand. A test proves every slope against the
derivative of its value. At a kink the slope is the one from the left.
"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.expr import Apply, Branch, Comparison, Expr, Number, Piecewise, Symbol, as_expr
from deltarule.records import record

z, a = Symbol("z"), Symbol("a")


@record
class Activation:
    """An activation: its value, and its slope (None where gradient descent has nothing to follow)."""

    name: str
    value: Expr
    slope: Expr | None


JUMPS = ("upper", "lower", "zero")  # what a step gives just where it jumps: one of its outputs, or nothing

ACTIVATIONS: Mapping[str, Activation] = {
    entry.name: entry
    for entry in (
        Activation("identity", value=z, slope=as_expr(1)),
        Activation("sigmoid", value=1 / (1 + Apply("exp", -z)), slope=a * (1 - a)),
        Activation(
            "tanh",
            value=(Apply("exp", 2 * z) - 1) / (Apply("exp", 2 * z) + 1),
            slope=1 - a**2,
        ),
        Activation(
            "relu",
            value=Piecewise((Branch(z, Comparison(">", z, as_expr(0))),), as_expr(0)),
            slope=Piecewise((Branch(as_expr(1), Comparison(">", z, as_expr(0))),), as_expr(0)),
        ),
        Activation(
            "step",  # step(0) = 1
            value=Piecewise((Branch(as_expr(1), Comparison(">=", z, as_expr(0))),), as_expr(0)),
            slope=None,
        ),
        Activation(
            "sign",  # the step between -1 and 1; sign(0) = 1, so that there is always a class
            value=Piecewise((Branch(as_expr(1), Comparison(">=", z, as_expr(0))),), as_expr(-1)),
            slope=None,
        ),
    )
}


def levels(activation: Activation) -> tuple[Fraction, ...]:
    """The outputs of a step, ascending; none of an activation that has more than a few."""
    if activation.slope is not None or not isinstance(activation.value, Piecewise):
        return ()
    outputs = (*(branch.value for branch in activation.value.branches), activation.value.otherwise)
    return tuple(sorted(output.value for output in outputs if isinstance(output, Number)))


def stepping(activation: Activation, jump: str) -> Activation:
    """An activation whose step, if it has one, gives its upper or its lower output, or 0, just where it jumps."""
    if jump == "upper" or activation.slope is not None or not isinstance(activation.value, Piecewise):
        return activation
    branches = tuple(
        Branch(branch.value, Comparison(">", branch.condition.left, branch.condition.right))
        for branch in activation.value.branches
    )
    if jump == "zero":
        at = (
            Branch(as_expr(0), Comparison("=", branch.condition.left, branch.condition.right))
            for branch in activation.value.branches
        )
        branches = (*branches, *at)
    return replace(activation, value=Piecewise(branches, activation.value.otherwise))
