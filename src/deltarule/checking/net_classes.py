"""Classes that follow from the net input just worked out: ``net = 0.1 < 0.4, hence o = 0``, ``... = 0.6 -> 1``, ``NET > φ, Ç = 1``.

Which side of which bound has the upper class is what the document states, by cases or in a sentence with a comparison and both
classes; where it states nothing, what all its other lines show. A class on the wrong side is a slip where enough lines keep to the
rule. A value at the bound itself is judged by a stated rule only.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Expr, Number, Piecewise, Symbol
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.sides import as_number, value_of
from deltarule.checking.wording import plain, shown
from deltarule.document import Claim, Document, Item, Link, Threshold
from deltarule.findings import Kind, Status
from deltarule.formulas import Role
from deltarule.naming import ACTIVATION_NAMES, Names
from deltarule.rarely import rarely
from deltarule.records import record
from deltarule.spans import Span
from deltarule.written import Written, parse_number

FEWEST = 3  # classes on the right side, of both kinds, where no rule is stated
FEWEST_BY_RULE = 2
FOR_EACH = 3  # classes on the right side for each one on the wrong side, where no rule is stated
AHEAD = 3  # items behind a net input among which its class stands
LINES_AHEAD = 2
_ABOVE, _BELOW = frozenset({">", ">="}), frozenset({"<", "<="})
_COMPARED = _ABOVE | _BELOW
_SMOOTH = frozenset({"sigmoid", "tanh", "relu"})
_STEPS = frozenset({"step", "sign"})
_OUTPUTS = frozenset({Role.OUTPUT, Role.PREDICTION})
_NO_NETS = frozenset(
    {Role.WEIGHT, Role.BIAS, Role.CHANGE, Role.BIAS_CHANGE, Role.GRADIENT, Role.BIAS_GRADIENT}
    | {Role.ERROR, Role.LOSS, Role.DELTA, Role.TARGET, Role.LEARNING_RATE, Role.THRESHOLD}
)
_CLASSES = ({Fraction(0), Fraction(1)}, {Fraction(-1), Fraction(1)})
_TOKEN = r"([+\-−]?[01])(?![\w]|[.,]\d| ?[+\-−*·×/^=<>])"
_LED_TO = re.compile(
    rf"[^\d\n]{{0,12}}?(?:->|=>|→|⇒|⟶|\\to|\\rightarrow|\\Rightarrow)[^\d\n]{{0,12}}?{_TOKEN}"
)
_SAID = re.compile(rf"([^\d\n=]{{2,60}}?) {_TOKEN}")
_PREDICTED = rarely(
    r"predi[ck]|prédi|predec|predi[zç]|previs|vorher|prognos|klass|class|clase|sınıf|клас|пред[сп]ка|прогноз|ausgab|output|sort[ie]e|salida|saída"
    r"|uscita|wyjści|выход|uitgang|uitvoer|çıkt|keluaran|prediksi|输出|预测|出力|予測",
    re.IGNORECASE,
)


@record
class Rule:
    """Which class is where: the bound by its value or its name, the class at the bound (None: not said), what is put out."""

    bound: Fraction | Symbol
    at_bound: Fraction | None
    output: str | None = None
    lower: Fraction = Fraction(0)


@record
class _Pair:
    """A net input and the class told behind it; `named` by what (an empty name: an arrow, or words)."""

    net: Written
    bound: Fraction | None
    told: Written
    span: Span
    claim: Claim | None
    named: str
    working: Claim

    @property
    def reach(self) -> Fraction:
        """How far the net input may lie from what is written: by a unit of its last place where it was rounded."""
        sides = [link.expr for link in self.working.links if link.relation not in _COMPARED]
        is_exact = self.claim is self.working or len(sides) < 2 or value_of(sides[-2]) == self.net.value
        return Fraction(0) if is_exact else self.net.unit


def off_side(
    document: Document, judged: Sequence[Judged], slips: Sequence[FoundSlip], names: Names, activation: str
) -> tuple[list[Judged], list[FoundSlip]]:
    """Judge classes behind net inputs; returns the judged claims and the slips, without those in classes that follow rightly."""
    if activation in _SMOOTH:  # what comes out shows as 0 or 1, and is no class
        return list(judged), list(slips)
    rules = list(stated_rules(document.items, names))
    rule = rules[0] if rules and all(each.bound == rules[0].bound for each in rules) else None
    if rule is None and rules:
        return list(judged), list(slips)  # more than one neuron
    told = _numbers_told(document.items)
    slips_at = {item.claim.span for item in judged if item.status is Status.SLIP}
    groups: dict[str, list[_Pair]] = {}
    for pair in _pairs(document, names, rule):
        if pair.working.span not in slips_at:
            groups.setdefault(pair.named, []).append(pair)
    done, kept = list(judged), list(slips)
    for group in groups.values():
        right, wrong = _sides(group, _by_function(group[0].named, document.items) or rule, told)
        followed = {pair.claim.span for pair in right if pair.claim is not None and pair.bound is not None}
        followed &= slips_at
        kept = [slip for slip in kept if slip.quantity is not None or not _is_within(slip.span, followed)]
        done = [_righted(item) if item.claim.span in followed else item for item in done]
        for pair, expected in wrong:
            if pair.claim is not None and pair.claim.span in slips_at:
                continue
            slip = _told(pair, expected)
            kept.append(slip)
            _mark(done, pair, slip, document)
    return sorted(done, key=lambda item: item.claim.span.start), kept


def _is_within(span: Span, places: set[Span]) -> bool:
    return any(place.start <= span.start and span.end <= place.end for place in places)


def _righted(item: Judged) -> Judged:
    """A class that its own comparison leads to, whatever its row seemed to say."""
    return item if item.quantity is not None else replace(item, status=Status.RIGHT, reason="")


def stated_rules(items: Sequence[Item], names: Names) -> Iterator[Rule]:
    """The rules that a document states."""
    by_line: dict[int, list[Claim]] = {}
    for item in items:
        if isinstance(item, Threshold):
            yield _by_threshold(item)
        elif isinstance(item, Claim) and item.links:
            stated = _by_cases(item)
            if stated is not None:
                yield stated
            by_line.setdefault(item.line, []).append(item)
    for claims in by_line.values():
        stated = _in_words(claims)
        if stated is not None:
            yield stated


def _by_threshold(item: Threshold) -> Rule:
    at_bound = item.upper if item.inclusive else item.lower
    output = item.subject.name if isinstance(item.subject, Symbol) else None
    return Rule(item.bound.value, at_bound.value, output, item.lower.value)


def _by_cases(claim: Claim) -> Rule | None:
    """``o = {1 if w·x >= θ, 0 otherwise``."""
    told = claim.links[-1].expr
    if not isinstance(told, Piecewise) or len(told.branches) != 1:
        return None
    branch = told.branches[0]
    output = claim.subject.name if isinstance(claim.subject, Symbol) else None
    return _rule(
        branch.condition.relation,
        branch.condition.right,
        as_number(branch.value),
        as_number(told.otherwise),
        output,
    )


def _in_words(claims: Sequence[Claim]) -> Rule | None:
    """``NET > φ ise Ç = 1, değilse Ç = 0``: one comparison of a name, and both classes of one other name behind it."""
    compared = [k for k, each in enumerate(claims) if each.links[0].relation in _COMPARED]
    if len(compared) != 1 or len(claims[compared[0]].links) != 1:
        return None
    at = compared[0]
    if not isinstance(claims[at].subject, Symbol) or len(claims) < at + 3:
        return None
    first, second = claims[at + 1 : at + 3]
    values = [as_number(each.links[0].expr) for each in (first, second) if len(each.links) == 1]
    if len(values) != 2 or first.subject != second.subject or not isinstance(first.subject, Symbol):
        return None
    link = claims[at].links[0]
    return _rule(link.relation, link.expr, values[0], values[1], first.subject.name)


def _rule(
    relation: str, bound: Expr, holds: Written | None, otherwise: Written | None, output: str | None
) -> Rule | None:
    number = as_number(bound)
    limit = number.value if number is not None else bound
    if holds is None or otherwise is None or {holds.value, otherwise.value} not in _CLASSES:
        return None
    upper_holds = relation in _ABOVE
    if not isinstance(limit, Fraction | Symbol) or (holds.value == 1) != upper_holds:
        return None
    at_bound = holds if relation in (">=", "<=") else otherwise
    return Rule(limit, at_bound.value, output, min(holds.value, otherwise.value))


def _by_function(named: str, items: Sequence[Item]) -> Rule | None:
    """The rule of a step that is told by its own name; what it gives at 0 only where that is said: ``sgn(0) = +1``."""
    function = named.removesuffix("(...)")
    if function == named:
        return None
    at_bound: set[Fraction] = set()
    for item in items:
        if not isinstance(item, Claim) or len(item.links) != 1 or not isinstance(item.subject, Apply):
            continue
        argument, value = as_number(item.subject.arg), as_number(item.links[0].expr)
        if item.subject.function == function and argument is not None and not argument.value:
            at_bound |= {value.value} if value is not None else set()
    lower = Fraction(-1 if function == "sign" else 0)
    return Rule(Fraction(0), at_bound.pop() if len(at_bound) == 1 else None, None, lower)


def _numbers_told(items: Sequence[Item]) -> Mapping[Symbol, set[Fraction]]:
    """The values that each name is told to have."""
    told: dict[Symbol, set[Fraction]] = {}
    for item in items:
        if isinstance(item, Claim) and len(item.links) == 1 and isinstance(item.subject, Symbol):
            number = as_number(item.links[0].expr)
            if number is not None and item.links[0].relation in ("=", "≈"):
                told.setdefault(item.subject, set()).add(number.value)
    return told


def _pairs(document: Document, names: Names, rule: Rule | None) -> Iterator[_Pair]:
    """Net inputs with the class that is told behind each."""
    items, text = document.items, document.source.text
    for at, item in enumerate(items):
        applied = _applied(item, rule)
        if applied is not None and isinstance(item, Claim):
            net, told_class = applied
            yield _Pair(net, None, told_class, item.links[-1].span, item, _name_of(item), item)
            continue
        worked = _worked(item, names) or (_told_bare(items, at, names) if rule is not None else None)
        if worked is None or not isinstance(item, Claim):
            continue
        net, bound = worked
        pair = _named_behind(items, at, names, rule) or _in_text(item, text)
        if pair is not None:
            told, span, claim, named = pair
            yield _Pair(net, bound, told, span, claim, named, item)


def _worked(item: Item, names: Names) -> tuple[Written, Fraction | None] | None:
    """The value of a working, and what it is held against on its line."""
    if not isinstance(item, Claim) or len(item.links) < 2 or item.part is not None or item.supposed:
        return None
    links, bound = item.links, None
    if links[-1].relation in _COMPARED:
        limit = as_number(links[-1].expr)
        links, bound = links[:-1], None if limit is None else limit.value
    if len(links) < 2 or any(link.relation not in ("=", "≈") for link in links):
        return None
    value, working = as_number(links[-1].expr), links[-2].expr
    return None if value is None or not is_numeric(working) else (value, bound)


def _applied(item: Item, rule: Rule | None) -> tuple[Written, Written] | None:
    """``y = sgn(1 - 1) = sgn(0) = 1``: what the step is taken of, and the class that it gives."""
    if not isinstance(item, Claim) or item.supposed or item.part is not None:
        return None
    sides = [item.subject, *(link.expr for link in item.links)]
    if len(sides) < 2 or any(link.relation not in ("=", "≈") for link in item.links):
        return None
    step, told_class = sides[-2], as_number(item.links[-1].expr)
    if not isinstance(step, Apply) or told_class is None or told_class.value not in (0, 1, -1):
        return None
    if not (step.function in _STEPS or (rule is not None and step.function in ACTIVATION_NAMES)):
        return None
    net = value_of(step.arg) if is_numeric(step.arg) else None
    return None if net is None else (Written(str(net), net, 0), told_class)


def _name_of(claim: Claim) -> str:
    """The name of what a class is told of; one of no name is the class."""
    return claim.subject.name if isinstance(claim.subject, Symbol) else ""


def _told_bare(items: Sequence[Item], at: int, names: Names) -> tuple[Written, Fraction | None] | None:
    """``z = 0, y = 1``: a net input without its working, right in front of its class."""
    here, behind = items[at], items[at + 1] if at + 1 < len(items) else None
    if not isinstance(here, Claim) or not isinstance(behind, Claim) or behind.line != here.line:
        return None
    if len(here.links) != 1 or here.links[0].relation != "=" or here.part is not None or here.supposed:
        return None
    net = as_number(here.links[0].expr)
    named = _role(here.subject, names) is Role.NET_INPUT and _role(behind.subject, names) in _OUTPUTS
    return (net, None) if net is not None and named else None


_Found = tuple[Written, Span, Claim | None, str]


def _named_behind(items: Sequence[Item], at: int, names: Names, rule: Rule | None) -> _Found | None:
    """A class by its name, on the line of a net input or right below it."""
    here = items[at]
    role = _role(here.subject, names) if isinstance(here, Claim) else None
    if role in _NO_NETS:
        return None
    for item in items[at + 1 : at + 1 + AHEAD]:
        if not isinstance(item, Claim) or not item.links or item.line > here.line + LINES_AHEAD:
            return None
        if item.links[0].relation in _COMPARED:
            continue
        value = as_number(item.links[-1].expr)
        stepped = all(_is_stepped(link.expr) for link in item.links[:-1])
        if value is None or not stepped or value.value not in (0, 1, -1):
            return None
        subject = item.subject
        if isinstance(subject, Apply) and subject.function in _STEPS:  # s = 0.2 - 0.5 = -0.3, sign(s) = -1
            of_net = (
                isinstance(here, Claim) and isinstance(subject.arg, Symbol) and subject.arg == here.subject
            )
            return (value, item.links[-1].span, item, f"{subject.function}(...)") if of_net else None
        ruled = rule is not None and isinstance(subject, Symbol) and subject.name == rule.output
        if not isinstance(subject, Symbol) or not (ruled or _role(subject, names) in _OUTPUTS):
            return None
        return value, item.links[-1].span, item, subject.name
    return None


def _is_stepped(expr: Expr) -> bool:
    """Whether a side says no more than that a step is taken: ``sgn(0.5)``, ``f(net)``."""
    return isinstance(expr, Symbol) or (
        isinstance(expr, Apply) and (expr.function in _STEPS or not is_numeric(expr))
    )


def _role(expr: Expr | None, names: Names) -> Role | None:
    reference = names.reference(expr) if expr is not None else None
    return None if reference is None else reference.role


def _in_text(claim: Claim, text: str) -> _Found | None:
    """A class behind an arrow, or behind words that say it is predicted."""
    end = claim.span.end
    match = _LED_TO.match(text, end, end + 40)
    if match is None:
        match = _SAID.match(text, end, end + 80)
        if match is None or _PREDICTED.search(match[1]) is None:
            return None
    group = match.lastindex or 0
    return parse_number(match[group].replace("−", "-")), Span(*match.span(group)), None, ""


_Sides = tuple[list[_Pair], list[tuple[_Pair, Fraction]]]


def _sides(group: Sequence[_Pair], rule: Rule | None, told: Mapping[Symbol, set[Fraction]]) -> _Sides:
    """Classes on the right side, and those on the wrong one with the right class, where enough are on the right one."""
    values = {pair.told.value for pair in group}
    lower = rule.lower if rule is not None else min(values)
    if not values <= {lower, Fraction(1)} or lower == 1:
        return [], []
    right: list[_Pair] = []
    wrong: list[tuple[_Pair, Fraction]] = []
    open_ones: list[_Pair] = []
    for pair in group:
        bound = _bound(pair, rule, told)
        if bound is None:
            return [], []
        expected = Fraction(1) if pair.net.value > bound else lower
        if pair.net.value == bound:
            if rule is None or rule.at_bound is None:
                if not pair.reach:
                    open_ones.append(pair)
                continue
            expected = rule.at_bound
        if pair.told.value == expected:
            right.append(pair)
        elif (
            abs(pair.net.value - bound) > pair.reach or not pair.reach
        ):  # -0.02 is 0.0, and on the other side
            wrong.append((pair, expected))
    # nothing can be misread in sgn(0) = 1 below a rule
    fewest = 1 if all(pair.claim is pair.working for pair in group) else FEWEST_BY_RULE
    kept = len(right) >= max(fewest, len(wrong) + fewest - 1)
    if rule is None:
        kept = (
            len(right) >= max(FEWEST, FOR_EACH * len(wrong)) and len({pair.told.value for pair in right}) == 2
        )
    odd = _odd_at_bound(open_ones)
    return (right, wrong + odd) if kept else ([], odd)


def _odd_at_bound(group: Sequence[_Pair]) -> list[tuple[_Pair, Fraction]]:
    """The one class at the bound that is another than all the others there."""
    counted = Counter(pair.told.value for pair in group)
    if len(counted) != 2:
        return []
    (usual, most), (_, fewest) = counted.most_common(2)
    if fewest > 1 or most < FEWEST:
        return []
    return [(pair, usual) for pair in group if pair.told.value != usual]


def _bound(pair: _Pair, rule: Rule | None, told: Mapping[Symbol, set[Fraction]]) -> Fraction | None:
    if rule is None:
        return Fraction(0) if pair.bound is None else pair.bound
    if isinstance(rule.bound, Fraction):
        return rule.bound
    values = told.get(rule.bound, set())
    if len(values) != 1:
        return None
    (value,) = values
    return value


def _told(pair: _Pair, expected: Fraction) -> FoundSlip:
    message = f"{shown(pair.net.value, max(pair.net.places, 0))} leads to the class {shown(expected, 0)}, not {plain(pair.told)}."
    name = pair.named or "the class"
    applied = name.endswith("(...)")  # the value of a function, and no conclusion
    return FoundSlip(
        pair.span,
        Kind.ARITHMETIC if applied else Kind.CONTRADICTION,
        "arithmetic.value" if applied else "contradiction.conclusion",
        message,
        None,
        name,
        plain(pair.told),
        shown(expected, 0),
    )


def _mark(judged: list[Judged], pair: _Pair, slip: FoundSlip, document: Document) -> None:
    """Make a slip of what was said of a class; one that nothing was said of gets a verdict of its own."""
    for at, item in enumerate(judged):
        if pair.claim is not None and item.claim.span == pair.claim.span:
            judged[at] = replace(item, status=Status.SLIP, reason="", name=slip.name)
            return
    expr = Number(pair.told.value, pair.told, span=pair.span)
    line = document.source.line(pair.span.start)
    claim = Claim(pair.span, line, None, (Link("=", expr, pair.span),))
    judged.append(Judged(claim, None, Status.SLIP, value=pair.told, value_span=pair.span, name=slip.name))
