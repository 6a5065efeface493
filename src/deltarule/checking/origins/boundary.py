"""The line that parts two classes, solved for one input: ``x_2 = -0.143 x_1 + 0.857`` for the weights told last.

It lies where the net input is 0, so its slope is ``-w_1/w_2`` and it starts at ``-b/w_2``; any multiple of its equation is one of
it, too. A line that fits is right; one
that does not may be of other weights, and stays without a word.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Expr, Negative, Number, Product, Sum, Symbol
from deltarule.checking.origins.memory import Memory
from deltarule.checking.sides import as_number, value_of
from deltarule.document import Claim
from deltarule.formulas import Role
from deltarule.naming import Names
from deltarule.records import record
from deltarule.spans import Span
from deltarule.written import Written, is_rounding

_WORKED_WITH = frozenset({Role.WEIGHT, Role.BIAS, Role.TARGET, Role.OUTPUT, Role.THRESHOLD})
_EXACT = 12  # places of a fraction


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
    return () if boundary(claim, memory) else _multiple(claim, memory)


def _multiple(claim: Claim, memory: Memory) -> tuple[Coefficient, ...]:
    """The coefficients of an equation that is the one of the last weights times a number: ``x_1 + x_2 = 1``, ``x_2 = 1.5 - x_1``."""
    sides = [claim.subject, *(link.expr for link in claim.links)]
    weights: dict[int | None, Fraction] = {
        j: told.value for (role, j), told in memory.roles.items() if role is Role.WEIGHT and j
    }
    bias = memory.roles.get((Role.BIAS, None))
    if len(sides) != 2 or len(weights) < 2 or bias is None:
        return ()
    wanted = {**weights, None: bias.value}
    found: dict[int | None, tuple[Written, Span | None, int]] = {}
    for side, sign in zip(sides, (1, -1), strict=True):
        for term in side.terms if isinstance(side, Sum) else (side,) if side is not None else ():
            number, feature, span = _one_term(term, memory.names)
            if number is None or feature in found:
                return ()
            if number.value or feature is not None:
                found[feature] = number, span, sign
    if not set(weights) <= set(found) | {j for j, w in weights.items() if not w}:
        return ()
    return _scaled(found, wanted, claim)


def _scaled(
    found: Mapping[int | None, tuple[Written, Span | None, int]],
    wanted: Mapping[int | None, Fraction],
    claim: Claim,
) -> tuple[Coefficient, ...]:
    base = next((feature for feature in found if wanted.get(feature)), None)
    if base is None or any(feature not in wanted for feature in found):
        return ()
    times = found[base][0].value * found[base][2] / wanted[base]
    coefficients: list[Coefficient] = []
    for feature, value in wanted.items():
        number, span, sign = found.get(feature, (Written("0", Fraction(0), 0), None, 1))
        expected = times * value * sign
        if not times or not is_rounding(number.value, expected, number.places):
            return ()
        if span is not None:
            coefficients.append(Coefficient(number, span, expected))
    return tuple(coefficients) if len(coefficients) > 1 or None in found else ()


def _one_term(term: Expr, names: Names) -> tuple[Written | None, int | None, Span | None]:
    """The number of a term, one where none is written, and its input."""
    inner, sign = (term.arg, -1) if isinstance(term, Negative) else (term, 1)
    factors = inner.factors if isinstance(inner, Product) else (inner,)
    feature = _feature(factors[-1], names)
    numbers = factors if feature is None else factors[:-1]
    if len(numbers) > 1 or (feature is None and not is_numeric(inner)):
        return None, None, None
    value = value_of(numbers[0]) if numbers and is_numeric(numbers[0]) else None
    if numbers and value is None:
        return None, None, None
    if not numbers:
        return Written(str(sign), Fraction(sign), 0), feature, None
    plain = as_number(numbers[0])
    number = Fraction(0) if value is None else sign * value
    text = str(number) if plain is None else plain.text if sign > 0 else f"-{plain.text}"
    return Written(text, number, _EXACT if plain is None else plain.places), feature, term.span


def may_tell_line(claim: Claim, names: Names) -> bool:
    """Whether a side of a claim has the form of such a line, whatever the weights are: most claims need not be held against any."""
    subject = claim.subject
    if isinstance(subject, Sum) and _may_be_line(subject, claim, names):
        return True
    for link in claim.links:
        side = link.expr
        if isinstance(side, Sum) and _may_be_line(side, claim, names):
            return True
    return False


def _may_be_line(side: Sum, claim: Claim, names: Names) -> bool:
    """Whether one side may be a line between classes, held against 0 or another number."""
    if is_numeric(side):
        return False
    sides = [claim.subject, *(link.expr for link in claim.links)]
    return _has_form_of_line(side, names) or _is_level(side, sides, names)


def _is_level(line: Sum, sides: Sequence[Expr | None], names: Names) -> bool:
    """``2 x_1 + x_2 = 3``: each input once, and all of it a number that is not 0."""
    last = sides[-1]
    if (
        len(sides) != 2
        or not isinstance(last, Number | Negative)
        or not is_numeric(last)
        or not value_of(last)
    ):
        return False
    features = [_one_term(term, names)[1] for term in line.terms]
    return None not in features and len(set(features)) == len(features)


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
