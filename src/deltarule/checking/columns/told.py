"""What a document tells that its aligned numbers may be worked with: functions, learning rates, places to start from, data."""

from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache

from deltarule.algebra.expr import Symbol
from deltarule.checking.columns.data import Data, listed_data
from deltarule.checking.columns.makings import FAILED, MAX_KEPT, Rule
from deltarule.checking.columns.models import MAX_SAMPLES, Model
from deltarule.checking.origins.functions import Function, known_by_slopes, slope_variable, stated_function
from deltarule.checking.sides import as_number
from deltarule.document import Claim, Document
from deltarule.exercise import Exercise
from deltarule.formulas import Role
from deltarule.naming import Names

MAX_FUNCTIONS, MAX_RATES, MAX_STARTS = 3, 3, 4
MAX_DATA = 2  # that are told in lists
_PROBED = (
    Fraction(1, 2),
    Fraction(2),
    Fraction(5),
)  # where slopes that are the same agree, and others hardly do
_MOMENTA = frozenset({"beta", "gamma", "mu", "rho"})


class Told:
    """What a document tells, asked for as it is needed."""

    def __init__(self, document: Document, names: Names, exercise: Exercise) -> None:
        self.document = document
        self.names = names
        self.exercise = exercise

    @cached_property
    def of_one(self) -> list[tuple[Rule, Rule]]:
        """The functions of one variable, each with its slope."""
        return [
            (_of_one(each), _of_one(slope))
            for each in self.functions
            if len(each.variables) == 1 and (slope := each.slope(each.variables[0])) is not None
        ]

    @property
    def only_rate(self) -> Fraction | None:
        """The one learning rate of a document that tells one function of one variable, however often; else None."""
        if len(self.rates) != 1 or not self.of_one or len(self.functions) > len(self.of_one):
            return None
        try:
            slopes = {tuple(slope(point) for point in _PROBED) for _, slope in self.of_one}
        except FAILED:
            return None
        return self.rates[0] if len(slopes) == 1 else None

    @cached_property
    def of_two(self) -> list[tuple[Rule, ...]]:
        """The functions of two variables, each with its slopes."""
        return [
            (_of_two(each), *(_of_two(slope) for slope in slopes if slope is not None))
            for each in self.functions
            if len(each.variables) == 2 and None not in (slopes := [each.slope(v) for v in each.variables])
        ]

    @cached_property
    def functions(self) -> list[Function]:
        """The functions that are stated, by themselves or by their slopes."""
        found: list[Function] = []
        for item in self.document.items:
            if not isinstance(item, Claim) or not item.links:
                continue
            function = stated_function(item, self.names)
            if function is not None and len(function.variables) < 3:
                found.append(function)
                continue
            sloped = slope_variable(item.subject)
            if sloped is not None:
                name, variable = sloped
                body = item.links[-1].expr
                free = {node for node in body.walk() if isinstance(node, Symbol)}
                variable = variable or (next(iter(free)) if len(free) == 1 else None)
                if variable is not None and free == {variable}:
                    known = known_by_slopes(name or "f", {variable: body})
                    if known is not None:
                        found.append(known)
        kept: dict[object, Function] = {}
        for each in found:
            kept.setdefault((each.body, each.slopes), each)
        return list(kept.values())[:MAX_FUNCTIONS]

    @cached_property
    def rates(self) -> list[Fraction]:
        """The learning rates that are told anywhere."""
        known = [] if self.exercise.learning_rate is None else [self.exercise.learning_rate.value]
        found = [value for value in self._settings(Role.LEARNING_RATE) if value > 0]
        if not known and self.functions:
            from deltarule.checking.columns.told_rates import told_rates

            found += told_rates(self.document)
        return list(dict.fromkeys((*known, *found)))[:MAX_RATES]

    @cached_property
    def momenta(self) -> list[Fraction]:
        """The shares of the velocity that stay, wherever they are told."""
        known = [] if self.exercise.momentum is None else [self.exercise.momentum.value]
        found = (value for value in self._settings(Role.MOMENTUM, _MOMENTA) if 0 < value < 1)
        return list(dict.fromkeys((*known, *found)))[:MAX_RATES]

    def _settings(self, role: Role, letters: Collection[str] = ()) -> Iterator[Fraction]:
        """Numbers told for a setting, or for a letter that is a usual one for it, whatever else that may be."""
        for item in self.document.items:
            if isinstance(item, Claim) and item.links and item.subject is not None:
                written = as_number(item.links[-1].expr)
                called = isinstance(item.subject, Symbol) and item.subject.name in letters
                if written is not None and (called or self._role(item) is role):
                    yield written.value

    def _role(self, claim: Claim) -> Role | None:
        reference = self.names.reference(claim.subject) if claim.subject is not None else None
        return None if reference is None else reference.role

    def starts(self, until: int) -> list[Fraction]:
        """Numbers told alone before a place, the last first."""
        return list(dict.fromkeys(reversed(self.alone(until))))[:MAX_STARTS]

    def alone(self, until: int) -> list[Fraction]:
        """Numbers told alone before a place, learning rates left out."""
        return [
            written.value
            for item in self.document.items
            if isinstance(item, Claim)
            and item.span.start < until
            and len(item.links) == 1
            and self._role(item) is not Role.LEARNING_RATE
            and (written := as_number(item.links[0].expr)) is not None
        ]

    def data(self, before: int) -> list[Data]:
        """The data of the exercise, or else those told last before a place."""
        exercise = self.exercise
        if len(exercise.features) > 1 and exercise.features[0]:
            rows = tuple(tuple(x.value for x in row) for row in exercise.features)
            return [(rows, tuple(t.value for t in exercise.targets))] if len(rows) <= MAX_SAMPLES else []
        return self.listed(before)

    def listed(self, before: int) -> list[Data]:
        """Data in lists, those told last before a place."""
        return [data for at, data in reversed(self._listed) if at < before][:MAX_DATA]

    @cached_property
    def _listed(self) -> list[tuple[int, Data]]:
        return list(
            listed_data(self.document.text, self.document.extent.start if self.document.extent else 0)
        )

    def models(self, rates: Sequence[Fraction], before: int) -> list[Model]:
        """The neuron on each of the data, with its bias and without."""
        exercise = self.exercise
        weights = [weight.value for weight in exercise.weights]
        start = [*weights, exercise.bias.value] if weights and exercise.bias is not None else None
        found: list[Model] = []
        for rows, targets in self.data(before):
            curves = ["identity"] if exercise.activation in ("identity", "sigmoid", "tanh") else []
            curves += [exercise.activation] if exercise.activation in ("sigmoid", "tanh") else []
            if set(targets) <= {0, 1} and "sigmoid" not in curves:
                curves.append("sigmoid")
            begun = start if start is not None and len(start) == len(rows[0]) + 1 else None
            for curve in curves:
                found.append(Model(rows, targets, curve, rates, has_bias=True, start=begun))
                found.append(Model(rows, targets, curve, rates, has_bias=False, start=begun and begun[:-1]))
            if exercise.bias is not None and exercise.bias.value and curves[:1] == ["identity"]:
                rest = tuple(target - exercise.bias.value for target in targets)  # the bias stays what it is
                found.append(Model(rows, rest, "identity", rates, has_bias=False))
        return found


def _of_one(function: Function) -> Rule:
    variable = function.variables[0]
    return lru_cache(maxsize=MAX_KEPT, typed=True)(lambda x: function.at({variable: Fraction(x)}))


def _of_two(function: Function) -> Rule:
    first, second = function.variables
    return lru_cache(maxsize=MAX_KEPT, typed=True)(
        lambda x, y: function.at({first: Fraction(x), second: Fraction(y)})
    )
