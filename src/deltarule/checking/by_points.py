"""A perceptron that learns from one misclassified point after the other: ``w_1 = w_0 + y_1 x_1 = (3, 3), b_1 = 1``.

A log or an example tells weights and bias after each update, and seldom which point was taken. The step from one pair to the next
says it: it is a point of the data with its class, misclassified by the pair before. What is told of a later pair, several updates
on, is held against the run that takes the first point that is misclassified. Such values are right; others are not called wrong.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TypeAlias

from deltarule.algebra.expr import Apply, Expr, Negative, Product, Sum, Symbol, Vector
from deltarule.checking.claims import Judged
from deltarule.checking.origins.unjudged import BOUNDARY
from deltarule.checking.sides import as_number
from deltarule.document import Claim, Item
from deltarule.exercise import Exercise
from deltarule.findings import Status
from deltarule.formulas import Role
from deltarule.naming import Names
from deltarule.notation import roles_of

MAX_POINTS = 40
MAX_STATES = 400
MAX_SKIPPED = 60  # updates between two pairs that are told
FEWEST = 2  # steps that points explain, before any of them is believed
NEAR = 3  # lines between a vector and its bias
Point: TypeAlias = tuple[Fraction, ...]


@dataclass
class _Pair:
    """Weights and a bias as they are told together: where, and after how many updates."""

    weights: dict[int, tuple[Claim, Fraction]] = field(default_factory=dict)
    bias: tuple[Claim, Fraction] | None = None
    count: int | None = None
    line: int = 0

    @property
    def point(self) -> Point:
        """The weights, then the bias."""
        values = [self.weights[k][1] for k in sorted(self.weights)]
        return (*values, *(() if self.bias is None else (self.bias[1],)))

    @property
    def claims(self) -> Iterator[Claim]:
        """What told them."""
        yield from (self.weights[k][0] for k in sorted(self.weights))
        if self.bias is not None:
            yield self.bias[0]


def explained_by_points(
    items: Sequence[Item], judged: Sequence[Judged], names: Names, exercise: Exercise
) -> list[Judged]:
    """The judged claims, with those right that points explain, and the coefficients of the lines that are told of them."""
    pairs = [pair for pair in _pairs(items) if pair.bias is not None]
    rate = Fraction(1) if exercise.learning_rate is None else exercise.learning_rate.value
    known: list[_Pair] = []
    width = 0
    for points, classes in _data(items, exercise) if len(pairs) > 1 else ():
        width = len(points[0])
        known = _explained([p for p in pairs if len(p.weights) == width], points, classes, rate)
        if known:
            break
    if not known:
        return list(judged)
    right = {_identity(claim) for pair in known for claim in pair.claims}
    done = [
        replace(item, status=Status.RIGHT, expected=_value(item.claim), reason="")
        if item.status is Status.UNCHECKED and _identity(item.claim) in right
        else item
        for item in judged
    ]
    told = {_identity(item.claim) for item in done if item.status is not Status.UNCHECKED}
    done += [
        _right(claim, claim.links[-1].expr)
        for pair in known
        for claim in pair.claims
        if _identity(claim) not in told
    ]
    lines = list(_lines(items, known, width))
    spans = {each.claim.span for each in lines}
    done = [item for item in done if item.name != BOUNDARY or item.claim.span not in spans] + lines
    return sorted(done, key=lambda item: item.claim.span.start)


def _identity(claim: Claim) -> tuple[object, ...]:
    return claim.span, claim.subject, claim.part


def _value(claim: Claim) -> Fraction | None:
    written = as_number(claim.links[-1].expr)
    return None if written is None else written.value


def _right(claim: Claim, expr: Expr) -> Judged:
    written = as_number(expr)
    value = None if written is None else written.value
    return Judged(
        claim,
        None,
        Status.RIGHT,
        value=written,
        value_span=expr.span or claim.span,
        expected=value,
        name="the result",
    )


# -- what is given


def _data(items: Sequence[Item], exercise: Exercise) -> Iterator[tuple[list[Point], list[int | None]]]:
    """The points of the exercise with their classes, those that are told one by one, and those of each matrix."""
    if exercise.n_samples > 1:
        rows = [tuple(number.value for number in row) for row in exercise.features[:MAX_POINTS]]
        yield rows, _classes(exercise, len(rows))
    told: dict[int, dict[int, Fraction]] = {}
    for item in items:
        if not isinstance(item, Claim) or not isinstance(item.subject, Symbol):
            continue
        if item.given is not None:
            found = [
                [as_number(each) for each in row.items] for row in item.given.items if isinstance(row, Vector)
            ]
            rows = [tuple(each.value for each in row if each is not None) for row in found[:MAX_POINTS]]
            if len(rows) > 1 and len(rows[0]) > 1 and len({len(row) for row in rows}) == 1:
                yield rows, [None] * len(rows)
            continue
        sample, value = item.subject.upper[:1], _value(item) if item.links else None
        named = item.subject.name in ("x", "X") and item.part is not None
        if named and sample and isinstance(sample[0], int) and value is not None:
            told.setdefault(sample[0], {}).setdefault(item.part or 0, value)
    rows = [tuple(told[k][part] for part in sorted(told[k])) for k in sorted(told)][:MAX_POINTS]
    if len(rows) > 1 and len(rows[0]) > 1 and len({len(row) for row in rows}) == 1:
        yield rows, [None] * len(rows)


def _classes(exercise: Exercise, count: int) -> list[int | None]:
    """1 and -1 for each point, None where nothing says which."""
    targets = {target.value for target in exercise.targets}
    if len(exercise.targets) < count or len(targets) != 2:
        return [None] * count
    return [1 if target.value == max(targets) else -1 for target in exercise.targets[:count]]


def _pairs(items: Sequence[Item]) -> Iterator[_Pair]:
    """Vectors of weights with the bias that is told beside them."""
    here = _Pair()
    for item in items:
        if (
            not isinstance(item, Claim)
            or not isinstance(item.subject, Symbol)
            or item.supposed
            or not item.links
        ):
            continue
        role, value = next(iter(roles_of(item.subject.name)), None), _value(item)
        if value is None or role not in (Role.WEIGHT, Role.BIAS):
            continue
        if role is Role.WEIGHT and item.part is not None:
            if item.part == 0:
                if here.weights:
                    yield here
                here = _Pair(line=item.line, count=_count(item.subject))
            here.weights[item.part] = item, value
        elif role is Role.BIAS and here.weights and here.bias is None and item.line - here.line <= NEAR:
            here.bias = item, value
    if here.weights:
        yield here


def _count(subject: Symbol) -> int | None:
    return next((index for index in subject.upper if isinstance(index, int)), None)


# -- which pairs the points explain


def _explained(
    pairs: Sequence[_Pair], points: Sequence[Point], classes: list[int | None], rate: Fraction
) -> list[_Pair]:
    """The pairs that come about from the one before, the first from nothing; none where that explains too few."""
    known: list[_Pair] = []
    signs = list(classes)
    rows = [(*point, Fraction(1)) for point in points]
    before: Point = (Fraction(0),) * len(rows[0])
    count: int | None = 0
    steps = 0
    for pair in pairs[:MAX_STATES]:
        now = pair.point
        if now == before:
            known += [pair] if steps else []
            continue
        taken = _taken(before, now, rows, signs, rate)
        gap = pair.count - count if pair.count is not None and count is not None else 0
        if taken is not None:
            at, sign = taken
            signs[at] = sign
            steps += 1
            known.append(pair)
        elif 1 < gap <= MAX_SKIPPED and steps >= FEWEST and _later(before, gap, rows, signs, rate) == now:
            known.append(pair)
        elif not any(now):
            steps += 0  # the start of another run
        before, count = now, pair.count if pair.count is not None else None if count is None else count + 1
    return known if steps >= FEWEST else []


def _taken(
    before: Point, now: Point, rows: Sequence[Point], signs: Sequence[int | None], rate: Fraction
) -> tuple[int, int] | None:
    """The point, and its class, that leads from one pair to the next, if it was misclassified."""
    change = tuple(b - a for a, b in zip(before, now, strict=True))
    for at, row in enumerate(rows):
        for sign in (1, -1) if signs[at] is None else (signs[at],):
            assert sign is not None
            if change == tuple(sign * rate * x for x in row) and sign * _net(before, row) <= 0:
                return at, sign
    return None


def _net(pair: Point, row: Point) -> Fraction:
    return sum((a * b for a, b in zip(pair, row, strict=True)), Fraction(0))


def _later(
    pair: Point, updates: int, rows: Sequence[Point], signs: Sequence[int | None], rate: Fraction
) -> Point:
    """What comes out after so many updates, each by the first point that is misclassified."""
    for _ in range(updates):
        for row, sign in zip(rows, signs, strict=True):
            if sign is not None and sign * _net(pair, row) <= 0:
                pair = tuple(each + sign * rate * x for each, x in zip(pair, row, strict=True))
                break
        else:
            break
    return pair


# -- the lines that are told of them


def _lines(items: Sequence[Item], known: Sequence[_Pair], width: int) -> Iterator[Judged]:
    """``3 x_1 + 3 x_2 + 1``: the coefficients of a pair that was told before, or on the same line."""
    for item in items:
        if not isinstance(item, Claim):
            continue
        told = [pair for pair in known if pair.line <= item.line]
        for side in (item.subject, *(link.expr for link in item.links)):
            inner = side.arg if isinstance(side, Apply) else side
            found = _coefficients(inner, width) if isinstance(inner, Sum) else None
            if found is None or not told or tuple(value for value, _ in found) != told[-1].point:
                continue
            for _, expr in found:
                if expr is not None:
                    yield _right(replace(item, links=item.links[-1:]), expr)


def _coefficients(line: Sum, width: int) -> list[tuple[Fraction, Expr | None]] | None:
    """The coefficient of each input, and the number behind them, with where it is written; None if it is no such line."""
    found: dict[int, tuple[Fraction, Expr | None]] = {}
    for term in line.terms:
        inner, sign = (term.arg, -1) if isinstance(term, Negative) else (term, 1)
        number = as_number(inner)
        factors = inner.factors if isinstance(inner, Product) else (inner,)
        at = _input(factors[-1])
        leading = as_number(factors[0]) if len(factors) == 2 else None
        if number is not None:
            found[width] = sign * number.value, inner
        elif at is not None and (len(factors) == 1 or leading is not None):
            found[at] = (leading.value * sign, factors[0]) if leading else (Fraction(sign), None)
        else:
            return None
    inputs = [at for at in found if at < width]
    if len(inputs) < width:
        return None
    return [found.get(at, (Fraction(0), None)) for at in range(width + 1)]


def _input(expr: Expr) -> int | None:
    """Which input ``x_1``, ``x^{(1)}`` is, from 0."""
    if not isinstance(expr, Symbol) or expr.name not in ("x", "X"):
        return None
    places = [index for index in (*expr.index, *expr.upper) if isinstance(index, int)]
    return places[0] - 1 if len(places) == 1 and places[0] > 0 else None
