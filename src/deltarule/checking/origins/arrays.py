"""Formulas worked with numbers, vectors and matrices: what a document writes as ``X^T (X theta - y)``.

A vector is a tuple of numbers, a matrix a tuple of rows. The product of two vectors is their dot product, of a matrix and a
vector a vector; a matrix that is written on the right of a vector is multiplied from there.
"""

from collections.abc import Callable
from fractions import Fraction
from operator import add, mul
from typing import TypeAlias

from deltarule.algebra.evaluate import evaluate
from deltarule.algebra.expr import (
    Apply,
    Expr,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    SumOver,
    Symbol,
    Vector,
)
from deltarule.algebra.linear import SingularError, solved
from deltarule.trace import neuron_arithmetic

Value: TypeAlias = Fraction | tuple["Value", ...]
MAX_SIZE = 400  # numbers of one vector or matrix
MAX_INVERTED = 5  # rows of a matrix that anybody inverts by hand
MAX_SYMBOLS = 60  # of one formula


class NoValueError(Exception):
    """A formula has no value here: a name is not known, or shapes do not fit together."""


def worked(
    expr: Expr, value_of: Callable[[Symbol], Value], applied: Callable[[str, Value], Value] | None = None
) -> Value:
    """Value of a formula; `value_of` gives that of each symbol, `applied` that of a function the document defines.

    Raises
    ------
    NoValueError
        Shapes do not fit together, or something has no value.
    ArithmeticError, DeltaruleError
        As `evaluate` raises them: a division by zero, a number out of range.
    """

    def inner(node: Expr) -> Value:
        return worked(node, value_of, applied)

    match expr:
        case Number():
            return expr.value
        case Symbol():
            return value_of(expr)
        case Vector():
            items = tuple(inner(item) for item in expr.items)
            if len(items) > MAX_SIZE:
                raise NoValueError
            return items
        case Negative():
            return _each(inner(expr.arg), lambda number: -number)
        case Sum():
            total = inner(expr.terms[0])
            for term in expr.terms[1:]:
                total = _paired(total, inner(term), add)
            return total
        case Product():
            product = inner(expr.factors[0])
            for factor in expr.factors[1:]:
                product = times(product, inner(factor))
            return product
        case Quotient():
            below = inner(expr.denominator)
            if isinstance(below, tuple):
                raise NoValueError
            return _each(inner(expr.numerator), lambda number: number / below)
        case Power(base=Apply(function="abs", arg=arg), exponent=Number(value=2)) if isinstance(
            length := inner(arg), tuple
        ):
            return _dot(length, length)
        case Power():
            base, exponent = inner(expr.base), inner(expr.exponent)
            if isinstance(exponent, tuple):
                raise NoValueError
            if exponent == -1 and is_matrix(base):
                return inverse(base)
            return _each(base, lambda number: _scalar(Power(Number(number), Number(exponent))))
        case SumOver():
            return _added_up(inner(expr.body))
        case Apply(function=name):
            argument = inner(expr.arg)
            if applied is not None:
                try:
                    return applied(name, argument)
                except NoValueError:
                    pass
            if name == "abs" and isinstance(argument, tuple) and not is_matrix(argument):
                return _scalar(Apply("sqrt", Number(_dot(argument, argument))))
            return _each(argument, lambda number: _scalar(Apply(name, Number(number))))
    return _scalar(expr.map(lambda child: _constant(inner(child))))


def _added_up(value: Value) -> Value:
    """The sum of a list; of products of lists, which are sums already, nothing is left to add."""
    if is_matrix(value):
        raise NoValueError
    if isinstance(value, tuple):
        return sum((part for part in value if isinstance(part, Fraction)), Fraction(0))
    return value


def _scalar(expr: Expr) -> Fraction:
    result: Fraction = evaluate(expr, _unknown, neuron_arithmetic())
    return result


def _unknown(symbol: Symbol) -> Fraction:
    raise NoValueError(symbol.name)


def _constant(value: Value) -> Expr:
    if isinstance(value, tuple):
        raise NoValueError
    return Number(value)


def _each(value: Value, change: Callable[[Fraction], Fraction]) -> Value:
    if isinstance(value, tuple):
        return tuple(_each(part, change) for part in value)
    return change(value)


def _paired(left: Value, right: Value, join: Callable[[Fraction, Fraction], Fraction]) -> Value:
    if isinstance(left, tuple) and isinstance(right, tuple):
        if len(left) != len(right):
            raise NoValueError
        return tuple(_paired(a, b, join) for a, b in zip(left, right, strict=True))
    if isinstance(left, tuple) or isinstance(right, tuple):
        raise NoValueError
    return join(left, right)


def is_matrix(value: Value) -> bool:
    """Whether a value has rows."""
    return isinstance(value, tuple) and any(isinstance(row, tuple) for row in value)


def transposed(value: Value) -> Value:
    """Rows as columns; a vector has no direction here."""
    if not is_matrix(value):
        return value
    rows = _rows(value)
    return tuple(zip(*rows, strict=True))


def _rows(value: Value) -> list[tuple[Fraction, ...]]:
    rows: list[tuple[Fraction, ...]] = []
    for row in value if isinstance(value, tuple) else ():
        if not isinstance(row, tuple):
            raise NoValueError
        numbers = tuple(number for number in row if isinstance(number, Fraction))
        if len(numbers) != len(row) or (rows and len(rows[0]) != len(row)):
            raise NoValueError
        rows.append(numbers)
    return rows


def times(left: Value, right: Value) -> Value:
    """The product of numbers, vectors and matrices.

    Raises
    ------
    NoValueError
        Their sizes do not fit together.
    """
    if isinstance(left, Fraction):
        return _each(right, lambda number: left * number)
    if isinstance(right, Fraction):
        return _each(left, lambda number: number * right)
    if not is_matrix(left) and not is_matrix(right):
        return _dot(left, right)
    if is_matrix(left) and not is_matrix(right):
        return tuple(_dot(row, right) for row in _rows(left))
    columns = _rows(transposed(right))
    if len(columns) * len(left) > MAX_SIZE:
        raise NoValueError
    if not is_matrix(left):
        return tuple(_dot(left, column) for column in columns)
    return tuple(tuple(_dot(row, column) for column in columns) for row in _rows(left))


def _dot(left: tuple[Value, ...], right: tuple[Value, ...]) -> Fraction:
    product = _paired(left, right, mul)
    assert isinstance(product, tuple)
    total = Fraction(0)
    for term in product:
        if isinstance(term, tuple):
            raise NoValueError
        total += term
    return total


def inverse(value: Value) -> Value:
    """The inverse of a small square matrix, by elimination.

    Raises
    ------
    NoValueError
        It is not square, or has none.
    """
    rows = _rows(value)
    size = len(rows)
    if size > MAX_INVERTED or any(len(row) != size for row in rows):
        raise NoValueError
    identity = [[Fraction(k == j) for j in range(size)] for k in range(size)]
    try:
        return tuple(tuple(row) for row in solved(rows, identity))
    except SingularError as error:
        raise NoValueError from error
