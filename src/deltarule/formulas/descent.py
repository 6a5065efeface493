"""Gradient descent on any function of one or two variables: how a step is worked, with and without momentum.

The symbols: ``x`` a variable, ``g`` the slope of the function by it where the step starts, ``v`` the velocity, ``eta`` the
learning rate, ``beta`` the share of the velocity that is kept. In each list the commoner formula stands first.
"""

from deltarule.algebra.expr import Expr, Symbol, as_expr

x, g, v, eta, beta = (Symbol(name) for name in ("x", "g", "v", "eta", "beta"))

STEPS: tuple[Expr, ...] = (x - eta * g, x - eta * v, x - v, x + v)
VELOCITIES: tuple[Expr, ...] = (
    beta * v + g,
    beta * v + eta * g,
    beta * v - eta * g,
    beta * v + (as_expr(1) - beta) * g,
)
