"""A table looked at cell by cell: what each of its laws gives there, which law each column follows, and what that says of the cells."""

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import chain

from deltarule.algebra.expr import Apply, SumOver
from deltarule.checking.stated_rows.fitting import (
    Fit,
    Way,
    fits,
    group,
    is_miswritten,
    is_off,
    is_shown,
    usual_places,
)
from deltarule.checking.stated_rows.grids import Cell, Grid, Key
from deltarule.checking.stated_rows.laws import Law, descents, laws_of, losses, without_parts
from deltarule.checking.stated_rows.working import Known, Operand, Working, Worth
from deltarule.checking.wording import shown
from deltarule.formulas import Role
from deltarule.records import record
from deltarule.written import Written

MAX_MENDED = 5  # ways in which an author may go on from what wrong numbers should be
STAYS = 0.3  # figures that a number tells which is nothing, or what it was before
_DATA = frozenset({Role.FEATURE, Role.TARGET})


@record
class Verdict:
    """What a law says of a cell; `surely` where that outweighs what else it may be."""

    cell: Cell
    value: Fraction
    wrong: bool
    surely: bool = False
    adopted: bool = False  # right from what a wrong number above should have been


class Look:
    """A table, looked at from one start of its parameters."""

    def __init__(
        self, grid: Grid, working: Working, settings: Mapping[Key, Written], start: Mapping[Key, Operand]
    ) -> None:
        self._grid = grid
        self._places = usual_places(grid)
        self._start = dict(start)
        self._settings = settings
        self._working = working
        self.final: dict[Key, Operand] = {}
        self._exact: set[tuple[int, Key]] = set()  # numbers that nobody has rounded
        self._adopted: set[tuple[int, Key]] = set()
        self.fits: dict[Key, list[Fit]] = {}
        self._go()

    @property
    def score(self) -> tuple[int, int]:
        """How well the table follows its laws."""
        best = [max(fits, key=lambda fit: fit.rank) for fits in self.fits.values() if fits]
        return (
            sum(2 * len(fit.fits) - len(fit.misfits) for fit in best),
            -sum(worth.assumed for fit in best for worth in fit.fits.values()),
        )

    def _walk(self) -> Iterator[tuple[int, Cell, Known]]:
        """Each cell that is a result, with what is known where it stands."""
        known = Known(self._settings, state=dict(self._start))
        for number, row in enumerate(self._grid.rows):
            known.before, known.row, known.number = known.row, {}, row.number
            known.start = dict(known.state)
            known.whole = {cell.key: Operand(self._written(cell)) for cell in row.cells if not row.start}
            if row.gap:
                known.state, known.start, known.before = {}, {}, {}
            moved = False  # whether a parameter has been told in this row
            for cell in row.cells:
                key = cell.key
                role = self._working.names.role(key[0])
                goes_on = self._working.goes_on(key)
                begins = goes_on and number == 0 and (row.number == 0 or self._is_start(cell))
                if not (cell.again or row.start or cell.is_worked or begins):
                    yield number, cell, known
                exact = (role in _DATA and not goes_on) or (
                    goes_on and number == 0 and key not in self._start
                )
                exact |= (number, key) in self._exact
                operand = Operand(self._written(cell), exact)
                if goes_on:
                    if not moved:
                        known.start = dict(known.state)
                        moved = True
                    if row.start or cell.again:
                        known.start[key] = operand
                    known.state[key] = operand
                known.row[key] = operand
        self.final = dict(known.state)

    def _is_start(self, cell: Cell) -> bool:
        """Whether a cell tells what its quantity begins with."""
        start = self._start.get(cell.key)
        return start is not None and not start.assumed and start.written.value == cell.written.value

    def _written(self, cell: Cell) -> Written:
        """The number of a cell, zeros at its end that were left away put back."""
        usual = self._places.get(cell.key, 0)
        written = cell.written
        return Written(written.text, written.value, usual) if 0 <= written.places < usual else written

    def _go(self) -> None:
        ways: dict[Key, list[Fit]] = {}
        names = self._working.names
        for number, cell, known in self._walk():
            key = cell.key
            role = names.role(key[0])
            if key not in ways:
                of = laws_of(key, self._working.laws, names)
                if cell.claim.formula is not None:
                    of.insert(0, Law(key, (), cell.claim.formula))
                of += descents(key, self._working.functions)
                if role is Role.LOSS:
                    of += losses(key, self._grid.keys, self._working.laws, names)
                if role in _DATA and not any(law.goes_on for law in of):
                    of = [law for law in of if law.key == key and role is not Role.FEATURE]
                ways[key] = [Fit(Way(law, back)) for law in of for back in (False, True)[: self._ways(law)]]
            written = self._written(cell)
            for fit in ways[key]:
                law = fit.way.law
                worth = self._working.worth(law.body, key, known, fit.way.back, law.letters)
                if self._working.left < 0:
                    return
                if worth is None:
                    continue
                if fits(written, worth):
                    fit.fits[number] = worth
                    stays = known.state.get(key) if self._working.goes_on(key) else None
                    if worth.value if stays is None else stays.written.value != written.value:
                        fit.take(written, worth)
                    else:
                        fit.told += STAYS
                    if fit.way.law.stated and not worth.slack and worth.value == written.value:
                        self._exact.add((number, key))
                elif is_off(written, worth):
                    fit.misfits[number] = worth
        self.fits = ways

    def _ways(self, law: Law) -> int:
        """In how many ways a law may be taken: of what goes on from row to row, with what it was or with what it is."""
        going = (self._working.goes_on((symbol.name, ())) for symbol in law.body.symbols)
        sums = any(isinstance(node, SumOver | Apply) for node in law.body.walk())
        return 2 if sums or any(going) else 1

    def verdicts(self, working: Working) -> Iterator[Verdict]:
        """What the laws say of the cells."""
        chosen = {key: max(fits, key=lambda fit: fit.rank) for key, fits in self.fits.items() if fits}
        self._adopt(chosen)
        groups: dict[object, list[Fit]] = {}
        for key, each in chosen.items():
            groups.setdefault(group(key, each, working.names), []).append(each)
        assumed = Counter[bool]()
        for each in chosen.values():
            assumed[True] += sum(worth.assumed and bool(worth.value) for worth in each.fits.values())
            assumed[False] += sum(worth.assumed for worth in each.misfits.values())
        for number, cell, known in self._walk():
            found = chosen.get(cell.key)
            if found is None:
                continue
            worth, right = found.misfits.get(number), found.fits.get(number)
            strong, weak = is_shown(groups[group(cell.key, found, working.names)], found)
            if right is not None and weak:
                yield Verdict(cell, right.value, wrong=False, adopted=(number, cell.key) in self._adopted)
            if worth is None or not weak or (worth.assumed and not assumed[False] < assumed[True]):
                continue
            explained = self._is_explained(found, cell, known, worth)
            if strong or explained:
                yield Verdict(cell, worth.value, wrong=True, surely=strong and explained)

    def _adopt(self, chosen: Mapping[Key, Fit]) -> None:
        """Count those among the rows that follow a law whose author goes on from what a number above should have been."""
        mended: dict[Key, Operand] = {}
        above: dict[Key, Operand] = {}  # of the row before, where this one has told the name again
        last = -1
        for number, cell, known in self._walk():
            if number != last:
                above, last = {}, number
            if cell.key in mended:
                above[cell.key] = mended[cell.key]
            fit = chosen.get(cell.key)
            worth = None if fit is None else fit.misfits.get(number)
            if fit is None or worth is None:
                mended.pop(cell.key, None)
                continue
            some = [mended, *({each: operand} for each, operand in mended.items())]
            others = chain(
                (
                    _mended(self._working, fit, cell, known, each)
                    for each in some[: MAX_MENDED * bool(mended)]
                ),
                (_mended(self._working, fit, cell, known, {}, each) for each in (above,) if each),
            )
            other = next(
                (each for each in others if each is not None and fits(self._written(cell), each)), None
            )
            if other is not None:
                del fit.misfits[number]
                fit.fits[number] = other
                self._adopted.add((number, cell.key))
                fit.take(self._written(cell), other)
                mended.pop(cell.key, None)
            else:
                right = Written(shown(worth.value, 12), worth.value, cell.written.places)
                mended[cell.key] = Operand(right)

    def _is_explained(self, fit: Fit, cell: Cell, known: Known, worth: Worth) -> bool:
        """Whether it is seen what went wrong: in the number, or in the working."""
        written = self._written(cell)
        if is_miswritten(written, worth):
            return True
        return any(
            (edited := self._working.worth(body, cell.key, known, fit.way.back, fit.way.law.letters))
            is not None
            and edited.value != worth.value
            and fits(written, edited)
            for body in without_parts(fit.way.law.body)
        )


def _mended(
    working: Working,
    fit: Fit,
    cell: Cell,
    known: Known,
    mended: Mapping[Key, Operand],
    above: Mapping[Key, Operand] | None = None,
) -> Worth | None:
    """What a law gives with the right values in the place of those that were wrong, those `above` only where the row before is meant."""
    before = mended if above is None else above
    other = Known(
        known.settings,
        {**known.row, **{key: each for key, each in mended.items() if key in known.row}},
        {**known.before, **{key: each for key, each in before.items() if key in known.before}},
        {**known.state, **{key: each for key, each in mended.items() if key in known.state}},
        {**known.start, **{key: each for key, each in before.items() if key in known.start}},
        known.number,
        {**known.whole, **{key: each for key, each in mended.items() if key in known.whole}},
    )
    return working.worth(fit.way.law.body, cell.key, other, fit.way.back, fit.way.law.letters)
