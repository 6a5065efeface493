"""Sides of a relation: the number that one is, or the value of one in numbers."""

from collections.abc import Callable, Sequence
from fractions import Fraction

from deltarule.algebra.evaluate import evaluate
from deltarule.algebra.expr import Expr, Negative, Number, Power, Product, Sum, Symbol
from deltarule.document import Claim, Link
from deltarule.errors import DeltaruleError
from deltarule.trace import neuron_arithmetic
from deltarule.written import Written, is_rounding, power_of_ten

_NUMBER_LIKE = frozenset({Negative, Product})  # what may be just a number, with its sign or a power of ten
_SIGNED = frozenset("-+")
_IRRATIONAL = 10**40  # two values that agree to so many digits are the same
_PLAIN = 50  # two values that differ by more than one part in so many differ plainly
MAX_LEAVES = 60  # numbers of an expression whose rounding is followed through it


def as_number(expr: Expr) -> Written | None:
    """A side that is just a number."""
    if type(expr) is Number:
        return expr.written
    return expr.once(_as_number) if type(expr) in _NUMBER_LIKE else None


def _as_number(expr: Expr) -> Written | None:
    if isinstance(expr, Negative):
        inner = as_number(expr.arg)
        if inner is None or inner.text[:1] not in _SIGNED:
            return None if inner is None else inner.negated
        return Written(_opposite(inner.text), -inner.value, inner.places)
    if isinstance(expr, Product) and len(expr.factors) == 2:
        mantissa, power = expr.factors
        if isinstance(power, Power) and isinstance(power.base, Number) and power.base.value == 10:
            inner, exponent = as_number(mantissa), as_number(power.exponent)
            if (
                inner is not None
                and exponent is not None
                and exponent.value.denominator == 1
                and abs(exponent.value) <= 400
            ):
                shift = int(exponent.value)
                return Written(
                    f"{inner.text}e{shift}", inner.value * power_of_ten(shift), inner.places - shift
                )
    return None


def is_order_of(expr: Expr, value: Fraction) -> bool:
    """Whether a power of ten without a factor is the nearest one to a value: ``0.25^20 ≈ 10^-12`` tells no more than that."""
    base = expr.base if isinstance(expr, Power) else None
    order = value_of(expr) if isinstance(base, Number) and base.value == 10 else None
    return order is not None and value > 0 and order**2 / 10 <= value**2 <= 10 * order**2


def told(links: Sequence[Link]) -> Sequence[Link]:
    """Links without names at their end that only say what else has the value: ``= 1 = y``."""
    end = len(links)
    while end > 1 and isinstance(links[end - 1].expr, Symbol) and not isinstance(links[end - 2].expr, Symbol):
        end -= 1
    return links[:end] if end < len(links) and as_number(links[end - 1].expr) is not None else links


def working_of(claim: Claim) -> Expr | None:
    """The first side in numbers that is more than one number."""
    if claim.subject is not None and claim.subject.is_numeric and as_number(claim.subject) is None:
        return claim.subject
    return next((side for side in claim.in_numbers if as_number(side) is None), None)


def _opposite(text: str) -> str:
    return text[1:] if text.startswith("-") else "-" + text.lstrip("+")


def value_of(expr: Expr) -> Fraction | None:
    """Value of an expression in numbers, or None if it has none."""
    return expr.value if type(expr) is Number else expr.once(_worked_out)


def _worked_out(expr: Expr) -> Fraction | None:
    if isinstance(expr, Negative) and type(expr.arg) is Number:
        written = expr.arg.written
        return (
            -expr.arg.value
            if written is None or written.value is not expr.arg.value
            else written.negated.value
        )
    try:
        value: Fraction = evaluate(expr, _refuse, neuron_arithmetic())
        return value
    except (KeyError, ZeroDivisionError, DeltaruleError):
        return None


def _refuse(symbol: Symbol) -> Fraction:
    raise KeyError(symbol)


def simplifies(before: Fraction, after: Fraction, expr: Expr, since: Expr | None = None) -> bool:
    """Whether an expression equals the one before it, its numbers being allowed to be roundings.

    What is not rational, ``√32 = 4√2``, is known to many digits, and not to all of them. A number that was taken over from the expression
    before (`since`), ``0.1 · 14/3 = 0.1 · 7``, is the same number in both, whatever it is a rounding of.
    """
    apart = abs(before - after)
    if apart * _IRRATIONAL <= abs(after):
        return True
    if apart > reach(expr, after):
        return False
    near = apart * _PLAIN <= abs(before)  # may be what was left out as next to nothing
    return near or since is None or apart <= _reach_since(expr, after, since, before)


def rounds_what_follows(before: Written | None, value: Fraction) -> bool:
    """Whether a number is a rounding of the side behind it, which says what it is exactly: ``0.8660 = √3/2``."""
    return before is not None and before.figures > 2 and is_rounding(before.value, value, before.places)


def rounds_terms(before: Expr, after: Expr) -> bool:
    """Whether each term of a sum is that of the sum before it, or its value as a whole number: ``3 - 0.12·784 = 3 - 94``."""
    if not isinstance(before, Sum) or not isinstance(after, Sum) or len(before.terms) != len(after.terms):
        return False
    return all(_is_rounded_term(old, new) for old, new in zip(before.terms, after.terms, strict=True))


def _is_rounded_term(old: Expr, new: Expr) -> bool:
    value, written = value_of(old), as_number(new)
    if value is None or written is None:
        return False
    return value == written.value or (
        written.figures > 1 and is_rounding(written.value, value, written.places)
    )


def _reach_since(expr: Expr, value: Fraction, since: Expr, before: Fraction) -> Fraction:
    """How far roundings of the numbers in an expression may move it away from the one before, some of whose numbers it takes over."""
    found = Fraction(0)
    taken = {leaf.value for leaf in _roundings(since)}
    for number in dict.fromkeys(leaf.value for leaf in _roundings(expr)):
        here = [leaf for leaf in _roundings(expr) if leaf.value == number]
        if number not in taken:
            found += sum(abs(_moved(expr, [leaf], value)) for leaf in here)
            continue
        there = [leaf for leaf in _roundings(since) if leaf.value == number]
        found += abs(_moved(expr, here, value) - _moved(since, there, before))
    return found


def _roundings(expr: Expr) -> list[Number]:
    """The numbers of an expression that have decimals."""
    leaves = (node for node in expr.walk() if isinstance(node, Number) and node.written is not None)
    return [leaf for leaf in leaves if leaf.written is not None and leaf.written.places > 0][:MAX_LEAVES]


def _moved(expr: Expr, leaves: Sequence[Number], value: Fraction) -> Fraction:
    """What half a unit of the last place of some of its numbers, which are one, does to the value of an expression."""
    moved: Expr = expr
    for leaf in leaves:
        moved = _nudged(moved, leaf)
    nudged = value_of(moved)
    return Fraction(0) if nudged is None else nudged - value


def reach(expr: Expr, value: Fraction, may_move: Callable[[Number], bool] = lambda leaf: True) -> Fraction:
    """How far the value of an expression may be off if the numbers in it are roundings: the sum of what each one does.

    `may_move` says which of the numbers may be a rounding at all.
    """
    return sum((abs(move) for move in moves(expr, value, may_move)), Fraction(0))


def moves(expr: Expr, value: Fraction, may_move: Callable[[Number], bool]) -> list[Fraction]:
    """What half a unit of its last place does to the value of an expression, number by number."""
    leaves = [
        node
        for node in expr.walk()
        if isinstance(node, Number)
        and node.written is not None
        and node.written.places > 0
        and may_move(node)
    ]
    found = (value_of(_nudged(expr, leaf)) for leaf in leaves[:MAX_LEAVES])
    return [moved - value for moved in found if moved is not None]


def _nudged(expr: Expr, leaf: Number) -> Expr:
    """An expression with one of its numbers half a unit of its last place larger."""
    if expr is leaf:
        assert leaf.written is not None
        return Number(leaf.value + leaf.written.unit / 2, span=leaf.span)
    return expr.map(lambda child: _nudged(child, leaf))


def without_unit(expr: Expr) -> Expr | None:
    """A product without its factor 1, the input of a bias: ``e·δ`` for ``e·δ·1``; None if it has none or no two others."""
    if isinstance(expr, Negative):
        inner = without_unit(expr.arg)
        return None if inner is None else Negative(inner, span=expr.span)
    if not isinstance(expr, Product) or len(expr.factors) < 3:
        return None
    at = next(
        (k for k, factor in enumerate(expr.factors) if isinstance(factor, Number) and factor.value == 1), None
    )
    if at is None:
        return None
    return Product((*expr.factors[:at], *expr.factors[at + 1 :]), span=expr.span)


def without_remark(expr: Expr, readings: Sequence[Expr]) -> Expr | None:
    """The number in front of another one in brackets, ``1.88 (9.33)``, where the two may be multiplied or not."""
    if not isinstance(expr, Product) or len(expr.factors) != 2 or None in map(as_number, expr.factors):
        return None
    return next((each for each in readings if as_number(each) is not None), None)
