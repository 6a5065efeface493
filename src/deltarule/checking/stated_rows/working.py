"""What a formula gives for a cell: with the numbers of its row, what went before, the settings and the data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from deltarule.algebra.derive import derive
from deltarule.algebra.evaluate import evaluate
from deltarule.algebra.expr import Apply, Expr, Number, SumOver, Symbol, expand, substitute
from deltarule.checking.columns.data import Data
from deltarule.checking.columns.makings import FAILED
from deltarule.checking.stated_rows.grids import Key, key_of
from deltarule.checking.stated_rows.laws import BY_ROLE, Law, laws_of
from deltarule.errors import DeltaruleError
from deltarule.formulas import Role
from deltarule.naming import Names
from deltarule.notation import roles_of
from deltarule.records import record
from deltarule.trace import neuron_arithmetic
from deltarule.written import Written

PARAMETERS = frozenset({Role.WEIGHT, Role.BIAS})
MAX_DEPTH = 4
_MEANS = frozenset({"mean", "avg", "average", "Mean", "E"})
_SETTINGS = frozenset({Role.LEARNING_RATE, Role.MOMENTUM, Role.DECAY, Role.RATE_FACTOR, Role.THRESHOLD})
SMALL = "epsilon"  # keeps a denominator from being 0; most leave it out
_COUNTERS = frozenset({"k", "t", "n", "i"})
_STEPS = frozenset({"sign", "step"})


@record
class Operand:
    """A number that a formula takes; roundings do not move an `exact` one, and an `assumed` one stands nowhere."""

    written: Written
    exact: bool = False
    assumed: bool = False


NOTHING = Operand(Written("0", Fraction(0), 0), exact=True, assumed=True)


@dataclass
class Known:
    """What is known where a cell stands."""

    settings: Mapping[Key, Written]
    row: dict[Key, Operand] = field(default_factory=dict)  # told in this row
    before: dict[Key, Operand] = field(default_factory=dict)  # told in the row before
    state: dict[Key, Operand] = field(default_factory=dict)  # what goes on from row to row, as told last
    start: dict[Key, Operand] = field(default_factory=dict)  # the same where the row began
    number: int | None = None  # of the row
    whole: dict[Key, Operand] = field(
        default_factory=dict
    )  # all that this row tells, behind the cell as well


@record
class Worth:
    """What a formula gives, and how far roundings may move that; `assumed` if it takes a start that is not told."""

    value: Fraction
    slack: Fraction
    assumed: bool


class Working:
    """Formulas at work in one document."""

    def __init__(
        self,
        laws: Sequence[Law],
        functions: Mapping[str, tuple[Symbol, Expr]],
        names: Names,
        data: Data | None,
        most: int,
    ) -> None:
        self.laws = laws
        self.names = names
        self.left = most  # values that may still be worked out
        self.functions = functions
        self.data = data
        self._going = frozenset(law.key[0] for law in laws if law.goes_on) | {
            variable.name for name, (variable, _) in functions.items() if name.endswith("'")
        }

    def goes_on(self, key: Key) -> bool:
        """Whether a quantity is what it was before until it is told anew: a parameter, a velocity, a variable of a descent."""
        return self.names.role(key[0]) in PARAMETERS or key[0] in self._going

    def worth(
        self, body: Expr, key: Key, known: Known, back: bool = False, letters: tuple[str, ...] = ()
    ) -> Worth | None:
        """What a formula gives for a name; with what the row began with, if `back`. None where it gives nothing.

        `letters` are what the name has as indices: what has the same ones, ``v_{k+1}`` beside ``x_{k+1}``, is of the same row.
        """
        taken: dict[Key, Operand] = {}
        named = frozenset(symbol.name for symbol in body.symbols)
        look = _Look(self, key, known, back, taken, named=named, letters=letters)
        try:
            value = self.value(body, look)
            slack = Fraction(0)
            for each, operand in list(taken.items()):
                if not operand.exact and operand.written.places > 0:
                    moved = replace(look, moved=each)
                    slack += abs(self.value(body, moved) - value)
            if any(isinstance(node, Apply) and node.function in _STEPS for node in body.walk()):
                slack += abs(self.value(body, replace(look, jump="lower")) - value)
        except (*FAILED, DeltaruleError, RecursionError):
            return None
        return Worth(value, slack, any(operand.assumed for operand in taken.values()))

    def value(self, body: Expr, look: "_Look") -> Fraction:
        """The value of a formula. Raises what evaluating raises, KeyError where a number is not known."""
        self.left -= 1
        ready = self._ready(body, look)
        value: Fraction = evaluate(ready, look.value_of, neuron_arithmetic(look.jump))
        return value

    def _ready(self, expr: Expr, look: "_Look") -> Expr:
        """A formula with its functions and its sums written out."""
        if isinstance(expr, Apply):
            found = self._function(expr.function)
            if found is not None:
                variable, body = found
                return self._ready(substitute(body, lambda s: expr.arg if s == variable else None), look)
            if expr.function in _MEANS:
                return Number(self._summed(expr.arg, look) / len(look.samples(self.data)))
        if isinstance(expr, SumOver):
            weights = [s for s in expr.body.symbols if self.names.role(s.name) is Role.WEIGHT]
            named = next((s for s in weights if expr.index in s.index or not s.index), None)
            if named is not None and expr.index in named.index:
                indices = look.indices(named.name)
                return self._ready(expand(expr, {expr.index: indices}, {}), look)
            return Number(self._summed(expr.body, look))
        return expr.map(lambda child: self._ready(child, look))

    def _summed(self, body: Expr, look: "_Look") -> Fraction:
        """A formula summed over the samples."""
        total = Fraction(0)
        for sample in look.samples(self.data):
            total += self.value(body, replace(look, sample=sample))
        return total

    def _function(self, name: str) -> tuple[Symbol, Expr] | None:
        if name in self.functions:
            return self.functions[name]
        if name.endswith("'") and name[:-1] in self.functions:
            variable, body = self.functions[name[:-1]]
            return variable, derive(body, variable)
        return None


@record
class _Look:
    """Where the numbers of one value come from."""

    working: Working
    key: Key
    known: Known
    back: bool
    taken: dict[Key, Operand]
    moved: Key | None = None
    jump: str = "upper"
    sample: tuple[tuple[Fraction, ...], Fraction] | None = None
    depth: int = 0
    named: frozenset[str] = frozenset()  # what the formula takes by name
    letters: tuple[str, ...] = ()  # that the name has as indices

    def value_of(self, symbol: Symbol) -> Fraction:
        """The number that a symbol stands for. Raises KeyError where there is none."""
        name, indices = key_of(symbol) or ("", ())
        role = self._role(name)
        if self.sample is not None:
            inside = self._of_sample(name, indices, role)
            if inside is not None:
                return inside
        number = self.known.number
        if name in _COUNTERS and not indices and number is not None and (name, ()) not in self.known.row:
            return Fraction(number)
        letters = tuple(part for part in (*symbol.index, *symbol.upper) if isinstance(part, str))
        is_of_row = bool(letters) and letters == self.letters and name != self.key[0]
        for key in self._keys(symbol, name, indices):
            if is_of_row and key in self.known.whole:
                return self._take(key, self.known.whole[key])
            operand = self._told(key)
            if operand is not None:
                return self._take(key, operand)
        if role is Role.FEATURE and indices == (0,):
            return Fraction(1)
        found = self._by_role(role, indices) if role is not None else None
        if found is not None:
            return self._take(*found)
        return self._worked(symbol, name, indices)

    def samples(self, data: Data | None) -> Sequence[tuple[tuple[Fraction, ...], Fraction]]:
        """The samples of the data. Raises KeyError where none are known."""
        if data is None or self.sample is not None:
            raise KeyError("data")
        return list(zip(*data, strict=True))

    def indices(self, name: str) -> tuple[int, ...]:
        """The indices that a name has here."""
        keys = {key[1] for key in (*self.known.state, *self.known.row) if key[0] == name}
        found = {index[0] for index in keys if index}
        if not found or () in keys or found - {0} != set(range(1, max(found) + 1)):
            raise KeyError(name)
        return tuple(sorted(found))

    def _role(self, name: str) -> Role | None:
        return Role(name.removeprefix(BY_ROLE)) if name.startswith(BY_ROLE) else self.working.names.role(name)

    def _of_sample(self, name: str, indices: tuple[int, ...], role: Role | None) -> Fraction | None:
        assert self.sample is not None
        features, target = self.sample
        if role is Role.COUNT and name in ("n", "m", "N", "M"):
            return None
        if role is Role.FEATURE:
            at = indices[0] if indices else self.key[1][0] if self.key[1] and len(features) > 1 else 1
            if at == 0:
                return Fraction(1)
            return features[at - 1] if at <= len(features) else None
        return target if role is Role.TARGET or Role.TARGET in roles_of(name) else None

    def _keys(self, symbol: Symbol, name: str, indices: tuple[int, ...]) -> list[Key]:
        """The names under which it may be told."""
        letters = any(isinstance(part, str) for part in (*symbol.index, *symbol.upper))
        keys = [(name, indices)]
        if not indices and self.key[1]:
            keys.insert(0 if letters else 1, (name, self.key[1]))
        if indices == (1,):
            keys.append((name, ()))
        return keys

    def _told(self, key: Key) -> Operand | None:
        """The number told for a name, as it is where the cell stands."""
        known, working = self.known, self.working
        moves = working.goes_on(key)
        if key == self.key:
            written = None if working.goes_on(key) else known.settings.get(key)
            return known.state.get(key) if written is None else Operand(written, exact=True)
        parameters = (
            working.names.role(key[0]) in PARAMETERS and working.names.role(self.key[0]) in PARAMETERS
        )
        if moves and (self.back or parameters) and key in known.start:
            return known.start[key]
        if key in known.row:
            return known.row[key]
        if moves and key in known.state:
            return known.state[key]
        first = working.goes_on(self.key) and all(working.goes_on(each) for each in known.row)
        if first and key in known.before:
            return known.before[key]
        written = known.settings.get(key)
        return None if written is None else Operand(written, exact=key[0] != SMALL)

    def _by_role(self, role: Role, indices: tuple[int, ...]) -> tuple[Key, Operand] | None:
        """The one number of its role that is told."""
        wanted = {indices, self.key[1]} if not indices else {indices}
        keys = dict.fromkeys((*self.known.row, *self.known.before, *self.known.state))
        found = [
            (key, operand)
            for key in keys
            if key != self.key
            and key[0] not in self.named
            and self._role(key[0]) is role
            and key[1] in wanted
            and (operand := self._told(key)) is not None
        ]
        if not found and role in _SETTINGS:
            found = [
                (key, Operand(written, exact=True))
                for key, written in self.known.settings.items()
                if self._role(key[0]) is role
            ]
        return found[0] if len(found) == 1 else None

    def _worked(self, symbol: Symbol, name: str, indices: tuple[int, ...]) -> Fraction:
        """The value of a name that is told nowhere, by its own formula."""
        if self.depth == MAX_DEPTH or name == self.key[0]:
            raise KeyError(symbol)
        index = indices or self.key[1]
        role = self._role(name)
        for law in laws_of((name, index), self.working.laws, self.working.names):
            if law.stated and not law.goes_on:
                inner = self._inner(law, index)
                return self.working.value(law.body, inner)
        if role is Role.COUNT and self.working.data is not None:
            return Fraction(len(self.working.data[1]))
        if name.startswith(BY_ROLE):
            for law in self.working.laws:
                if (
                    self._role(law.key[0]) is role
                    and not law.goes_on
                    and (law.letters or law.key[1] in ((), index))
                ):
                    inner = self._inner(law, index)
                    return self.working.value(law.body, inner)
        raise KeyError(symbol)

    def _inner(self, law: Law, index: tuple[int, ...]) -> "_Look":
        """The same place, for a formula that another one takes."""
        named = frozenset(symbol.name for symbol in law.body.symbols)
        return replace(self, depth=self.depth + 1, key=(self.key[0], index), named=named)

    def _take(self, key: Key, operand: Operand) -> Fraction:
        self.taken[key] = operand
        if key != self.moved:
            return operand.written.value
        by = 2 * operand.written.value if key[0] == SMALL else operand.written.unit / 2
        return operand.written.value + by
