"""Momentum and weight decay: which names mean them, and how the author works them.

A ``v`` is a net input in most documents, and a ``λ`` anything. They are a velocity and a decay where the document uses them so: a
velocity is made of itself and a slope, a decay multiplies a weight beside the slope. Formulas say it, or else figures do.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Expr, Negative, Number, Product, Sum, Symbol, symbols
from deltarule.document import Claim
from deltarule.exercise import Exercise
from deltarule.formulas import ACTIVATIONS, DECAYS, MOMENTA, Role
from deltarule.naming import Names
from deltarule.notation import TOLD_DECAY, TOLD_FACTOR, TOLD_MOMENTUM, roles_of
from deltarule.reading.lone_numbers import as_written
from deltarule.stated import compare_claim

_VELOCITIES = frozenset({"v", "V", "m", "u", "vel", "velocity", "momentum", "vb", "dw"})
_SHARES = frozenset({TOLD_MOMENTUM, "beta", "mu", "gamma", "rho", "alpha", "momentum", "m"})
_PULLS = frozenset({TOLD_DECAY, "lambda", "lam", "wd", "decay", "alpha", "gamma", "rho", "c", "kappa"})
_FACTORS = frozenset({TOLD_FACTOR, "gamma", "c", "rho", "decay", "d", "k"})
_NEVER = frozenset({Role.WEIGHT, Role.BIAS, Role.LEARNING_RATE})
_SLOPES = frozenset({Role.GRADIENT, Role.BIAS_GRADIENT, Role.ERROR, Role.DELTA})
_OF_GRADIENT = {Role.GRADIENT, Role.BIAS_GRADIENT}
_PULLED = {Role.CHANGE, Role.WEIGHT, Role.GRADIENT}
_DOWNHILL = _SLOPES | {Role.TARGET, Role.OUTPUT}  # what the slope is made of
_CHANGED = {Role.CHANGE, Role.WEIGHT}

_Key = tuple[str, tuple[object, ...]]


def descent_names(claims: Sequence[Claim], names: Names) -> Names:
    """The names, with those that mean a velocity, its share and a decay in these claims."""
    found = _stated_velocity(claims, names) or _worked_velocity(claims, names)
    names = replace(names, roles={**names.roles, **found}, others=names.others.difference(found))
    factor = _stated_factor(claims, names) or _worked_factor(claims, names)
    if factor:
        names = replace(
            names, roles={**names.roles, factor: Role.RATE_FACTOR}, others=names.others - {factor}
        )
    pull = _stated_decay(claims, names) or _worked_decay(claims, names)
    return (
        names
        if not pull
        else replace(names, roles={**names.roles, pull: Role.DECAY}, others=names.others - {pull})
    )


def descent(exercise: Exercise, claims: Sequence[Claim], names: Names) -> Exercise:
    """The exercise with the forms in which momentum and weight decay are worked, as far as it has them."""
    if ACTIVATIONS[exercise.activation].slope is None:
        return replace(exercise, momentum=None, weight_decay=None, velocities=())
    if exercise.weight_decay is not None:
        exercise = replace(exercise, decay=_decay_form(exercise, claims, names))
    if exercise.momentum is not None:
        form = _stated_form(exercise, claims, names) or _worked_form(exercise, claims, names)
        exercise = replace(exercise, velocity=form or exercise.velocity)
    return exercise


# -- names


def _stated_velocity(claims: Sequence[Claim], names: Names) -> dict[str, Role]:
    """``v = β v + g``: what is made of itself and a slope."""
    for subject, expr in _formulas(claims):
        if not isinstance(expr, Sum) or names.role(subject.name) in _NEVER:
            continue
        for term, factors in _terms(expr):
            others = [
                factor for factor in factors if isinstance(factor, Symbol) and factor.name != subject.name
            ]
            itself = any(isinstance(factor, Symbol) and factor.name == subject.name for factor in factors)
            beside = {names.role(s.name) for other in expr.terms if other is not term for s in symbols(other)}
            if itself and len(factors) == 2 and len(others) == 1 and beside & _SLOPES:
                return _called(subject.name, others[0].name)
    return {}


def _called(velocity: str, share: str) -> dict[str, Role]:
    bias = {"db" if velocity == "dw" else f"{velocity}b": Role.BIAS_VELOCITY}
    return {velocity: Role.VELOCITY, share: Role.MOMENTUM, **bias}


def _worked_velocity(claims: Sequence[Claim], names: Names) -> dict[str, Role]:
    """``v = 0.9·0 + (-20)``: a share that is given times what it was before, and something else."""
    given = _bare(claims, _SHARES, names)
    votes: Counter[tuple[str, str]] = Counter()
    against: Counter[str] = Counter()
    last: dict[_Key, Fraction] = {}
    for claim in claims if given else ():
        subject = claim.subject
        if not isinstance(subject, Symbol) or not claim.links:
            continue
        key = subject.name, subject.index
        before, expr = last.get(key), claim.links[0].expr
        if subject.name in _VELOCITIES and isinstance(expr, Sum) and is_numeric(expr):
            share = None if before is None else _share(expr, before, given)
            if share is None:
                against[subject.name] += 1
            else:
                votes[subject.name, share] += 1
        value = as_written(claim.links[-1].expr)
        if value is not None:
            last[key] = value.value
    best = votes.most_common(1)
    if not best or best[0][1] <= against[best[0][0][0]]:
        return {}
    return _called(*best[0][0])


def _share(expr: Sum, before: Fraction, given: dict[str, Fraction]) -> str | None:
    """The name of the given number that multiplies a value before, in one of two terms."""
    if len(expr.terms) != 2:
        return None
    for _, factors in _terms(expr):
        values = [_number(factor) for factor in factors]
        if len(values) == 2 and before in values:
            other = values[1 - values.index(before)]
            return next((name for name, value in given.items() if value == other), None)
    return None


def _stated_factor(claims: Sequence[Claim], names: Names) -> str | None:
    """``η(t+1) = γ η(t)``: what the learning rate is multiplied by."""
    for subject, expr in _formulas(claims):
        if not _is_rate(subject.name, names) or not isinstance(expr, Product) or len(expr.factors) != 2:
            continue
        own = [each for each in expr.factors if isinstance(each, Symbol) and each.name == subject.name]
        others = [each for each in expr.factors if isinstance(each, Symbol) and each.name != subject.name]
        if len(own) == len(others) == 1:
            return others[0].name
    return None


def _worked_factor(claims: Sequence[Claim], names: Names) -> str | None:
    """``η = 0.9·0.2 = 0.18``: a number that is given times the learning rate before."""
    given = _bare(claims, _FACTORS, names)
    rate: Fraction | None = None
    for claim in claims if given else ():
        subject = claim.subject
        if not isinstance(subject, Symbol) or not _is_rate(subject.name, names) or not claim.links:
            continue
        expr, before = claim.links[0].expr, rate
        value = as_written(claim.links[-1].expr)
        rate = value.value if value is not None else rate
        if before is not None and isinstance(expr, Product) and is_numeric(expr):
            values = _numbers(expr.factors)
            found = next((name for name, each in given.items() if sorted((each, before)) == values), None)
            if found is not None:
                return found
    return None


def _stated_decay(claims: Sequence[Claim], names: Names) -> str | None:
    """``-η (g + λ w)``: what multiplies a weight beside the slope."""
    for subject, expr in _formulas(claims):
        if names.role(subject.name) not in (*_CHANGED, Role.GRADIENT, Role.VELOCITY):
            continue
        for node in expr.walk():
            if not isinstance(node, Sum) or not {names.role(s.name) for s in symbols(node)} & _DOWNHILL:
                continue
            for _, factors in _terms(node):
                pull = _pulling(factors, names) or _shrinking(factors, names)
                if pull is not None:
                    return pull
    return None


def _shrinking(factors: Sequence[Expr], names: Names) -> str | None:
    """``(1 - η λ) w``: what is multiplied by the learning rate in what multiplies the weight."""
    if len(factors) != 2 or not any(
        isinstance(each, Symbol) and names.role(each.name) is Role.WEIGHT for each in factors
    ):
        return None
    for each in factors:
        if not isinstance(each, Sum) or len(each.terms) != 2:
            continue
        one, off = each.terms
        if not (isinstance(one, Number) and one.value == 1 and isinstance(off, Negative)):
            continue
        pair = off.arg.factors if isinstance(off.arg, Product) else ()
        shares = [share for share in pair if isinstance(share, Symbol)]
        others = [share for share in shares if not _is_rate(share.name, names)]
        if len(pair) == len(shares) == 2 and len(others) == 1 and not others[0].index:
            return others[0].name if others[0].name in _PULLS else None
    return None


def _pulling(factors: Sequence[Expr], names: Names) -> str | None:
    pair = [factor for factor in factors if isinstance(factor, Symbol)]
    if len(factors) != 2 or len(pair) != 2:
        return None
    weight = next((s for s in pair if names.role(s.name) is Role.WEIGHT), None)
    other = next((s for s in pair if s is not weight), None)
    if weight is None or other is None or other.index:
        return None
    free = names.role(other.name) is None or (other.name in _PULLS and not _is_rate(other.name, names))
    return other.name if free else None


def _worked_decay(claims: Sequence[Claim], names: Names) -> str | None:
    """``-0.01·(-6.36 + 0.5·(-0.4))``: a number that is given times the weight as it stands."""
    given = {
        name: value
        for name, value in _bare(claims, _PULLS, names).items()
        if name == TOLD_DECAY or not roles_of(name)
    }
    votes: Counter[str] = Counter()
    worked = 0
    weights: dict[int | None, Fraction] = {}
    for claim in claims if given else ():
        reference = names.reference(claim.subject) if claim.subject is not None else None
        if reference is None or reference.general or not claim.links:
            continue
        expr = claim.links[0].expr
        old = weights.get(reference.feature)
        if reference.role in _PULLED and old is not None and is_numeric(expr) and as_written(expr) is None:
            terms = [
                _numbers(factors)
                for node in expr.walk()
                if isinstance(node, Sum)
                for _, factors in _terms(node)
            ]
            pulled = [name for name, value in given.items() if sorted((value, old)) in terms]
            votes.update(pulled)
            without = reference.role in _CHANGED and any(isinstance(node, Product) for node in expr.walk())
            worked += bool(pulled) or without
        value = as_written(claim.links[-1].expr)
        if reference.role is Role.WEIGHT and value is not None:
            weights[reference.feature] = value.value
    best = votes.most_common(1)
    return best[0][0] if best and 2 * best[0][1] > worked else None


# -- forms


def _decay_form(exercise: Exercise, claims: Sequence[Claim], names: Names) -> str:
    """Where the decay is written: in the loss, in the gradient, or only in the step; by formulas, else by figures."""
    roles = {
        names.role(subject.name)
        for subject, expr in _formulas(claims)
        if any(names.role(symbol.name) is Role.DECAY for symbol in symbols(expr))
    }
    if exercise.weight_decay is not None:
        share = exercise.weight_decay.value
        if not roles:
            roles = _pulled_by(share, claims, names)
        elif not roles & {Role.GRADIENT, Role.LOSS} and _slopes_are_pulled(share, claims, names):
            roles.add(Role.GRADIENT)
    step, gradient, loss = DECAYS
    return loss if Role.LOSS in roles else gradient if Role.GRADIENT in roles else step


def _pulled_by(share: Fraction, claims: Sequence[Claim], names: Names) -> set[Role | None]:
    """Roles of what is worked out with a term of two factors of which one is a number."""
    return {
        reference.role
        for claim in claims
        if claim.links
        and isinstance(claim.links[0].expr, Sum)
        and is_numeric(claim.links[0].expr)
        and claim.subject is not None
        and (reference := names.reference(claim.subject)) is not None
        and any(
            len(factors) == 2 and share in _numbers(factors) for _, factors in _terms(claim.links[0].expr)
        )
    }


def _slopes_are_pulled(share: Fraction, claims: Sequence[Claim], names: Names) -> bool:
    """Whether most slopes are worked with the share times the weight as it stands, whatever the rule says."""
    weights: dict[int | None, Fraction] = {}
    pulled = worked = 0
    for claim in claims:
        reference = names.reference(claim.subject) if claim.subject is not None else None
        if reference is None or reference.general or not claim.links:
            continue
        value, expr = as_written(claim.links[-1].expr), claim.links[0].expr
        if reference.role is Role.WEIGHT and value is not None:
            weights[reference.feature] = value.value
        weight = weights.get(reference.feature)
        if reference.role is Role.GRADIENT and is_numeric(expr) and as_written(expr) is None:
            worked += 1
            terms = [_numbers(factors) for _, factors in _terms(expr)] if isinstance(expr, Sum) else []
            pulled += weight is not None and sorted((share, weight)) in terms
    return 2 * pulled > worked


def _stated_form(exercise: Exercise, claims: Sequence[Claim], names: Names) -> str | None:
    """How the velocity is kept, by its stated formula."""
    for subject, expr in _formulas(claims):
        reference = names.reference(subject)
        if reference is None or reference.role is not Role.VELOCITY:
            continue
        for form in MOMENTA:
            result = compare_claim(
                expr, Role.VELOCITY, replace(exercise, velocity=form).system, names, reference.feature or 1
            )
            if result is not None and result.ratio == 1:
                return form
    return None


def _worked_form(exercise: Exercise, claims: Sequence[Claim], names: Names) -> str | None:
    """The same by figures: what is added to the share of the old velocity, over the gradient."""
    assert exercise.momentum is not None
    share = exercise.momentum.value
    rate = exercise.learning_rate.value if exercise.learning_rate is not None else Fraction(1)
    forms = {Fraction(1): "gradient", rate: "step", -rate: "change", 1 - share: "average"}
    votes: Counter[str] = Counter()
    slopes: dict[int | None, Fraction] = {}
    error: Fraction | None = None
    along = "change" if exercise.error == "target-output" else "step"
    for claim in claims:
        reference = names.reference(claim.subject) if claim.subject is not None else None
        if reference is None or not claim.links:
            continue
        value, expr = as_written(claim.links[-1].expr), claim.links[0].expr
        if reference.role is Role.ERROR:
            error = None if value is None else value.value
        elif reference.role is Role.VELOCITY and not slopes and error and isinstance(expr, Sum):
            # no slope is told: 0.1·e·x + 0.5·Δw, with the numbers of the rate and the error
            votes[along] += any({rate, error} <= {*_numbers(factors)} for _, factors in _terms(expr))
        if reference.role in _OF_GRADIENT and value is not None:
            slopes[reference.feature] = value.value
        slope = slopes.get(reference.feature)
        if (
            reference.role not in (Role.VELOCITY, Role.BIAS_VELOCITY)
            or not slope
            or not isinstance(expr, Sum)
        ):
            continue
        added = [
            values for _, factors in _terms(expr) if (values := _numbers(factors)) and share not in values
        ]
        for values in added:
            ratio = Fraction(1)
            for number in values:
                ratio *= number
            votes.update([forms[ratio / slope]] if ratio / slope in forms else [])
    best = votes.most_common(1)
    return best[0][0] if best else None


# -- parts


def _formulas(claims: Sequence[Claim]) -> Iterator[tuple[Symbol, Expr]]:
    """Formulas in symbols, with what they are for."""
    for claim in claims:
        if isinstance(claim.subject, Symbol):
            for formula in claim.formulas:
                yield claim.subject, formula


def _terms(expr: Sum) -> Iterator[tuple[Expr, tuple[Expr, ...]]]:
    """Terms of a sum with their factors; a minus before a term is its first factor's."""
    for term in expr.terms:
        inner = term.arg if isinstance(term, Negative) else term
        factors = inner.factors if isinstance(inner, Product) else (inner,)
        yield term, (Negative(factors[0]), *factors[1:]) if isinstance(term, Negative) else factors


def _bare(claims: Sequence[Claim], wanted: frozenset[str], names: Names) -> dict[str, Fraction]:
    """Names of a list that are given as a bare number, the learning rate left out."""
    found: dict[str, Fraction] = {}
    for claim in claims:
        subject = claim.subject
        if not isinstance(subject, Symbol) or subject.name not in wanted or len(claim.links) != 1:
            continue
        written = as_written(claim.links[0].expr)
        if written is not None and not _is_rate(subject.name, names):
            found.setdefault(subject.name, written.value)
    return found


def _is_rate(name: str, names: Names) -> bool:
    return names.role(name) is Role.LEARNING_RATE


def _number(expr: Expr) -> Fraction | None:
    if isinstance(expr, Negative):
        inner = _number(expr.arg)
        return None if inner is None else -inner
    written = as_written(expr)
    return None if written is None else written.value


def _numbers(factors: Sequence[Expr]) -> list[Fraction]:
    """Values of factors, sorted; empty if one is no number."""
    values = [_number(factor) for factor in factors]
    return sorted(value for value in values if value is not None) if None not in values else []
