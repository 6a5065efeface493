"""Numbers of a page held against what a training gives: rows by the epochs that they count, lists as a whole, long numbers by themselves."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import log10

from deltarule.checking.columns.blocks import Cell
from deltarule.checking.trained.course import State
from deltarule.checking.trained.shown import FIGURES, Number, Rows

DOUBLE, SINGLE = Decimal("1e-10"), Decimal("2e-5")  # of a number: what binary arithmetic may be off
_IN_FULL = 8  # figures of a number that shows how a program counts
_WHOLE = 3  # figures of a whole number that may be a rounding
_OFFSETS = (0, 1, -1)
_LISTED = ("sum", "two", "mean", "two mean")
_SINGLES = ("sse", "half sse", "mse", "half mse", "rmse", "entropy", "mean entropy", "mae")


@dataclass
class Matched:
    """What fits, what should stand where something does not, and how many figures tell that."""

    fits: dict[Cell, Decimal] = field(default_factory=dict)
    odd: dict[Cell, Decimal] = field(default_factory=dict)
    told: float = 0.0


class Worked:
    """What a training gives at epochs."""

    def __init__(self, states: Mapping[int, State], given: Collection[Decimal], is_single: bool) -> None:
        """Take what stands at epochs; the sizes of numbers that are `given` say nothing alone."""
        self.states = states
        self._given = given
        self.noise = SINGLE if is_single else DOUBLE
        self._by_size: dict[int, list[tuple[float, tuple[Decimal, ...]]]] = {}
        self._all: list[tuple[float, Decimal]] | None = None
        self._few: list[Decimal] | None = None

    # -- one number

    def is_value(self, number: Number, value: Decimal) -> bool:
        """Whether a number is a value, as programs round."""
        apart = abs(number.value - value)
        if number.written.places <= 0 and number.written.figures < _WHOLE:
            return apart <= self.noise * abs(value)  # 2 is no rounding of 1.97 here
        return apart <= number.half or apart <= number.half + self.noise * abs(value)

    def single(self, number: Number) -> tuple[Decimal, float] | None:
        """What a long number is, and how many figures tell it."""
        written = number.written
        if written.places <= 0 or written.figures < FIGURES:
            return None
        if self._all is None:
            values = {
                value
                for epoch, state in self.states.items()
                for name, each in state.items()
                if epoch or name != "place"
                for value in each
                if abs(value) not in self._given
            }
            self._all = sorted((float(value), value) for value in values if abs(value) < 10**12)
        rough, reach = float(number.value), float(2 * number.half) + 3e-5 * abs(float(number.value))
        low = bisect_left(self._all, rough - reach, key=lambda each: each[0])
        high = bisect_right(self._all, rough + reach, key=lambda each: each[0])
        for _, value in self._all[low:high]:
            if self.is_value(number, value):
                return value, max(0.0, number.tells - log10(len(self._all)) + 0.5)
        return None

    def is_anywhere(self, number: Number) -> bool:
        """Whether a number is anything that the training gives."""
        return any(
            self.is_value(number, value)
            for state in self.states.values()
            for each in state.values()
            for value in each
        )

    # -- lists

    def vector(self, numbers: Sequence[Number]) -> Matched | None:
        """What a list is, as a whole; in a long one a single number may be otherwise."""
        told = {abs(each.value): each.tells for each in numbers}
        known = self._of_size(len(numbers))
        if not known or sum(told.values()) <= 1.5:
            return None
        best: Matched | None = None
        for at in (0, 1) if len(numbers) > 2 else (0,):  # the first may be the one that is otherwise
            for value in self._near(known, numbers[at], at):
                fits = [self.is_value(each, part) for each, part in zip(numbers, value, strict=True)]
                if all(fits) or (len(fits) > 2 and sum(fits) == len(fits) - 1):
                    found = Matched()
                    for each, part, fit in zip(numbers, value, fits, strict=True):
                        (found.fits if fit else found.odd)[each.cell] = part
                    figures = {
                        abs(each.value): each.tells for each, fit in zip(numbers, fits, strict=True) if fit
                    }
                    found.told = sum(figures.values()) - log10(len(known)) - 2 * len(found.odd)
                    if best is None or found.told > best.told:
                        best = found
            if best is not None:
                break
        return best if best is not None and best.told > 0 else None

    def _near(
        self, known: list[tuple[float, tuple[Decimal, ...]]], number: Number, at: int
    ) -> Iterator[tuple[Decimal, ...]]:
        rough, reach = float(number.value), float(2 * number.half) + 3e-5 * abs(float(number.value))
        if at:
            yield from (value for _, value in known if abs(float(value[at]) - rough) <= reach)
            return
        low = bisect_left(known, rough - reach, key=lambda each: each[0])
        high = bisect_right(known, rough + reach, key=lambda each: each[0])
        for _, value in known[low:high]:
            yield value

    def _of_size(self, size: int) -> list[tuple[float, tuple[Decimal, ...]]]:
        found = self._by_size.get(size)
        if found is None:
            values = dict.fromkeys(
                value
                for value in self._vectors(size)
                if max(map(abs, value)) < 10**12 and any(abs(each) not in self._given for each in value)
            )
            found = self._by_size[size] = sorted(
                ((float(value[0]), value) for value in values), key=lambda each: each[0]
            )
        return found

    def _vectors(self, size: int) -> Iterator[tuple[Decimal, ...]]:
        """All lists of a length that may be printed."""
        width = len(next(iter(self.states.values()))["place"])
        for epoch, state in self.states.items():
            for name, value in state.items():
                if name.startswith(("place", "slope", "part")):
                    if name == "place" and not epoch:
                        continue
                    if width == size:
                        yield value
                        yield (value[-1], *value[:-1])
                    elif width == size + 1:
                        yield value[:-1]
                elif name == "turn place":
                    for k in range(0, len(value), width):
                        place = value[k : k + width]
                        if width == size:
                            yield place
                            yield (place[-1], *place[:-1])
                        elif width == size + 1:
                            yield place[:-1]
                elif len(value) == size or (name in ("output", "turn output") and size < len(value)):
                    yield value[:size]
                if size == 1 and name == "place":
                    yield value[-1:]
        yield from self._along(size)

    def _along(self, size: int) -> Iterator[tuple[Decimal, ...]]:
        """Values of so many epochs side by side, from the first or the second."""
        for begin in (0, 1):
            states = [self.states.get(begin + k) for k in range(size)]
            some = [state for state in states if state is not None]
            if len(some) < size:
                continue
            for name in some[0]:
                if len(some[0][name]) == 1 and all(name in state for state in some):
                    yield tuple(state[name][0] for state in some)
            for j in range(len(some[0]["place"])):
                yield tuple(state["place"][j] for state in some)

    # -- rows

    def column(self, rows: Rows, cells: Mapping[int, Number]) -> Matched | None:
        """What the numbers of a column are, by the epochs that their rows count."""
        best: Matched | None = None
        first = [k for k in sorted(cells) if cells[k].tells > 1 or k == max(cells)][:3]
        options = tried = 0
        for offset in _OFFSETS if rows.is_counted else _OFFSETS[:2]:
            state = next((self.states[e + offset] for e in rows.epochs if e + offset in self.states), None)
            if state is None:
                continue
            for name, values in state.items():
                if name.startswith("part"):
                    continue
                turn = name.startswith("turn")
                width = len(state["place"]) if name == "turn place" else 1
                for j in range(width if turn else len(values)):
                    options += 1
                    if turn and not any(rows.turns):
                        continue
                    if not any(
                        (value := self._at(rows, k, offset, name, j, width)) is not None
                        and self.is_value(cells[k], value)
                        for k in first
                    ):
                        continue
                    tried += 1
                    found = self._held(rows, cells, offset, name, j, width)
                    if found is not None and (best is None or found.told > best.told):
                        best = found
        if best is None:
            return None
        best.told -= log10(max(options, 1))
        return best if best.told > 0 else None

    def _at(self, rows: Rows, k: int, offset: int, name: str, j: int, width: int) -> Decimal | None:
        """What a name gives in a row."""
        state = self.states.get(rows.epochs[k] + offset)
        values = state.get(name) if state is not None else None
        if values is None:
            return None
        at = rows.turns[k] * width + j if name.startswith("turn") else j
        return values[at] if at < len(values) else None

    def _held(
        self, rows: Rows, cells: Mapping[int, Number], offset: int, name: str, j: int, width: int
    ) -> Matched | None:
        found = Matched()
        told: dict[Decimal, float] = {}
        for k, each in cells.items():
            value = self._at(rows, k, offset, name, j, width)
            if value is None:
                continue
            if self.is_value(each, value):
                found.fits[each.cell] = value
                told[abs(each.value)] = each.tells
            else:
                found.odd[each.cell] = value
        if len(found.fits) < 2 or 2 * len(found.odd) > len(found.fits):
            return None
        found.told = sum(told.values()) - 2 * len(found.odd)
        return found

    # -- what stands beside what fits

    def beside(self, number: Number) -> Decimal | None:
        """What a number is that stands on a line with others that fit: a parameter or a loss, and not by chance."""
        if self._few is None:
            names = ("place", "running sse", "running mse", "running half sse", *_SINGLES)
            values = (
                value for state in self.states.values() for name in names for value in state.get(name, ())
            )
            self._few = sorted({value for value in values if abs(value) < 10**12})
        if number.written.figures < log10(max(len(self._few), 1)) + 0.5:
            return None
        at = bisect_left(self._few, number.value - 2 * number.half - self.noise * abs(number.value))
        for value in self._few[at : at + 3]:
            if self.is_value(number, value):
                return value
        return None

    def outputs(self, numbers: Sequence[Number]) -> Iterator[tuple[Cell, Decimal]]:
        """A list of short numbers that has all outputs, or classes, of the start or the end."""
        ends = (self.states[min(self.states)], self.states[max(self.states)])
        for state in ends if len(numbers) > 2 else ():
            for name in ("output", "net", "class"):
                values = state.get(name, ())
                if len(values) == len(numbers) and all(map(self.is_value, numbers, values)):
                    yield from ((each.cell, value) for each, value in zip(numbers, values, strict=True))
                    return

    # -- prose

    def told_at(self, number: Number, epochs: Sequence[int]) -> Decimal | None:
        """What a short number is at one of some epochs: a parameter, a loss, where the output changes."""
        for epoch in epochs:
            state = self.states.get(epoch)
            if state is None:
                continue
            place = state["place"]
            values = [*place, *(state[name][0] for name in _SINGLES if name in state)]
            if len(place) == 2 and place[0]:
                values.append(-place[1] / place[0])
            for value in values:
                if self.is_value(number, value):
                    return value
        return None
