"""The ledger: for each quantity what the author printed, and what it is in four exact worlds.

An author may go on with the printed number, with the unrounded result of the line before, with what was carried
since the last printed weights, or with what was carried through the whole run. Real authors
mix these, line by line, so all four values are kept side by side (`World`), each with its own rule for falling back
to the print. They are worked out only when the printed numbers do not explain a line.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from fractions import Fraction
from functools import cached_property
from operator import is_
from typing import NamedTuple, TypeAlias

from deltarule.algebra.combination import Combination
from deltarule.algebra.evaluate import Arithmetic, evaluate
from deltarule.algebra.expr import Expr, Symbol
from deltarule.algebra.numbers import bounded
from deltarule.algebra.program import program
from deltarule.errors import DeltaruleError
from deltarule.exercise import Exercise
from deltarule.formulas import Role
from deltarule.formulas.neuron import PER_FEATURE, PER_SAMPLE, WITHOUT_STEP
from deltarule.records import record
from deltarule.trace import Quantity, given, instance, neuron_arithmetic, quantity_of, within_bounds
from deltarule.written import Written, is_within_unit, may_show

ONE = Fraction(1)
MAX_LOOKBACK = 300
MAX_KEPT = 6  # values of one working
MAX_HIDDEN = 4  # steps of one update that may be left out: change, gradient, error, output
_WEIGHTS = (Role.WEIGHT, Role.BIAS)
# what decides a formula: its role, its feature or sample, and the samples of the batch
Place: TypeAlias = tuple[Role, int | None, tuple[int, ...]]


class World(Enum):
    """Which exact value of a quantity an author went on with."""

    PRINTED = "as printed"
    LINE = "with the unrounded result of the line before"
    EPOCH = "carried unrounded since the last printed weights"
    RUN = "carried unrounded through the whole run"
    SLIPPED = "carried unrounded through the whole run, the slip included"

    __hash__ = object.__hash__  # members are single; by their names they hash ten times slower


CARRIED = (World.LINE, World.EPOCH, World.RUN, World.SLIPPED)


_LONG_BITS = 10  # bits beyond these: each further 1,024 of a value are as much work as another value


class Effort:
    """How many values were worked out, long ones counted more, and by which arithmetic.

    What was spent is what the work on a document is measured by.
    """

    def __init__(self, arithmetic: Arithmetic | None = None) -> None:
        self.spent = 0
        self.products = 0  # that were held against a formula's
        self.taken = 0  # of all that, what is already accounted for
        self.arithmetic = arithmetic or neuron_arithmetic()


class Recipe:
    """How a value comes about: a tree over symbols, and the entries that they stand for.

    The tree is built when it is first needed: most lines are right as printed. Each time its value is worked out is
    counted in `effort`.
    """

    def __init__(
        self,
        tree: Expr | Callable[[], Expr],
        operands: Mapping[Symbol, "Entry"],
        effort: "Effort | None" = None,
    ) -> None:
        self._tree = tree
        self.operands = operands
        self._effort = effort
        self._worked: list[tuple[list[Fraction], Fraction]] = []  # values of the operands, and what they give
        self._order: list[int] | None = None  # of the symbols of a compiled tree among the operands

    @cached_property
    def tree(self) -> Expr:
        """The expression."""
        return self._tree if isinstance(self._tree, Expr) else self._tree()

    def value(self, pick: Callable[["Entry"], Fraction]) -> Fraction:
        """Value of the tree with each operand as `pick` gives it.

        Raises
        ------
        KeyError
            It has none: an operand is not known, something is divided by zero, or left the range of numbers.
        """
        if self._effort is not None:
            self._effort.spent += 1
        values = [pick(entry) for entry in self.operands.values()]
        for known, result in self._worked:  # most ways of carrying digits come to the same numbers
            if known == values:
                return result
        try:
            result = self._worked_with(values)
        except (ZeroDivisionError, DeltaruleError) as error:
            raise KeyError(str(error)) from None
        if self._effort is not None:
            self._effort.spent += result.denominator.bit_length() >> _LONG_BITS
        result = self._kept(result)
        if len(self._worked) < MAX_KEPT:
            self._worked.append((values, result))
        return result

    def _kept(self, result: Fraction) -> Fraction:
        """A value with as many digits as are kept."""
        tree = self._tree
        return within_bounds(tree, result)[0] if isinstance(tree, Expr) else bounded(result)[0]

    def _worked_with(self, values: list[Fraction]) -> Fraction:
        """Value with the operands' values; a formula of the exercise serves line after line, and is compiled."""
        arithmetic = neuron_arithmetic() if self._effort is None else self._effort.arithmetic
        ready = program(self._tree) if isinstance(self._tree, Expr) else None
        if ready is not None:
            if self._order is None:
                self._order = self._places(ready.symbols)
            in_order = [values[k] for k in self._order] if self._order else values
            return ready.value(in_order, arithmetic.functions)
        by_symbol = dict(zip(self.operands, values, strict=True))
        result: Fraction = evaluate(self.tree, by_symbol.__getitem__, arithmetic)
        return result

    def _places(self, wanted: tuple[Symbol, ...]) -> list[int]:
        """Where symbols stand among the operands; nothing where both are in the same order."""
        if len(wanted) == len(self.operands) and all(map(is_, wanted, self.operands)):
            return []
        places = {symbol: k for k, symbol in enumerate(self.operands)}
        return [places[symbol] for symbol in wanted]

    def with_operands(self, change: Callable[["Entry"], "Entry"]) -> "Recipe":
        """The same tree over other entries."""
        operands = {symbol: change(entry) for symbol, entry in self.operands.items()}
        return Recipe(self._tree, operands, self._effort)


@dataclass(eq=False)
class Entry:
    """One quantity as the author has it at one place of the document.

    Attributes
    ----------
    printed : Written or None
        The number that the author last printed for it; None if it was not shown.
    forms : tuple of Written
        Every spelling printed on its line: ``-0.758`` and ``-0.76``.
    recipe : Recipe or None
        How it came about; None for what is given.
    factor : Fraction
        What an explained slip multiplied the right value by: -1 for a sign, 10 for a place.
    repaired : Entry or None
        For a slip: the same quantity as it should be, for authors who go on from the right value. Where a slip
        before it leads to another right value, that one is `repaired` of this one.
    unknown : bool
        A claim about it could not be read: the next use by the author defines it.
    exact : Fraction or None
        For what a slip should be: all its digits, since nobody has printed it.
    adrift : bool
        It is a slip, or was worked out from one: nobody can know the digits that an author carries behind it.
    """

    quantity: Quantity | None
    printed: Written | None
    forms: tuple[Written, ...] = ()
    recipe: Recipe | None = None
    factor: Fraction = ONE
    repaired: "Entry | None" = None
    unknown: bool = False
    line: int = 0
    exact: Fraction | None = None
    adrift: bool = False
    _worlds: dict[World, Fraction | None] = field(default_factory=dict)
    _righted: dict[int, "Entry | None"] = field(default_factory=dict)

    def value(self, world: World = World.PRINTED) -> Fraction:
        """Value in a world.

        Raises
        ------
        KeyError
            It is not known.
        """
        if world is World.PRINTED and self.printed is not None:
            return self.printed.value
        if world not in self._worlds:
            if self.recipe is None and self.printed is not None:
                return self.printed.value
            for entry, source in self._below(world):
                entry._worlds[source] = entry._value(source)
        value = self._worlds[world]
        if value is None:
            raise KeyError(self.quantity)
        return value

    def _below(self, world: World) -> Iterator[tuple["Entry", World]]:
        """What has to be worked out for a value, operands first: carried values form chains as long as the document."""
        waiting: list[tuple[Entry, World, bool]] = [(self, world, False)]
        while waiting:
            entry, here, ready = waiting.pop()
            if here in entry._worlds:
                continue
            if ready or entry.recipe is None or (entry.printed is not None and here is World.PRINTED):
                yield entry, here
                continue
            source = World.PRINTED if here is World.LINE else here
            below = [
                (operand, source, False)
                for operand in entry.recipe.operands.values()
                if not operand.is_plain(source) and source not in operand._worlds
            ]
            if not below:
                yield entry, here
                continue
            waiting.append((entry, here, True))
            waiting += below

    def is_plain(self, world: World) -> bool:
        """Whether it has the printed value in a world, whatever stands before it."""
        return self.printed is not None and (world is World.PRINTED or self.recipe is None)

    def _value(self, world: World) -> Fraction | None:
        """Value in a world, with those of the operands known; None if it has none."""
        if self.printed is not None and self.is_plain(world):
            return self.printed.value
        if self.exact is not None:  # its recipe is the one of the slip
            return self.exact
        if self.recipe is None:
            return None
        source = World.PRINTED if world is World.LINE else world
        try:
            value = self.recipe.value(lambda entry: entry.value(source))
            if self.factor is not ONE:
                value *= self.factor
        except (KeyError, DeltaruleError):
            return None
        if self.printed is None:
            return value
        if world is World.RUN:
            slipped = self.factor != 1 or self.repaired is not None  # digits that were dropped are gone, too
            faithful = not slipped and may_show(self.printed, value)
            return value if faithful else self.printed.value
        if world is World.SLIPPED:  # a wrong sign or point, and behind it all the digits
            return value if may_show(self.printed, value) else self.printed.value
        if world is World.EPOCH and self.quantity is not None and self.quantity.role in _WEIGHTS:
            return self.printed.value
        close = is_within_unit(self.printed.value, value, self.printed.places) or may_show(
            self.printed, value
        )
        return value if close else self.printed.value

    def righted(self, depth: int = MAX_HIDDEN) -> "Entry | None":
        """For what is not shown and is worked out from a slip: the same from the right value."""
        if self.printed is not None or self.recipe is None or depth == 0:
            return None
        if depth not in self._righted:
            right = {id(e): e.repaired or e.righted(depth - 1) for e in self.recipe.operands.values()}
            mended: Entry | None = None
            if any(right.values()):
                recipe = self.recipe.with_operands(lambda e: right[id(e)] or e)
                mended = replace(self, recipe=recipe, _worlds={}, _righted={})
            self._righted[depth] = mended
        return self._righted[depth]

    @property
    def has_value(self) -> bool:
        """Whether it has a value as printed: its working may divide by zero, or leave the range of numbers."""
        try:
            self.value()
        except KeyError:
            return False
        return True

    @property
    def rights(self) -> Iterator["Entry"]:
        """For a slip: what it should be, given what the author printed before, and given what was right there."""
        right = self.repaired
        while right is not None:
            yield right
            right = right.repaired

    @property
    def hidden(self) -> bool:
        """Whether it was never printed and is worked out from what was."""
        return self.printed is None


class _Hidden(NamedTuple):
    """What is not shown and was worked out, if that can be, and the quantities that it rests on, itself included."""

    entry: Entry | None
    rests_on: set[Quantity]


@record
class Form:
    """A legal way to write a quantity: its tree, and the same as a combination."""

    tree: Expr
    combination: Combination


class Ledger:
    """Entries by quantity, newest last; quantities that are not shown are worked out on demand."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self.system = exercise.system
        self.entries: dict[Quantity, Entry] = {}
        self.batches = exercise.batches() or ((),)
        for quantity, written in given(exercise).items():
            self.entries[quantity] = Entry(quantity, written, (written,))
        self._instead: dict[int, tuple[int, ...]] = {}
        self._lookback = 0
        self.effort = Effort(neuron_arithmetic(exercise.jump))
        self._hidden: dict[Quantity, _Hidden] = {}
        self.changed = False  # an entry was told its number since the last one was recorded
        self._formulas: dict[Place, Expr] = {}
        self._meant: dict[tuple[int, int], tuple[Symbol, Quantity]] = {}
        self.plain: dict[Place, Form] = {}
        self.forms: dict[Place, tuple[Form, ...]] = {}

    def samples(self, step: int) -> tuple[int, ...]:
        """Samples of the batch of step number `step`."""
        return self._instead.get(step) or self.batches[(step - 1) % len(self.batches)]

    def instead(self, step: int, samples: tuple[int, ...]) -> None:
        """The author works other samples at a step than those whose turn it is."""
        if samples != self.samples(step):
            self._instead[step] = samples
            self._hidden.clear()

    def record(self, entry: Entry) -> None:
        """Enter what the author has printed; what is not shown and rests on it is worked out anew."""
        quantity = entry.quantity
        assert quantity is not None
        if self.changed:
            self._hidden.clear()
        elif self._hidden:
            self._hidden = {
                each: hidden
                for each, hidden in self._hidden.items()
                if hidden.entry is not None and quantity not in hidden.rests_on
            }
        self.changed = False
        self.entries[quantity] = entry

    def knows(self, quantity: Quantity) -> bool:
        """Whether the author has printed it (or it is given)."""
        return quantity in self.entries

    def find(self, quantity: Quantity) -> Entry | None:
        """Entry of a quantity: printed, or worked out from the author's last numbers; None if that can't be."""
        entry = self.entries.get(quantity)
        if entry is not None:
            return entry
        if quantity.role in WITHOUT_STEP or quantity.step is None or quantity.step < 1:
            return None
        if quantity.role in PER_FEATURE and quantity.feature is None:
            return None  # one of the weights, and nobody says which
        kept = self._hidden.get(quantity)
        if kept is not None:
            return kept.entry
        if self._lookback > MAX_LOOKBACK or quantity.role not in self.system:
            return None
        self._lookback += 1
        try:
            recipe = self.recipe(self.formula(quantity), quantity.step)
        finally:
            self._lookback -= 1
        hidden = None if recipe is None else Entry(quantity, None, (), recipe)
        if hidden is not None and not hidden.has_value:
            hidden = None
        rests_on = {quantity}
        for operand in recipe.operands.values() if recipe is not None and hidden is not None else ():
            if operand.quantity is not None:
                below = self._hidden.get(operand.quantity) if operand.hidden else None
                rests_on |= {operand.quantity} if below is None else below.rests_on
        self._hidden[quantity] = _Hidden(hidden, rests_on)
        return hidden

    def at(self, symbol: Symbol, step: int) -> Entry | None:
        """Entry of what a symbol means in the formulas of a step."""
        kept = self._meant.get((id(symbol), step))
        if kept is None:  # the symbol is kept beside, so that its identity stays its own
            kept = self._meant[id(symbol), step] = symbol, quantity_of(symbol, step)
        return self.find(kept[1])

    def place(self, quantity: Quantity) -> Place:
        """What decides the formula of a quantity: its role, its feature or sample, and the batch."""
        role = quantity.role
        at = quantity.feature if role in PER_FEATURE else quantity.sample if role in PER_SAMPLE else None
        return role, at, self.samples(quantity.step or 1)

    def formula(self, quantity: Quantity) -> Expr:
        """The exercise's formula for a quantity, sums written out."""
        place = self.place(quantity)
        if place not in self._formulas:
            role, at, samples = place
            self._formulas[place] = instance(self.system[role], samples, self.exercise.n_features, at)
        return self._formulas[place]

    def worked_formula(self, quantity: Quantity, step: int) -> Expr | None:
        """The formula of a quantity that is worked in this very step; None for what is given or older."""
        old = quantity.step != step
        return None if old or quantity.role not in self.system else self.formula(quantity)

    def recipe(self, tree: Expr, step: int) -> Recipe | None:
        """A tree of formula symbols with the entries they stand for at `step`; None if one is not known."""
        operands: dict[Symbol, Entry] = {}
        for symbol in dict.fromkeys(tree.symbols):
            entry = self.at(symbol, step)
            if entry is None or entry.unknown:
                return None
            operands[symbol] = entry
        return Recipe(tree, operands, self.effort)

    def printed_values(self, role: Role) -> Iterator[tuple[Quantity, Entry]]:
        """Printed entries of one role."""
        return ((quantity, entry) for quantity, entry in self.entries.items() if quantity.role is role)


def repaired(entry: Entry, value: Written, exact: Fraction) -> Entry:
    """The same entry as it should have been printed."""
    return replace(
        entry,
        printed=value,
        forms=(value,),
        factor=ONE,
        repaired=None,
        exact=exact,
        _worlds={},
        _righted={},
    )
