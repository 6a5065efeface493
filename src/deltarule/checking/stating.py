"""Stated formulas: right, right under another convention, climbing, or not the exercise's."""

from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.evaluate import evaluate
from deltarule.algebra.expr import Expr, Number, Symbol, symbols
from deltarule.exercise import Exercise
from deltarule.findings import Kind
from deltarule.formulas import CONVENTIONS, Role
from deltarule.naming import Names, Reference
from deltarule.records import record
from deltarule.stated import compare_claim, of_one_sample

_UPDATES = frozenset({Role.WEIGHT, Role.BIAS, Role.CHANGE, Role.BIAS_CHANGE})
_COMPARED = frozenset(
    {Role.ERROR, Role.OUTPUT, Role.NET_INPUT, Role.PREDICTION, Role.GRADIENT}
)  # with the target


@record
class StatedVerdict:
    """What became of a stated formula.

    `code` is None where it is right; ``unchecked`` where it could not be compared; a code of a remark or
    a slip otherwise.
    """

    code: str | None
    message: str = ""
    kind: Kind | None = None
    loose: tuple[Symbol, ...] = ()
    other_rule: bool = False  # it is the rule of another way of learning


def judge_formula(expr: Expr, reference: Reference, exercise: Exercise, names: Names) -> StatedVerdict:
    """Compare a stated formula with the exercise's, up to convention."""
    role = reference.role
    if role not in exercise.system:
        return StatedVerdict("unchecked", "the formula is not one of this neuron's")
    if isinstance(expr, Symbol) and role in _UPDATES and names.role(expr.name) in _UPDATES:
        return StatedVerdict(
            "unchecked", "it says what holds where nothing changes"
        )  # w(new) = w(old), Δw = Δb = 0
    if role in (Role.WEIGHT, Role.BIAS) and {names.role(each.name) for each in symbols(expr)} == {role}:
        return StatedVerdict("unchecked", "all but the old value stands in numbers")  # w = w + 0.5 [1, 0]
    if role in _UPDATES:
        expr = _with_rate(expr, exercise, names)
    if exercise.batch_size not in (None, 1):
        names = replace(names, n_samples=exercise.batch_size or 0)  # a sum is one over a batch
    result = compare_claim(expr, role, exercise.system, names, reference.feature or 1, reference.sample or 1)
    if result is None:
        return StatedVerdict("unchecked", "a name in the formula is not known")
    loose = result.loose
    if result.ratio == 0:
        return StatedVerdict("unchecked", "nothing is left of the formula as its names were understood")
    if result.ratio == 1:
        return StatedVerdict(None, loose=loose)
    if result.ratio == -1 and role in (Role.WEIGHT, Role.BIAS, Role.CHANGE, Role.BIAS_CHANGE):
        return StatedVerdict(
            "sign.update",
            "As stated the update climbs: the weights must move against the gradient, so the change is minus the learning "
            "rate times the gradient.",
            Kind.SIGN,
            loose,
        )
    if result.ratio == -1:
        return StatedVerdict("sign.term", "The stated formula has the opposite sign.", Kind.SIGN, loose)
    if result.ratio is not None and result.ratio > 0:
        n = 1 if of_one_sample(expr, role, names) else exercise.n_samples or 3
        other = _convention_of(result.ratio, role, exercise, n)
        if other is not None:
            return StatedVerdict(
                "remark.other-convention",
                f"This is the formula of the {other} convention; the {exercise.convention} convention is used elsewhere. "
                "The constant factor only rescales the learning rate.",
                loose=loose,
            )
        return StatedVerdict(
            "formula.factor",
            "The stated formula has another constant factor than the exercise's.",
            Kind.FORMULA,
            loose,
        )
    if result.ratio is not None:
        return StatedVerdict(
            "formula.stated", "The stated formula is not the exercise's.", Kind.FORMULA, loose
        )
    if any("transpose" in symbol.marks for symbol in symbols(expr)):
        return StatedVerdict("unchecked", "it is a formula of vectors and matrices")
    roles = {names.role(symbol.name) for symbol in symbols(expr)}
    if role in _UPDATES and Role.TARGET in roles and not roles & _COMPARED:
        return StatedVerdict(
            "unchecked",
            "the rule moves by the target alone, as Hebb's and the perceptron's do",
            other_rule=True,
        )
    if role in _UPDATES and Role.LEARNING_RATE not in roles and _holds_decimals(expr):
        return StatedVerdict("unchecked", "a number stands where the learning rate is to be")
    known = None not in roles
    if (
        known
        and role in (Role.GRADIENT, Role.BIAS_GRADIENT, Role.ERROR, Role.WEIGHT, Role.CHANGE)
        and (reference.general or reference.feature is not None or role is Role.BIAS_GRADIENT)
    ):
        return StatedVerdict(
            "formula.stated",
            "The stated formula is not the one that the exercise asks for.",
            Kind.FORMULA,
            loose,
        )
    return StatedVerdict("unchecked", "the formula could not be compared with the exercise's")


def _holds_decimals(expr: Expr) -> bool:
    """Whether a formula holds a number that may be a rate, no count and no factor 2."""
    return any(isinstance(node, Number) and node.value.denominator != 1 for node in expr.walk())


def _with_rate(expr: Expr, exercise: Exercise, names: Names) -> Expr:
    """``θ - 0.1 g`` as ``θ - η g``: the learning rate may stand there as the number that it is."""
    rate = exercise.learning_rate
    if rate is None or any(names.role(symbol.name) is Role.LEARNING_RATE for symbol in expr.symbols):
        return expr

    def put(part: Expr) -> Expr:
        if isinstance(part, Number):
            return Symbol("eta", span=part.span) if part.value == rate.value else part
        return part.map(put)

    return put(expr) if names.role("eta") is Role.LEARNING_RATE else expr


def _convention_of(ratio: Fraction, role: Role, exercise: Exercise, samples: int) -> str | None:
    """Which convention a positive ratio to the exercise's own amounts to."""
    n = Fraction(samples)

    def factor(name: str) -> Fraction:
        convention = CONVENTIONS[name]
        tree = (
            convention.factor
            if role is Role.LOSS or exercise.loss == "log"
            else convention.squared_gradient_factor
        )
        value: Fraction = evaluate(tree, lambda _: n)
        return value

    mine = factor(exercise.convention)
    return next(
        (name for name in CONVENTIONS if name != exercise.convention and factor(name) / mine == ratio), None
    )
