"""Sides that are not equal as they are read, and are not meant so: units, shapes, places, the blanks around a slash."""

from collections.abc import Iterator
from fractions import Fraction

from deltarule.algebra.expr import Expr, Number, Power, Product, Quotient, Symbol
from deltarule.checking.sides import as_number, value_of
from deltarule.document import Claim
from deltarule.rarely import rarely
from deltarule.written import Written

_THOUSANDS = tuple(Fraction(base) ** k for base in (1000, 1024) for k in (1, 2, 3, 4))
_UNIT = rarely(
    r"(?:\\[,;: ]|[ `$*)}~]){0,6}(?:\\(?:text|mathrm|textrm|mbox|operatorname)\s?\{\s?)?"
    r"(?:[kKMGT](?:i?[Bbo]|\b)|(?i:kilo|mega|giga|tera|thous|[mbt]r?illi|mil(?:h|y|j)?[oõ]|mln|mld|mrd|mio|tys|tausend|mille\b"
    r"|milliard|тыс|млн|мил|млрд|juta|ribu|bin\b|tri[eệ]u|ngh[iì]n|tỷ)|[百千万萬亿億]|백만|천|만|억)"
)  # what tells how many thousands a number counts
_LONGEST_UNIT = 40  # characters behind a number in which its unit begins
_BECOMES = ("→", "->", "=>", "⇒", "arrow", "\\to")
_LONGEST_ARROW = 24
_SHAPES = rarely(
    r"[(\[](\d{1,6}), ?(\d{1,6})[)\]] {0,2}(?:[·*x×@.]|\\times|\\cdot)? {0,2}[(\[](\d{1,6}), ?(\d{1,6})[)\]] ?[=→]"
)
_ONE_FIGURE = Fraction(1, 20)  # of a power of ten, by which it is a rounding to one figure


def is_number_told(expr: Expr) -> bool:
    """Whether a side is just a number, or a fraction of two."""
    if isinstance(expr, Quotient):
        return as_number(expr.numerator) is not None and as_number(expr.denominator) is not None
    return as_number(expr) is not None


def is_in_units(written: Written, value: Fraction, text: str, end: int) -> bool:
    """Whether a word behind a number, or within it, stands for the thousands or millions that it has less: ``= 96`` MB, ``= 70k``."""
    if not value or not written.value:
        return False
    if not written.text[-1:].isalpha() and _UNIT.match(text, end) is None:
        return False
    half = written.unit / 2
    for factor in _THOUSANDS:
        if (
            abs(value / factor - written.value) <= half
            or abs(value * factor - written.value) <= half * factor
        ):
            return True
    return False


def of_spaced_slashes(expr: Expr, text: str) -> Iterator[Fraction]:
    """The value of ``5 / 1/2`` as its blanks group it: the slash without blanks comes first."""
    for node in _quotients(expr):
        first = node.numerator
        if not isinstance(first, Quotient):
            continue
        spans = (first.numerator.span, first.denominator.span, node.denominator.span)
        if spans[0] is None or spans[1] is None or spans[2] is None:
            continue
        outer, inner = text[spans[0].end : spans[1].start], text[spans[1].end : spans[2].start]
        if outer.strip() != "/" or inner != "/" or len(outer) != 3:
            continue
        meant = Quotient(first.numerator, Quotient(first.denominator, node.denominator))
        value = value_of(meant if node is expr else _with(expr, node, meant))
        if value is not None:
            yield value


def _with(expr: Expr, old: Expr, new: Expr) -> Expr:
    """A side with another part in the place of one."""
    return new if expr is old else expr.map(lambda part: _with(part, old, new))


def _quotients(expr: Expr) -> list[Quotient]:
    return [node for node in expr.walk() if isinstance(node, Quotient)]


def leads_on(text: str, at: int) -> bool:
    """Whether an arrow stands in front of a side: ``x² + 3x → 2x + 3``, ``184.2 → 185`` and ``47s → 2.3s`` say what becomes of what."""
    before = text[max(0, at - _LONGEST_ARROW) : at].rstrip(" \t\n$&{(`*~")
    return before.endswith(_BECOMES)


def is_another(written: Written, before: Expr, text: str, at: int) -> bool:
    """Whether a number behind an arrow is no value of what stands in front of it.

    ``184.2 → 185`` and ``28² → 128``: there is nothing to work out in front of it, and the number is not near.
    """
    if not isinstance(before, Power) and as_number(before) is None:
        return False
    value = value_of(before)
    near = value is not None and written.places > 0 and abs(value - written.value) <= 2 * written.unit
    return not near and leads_on(text, at)


def are_shapes_told(text: str) -> bool:
    """Whether two pairs of whole numbers side by side are the shapes of what is multiplied: ``(1,400)(400,25) = (1,25)``."""
    found = _SHAPES.search(text)
    return found is not None and found[2] == found[3]


def is_percentage_of(written: Written, value: Fraction) -> bool:
    """Whether a percentage is told of what was taken a hundred times already: ``1/15 · 100 = 6.67%``."""
    return written.text.endswith("%") and abs(value - 100 * written.value) <= 100 * written.unit / 2


def multiply_shapes(left: Expr, right: Expr) -> bool:
    """Whether a side tells the shapes of matrices that are multiplied, and the other that of their product: ``n*3 * 3*1 = n*1``."""
    one, two = _sizes(left), _sizes(right)
    if one is None or two is None or len(two) != 2 or len(one) < 4 or len(one) % 2:
        return False
    inner = zip(one[1:-1:2], one[2:-1:2], strict=True)
    return [one[0], one[-1]] == two and all(a == b for a, b in inner)


def are_shapes(left: Expr, right: Expr, text: str) -> bool:
    """Whether two sides tell shapes: ``5×3 · 3×1 = 5×1``, or one becomes the other, ``1×1 → 3×3``."""
    if multiply_shapes(left, right):
        return True
    one, two = _sizes(left), _sizes(right)
    if one is None or two is None or len(one) != len(two) or left.span is None or right.span is None:
        return False
    between = text[left.span.end : right.span.start]
    return any(arrow in between for arrow in _BECOMES)


def is_rounded_up(written: Written, value: Fraction, between: str) -> bool:
    """Whether an arrow leads to the next whole number, as where so many are needed: ``184.2 → 185``."""
    whole = written.value.denominator == 1 and written.places <= 0
    return whole and 0 < written.value - value < 1 and any(arrow in between for arrow in _BECOMES)


def is_square_shape(expr: Expr, value: Fraction) -> bool:
    """Whether a product of a whole number with itself tells the shape that has this length, cut off: ``25/2 + 1 = 13×13``."""
    sizes = _sizes(expr)
    if sizes is None or len(sizes) != 2 or sizes[0] != sizes[1] or not isinstance(sizes[0], Fraction | int):
        return False
    return 0 <= value - sizes[0] < 1


def _sizes(expr: Expr) -> list[object] | None:
    """The factors of a product of names and whole numbers; None if it is no such product."""
    if not isinstance(expr, Product):
        return None
    found: list[object] = []
    for factor in expr.factors:
        if isinstance(factor, Product):
            inner = _sizes(factor)
            if inner is None:
                return None
            found += inner
        elif isinstance(factor, Symbol):
            found.append(factor)
        elif isinstance(factor, Number) and factor.value.denominator == 1 and factor.value > 0:
            found.append(factor.value)
        else:
            return None
    return found


def is_at_place(claim: Claim, text: str) -> bool:
    """Whether a claim only tells where something is worked out, and then goes on: ``3x² at x = 2 = 12``."""
    if not isinstance(claim.subject, Symbol) or as_number(claim.links[0].expr) is None:
        return False
    line = text.rfind("\n", 0, claim.span.start) + 1
    before = text[max(line, claim.span.start - _LONGEST_UNIT) : claim.span.start].rstrip(" $`")
    return before[-1:].isalpha() and any(char in "+-*/^²³" for char in before)


def is_power_of_ten(expr: Expr, value: Fraction) -> bool:
    """Whether a power of ten without a factor stands for what it is when rounded to one figure: ``1024 · 10^9 = 10^12``."""
    base = expr.base if isinstance(expr, Power) else None
    order = value_of(expr) if isinstance(base, Number) and base.value == 10 else None
    return order is not None and abs(order - value) <= _ONE_FIGURE * order
