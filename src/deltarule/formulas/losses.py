"""Losses, and the conventions by which they are added up.

A loss states what one sample costs, in terms of the output ``a``, the target ``y`` and the error
``e = y - a``. A convention states the factor in front of the sum over samples, and the factor
that the squared loss then leaves in front of the gradient: four of them are in use, and differ only by a
constant, which rescales the learning rate.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from deltarule.algebra.expr import Apply, Expr, Symbol, as_expr

a, y, e, n = Symbol("a"), Symbol("y"), Symbol("e"), Symbol("n")


@dataclass(frozen=True)
class Loss:
    """What one sample costs: `value`; its slope by the output: `slope`."""

    name: str
    value: Expr
    slope: Expr


@dataclass(frozen=True)
class Convention:
    """The factor before the sum of losses, and the one before the gradient of the squared loss."""

    name: str
    factor: Expr
    squared_gradient_factor: Expr


LOSSES: Mapping[str, Loss] = {
    entry.name: entry
    for entry in (
        Loss("squared", value=e**2, slope=-(2 * e)),
        Loss(
            "log",
            value=-(y * Apply("ln", a) + (1 - y) * Apply("ln", 1 - a)),
            slope=(a - y) / (a * (1 - a)),
        ),
    )
}

CONVENTIONS: Mapping[str, Convention] = {
    entry.name: entry
    for entry in (
        Convention("mean", factor=1 / n, squared_gradient_factor=2 / n),
        Convention("half-mean", factor=1 / (2 * n), squared_gradient_factor=1 / n),
        Convention("sum", factor=as_expr(1), squared_gradient_factor=as_expr(2)),
        Convention("half-sum", factor=1 / as_expr(2), squared_gradient_factor=as_expr(1)),
    )
}
