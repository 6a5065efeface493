"""What one row costs, as a function of its net input, arranged so that floats lose nothing.

The loss of a sigmoid that is sure of itself is ``-ln(1 - 1e-17)``, which floats take for 0: the log loss is therefore
worked from the net input, never from the output. These are the same functions as those of `activations` and
`losses`, put together and rearranged; a test proves the two equal, and the slope the derivative of the loss.
Training evaluates them, and its compiled kernels are printed from them.
"""

from functools import lru_cache

from deltarule.algebra.expr import Apply, Expr, Symbol, as_expr, substitute, symbols
from deltarule.errors import UsageError
from deltarule.formulas.activations import ACTIVATIONS
from deltarule.formulas.losses import LOSSES
from deltarule.records import record

z, a, y, e = Symbol("z"), Symbol("a"), Symbol("y"), Symbol("e")


@record
class Row:
    """One row of data, seen by a neuron.

    Attributes
    ----------
    output : Expr
        The output ``a``, in terms of the net input ``z``.
    loss : Expr
        What the row costs, in terms of ``z``, the target ``y``, ``a`` and ``e = y - a``.
    slope : Expr
        Slope of the loss by ``z``. Where the activation has none (step, sign) it is what the perceptron rule follows,
        ``-e``, and `rule` is true: no convention scales it.
    rule : bool
        Whether the row is learnt by the perceptron rule.
    """

    output: Expr
    loss: Expr
    slope: Expr
    rule: bool = False


@lru_cache(maxsize=64)
def row(activation: str = "identity", loss: str = "squared") -> Row:
    """Formulas of one row.

    Raises
    ------
    UsageError
        A name that is in no table, or two that do not go together.
    """
    for name, table, what in ((activation, ACTIVATIONS, "activation"), (loss, LOSSES, "loss")):
        if name not in table:
            raise UsageError(f"unknown {what} {name!r}; choose from {', '.join(table)}")
    needed = LOSSES[loss].activation
    if needed is not None and activation != needed:
        raise UsageError(f"the {loss} loss goes with the {needed} activation")
    output = z if activation == "identity" else Apply(activation, z)
    if loss == "log":
        return Row(output, _LOG_LOSS, _LOG_SLOPE)
    slope = ACTIVATIONS[activation].slope
    if slope is None:
        return Row(output, LOSSES[loss].value, -e, rule=True)
    if slope == as_expr(1):
        return Row(output, LOSSES[loss].value, LOSSES[loss].slope)
    return Row(output, LOSSES[loss].value, LOSSES[loss].slope * slope)


# ln(1 + exp(z)) - y z, which cancels for a large z, with the large part split off; exp never sees a positive number
_LOG_LOSS = (
    Apply("log1p", Apply("exp", -Apply("abs", z))) + (1 - y) * Apply("relu", z) + y * Apply("relu", -z)
)
_LOG_SLOPE = (1 - y) * Apply("sigmoid", z) - y * Apply("sigmoid", -z)  # a - y, without the cancellation


def needs(expr: Expr) -> frozenset[str]:
    """Names of the symbols that an expression is worked from."""
    return frozenset(symbol.name for symbol in symbols(expr))


def in_net_input(expr: Expr, formulas: Row) -> Expr:
    """The same with error and output written out, so that only ``z`` and ``y`` remain."""
    known = {"e": y - formulas.output, "a": formulas.output}
    return substitute(expr, lambda symbol: known.get(symbol.name))
