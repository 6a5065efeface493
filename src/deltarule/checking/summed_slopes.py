r"""Slopes that are called by their formula: ``\sum (t - y) x_1 = 1.9 · 1 - 0.3 · 1 = 1.6`` is minus the slope of the loss by w_1.

Many authors work out what an update sums without giving it a name. Which slope it is, and with which sign, shows when the
formula is compared with the exercise's.
"""

from dataclasses import replace

from deltarule.algebra.expr import Expr, Negative, Product, Quotient, SumOver, Symbol, symbols
from deltarule.checking.walk import Walk
from deltarule.document import Claim, Link
from deltarule.formulas import Role
from deltarule.stated import compare_claim

_SLOPES = {Role.GRADIENT: "dL/dw", Role.BIAS_GRADIENT: "dL/db"}


def of_slope(walk: Walk, claim: Claim) -> Claim:
    """What a sum over the samples comes to, as a claim about a slope of the loss, if it is one or minus one."""
    subject = claim.subject
    if not isinstance(subject, SumOver | Product | Quotient | Negative) or claim.part is not None:
        return claim
    if not claim.links or claim.formulas or not any(isinstance(node, SumOver) for node in subject.walk()):
        return claim
    exercise, names = walk.exercise, walk.names
    if exercise.n_samples < 2 or any(link.readings for link in claim.links):
        return claim
    inputs = [names.reference(each) for each in symbols(subject) if names.role(each.name) is Role.FEATURE]
    features = {1 if exercise.n_features == 1 else each.feature for each in inputs if each is not None}
    role = Role.GRADIENT if inputs else Role.BIAS_GRADIENT
    feature = next(iter(features)) if len(features) == 1 else None
    if (inputs and feature is None) or role not in exercise.system or names.role(_SLOPES[role]) is not role:
        return claim
    found = compare_claim(subject, role, exercise.system, names, feature or 1)
    ratio = None if found is None else found.ratio
    if ratio not in (1, -1):
        return claim
    name = Symbol(_SLOPES[role], () if feature is None else (feature,), span=subject.span)
    return replace(claim, subject=name, links=claim.links if ratio == 1 else tuple(map(_turned, claim.links)))


def _turned(link: Link) -> Link:
    return replace(link, expr=_minus(link.expr))


def _minus(expr: Expr) -> Expr:
    return expr.arg if isinstance(expr, Negative) else Negative(expr, span=expr.span)
