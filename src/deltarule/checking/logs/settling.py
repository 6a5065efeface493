"""The rows of a log, each number held against what the rest of the document makes of the author's own numbers before it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, pairwise
from math import log10
from typing import TypeAlias

from deltarule.checking.another_rate import rows_at_another_rate
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.columns.blocks import Cell
from deltarule.checking.columns.data import Data
from deltarule.checking.columns.fitting import EACH, EACH_ODD
from deltarule.checking.columns.models import Model
from deltarule.checking.columns.told import Told
from deltarule.checking.logs.laws import STEPS, Law, OfBatches, OfFunction, OfSamples
from deltarule.checking.logs.lines import Key
from deltarule.checking.logs.names import (
    features_of,
    is_rate,
    may_be_velocity,
    parameters,
    targets_of,
    variables,
)
from deltarule.checking.logs.replay import Fits, Pace, Place, Replay, Velocity
from deltarule.checking.logs.rows import LogRow, log_lines, log_runs
from deltarule.checking.logs.settings import Settings
from deltarule.checking.logs.told_rows import told_rows
from deltarule.checking.logs.vector_rows import vector_rows
from deltarule.checking.numbers_judged import NumbersJudged
from deltarule.checking.step_columns import is_moved
from deltarule.document import Document
from deltarule.exercise import Exercise
from deltarule.findings import Status
from deltarule.naming import Names
from deltarule.spans import Span

MAX_RUNS = 20
MAX_WORK = 20_000  # values that are worked out, those of a neuron counted by its samples, and numbers that are held against them
ENOUGH = 4.0  # figures that show what a key stands for, beyond those that fit by chance
FEWEST = 2  # rows that show it
ENOUGH_OF_ONE = 3.0  # figures of one row, where the rest of the run is shown by as many as these:
ENOUGH_BESIDES = 6.0
ENOUGH_OF_ALL = 40.0  # figures that show a whole run beyond doubt
SHARE = 3  # numbers of a key that fit, for each that does not, in such a run
FEWEST_OPEN = 3  # numbers that nobody has judged, for a run to be looked at
FEWEST_CLASSES = 4  # outputs of a step that fit, for one that does not to be wrong
SELDOM = 3  # a key that one row in so many has is no part of a row
_FIRST = 4  # rows that leave out quickly what fits none of them
MAX_VELOCITIES = 6  # keys that may tell one
_OF_EACH = ("output", "error", "missing", "net")  # that a law gives of each sample: "error 2"
_BY = "from the numbers of the rows"


def settle_logs(
    document: Document, judged: Sequence[Judged], names: Names, exercise: Exercise, parts: int = 1
) -> tuple[list[Judged], list[FoundSlip], frozenset[Span]]:
    """Judge what the rows of logs print and nobody has judged.

    Returns the judged claims, the slips among them, and where the numbers stand that are as they should be.
    The document is one of so many `parts` of a longer one, which share the work.
    """
    lines = log_lines(document)
    settings = Settings(document, Told(document, names, exercise), lines)
    settling = _Settling(judged, settings, MAX_WORK // parts)
    for count, run in enumerate(chain(log_runs(lines), told_rows(document), vector_rows(document))):
        if count == MAX_RUNS:
            break
        settling.look(run)
    return settling.numbers.in_order(), settling.slips, frozenset(settling.known)


_Way: TypeAlias = tuple[Law, tuple[Key, ...], tuple[Key, ...]]


@dataclass
class _Found:
    """A replay, what it gives for the parameters and for the other keys, and how much that tells."""

    replay: Replay
    families: list[Fits]
    tried: int = 1

    @property
    def told(self) -> float:
        return sum(each.told for each in self.families)

    @property
    def score(self) -> float:
        """The figures that fit, less those that each number which does not has to be outweighed by."""
        return self.told - EACH_ODD * self.odd

    @property
    def fitting(self) -> int:
        return sum(len(each.fits) for each in self.families)

    @property
    def odd(self) -> int:
        return sum(len(each.misfits) for each in self.families if each.fits)


class _Settling:
    """One look at the logs of a document."""

    def __init__(self, judged: Sequence[Judged], settings: Settings, most: int) -> None:
        self.numbers = NumbersJudged(judged)
        self.slips: list[FoundSlip] = []
        self.known: set[Span] = set()
        self._settings = settings
        self._left = most
        self._looked: set[int] = set()  # lines of rows that are judged

    def look(self, run: Sequence[LogRow]) -> None:
        """Replay a run in each way in which it may be meant, and judge it by the one that fits best."""
        cells = [cell for row in run for cell in row.cells.values()]
        lines = {cell.line for cell in cells}
        if sum(map(self._is_questioned, cells)) < FEWEST_OPEN or 2 * len(lines & self._looked) > len(lines):
            return
        best: _Found | None = None
        tried = 0
        for law, keys, aside in self._ways(run):
            found = self._replayed(run, law, keys, aside)
            if self._left <= 0:
                return
            tried += 1
            if found is not None and (best is None or found.score > best.score):
                best = found
        if best is not None:
            best.tried = tried
            if self._judge(run, best):
                self._looked |= lines

    # -- in what ways a run may be meant

    def _ways(self, run: Sequence[LogRow]) -> Iterator[_Way]:
        """The laws that a run may follow, each with the keys of its parameters and of what is given."""
        keys = list(run[0].cells)
        line = next(iter(run[0].cells.values())).line
        offset = next(iter(run[0].cells.values())).span.start
        for function in self._settings.told.functions:
            for some in variables(keys, function.variables):
                yield OfFunction(function), some, ()
        inputs = features_of(keys)
        for target in targets_of(keys) if inputs else ():
            if target not in inputs:
                yield from self._of_rows(run, keys, inputs, target)
        if not inputs:
            for data in self._settings.data(offset):
                yield from self._of_data(keys, data, line)

    def _of_rows(
        self, run: Sequence[LogRow], keys: Sequence[Key], inputs: tuple[Key, ...], target: Key
    ) -> Iterator[_Way]:
        """Rows that print a sample each."""
        if any(key not in row.cells for row in run for key in (*inputs, target)):
            return
        x = [tuple(row.cells[key].written.value for key in inputs) for row in run]
        t = [row.cells[target].written.value for row in run]
        rest = [key for key in keys if key not in inputs and key != target]
        for has_bias in (True, False):
            for some in parameters(rest, len(inputs), has_bias):
                for curve in _curves(t):
                    yield OfSamples(x, t, curve, has_bias), some, (*inputs, target)

    def _of_data(self, keys: Sequence[Key], data: Data, line: int) -> Iterator[_Way]:
        """Rows of a neuron on data that the document tells: all of them a row, a batch, or one sample."""
        rows, targets = data
        sizes = [size for size in self._settings.batch_sizes if 1 < size < len(rows)]
        for has_bias in (True, False):
            for some in parameters(keys, len(rows[0]), has_bias):
                for curve in ("identity", "sigmoid") if set(targets) <= {0, 1} else ("identity",):
                    for size in (len(rows), *sizes):
                        yield OfBatches(_batches(data, curve, has_bias, size)), some, ()
                for curve in _curves(targets):
                    yield OfSamples(rows, targets, curve, has_bias), some, ()

    # -- how it fits

    def _replayed(
        self, run: Sequence[LogRow], law: Law, keys: tuple[Key, ...], aside: tuple[Key, ...]
    ) -> _Found | None:
        line = next(iter(run[0].cells.values())).line
        told = [run[0].begun.get(key, self._settings.start(key, line)) for key in keys]
        start = Place(tuple(each or Fraction(0) for each in told), (Fraction(0),) * len(told))
        replay = Replay(run, law, keys, start, None not in told)
        try:
            return self._fitted(run, replay, aside)
        finally:
            self._left -= replay.work

    def _fitted(self, run: Sequence[LogRow], replay: Replay, aside: tuple[Key, ...]) -> _Found | None:
        first = replay.places(0, 0) or replay.places(0, 1)
        if not first or len(first[0].point) != replay.law.size:
            return None
        names = list(replay.law.at(first[0].point, 0, {}))
        others = [
            key
            for key, count in Counter(key for row in run for key in row.cells).items()
            if key not in (*replay.keys, *replay.from_keys, *aside)
            and count * SELDOM > len(run)
            and not _counts(run, key)
        ]
        if isinstance(replay.law, OfSamples) and self._settings.rates and self._steps(replay) is None:
            return None
        taken: dict[Key, Fits] = {}
        parts = Counter(key.label for key in run[0].cells)
        for key in others:
            best = _best(replay, key, _names_for(key, names, parts, replay.law), self._left)
            if self._left - replay.work <= 0:
                return None
            if best is not None:
                taken[key] = best
        replay.taken = taken
        if isinstance(replay.law, OfBatches):
            _agree(replay)
        self._velocity_fits: dict[Key, Fits] = {}
        steps = self._steps(replay)
        replay.taken = {
            key: replay.fit(key, each.name, each.back)
            for key, each in replay.taken.items()
            if key not in replay.velocities
        }
        for key, each in [
            *replay.taken.items()
        ]:  # with what is printed in front of it, it may be of another convention
            if each.misfits and isinstance(replay.law, OfBatches) and each.name.startswith("slope"):
                some = [name for name in names if name.split()[:2] == each.name.split()[:2]]
                best = _best(replay, key, some, self._left)
                other = each if best is None else replay.fit(key, best.name, best.back)
                if len(other.misfits) < len(each.misfits):
                    replay.taken = {**replay.taken, key: other}
        if isinstance(replay.law, OfBatches):
            _agree(replay)
        families = [*_together(replay.taken), *self._velocity_fits.values()]
        families += [steps] if steps is not None else []
        return _Found(replay, families)

    def _steps(self, replay: Replay) -> Fits | None:
        best: Fits | None = None
        chosen = None
        for pace in self._paces(replay):
            for scale in replay.law.scales:
                fits = replay.fit_steps(pace, scale)
                if self._left - replay.work <= 0:
                    return None
                if best is None or (fits.told, -len(fits.misfits)) > (best.told, -len(best.misfits)):
                    best, chosen = fits, (pace, scale)
        if chosen is None or best is None or not best.fits:
            return None
        if chosen[0].momentum:
            self._take_velocities(replay, *chosen)
        return replay.fit_steps(*chosen)  # the rows that it sets right stay known

    def _paces(self, replay: Replay) -> Iterator[Pace]:
        """How far steps may go."""
        replay.rate_key = next(
            (
                key
                for key, cell in replay.run[-1].cells.items()
                if is_rate(key, cell.written.value) and key not in replay.keys
            ),
            None,
        )
        if replay.rate_key is not None:
            told = {
                cell.written.value
                for row in replay.run
                if (cell := row.cells.get(replay.rate_key)) is not None
            }
            if len(told) > 1:
                yield Pace(None)
        for rate in self._settings.rates:
            yield Pace(rate)
        for momentum in self._settings.momenta:
            for rate in self._settings.rates:
                yield Pace(rate, momentum)
                yield Pace(rate * (1 - momentum), momentum)

    def _take_velocities(self, replay: Replay, pace: Pace, scale: str) -> None:
        """Find the keys that tell velocities, in each form in which they are kept."""
        assert pace.rate is not None
        keys = [key for key in replay.run[-1].cells if key not in replay.keys and may_be_velocity(key)]
        for key in keys[:MAX_VELOCITIES]:
            best: tuple[Fits, Velocity] | None = None
            for j in range(len(replay.keys)):
                for times in (Fraction(1), Fraction(-1), -pace.rate, -pace.rate / (1 - pace.momentum)):
                    velocity = Velocity(j, times)
                    fits = replay.fit_velocity(key, velocity, pace, scale)
                    if self._left - replay.work <= 0:
                        return
                    if best is None or fits.told > best[0].told:
                        best = fits, velocity
            taken = replay.taken.get(key)
            if (
                best is not None
                and len(best[0].telling) >= FEWEST
                and (taken is None or best[0].told > taken.told)
            ):
                replay.taken = {other: fits for other, fits in replay.taken.items() if other != key}
                replay.velocities[key] = best[1]
        for key, velocity in replay.velocities.items():
            self._velocity_fits[key] = replay.fit_velocity(key, velocity, pace, scale)

    # -- what that says

    def _judge(self, run: Sequence[LogRow], found: _Found) -> bool:
        """Judge a run; False where too little fits."""
        each = (
            3 if isinstance(found.replay.law, OfSamples) else 2
        )  # a sample has many numbers, which fit more by chance
        if found.told < ENOUGH_BESIDES + log10(found.tried) or each * found.odd > found.fitting:
            return False
        steps = found.families[-1]
        if not isinstance(found.replay.law, OfFunction) and not self._is_shown(run, steps, found):
            return False  # data say little where nothing moves by them
        shown = [each for each in found.families if self._is_shown(run, each, found)]
        for fits in shown:
            self._tell(run, fits, found)
        return bool(shown)

    def _is_shown(self, run: Sequence[LogRow], each: Fits, found: _Found) -> bool:
        """Whether the rows show what the numbers of a key are, by themselves or with the rest of the run."""
        if len({row for row, _ in each.misfits}) > len(each.telling) or len(each.misfits) > len(each.fits):
            return False
        if len(each.telling) >= FEWEST and each.told >= ENOUGH + log10(found.tried):
            return True
        besides = found.told - each.told >= ENOUGH_BESIDES + log10(found.tried)
        values = {run[row].cells[key].written.value for row, key in each.fits}
        if values <= {0, 1, -1}:
            return (
                besides and len(values) > 1 and len(each.fits) >= FEWEST_CLASSES * max(len(each.misfits), 1)
            )
        return besides and each.told >= ENOUGH_OF_ONE

    def _tell(self, run: Sequence[LogRow], each: Fits, found: _Found) -> None:
        for (row, key), value in each.fits.items():
            untold = each.back and not found.replay.begins_known(row)
            if untold and not _is_anchored(run, row, key, found):
                continue  # from where it starts is not sure
            cell = run[row].cells[key]
            self.numbers.settle(cell, value)
            self.known.add(cell.span)
            item = self.numbers.of(cell)
            if item is not None and item.status is Status.SLIP and self._is_questioned(cell):
                self.numbers.judge(cell, Status.RIGHT_ROUNDED, value)
        is_step = each.name.startswith("next")
        elsewhere = _at_another_rate(run, each) if is_step else frozenset()
        behind_wrong = {row + 1 for fits in found.families for row, _ in fits.misfits}
        for (row, key), value in each.misfits.items():
            cell = run[row].cells[key]
            if found.replay.velocities and row in behind_wrong:
                continue  # who keeps a velocity may go on from the right one
            if each.back and not _is_anchored(run, row, key, found):
                continue
            if is_step and row and self._is_moved(run[row - 1], key, cell):
                continue
            if row not in elsewhere and self._may_be_wrong(cell, each, found):
                self.slips.append(self.numbers.charge(cell, value, key.label or "the number", _BY))

    def _is_moved(self, before: LogRow, key: Key, cell: Cell) -> bool:
        """Whether a parameter is that of the row before with a step that is told there under no name."""
        start = before.cells.get(key)
        named = {other.span.start for other in before.cells.values()}
        document = self._settings.told.document
        return start is not None and is_moved(document, start.line, named, start.written.value, cell.written)

    def _may_be_wrong(self, cell: Cell, each: Fits, found: _Found) -> bool:
        """Whether a number has no verdict, or one that says only that it stands elsewhere too, against which enough rows speak."""
        if self.numbers.is_open(cell):
            return True
        item = self.numbers.of(cell)
        expected = item.expected if item is not None and self.numbers.is_only_told(cell) else None
        if expected is not None and abs(expected - cell.written.value) > cell.written.unit:
            return True  # only the roundings of what it was held against could have led there
        surely = len(each.telling) > FEWEST and each.told >= ENOUGH_BESIDES + log10(found.tried)
        told = item is not None and item.status is not Status.SLIP and self._is_questioned(cell)
        if found.told >= ENOUGH_OF_ALL and found.fitting >= EACH * found.odd:
            return told and len(each.fits) >= SHARE * len(each.misfits)
        return told and surely and len(each.fits) >= EACH * len(each.misfits)

    def _is_questioned(self, cell: Cell) -> bool:
        """Whether a number has no verdict that the run of the exercise has given it, or a working beside it."""
        item = self.numbers.of(cell)
        if cell.is_operand or item is None:
            return not cell.is_operand
        return item.quantity is None and len(item.claim.links) == 1


def _names_for(key: Key, names: Sequence[str], parts: Mapping[str, int], law: Law) -> Sequence[str]:
    """The names that a key may have: what is told of each sample stands in a list of all of them, in their order."""
    if not isinstance(law, OfBatches):
        return names
    listed = law.samples > 1 and parts[key.label] == law.samples
    of_all = [name for name in names if not name.startswith(_OF_EACH)]
    return [f"{each} {key.part}" for each in _OF_EACH if f"{each} {key.part}" in names] if listed else of_all


def _together(taken: Mapping[Key, Fits]) -> Iterator[Fits]:
    """The fits of keys, those of what is told of each sample put together."""
    lists: dict[tuple[str, str, int], Fits] = {}
    for key, each in taken.items():
        kind, _, rest = each.name.partition(" ")
        if kind not in _OF_EACH or not rest.isdigit():
            yield each
            continue
        whole = lists.setdefault((key.label, kind, each.back), Fits(each.name, each.back))
        whole.fits |= each.fits
        whole.misfits |= each.misfits
        whole.near |= each.near
        whole.telling |= each.telling
        whole.told += each.told
    yield from lists.values()


def _agree(replay: Replay) -> None:
    """Take all slopes in the convention that most of them have, and all numbers of a list of samples for the same."""
    slopes = {
        key: each.name.split(" ", 2)
        for key, each in replay.taken.items()
        if each.name.startswith("slope") and each.name.count(" ") > 1
    }
    scales: Counter[str] = Counter()
    for key, (_, _, scale) in slopes.items():
        scales[scale] += len(replay.taken[key].fits)
    for key, (_, j, scale) in slopes.items():
        usual, each = scales.most_common(1)[0][0], replay.taken[key]
        if scale != usual:
            other = replay.fit(key, f"slope {j} {usual}", each.back)
            replay.taken = {**replay.taken, key: other if len(other.fits) >= len(each.fits) else each}
    lists: dict[str, list[Key]] = {}
    for key, each in replay.taken.items():
        if each.name.split(" ")[0] in _OF_EACH and each.name.count(" ") == 1:
            lists.setdefault(key.label, []).append(key)
    for keys in lists.values():
        kinds = dict.fromkeys(replay.taken[key].name.split(" ")[0] for key in keys)
        if len(kinds) < 2:
            continue
        ways: list[dict[Key, Fits]] = [
            {key: replay.fit(key, f"{kind} {key.part}", replay.taken[key].back) for key in keys}
            for kind in kinds
        ]
        totals = [sum(len(each.fits) for each in way.values()) for way in ways]
        replay.taken = {**replay.taken, **ways[totals.index(max(totals))]}


def _best(replay: Replay, key: Key, names: Sequence[str], left: int) -> Fits | None:
    """What the numbers of a key are: the name of the law that most of them fit."""
    best: Fits | None = None
    for name in names:
        for back in (1, 0):
            if not replay.fit(key, name, back, _FIRST, only_fits=True).fits:
                continue
            fits = replay.fit(key, name, back, only_fits=True)
            if best is None or (fits.told, len(fits.fits)) > (best.told, len(best.fits)):
                best = fits
        if replay.work > left:
            break
    return best


def _is_anchored(run: Sequence[LogRow], row: int, key: Key, found: _Found) -> bool:
    """Whether a row begins where it is thought to: another number of it says so, or it stands right below the row before."""
    if row == 0 and all(each in run[0].begun for each in found.replay.keys):
        return True
    of_steps = found.families[-1] if found.families[-1].name.startswith("next") else None
    for each in found.families:
        if row == 0 and each is of_steps and not found.replay.from_keys:
            continue  # each parameter has its own start
        for at, other in each.fits if each.back else ():
            if at == row and other != key and run[row].cells[other].written.figures > 1:
                return True
    return row > 0 and run[row].follows and not run[row].is_behind_gap


def _curves(targets: Sequence[Fraction]) -> Sequence[str]:
    """What may make outputs that are compared with such targets."""
    kinds = set(targets)
    if kinds <= {0, 1}:
        return ("identity", "sigmoid", *STEPS[:2])
    return ("identity", "tanh", *STEPS[2:]) if kinds <= {-1, 1} else ("identity",)


def _batches(data: Data, curve: str, has_bias: bool, size: int) -> list[Model]:
    rows, targets = data
    return [
        Model(rows[at : at + size], targets[at : at + size], curve, (), has_bias)
        for at in range(0, len(rows), size)
    ]


def _counts(run: Sequence[LogRow], key: Key) -> bool:
    """Whether numbers only count rows: whole, each as much more than the one before."""
    cells = [row.cells[key] for row in run if key in row.cells]
    numbers = [cell.written.value for cell in cells if cell.written.places <= 0]
    if len(numbers) < len(cells) or not key.label:
        return not key.label
    return (
        len(numbers) > 1
        and all(one <= other for one, other in pairwise(numbers))
        and numbers[0] < numbers[-1]
        and len(cells) == len(run)
        and not set(numbers) <= {0, 1}
    )


def _at_another_rate(run: Sequence[LogRow], steps: Fits) -> frozenset[int]:
    """The rows whose steps are by one part longer or shorter than they should be, if most are: another learning rate is taken there."""
    parts: dict[int, list[Fraction]] = {}
    for (row, key), value in steps.misfits.items():
        before = run[row - 1].cells.get(key) if row else None
        if before is not None and value != before.written.value:
            step = run[row].cells[key].written.value - before.written.value
            parts.setdefault(row, []).append(step / (value - before.written.value))
    return rows_at_another_rate(parts)
