"""What a claim in a row is about: its role and feature, its number, and the names that only rows explain."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Negative, Product, Sum, Symbol
from deltarule.checking.origins.memory import is_weighted_sum
from deltarule.checking.row_state import INDEXED, PARAMETERS, Key
from deltarule.checking.sides import as_number, told, value_of
from deltarule.checking.unlocated import COMPARISONS
from deltarule.document import Claim, Item
from deltarule.formulas import Role
from deltarule.naming import Names
from deltarule.notation import roles_of
from deltarule.written import Written

FEWEST = 3  # values that must fit before another one is called a slip
_GATES = (("A", "B", "C"), ("A", "B"), ("P", "Q"), ("p", "q"), ("a", "b"))
_ALL_WEIGHTS = frozenset({"weights", "gewichte", "pesos", "poids", "веса"})


def sample_told(claim: Claim, names: Names) -> int | None:
    """The sample that a name tells by its index: the 2 of ``e_2``."""
    reference = names.reference(claim.subject) if claim.subject is not None else None
    return None if reference is None else reference.sample


def is_bare_index(claim: Claim) -> bool:
    """``a_1 = 0.8``: a name with an index, and its value without working."""
    subject = claim.subject
    return (
        isinstance(subject, Symbol) and bool(subject.index) and len(claim.links) == 1 and claim.part is None
    )


def told_as(claim: Claim, key: Key, written: Written) -> tuple[object, ...]:
    """What is remembered of a value that was told, so that one told again is known: under its name, if it has an index."""
    return (claim.subject, written.value) if is_bare_index(claim) else (*key, written.value)


def key_of(claim: Claim, names: Names) -> Key | None:
    """Role and feature of a claim; the index of the bias weight is 0."""
    subject = claim.subject
    if is_weighted_sum(subject, names):
        return Role.NET_INPUT, None
    if isinstance(subject, Apply) and not is_numeric(subject.arg) and claim.links:
        named = claim.links[0].expr  # f(x) = x_1 = 1.0
        subject = named if isinstance(named, Symbol) and names.role(named.name) is Role.FEATURE else subject
    reference = names.reference(subject) if isinstance(subject, Symbol | Apply) else None
    if reference is None or reference.general:
        return None
    if isinstance(subject, Symbol) and "old" in subject.marks:
        return None  # told once more
    index = [i for i in subject.index if isinstance(i, int)] if isinstance(subject, Symbol) else []
    role = reference.role
    if index:
        role = {Role.BIAS: Role.WEIGHT, Role.BIAS_CHANGE: Role.CHANGE}.get(role, role)
    elif role is Role.PREDICTION:
        role = Role.OUTPUT
    if role in INDEXED:
        return role, index[-1] if index else 1
    return role, None


def bare_letter(claim: Claim) -> str:
    """A name of one letter without any index on the left of a bare claim; else nothing."""
    subject = claim.subject
    plain_name = isinstance(subject, Symbol) and not (subject.index or subject.upper or subject.marks)
    return subject.name if plain_name and isinstance(subject, Symbol) and len(claim.links) == 1 else ""


def input_letters(items: Sequence[Item], names: Names) -> Mapping[str, Key]:
    """``A = 1, B = 0``: letters that stand for the inputs of a gate, told of at least three rows."""
    told: dict[str, list[Fraction]] = {}
    for item in items:
        written = value_of_claim(item) if isinstance(item, Claim) else None
        if isinstance(item, Claim) and written is not None:
            if names.role(getattr(item.subject, "name", "")) is Role.FEATURE:
                return {}
            told.setdefault(bare_letter(item), []).append(written.value)
    for letters in _GATES:
        values = [told.get(letter, []) for letter in letters]
        if all(len(each) >= FEWEST and set(each) <= {0, 1, -1} for each in values):
            return {letter: (Role.FEATURE, j) for j, letter in enumerate(letters, 1)}
    return {}


def net_input_within(claim: Claim) -> Written | None:
    """The net input that stands in an output itself: ``y = f(0.3) = 1``, ``y = act(f(0.3)) = 1``."""
    for side in (claim.subject, *(link.expr for link in claim.links)):
        applied = side
        while isinstance(applied, Apply) and isinstance(applied.arg, Apply):
            applied = applied.arg
        if isinstance(applied, Product) and isinstance(applied.factors[-1], Apply):
            applied = applied.factors[-1]  # behind the letters of a name that is not known
        value = value_of(applied.arg) if isinstance(applied, Apply) and is_numeric(applied.arg) else None
        if value is not None:
            return Written(str(value), value, 0)
    return None


def named_too(claim: Claim, names: Names) -> Iterator[Key]:
    """Other weights that a chain gives the same value: ``w_1 = w_2 = w_3 = 0``."""
    if claim.part is not None:
        return
    for link in claim.links[:-1]:
        if isinstance(link.expr, Symbol):
            key = key_of(replace(claim, subject=link.expr), names)
            if key is not None and key[0] in PARAMETERS:
                yield key


def says_of_all(claim: Claim) -> bool:
    """``initial weights = 0.1``: one number for every weight."""
    subject = claim.subject
    return (
        isinstance(subject, Symbol)
        and subject.name in _ALL_WEIGHTS
        and not (subject.index or subject.upper or claim.part is not None)
    )


def value_of_claim(claim: Claim) -> Written | None:
    """The number that a claim gives, in front of comparisons and of names that have it too."""
    links = claim.links
    compared = next((k for k, link in enumerate(links) if link.relation in COMPARISONS), len(links))
    return as_number(told(links[:compared])[-1].expr) if compared else None


def names_by_rows(items: Sequence[Item], names: Names) -> Names:
    """Roles of names that rows show: an output beside its target, an error defined as a difference."""
    used: set[str] = set()
    differences: set[str] = set()
    for item in items:
        if not isinstance(item, Claim) or not isinstance(item.subject, Symbol):
            continue
        used.add(item.subject.name)
        for link in item.links[:1]:
            match link.expr:
                case Sum(terms=(Symbol(name=left), Negative(arg=Symbol(name=right)))):
                    both = {names.role(left), names.role(right)}
                    if Role.TARGET in both or both & {Role.OUTPUT, Role.NET_INPUT}:
                        differences.add(item.subject.name)
    roles = dict(names.roles)
    for name in differences:
        if Role.LOSS in roles_of(name) or Role.ERROR in roles_of(name):
            roles[name] = Role.ERROR
    targets = {name for name in used if names.role(name) is Role.TARGET}
    if targets - {"y", "Y"}:
        roles |= {name: Role.OUTPUT for name in ("y", "Y") if name not in names.roles}
    errors = {name for name in used if roles.get(name, names.role(name)) is Role.ERROR}
    if "E" in used and not errors and targets:
        roles["E"] = Role.ERROR
    if names.role("theta") is Role.BIAS and _stays(items, "theta"):
        roles["theta"] = Role.THRESHOLD
    if "dtheta" in used:
        roles |= {"dtheta": Role.BIAS_CHANGE, "T": Role.BIAS, "Theta": Role.BIAS}
    return replace(names, roles=roles)


def _stays(items: Sequence[Item], name: str) -> bool:
    """Whether rows tell a value again and again, and always the same that is not 0."""
    told = [
        written.value
        for item in items
        if isinstance(item, Claim)
        and isinstance(item.subject, Symbol)
        and item.subject.name == name
        and (written := value_of_claim(item)) is not None
    ]
    return len(told) > FEWEST and len(set(told)) == 1 and told[0] != 0
