"""What a law gives for the numbers of a run, row by row, and how far roundings may move that."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from deltarule.algebra.expr import Expr
from deltarule.checking.columns.blocks import Cell
from deltarule.checking.columns.fitting import figures
from deltarule.checking.columns.makings import FAILED
from deltarule.checking.named_rows.laws import Law, Point
from deltarule.checking.named_rows.rows import Row
from deltarule.checking.named_rows.steps import Step
from deltarule.written import Written, rounded

MOST_MOVED = 6  # rows whose roundings move a number
_PLACES = 30  # of what is carried from row to row

# of a row and a name: its value, and how far roundings may move that
Given = Callable[[int, Expr], tuple[Fraction, Callable[[], Fraction]] | None]


@dataclass(frozen=True)
class At:
    """What a law gives at the parameters of a row, or of the row before, or at the `ahead` ones to which the step of the row leads."""

    law: Law
    key: str
    back: int
    ahead: tuple[Expr, ...] = ()

    def __call__(self, run: Sequence[Row]) -> Given:
        """For the rows of a run."""
        law, key, names = self.law, self.key, self.ahead or self.law.parameters

        def given(row: int, _: Expr) -> tuple[Fraction, Callable[[], Fraction]] | None:
            if self.back and (row == 0 or run[row].is_behind_gap):
                return None
            value = law.at(_point(run[row - self.back], names)).get(key)
            if value is None:
                return None
            before = [run[row - self.back]]
            return value, lambda: _moved(before, names, lambda points: law.at(points[0]).get(key), value)

        return given


@dataclass(frozen=True)
class Stepped:
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

    def rate_at(self, run: Sequence[Row], row: int) -> Fraction | None:
        """The learning rate of the step to a row; None where the row that should tell it does not."""
        if self.step.rate_of is None:
            return self.step.rate
        cell = self.rate_cell(run, row)
        return None if cell is None else cell.written.value

    def rate_cell(self, run: Sequence[Row], row: int) -> Cell | None:
        """Where a row tells the learning rate of the step to it."""
        name, at = self.step.rate_of, row if self.step.is_told_behind else self.last(row)
        return None if name is None or at < 0 else run[at].cells.get(name)

    def __call__(self, run: Sequence[Row]) -> Given:
        """For the rows of a run."""
        law, step = self.law, self.step

        def given(row: int, name: Expr) -> tuple[Fraction, Callable[[], Fraction]] | None:
            end = self.last(row) + 1
            first = 0 if step.rows is None else max(end - step.rows, 0)
            rate = self.rate_at(run, row)
            if rate is None or end == 0 or any(each.is_behind_gap for each in run[first + 1 : row + 1]):
                return None
            rest = [run[0]] * (
                0 if step.rows is None else step.rows - end
            )  # where a run begins nothing moves yet
            before, j = [*rest, *run[first:end]], self.parameter(name)

            def lead(points: Sequence[Point], rate: Fraction = rate) -> Fraction | None:
                try:
                    return step.lead(points, j, rate)
                except FAILED:
                    return None

            points = [_point(each, law.parameters) for each in before]
            value = lead(points)
            if value is None:
                return None

            def slack() -> Fraction:
                unit = self._unit(run, row)
                other = lead(points, rate + unit / 2) if unit else None
                by_rate = Fraction(0) if other is None else abs(other - value)
                return by_rate + _moved(before, law.parameters, lead, value)

            unsure = (
                rest and run[0].number != 0
            )  # the first row may stand behind a step, whose velocity it does not tell
            if unsure and figures(run[row].cells[name].written, value, slack) is None:
                return None
            return value, slack

        return given

    def _unit(self, run: Sequence[Row], row: int) -> Fraction:
        """The last place of a learning rate that a row tells, and rounds."""
        cell = self.rate_cell(run, row)
        return cell.written.unit if cell is not None and cell.written.places > 0 else Fraction(0)


def carried_rows(
    run: Sequence[Row], given_for: Callable[[Sequence[Row]], Given], names: Sequence[Expr]
) -> Sequence[Row] | None:
    """The rows with the parameters that their steps give from the first row on, with all digits; None where one gives nothing."""
    rows = list(run)
    given = given_for(rows)  # sees the rows as they are worked
    for row in range(1, len(rows)):
        cells = dict(rows[row].cells)
        for name in names:
            found = given(row, name)
            if found is None or name not in cells:
                return None
            cell = cells[name]
            written = Written(cell.written.text, rounded(found[0], _PLACES), cell.written.places)
            cells[name] = replace(cell, written=written)
        rows[row] = replace(rows[row], cells=cells)
    return rows


def _point(row: Row, names: Sequence[Expr]) -> Point:
    return tuple(row.cells[name].written.value for name in names)


def _moved(
    rows: Sequence[Row],
    names: Sequence[Expr],
    given: Callable[[Sequence[Point]], Fraction | None],
    value: Fraction,
) -> Fraction:
    """How far roundings of the parameters of some rows may move what is had with them."""
    points = [_point(row, names) for row in rows]
    slack = Fraction(0)
    for k, row in enumerate(rows[-MOST_MOVED:], max(len(rows) - MOST_MOVED, 0)):
        for j, name in enumerate(names):
            written = row.cells[name].written
            if written.places > 0:
                moved = (*points[k][:j], points[k][j] + written.unit / 2, *points[k][j + 1 :])
                other = given([*points[:k], moved, *points[k + 1 :]])
                slack += abs(other - value) if other is not None else written.unit
    return slack
