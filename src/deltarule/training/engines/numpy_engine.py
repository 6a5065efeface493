"""The engine where nothing is compiled: blocks of rows that fit in a cache, and NumPy.

The formulas are those of `deltarule.formulas`, evaluated over whole blocks.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

from deltarule.algebra.expr import (
    Apply,
    Comparison,
    Expr,
    Negative,
    Number,
    Piecewise,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
)
from deltarule.errors import UsageError
from deltarule.formulas import ACTIVATIONS
from deltarule.formulas.row import needs, row
from deltarule.training.blas import one_blas_thread
from deltarule.training.engine import Floats, Order, Rows, Sums, Update, block_rows, tree_sum

Values: TypeAlias = Mapping[str, Floats]
Function: TypeAlias = Callable[[Values], Any]


class NumpyEngine:
    """Blocked NumPy arithmetic for one activation and loss."""

    name = "numpy"

    def __init__(self, activation: str, loss: str) -> None:
        formulas = row(activation, loss)
        self._output = array_function(formulas.output)
        self._loss = array_function(formulas.loss)
        self._slope = array_function(formulas.slope)
        self._with_output = bool((needs(formulas.loss) | needs(formulas.slope)) & {"a", "e"})

    def rows(self, z: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Loss and slope of every row, from net inputs and targets."""
        values = {"z": z, "y": y}
        if self._with_output:
            values["a"] = self._output(values)
            values["e"] = y - values["a"]
        return _like(self._loss(values), z), _like(self._slope(values), z)

    def output(self, z: Floats) -> Floats:
        """Output of the neuron for each net input."""
        return _like(self._output({"z": z}), z)

    def sums(self, rows: Rows, weights: Floats) -> Sums:
        """Loss and slopes summed over all rows; see `Engine`."""
        height = block_rows(rows.d, rows.X.itemsize)
        starts = range(0, rows.n, height)
        partials = np.empty((len(starts), rows.d + 2))
        with np.errstate(all="ignore"), one_blas_thread():
            for block, start in enumerate(starts):
                part = slice(start, min(start + height, rows.n))
                x = seen(rows, part)
                loss, slope = self.rows(x @ weights[:-1] + weights[-1], rows.y[part])
                if rows.weight is not None:
                    weight = rows.weight[part]
                    loss, slope = loss * weight, slope * weight
                partials[block, :-2] = slope @ x
                partials[block, -2] = slope.sum()
                partials[block, -1] = loss.sum()
            total = tree_sum(partials)
        return Sums(float(total[-1]), total[:-1])

    def steps(
        self,
        rows: Rows,
        order: Order | None,
        start: int,
        stop: int,
        weights: Floats,
        velocity: Floats,
        update: Update,
    ) -> float:
        """Mini-batch updates over part of a pass; see `Engine`."""
        total = 0.0
        with np.errstate(all="ignore"), one_blas_thread():
            for first in range(start, stop, update.batch_size):
                places = slice(first, min(first + update.batch_size, stop))
                part = places if order is None else order[places]
                total += self._step(rows, part, weights, velocity, update)
        return total

    def _step(
        self, rows: Rows, part: slice | Order, weights: Floats, velocity: Floats, update: Update
    ) -> float:
        x = seen(rows, part)
        loss, slope = self.rows(x @ weights[:-1] + weights[-1], rows.y[part])
        if rows.weight is not None:
            weight = rows.weight[part]
            loss, slope = loss * weight, slope * weight
        gradient = np.empty_like(weights)
        gradient[:-1] = slope @ x
        gradient[-1] = slope.sum()
        gradient *= update.per_row / len(x) if update.averaged else update.per_row
        move(weights, velocity, gradient, update)
        return float(loss.sum())


def move(weights: Floats, velocity: Floats, gradient: Floats, update: Update) -> None:
    """Change weights and velocity in place, `gradient` being that of the loss; it is used up."""
    if update.l2:
        gradient[:-1] += update.l2 * weights[:-1]
    if not update.fit_intercept:
        gradient[-1] = 0.0
    gradient *= update.rate
    if update.momentum:
        velocity *= update.momentum
        velocity -= gradient
        if update.nesterov:
            weights += update.momentum * velocity
            weights -= gradient
        else:
            weights += velocity
    else:
        weights -= gradient


def seen(rows: Rows, part: slice | Order) -> Floats:
    """Rows as float64, as they are viewed; no more than a block is ever copied."""
    block = rows.X[part]
    if rows.view is None:
        return np.asarray(block, dtype=np.float64)
    return (block - rows.view.center) * rows.view.scale


def _like(value: Any, shape: Floats) -> Floats:
    """A formula that does not depend on the row (a slope of 1) has one number for all of them."""
    return np.broadcast_to(np.asarray(value, dtype=np.float64), shape.shape)


def sigmoid(z: Floats) -> Floats:
    """1/(1 + exp(-z)), with an exp that never overflows and nothing lost on either side."""
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, small) / (1.0 + small)


_FUNCTIONS: Mapping[str, Callable[[Any], Any]] = {
    "exp": np.exp,
    "ln": np.log,
    "log1p": np.log1p,
    "abs": np.abs,
    "sqrt": np.sqrt,
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "xlnx": lambda p: p * np.log(np.where(p > 0, p, 1.0)),
}

_RELATIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "=": np.equal,
}


@lru_cache(maxsize=256)
def array_function(expr: Expr) -> Function:
    """Return a function that evaluates an expression over arrays, given by the names of its symbols."""
    match expr:
        case Number():
            number = float(expr.value)
            return lambda values: number
        case Symbol():
            name = expr.name
            return lambda values: values[name]
        case Negative():
            arg = array_function(expr.arg)
            return lambda values: -arg(values)
        case Sum():
            terms = [array_function(term) for term in expr.terms]
            return lambda values: sum((term(values) for term in terms[1:]), start=terms[0](values))
        case Product():
            factors = [array_function(factor) for factor in expr.factors]
            return lambda values: _product([factor(values) for factor in factors])
        case Quotient():
            above, below = array_function(expr.numerator), array_function(expr.denominator)
            return lambda values: above(values) / below(values)
        case Power(base=base, exponent=Number(value=exponent)) if exponent.denominator == 1:
            of, power = array_function(base), int(exponent)
            return lambda values: of(values) ** power
        case Apply():
            return _applied(expr)
        case Comparison():
            relation = _RELATIONS[expr.relation]
            left, right = array_function(expr.left), array_function(expr.right)
            return lambda values: relation(left(values), right(values))
        case Piecewise():
            cases = [(array_function(b.condition), array_function(b.value)) for b in reversed(expr.branches)]
            return _cases(cases, array_function(expr.otherwise))
    raise UsageError(f"no value over arrays for a {type(expr).__name__}")


def _applied(expr: Apply) -> Function:
    inner = array_function(expr.arg)
    if expr.function in _FUNCTIONS:
        function = _FUNCTIONS[expr.function]
        return lambda values: function(inner(values))
    if expr.function in ACTIVATIONS:
        outer = array_function(ACTIVATIONS[expr.function].value)
        return lambda values: outer({"z": inner(values)})
    raise UsageError(f"no value over arrays for the function {expr.function!r}")


def _cases(cases: list[tuple[Function, Function]], otherwise: Function) -> Function:
    def value(values: Values) -> Any:
        result = otherwise(values)
        for holds, inside in cases:
            result = np.where(holds(values), inside(values), result)
        return result

    return value


def _product(factors: list[Any]) -> Any:
    result = factors[0]
    for factor in factors[1:]:
        result = result * factor
    return result
