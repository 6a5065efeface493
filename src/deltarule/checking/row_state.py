"""What a row of values has said so far, and what a formula gives for it."""

from collections.abc import Sequence
from dataclasses import field
from fractions import Fraction
from typing import TypeAlias

from deltarule.algebra.evaluate import evaluate
from deltarule.algebra.expr import Expr, Symbol, expand, symbols
from deltarule.errors import DeltaruleError
from deltarule.formulas import Role
from deltarule.formulas.variants import HIDDEN
from deltarule.records import changing
from deltarule.trace import neuron_arithmetic
from deltarule.written import Written

PARAMETERS = (Role.WEIGHT, Role.BIAS)
MAX_OLDER = 8  # rows that are looked back upon for what an old weight was
_DATA = frozenset({Role.FEATURE, Role.TARGET})
_OF_ROW = frozenset(
    {
        Role.FEATURE,
        Role.TARGET,
        Role.NET_INPUT,
        Role.OUTPUT,
        Role.ERROR,
        Role.CHANGE,
        Role.BIAS_CHANGE,
        Role.LOSS,
    }
)
INDEXED = frozenset({Role.FEATURE, Role.WEIGHT, Role.CHANGE})

Key: TypeAlias = tuple[Role, int | None]


@changing
class State:
    """The last printed number of each quantity; `start` are the weights that the row starts from."""

    values: dict[Key, Written] = field(default_factory=dict)
    start: dict[Key, Written] = field(default_factory=dict)
    fresh: bool = True  # nothing but data has been told of this row
    updated: set[Key] = field(default_factory=set)  # weights that this row has changed already
    mended: dict[Key, Written] = field(default_factory=dict)  # what slips among the weights should be
    every: Written | None = None  # what all weights and the bias start from
    told: set[tuple[object, ...]] = field(default_factory=set)  # every value that was told
    stale: bool = False  # a parameter was told since the last net input
    open: bool = False  # an output or an error was told, and no weight since
    telling: bool = False  # whether rows tell data of their own
    always: dict[Key, Written] = field(
        default_factory=dict
    )  # data of the one sample that is worked again and again
    older: list[dict[Key, Written]] = field(default_factory=list)  # what the rows before started from
    lines: dict[Key, int] = field(default_factory=dict)  # where each weight was told last
    told_at: dict[Key, int] = field(default_factory=dict)  # the same, by its place in the text
    worked_at: int = 0  # where something else than a setting was told last
    first: dict[Key, Fraction] = field(default_factory=dict)  # what each parameter was at first
    crowded: bool = False  # several targets were told one after the other, with nothing worked between them
    target_of: int | None = None  # the sample whose target was told last, by its index: y_5 = 11

    def forget_data(self) -> None:
        """Forget which sample is worked."""
        for key in [key for key in self.values if key[0] in (Role.FEATURE, Role.TARGET)]:
            del self.values[key]

    def begin_row(self, first: bool = False) -> None:
        """Forget what belongs to the row before; what was told before the `first` one holds for all that tell no data."""
        if first and not self.telling:
            self.always = {key: value for key, value in self.values.items() if key[0] in _DATA}
        self.values = {key: value for key, value in self.values.items() if key[0] not in _OF_ROW}
        if self.start:
            self.older = [*self.older[-MAX_OLDER:], self.start]
        self.mended = {key: value for key, value in self.mended.items() if key[0] not in _OF_ROW}
        self.start = {key: value for key, value in self.values.items() if key[0] in PARAMETERS}
        self.fresh = True
        self.open = False
        self.updated = set()
        self.crowded = False
        self.target_of = None

    def take(self, key: Key, written: Written) -> None:
        """Keep a number; of several targets that are told together none is that of the row."""
        before = self.values.get(key)
        self.crowded |= (
            key[0] is Role.TARGET and self.fresh and before is not None and before.value != written.value
        )
        if key[0] is Role.TARGET and self.crowded:
            self.values.pop(key, None)
        else:
            self.values[key] = written

    def take_data(self, features: Sequence[Fraction], targets: Sequence[Fraction]) -> None:
        """Data that the label of a row tells."""
        self.telling |= bool(features)
        for j, number in enumerate(features, 1):
            self.values[Role.FEATURE, j] = Written(str(number), number, 0)
        if len(targets) == 1:
            self.values[Role.TARGET, None] = Written(str(targets[0]), targets[0], 0)

    def forget_weights(self, line: int | None = None) -> None:
        """Another exercise begins; weights told on the same line are its own."""
        self.values = {
            key: value
            for key, value in self.values.items()
            if key[0] not in PARAMETERS or (line is not None and self.lines.get(key) == line)
        }
        self.start, self.older = {}, []
        self.begin_row()


def worked(tree: Expr, key: Key, state: State) -> tuple[Fraction, Fraction] | None:
    """Value of a formula, and how far roundings of its operands may move it."""
    weights = sorted({j for role, j in state.values if role is Role.WEIGHT and j is not None})
    if state.every is not None:
        weights = sorted({*weights, *(j for role, j in state.values if role is Role.FEATURE and j)})
    ready = (
        expand(tree, {"j": tuple(weights)}, {"j": feature_of(key)})
        if weights or key[0] is not Role.NET_INPUT
        else None
    )
    if ready is None:
        return None
    try:
        ready = _complete(ready, weights, key, state, 2)
        value = _evaluated(ready, key, state, None)
        slack = Fraction(0)
        for symbol in dict.fromkeys(symbols(ready)):
            written = operand(symbol, key, state)
            if written is not None and written.places > 0 and _rounded(symbol):
                slack += abs(_evaluated(ready, key, state, symbol) - value)
    except (KeyError, ZeroDivisionError, DeltaruleError, ValueError):
        return None
    return value, slack


def _rounded(symbol: Symbol) -> bool:
    return symbol.name not in (
        Role.FEATURE.value,
        Role.TARGET.value,
        Role.LEARNING_RATE.value,
        Role.THRESHOLD.value,
    )


def feature_of(key: Key) -> int:
    """Feature of a quantity, the first where none is written."""
    return 1 if key[1] is None else key[1]


def _complete(tree: Expr, weights: Sequence[int], key: Key, state: State, deep: int) -> Expr:
    """A formula with what the row leaves out worked out from the rest."""
    if isinstance(tree, Symbol):
        role = Role(tree.name)
        if deep and role in HIDDEN and (role, None) not in state.values:
            if role is Role.NET_INPUT and not weights:
                raise KeyError(tree)
            inner = expand(HIDDEN[role], {"j": tuple(weights)}, {"j": feature_of(key)})
            return _complete(inner, weights, key, state, deep - 1)
        return tree
    return tree.map(lambda child: _complete(child, weights, key, state, deep))


def operand(symbol: Symbol, key: Key, state: State) -> Written | None:
    """The number that a symbol stands for in this row."""
    role = Role(symbol.name)
    index = symbol.index[0] if symbol.index and isinstance(symbol.index[0], int) else None
    known = (role, index) if role in INDEXED else (role, None)
    if role in PARAMETERS and known != key and known in state.start:
        return state.start[known]
    found = state.values.get(known)
    if found is None and role in _DATA and not state.telling:
        found = state.always.get(known)
    if found is None and role is Role.FEATURE and any(r is Role.FEATURE for r, _ in state.values):
        return Written("1", Fraction(1), 0)  # the input of the bias is not written
    if found is None and role in PARAMETERS and state.every is not None:
        return state.every
    if found is None and role is Role.BIAS and key[0] is not Role.BIAS:
        return Written("0", Fraction(0), 0)
    return found


def _evaluated(tree: Expr, key: Key, state: State, moved: Symbol | None) -> Fraction:
    def value_of(symbol: Symbol) -> Fraction:
        written = operand(symbol, key, state)
        if written is None:
            raise KeyError(symbol)
        return written.value + written.unit / 2 if symbol == moved else written.value

    result: Fraction = evaluate(tree, value_of, neuron_arithmetic())
    return result
