"""A run replayed row by row from the author's own last numbers, and how what is printed fits it.

A row begins with the parameters of the row before, or with those that stand in front of its arrows. It prints parameters after the step or before it: what
else it prints is had at one or the other. Where a parameter printed wrong is not gone on with, the right one is.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial

from deltarule.checking.columns.blocks import Cell
from deltarule.checking.columns.fitting import figures, is_off
from deltarule.checking.logs.laws import Given, Law, Point
from deltarule.checking.logs.lines import Key
from deltarule.checking.logs.rows import LogRow
from deltarule.records import record
from deltarule.written import Written

FEWEST_EXACT = 2  # rows
HELD = 4  # numbers that are as much work to hold against a value as a value is to work out
FULL = 15  # figures of a binary number in full
NOISE = Fraction(1, 10**6)  # of its arithmetic, in single precision
_RANKS = ("net", "output", "error", "loss", "slope", "next")  # in the order in which they are worked out
_LOSSES = frozenset(
    {"mse", "half", "sse", "square"}
)  # that begin the names of losses that are worked from errors


@record
class Pace:
    """How far a step goes: the learning rate, or none where each row prints its own, and the share of the last step that is kept."""

    rate: Fraction | None
    momentum: Fraction = Fraction(0)


@record
class Velocity:
    """Which parameter a printed velocity moves, and by what it is multiplied for that: 1 and -1, or the learning rate."""

    j: int
    times: Fraction


@record
class Place:
    """Parameters, and how far each may be from what the author went on with."""

    point: Point
    reach: Point


@record
class _Moved:
    """What a law gives around a place, which is kept with it: it is known by being the same one."""

    place: Place
    found: Sequence[tuple[Mapping[str, Fraction], Fraction]]


@dataclass
class Fits:
    """How what is given fits the numbers of one key: rows with the value, rows with what they should be, figures that tell."""

    name: str = ""
    back: int = 0
    fits: dict[tuple[int, Key], Fraction] = field(default_factory=dict)
    misfits: dict[tuple[int, Key], Fraction] = field(default_factory=dict)
    near: dict[tuple[int, Key], Fraction] = field(
        default_factory=dict
    )  # off, by no more than roundings may explain
    telling: set[int] = field(default_factory=set)
    told: float = 0.0


class Replay:
    """One way of taking the rows of a log: as a law with its parameters under some keys, from a start."""

    def __init__(
        self, run: Sequence[LogRow], law: Law, keys: Sequence[Key], start: Place, is_start_told: bool
    ) -> None:
        self.run, self.law, self.keys, self.start = run, law, tuple(keys), start
        self.is_start_told = is_start_told
        self.from_keys = tuple(key._replace(is_after=False) for key in keys if key.is_after)
        self.spent = self.held = 0
        self.is_full = _is_full(run)
        self._taken: dict[Key, Fits] = {}
        self.velocities: dict[Key, Velocity] = {}
        self.rate_key: Key | None = None  # under which each row prints its learning rate
        self._here: list[Place | None] = [self._place(row, self.keys) for row in range(len(run))]
        self._known: dict[tuple[object, ...], Mapping[str, Fraction]] = {}
        self._moved: dict[tuple[int, int, tuple[tuple[str, Fraction], ...]], _Moved] = {}
        self.right: dict[int, Place] = {}  # where a row that is wrong should have come to

    @property
    def work(self) -> int:
        """What was worked out so far, and a part of it for each number that was held against something."""
        return self.spent + self.held // HELD

    @property
    def taken(self) -> Mapping[Key, Fits]:
        """What the other keys are taken for."""
        return self._taken

    @taken.setter
    def taken(self, taken: dict[Key, Fits]) -> None:
        self._taken = taken
        self._moved.clear()  # what is printed of them has other names now

    def _at(self, point: Point, row: int, given: Given) -> Mapping[str, Fraction]:
        """What the law gives, worked out once."""
        asked = (point, row, tuple(given.items()))
        known = self._known.get(asked)
        if known is None:
            self.spent += self.law.cost
            known = self._known[asked] = self.law.at(point, row, given)
        return known

    def _place(self, row: int, keys: Sequence[Key]) -> Place | None:
        cells = [self.run[row].cells.get(key) for key in keys]
        if any(cell is None for cell in cells):
            return None
        written = [cell.written for cell in cells if cell is not None]
        return Place(
            tuple(each.value for each in written),
            tuple(each.unit / 2 if each.places > 0 and not self.is_full else Fraction(0) for each in written),
        )

    def places(self, row: int, back: int) -> list[Place]:
        """The parameters with which a row begins (`back` 1), or which it prints (0)."""
        if not back:
            return [place for place in (self._here[row], self.right.get(row)) if place is not None]
        found: list[Place | None] = []
        if len(self.from_keys) == len(self.keys):
            found.append(self._place(row, self.from_keys))
        elif row == 0:
            found.append(self.start)
        if row and not self.run[row].is_behind_gap:
            found += [self._here[row - 1], self.right.get(row - 1)]
        return [place for place in dict.fromkeys(found) if place is not None]

    def printed(self, row: int, below: str) -> Given:
        """What the author has printed in a row of what is worked out before something else."""
        found: dict[str, Fraction] = {}
        for key, taken in self.taken.items():
            rank = _rank(taken.name)
            cell = self.run[row].cells.get(key)
            if (
                cell is not None
                and taken.back
                and rank in _RANKS
                and rank != "loss"
                and _RANKS.index(rank) < _RANKS.index(below)
            ):
                found[taken.name] = cell.written.value
        return found

    def values(self, row: int, name: str, back: int) -> Iterator[tuple[Fraction, Callable[[], Fraction]]]:
        """What a name of the law may be in a row, in each way of having come to it, and how far roundings may move that."""
        rank = _rank(name)
        given = self.printed(row, rank) if back and rank in _RANKS else {}
        ways = [given, {}] if given else [{}]
        for place in self.places(row, back):
            for way in ways:
                value = self._at(place.point, row, way).get(name)
                if value is not None:
                    yield value, self._slack(place, row, way, lambda found: found.get(name), value)

    def steps(
        self, row: int, j: int, pace: Pace, scale: str
    ) -> Iterator[tuple[Fraction, Callable[[], Fraction]]]:
        """Where a step from the row before may lead a parameter."""
        for place, moved, slack in self._moves(row, j, pace, scale):
            yield place.point[j] + moved, partial(_more, slack, place.reach[j])
        for key, velocity in self.velocities.items():  # which is printed in this row
            cell = self.run[row].cells.get(key)
            if velocity.j == j and cell is not None:
                for place in self.places(row, 1):
                    reach = abs(velocity.times) * cell.written.unit / 2 + place.reach[j]
                    yield place.point[j] + velocity.times * cell.written.value, partial(abs, reach)

    def _moves(
        self, row: int, j: int, pace: Pace, scale: str
    ) -> Iterator[tuple[Place, Fraction, Callable[[], Fraction]]]:
        """How far a step from the places where a row begins may move a parameter."""
        if row and self.run[row].is_behind_gap and len(self.from_keys) < len(self.keys):
            return
        rate = pace.rate if pace.rate is not None else self._own_rate(row)
        if rate is None:
            return
        name = f"slope {j} {scale}"
        for place in self.places(row, 1):
            for last, far in self._last_moves(row, j, place) if pace.momentum else ((Fraction(0),) * 2,):
                for given, reach in self._slopes(row, name):
                    slope = self._at(place.point, row, given).get(name)
                    if slope is None:
                        continue
                    led = partial(_led, name=name, rate=rate)
                    slack = self._slack(place, row, given, led, -rate * slope)
                    moved = pace.momentum * last - rate * slope
                    yield place, moved, partial(_more, slack, rate * reach + pace.momentum * far)

    def _own_rate(self, row: int) -> Fraction | None:
        """The learning rate that a row prints."""
        cell = self.run[row].cells.get(self.rate_key) if self.rate_key is not None else None
        return None if cell is None else cell.written.value

    def _last_moves(self, row: int, j: int, place: Place) -> Iterator[tuple[Fraction, Fraction]]:
        """By how much the step before moved a parameter, as a velocity tells it or the places do, and how far roundings may move that."""
        if not row:
            yield Fraction(0), Fraction(0)
            return
        for key, velocity in self.velocities.items():
            cell = self.run[row - 1].cells.get(key)
            if velocity.j == j and cell is not None:
                times = velocity.times
                yield times * cell.written.value, abs(times) * cell.written.unit / 2
        for before in self.places(row - 1, 1):
            if not self.run[row - 1].is_behind_gap:
                yield place.point[j] - before.point[j], place.reach[j] + before.reach[j]

    def _slopes(self, row: int, name: str) -> Iterator[tuple[Given, Fraction]]:
        """What the author has printed of a step: the slope in this row, or in the one before if that tells where it goes on from."""
        taken = next(((key, each) for key, each in self.taken.items() if each.name == name), None)
        if taken is not None:
            key, each = taken
            at = row if each.back else row - 1
            cell = self.run[at].cells.get(key) if at >= 0 else None
            if cell is not None:
                yield {name: cell.written.value}, Fraction(0) if self.is_full else cell.written.unit / 2
        printed = self.printed(row, "slope")
        if printed:
            yield printed, Fraction(0)
        yield {}, Fraction(0)

    def _slack(
        self,
        place: Place,
        row: int,
        given: Given,
        wanted: Callable[[Mapping[str, Fraction]], Fraction | None],
        value: Fraction,
    ) -> Callable[[], Fraction]:
        def moved() -> Fraction:
            slack = Fraction(0)
            for found, reach in self._around(place, row, given):
                other = wanted(found)
                slack += abs(other - value) if other is not None else reach
            return slack

        return moved

    def _around(
        self, place: Place, row: int, given: Given
    ) -> Sequence[tuple[Mapping[str, Fraction], Fraction]]:
        """What the law gives where roundings move one number each, and how far: the same for all that is asked of a place."""
        asked = (id(place), row, tuple(given.items()))
        known = self._moved.get(asked)
        if known is None:
            found = [
                (
                    self._at((*place.point[:j], place.point[j] + reach, *place.point[j + 1 :]), row, given),
                    reach,
                )
                for j, reach in enumerate(place.reach)
                if reach
            ]
            found += [
                (
                    self._at(place.point, row, {**given, name: number + self._reach(row, name)}),
                    Fraction(0),
                )
                for name, number in given.items()
            ]
            known = self._moved[asked] = _Moved(place, found)
        return known.found

    def _reach(self, row: int, name: str) -> Fraction:
        """How far a printed number may be from what the author went on with."""
        key = next(key for key, taken in self.taken.items() if taken.name == name)
        cell = self.run[row].cells.get(key) or (self.run[row - 1].cells.get(key) if row else None)
        rounds = cell is not None and cell.written.places > 0 and not self.is_full
        return cell.written.unit / 2 if cell is not None and rounds else Fraction(0)

    def fit(self, key: Key, name: str, back: int, most: int | None = None, only_fits: bool = False) -> Fits:
        """How the numbers of a key fit a name of the law, in the first rows or in all; which do not, unless `only_fits` are wanted."""
        found = Fits(name, back)
        for row in range(len(self.run[:most])):
            cell = self.run[row].cells.get(key)
            if cell is not None and not cell.is_operand:
                self._hold(found, row, key, cell, list(self.values(row, name, back)), only_fits)
        if not only_fits:
            _hold_exactly(found, self.run)
        found.told = _told(found, self.run)
        return found

    def _hold(
        self,
        found: Fits,
        row: int,
        key: Key,
        cell: Cell,
        ways: Sequence[tuple[Fraction, Callable[[], Fraction]]],
        only_fits: bool = False,
    ) -> None:
        """Hold a number against each way of having come to it."""
        written = cell.written
        self.held += 1
        for value, slack in ways:
            if self._is_value(written, value, slack):
                found.fits[row, key] = value
                before = self.run[row - 1].cells.get(key) if row else None
                if before is None or before.written.value != written.value:
                    found.telling.add(row)
                return
        if ways and not only_fits and self.begins_known(row):
            is_far = self.is_full or all(is_off(written, value, slack()) for value, slack in ways)
            (found.misfits if is_far else found.near)[row, key] = ways[0][0]

    def _is_value(self, written: Written, value: Fraction, slack: Callable[[], Fraction]) -> bool:
        """Whether a number is a value, as far as this log rounds."""
        if self.is_full:
            return abs(written.value - value) <= NOISE * max(Fraction(1), abs(value))
        if written.places <= 0 and written.figures <= 1 and value != written.value:
            return False  # 1 for 0.73 is a class, not a rounding
        return figures(written, value, slack) is not None

    def begins_known(self, row: int) -> bool:
        """Whether it is told with what a row begins; where nothing is told, parameters that start at 0 can be seen, others not."""
        return row > 0 or self.is_start_told or bool(self.from_keys)

    def fit_velocity(self, key: Key, velocity: Velocity, pace: Pace, scale: str) -> Fits:
        """How the numbers of a key fit the velocity of a parameter."""
        found = Fits("velocity", 1)
        for row in range(len(self.run)):
            cell = self.run[row].cells.get(key)
            if cell is not None and not cell.is_operand:
                ways = [
                    (moved / velocity.times, partial(_scaled, slack, abs(1 / velocity.times)))
                    for _, moved, slack in self._moves(row, velocity.j, pace, scale)
                ]
                self._hold(found, row, key, cell, ways)
        found.told = _told(found, self.run)
        return found

    def fit_steps(self, pace: Pace, scale: str) -> Fits:
        """How the parameters fit a step at a learning rate."""
        found = Fits(f"next {pace.rate} {pace.momentum} {scale}", 1)
        self.right = {}
        for row in range(len(self.run)):
            right: list[Fraction] = []
            for j, key in enumerate(self.keys):
                cell = self.run[row].cells.get(key)
                if cell is None or cell.is_operand:
                    break
                ways = list(self.steps(row, j, pace, scale))
                self._hold(found, row, key, cell, ways)
                right.append(found.misfits.get((row, key), cell.written.value))
            here = self._here[row]
            if here is not None and len(right) == len(self.keys) and tuple(right) != here.point:
                self.right[row] = Place(tuple(right), here.reach)
        _hold_exactly(found, self.run)
        found.told = _told(found, self.run)
        return found

    def know_exactly(self, steps: Fits) -> None:
        """Let parameters have lost no digits in the rows to which exact steps lead from a start that is told exactly."""
        exact = 0
        for row, here in enumerate(self._here):
            fits = [steps.fits.get((row, key)) for key in self.keys]
            begins = row == 0 and here is not None and here.point == self.start.point and self.is_start_told
            if here is None or not (begins or fits == list(here.point)):
                break
            exact = row + 1
        led = sum(row in steps.telling for row in range(exact))
        if led >= FEWEST_EXACT:
            for row in range(exact):
                here = self._here[row]
                if here is not None:
                    self._here[row] = Place(here.point, (Fraction(0),) * len(here.point))
            self._moved.clear()


def _rank(name: str) -> str:
    """What a name of a law is, as far as that says what is worked out before it."""
    first = name.split()[0]
    return "loss" if first in _LOSSES else first.replace("missing", "error")


def _led(found: Mapping[str, Fraction], name: str, rate: Fraction) -> Fraction | None:
    """What a step changes."""
    return -rate * found[name] if name in found else None


def _scaled(slack: Callable[[], Fraction], times: Fraction) -> Fraction:
    return slack() * times


def _more(slack: Callable[[], Fraction], reach: Fraction) -> Fraction:
    return slack() + reach


def _is_full(run: Sequence[LogRow]) -> bool:
    """Whether a log prints all the digits of binary numbers, so that a short one is no rounding: 0.1, 0.30000000000000004."""
    return any(cell.written.figures >= FULL for row in run for cell in row.cells.values())


def _hold_exactly(found: Fits, run: Sequence[LogRow]) -> None:
    """Take what is near for wrong where nothing is rounded: all that fits is exact, in as many places as it needs."""
    written = {(row, key): run[row].cells[key].written for row, key in (*found.fits, *found.near)}
    exact = all(written[at].value == value for at, value in found.fits.items())
    if exact and len(found.telling) >= FEWEST_EXACT and len({written[at].places for at in found.fits}) > 1:
        off = {
            at: value for at, value in found.near.items() if abs(written[at].value - value) > written[at].unit
        }
        found.misfits |= off


def _told(found: Fits, run: Sequence[LogRow]) -> float:
    """The figures that tell, each number once, and none that stands in the row above."""
    told: dict[tuple[Key, Fraction], float] = {}
    for (row, key), value in found.fits.items():
        if row in found.telling:
            written = run[row].cells[key].written
            fitting = figures(written, value, partial(abs, written.unit))
            told[key, written.value] = max(fitting or 0.3, told.get((key, written.value), 0.0))
    return sum(told.values())
