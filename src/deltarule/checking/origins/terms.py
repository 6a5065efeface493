"""The value of a function worked out term by term: ``f(1.4, 0.7) = 1.96 + 0.98 - 1.96``, each term held against its own."""

from contextlib import suppress
from fractions import Fraction

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Expr, Negative, Sum, Vector
from deltarule.checking.claims import FoundSlip
from deltarule.checking.origins.functions import Function
from deltarule.checking.origins.memory import Memory
from deltarule.checking.sides import as_number, reach, value_of
from deltarule.checking.wording import plain, shown
from deltarule.document import Claim
from deltarule.errors import DeltaruleError
from deltarule.findings import Kind

_FEWEST = 2  # terms that are right, before the only one that is not is called a slip
_UNITS = Fraction(3, 2)  # of its last place by which a term is more than rounded


def wrong_term(claim: Claim, memory: Memory) -> FoundSlip | None:
    """The one term of a sum that is not what the function has there, all others being so."""
    subject = claim.subject
    if not isinstance(subject, Apply):
        return None
    function = memory.functions.get(subject.function)
    if function is None or not isinstance(function.body, Sum):
        return None
    sums = (link.expr for link in claim.links if isinstance(link.expr, Sum) and is_numeric(link.expr))
    written = next((each for each in sums if len(each.terms) == len(function.body.terms)), None)
    wanted = _terms_at(subject.arg, function) if written is not None else []
    if written is None or len(wanted) != len(written.terms):
        return None
    wrong = [(term, value) for term, value in zip(written.terms, wanted, strict=True) if not _is(term, value)]
    if len(wrong) != 1 or len(wanted) - 1 < _FEWEST:
        return None
    term, value = wrong[0]
    number = as_number(term.arg if isinstance(term, Negative) else term)
    if number is None or abs(abs(number.value) - abs(value)) <= _UNITS * number.unit:
        return None
    right = shown(abs(value), number.places)
    message = f"This term of {function.name} is {right} there, not {plain(number)}; the others are right."
    name = f"{function.name}(...)"
    return FoundSlip(
        term.span or claim.span,
        Kind.ARITHMETIC,
        "arithmetic.value",
        message,
        None,
        name,
        plain(number),
        right,
    )


def _terms_at(argument: Expr, function: Function) -> list[Fraction]:
    """Values of the terms of a function where it is called."""
    items = argument.items if isinstance(argument, Vector) else (argument,)
    numbers = [value_of(item) for item in items if is_numeric(item)]
    if len(numbers) != len(function.variables) or None in numbers or not isinstance(function.body, Sum):
        return []
    point = {
        variable: number
        for variable, number in zip(function.variables, numbers, strict=True)
        if number is not None
    }
    with suppress(KeyError, ArithmeticError, DeltaruleError):
        return [Function("", function.variables, term).at(point) for term in function.body.terms]
    return []


def _is(term: Expr, value: Fraction) -> bool:
    """Whether a term in numbers is a value, its roundings allowed for."""
    own = value_of(term)
    return own is not None and abs(own - value) <= reach(term, own)
