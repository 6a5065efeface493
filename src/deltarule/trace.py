"""The exact run of an exercise, every line with where it came from."""

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from deltarule.algebra.evaluate import EXACT, Arithmetic, evaluate
from deltarule.algebra.expr import (
    Apply,
    Expr,
    Negative,
    Number,
    Piecewise,
    Product,
    Quotient,
    Sum,
    Symbol,
    expand,
    substitute,
    symbols,
)
from deltarule.algebra.numbers import bounded, kept
from deltarule.algebra.program import Program, program
from deltarule.errors import InputError, LimitError
from deltarule.exercise import Carry, Exercise, is_class
from deltarule.formulas import ACTIVATIONS, LOSSES, Equation, Role, stepping
from deltarule.formulas.neuron import BIAS_OF, PER_FEATURE, PER_SAMPLE, WITHOUT_STEP
from deltarule.records import guarded
from deltarule.written import MAX_EXPONENT, RoundingMode, Written, magnitude, rounded, write_exactly, write_to

MAX_GUARD_DIGITS = 24
LONGEST_FRACTION = 10**12  # below it, of a value that is written as a fraction
MAX_REST_FIGURES = 20  # of what such a number is beside the short one
MAX_OPERAND_FIGURES = 45  # of a carried operand; what needs more is written beside a short number
_LARGE_BITS = (10**MAX_EXPONENT).bit_length() - 1  # a numerator of no more is no number beyond
LONGER = 4  # digits more than are shown, where all digits are carried
# how many digits more an operand is tried with; the last ones are for values next to a tie, or to 1
GUARDS = (*range(LONGER, 74), 100, 150, 220, 330, 500)


class Quantity(NamedTuple):
    """One number of a run.

    `step` counts updates from 1. Weights carry the step that made them: 0 for the start weights. So do velocities.
    """

    role: Role
    feature: int | None = None
    sample: int | None = None
    step: int | None = None


@guarded
class Line:
    """One worked line.

    Attributes
    ----------
    quantity : Quantity
        What it gives.
    left, formula : Expr
        The equation, with concrete indices.
    substituted : Expr
        The formula with numbers in it, as printed: decided cases and vanishing logarithms left out.
    value : Fraction
        The value that the run goes on with before rounding.
    exact : bool
        Whether `value` is exact (not so after exp, ln or very long fractions).
    digits : Written or None
        A longer form printed between expression and rounded value, where all digits are carried.
    shown : Written
        The rounded value as printed.
    operands : tuple of Quantity
        Where each symbol of the formula came from, in reading order.
    recomputes_exactly : bool
        Whether the substituted expression equals what is printed next (``=``) or rounds to it (``≈``).
    substitution_exact : bool
        Whether the operands stand in full (``=``) or rounded (``≈``) in the substituted form.
    """

    quantity: Quantity
    left: Symbol
    formula: Expr
    substituted: Expr
    value: Fraction
    exact: bool
    digits: Written | None
    shown: Written
    operands: tuple[Quantity, ...]
    recomputes_exactly: bool
    substitution_exact: bool


@guarded
class Step:
    """One update: its epoch, its samples and its lines in the order in which they are worked."""

    number: int
    epoch: int
    samples: tuple[int, ...]
    lines: tuple[Line, ...]


@guarded
class Prediction:
    """What the trained neuron says of one sample: net input and output, their lines, and the class."""

    sample: int
    net_input: Fraction
    output: Fraction
    lines: tuple[Line, ...]
    label: str | None
    target: str
    right: bool | None


@guarded
class Trace:
    """The whole run: `steps`, predictions, and every quantity's exact value."""

    exercise: Exercise
    steps: tuple[Step, ...]
    predictions: tuple[Prediction, ...]
    values: Mapping[Quantity, Fraction]
    shown: Mapping[Quantity, Written]

    def epoch_steps(self, epoch: int) -> tuple[Step, ...]:
        """Steps of one epoch, counted from 1."""
        return tuple(step for step in self.steps if step.epoch == epoch)

    def weights(self, step: int, printed: bool = False) -> tuple[Fraction, ...]:
        """Weights, then the bias, after `step` updates."""
        keys = [Quantity(Role.WEIGHT, j, None, step) for j in range(1, self.exercise.n_features + 1)]
        keys.append(Quantity(Role.BIAS, None, None, step))
        if not printed:
            return tuple(self.values[key] for key in keys)
        write = self.exercise.precision.write  # values that were not written out are rounded as they would be
        return tuple((self.shown.get(key) or write(self.values[key])).value for key in keys)


@lru_cache(maxsize=2)
def neuron_arithmetic(jump: str = "upper") -> Arithmetic:
    """Exact arithmetic that also knows the activations, from their formulas; `jump` is what steps give where they jump."""

    def activation(value_formula: Expr) -> Callable[[Fraction], Fraction]:
        return lambda net_input: bounded(evaluate(value_formula, lambda _: net_input))[0]

    known = {
        name: activation(stepping(entry, jump).value)
        for name, entry in ACTIVATIONS.items()
        if name != "identity"
    }
    return Arithmetic(EXACT.number, {**EXACT.functions, **known}, exact=True)


@lru_cache(maxsize=4096)
def quantity_of(symbol: Symbol, step: int) -> Quantity:
    """The quantity that a symbol with concrete indices means in the formulas of step number `step`.

    On the right of an equation ``w_j`` and ``b`` are the weights before the update, and so is what is marked ``old``.
    """
    role = Role(symbol.name)
    numbers = [index for index in symbol.index if isinstance(index, int)]
    before = role in (Role.WEIGHT, Role.BIAS) or "old" in symbol.marks
    at = None if role in WITHOUT_STEP else step - before
    if role is Role.FEATURE:
        return Quantity(role, numbers[1], numbers[0], at)
    if role in PER_SAMPLE:
        return Quantity(role, None, numbers[0], at)
    if role in PER_FEATURE:
        return Quantity(role, numbers[0], None, at)
    return Quantity(role, None, None, at)


@lru_cache(maxsize=4096)
def instance(equation: Equation, samples: tuple[int, ...], n_features: int, at: int | None) -> Expr:
    """The right side of an equation for one feature or sample `at`, sums written out over a batch."""
    free = "j" if equation.role in PER_FEATURE else "i"
    small = len(samples) * n_features <= _KEPT_NUMBERS
    return (_kept if small else _written_out)(equation.right, free, samples, n_features, at)


def _written_out(right: Expr, free: str, samples: tuple[int, ...], n_features: int, at: int | None) -> Expr:
    ranges = {"j": tuple(range(1, n_features + 1)), "i": samples}
    count = Number(Fraction(len(samples)))
    counted = substitute(right, lambda symbol: count if symbol.name == "n" else None)
    fixed = {} if at is None else {free: at}
    return expand(counted if len(samples) > 1 else _without_ones(counted), ranges, fixed)


# the same few formulas are written out for every step, point and document
_KEPT_NUMBERS = 64
_kept = lru_cache(maxsize=4096)(_written_out)


_ONE = Number(Fraction(1))


def _without_ones(expr: Expr) -> Expr:
    """With one sample there is nothing to average: no division by 1, no factor of 1."""
    done = expr.map(_without_ones)
    if isinstance(done, Quotient) and done.denominator == _ONE:
        return done.numerator
    if isinstance(done, Product) and _ONE in done.factors:
        factors = tuple(factor for factor in done.factors if factor != _ONE)
        return factors[0] if len(factors) == 1 else Product(factors) if factors else _ONE
    return done


def given(exercise: Exercise) -> dict[Quantity, Written]:
    """Every number that an exercise gives, by quantity."""
    known: dict[Quantity, Written] = {}
    for i, row in enumerate(exercise.features, 1):
        for j, cell in enumerate(row, 1):
            known[Quantity(Role.FEATURE, j, i)] = cell
    for i, target in enumerate(exercise.targets, 1):
        known[Quantity(Role.TARGET, None, i)] = target
    for j, weight in enumerate(exercise.weights, 1):
        known[Quantity(Role.WEIGHT, j, None, 0)] = weight
    if exercise.bias is not None:
        known[Quantity(Role.BIAS, None, None, 0)] = exercise.bias
    if exercise.learning_rate is not None:
        known[Quantity(Role.LEARNING_RATE)] = exercise.learning_rate
    if exercise.threshold is not None:
        known[Quantity(Role.THRESHOLD)] = exercise.threshold
    if exercise.weight_decay is not None:
        known[Quantity(Role.DECAY)] = exercise.weight_decay
    if exercise.rate_factor is not None:
        known[Quantity(Role.RATE_FACTOR)] = exercise.rate_factor
    if exercise.momentum is not None:
        known[Quantity(Role.MOMENTUM)] = exercise.momentum
        known |= start_velocities(exercise)
    return known


def in_formulas(quantity: Quantity) -> Symbol:
    """The symbol with concrete indices that means a quantity in formulas, its step left aside."""
    index = tuple(at for at in (quantity.sample, quantity.feature) if at is not None)
    return Symbol(quantity.role.value, index)


def start_velocities(exercise: Exercise) -> dict[Quantity, Written]:
    """Velocities before the first step: nothing, unless the exercise says otherwise."""
    roles = [*((Role.VELOCITY, j) for j in range(1, exercise.n_features + 1)), (BIAS_OF[Role.VELOCITY], None)]
    start = exercise.velocities or (Written("0", Fraction(0), 0),) * len(roles)
    return {
        Quantity(role, feature, None, 0): speed for (role, feature), speed in zip(roles, start, strict=False)
    }


class _Run:
    """Collects lines; the only mutable thing here, and it does not leave `run`."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self.arithmetic = neuron_arithmetic(exercise.jump)
        self.shown = given(exercise)
        self.values = {quantity: written.value for quantity, written in self.shown.items()}
        self.worked: set[Quantity] = set()
        self._plans: dict[tuple[int, tuple[int, ...], int | None], _Plan | None] = {}
        self._batches = len(exercise.batches())
        self._places: dict[tuple[tuple[int, ...], bool], list[tuple[Equation, int | None]]] = {}

    def places(self, samples: tuple[int, ...], number: int) -> list[tuple[Equation, int | None]]:
        """What is worked in an update, in order: the equations, each with its sample or feature."""
        key = samples, number > 1 and (number - 1) % self._batches == 0
        if key not in self._places:
            self._places[key] = list(_places(self.exercise, *key))
        return self._places[key]

    def value(
        self, equation: Equation, samples: tuple[int, ...], step: int, at: int | None
    ) -> tuple[Expr, Fraction, bool]:
        """Work one equation: its formula with branches decided, its value, and whether that is exact."""
        formula = instance(equation, samples, self.exercise.n_features, at)
        unrounded = self.exercise.carry is Carry.UNROUNDED

        def value_of(symbol: Symbol) -> Fraction:
            quantity = quantity_of(symbol, step)
            return self.values[quantity] if unrounded else self.shown[quantity].value

        try:
            decided = _decided(formula, value_of) if formula.once(_has_cases) else formula
            value, exact = within_bounds(
                formula, _worked(decided, value_of, self.arithmetic, decided is formula)
            )
            if value.numerator.bit_length() > _LARGE_BITS and magnitude(value) > MAX_EXPONENT:
                raise LimitError(
                    f"a number beyond 10^{MAX_EXPONENT}", "give fewer epochs or a lower learning rate"
                )
        except LimitError as error:
            epoch = (step - 1) // len(self.exercise.batches()) + 1
            raise LimitError(f"epoch {epoch}, {equation.left.name}: {error.reason}", error.remedy) from None
        return decided, value, exact

    def keep(self, equation: Equation, samples: tuple[int, ...], step: int, at: int | None) -> Fraction:
        """Work one equation of a run that carries all digits, and go on with its value."""
        key = id(equation), samples, at
        if key not in self._plans:
            self._plans[key] = instance(equation, samples, self.exercise.n_features, at).once(_plan)
        plan = self._plans[key]
        value = None if plan is None else self._by_plan(plan, step)
        if value is None:
            _, value, _ = self.value(equation, samples, step, at)
        quantity = _result(equation.role, step, at)
        self.values[quantity] = value
        if quantity.step is None:
            self.shown[quantity] = self._shown(quantity, value)
        return value

    def _by_plan(self, plan: "_Plan", step: int) -> Fraction | None:
        """The value of an equation that is worked step after step; None where it has to be looked at more closely."""
        values: Mapping[Any, Fraction] = self.values  # found by tuples as well: no `Quantity` is made to look
        found = [
            values[role, feature, sample, None if back is None else step - back].as_integer_ratio()
            for role, feature, sample, back in plan.operands
        ]
        try:
            exact = Fraction(*plan.program.ratio(found, self.arithmetic.functions))
            value = kept(exact) if plan.is_transcendental else bounded(exact)[0]
        except LimitError:
            return None
        return value if value.numerator.bit_length() <= _LARGE_BITS else None

    def line(self, equation: Equation, samples: tuple[int, ...], step: int, at: int | None) -> Line:
        """Work one equation and write it out."""
        decided, value, exact = self.value(equation, samples, step, at)
        formula = instance(equation, samples, self.exercise.n_features, at)
        operands = tuple(quantity_of(symbol, step) for symbol in symbols(formula))
        exact = exact and not formula.once(_is_transcendental)
        shown = self._shown(_result(equation.role, step, at), value)
        digits = self._digits(value, shown) if self.exercise.carry is Carry.UNROUNDED else None
        substituted, operands_in_full = self._substituted(decided, step, digits, shown)
        plain = evaluate(substituted, _no_symbol, self.arithmetic)
        following = shown if digits is None else digits
        left = expand(
            equation.left, {}, {} if at is None else {("j" if equation.role in PER_FEATURE else "i"): at}
        )
        assert isinstance(left, Symbol)
        quantity = _result(equation.role, step, at)
        self.values[quantity], self.shown[quantity] = value, shown
        self.worked.add(quantity)
        return Line(
            quantity,
            left,
            formula,
            substituted,
            value,
            exact,
            digits,
            shown,
            operands,
            plain == following.value and not _is_transcendental(substituted),
            operands_in_full,
        )

    def _shown(self, quantity: Quantity, value: Fraction) -> Written:
        """What is printed: a rounding, but nobody rounds a learning rate."""
        full = write_exactly(value) if quantity.step is None else None
        return self.exercise.precision.write(value) if full is None else full

    def _substituted(
        self, formula: Expr, step: int, digits: Written | None, shown: Written
    ) -> tuple[Expr, bool]:
        """The formula with numbers: with just so many digits that the number printed next recomputes."""
        operands = {quantity_of(symbol, step) for symbol in symbols(formula)}

        def put(numbers: Mapping[Quantity, Expr]) -> Expr:
            return substitute(formula, lambda symbol: numbers[quantity_of(symbol, step)])

        if self.exercise.carry is Carry.PRINTED:
            return put({quantity: _number(self.shown[quantity]) for quantity in operands}), True
        # first the digits that were printed, then a place more each time; for what is tiny, such as the output of a
        # saturated neuron, figures
        carried = self._carried(operands, put, digits, shown, self.exercise.precision.mode)
        if carried is not None:
            return carried
        # an exact tie reached through a fraction that no decimal shows: write the fraction itself
        if all(self.values[quantity].denominator < LONGEST_FRACTION for quantity in operands):
            return put({quantity: _exactly(self.values[quantity]) for quantity in operands}), True
        # or come to it from the other side
        cuts = self.exercise.precision.mode is RoundingMode.TRUNCATE
        other = RoundingMode.HALF_UP if cuts else RoundingMode.TRUNCATE
        carried = self._carried(operands, put, digits, shown, other)
        return carried or (put({quantity: _exactly(self.values[quantity]) for quantity in operands}), True)

    def _carried(
        self,
        operands: Set[Quantity],
        put: Callable[[Mapping[Quantity, Expr]], Expr],
        digits: Written | None,
        shown: Written,
        mode: RoundingMode,
    ) -> tuple[Expr, bool] | None:
        """The formula with carried digits, as few as do, and whether they are all; None if no digits do."""
        for guard in GUARDS:
            written = {quantity: self._operand(quantity, guard, mode) for quantity in operands}
            tree = put({quantity: number for quantity, (number, _) in written.items()})
            if self._recomputes(tree, digits, shown):
                return tree, all(written[quantity][1] == self.values[quantity] for quantity in operands)
        return None

    def _recomputes(self, tree: Expr, digits: Written | None, shown: Written) -> bool:
        try:
            value = evaluate(tree, _no_symbol, self.arithmetic)
        except LimitError:  # the logarithm of something that shows as 0
            return False
        if digits is not None:
            return rounded(value, digits.places, self.exercise.precision.mode) == digits.value
        return self.exercise.precision.write(value) == shown

    def _operand(self, quantity: Quantity, guard: int, mode: RoundingMode) -> tuple[Expr, Fraction]:
        """A carried operand: as given, or with `guard` digits more than are shown, or in full if that is no longer."""
        value = self.values[quantity]
        if quantity.step is None or quantity not in self.worked:
            return _with_value(_number(self.shown[quantity]))
        places = self.exercise.precision.places_for(value) + min(guard, MAX_GUARD_DIGITS)
        if guard > MAX_GUARD_DIGITS:
            places = max(places, guard - MAX_GUARD_DIGITS - magnitude(value))
        full = write_exactly(value)
        written = full if full is not None and full.places <= places else write_to(value, places, mode)
        if written.figures <= MAX_OPERAND_FIGURES:
            return _with_value(_number(written))
        shorter = write_to(value, MAX_OPERAND_FIGURES - 1 - magnitude(value), mode)
        return self._beside(value, places) or _with_value(_number(shorter))

    def _beside(self, value: Fraction, places: int) -> tuple[Expr, Fraction] | None:
        """A number next to a short one, such as the output of a saturated neuron, as that and the rest: ``1 - 6.4·10^-53``.

        None if there is no short number next to it.
        """
        spared = self.exercise.precision.places_for(value) + LONGER
        short = rounded(value, spared)
        beyond, near = abs(value - short), write_exactly(short)
        if near is None or short == 0 or magnitude(beyond) > magnitude(short) - MAX_REST_FIGURES:
            return None
        rest = write_to(beyond, min(places, MAX_REST_FIGURES - 1 - magnitude(beyond)))
        if rest.value == 0:
            return _with_value(_number(write_to(short, spared)))
        tiny = _number(rest)
        more = value > short
        return Sum((_number(near), tiny if more else Negative(tiny))), short + (
            rest.value if more else -rest.value
        )

    def _digits(self, value: Fraction, shown: Written) -> Written | None:
        """What is carried, printed in full or to four more digits, if it is more than is shown."""
        if value == shown.value:
            return None
        places = self.exercise.precision.places_for(value) + LONGER
        full = write_exactly(value)
        if full is not None and full.places <= places:
            return full
        longer = self._write(value, places)
        # a longer form must say more, and must not turn the second rounding: 0.0149999 shown as 0.01500 would
        return (
            longer
            if longer.value != shown.value and self.exercise.precision.write(longer.value) == shown
            else None
        )

    def _write(self, value: Fraction, places: int) -> Written:
        return write_to(value, places, self.exercise.precision.mode)


def _worked(formula: Expr, value_of: Callable[[Symbol], Fraction], over: Arithmetic, often: bool) -> Fraction:
    """Value of a formula; one that is worked step after step is compiled."""
    ready = program(formula) if often else None
    if ready is not None:
        return ready.value([value_of(symbol) for symbol in ready.symbols], over.functions)
    value: Fraction = evaluate(formula, value_of, over)
    return value


class _Plan(NamedTuple):
    """How a formula is worked at every step: the quantities of its operands, the last number being how many steps they are back."""

    is_transcendental: bool
    program: Program
    operands: list[tuple[Role, int | None, int | None, int | None]]


def _plan(formula: Expr) -> _Plan | None:
    """None for a formula that is worked in one way or another, as the numbers are."""
    ready = None if formula.once(_has_cases) and not formula.once(_is_applied) else program(formula)
    if ready is None:
        return None
    first = [quantity_of(symbol, 1) for symbol in ready.symbols]
    operands = [(*each[:3], None if each.step is None else 1 - each.step) for each in first]
    return _Plan(formula.once(_is_transcendental), ready, operands)


def _is_applied(formula: Expr) -> bool:
    """Whether a formula is an activation of one symbol, the same for all numbers."""
    return isinstance(formula, Apply) and isinstance(formula.arg, Symbol)


def _has_cases(formula: Expr) -> bool:
    """Whether how a formula is worked depends on the numbers: most do not, and are worked as they stand."""
    return formula.has_functions or any(isinstance(node, Piecewise) for node in formula.walk())


def _decided(formula: Expr, value_of: Callable[[Symbol], Fraction]) -> Expr:
    """A formula as it is worked for given numbers: the case that holds, and no logarithm that is multiplied by 0.

    0 ln 0 counts as 0, as everywhere with the log loss; a saturated output then has a loss if its target fits.
    """
    if isinstance(formula, Piecewise):
        for branch in formula.branches:
            if evaluate(branch.condition, value_of, neuron_arithmetic()):
                return _decided(branch.value, value_of)
        return _decided(formula.otherwise, value_of)
    if isinstance(formula, Sum):
        terms = tuple(_decided(term, value_of) for term in formula.terms if not _vanishes(term, value_of))
        if not terms:
            return Number(Fraction(0))
        return terms[0] if len(terms) == 1 else Sum(terms)
    return formula.map(lambda child: _decided(child, value_of))


def _vanishes(term: Expr, value_of: Callable[[Symbol], Fraction]) -> bool:
    """Whether a term is a logarithm times 0."""
    if isinstance(term, Negative):
        return _vanishes(term.arg, value_of)
    if not isinstance(term, Product) or not any(isinstance(factor, Apply) for factor in term.factors):
        return False
    return any(evaluate(factor, value_of) == 0 for factor in term.factors if not isinstance(factor, Apply))


def within_bounds(formula: Expr, value: Fraction) -> tuple[Fraction, bool]:
    """The value of a formula with as many digits as are kept, and whether it is exact."""
    return (kept(value), False) if formula.once(_is_transcendental) else bounded(value)


def _is_transcendental(formula: Expr) -> bool:
    """Whether a formula needs exp or ln, by itself or within an activation."""
    applied = (node.function for node in formula.walk() if isinstance(node, Apply))
    return any(name not in ACTIVATIONS or _is_transcendental(ACTIVATIONS[name].value) for name in applied)


def _no_symbol(symbol: Symbol) -> Fraction:
    raise AssertionError(f"{symbol} was left in a substituted form")


def _with_value(number: Number) -> tuple[Expr, Fraction]:
    return number, number.value


def _number(written: Written) -> Number:
    return Number(written.value, written)


def _exactly(value: Fraction) -> Expr:
    full = write_exactly(value)
    return _number(full) if full else Number(Fraction(value.numerator)) / Number(Fraction(value.denominator))


def _result(role: Role, step: int, at: int | None) -> Quantity:
    if role in PER_SAMPLE:
        return Quantity(role, None, at, step)
    if role in WITHOUT_STEP:  # the learning rate from here on
        return Quantity(role)
    return Quantity(role, at if role in PER_FEATURE else None, None, step)


def run(exercise: Exercise) -> Trace:
    """Work an exercise exactly, rounding and carrying as it says, every line written out.

    Parameters
    ----------
    exercise : Exercise
        Complete: see `Exercise.complete`.

    Raises
    ------
    InputError
        Something is missing.
    LimitError
        A number left the range that deltarule works in.
    """
    if exercise.loss in LOSSES and not LOSSES[exercise.loss].worked:
        raise InputError(
            f"no worked solutions are written for the {exercise.loss} loss",
            'set loss = "squared" or "log", or train with an estimator',
        )
    work = _Run(exercise.complete())
    steps = tuple(
        Step(
            number,
            epoch,
            samples,
            tuple(work.line(each, samples, number, at) for each, at in work.places(samples, number)),
        )
        for number, epoch, samples in _schedule(work.exercise)
    )
    predictions = tuple(_predict(work, i, len(steps) + 1) for i in range(1, exercise.n_samples + 1))
    return Trace(exercise, steps, predictions, work.values, work.shown)


def run_unrounded(exercise: Exercise, updates: int | None = None) -> Trace:
    """The exact run with all digits carried and no lines written out: only values.

    If it has more than so many `updates`, it is broken off behind them.

    Raises
    ------
    InputError
        Something is missing, or a number left the range that deltarule works in.
    """
    work = _Run(replace(exercise.complete(), carry=Carry.UNROUNDED))
    steps: list[Step] = []
    for number, epoch, samples in _schedule(work.exercise):
        if updates is not None and number > updates:
            return Trace(work.exercise, tuple(steps), (), work.values, work.shown)
        for equation, at in work.places(samples, number):
            work.keep(equation, samples, number, at)
        steps.append(Step(number, epoch, samples, ()))
    predictions: list[Prediction] = []
    for i in range(1, exercise.n_samples + 1):
        values = [work.keep(exercise.system[role], (i,), len(steps) + 1, i) for role in _PREDICTED]
        predictions.append(_classified(work.exercise, i, (), values[0], values[1]))
    return Trace(work.exercise, tuple(steps), tuple(predictions), work.values, work.shown)


def _schedule(exercise: Exercise) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Number, epoch and samples of every update."""
    batches = exercise.batches()
    for epoch in range(1, exercise.epochs + 1):
        for position, samples in enumerate(batches, 1):
            yield (epoch - 1) * len(batches) + position, epoch, samples


def _places(
    exercise: Exercise, samples: tuple[int, ...], begins_epoch: bool
) -> Iterator[tuple[Equation, int | None]]:
    """What is worked in one update, in order: each sample forward, then losses, gradients, changes and weights."""
    equations = exercise.system.equations
    if begins_epoch:
        yield from ((each, None) for each in equations if each.role in WITHOUT_STEP)
    for i in samples:
        yield from ((equation, i) for equation in equations if equation.role in PER_SAMPLE)
    for equation in equations:
        if equation.role in WITHOUT_STEP:
            continue
        if equation.role in PER_FEATURE:
            yield from ((equation, j) for j in range(1, exercise.n_features + 1))
        elif equation.role not in PER_SAMPLE:
            yield equation, None


_PREDICTED = (Role.NET_INPUT, Role.OUTPUT)


def _predict(work: _Run, sample: int, step: int) -> Prediction:
    exercise = work.exercise
    lines = tuple(work.line(exercise.system[role], (sample,), step, sample) for role in _PREDICTED)
    printed = exercise.carry is Carry.PRINTED
    net_input, output = (line.shown.value if printed else line.value for line in lines)
    return _classified(exercise, sample, lines, net_input, output)


def _classified(
    exercise: Exercise, sample: int, lines: tuple[Line, ...], net_input: Fraction, output: Fraction
) -> Prediction:
    label = right = None
    target = exercise.targets[sample - 1]
    cut = exercise.cut
    if cut is not None:
        label = exercise.labels[output >= cut.value]
        right = is_class(label, target)
    return Prediction(sample, net_input, output, lines, label, target.text, right)
