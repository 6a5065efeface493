"""Tables held against the formulas that the document states: what follows them is right, what does not, by its own numbers, is wrong."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from deltarule.algebra.expr import Expr, Number, Power
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.columns.blocks import Cell as Place
from deltarule.checking.columns.told import Told
from deltarule.checking.numbers_judged import NumbersJudged
from deltarule.checking.origins.verdicts import name_of
from deltarule.checking.sides import as_number, told, value_of
from deltarule.checking.stated_rows.grids import Grid, Key, grids, key_of
from deltarule.checking.stated_rows.laws import Law, functions, stated_laws
from deltarule.checking.stated_rows.looking import Look, Verdict
from deltarule.checking.stated_rows.optimisers import optimisers
from deltarule.checking.stated_rows.working import NOTHING, Operand, Working
from deltarule.checking.step_columns import is_moved
from deltarule.document import Claim, Document, Heading, Table
from deltarule.exercise import Exercise
from deltarule.findings import Status
from deltarule.formulas import Role
from deltarule.naming import Names
from deltarule.spans import Span
from deltarule.written import Written, power_of_ten

MAX_PLACES = 30  # of a number that is told as a power of ten
MAX_WORK = 12_000  # values that are worked out
_OPEN = (Status.UNCHECKED, Status.RIGHT, Status.RIGHT_ROUNDED)


def settle_stated_rows(
    document: Document, judged: Sequence[Judged], names: Names, exercise: Exercise, parts: int = 1
) -> tuple[list[Judged], list[FoundSlip], set[Span]]:
    """Judge what rows of tables tell by name and what no run of the exercise has judged.

    Returns the judged claims, the slips among them, and where values stand that were taken for slips and are none: they go on from
    what a number above should have been. The document is one of so many `parts` of a longer one, which share the work.
    """
    found = list(grids(document))
    open_lines = {
        item.claim.line for item in judged if item.quantity is None and item.status is Status.UNCHECKED
    }
    if not any(cell.claim.line in open_lines for grid in found for row in grid.rows for cell in row.cells):
        return list(judged), [], set()
    laws = stated_laws(document)
    if not laws:
        return list(judged), [], set()
    settling = _Settling(document, judged, names, exercise, laws, MAX_WORK // parts)
    for grid in found:
        settling.look(grid)
    return settling.numbers.in_order(), settling.slips, settling.cleared


class _Settling:
    """One look at the tables of a document."""

    def __init__(
        self,
        document: Document,
        judged: Sequence[Judged],
        names: Names,
        exercise: Exercise,
        laws: Sequence[Law],
        most: int,
    ) -> None:
        self.numbers = NumbersJudged(judged)
        self.slips: list[FoundSlip] = []
        self.cleared: set[Span] = set()
        self._text = document.text
        self._document = document
        self._names = names
        self._told = list(_told(document))
        self._data = Told(document, names, exercise)
        self._laws = laws
        self._functions = functions(laws, document)
        self._left = most
        self._last: tuple[int, Mapping[Key, Operand]] = (0, {})

    def look(self, grid: Grid) -> None:
        """Hold the columns of a table against the laws of their names."""
        grid = _without_false_rates(grid, self._names)
        data = next(iter(self._data.data(grid.begins)), None)
        settings = self._settings(grid)
        usual = optimisers(self._text, grid.keys, settings, self._functions, self._names)
        named = {law.key for law in self._laws}
        laws = [*self._laws, *(law for law in usual if law.key not in named)]
        working = Working(laws, self._functions, self._names, data, self._left)
        best: Look | None = None
        for start in self._starts(grid, working):
            look = Look(grid, working, settings, start)
            if working.left < 0:
                return
            if best is None or look.score > best.score:
                best = look
        self._left = working.left
        if best is not None:
            self._last = (grid.ends, best.final)
            moved = self._moved(grid, working)
            for verdict in best.verdicts(working):
                is_meant = id(verdict.cell) in moved or self._is_told_start(grid, working, verdict)
                if not (verdict.wrong and is_meant):
                    self._take(verdict)

    def _moved(self, grid: Grid, working: Working) -> set[int]:
        """The cells whose numbers are those of the row before with a step that it tells under no name."""
        found: set[int] = set()
        for before, row in pairwise(grid.rows):
            named = {cell.claim.links[-1].span.start for cell in before.cells}
            last = {cell.key: cell for cell in before.cells if working.goes_on(cell.key)}
            for cell in row.cells:
                start = last.get(cell.key)
                if start is not None and is_moved(
                    self._document, start.claim.line, named, start.written.value, cell.written
                ):
                    found.add(id(cell))
        return found

    def _is_told_start(self, grid: Grid, working: Working, verdict: Verdict) -> bool:
        """Whether a number of the first row was told of its name before: a table that sums a descent up begins where that began."""
        cell = verdict.cell
        if not working.goes_on(cell.key) or not any(each is cell for each in grid.rows[0].cells):
            return False
        return any(
            at < grid.begins and key[0] == cell.key[0] and written.value == cell.written.value
            for at, key, written, _ in self._told
        )

    def _settings(self, grid: Grid) -> dict[Key, Written]:
        """Numbers told outside of tables: the last ones in front of this one, or else the first behind it."""
        found: dict[Key, Written] = {}
        for at, key, written, _ in reversed(self._told):
            if at < grid.begins:
                found.setdefault(key, written)
        for at, key, written, _ in self._told:
            if at > grid.begins:
                found.setdefault(key, written)
        return found

    def _starts(self, grid: Grid, working: Working) -> Iterator[dict[Key, Operand]]:
        """What the parameters may be where a table begins: as told last, as at first, and nothing where that is not told; or as told at any time."""
        keys = [key for key in grid.keys if working.goes_on(key)]
        end, final = self._last
        first: dict[Key, Written] = {}
        last: dict[Key, tuple[int, Operand]] = {key: (end, operand) for key, operand in final.items()}
        for at, key, written, is_worked in self._told:
            if at < grid.begins:
                first.setdefault(key, written)
                if at > last.get(key, (-1, NOTHING))[0]:
                    last[key] = at, Operand(written, exact=not is_worked)
        continued = {key: operand for key in keys if (operand := _found(last, key)) is not None}
        begun = {key: Operand(start, exact=True) for key in keys if (start := _start(first, key)) is not None}
        tried = [{key: each for key, (_, each) in continued.items()}, begun]
        tried.append({key: begun.get(key, NOTHING) for key in keys})
        tried.append(begun | self._told_anywhere(grid, keys))
        yield from (start for k, start in enumerate(tried) if start not in tried[:k])

    def _told_anywhere(self, grid: Grid, keys: Sequence[Key]) -> dict[Key, Operand]:
        """What the first row of a table begins with, where that was told of the same names at any place before."""
        first = {
            cell.key: cell.written for cell in (grid.rows[0].cells if grid.rows else ()) if cell.key in keys
        }
        return {
            key: Operand(first[key], exact=not is_worked)
            for at, key, written, is_worked in self._told
            if at < grid.begins and key in first and written.value == first[key].value
        }

    def _take(self, verdict: Verdict) -> None:
        """Take in a verdict where it says more than the one that is there."""
        place = Place(verdict.cell.written, verdict.cell.claim.links[-1].span, verdict.cell.claim.line)
        judged = self.numbers.of(place)
        is_rate = self._names.role(verdict.cell.key[0]) is Role.LEARNING_RATE
        if judged is None and is_rate and verdict.wrong:  # the first one was taken for what is given
            self._charge(verdict, place)
        if judged is None or judged.quantity is not None:
            return
        if not verdict.wrong:
            self.numbers.settle(place, verdict.value)
            if verdict.adopted and judged.status is Status.SLIP:
                self.cleared.add(place.span)
                self.numbers.judge(place, Status.RIGHT_ROUNDED, verdict.value)
        elif judged.status is Status.SLIP and judged.expected not in (None, verdict.value):
            self.cleared.add(place.span)  # what it should be was taken from a rule that is not the stated one
            self._charge(verdict, place)
        elif judged.status is Status.UNCHECKED or (judged.status in _OPEN and verdict.surely):
            self._charge(verdict, place)

    def _charge(self, verdict: Verdict, place: Place) -> None:
        name = name_of(verdict.cell.claim.subject)
        self.slips.append(self.numbers.charge(place, verdict.value, name, "from the numbers of the rows"))


def _without_false_rates(grid: Grid, names: Names) -> Grid:
    """A table without columns that are called by a learning rate and hold what none is: ``η(t - y)``."""
    cells = [cell for row in grid.rows for cell in row.cells]
    below = Counter(cell.key for cell in cells if cell.written.value <= 0)
    none = {key for key, count in below.items() if count > 1 and names.role(key[0]) is Role.LEARNING_RATE}
    if not none:
        return grid
    rows = (
        replace(row, cells=tuple(cell for cell in row.cells if cell.key not in none)) for row in grid.rows
    )
    return replace(grid, rows=tuple(rows))


def _told(document: Document) -> Iterator[tuple[int, Key, Written, bool]]:
    """Numbers told by name outside of tables: where, and whether they are worked out there."""
    ends = -1
    for item in document.items:
        if isinstance(item, Table) or (
            isinstance(item, Heading) and document.source.line(item.span.end) > item.line + 1
        ):
            ends = max(ends, item.span.end)
        if not isinstance(item, Claim) or item.span.start <= ends or item.supposed or not item.links:
            continue
        last = told(item.links)[-1].expr
        written = as_number(last) or _small(last)
        key = key_of(item.subject)
        if written is None or key is None:
            continue
        is_worked = any(as_number(side) is None for side in item.in_numbers)
        yield item.span.start, key, written, is_worked
        for link in item.links[:-1]:
            other = key_of(link.expr)
            if other is not None:
                yield item.span.start, other, written, is_worked  # w_1 = w_2 = 0.1


def _small(expr: Expr) -> Written | None:
    """``10^{-8}`` without a number in front, as what keeps a denominator from being 0 is told."""
    if not isinstance(expr, Power) or not isinstance(expr.base, Number) or expr.base.value != 10:
        return None
    exponent = value_of(expr.exponent)
    if exponent is None or exponent.denominator != 1 or not -MAX_PLACES <= exponent < 0:
        return None
    return Written("", power_of_ten(int(exponent)), -int(exponent))


def _found(last: Mapping[Key, tuple[int, Operand]], key: Key) -> tuple[int, Operand] | None:
    """What was told of a name, or of it at the start: ``x_0``."""
    return last.get(key) or (last.get((key[0], (0,))) if not key[1] else None)


def _start(first: Mapping[Key, Written], key: Key) -> Written | None:
    return first.get((key[0], (0,))) or first.get(key) if not key[1] else first.get(key)
