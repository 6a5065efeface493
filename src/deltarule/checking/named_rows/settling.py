"""Rows by name, each held against the law that most of them follow.

Within a row a value or a slope is had at the parameters of that row, or of the row before where a log tells the loss before the update. From
row to row parameters move by a descent, plain or with momentum, at a learning rate that the document tells. A law holds for
a name where rows show it, in figures that hardly fit by chance; then a row that does not follow it from its own numbers is wrong.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product
from math import log10

from deltarule.algebra.expr import Expr
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.columns.fitting import figures, is_off
from deltarule.checking.columns.makings import FAILED
from deltarule.checking.columns.told import Told
from deltarule.checking.named_rows.laws import Law, OfFunction, Point, losses, renewed, told_as
from deltarule.checking.named_rows.rows import Row, runs
from deltarule.checking.named_rows.steps import Step, steps
from deltarule.checking.numbers_judged import NumbersJudged
from deltarule.checking.origins.verdicts import name_of
from deltarule.checking.step_columns import is_moved
from deltarule.document import Document
from deltarule.exercise import Exercise
from deltarule.naming import Names
from deltarule.spans import Span
from deltarule.written import Written

MAX_RUNS = 40
MAX_WORK = 60_000  # values that are worked out, those of a neuron counted by its samples
MAX_WAYS = 12  # in which a name may be meant
ENOUGH = 4.0  # figures that show a law, beyond those that fit by chance
FEWEST = 2  # rows that show it
ENOUGH_OF_ONE = 3.0  # figures of one row, where the same law is shown by as many as these of other names:
ENOUGH_BESIDES = 6.0
ENOUGH_OF_ALL = 8.0  # figures that show a law beyond doubt
SAME_PART = Fraction(1, 50)  # as near as lengths of steps at one rate come to one another, rounded
FEWEST_OPEN = 1  # numbers that nobody has judged, for a run to be looked at


def settle_named_rows(
    document: Document, judged: Sequence[Judged], names: Names, exercise: Exercise, parts: int = 1
) -> tuple[list[Judged], list[FoundSlip], frozenset[Span]]:
    """Judge what rows tell by name and nobody has judged.

    Returns the judged claims, the slips among them, and where the numbers stand that follow what is known of their names.
    The document is one of so many `parts` of a longer one, which share the work.
    """
    settling = _Settling(judged, Told(document, names, exercise), MAX_WORK // parts)
    for count, run in enumerate(runs(document)):
        if count == MAX_RUNS:
            break
        settling.look(run)
    return settling.numbers.in_order(), settling.slips, frozenset(settling.known)


@dataclass
class _Held:
    """How a law fits names in the rows of a run: what follows it, with what it should be, and what does not."""

    given_for: "Callable[[Sequence[Row]], Given]"
    fits: dict[tuple[int, Expr], Fraction] = field(default_factory=dict)
    misfits: dict[tuple[int, Expr], Fraction] = field(default_factory=dict)
    told: float = 0.0
    telling: set[int] = field(
        default_factory=set
    )  # rows that follow it with a number that is not the one above
    tried: int = 1  # laws up to this one
    goes_on: bool = False  # from row to row, where the first step of two laws may be the same
    is_named: bool = False  # the name itself says what it is the value of

    @property
    def is_shown(self) -> bool:
        """Whether the rows show the law by themselves, or name it."""
        if self.is_named and len(self.fits) + len(self.misfits) >= FEWEST:
            return True
        return len(self.telling) >= FEWEST and self.told >= ENOUGH + log10(self.tried)

    @property
    def is_plain(self) -> bool:
        """Whether nobody can doubt the law, whatever else a number that does not follow it may come from."""
        return (
            len(self.telling) >= FEWEST
            and self.told >= ENOUGH_OF_ALL
            and 2 * len(self.misfits) <= len(self.fits)
        )

    @property
    def is_hinted(self) -> bool:
        """Whether a row follows the law, as it does where another name shows it."""
        return self.told >= ENOUGH_OF_ONE + log10(self.tried)


# of a row and a name: its value, and how far roundings may move that
Given = Callable[[int, Expr], tuple[Fraction, Callable[[], Fraction]] | None]


class _Settling:
    """One look at the runs of a document."""

    def __init__(self, judged: Sequence[Judged], told: Told, most: int) -> None:
        self.numbers = NumbersJudged(judged)
        self.slips: list[FoundSlip] = []
        self.known: set[Span] = set()
        self._told = told
        self._left = most

    def look(self, run: Sequence[Row]) -> None:
        """Hold a run against each law whose parameters it tells."""
        cells = [cell for row in run for cell in row.cells.values()]
        if sum(map(self.numbers.is_open, cells)) < FEWEST_OPEN:
            return
        for law in self._laws(run):
            ways = len(run[0].cells) * MAX_WAYS + sum(1 for _ in self._steps(law)) * len(law.parameters)
            self._left -= len(run) * ways * law.cost
            if self._left > 0:
                ends = set(law.parameters) <= run[-1].cells.keys()
                self._hold(run if ends else run[:-1], law)

    def _laws(self, run: Sequence[Row]) -> Iterator[Law]:
        told, names = self._told, run[0].cells.keys()
        with_value = sum(not function.slopes for function in told.functions)
        for function in told.functions:
            variables = told_as(function.variables, names)
            if variables:
                yield OfFunction(function, variables, told.names, with_value == 1)
        start = next(iter(run[0].cells.values())).span.start
        yield from losses(told.models((), start), names, told.names)

    def _hold(self, run: Sequence[Row], law: Law) -> None:
        """Hold every name of a run against what the law gives for it."""
        found = list(self._moves(run, law))
        meant = _mended(run, found[0]) if found and found[0].is_shown else run
        if meant is not run:  # somebody may go on from the right value
            _excuse(run, found[0], law.parameters, found[0].given_for(meant))
        new = renewed(law.parameters, run[0].cells.keys())
        found += self._renewed(run, law, new)
        for name in run[0].cells:
            if name in law.parameters or name in new:
                continue
            ways = [_At(law, key, back) for key in law.of(name) for back in (0, 1)]
            held = [_held(run, [name], way) for way in ways]
            best = max(held, key=lambda each: each.told, default=None)
            if best is not None:
                best.tried, best.is_named = len(ways), law.is_named(name)
                if meant is not run:
                    _excuse(run, best, [name], best.given_for(meant))
                found.append(best)
        for each in found:
            others = sum(other.told for other in found if other is not each)
            if each.is_shown or (not each.goes_on and others >= ENOUGH_BESIDES and each.is_hinted):
                self._judge(run, each)

    def _moves(self, run: Sequence[Row], law: Law) -> Iterator[_Held]:
        """The parameters as the step that fits most of them from the rows before has them."""
        held = [_held(run, law.parameters, _Stepped(law, step)) for step in self._steps(law)]
        best = max(held, key=lambda each: each.told, default=None)
        if best is not None:
            best.tried, best.goes_on = len(held), True
            _follow(self._told.document, run, law, best)
            yield best

    def _renewed(self, run: Sequence[Row], law: Law, new: Mapping[Expr, int]) -> Iterator[_Held]:
        """What rows tell of the points that their own steps lead to."""
        held = [_held(run, list(new), _Stepped(law, step, new)) for step in self._steps(law)] if new else []
        best = max(held, key=lambda each: each.told, default=None)
        if best is not None:
            best.tried = len(held)
            _follow(self._told.document, run, law, best)
            yield best

    def _steps(self, law: Law) -> Iterator[Step]:
        return steps(law, self._told.rates, self._told.momenta)

    def _judge(self, run: Sequence[Row], held: _Held) -> None:
        for (row, name), value in held.fits.items():
            cell = run[row].cells[name]
            self.numbers.settle(cell, value)
            self.known.add(cell.span)
        shown = {name for _, name in held.fits}
        longer = _at_another_rate(run, held) if held.goes_on else frozenset()
        for (row, name), value in held.misfits.items():
            cell = run[row].cells[name]
            may_be_wrong = self.numbers.is_open(cell) or (held.is_plain and self.numbers.is_only_told(cell))
            if may_be_wrong and row not in longer and (held.is_named or name in shown):
                by = "from the numbers of the rows"
                self.slips.append(self.numbers.charge(cell, value, name_of(name), by))


def _at_another_rate(run: Sequence[Row], held: _Held) -> frozenset[int]:
    """The rows whose steps are by one part longer or shorter than they should be, if most are: another learning rate is taken there."""
    parts: dict[int, list[Fraction]] = {}
    for (row, name), value in held.misfits.items():
        before, here = run[row - 1].cells[name].written.value, run[row].cells[name].written.value
        parts.setdefault(row, []).append(
            (here - before) / (value - before) if value != before else Fraction(0)
        )
    for part in [first for first, *_ in parts.values()]:
        alike = {
            row for row, each in parts.items() if all(abs(p - part) <= abs(part) * SAME_PART for p in each)
        }
        if len(alike) > 1 and 2 * len(alike) > len(parts):
            return frozenset(alike)
    return frozenset()


def _held(run: Sequence[Row], names: Sequence[Expr], given_for: Callable[[Sequence[Row]], Given]) -> _Held:
    held = _Held(given_for)
    given = given_for(run)
    told: dict[tuple[Expr, Fraction], float] = {}
    for row, name in product(range(len(run)), names):
        found = given(row, name) if name in run[row].cells else None
        if found is None:
            continue
        value, slack = found
        written = run[row].cells[name].written
        fitting = figures(written, value, slack)
        if fitting is not None:
            held.fits[row, name] = value
            if row and run[row - 1].cells[name].written.value == written.value:
                continue  # what stays tells nothing of what moves it
            held.telling.add(row)
            key = (name, written.value)
            told[key] = max(fitting, told.get(key, 0.0))
        elif is_off(written, value, slack()):
            held.misfits[row, name] = value
    held.told = sum(told.values())
    return held


def _mended(run: Sequence[Row], held: _Held) -> Sequence[Row]:
    """The rows with the right values in the place of wrong ones; the run itself where all are right."""
    if not held.misfits:
        return run
    rows = list(run)
    for (row, name), value in held.misfits.items():
        cell = rows[row].cells[name]
        mended = replace(cell, written=Written(cell.written.text, value, cell.written.places))
        rows[row] = replace(rows[row], cells={**rows[row].cells, name: mended})
    return rows


def _excuse(run: Sequence[Row], held: _Held, names: Sequence[Expr], given: Given) -> None:
    """Take for right what follows from the right values, where a wrong one stands in front of it."""
    for row, name in [each for each in held.misfits if each[1] in names]:
        found = given(row, name)
        if found is not None and figures(run[row].cells[name].written, *found) is not None:
            held.fits[row, name] = found[0]
            del held.misfits[row, name]


def _follow(document: Document, run: Sequence[Row], law: Law, held: _Held) -> None:
    """Take for right what follows from a slope or a step that the row before tells, wrong or not."""
    way = held.given_for
    if not isinstance(way, _Stepped) or way.step.rows != 1:
        return
    copies = renewed(law.parameters, run[0].cells.keys()) if way.new is None else {}
    for row, name in [*held.misfits]:
        before, j = run[way.last(row)].cells, way.parameter(name)
        copied = [other for other, place in copies.items() if place == j and other in before]
        if any(before[other].written.value == run[row].cells[name].written.value for other in copied):
            held.misfits.pop((row, name))
            continue
        start, rate = before[law.parameters[j]].written.value, way.step.rate
        here = run[row].cells[name].written
        named = {cell.span.start for cell in before.values()}
        if is_moved(document, run[way.last(row)].line, named, start, here):
            held.fits[row, name] = here.value
            held.misfits.pop((row, name))
            continue
        for other, cell in before.items():
            if not set(law.of(other)) & set(law.slopes[j]):
                continue
            value, slack = start - rate * cell.written.value, rate * cell.written.unit / 2
            if figures(run[row].cells[name].written, value, lambda slack=slack: slack) is not None:  # type: ignore[misc]  # bound at once
                held.fits[row, name] = value
                held.misfits.pop((row, name), None)


@dataclass(frozen=True)
class _At:
    """What a law gives at the parameters of a row, or of the row before."""

    law: Law
    key: str
    back: int

    def __call__(self, run: Sequence[Row]) -> Given:
        """For the rows of a run."""
        law, key = self.law, self.key

        def given(row: int, _: Expr) -> tuple[Fraction, Callable[[], Fraction]] | None:
            if self.back and (row == 0 or run[row].is_behind_gap):
                return None
            value = law.at(_point(run[row - self.back], law)).get(key)
            if value is None:
                return None
            before = [run[row - self.back]]
            return value, lambda: _moved(before, law, lambda points: law.at(points[0]).get(key), value)

        return given


@dataclass(frozen=True)
class _Stepped:
    """What a step from the rows before leads to; with names for new values in a row, from that row itself."""

    law: Law
    step: Step
    new: Mapping[Expr, int] | None = None

    def parameter(self, name: Expr) -> int:
        """The place of the parameter that a name is about."""
        return self.law.parameters.index(name) if self.new is None else self.new[name]

    def last(self, row: int) -> int:
        """The row that the step to a number of some row goes on from."""
        return row - 1 if self.new is None else row

    def __call__(self, run: Sequence[Row]) -> Given:
        """For the rows of a run."""
        law, step = self.law, self.step

        def given(row: int, name: Expr) -> tuple[Fraction, Callable[[], Fraction]] | None:
            end = self.last(row) + 1
            first = max(end - step.rows, 0)
            if end == 0 or any(each.is_behind_gap for each in run[first + 1 : row + 1]):
                return None
            rest = [run[0]] * (step.rows - end)  # where a run begins nothing moves yet
            before, j = [*rest, *run[first:end]], self.parameter(name)

            def lead(points: Sequence[Point]) -> Fraction | None:
                try:
                    return step.lead(points, j)
                except FAILED:
                    return None

            value = lead([_point(each, law) for each in before])
            return None if value is None else (value, lambda: _moved(before, law, lead, value))

        return given


def _point(row: Row, law: Law) -> Point:
    return tuple(row.cells[name].written.value for name in law.parameters)


def _moved(
    rows: Sequence[Row], law: Law, given: Callable[[Sequence[Point]], Fraction | None], value: Fraction
) -> Fraction:
    """How far roundings of the parameters of some rows may move what is had with them."""
    points = [_point(row, law) for row in rows]
    slack = Fraction(0)
    for k, row in enumerate(rows):
        for j, name in enumerate(law.parameters):
            written = row.cells[name].written
            if written.places > 0:
                moved = (*points[k][:j], points[k][j] + written.unit / 2, *points[k][j + 1 :])
                other = given([*points[:k], moved, *points[k + 1 :]])
                slack += abs(other - value) if other is not None else written.unit
    return slack
