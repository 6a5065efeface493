"""The digits that printed results have lost: which they are where the document gives them, how much they can be where it does not.

Whoever works with 0.53 may go on with the 0.531 that it rounds, or with 0.53. A value is explained by lost digits
as far as they are known; only a result whose working is not seen may have lost anything up to half a unit.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import TypeAlias

from deltarule.algebra.expr import Expr, Number
from deltarule.algebra.numbers import bounded
from deltarule.checking.intermediate import came_up, worked_parts
from deltarule.checking.sides import moves, reach, value_of
from deltarule.checking.walk import Walk
from deltarule.written import Written

Spread: TypeAlias = tuple[Fraction, Fraction]  # the least and the greatest that a number may stand for

CUTS = 3  # values that were cut off are a habit
MAX_UNROUNDED = 2000
NEAR = 2  # units of its last place that a number may be off and still stand for a part of the side before it
MAX_LEAVES = 12  # numbers of an expression whose digits are put back one by one
_WIDEST = 50  # roundings may move a result by one part in so many, no more
_CLOSEST = 5_000  # and what is nearer than one part in so many is nobody's slip where long decimals are given
_LONG_PLACES = 4
_WORKED_PLACES = 2


def carried(walk: Walk, before: Sequence[Expr]) -> Fraction | None:
    """Value of the last expression that has any, with all digits of earlier results in the place of their printed roundings."""
    if not walk.unrounded:
        return None
    for expr in reversed(before):
        longer, used = with_all_digits(walk, expr)
        value = value_of(longer) if used else None
        if value is not None:
            return bounded(value)[0]  # digits carried from line to line grow without end
    return None


def with_all_digits(walk: Walk, expr: Expr) -> tuple[Expr, bool]:
    """An expression with the unrounded values of earlier results in it, and whether there are any."""
    longer = _longer(walk, expr)
    return longer, longer is not expr


def _longer(walk: Walk, expr: Expr) -> Expr:
    if not isinstance(expr, Number):
        return expr.map(lambda part: _longer(walk, part))
    exact = walk.unrounded.get(abs(expr.value))
    return expr if exact is None else Number(exact, span=expr.span)


def remember(walk: Walk, written: Written, exact: Fraction, before: Sequence[Expr]) -> None:
    """Keep the unrounded value of a printed rounding, by its size: its sign stands outside of it when it is used.

    `before` is what it was worked out from: where all of its digits are known, so are those of the result.
    """
    if written.places <= 0 or len(walk.unrounded) >= MAX_UNROUNDED:
        return
    walk.unrounded[abs(written.value)] = abs(exact)
    _remember_spread(walk, written, before)


def remember_size(walk: Walk, written: Written, before: Sequence[Expr]) -> None:
    """Keep the size of a result that may be a rounding, for what it is made of may be one."""
    if written.places > 0 and len(walk.results) < MAX_UNROUNDED:
        walk.results.add(abs(written.value))
        _remember_spread(walk, written, before)


def _remember_spread(walk: Walk, written: Written, before: Sequence[Expr]) -> None:
    """Keep how far off a printed result may be; a size that comes up twice may be either."""
    size = abs(written.value)
    earlier = walk.spreads.get(size, (size, size))
    first, last = (None, *before)[-2:] if before else (None, None)
    parts = {} if first is None or last is None else between(walk, first, last)
    known = None if last is None else spread_behind(walk, first, last, parts)
    if known is None or earlier is None or known[0] < 0 < known[1]:
        walk.spreads[size] = None
        return
    low, high = sorted(map(abs, known))
    walk.spreads[size] = min(earlier[0], low), max(earlier[1], high)


def spread(walk: Walk, expr: Expr, known: Mapping[Fraction, Spread] = MappingProxyType({})) -> Spread | None:
    """The least and the greatest value of an expression with or without the digits that its numbers have lost.

    None where a number of it may have lost digits that nobody has seen; of those `known`, by their size, it is told.
    """
    value = value_of(expr)
    if value is None:
        return None
    low = high = value
    numbers = [node for node in expr.walk() if isinstance(node, Number)]
    leaves = [number for number in numbers if is_worked_leaf(walk, number, known)]
    if len(leaves) > MAX_LEAVES or any(_is_new(walk, number) for number in numbers if number not in leaves):
        return None
    for leaf in leaves:
        size = abs(leaf.value)
        ends = known[size] if size in known else walk.spreads.get(size)
        if ends is None:
            return None
        reached = [value_of(_put(expr, leaf, end if leaf.value >= 0 else -end)) for end in ends]
        moved = [each - value for each in reached if each is not None]
        if len(moved) < len(ends):
            return None
        low += min(Fraction(0), *moved)
        high += max(Fraction(0), *moved)
    return bounded(low)[0], bounded(high)[0]


def misrounded(walk: Walk, first: Expr, second: Expr) -> Iterator[tuple[Number, Fraction]]:
    """Numbers that came up in the second side with a wrong last digit, and what they should be.

    A part of the first side gives nearly such a number, and none gives it, with lost digits or without.
    """
    parts = [(value, part) for part in worked_parts(first) if (value := value_of(part)) is not None]
    for leaf in came_up(first, second):
        assert leaf.written is not None
        if not _is_new(walk, leaf):
            continue
        size, unit = abs(leaf.value), leaf.written.unit
        near = [(abs(value), part) for value, part in parts if abs(abs(value) - size) <= NEAR * unit]
        reached = [spread(walk, part) for _, part in near]
        ends = [sorted(map(abs, each)) for each in reached if each is not None]
        rounds = [low < size + unit and high >= size - unit / 2 for low, high in ends]
        if near and len(ends) == len(near) and not any(rounds):
            yield leaf, near[0][0]


def spread_behind(
    walk: Walk, first: Expr | None, last: Expr, parts: Mapping[Fraction, Spread | None]
) -> Spread | None:
    """The same for the last side of a chain, some of whose numbers came up as `parts` of the first."""
    known = {size: ends for size, ends in parts.items() if ends is not None}
    if len(known) < len(parts):
        return None
    reached = [spread(walk, last, known), *([] if first is None else [spread(walk, first)])]
    ends = [end for each in reached if each is not None for end in each]
    return None if None in reached else (min(ends), max(ends))


def _is_new(walk: Walk, number: Number) -> bool:
    """Whether a number with some decimals stands nowhere above its line: it may have been worked out in the head."""
    if number.written is None or number.written.places < _WORKED_PLACES or number.span is None:
        return False
    return not walk.numbers.has(number.written, 0, walk.numbers.line_start(number.span.start))


def between(walk: Walk, first: Expr, second: Expr) -> dict[Fraction, Spread | None]:
    """What the numbers that came up in the second side may stand for, by their sizes: None where no part of the first gives it."""
    found: dict[Fraction, Spread | None] = {}
    parts = [(value, part) for part in worked_parts(first) if (value := value_of(part)) is not None]
    for leaf in came_up(first, second):
        assert leaf.written is not None
        size = abs(leaf.value)
        near = [part for value, part in parts if abs(abs(value) - size) <= NEAR * leaf.written.unit]
        reached = [spread(walk, part) for part in near]
        ends = [size, *(abs(end) for each in reached if each is not None for end in each)]
        found[size] = (min(ends), max(ends)) if reached and None not in reached else None
    return found


def _put(expr: Expr, leaf: Number, value: Fraction) -> Expr:
    """An expression with another number in the place of one of its own."""
    if expr is leaf:
        return Number(value, span=leaf.span)
    return expr.map(lambda child: _put(child, leaf, value))


def is_worked_leaf(walk: Walk, leaf: Expr, worked: Container[Fraction] = ()) -> bool:
    """Whether a number of an expression was worked out before, or told with more digits, so that it may be a rounding."""
    if not isinstance(leaf, Number):
        return False
    size = abs(leaf.value)
    if size in walk.results or size in walk.unrounded or size in worked:
        return True
    return leaf.written is not None and (size, leaf.written.places) in walk.shortened


def within_roundings(
    walk: Walk, readings: Sequence[Expr], written: Written, first: Expr | None = None
) -> bool:
    """Whether digits that earlier results have lost explain a value; of a number that is given there are none.

    Where the lost digits are known they are put back; who cuts off loses up to a whole unit. Beyond one unit of its
    last place a value is only explained as far as that is little of it.

    `readings` are the expression with all digits put back, and as it stands; `first` is the one before it on its line, whose
    parts that were worked out have lost digits too.
    """
    last = readings[-1]
    parts = {} if first is None else between(walk, first, last)
    if written.places < 1 or not (parts or walk.results or walk.unrounded):
        return False
    cuts = walk.cuts >= CUTS
    ends = None if cuts else spread_behind(walk, first, last, parts)
    if ends is not None:
        return ends[0] - written.unit / 2 <= written.value <= ends[1] + written.unit / 2
    for expr in readings:
        value = value_of(expr)
        if value is None:
            continue
        distance = abs(written.value - value)
        if distance * _WIDEST > abs(value) and 20 * distance > (60 if cuts else 21) * written.unit:
            continue
        moved = moves(expr, value, lambda leaf: is_worked_leaf(walk, leaf, parts))
        slack = sum(map(abs, moved), Fraction(0))
        if slack > 0 and (
            distance <= slack + written.unit / 2 or (cuts and _by_cutting(written, value, moved))
        ):
            return True
    return False


def _by_cutting(written: Written, value: Fraction, moved: Sequence[Fraction]) -> bool:
    """Whether numbers that were cut off, and a result that was, explain a value: all of them are nearer to zero then."""
    low = value + 2 * sum((move for move in moved if move < 0), Fraction(0))
    high = value + 2 * sum((move for move in moved if move > 0), Fraction(0))
    if written.value >= 0:
        return low < written.value + written.unit and high >= written.value
    return high > written.value - written.unit and low <= written.value


def steps_within(walk: Walk, last: Expr, new: Expr, old_value: Fraction, new_value: Fraction) -> bool:
    """Whether digits that earlier results have lost explain that two sides differ, as little as they do."""
    apart = abs(old_value - new_value)
    moved = sum(map(abs, moves(last, old_value, lambda leaf: is_worked_leaf(walk, leaf))), Fraction(0))
    lost = sum(map(abs, moves(last, old_value, _may_be_lost)), Fraction(0))
    if apart * _CLOSEST <= abs(old_value) and apart <= lost:
        return True
    return moved > 0 and apart * _WIDEST <= abs(old_value) and apart <= moved + reach(new, new_value)


def _may_be_lost(leaf: Expr) -> bool:
    """Whether a number is written with so many decimals that it may well be a rounding, given or not."""
    return isinstance(leaf, Number) and leaf.written is not None and leaf.written.places >= _LONG_PLACES
