r"""Slopes that the chain rule goes through: ``dL/da``, ``da/dz`` and ``dL/dz``, by whatever letters a document names them.

They are steps of the neuron where a document works them. ``dL/dy·dy/dz`` may be called ``delta`` there; a slope of the
activation is written ``da/dz`` or ``f'(z)``.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from deltarule.algebra.expr import Expr, Negative, Product, Symbol, symbols
from deltarule.document import Claim
from deltarule.exercise import Exercise
from deltarule.formulas import ACTIVATIONS, Role
from deltarule.naming import SLOPE_OF_ACTIVATION, Names
from deltarule.notation import roles_of
from deltarule.reading.lone_numbers import as_written
from deltarule.written import Written

_BY_PARAMETER = frozenset({"dL/dw", "dL/db"})
_OF_SAMPLE = frozenset({Role.NET_INPUT, Role.OUTPUT, Role.PREDICTION, Role.FEATURE, Role.TARGET})


def chain_roles(claims: Sequence[Claim], names: Names) -> dict[str, Role]:
    """Roles of the slopes of the chain rule that a document works."""
    found: dict[str, Role] = dict(_losses(claims, names))
    told: list[Written] = []  # slopes of the loss by the output
    for claim in claims:
        subject = claim.subject
        if not claim.links or claim.supposed:
            continue
        if names.is_slope_of_activation(subject):
            found[SLOPE_OF_ACTIVATION] = Role.ACTIVATION_SLOPE
        if not isinstance(subject, Symbol) or subject.index:
            continue
        if subject.name.startswith("dL/d") and not _is_of_sample(subject, names):
            by = names.role(subject.name.removeprefix("dL/d"))
            if by is Role.OUTPUT:
                found[subject.name] = Role.OUTPUT_SLOPE
                value = as_written(claim.links[-1].expr)
                told += [] if value is None else [value]
            elif by is Role.NET_INPUT:
                found[subject.name] = Role.DELTA
        elif subject.name.startswith("delta") and any(
            _goes_on(link.expr, found, told) or _is_by_net_input(link.expr, names) for link in claim.links
        ):
            found[subject.name] = Role.DELTA
    return found


def _losses(claims: Sequence[Claim], names: Names) -> Iterator[tuple[str, Role]]:
    """Names that are no other's, of what slopes by parameters are taken, and that are stated in outputs and targets: ``l``."""
    derived = {
        claim.subject.marks[0]
        for claim in claims
        if isinstance(claim.subject, Symbol) and claim.subject.name in _BY_PARAMETER and claim.subject.marks
    }
    unknown = {name for name in derived if name and names.role(name) is None}
    for claim in claims if unknown else ():
        if isinstance(claim.subject, Symbol) and claim.subject.name in unknown:
            stated = {names.role(symbol.name) for formula in claim.formulas for symbol in symbols(formula)}
            if Role.TARGET in stated and stated & {Role.OUTPUT, Role.NET_INPUT}:
                yield claim.subject.name, Role.LOSS


def _is_of_sample(slope: Symbol, names: Names) -> bool:
    """Whether it is not the loss that a slope is of: ``dz/dw``."""
    return any({*roles_of(of)[:1], names.role(of)} & _OF_SAMPLE for of in slope.marks[:1])


def _is_by_net_input(expr: Expr, names: Names) -> bool:
    """Whether it is the slope of the loss by the net input, by its name: ``delta = dE/dz``."""
    if not isinstance(expr, Symbol) or not expr.name.startswith("dL/d") or _is_of_sample(expr, names):
        return False
    return not expr.index and names.role(expr.name.removeprefix("dL/d")) is Role.NET_INPUT


def _goes_on(expr: Expr, found: Mapping[str, Role], told: Collection[Written]) -> bool:
    """Whether a product has the slope of the loss by the output as a factor, by its name or its value."""
    inner = expr.arg if isinstance(expr, Negative) else expr
    if not isinstance(inner, Product):
        return False
    if any(found.get(name) is Role.OUTPUT_SLOPE for name in _names(inner)):
        return True
    numbers = [number.value for factor in inner.factors if (number := as_written(factor)) is not None]
    if len(inner.factors) != 2 or len(numbers) != 2:
        return False
    return any(
        len(others) == 1 and 0 < others[0] < 1
        for value in told
        if (others := [number for number in numbers if abs(number) != abs(value.value)])
    )


def _names(product: Product) -> Iterator[str]:
    return (factor.name for factor in product.factors if isinstance(factor, Symbol))


def chain_of(exercise: Exercise, names: Names) -> frozenset[Role]:
    """Which slopes of the chain rule are steps of an exercise's neuron.

    Those of the loss are where a step takes one sample: in a larger one it is not said whether they have the share of it.
    """
    if ACTIVATIONS[exercise.activation].slope is None:
        return frozenset()
    roles = frozenset(names.roles.values())
    chain = roles & {Role.ACTIVATION_SLOPE}
    if exercise.n_samples > 1 and exercise.batch_size != 1:
        return chain
    chain |= roles & {Role.OUTPUT_SLOPE}
    by_name = any(role is Role.DELTA and name.startswith("dL/d") for name, role in names.roles.items())
    if Role.DELTA in roles and (by_name or Role.OUTPUT_SLOPE in chain):
        chain |= {Role.DELTA}
    return chain
