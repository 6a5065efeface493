"""Equations between vectors, taken apart into one equation a component.

``w = [0.1, 0.2] + 0.5·[1, 2] = [0.6, 1.2]`` says two things, one of each weight. A product of two vectors is a
number, a product of a number and a vector is a vector, a matrix times a vector is a vector.
"""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.expr import (
    Apply,
    Expr,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    Vector,
)
from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.spans import Span

MAX_COMPONENTS = 400
MAX_VECTORS = 6  # in one product
_COMPONENTS = frozenset({Role.WEIGHT, Role.FEATURE, Role.GRADIENT, Role.CHANGE})


class ShapeError(Exception):
    """Vectors of different sizes, or a vector where a number is needed."""


def holds_vector(expr: Expr) -> bool:
    """Whether a list of numbers stands anywhere in an expression."""
    return Vector in expr.holds


def components(expr: Expr) -> tuple[Expr, ...] | None:
    """Components of an expression, or None if it is a number; names of vectors get the index of the component.

    Raises
    ------
    ShapeError
        Its parts do not fit together.
    """
    whole = _gathered(expr)
    if not isinstance(whole, Vector):
        return None
    if not _is_matrix(whole):
        return whole.items
    rows = _rows(whole)
    if len(rows) == 1:
        return rows[0]
    if all(len(row) == 1 for row in rows):
        return tuple(row[0] for row in rows)
    raise ShapeError("a matrix is not taken apart")


def entries(expr: Expr) -> tuple[tuple[int, int], tuple[Expr, ...]] | None:
    """Shape and entries of a matrix, row by row; None of anything else.

    Raises
    ------
    ShapeError
        Its parts do not fit together.
    """
    whole = _gathered(expr)
    rows = _rows(whole) if isinstance(whole, Vector) and _is_matrix(whole) else []
    if not rows or any(isinstance(entry, Vector) for row in rows for entry in row):
        return None
    return (len(rows), len(rows[0])), tuple(entry for row in rows for entry in row)


def number(expr: Expr) -> Expr:
    """A number with its products of vectors written out as sums.

    Raises
    ------
    ShapeError
        It is no number.
    """
    if not holds_vector(expr):
        return expr
    whole = _gathered(expr)
    if isinstance(whole, Vector):
        raise ShapeError("a vector stands where a number is needed")
    return whole


def named(expr: Expr, k: int) -> Expr:
    """An expression in symbols for component `k`, counted from 0: names of vectors get its index."""
    if isinstance(expr, Symbol):
        return (
            expr
            if expr.index or not _COMPONENTS & set(roles_of(expr.name))
            else replace(expr, index=(k + 1,))
        )
    return expr.map(lambda child: named(child, k))


def is_formula(expr: Expr) -> bool:
    """Whether symbols stand in an expression, so that it may be a vector without showing it."""
    return any(isinstance(node, Symbol) for node in expr.walk())


def _is_matrix(vector: Vector) -> bool:
    return any(isinstance(item, Vector) for item in vector.items)


def _rows(matrix: Vector) -> list[tuple[Expr, ...]]:
    return [item.items if isinstance(item, Vector) else (item,) for item in matrix.items]


def _gathered(expr: Expr) -> Expr:
    """An expression as a number, a `Vector` of numbers, or a `Vector` of rows."""
    match expr:
        case Vector():
            return _listed(expr)
        case Negative(arg=arg):
            return _each(_gathered(arg), lambda part: Negative(part, span=expr.span or part.span))
        case Sum(terms=terms):
            return _added([_gathered(term) for term in terms], expr.span)
        case Product(factors=factors):
            parts = [_gathered(factor) for factor in factors]
            if sum(isinstance(part, Vector) for part in parts) > MAX_VECTORS:
                raise ShapeError("more vectors are multiplied than anybody multiplies by hand")
            product = parts[0]
            for part in parts[1:]:
                product = _times(product, part)
            return product
        case Quotient(numerator=above, denominator=below):
            divisor = _gathered(below)
            if isinstance(divisor, Vector):
                raise ShapeError("something is divided by a vector")
            return _each(_gathered(above), lambda part: Quotient(part, divisor, span=expr.span or part.span))
        case Power(base=base) if holds_vector(expr):
            inner = _gathered(base)
            if isinstance(inner, Vector):
                raise ShapeError("a power of a vector")
            return replace(expr, base=inner)
        case Apply(function="abs", arg=arg) if holds_vector(expr):
            inner = _gathered(arg)
            if not isinstance(inner, Vector) or _is_matrix(inner):
                return replace(expr, arg=inner)
            squares = tuple(Power(part, Number(Fraction(2)), span=part.span) for part in inner.items)
            return Apply("sqrt", Sum(squares, span=inner.span), span=expr.span)
        case Apply(function=function, arg=arg) if holds_vector(expr):
            return _each(_gathered(arg), lambda part: Apply(function, part, span=part.span))
    return expr


def _listed(expr: Vector) -> Vector:
    items = tuple(_gathered(item) for item in expr.items)
    if len(items) > MAX_COMPONENTS:
        raise ShapeError("a vector of more components than anybody works by hand")
    widths = {len(item.items) if isinstance(item, Vector) else 0 for item in items}
    if len(widths) > 1 or any(isinstance(item, Vector) and _is_matrix(item) for item in items):
        raise ShapeError("the rows of a matrix do not fit together")
    return Vector(items, span=expr.span)


def _each(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    if isinstance(expr, Vector):
        return Vector(tuple(_each(item, change) for item in expr.items), span=expr.span)
    return change(expr)


def _added(terms: list[Expr], span: Span | None) -> Expr:
    vectors = [term for term in terms if isinstance(term, Vector)]
    if not vectors:
        return Sum(tuple(terms), span=span)
    size = len(vectors[0].items)
    if any(len(term.items) != size or _is_matrix(term) != _is_matrix(vectors[0]) for term in vectors):
        raise ShapeError("vectors of different sizes are added")
    parts = [  # a number is added to every component, as programs do, and a 0 stands for the zero vector
        [term.items[k] if isinstance(term, Vector) else named(term, k) for term in terms] for k in range(size)
    ]
    return Vector(tuple(_added(part, _reach(part)) for part in parts), span=span)


def _times(left: Expr, right: Expr) -> Expr:
    if not isinstance(left, Vector):
        if isinstance(right, Vector):
            return _each(right, lambda part: _times(left, part))
        factors = (*left.factors, right) if isinstance(left, Product) else (left, right)
        return Product(factors, span=_reach([left, right]))
    if not isinstance(right, Vector):
        return _each(left, lambda part: _times(part, right))
    return _matrix_times(left, right)


def _matrix_times(left: Vector, right: Vector) -> Expr:
    """Products of vectors and matrices; a row times a column is a number, a list of one number is that number."""
    if not _is_matrix(left) and not _is_matrix(right) and len(left.items) != len(right.items):
        if len(right.items) == 1:
            return _each(left, lambda part: _times(part, right.items[0]))
        if len(left.items) == 1:
            return _each(right, lambda part: _times(left.items[0], part))
    if not _is_matrix(left) and not _is_matrix(right):
        return _dot(left.items, right.items)
    if _is_matrix(left) and not _is_matrix(right):
        products = [_dot(row, right.items) for row in _rows(left)]
        return products[0] if len(products) == 1 else Vector(tuple(products))
    columns = list(zip(*_rows(right), strict=True))
    if not _is_matrix(left):
        return Vector(tuple(_dot(left.items, column) for column in columns))
    rows = [Vector(tuple(_dot(row, column) for column in columns)) for row in _rows(left)]
    return rows[0].items[0] if len(rows) == len(columns) == 1 else Vector(tuple(rows))


def _dot(left: tuple[Expr, ...], right: tuple[Expr, ...]) -> Expr:
    if len(right) == 1 < len(left):  # a column of samples times the one weight
        return Vector(tuple(_times(part, right[0]) for part in left))
    if len(left) != len(right):
        raise ShapeError("vectors of different sizes are multiplied")
    terms = tuple(Product((a, b), span=_reach([a, b])) for a, b in zip(left, right, strict=True))
    return terms[0] if len(terms) == 1 else Sum(terms, span=_reach([left[0], right[-1]]))


def _reach(parts: list[Expr]) -> Span | None:
    """From the first part's place to the last's."""
    spans = [part.span for part in parts if part.span is not None]
    return spans[0].cover(spans[-1]) if spans else None
