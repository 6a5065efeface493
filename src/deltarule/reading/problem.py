"""Document to exercise: what is given, read from the document itself.

Structure and symbols carry the meaning, not words: the data are the first table whose header names
features and a target; settings are values asserted before the first worked line; conventions come from the stated
formulas, else from the factors that the author uses.
"""

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import islice

from deltarule.algebra.combination import combination, is_numeric
from deltarule.algebra.evaluate import evaluate
from deltarule.algebra.expr import (
    Apply,
    Expr,
    Negative,
    Number,
    Piecewise,
    Power,
    Product,
    Quotient,
    Sum,
    SumOver,
    Symbol,
    symbols,
)
from deltarule.document import Claim, Document, Heading, Table, Threshold, Understood
from deltarule.errors import DeltaruleError
from deltarule.exercise import Exercise
from deltarule.formulas import CONVENTIONS, Role
from deltarule.naming import ACTIVATION_NAMES, Names, Reference
from deltarule.notation import roles_of
from deltarule.reading.descent import descent, descent_names
from deltarule.reading.headings import NAMED_ROWS
from deltarule.reading.mathtext import as_written
from deltarule.reading.told_data import ToldData, told_data
from deltarule.reading.told_in_turn import told_in_turn
from deltarule.reading.totals import is_total
from deltarule.reading.used_names import used_names
from deltarule.spans import Span
from deltarule.stated import Known, compare_claim, of_one_sample
from deltarule.trace import neuron_arithmetic
from deltarule.written import Written

_WORKED = frozenset(
    {
        Role.NET_INPUT,
        Role.OUTPUT,
        Role.ERROR,
        Role.DELTA,
        Role.LOSS,
        Role.GRADIENT,
        Role.CHANGE,
        Role.BIAS_GRADIENT,
    }
)
_EQUALITIES = ("=", "≈")
_TARGETS = frozenset({"y", "Y", "t", "T", "d", "target", "desired", "label", "D", "soll", "tgt"})
# an activation, what a text that names it cannot be without, and how it is named
_ACTIVATION_WORDS = (
    (
        "sigmoid",
        ("sigmoid", "logistic", "σ(", "\\sigma", "сигмо", "логист"),
        r"sigmoid|logistic|(?-i:σ\(|\\sigma)|сигмо|логист",
    ),
    ("tanh", ("tanh", "hyperbolic tangent"), r"\btanh\b|hyperbolic tangent"),
    ("relu", ("relu", "rectified"), r"\brelu\b|rectified"),
    (
        "step",
        ("perceptron", "perzeptron", "step function", "heaviside", "hardlim", "перцептрон", "персептрон"),
        r"\bperceptron\b|\bperzeptron\b|\bstep function\b|heaviside|hardlim|перцептрон|персептрон",
    ),
)


def _named_activation(text: str) -> str | None:
    """The first of the activations that a text names."""
    lower = text.casefold()
    for name, stems, pattern in _ACTIVATION_WORDS:
        if any(stem in lower for stem in stems) and re.search(pattern, text, re.IGNORECASE):
            return name
    return None


@dataclass
class _Findings:
    """What was found so far, with the places that say it."""

    settings: dict[str, tuple[Written, Span]] = field(default_factory=dict)
    statements: dict[int, str] = field(default_factory=dict)
    contradictions: list[tuple[Span, str]] = field(default_factory=list)

    def note_all(self, names: Iterable[str], written: Written, span: Span, position: int) -> None:
        """Keep several settings that have one value."""
        for name in names:
            self.note(name, written, span, position)

    def note(self, name: str, written: Written, span: Span, position: int) -> None:
        """Keep a setting; a second, different value is a contradiction."""
        known = self.settings.get(name)
        if known is None:
            self.settings[name] = (written, span)
        elif known[0].value != written.value:
            self.contradictions.append((span, f"{name} is {known[0].text} above and {written.text} here"))
            return
        self.statements[position] = name


def understand(document: Document, given: Exercise | None = None) -> Understood:
    """Find the exercise in a document; with `given`, what that states counts and the rest is looked up.

    What is missing is named in the exercise's `missing`, with the way to give it.
    """
    told = None
    no_table = given is None and not any(
        isinstance(item, Table) and _columns(item) for item in document.items
    )
    if no_table:
        told = told_data(document.items, document.text)
    understood = _understood(document, given, None)
    if no_table and (told is None or len(told.features) == 1):
        told = told_in_turn(document.items, understood.names) or told
    if told is None:
        return understood
    return replace(_understood(document, None, told), untold=understood)


def _understood(document: Document, given: Exercise | None, told: ToldData | None) -> Understood:
    tables = [item for item in document.items if isinstance(item, Table) and _columns(item)]
    table = tables[0] if tables else None
    features, targets, feature_names, target_name, damaged = _data(table, document)
    if told is not None:
        features, targets = told.features, told.targets
        feature_names = tuple(f"x_{j}" for j in range(1, len(features[0]) + 1))
        target_name = told.target or "y"
    names = _names(document, table, len(feature_names), len(features))
    names = descent_names([item for item in document.items if isinstance(item, Claim)], names)
    names = used_names([item for item in document.items if isinstance(item, Claim)], names)
    found = _settings(document, names)
    if told is not None:
        found.statements.update((position, "data") for position in told.statements)
    stated_weights = sorted(int(name[2:]) for name in found.settings if name.startswith("w_"))
    n_features = len(feature_names) or len(stated_weights)
    names = replace(names, n_features=n_features)
    if feature_names and stated_weights and stated_weights[-1] > n_features:
        count = stated_weights[-1]
        damaged.append((found.settings[f"w_{count}"][1], f"{count} start weights for {n_features} features"))
    weights = tuple(found.settings[f"w_{j}"][0] for j in stated_weights) if not damaged else ()
    if table is not None and _is_begun_anew(document, table, found, names):
        weights = ()
    exercise = Exercise(
        features=() if damaged else features,
        targets=() if damaged else targets,
        weights=weights if stated_weights == list(range(1, n_features + 1)) else (),
        bias=found.settings["b"][0] if "b" in found.settings else None,
        learning_rate=found.settings["eta"][0] if "eta" in found.settings else None,
        feature_names=feature_names,
        target_name=target_name,
    )
    found.contradictions += _other_tables(tables, document)
    claims = [item for item in document.items if isinstance(item, Claim)]
    if exercise.bias is None and exercise.weights and _has_no_bias(document, claims, names, features):
        exercise = replace(exercise, bias=Written("0", Fraction(0), 0), has_bias=False)
    exercise = replace(exercise, activation=_activation(document, claims, targets, names))
    rule = next((item for item in document.items if isinstance(item, Threshold)), None)
    if rule is not None and _of_another(rule, document, targets, names):
        rule = None
    if rule is not None and _is_activation(rule, claims):
        exercise = replace(exercise, activation="sign" if rule.lower.value < 0 else "step")
        rule = None
    exercise = replace(exercise, by_delta=Role.DELTA in names.roles.values())
    exercise = descent(_with_velocities(exercise, found), claims, names)
    size = _batch_size(exercise, document, claims, names)
    counted = names if size in (None, 1) else replace(names, n_samples=size or 0)  # what a 1/n may count
    exercise, stated, single = _conventions(exercise, claims, counted)
    size = 1 if single else size
    exercise = replace(exercise, batch_size=size)
    if rule is not None:
        exercise = replace(exercise, threshold=rule.bound, labels=(rule.lower.text, rule.upper.text))
    exercise = replace(exercise, epochs=_epochs(document, exercise, names, found.statements))
    exercise = _merged(exercise, given)
    if given is not None:
        damaged = []
    return Understood(
        replace(exercise, missing=_missing(exercise)),
        found.statements,
        tuple(found.contradictions),
        names,
        stated if given is None else _ALL_STATED,
        tuple(damaged),
    )


def _of_another(rule: Threshold, document: Document, targets: Sequence[Written], names: Names) -> bool:
    """Whether a rule for -1 and 1 stands behind outputs of 0 and 1: another exercise begins with it."""
    if rule.lower.value >= 0 or not targets or any(target.value < 0 for target in targets):
        return False
    for item in document.items:
        if item is rule:
            break
        if isinstance(item, Claim) and item.links and item.subject is not None:
            reference = names.reference(item.subject)
            value = as_written(item.links[-1].expr)
            if (
                reference is not None
                and reference.role is Role.OUTPUT
                and value is not None
                and value.value == 0
            ):
                return True
    return False


# -- the data


def _columns(table: Table) -> tuple[list[int], int] | None:
    """Positions of the feature columns and the target column, or None if this is no data table."""
    roles = [roles_of(cell.name) if isinstance(cell, Symbol) else () for cell in table.header]
    worked = {Role.WEIGHT, Role.NET_INPUT, Role.ERROR, Role.CHANGE, Role.LOSS, Role.BIAS}
    target = [k for k, cell in enumerate(table.header) if isinstance(cell, Symbol) and cell.name in _TARGETS]
    features = [
        k
        for k, cell in enumerate(table.header)
        if k not in target
        and Role.FEATURE in roles[k]
        and not (isinstance(cell, Symbol) and cell.index == (0,))
    ]
    others = [k for k in range(len(roles)) if k not in target and k not in features]
    if any(set(roles[k][:1]) & worked and isinstance(table.header[k], Symbol) for k in others):
        return None
    if not features or not target:
        numeric = all(cell is not None and as_written(cell) for row in table.rows for cell in row)
        wordy = all(cell is None or isinstance(cell, Symbol) for cell in table.header)
        if not (numeric and wordy and len(table.header) > 1 and not any(set(r) & worked for r in roles)):
            return None
        target = target or [len(table.header) - 1]
        features = [k for k in range(len(table.header)) if k != target[0] and not _counts_rows(table, k)]
    return (features, target[0]) if features and len(table.rows) > 0 else None


_COUNTERS = ("", "#", "i", "n", "nr", "no", "no.", "№", "sample", "example", "id", "k", "index")


def _counts_rows(table: Table, column: int) -> bool:
    """Whether a column only numbers the rows."""
    values = [_cell(row, column) for row in table.rows]
    text = table.header_texts[column].lower()
    named = text in _COUNTERS or text.partition(" ")[0] in NAMED_ROWS
    return named and [v.value if v else None for v in values] == list(range(1, len(values) + 1))


_Data = tuple[
    tuple[tuple[Written, ...], ...], tuple[Written, ...], tuple[str, ...], str, list[tuple[Span, str]]
]


def _data(table: Table | None, document: Document) -> _Data:
    """Rows, targets, names, and what is wrong with a row: a damaged row is never passed over."""
    damaged: list[tuple[Span, str]] = []
    if table is None:
        return (), (), (), "y", damaged
    found = _columns(table)
    assert found is not None
    columns, target = found
    rows: list[tuple[Written, ...]] = []
    targets: list[Written] = []
    for row, span in zip(table.rows, table.row_spans, strict=True):
        wanted = (*columns, target)
        if rows and is_total(document.source.extract(span)):
            continue
        cells = [_cell(row, k) for k in wanted]
        if len(row) != len(table.header) or None in cells:
            if _is_skipped(document.source.extract(span)):
                continue
            damaged.append((span, _what_is_wrong(table, row, wanted, cells, document.source.extract(span))))
            continue
        rows.append(tuple(cell for cell in cells[:-1] if cell))
        targets.append(cells[-1])  # type: ignore[arg-type]  # None was refused above
    return (
        tuple(rows),
        tuple(targets),
        tuple(table.header_texts[k] for k in columns),
        table.header_texts[target],
        damaged,
    )


def _cell(row: Sequence[Expr | None], column: int) -> Written | None:
    cell = row[column] if column < len(row) else None
    return None if cell is None else as_written(cell)


def _is_skipped(text: str) -> bool:
    """Whether a row only says that rows are left out, or closes the table."""
    return not any(char.isalnum() for char in text)


def _what_is_wrong(
    table: Table,
    row: Sequence[Expr | None],
    wanted: Sequence[int],
    cells: Sequence[Written | None],
    text: str,
) -> str:
    shown = " ".join(text.split())[:60]
    if len(row) != len(table.header):
        return f"the row {shown!r} has {len(row)} cells where the header has {len(table.header)}"
    column = next(k for k, cell in zip(wanted, cells, strict=True) if cell is None)
    return f"in the row {shown!r} the cell of {table.header_texts[column]} is not a number"


def _other_tables(tables: Sequence[Table], document: Document) -> list[tuple[Span, str]]:
    """Further tables of data with other numbers: the first one counts, and that is said."""
    if not tables:
        return []
    first = _data(tables[0], document)[:2]
    line = tables[0].line
    message = f"a second table of data; the one on line {line} counts"
    named = [other for other in tables[1:] if all(isinstance(cell, Symbol) for cell in other.header)]
    return [(other.span, message) for other in named if _data(other, document)[:2] != first]


# -- names


def _names(document: Document, table: Table | None, n_features: int, n_samples: int) -> Names:
    """Roles of names that could have several, from how the document uses them."""
    roles: dict[str, Role] = {}
    first_feature = 1
    if table is not None:
        target = table.header[_columns(table)[1]]  # type: ignore[index]  # a table of data has a target
        if isinstance(target, Symbol):
            roles[target.name] = Role.TARGET
            if target.name not in ("y", "Y"):
                roles["y"] = roles["Y"] = Role.OUTPUT
        indices = [
            c.index[0] for c in table.header if isinstance(c, Symbol) and c.index and c.name not in _TARGETS
        ]
        first_feature = 0 if 0 in indices and n_features > len([i for i in indices if i != 0]) else 1
    claims = [item for item in document.items if isinstance(item, Claim)]
    usage: dict[str, Counter[str]] = {}
    defined = {
        node.name for item in document.items if isinstance(item, Claim) for node in _subject_names(item)
    }
    if table is None and defined & (_TARGETS - {"y", "Y"}):
        roles["y"] = roles["Y"] = Role.OUTPUT  # beside a target of another name
    if any(symbol.name in _TRUE_TARGETS for claim in claims for symbol in _stated_symbols(claim)):
        roles["y"] = Role.OUTPUT  # y_real - y
    if table is not None and roles.get("y") is None and any(map(_takes_y_from_target, claims)):
        roles["y"] = roles["Y"] = Role.OUTPUT
    for item in document.items:
        if (
            isinstance(item, Claim)
            and isinstance(item.subject, Symbol)
            and len(roles_of(item.subject.name)) > 1
        ):
            for link in item.links[:2]:
                usage.setdefault(item.subject.name, Counter())[_shape(link.expr)] += 1
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
        if not _is_activation(item, claims):
            roles[item.subject.name] = Role.PREDICTION
        elif Role.OUTPUT in roles_of(item.subject.name):
            roles[item.subject.name] = Role.OUTPUT
    if "w" in defined and "theta" in defined:
        roles["theta"] = Role.BIAS if "b" not in defined else Role.THRESHOLD
    if "n" in defined and "n" not in roles and _is_small(claims, "n"):
        roles["n"] = Role.LEARNING_RATE
    if any(_scales_change(claim, roles) for claim in claims) or _scaled_by_figures(claims, roles):
        roles |= {"dw": Role.GRADIENT, "db": Role.BIAS_GRADIENT}
    rates = {name for name in defined if Role.LEARNING_RATE in roles_of(name)}
    if "beta" in defined and not rates and not defined & _VELOCITIES:
        roles["beta"] = Role.LEARNING_RATE  # no other rate is told, and nothing that momentum is kept of
    others = rates & _SELDOM_RATES if rates - _SELDOM_RATES else frozenset()
    others |= {
        claim.subject.name
        for claim in claims
        if claim.part is not None and isinstance(claim.subject, Symbol) and claim.subject.name in _SETS
    }  # B_1 = {1, 2} is a batch
    names = Names(roles, n_features, n_samples, first_feature, frozenset(others - roles.keys()))
    return replace(names, of_inputs=frozenset(_of_inputs(claims, names)))


def _scales_change(claim: Claim, roles: Mapping[str, Role]) -> bool:
    """Whether the learning rate is multiplied by dw or db, ``w = w - lr * dw``: they then are the slopes."""
    for link in claim.links:
        for node in link.expr.walk() if not is_numeric(link.expr) else ():
            names = (
                {factor.name for factor in node.factors if isinstance(factor, Symbol)}
                if isinstance(node, Product)
                else set()
            )
            if names & {"dw", "db"} and any(
                roles.get(name) is Role.LEARNING_RATE or Role.LEARNING_RATE in roles_of(name)
                for name in names
            ):
                return True
    return False


def _scaled_by_figures(claims: Sequence[Claim], roles: Mapping[str, Role]) -> bool:
    """Whether parameters are worked out with the rate times what dw or db was told to be: ``dw = -9``, ``w = 0 - 0.1*(-9)``."""
    told: dict[str, Fraction] = {}
    rates: set[Fraction] = set()
    for claim in claims:
        name = claim.subject.name if isinstance(claim.subject, Symbol) else ""
        value = as_written(claim.links[-1].expr) if claim.links else None
        if name in ("dw", "db"):
            told.pop(name, None)
            if value is not None and value.value:
                told[name] = abs(value.value)
        elif value is not None and (
            roles.get(name) is Role.LEARNING_RATE or Role.LEARNING_RATE in roles_of(name)[:1]
        ):
            rates.add(value.value)
        elif told and {Role.WEIGHT, Role.BIAS} & set(roles_of(name)):
            change = told.get("dw" if Role.WEIGHT in roles_of(name) else "db")
            for node in (node for link in claim.links for node in link.expr.walk()):
                if isinstance(node, Product) and change is not None:
                    sizes = [abs(number.value) for each in node.factors if (number := as_written(each))]
                    if len(sizes) == len(node.factors) == 2 and change in sizes and rates & set(sizes):
                        return change not in rates
    return False


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


# beside an η these are the share of a velocity that is kept, or what makes the rate smaller
_SELDOM_RATES = frozenset({"gamma", "c", "rho"})


_VELOCITIES = frozenset({"v", "V", "m", "u", "v_w", "v_b"})
_TRUE_TARGETS = frozenset({"y_real", "y_true", "ytrue"})


def _takes_y_from_target(claim: Claim) -> bool:
    """Whether a formula holds the difference of y and a target of another name, ``n * (d - y) * x``: y is the output."""
    for link in claim.links:
        for node in link.expr.walk():
            match node:
                case Sum(terms=(Symbol(name=left), Negative(arg=Symbol(name=right)))):
                    if "y" in (left, right) and (_TARGETS - {"y"}) & {left, right}:
                        return True
    return False


def _stated_symbols(claim: Claim) -> Iterable[Symbol]:
    """Names in the formulas of a claim."""
    return (symbol for link in claim.links if not is_numeric(link.expr) for symbol in symbols(link.expr))


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
        and any(is_numeric(link.expr) and _shape(link.expr) == "weighted sum" for link in claim.links)
    )
    return {name for name, count in summed.items() if count > 1 and Role.FEATURE not in roles_of(name)}


def _subject_names(claim: Claim) -> Iterable[Symbol]:
    return symbols(claim.subject) if claim.subject is not None else ()


def _shape(expr: Expr) -> str:
    if isinstance(expr, Apply):
        return "applied"
    if isinstance(expr, Sum) and any(
        isinstance(t.arg if isinstance(t, Negative) else t, Product) for t in expr.terms
    ):
        return "weighted sum"
    return "other"


# -- settings

_STARTS = frozenset({Role.WEIGHT, Role.BIAS})
_ONCE: Mapping[Role, str] = {
    Role.BIAS: "b",
    Role.BIAS_VELOCITY: "v_b",
    Role.MOMENTUM: "beta",
    Role.DECAY: "lambda",
    Role.RATE_FACTOR: "gamma",
}


def _is_begun_anew(document: Document, table: Table, above: _Findings, names: Names) -> bool:
    """Whether an example of its own is worked above the data, with other weights than those given below them.

    Which of the two a line belongs to is not known then.
    """
    at = next(k for k, item in enumerate(document.items) if item is table)
    if not any(name.startswith("w_") for name in above.settings):
        return False
    if not any(isinstance(item, Claim) and _is_worked(item) for item in document.items[:at]):
        return False
    below = _settings(document, names, at).settings
    start = {name: value.value for name, (value, _) in above.settings.items() if name.startswith(("w_", "b"))}
    whole = "eta" in below and all(name in below for name in start)
    return whole and any(below[name][0].value != value for name, value in start.items())


def _settings(document: Document, names: Names, begins: int = 0) -> _Findings:
    """Values asserted before the first worked line."""
    found = _Findings()
    for position, item in enumerate(islice(document.items, begins, None), begins):
        if not isinstance(item, Claim) or item.subject is None or not item.links:
            continue
        reference = names.reference(item.subject)
        if reference is None or (isinstance(item.subject, Apply) and not is_numeric(item.subject)):
            continue  # f(z) = ... defines, it does not work
        written = as_written(item.links[-1].expr)
        plain = written is not None and all(isinstance(link.expr, Symbol) for link in item.links[:-1])
        if plain and written is not None and len(item.links) > 1 and reference.role in _STARTS:
            found.note_all(_named_starts(item, names), written, item.span, position)  # w_1 = w_2 = 0
        elif reference.role is Role.LEARNING_RATE and written is not None and not reference.general:
            found.note("eta", written, item.span, position)
            if len(item.links) > 1:  # a rate that shrinks is worked out, and so to be judged
                found.statements.pop(position, None)
        elif reference.role in _WORKED and any(
            is_numeric(link.expr) for link in item.links if link.relation in _EQUALITIES
        ):
            if reference.role is not Role.LOSS or len(item.links) > 1:
                break
        elif (
            plain and written is not None and reference.role is Role.WEIGHT and reference.feature is not None
        ):
            if "new" in getattr(item.subject, "marks", ()):
                break
            found.note(f"w_{reference.feature}", written, item.span, position)
        elif plain and written is not None and reference.role in _ONCE and not _is_of_list(item):
            found.note(_ONCE[reference.role], written, item.span, position)
        elif plain and written is not None and reference.role is Role.VELOCITY and reference.feature:
            found.note(f"v_{reference.feature}", written, item.span, position)
    if "eta" not in found.settings:
        _rate_told_later(document, names, found)
    return found


def _is_of_list(claim: Claim) -> bool:
    """Whether this is a component of a vector, its first one counted as 1: ``b = (4, 3)`` is no bias."""
    return claim.part is not None and getattr(claim.subject, "index", ()) == (claim.part + 1,)


def _named_starts(claim: Claim, names: Names) -> Iterator[str]:
    """The settings that a chain of names is about."""
    for named in (claim.subject, *(link.expr for link in claim.links[:-1])):
        reference = names.reference(named) if named is not None else None
        if reference is not None and reference.role is Role.WEIGHT and reference.feature is not None:
            yield f"w_{reference.feature}"
        elif reference is not None and reference.role is Role.BIAS:
            yield "b"


def _is_worked(claim: Claim) -> bool:
    """Whether a claim shows a formula of several terms or factors before its value."""
    return len(claim.links) > 1 and any(
        is_numeric(link.expr) and as_written(link.expr) is None and not isinstance(link.expr, Quotient)
        for link in claim.links
    )


def _rate_told_later(document: Document, names: Names, found: _Findings) -> None:
    """The learning rate where it is told only behind the first working: the first one that is given."""
    for position, item in enumerate(document.items):
        reference = (
            names.reference(item.subject) if isinstance(item, Claim) and item.subject is not None else None
        )
        if not isinstance(item, Claim) or reference is None or reference.role is not Role.LEARNING_RATE:
            continue
        written = as_written(item.links[0].expr) if len(item.links) == 1 else None
        if written is not None and not reference.general:
            found.note("eta", written, item.span, position)
            return


_BIAS_WORDS = re.compile(
    r"bias|intercept|offset|threshold|schwell|umbral|sesgo|vi[eé]s|seuil|смещ|порог|偏置|阈值|バイアス|θ|\\\\theta",
    re.IGNORECASE,
)


_BIAS_DENIED = re.compile(
    r"\b(?:without|no|ohne|sans|sin|sem|senza|без)\s{1,3}(?:an?\s|the\s|de\s)?\s{0,3}(?:bias|intercept|offset|sesgo|viés|biais|смещения)\w{0,3}",
    re.IGNORECASE,
)


_OF_BIAS = frozenset({Role.BIAS, Role.BIAS_GRADIENT, Role.BIAS_CHANGE})


def _has_no_bias(
    document: Document, claims: Sequence[Claim], names: Names, features: Sequence[Sequence[Written]]
) -> bool:
    """Whether a document never speaks of a bias, by name, by index 0 or in a word: its neuron has none.

    Where a feature is always 1 the word means its weight.
    """
    constant = len(features) > 1 and any(
        all(cell.value == 1 for cell in column) for column in zip(*features, strict=True)
    )
    if constant:
        return not any(
            item.part is None
            and isinstance(item.subject, Symbol)
            and (reference := names.reference(item.subject)) is not None
            and reference.role in _OF_BIAS
            and not item.subject.name.startswith(("w", "theta"))
            for item in claims
        )
    if _BIAS_WORDS.search(_BIAS_DENIED.sub("", document.text)):
        return False
    for claim in claims:
        sides = (claim.subject, *(link.expr for link in claim.links))
        for symbol in (symbol for side in sides if side is not None for symbol in symbols(side)):
            reference = names.reference(symbol)
            if symbol.index[:1] == (0,) or (reference is not None and reference.role in _OF_BIAS):
                return False
    return True


def _with_velocities(exercise: Exercise, found: _Findings) -> Exercise:
    """The exercise with what is given of momentum and weight decay; a velocity that is not told starts from nothing."""
    given = {name: written for name, (written, _) in found.settings.items()}
    names = [*(f"v_{j}" for j in range(1, exercise.n_features + 1)), "v_b"]
    told = any(name in given and given[name].value for name in names)
    start = tuple(given.get(name, Written("0", Fraction(0), 0)) for name in names) if told else ()
    return replace(
        exercise,
        momentum=given.get("beta"),
        weight_decay=given.get("lambda"),
        rate_factor=given.get("gamma"),
        velocities=start,
    )


# -- activation, conventions, scheme


_STEPS = ("step", "sign")


def _activation(document: Document, claims: Sequence[Claim], targets: Sequence[Written], names: Names) -> str:
    """From a stated formula, else from the values, else from a word."""
    found = (
        _stated_activation(claims, names)
        or _used_activation(claims, names)
        or _written_out(claims)
        or _told_outputs(claims, names)
    )
    if found is None:
        classes = bool(targets) and any({target.value for target in targets} <= each for each in _CLASSES)
        found = _named_activation(document.text)
        found = found or (_told_outputs(claims, names, fewest=1) if classes else None) or "identity"
    if found in _STEPS:
        below = any(target.value < 0 for target in targets) or _tells_minus_one(claims, names)
        found = "sign" if below else "step"
    return found


def _tells_minus_one(claims: Sequence[Claim], names: Names) -> bool:
    """Whether an output of -1 is told of a function called sign: ``a = sign(-2) = -1``, whatever the targets are."""
    for claim in claims:
        sides = [claim.subject, *(link.expr for link in claim.links)]
        signs = any(isinstance(side, Apply) and side.function == "sign" for side in sides)
        value = as_written(claim.links[-1].expr) if signs and claim.links else None
        if value is not None and value.value == -1:
            return True
    return False


def _stated_activation(claims: Sequence[Claim], names: Names) -> str | None:
    for claim in claims:
        if isinstance(claim.subject, Apply) and claim.links and isinstance(claim.links[0].expr, Piecewise):
            return "step"
        reference = names.reference(claim.subject) if claim.subject else None
        if reference is None or reference.role is not Role.OUTPUT:
            continue
        for link in claim.links:
            if isinstance(link.expr, Apply) and link.expr.function in (
                "sigmoid",
                "tanh",
                "relu",
                "step",
                "sign",
            ):
                return link.expr.function
            if any(isinstance(node, Apply) and node.function == "exp" for node in link.expr.walk()):
                return "sigmoid" if "1" in _leading(link.expr) else "tanh"
            if isinstance(link.expr, Piecewise) and not is_numeric(link.expr):
                return "step"
    return None


def _used_activation(claims: Sequence[Claim], names: Names) -> str | None:
    """The activation that fits most of ``f(0.3) = 0.57``."""
    votes: Counter[str] = Counter()
    known = ACTIVATION_NAMES - names.of_inputs
    functions = neuron_arithmetic().functions
    for claim in claims:
        sides = [claim.subject, *(link.expr for link in claim.links)]
        applied = next(
            (s for s in sides if isinstance(s, Apply) and s.function in known and is_numeric(s)), None
        )
        value = as_written(claim.links[-1].expr) if claim.links else None
        argument = as_written(applied.arg) if applied is not None else None
        if argument is None or value is None:
            continue
        for name in ("identity", "sigmoid", "tanh", "relu", *_STEPS):
            try:
                expected = argument.value if name == "identity" else functions[name](argument.value)
            except DeltaruleError:
                continue
            near = abs(expected - value.value) <= value.unit / 2 and value.figures > 1
            votes[name] += 2 * (expected == value.value) or near
    best = votes.most_common(1)
    return best[0][0] if best and best[0][1] else None


def _written_out(claims: Sequence[Claim]) -> str | None:
    """The sigmoid where it is written out under whatever name: ``1/(1 + e^-2)``."""
    for claim in claims:
        for link in claim.links:
            for node in link.expr.walk():
                match node:
                    case Quotient(
                        numerator=Number(value=above),
                        denominator=Sum(terms=(Number(value=one), Apply(function="exp"))),
                    ) if above == one == 1:
                        return "sigmoid"
    return None


FEWEST_OUTPUTS = 3
_CLASSES = ({0, 1}, {-1, 1})  # that a step gives


def _told_outputs(claims: Sequence[Claim], names: Names, fewest: int = FEWEST_OUTPUTS) -> str | None:
    """A step, where outputs of 0, 1 and -1 are told behind net inputs that they are the steps of."""
    net: Fraction | None = None
    pairs: list[tuple[Fraction, Fraction]] = []
    bare: list[Fraction] = []
    for claim in claims:
        reference = names.reference(claim.subject) if claim.subject is not None else None
        value = as_written(claim.links[-1].expr) if claim.links else None
        if reference is None or reference.general or value is None:
            continue
        if reference.role is Role.NET_INPUT:
            net = value.value
        elif reference.role is Role.OUTPUT and net is not None:
            pairs.append((net, value.value))
            net = None
        elif reference.role is Role.OUTPUT:
            bare.append(value.value)
    if not pairs and len(bare) > FEWEST_OUTPUTS and set(bare) in _CLASSES:
        return "step"  # rows that tell no net inputs
    if len(pairs) < fewest or all(z == a for z, a in pairs):
        return None
    steps = all(a in (0, 1, -1) and (z == 0 or (a == 1) == (z > 0)) for z, a in pairs)
    return "step" if steps else None


def _leading(expr: Expr) -> str:
    return "1" if not isinstance(expr, Apply) and isinstance(getattr(expr, "numerator", None), Number) else ""


_ALL_STATED = frozenset({"convention", "batch_size", "activation", "loss"})


def _is_activation(rule: Threshold, claims: Sequence[Claim]) -> bool:
    """Whether a rule by cases defines the output that the errors are taken of, rather than the final class."""
    if not isinstance(rule.subject, Symbol) or rule.bound.value != 0:
        return False
    return any(
        rule.subject.name in {symbol.name for link in claim.links for symbol in symbols(link.expr)}
        or (isinstance(claim.subject, Symbol) and claim.subject.name == rule.subject.name)
        for claim in claims
    )


def _conventions(
    exercise: Exercise, claims: Sequence[Claim], names: Names
) -> tuple[Exercise, frozenset[str], bool]:
    """Loss, convention, direction of the error and of the change, from formulas and then from figures.

    Also which of them are stated, and whether the rule is stated for one sample at a time.
    """
    if exercise.activation == "sigmoid" and any(
        isinstance(node, Apply) and node.function == "ln"
        for claim in claims
        for link in claim.links
        for node in link.expr.walk()
    ):
        exercise = replace(exercise, loss="log")
    exercise = replace(exercise, error=_error_direction(exercise, claims, names))
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
        exercise = replace(exercise, convention=best[0][0] if best and best[0][1] else "mean")
    if exercise.has_bias and _subtracts_bias(claims, names):
        exercise = replace(exercise, bias_sign="subtracted")
    change = _change_style(exercise, claims, names)
    return replace(exercise, change=change), frozenset(stated), single


def _subtracts_bias(claims: Sequence[Claim], names: Names) -> bool:
    """Whether a formula takes the bias from a weighted sum, ``z = w x - theta``: it is a threshold."""
    for claim in claims:
        reference = names.reference(claim.subject) if claim.subject else None
        if reference is None or reference.role not in (Role.NET_INPUT, Role.OUTPUT):
            continue
        for node in (node for link in claim.links for node in link.expr.walk()):
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
        for link in claim.links
        if not is_numeric(link.expr)
        for node in link.expr.walk()
    )


def _error_direction(exercise: Exercise, claims: Sequence[Claim], names: Names) -> str:
    votes: Counter[str] = Counter()
    targets = {target.value for target in exercise.targets}
    for claim in claims:
        reference = names.reference(claim.subject) if claim.subject else None
        votes += _named_difference(claim.subject, names)
        if reference is not None and reference.role in _MADE_OF_ERRORS:
            votes += _differences(claim, targets)
        if reference is None or reference.role not in (Role.ERROR, Role.DELTA):
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


def _named_difference(subject: Expr | None, names: Names) -> Counter[str]:
    """The way round of ``ŷ_1 - y_1 = ...``."""
    match subject:
        case Sum(terms=(Symbol() as first, Negative(arg=Symbol() as second))):
            roles = names.role(first.name), names.role(second.name)
            if roles == (Role.TARGET, Role.OUTPUT):
                return Counter({"target-output": 3})
            if roles == (Role.OUTPUT, Role.TARGET):
                return Counter({"output-target": 3})
    return Counter()


def _errors(expr: Expr) -> Iterator[Sum]:
    """An expression that is a difference, or the differences that are factors of it."""
    inner = expr.arg if isinstance(expr, Negative) else expr
    for part in inner.factors if isinstance(inner, Product) else (inner,):
        if isinstance(part, Sum) and len(part.terms) == 2:
            yield part


_MADE_OF_ERRORS = frozenset(
    {Role.WEIGHT, Role.BIAS, Role.CHANGE, Role.BIAS_CHANGE, Role.GRADIENT, Role.BIAS_GRADIENT}
)


def _differences(claim: Claim, targets: Container[Fraction]) -> Counter[str]:
    """Errors that are worked out within a gradient or an update: a net input in brackets and a target."""
    votes: Counter[str] = Counter()
    for link in claim.links:
        for node in link.expr.walk() if is_numeric(link.expr) else ():
            if not isinstance(node, Sum) or len(node.terms) != 2 or not isinstance(node.terms[1], Negative):
                continue
            first, second = node.terms[0], node.terms[1].arg
            if isinstance(first, Sum) and isinstance(second, Number) and second.value in targets:
                votes["output-target"] += 1
            elif isinstance(second, Sum) and isinstance(first, Number) and first.value in targets:
                votes["target-output"] += 1
    return votes


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
    symbolic = [claim for claim in claims if any(not is_numeric(link.expr) for link in claim.links)]
    for role in _RULES:
        for claim in symbolic:
            reference = names.reference(claim.subject) if claim.subject else None
            if reference is None or reference.role is not role:
                continue
            for link in claim.links:
                made_of = {names.role(symbol.name) for symbol in symbols(link.expr)}
                if is_numeric(link.expr) or not made_of & _MADE_OF:
                    continue
                single = of_one_sample(link.expr, role, names)
                choices = ("half-sum", "sum") if single else tuple(CONVENTIONS)
                trials = [
                    replace(exercise, loss=loss, convention=each) for loss in losses for each in choices
                ]
                # with so many samples no two conventions agree; with as many as there are a number may stand for n
                agreeing = [
                    trial
                    for these in (replace(names, n_samples=_MANY), names)
                    for trial in _agreeing(link.expr, reference, trials, these)
                ]
                if agreeing:
                    votes = _used_conventions(exercise, claims, names) if len(agreeing) > 1 else Counter()
                    chosen = max(agreeing, key=lambda trial: votes[trial.convention])
                    return chosen.loss, chosen.convention, single
    return None


def _agreeing(
    stated: Expr, reference: Reference, trials: Sequence[Exercise], names: Names
) -> Iterator[Exercise]:
    """Those of several exercises whose formula is the stated one, its sign left aside.

    They differ by loss and convention; a formula of nothing that a convention scales is worth the same under all.
    """
    unscaled = {names.role(symbol.name) for symbol in symbols(stated)} <= _UNSCALED
    values: dict[str, Known] = {}
    feature = reference.feature or 1
    for trial in trials:
        if reference.role not in trial.system:
            continue
        known = values.setdefault(trial.loss, {}) if unscaled else None
        result = compare_claim(stated, reference.role, trial.system, names, feature, only=_EQUAL, known=known)
        if result is not None and result.ratio in _EQUAL:
            yield trial


def _used_conventions(exercise: Exercise, claims: Sequence[Claim], names: Names) -> Counter[str]:
    """How often each is used, by the factor in front of the numbers of losses and gradients."""
    n = Fraction(names.n_samples or exercise.n_samples or 1)
    votes: Counter[str] = Counter()
    for claim in claims:
        reference = names.reference(claim.subject) if claim.subject else None
        if reference is None or reference.role not in (Role.LOSS, Role.GRADIENT, Role.BIAS_GRADIENT):
            continue
        for link in claim.links:
            if as_written(link.expr) is not None or not is_numeric(link.expr):
                continue
            form = combination(link.expr)
            if len(form.terms) < 2 and n > 1:
                continue
            factor = _outer_value(form.outer)
            for name, convention in CONVENTIONS.items():
                tree = (
                    convention.factor if reference.role is Role.LOSS else convention.squared_gradient_factor
                )
                if exercise.loss == "log":
                    tree = convention.factor
                expected: Fraction = evaluate(tree, lambda _: n)
                # nobody writes a factor that is always 1
                votes[name] += expected == factor and not (form.outer and is_numeric(tree) and expected == 1)
            break
    return votes


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


_PARAMETERS_AND_CHANGES = frozenset({Role.WEIGHT, Role.BIAS, Role.CHANGE, Role.BIAS_CHANGE})


def _batch_size(exercise: Exercise, document: Document, claims: Sequence[Claim], names: Names) -> int | None:
    """From how many samples are worked between two updates; where only weights are shown, from the headings."""
    n = exercise.n_samples
    if n < 2:
        return None
    forward = updates = 0
    runs: list[int] = []
    seen: set[tuple[Role, int | None]] = set()
    told = [
        reference
        for claim in claims
        if (reference := names.reference(claim.subject) if claim.subject else None) is not None
        and any(is_numeric(link.expr) and link.relation in _EQUALITIES for link in claim.links)
    ]
    nets = any(reference.role is Role.NET_INPUT for reference in told)
    first = Role.NET_INPUT if nets else Role.OUTPUT
    for reference in told:
        if reference.role is first:
            if updates:
                runs.append(forward)
                forward = updates = 0
                seen.clear()
            forward += 1
        elif reference.role in _PARAMETERS_AND_CHANGES and forward:
            updates += 1
    if updates:
        runs.append(forward)
    if exercise.activation in _STEPS and any(run < n for run in runs) and not _sums_samples(claims, names):
        return 1  # samples that were right have no update
    if not runs:
        return 1 if _updates_a_sample(document, names) else None
    usual = Counter(runs).most_common(1)[0][0]
    return None if usual >= n or usual == 0 else usual


def _sums_samples(claims: Sequence[Claim], names: Names) -> bool:
    """Whether a stated change is a sum over samples: then several of them make an update."""
    for claim in claims:
        reference = names.reference(claim.subject) if claim.subject is not None else None
        if reference is None or reference.role not in _PARAMETERS_AND_CHANGES:
            continue
        sums = (node for link in claim.links for node in link.expr.walk() if isinstance(node, SumOver))
        if any(names.role(symbol.name) is Role.ERROR for node in sums for symbol in symbols(node)):
            return True
    return False


def _updates_a_sample(document: Document, names: Names) -> bool:
    """Whether weights are worked out below the headings of two samples."""
    updated: set[int] = set()
    sample: int | None = None
    for item in document.items:
        if isinstance(item, Heading):
            sample = item.sample
        elif isinstance(item, Claim) and sample is not None and item.subject is not None:
            reference = names.reference(item.subject)
            worked = any(is_numeric(link.expr) and as_written(link.expr) is None for link in item.links)
            if worked and reference is not None and reference.role is Role.WEIGHT:
                updated.add(sample)
    return len(updated) > 1


def _epochs(document: Document, exercise: Exercise, names: Names, settings: Mapping[int, str]) -> int:
    """From the headings, else from how often the first weight is worked out."""
    numbers = _worked_epochs(document) or {
        i.epoch for i in document.items if isinstance(i, Heading) and i.epoch is not None
    }
    if numbers:
        return (
            len(range(min(numbers), max(numbers) + 1))
            if max(numbers) - min(numbers) < 10_000
            else len(numbers)
        )
    updates: Counter[Role] = Counter()
    for position, item in enumerate(document.items):
        if position in settings or not isinstance(item, Claim) or item.subject is None:
            continue
        reference = names.reference(item.subject)
        if (
            reference is not None
            and any(is_numeric(link.expr) for link in item.links)
            and reference.feature in (1, None)
        ):
            updates[reference.role] += 1
    per_epoch = max(len(exercise.batches()), 1)
    return max(1, -(-(updates[Role.WEIGHT] or updates[Role.BIAS]) // per_epoch))


def _worked_epochs(document: Document) -> set[int]:
    """Epochs whose heading has working in numbers below it; a table of results has none."""
    numbers: set[int] = set()
    epoch: int | None = None
    for item in document.items:
        if isinstance(item, Heading) and item.epoch is not None:
            epoch = item.epoch
        elif (
            isinstance(item, Claim)
            and epoch is not None
            and any(is_numeric(link.expr) and as_written(link.expr) is None for link in item.links)
        ):
            numbers.add(epoch)
    return numbers


# -- together


def _merged(found: Exercise, given: Exercise | None) -> Exercise:
    """What the exercise file states counts; signs, epochs and the forms of the steps are those of the author."""
    if given is None:
        return found
    return replace(
        given,
        error=found.error,
        change=found.change,
        velocity=given.velocity if found.momentum is None else found.velocity,
        decay=given.decay if found.weight_decay is None else found.decay,
        by_delta=found.by_delta,
        epochs=max(given.epochs, found.epochs),
    )


def _missing(exercise: Exercise) -> tuple[str, ...]:
    """Names of what is not stated."""
    lacking = {
        "data": not exercise.features,
        "weights": not exercise.weights,
        "bias": exercise.bias is None,
        "learning_rate": exercise.learning_rate is None,
    }
    return tuple(name for name, absent in lacking.items() if absent)
