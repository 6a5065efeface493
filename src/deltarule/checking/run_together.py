"""What stands beside a side and is no part of it.

A word that is glued to the bracket of a left side, ``squash(0.3 * 0.6) = 0.545``; a dash between two sentences that looks like a minus, ``0.0401 ÷ 0.01 ≈ 4 — 2(5 - 3) = 4``; the second index of a name, ``W1，1 - (0.1·0.3)``.
"""

from collections.abc import Sequence
from fractions import Fraction

from deltarule.algebra.expr import Expr, Negative, Product, Quotient, Sum
from deltarule.checking.sides import as_number, value_of
from deltarule.checking.values import fit, never
from deltarule.rarely import rarely
from deltarule.spans import Span
from deltarule.written import Written, is_rounding

_NAME_BEFORE = rarely(r"(?<![A-Za-z])[A-Za-z]_?\d[,，]$")
_APPLIED_WORD = rarely(r"(?<![^\W\d_])[^\W\d_]{2,}\}?\(+$")
MAX_WORD = 24  # characters of a word in front of a bracket, with the brackets
_DASHES = (" — ", " – ", "——")


def is_argument(subject: Expr, span: Span, text: str, others: Sequence[Expr]) -> bool:
    """Whether a left side is what a word in front of its bracket is applied to, and no side of its own.

    ``difference(15 - 8) = 7`` may tell what the bracket is called; where none of the `others` has the value of the
    bracket, the word stands for a function that is not known.
    """
    at = max(0, span.start - MAX_WORD)
    if (
        _APPLIED_WORD.search(text[at : span.start + 1]) is None
        and _APPLIED_WORD.search(text[at : span.start]) is None
    ):
        return False
    value = value_of(subject)
    told = [(as_number(other), value_of(other)) for other in others]
    return value is None or not any(
        other == value or (written is not None and fit(written, value, None, never) is not None)
        for written, other in told
    )


def ends_at_dash(expr: Expr, text: str, before: Sequence[Fraction]) -> bool:
    """Whether a side is the value of those before it, with a dash and something else behind it."""
    if not isinstance(expr, Sum) or expr.span is None:
        return False
    written, second = as_number(expr.terms[0]), expr.terms[1]
    if written is None or expr.terms[0].span is None or second.span is None:
        return False
    between = text[expr.terms[0].span.end : second.span.start + 3]
    if not any(dash in between for dash in _DASHES):
        return False
    return any(fit(written, value, None, never) is not None for value in before)


def begins_with_index(expr: Expr, text: str, written: Written) -> bool:
    """Whether a result is that of a working without its first number, which may be the second index of a name in front of it."""
    if not isinstance(expr, Sum) or expr.terms[0].span is None:
        return False
    first, at = as_number(expr.terms[0]), expr.terms[0].span.start
    if first is None or first.places > 0 or _NAME_BEFORE.search(text[max(0, at - 4) : at]) is None:
        return False
    rest = [value_of(term) for term in expr.terms[1:]]
    return None not in rest and is_rounding(
        written.value, sum((value for value in rest if value), Fraction(0)), written.places
    )


def begins_behind_label(expr: Expr, text: str, written: Written) -> bool:
    """Whether a result is that of a working without the number in front of its colon, which ends what is given: ``d = 0.001:100·9 = 900``."""
    match expr:
        case Product(factors=(Quotient() as first, *rest)):
            pass
        case Quotient() as first:
            rest = []
        case _:
            return False
    above, below = first.numerator, first.denominator
    if as_number(above) is None or above.span is None or below.span is None:
        return False
    if ":" not in text[above.span.end : below.span.start]:
        return False
    value = value_of(Product((below, *rest)) if rest else below)
    return value is not None and fit(written, value, None, never) is not None


def begins_behind_dash(expr: Expr, text: str, written: Written) -> bool:
    """Whether a result is that of what stands behind a dash between two parts of a sentence: ``5-6 — √30 ≈ 5.5``."""
    if not isinstance(expr, Sum) or len(expr.terms) < 2:
        return False
    before, last = expr.terms[-2], expr.terms[-1]
    if not isinstance(last, Negative) or before.span is None or last.arg.span is None:
        return False
    if not any(dash in text[before.span.end : last.arg.span.start + 1] for dash in _DASHES):
        return False
    value = value_of(last.arg)
    return value is not None and fit(written, value, None, never) is not None
