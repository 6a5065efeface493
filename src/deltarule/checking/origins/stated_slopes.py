"""Slopes stated in symbols, ``f'(x) = 2x + 2``, of a function that the document states: whether they are its derivatives.

What differs in more than one thing may be the derivative of something else; a factor, a sign or a single term that is wrong is not.
"""

from fractions import Fraction

from deltarule.algebra.expr import Apply, Expr, Piecewise, Symbol, symbols
from deltarule.checking.claims import FoundSlip
from deltarule.checking.origins.functions import Function, same_formula, slope_variable
from deltarule.checking.origins.memory import Memory
from deltarule.checking.wording import shown
from deltarule.document import Claim, Link
from deltarule.errors import DeltaruleError
from deltarule.findings import Kind
from deltarule.rarely import rarely

_FACTORS = frozenset({Fraction(k) for k in (-2, -1, 2, 3, 4)} | {Fraction(1, k) for k in (-2, 2, 3, 4)})
_POINTS = tuple(Fraction(n, d) for n, d in ((3, 2), (-5, 3), (7, 4), (5, 1)))
_INDEXED = rarely(r"[_₀-₉]")
_MOST = 4  # to which power the variable may stand in a term that is wrong


def misstated_slope(claim: Claim, memory: Memory, text: str) -> FoundSlip | None:
    """A derivative that is stated wrongly, of the only function that the name in it can mean."""
    named = slope_variable(claim.subject)
    if named is None or not claim.links or claim.part is not None:
        return None
    function, link = memory.functions.get(named[0]), claim.links[0]
    if function is None or not _may_be_derivative(claim, link, function):
        return None
    if _INDEXED.search(text, claim.span.start, link.span.start):
        return None  # f_2', of another function than f
    derived = function.slope(function.variables[0])
    if derived is None or same_formula(derived.body, link.expr, function.variables) is not False:
        return None
    if not _differs_in_one(derived, link.expr):
        return None
    at = _POINTS[0]
    right = shown(_at(derived.body, derived, at), 4)
    message = (
        f"This is not the derivative of {function.name}, whose slope at {shown(at, 4)} is {right}, "
        f"and {shown(_at(link.expr, derived, at), 4)} by this formula."
    )
    return FoundSlip(link.span, Kind.FORMULA, "formula.stated", message, None, "the slope", "", "")


def _may_be_derivative(claim: Claim, link: Link, function: Function) -> bool:
    """Whether a formula in the one variable of a function stands alone behind the name of its derivative."""
    subject = claim.subject
    if len(function.variables) != 1 or function.slopes or len(claim.links) != 1:
        return False
    if isinstance(subject, Apply) and subject.arg != function.variables[0]:
        return False
    if isinstance(subject, Symbol) and (subject.index or subject.upper or not subject.marks):
        return False
    sides = (function.body, link.expr)
    if any(isinstance(node, Apply | Piecewise) for side in sides for node in side.walk()):
        return False
    return set(symbols(link.expr)) == set(function.variables) and link.relation == "="


def _differs_in_one(derived: Function, stated: Expr) -> bool:
    """Whether a factor in front of all, or the coefficient of one power of the variable, is all that is wrong."""
    try:
        right = [_at(derived.body, derived, at) for at in _POINTS]
        wrong = [_at(stated, derived, at) for at in _POINTS]
    except (ArithmeticError, DeltaruleError, KeyError):
        return False
    ratios = {b / a for a, b in zip(right, wrong, strict=True) if a}
    if len(ratios) == 1 and ratios <= _FACTORS:
        return True
    off = [b - a for a, b in zip(right, wrong, strict=True)]
    return any(
        len({each / at**power for each, at in zip(off, _POINTS, strict=True)}) == 1
        for power in range(_MOST + 1)
    )


def _at(formula: Expr, derived: Function, at: Fraction) -> Fraction:
    return Function("", derived.variables, formula).at({derived.variables[0]: at})
