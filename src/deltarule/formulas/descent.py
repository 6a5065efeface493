"""Gradient descent on any function of one or two variables: how a step is worked, with and without momentum.

The symbols: ``x`` a variable, ``g`` the slope of the function by it where the step starts, ``v`` the velocity, ``eta`` the
learning rate, ``beta`` the share of the velocity that is kept, ``lambda`` how hard a variable is pulled to zero. The neuron's own
rules with momentum and weight decay are made of the same formulas.
"""

from collections.abc import Mapping

from deltarule.algebra.expr import Expr, Symbol, as_expr
from deltarule.records import record

x, g, v, eta, beta, decay = (Symbol(name) for name in ("x", "g", "v", "eta", "beta", "lambda"))


@record
class Momentum:
    """One way to keep a velocity: the new one from the old, and what is then added to the variable."""

    velocity: Expr
    change: Expr


# the commoner formula stands first
MOMENTA: Mapping[str, Momentum] = {
    "gradient": Momentum(beta * v + g, -(eta * v)),
    "step": Momentum(beta * v + eta * g, -v),
    "change": Momentum(beta * v - eta * g, v),
    "average": Momentum(beta * v + (as_expr(1) - beta) * g, -(eta * v)),
}

DECAYED: Expr = g + decay * x  # the slope with weight decay

STEPS: tuple[Expr, ...] = (x - eta * g, x - eta * v, x - v, x + v)
VELOCITIES: tuple[Expr, ...] = tuple(momentum.velocity for momentum in MOMENTA.values())
