"""Slopes worked out within a step of their running mean, ``m_1 = 0.9 · 0 + (1 - 0.9) · (2 - 1)``, of a function that the document states.

The first one that lacks the factor of the function's slope is wrong; what goes on with the same slope follows from it.
"""

from collections.abc import Iterator
from fractions import Fraction

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Expr, Negative, Number, Power, Product, Sum, Symbol
from deltarule.checking.claims import FoundSlip
from deltarule.checking.origins.memory import Memory
from deltarule.checking.sides import value_of
from deltarule.checking.wording import shown
from deltarule.document import Claim
from deltarule.errors import DeltaruleError
from deltarule.findings import Kind
from deltarule.records import record

MAX_POINTS = 6  # at which the slope may be meant
MAX_NODES = 12  # of a slope that is worked out
_COST = 20  # of working out a slope
_FACTORS = frozenset({Fraction(2), Fraction(1, 2), Fraction(3), Fraction(1, 3), Fraction(4), Fraction(1, 4)})
_PLACES = 4


@record
class MeanSlope:
    """A slope within a mean: what stands there, what the function has, and whether its square is meant."""

    expr: Expr
    value: Fraction
    slope: Fraction
    thing: tuple[object, ...]

    @property
    def is_right(self) -> bool:
        """Whether the function gives it."""
        return self.value == self.slope

    def slip(self) -> FoundSlip | None:
        """What is wrong with it, if a factor is all."""
        if not self.value or self.slope / self.value not in _FACTORS or self.expr.span is None:
            return None
        stands, right = shown(self.value, _PLACES), shown(self.slope, _PLACES)
        message = f"The slope gives {right} there; what stands in its place gives {stands}."
        return FoundSlip(
            self.expr.span, Kind.FORMULA, "formula.factor", message, None, "the slope", stands, right
        )


def mean_slope(claim: Claim, memory: Memory) -> MeanSlope | None:
    """The slope of a function of one variable that a claim works out within a mean."""
    function, subject = memory.objective, claim.subject
    if function is None or not isinstance(subject, Symbol) or len(function.variables) != 1:
        return None
    variable = function.variables[0]
    if subject.name == variable.name or subject.name == function.name:
        return None
    found = next((each for side in claim.in_numbers for each in _slopes(side)), None)
    formula = function.slope(variable) if found is not None else None
    if found is None or formula is None:
        return None
    value = value_of(found)
    inside = [node.value for node in found.walk() if isinstance(node, Number)]
    points = [each.value for each in memory.history(variable)[::-1] if each.value in inside][:MAX_POINTS]
    for point in points if value is not None else ():
        memory.spend(_COST)
        try:
            slope = formula.at({variable: point})
        except (KeyError, ArithmeticError, DeltaruleError, ValueError):
            continue
        is_squared = any(isinstance(node, Power) for side in claim.in_numbers for node in side.walk())
        thing = (function.variables, function.body, subject.name, subject.index, is_squared)
        return MeanSlope(found, value or Fraction(0), slope, thing)
    return None


def _slopes(side: Expr) -> Iterator[Expr]:
    """What is worked out where a mean takes in a slope: ``(2 - 1)`` in ``0.9 · 0 + 0.1 · (2 - 1)``, or in its square."""
    if not isinstance(side, Sum) or len(side.terms) != 2 or not is_numeric(side):
        return
    before, last = side.terms
    last = last.arg if isinstance(last, Negative) else last
    if not isinstance(before, Product) or not isinstance(last, Product) or len(last.factors) < 2:
        return
    share, *factors = last.factors
    if value_of(share) is None or len(factors) != 1:
        return
    factor = factors[0]
    if isinstance(factor, Power) and factor.exponent == Number(Fraction(2)):
        factor = factor.base
    if isinstance(factor, Sum) and len(list(factor.walk())) <= MAX_NODES:
        yield factor
