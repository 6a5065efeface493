"""An expression with its place in the text."""

from collections.abc import Sequence

from deltarule.algebra.expr import Expr
from deltarule.reading.scripts import span_to
from deltarule.reading.token import Token
from deltarule.spans import Span


def with_span(expr: Expr, span: Span) -> Expr:
    """The same expression at another place."""
    moved = object.__new__(type(expr))  # as dataclasses.replace does, in a fifth of the time
    moved.__dict__.update(expr.__dict__, span=span)
    return moved


def reach(first: Expr, last: Expr) -> Span | None:
    """From the one to the other, where both have a place."""
    return None if first.span is None or last.span is None else first.span.cover(last.span)


def from_start(expr: Expr, start: int, last: Expr) -> Expr:
    """The same expression from a place on to the end of its last part."""
    return with_span(expr, Span(start, last.span.end if last.span else start))


def up_to(expr: Expr, span: Span | None, script: Sequence[Token]) -> Expr:
    """The same expression from a place on to the end of the script behind it."""
    whole = span_to(span, script)
    return with_span(expr, whole) if whole else expr
