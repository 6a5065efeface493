"""A neuron or a straight line with its data: outputs, errors, losses, slopes and the next parameters, worked out anew.

Documents that tell only results (a table of epochs, a program's printout, a list of all predictions) are held against the
data and the parameters told before. The output is the formula that the document states, or the neuron's own.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.evaluate import evaluate
from deltarule.algebra.expr import (
    Apply,
    Expr,
    Negative,
    Number,
    Power,
    Quotient,
    Sum,
    SumOver,
    Symbol,
    Vector,
    symbols,
)
from deltarule.checking.origins.arrays import NoValueError, worked
from deltarule.checking.origins.memory import Memory, last_number
from deltarule.checking.origins.origin import Origin
from deltarule.checking.sides import value_of
from deltarule.document import Claim
from deltarule.errors import DeltaruleError
from deltarule.formulas import CONVENTIONS, Role
from deltarule.naming import Reference
from deltarule.records import record
from deltarule.trace import neuron_arithmetic
from deltarule.written import Written, rounded

MAX_PARAMETERS = 5
MAX_ROWS = 40
MAX_STATES = 4
_PLACES = 20  # of outputs that go on for ever, far beyond what anybody prints
MAX_SINGLE = 8  # rows that are tried one by one
_IN_TURN = frozenset({"step", "climb", "slope"})  # worked while the parameters change one by one
_OUTPUTS = frozenset({Role.OUTPUT, Role.NET_INPUT, Role.PREDICTION, Role.TARGET})
_SIGMOID = frozenset({"sigmoid", "sigma"})
FAILED = (NoValueError, KeyError, ArithmeticError, DeltaruleError, ValueError)

Row = tuple[Fraction, ...]


@record
class Line:
    """A formula that is a sum of parameters, each times something of the row; `curve` is what is applied to it."""

    body: Expr
    parameters: tuple[Symbol, ...]
    features: tuple[tuple[Symbol, int], ...]  # with the column of the data each stands for, from 0
    curve: str
    is_net: bool = False  # it is the net input: the neuron's activation is applied to it

    def columns(self, row: Row) -> tuple[Row, Fraction]:
        """What each parameter is multiplied by in a row, and what stands apart.

        Raises
        ------
        NoValueError, ArithmeticError, DeltaruleError
            The row does not have these features, or the formula no value there.
        """
        given = {symbol: row[at] for symbol, at in self.features if at < len(row)}
        if len(given) < len(self.features):
            raise NoValueError

        def at(one: Symbol | None) -> Fraction:
            value = worked(self.body, lambda symbol: given.get(symbol, Fraction(symbol == one)))
            if isinstance(value, tuple):
                raise NoValueError
            return value

        apart = at(None)
        return tuple(at(symbol) - apart for symbol in self.parameters), apart


def stated_line(claim: Claim, memory: Memory) -> Line | None:
    """The output of one row as a claim states it: ``y = m x + c``, ``p = 1/(1 + e^-(b_0 + b_1 x))``."""
    subject, names = claim.subject, memory.names
    for body, curve in _bodies(claim, memory):
        free = tuple(dict.fromkeys(symbols(body)))
        features = tuple(symbol for symbol in free if names.role(symbol.name) is Role.FEATURE)
        parameters = tuple(symbol for symbol in free if symbol not in features and symbol.name != "e")
        if not features or not 0 < len(parameters) <= MAX_PARAMETERS:
            continue
        if any(isinstance(node, SumOver | Vector | Apply) for node in body.walk()) or subject in parameters:
            continue
        if any(names.role(symbol.name) in (Role.TARGET, Role.ERROR, Role.LOSS) for symbol in parameters):
            continue
        placed = tuple((symbol, _column(symbol, names.first_feature)) for symbol in features)
        is_net = isinstance(subject, Symbol) and names.role(subject.name) is Role.NET_INPUT
        line = Line(body, parameters, placed, curve, is_net)
        if _is_straight(line):
            return line
    return None


def _bodies(claim: Claim, memory: Memory) -> Iterator[tuple[Expr, str]]:
    """Formulas that may be the output: what it is said to be, else what is taken off the target in a loss or a slope."""
    subject, names = claim.subject, memory.names
    symbolic = [link.expr for link in claim.links if link.whole is None and not is_numeric(link.expr)]
    applied = isinstance(subject, Apply) and not subject.function.endswith("'")
    if applied or (isinstance(subject, Symbol) and names.role(subject.name) in _OUTPUTS):
        yield from map(_unwrapped, symbolic)
    elif memory.line is None and isinstance(subject, Symbol):
        for node in (node for expr in symbolic for node in expr.walk()):
            match node:
                case Sum(terms=(Symbol(name=target), Negative(arg=body))) if (
                    names.role(target) is Role.TARGET
                ):
                    yield _unwrapped(body)
                case Sum(terms=(body, Negative(arg=Symbol(name=target)))) if (
                    names.role(target) is Role.TARGET
                ):
                    yield _unwrapped(body)


def _unwrapped(expr: Expr) -> tuple[Expr, str]:
    """What the sigmoid is applied to, and that it is."""
    match expr:
        case Apply(function=name, arg=arg) if name in _SIGMOID:
            return arg, "sigmoid"
        case Quotient(
            numerator=Number(value=one),
            denominator=Sum(terms=(Number(value=other), Apply(function="exp", arg=arg))),
        ):
            if one == other == 1:
                return (arg.arg if isinstance(arg, Negative) else Negative(arg)), "sigmoid"
    return expr, "identity"


def _column(symbol: Symbol, first: int) -> int:
    numbered = [index for index in (*symbol.index, *symbol.upper) if isinstance(index, int)]
    return numbered[0] - first if numbered and numbered[0] >= first else 0


def _is_straight(line: Line) -> bool:
    """Whether the formula is a sum of its parameters times something, tried at numbers that nobody writes."""
    row = tuple(Fraction(7 * k + 3, 5) for k in range(max(at for _, at in line.features) + 1))
    point = {symbol: Fraction(11 * k + 4, 7) for k, symbol in enumerate(line.parameters)}
    try:
        factors, apart = line.columns(row)
        given = {symbol: row[at] for symbol, at in line.features}
        value = worked(line.body, lambda symbol: given.get(symbol, point.get(symbol, Fraction(0))))
    except FAILED:
        return False
    return value == apart + sum(factor * each for factor, each in zip(factors, point.values(), strict=True))


# -- the data and the parameters


@record
class _State:
    """Parameters as the document tells them, and the rows that they are put to."""

    numbers: tuple[Written, ...]
    factors: tuple[Row, ...]  # for each row what each parameter is multiplied by
    apart: Row
    targets: Row
    curve: str

    def outputs(self, memory: Memory, moved: int | None = None) -> Row:
        """Output of each row; with `moved`, that parameter half a unit of its last place larger."""
        numbers = tuple(
            each.value + each.unit / 2 if k == moved else each.value for k, each in enumerate(self.numbers)
        )
        key = (numbers, self.factors, self.apart, self.curve)
        known = memory.outputs.get(key)
        if known is None:
            sigmoid = self.curve == "sigmoid"
            memory.spend(len(self.factors) * (12 if sigmoid else 1))
            nets = tuple(
                apart + sum(a * b for a, b in zip(row, numbers, strict=True))
                for row, apart in zip(self.factors, self.apart, strict=True)
            )
            curve = neuron_arithmetic().functions["sigmoid"]
            known = tuple(rounded(Fraction(curve(net)), _PLACES) for net in nets) if sigmoid else nets
            memory.outputs[key] = known
        return known


def tables(memory: Memory) -> Iterator[tuple[tuple[Row, ...], Row]]:
    """The data: the exercise's, or what lists and single numbers say."""
    exercise = memory.exercise
    if exercise.features and len(exercise.features) <= MAX_ROWS:
        rows = tuple(tuple(number.value for number in row) for row in exercise.features)
        targets = tuple(number.value for number in exercise.targets)
        yield rows, targets
        here = _here(memory)
        if len(rows) < 2:
            return
        if exercise.batch_size == 1 and len(rows) <= MAX_SINGLE:  # one row at a time
            yield from (((row,), (target,)) for row, target in zip(rows, targets, strict=True))
        elif here is not None and here[0] in rows:
            yield (here[0],), (targets[rows.index(here[0])],)
        return
    told = memory.rows_told()
    if told is not None:
        yield told
    batches = _batches(memory)
    if len(batches) == 1:
        yield batches[0]
    listed = memory.listed(Role.FEATURE), memory.listed(Role.TARGET)
    matrix = memory.rows_of(Role.FEATURE)
    if matrix and len(matrix) == len(listed[1]) <= MAX_ROWS:
        yield matrix, tuple(number.value for number in listed[1])
    if listed[0] and len(listed[0]) == len(listed[1]) <= MAX_ROWS:
        yield tuple((number.value,) for number in listed[0]), tuple(number.value for number in listed[1])
    if len(memory.columns) > 1 and len(memory.columns[0]) <= MAX_ROWS:
        columns = [
            tuple(each.value for each in column if isinstance(each, Written)) for column in memory.columns
        ]
        yield tuple(zip(*columns[:-1], strict=True)), columns[-1]
    here = _here(memory)
    if here is not None:
        yield (here[0],), (here[1],)


def _batches(memory: Memory) -> list[tuple[tuple[Row, ...], Row]]:
    """The points of each line that tells several."""
    told = [pairs for pairs in (*memory.batches, memory.pairs) if len(pairs) > 1]
    return [(tuple((x.value,) for x, _ in pairs), tuple(y.value for _, y in pairs)) for pairs in told]


def _here(memory: Memory) -> tuple[Row, Fraction] | None:
    """The row told last: its features one by one, and its target."""
    features: list[Fraction] = []
    while len(features) < MAX_PARAMETERS and (Role.FEATURE, len(features) + 1) in memory.roles:
        features.append(memory.roles[Role.FEATURE, len(features) + 1].value)
    if not features and (Role.FEATURE, None) in memory.roles:
        features.append(memory.roles[Role.FEATURE, None].value)
    if not features and memory.objective is None and memory.places and len(memory.places[-1]) == 2:
        feature, wanted = memory.places[-1]  # sample (1, 2): ...
        return (feature.value,), wanted.value
    target = memory.roles.get((Role.TARGET, None))
    return (tuple(features), target.value if target else Fraction(0)) if features else None


def _states(
    memory: Memory, rows: tuple[Row, ...], targets: Row, in_turn: bool = False
) -> Iterator[tuple[_State, tuple[Symbol | None, ...]]]:
    """Where the parameters stand now and stood before, for the stated line and for the neuron."""
    line = memory.line
    if line is not None and not any(memory.is_listed(symbol) for symbol in line.parameters):
        histories = [memory.history(symbol) for symbol in line.parameters]
        columns = [line.columns(row) for row in rows]
        factors, apart = tuple(each[0] for each in columns), tuple(each[1] for each in columns)
        curve = memory.exercise.activation if line.is_net else line.curve
        for numbers in _moments(histories, in_turn) if curve in ("identity", "sigmoid") else ():
            yield _State(numbers, factors, apart, targets, curve), line.parameters
        return
    width = len(rows[0])
    histories = [memory.last_of(Role.WEIGHT, j if width > 1 else None) for j in range(1, width + 1)]
    bias = memory.last_of(Role.BIAS, None)
    if bias:
        histories.append(bias)
    factors = tuple((*row, Fraction(1)) if bias else row for row in rows)
    curve = memory.exercise.activation
    if curve not in ("identity", "sigmoid"):
        return
    names = (*(Symbol(Role.WEIGHT.value, (j,)) for j in range(1, width + 1)), Symbol(Role.BIAS.value))
    for numbers in _moments(histories, in_turn):
        yield _State(numbers, factors, (Fraction(0),) * len(rows), targets, curve), names


def _moments(histories: list[list[Written]], in_turn: bool) -> Iterator[tuple[Written, ...]]:
    """All parameters now; all before; where they change in turn, each before with the other now."""
    if not histories or not all(histories):
        return
    now = tuple(history[-1] for history in histories)
    before = tuple(history[-2] if len(history) > 1 else history[-1] for history in histories)
    seen: list[tuple[Written, ...]] = []
    mixed = [now[:k] + before[k : k + 1] + now[k + 1 :] for k in range(2 if in_turn and len(now) == 2 else 0)]
    for numbers in (now, before, *mixed)[:MAX_STATES]:
        if numbers not in seen:
            seen.append(numbers)
            yield numbers


def outputs_now(memory: Memory, rows: tuple[Row, ...], targets: Row) -> Iterator[Row]:
    """The outputs of all rows with the parameters that stand now, and with those before."""
    for state, _ in _states(memory, rows, targets):
        yield state.outputs(memory)


# -- the values


def of_model(
    claim: Claim, reference: Reference | None, memory: Memory, climbing: bool = False
) -> Iterator[Origin]:
    """What the data and the parameters give for a claim about an output, an error, a loss, a slope or a parameter.

    With `climbing`, only what the step the wrong way gives for a parameter.
    """
    subject = claim.subject
    wanted = _wanted(subject, reference, memory)
    if wanted is None or (climbing and wanted != "step"):
        return
    wanted = "climb" if climbing else wanted
    here = _called_at(subject) or _here(memory)
    told = [((here[0],), (here[1],))] if here is not None and climbing and _at_work(here, memory) else []
    for rows, targets in told if climbing else tables(memory):
        try:
            for state, parameters in _states(memory, rows, targets, wanted in _IN_TURN):
                yield from _values(wanted, claim, reference, state, parameters, memory)
        except FAILED:
            continue
    if not climbing:
        yield from _of_told(wanted, claim, reference, memory)
        yield from _far_off(wanted, claim, reference, memory)
    if here is None or wanted not in ("output", "error", "square"):
        return
    of_another = claim.part is not None or (reference is not None and reference.sample is not None)
    with suppress(*FAILED):
        for state, _ in _states(memory, (here[0],), (here[1],)):
            for origin in _of_rows(wanted, state, [0], memory):
                # the row told last need not be the one that a list or an index means
                yield replace(origin, how=f"last row {wanted}") if of_another else origin


def _of_told(wanted: str, claim: Claim, reference: Reference | None, memory: Memory) -> Iterator[Origin]:
    """What data give that were put together from prose: they may confirm a value, and hold nothing against one."""
    for rows, targets in _told_table(memory):
        with suppress(*FAILED):
            for state, parameters in _states(memory, rows, targets, wanted in _IN_TURN):
                for origin in _values(wanted, claim, reference, state, parameters, memory):
                    yield replace(origin, how=origin.how.replace("model", "told"))


def _told_table(memory: Memory) -> Iterator[tuple[tuple[Row, ...], Row]]:
    """The data that were put together from prose, where no others say the same."""
    batches = _batches(memory)
    if len(batches) > 1:  # which of them is worked is not said
        yield from batches
    told = memory.told
    if told is None or not 0 < len(told.features) <= MAX_ROWS:
        return
    rows = tuple(tuple(number.value for number in row) for row in told.features)
    targets = tuple(number.value for number in told.targets)
    if not any(table == (rows, targets) for table in tables(memory)):
        yield rows, targets


def _far_off(wanted: str, claim: Claim, reference: Reference | None, memory: Memory) -> Iterator[Origin]:
    """What descent from the start gives for a value that is told of a far-off epoch, without any working."""
    written = last_number(claim) if len(claim.links) == 1 and memory.epoch is not None else None
    if written is None or wanted not in ("step", "slope", "loss", "output", "error", "square"):
        return
    from deltarule.checking.origins.far import far_along, rows_of

    for how, exercise, numbers in far_along(memory, written.figures):
        names = (
            *(Symbol(Role.WEIGHT.value, (j,)) for j in range(1, exercise.n_features + 1)),
            Symbol(Role.BIAS.value),
        )
        with suppress(*FAILED):
            if wanted == "step":
                at = _parameter(claim.subject, reference, names)
                if at is not None and at < len(numbers):
                    yield Origin(numbers[at], Fraction(0), how)
                continue
            rows, targets = rows_of(exercise), tuple(number.value for number in exercise.targets)
            exact = tuple(Written("", value, 0) for value in numbers)
            state = _State(exact, rows, (Fraction(0),) * len(rows), targets, exercise.activation)
            for origin in _values(wanted, claim, reference, state, names, memory):
                yield replace(origin, how=how)


def _called_at(subject: Expr | None) -> tuple[Row, Fraction] | None:
    """The row that a function is called with: ``h(2.0)``."""
    if not isinstance(subject, Apply) or not is_numeric(subject.arg):
        return None
    items = subject.arg.items if isinstance(subject.arg, Vector) else (subject.arg,)
    numbers = tuple(value for item in items if (value := value_of(item)) is not None)
    return (numbers, Fraction(0)) if len(numbers) == len(items) else None


def _at_work(here: tuple[Row, Fraction], memory: Memory) -> bool:
    """Whether the row told last is the one that is worked: the output told last is what it gives."""
    told = memory.roles.get((Role.OUTPUT, None)) or memory.roles.get((Role.NET_INPUT, None))
    if told is None:
        return False
    try:
        return any(
            abs(told.value - state.outputs(memory)[0]) <= told.unit
            for state, _ in _states(memory, (here[0],), (here[1],))
        )
    except FAILED:
        return False


def _wanted(subject: Expr | None, reference: Reference | None, memory: Memory) -> str | None:
    """Which quantity of the model a left side names."""
    if (
        isinstance(subject, Power)
        and isinstance(subject.base, Symbol)
        and subject.exponent == Number(Fraction(2))
    ):
        return "square" if memory.names.role(subject.base.name) is Role.ERROR else None
    match subject:
        case Sum(terms=(Symbol(name=left), Negative(arg=Symbol(name=right)))):  # ŷ - y = [-3, -5]
            roles = {memory.names.role(left), memory.names.role(right)}
            return "error" if Role.TARGET in roles and roles & _OUTPUTS - {Role.TARGET} else None
    if isinstance(subject, Apply):
        return "output" if not subject.function.endswith("'") else None
    if not isinstance(subject, Symbol):
        return None
    if subject.name.startswith("dL/d"):
        loss = subject.marks[0] if subject.marks else ""
        return "slope" if not loss or memory.names.role(loss) in (Role.LOSS, None) else None
    if memory.line is not None and any(_same(subject, each) for each in memory.line.parameters):
        return "step"
    role = reference.role if reference is not None else _role_of_words(subject.name, memory)
    if role in (Role.GRADIENT, Role.BIAS_GRADIENT, Role.CHANGE, Role.BIAS_CHANGE):
        return "slope"
    if "squared" in subject.name or "square" in subject.marks:
        return "square"
    if role in (Role.WEIGHT, Role.BIAS):
        return "step"
    names = {
        Role.OUTPUT: "output",
        Role.NET_INPUT: "output",
        Role.PREDICTION: "output",
        Role.ERROR: "error",
        Role.LOSS: "loss",
    }
    return names.get(role) if role is not None else None


def _role_of_words(name: str, memory: Memory) -> Role | None:
    """The role of a name of several words, by its last one or its first: ``mean_gradient``, ``grad_b``."""
    first, _, _ = name.partition("_")
    last = memory.names.role(name.rpartition("_")[2])
    return Role.GRADIENT if memory.names.role(first) is Role.GRADIENT else last


def _same(subject: Symbol, parameter: Symbol) -> bool:
    return subject.name == parameter.name and (subject.index == parameter.index or not parameter.index)


def _values(
    wanted: str,
    claim: Claim,
    reference: Reference | None,
    state: _State,
    parameters: tuple[Symbol | None, ...],
    memory: Memory,
) -> Iterator[Origin]:
    if wanted in ("output", "error", "square"):
        rows = _rows_meant(claim, reference, len(state.factors))
        if memory.widths.get(claim.span, 0) in (0, 1, len(state.factors)):  # in cells each stands alone
            yield from _of_rows(wanted, state, rows, memory)
    elif wanted == "loss":
        yield from _of_all(state, memory, _losses, "loss")
    else:
        at = _of_line(claim.subject, reference, state, parameters)
        at = _parameter(claim.subject, reference, parameters) if at is None else at
        if at is None or at >= len(state.numbers):
            return
        if wanted == "slope":
            yield from _of_all(state, memory, lambda one, outputs: _slopes(one, outputs, at), "slope")
        rate = memory.roles.get((Role.LEARNING_RATE, None)) or memory.exercise.learning_rate
        if rate is not None:
            start = None if wanted == "slope" else state.numbers[at]
            way = -rate.value if wanted == "climb" else rate.value
            what = "climb" if wanted == "climb" else "step"
            yield from _of_all(state, memory, lambda one, outputs: _steps(one, outputs, at, way, start), what)


def _rows_meant(claim: Claim, reference: Reference | None, count: int) -> list[int]:
    """Rows that a claim may be about: its component's, its sample's; none if that is not said."""
    sample = reference.sample if reference is not None else None
    if claim.part is not None and count > 1:
        return [claim.part] if claim.part < count else []
    if sample is not None and 1 <= sample <= count:
        return [sample - 1]
    return []


def _of_rows(wanted: str, state: _State, rows: list[int], memory: Memory) -> Iterator[Origin]:
    if wanted == "output" and state.curve != "identity":
        yield from _of_rows(wanted, replace(state, curve="identity"), rows, memory)
    for at in rows:
        shapes = {"output": (_plain,), "error": (_off, _under), "square": (_square,)}[wanted]
        for k, shape in enumerate(shapes):
            value = shape(state.outputs(memory)[at], state.targets[at])
            slack = sum(
                (
                    abs(shape(state.outputs(memory, moved)[at], state.targets[at]) - value)
                    for moved, number in enumerate(state.numbers)
                    if memory.may_be_rounded(number)
                ),
                Fraction(0),
            )
            yield Origin(value, slack, f"model {wanted} {k}")


def _plain(output: Fraction, target: Fraction) -> Fraction:
    return output


def _off(output: Fraction, target: Fraction) -> Fraction:
    return output - target


def _under(output: Fraction, target: Fraction) -> Fraction:
    return target - output


def _square(output: Fraction, target: Fraction) -> Fraction:
    return (output - target) ** 2


def _of_all(
    state: _State, memory: Memory, values: Callable[[_State, Row], dict[str, Fraction]], what: str
) -> Iterator[Origin]:
    """Each of the values that all rows give together, and how far the parameters' roundings move it."""
    exact: dict[str, Fraction] = values(state, state.outputs(memory))
    moved = [
        values(state, state.outputs(memory, k))
        for k, number in enumerate(state.numbers)
        if memory.may_be_rounded(number)
    ]
    for name, value in exact.items():
        slack = sum((abs(each[name] - value) for each in moved), Fraction(0))
        yield Origin(value, slack, f"model {what} {name}")


def _losses(state: _State, outputs: Row) -> dict[str, Fraction]:
    total = sum((_square(a, t) for a, t in zip(outputs, state.targets, strict=True)), Fraction(0))
    count = Fraction(len(outputs))
    found = {name: total * evaluate(each.factor, lambda _: count) for name, each in CONVENTIONS.items()}
    if state.curve == "sigmoid" and all(0 < a < 1 for a in outputs) and set(state.targets) <= {0, 1}:
        ln = neuron_arithmetic().functions["ln"]
        told = -sum(
            (
                rounded(Fraction(ln(a if t == 1 else 1 - a)), _PLACES)
                for a, t in zip(outputs, state.targets, strict=True)
            ),
            Fraction(0),
        )
        found |= {"log": told / count, "log sum": told}
    return found


def _slopes(state: _State, outputs: Row, at: int) -> dict[str, Fraction]:
    """Slopes by one parameter, under every convention; of the log loss too, which has the line's own."""
    count = Fraction(len(outputs))
    total = bent = Fraction(0)
    for output, target, factors in zip(outputs, state.targets, state.factors, strict=True):
        total += (output - target) * factors[at]
        bent += (output - target) * output * (1 - output) * factors[at] if state.curve == "sigmoid" else 0
    found = {"half-mean": total / count, "half-sum": total}
    squared = bent if state.curve == "sigmoid" else total
    for name, each in CONVENTIONS.items():
        found["squared " + name] = squared * evaluate(each.squared_gradient_factor, lambda _: count)
    return found


def _steps(
    state: _State, outputs: Row, at: int, rate: Fraction, start: Written | None
) -> dict[str, Fraction]:
    """The change of a parameter, or the parameter after it."""
    first = start.value if start is not None else Fraction(0)
    return {name: first - rate * slope for name, slope in _slopes(state, outputs, at).items()}


def _of_line(
    subject: Expr | None, reference: Reference | None, state: _State, parameters: tuple[Symbol | None, ...]
) -> int | None:
    """Which parameter of a straight line its slope or its intercept is, where those words stand for its letters."""
    if reference is None or reference.role not in (Role.WEIGHT, Role.BIAS) or len(state.numbers) != 2:
        return None
    if any(
        isinstance(subject, Symbol) and each is not None and each.name == subject.name for each in parameters
    ):
        return None
    constant = [k for k in range(2) if all(row[k] == 1 for row in state.factors)]
    if len(constant) != 1:
        return None
    return constant[0] if reference.role is Role.BIAS else 1 - constant[0]


def parameters_ahead(memory: Memory) -> Iterator[tuple[tuple[Symbol, Origin], ...]]:
    """All parameters as they stand, and as a step on all rows or on one of them leaves them, under each convention."""
    rate = memory.roles.get((Role.LEARNING_RATE, None)) or memory.exercise.learning_rate
    told_ones = [*tables(memory), *_told_table(memory)]
    single = [
        ([row], [target])
        for rows, targets in told_ones[:1]
        for row, target in zip(rows, targets, strict=True)
    ]
    told_ones += [(tuple(row), tuple(target)) for row, target in single[:MAX_SINGLE]]
    told: tuple[Written, ...] | None = None
    for rows, targets in told_ones:
        with suppress(*FAILED):
            found = next(_states(memory, rows, targets), None)
            if found is None:
                continue
            state, names = found
            symbols_of = [_as_written(symbol, memory) for symbol in names[: len(state.numbers)]]
            if told is None:
                told = state.numbers
                now = [Origin(each.value, Fraction(0), "model now") for each in told]
                yield tuple(zip(symbols_of, now, strict=True))
            if rate is None:
                return
            ways = [
                {origin.how: origin for origin in _all_steps(state, at, rate.value, memory)}
                for at in range(len(state.numbers))
            ]
            for how in ways[0]:
                yield tuple((symbol, way[how]) for symbol, way in zip(symbols_of, ways, strict=True))


def lists_ahead(memory: Memory) -> Iterator[tuple[Origin, ...]]:
    """What a program prints beside one another: all outputs, all errors, or the slopes by all parameters, now and before."""
    for rows, targets in (*tables(memory), *_told_table(memory)):
        with suppress(*FAILED):
            for state, _ in _states(memory, rows, targets):
                places = list(range(len(rows)))
                for wanted in ("output", "error") if len(rows) > 1 else ():
                    found = list(_of_rows(wanted, state, places, memory))
                    for how in dict.fromkeys(each.how for each in found):
                        yield tuple(each for each in found if each.how == how)
                slopes = [list(_all_slopes(state, at, memory)) for at in range(len(state.numbers))]
                if len(slopes) > 1:
                    yield from zip(*slopes, strict=True)


def _all_slopes(state: _State, at: int, memory: Memory) -> Iterator[Origin]:
    return _of_all(state, memory, lambda one, outputs: _slopes(one, outputs, at), "slope")


def _all_steps(state: _State, at: int, rate: Fraction, memory: Memory) -> Iterator[Origin]:
    return _of_all(
        state, memory, lambda one, outputs: _steps(one, outputs, at, rate, state.numbers[at]), "step"
    )


def _as_written(parameter: Symbol | None, memory: Memory) -> Symbol:
    """A parameter by the name that the document has for it: the neuron's weights may be counted from 0."""
    assert parameter is not None
    if memory.line is not None or not parameter.index or not isinstance(parameter.index[0], int):
        return parameter
    return replace(parameter, index=(parameter.index[0] - 1 + memory.names.first_feature,))


def _parameter(
    subject: Expr | None, reference: Reference | None, parameters: tuple[Symbol | None, ...]
) -> int | None:
    """Which of the parameters a slope or a step is of."""
    assert isinstance(subject, Symbol)
    name = subject.name.removeprefix("dL/d") if subject.name.startswith("dL/d") else subject.name
    about = Symbol(name, subject.index)
    for k, parameter in enumerate(parameters):
        if parameter is not None and _same(about, parameter):
            return k
    if reference is None and len(parameters) == 1:
        return 0
    _, _, by = subject.name.partition("_")
    for k, parameter in enumerate(parameters):
        if reference is None and parameter is not None and by == parameter.name:
            return k  # grad_b
    role = reference.role if reference is not None else None
    if role is Role.GRADIENT and subject.index and isinstance(subject.index[-1], str):  # grad_b
        letter = subject.index[-1]
        return next(
            (k for k, each in enumerate(parameters) if each is not None and each.name == letter), None
        )
    if role in (Role.BIAS, Role.BIAS_GRADIENT, Role.BIAS_CHANGE):
        zero = [
            k
            for k, each in enumerate(parameters)
            if each is not None and (each.index == (0,) or each.name == Role.BIAS.value)
        ]
        return zero[0] if zero else None
    if role in (Role.WEIGHT, Role.GRADIENT, Role.CHANGE):
        index = next((i for i in subject.index if isinstance(i, int)), 1)
        numbered = [k for k, each in enumerate(parameters) if each is not None and each.index == (index,)]
        weights = [
            k
            for k, each in enumerate(parameters)
            if each is not None and each.name in (Role.WEIGHT.value, "m", "theta", "beta")
        ]
        return numbered[0] if numbered else weights[0] if len(weights) == 1 else None
    return None
