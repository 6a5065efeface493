"""A part that was worked wrongly once, and stands in later workings: they are right with the wrong value, which is charged once.

``(0.08 + 0.04 - 3)^2 = 2.84^2`` should be 2.88; ``2·(0.08 + 0.04 - 3) = -5.68`` follows from it.
"""

from collections.abc import Iterator
from fractions import Fraction

from deltarule.algebra.expr import Expr, Negative, Number, Power, Product, Quotient, Sum
from deltarule.checking.claims import FoundSlip
from deltarule.checking.sides import as_number, value_of
from deltarule.checking.walk import Walk
from deltarule.written import Written, is_rounding, write_exactly

_COMMON = 20
_TEN = 10
MAX_KEPT = 20  # wrong values of one document
_WORKED = (Sum, Product, Quotient)


def note_wrong(walk: Walk, before: Expr, after: Expr, slip: FoundSlip) -> None:
    """Keep the parts of a working that the next side has another value for, their signs left aside."""
    for right, wrong in _parts(before, after):
        if len(walk.mistaken) < MAX_KEPT:
            walk.mistaken.append((right, wrong, slip))


def worked_again(walk: Walk, working: Expr, written: Written) -> FoundSlip | None:
    """The slip that explains a value: a part of its working was given another value there."""
    for right, wrong, slip in walk.mistaken:
        put = _put(working, right, wrong)
        value = None if put is working or as_number(put) is not None else value_of(put)
        if value is not None and is_rounding(written.value, value, written.places):
            return slip
    return None


def with_right(walk: Walk, working: Expr, written: Written) -> bool:
    """Whether a value is right with the right value of a part in the place of the wrong one that was written for it before."""
    for right, wrong, _ in walk.mistaken:
        if wrong.denominator > 1 or wrong > _COMMON:  # a small whole number may stand there for itself
            value = value_of(_put_right(working, wrong, right))
            if (
                value is not None
                and value != value_of(working)
                and is_rounding(written.value, value, written.places)
            ):
                return True
    return False


def _put_right(expr: Expr, wrong: Fraction, right: Fraction) -> Expr:
    """An expression with the right value in the place of each number, or power of ten, of the wrong size."""
    if isinstance(expr, Number | Power) and not expr.symbols:
        value = value_of(expr)
        if value is not None and abs(value) == wrong:
            return Number(right if value > 0 else -right, span=expr.span)
    return expr.map(lambda child: _put_right(child, wrong, right))


def _parts(before: Expr, after: Expr) -> Iterator[tuple[Fraction, Fraction]]:
    """The sizes of parts that are worked out from one side to the next, where they change."""
    number = as_number(after) or _power(after)
    if isinstance(before, _WORKED) and number is not None:
        value = value_of(before)
        if value and abs(value) != abs(number.value):
            yield abs(value), abs(number.value)
        return
    inside, worked = before.children(), after.children()
    if type(before) is type(after) and len(inside) == len(worked):
        for left, right in zip(inside, worked, strict=True):
            yield from _parts(left, right)


def _power(expr: Expr) -> Written | None:
    """A power of ten that stands for a number: ``10^-8``."""
    value = value_of(expr) if isinstance(expr, Power) else None
    ten = isinstance(expr, Power) and isinstance(expr.base, Number) and expr.base.value == _TEN
    return write_exactly(value) if ten and value is not None else None


def _put(expr: Expr, right: Fraction, wrong: Fraction) -> Expr:
    """An expression with a wrong value in the place of each part that has the right one; itself where there is none."""
    if isinstance(expr, _WORKED):
        value = value_of(expr)
        if value is not None and abs(value) == right:
            number = Number(wrong, write_exactly(wrong), span=expr.span)
            return Negative(number) if value < 0 else number
    done = [_put(child, right, wrong) for child in expr.children()]
    if all(new is old for new, old in zip(done, expr.children(), strict=True)):
        return expr
    return expr.map(lambda child: _put(child, right, wrong))
