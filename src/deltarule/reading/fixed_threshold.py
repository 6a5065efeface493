"""A threshold that a neuron's step has and never learns: ``y = 1 if net >= 0.2, otherwise 0``.

The same rule stands below a neuron whose outputs are numbers, for the class that is told in the end. Which of both it
is shows in the errors: those of a step are differences of classes.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.expr import Expr, Negative, Product, Sum, SumOver, Symbol, symbols
from deltarule.document import Claim, Threshold
from deltarule.exercise import Exercise
from deltarule.formulas import Role
from deltarule.naming import Names
from deltarule.notation import roles_of
from deltarule.reading.lone_numbers import as_written
from deltarule.written import Written

FEWEST_ERRORS = 2
_LEARNED = frozenset({Role.BIAS, Role.BIAS_CHANGE, Role.THRESHOLD})
_OF_ERRORS = frozenset({Role.TARGET})


def with_threshold(exercise: Exercise, rule: Threshold, claims: Sequence[Claim], names: Names) -> Exercise:
    """The exercise with a step that jumps at the bound of a rule, where the errors are those of its classes."""
    if rule.bound.value == 0 or not _is_of_net_input(rule, names) or not _learns_from(rule, claims, names):
        return exercise
    step = "sign" if rule.lower.value < 0 else "step"
    exercise = replace(exercise, activation=step, jumps_at=rule.bound)
    if rule.named and _is_told_only(exercise, rule, claims, names):
        return replace(exercise, bias=Written("0", Fraction(0), 0), has_bias=False)
    if exercise.bias is None and exercise.weights and not _is_learned(claims, names):
        exercise = replace(exercise, bias=Written("0", Fraction(0), 0), has_bias=False)
    return exercise


def _is_of_net_input(rule: Threshold, names: Names) -> bool:
    """Whether a rule holds a net input against its bound, ``net >= 0.2`` or ``w x >= 0.2``, and no output."""
    if not isinstance(rule.argument, Symbol):
        return isinstance(rule.argument, Sum | SumOver | Product)
    return names.role(rule.argument.name) is Role.NET_INPUT


def _is_told_only(exercise: Exercise, rule: Threshold, claims: Sequence[Claim], names: Names) -> bool:
    """Whether the threshold has a name that is told its number, and nothing else: ``θ = 0.5``, ``1 if net >= θ``."""
    told = [
        claim
        for claim in claims
        if isinstance(claim.subject, Symbol)
        and (reference := names.reference(claim.subject)) is not None
        and reference.role in _LEARNED
    ]
    if len(told) != 1 or len(told[0].links) != 1 or not isinstance(told[0].subject, Symbol):
        return False
    written = as_written(told[0].links[0].expr)
    named = Role.THRESHOLD in roles_of(told[0].subject.name)  # and no bias by another name
    return bool(exercise.weights) and named and written is not None and written.value == rule.bound.value


def _is_learned(claims: Sequence[Claim], names: Names) -> bool:
    """Whether a bias or a threshold is told by a name of its own."""
    references = (names.reference(claim.subject) for claim in claims if claim.subject is not None)
    return any(reference is not None and reference.role in _LEARNED for reference in references)


def _learns_from(rule: Threshold, claims: Sequence[Claim], names: Names) -> bool:
    """Whether all errors that are worked out are differences of the classes of a rule."""
    classes = {rule.lower.value, rule.upper.value}
    errors = [
        difference
        for claim in claims
        if _is_error(claim.subject, names)
        for link in claim.links
        if (difference := _difference(link.expr)) is not None
    ]
    if not all(set(each) <= classes for each in errors):
        return False
    return len(errors) >= FEWEST_ERRORS or any(_takes_class(claim, rule, names) for claim in claims)


def _takes_class(claim: Claim, rule: Threshold, names: Names) -> bool:
    """Whether a stated formula takes the class that the rule gives from the target, ``w + η (t - y) x``."""
    if not isinstance(rule.subject, Symbol):
        return False
    for link in claim.links:
        for node in () if link.expr.is_numeric else link.expr.walk():
            if not isinstance(node, Sum) or len(node.terms) != 2:
                continue
            plain = [term.arg if isinstance(term, Negative) else term for term in node.terms]
            signs = sum(isinstance(term, Negative) for term in node.terms)
            roles = {names.role(each.name) for each in plain if isinstance(each, Symbol)}
            if signs == 1 and rule.subject in plain and Role.TARGET in roles:
                return True
    return False


def _is_error(subject: Expr | None, names: Names) -> bool:
    """``e``, or ``t - y``."""
    if isinstance(subject, Sum):
        return bool({names.role(symbol.name) for symbol in symbols(subject)} & _OF_ERRORS)
    reference = names.reference(subject) if subject is not None else None
    return reference is not None and reference.role is Role.ERROR


def _difference(expr: Expr) -> tuple[Fraction, Fraction] | None:
    """``1 - 0``, in numbers."""
    match expr:
        case Sum(terms=(first, second)):
            minus = isinstance(second, Negative)
            left, right = (
                as_written(first),
                as_written(second.arg if isinstance(second, Negative) else second),
            )
            if left is not None and right is not None:
                return left.value, right.value if minus else -right.value
    return None
