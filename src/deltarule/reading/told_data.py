r"""Data that are told without a table: points ``(1, 3), (2, 5)``, lists, matrices, one sample after the other.

Only what stands before the first working counts, and only where it can be put together in one way: as many inputs as
targets, and every input of the same size.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Expr, Product, Symbol, Vector, symbols
from deltarule.document import COLUMN, OUTPUT_AT, Claim, Item, Place, Table
from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.reading.lone_numbers import as_written
from deltarule.reading.told_by_index import Indexed, samples_by_index
from deltarule.records import record
from deltarule.written import Written, parse_number

MAX_TOLD = 200  # rows
MAX_WIDTH = 40
MAX_TEXT = 40_000  # characters in which samples are looked for behind the first working
_COUNTING = frozenset({"i", "j", "k", "n"})
_SETS = frozenset({"D", "S", "T", "data", "Data", "dataset", "points"})
_TARGET_LETTERS = frozenset({"y", "Y", "t", "T", "d", "D"})

_DECIMAL = r"[-+−]?\d{1,9}(?:\.\d{1,9})?"
_COMMA = r"[-+−]?\d{1,9}(?:[.,]\d{1,9})?"
_TUPLE = re.compile(rf"\(\s?({_DECIMAL}(?:\s?,\s?{_DECIMAL}){{1,6}}|{_COMMA}(?:\s?;\s?{_COMMA}){{1,6}})\s?\)")
_BETWEEN = re.compile(r"[\s,;$\\{}]{0,6}(?:and|und|et|y|e|en|и|i|og|och)?[\s,;$\\{}]{0,6}")
# x = 0,5; 1; 1,5 and t = 3, 1, 4
_LIST = re.compile(
    rf"(?<![\w_^])([xXytdYT])\s?=\s?({_COMMA}(?:\s?;\s?{_COMMA}){{1,60}}|{_DECIMAL}(?:,\s{_DECIMAL}){{1,60}})(?!\d|\s?[=.,;]?\d)"
)

_Row = tuple[Written, ...]


@record
class ToldData:
    """Rows of inputs with their targets, and the name that the targets have (None: no name)."""

    features: tuple[_Row, ...]
    targets: _Row
    target: str | None
    statements: frozenset[int] = frozenset()  # positions of the items that tell them
    is_sure: bool = False  # every number says whose it is: nothing was put together


@dataclass
class _Record:
    """One statement about inputs or targets: a number, or a list of them."""

    name: str
    index: tuple[int, ...]
    values: list[Written]
    is_list: bool
    positions: list[int]  # of the items that tell it

    @property
    def is_constant(self) -> bool:
        """Whether it only says what the input of the bias is: ``x_0 = 1``."""
        return not self.is_list and self.index == (0,) and self.values[0].value == 1


@dataclass
class _Gathered:
    """What is told before the first working, in order."""

    records: list[tuple[Role, _Record]] = field(default_factory=list)
    points: list[tuple[_Row, Written | None]] = field(default_factory=list)
    mapped: list[int] = field(
        default_factory=list
    )  # positions of the items that tell points with their targets
    matrices: list[tuple[str, tuple[_Row, ...]]] = field(default_factory=list)
    indexed: list[Indexed] = field(default_factory=list)  # numbers of inputs and targets, one by one
    defined: set[str] = field(default_factory=set)  # names that a formula gives: y = σ(w x + b)
    ends: int | None = None  # where the first working begins

    def of(self, role: Role) -> list[_Record]:
        """Statements about one of the two."""
        return [record for each, record in self.told() if each is role]

    def told(self) -> list[tuple[Role, _Record]]:
        """All statements; where there are targets that no formula gives, those alone are targets."""
        records = [(role, record) for role, record in self.records if not record.is_constant]
        given = [(role, record) for role, record in records if record.name not in self.defined]
        return given if any(role is Role.TARGET for role, _ in given) else records


def told_data(items: Sequence[Item], text: str) -> list[ToldData]:
    """The data of a document without a table of data, in every way in which they can be put together.

    The way that takes what is told most literally comes first.
    """
    gathered = _gather(items)
    above = text[: gathered.ends]
    ways: tuple[ToldData | None, ...] = (
        _from_indexed(gathered),
        _from_written_lists(above),
        _from_matrix(gathered, items),
        _from_lists(gathered),
        _from_numbers(gathered),
        _from_points(gathered),
        _from_turned_table(items),
        _from_written_points(gathered, above),
    )
    from deltarule.reading.told_samples import told_samples  # which puts together what is defined here

    ways += tuple(told_samples(above))
    if len(above) < len(text) <= MAX_TEXT:
        ways += tuple(told_samples(text))  # each in front of its own working
    told = {position for _, record in gathered.told() for position in record.positions}
    positions = frozenset(told | set(gathered.mapped))
    return [replace(way, statements=positions) for way in ways if way is not None and _is_whole(way)]


def _is_whole(told: ToldData) -> bool:
    """Whether every row has as many inputs, and a target."""
    widths = {len(row) for row in told.features}
    fits = len(widths) == 1 and 0 < max(widths) <= MAX_WIDTH and len(told.targets) == len(told.features)
    return fits and len(told.features) <= MAX_TOLD


# -- gathering


def _gather(items: Sequence[Item]) -> _Gathered:
    found = _Gathered()
    last: Claim | None = None
    for position, item in enumerate(items):
        if isinstance(item, Place) and not item.argument:
            _take_point(found, item)
        if not isinstance(item, Claim) or item.supposed:
            continue
        if _is_working(item):
            found.ends = item.span.start
            break
        if item.given is not None:
            _take_given(found, item)
        elif isinstance(item.subject, Symbol) and len(item.links) == 1 and item.links[0].relation == "=":
            if not _take_number(found, position, item, item.subject, last) and any(
                symbols(item.links[0].expr)
            ):
                found.defined.add(item.subject.name)
        elif isinstance(item.subject, Symbol) and not item.links and _role(item.subject.name) is Role.TARGET:
            found.defined.add(item.subject.name)  # y = w*X(k,:)' + b, which is not read
        elif isinstance(item.subject, Apply) and item.subject.function == OUTPUT_AT:
            _take_output(found, position, item, item.subject.arg)
        last = item
    return found


def _is_working(claim: Claim) -> bool:
    """Whether something is worked out: an expression in numbers and its value."""
    return len(claim.links) > 1 and any(
        is_numeric(link.expr) and as_written(link.expr) is None for link in claim.links
    )


def _role(name: str) -> Role | None:
    """Whether a name is that of inputs or that of targets."""
    if name in _TARGET_LETTERS:
        return Role.TARGET
    role = next(iter(roles_of(name)), None)
    return role if role in (Role.FEATURE, Role.TARGET) else None


def _take_output(found: _Gathered, position: int, claim: Claim, inputs: Expr) -> None:
    """``(0, 1) -> 1``."""
    numbers = _numbers(inputs.items) if isinstance(inputs, Vector) else None
    value = as_written(claim.links[0].expr) if len(claim.links) == 1 else None
    if numbers is not None and value is not None:
        found.points.append((numbers, value))
        found.mapped.append(position)


def _take_number(found: _Gathered, position: int, claim: Claim, subject: Symbol, last: Claim | None) -> bool:
    """Take what a claim tells of inputs or targets; whether it tells anything of them."""
    role = _role(subject.name)
    value = as_written(claim.links[0].expr)
    if role is None or value is None:
        return False
    listed = claim.part is not None
    if listed and claim.part and last is not None and last.span == claim.span and found.records:
        found.records[-1][1].values.append(value)
        found.records[-1][1].positions.append(position)
        return True
    indices = subject.upper if listed else (*subject.index, *subject.upper)
    if listed:  # x_{1,i} = [3, 5, 7], for each of the samples i
        indices = tuple(each for each in indices if each not in _COUNTING)
    index = tuple(each for each in indices if isinstance(each, int))
    if len(index) < len(indices):
        return False  # the rule for any of them
    if not listed:
        below = index[: len(subject.index)]
        found.indexed.append(Indexed(role, subject.name, below, index[len(below) :], value))
    found.records.append((role, _Record(subject.name, index, [value], listed, [position])))
    return True


def _take_point(found: _Gathered, place: Place) -> None:
    numbers = _numbers(place.numbers)
    value = None if place.value is None else as_written(place.value)
    if numbers is not None and (place.value is None) == (value is None):
        found.points.append((numbers, value))


def _take_given(found: _Gathered, claim: Claim) -> None:
    assert claim.given is not None
    assert isinstance(claim.subject, Symbol)
    name = claim.subject.name
    rows = [_numbers(item.items) if isinstance(item, Vector) else None for item in claim.given.items]
    if all(row is not None for row in rows):
        found.matrices.append((name, tuple(row for row in rows if row is not None)))
    elif name.startswith(COLUMN) and (numbers := _numbers(claim.given.items)) is not None:
        role = _role(name.removeprefix(COLUMN))
        if role is not None:
            found.records.append((role, _Record(name.removeprefix(COLUMN), (), list(numbers), True, [])))


def _numbers(items: Iterable[Expr]) -> _Row | None:
    found = [as_written(item) for item in items]
    return None if None in found else tuple(each for each in found if each is not None)


# -- putting together


def _from_matrix(found: _Gathered, items: Sequence[Item]) -> ToldData | None:
    """``X = [[1, 1], [1, 2]]`` with ``y = [1, 2]``, or a set of points ``D = {(1, 1), (2, 3)}``.

    Nothing is put together where a formula multiplies X by the weights, ``X^T (X w - y)``, and each row has its target.
    """
    for name, rows in found.matrices:
        targets = found.of(Role.TARGET)
        if name not in _SETS and _role(name) is not Role.FEATURE:
            continue
        if len(targets) == 1 and targets[0].is_list:
            values = tuple(targets[0].values)
            if len(rows) != len(values) and all(len(row) == len(values) for row in rows):
                rows = tuple(zip(*rows, strict=True))
            elif len(rows) == len(values) and _is_multiplied(name, items):
                return ToldData(rows, values, targets[0].name, is_sure=True)
            return ToldData(rows, values, targets[0].name)
        if name in _SETS and not targets and not found.of(Role.FEATURE) and all(len(r) > 1 for r in rows):
            return ToldData(tuple(row[:-1] for row in rows), tuple(row[-1] for row in rows), None)
    return None


def _is_multiplied(name: str, items: Sequence[Item]) -> bool:
    """Whether a formula has the product of a matrix and the weights, ``Xw``."""
    for item in items:
        sides = (item.subject, *(link.expr for link in item.links)) if isinstance(item, Claim) else ()
        for node in (node for side in sides if side is not None for node in side.walk()):
            for left, right in pairwise(node.factors) if isinstance(node, Product) else ():
                named = isinstance(left, Symbol) and isinstance(right, Symbol) and left.name == name
                if named and isinstance(right, Symbol) and Role.WEIGHT in roles_of(right.name)[:1]:
                    return True
    return False


def _from_lists(found: _Gathered) -> ToldData | None:
    """Lists of inputs: each is a sample, or each is a column of them."""
    inputs, targets = found.of(Role.FEATURE), found.of(Role.TARGET)
    if not inputs or not targets or not all(record.is_list for record in inputs):
        return None
    sizes = {len(record.values) for record in inputs}
    name = targets[0].name
    if len(sizes) != 1 or any(record.name != name for record in targets):
        return None
    size = sizes.pop()
    listed = targets[0].is_list and len(targets) == 1
    values = tuple(targets[0].values) if listed else tuple(r.values[0] for r in targets)
    if not listed and any(record.is_list and len(record.values) > 1 for record in targets):
        return None
    rows = tuple(tuple(record.values) for record in inputs)
    by_row = len(values) == len(inputs)
    by_column = listed and len(values) == size
    if by_row and by_column and size > 1:
        return None  # as many columns as rows
    if by_row:
        return ToldData(rows, values, name)
    return ToldData(tuple(zip(*rows, strict=True)), values, name) if by_column else None


def _from_indexed(found: _Gathered) -> ToldData | None:
    """``x_1^{(1)} = 3, x_2^{(1)} = 2, t_1 = 1``: every number says whose it is."""
    told = samples_by_index([each for each in found.indexed if each.name not in found.defined])
    if told is None or any(record.is_list for _, record in found.told()):
        return None
    rows, targets, name = told
    return ToldData(rows, targets, name, is_sure=True)


def _from_numbers(found: _Gathered) -> ToldData | None:
    """``x_1 = 0.6, x_2 = 0.1, t = 1``: one sample; the same again and again: one sample after the other."""
    if any(record.is_list for _, record in found.told()):
        return None
    inputs, targets = found.of(Role.FEATURE), found.of(Role.TARGET)
    if not inputs or not targets or len({record.name for record in targets}) != 1:
        return None
    values = tuple(record.values[0] for record in targets)
    indices = [record.index for record in inputs]
    if len(set(indices)) == len(indices):
        if len(targets) == 1:
            return ToldData((tuple(record.values[0] for record in inputs),), values, targets[0].name)
        same = indices == [record.index for record in targets] == [(k,) for k in range(1, len(inputs) + 1)]
        return (
            ToldData(tuple((record.values[0],) for record in inputs), values, targets[0].name)
            if same
            else None
        )
    return _one_after_the_other(found)


def _one_after_the_other(found: _Gathered) -> ToldData | None:
    """Inputs, then their target, then the next inputs of the same names."""
    rows: list[_Row] = []
    targets: list[Written] = []
    row: list[_Record] = []
    shapes = set()
    name = ""
    for role, number in found.told():
        if role is Role.FEATURE:
            row.append(number)
            continue
        shapes.add(tuple((each.name, each.index) for each in row))
        rows.append(tuple(each.values[0] for each in row))
        targets.append(number.values[0])
        row, name = [], number.name
    if row or len(shapes) != 1:
        return None
    return ToldData(tuple(rows), tuple(targets), name)


def _written(text: str) -> _Row:
    parts = text.split(";") if ";" in text else text.split(",")
    return tuple(parse_number(part.strip().replace(",", ".").replace("−", "-")) for part in parts)


def _from_written_lists(text: str) -> ToldData | None:
    """``x = 0,5; 1; 1,5`` and ``y = 1; 1,8; 2,9``: one input of each sample, and the targets."""
    found: dict[str, _Row] = {}
    for match in _LIST.finditer(text):
        found.setdefault(match[1], _written(match[2]))
    inputs = [values for name, values in found.items() if _role(name) is Role.FEATURE]
    targets = [(name, values) for name, values in found.items() if _role(name) is Role.TARGET]
    if len(inputs) != 1 or len(targets) != 1 or len(inputs[0]) != len(targets[0][1]):
        return None
    return ToldData(tuple((value,) for value in inputs[0]), targets[0][1], targets[0][0])


def _from_written_points(found: _Gathered, text: str) -> ToldData | None:
    """The first run of points that stand beside one another, with or without commas, in a set or not."""
    run: list[re.Match[str]] = []
    for match in _TUPLE.finditer(text):
        if run and not _BETWEEN.fullmatch(text, run[-1].end(), match.start()):
            if len(run) > 1:
                break
            run = []
        run.append(match)
    rows = [_written(match[1]) for match in run]
    if len(rows) < 2 or len(set(map(len, rows))) != 1:
        return None
    return ToldData(tuple(row[:-1] for row in rows), tuple(row[-1] for row in rows), None)


def _from_points(found: _Gathered) -> ToldData | None:
    """``(1, 3), (2, 5)``, the last number of each the target; or ``(0, 1) -> 0``."""
    mapped = [(numbers, value) for numbers, value in found.points if value is not None]
    if mapped:
        return ToldData(tuple(numbers for numbers, _ in mapped), tuple(value for _, value in mapped), None)
    points = [numbers for numbers, _ in found.points]
    targets = found.of(Role.TARGET)
    told = [record for record in targets if not record.is_list]
    if points and len(told) == len(targets) == len(points) and not found.of(Role.FEATURE):  # (1, 0), t = 1
        return ToldData(tuple(points), tuple(record.values[0] for record in told), told[0].name)
    if len(points) < 2 or len(set(map(len, points))) != 1 or len(points[0]) < 2:
        return None
    return ToldData(tuple(row[:-1] for row in points), tuple(row[-1] for row in points), None)


def _from_turned_table(items: Sequence[Item]) -> ToldData | None:
    """A table with a name in front of each row: ``x | 0 | 1 | 2`` over ``y | 1 | 3 | 4``."""
    table = next((item for item in items if isinstance(item, Table)), None)
    if table is None:
        return None
    lines = [table.header, *table.rows]
    inputs: list[_Row] = []
    targets: list[tuple[str, _Row]] = []
    for line in lines:
        name = line[0] if line else None
        numbers = None if None in line[1:] else _numbers(cell for cell in line[1:] if cell is not None)
        role = _role(name.name) if isinstance(name, Symbol) else None
        if role is None or numbers is None or not isinstance(name, Symbol):
            return None
        if role is Role.FEATURE:
            inputs.append(numbers)
        else:
            targets.append((name.name, numbers))
    if len(targets) != 1 or not inputs or len({len(row) for row in (*inputs, targets[0][1])}) != 1:
        return None
    return ToldData(tuple(zip(*inputs, strict=True)), targets[0][1], targets[0][0])
