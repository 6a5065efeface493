"""Losses, and the conventions by which they are added up.

A loss states what one sample costs, in terms of the output ``a``, the target ``y`` and the error
``e = y - a``. Hinge and perceptron want targets -1 and 1, the log loss 0 and 1. At a kink the slope is the one that
still learns: the perceptron starts from zero weights, where every row is on its kink. A convention states the factor in front of the sum over samples, and the factor
that the squared loss then leaves in front of the gradient: four of them are in use, and differ only by a
constant, which rescales the learning rate.
"""

from collections.abc import Mapping

from deltarule.algebra.expr import Apply, Branch, Comparison, Expr, Piecewise, Symbol, as_expr
from deltarule.records import record

a, y, e, n = Symbol("a"), Symbol("y"), Symbol("e"), Symbol("n")


@record
class Loss:
    """What one sample costs: `value`; its slope by the output: `slope`.

    Attributes
    ----------
    activation : str or None
        The only activation that the loss goes with; None for any.
    targets : tuple of int
        The only targets that it takes; empty for any number.
    worked : bool
        Whether worked solutions are written and read with it; the others are for training.
    """

    name: str
    value: Expr
    slope: Expr
    activation: str | None = None
    targets: tuple[int, ...] = ()
    worked: bool = True


@record
class Convention:
    """The factor before the sum of losses, and the one before the gradient of the squared loss."""

    name: str
    factor: Expr
    squared_gradient_factor: Expr


def _up_to(bound: int, value: Expr, beyond: Expr | int = 0) -> Piecewise:
    """Give `value` where ``y a <= bound``, and else `beyond`."""
    return Piecewise((Branch(value, Comparison("<=", y * a, as_expr(bound))),), as_expr(beyond))


def _within_one(value: Expr, above: Expr, below: Expr) -> Piecewise:
    """Give `value` for errors up to 1, and else what holds above and below."""
    beyond = (Branch(above, Comparison(">", e, as_expr(1))), Branch(below, Comparison("<", e, as_expr(-1))))
    return Piecewise(beyond, value)


LOSSES: Mapping[str, Loss] = {
    entry.name: entry
    for entry in (
        Loss("squared", value=e**2, slope=-(2 * e)),
        Loss(
            "log",
            value=-(y * Apply("ln", a) + (1 - y) * Apply("ln", 1 - a)),
            slope=(a - y) / (a * (1 - a)),
            activation="sigmoid",
            targets=(0, 1),
        ),
        Loss(
            "hinge",
            value=_up_to(1, 1 - y * a),
            slope=_up_to(1, -y),
            activation="identity",
            targets=(-1, 1),
            worked=False,
        ),
        Loss(
            "perceptron",
            value=_up_to(0, -(y * a)),
            slope=_up_to(0, -y),
            activation="identity",
            targets=(-1, 1),
            worked=False,
        ),
        Loss(
            "huber",  # half the square up to an error of 1, a straight line beyond
            value=_within_one(e**2 / 2, e - as_expr(1) / 2, -e - as_expr(1) / 2),
            slope=_within_one(-e, as_expr(-1), as_expr(1)),
            worked=False,
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
