"""The step by which a table puts its rows into classes, where it is known: a class on its wrong side is wrong.

Only rows of tables are judged so: in other lines it is less sure what belongs to one row. What the formulas of the rows leave open is decided here. Most authors say at which net input which class begins; some show it at
the bound itself, `1 (0 ≥ 0)`; and some have so many rows at the bound that all but one tell the same. Where the step is known, a
row is held against it whatever the other rows do, as long as it is sure what the net input of a row is.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from deltarule.algebra.expr import Symbol
from deltarule.checking.net_classes import Rule, stated_rules
from deltarule.document import Claim, Item, Table
from deltarule.exercise import Exercise
from deltarule.formulas import Role
from deltarule.formulas.variants import JUMPS
from deltarule.naming import Names
from deltarule.rarely import rarely
from deltarule.records import record

FEWEST = 3  # rows at the bound that tell the same, where nothing is stated
FOR_EACH = 2  # rows on the right side for each one on the wrong side, where the net input is worked out from rows above
FEWEST_RIGHT = 2
_FIRST_STEP = (
    1  # the place of the first step among the formulas of an output: by bound, by relation, by lower class
)
_AT_BOUND = rarely(r"(?<![\d.,])[+-]?0(?:[.,]0+)?\s?(≥|>=|\\geq?\b|⩾|<|≤|<=|\\leq?\b)\s?0(?![.,]?\d)")
_INCLUDED, _EXCLUDED = frozenset({"≥", ">=", "⩾"}), frozenset({"≤", "<="})


@record
class Output:
    """An output of a row: its place, the table, the class told, what each formula gives for it and by how much that may be off."""

    start: int
    line: int
    segment: int
    told: Fraction
    given: Mapping[int, tuple[Fraction, Fraction]]

    def fits(self, variant: int) -> bool:
        """Whether a formula gives the class."""
        value, slack = self.given[variant]
        return abs(self.told - value) <= slack

    def at_bound(self) -> bool:
        """Whether it depends on the class at the bound."""
        return any(
            below in self.given and above in self.given and self.given[below] != self.given[above]
            for below, above in JUMPS
        )


def known_steps(
    outputs: Sequence[Output],
    items: Sequence[Item],
    names: Names,
    exercise: Exercise,
    text_of: Callable[[int], str],
) -> Mapping[int, int]:
    """For each table whose step is known the formula of its outputs, by its place."""
    tables = [item.span for item in items if isinstance(item, Table)]
    outputs = [one for one in outputs if any(span.start <= one.start < span.end for span in tables)]
    classes = {one.told for one in outputs}
    if len(outputs) < FEWEST or not (classes <= {0, 1} or classes <= {-1, 1}):
        return {}
    low = -1 if -1 in classes else 0
    before = [item for item in items if item.span.start < outputs[0].start]
    step = _stated(before, names, exercise, low)
    if step is None:
        step = _shown(outputs, low, text_of)
    if step is None:
        return {}
    sure = _lines_with_start(items, names)
    found: dict[int, int] = {}
    for segment in {one.segment for one in outputs}:
        ones = [one for one in outputs if one.segment == segment and step in one.given]
        right = [one for one in outputs if step in one.given and one.fits(step)]
        wrong = [one for one in ones if not one.fits(step)]
        of_itself = all(one.line in sure for one in ones)
        enough = len(right) >= (FEWEST_RIGHT if of_itself else max(FEWEST_RIGHT, FOR_EACH * len(wrong)))
        if ones and enough:
            found[segment] = step
    return found


def _stated(items: Sequence[Item], names: Names, exercise: Exercise, low: int) -> int | None:
    """The formula of the one step that a document states."""
    rules = list(stated_rules(items, names))
    if not rules or len({(rule.bound, rule.at_bound) for rule in rules}) > 1:
        return None
    rule = rules[0]
    if rule.lower != low or rule.at_bound is None:
        return None
    at_theta = _is_threshold(rule, names, exercise)
    if not at_theta and rule.bound != 0:
        return None
    return _step(at_theta, rule.at_bound == 1, low)


def _step(at_theta: bool, included: bool, low: int) -> int:
    return _FIRST_STEP + 4 * at_theta + 2 * (not included) + (low == -1)


def _is_threshold(rule: Rule, names: Names, exercise: Exercise) -> bool:
    """Whether the bound of a rule is the threshold, by its name or by its number."""
    if isinstance(rule.bound, Symbol):
        return names.role(rule.bound.name) is Role.THRESHOLD
    threshold = exercise.threshold
    return threshold is not None and threshold.value == rule.bound != 0


def _shown(outputs: Sequence[Output], low: int, text_of: Callable[[int], str]) -> int | None:
    """The formula of the step that the rows at its bound show: by what is said there, or by how many tell the same."""
    told = [one for one in outputs if one.at_bound()]
    if not told:
        return None
    said = {included for one in told if (included := _said(text_of(one.line), one.told)) is not None}
    if len(said) == 1:
        return _step(False, said.pop(), low)
    counted = Counter(one.told == 1 for one in told)
    included, most = counted.most_common(1)[0]
    others = counted.total() - most
    return _step(False, included, low) if others == 1 and most >= FEWEST else None


def _said(text: str, told: Fraction) -> bool | None:
    """What a row says of the bound beside its class: whether the upper class has it."""
    match = _AT_BOUND.search(text)
    if match is None:
        return None
    relation = (
        match[1].replace("\\geq", ">=").replace("\\ge", ">=").replace("\\leq", "<=").replace("\\le", "<=")
    )
    if relation in _INCLUDED and told == 1:
        return True
    return False if relation in _EXCLUDED and told != 1 else None


def _lines_with_start(items: Iterable[Item], names: Names) -> set[int]:
    """Lines that tell their net input, or the weights before and after: what their output is of is not to be mistaken."""
    told: dict[int, set[str]] = {}
    for item in items:
        if isinstance(item, Claim) and isinstance(item.subject, Symbol):
            role = names.role(item.subject.name)
            if role is Role.NET_INPUT:
                told.setdefault(item.line, set()).add("net")
            elif role is Role.WEIGHT:
                told.setdefault(item.line, set()).add("new" if "new" in item.subject.marks else "old")
    return {line for line, kinds in told.items() if "net" in kinds or len(kinds) > 1}
