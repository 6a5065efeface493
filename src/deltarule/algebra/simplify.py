"""Zeros and ones taken out of an expression."""

from fractions import Fraction

from deltarule.algebra.expr import Expr, Negative, Number, Product, Sum, as_expr


def simplified(expr: Expr) -> Expr:
    """The same value with terms that are zero, factors that are one and sums of plain numbers worked out.

    >>> from deltarule.algebra.expr import Symbol
    >>> a, b = Symbol("a"), Symbol("b")
    >>> simplified(as_expr(0) * a + (as_expr(1) - 0) * b) == b
    True
    """
    done = expr.map(simplified)
    match done:
        case Negative(arg=Number(value=value)):
            return Number(-value)
        case Product(factors=factors):
            if any(isinstance(factor, Number) and factor.value == 0 for factor in factors):
                return as_expr(0)
            kept = tuple(
                factor for factor in factors if not (isinstance(factor, Number) and factor.value == 1)
            )
            return Product(kept) if len(kept) > 1 else kept[0] if kept else as_expr(1)
        case Sum(terms=terms):
            numbers = [term for term in terms if isinstance(term, Number)]
            others = [term for term in terms if not isinstance(term, Number)]
            total = sum((number.value for number in numbers), Fraction(0))
            parts = (Number(total), *others) if total else tuple(others)
            return Sum(parts) if len(parts) > 1 else parts[0] if parts else as_expr(0)
    return done
