"""How people work one row: the formulas that occur for each quantity, whatever the rule of learning is called.

A table of a perceptron, of an Adaline or of Hebb's rule shows values only; which of these formulas it follows is found
by trying them. Symbols are the roles' names; ``j`` is the feature. In each list the commoner formula stands first.
"""

from collections.abc import Mapping
from fractions import Fraction

from deltarule.algebra.expr import (
    Apply,
    Branch,
    Comparison,
    Expr,
    Number,
    Piecewise,
    SumOver,
    Symbol,
    as_expr,
)
from deltarule.formulas.neuron import Role

x = Symbol(Role.FEATURE.value, ("j",))
w = Symbol(Role.WEIGHT.value, ("j",))
dw = Symbol(Role.CHANGE.value, ("j",))
b = Symbol(Role.BIAS.value)
db = Symbol(Role.BIAS_CHANGE.value)
y = Symbol(Role.TARGET.value)
z = Symbol(Role.NET_INPUT.value)
a = Symbol(Role.OUTPUT.value)
e = Symbol(Role.ERROR.value)
g = Symbol(Role.GRADIENT.value, ("j",))
gb = Symbol(Role.BIAS_GRADIENT.value)
eta = Symbol(Role.LEARNING_RATE.value)
theta = Symbol(Role.THRESHOLD.value)

_ONE, _ZERO = as_expr(1), as_expr(0)
_HALF = Number(Fraction(1, 2))


def _step(relation: str, bound: Expr, low: int) -> Expr:
    return Piecewise((Branch(_ONE, Comparison(relation, z, bound)),), as_expr(low))


def _unless_right(change: Expr) -> Expr:
    """A change that is made only where the output is not the target."""
    return Piecewise((Branch(_ZERO, Comparison("=", a, y)),), change)


_STEPS = tuple(
    _step(relation, bound, low) for bound in (_ZERO, theta) for relation in (">=", ">") for low in (0, -1)
)
_BANDS = tuple(
    Piecewise(
        (Branch(_ONE, Comparison(">", z, bound)), Branch(_ZERO, Comparison(">=", z, -bound))), as_expr(-1)
    )
    for bound in (theta, _ZERO)
)
_BIAS_CHANGES = (
    eta * e,
    eta * y,
    y,
    e,
    -(eta * e),
    _unless_right(eta * y),
    eta * (y - a),
    eta * (y - z),
    eta * (a - y),
)
_WEIGHT_CHANGES = (
    eta * e * x, eta * y * x, y * x, e * x, -(eta * e * x), _unless_right(eta * y * x), eta * (y - a) * x, eta * (y - z) * x, eta * (a - y) * x,
)  # fmt: skip

VARIANTS: Mapping[Role, tuple[Expr, ...]] = {
    Role.NET_INPUT: (
        SumOver("j", w * x) + b,
        SumOver("j", w * x),
        SumOver("j", w * x) - theta,
        SumOver("j", w * x) - b,
    ),
    Role.OUTPUT: (z, *_STEPS, *_BANDS, Apply("sigmoid", z), Apply("tanh", z)),
    Role.ERROR: (y - a, a - y, y - z, _HALF * (y - a), Apply("abs", y - a)),
    Role.LOSS: (e**2, _HALF * e**2),
    Role.CHANGE: (*_WEIGHT_CHANGES, -(eta * g), eta * g),
    Role.BIAS_CHANGE: (*_BIAS_CHANGES, -y, -(eta * gb), eta * gb),
    Role.WEIGHT: (w + dw, *(w + change for change in _WEIGHT_CHANGES), w - dw, w - eta * g, w),
    Role.BIAS: (b + db, *(b + change for change in _BIAS_CHANGES), b - db, b - eta * gb, b),
}

# places of the outputs that differ only where a step jumps
JUMPS = ((1, 3), (2, 4), (5, 7), (6, 8))

# what a row may leave out, and how it is worked out then
HIDDEN: Mapping[Role, Expr] = {Role.NET_INPUT: SumOver("j", w * x) + b, Role.ERROR: y - a}
