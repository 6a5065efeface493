"""What a document has said so far: the last number of each name, its vectors and matrices, formulas and functions."""

from collections.abc import Iterator, Sequence
from dataclasses import field
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from deltarule.algebra.combination import is_numeric, is_sum_of_products
from deltarule.algebra.expr import (
    Apply,
    Expr,
    Index,
    Negative,
    Number,
    Product,
    Quotient,
    Sum,
    Symbol,
    Vector,
    symbols,
)
from deltarule.checking.origins.arrays import NoValueError, Value
from deltarule.checking.origins.functions import Function, known_by_slopes, slope_variable, stated_function
from deltarule.checking.origins.miscalled import weight_moved
from deltarule.checking.origins.renewed import Renewals
from deltarule.checking.origins.told_products import ToldProducts
from deltarule.checking.sides import as_number, told, value_of
from deltarule.checking.wording import shown
from deltarule.document import COLUMN, Claim
from deltarule.exercise import Exercise
from deltarule.formulas import Role
from deltarule.naming import Names, Reference
from deltarule.rarely import rarely
from deltarule.records import changing
from deltarule.spans import Span
from deltarule.written import Written, decimal_places, size_of, write_exactly

if TYPE_CHECKING:
    from deltarule.checking.origins.in_turn import Epoch
    from deltarule.checking.origins.model import Line

Known: TypeAlias = Written | tuple["Known", ...]
Key: TypeAlias = tuple[str, tuple[Index, ...], tuple[Index, ...], str]
MAX_WORK = 40_000  # numbers put into formulas; beyond, what is unchecked stays so
MAX_BATCHES = 8  # lines of points
MAX_LISTED = 50  # components of a vector that are named one by one
MAX_SEARCHED = 100_000  # names looked up in a document; what is left then stays unchecked
MAX_NAMED = 60  # names whose formulas are kept
MAX_CHAINED = 3  # slopes that are multiplied by the chain rule
MAX_FORMULAS = 12  # that are kept for one name
_EXACT_PLACES = 12
MAX_SHOWN = 40  # characters of a fraction
_PLACES = frozenset({"theta", "x", "y", "w", "p", "P", "X", "W", "z", "omega", "beta"})
_LINE_FUNCTIONS = frozenset({"phi", "varphi", "psi"})
_DATA = frozenset({Role.FEATURE, Role.TARGET})
_GIVEN_PLACES = 2  # decimal places of a number that is given
_CURVES = frozenset({"sigmoid", "sigma", "tanh", "f", "phi", "varphi"})
_ELEMENTARY = frozenset({"exp", "ln", "log", "sin", "cos", "tan", "sqrt"})
_OF_STEP = frozenset({"", "new", "old"})
_NO_MARKS = frozenset({"transpose", "hat"})
_COMPARED = frozenset({"<", ">", "<=", ">=", ">>", "<<", "!="})
_COUNTS_EPOCHS = rarely(r"(?:epoch|iteration|iter|step)s?_?(?:n|num|number|no|index|count|t|i)?")
_PARAMETERS = (Role.WEIGHT, Role.BIAS)


def key_of(symbol: Symbol) -> Key:
    """A name with its indices, and whether the new or the old one is meant."""
    return symbol.name, symbol.index, symbol.upper, mark_of(symbol)


def mark_of(symbol: Symbol) -> str:
    """What is marked on a name and makes it another one: new, old, star."""
    return " ".join(mark for mark in symbol.marks if mark not in _NO_MARKS)


@changing
class Memory:
    """State of a pass over a document, in reading order."""

    names: Names
    exercise: Exercise
    values: dict[Key, Written] = field(default_factory=dict)
    before: dict[Key, Written] = field(default_factory=dict)  # what a name stood for until its last change
    loose: dict[tuple[str, tuple[Index, ...]], Written] = field(
        default_factory=dict
    )  # whatever stands above the name
    arrays: dict[Key, dict[int, Written]] = field(default_factory=dict)  # vectors by component, from 0
    arrays_before: dict[Key, dict[int, Written]] = field(default_factory=dict)
    matrices: dict[str, Known] = field(default_factory=dict)
    roles: dict[tuple[Role, int | None], Written] = field(default_factory=dict)
    roles_before: dict[tuple[Role, int | None], Written] = field(default_factory=dict)
    formulas: dict[str, list[tuple[Symbol, Expr]]] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    definitions: dict[str, set[Expr | None]] = field(
        default_factory=dict
    )  # of each, None where one is not understood
    slopes: dict[Symbol, Function] = field(default_factory=dict)  # stated derivatives
    stated_slopes: dict[Symbol | int, Expr] = field(
        default_factory=dict
    )  # by variable, or by component of a gradient, as long as no function is stated with them
    objective: Function | None = None  # what is descended on
    unseen: list[Expr] = field(default_factory=list)  # expressions whose numbers were not looked at yet
    looked_at: dict[tuple[int, int], int] = field(
        default_factory=dict
    )  # sizes of numbers so far, with their places
    of_name: dict[str, set[Fraction]] = field(
        default_factory=dict
    )  # every value that a name has had, at any time
    said: dict[tuple[str, tuple[Index, ...]], set[Fraction]] = field(default_factory=dict)
    names_told: set[str] = field(default_factory=set)
    timeline: dict[str, list[Written]] = field(
        default_factory=dict
    )  # each name's last values, whatever their index
    widths: dict[Span, int] = field(default_factory=dict)  # of lists: how many numbers they hold
    budget: int = MAX_WORK  # what is left to be worked out, in numbers put into formulas
    sample: int | None = None  # which row of the data the claim in hand is about
    row: int | None = None  # which one the heading above is about
    last: Fraction | None = None  # value of the claim before
    of_role: dict[Role, set[Fraction]] = field(default_factory=dict)  # every value that a role has had
    curved: set[Fraction] = field(default_factory=set)  # values of an activation that were told
    net: Fraction | None = None  # last net input, or what was last compared
    bound: Fraction | None = None  # with what it was compared
    line: "Line | None" = None  # the output of one row, as the document states it
    outputs: dict[object, tuple[Fraction, ...]] = field(default_factory=dict)  # of a model, by its numbers
    paths: dict[object, tuple[tuple[Fraction, ...], ...]] = field(default_factory=dict)  # points of descents
    epochs: dict[object, tuple["Epoch", ...]] = field(default_factory=dict)  # of runs of a perceptron
    steps: dict[tuple[str, tuple[Index, ...]], list[Written]] = field(
        default_factory=dict
    )  # each indexed name's last values, old and new
    places: list[tuple[Written, ...]] = field(
        default_factory=list
    )  # points that were told last, without a name
    pairs: list[tuple[Written, ...]] = field(default_factory=list)  # points told on one line
    pairs_line: int | None = None
    batches: list[list[tuple[Written, ...]]] = field(default_factory=list)  # such points of lines before
    start: tuple[Written, ...] | None = None  # the first of them
    results: set[Fraction] = field(default_factory=set)  # numbers at the end of some working
    exact: set[Fraction] = field(default_factory=set)  # values that nothing was dropped from
    told_of: dict[tuple[Role, int | None], list[Written]] = field(
        default_factory=dict
    )  # each role's last values
    inputs: dict[tuple[int | None, int | None], Written] = field(
        default_factory=dict
    )  # data told one by one, by sample and feature
    told_slopes: dict[tuple[str, tuple[Index, ...]], Written] = field(
        default_factory=dict
    )  # the last slope by each variable
    slopes_told: list[Written] = field(default_factory=list)  # the last ones, for what they give together
    wanted: dict[int, Written] = field(default_factory=dict)  # targets told one by one, by sample
    columns: list[tuple[Known, ...]] = field(default_factory=list)  # data under words of the author's
    epoch: int | None = None  # that the heading above speaks of
    lines_of_zero: frozenset[int] = frozenset()  # that tell of epoch 0
    at_zero: list[dict[tuple[Role, int | None], Written]] = field(
        default_factory=list
    )  # parameters as they stood in front of epoch 0, and as they are told for it
    told: Exercise | None = None  # with data put together from prose, where its lines did not bear them out
    far: str = ""  # the convention that a value of a far-off epoch has fitted
    step_number: int | None = None  # of the step or epoch that the heading or the row in hand is about
    by_step: dict[int, dict[Symbol, Written]] = field(
        default_factory=dict
    )  # values of the function's variables by that number
    rate_used: Written | None = None  # the learning rate as a step has it, unless it was told since
    equations: list[Expr] = field(default_factory=list)  # in one name: each is 0 for its right value
    listed_before: tuple[tuple[Fraction, ...], ...] = ()  # parameters in front of the list in hand
    renewals: Renewals = field(default_factory=Renewals)  # lines that later parameters are put into
    products: ToldProducts = field(default_factory=ToldProducts)  # of vectors, told by themselves
    searched: int = 0  # how often a name was looked up, which is what the work goes by

    def see(self, claim: Claim) -> None:
        """Take note of the numbers that stand in a claim."""
        if claim.given is None or not isinstance(claim.subject, Symbol):
            self.unseen += [link.expr for link in claim.links]

    def learn(self, claim: Claim) -> None:
        """Take in what a claim says."""
        subject = claim.subject
        if claim.given is not None and isinstance(subject, Symbol) and subject.name.startswith(COLUMN):
            self._learn_column(_written_array(claim.given))
            return
        if claim.given is not None and isinstance(subject, Symbol):
            self.matrices[subject.name] = _written_array(claim.given)
            return
        self._learn_formula(claim)
        self.rate_used = _rate_in_step(claim, self.names) or self.rate_used
        self.compare(claim)
        written = last_number(claim)
        if written is None:
            return
        self.last = written.value
        self.note_exact(claim, written)
        if any([_is_curved(link.expr) for link in claim.links]):
            self.curved.add(written.value)
        if _is_rounded_result(claim, written):
            self.results.add(written.value)
        self.renewals.learn(claim, written, self.names)
        reference = self.names.reference(subject) if subject is not None else None
        role = reference.role if reference is not None else None
        if claim.part == 0 and role in _PARAMETERS:
            self.listed_before = self._in_order()
        if role in _DATA:
            self.last = None  # nothing follows from a number of the data that is told
            if reference is not None and len(claim.links) == 1 and not reference.general:
                self._note_data(reference, written)
        if role is Role.LEARNING_RATE:
            self.rate_used = None
            if len(claim.links) == 1 and written.places <= _GIVEN_PLACES:
                self.exact.add(written.value)
        weighs = role is Role.NET_INPUT or subject is None or is_numeric(subject)
        weighs = weighs or _is_weighed(claim, role) or is_weighted_sum(subject, self.names)
        if weighs and claim.part is None:  # no class follows from a component of a list
            self.net, self.bound = written.value, None
        if reference is not None and role is not None and not reference.general:
            feature = reference.feature if reference.feature is not None else reference.sample
            if role in _PARAMETERS and (role, feature) in self.roles:
                self.roles_before[role, feature] = self.roles[role, feature]
            self.roles[role, feature] = self.roles[role, None] = written
            if role in _PARAMETERS and "star" not in getattr(subject, "marks", ()):
                self._note_start(role, feature, claim.line, written)
                _append(self.told_of.setdefault((role, feature), []), written)
                if feature is not None:
                    _append(self.told_of.setdefault((role, None), []), written)
            self.of_role.setdefault(role, set()).add(written.value)
        if isinstance(subject, Symbol) and subject.name.startswith("dL/d") and not subject.upper:
            self.told_slopes[subject.name, subject.index] = written
            self.slopes_told = [*self.slopes_told[1 - MAX_CHAINED :], written]
        named = [link.expr for link in claim.links if isinstance(link.expr, Symbol) and claim.part is None]
        for symbol in [subject, *named]:  # w_1 = w_2 = 0
            if isinstance(symbol, Symbol):
                self._assign(symbol, written, claim.part)
                self.note_time(symbol, written)
        if claim.part is not None and (product := self.products.learn(claim.formula)) is not None:
            self._assign_part((product, (), (), ""), claim.part, written)
        moved = weight_moved(claim, self.names)
        if moved is not None:
            self._assign(moved, written, None)

    def compare(self, claim: Claim) -> bool:
        """``-0.2 < 0``, ``f(-0.2) < 0``: a class that follows is that of the number in front; whether it is such a comparison."""
        sides = [claim.subject, *(link.expr for link in claim.links)]
        at = next((k for k, link in enumerate(claim.links) if link.relation in _COMPARED), None)
        if at is None:
            return False
        left, right = sides[at], sides[at + 1]
        if left is None or right is None or not is_numeric(left) or not is_numeric(right):
            return False
        net, bound = value_of(left), value_of(right)
        net = value_of(left.arg) if net is None and isinstance(left, Apply) else net
        if net is None or bound is None:
            return False
        self.net, self.bound = net, bound
        return True

    def _note_start(self, role: Role, feature: int | None, line: int, written: Written) -> None:
        """What a log begins with: the parameters of its epoch 0, and those that were told last before it."""
        if line not in self.lines_of_zero:
            return
        if not self.at_zero:
            self.at_zero = [{key: values[-1] for key, values in self.told_of.items()}, {}]
        for each in (feature, None):
            self.at_zero[1].setdefault((role, each), written)

    def _note_data(self, reference: Reference, written: Written) -> None:
        """``x_1^{(2)} = 3``, ``y^{(2)} = 4``: a number of a row that is told by itself."""
        if len(self.inputs) + len(self.wanted) > MAX_LISTED:
            return
        if reference.role is Role.TARGET and reference.sample is not None:
            self.wanted[reference.sample] = written
        elif reference.role is Role.FEATURE:
            self.inputs[reference.sample, reference.feature] = written

    def rows_told(self) -> tuple[tuple[tuple[Fraction, ...], ...], tuple[Fraction, ...]] | None:
        """The rows of data that were told number by number, each with its target; None unless all are whole."""
        count = len(self.wanted)
        if count < 2 or set(self.wanted) != set(range(1, count + 1)):
            return None
        targets = tuple(self.wanted[k].value for k in range(1, count + 1))
        width = max((feature or 0 for sample, feature in self.inputs if sample is not None), default=0)
        cells = [
            [self.inputs.get((sample, feature)) for feature in range(1, width + 1)]
            for sample in range(1, count + 1)
        ]
        if not width:  # x_1 = 2, y_1 = 3, x_2 = 4, y_2 = 5: one feature, whose index counts rows
            cells = [[self.inputs.get((None, sample))] for sample in range(1, count + 1)]
            if (None, count + 1) in self.inputs:
                return None
        rows = tuple(tuple(cell.value for cell in row if cell is not None) for row in cells)
        return (rows, targets) if all(len(row) == max(width, 1) for row in rows) else None

    def _learn_formula(self, claim: Claim) -> None:
        subject = claim.subject
        symbolic = [link for link in claim.links if not is_numeric(link.expr)]
        sides = (subject, *(link.expr for link in claim.links))
        for left, right in pairwise(sides):
            if isinstance(left, Sum | Product) and right is not None and is_numeric(right):
                self._learn_equation(left, right)
        if not symbolic:
            return
        slope = slope_variable(subject)
        is_slope = (self.objective is not None and not _at_its_variable(claim)) or _is_derivative(subject)
        if slope is not None and is_slope and len(symbolic) == len(claim.links):
            self._learn_slope(claim, slope, symbolic[-1].expr)
        elif len(symbolic) == len(claim.links) or isinstance(subject, Apply):
            function = stated_function(claim, self.names)
            if function is not None:
                self.functions[function.name] = function
                self.definitions.setdefault(function.name, set()).add(function.body)
                self.exact |= {node.value for node in function.body.walk() if isinstance(node, Number)}
                coded = len(function.name) > 1 and isinstance(subject, Apply)
                helper = coded and (
                    self.objective is not None or not all(is_place(v.name) for v in function.variables)
                )  # def error(y, t): ...
                helper = helper or self._searches(function)
                if not helper and not any(_is_of_neuron(node) for node in function.body.walk()):
                    self.objective = function
                    self.slopes = {}
            elif isinstance(subject, Apply) and claim.links[0] in symbolic and _names_arguments(subject.arg):
                self.functions.pop(subject.function, None)  # defined anew, by what is not understood
                self.definitions.setdefault(subject.function, set()).add(None)
        if isinstance(subject, Symbol):
            if subject.name not in self.formulas and len(self.formulas) >= MAX_NAMED:
                return
            kept = self.formulas.setdefault(subject.name, [])
            for link in symbolic:
                stated = subject, link.whole or link.expr
                if len(kept) < MAX_FORMULAS and stated not in kept:
                    kept.append(stated)

    def _searches(self, function: Function) -> bool:
        """Whether a function is of the length of a step on the one that is descended on, φ(α) = f(x - α g)."""
        objective, (variable, *others) = self.objective, function.variables
        if objective is None or others or variable in objective.variables:
            return False
        return self.names.role(variable.name) is Role.LEARNING_RATE or function.name in _LINE_FUNCTIONS

    def _learn_slope(self, claim: Claim, slope: tuple[str, Symbol | None], body: Expr) -> None:
        """A slope in symbols: of the function that is descended on, or of one that is never stated."""
        free = frozenset(symbols(body))
        if self.objective is not None and not self.objective.slopes and free <= set(self.objective.variables):
            variable = self._variable(slope[1])
            if variable is not None:
                self.slopes[variable] = Function("slope", self.objective.variables, body)
            return
        if self.exercise.features or self.exercise.targets or not all(is_place(each.name) for each in free):
            return
        by: Symbol | int | None = slope[1] if claim.part is None else claim.part
        if claim.part is None and by not in free and len(free) == 1:
            by = next(iter(free))
        if by is None:
            return
        known = self.stated_slopes
        if known.get(by, body) != body or by == 0 or any(type(each) is not type(by) for each in known):
            known.clear()
        known[by] = body
        slopes = _by_variable(known)
        function = known_by_slopes(slope[0], slopes) if slopes else None
        if function is not None:
            self.objective, self.slopes = function, {}

    def _learn_column(self, column: Known) -> None:
        """Numbers of all rows under a word; one of another length begins another table."""
        numbers = column if isinstance(column, tuple) else ()
        if self.columns and len(self.columns[0]) != len(numbers):
            self.columns.clear()
        if len(self.columns) < MAX_FORMULAS:
            self.columns.append(numbers)

    def column(self, role: Role, feature: int | None) -> Known | None:
        """What the lists under words are, in their order: the features, and the target last."""
        features, target = self.columns[:-1], self.columns[-1:]
        if role is Role.TARGET and features:
            return target[0]
        if role is not Role.FEATURE:
            return None
        at = 1 if feature is None and len(features) == 1 else feature
        return features[at - 1] if at is not None and 0 < at <= len(features) else None

    def _learn_equation(self, left: Expr, right: Expr) -> None:
        """``20 a - 4 = 0`` says what a is."""
        named = set(symbols(left))
        if len(named) == 1 and len(self.equations) < MAX_FORMULAS:
            self.equations.append(Sum((left, Negative(right))))

    @property
    def numbers(self) -> dict[tuple[int, int], int]:
        """Sizes of numbers so far, with their places; few documents need them."""
        known = self.looked_at
        for expr in self.unseen:
            for node in (expr,) if isinstance(expr, Number) else expr.walk():
                if isinstance(node, Number) and node.written is not None:
                    size, places = size_of(node.value), node.written.places
                    known[size] = max(known.get(size, 0), places)
        self.unseen.clear()
        return known

    def _assign(self, subject: Symbol, written: Written, part: int | None) -> None:
        self.said.setdefault((subject.name, subject.index), set()).add(written.value)
        self.of_name.setdefault(subject.name, set()).add(written.value)
        mark = mark_of(subject)
        plain = "" if mark in _OF_STEP else mark
        if mark != "star":
            _append(self.steps.setdefault((subject.name, subject.index), []), written)
        if part is not None:
            self._assign_part((subject.name, (), subject.upper, mark), part, written)
            if plain != mark:
                self._assign_part((subject.name, (), subject.upper, plain), part, written)
        for key in {key_of(subject), (subject.name, subject.index, subject.upper, plain)}:
            known = self.values.get(key)
            if known is not None and known.value != written.value:
                self.before[key] = known
            self.values[key] = written
        if not plain:
            self.loose[subject.name, subject.index] = written

    def _assign_part(self, key: Key, part: int, written: Written) -> None:
        """Enter one component of a vector; the first one begins it anew."""
        if part == 0:
            if key in self.arrays:
                self.arrays_before[key] = self.arrays[key]
            self.arrays[key] = {}
        array = self.arrays.setdefault(key, {})
        array[part] = written
        if (
            self.objective is not None
            and len(array) == len(self.objective.variables) > 1
            and is_place(key[0])
        ):
            self.visit(tuple(array[k] for k in sorted(array)))

    def spend(self, work: int) -> None:
        """Take work off the budget.

        Raises
        ------
        NoValueError
            It is used up.
        """
        self.budget -= work
        if self.budget < 0:
            raise NoValueError

    def affords(self, work: int) -> bool:
        """Take work off the budget that nothing depends on, unless that would use it up."""
        if work > self.budget // 2:
            return False
        self.budget -= work
        return True

    # -- looking up

    def find(self, symbol: Symbol, old: bool = False, zero: bool = False) -> tuple[Known, bool]:
        """What a symbol stands for, and whether exactly this name was given a value.

        Raises
        ------
        NoValueError
            Nothing is known of it.
        """
        name, index, upper, mark = key = key_of(symbol)
        exact = self._exact(key, old and mark != "new")
        if exact is not None:
            return exact, True
        if any(isinstance(part, str) for part in (*index, *upper)):
            raise NoValueError(name)
        vector = self._vector(symbol, old, zero)
        if vector is not None:
            return vector, True
        if upper and not index:
            vector = self._vector(Symbol(name), old, zero)
            if vector is not None:
                return vector, False
        exact = self._exact((name, index, upper, ""), old) or self.loose.get((name, index))
        return (exact, False) if exact is not None else (self._by_role(symbol), False)

    def _exact(self, key: Key, old: bool) -> Written | None:
        if old and key in self.before:
            return self.before[key]
        return self.values.get(key)

    def _vector(self, symbol: Symbol, old: bool, zero: bool) -> Known | None:
        name, index, upper, mark = key_of(symbol)
        if name in self.matrices and not index:
            found = self.matrices[name]
            return _turned(found) if "transpose" in symbol.marks else found
        plain = name, (), (*index, *upper), mark
        for key in (plain, (name, (), (*index, *upper), "")):
            array = self.arrays_before.get(key) if old else None
            array = array or self.arrays.get(key)
            if array:
                return tuple(array[k] for k in sorted(array))
        if not index and not upper and (name, (), (), "") not in self.values:
            listed = self._listed(name, old, zero)
            if listed is not None:
                return listed
        return None

    def _listed(self, name: str, old: bool, zero: bool) -> Known | None:
        """``w`` where w_1, w_2, ... were given one by one; with `zero`, w_0 is one of them."""
        found: list[Written] = []
        first = 0 if zero else 1
        while len(found) <= MAX_LISTED:
            value = self._exact((name, (first + len(found),), (), ""), old)
            if value is None:
                break
            found.append(value)
        return tuple(found) if len(found) > 1 else None

    def _by_role(self, symbol: Symbol) -> Known:
        """The last number of a quantity of the same role, under whatever name; the epoch that the document is at."""
        if self.epoch is not None and not symbol.index and _COUNTS_EPOCHS.fullmatch(symbol.name):
            return Written(str(self.epoch), Fraction(self.epoch), 0)
        reference = self.names.reference(symbol)
        if reference is None or reference.general:
            raise NoValueError(symbol.name)
        role = reference.role
        if (
            role is Role.LEARNING_RATE
            and (role, None) not in self.roles
            and self.exercise.learning_rate is not None
        ):
            return self.exercise.learning_rate
        feature = reference.feature if reference.feature is not None else reference.sample
        data = self.data(role, reference.feature, reference.sample or self.sample)
        if data is not None:
            return data
        wanted = (role, feature)
        if wanted in self.roles:
            return self.roles[wanted]
        column = self.column(role, reference.feature)
        if column is not None:
            return column
        raise NoValueError(symbol.name)

    def data(self, role: Role, feature: int | None, sample: int | None) -> Known | None:
        """A number of the data table."""
        exercise = self.exercise
        if role is Role.TARGET and sample is not None and 1 <= sample <= len(exercise.targets):
            return exercise.targets[sample - 1]
        if role is not Role.FEATURE or not exercise.features:
            return None
        if exercise.n_features == 1:
            sample, feature = sample or feature, 1
        if sample is not None and feature is not None and 1 <= sample <= len(exercise.features):
            row = exercise.features[sample - 1]
            return row[feature - 1] if 1 <= feature <= len(row) else None
        return None

    # -- the function that is descended on

    def _variable(self, symbol: Symbol | None) -> Symbol | None:
        """The objective's variable that a symbol stands for: ``x_2`` is x at another time."""
        function = self.objective
        if function is None:
            return None
        if symbol is None:
            return function.variables[0] if len(function.variables) == 1 else None
        component = self._component(symbol, function.variables)
        if component is not None:
            return component
        for variable in function.variables:
            if variable.name == symbol.name and (not variable.index or variable.index == symbol.index):
                return variable
        if symbol.index or symbol.upper or len(symbol.name) > 1 or symbol.name.islower():
            return None
        return next((each for each in function.variables if each.name == symbol.name.lower()), None)  # X = 2

    def _component(self, symbol: Symbol, variables: Sequence[Symbol]) -> Symbol | None:
        """The variable that a component stands for: y for ``x_2`` of a function of x and y, where nothing is told of y itself."""
        match symbol.index:
            case (int() as place,) if 1 <= place <= len(variables) and len(variables) > 1:
                plain = not any(each.index for each in variables) and variables[0].name == symbol.name
                told = any(each.name in self.names_told for each in variables[1:])
                return variables[place - 1] if plain and not told else None
        return None

    def variable(self, subject: Expr | None) -> Symbol | None:
        """The objective's variable that the left side of a claim is about."""
        return self._variable(subject) if isinstance(subject, Symbol) else None

    def points(self) -> Iterator[dict[Symbol, Written]]:
        """Where the descent stands: now, and before the variables that have changed last."""
        function = self.objective
        if function is None:
            return
        for place in reversed(self.places):
            if len(place) == len(function.variables):
                yield dict(zip(function.variables, place, strict=True))
        if self.start is not None and len(self.start) == len(function.variables):
            yield dict(zip(function.variables, self.start, strict=True))  # another way down from there
        now = {variable: found for variable in function.variables if (found := self._at(variable, False))}
        if len(now) != len(function.variables):
            return
        yield now
        earlier = {variable: self._at(variable, True) or now[variable] for variable in function.variables}
        if earlier != now:
            yield earlier
            for variable in function.variables if len(function.variables) > 1 else ():
                yield {**now, variable: earlier[variable]}

    def exact_points(self) -> Iterator[dict[Symbol, Fraction]]:
        """The points as exact numbers."""
        for point in self.points():
            yield {variable: written.value for variable, written in point.items()}

    def _at(self, variable: Symbol, old: bool) -> Written | None:
        """Last value of a variable, at whatever time; `old`: the one before that."""
        if variable.index:
            return self._exact((variable.name, variable.index, (), ""), old)
        history = self.timeline.get(variable.name)
        if not history:
            return None
        return history[-2] if old and len(history) > 1 else history[-1]

    def begin_step(self, number: int | None) -> None:
        """Go on to the row or step of a number; one that does not go on from those before begins anew."""
        if number is not None and self.by_step and number <= max(self.by_step):
            self.by_step.clear()
        self.step_number = number

    def note_time(self, subject: Symbol, written: Written) -> None:
        """Add a value to its name's history."""
        if "star" not in subject.marks:
            variable = self._variable(subject)
            if (
                variable is not None
                and self.step_number is not None
                and not subject.marks
                and len(self.by_step) <= MAX_LISTED
            ):
                self.by_step.setdefault(self.step_number, {})[variable] = written
            self.names_told.add(subject.name)
            if variable is not None and variable.name != subject.name:
                _append(self.timeline.setdefault(variable.name, []), written)
                if subject.index:
                    return  # a component: x_2 is y, and not x at another time
            _append(self.timeline.setdefault(subject.name, []), written)

    def component(self, names: tuple[str, ...], part: int) -> Written | None:
        """One component of the last vector of one of these names."""
        for key, array in reversed(self.arrays.items()):
            if key[0] in names:
                return array.get(part)
        return None

    def visit(self, place: tuple[Written, ...], line: int | None = None) -> None:
        """Take in a point that is told without a name; several on one line are data, and those of another line others."""
        if len(place) == 2 and line is not None and len(self.pairs) <= MAX_LISTED:
            if line == self.pairs_line:
                self.pairs.append(place)
            elif len(self.pairs) < 2 or len(self.batches) < MAX_BATCHES:
                if len(self.pairs) > 1:
                    self.batches.append(self.pairs)
                self.pairs, self.pairs_line = [place], line
        if self.start is None or len(self.start) != len(place):
            self.start = place
        self.places.append(place)
        del self.places[:-2]

    # -- for a model

    def listed(self, role: Role) -> tuple[Written, ...]:
        """The last list of numbers that was told of a role, one for each row of the data."""
        for key, array in reversed(self.arrays.items()):
            if self.names.role(key[0]) is role:
                return tuple(array[k] for k in sorted(array))
        return ()

    def rows_of(self, role: Role) -> tuple[tuple[Fraction, ...], ...]:
        """The rows of the matrix that has a role."""
        for name, known in self.matrices.items():
            rows = known if self.names.role(name) is role and isinstance(known, tuple) else ()
            plain = [
                tuple(each.value for each in row if not isinstance(each, tuple))
                for row in rows
                if isinstance(row, tuple)
            ]
            if plain and len(plain) == len(rows) and len(set(map(len, plain))) == 1:
                return tuple(plain)
        return ()

    def is_listed(self, symbol: Symbol) -> bool:
        """Whether a name without an index stands for several numbers: ``w`` where w_1 and w_2 were told."""
        return (
            not symbol.index
            and any((symbol.name, (k,)) in self.steps for k in (2,))
            and any(key[0] == symbol.name and len(array) > 1 for key, array in self.arrays.items())
        )

    def history(self, symbol: Symbol) -> list[Written]:
        """Last values of a name; of one without an index at whatever time."""
        if symbol.index:
            return self.steps.get((symbol.name, symbol.index), [])
        return self.timeline.get(symbol.name, [])

    @property
    def n_parameters(self) -> int:
        """How many parameters the model has: those of the stated line, or those of the exercise and all that were told."""
        if self.line is not None:
            return len(self.line.parameters)
        weights = {feature for role, feature in self.told_of if role is Role.WEIGHT} - {None}
        told = max(len(weights), (Role.WEIGHT, None) in self.told_of) + ((Role.BIAS, None) in self.told_of)
        return max(1 + self.exercise.n_features, told)

    def may_be_rounded(self, written: Written) -> bool:
        """Whether a number may stand for one with more digits: it was worked out, or has as many as a program prints."""
        return written.places > _GIVEN_PLACES or (written.places > 0 and written.value in self.results)

    def parameters(self) -> dict[tuple[Role, int | None], Written]:
        """The last values of the weights, and of the bias."""
        bias = self.last_of(Role.BIAS, None)
        found = {
            key: values[-1]
            for key, values in self.told_of.items()
            if key[0] is Role.WEIGHT and key[1] is not None
        }
        return {**found, (Role.BIAS, None): bias[-1]} if bias else found

    def is_parameter_again(self, place: int, value: Fraction) -> bool:
        """Whether a value is what the parameter at a place of a list was told to be in front of the list."""
        orders = self._in_order() if place == 0 else self.listed_before
        return any(place < len(order) and order[place] == value for order in orders)

    def _in_order(self) -> tuple[tuple[Fraction, ...], ...]:
        """The last values of all parameters, of which the bias stands first, last or apart in a list."""
        told = {
            feature: values[-1].value
            for (role, feature), values in self.told_of.items()
            if role is Role.WEIGHT and feature is not None
        }
        weights = tuple(told[feature] for feature in sorted(told))
        bias = tuple(values[-1].value for values in (self.last_of(Role.BIAS, None),) if values)
        return ((*weights, *bias), (*bias, *weights)) if len(weights) + len(bias) > 1 else ()

    def half_unit(self, written: Written) -> Fraction:
        """How far a number of the document may be from what it stands for: nothing where it is shown to be exact."""
        exact = written.places <= 0 or (written.value in self.exact and written.value not in self.results)
        return Fraction(0) if exact else written.unit / 2

    def note_exact(self, claim: Claim, written: Written) -> None:
        """Keep the value of a working that drops no digits, made of numbers that are exact themselves."""
        working = next((link.expr for link in reversed(claim.links[:-1]) if is_numeric(link.expr)), None)
        if working is None or claim.links[-1].relation == "≈" or value_of(working) != written.value:
            return
        numbers = (node.written for node in working.walk() if isinstance(node, Number))
        if not any(number is not None and self.half_unit(number) for number in numbers):
            self.exact.add(written.value)

    def last_of(self, role: Role, feature: int | None) -> list[Written]:
        """Last values of a weight or of the bias."""
        return self.told_of.get((role, feature), [])


def _at_its_variable(claim: Claim) -> bool:
    """``g(t) = t^2 - 2t``: a function of the letter in the bracket, and no gradient at a time."""
    subject = claim.subject
    if not isinstance(subject, Symbol) or subject.index or len(subject.upper) != 1:
        return False
    letter = subject.upper[0]
    return isinstance(letter, str) and set(symbols(claim.links[-1].expr)) == {Symbol(letter)}


def _is_derivative(subject: Expr | None) -> bool:
    """Whether a left side can only be a slope: a ``g`` may be a function of its own."""
    return isinstance(subject, Apply) or (isinstance(subject, Symbol) and subject.name.startswith("dL/d"))


def _rate_in_step(claim: Claim, names: Names) -> Written | None:
    """The learning rate in ``x_1 = x_0 - α g = 2 - 0.1·4``: the number where the formula has it."""
    for before, link in zip(claim.links, claim.links[1:], strict=False):
        places = [_taken_off(each.expr) for each in (before, link)]
        for name, number in zip(*places, strict=False):
            written = as_number(number)
            known = isinstance(name, Symbol) and names.role(name.name) is Role.LEARNING_RATE
            if known and written is not None and written.value > 0:
                return written
    return None


def _taken_off(expr: Expr) -> tuple[Expr, ...]:
    """The factors of what a step takes off: ``α`` and ``g`` of ``x - α g``."""
    last = expr.terms[-1] if isinstance(expr, Sum) and len(expr.terms) == 2 else None
    inner = last.arg if isinstance(last, Negative) else None
    return inner.factors if isinstance(inner, Product) else ()


def _by_variable(slopes: dict[Symbol | int, Expr]) -> dict[Symbol, Expr]:
    """Slopes by the variables that they are taken by; the components of a gradient are in the order of its variables."""
    if not any(isinstance(each, int) for each in slopes):
        return {by: body for by, body in slopes.items() if isinstance(by, Symbol)}
    free = {symbol for body in slopes.values() for symbol in symbols(body)}
    ordered = sorted(free, key=lambda symbol: (symbol.name, str(symbol.index)))
    if len(ordered) != len(slopes) or len(slopes) < 2:
        return {}
    return dict(zip(ordered, (slopes[k] for k in sorted(slopes, key=str)), strict=True))


def _is_rounded_result(claim: Claim, written: Written) -> bool:
    """Whether a value is told as a rounding, or ends a working that does not give it exactly."""
    if claim.links[-1].relation == "≈":
        return True
    if len(claim.links) < 2 or not is_numeric(claim.links[-2].expr):
        return len(claim.links) > 1
    return value_of(claim.links[-2].expr) != written.value


def _names_arguments(arg: Expr) -> bool:
    """Whether a function is defined of names, ``f(x, y)``, and not worked at a place, ``f(x_1)``, ``f(x - t g)``."""
    items = arg.items if isinstance(arg, Vector) else (arg,)
    return all(isinstance(item, Symbol) and not item.upper for item in items) and not (
        len(items) == 1 and isinstance(arg, Symbol) and arg.index
    )


def _is_of_neuron(expr: Expr) -> bool:
    """Whether a function is applied that no calculus exercise is about."""
    return isinstance(expr, Apply) and expr.function not in _ELEMENTARY


def _is_curved(expr: Expr) -> bool:
    """Whether an expression is an activation of something."""
    if isinstance(expr, Apply):
        return expr.function in _CURVES
    return isinstance(expr, Quotient) and expr.has_functions


def is_place(name: str) -> bool:
    """Whether a vector of this name is where a descent on a function of several variables stands."""
    return name in _PLACES


def _append(history: list[Written], written: Written) -> None:
    """Add a value to a history, unless it is only told again."""
    if not history or history[-1].value != written.value:
        history.append(written)
        del history[:-3]


def is_weighted_sum(expr: Expr | None, names: Names) -> bool:
    """Whether an expression in symbols is the product of weights and inputs: ``w·x``, ``wi.xi``."""
    if not isinstance(expr, Product) or len(expr.factors) != 2:
        return False
    roles = [names.role(factor.name) if isinstance(factor, Symbol) else None for factor in expr.factors]
    return set(roles) == {Role.WEIGHT, Role.FEATURE}


_MAY_BE_NET = frozenset({None, Role.OUTPUT, Role.TARGET, Role.PREDICTION})


def _is_weighed(claim: Claim, role: Role | None) -> bool:
    """Whether a value is worked out as a sum of products, under a name that says nothing else: ``Y = 1(0.2) + 1(0.5) = 0.7``."""
    if role not in _MAY_BE_NET:
        return False
    return any(is_sum_of_products(link.expr) for link in claim.links)


def last_number(claim: Claim) -> Written | None:
    """The value that a claim ends with; an expression in numbers counts as its value."""
    links = claim.links
    for k, link in enumerate(links):
        if link.relation in _COMPARED:
            links = links[:k]
            break
    if not links:
        return None
    expr = told(links)[-1].expr
    written = as_number(expr)
    if written is not None or not is_numeric(expr) or any(isinstance(node, Vector) for node in expr.walk()):
        return written
    value = value_of(expr)
    if value is None:
        return None
    places = decimal_places(value)
    if places is None or places > _EXACT_PLACES:
        return _unwritten(value)
    return write_exactly(value)


def _unwritten(value: Fraction) -> Written:
    """A value that stands in the text as an expression: a fraction, or a root, which is shown in decimals."""
    text = str(value)
    return Written(text if len(text) <= MAX_SHOWN else shown(value, _EXACT_PLACES), value, _EXACT_PLACES)


def _written_array(vector: Vector) -> Known:
    items: list[Known] = []
    for item in vector.items:
        if isinstance(item, Vector):
            items.append(_written_array(item))
            continue
        written = as_number(item)
        value = value_of(item) if written is None else None
        if written is None and value is not None:
            written = _unwritten(value)
        if written is None:
            return ()
        items.append(written)
    return tuple(items)


def _turned(known: Known) -> Known:
    """A matrix with its rows as columns."""
    rows = [row for row in known if isinstance(row, tuple)] if isinstance(known, tuple) else []
    return tuple(zip(*rows, strict=True)) if rows else known


def number_of(known: Known) -> Value:
    """The exact numbers of what is known."""
    return tuple(number_of(part) for part in known) if isinstance(known, tuple) else known.value
