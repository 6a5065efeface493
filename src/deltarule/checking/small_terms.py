"""Terms that only keep a division or a logarithm from failing: ``1/√(64 + 1e-8) = 1/8`` is right as it is meant."""

from fractions import Fraction

from deltarule.algebra.expr import Expr, Number, Sum
from deltarule.checking.sides import value_of

LARGEST = Fraction(1, 100_000)  # of a term that is added for nothing else
_SMALLER = 1000  # times, than the other terms together


def without_small_terms(expr: Expr) -> Expr | None:
    """An expression without such terms in its sums; None if there are none."""
    changed = False

    def put(each: Expr) -> Expr:
        nonlocal changed
        if isinstance(each, Sum):
            kept = tuple(term for term in each.terms if not _is_small(term))
            rest = value_of(Sum(kept)) if 0 < len(kept) < len(each.terms) else None
            if rest is not None and abs(rest) >= _SMALLER * LARGEST:
                changed = True
                return (kept[0] if len(kept) == 1 else Sum(kept)).map(put)
        return each.map(put)

    result = put(expr)
    return result if changed else None


def _is_small(term: Expr) -> bool:
    value = value_of(term)
    return value is not None and 0 < value <= LARGEST and (isinstance(term, Number) or not _adds(term))


def _adds(term: Expr) -> bool:
    """Whether a term is worked out of sums itself: it is no number that somebody chose, ``10^{-8}``."""
    return any(isinstance(node, Sum) for node in term.walk())
