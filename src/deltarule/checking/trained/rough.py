"""Trainings worked roughly, in floats, for a few epochs: which of them give numbers that stand on the page at all.

What is told here decides only which trainings are worked exactly.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from math import exp, log, tanh
from operator import mul
from typing import NamedTuple

from deltarule.checking.trained.setups import Setup
from deltarule.checking.trained.shown import Number

FIRST = 3  # epochs
LONG = 5  # figures of a number that tells enough by itself
CHEAP = 500  # rows that are gone through although nothing of the start stands on the page
OVERHEAD = 30  # rows that cost as much as the rest of a training
_FAR_OFF = 1e9
_CURVES: dict[str, Callable[[float], float]] = {
    "identity": lambda net: net,
    "sigmoid": lambda net: 1 / (1 + exp(-net)) if net > -500 else 0.0,
    "tanh": tanh,
    "step": lambda net: float(net >= 0),
    "step above": lambda net: float(net > 0),
    "sign": lambda net: 1.0 if net >= 0 else -1.0,
    "sign above": lambda net: 1.0 if net > 0 else -1.0,
}


class Page:
    """The sizes of the numbers that a page shows."""

    def __init__(self, numbers: Sequence[Number]) -> None:
        each = {abs(number.value): number for number in numbers}
        known = sorted((float(size), float(number.half), number.tells) for size, number in each.items())
        self._sizes = [size for size, _, _ in known]
        self._halves = [half for _, half, _ in known]
        self._figures = [figures for _, _, figures in known]

    def hits(self, values: Sequence[float], given: frozenset[float]) -> dict[int, float]:
        """Which of its numbers some values may have been rounded to, and their figures; a size that is `given` tells nothing."""
        sizes, halves, count = self._sizes, self._halves, len(self._sizes)
        found: dict[int, float] = {}
        for value in values:
            size = abs(value)
            at, reach = bisect_left(sizes, size), 2e-5 * size
            if at and size - sizes[at - 1] <= halves[at - 1] + reach:
                hit = at - 1
            elif at < count and sizes[at] - size <= halves[at] + reach:
                hit = at
            else:
                continue
            if size and size not in given:
                found[hit] = self._figures[hit]
        return found


class _Start(NamedTuple):
    """What the trainings that start alike have in common, and what of the page stands at their start."""

    rows: list[tuple[float, ...]]
    targets: list[float]
    parameters: list[float]
    given: frozenset[float]
    begun: dict[int, float]


class Rough:
    """Trainings held against one page, with what stands at the start worked out once."""

    def __init__(self, page: Page, far: int) -> None:
        self._page = page
        self._far = far  # the first epoch beyond the first ones that the page counts, 0 if none
        self.spent = 0  # rows that were looked at
        self._starts: dict[tuple[object, ...], _Start] = {}

    def score(self, setup: Setup, thorough: bool) -> tuple[float, bool]:
        """How much of the page comes out, told roughly, and whether any of it after the start.

        If `thorough`, also where nothing of the start stands on the page.
        """
        curve = _CURVES[setup.curve]
        self.spent += OVERHEAD + len(setup.rows) * (FIRST + 2)
        asked = (setup.rows, setup.targets, setup.start, setup.curve, setup.is_curved)
        start = self._starts.get(asked)
        if start is None:
            start = self._starts[asked] = self._begin(setup, curve)
        rows, targets, here, given, begun = start
        found: dict[int, float] = {}
        step = float(setup.rate * setup.factor)
        far = bool(begun) or (thorough and self._far * len(setup.rows) <= CHEAP)
        last = self._far if self._far and far else FIRST
        self.spent += len(setup.rows) * max(last - FIRST, 0)
        for epoch in range(1, last + 1):
            here, between = _epoch(setup, rows, targets, here, step, curve)
            if max(map(abs, here)) > _FAR_OFF:
                break
            if epoch <= FIRST or epoch >= self._far - 1:
                losses = _losses(setup, rows, targets, here, curve)
                found |= self._page.hits([*here, *between, *losses], given)
        fresh = {k: figures for k, figures in found.items() if k not in begun}
        if len(fresh) + len(begun) < 2 and max([*fresh.values(), *begun.values()], default=0.0) < LONG:
            return 0.0, False
        return sum(fresh.values()) + 0.5 * sum(begun.values()) - len(fresh), bool(fresh)

    def _begin(self, setup: Setup, curve: Callable[[float], float]) -> _Start:
        rows = [(*map(float, row), *((1.0,) if setup.has_bias else ())) for row in setup.rows]
        targets, here = [float(each) for each in setup.targets], [float(each) for each in setup.start]
        given = frozenset(map(float, setup.given))
        begun = self._page.hits(_at(setup, rows, targets, here, curve), given)
        return _Start(rows, targets, here, given, begun)


def _epoch(
    setup: Setup,
    rows: Sequence[tuple[float, ...]],
    targets: Sequence[float],
    here: list[float],
    step: float,
    curve: Callable[[float], float],
) -> tuple[list[float], list[float]]:
    """Parameters after one epoch, and those on the way."""
    between: list[float] = []
    change = [0.0] * len(here)
    for row, target in zip(rows, targets, strict=True):
        output = curve(sum(map(mul, here, row)))
        error = output - target
        if setup.is_curved:
            error *= _bend(setup, output)
        if setup.in_turn:
            here = [w - step * error * x for w, x in zip(here, row, strict=True)]
            between += here
        else:
            change = [each + error * x for each, x in zip(change, row, strict=True)]
    if not setup.in_turn:
        here = [w - step * each for w, each in zip(here, change, strict=True)]
    return here, between


def _bend(setup: Setup, output: float) -> float:
    if not setup.is_curved:
        return 1.0
    return output * (1 - output) if setup.curve == "sigmoid" else 1 - output * output


def _at(
    setup: Setup,
    rows: Sequence[tuple[float, ...]],
    targets: Sequence[float],
    here: list[float],
    curve: Callable[[float], float],
) -> list[float]:
    """What may be printed at the start, the parameters left out."""
    outputs = [curve(sum(map(mul, here, row))) for row in rows]
    errors = [output - target for output, target in zip(outputs, targets, strict=True)]
    found = [*outputs, *errors, *_losses(setup, rows, targets, here, curve)]
    partial = [0.0] * len(here)
    for row, output, error in zip(rows, outputs, errors, strict=True):
        partial = [each + error * _bend(setup, output) * x for each, x in zip(partial, row, strict=True)]
        found += [times * each for each in partial for times in (1, 2)]
    return found + [times * each / len(rows) for each in partial for times in (1, 2)]


def _losses(
    setup: Setup,
    rows: Sequence[tuple[float, ...]],
    targets: Sequence[float],
    here: list[float],
    curve: Callable[[float], float],
) -> list[float]:
    count, is_sigmoid = len(rows), setup.curve == "sigmoid"
    squares = entropy = 0.0
    for row, target in zip(rows, targets, strict=True):
        output = curve(sum(map(mul, here, row)))
        squares += (output - target) ** 2
        if is_sigmoid:
            likely = output if target else 1 - output
            entropy -= log(likely) if likely > 0 else 0.0
    return [squares, squares / 2, squares / count, squares / count / 2, entropy, entropy / count]
