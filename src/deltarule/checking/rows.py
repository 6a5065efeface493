"""Rows of values without working: which formula they follow is found from the rows themselves.

A table of a perceptron shows data, outputs and weights; there may be three such tables in one document, each of another
exercise. So each value is compared with what the few formulas that occur give for the last printed numbers of its row
(`row_walk.py`). The formula that fits nearly all rows is the author's (`row_choices.py`); a row that it does not fit is a slip.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from fractions import Fraction

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Number
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.explanations import Case, explain
from deltarule.checking.row_choices import choices, told_strictly
from deltarule.checking.row_doubts import is_held, lines_of_comparisons, lines_of_inputs, lines_without_error
from deltarule.checking.row_keys import key_of, names_by_rows, value_of_claim
from deltarule.checking.row_observed import Observed
from deltarule.checking.row_state import PARAMETERS
from deltarule.checking.row_steps import Output, known_steps
from deltarule.checking.row_walk import observed_values, with_rate_shown
from deltarule.checking.sides import as_number
from deltarule.checking.wording import plain, shown
from deltarule.document import Claim, Item
from deltarule.exercise import Exercise
from deltarule.findings import Kind, Status
from deltarule.formulas import Role
from deltarule.formulas.variants import VARIANTS
from deltarule.naming import Names
from deltarule.notation import name as spelled
from deltarule.spans import Span


def settle(
    items: Sequence[Item],
    judged: Sequence[Judged],
    names: Names,
    exercise: Exercise,
    text_of: Callable[[int], str],
) -> tuple[list[Judged], list[FoundSlip], dict[Span, Claim]]:
    """Judge values that the walk could not place, from the rows that they stand in.

    Returns the judged claims, those settled here in the place of unchecked ones, the slips found, and by their place the
    values that are right although the line that they stand on does not give them.
    """
    unchecked = {_identity(item.claim) for item in judged if item.status is Status.UNCHECKED}
    wrong = {_identity(item.claim) for item in judged if item.status is Status.SLIP and not item.quantity}
    if not unchecked and not wrong:
        return list(judged), [], {}
    local, concerned = names_by_rows(items, names), unchecked | wrong
    if not any(_identity(item.claim) in concerned and _is_observed(item, local) for item in judged):
        return list(judged), [], {}
    exercise = with_rate_shown(items, local, exercise)
    first = list(observed_values(items, local, exercise, {}))
    chosen = choices(first)
    observed = list(observed_values(items, local, exercise, chosen, [one.given for one in first]))
    chosen = told_strictly(observed, chosen)
    worked = {_identity(item.claim) for item in judged if _is_worked(item)}
    wrong_results = {
        abs(item.value.value) for item in judged if item.status is Status.SLIP and item.value is not None
    }
    verdicts: dict[tuple[object, ...], Judged] = {}
    slips: list[FoundSlip] = []
    right_anyway: dict[Span, Claim] = {}
    inputs, compared = lines_of_inputs(items, local), lines_of_comparisons(items)
    right_lines = lines_without_error(items, local)
    steps = _steps(observed, items, local, exercise, text_of)
    for one in observed:
        identity = _identity(one.claim)
        if one.again and identity in unchecked:
            verdicts[identity] = Judged(
                one.claim,
                None,
                Status.RIGHT,
                value=one.written,
                value_span=one.claim.links[-1].span,
                name=_name(one),
            )
            continue
        variant, strict = chosen.get((one.segment, one.key[0]), (None, False))
        stepped = one.key[0] is Role.OUTPUT and steps.get(one.segment) in one.given
        if stepped:
            variant, strict = steps[one.segment], True
        if variant is None or variant not in one.given:
            continue
        strict = strict and not (one.claim.line in right_lines and one.stays)
        if one.retold and not one.fits(variant):
            continue  # a row that is worked once more
        if identity in wrong and strict and one.fits(variant):
            right_anyway[one.claim.links[-1].span] = one.claim
        missed_here = strict and one.miss is not None and not one.fits(variant)
        # the components of a vector are worked with the vector that stands there, whichever that is
        missed_here = missed_here and one.claim.part is None and not _goes_on_from(one.claim, wrong_results)
        if identity in worked and missed_here and _is_held(one, variant, inputs, compared):
            verdicts[identity] = _judged(one, Status.SLIP, variant)
            slips.append(_slip(one, variant))
        if identity not in unchecked:
            continue
        if one.fits(variant) or one.adopted:
            exact = one.given[variant][0] == one.written.value
            verdicts[identity] = _judged(one, Status.RIGHT if exact else Status.RIGHT_ROUNDED, variant)
        elif (
            strict
            and (stepped or not (one.at_a_step or one.within_roundings(variant)))
            and _is_held(one, variant, inputs, compared)
        ):
            verdicts[identity] = _judged(one, Status.SLIP, variant)
            slips.append(_class_slip(one, variant) if stepped else _slip(one, variant))
    open_to = unchecked | worked
    return (
        [
            verdicts.get(_identity(item.claim), item) if _identity(item.claim) in open_to else item
            for item in judged
        ],
        slips,
        right_anyway,
    )


def _steps(
    observed: Sequence[Observed],
    items: Sequence[Item],
    names: Names,
    exercise: Exercise,
    text_of: Callable[[int], str],
) -> Mapping[int, int]:
    """The step that the classes of a table follow, where it is known."""
    outputs = [
        Output(one.claim.span.start, one.claim.line, one.segment, one.written.value, one.given)
        for one in observed
        if one.key[0] is Role.OUTPUT and not one.retold and one.given
    ]
    return known_steps(outputs, items, names, exercise, text_of)


def _goes_on_from(claim: Claim, wrong: Container[Fraction]) -> bool:
    """Whether a working takes a result that was found to be wrong above: that slip is charged once."""
    return any(
        abs(node.value) in wrong and node.written is not None and node.written.figures > 1
        for link in claim.links[:-1]
        if is_numeric(link.expr)
        for node in link.expr.walk()
        if isinstance(node, Number)
    )


def _is_held(one: Observed, variant: int, inputs: frozenset[int], compared: Mapping[int, bool]) -> bool:
    return is_held(one.claim, one.key[0], one.written, one.given[variant][0], inputs, compared)


def _is_observed(item: Judged, names: Names) -> bool:
    """Whether a claim is one that a row may settle."""
    key = key_of(item.claim, names)
    return key is not None and key[0] in VARIANTS and value_of_claim(item.claim) is not None


def _is_worked(item: Judged) -> bool:
    """Whether all that is known of a value is that its own line is worked out rightly."""
    return (
        item.status in (Status.RIGHT, Status.RIGHT_ROUNDED)
        and item.quantity is None
        and any(as_number(side) is None for side in item.claim.in_numbers)
    )


def _identity(claim: Claim) -> tuple[object, ...]:
    return claim.span, claim.subject


def _judged(one: Observed, status: Status, variant: int) -> Judged:
    return Judged(
        one.claim,
        None,
        status,
        value=one.written,
        value_span=one.claim.links[-1].span,
        expected=one.given[variant][0],
        name=_name(one),
    )


def _slip(one: Observed, variant: int) -> FoundSlip:
    expected = one.given[variant][0]
    places = max(one.written.places, 2)
    if one.miss is not None and one.miss.message and (one.is_worked or one.key[0] in PARAMETERS):
        return FoundSlip(
            one.claim.links[-1].span,
            one.miss.kind,
            one.miss.code,
            one.miss.message.format(
                name=_name(one), expected=shown(expected, places), written=plain(one.written)
            ),
            None,
            _name(one),
            plain(one.written),
            shown(expected, places),
        )
    case = Case(one.written, expected, (expected,), places, _name(one), shown(expected, places))
    found = explain(case)
    message = found.message.replace("from the numbers on this line", "from the numbers of this row")
    span = one.claim.links[-1].span
    return FoundSlip(
        span, found.kind, found.code, message, None, _name(one), plain(one.written), shown(expected, places)
    )


def _class_slip(one: Observed, variant: int) -> FoundSlip:
    """A class on the wrong side of a step that is known."""
    expected, written = shown(one.given[variant][0], 0), plain(one.written)
    message = f"With the numbers of this row the step gives {expected}, not {written}."
    span = one.claim.links[-1].span
    return FoundSlip(
        span, Kind.CONTRADICTION, "contradiction.conclusion", message, None, _name(one), written, expected
    )


def _name(one: Observed) -> str:
    return spelled(one.key[0], one.key[1])
