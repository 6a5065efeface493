r"""Names whose meaning shows only in how a document uses them: ``dw``, which is a slope or a change, and ``δ``.

``w = w - 0.1·dw`` makes dw a slope, ``w = w + dw`` a change. ``δ = (t - o) o (1 - o)`` is an error times a slope of the
activation, ``δ = a - y`` an error. Slopes of the loss that the chain rule goes through, ``dL/da = a - y`` and
``dL/dz = dL/da·a (1 - a)``, are the error and the delta. ``E = t - y`` is an error, and no loss.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Expr, Negative, Product, Quotient, Sum, Symbol, symbols
from deltarule.document import Claim
from deltarule.formulas import Role
from deltarule.naming import Names
from deltarule.reading.chain_names import chain_roles
from deltarule.reading.lone_numbers import as_written
from deltarule.written import Written

_SLOPES = {"dw": Role.GRADIENT, "db": Role.BIAS_GRADIENT}
LONG = 3  # figures of a number that hardly comes near another by chance
_OUTPUTS = frozenset({Role.OUTPUT, Role.TARGET, Role.PREDICTION, Role.NET_INPUT})
_SCALED = frozenset({Role.LEARNING_RATE, Role.GRADIENT, Role.VELOCITY, Role.MOMENTUM})
_WEIGHTS = frozenset({Role.WEIGHT, Role.BIAS})
_CHANGES = {"dw": Role.WEIGHT, "db": Role.BIAS}


def used_names(claims: Sequence[Claim], names: Names) -> Names:
    """The names, with those that are used as slopes, and where there are data those of a line through them."""
    line = _line(claims, names) if names.n_samples else {}
    if line:
        names = replace(names, roles={**names.roles, **line}, others=names.others - line.keys())
    errors = {name: Role.ERROR for name in _called_as_losses(claims, names) if name not in names.roles}
    if errors:
        names = replace(names, roles={**names.roles, **errors})
    found = (
        chain_roles(claims, names)
        | _deltas(claims, names)
        | (_SLOPES if _changes_are_slopes(claims, names) else {})
    )
    fresh = {name: role for name, role in found.items() if name not in names.roles}
    return replace(names, roles={**names.roles, **fresh}) if fresh else names


def _called_as_losses(claims: Sequence[Claim], names: Names) -> Iterator[str]:
    """Names of losses that are stated to be differences: ``E_i = t_i - y_i``."""
    for claim in claims:
        subject = claim.subject
        if not isinstance(subject, Symbol) or names.role(subject.name) is not Role.LOSS or claim.supposed:
            continue
        for formula in claim.formulas:
            match formula:
                case Sum(terms=(Symbol(name=first), Negative(arg=Symbol(name=second)))):
                    roles = {names.role(first), names.role(second)}
                    if Role.TARGET in roles and roles & {Role.OUTPUT, Role.NET_INPUT}:
                        yield subject.name


def _line(claims: Sequence[Claim], names: Names) -> dict[str, Role]:
    """``y = a x + c``: the slope and the intercept of a line, whatever they are called."""
    for claim in claims:
        subject = claim.subject
        of_output = isinstance(subject, Apply) or (
            isinstance(subject, Symbol) and names.role(subject.name) in _OUTPUTS
        )
        for link in claim.links[:1] if of_output else ():
            match link.expr:
                case Sum(
                    terms=(Product(factors=(Symbol() as slope, Symbol() as x)), Symbol() as intercept)
                ) if (
                    names.role(x.name) is Role.FEATURE
                    and not (slope.index or intercept.index or x.index or slope.name == intercept.name)
                    and names.role(slope.name) is not Role.WEIGHT
                ):
                    called = {slope.name: Role.WEIGHT, intercept.name: Role.BIAS}
                    slopes = {slope.name: Role.GRADIENT, intercept.name: Role.BIAS_GRADIENT}
                    return called | {
                        f"{d}{name}": role for name, role in slopes.items() for d in ("dL/d", "d")
                    }
                case Sum(terms=(Symbol(index=(0,)) as constant, *terms)) if _are_numbered_like(
                    constant, terms, names
                ):
                    name = constant.name
                    return {name: Role.WEIGHT} | {f"{d}{name}": Role.GRADIENT for d in ("dL/d", "d")}
                case Product(factors=(Symbol() as one, Symbol() as other)) if (
                    moved := _slope_through_zero(one, other, claims, names)
                ) is not None:
                    return {moved: Role.WEIGHT} | {f"{d}{moved}": Role.GRADIENT for d in ("dL/d", "d")}
    return {}


def _are_numbered_like(constant: Symbol, terms: Sequence[Expr], names: Names) -> bool:
    """``β_0 + β_1 x_1 + β_2 x_2``: a letter with the indices of the terms, and none of a weight anyway."""
    if names.role(constant.name) is Role.WEIGHT or not terms:
        return False
    for k, term in enumerate(terms, 1):
        match term:
            case Product(factors=(Symbol() as one, Symbol() as other)):
                slope, x = (one, other) if one.name == constant.name else (other, one)
                if (
                    slope.name != constant.name
                    or slope.index != (k,)
                    or names.role(x.name) is not Role.FEATURE
                ):
                    return False
            case _:
                return False
    return True


def _slope_through_zero(one: Symbol, other: Symbol, claims: Sequence[Claim], names: Names) -> str | None:
    """The slope of ``y = m x``, whose letter may count in other documents: here a slope of the loss is taken by it, or it moves."""
    for slope, x in ((one, other), (other, one)):
        if names.role(x.name) is not Role.FEATURE or slope.index or x.index or slope.name == x.name:
            continue
        if names.role(slope.name) is Role.WEIGHT:
            return None
        derived = {f"dL/d{slope.name}", f"d{slope.name}"}
        for claim in claims:
            subject = claim.subject
            if isinstance(subject, Symbol) and (
                subject.name in derived or (subject.name == slope.name and _moves(claim, slope.name))
            ):
                return slope.name
    return None


def _moves(claim: Claim, name: str) -> bool:
    """Whether a claim gives a name what it was before and something else: ``m = m - lr · g``."""
    return any(
        isinstance(formula, Sum) and any(symbol.name == name for symbol in symbols(formula.terms[0]))
        for formula in claim.formulas
    )


def _deltas(claims: Sequence[Claim], names: Names) -> dict[str, Role]:
    """Names of errors that are worked out as a product with a difference in it, or from an error of another name."""
    found: dict[str, Role] = {}
    error: Written | None = None  # as it was told last by another name
    told: dict[Role, Fraction] = {}  # outputs and targets, as they were told last
    for claim in claims:
        if not isinstance(claim.subject, Symbol):
            continue
        role, value = (
            names.role(claim.subject.name),
            as_written(claim.links[-1].expr) if claim.links else None,
        )
        if role in _OUTPUTS and value is not None:
            told[role] = value.value
        if role is not Role.ERROR:
            continue
        if _is_delta(claim.subject) and value is not None and _is_curved(value, told):
            found[claim.subject.name] = Role.DELTA
            continue
        if not _is_delta(claim.subject):
            error = as_written(claim.links[-1].expr) if claim.links else None
        elif any(_is_error_times_slope(link.expr) or _scales(link.expr, error) for link in claim.links):
            found[claim.subject.name] = Role.DELTA
    return found


def _scales(expr: Expr, error: Written | None) -> bool:
    """Whether a product of two numbers is one of the error and of what is less than 1, the slope of a curve."""
    inner = expr.arg if isinstance(expr, Negative) else expr
    if error is None or not isinstance(inner, Product) or len(inner.factors) != 2:
        return False
    numbers = [number.value for factor in inner.factors if (number := as_written(factor)) is not None]
    others = [number for number in numbers if abs(number) != abs(error.value)]
    return len(numbers) == 2 and len(others) == 1 and 0 < others[0] < 1


def _is_curved(value: Written, told: Mapping[Role, Fraction]) -> bool:
    """Whether a number without working is the told error times the slope of a curve there, and not the error itself."""
    output, target = told.get(Role.OUTPUT), told.get(Role.TARGET)
    if output is None or target is None or value.figures < LONG:
        return False
    error = target - output
    slopes = (output * (1 - output), 1 - output**2)
    return not _is_near(value, error) and any(_is_near(value, error * slope, 2) for slope in slopes)


def _is_delta(subject: Symbol) -> bool:
    return subject.name.startswith("delta")


def _is_error_times_slope(expr: Expr) -> bool:
    """``(t - o) o (1 - o)``, ``e (1 - o^2)``."""
    inner = expr.arg if isinstance(expr, Negative) else expr
    if not isinstance(inner, Product):
        return False
    return any(
        isinstance(factor, Sum)
        and len(factor.terms) == 2
        and (one := as_written(factor.terms[0])) is not None
        and one.value == 1
        for factor in inner.factors
    )


def _speaks_of_slopes(claim: Claim) -> bool:
    """Whether ``dw`` is told of or stands in a formula."""
    if isinstance(claim.subject, Symbol) and claim.subject.name in _SLOPES:
        return True
    for formula in claim.formulas:
        for symbol in formula.symbols:
            if symbol.name in _SLOPES:
                return True
    return False


def _changes_are_slopes(claims: Sequence[Claim], names: Names) -> bool:
    """Whether an update takes the learning rate times ``dw``, by formula or else by figures."""
    if not any(map(_speaks_of_slopes, claims)):
        return False
    stated = [
        _is_scaled(link.expr, names)
        for claim in claims
        for link in claim.links
        if not is_numeric(link.expr)
        and any(symbol.name in _SLOPES for symbol in symbols(link.expr))
        and _is_update(claim, names)
    ]
    if stated:
        return any(stated)
    scaled, plain = _by_figures(claims, names)
    return scaled > plain if scaled or plain else _lack_the_rate(claims, names)


def _lack_the_rate(claims: Sequence[Claim], names: Names) -> bool:
    """``dw = mean((ŷ - y) x)``: whether a formula of a change leaves out a learning rate that is told, and not 1."""
    if _rate(claims, names) in (None, 1):
        return False
    stated = [
        {names.role(symbol.name) for symbol in symbols(link.expr)}
        for claim in claims
        if isinstance(claim.subject, Symbol) and claim.subject.name == "dw"
        for link in claim.links
        if not is_numeric(link.expr)
    ]
    return bool(stated) and all(Role.FEATURE in roles and not roles & _SCALED for roles in stated)


def _rate(claims: Sequence[Claim], names: Names) -> Fraction | None:
    """The learning rate that is told first."""
    for claim in claims:
        if isinstance(claim.subject, Symbol) and names.role(claim.subject.name) is Role.LEARNING_RATE:
            value = as_written(claim.links[0].expr) if claim.links else None
            if value is not None:
                return value.value
    return None


def _is_update(claim: Claim, names: Names) -> bool:
    reference = names.reference(claim.subject) if claim.subject is not None else None
    return reference is not None and reference.role in _WEIGHTS


def _is_scaled(expr: Expr, names: Names) -> bool:
    """Whether a learning rate multiplies a ``dw`` in it."""
    return any(
        isinstance(node, Product | Quotient)
        and any(symbol.name in _SLOPES for symbol in symbols(node))
        and any(names.role(symbol.name) is Role.LEARNING_RATE for symbol in symbols(node))
        for node in expr.walk()
    )


def _by_figures(claims: Sequence[Claim], names: Names) -> tuple[int, int]:
    """How often a told ``dw`` stands in an update with a factor in front of it or in it, and how often without one."""
    rate = _rate(claims, names)
    told: dict[tuple[Role, int | None], Fraction] = {}
    last: dict[tuple[Role, int | None], Fraction] = {}  # parameters, as they were told last
    scaled = plain = 0
    for claim in claims:
        subject, value = claim.subject, as_written(claim.links[-1].expr) if claim.links else None
        reference = names.reference(subject) if subject is not None else None
        if reference is None or value is None:
            continue
        if isinstance(subject, Symbol) and subject.name in _SLOPES:
            told[_CHANGES[subject.name], reference.feature] = value.value
            continue
        parameter = reference.role, reference.feature
        change = told.get(parameter)
        if reference.role in _WEIGHTS:
            moved = value.value - last.get(parameter, value.value)
            last[parameter] = value.value
            if moved and change and rate not in (None, 1) and len(claim.links) == 1 and value.figures >= LONG:
                scaled += _is_near(replace(value, value=moved), change * (rate or 1), 2)
                plain += _is_near(replace(value, value=moved), change, 2)
        for term in _terms_behind(claim) if change else ():
            factors = [as_written(factor) for factor in term.factors] if isinstance(term, Product) else []
            scaled += len(factors) > 1 and any(each and each.value == change for each in factors)
            alone = as_written(term)
            if alone is not None and change is not None:
                plain += abs(alone.value) == abs(change)
                scaled += rate not in (None, 1) and _is_near(alone, change * (rate or 1))
    return scaled, plain


def _is_near(written: Written, value: Fraction, slack: int = 1) -> bool:
    """Whether a number is the size of a value, rounded; with more `slack` where roundings went into that."""
    return 2 * abs(abs(written.value) - abs(value)) <= slack * written.unit


def _terms_behind(claim: Claim) -> Iterator[Expr]:
    """The second term of each sum in numbers."""
    for link in claim.links:
        if isinstance(link.expr, Sum) and len(link.expr.terms) == 2 and is_numeric(link.expr):
            second = link.expr.terms[1]
            yield second.arg if isinstance(second, Negative) else second
