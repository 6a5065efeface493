"""The neuron and its learning rule, as equations.

Indices: ``i`` counts the samples of a batch, ``j`` the features. All quantities on the right of an
equation are those of the current step; ``w_j`` and ``b`` on the right are the weights *before* the
update, and all weights are updated together. A velocity marked ``old`` is the one of the step before.
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
    Sum,
    SumOver,
    Symbol,
    as_expr,
    substitute,
    symbols,
)
from deltarule.errors import UsageError
from deltarule.formulas.activations import ACTIVATIONS, JUMPS
from deltarule.formulas.descent import DECAYED, MOMENTA
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
    DELTA = "d"
    OUTPUT_SLOPE = "dL/da"
    ACTIVATION_SLOPE = "da/dz"
    LOSS = "L"
    GRADIENT = "dL/dw"
    BIAS_GRADIENT = "dL/db"
    CHANGE = "dw"
    BIAS_CHANGE = "db"
    VELOCITY = "v"
    BIAS_VELOCITY = "vb"
    LEARNING_RATE = "eta"
    MOMENTUM = "beta"
    DECAY = "lambda"
    RATE_FACTOR = "gamma"
    COUNT = "n"
    THRESHOLD = "theta"
    PREDICTION = "p"

    __hash__ = str.__hash__  # members are looked up without end; an enum hashes its name anew each time


PER_SAMPLE = frozenset(
    {
        Role.TARGET,
        Role.NET_INPUT,
        Role.OUTPUT,
        Role.ERROR,
        Role.DELTA,
        Role.OUTPUT_SLOPE,
        Role.ACTIVATION_SLOPE,
        Role.PREDICTION,
    }
)
PER_FEATURE = frozenset({Role.WEIGHT, Role.GRADIENT, Role.CHANGE, Role.VELOCITY})
BIAS_OF = {
    Role.WEIGHT: Role.BIAS,
    Role.GRADIENT: Role.BIAS_GRADIENT,
    Role.CHANGE: Role.BIAS_CHANGE,
    Role.VELOCITY: Role.BIAS_VELOCITY,
}
WITHOUT_STEP = frozenset(
    {
        Role.FEATURE,
        Role.TARGET,
        Role.LEARNING_RATE,
        Role.COUNT,
        Role.THRESHOLD,
        Role.MOMENTUM,
        Role.DECAY,
        Role.RATE_FACTOR,
    }
)
CARRIED_OVER = frozenset({Role.WEIGHT, Role.BIAS, Role.VELOCITY, Role.BIAS_VELOCITY})  # from step to step

x = Symbol("x", ("i", "j"))
y = Symbol("y", ("i",))
w = Symbol("w", ("j",))
b = Symbol("b")
z = Symbol("z", ("i",))
a = Symbol("a", ("i",))
e = Symbol("e", ("i",))
delta = Symbol("d", ("i",))
output_slope = Symbol("dL/da", ("i",))
activation_slope = Symbol("da/dz", ("i",))
eta = Symbol("eta")
n = Symbol("n")
gradient = Symbol("dL/dw", ("j",))
bias_gradient = Symbol("dL/db")
change_of_weight = Symbol("dw", ("j",))
bias_change = Symbol("db")
velocity = Symbol("v", ("j",))
bias_velocity = Symbol("vb")
beta = Symbol("beta")
gamma = Symbol("gamma")
pull = Symbol("lambda")

PENALTY: Expr = (
    pull / 2 * SumOver("j", w**2)
)  # what the weights cost by themselves; its slope is what the decay adds


ERRORS = ("target-output", "output-target")
CHANGES = ("added", "subtracted")
BIAS_SIGNS = ("added", "subtracted", "subtracted-as-weight")
DECAYS = ("step", "gradient", "loss")
CHAINS = frozenset({Role.OUTPUT_SLOPE, Role.ACTIVATION_SLOPE, Role.DELTA})  # slopes on the way back, as steps


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
    momentum: str = ""
    decay: str = ""
    jump: str = "upper"

    def __getitem__(self, role: Role) -> Equation:
        if role not in self._by_role:
            raise UsageError(f"this neuron has no equation for {role.value}")
        return self._by_role[role]

    def __contains__(self, role: object) -> bool:
        return role in self._by_role

    @cached_property
    def made(self) -> frozenset[Role]:
        """What a step works out before it is used; the weights and the rate are those from before the step."""
        roles = {equation.role for equation in self.equations}
        return frozenset(roles - CARRIED_OVER - {Role.LEARNING_RATE})

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
    momentum: str = "",
    decay: str = "",
    rate_decays: bool = False,
    bias_sign: str = "added",
    by_delta: bool = False,
    jump: str = "upper",
    chain: frozenset[Role] = frozenset(),
    jumps_at: Expr | None = None,
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
    momentum : str
        How a velocity is kept, one of `MOMENTA`; none if empty.
    decay : {"", "step", "gradient", "loss"}
        Where weight decay is written: in the step only, in the gradient, or in the loss as well. The bias never decays.
    rate_decays : bool
        Whether each epoch after the first takes a share of the learning rate of the one before.
    bias_sign : {"added", "subtracted", "subtracted-as-weight"}
        Whether the bias is added to the weighted sum or, as a threshold, subtracted from it; some subtract it and yet
        change it as they change the weights, without the minus that its slope then has.
    by_delta : bool
        Whether the error times the slope of the activation is a step of its own, ``δ``; without such a slope it is none.
    jump : {"upper", "lower", "zero"}
        What a step gives just where it jumps.
    chain : frozenset of Role
        Which slopes of the chain rule are steps of their own, of `CHAINS`: that of the loss by the output, that of the
        activation, and that of the loss by the net input, which then has its sign and factor.
    jumps_at : Expr or None
        The net input at which a step jumps, where that is not 0: a threshold that is never learned.

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
        (bias_sign, BIAS_SIGNS, "sign of the bias"),
        (jump, JUMPS, "side of the jump"),
        (momentum, ("", *MOMENTA), "momentum"),
        (decay, ("", *DECAYS), "weight decay"),
    ):
        if name not in table:
            raise UsageError(f"unknown {what} {name!r}; choose from {', '.join(table)}")
    settled, optimiser = (activation, loss, convention, error, change), (momentum, decay, rate_decays)
    if jumps_at is not None:
        whole = system(*settled, has_bias, *optimiser, bias_sign, by_delta, jump, chain)
        return replace(whole, equations=tuple(_jumping(each, jumps_at) for each in whole.equations))
    if jump != JUMPS[0]:
        whole = system(*settled, has_bias, *optimiser, bias_sign, by_delta, chain=chain)
        return replace(whole, jump=jump)
    if not has_bias:
        whole = system(*settled, True, *optimiser, by_delta=by_delta, chain=chain)
        return replace(whole, equations=tuple(map(_without_bias, whole.equations)), has_bias=False)
    if bias_sign != "added":
        whole = system(*settled, True, *optimiser, by_delta=by_delta, chain=chain)
        moved = bias_sign == "subtracted"
        return replace(
            whole, equations=tuple(_with_threshold(each, whole, moved) for each in whole.equations)
        )
    factor = CONVENTIONS[convention].factor
    reversed_error, subtracted = error == "output-target", change == "subtracted"
    forward = [
        *([Equation(Role.LEARNING_RATE, eta, gamma * eta)] if rate_decays else []),
        Equation(Role.NET_INPUT, z, SumOver("j", w * x) + b),
        Equation(Role.OUTPUT, a, z if activation == "identity" else Apply(activation, z)),
        Equation(Role.ERROR, e, a - y if reversed_error else y - a),
    ]
    updates = [
        Equation(Role.WEIGHT, w, w - change_of_weight if subtracted else w + change_of_weight),
        Equation(Role.BIAS, b, b - bias_change if subtracted else b + bias_change),
    ]
    if ACTIVATIONS[activation].slope is None:  # the perceptron rule follows the error, not a gradient
        if momentum or decay:
            raise UsageError(f"momentum and weight decay need a gradient, which {activation} has not")
        uphill = reversed_error != subtracted
        rule = [
            Equation(Role.CHANGE, change_of_weight, _signed(eta * SumOver("i", e * x), uphill)),
            Equation(Role.BIAS_CHANGE, bias_change, _signed(eta * SumOver("i", e), uphill)),
        ]
        return System(activation, loss, convention, error, change, (*forward, *rule, *updates))
    slope = slope_by_net_input(activation, loss)
    if by_delta and slope != e and not chain:  # with a chain it is a step behind its slopes
        forward.append(Equation(Role.DELTA, delta, slope))
    gradient_factor = CONVENTIONS[convention].squared_gradient_factor if loss == "squared" else factor
    downhill = not reversed_error or e not in symbols(slope)  # hinge and perceptron never look at the error
    slope = delta if forward[-1].role is Role.DELTA else slope
    cost: Expr = _scaled(factor, SumOver("i", of_sample(LOSSES[loss].value)))
    if chain:
        links, slope, whole_slope = _chained(activation, loss, gradient_factor, downhill, chain, by_delta)
        forward += links
        gradient_factor, downhill = (as_expr(1), False) if whole_slope else (gradient_factor, downhill)
    by_weight = _signed(_scaled(gradient_factor, SumOver("i", slope * x)), downhill)
    by_bias = _signed(_scaled(gradient_factor, SumOver("i", slope)), downhill)
    descent = [
        Equation(Role.LOSS, Symbol("L"), cost + PENALTY if decay == "loss" else cost),
        Equation(
            Role.GRADIENT,
            gradient,
            _named(DECAYED, w, by_weight) if decay in ("gradient", "loss") else by_weight,
        ),
        Equation(Role.BIAS_GRADIENT, bias_gradient, by_bias),
        *_steps(momentum, decay == "step", subtracted),
    ]
    return System(
        activation, loss, convention, error, change, (*forward, *descent, *updates), True, momentum, decay
    )


def _chained(
    activation: str, loss: str, factor: Expr, downhill: bool, chain: frozenset[Role], by_delta: bool
) -> tuple[list[Equation], Expr, bool]:
    """Slopes of the chain rule that are steps of their own, the slope by the net input, and whether it has sign and factor.

    Each takes the one before it, if that is a step too.
    """
    equations: list[Equation] = []
    of_activation = of_sample(ACTIVATIONS[activation].slope or as_expr(1))
    of_loss = _signed(_scaled(factor, e), downhill)
    if Role.OUTPUT_SLOPE in chain:
        by_output = of_loss if loss == "squared" else _scaled(factor, of_sample(LOSSES[loss].slope))
        equations.append(Equation(Role.OUTPUT_SLOPE, output_slope, by_output))
        of_loss = output_slope
    if Role.ACTIVATION_SLOPE in chain and of_activation != as_expr(1):
        equations.append(Equation(Role.ACTIVATION_SLOPE, activation_slope, of_activation))
        of_activation = activation_slope
    taken = {equation.role for equation in equations}
    cancelled = loss == "log" and taken != {Role.OUTPUT_SLOPE, Role.ACTIVATION_SLOPE}
    whole = Role.OUTPUT_SLOPE in taken and not cancelled
    if cancelled:  # a - y is what is left of both
        slope: Expr = e
    else:
        first = of_loss if whole else e
        slope = first if of_activation == as_expr(1) else first * of_activation
    if Role.DELTA in chain:
        by_net_input = slope if whole else _signed(_scaled(factor, slope), downhill)
        equations.append(Equation(Role.DELTA, delta, by_net_input))
        return equations, delta, True
    if by_delta and not whole and slope != e:
        equations.append(Equation(Role.DELTA, delta, slope))
        return equations, delta, False
    return equations, slope, whole


def _steps(momentum: str, decays: bool, subtracted: bool) -> tuple[Equation, ...]:
    """From the gradient to the change of each weight, by way of a velocity if there is momentum."""
    slopes = (_named(DECAYED, w, gradient) if decays else gradient), bias_gradient
    if not momentum:
        return tuple(
            Equation(role, left, _signed(eta * slope, not subtracted))
            for role, left, slope in zip(
                (Role.CHANGE, Role.BIAS_CHANGE), (change_of_weight, bias_change), slopes, strict=True
            )
        )
    rule, turned = MOMENTA[momentum], -1 if subtracted else 1
    velocities = (Role.VELOCITY, velocity, slopes[0]), (Role.BIAS_VELOCITY, bias_velocity, slopes[1])
    changes = (Role.CHANGE, change_of_weight, velocity), (Role.BIAS_CHANGE, bias_change, bias_velocity)
    return (
        *(
            Equation(role, now, _named(rule.velocity, w, slope, replace(now, marks=("old",))))
            for role, now, slope in velocities
        ),
        *(
            Equation(role, left, _turned(_named(rule.change, w, gradient, now), turned))
            for role, left, now in changes
        ),
    )


def _named(formula: Expr, variable: Expr, slope: Expr = gradient, speed: Expr = velocity) -> Expr:
    """A formula of descent in the neuron's own symbols."""
    names = {"x": variable, "g": slope, "v": speed, "eta": eta, "beta": beta, "lambda": pull}
    return _flat(substitute(formula, lambda symbol: names[symbol.name]))


def _flat(expr: Expr) -> Expr:
    """A sum that stands as the last term of a sum, without its bracket."""
    if not isinstance(expr, Sum):
        return expr
    return Sum(
        tuple(inner for term in expr.terms for inner in (term.terms if isinstance(term, Sum) else (term,)))
    )


def _turned(expr: Expr, sign: int) -> Expr:
    """The expression, or minus it, without two signs in a row."""
    return expr if sign > 0 else _negative(expr)


def _without_bias(equation: Equation) -> Equation:
    """An equation of a neuron that has weights only."""
    constant = {
        Role.NET_INPUT: SumOver("j", w * x),
        Role.BIAS: b,
        Role.BIAS_CHANGE: as_expr(0),
        Role.BIAS_GRADIENT: as_expr(0),
        Role.BIAS_VELOCITY: as_expr(0),
    }
    right = constant.get(equation.role)
    return equation if right is None else Equation(equation.role, equation.left, right)


def _with_threshold(equation: Equation, whole: System, moved: bool) -> Equation:
    """An equation of a neuron whose bias is subtracted from the weighted sum: if it is `moved` so, slopes by it have the other sign."""
    moved_by = Role.BIAS_GRADIENT if Role.BIAS_GRADIENT in whole else Role.BIAS_CHANGE
    if equation.role is Role.NET_INPUT:
        return Equation(equation.role, equation.left, SumOver("j", w * x) - b)
    if moved and equation.role is moved_by:
        return Equation(equation.role, equation.left, _negative(equation.right))
    return equation


def _jumping(equation: Equation, at: Expr) -> Equation:
    """An equation of a neuron whose step jumps at a net input of its own: ``a = step(z - 0.2)``."""
    if not isinstance(equation.right, Apply) or equation.role is not Role.OUTPUT:
        return equation
    below = isinstance(at, Number) and at.value < 0
    beyond = z + as_expr(-at.value) if isinstance(at, Number) and below else z - at
    return Equation(equation.role, equation.left, Apply(equation.right.function, beyond))


def _signed(expr: Expr, negative: bool) -> Expr:
    return -expr if negative else expr


def _scaled(factor: Expr, body: Expr) -> Expr:
    return body if factor == as_expr(1) else factor * body
