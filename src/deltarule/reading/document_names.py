"""What the names of a document mean: which symbols are inputs, rates, outputs and targets in it."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.combination import is_sum_of_products
from deltarule.algebra.expr import (
    Apply,
    Expr,
    Negative,
    Number,
    Product,
    Sum,
    SumOver,
    Symbol,
    symbols,
)
from deltarule.document import OUTPUT_AT, Claim, Document, Table, Threshold
from deltarule.formulas import Role
from deltarule.naming import ACTIVATION_NAMES, Names
from deltarule.notation import roles_of
from deltarule.reading.activations import is_activation_rule
from deltarule.reading.batch_sizes import counts_of_batches
from deltarule.reading.exercise_data import TARGETS, data_columns
from deltarule.reading.lone_numbers import as_written

_BESIDE_Y = (TARGETS - {"y", "Y"}) | {"yd", "Yd"}  # targets beside which y is the output


def names_in(document: Document, table: Table | None, n_features: int, n_samples: int) -> Names:
    """Roles of names that could have several, from how the document uses them."""
    roles: dict[str, Role] = {}
    first_feature = 1
    if table is not None:
        target = table.header[data_columns(table)[1]]  # type: ignore[index]  # a table of data has a target
        if isinstance(target, Symbol):
            roles[target.name] = Role.TARGET
            if target.name not in ("y", "Y"):
                roles["y"] = roles["Y"] = Role.OUTPUT
        indices = [
            c.index[0] for c in table.header if isinstance(c, Symbol) and c.index and c.name not in TARGETS
        ]
        first_feature = 0 if 0 in indices and n_features > len([i for i in indices if i != 0]) else 1
    claims = [item for item in document.items if isinstance(item, Claim)]
    usage: dict[str, Counter[str]] = {}
    defined = {
        node.name for item in document.items if isinstance(item, Claim) for node in _subject_names(item)
    }
    if table is None and defined & _BESIDE_Y and not any(map(_takes_y_from_output, claims)):
        roles["y"] = roles["Y"] = Role.OUTPUT  # beside a target of another name
    if table is None and any(_maps_inputs(claim) for claim in claims):
        roles["y"] = roles["Y"] = Role.OUTPUT  # beside targets without a name, (0, 1) -> 1
    if any(symbol.name in _TRUE_TARGETS for claim in claims for symbol in _stated_symbols(claim)):
        roles["y"] = Role.OUTPUT  # y_real - y
    stated = table is not None or any(map(_is_y_of_inputs, claims))
    if stated and roles.get("y") is None and any(map(_takes_y_from_target, claims)):
        roles["y"] = roles["Y"] = Role.OUTPUT
    for item in document.items:
        if (
            isinstance(item, Claim)
            and isinstance(item.subject, Symbol)
            and len(roles_of(item.subject.name)) > 1
        ):
            for link in item.links[:2]:
                usage.setdefault(item.subject.name, Counter())[shape_of(link.expr)] += 1
    for name, shapes in usage.items():
        if name in roles:
            continue
        candidates = roles_of(name)
        if Role.NET_INPUT in candidates and Role.OUTPUT in candidates:
            weighed = shapes["weighted sum"] > shapes["applied"]
            roles[name] = Role.NET_INPUT if weighed and not ({"z", "net"} & defined) else Role.OUTPUT
        elif Role.NET_INPUT in candidates and Role.ERROR in candidates:
            roles[name] = Role.ERROR
    for name in _net_inputs(claims) - roles.keys():
        roles[name] = Role.NET_INPUT
    for item in document.items:
        if not isinstance(item, Threshold) or not isinstance(item.subject, Symbol):
            continue
        if not is_activation_rule(item, claims):
            roles[item.subject.name] = Role.PREDICTION
        elif Role.OUTPUT in roles_of(item.subject.name):
            roles[item.subject.name] = Role.OUTPUT
    if "p" in defined and defined & _TOLD_WITH_PATTERNS and _lists_patterns(claims, defined):
        roles["p"] = Role.FEATURE
    if "w" in defined and "theta" in defined:
        roles["theta"] = Role.BIAS if "b" not in defined else Role.THRESHOLD
    roles |= dict.fromkeys(counts_of_batches(claims) - roles.keys(), Role.COUNT)
    if "n" in defined and "n" not in roles and _is_small(claims, "n"):
        roles["n"] = Role.LEARNING_RATE
    rates = {name for name in defined if Role.LEARNING_RATE in roles_of(name)}
    for name in (_weighed(claims) & rates) - roles.keys() if len(rates) > 1 else ():
        roles[name] = Role.NET_INPUT  # the letter of a rate, where another one is the rate
        rates.discard(name)
    if "beta" in defined and not rates and not defined & _VELOCITIES:
        roles["beta"] = Role.LEARNING_RATE  # no other rate is told, and nothing that momentum is kept of
    if defined & _INTERCEPTS:
        roles |= dict.fromkeys(defined & _INTERCEPTS, Role.BIAS)
        roles |= dict.fromkeys(defined & _SLOPES_OF_LINES, Role.WEIGHT)
    others = rates & _SELDOM_RATES if rates - _SELDOM_RATES else frozenset()
    if {"mu", "eta"} <= rates and defined & _VELOCITIES:
        others |= {"mu"}  # what is kept of the velocity
    if rates - _PERIODS:
        others |= {name for name in rates & _PERIODS if _is_counted(claims, name)}
    others |= {
        claim.subject.name
        for claim in claims
        if claim.part is not None and isinstance(claim.subject, Symbol) and claim.subject.name in _SETS
    }  # B_1 = {1, 2} is a batch
    names = Names(roles, n_features, n_samples, first_feature, frozenset(others - roles.keys()))
    timed = n_features == 1 and _counts_values(claims, names)
    return replace(names, of_inputs=frozenset(_of_inputs(claims, names)), timed=timed)


_TOLD_WITH_PATTERNS = frozenset({"t", "T"})


def _lists_patterns(claims: Sequence[Claim], defined: Container[str]) -> bool:
    """Whether p is what goes into the neuron: ``p_1 = [1 2], t_1 = 1``, vectors beside targets, where nothing else does."""
    return "x" not in defined and any(
        claim.part is not None and isinstance(claim.subject, Symbol) and claim.subject.name == "p"
        for claim in claims
    )


def _counts_values(claims: Sequence[Claim], names: Names) -> bool:
    """Whether the values of one weight are counted, ``w_1 = w_0 - 0.1 g_0``, ``w_2 = w_1 - 0.1 g_1``."""
    steps: set[int] = set()
    for claim in claims:
        subject = claim.subject
        if not isinstance(subject, Symbol) or len(subject.index) != 1 or subject.upper or not claim.links:
            continue
        match claim.links[0].expr:
            case Sum(terms=(Symbol(name=name, index=(int() as before,)), *_)) if name == subject.name:
                if subject.index == (before + 1,) and names.role(name) is Role.WEIGHT:
                    steps.add(before)
    return len(steps) > 1 or _counts_with_bias(claims, names) or _goes_on_by_count(claims, names)


def _counts_with_bias(claims: Sequence[Claim], names: Names) -> bool:
    """Whether the values of the weight and of the bias are counted alike: ``w_0 = 0.5, b_0 = 1``, then w_1 and b_1."""
    counted = _counted_values(claims, names)
    weights, biases = ({at for role, _, at in counted if role is each} for each in (Role.WEIGHT, Role.BIAS))
    one_each = all(len(values) == 1 for values in counted.values())  # w_1 = 0.9, or 0.7 with another rate
    return one_each and len(weights) > 1 and {0, 1} <= weights & biases


def _goes_on_by_count(claims: Sequence[Claim], names: Names) -> bool:
    """``w_0 = 2``, ``w_1 = 2 - 0.1·3 = 1.7``, ``w_2 = 1.7 - ...``: each goes on from the value of the one before."""
    counted = _counted_values(claims, names)
    steps: set[int] = set()
    for claim in claims:
        subject = claim.subject
        if not isinstance(subject, Symbol) or len(subject.index) != 1 or not claim.links:
            continue
        count = subject.index[0]
        match claim.links[0].expr:
            case Sum(terms=(first, *_)) if (
                isinstance(count, int) and (start := as_written(first)) is not None
            ):
                if counted.get((Role.WEIGHT, subject.name, count - 1)) == {start.value}:
                    steps.add(count)
    return {1, 2} <= steps and all(len(values) == 1 for values in counted.values())


def _counted_values(claims: Sequence[Claim], names: Names) -> dict[tuple[Role, str, int], set[Fraction]]:
    """The values that are told of each weight and bias with an index."""
    found: dict[tuple[Role, str, int], set[Fraction]] = {}
    for claim in claims:
        subject = claim.subject
        value = as_written(claim.links[-1].expr) if claim.links else None
        if (
            not isinstance(subject, Symbol)
            or len(subject.index) != 1
            or subject.upper
            or claim.part is not None
        ):
            continue
        role, at = names.role(subject.name), subject.index[0]
        if role in (Role.WEIGHT, Role.BIAS) and isinstance(at, int) and value is not None:
            found.setdefault((role, subject.name, at), set()).add(value.value)
    return found


_SETS = frozenset({"B", "S"})


def _of_inputs(claims: Sequence[Claim], names: Names) -> Iterator[str]:
    """Functions of the input: defined for an input, by a formula with weights in it."""
    for claim in claims:
        subject = claim.subject
        if not isinstance(subject, Apply) or not isinstance(subject.arg, Symbol):
            continue
        if names.role(subject.arg.name) is not Role.FEATURE or subject.function not in ACTIVATION_NAMES:
            continue
        roles = {names.role(symbol.name) for symbol in _stated_symbols(claim)}
        if Role.WEIGHT in roles and Role.FEATURE in roles:
            yield subject.function
    weighed: dict[str, list[bool]] = {}
    for claim in claims:
        match claim.subject:
            case Apply(function=name, arg=Number() as arg) if (
                name in ACTIVATION_NAMES and len(claim.links) > 1
            ):
                weighed.setdefault(name, []).append(_weighs(claim.links[0].expr, arg))
    yield from (name for name, each in weighed.items() if len(each) > 1 and all(each))


def _weighs(working: Expr, arg: Number) -> bool:
    """``0.5 + 0.2·4`` of ``h(4)``: a sum with a product of the argument in it, which no activation is."""
    return isinstance(working, Sum) and any(
        isinstance(term, Product)
        and len(term.factors) == 2
        and any(isinstance(factor, Number) and factor.value == arg.value for factor in term.factors)
        for term in working.terms
    )


# words for the parameters of a straight line; what is called a slope is a gradient where no intercept is told
_INTERCEPTS = frozenset(
    [
        "intercept",
        "intercepto",
        "intercetta",
        "intersección",
        "interseccion",
        "interseção",
        "achsenabschnitt",
        "y_achsenabschnitt",
        "ordonnée",
        "ordenada",
        "ordonnée_à_l'origine",
        "przecięcie",
        "kesişim",
        "intersep",
        "перехват",
        "截距",
        "切片",
        "절편",
        "y절편",
    ]
)
_SLOPES_OF_LINES = frozenset(
    [
        "slope",
        "steigung",
        "pente",
        "pendiente",
        "pendenza",
        "inclinação",
        "inclinacao",
        "coefficiente",
        "coeficiente",
        "coefficient",
        "nachylenie",
        "eğim",
        "kemiringan",
        "наклон",
        "斜率",
        "傾き",
        "기울기",
    ]
)
# beside an η these are the share of a velocity that is kept, or what makes the rate smaller
_SELDOM_RATES = frozenset({"gamma", "c", "rho"})
_PERIODS = frozenset(
    {"step_size", "stepsize"}
)  # beside another rate: after how many epochs it is made smaller
_VELOCITIES = frozenset({"v", "V", "m", "u", "v_w", "v_b"})
_TRUE_TARGETS = frozenset({"y_real", "y_true", "ytrue"})


def _is_counted(claims: Sequence[Claim], name: str) -> bool:
    """Whether a name is told a whole number above 1."""
    told = (
        as_written(claim.links[-1].expr)
        for claim in claims
        if claim.links and isinstance(claim.subject, Symbol) and claim.subject.name == name
    )
    return any(each is not None and each.value > 1 and each.value.denominator == 1 for each in told)


def _maps_inputs(claim: Claim) -> bool:
    return isinstance(claim.subject, Apply) and claim.subject.function == OUTPUT_AT


def _is_y_of_inputs(claim: Claim) -> bool:
    """``y = w x``: y is what the neuron makes of its inputs."""
    if not isinstance(claim.subject, Symbol) or claim.subject.name != "y" or claim.subject.index:
        return False
    used = {role for symbol in _stated_symbols(claim) for role in roles_of(symbol.name)[:1]}
    return {Role.WEIGHT, Role.FEATURE} <= used


def _takes_y_from_target(claim: Claim) -> bool:
    """Whether a formula holds the difference of y and a target of another name, ``n * (d - y) * x``: y is the output."""
    for link in claim.links:
        for node in link.expr.walk():
            match node:
                case Sum(terms=(Symbol(name=left), Negative(arg=Symbol(name=right)))):
                    if "y" in (left, right) and (TARGETS - {"y"}) & {left, right}:
                        return True
    return False


def _takes_y_from_output(claim: Claim) -> bool:
    """Whether a formula holds the difference of y and an output of another name, ``prediction - y``: y is the target."""
    for formula in (claim.subject, *claim.formulas) if claim.subject is not None else claim.formulas:
        for node in formula.walk():
            match node:
                case Sum(terms=(Symbol(name=left), Negative(arg=Symbol(name=right)))):
                    other = right if left == "y" else left
                    if "y" in (left, right) and Role.OUTPUT in roles_of(other)[:1]:
                        return True
    return False


def _stated_symbols(claim: Claim) -> Iterable[Symbol]:
    """Names in the formulas of a claim."""
    return (symbol for formula in claim.formulas for symbol in symbols(formula))


def _is_small(claims: Sequence[Claim], name: str) -> bool:
    """Whether a name that usually counts is told to be between 0 and 1: it then is a learning rate, the η of a typist."""
    told = [
        written.value
        for claim in claims
        if isinstance(claim.subject, Symbol)
        and claim.subject.name == name
        and not claim.subject.index
        and claim.links
        and (written := as_written(claim.links[-1].expr)) is not None
    ]
    return bool(told) and all(0 < value < 1 for value in told)


def _weighed(claims: Sequence[Claim]) -> set[str]:
    """Names that are worked out as a sum of products wherever they are worked out: ``mu = 0.5(1) + 0.2(0.4) = 0.58``."""
    worked: dict[str, bool] = {}
    for claim in claims:
        numeric = claim.in_numbers
        if len(numeric) > 1 and isinstance(claim.subject, Symbol):
            name = claim.subject.name
            worked[name] = worked.get(name, True) and any(map(is_sum_of_products, numeric))
    return {name for name, weighed in worked.items() if weighed}


def _net_inputs(claims: Sequence[Claim]) -> set[str]:
    """Names that the activation is applied to and that are worked out as weighted sums: ``y = 0.5(1) + 0.2``, ``f(y) = 1``."""
    applied = {
        side.arg.name
        for claim in claims
        for side in (claim.subject, *(link.expr for link in claim.links))
        if isinstance(side, Apply) and side.function in ACTIVATION_NAMES and isinstance(side.arg, Symbol)
    }
    if not applied:
        return set()
    summed = Counter(
        claim.subject.name
        for claim in claims
        if isinstance(claim.subject, Symbol)
        and claim.subject.name in applied
        and any(shape_of(side) == "weighted sum" for side in claim.in_numbers)
    )
    return {name for name, count in summed.items() if count > 1 and Role.FEATURE not in roles_of(name)}


def _subject_names(claim: Claim) -> Iterable[Symbol]:
    return symbols(claim.subject) if claim.subject is not None else ()


def shape_of(expr: Expr) -> str:
    """What kind of formula it is, as far as net inputs and outputs are told apart by it."""
    if isinstance(expr, Apply):
        return "applied"
    if isinstance(expr, SumOver) and isinstance(expr.body, Product):
        return "weighted sum"
    if isinstance(expr, Sum) and any(
        isinstance(t.arg if isinstance(t, Negative) else t, Product) for t in expr.terms
    ):
        return "weighted sum"
    return "other"
