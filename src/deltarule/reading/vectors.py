"""Equations between vectors, taken apart into one equation a component.

``w = [0.1, 0.2] + 0.5·[1, 2] = [0.6, 1.2]`` says two things, one of each weight. A product of two vectors is a
number, a product of a number and a vector is a vector, a matrix times a vector is a vector.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from deltarule.algebra.expr import Apply, Expr, Negative, Number, Power, Product, Quotient, Sum, Symbol, Vector
from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.spans import Span

MAX_COMPONENTS = 400
_COMPONENTS = frozenset({Role.WEIGHT, Role.FEATURE, Role.GRADIENT, Role.CHANGE})

# a number, a vector, or a matrix by rows
Parts: TypeAlias = "Expr | tuple[Expr, ...] | tuple[tuple[Expr, ...], ...]"


class ShapeError(Exception):
    """Vectors of different sizes, or a vector where a number is needed."""


def holds_vector(expr: Expr) -> bool:
    """Whether a list of numbers stands anywhere in an expression."""
    match expr:
        case Number() | Symbol():
            return False
        case Vector():
            return True
        case Sum(terms=parts) | Product(factors=parts):
            return any(holds_vector(part) for part in parts)
        case Negative(arg=part) | Apply(arg=part):
            return holds_vector(part)
    return any(holds_vector(child) for child in expr.children())


def components(expr: Expr) -> tuple[Expr, ...] | None:
    """Components of an expression, or None if it is a number; names of vectors get the index of the component.

    Raises
    ------
    ShapeError
        Its parts do not fit together.
    """
    parts = _parts(expr)
    if isinstance(parts, Expr):
        return None
    rows = _rows(parts)
    if rows is None:
        return parts  # type: ignore[return-value]  # a vector
    if len(rows) == 1:
        return rows[0]
    if all(len(row) == 1 for row in rows):
        return tuple(row[0] for row in rows)
    raise ShapeError("a matrix is not taken apart")


def number(expr: Expr) -> Expr:
    """A number with its products of vectors written out as sums.

    Raises
    ------
    ShapeError
        It is no number.
    """
    if not holds_vector(expr):
        return expr
    parts = _parts(expr)
    if isinstance(parts, Expr):
        return parts
    raise ShapeError("a vector stands where a number is needed")


def named(expr: Expr, k: int) -> Expr:
    """An expression in symbols for component `k`, counted from 0: names of vectors get its index."""
    if isinstance(expr, Symbol):
        return expr if expr.index or not _COMPONENTS & set(roles_of(expr.name)) else replace(expr, index=(k + 1,))
    return expr.map(lambda child: named(child, k))


def is_formula(expr: Expr) -> bool:
    """Whether symbols stand in an expression, so that it may be a vector without showing it."""
    return any(isinstance(node, Symbol) for node in expr.walk())


def _rows(parts: Parts) -> tuple[tuple[Expr, ...], ...] | None:
    if isinstance(parts, tuple) and parts and isinstance(parts[0], tuple):
        return parts  # type: ignore[return-value]
    return None


def _parts(expr: Expr) -> Parts:
    match expr:
        case Vector():
            return _listed(expr)
        case Negative():
            return _each(_parts(expr.arg), lambda part: Negative(part, span=expr.span or part.span))
        case Sum():
            return _added([_parts(term) for term in expr.terms], expr.span)
        case Product():
            product = _parts(expr.factors[0])
            for factor in expr.factors[1:]:
                product = _times(product, _parts(factor))
            return product
        case Quotient():
            below = _parts(expr.denominator)
            if not isinstance(below, Expr):
                raise ShapeError("something is divided by a vector")
            above = _parts(expr.numerator)
            if isinstance(above, Expr):
                return Quotient(above, below, span=expr.span)
            return _each(above, lambda part: Quotient(part, below, span=part.span))
        case Power() | Apply():
            if holds_vector(expr):
                inner = expr.base if isinstance(expr, Power) else expr.arg
                parts = _parts(inner)
                if isinstance(expr, Apply) and not isinstance(parts, Expr):
                    return _each(parts, lambda part: Apply(expr.function, part, span=part.span))
                if not isinstance(parts, Expr):
                    raise ShapeError("a power of a vector")
                return replace(expr, base=parts) if isinstance(expr, Power) else replace(expr, arg=parts)
    return expr


def _listed(expr: Vector) -> Parts:
    items = [_parts(item) for item in expr.items]
    if len(items) > MAX_COMPONENTS:
        raise ShapeError("a vector of more components than anybody works by hand")
    if all(isinstance(item, Expr) for item in items):
        return tuple(items)  # type: ignore[arg-type]
    widths = {len(item) for item in items if isinstance(item, tuple)}
    if len(widths) == 1 and all(isinstance(item, tuple) and isinstance(item[0], Expr) for item in items):
        return tuple(items)  # type: ignore[arg-type]
    raise ShapeError("the rows of a matrix do not fit together")


def _each(parts: Parts, change) -> Parts:  # type: ignore[no-untyped-def]
    if isinstance(parts, Expr):
        return change(parts)  # type: ignore[no-any-return]
    return tuple(_each(part, change) for part in parts)  # type: ignore[return-value]


def _added(terms: Sequence[Parts], span: Span | None) -> Parts:
    lists = [term for term in terms if not isinstance(term, Expr)]
    if not lists:
        return Sum(tuple(terms), span=span)  # type: ignore[arg-type]
    size = len(lists[0])
    if any(len(term) != size for term in lists) or any(isinstance(t, Expr) and not is_formula(t) for t in terms):
        raise ShapeError("a number is added to a vector, or vectors of different sizes")
    done: list[Parts] = []
    for k in range(size):
        done.append(_added([named(term, k) if isinstance(term, Expr) else term[k] for term in terms], None))
    return tuple(done)  # type: ignore[return-value]


def _times(left: Parts, right: Parts) -> Parts:
    if isinstance(left, Expr) and isinstance(right, Expr):
        factors = (*left.factors, right) if isinstance(left, Product) else (left, right)
        return Product(factors, span=_cover(left, right))
    if isinstance(left, Expr):
        return _each(right, lambda part: _times(left, part))
    if isinstance(right, Expr):
        return _each(left, lambda part: _times(part, right))
    rows, columns = _rows(left), _rows(right)
    if rows is not None and columns is None:
        if len(rows) == 1 or len(rows[0]) == len(right):
            return tuple(_dot(row, right) for row in rows) if len(rows) > 1 else _dot(rows[0], right)  # type: ignore[arg-type]
    elif rows is None and columns is not None:
        if len(left) == len(columns):
            return tuple(_dot(left, tuple(row[k] for row in columns)) for k in range(len(columns[0])))  # type: ignore[arg-type]
    elif rows is None:
        return _dot(left, right)  # type: ignore[arg-type]
    elif columns is not None and len(rows[0]) == len(columns):
        product = tuple(tuple(_dot(row, tuple(r[k] for r in columns)) for k in range(len(columns[0]))) for row in rows)
        return product[0][0] if len(product) == 1 and len(product[0]) == 1 else product
    raise ShapeError("vectors of different sizes are multiplied")


def _dot(left: Sequence[Expr], right: Sequence[Expr]) -> Expr:
    if len(left) != len(right):
        raise ShapeError("vectors of different sizes are multiplied")
    terms = tuple(Product((a, b), span=_cover(a, b)) for a, b in zip(left, right, strict=True))
    return terms[0] if len(terms) == 1 else Sum(terms, span=_cover(left[0], right[-1]))


def _cover(left: Expr, right: Expr) -> Span | None:
    return left.span.cover(right.span) if left.span and right.span else left.span or right.span
