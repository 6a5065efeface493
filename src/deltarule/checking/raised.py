"""Squares whose raised 2 a PDF has set on the line: ``(-0.4)2 + 4 × (-0.4)``, ``02 + 02``.

Copied from a formula, ``0.4²`` and ``0.42`` look alike. Where an expression shows that this has happened to it, a
bracket with a digit behind it or a whole number that begins with 0, it may be read so.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, pairwise

from deltarule.algebra.expr import Expr, Number, Power, Product
from deltarule.checking.sides import value_of
from deltarule.spans import Span

MAX_SQUARES = 5  # in one expression
_EXPONENTS = ("2", "3")


def raised_values(expr: Expr, text: str) -> Iterator[Fraction]:
    """Values of an expression with some of its numbers read as powers; none unless it shows that it lost one."""
    found = dict(_candidates(expr, text))
    certain = sum(evident for _, evident in found.values())
    if not found or len(found) > MAX_SQUARES or not (certain or len(found) > 1):
        return
    fewest = 1 if certain else len(found)
    for count in range(len(found), fewest - 1, -1):
        for chosen in combinations(found, count):
            value = value_of(_replaced(expr, {span: found[span][0] for span in chosen}))
            if value is not None:
                yield value


def _candidates(expr: Expr, text: str) -> Iterator[tuple[Span, tuple[Expr, bool]]]:
    """What may be a power, by its place, and whether it can hardly be anything else."""
    for node in expr.walk():
        span = node.span
        if span is None:
            continue
        if isinstance(node, Number) and node.written is not None:
            digits = text[span.start : span.end]
            base = digits[:-1].rstrip(".,").replace(",", ".")
            if len(digits) > 1 and digits[-1] in _EXPONENTS and base.replace(".", "", 1).isdigit():
                power = Power(Number(Fraction(base)), Number(Fraction(digits[-1])))
                yield span, (power, digits[0] == "0" and digits.isdigit())
        elif isinstance(node, Product):
            for below, above in pairwise(node.factors):
                if below.span is None or above.span is None or not isinstance(above, Number):
                    continue
                closed = text[below.span.start : above.span.start].rstrip().endswith(")")
                if closed and text[above.span.start : above.span.end] in _EXPONENTS:
                    yield above.span, (Power(below, above), True)


def _replaced(expr: Expr, powers: dict[Span, Expr]) -> Expr:
    """An expression with powers in the place of what may be one."""
    if isinstance(expr, Number):
        return powers.get(expr.span, expr) if expr.span is not None else expr
    if isinstance(expr, Product):
        factors: list[Expr] = []
        for factor in expr.factors:
            raised = powers.get(factor.span) if factor.span is not None else None
            if factors and isinstance(raised, Power) and raised.exponent is factor:
                factors.pop()
                factors.append(raised)
            else:
                factors.append(_replaced(factor, powers))
        return factors[0] if len(factors) == 1 else Product(tuple(factors), span=expr.span)
    return expr.map(lambda child: _replaced(child, powers))
