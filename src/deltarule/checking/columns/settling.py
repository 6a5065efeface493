"""Columns whose making is found: what fits it is right; the one number that does not, where many others do, is a slip."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.columns.blocks import Block, Cell, blocks
from deltarule.checking.columns.fitting import ENOUGH, FEWEST, Fit, Gives, fitted, telling
from deltarule.checking.columns.makings import FAILED, Making, Rule, dots, makings, rules
from deltarule.checking.columns.models import Model, OfModel, layouts, numbers_at
from deltarule.checking.columns.odd import odd_rows, share_evidence
from deltarule.checking.columns.paths import of_functions, of_models
from deltarule.checking.columns.recurrences import ahead, recurrences
from deltarule.checking.columns.steps import steps
from deltarule.checking.columns.told import MAX_RATES, Told
from deltarule.checking.numbers_judged import NAME, NumbersJudged
from deltarule.document import Document
from deltarule.exercise import Exercise
from deltarule.findings import Status
from deltarule.naming import Names
from deltarule.records import record
from deltarule.spans import Span

MAX_WORK = 20_000  # makings that are tried
MAX_RATE, FINEST_RATE = 10, 10_000
FEWEST_DOUBTED = 4  # rows of a column that may speak against a verdict


def settle_columns(
    document: Document,
    judged: Sequence[Judged],
    names: Names,
    exercise: Exercise,
    parts: int = 1,
    known: Collection[Span] = (),
) -> tuple[list[Judged], list[FoundSlip]]:
    """Judge the numbers of aligned blocks that nobody has judged by what their columns are made of.

    The document is one of so many `parts` of a longer one, which share the work. Numbers in `known` places are right, whatever their
    columns look like.
    """
    told = Told(document, names, exercise)
    return _Settling(document, judged, told, MAX_WORK // parts, known).done()


@record
class _Common:
    """What all columns of a block may be made with."""

    rates: Sequence[Fraction]
    starts: Sequence[Fraction]
    models: Sequence[Model]
    paths: Sequence[Gives]


@dataclass
class _Look:
    """A block, what its columns may be made of, and the makings that fit each."""

    block: Block
    common: _Common | None = None
    fits: dict[int, list[Fit]] = field(default_factory=dict)


class _Settling:
    """One look at the blocks of a document."""

    def __init__(
        self, document: Document, judged: Sequence[Judged], told: Told, most: int, known: Collection[Span]
    ) -> None:
        self.document = document
        self.numbers = NumbersJudged(judged)
        self.slips: list[FoundSlip] = []
        self.told = told
        self.known = known
        self.is_worked = any(item.quantity is not None for item in judged)  # the exercise: its data are given
        self.left = most

    def done(self) -> tuple[list[Judged], list[FoundSlip]]:
        """The judged claims, and the slips."""
        found = list(blocks(self.document, self._is_open_line))
        looked = [_Look(block) for block in found]
        for wanted in (self._is_wanted, self._is_doubted):
            for look in looked:
                columns = [column for column in range(look.block.width) if wanted(look.block, column)]
                columns.sort(key=look.block.counts)  # what only counts the rows comes last
                for column in columns if self.left > 0 else ():
                    look.common = look.common or self._common(look.block)
                    self._column(look, column, look.common)
        for look in looked:
            self._charge(look)
        return self.numbers.in_order(), self.slips

    def _is_open_line(self, line: Span) -> bool:
        """Whether anything on a line waits for a verdict, or has one that its column may speak against, or nothing has one."""
        here = self.numbers.on_line(line)
        return not here or any(item.status is Status.UNCHECKED or _is_only_told(item) for item in here)

    def _is_questioned(self, cell: Cell) -> bool:
        """Whether a number has no verdict yet, or one that its column may speak against: it was not worked out beside it."""
        if cell.is_operand or cell.span in self.known:
            return False
        item = self.numbers.of(cell)
        return item is None or item.status is Status.UNCHECKED or _is_only_told(item)

    def _is_wanted(self, block: Block, column: int) -> bool:
        """Whether a column has numbers to judge, and says enough to be judged."""
        return (
            not block.is_joined
            and self._says_enough(block, column)
            and self._any(block, column, self.numbers.is_open)
        )

    def _is_doubted(self, block: Block, column: int) -> bool:
        """Whether a column that is judged already says enough to speak against one of its numbers."""
        count = sum(row[column] is not None for row in block.rows)
        return (
            count >= FEWEST_DOUBTED
            and (block.is_joined or not self._any(block, column, self.numbers.is_open))
            and self._any(block, column, self._is_questioned)
            and self._says_enough(block, column)
        )

    def _any(self, block: Block, column: int, asked: Callable[[Cell], bool]) -> bool:
        return any(asked(cell) for row in block.rows if (cell := row[column]) is not None)

    def _says_enough(self, block: Block, column: int) -> bool:
        """Whether a column has figures enough, and is none of the data's."""
        cells = [cell for row in block.rows if (cell := row[column]) is not None]
        numbers = {cell.written.value: cell.written for cell in cells}
        if len(numbers) < FEWEST or sum(map(telling, numbers.values())) < ENOUGH:
            return False
        return not (self.is_worked and self._is_given([cell.written.value for cell in cells]))

    def _is_given(self, values: Sequence[Fraction]) -> bool:
        """Whether a column is one of the data's."""
        exercise = self.told.exercise
        columns = [exercise.targets, *zip(*exercise.features, strict=True)]
        return any(values == [number.value for number in column] for column in columns)

    def _common(self, block: Block) -> _Common:
        start = min(cell.span.start for row in block.rows for cell in row if cell is not None)
        told = self.told
        rates = list(told.rates)
        for rate in self._deduced(block, told.models((), start)):
            if len(rates) >= MAX_RATES:
                break
            if 0 < rate < MAX_RATE and (rate * FINEST_RATE).denominator == 1 and rate not in rates:
                rates.append(rate)
        models, starts = told.models(rates, start), told.starts(start)
        paths: list[Gives] = []
        for cost, path in of_functions(told.of_one, rates, starts, block, self.left, told.only_rate):
            self.left -= cost
            paths += [] if path is None else [path]
        for cost, path in of_models(models, rates, block, self.left):
            self.left -= cost
            paths += [] if path is None else [path]
        return _Common(rates, starts, models, paths)

    def _deduced(self, block: Block, models: Sequence[Model]) -> Iterator[Fraction]:
        """The learning rates with which the first numbers of the columns follow from one another."""
        for row in range(min(len(block.rows), 3)):
            here = block.rows[row]
            before = block.rows[row - 1] if row and not block.gaps[row] else ()
            for column, last in enumerate(here):
                for start in (*here[:column], *before):
                    if start is not None and last is not None:
                        self.left -= len(self.told.of_one)
                        if self.left <= 0:
                            return
                        yield from _between(start, last, self.told.of_one)
            for model in models if before else ():
                for columns, back in layouts(model, block.width, block.width):
                    numbers = numbers_at(block, row - 1, columns)
                    then = numbers_at(block, row, columns)
                    if back and numbers is not None and then is not None:
                        parameters = tuple(number.value for number in numbers)
                        yield from model.deduced(parameters, 0, then[0].value)
                        self.left -= model.spent
                        model.spent = 0
                        if self.left <= 0:
                            return

    def _makings(self, block: Block, column: int, common: _Common) -> Iterator[Gives]:
        told = self.told
        known = rules(told.of_one, told.of_two, common.rates, common.starts, _ratios(block, column))
        yield from steps(block, column, common.rates, max(self.left, 0))
        yield from makings(column, block.width, known)
        yield from recurrences(block, column)
        yield from ahead(block, column)
        yield from dots(column, block.width)
        for model in common.models:
            for columns, back in layouts(model, column, block.width):
                rough = ([block.rough[row][k] for k in columns] for row in range(len(block.rows)))
                first = next((numbers for numbers in rough if None not in numbers), None)
                if first is not None:
                    self.left -= len(model.rows)
                    for name in list(model.roughly(tuple(number for number in first if number is not None))):
                        yield OfModel(model, name, columns, back)
        yield from common.paths

    def _column(self, look: _Look, column: int, common: _Common) -> None:
        block = look.block
        cells = {k: cell for k, row in enumerate(block.rows) if (cell := row[column]) is not None}
        still = {k for k, cell in cells.items() if self.numbers.is_open(cell)}
        found = self._fits(block, column, common, cells)
        given = self._is_given([cell.written.value for cell in cells.values()])
        look.fits[column] = [] if given else found
        enough = (fit for fit in found if (fit.is_enough_for_slips if given else fit.is_enough))
        best = max(enough, key=lambda fit: (len(fit.fits), fit.told), default=None)
        if best is None:
            return
        for row in still & best.fits.keys():
            self.numbers.settle(cells[row], best.fits[row])

    def _fits(self, block: Block, column: int, common: _Common, cells: Mapping[int, Cell]) -> list[Fit]:
        """The makings that give nearly all numbers of a column, up to one that surely gives all."""
        found: list[Fit] = []
        for tried, making in enumerate(self._makings(block, column, common), 1):
            self.left -= 1
            if self.left <= 0:
                break
            fit = fitted(block, column, making, cells)
            for model in common.models:
                self.left -= model.spent
                model.spent = 0
            if fit is not None:
                fit.tried = tried
                found.append(fit)
                if len(fit.fits) == len(cells) and fit.is_enough_for_slips:
                    break
        return found if self.left > 0 else []

    def _charge(self, look: _Look) -> None:
        """Charge what stands alone in its column; where several columns begin anew in one row, another run does."""
        share_evidence(look.fits.values())
        odd = [(c, *each) for c, found in look.fits.items() for each in odd_rows(look.block, c, found)]
        onward = Counter(row for _, row, fit in odd if fit.making.goes_on)
        wrong: set[tuple[int, int]] = set()
        for column, row, fit in sorted(odd, key=lambda each: each[1]):
            cell = look.block.rows[row][column]
            if cell is None or (fit.making.goes_on and onward[row] > 1):
                continue
            if self._is_of_wrong(look.block, fit, row, wrong):
                continue
            if self.numbers.is_open(cell) or (fit.is_beyond_doubt and self._is_questioned(cell)):
                wrong.add((row, column))
                self.slips.append(
                    self.numbers.charge(cell, fit.misfits[row], NAME, "as the other rows have it")
                )

    def _is_of_wrong(self, block: Block, fit: Fit, row: int, wrong: Collection[tuple[int, int]]) -> bool:
        """Whether a number is made of one that is a slip itself: its author may have gone on from what is right."""
        making = fit.making
        if not isinstance(making, Making | OfModel):
            return False
        takes = making.takes if isinstance(making, Making) else [(making.back, k) for k in making.columns]
        places = [(row - back, column) for back, column in takes if row >= back]
        if any(place in wrong for place in places):
            return True
        cells = (block.rows[at][column] for at, column in places)
        items = (self.numbers.of(cell) for cell in cells if cell is not None)
        return any(item is not None and item.status is Status.SLIP for item in items)


def _is_only_told(item: Judged) -> bool:
    """Whether a number was found right without a working beside it and without a place in the run."""
    right = item.status in (Status.RIGHT, Status.RIGHT_ROUNDED)
    return right and item.quantity is None and len(item.claim.links) == 1


def _between(start: Cell, last: Cell, functions: Sequence[tuple[Rule, Rule]]) -> Iterator[Fraction]:
    """The learning rates with which a step on a function leads from one number to another."""
    for _, slope in functions:
        try:
            yield (start.written.value - last.written.value) / slope(start.written.value)
        except FAILED:
            continue


def _ratios(block: Block, column: int) -> list[Fraction]:
    """By what the numbers of a column are multiplied from row to row, where the first of them show it."""
    cells = [row[column] for row in block.rows[:3]]
    values = [cell.written.value for cell in cells if cell is not None]
    ratios = [after / before for before, after in pairwise(values) if before]
    return [ratio for ratio in dict.fromkeys(ratios) if ratio != 1 and (ratio * FINEST_RATE).denominator == 1]
