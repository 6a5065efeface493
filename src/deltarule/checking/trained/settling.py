"""Printed numbers that nobody has judged, held against the trainings that the page may set up.

Where so many figures come out of one that chance does not explain it, what comes out is right. A number that does not, in a column
or a list whose others all do, is wrong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import log10

from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.columns.blocks import Cell, blocks
from deltarule.checking.columns.told import Told
from deltarule.checking.logs.rows import log_lines
from deltarule.checking.logs.settings import Settings
from deltarule.checking.numbers_judged import NAME, NumbersJudged
from deltarule.checking.series.numbers import numbers_of
from deltarule.checking.trained.course import State, course
from deltarule.checking.trained.matching import Matched, Worked
from deltarule.checking.trained.rough import FIRST, Page, Rough
from deltarule.checking.trained.setups import Setup, Setups
from deltarule.checking.trained.shown import (
    EARLY,
    FIGURES,
    MAX_LOOKED,
    Number,
    Rows,
    counted,
    counts_of,
    in_a_row,
    number,
    vectors,
)
from deltarule.document import Document
from deltarule.exercise import Exercise
from deltarule.findings import Status
from deltarule.naming import Names
from deltarule.rarely import rarely
from deltarule.spans import Span

FEWEST_OPEN = 3  # numbers with figures, without a verdict
MAX_FRESH = 400
FEWEST_REACHED = 2  # of them, in rows, in lists or with figures enough
TELLING = 3  # figures of such a number
ENOUGH = 4.0  # figures beyond those that fit by chance
EACH_UNLIKELY = 2.0  # figures more for data that are not called so
BORNE_OUT = 1.5  # figures after the start, for which a training is worked far
WORTH = 3.0  # figures that come out roughly, for which a training is worked on
MAX_ROUGH = 200  # epochs that are worked roughly
MAX_FAR = 4  # trainings that are worked to the end, for each of what is settled
MAX_SPENT = 40_000  # rows of data that are worked roughly
MAX_WORK = 150_000  # outputs, those of curves counted six times
MAX_SETTLED = 5  # trainings of one page
SURE_ROWS, EACH_ODD = 5, 5  # numbers that fit, for one that does not to be wrong
SURE_LIST = 8.0  # figures of a list, or of fewer rows, for one number in it to be wrong
SAID = 1.0  # figures of rows or of a list that say by themselves what they are
UNITS_OFF = 8  # further than what an author has rounded on the way adds up to
SURE_FEW, BESIDES = 3.0, 12.0  # the same where as many as these speak for the training besides
_SINGLE = (
    "float32",
    "torch",
    "tensor",
    "Tensor",
    "keras",
    "Backward",
)  # words are found quicker than a pattern
_SHORT_NAME = rarely(r"\btf\.")


def settle_trained(
    document: Document, judged: Sequence[Judged], names: Names, exercise: Exercise, parts: int = 1
) -> tuple[list[Judged], list[FoundSlip]]:
    """Judge what comes out of a training of the page, which is one of so many `parts` of a longer one."""
    settling = _Settling(document, judged, Told(document, names, exercise), parts)
    settling.look()
    return settling.numbers.in_order(), settling.slips


@dataclass
class _Looked:
    """A training, and what of the page comes out of it."""

    setup: Setup
    worked: Worked
    columns: list[Matched] = field(default_factory=list)
    lists: list[Matched] = field(default_factory=list)
    singles: dict[Cell, Fraction] = field(default_factory=dict)
    told: float = 0.0


class _Settling:
    """One look at a page."""

    def __init__(self, document: Document, judged: Sequence[Judged], told: Told, parts: int) -> None:
        self.document = document
        self.numbers = NumbersJudged(judged)
        self.slips: list[FoundSlip] = []
        self._told = told
        self._left = MAX_WORK // parts
        self._most = MAX_SPENT // parts
        self._text = document.source.text
        self._extent = document.extent or Span(0, len(self._text))
        self._is_single = _is_single(self._text)

    def look(self) -> None:
        """Find the trainings of the page, one after the other."""
        numbers = [each for each in numbers_of(self.document.source, self._extent) if not each.is_operand]
        telling = [each for each in numbers if _is_telling(each)]
        fresh = [each for each in telling if self.numbers.is_open(each)]
        if len(fresh) < FEWEST_OPEN:
            return
        settings = Settings(self.document, self._told, log_lines(self.document))
        rates = [*settings.rates, *self._mentioned(settings.rates)]
        unjudged = {each.span.start for each in fresh}
        setups = Setups(self._told, rates, fresh[0].span.start, lambda cell: cell.span.start in unjudged)
        if not setups.data or not setups.rates:
            return
        found = [
            rows
            for block in blocks(self.document, self._is_open_line)
            if (rows := counted(block)) is not None
        ]
        self._rows = [rows for rows in found if any(map(self._is_wanted, rows.columns))]
        self._lists = list(vectors(setups.lists, _is_telling))
        self._quiet = list(vectors(setups.results(), lambda cell: True))
        inside = [each.span for each in setups.lists]
        self._singles = [
            number(each)
            for each in fresh[:MAX_FRESH]
            if each.written.figures >= FIGURES and not any(span.holds(each.span) for span in inside)
        ][:MAX_LOOKED]
        self._by_line: dict[int, list[Number]] = {}
        for each in numbers:
            if self.numbers.is_open(each):
                self._by_line.setdefault(each.line, []).append(number(each))
        self._lists += list(in_a_row(self._text, self._by_line.values()))[:MAX_LOOKED]
        looked = {
            n.cell.span.start for rows in self._rows for column in rows.columns for n in column.values()
        }
        looked |= {n.cell.span.start for numbers in self._lists for n in numbers}
        if sum(start in looked for start in unjudged) + len(self._singles) < FEWEST_REACHED:
            return  # short numbers of prose alone
        self._counts = counts_of(self._text, self._extent, setups.lists)
        self._follow(setups, list(map(number, telling)), list(map(number, fresh)))

    def _follow(self, setups: Setups, telling: Sequence[Number], fresh: Sequence[Number]) -> None:
        """Work each training roughly, and the most promising exactly."""
        wanted = [self._epochs(setups, at) for at in range(len(setups.data))]
        page = Page(telling)
        roughly = [
            Rough(page, min((e for e in each if FIRST < e <= MAX_ROUGH), default=0)) for each in wanted
        ]
        promising = self._promising(setups, roughly, thorough=False)
        if not promising and any(FIRST < epoch <= MAX_ROUGH for each in wanted for epoch in each):
            promising = self._promising(setups, roughly, thorough=True)
        promising.sort(key=lambda each: each[:2])
        settled = far = 0
        begun: set[tuple[object, ...]] = set()
        for _, tried, at, moves, setup in promising:
            alike = (setup.rows, setup.targets, setup.start, setup.curve, setup.is_curved, setup.has_bias)
            if not moves and alike in begun:
                continue  # what stands at the start is the same
            begun.add(alike)
            if settled == MAX_SETTLED or far == MAX_FAR * (settled + 1):
                return
            looked = self._followed(setup, wanted[at], moves)
            far += looked is not None
            if looked is not None and looked.told >= ENOUGH + EACH_UNLIKELY * setups.data[at][0] + log10(
                tried
            ):
                settled += self._settle(looked)
                if not any(self.numbers.is_open(each.cell) for each in fresh):
                    return
            if self._left <= 0:
                return

    def _promising(
        self, setups: Setups, roughly: Sequence[Rough], thorough: bool
    ) -> list[tuple[float, int, int, bool, Setup]]:
        """The trainings that give numbers of the page: how many, which they are in order, of which data, whether any behind the start."""
        promising: list[tuple[float, int, int, bool, Setup]] = []
        seen: set[Setup] = set()
        most = sum(each.spent for each in roughly) + self._most
        for tried, (at, setup) in enumerate(setups.all(), 1):
            if sum(each.spent for each in roughly) > most:
                break
            if setup not in seen:
                seen.add(setup)
                score, moves = roughly[at].score(setup, thorough)
                if score >= WORTH:
                    promising.append((-score, tried, at, moves, setup))
        return promising

    def _followed(self, setup: Setup, asked: set[int], moves: bool) -> _Looked | None:
        """A training worked to its end, where its first epochs bear it out."""
        near = {*range(EARLY + 1)}
        near |= {n + k for n in sorted(n for n in asked if FIRST < n <= MAX_ROUGH)[:2] for k in (-1, 0, 1)}
        epochs = {*near, *(n + k for n in asked for k in (-1, 0, 1) if n + k >= 0)}
        self._left -= setup.cost * max(near)
        if self._left <= 0:
            return None
        looked = self._held(setup, near)
        if looked is None or max(epochs) <= max(near) + 1:
            return looked
        states = dict(looked.worked.states)
        states[0] = {name: each for name, each in states[0].items() if name.startswith(("place", "turn"))}
        unseen = moves and min(asked, default=0) > MAX_ROUGH  # nothing is asked that was worked
        if not unseen and (
            not states or self._fitting(_Looked(setup, self._worked(setup, states))).told < BORNE_OUT
        ):
            return looked
        self._left -= setup.cost * max(epochs)
        return self._held(setup, epochs) if self._left > 0 else None

    def _epochs(self, setups: Setups, at: int) -> set[int]:
        """The epochs that are counted behind some data, up to where others begin."""
        _, begin, data = setups.data[at]
        others = (
            stop
            for unlikely, stop, other in setups.data
            if not unlikely and stop > begin and other[0] != data[0]
        )
        end = min(others, default=self._extent.end)
        end = end if begin else self._extent.end
        found = {epoch for place, epoch in self._counts if begin <= place < end}
        return found | {e for rows in self._rows if begin <= rows.start < end for e in rows.epochs}

    # -- what there is

    def _mentioned(self, known: Sequence[Fraction]) -> list[Fraction]:
        """Short numbers of prose that may be rates."""
        found = [each.number for each in self.document.mentions[:MAX_LOOKED]]
        short = [
            each
            for each in found
            if 0 < each.value < 1 and each.figures < TELLING and each.value not in known
        ]
        return [each.value for each in sorted(short, key=lambda each: each.figures)]

    def _is_open_line(self, line: Span) -> bool:
        here = self.numbers.on_line(line)
        return not here or any(item.status is Status.UNCHECKED for item in here)

    def _is_wanted(self, column: dict[int, Number]) -> bool:
        return any(self.numbers.is_open(each.cell) for each in column.values())

    # -- how it fits

    def _worked(self, setup: Setup, states: Mapping[int, State]) -> Worked:
        return Worked(states, setup.given, self._is_single)

    def _held(self, setup: Setup, wanted: set[int]) -> _Looked | None:
        states = course(setup, wanted)
        return self._fitting(_Looked(setup, self._worked(setup, states))) if states else None

    def _fitting(self, found: _Looked) -> _Looked:
        """What of the page fits."""
        states = found.worked.states
        known: set[Cell] = set()
        for rows in self._rows:
            for column in rows.columns if self._reaches(rows, states) else ():
                match = found.worked.column(rows, column)
                if match is not None:
                    found.columns.append(match)
                    known |= match.fits.keys()
        for numbers in self._lists:
            match = found.worked.vector(numbers)
            if match is not None:
                found.lists.append(match)
                known |= match.fits.keys()
        sizes: dict[Fraction, float] = {}
        for each in self._singles:
            if each.cell not in known and (fit := found.worked.single(each)) is not None:
                found.singles[each.cell] = Fraction(fit[0])
                sizes[abs(each.cell.written.value)] = fit[1]
        distinct = {tuple(map(_size, match.fits)): match.told for match in (*found.columns, *found.lists)}
        found.told = sum(distinct.values()) + sum(sizes.values())
        return found

    def _reaches(self, rows: Rows, states: Mapping[int, State]) -> bool:
        """Whether some row of a block is about an epoch that was worked."""
        return any(epoch in states for epoch in rows.epochs)

    # -- what that says

    def _settle(self, looked: _Looked) -> bool:
        before = len(self.slips)
        done = 0
        for match in (*looked.columns, *looked.lists):
            said = match.told >= SAID or looked.told - match.told >= BESIDES
            for cell, value in match.fits.items() if said else ():
                if self.numbers.is_open(cell):
                    self.numbers.settle(cell, Fraction(value))
                    done += 1
        for match in looked.columns:
            besides = looked.told - match.told >= BESIDES
            sure = len(match.fits) >= max(SURE_ROWS, EACH_ODD * len(match.odd))
            few = besides and len(match.odd) == 1 and len(match.fits) > 1 and match.told >= SURE_FEW
            if sure or few or (len(match.odd) == 1 and match.told >= SURE_LIST):
                self._charge(match, looked.worked)
        for match in looked.lists:
            if match.told >= (SURE_LIST if looked.told - match.told < BESIDES else SURE_FEW):
                self._charge(match, looked.worked)
        for cell, single in looked.singles.items():
            if self.numbers.is_open(cell):
                self.numbers.settle(cell, single)
                done += 1
        lines = {cell.line for match in (*looked.columns, *looked.lists) for cell in match.fits}
        for each in (each for line in lines for each in self._by_line.get(line, ())):
            fit = looked.worked.beside(each) if self.numbers.is_open(each.cell) else None
            if fit is not None:
                self.numbers.settle(each.cell, Fraction(fit))
                done += 1
        for numbers in self._quiet:
            if any(self.numbers.is_open(each.cell) for each in numbers):
                for cell, value in looked.worked.outputs(numbers):
                    self.numbers.settle(cell, Fraction(value))
                    done += 1
        return bool(done + self._in_prose(looked.worked)) or len(self.slips) > before

    def _charge(self, match: Matched, worked: Worked) -> None:
        """Charge what is otherwise, unless it stands elsewhere in the training."""
        for cell, value in match.odd.items():
            is_off = abs(cell.written.value - Fraction(value)) > UNITS_OFF * cell.written.unit
            if self.numbers.is_open(cell) and is_off and not worked.is_anywhere(number(cell)):
                by = "by the training that the rest of the printout comes from"
                self.slips.append(self.numbers.charge(cell, Fraction(value), NAME, by))

    def _in_prose(self, worked: Worked) -> int:
        """Short numbers on a line that counts the epochs after which they stand."""
        done = 0
        counts = {epoch for _, epoch in self._counts}
        for here in self._by_line.values():
            epochs = [int(each.value) for each in here if each.written.places <= 0 and each.value in counts]
            if len(epochs) != 1:
                continue
            fits = [
                (each, value)
                for each in here
                if each.written.places > 0
                and each.written.figures > 1
                and (value := worked.told_at(each, epochs)) is not None
            ]
            if len(fits) > 1:
                for each, value in fits:
                    self.numbers.settle(each.cell, Fraction(value))
                    done += 1
        return done


def _is_single(text: str) -> bool:
    """Whether a page has to do with what works in single precision."""
    return any(word in text for word in _SINGLE) or ("tf." in text and _SHORT_NAME.search(text) is not None)


def _is_telling(cell: Cell) -> bool:
    """Whether a number has figures."""
    written = cell.written
    return written.places > 0 and written.figures >= TELLING and written.value != 0


def _size(cell: Cell) -> Fraction:
    return abs(cell.written.value)
