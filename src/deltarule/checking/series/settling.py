"""Series whose making is found: what fits it is right."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain

from deltarule.checking.claims import Judged
from deltarule.checking.columns.blocks import Block, Cell
from deltarule.checking.columns.fitting import ENOUGH, FEWEST, Fit, fitted, telling
from deltarule.checking.columns.makings import rules
from deltarule.checking.columns.told import Told
from deltarule.checking.numbers_in_text import numbers_in
from deltarule.checking.numbers_judged import NumbersJudged
from deltarule.checking.series.deduced import MAX_TOLD
from deltarule.checking.series.finding import Series, series_in
from deltarule.checking.series.makings import series_makings
from deltarule.checking.series.products import products
from deltarule.document import Document
from deltarule.exercise import Exercise
from deltarule.naming import Names
from deltarule.spans import Span
from deltarule.written import Written

MAX_WORK = 20_000  # makings that are tried
MAX_BEFORE = 6  # other series that a series may be made of
ENOUGH_OF_TWO = 5.0  # figures of a series of two numbers: hardly any other says what it is made of
MAX_BACK = 30  # series, as far as those are looked for


def settle_series(
    document: Document, judged: Sequence[Judged], names: Names, exercise: Exercise, parts: int = 1
) -> list[Judged]:
    """Judge the numbers of lists and arrays that nobody has judged by what the lists before them make of them.

    The document is one of so many `parts` of a longer one, which share the work.
    """
    return _Settling(document, judged, Told(document, names, exercise), MAX_WORK // parts).done()


class _Settling:
    """One look at the series of a document."""

    def __init__(self, document: Document, judged: Sequence[Judged], told: Told, most: int) -> None:
        self.document = document
        self.numbers = NumbersJudged(judged)
        self.told = told
        self.left = most
        self._told = numbers_in(document.source.text)
        self._rules = rules(told.of_one, told.of_two, told.rates)

    def done(self) -> list[Judged]:
        """The judged claims."""
        text = self.document.source.text
        extent = self.document.extent or Span(0, len(text))
        found = series_in(text)
        data = self._data()
        results = self.numbers.results([series.span for series in found])
        for at, series in enumerate(found):
            if self.left <= 0:
                break
            if extent.holds(series.span) and self._is_wanted(series):
                last = _last(results, series)
                self._judge(series, found[max(0, at - MAX_BACK) : at], [*last, *data])
        return self.numbers.in_order()

    def _is_wanted(self, series: Series) -> bool:
        """Whether a series has numbers to judge, and says enough to be judged."""
        numbers = {cell.written.value: cell.written for cell in series.cells}
        enough = ENOUGH if len(series.cells) > 2 else ENOUGH_OF_TWO
        if len(numbers) < FEWEST or sum(map(telling, numbers.values())) < enough:
            return False
        values = [cell.written.value for cell in series.cells]
        if any(values == [written.value for written in column] for column in self._columns()):
            return False
        return any(map(self.numbers.is_open, series.cells))

    def _columns(self) -> list[Sequence[Written]]:
        exercise = self.told.exercise
        return [*zip(*exercise.features, strict=True), exercise.targets]

    def _data(self) -> list[tuple[Cell, ...]]:
        """The data of the exercise, which stand nowhere in particular."""
        nowhere = Span(0, 0)
        return [tuple(Cell(written, nowhere, 0) for written in column) for column in self._columns()]

    def _judge(self, series: Series, found: Sequence[Series], given: Sequence[tuple[Cell, ...]]) -> None:
        before = _before(series, found, given)
        rows = tuple(zip(*before, series.cells, strict=True))
        block = Block(rows, (False,) * len(rows))
        column = len(before)
        cells = dict(enumerate(series.cells))
        fits: list[Fit] = []
        told = [number.value for number in self._told.before(series.cells[0].span.start, MAX_TOLD)]
        tried = 0
        made = ((making, 1) for making in products(series, found, given))
        for making, weight in chain(series_makings(block, column, self._rules, told), made):
            self.left -= 1
            tried += weight
            if self.left <= 0:
                break
            fit = fitted(block, column, making, cells)
            if fit is not None:
                fit.tried = tried
                fits.append(fit)
        best = max(
            (fit for fit in fits if fit.is_enough), key=lambda fit: (len(fit.fits), fit.told), default=None
        )
        for row, value in best.fits.items() if best is not None else ():
            self.numbers.settle(cells[row], value)


def _before(
    series: Series, found: Sequence[Series], given: Sequence[tuple[Cell, ...]]
) -> list[tuple[Cell, ...]]:
    """The other numbers that stand beside those of a series, the nearest last: of series as long, or of an array's rows and columns."""
    length = len(series.cells)
    apart = [other for other in reversed(found) if not _overlap(series.span, other.span)]
    alike = [other.cells for other in apart if len(other.cells) == length][:MAX_BEFORE]
    beside = [cells for other in apart for cells in _beside(series, other)]
    given = [cells for cells in given if len(cells) == length]
    kept: dict[tuple[Fraction, ...], tuple[Cell, ...]] = {}
    for cells in (*alike[:2], *given, *beside[:4], *alike[2:]):
        kept.setdefault(tuple(cell.written.value for cell in cells), cells)
    return list(reversed(list(kept.values())[:MAX_BEFORE]))


def _last(results: Sequence[Cell], series: Series) -> list[tuple[Cell, ...]]:
    """The results told last before a series, as many as it has numbers."""
    length = len(series.cells)
    end = bisect_left(results, series.span.start, key=lambda cell: cell.span.start)
    return [tuple(results[end - length : end])] if 2 < length <= end else []


def _beside(series: Series, other: Series) -> Iterator[tuple[Cell, ...]]:
    """The numbers of a vector, one for each of an array: a row stands in every row, a column in every column."""
    rows, length = series.rows, len(series.cells)
    if rows == 1 or other.is_row:
        return
    if len(other.cells) == length // rows:
        yield other.cells * rows
    if len(other.cells) == rows:
        yield tuple(cell for cell in other.cells for _ in range(length // rows))


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
