"""What a worked solution says, in order, without any format.

A solution is a sequence of blocks. Mathematics in them are expression trees, so that each format prints
them in its own dialect; every chain of equations comes from a line of the trace.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from fractions import Fraction
from itertools import groupby, pairwise
from typing import TypeAlias

from deltarule.algebra.expr import (
    Apply,
    Branch,
    Comparison,
    Expr,
    Number,
    Piecewise,
    Sum,
    SumOver,
    Symbol,
    expand,
)
from deltarule.algebra.printing import number, words
from deltarule.errors import LimitError
from deltarule.exercise import Carry, Exercise, is_class
from deltarule.formulas import ACTIVATIONS, CONVENTIONS, Equation, Role, stepping
from deltarule.formulas.neuron import CARRIED_OVER, PER_FEATURE, PER_SAMPLE
from deltarule.history import history
from deltarule.records import record
from deltarule.report import Diagnosis
from deltarule.trace import Line, Prediction, Quantity, Step, Trace, in_formulas, start_velocities
from deltarule.writing.visible import visible
from deltarule.written import RoundingMode, Written, magnitude, write_exactly, write_to

WRITTEN_OUT = 4  # terms up to which a formula's sum over the features is written out
TABLE_ROWS = 24  # of the table of losses; the middle of a longer run is left out
LOSS_FIGURES = 7
SHARE_PLACES = 4  # of an accuracy that does not come out even

Inline: TypeAlias = tuple[str | Expr, ...]


@record
class Chain:
    """An expression, then relation signs, each with the expression to its right.

    `quantity` is what it works out, where it is a worked line.
    """

    first: Expr
    links: tuple[tuple[str, Expr], ...]
    quantity: Quantity | None = None


@record
class Heading:
    """A heading; level 1 is the title."""

    level: int
    text: str


@record
class Paragraph:
    """A paragraph. `tone` is ``plain``, ``good``, ``bad`` or ``aside``."""

    content: Inline
    tone: str = "plain"


@record
class Items:
    """A list."""

    items: tuple[Inline, ...]


@record
class Table:
    """A table. `kind` is ``data``, ``loss``, ``classes`` or ``predictions``."""

    kind: str
    header: tuple[Inline, ...]
    rows: tuple[tuple[Inline, ...], ...]


@record
class Equations:
    """Equations that stand together. `kind` is ``given``, ``formulas`` or ``worked``."""

    kind: str
    chains: tuple[Chain, ...] = field(default=())


Block: TypeAlias = Heading | Paragraph | Items | Table | Equations

_NEURON: Mapping[str, str] = {
    "identity": "a linear neuron",
    "sigmoid": "a sigmoid neuron",
    "tanh": "a tanh neuron",
    "relu": "a ReLU neuron",
    "step": "a neuron with a step function",
    "sign": "a neuron with a sign function",
}
_ROUNDING: Mapping[RoundingMode, str] = {
    RoundingMode.HALF_UP: "ties away from zero",
    RoundingMode.HALF_EVEN: "ties to the even digit",
    RoundingMode.TRUNCATE: "further digits cut off",
}
_CARRYING: Mapping[Carry, str] = {
    Carry.PRINTED: "Later lines use the values as printed.",
    Carry.UNROUNDED: "Later lines use all digits; rounding is for show.",
}


def blocks(trace: Trace, diagnosis: Diagnosis | None, epochs: tuple[int, ...]) -> tuple[Block, ...]:
    """Everything a worked solution says, with only the given epochs worked line by line."""
    return (
        *_problem(trace.exercise),
        *_formulas(trace.exercise),
        *_epochs(trace, epochs),
        *_predictions(trace),
        *_verdict(trace, diagnosis),
    )


def _problem(exercise: Exercise) -> Iterator[Block]:
    rule = "the perceptron rule" if Role.GRADIENT not in exercise.system else "gradient descent"
    yield Heading(1, f"Worked solution: {_NEURON[exercise.activation]}, trained by {rule}")
    yield Heading(2, "Exercise")
    features = range(1, exercise.n_features + 1)
    header = (*((Symbol("x", (j,)),) for j in features), (Symbol("y"),))
    rows = zip(exercise.features, exercise.targets, strict=True)
    yield Table("data", header, tuple(tuple((number(cell),) for cell in (*row, y)) for row, y in rows))
    assert exercise.learning_rate is not None
    assert exercise.bias is not None
    given = [(Symbol("eta"), exercise.learning_rate)]
    given += [(Symbol("w", (j,)), weight) for j, weight in enumerate(exercise.weights, 1)]
    given.append((Symbol("b"), exercise.bias))
    given += _descent(exercise)
    yield Equations("given", tuple(Chain(symbol, (("=", number(value)),)) for symbol, value in given))
    if exercise.cut is not None:
        yield Equations("given", (Chain(Symbol("p"), (("=", _classes(exercise, exercise.cut)),)),))
    yield Items(tuple(_settings(exercise)))


def _descent(exercise: Exercise) -> Iterator[tuple[Symbol, Written]]:
    """What is given of momentum and weight decay: share and start of the velocity, the decay."""
    if exercise.momentum is not None:
        yield Symbol(Role.MOMENTUM.value), exercise.momentum
        yield from ((in_formulas(q), speed) for q, speed in start_velocities(exercise).items())
    if exercise.weight_decay is not None:
        yield Symbol(Role.DECAY.value), exercise.weight_decay
    if exercise.rate_factor is not None:
        yield Symbol(Role.RATE_FACTOR.value), exercise.rate_factor


def _classes(exercise: Exercise, threshold: Written) -> Expr:
    lower, upper = (_label(label, exercise) for label in exercise.labels)
    return Piecewise((Branch(upper, Comparison(">=", Symbol("a"), number(threshold))),), lower)


def _label(label: str, exercise: Exercise) -> Expr:
    """A class as a number if the targets are numbers that mean it, else as words."""
    for target in exercise.targets:
        if is_class(label, target) and label == target.text:
            return number(target)
    return Number(Fraction(int(label))) if re.fullmatch(r"[+-]?[0-9]{1,9}", label) else words(visible(label))


def _settings(exercise: Exercise) -> Iterator[Inline]:
    names = [
        f"x_{j} is {visible(name)}"
        for j, name in enumerate(exercise.feature_names, 1)
        if name not in (f"x_{j}", f"x{j}")
    ]
    if exercise.target_name not in ("", "y"):
        names.append(f"y is {visible(exercise.target_name)}")
    if names:
        yield ("; ".join(names),)
    yield (f"Activation: {exercise.activation}.",)
    if Role.LOSS in exercise.system:
        factor = CONVENTIONS[exercise.convention].factor
        slope = CONVENTIONS[exercise.convention].squared_gradient_factor
        if exercise.loss == "log":
            yield (
                f"Loss: {exercise.loss}, convention {exercise.convention}: the factor ",
                factor,
                " before the sum.",
            )
        else:
            yield (
                f"Loss: {exercise.loss}, convention {exercise.convention}: the factor ",
                factor,
                " before the sum of squares, so ",
                slope,
                " before the gradient.",
            )
    size = exercise.batch_size
    if size is None or size >= exercise.n_samples:
        yield (f"One update an epoch, from all {_count(exercise.n_samples, 'sample')}.",)
    elif size == 1:
        yield ("One update after each sample, in the order of the table.",)
    else:
        yield (f"One update after each batch of {size} samples, in the order of the table.",)
    yield (f"{_count(exercise.epochs, 'epoch')}.",)
    precision = exercise.precision
    kept = (
        _count(precision.places, "decimal place")
        if precision.places is not None
        else _count(precision.figures or 0, "significant figure")
    )
    yield (f"Values are rounded to {kept}, {_ROUNDING[precision.mode]}. {_CARRYING[exercise.carry]}",)


def _count(many: int, thing: str) -> str:
    return f"{many} {thing}" if many == 1 else f"{many} {thing}s"


def _formulas(exercise: Exercise) -> Iterator[Block]:
    yield Heading(2, "Formulas")
    yield Paragraph(
        (
            *(
                "The index i counts the samples of an update, ",
                Symbol("n"),
                " is how many they are, and j counts ",
            ),
            *(
                "the features. On the right, ",
                Symbol("w", ("j",)),
                " and ",
                Symbol("b"),
                " are the values before ",
            ),
            "the update: all change together.",
            *_of_velocity(exercise),
        )
    )
    chains = []
    for equation in exercise.system.equations:
        chains.append(rule(equation, exercise))
        if equation.role is Role.OUTPUT and exercise.activation != "identity":
            activation = stepping(ACTIVATIONS[exercise.activation], exercise.jump)
            chains.append(Chain(Apply(exercise.activation, Symbol("z")), (("=", activation.value),)))
            if isinstance(activation.slope, Piecewise):
                chains.append(Chain(slopes_named(activation.slope, exercise), (("=", activation.slope),)))
    yield Equations("formulas", tuple(chains))


def rule(equation: Equation, exercise: Exercise) -> Chain:
    """A formula as it is stated: with an arrow where the new value takes the place of the old one."""
    arrow = "←" if equation.role in _CHANGING else "="
    return Chain(equation.left, ((arrow, slopes_named(equation.right, exercise)),))


def _of_velocity(exercise: Exercise) -> Inline:
    if exercise.momentum is None:
        return ()
    return (
        " So is ",
        Symbol("v", ("j",)),
        " on the right of its own formula; everywhere else it is the new one.",
    )


def slopes_named(formula: Expr, exercise: Exercise) -> Expr:
    """A formula with ``relu'(z)`` for a slope by cases, which would tear a sum apart."""
    if isinstance(formula, Piecewise):
        return Apply(f"{exercise.activation}'", formula.branches[0].condition.left)
    return formula.map(lambda inner: slopes_named(inner, exercise))


def _epochs(trace: Trace, epochs: tuple[int, ...]) -> Iterator[Block]:
    before = 0
    for epoch in epochs:
        if epoch > before + 1:
            yield from _left_out(trace, before + 1, epoch - 1)
        yield Heading(2, f"Epoch {epoch}")
        steps = trace.epoch_steps(epoch)
        for at, step in enumerate(steps):
            if len(steps) > 1:
                yield Heading(3, f"Epoch {epoch}, {_batch_name(trace.exercise, step, at + 1)}")
            yield from _step(trace.exercise, step, explained=at == 0)
        before = epoch
    if epochs and before < trace.exercise.epochs:
        yield from _left_out(trace, before + 1, trace.exercise.epochs)


def _batch_name(exercise: Exercise, step: Step, at: int) -> str:
    first, last = step.samples[0], step.samples[-1]
    if exercise.batch_size == 1:
        return f"sample {first}"
    return f"batch {at} " + (f"(sample {first})" if first == last else f"(samples {first}–{last})")


def _left_out(trace: Trace, first: int, last: int) -> Iterator[Block]:
    """Say which epochs are not shown, and the weights with which the next one starts."""
    which = f"Epoch {first} is" if first == last else f"Epochs {first} to {last} are"
    yield Paragraph((f"{which} worked in the same way and not shown here, after which:",), "aside")
    step = last * len(trace.exercise.batches())
    keys = [Quantity(Role.WEIGHT, j, None, step) for j in range(1, trace.exercise.n_features + 1)]
    keys.append(Quantity(Role.BIAS, None, None, step))
    if trace.exercise.momentum is not None:
        keys += [key._replace(step=step) for key in start_velocities(trace.exercise)]
    chains = []
    for key in keys:
        shown = trace.shown[key]
        unrounded = trace.exercise.carry is Carry.UNROUNDED and trace.values[key] != shown.value
        chains.append(Chain(in_formulas(key), (("≈" if unrounded else "=", number(shown)),)))
    yield Equations("given", tuple(chains))


def _step(exercise: Exercise, step: Step, explained: bool) -> Iterator[Block]:
    """One update: the lines of each sample, then loss, gradient, changes and new weights, each together."""
    seen: set[Role] = set()

    def chain(line: Line) -> Chain:
        role = line.quantity.role
        formula = (
            _in_symbols(exercise, exercise.system[role], line, step.samples)
            if explained and role not in seen
            else None
        )
        seen.add(role)
        return worked(line, formula)

    for _, lines in groupby(step.lines, _group):
        yield Equations("worked", tuple(chain(line) for line in lines))


def _group(line: Line) -> tuple[int, int]:
    role = line.quantity.role
    if role in PER_SAMPLE:
        return 0, line.quantity.sample or 0
    return _TOGETHER.get(role, 5), 0


_CHANGING = CARRIED_OVER | {Role.LEARNING_RATE}
_TOGETHER: Mapping[Role, int] = {
    Role.LEARNING_RATE: -1,
    Role.LOSS: 1,
    Role.GRADIENT: 2,
    Role.BIAS_GRADIENT: 2,
    Role.VELOCITY: 3,
    Role.BIAS_VELOCITY: 3,
    Role.CHANGE: 4,
    Role.BIAS_CHANGE: 4,
}


def worked(line: Line, formula: Expr | None) -> Chain:
    """A worked line: formula in symbols if there is one, the same with numbers, what comes of it."""
    arrow = "←" if line.quantity.role in _CHANGING else "="
    links: list[tuple[str, Expr]] = []
    sign = "=" if line.substitution_exact else "≈"
    if formula is not None:
        links.append((arrow, formula))
    elif line.substitution_exact:
        sign = arrow
    numbers = [number(written) for written in (line.digits, line.shown) if written is not None]
    if isinstance(line.substituted, Number) and line.substituted.value == numbers[0].value:
        links.append((sign, numbers[0]))  # `a = z = 1.06`, not `a = z = 1.06 = 1.06`
    else:
        links.append((sign, line.substituted))
        links.append(("=" if line.recomputes_exactly else "≈", numbers[0]))
    links += [("=" if left.value == right.value else "≈", right) for left, right in pairwise(numbers)]
    return Chain(line.left, tuple(links), line.quantity)


def _in_symbols(exercise: Exercise, equation: Equation, line: Line, samples: tuple[int, ...]) -> Expr:
    """The formula of a line with its indices; a sum over several samples stays a sum."""
    at = line.quantity.feature if equation.role in PER_FEATURE else line.quantity.sample
    if len(samples) == 1 and equation.role not in PER_SAMPLE:
        return slopes_named(line.formula, exercise)
    fixed = {} if at is None else {("j" if equation.role in PER_FEATURE else "i"): at}
    return _indexed(slopes_named(equation.right, exercise), fixed, exercise.n_features)


def _indexed(expr: Expr, fixed: dict[str, int], n_features: int) -> Expr:
    if isinstance(expr, Symbol):
        return expand(expr, {}, fixed)
    if isinstance(expr, SumOver) and (expr.index == "i" or n_features > WRITTEN_OUT):
        inner = {index: at for index, at in fixed.items() if index != expr.index}
        return SumOver(expr.index, _indexed(expr.body, inner, n_features))
    if isinstance(expr, SumOver):
        return expand(expr, {"j": tuple(range(1, n_features + 1))}, fixed)
    done = expr.map(lambda child: _indexed(child, fixed, n_features))
    if isinstance(done, Sum):
        flat = (inner for term in done.terms for inner in (term.terms if isinstance(term, Sum) else (term,)))
        return Sum(tuple(flat))
    return done


def _predictions(trace: Trace) -> Iterator[Block]:
    exercise, cut = trace.exercise, trace.exercise.cut
    yield Heading(2, "Predictions")
    yield Paragraph(("The trained neuron, sample by sample:",))
    for prediction in trace.predictions:
        net_input, output = (worked(line, None) for line in prediction.lines)
        chains = [net_input, output]
        if cut is not None and prediction.label is not None:
            chains[1:] = _concluded(trace, prediction, output, cut, prediction.label)
        yield Equations("worked", tuple(chains))
    if cut is None:
        return
    header = (("sample",), ("output",), ("predicted",), ("target",), ("right?",))
    rows = tuple(
        (
            (str(p.sample),),
            (number(p.lines[-1].shown),),
            (_label(p.label or "", exercise),),
            (number(exercise.targets[p.sample - 1]),),
            ("yes" if p.right else "no",),
        )
        for p in trace.predictions
    )
    yield Table("predictions", header, rows)
    yield from _accuracy(trace)


def _concluded(
    trace: Trace, prediction: Prediction, output: Chain, threshold: Written, label: str
) -> tuple[Chain, ...]:
    """``a_1 = 0.83 >= 0.5 ⇒ 1``; on a line of its own, with more digits, where the shown ones would not tell."""
    exercise, line = trace.exercise, prediction.lines[-1]
    above = label == exercise.labels[1]
    conclusion = (
        (">=" if above else "<", number(threshold)),
        ("⇒", Symbol("p", (prediction.sample,))),
        ("=", _label(label, exercise)),
    )
    if (line.shown.value >= threshold.value) == above:
        return (Chain(output.first, output.links + conclusion, output.quantity),)
    compared, places = line.shown, line.shown.places
    while (compared.value >= threshold.value) != above and compared.value != line.value:
        places += 2
        compared = write_to(line.value, places, exercise.precision.mode)
    sign = "=" if compared.value == line.value else "≈"
    closer = Chain(line.left, ((sign, number(compared)), *conclusion), line.quantity)
    return output, closer


def _accuracy(trace: Trace) -> Iterator[Block]:
    exercise = trace.exercise
    right, total = sum(bool(p.right) for p in trace.predictions), len(trace.predictions)
    share = Fraction(right, total)
    full = write_exactly(share)
    exact = full is not None and full.places <= SHARE_PLACES
    shown = full if full is not None and exact else write_to(share, SHARE_PLACES, exercise.precision.mode)
    ratio = Number(Fraction(right)) / Number(Fraction(total))
    yield Paragraph((f"{right} of {total} right. Accuracy:",), "good" if right == total else "plain")
    sign = "=" if exact else "≈"
    yield Equations("given", (Chain(words("accuracy"), (("=", ratio), (sign, number(shown)))),))
    labels = list(exercise.labels)
    classes = [label for label in labels if any(is_class(label, target) for target in exercise.targets)]
    others = sorted(
        {target.text for target in exercise.targets if not any(is_class(label, target) for label in labels)}
    )
    header = (("",), *(("predicted ", _label(label, exercise)) for label in labels))
    rows: list[tuple[Inline, ...]] = []
    for actual in [*(classes if len(others) else labels), *others]:
        counts = [
            sum(
                p.label == label and is_class(actual, exercise.targets[p.sample - 1])
                for p in trace.predictions
            )
            for label in labels
        ]
        rows.append((("target ", _label(actual, exercise)), *((str(count),) for count in counts)))
    if len(rows) <= TABLE_ROWS:
        yield Table("classes", header, tuple(rows))


def _verdict(trace: Trace, diagnosis: Diagnosis | None) -> Iterator[Block]:
    yield Heading(2, "Verdict on the run")
    losses = diagnosis.losses if diagnosis is not None else _losses(trace)
    if diagnosis is not None:
        yield Paragraph((diagnosis.outcome.sentence,), _tone(diagnosis))
    if losses:
        yield Table("loss", (("epochs done",), ("loss over all samples",)), tuple(_loss_rows(losses)))
    if diagnosis is not None and diagnosis.evidence:
        said = [e.sentence for e in diagnosis.evidence if e.sentence != diagnosis.outcome.sentence]
        yield Items(tuple((sentence,) for sentence in said))


def _losses(trace: Trace) -> tuple[Fraction, ...]:
    try:
        return history(trace, printed=trace.exercise.carry is Carry.PRINTED).losses
    except LimitError:  # with the last weights, a number is out of range
        return ()


def _tone(diagnosis: Diagnosis) -> str:
    good = diagnosis.outcome.code in ("converged", "separable")
    bad = diagnosis.outcome.code in ("diverging", "overflow", "oscillating", "cycling")
    return "good" if good else "bad" if bad else "plain"


def _loss_rows(losses: tuple[Fraction, ...]) -> Iterator[tuple[Inline, ...]]:
    half = TABLE_ROWS // 2
    for epoch, loss in enumerate(losses):
        if len(losses) <= TABLE_ROWS or epoch < half or epoch >= len(losses) - half:
            yield (str(epoch),), (number(_figure(loss)),)
        elif epoch == half:
            yield ("…",), ("…",)


def _figure(loss: Fraction) -> Written:
    """A loss to seven figures; whole numbers in full, huge ones with a power of ten."""
    places = LOSS_FIGURES - 1 - magnitude(loss)
    full = write_exactly(loss)
    if full is not None and full.places <= places:
        return full
    return write_to(loss, max(places, 0) if places > -LOSS_FIGURES else places, plain=2 * LOSS_FIGURES)
