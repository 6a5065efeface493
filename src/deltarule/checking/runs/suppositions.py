"""The descents that a document may tell of: a neuron on its data, or a function that it states, by a rate, from a start.

Each is worked twice: roughly, in floats, to see whether it is the one that is told, and exactly then.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any, TypeAlias

from deltarule.checking.columns.makings import FAILED, Rule, descent
from deltarule.checking.columns.models import Model, cut
from deltarule.checking.columns.told import Told
from deltarule.records import record

STEPS = 12
MAX_STARTS = 6
_FAR_OFF = 10**9
_LOSSES = ("sse", "half sse", "mse", "half mse", "entropy", "mean entropy")
_SCALES = ("sum", "mean", "two", "two mean")

Lists: TypeAlias = dict[
    str, list[Any]
]  # what stands at one step, by what it is: "output", "error", "slope", "place", "loss"


@record
class Supposition:
    """A descent; `steps` gives what stands at each of its steps, in fractions (true) or in floats.

    `far` gives places and losses after so many steps each, in fractions.
    """

    steps: Callable[[bool], Iterator[Lists]]
    far: Callable[[Collection[int]], Mapping[int, Lists]] = lambda numbers: {}


def suppositions(told: Told, rates: Sequence[Fraction], end: int) -> Iterator[Supposition]:
    """All descents, the likeliest first."""
    for model in told.models((), end):
        for rate in rates:
            for scale in _SCALES:
                yield Supposition(
                    partial(_of_batches, model, rate, scale), partial(_far_batches, model, rate, scale)
                )
            for times in (1, 2):
                yield Supposition(partial(_in_turn, model, rate * times))
    starts = list(dict.fromkeys(told.alone(end)))[:MAX_STARTS]
    for value, slope in told.of_one:
        for rate in rates:
            for start in starts:
                yield Supposition(
                    partial(_of_one, value, slope, rate, start), partial(_far_one, value, slope, rate, start)
                )
    for value, *slopes in told.of_two:
        for rate in rates:
            for place in pairwise(told.alone(end)[:MAX_STARTS]):
                yield Supposition(partial(_of_two, value, slopes, rate, place))


def _number(value: Fraction, exact: bool) -> Any:
    return value if exact else float(value)


def _start(model: Model, exact: bool) -> tuple[Any, ...]:
    given = model.start if model.start is not None else (Fraction(0),) * model.size
    return tuple(_number(each, exact) for each in given)


def _of_batches(model: Model, rate: Fraction, scale: str, exact: bool) -> Iterator[Lists]:
    """All samples at once, the slopes summed or averaged, with the factor 2 of the square or without."""
    here, eta = _start(model, exact), _number(rate, exact)
    for _ in range(STEPS):
        told = model.gives(here) if exact else model.roughly(here)
        slopes = [told[f"slope {j} {scale}"] for j in range(model.size)] if told else []
        if not slopes or max(map(abs, here)) > _FAR_OFF:
            return
        yield {
            "place": list(here),
            "slope": slopes,
            "output": [value for name, value in told.items() if name.startswith("output")],
            "error": [value for name, value in told.items() if name.startswith("error")],
            "loss": [told[name] for name in _LOSSES if name in told],
            "square": [value * value for name, value in told.items() if name.startswith("error")],
        }
        here = tuple(cut(p - eta * slope) for p, slope in zip(here, slopes, strict=True))


def _far_batches(model: Model, rate: Fraction, scale: str, numbers: Collection[int]) -> Mapping[int, Lists]:
    count = len(model.rows)
    factor = (2 if "two" in scale else 1) * (Fraction(1, count) if "mean" in scale else Fraction(1))
    found: dict[int, Lists] = {}
    for number, place in model.path(rate * factor, numbers, lambda _: True).items():
        told = model.gives(place)
        found[number] = {"place": list(place), "loss": [told[name] for name in _LOSSES if name in told]}
    return found


def _in_turn(model: Model, rate: Fraction, exact: bool) -> Iterator[Lists]:
    """One sample after the other."""
    here, eta = _start(model, exact), _number(rate, exact)
    for at in range(STEPS):
        k = at % len(model.rows)
        one = Model(model.rows[k : k + 1], model.targets[k : k + 1], model.curve, (), model.has_bias)
        told = one.gives(here) if exact else one.roughly(here)
        slopes = [told[f"slope {j} sum"] for j in range(model.size)] if told else []
        if not slopes or max(map(abs, here)) > _FAR_OFF:
            return
        changes = [-eta * slope for slope in slopes]
        yield {
            "place": list(here),
            "slope": slopes,
            "change": changes,
            "output": [told["output 0"]],
            "error": [told["error 0"]],
            "square": [told["sse"], told["half sse"]],
        }
        here = tuple(cut(p + change) for p, change in zip(here, changes, strict=True))


def _of_one(value: Rule, slope: Rule, rate: Fraction, start: Fraction, exact: bool) -> Iterator[Lists]:
    """A function of one variable."""
    here = start
    for _ in range(STEPS):
        try:
            rise = cut(slope(here))
        except FAILED:
            return
        found: Lists = {"place": [here], "slope": [rise], "change": [-rate * rise]}
        with suppress(*FAILED):
            found["loss"] = [cut(value(here))]
        yield found if exact else {name: [float(each) for each in values] for name, values in found.items()}
        here = cut(here - rate * rise)
        if abs(here) > _FAR_OFF:
            return


def _far_one(
    value: Rule, slope: Rule, rate: Fraction, start: Fraction, numbers: Collection[int]
) -> Mapping[int, Lists]:
    points = descent(slope, start, rate, max(numbers))
    found: dict[int, Lists] = {}
    for number in numbers:
        if number < len(points):
            found[number] = {"place": [points[number]]}
            with suppress(*FAILED):
                found[number]["loss"] = [cut(value(points[number]))]
    return found


def _of_two(
    value: Rule, slopes: Sequence[Rule], rate: Fraction, start: tuple[Fraction, Fraction], exact: bool
) -> Iterator[Lists]:
    """A function of two variables."""
    here = start
    for _ in range(STEPS):
        try:
            rises = [cut(slope(*here)) for slope in slopes]
            found: Lists = {"place": list(here), "slope": rises, "change": [-rate * rise for rise in rises]}
            found["loss"] = [cut(value(*here))]
        except FAILED:
            return
        yield found if exact else {name: [float(each) for each in values] for name, values in found.items()}
        here = (cut(here[0] - rate * rises[0]), cut(here[1] - rate * rises[1]))
        if max(map(abs, here)) > _FAR_OFF:
            return
