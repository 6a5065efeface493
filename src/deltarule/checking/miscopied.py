"""A wrong value whose working has a miscopied number: with one that was told shortly before in its place the value is right."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from deltarule.algebra.expr import Expr, Number
from deltarule.checking.numbers_in_text import NumbersInText
from deltarule.checking.sides import value_of
from deltarule.written import Written, is_rounding, is_truncation

FEWEST_FIGURES = 3  # of a value that is not right by chance, where a digit of a number is wrong
FEWEST_OTHERWISE = 5  # where quite another number was written
MAX_BEFORE = 40  # numbers in front of a line that one of its own may have been copied from
LONG = 7  # figures of a value that nothing else gives by chance
MAX_FAR = 200  # the same in front of such a value
MAX_LEAVES = 8


class Miscopied(NamedTuple):
    """A number of a working, and the one that was told before and makes the value right."""

    leaf: Number
    told: Written


def miscopied(expr: Expr, written: Written, text: NumbersInText, at: int) -> Miscopied | None:
    """The only number of an expression that keeps it from a value, and what ought to stand for it."""
    if written.figures < FEWEST_FIGURES or written.places < 1 or "/" in written.text:
        return None
    most = MAX_FAR if written.figures >= LONG else MAX_BEFORE
    leaves = [node for node in expr.walk() if isinstance(node, Number) and node.written is not None]
    before = {number.value: number for number in text.before(text.line_start(at), most)}
    found = list(_repairs(expr, leaves[:MAX_LEAVES], written, tuple(before.values())))
    close = [each for each in found if is_alike(each.leaf.written, each.told)]
    if written.figures < FEWEST_OTHERWISE or close:
        found = close
    return found[0] if len(found) == 1 else None


def _repairs(
    expr: Expr, leaves: Sequence[Number], written: Written, before: Sequence[Written]
) -> Iterator[Miscopied]:
    for leaf in leaves:
        for told in before:
            if told.value != leaf.value:
                value = value_of(_put(expr, leaf, told.value))
                if value is not None and _fits(written, value):
                    yield Miscopied(leaf, told)


def _fits(written: Written, value: Fraction) -> bool:
    return is_rounding(written.value, value, written.places) or is_truncation(
        written.value, value, written.places
    )


def _put(expr: Expr, leaf: Number, value: Fraction) -> Expr:
    if expr is leaf:
        return replace(leaf, value=value, written=None)
    return expr.map(lambda part: _put(part, leaf, value))


def is_alike(written: Written | None, other: Written) -> bool:
    """Whether two numbers with the same places differ in one digit, or in the order of two that stand together."""
    if written is None or written.places != other.places or min(written.figures, other.figures) < 2:
        return False
    one, two = (str(abs(each.value) * Fraction(10) ** max(each.places, 0)) for each in (written, other))
    if len(one) != len(two):
        return False
    differing = [k for k, (a, b) in enumerate(zip(one, two, strict=True)) if a != b]
    if len(differing) == 1:
        return True
    first, second = differing[0], differing[-1]
    return (
        len(differing) == 2 and second == first + 1 and (one[first], one[second]) == (two[second], two[first])
    )
