"""Loss, convention, direction of the error and of the change, from stated formulas and then from figures."""

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from deltarule.algebra.combination import combination, is_numeric
from deltarule.algebra.evaluate import evaluate
from deltarule.algebra.expr import (
    Apply,
    Expr,
    Negative,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    symbols,
)
from deltarule.document import Claim, Link, Threshold
from deltarule.errors import DeltaruleError
from deltarule.exercise import Exercise
from deltarule.formulas import CONVENTIONS, Role
from deltarule.matrix_forms import of_vectors
from deltarule.naming import Names, Reference
from deltarule.reading.lone_numbers import as_written
from deltarule.stated import Known, compare_claim, of_one_sample


def conventions(
    exercise: Exercise, claims: Sequence[Claim], names: Names
) -> tuple[Exercise, frozenset[str], bool]:
    """Loss, convention, direction of the error and of the change, from formulas and then from figures.

    Also which of them are stated, and whether the rule is stated for one sample at a time.
    """
    if exercise.activation == "sigmoid" and any(
        isinstance(node, Apply) and node.function == "ln"
        for claim in claims
        for link in claim.links
        if link.expr.has_functions
        for node in link.expr.walk()
    ):
        exercise = replace(exercise, loss="log")
    error = _error_direction(exercise, claims, names)
    if error != exercise.error:
        exercise = replace(exercise, error=error)
    stated: set[str] = set()
    found = _stated_convention(exercise, claims, names)
    if found is not None:
        loss, convention, single = found
        exercise = replace(exercise, loss=loss, convention=convention)
        stated.add("convention")
        if loss == "squared" and _states_squares(claims, names):
            stated.add("loss")
    else:
        single = False
        best = _used_conventions(exercise, claims, names).most_common(1)
        if best and best[0][1]:
            exercise = replace(exercise, convention=best[0][0])
        elif _takes_errors_once(exercise, claims, names):
            # where no slope stands beside the error of a sigmoid neuron, it is the log loss that leaves none
            curved = exercise.activation == "sigmoid"
            exercise = replace(exercise, loss="log") if curved else replace(exercise, convention="half-sum")
    if exercise.has_bias and subtracts_bias(claims, names):
        exercise = replace(exercise, bias_sign="subtracted")
    change = _change_style(exercise, claims, names)
    return replace(exercise, change=change), frozenset(stated), single


def subtracts_bias(claims: Sequence[Claim], names: Names) -> bool:
    """Whether a formula takes the bias from a weighted sum, ``z = w x - theta``: it is a threshold."""
    for claim in claims:
        reference = names.reference(claim.subject) if claim.subject else None
        if reference is None or reference.role not in (Role.NET_INPUT, Role.OUTPUT):
            continue
        if any(_takes_bias(formula, names) for formula in claim.formulas):
            return True
    return False


def rule_subtracts_bias(rule: Threshold, names: Names) -> bool:
    """Whether what a rule holds against 0 takes the bias from a weighted sum: ``y = 1 if w x - theta >= 0``."""
    held = rule.argument
    weighted = held is not None and any(names.role(symbol.name) is Role.WEIGHT for symbol in symbols(held))
    return held is not None and weighted and rule.bound.value == 0 and _takes_bias(held, names)


def _takes_bias(formula: Expr, names: Names) -> bool:
    for node in formula.walk():
        for term in node.terms if isinstance(node, Sum) else ():
            if isinstance(term, Negative) and isinstance(term.arg, Symbol):
                taken = names.reference(term.arg)
                if taken is not None and taken.role is Role.BIAS:
                    return True
    return False


def _states_squares(claims: Sequence[Claim], names: Names) -> bool:
    """Whether a loss is stated as the square of what the output misses the target by."""
    return any(
        isinstance(node, Power) and Role.TARGET in {names.role(symbol.name) for symbol in symbols(node)}
        for claim in claims
        if claim.subject is not None
        and (reference := names.reference(claim.subject)) is not None
        and reference.role is Role.LOSS
        for formula in claim.formulas
        for node in formula.walk()
    )


def _error_direction(exercise: Exercise, claims: Sequence[Claim], names: Names) -> str:
    votes: Counter[str] = Counter()
    named = any(
        isinstance(claim.subject, Symbol) and names.role(claim.subject.name) is Role.ERROR for claim in claims
    )
    targets = {target.value for target in exercise.targets}
    linear = exercise.activation == "identity"
    for claim in claims:
        reference = names.reference(claim.subject) if claim.subject else None
        if type(claim.subject) is Sum:
            votes.update(_named_difference(claim.subject, names, linear))
        if claim.part is not None and type(claim.formula) is Sum:
            votes.update(_named_difference(claim.formula, names, linear))
        if reference is not None and reference.role in _MADE_OF_ERRORS:
            for working in claim.in_numbers:
                for way in _ways_round(working, targets):
                    votes[way] += 1
        if reference is None or reference.role not in (Role.ERROR, Role.DELTA, Role.OUTPUT_SLOPE):
            continue
        if getattr(claim.subject, "name", "").startswith("dL/d"):
            if not named:
                return "output-target"  # the slope of the loss, which is what the error is called
            continue
        headed = [claim.formula] if claim.formula is not None else []
        for difference in (
            each for link in (*(link.expr for link in claim.links), *headed) for each in _errors(link)
        ):
            first, second = difference.terms
            if not isinstance(second, Negative):
                continue
            if not is_numeric(difference):
                left, right = names.reference(first), names.reference(second.arg)
                if left and left.role is Role.TARGET:
                    votes["target-output"] += 3
                elif right and right.role is Role.TARGET:
                    votes["output-target"] += 3
            else:
                left_number, right_number = as_written(first), as_written(second.arg)
                if left_number and right_number:
                    votes["target-output"] += (
                        left_number.value in targets and right_number.value not in targets
                    )
                    votes["output-target"] += (
                        right_number.value in targets and left_number.value not in targets
                    )
    return "output-target" if votes["output-target"] > votes["target-output"] else "target-output"


_MISSING = (Role.OUTPUT, Role.NET_INPUT)  # what misses the target; a linear neuron puts out its net input


def _named_difference(subject: Expr | None, names: Names, linear: bool) -> Counter[str]:
    """The way round of ``ŷ_1 - y_1 = ...``; of a linear neuron the net input is the output."""
    missing = _MISSING if linear else _MISSING[:1]
    match subject:
        case Sum(terms=(Symbol() | Apply() as first, Negative(arg=Symbol() | Apply() as second))):
            left, right = _role(first, names), _role(second, names)
            if left is Role.TARGET and right in missing:
                return Counter({"target-output": 3})
            if left in missing and right is Role.TARGET:
                return Counter({"output-target": 3})
        case Sum(terms=(Product() as product, Negative(arg=Symbol() as second))):
            if _is_output(product, names) and names.role(second.name) is Role.TARGET:
                return Counter({"output-target": 3})
        case Sum(terms=(Symbol() as first, Negative(arg=Product() as product))):
            if _is_output(product, names) and names.role(first.name) is Role.TARGET:
                return Counter({"target-output": 3})
    return Counter()


def _role(part: Symbol | Apply, names: Names) -> Role | None:
    """The role of a name, or of a function of an input, ``h(x_1)``."""
    if isinstance(part, Symbol):
        return names.role(part.name)
    return Role.OUTPUT if part.function in names.of_inputs else None


def _is_output(product: Product, names: Names) -> bool:
    """Whether a product is that of the data and the weights, ``Xw``."""
    roles = [names.role(factor.name) if isinstance(factor, Symbol) else None for factor in product.factors]
    return roles == [Role.FEATURE, Role.WEIGHT]


def _errors(expr: Expr) -> Iterator[Sum]:
    """An expression that is a difference, or the differences that are factors of it."""
    inner = expr.arg if isinstance(expr, Negative) else expr
    for part in inner.factors if isinstance(inner, Product) else (inner,):
        if isinstance(part, Sum) and len(part.terms) == 2:
            yield part


_MADE_OF_ERRORS = frozenset(
    {Role.WEIGHT, Role.BIAS, Role.CHANGE, Role.BIAS_CHANGE, Role.GRADIENT, Role.BIAS_GRADIENT}
)


def _ways_round(working: Expr, targets: Container[Fraction]) -> list[str]:
    """The ways round of errors that are worked out within a gradient or an update: a net input in brackets and a target."""
    votes: list[str] = []
    nodes = [working] if is_numeric(working) else []
    for node in nodes:  # which goes on with what is added meanwhile
        if type(node) is Number:
            continue
        nodes += node.children()
        if type(node) is not Sum or len(node.terms) != 2 or not isinstance(node.terms[1], Negative):
            continue
        first, second = node.terms[0], node.terms[1].arg
        if isinstance(first, Sum) and isinstance(second, Number) and second.value in targets:
            votes.append("output-target")
        elif isinstance(second, Sum) and isinstance(first, Number) and first.value in targets:
            votes.append("target-output")
    return votes


_READ = frozenset({"identity", "relu", "sigmoid"})  # activations of which the factors beside an error tell
_OF_BIAS = frozenset({Role.BIAS, Role.BIAS_CHANGE})
_RULES = (
    Role.GRADIENT,
    Role.BIAS_GRADIENT,
    Role.CHANGE,
    Role.BIAS_CHANGE,
    Role.WEIGHT,
    Role.BIAS,
    Role.LOSS,
)


_MANY = 7
_EQUAL = frozenset({Fraction(1), Fraction(-1)})
_MADE_OF = frozenset({Role.ERROR, Role.DELTA, Role.TARGET, Role.OUTPUT, Role.NET_INPUT})
_UNSCALED = _MADE_OF | {Role.FEATURE, Role.WEIGHT, Role.BIAS, Role.LEARNING_RATE, Role.COUNT}


def _stated_convention(
    exercise: Exercise, claims: Sequence[Claim], names: Names
) -> tuple[str, str, bool] | None:
    """Loss, convention and whether it is the rule of one sample: the stated gradient or update decides, then the loss."""
    losses = ("squared", "log") if exercise.activation == "sigmoid" else ("squared",)
    if exercise.loss == "log":
        losses = ("log",)
    symbolic = [claim for claim in claims if claim.formulas]
    for role in _RULES:
        for claim in symbolic:
            reference = names.reference(claim.subject) if claim.subject else None
            if reference is None or reference.role is not role:
                continue
            for link in claim.links:
                stated = of_vectors(link, names)
                made_of = {names.role(symbol.name) for symbol in symbols(stated)}
                if is_numeric(stated) or not made_of & _MADE_OF:
                    continue
                single = of_one_sample(stated, role, names)
                choices = ("half-sum", "sum") if single else tuple(CONVENTIONS)
                trials = [(loss, each) for loss in losses for each in choices]
                # with so many samples no two conventions agree; with as many as there are a number may stand for n,
                # but of batches that differ in size it would stand for one of them only
                readings = [stated, *_other_readings(link, names)]
                agreeing = [
                    trial
                    for reading in readings
                    for trial in _agreeing(reading, reference, exercise, trials, names.counting(_MANY))
                ]
                uneven = exercise.n_samples % (names.n_samples or 1) != 0
                if not agreeing or not uneven:
                    for reading in readings:
                        agreeing += _agreeing(reading, reference, exercise, trials, names)
                if agreeing:
                    votes = _used_conventions(exercise, claims, names) if len(agreeing) > 1 else Counter()
                    return *max(agreeing, key=lambda trial: votes[trial[1]]), single
    return None


def _other_readings(link: Link, names: Names) -> Iterator[Expr]:
    """What else the text of a formula may mean: ``1/2n`` as 1/(2n)."""
    for reading in link.readings:
        yield of_vectors(replace(link, expr=reading, readings=()), names)


def _agreeing(
    stated: Expr, reference: Reference, exercise: Exercise, trials: Sequence[tuple[str, str]], names: Names
) -> Iterator[tuple[str, str]]:
    """Those of several losses and conventions under which an exercise's formula is the stated one, its sign left aside.

    A formula of nothing that a convention scales is worth the same under all.
    """
    unscaled = {names.role(symbol.name) for symbol in symbols(stated)} <= _UNSCALED
    values: dict[str, Known] = {}
    feature = reference.feature or 1
    for trial in trials:
        neuron = exercise.system_under(*trial)
        if reference.role not in neuron:
            continue
        known = values.setdefault(trial[0], {}) if unscaled else None
        result = compare_claim(stated, reference.role, neuron, names, feature, only=_EQUAL, known=known)
        if result is not None and result.ratio in _EQUAL:
            yield trial


def _used_conventions(exercise: Exercise, claims: Sequence[Claim], names: Names) -> Counter[str]:
    """How often each is used, by the factor in front of the numbers of losses and gradients."""
    n = Fraction(names.n_samples or exercise.n_samples or 1)
    votes: Counter[str] = Counter()
    of_losses = [(name, each.factor, _worth(each.factor, n)) for name, each in CONVENTIONS.items()]
    of_slopes = [
        (name, tree, _worth(tree, n))
        for name, each in CONVENTIONS.items()
        for tree in (each.factor if exercise.loss == "log" else each.squared_gradient_factor,)
    ]
    scaled = {Role.LOSS, Role.GRADIENT, Role.BIAS_GRADIENT}
    if (
        Role.OUTPUT_SLOPE in names.roles.values()
    ):  # which then has the factor, and those by a weight show none
        scaled = {Role.LOSS, Role.OUTPUT_SLOPE}
    for claim in claims:
        reference = names.reference(claim.subject) if claim.subject else None
        if reference is None or reference.role not in scaled:
            continue
        for link in claim.links:
            if as_written(link.expr) is not None or not is_numeric(link.expr):
                continue
            form = combination(link.expr)
            if len(form.terms) < 2 and n > 1:
                continue
            factor = _outer_value(form.outer)
            for name, tree, expected in of_losses if reference.role is Role.LOSS else of_slopes:
                # nobody writes a factor that is always 1
                votes[name] += expected == factor and not (form.outer and is_numeric(tree) and expected == 1)
            break
    return votes


def _takes_errors_once(exercise: Exercise, claims: Sequence[Claim], names: Names) -> bool:
    """Whether biases change by the learning rate times one error and no 2: ``b = 0.3 + 0.05·(1 - (0.2·3 + 0.3)) = 0.305``."""
    if exercise.learning_rate is None or exercise.loss != "squared" or exercise.activation not in _READ:
        return False
    rate = exercise.learning_rate.value
    targets = {target.value for target in exercise.targets}
    error: Fraction | None = None  # as it was told last
    votes: Counter[Fraction | None] = Counter()
    for claim in claims:
        reference = names.reference(claim.subject) if claim.subject else None
        if reference is None or not claim.links:
            continue
        if reference.role is Role.ERROR:
            told = as_written(claim.links[-1].expr)
            error = None if told is None else told.value
        elif reference.role in _OF_BIAS:
            working = [link.expr for link in claim.links if as_written(link.expr) is None]
            numeric = next((each for each in working if is_numeric(each)), None)
            votes[_beside_error(numeric, error, targets)] += 1
    return votes[rate] > votes[2 * rate]


def shows_one_error(exercise: Exercise, claims: Sequence[Claim], names: Names) -> bool:
    """Whether biases change by the error of one sample, ``b = 0.3 + 0.05·(1 - (0.2·3 + 0.3))``, where a batch sums several."""
    targets = {target.value for target in exercise.targets}
    votes: Counter[bool] = Counter()
    for claim in claims:
        reference = names.reference(claim.subject) if claim.subject else None
        if reference is None or reference.role not in _OF_BIAS:
            continue
        working = next((link.expr for link in claim.links if as_written(link.expr) is None), None)
        if working is not None and is_numeric(working):
            votes[len(_ways_round(working, targets)) == 1] += 1
    return votes[True] > votes[False]


def _beside_error(
    working: Expr | None, error: Fraction | None, targets: Container[Fraction]
) -> Fraction | None:
    """What the one error in a change is multiplied by, its sign left aside; None if no error is seen in it, or more than one."""
    change = working.terms[1] if isinstance(working, Sum) and len(working.terms) == 2 else working
    change = change.arg if isinstance(change, Negative) else change
    beside, errors = Fraction(1), 0
    for factor in change.factors if isinstance(change, Product) else ():
        number = as_written(factor)
        if number is not None and (errors or error is None or abs(number.value) != abs(error)):
            beside *= abs(number.value)
        elif number is not None or _is_error(factor, targets):
            errors += 1
        else:
            return None
    return beside if errors == 1 else None


def _is_error(expr: Expr, targets: Container[Fraction]) -> bool:
    """``(1 - (0.2·3 + 0.3))``: whether a target is a term of a difference."""
    if not isinstance(expr, Sum) or len(expr.terms) != 2 or not isinstance(expr.terms[1], Negative):
        return False
    sides = as_written(expr.terms[0]), as_written(expr.terms[1].arg)
    return any(side is not None and side.value in targets for side in sides)


@lru_cache(maxsize=256)
def _worth(factor: Expr, n: Fraction) -> Fraction:
    """What the factor of a convention comes to for so many samples."""
    value: Fraction = evaluate(factor, lambda _: n)
    return value


def _outer_value(outer: Sequence[object]) -> Fraction | None:
    value = Fraction(1)
    for factor in outer:
        try:
            number: Fraction = evaluate(factor.expr, lambda _: Fraction(1))  # type: ignore[attr-defined]  # a factor of a product
            value = value / number if factor.inverse else value * number  # type: ignore[attr-defined]  # a factor of a product
        except (DeltaruleError, ZeroDivisionError):
            return None
    return abs(value)


def _change_style(exercise: Exercise, claims: Sequence[Claim], names: Names) -> str:
    """Whether the author adds the change or subtracts it, by stated update and by figures."""
    subtracted = added = 0
    for claim in claims:
        reference = names.reference(claim.subject) if claim.subject else None
        if reference is None or reference.role not in (Role.WEIGHT, Role.BIAS):
            continue
        for link in claim.links:
            if is_numeric(link.expr) or not isinstance(link.expr, Sum):
                continue
            for term in link.expr.terms:
                inner = term.arg if isinstance(term, Negative) else term
                if isinstance(inner, Symbol) and inner.name in ("dw", "db"):
                    subtracted += isinstance(term, Negative)
                    added += not isinstance(term, Negative)
    if not subtracted and not added:
        added, subtracted = _used_signs(claims, names)
    return "subtracted" if subtracted > added else "added"


def _used_signs(claims: Sequence[Claim], names: Names) -> tuple[int, int]:
    """How often the change as printed is added to a weight, and how often it is subtracted."""
    changes: dict[tuple[Role, int | None], Fraction] = {}
    added = subtracted = 0
    for claim in claims:
        reference = names.reference(claim.subject) if claim.subject else None
        if reference is None or not claim.links:
            continue
        value = as_written(claim.links[-1].expr)
        if reference.role in (Role.CHANGE, Role.BIAS_CHANGE) and value is not None:
            changes[reference.role, reference.feature] = value.value
        elif reference.role in (Role.WEIGHT, Role.BIAS):
            change = changes.get(
                (Role.CHANGE if reference.role is Role.WEIGHT else Role.BIAS_CHANGE, reference.feature)
            )
            for link in claim.links:
                if (
                    change
                    and isinstance(link.expr, Sum)
                    and len(link.expr.terms) == 2
                    and is_numeric(link.expr)
                ):
                    second = as_written(link.expr.terms[1])
                    added += second is not None and second.value == change
                    subtracted += second is not None and second.value == -change
    return added, subtracted
