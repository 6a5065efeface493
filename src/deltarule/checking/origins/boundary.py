"""The line that parts two classes, solved for one input: ``x_2 = -0.143 x_1 + 0.857`` for the weights told last.

It lies where the net input is 0, so its slope is ``-w_1/w_2`` and it starts at ``-b/w_2``. A line that fits is right; one
that does not may be of other weights, and stays without a word.
"""

from collections.abc import Iterator
from fractions import Fraction

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Expr, Negative, Number, Product, Sum, Symbol
from deltarule.checking.origins.memory import Memory
from deltarule.document import Claim
from deltarule.formulas import Role
from deltarule.naming import Names
from deltarule.records import record
from deltarule.spans import Span
from deltarule.written import Written, is_rounding

_WORKED_WITH = frozenset({Role.WEIGHT, Role.BIAS, Role.TARGET, Role.OUTPUT, Role.THRESHOLD})


@record
class Coefficient:
    """A coefficient as written, where it stands, and what the weights give for it."""

    written: Written
    span: Span
    expected: Fraction


def boundary(claim: Claim, memory: Memory) -> tuple[Coefficient, ...]:
    """The coefficients of a boundary, where each is what the last weights give; else none."""
    solved = _input(claim.subject, memory.names)
    if solved is None or not may_part(claim, memory.names):
        return ()
    divisor = memory.roles.get((Role.WEIGHT, solved))
    if divisor is None or divisor.value == 0:
        return ()
    found: list[Coefficient] = []
    slopes = 0
    for written, feature, span in _terms(claim.links[-1].expr, memory):
        role = Role.BIAS if feature is None else Role.WEIGHT
        weight = memory.roles.get((role, feature))
        if written is None or weight is None or feature == solved:
            return ()
        expected = -weight.value / divisor.value
        if not is_rounding(written.value, expected, written.places):
            return ()
        slopes += feature is not None
        found.append(Coefficient(written, span or claim.links[-1].span, expected))
    return tuple(found) if slopes == 1 and len(found) == 2 else ()


def told_line(claim: Claim, memory: Memory) -> tuple[Coefficient, ...]:
    """The coefficients of ``2 x_1 + x_2 - 3 = 0`` and of ``y = 1.2 + 0.4 x``, where all are what the last weights are."""
    for side in (claim.subject, *(link.expr for link in claim.links)):
        if isinstance(side, Sum) and not is_numeric(side):
            found = _of_weights(side, memory)
            if found:
                return found
    return ()


def may_tell_line(claim: Claim, names: Names) -> bool:
    """Whether a side of a claim has the form of such a line, whatever the weights are: most claims need not be held against any."""
    subject = claim.subject
    if isinstance(subject, Sum) and not is_numeric(subject) and _has_form_of_line(subject, names):
        return True
    for link in claim.links:
        side = link.expr
        if isinstance(side, Sum) and not is_numeric(side) and _has_form_of_line(side, names):
            return True
    return False


def _has_form_of_line(line: Sum, names: Names) -> bool:
    """Whether each term is a number or has an input of its own, and one is a number alone."""
    features: set[int | None] = set()
    for term in line.terms:
        written, feature, _ = _term(term, names)
        if feature in features or (written is None and feature is None):
            return False
        features.add(feature)
    return None in features


def _of_weights(line: Sum, memory: Memory) -> tuple[Coefficient, ...]:
    found: list[Coefficient] = []
    features: set[int | None] = set()
    for term in line.terms:
        written, feature, span = _term(term, memory.names)
        role = Role.BIAS if feature is None else Role.WEIGHT
        weight = memory.roles.get((role, feature))
        if weight is None or feature in features or (written is None and feature is None):
            return ()
        features.add(feature)
        value = Fraction(1) if written is None else written.value
        if abs(value) != abs(weight.value) and not is_rounding(
            value, weight.value, written.places if written else 0
        ):
            return ()
        if (value < 0) != (weight.value < 0) and weight.value:
            return ()
        if written is not None and span is not None:
            found.append(Coefficient(written, span, weight.value))
    weights = {feature for role, feature in memory.roles if role is Role.WEIGHT} - {None}
    return tuple(found) if None in features and features - {None} == weights else ()


def may_part(claim: Claim, names: Names) -> bool:
    """Whether a claim gives one input, which the weights may be asked about."""
    last = claim.links[-1] if claim.links else None
    solved = last is not None and isinstance(last.expr, Sum) and last.relation in ("=", "≈")
    return solved and _input(claim.subject, names) is not None


def is_equation_of_line(claim: Claim, names: Names) -> bool:
    """``w·x = -x_1 = 0``, ``2 x_1 + x_2 - 3 = 0``: what holds on the line between two classes, and of no sample."""
    sides = [claim.subject, *(link.expr for link in claim.links)]
    last, before = sides[-1], sides[-2] if len(sides) > 1 else None
    if not isinstance(before, Sum | Negative) or not isinstance(last, Number) or last.value:
        return False
    roles = {names.role(node.name) for node in before.walk() if isinstance(node, Symbol)}
    return Role.FEATURE in roles and not roles & _WORKED_WITH


def _input(expr: Expr | None, names: Names) -> int | None:
    """Which input a name stands for."""
    if not isinstance(expr, Symbol) or len(expr.index) != 1 or expr.upper:
        return None
    index = expr.index[0]
    return index if isinstance(index, int) and names.role(expr.name) is Role.FEATURE else None


def _feature(expr: Expr, names: Names) -> int | None:
    """Which input ``x_1``, ``x^{(1)}`` or the only ``x`` is."""
    if not isinstance(expr, Symbol) or names.role(expr.name) is not Role.FEATURE or expr.marks:
        return None
    places = (*expr.index, *expr.upper)
    if not places and names.n_features < 2:
        return 1
    return places[0] if len(places) == 1 and isinstance(places[0], int) else None


def _terms(expr: Expr, memory: Memory) -> Iterator[tuple[Written | None, int | None, Span | None]]:
    """Each term of a sum: its coefficient, its input (None for a bare number), its place."""
    for term in expr.terms if isinstance(expr, Sum) else ():
        yield _term(term, memory.names)


def _term(term: Expr, names: Names) -> tuple[Written | None, int | None, Span | None]:
    inner, sign = (term.arg, -1) if isinstance(term, Negative) else (term, 1)
    factors = inner.factors if isinstance(inner, Product) else (inner,)
    number = factors[0]
    if isinstance(number, Negative):
        number, sign = number.arg, -sign
    feature = _feature(factors[-1], names) if len(factors) < 3 else None
    plain = isinstance(number, Number) and (len(factors) == 1 or feature is not None)
    written = number.written if plain and isinstance(number, Number) else None
    if written is not None and sign < 0:
        written = Written("-" + written.text, -written.value, written.places)
    return written, feature, term.span
