"""Document to exercise: what is given, read from the document itself.

Structure and symbols carry the meaning, not words: the data are the first table whose header names
features and a target; settings are values asserted before the first worked line; conventions come from the stated
formulas, else from the factors that the author uses.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import (
    Apply,
    Index,
    Quotient,
    SumOver,
    Symbol,
    symbols,
)
from deltarule.document import Claim, Document, Heading, Table, Threshold, Understood
from deltarule.exercise import Exercise
from deltarule.formulas import Role
from deltarule.naming import Names
from deltarule.rarely import rarely
from deltarule.reading.activations import STEPS, activation_of, is_activation_rule
from deltarule.reading.batch_sizes import told_batch_size
from deltarule.reading.biasless import DENIED, states_no_bias
from deltarule.reading.chain_names import chain_of
from deltarule.reading.conventions import conventions, rule_subtracts_bias, shows_one_error
from deltarule.reading.descent import descent, descent_names
from deltarule.reading.document_names import names_in
from deltarule.reading.exercise_data import data_columns, data_of, other_tables, worked_with
from deltarule.reading.fixed_threshold import with_threshold
from deltarule.reading.given import disagreements, is_table_alone, merged
from deltarule.reading.lone_numbers import as_written
from deltarule.reading.rounding_rule import cuts_off, told_figures
from deltarule.reading.used_names import used_names
from deltarule.records import changing
from deltarule.spans import Span
from deltarule.written import Precision, RoundingMode, Written

if TYPE_CHECKING:
    from deltarule.reading.told_data import ToldData  # loaded where a document has no table

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
MAX_WAYS = 3  # of putting data together from prose; each is held against the author's lines


@changing
class _Findings:
    """What was found so far, with the places that say it."""

    settings: dict[str, tuple[Written, Span]] = field(default_factory=dict)
    statements: dict[int, str] = field(default_factory=dict)
    others: list[tuple[str, Span, Written]] = field(default_factory=list)  # other values of what is known

    def contradictions(self, tells_data: bool) -> list[tuple[Span, str]]:
        """What is told otherwise than above. Who descends on a function, or tells several rates, compares rates."""
        rates = {written.value for name, _, written in self.others if name == "eta"}
        return [
            (span, f"{name} is {self.settings[name][0].text} above and {written.text} here")
            for name, span, written in self.others
            if name != "eta" or (tells_data and len(rates) == 1)
        ]

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
            self.others.append((name, span, written))
            return
        self.statements[position] = name


def understand(document: Document, given: Exercise | None = None) -> Understood:
    """Find the exercise in a document; with `given`, what that states counts and the rest is looked up.

    What is missing is named in the exercise's `missing`, with the way to give it.
    """
    understood = _understood(document, given, _of_table(given))
    if given is not None or any(isinstance(item, Table) and data_columns(item) for item in document.items):
        return understood
    ways = _told(document, understood.names)
    sure = next((told for told in ways if told.is_sure), None)
    if sure is not None:
        found = _understood(document, None, sure)
        if found.exercise.weights and found.exercise.bias is not None:
            return found
    for told in reversed(ways):
        understood = replace(_understood(document, None, told), untold=understood)
    return understood


def _of_table(given: Exercise | None) -> "ToldData | None":
    """The data of an exercise that gives nothing else."""
    if given is None or not is_table_alone(given):
        return None
    from deltarule.reading.told_data import ToldData

    return ToldData(given.features, given.targets, given.target_name)


def _told(document: Document, names: Names) -> list["ToldData"]:
    """The data of a document without a table, in the different ways in which its prose can be taken; most different samples first."""
    from deltarule.reading.gates import gate_data
    from deltarule.reading.told_data import told_data
    from deltarule.reading.told_in_turn import told_in_turn

    ways = told_data(document.items, document.text)
    in_turn = told_in_turn(document.items, names)
    if in_turn is not None:
        ways.append(in_turn)
    ways += map(_each_once, tuple(ways))
    ways.sort(key=_repetition)
    different: list[ToldData] = []
    for way in ways:
        if not any(way.features == other.features and way.targets == other.targets for other in different):
            different.append(way)
    gates = gate_data(document.text) if not any(map(_is_of_gate, different)) else []
    return [*gates, *different][:MAX_WAYS]


def _is_of_gate(way: "ToldData") -> bool:
    """Whether every row of a gate is told, once."""
    rows = [tuple(x.value for x in row) for row in way.features]
    return len(rows) == len(set(rows)) == 4 and {len(row) for row in rows} == {2}


def _each_once(way: "ToldData") -> "ToldData":
    """The same samples, each where it is told first: what is told once more may be the first one worked."""
    rows: dict[tuple[Fraction, ...], tuple[tuple[Written, ...], Written]] = {}
    for row, target in zip(way.features, way.targets, strict=True):
        rows.setdefault((*(x.value for x in row), target.value), (row, target))
    samples = tuple(rows.values())
    return replace(way, features=tuple(row for row, _ in samples), targets=tuple(t for _, t in samples))


def _repetition(way: "ToldData") -> tuple[int, int]:
    """The more different samples there are, and the fewer are told again, the less."""
    return -len(_each_once(way).features), len(way.features)


def _understood(document: Document, given: Exercise | None, told: "ToldData | None") -> Understood:
    tables = [item for item in document.items if isinstance(item, Table) and data_columns(item)]
    tables = list(worked_with(tables, document))
    table = tables[0] if tables else None
    features, targets, feature_names, target_name, damaged = data_of(table, document)
    own = features, targets
    if told is not None:
        features, targets = told.features, told.targets
        feature_names = tuple(f"x_{j}" for j in range(1, len(features[0]) + 1))
        target_name = told.target or "y"
    names = names_in(document, table, len(feature_names), len(features))
    names = descent_names([item for item in document.items if isinstance(item, Claim)], names)
    names = used_names([item for item in document.items if isinstance(item, Claim)], names)
    found = _settings(document, names)
    if told is not None:
        found.statements.update((position, "data") for position in told.statements)
    stated_weights = sorted(int(name[2:]) for name in found.settings if name.startswith("w_"))
    n_features = len(feature_names) or len(stated_weights)
    if n_features != names.n_features:
        names = replace(names, n_features=n_features)
    beyond = bool(feature_names and stated_weights) and stated_weights[-1] > n_features
    if beyond and told is None:  # data put together from prose may do without: the bias is one of them
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
    contradictions = found.contradictions(bool(features)) + other_tables(tables, document)
    if given is not None:
        contradictions += disagreements(given, table, own, found.settings)
    claims = [item for item in document.items if isinstance(item, Claim)]
    activation = activation_of(document, claims, targets, names)
    if exercise.bias is None and exercise.weights:
        biasless = activation not in STEPS and states_no_bias(claims, names)  # a step may have a threshold
        if _has_no_bias(document, claims, names, features, biasless):
            exercise = replace(exercise, bias=Written("0", Fraction(0), 0), has_bias=False)
    exercise = replace(exercise, activation=activation or "identity")
    rule = next((item for item in document.items if isinstance(item, Threshold)), None)
    if rule is not None and _of_another(rule, document, targets, names):
        rule = None
    if rule is not None and is_activation_rule(rule, claims):
        exercise = replace(exercise, activation="sign" if rule.lower.value < 0 else "step")
        rule = None
    elif rule is not None and activation in (None, *STEPS):
        exercise = with_threshold(exercise, rule, claims, names)
        if exercise.jumps_at is not None and isinstance(rule.subject, Symbol):
            names = replace(names, roles={**names.roles, rule.subject.name: Role.OUTPUT})
    elif exercise.activation in STEPS and exercise.bias is None and exercise.weights:
        fixed = _threshold_told_later(document, names)
        if fixed is not None:
            found.statements[fixed[0]] = "threshold"
            none = Written("0", Fraction(0), 0)
            exercise = replace(exercise, jumps_at=fixed[1], bias=none, has_bias=False)
    roles = frozenset(names.roles.values())
    exercise = replace(exercise, by_delta=Role.DELTA in roles)
    exercise = descent(_with_velocities(exercise, found), claims, names)
    size = _batch_size(exercise, document, claims, names)
    counted = names if size in (None, 1) else names.counting(size or 0)  # what a 1/n may count
    exercise, stated, single = conventions(exercise, claims, counted)
    stated |= {"activation"} if activation is not None else set()
    if exercise.activation in STEPS:
        from deltarule.reading.jumps import jump_of

        jump = jump_of(document, claims, names, exercise.activation == "sign")
        exercise = replace(exercise, jump=jump.side)
        stated |= {"jump"} if jump.known else set()
    if exercise.jumps_at is not None and rule is not None:
        exercise = replace(exercise, jump="upper" if rule.inclusive else "lower")
        stated |= {"jump", "activation"}
        rule = None
    size = 1 if single else size
    exercise = replace(exercise, batch_size=size)
    if rule is not None:
        if exercise.has_bias and rule_subtracts_bias(rule, names):
            exercise = replace(exercise, bias_sign="subtracted")
        exercise = replace(exercise, threshold=rule.bound, labels=(rule.lower.text, rule.upper.text))
    exercise = replace(exercise, epochs=_epochs(document, exercise, names, found.statements))
    exercise = replace(exercise, chain=chain_of(exercise, names))
    exercise = exercise if given is None else merged(exercise, given)
    figures = told_figures(document.text) if given is None else None
    if figures is not None:
        exercise = replace(exercise, precision=Precision(None, figures))
    if cuts_off(document.text):
        exercise = replace(exercise, precision=replace(exercise.precision, mode=RoundingMode.TRUNCATE))
    if given is not None:
        damaged = []
    return Understood(
        replace(exercise, missing=_missing(exercise)),
        found.statements,
        tuple(contradictions),
        names,
        stated if given is None or is_table_alone(given) else _ALL_STATED,
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


_OF_BIAS = frozenset({Role.BIAS, Role.BIAS_CHANGE, Role.BIAS_GRADIENT})
_THRESHOLDS = frozenset(
    {"theta", "threshold", "Schwelle", "Schwellenwert", "umbral", "limiar", "seuil", "soglia"}
)


def _settings(document: Document, names: Names, begins: int = 0) -> _Findings:
    """Values asserted before the first worked line."""
    found = _Findings()
    table, in_epoch = Span(0, 0), False
    biases: dict[str, tuple[Index, ...]] = {}  # by name, the index of the first
    for position, item in enumerate(islice(document.items, begins, None), begins):
        if isinstance(item, Table):
            table, in_epoch = item.span, False
        elif isinstance(item, Heading) and item.span.start < table.end:
            in_epoch = bool(item.epoch)
        if not isinstance(item, Claim) or item.subject is None or not item.links:
            continue
        reference = names.reference(item.subject)
        if _says_jump(item):
            found.statements[position] = "jump"
            continue
        if reference is None or (isinstance(item.subject, Apply) and not is_numeric(item.subject)):
            continue  # f(z) = ... defines, it does not work
        written = as_written(item.links[-1].expr)
        plain = written is not None and all(isinstance(link.expr, Symbol) for link in item.links[:-1])
        if in_epoch and item.span.start < table.end and reference.role in _STARTS:
            starts = [span for name, (_, span) in found.settings.items() if name.startswith(("w_", "b"))]
            if starts and max(starts, key=lambda span: span.start).start < table.start:
                break  # what the epoch ends with
        if plain and written is not None and len(item.links) > 1 and reference.role in _STARTS:
            found.note_all(_named_starts(item, names), written, item.span, position)  # w_1 = w_2 = 0
        elif reference.role is Role.LEARNING_RATE and written is not None and not reference.general:
            if len(item.links) == 1 or "eta" not in found.settings:
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
            index = getattr(item.subject, "index", ())
            index = () if index == (0,) else index  # b_0 = 1, and b = 1 above the first step
            if reference.role is Role.BIAS and biases.setdefault(item.subject.name, index) != index:  # type: ignore[attr-defined]  # a bias is a symbol
                continue  # b_2 of another neuron
            if reference.role is Role.MOMENTUM and index not in ((), (1,)):
                continue  # β_2 is kept of the squares
            found.note(_ONCE[reference.role], written, item.span, position)
        elif plain and written is not None and reference.role is Role.VELOCITY and reference.feature:
            found.note(f"v_{reference.feature}", written, item.span, position)
    if "eta" not in found.settings:
        _rate_told_later(document, names, found)
    return found


def _says_jump(claim: Claim) -> bool:
    """Whether a claim only says what a step gives at 0: ``sgn(0) = +1``."""
    subject = claim.subject
    if not isinstance(subject, Apply) or subject.function not in STEPS or len(claim.links) != 1:
        return False
    argument, value = as_written(subject.arg), as_written(claim.links[0].expr)
    return argument is not None and argument.value == 0 and value is not None and value.value in (-1, 0, 1)


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


def _threshold_told_later(document: Document, names: Names) -> tuple[int, Written] | None:
    """A threshold that nobody learns, where it is told only below the table that works with it: ``θ = 0.2``, once, and no bias."""
    told: list[tuple[int, Claim]] = []
    for position, item in enumerate(document.items):
        subject = item.subject if isinstance(item, Claim) else None
        reference = names.reference(subject) if subject is not None else None
        if isinstance(item, Claim) and reference is not None and reference.role in _OF_BIAS:
            told.append((position, item))
    if len(told) != 1:
        return None
    position, claim = told[0]
    called = isinstance(claim.subject, Symbol) and claim.subject.name in _THRESHOLDS
    written = as_written(claim.links[0].expr) if called and len(claim.links) == 1 else None
    return None if written is None else (position, written)


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


_BIAS_WORDS = rarely(
    r"bias|intercept|offset|threshold|schwell|umbral|sesgo|vi[eé]s|seuil|смещ|порог|偏置|阈值|バイアス|θ|\\\\theta",
    re.IGNORECASE,
)


_OF_BIAS = frozenset({Role.BIAS, Role.BIAS_GRADIENT, Role.BIAS_CHANGE})
_COUNTED_FROM_0 = frozenset({Role.LOSS, Role.LEARNING_RATE})  # C_0 is the loss of the first epoch


def _has_no_bias(
    document: Document,
    claims: Sequence[Claim],
    names: Names,
    features: Sequence[Sequence[Written]],
    biasless: bool,
) -> bool:
    """Whether a document never speaks of a bias, by name, by index 0 or in a word: its neuron has none.

    A word counts for nothing where the net input is stated without a bias, `biasless`. Where a feature is always 1 the word means its weight.
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
    if _BIAS_WORDS.search(DENIED.sub("", document.text)) and not biasless:
        return False
    for claim in claims:
        sides = (claim.subject, *(link.expr for link in claim.links))
        for symbol in (symbol for side in sides if side is not None for symbol in symbols(side)):
            reference = names.reference(symbol)
            role = reference.role if reference is not None else None
            counted = role in _COUNTED_FROM_0 or (names.timed and role is Role.WEIGHT)
            if role in _OF_BIAS or (symbol.index[:1] == (0,) and not counted):
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


_FORWARD = (
    Role.NET_INPUT,
    Role.OUTPUT,
    Role.ERROR,
)  # the first of them that is worked shows whose turn it is
_ALL_STATED = frozenset({"convention", "batch_size", "activation", "loss"})
_SLOPES = frozenset({Role.GRADIENT, Role.BIAS_GRADIENT})
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
        (reference, claim)
        for claim in claims
        if (reference := names.reference(claim.subject) if claim.subject else None) is not None
        and claim.in_numbers
        and any([link.relation in _EQUALITIES and is_numeric(link.expr) for link in claim.links])
    ]
    shown = {reference.role for reference, _ in told}
    first = next((role for role in _FORWARD if role in shown), Role.OUTPUT)
    whole = _sums_samples(claims, names, _SLOPES)
    tables = [item for item in document.items if isinstance(item, Table)]
    for reference, claim in told:
        if whole and len(claim.links) < 2 and reference.sample is None and not _is_inside(claim, tables):
            continue  # a single value may be told of anything
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
    summed = _sums_samples(claims, names, _PARAMETERS_AND_CHANGES)
    if exercise.activation in STEPS and any(run < n for run in runs) and not summed:
        return 1  # samples that were right have no update
    size = told_batch_size(document.text)
    if size is not None and size < n and (not runs or size in runs):
        return size
    if not runs:
        alone = _updates_a_sample(document, names) or shows_one_error(exercise, claims, names)
        return 1 if alone else None
    usual = Counter(runs).most_common(1)[0][0]
    return None if usual >= n or usual == 0 else usual


def _is_inside(claim: Claim, tables: Sequence[Table]) -> bool:
    return any(table.span.start <= claim.span.start < table.span.end for table in tables)


def _sums_samples(claims: Sequence[Claim], names: Names, roles: frozenset[Role]) -> bool:
    """Whether a stated change or slope is a sum over samples: then several of them make an update."""
    for claim in claims:
        reference = names.reference(claim.subject) if claim.subject is not None else None
        if reference is None or reference.role not in roles:
            continue
        sums = (node for formula in claim.formulas for node in formula.walk() if isinstance(node, SumOver))
        taken = {names.role(symbol.name) for node in sums for symbol in symbols(node)}
        if Role.ERROR in taken or {Role.OUTPUT, Role.TARGET} <= taken:
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
            worked = any(as_written(side) is None for side in item.in_numbers)
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
        if reference is not None and item.in_numbers and reference.feature in (1, None):
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
            and any(as_written(side) is None for side in item.in_numbers)
        ):
            numbers.add(epoch)
    return numbers


# -- together


def _missing(exercise: Exercise) -> tuple[str, ...]:
    """Names of what is not stated."""
    lacking = {
        "data": not exercise.features,
        "weights": not exercise.weights,
        "bias": exercise.bias is None,
        "learning_rate": exercise.learning_rate is None,
    }
    return tuple(name for name, absent in lacking.items() if absent)
