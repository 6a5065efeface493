"""Values of a stated function at numbers, ``f(1.4, 0.7) = 1.96 + 0.98 - 2.8 = 0.14``, whose own arithmetic is right.

Where the function has given such values before, one that it does not give was worked from a term that is wrong.
"""

from fractions import Fraction

from deltarule.algebra.expr import Apply, Expr, Number, Vector
from deltarule.checking.origins.arrays import NoValueError
from deltarule.checking.origins.memory import Memory
from deltarule.checking.origins.origin import Origin
from deltarule.checking.sides import as_number
from deltarule.document import Claim
from deltarule.errors import DeltaruleError

_COST = 4  # of working a function out, in numbers


def called(claim: Claim, memory: Memory) -> Origin | None:
    """What the function that a claim calls gives, and how far the roundings of its numbers may move that."""
    subject = claim.subject
    if not isinstance(subject, Apply) or claim.part is not None:
        return None
    function = memory.functions.get(subject.function)
    numbers = [as_number(item) for item in _arguments(subject.arg)]
    known = [number for number in numbers if number is not None]
    if function is None or len(known) < len(numbers) or len(known) != len(function.variables):
        return None
    point = {variable: number.value for variable, number in zip(function.variables, known, strict=True)}
    try:
        value = function.at(point)
        slack = Fraction(0)
        for variable, number in zip(function.variables, known, strict=True):
            memory.spend(_COST)
            if memory.may_be_rounded(number):
                slack += abs(function.at({**point, variable: number.value + number.unit / 2}) - value)
    except (NoValueError, KeyError, ArithmeticError, DeltaruleError, ValueError):
        return None
    return Origin(value, slack, f"called {function.name}")


def _arguments(expr: Expr) -> tuple[Expr, ...]:
    return expr.items if isinstance(expr, Vector) else (expr,)


def is_worked(claim: Claim) -> bool:
    """Whether an expression of several numbers stands in front of the value."""
    return any(sum(isinstance(node, Number) for node in link.expr.walk()) > 1 for link in claim.links[:-1])
