"""The derivative of an expression."""

from collections.abc import Callable, Mapping

from deltarule.algebra.expr import (
    Apply,
    Branch,
    Expr,
    Negative,
    Number,
    Piecewise,
    Power,
    Product,
    Quotient,
    Sum,
    SumOver,
    Symbol,
    as_expr,
    symbols,
)
from deltarule.errors import UsageError

# derivative of each elementary function at its argument
_SLOPES: Mapping[str, Callable[[Expr], Expr]] = {
    "exp": lambda arg: Apply("exp", arg),
    "ln": lambda arg: 1 / arg,
    "sin": lambda arg: Apply("cos", arg),
    "cos": lambda arg: -Apply("sin", arg),
    "sqrt": lambda arg: 1 / (2 * Apply("sqrt", arg)),
}


def derive(expr: Expr, by: Symbol) -> Expr:
    """Derivative of `expr` by the symbol `by`; piecewise definitions branch by branch."""
    if by not in symbols(expr):
        return as_expr(0)
    match expr:
        case Symbol():
            return as_expr(1)
        case Negative():
            return -derive(expr.arg, by)
        case Sum():
            return Sum(tuple(derive(term, by) for term in expr.terms))
        case Product():
            head, *tail = expr.factors
            rest = tail[0] if len(tail) == 1 else Product(tuple(tail))
            return derive(head, by) * rest + head * derive(rest, by)
        case Quotient():
            above, below = expr.numerator, expr.denominator
            return (derive(above, by) * below - above * derive(below, by)) / below**2
        case Power(base=base, exponent=Number(value=exponent)):
            return as_expr(exponent) * base ** as_expr(exponent - 1) * derive(base, by)
        case Power(base=base, exponent=Negative(arg=Number(value=exponent))):
            return as_expr(-exponent) * base ** as_expr(-exponent - 1) * derive(base, by)
        case Apply() if expr.function in _SLOPES:
            return _SLOPES[expr.function](expr.arg) * derive(expr.arg, by)
        case SumOver():
            return SumOver(expr.index, derive(expr.body, by))
        case Piecewise():
            branches = tuple(Branch(derive(b.value, by), b.condition) for b in expr.branches)
            return Piecewise(branches, derive(expr.otherwise, by))
    raise UsageError(f"no derivative for a {type(expr).__name__}")
