"""Formulas of vectors and matrices as the same with indices: ``X^T (X w - y)`` as the sum of ``(sum_j x_ij w_j - y_i) x_ij``.

The rows of the matrix X are samples. A list of one number a sample gets the index that the sums run over, and what is said
of all features is then said of any one of them. A formula of other shapes stays as it is.
"""

from enum import Enum, auto
from typing import TypeAlias

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
)
from deltarule.document import Link
from deltarule.formulas import Role
from deltarule.naming import Names

_TURNED = "transpose"
_SAMPLE, _INNER, _FEATURE = "i", "k", "j"  # the last one is bound by no sum: any feature
_OF_SAMPLES = frozenset({Role.TARGET, Role.NET_INPUT, Role.OUTPUT, Role.ERROR, Role.DELTA})
_OF_FEATURES = frozenset({Role.WEIGHT, Role.GRADIENT, Role.CHANGE})


class _Shape(Enum):
    NUMBER = auto()
    SAMPLES = auto()  # one number a sample
    FEATURES = auto()  # one number a feature
    DATA = auto()  # a row of features a sample
    TURNED = auto()  # the same turned


_Shaped: TypeAlias = tuple[_Shape, Expr]


class _OtherShapeError(Exception):
    """A formula is not one of the data as a matrix."""


def indexed(stated: Expr, names: Names) -> Expr:
    """A formula of the data as a matrix, with indices; any other formula is given back as it is."""
    if not any(_is_data(symbol, names) for symbol in stated.symbols):
        return stated
    try:
        shape, made = _shaped(stated, names)
    except _OtherShapeError:
        return stated
    return made if shape in (_Shape.NUMBER, _Shape.FEATURES) else stated


def of_vectors(link: Link, names: Names) -> Expr:
    """What stands behind a sign: where a formula of the data as a matrix was taken apart by components, the whole of it."""
    whole = link.whole
    if whole is not None and any(_is_data(symbol, names) for symbol in whole.symbols):
        return whole
    return link.expr


def _is_data(symbol: Symbol, names: Names) -> bool:
    """Whether a symbol is the whole matrix of the data, a capital letter without an index."""
    plain = symbol.name[-1:].isupper() and not symbol.index and not symbol.upper
    return plain and names.role(symbol.name) is Role.FEATURE


def _shaped(expr: Expr, names: Names) -> _Shaped:
    match expr:
        case Number():
            return _Shape.NUMBER, expr
        case Symbol():
            return _named(expr, names)
        case Negative(arg=arg):
            shape, inner = _shaped(arg, names)
            return shape, Negative(inner, span=expr.span)
        case Sum(terms=terms):
            return _added([_shaped(term, names) for term in terms])
        case Product(factors=factors):
            return _times([_shaped(factor, names) for factor in factors])
        case Quotient(numerator=above, denominator=below):
            shape, inner = _shaped(above, names)
            divisor, under = _shaped(below, names)
            if divisor is not _Shape.NUMBER:
                raise _OtherShapeError
            return shape, Quotient(inner, under, span=expr.span)
        case Power(base=base, exponent=exponent):
            return _power(base, exponent, names)
    raise _OtherShapeError


def _named(symbol: Symbol, names: Names) -> _Shaped:
    """A list of one number a sample or a feature; above a list of all there may stand its time."""
    role = names.role(symbol.name)
    if _is_data(symbol, names):
        turned = _TURNED in symbol.marks
        return (_Shape.TURNED if turned else _Shape.DATA), Symbol(symbol.name, (_SAMPLE, _FEATURE))
    if symbol.index or role is Role.FEATURE:
        raise _OtherShapeError
    if role in _OF_SAMPLES:
        return _Shape.SAMPLES, Symbol(symbol.name, (_SAMPLE,))
    if role in _OF_FEATURES:
        return _Shape.FEATURES, Symbol(symbol.name, (_FEATURE,))
    return _Shape.NUMBER, symbol


def _added(terms: list[_Shaped]) -> _Shaped:
    """A sum of things of one shape; a number is added to every component only where it is the bias of the outputs."""
    shapes = [shape for shape, _ in terms]
    whole = _Shape.SAMPLES if _Shape.SAMPLES in shapes else shapes[0]
    if whole in (_Shape.DATA, _Shape.TURNED):
        raise _OtherShapeError
    allowed = {whole, _Shape.NUMBER} if whole is _Shape.SAMPLES else {whole}
    if not set(shapes) <= allowed:
        raise _OtherShapeError
    return whole, Sum(tuple(term for _, term in terms))


def _times(factors: list[_Shaped]) -> _Shaped:
    """A product, from the right: a matrix turns the vector behind it into another one."""
    shape, made = factors[-1]
    for left, factor in reversed(factors[:-1]):
        shape, made = _pair(left, factor, shape, made)
    return shape, made


def _pair(left: _Shape, factor: Expr, right: _Shape, made: Expr) -> _Shaped:
    product = Product((factor, made))
    if left is _Shape.NUMBER or right is _Shape.NUMBER:
        return (right if left is _Shape.NUMBER else left), product
    if (left, right) == (_Shape.DATA, _Shape.FEATURES):
        return _Shape.SAMPLES, SumOver(_INNER, _with_inner(product))
    if (left, right) in ((_Shape.TURNED, _Shape.SAMPLES), (_Shape.SAMPLES, _Shape.DATA)):
        return _Shape.FEATURES, SumOver(_SAMPLE, product)
    if left is right is _Shape.SAMPLES:
        return _Shape.NUMBER, SumOver(_SAMPLE, product)
    if left is right is _Shape.FEATURES:
        return _Shape.NUMBER, SumOver(_INNER, _with_inner(product))
    raise _OtherShapeError


def _with_inner(expr: Expr) -> Expr:
    """An expression of any one feature with the index of the sum over all of them."""
    if isinstance(expr, Symbol):
        index = tuple(_INNER if each == _FEATURE else each for each in expr.index)
        return Symbol(expr.name, index, (), expr.upper)
    return expr.map(_with_inner)


def _power(base: Expr, exponent: Expr, names: Names) -> _Shaped:
    """``||Xw - y||^2``, ``(Xw - y)^T``, or a power of a number."""
    if isinstance(exponent, Symbol) and exponent.name == "T":
        shape, made = _shaped(base, names)
        if shape in (_Shape.SAMPLES, _Shape.FEATURES):
            return shape, made  # a row or a column: what it is multiplied by says which
        raise _OtherShapeError
    square = isinstance(exponent, Number) and exponent.value == 2
    if square and isinstance(base, Apply) and base.function == "abs":
        shape, made = _shaped(base.arg, names)
        return _pair(shape, made, shape, made)
    shape, made = _shaped(base, names)
    if shape is not _Shape.NUMBER:
        raise _OtherShapeError
    return shape, Power(made, exponent)
