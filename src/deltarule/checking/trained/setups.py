"""The trainings that a page may set up: its data, where the parameters start, a rate, an output, samples together or one after the other."""

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from itertools import product
from typing import TypeAlias

from deltarule.checking.columns.blocks import Cell
from deltarule.checking.columns.data import Data
from deltarule.checking.columns.lists import Listed, in_a_row, lists_in
from deltarule.checking.columns.told import Told
from deltarule.checking.sides import as_number
from deltarule.document import Claim
from deltarule.formulas import Role
from deltarule.notation import BY_ROLE, roles_of
from deltarule.rarely import rarely
from deltarule.records import record
from deltarule.spans import Span

MAX_DATA, MAX_STARTS, MAX_RATES = 8, 3, 6
PLACES_OF_DATA = 4  # that most data have at most
MAX_WIDTH, MAX_SAMPLES = 12, 60
AHEAD = 4  # lists behind one of inputs, among which the targets may be
_PARAMETERS = frozenset({Role.WEIGHT, Role.BIAS, Role.GRADIENT, Role.CHANGE, Role.LOSS, Role.ERROR})
_OUTPUTS = frozenset({Role.OUTPUT, Role.PREDICTION, Role.NET_INPUT})
_CURVED = rarely(
    r"(?i)sigm|σ|logist|logit|exp\s?\(\s?-|e\^\{?-|시그모이드|로지스틱|сигмо|ロジス|シグモ|逻辑|逻輯"
)
_STEPPED = rarely(
    r"(?i)step|heavis|sign|hardlim|percept|perzept|thresh|umbral|limiar|порог|перцеп|персеп|≥|>=|[<>]\s?0|\\ge|\\le\b|感知|パーセプ|퍼셉"
)
_NOT_WEIGHTS = frozenset({"x", "y", "t", "d"})
Point: TypeAlias = tuple[Decimal, ...]


@record
class Setup:
    """One training. The bias is the last of the parameters; `factor` is what the summed slopes are multiplied by, the rate apart."""

    rows: tuple[Point, ...]
    targets: Point
    start: Point
    rate: Decimal
    curve: str
    in_turn: bool
    factor: Decimal
    is_curved: bool  # the slope of the output is a factor of the slopes
    has_bias: bool

    @cached_property
    def given(self) -> frozenset[Decimal]:
        """The sizes of the numbers that are given."""
        return frozenset(map(abs, (*self.targets, *self.start, *(x for row in self.rows for x in row))))

    @property
    def cost(self) -> int:
        """Work of one epoch."""
        return len(self.rows) * (6 if self.curve in ("sigmoid", "tanh") else 1)


def decimal(value: Fraction) -> Decimal:
    """A number as a decimal, in the precision that holds."""
    return Decimal(value.numerator) / Decimal(value.denominator)


class Setups:
    """What one document tells of its trainings."""

    def __init__(
        self, told: Told, rates: Sequence[Fraction], results: int, is_fresh: Callable[[Cell], bool]
    ) -> None:
        """Take what stands in front of the first `results` for what is given, and lists without a fresh number."""
        self.document = told.document
        self._results = results
        self._is_fresh = is_fresh
        self.told = told
        source = self.document.source
        named = [Fraction(match[1].replace(",", ".")) for match in _rate_names().finditer(self.document.text)]
        self.rates = list(dict.fromkeys(rate for rate in (*named, *rates) if rate > 0))[:MAX_RATES]
        self.lists = lists_in(source, self.document.extent or Span(0, len(source.text)))

    @cached_property
    def data(self) -> list[tuple[int, int, Data]]:
        """Inputs with their targets, behind how unlikely they are and where they end: those of the exercise, then those of lists."""
        found: dict[Data, tuple[int, int]] = {}
        given = self.told.exercise
        if len(given.features) > 1 and given.features[0] and len(given.targets) == len(given.features):
            rows = tuple(tuple(x.value for x in row) for row in given.features)
            found[rows, tuple(t.value for t in given.targets)] = (0, 0)
        for unlikely, end, data in sorted(self._listed(), key=lambda each: each[:2]):
            if _is_usable(data):
                found.setdefault(data, (unlikely, end))
        return [(*told, data) for data, told in found.items()][:MAX_DATA]

    def _listed(self) -> Iterator[tuple[int, int, Data]]:
        """Data that lists may be, each behind how unlikely that is, and where they end."""
        text = self.document.source.text
        joined = list(in_a_row(text, self.lists))
        inside = [each.span for each in joined]
        lists = [each for each in self.lists if not any(span.holds(each.span) for span in inside)]
        lists = sorted([*lists, *joined], key=lambda each: each.span.start)
        lists = [each for each in lists if not _is_parameter(each.name)]
        for at, one in enumerate(lists):
            count = len(one.rows)
            if _is_beside(one, lists[max(at - 1, 0) : at]) or _is_beside(one, lists[at + 1 : at + 2]):
                pairs: list[Listed] = []  # one feature of several
            else:
                pairs = lists[at + 1 : at + 1 + AHEAD]
            if one.width > 1:
                rows = one.values
                yield _told([one], None, (tuple(row[:-1] for row in rows), tuple(row[-1] for row in rows)))
            ahead = lists[at + 1 : at + 1 + AHEAD]
            for other in (each for each in pairs if _may_be_targets(each, count)):
                yield _told([one], other, (one.values, _column(other)))
                break
            behind = [each for each in lists[max(at - AHEAD, 0) : at] if _may_be_targets(each, count)]
            if one.width > 1 and behind:
                named = [each for each in behind if _is_target(each.name)]
                yield _told([one], (named or behind)[-1], (one.values, _column((named or behind)[-1])))
            for other in ahead[:2]:  # the samples stand side by side
                if (
                    one.width > 1
                    and _may_be_targets(other, one.width)
                    and (one.width != count or not one.is_flat)
                ):
                    yield _told([one], other, (tuple(zip(*one.values, strict=True)), _column(other)))
            for size in (3, 2):
                side = lists[at : at + size + 1]
                alike = len(side) == size + 1 and all(
                    each.is_flat and len(each.rows) == count > 1 for each in side
                )
                if alike and _may_be_targets(side[-1], count):
                    inputs = tuple(zip(*map(_column, side[:-1]), strict=True))
                    yield _told(side[:-1], side[-1], (inputs, _column(side[-1])))

    def results(self) -> list[Listed]:
        """The lists that are no data: none of inputs or targets by its name, or by being the first of its numbers."""
        found: dict[tuple[tuple[Fraction, ...], ...], Listed] = {}
        kept: list[Listed] = []
        for each in self.lists:
            first = found.setdefault(each.values, each)
            if first is not each or not (_is_target(each.name) or each.name[:1] in ("x", "X")):
                kept.append(each)
        likely = [rows for unlikely, _, (rows, _) in self.data if unlikely < 2]
        inputs = {tuple(column) for rows in likely for column in zip(*rows, strict=True)}
        return [each for each in kept if each.width == 1 and _column(each) not in inputs]

    def orders(self, count: int) -> list[tuple[int, ...]]:
        """The orders in which so many samples may be taken."""
        found: list[tuple[int, ...]] = []
        for each in self.lists:
            if each.is_flat and len(each.rows) == count > 2:
                values = [int(value) for value in _column(each) if value.denominator == 1]
                found += [
                    tuple(value - first for value in values)
                    for first in (0, 1)
                    if sorted(values) == list(range(first, first + count)) and values != sorted(values)
                ]
        return list(dict.fromkeys(found))[:2]

    def starts(self, size: int, has_bias: bool) -> list[tuple[Fraction, ...]]:
        """Where so many parameters may start, the bias last."""
        width = size - has_bias
        given = self.told.exercise
        weights: list[tuple[Fraction, ...]] = []
        whole: list[tuple[Fraction, ...]] = []
        if len(given.weights) == width:
            weights.append(tuple(weight.value for weight in given.weights))
        for each in self.lists:
            is_result = each.span.start >= self._results and any(map(self._is_fresh, each.cells))
            if not is_result and each.width == 1 and _is_weight(each.name):
                if len(each.rows) == width:
                    weights.append(_column(each))
                if has_bias and len(each.rows) == size:
                    whole += [(*_column(each)[1:], _column(each)[0]), _column(each)]
        if width == 1:
            weights += [(value,) for value in self._numbers(Role.WEIGHT)[:2]]
        biases = [given.bias.value] if given.bias is not None else []
        biases += self._numbers(Role.BIAS)[:2]
        biases.append(Fraction(0))
        found = list(whole[:2])
        for some, bias in product(dict.fromkeys(weights), dict.fromkeys(biases)):
            found.append((*some, bias) if has_bias else some)
        return list(dict.fromkeys([*found[:MAX_STARTS], (Fraction(0),) * size]))

    @cached_property
    def fixed(self) -> list[Fraction]:
        """The biases that may stay what they are, so that the weights alone are trained."""
        given = self.told.exercise.bias
        found = [*([given.value] if given is not None else []), *self._numbers(Role.BIAS)]
        return list(dict.fromkeys(bias for bias in found if bias))[:1]

    def _numbers(self, role: Role) -> list[Fraction]:
        """The first numbers that are told for a quantity."""
        found: list[Fraction] = []
        for item in self.document.items:
            is_given = item.span.start < self._results
            if is_given and isinstance(item, Claim) and item.subject is not None and len(item.links) == 1:
                reference = self.told.names.reference(item.subject)
                written = as_number(item.links[0].expr)
                if written is not None and reference is not None and reference.role is role:
                    found.append(written.value)
                    if len(found) == 2:
                        break
        return found

    @cached_property
    def _is_curved(self) -> bool:
        return _CURVED.search(self.document.text) is not None

    @cached_property
    def _is_stepped(self) -> bool:
        return _STEPPED.search(self.document.text) is not None

    def curves(self, targets: tuple[Fraction, ...]) -> list[str]:
        """What the output of the neuron may be."""
        known = self.told.exercise.activation
        kinds = set(targets)
        found: list[str] = []
        if known in ("sigmoid", "tanh"):
            found.append(known)
        if kinds <= {0, 1} and (known == "sigmoid" or self._is_curved):
            found.append("sigmoid")
        if self._is_stepped:
            if kinds <= {0, 1}:
                found += ["step", "step above"]
            elif kinds <= {-1, 1}:
                found += ["sign", "sign above"]
        return list(dict.fromkeys([*found, "identity"]))

    def all(self) -> Iterator[tuple[int, Setup]]:
        """The trainings, the likeliest first, each with the number of its data."""
        for at, (_, _, (rows, targets)) in enumerate(self.data):
            x, given = tuple(tuple(map(decimal, row)) for row in rows), tuple(map(decimal, targets))
            ways = [
                (has_bias, curve, given) for has_bias, curve in product((True, False), self.curves(targets))
            ]
            ways += [
                (False, "identity", tuple(target - decimal(bias) for target in given)) for bias in self.fixed
            ]
            for has_bias, curve, t in ways:
                size = len(rows[0]) + has_bias
                starts = [tuple(map(decimal, start)) for start in self.starts(size, has_bias)]
                orders = [tuple(range(len(x))), *self.orders(len(x))]
                for in_turn, factor, is_curved in _ways(curve, len(rows)):
                    for start, rate, order in product(starts, self.rates, orders if in_turn else orders[:1]):
                        some = tuple(x[k] for k in order), tuple(t[k] for k in order)
                        yield (
                            at,
                            Setup(*some, start, decimal(rate), curve, in_turn, factor, is_curved, has_bias),
                        )


@cache
def _rate_names() -> re.Pattern[str]:
    """A learning rate that stands behind its name."""
    names = sorted(BY_ROLE[Role.LEARNING_RATE].names - {"c", "rho", "gamma"}, key=len, reverse=True)
    called = "|".join(re.escape(name).replace("_", "[ _]") for name in names)
    return re.compile(
        rf"(?<![^\W_])(?:{called})[`$*'\"\s]{{0,4}}(?:=|:|:=|is)?[`$*\s]{{0,3}}(\d{{0,4}}[.,]?\d{{1,6}})(?![\d%])"
    )


def _ways(curve: str, count: int) -> Iterator[tuple[bool, Decimal, bool]]:
    """In turn or not, by what the slopes are multiplied, and whether the slope of the output is among them."""
    part = 1 / Decimal(count)
    steps = curve.startswith(("step", "sign"))
    for is_curved in (False, True) if curve in ("sigmoid", "tanh") else (False,):
        if not steps:
            for factor in (2 * part, part, Decimal(1), Decimal(2)):
                yield False, factor, is_curved
        for factor in (Decimal(1), Decimal(2)) if not steps else (Decimal(1),):
            yield True, factor, is_curved
    if steps:
        yield False, part, False
        yield False, Decimal(1), False
        if curve.startswith("sign"):
            yield True, Decimal("0.5"), False


def _is_usable(data: Data) -> bool:
    rows, targets = data
    return 1 < len(rows) <= MAX_SAMPLES and 0 < len(rows[0]) <= MAX_WIDTH and len(set(targets)) > 1


def _told(inputs: Sequence[Listed], targets: Listed | None, data: Data) -> tuple[int, int, Data]:
    """Data with how unlikely they are, by what their lists are called and how many figures they have, and where they end."""
    unlikely = 0 if targets is not None and _is_target(targets.name) else 1
    unlikely += not all(each.name.casefold()[:1] == "x" for each in inputs)
    last = inputs[-1] if targets is None else targets
    return unlikely + 2 * _is_long(data), max(last.span.end, inputs[-1].span.end), data


def _is_long(data: Data) -> bool:
    """Whether numbers have more figures than most data have."""
    return any((value * 10**PLACES_OF_DATA).denominator > 1 for row in (*data[0], data[1]) for value in row)


def _is_parameter(name: str) -> bool:
    plain = name.casefold().strip("_")
    roles = roles_of(plain) or roles_of(plain.partition("_")[0]) or roles_of(plain.rpartition("_")[2])
    return bool(roles) and not _PARAMETERS.isdisjoint(roles[:1]) and plain[:1] not in _NOT_WEIGHTS


def _is_beside(one: Listed, others: Sequence[Listed]) -> bool:
    """Whether a list is one feature, and another one the next."""
    stem = one.name.rstrip("0123456789")
    alike = (other for other in others if other.is_flat and len(other.rows) == len(one.rows))
    return one.is_flat and any(
        other.name != one.name and other.name.rstrip("0123456789") == stem != "" for other in alike
    )


def _may_be_targets(listed: Listed, count: int) -> bool:
    """Whether a list has one number for each of so many samples, and is not called an input."""
    plain = listed.name.casefold()
    is_other = plain[:1] == "x" or not _OUTPUTS.isdisjoint(roles_of(plain)[:1]) or "pred" in plain
    return listed.width == 1 and len(listed.rows) == count > 1 and not is_other


def _is_target(name: str) -> bool:
    plain = name.casefold()
    return plain[:1] in ("y", "t") or Role.TARGET in roles_of(plain)


def _is_weight(name: str) -> bool:
    """Whether a name may be one of weights that are told: not one of data."""
    return bool(name) and name.casefold()[:1] not in _NOT_WEIGHTS


def _column(listed: Listed) -> tuple[Fraction, ...]:
    return tuple(row[0].written.value for row in listed.rows)
