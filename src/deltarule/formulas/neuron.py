"""The neuron and its learning rule, as equations.

Indices: ``i`` counts the samples of a batch, ``j`` the features. All quantities on the right of an
equation are those of the current step; ``w_j`` and ``b`` on the right are the weights *before* the
update, and all weights are updated together.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, lru_cache

from deltarule.algebra.expr import (
    Apply,
    Branch,
    Expr,
    Negative,
    Number,
    Piecewise,
    SumOver,
    Symbol,
    as_expr,
    substitute,
    symbols,
)
from deltarule.errors import UsageError
from deltarule.formulas.activations import ACTIVATIONS
from deltarule.formulas.losses import CONVENTIONS, LOSSES


class Role(StrEnum):
    """What a quantity is in the neuron. The value is the symbol's name in formulas."""

    FEATURE = "x"
    TARGET = "y"
    WEIGHT = "w"
    BIAS = "b"
    NET_INPUT = "z"
    OUTPUT = "a"
    ERROR = "e"
    LOSS = "L"
    GRADIENT = "dL/dw"
    BIAS_GRADIENT = "dL/db"
    CHANGE = "dw"
    BIAS_CHANGE = "db"
    LEARNING_RATE = "eta"
    COUNT = "n"
    THRESHOLD = "theta"
    PREDICTION = "p"


PER_SAMPLE = frozenset({Role.TARGET, Role.NET_INPUT, Role.OUTPUT, Role.ERROR, Role.PREDICTION})
PER_FEATURE = frozenset({Role.WEIGHT, Role.GRADIENT, Role.CHANGE})
BIAS_OF = {Role.WEIGHT: Role.BIAS, Role.GRADIENT: Role.BIAS_GRADIENT, Role.CHANGE: Role.BIAS_CHANGE}
WITHOUT_STEP = frozenset({Role.FEATURE, Role.TARGET, Role.LEARNING_RATE, Role.COUNT, Role.THRESHOLD})

x = Symbol("x", ("i", "j"))
y = Symbol("y", ("i",))
w = Symbol("w", ("j",))
b = Symbol("b")
z = Symbol("z", ("i",))
a = Symbol("a", ("i",))
e = Symbol("e", ("i",))
eta = Symbol("eta")
n = Symbol("n")
gradient = Symbol("dL/dw", ("j",))
bias_gradient = Symbol("dL/db")
change_of_weight = Symbol("dw", ("j",))
bias_change = Symbol("db")


ERRORS = ("target-output", "output-target")
CHANGES = ("added", "subtracted")


@dataclass(frozen=True, eq=False)  # one of each is made: by identity they are found fast
class Equation:
    """A quantity and the formula that gives it."""

    role: Role
    left: Symbol
    right: Expr


@dataclass(frozen=True, eq=False)
class System:
    """The equations of one step, in the order in which they are worked."""

    activation: str
    loss: str
    convention: str
    error: str
    change: str
    equations: tuple[Equation, ...]
    has_bias: bool = True

    def __getitem__(self, role: Role) -> Equation:
        if role not in self._by_role:
            raise UsageError(f"this neuron has no equation for {role.value}")
        return self._by_role[role]

    def __contains__(self, role: object) -> bool:
        return role in self._by_role

    @cached_property
    def _by_role(self) -> dict[object, Equation]:
        return {equation.role: equation for equation in self.equations}


def slope_by_net_input(activation: str, loss: str) -> Expr:
    """Size of one sample's slope by its net input, as used by hand: its sign and constant factor are left out.

    For the squared loss the factor 2 belongs to the convention, so this is ``e`` times the slope of
    the activation; for the logistic neuron it is ``e``, because the slopes cancel. With ``e = y - a`` the
    slope of the loss is minus this.
    """
    slope, needed = ACTIVATIONS[activation].slope, LOSSES[loss].activation
    assert slope is not None
    if needed is not None and activation != needed:
        raise UsageError(f"the {loss} loss goes with the {needed} activation")
    if loss == "log":
        return e
    of_loss = e if loss == "squared" else of_sample(_negative(LOSSES[loss].slope))
    return of_loss if slope == as_expr(1) else of_loss * of_sample(slope)


def _negative(expr: Expr) -> Expr:
    """Minus an expression, case by case, without two signs in a row."""
    if isinstance(expr, Piecewise):
        branches = tuple(Branch(_negative(case.value), case.condition) for case in expr.branches)
        return Piecewise(branches, _negative(expr.otherwise))
    if isinstance(expr, Negative):
        return expr.arg
    return as_expr(-expr.value) if isinstance(expr, Number) else -expr


def of_sample(expr: Expr) -> Expr:
    """Give the symbols of a one-sample formula the sample's index."""
    names = {"z": z, "a": a, "y": y, "e": e}
    return substitute(expr, lambda symbol: names.get(symbol.name))


@lru_cache(maxsize=64)
def system(
    activation: str = "identity",
    loss: str = "squared",
    convention: str = "mean",
    error: str = "target-output",
    change: str = "added",
    has_bias: bool = True,
) -> System:
    """Equations of one neuron under one convention.

    Parameters
    ----------
    error : {"target-output", "output-target"}
        Which way round the error is taken; the signs downstream follow.
    change : {"added", "subtracted"}
        Whether the change of a weight is added to it (``-eta g``) or subtracted (``eta g``).
    has_bias : bool
        Without one the bias is left out of the net input, and stays what it is.

    Raises
    ------
    UsageError
        A name that is in no table, or a combination that has no gradient.
    """
    for name, table, what in (
        (activation, ACTIVATIONS, "activation"),
        (loss, LOSSES, "loss"),
        (convention, CONVENTIONS, "convention"),
        (error, ERRORS, "error"),
        (change, CHANGES, "change"),
    ):
        if name not in table:
            raise UsageError(f"unknown {what} {name!r}; choose from {', '.join(table)}")
    if not has_bias:
        whole = system(activation, loss, convention, error, change)
        return replace(whole, equations=tuple(map(_without_bias, whole.equations)), has_bias=False)
    factor = CONVENTIONS[convention].factor
    reversed_error, subtracted = error == "output-target", change == "subtracted"
    forward = [
        Equation(Role.NET_INPUT, z, SumOver("j", w * x) + b),
        Equation(Role.OUTPUT, a, z if activation == "identity" else Apply(activation, z)),
        Equation(Role.ERROR, e, a - y if reversed_error else y - a),
    ]
    updates = [
        Equation(Role.WEIGHT, w, w - change_of_weight if subtracted else w + change_of_weight),
        Equation(Role.BIAS, b, b - bias_change if subtracted else b + bias_change),
    ]
    if ACTIVATIONS[activation].slope is None:  # the perceptron rule follows the error, not a gradient
        uphill = reversed_error != subtracted
        rule = [
            Equation(Role.CHANGE, change_of_weight, _signed(eta * SumOver("i", e * x), uphill)),
            Equation(Role.BIAS_CHANGE, bias_change, _signed(eta * SumOver("i", e), uphill)),
        ]
        return System(activation, loss, convention, error, change, (*forward, *rule, *updates))
    slope = slope_by_net_input(activation, loss)
    gradient_factor = CONVENTIONS[convention].squared_gradient_factor if loss == "squared" else factor
    downhill = not reversed_error or e not in symbols(slope)  # hinge and perceptron never look at the error
    descent = [
        Equation(Role.LOSS, Symbol("L"), _scaled(factor, SumOver("i", of_sample(LOSSES[loss].value)))),
        Equation(
            Role.GRADIENT,
            gradient,
            _signed(_scaled(gradient_factor, SumOver("i", slope * x)), downhill),
        ),
        Equation(
            Role.BIAS_GRADIENT,
            bias_gradient,
            _signed(_scaled(gradient_factor, SumOver("i", slope)), downhill),
        ),
        Equation(Role.CHANGE, change_of_weight, _signed(eta * gradient, not subtracted)),
        Equation(Role.BIAS_CHANGE, bias_change, _signed(eta * bias_gradient, not subtracted)),
    ]
    return System(activation, loss, convention, error, change, (*forward, *descent, *updates))


def _without_bias(equation: Equation) -> Equation:
    """An equation of a neuron that has weights only."""
    constant = {
        Role.NET_INPUT: SumOver("j", w * x),
        Role.BIAS: b,
        Role.BIAS_CHANGE: as_expr(0),
        Role.BIAS_GRADIENT: as_expr(0),
    }
    right = constant.get(equation.role)
    return equation if right is None else Equation(equation.role, equation.left, right)


def _signed(expr: Expr, negative: bool) -> Expr:
    return -expr if negative else expr


def _scaled(factor: Expr, body: Expr) -> Expr:
    return body if factor == as_expr(1) else factor * body
