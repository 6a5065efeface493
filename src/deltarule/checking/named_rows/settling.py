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

from deltarule.algebra.expr import Apply, Expr, Symbol
from deltarule.checking.another_rate import SAME_PART, rows_at_another_rate
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.columns.blocks import Cell
from deltarule.checking.columns.fitting import figures, is_off
from deltarule.checking.columns.told import Told
from deltarule.checking.named_rows.giving import At, Given, Stepped, carried_rows
from deltarule.checking.named_rows.laws import Law, OfFunction, losses, renewed, taken_ahead, told_as
from deltarule.checking.named_rows.rows import Row, runs
from deltarule.checking.named_rows.steps import NEWTON, Step, steps
from deltarule.checking.numbers_judged import NumbersJudged
from deltarule.checking.origins.verdicts import name_of
from deltarule.checking.step_columns import is_moved
from deltarule.document import Document
from deltarule.exercise import Exercise
from deltarule.findings import Status
from deltarule.formulas import Role
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
FEWEST_NEAR = 4  # numbers that are as near as their last place, for one that is not to be wrong
NEAR_FOR_EACH = 6  # of them for each that is not
FEWEST_OPEN = 1  # numbers that nobody has judged, for a run to be looked at


def settle_named_rows(
    document: Document, judged: Sequence[Judged], names: Names, exercise: Exercise, parts: int = 1
) -> tuple[list[Judged], list[FoundSlip], frozenset[Span], frozenset[Span]]:
    """Judge what rows tell by name and nobody has judged.

    Returns the judged claims, the slips among them, where the numbers stand that follow what is known of their names, and where
    those that were called wrong and go on from what a wrong number should be. The document is one of so many `parts` of a longer one, which share the work.
    """
    settling = _Settling(judged, Told(document, names, exercise), MAX_WORK // parts)
    for count, run in enumerate(runs(document)):
        if count == MAX_RUNS:
            break
        settling.look(run)
    return (
        settling.numbers.in_order(),
        settling.slips,
        frozenset(settling.known),
        frozenset(settling.cleared),
    )


@dataclass
class _Held:
    """How a law fits names in the rows of a run: what follows it, with what it should be, and what does not."""

    given_for: Callable[[Sequence[Row]], Given]
    fits: dict[tuple[int, Expr], Fraction] = field(default_factory=dict)
    misfits: dict[tuple[int, Expr], Fraction] = field(default_factory=dict)
    told: float = 0.0
    telling: set[int] = field(
        default_factory=set
    )  # rows that follow it with a number that is not the one above
    tried: int = 1  # laws up to this one
    goes_on: bool = False  # from row to row, where the first step of two laws may be the same
    is_named: bool = False  # the name itself says what it is the value of
    excused: set[tuple[int, Expr]] = field(default_factory=set)  # what follows it from right values only

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
        """Whether a row follows the law, as it does where another name shows it, and not most of the others speak against it."""
        return self.told >= ENOUGH_OF_ONE + log10(self.tried) and len(self.misfits) <= len(self.fits)


class _Settling:
    """One look at the runs of a document."""

    def __init__(self, judged: Sequence[Judged], told: Told, most: int) -> None:
        self.numbers = NumbersJudged(judged)
        self.slips: list[FoundSlip] = []
        self.known: set[Span] = set()
        self.cleared: set[Span] = set()
        self._told = told
        self._left = most

    def look(self, run: Sequence[Row]) -> None:
        """Hold a run against each law whose parameters it tells."""
        cells = [cell for row in run for cell in row.cells.values()]
        if sum(map(self.numbers.is_open, cells)) < FEWEST_OPEN and not any(map(self._is_doubted, cells)):
            return
        for law in self._laws(run):
            ways = len(run[0].cells) * MAX_WAYS + sum(1 for _ in self._steps(law, run)) * len(law.parameters)
            self._left -= len(run) * ways * law.cost
            if self._left > 0:
                ends = set(law.parameters) <= run[-1].cells.keys()
                self._hold(run if ends else run[:-1], law)

    def _is_doubted(self, cell: Cell) -> bool:
        """Whether a number is right only as far as roundings of others may have moved it."""
        item = self.numbers.of(cell) if self.numbers.is_only_told(cell) else None
        if item is None or item.expected is None:
            return False
        return abs(cell.written.value - item.expected) > cell.written.unit

    def _laws(self, run: Sequence[Row]) -> Iterator[Law]:
        told, names = self._told, run[0].cells.keys()
        with_value = sum(not function.slopes for function in told.functions)
        for function in told.functions:
            variables = told_as(function.variables, names)
            if variables:
                curved = any(isinstance(name, Apply) and name.function.endswith("''") for name in names)
                curved = curved or NEWTON.search(told.document.text) is not None
                yield OfFunction(function, variables, told.names, with_value == 1, curved)
        start = next(iter(run[0].cells.values())).span.start
        yield from losses(told.models((), start), names, told.names)

    def _hold(self, run: Sequence[Row], law: Law) -> None:
        """Hold every name of a run against what the law gives for it."""
        found = list(self._moves(run, law))
        meant = (
            _mended(run, found[0]) if found and found[0].is_shown else run
        )  # who may go on from the right value
        carried = (
            carried_rows(run, found[0].given_for, law.parameters) if _is_followed(run, law, found) else None
        )
        new = renewed(law.parameters, run[0].cells.keys())
        found += self._renewed(run, law, new)
        for name in run[0].cells:
            if name in law.parameters or name in new:
                continue
            ahead = taken_ahead(name, law, new)
            ways = [At(law, key, back) for key in law.of(name) for back in (0, 1)]
            ways = [At(law, "value", 0, ahead)] if ahead else ways
            held = [_held(run, [name], way) for way in ways]
            best = max(held, key=lambda each: each.told, default=None)
            if best is not None:
                best.tried, best.is_named = len(ways), bool(ahead) or law.is_named(name)
                if meant is not run:
                    _excuse(run, best, [name], best.given_for(meant))
                if carried is not None and not ahead:
                    self._sharpen(run, carried, best, name)
                found.append(best)
        for each in found:
            others = sum(other.told for other in found if other is not each)
            if each.is_shown or (not each.goes_on and others >= ENOUGH_BESIDES and each.is_hinted):
                self._judge(run, each)

    def _sharpen(self, run: Sequence[Row], carried: Sequence[Row], held: _Held, name: Expr) -> None:
        """Take for wrong what neither the printed parameters give nor those with all their digits, where most numbers are one of these."""
        far: dict[tuple[int, Expr], Fraction] = {}
        near = 0
        ways = [held.given_for(run), held.given_for(carried)]
        for row in range(len(run)):
            if (row, name) in held.misfits or name not in run[row].cells:
                continue
            written = run[row].cells[name].written
            values = [found[0] for way in ways if (found := way(row, name)) is not None]
            if not values:
                continue
            low, high = min(values), max(values)
            if low - written.unit / 2 <= written.value <= high + written.unit / 2:
                near += written.value != 0
            elif not low - written.unit <= written.value <= high + written.unit:
                far[row, name] = values[0]
        if near >= FEWEST_NEAR and near >= NEAR_FOR_EACH * len(far):
            held.misfits.update(far)
            for place in far:
                held.fits.pop(place, None)

    def _moves(self, run: Sequence[Row], law: Law) -> Iterator[_Held]:
        """The parameters as the step that fits most of them from the rows before has them."""
        held = [_held(run, law.parameters, Stepped(law, step)) for step in self._steps(law, run)]
        best = max(held, key=lambda each: each.told, default=None)
        if best is not None:
            best.tried, best.goes_on = len(held), True
            _follow(self._told.document, run, law, best)
            yield best

    def _renewed(self, run: Sequence[Row], law: Law, new: Mapping[Expr, int]) -> Iterator[_Held]:
        """What rows tell of the points that their own steps lead to."""
        held = (
            [_held(run, list(new), Stepped(law, step, new)) for step in self._steps(law, run)] if new else []
        )
        best = max(held, key=lambda each: each.told, default=None)
        if best is not None:
            best.tried = len(held)
            _follow(self._told.document, run, law, best)
            yield best

    def _steps(self, law: Law, run: Sequence[Row]) -> Iterator[Step]:
        told = self._told
        rate_of = next(
            (name for name in run[0].cells if told.names.role(_head(name)) is Role.LEARNING_RATE), None
        )
        return steps(law, told.rates, told.momenta, rate_of, told.document.text)

    def _judge(self, run: Sequence[Row], held: _Held) -> None:
        for (row, name), value in held.fits.items():
            cell = run[row].cells[name]
            self.numbers.settle(cell, value)
            self.known.add(cell.span)
            if (row, name) in held.excused and self.numbers.is_told_wrong(cell):
                self.numbers.judge(cell, Status.RIGHT_ROUNDED, value)
                self.cleared.add(cell.span)
        shown = {name for _, name in held.fits}
        longer = _at_another_rate(run, held) if held.goes_on else frozenset()
        waiting = sum(self.numbers.is_open(run[row].cells[name]) for row, name in held.misfits)
        if not held.fits and _is_another_function(run, held):
            return
        against_told = held.is_plain or (held.is_named and not held.fits and waiting >= FEWEST)
        for (row, name), value in held.misfits.items():
            cell = run[row].cells[name]
            if self._is_at_wrong_rate(run, held, row):
                continue
            may_be_wrong = self.numbers.is_open(cell) or (against_told and self.numbers.is_only_told(cell))
            if may_be_wrong and row not in longer and (held.is_named or name in shown):
                by = "from the numbers of the rows"
                self.slips.append(self.numbers.charge(cell, value, name_of(name), by))

    def _is_at_wrong_rate(self, run: Sequence[Row], held: _Held, row: int) -> bool:
        """Whether the learning rate that a row tells is wrong: who goes on may go on from the right one."""
        way = held.given_for
        cell = way.rate_cell(run, row) if isinstance(way, Stepped) else None
        item = None if cell is None else self.numbers.of(cell)
        return item is not None and item.status is Status.SLIP


def _is_another_function(run: Sequence[Row], held: _Held) -> bool:
    """Whether all numbers are off by one constant, or by one factor: the rows are of a function that differs by it."""
    pairs = [(run[row].cells[name].written, value) for (row, name), value in held.misfits.items()]
    if len(pairs) < FEWEST:
        return False
    off = [written.value - value for written, value in pairs]
    if max(off) - min(off) <= 2 * max(written.unit for written, _ in pairs):
        return True
    parts = [written.value / value for written, value in pairs if value]
    return len(parts) == len(pairs) and max(parts) - min(parts) <= SAME_PART * abs(parts[0])


def _is_followed(run: Sequence[Row], law: Law, found: Sequence[_Held]) -> bool:
    """Whether the parameters of all rows follow one step law from the start on, so that their digits beyond the printed ones are known."""
    if not found or not found[0].is_shown or found[0].misfits:
        return False
    return len(found[0].fits) >= (len(run) - 1) * len(law.parameters) and not any(
        row.is_behind_gap for row in run
    )


def _head(name: Expr) -> str:
    return name.name if isinstance(name, Symbol) else ""


def _at_another_rate(run: Sequence[Row], held: _Held) -> frozenset[int]:
    """The rows whose steps are by one part longer or shorter than they should be, if most are: another learning rate is taken there."""
    parts: dict[int, list[Fraction]] = {}
    for (row, name), value in held.misfits.items():
        before, here = run[row - 1].cells[name].written.value, run[row].cells[name].written.value
        parts.setdefault(row, []).append(
            (here - before) / (value - before) if value != before else Fraction(0)
        )
    return rows_at_another_rate(parts)


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
    """The rows with the right values in the place of wrong ones; the run itself where all are right.

    What follows from the right values above it is right as well.
    """
    if not held.misfits:
        return run
    rows = list(run)
    given = held.given_for(rows)  # sees the rows as they are put right
    for row, name in sorted(held.misfits, key=lambda each: each[0]):
        cell = rows[row].cells[name]
        found = given(row, name)
        if found is not None and figures(cell.written, *found) is not None:
            held.fits[row, name] = found[0]
            held.excused.add((row, name))
            del held.misfits[row, name]
            continue
        value = held.misfits[row, name] if found is None else found[0]
        mended = replace(cell, written=Written(cell.written.text, value, cell.written.places))
        rows[row] = replace(rows[row], cells={**rows[row].cells, name: mended})
    return rows


def _excuse(run: Sequence[Row], held: _Held, names: Sequence[Expr], given: Given) -> None:
    """Take for right what follows from the right values, where a wrong one stands in front of it."""
    for row, name in [each for each in held.misfits if each[1] in names]:
        found = given(row, name)
        if found is not None and figures(run[row].cells[name].written, *found) is not None:
            held.fits[row, name] = found[0]
            held.excused.add((row, name))
            del held.misfits[row, name]


def _follow(document: Document, run: Sequence[Row], law: Law, held: _Held) -> None:
    """Take for right what follows from a slope or a step that the row before tells, wrong or not."""
    way = held.given_for
    if not isinstance(way, Stepped) or way.step.rows != 1:
        return
    copies = renewed(law.parameters, run[0].cells.keys()) if way.new is None else {}
    for row, name in [*held.misfits]:
        before, j = run[way.last(row)].cells, way.parameter(name)
        copied = [other for other, place in copies.items() if place == j and other in before]
        if any(before[other].written.value == run[row].cells[name].written.value for other in copied):
            held.misfits.pop((row, name))
            continue
        start, rate = before[law.parameters[j]].written.value, way.rate_at(run, row)
        here = run[row].cells[name].written
        named = {cell.span.start for cell in before.values()}
        if is_moved(document, run[way.last(row)].line, named, start, here):
            held.fits[row, name] = here.value
            held.misfits.pop((row, name))
            continue
        for other, cell in before.items():
            if not set(law.of(other)) & set(law.slopes[j]):
                continue
            if rate is None:
                continue
            value, slack = start - rate * cell.written.value, rate * cell.written.unit / 2
            if figures(run[row].cells[name].written, value, lambda slack=slack: slack) is not None:  # type: ignore[misc]  # bound at once
                held.fits[row, name] = value
                held.misfits.pop((row, name), None)
