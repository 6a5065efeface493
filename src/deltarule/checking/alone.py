"""Claims whose quantity is not known: each link is still arithmetic, and each value gets its own verdict."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Expr, Negative, Number, Power, Product, Quotient, Sum
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.explanations import Case, explain
from deltarule.checking.ledger import World
from deltarule.checking.lost_digits import (
    CUTS,
    MAX_UNROUNDED,
    carried,
    is_worked_leaf,
    misrounded,
    remember,
    remember_size,
    steps_within,
    with_all_digits,
    within_roundings,
)
from deltarule.checking.meant_otherwise import (
    are_shapes,
    are_shapes_told,
    is_another,
    is_at_place,
    is_in_units,
    is_number_told,
    is_percentage_of,
    is_power_of_ten,
    is_rounded_up,
    is_square_shape,
    of_spaced_slashes,
)
from deltarule.checking.miscopied import Miscopied, miscopied
from deltarule.checking.raised import raised_values
from deltarule.checking.run_together import (
    begins_behind_dash,
    begins_behind_label,
    begins_with_index,
    ends_at_dash,
    is_argument,
)
from deltarule.checking.sides import (
    as_number,
    is_order_of,
    reach,
    rounds_terms,
    rounds_what_follows,
    simplifies,
    value_of,
    without_remark,
)
from deltarule.checking.small_terms import without_small_terms
from deltarule.checking.units import fits_in_unit
from deltarule.checking.values import Fit, fit, is_noise, never
from deltarule.checking.walk import Walk
from deltarule.checking.whole_results import doubt_whole_results, note_decimals
from deltarule.checking.wording import as_expected, as_it_stands, plain, shown
from deltarule.checking.wrong_again import note_wrong, with_right, worked_again
from deltarule.document import Claim
from deltarule.findings import Kind, Status
from deltarule.formulas import Role
from deltarule.rarely import rarely
from deltarule.records import record
from deltarule.spans import Span
from deltarule.written import Written, is_rounding, is_truncation, rounded

_ROUGH = rarely(r"(?<![=~∼～])[~∼～](?![=~])|\\sim(?![a-z])")
_WORKED_OUT = frozenset(
    {Role.NET_INPUT, Role.OUTPUT, Role.ERROR, Role.LOSS, Role.GRADIENT, Role.CHANGE, Role.BIAS_GRADIENT}
)
_COMPARED = frozenset({"<", ">", "<=", ">=", ">>", "<<", "!="})
MANY_LONGER = 3  # results that longer data would explain, before the data are taken for roundings
LEAST_OFF = Fraction(
    1, 100
)  # of a result, by which longer data may put it off; what is further off is worked wrongly
MANY_CHANGED = 5  # steps that change the value
PART_CHANGED = 4  # and of how many one is too much: nobody gets every fourth wrong
_CRUDE, _FEW_MORE = Fraction(1, 20), 2  # of a value, and decimal places
_TRACE = Fraction(1, 10**6)  # of a value, which what keeps a denominator from being 0 leaves in it
_MEASURED_FIGURES = 3
_FIGURES_OF_SIGN = 3  # of a result that does not fit another sign by chance
MAX_SEARCHED = 100_000  # characters
_BOUND = rarely(r"(?:[<>≥≤]=?|\\[gl]eq?)[ ]{0,3}(?:0?[.,]\d|[1-9])")
MAX_BETWEEN = 120  # characters between two sides of a chain
_COMMANDS = rarely(r"\\(?:text|mbox|mathrm|begin|end)\s?\{[^{}]{0,60}\}|\\[A-Za-z]+")
_EXACT_PLACES = 12  # of a fraction of whole numbers that stands for a value


@record
class _Side:
    """One side: its value under every reading, the usual one first; and what is written if it is just a number."""

    expr: Expr
    span: Span
    values: tuple[Fraction, ...]
    written: Written | None


def judge_alone(walk: Walk, claim: Claim) -> None:
    """Hold each side against those before it, as far as they are numbers."""
    sides = _sides(walk, claim)
    if not sides:
        return
    if len(sides) == 1:
        only = sides[0]
        worked = len(claim.links) > 1 or _is_worked(walk, claim)
        if (
            worked
            and only.written is not None
            and only.written.places > 1
            and len(walk.results) < MAX_UNROUNDED
        ):
            walk.results.add(abs(only.written.value))
        reason = "its quantity is not known"
        walk.judged.append(
            Judged(
                claim,
                None,
                Status.UNCHECKED,
                value=only.written,
                value_span=only.span,
                reason=reason,
                name="the result",
            )
        )
        return
    told = False
    for at in range(1, len(sides)):
        side = sides[at]
        if side.written is None:
            _step(walk, claim, sides[:at], side)
            continue
        told = True
        _value(walk, claim, sides[:at], side)
    if not told:
        walk.judged.append(Judged(claim, None, Status.RIGHT, value_span=sides[-1].span, name="the result"))


def _is_of_longer_cells(working: _Side, written: Written) -> bool:
    """Whether the cells that the heading of a column multiplies give its value, all of their digits kept."""
    value = working.values[0]
    return abs(written.value - value) <= reach(working.expr, value) + written.unit / 2


def _is_worked(walk: Walk, claim: Claim) -> bool:
    """Whether a claim is about something that is worked out, and not given: ``t - y`` is."""
    if isinstance(claim.subject, Sum | Product | Quotient | Power) and not is_numeric(claim.subject):
        return True
    reference = walk.names.reference(claim.subject) if claim.subject is not None else None
    return reference is not None and reference.role in _WORKED_OUT


def _sides(walk: Walk, claim: Claim) -> list[_Side]:
    given: list[tuple[Expr, Span, tuple[Expr, ...]]] = []
    for link in claim.links:
        if link.relation in _COMPARED and given:  # |g| = 4.9 > 0.5: what it is compared with is no result
            break
        given.append((link.expr, link.span, link.readings))
    if claim.subject is not None and is_numeric(claim.subject):
        opens = claim.subject.span or claim.span
        if not is_argument(claim.subject, opens, walk.document.source.text, [expr for expr, _, _ in given]):
            given.insert(0, (claim.subject, opens, ()))
    found: list[_Side] = []
    for expr, span, readings in given:
        if not is_numeric(expr):
            continue
        remarked = without_remark(expr, readings)
        if remarked is not None and found and not any(value_of(expr) in side.values for side in found):
            expr, readings = remarked, ()
        sigma = walk.sigma if _has_sigma(claim) else "sigmoid"
        expr, readings = _sigmoid(expr, sigma), tuple(_sigmoid(each, sigma) for each in readings)
        values = tuple(value for each in (expr, *readings) if (value := value_of(each)) is not None)
        if values:
            found.append(_Side(expr, span, values, _written(expr)))
    return found


def _has_sigma(claim: Claim) -> bool:
    sides = (claim.subject, *(link.expr for link in claim.links))
    return any(isinstance(node, Apply) for side in sides if side is not None for node in side.walk())


def _sigmoid(expr: Expr, name: str = "sigmoid") -> Expr:
    """``\\sigma(0.5)`` is the logistic function where neither the exercise nor the document's own values say otherwise."""
    done = expr.map(lambda node: _sigmoid(node, name))
    if not isinstance(done, Apply) or done.function != "sigma":
        return done
    return done.arg if name == "identity" else replace(done, function=name)


def _written(expr: Expr) -> Written | None:
    """A side that is just a number, a fraction of whole numbers or a percentage."""
    plain_number = as_number(expr)
    if plain_number is not None:
        return plain_number
    inner = expr.arg if isinstance(expr, Negative) else expr
    if not isinstance(inner, Quotient):
        return None
    above, below = as_number(inner.numerator), inner.denominator
    if above is None or not isinstance(below, Number) or below.value == 0:
        return None
    sign = -1 if isinstance(expr, Negative) else 1
    value = sign * above.value / below.value
    if below.written is None and below.value == 100:
        return Written(f"{above.text}%", value, above.places + 2)
    if above.places > 0 or below.value.denominator != 1:
        return None
    return Written(f"{'-' if sign < 0 else ''}{above.text}/{below.value}", value, _EXACT_PLACES)


def _value(walk: Walk, claim: Claim, before: list[_Side], side: _Side) -> None:
    """A number at the end of an expression: right from any side before it, all digits kept or not."""
    assert side.written is not None
    written = side.written
    judged = Judged(claim, None, Status.RIGHT, value=written, value_span=side.span, name="the result")
    walk.judged.append(judged)
    found = _fitting(walk, before, written)
    if found is not None and found.how == "cut" and not walk.cuts and _is_crude(written, found.value):
        found = None
    if found is None:
        kept = carried(walk, _expressions(before))
        if kept is not None and is_rounding(written.value, kept, written.places):
            judged.status = Status.RIGHT_ROUNDED
            longer = shown(kept, walk.usual_places + 2)
            walk.remarks.append(
                (
                    side.span,
                    "remark.carried-unrounded",
                    f"{plain(written)} is right with the unrounded numbers of lines before ({longer}).",
                )
            )
            remember(walk, written, kept, _expressions(before))
            return
        if kept is not None and written.places > 1 and is_truncation(written.value, kept, written.places):
            judged.status = Status.RIGHT_ROUNDED
            message = f"{plain(written)} is cut off from the unrounded numbers of lines before."
            walk.remarks.append((side.span, "remark.truncated", message))
            remember(walk, written, kept, _expressions(before))
            return
    if found is None:
        found = _with_squares(walk, before, written)
    of_heading = claim.subject is None and claim.formula is not None
    if found is None and of_heading and _is_of_longer_cells(before[-1], written):
        judged.status, judged.expected = Status.RIGHT_ROUNDED, before[-1].values[0]
        return
    if found is None and _is_told_otherwise(walk, before, side, written):
        judged.status, judged.expected = Status.RIGHT_ROUNDED, before[-1].values[0]
        return
    if found is None and _is_about(walk.document.source.text, before[-1].span.end, side.span.start):
        judged.status, judged.reason = (
            Status.UNCHECKED,
            "a range, or a value told roughly, says nothing exactly",
        )
        return
    text = walk.document.source.text
    between = text[before[-1].span.end : side.span.start][:MAX_BETWEEN]
    if (
        found is None
        and is_another(written, before[-1].expr, text, side.span.start)
        and not is_rounded_up(written, before[-1].values[0], between)
    ):
        judged.status, judged.reason = Status.UNCHECKED, "what an arrow leads to need not be equal"
        return
    if found is None and claim.part is not None and are_shapes_told(text[claim.span.start : claim.span.end]):
        judged.status, judged.reason = Status.UNCHECKED, "the two sides tell shapes"
        return
    if found is None and is_percentage_of(written, before[-1].values[0]):
        judged.status, judged.expected = Status.RIGHT_ROUNDED, before[-1].values[0]
        return
    if found is None and _equals_for_minus(before, written):
        judged.status = Status.RIGHT_ROUNDED
        return
    if found is None and _is_explained(walk, before, written):
        judged.status, judged.expected = Status.RIGHT_ROUNDED, before[-1].values[0]
        message = f"{plain(written)} is right if the numbers on this line are roundings of longer ones."
        walk.remarks.append((side.span, "remark.carried-unrounded", message))
        return
    if found is None and _at_a_step(before[-1].expr) and abs(written.value) <= 1:
        judged.status, judged.reason = Status.UNCHECKED, "what the function is at 0 is not said"
        return
    if found is None and abs(written.value) <= 1 and _steps_elsewhere(before[-1].expr, text):
        judged.status, judged.reason = Status.UNCHECKED, "the step may lie elsewhere than at 0"
        return
    if (
        found is None
        and len(before) == 1
        and before[0].written is not None
        and not isinstance(before[0].expr, Quotient)  # 3/4 = 0.82 is worked wrongly
    ):
        judged.status, judged.reason = Status.UNCHECKED, "two numbers are set equal, and it is not known why"
        return
    if found is not None:
        judged.status = Status.RIGHT if found.how == "exact" else Status.RIGHT_ROUNDED
        note_decimals(walk, judged, written, before[-1].values[0], side.span)
        if found.how == "cut":
            walk.remarks.append(
                (
                    side.span,
                    "remark.truncated",
                    f"The result is cut off rather than rounded: {plain(written)}.",
                )
            )
        walk.cuts += found.how == "cut"
        kept = carried(walk, _expressions(before))
        faithful = kept is not None and is_rounding(written.value, kept, written.places)
        if faithful and kept is not None:
            remember(walk, written, kept, _expressions(before))
        elif found.how != "exact":
            remember(walk, written, found.value, _expressions(before))
        elif any(is_worked_leaf(walk, leaf) for leaf in before[-1].expr.walk()):
            remember_size(walk, written, _expressions(before))
        return
    text = walk.document.source.text
    last_expr, between = before[-1].expr, text[before[-1].span.end : side.span.start]
    if (
        begins_with_index(last_expr, text, written)
        or begins_behind_label(last_expr, text, written)
        or begins_behind_dash(last_expr, text, written)
        or is_rounded_up(written, before[-1].values[0], between[:MAX_BETWEEN])
    ):
        judged.status = Status.RIGHT_ROUNDED
        return
    if is_in_units(written, before[-1].values[0], walk.document.source.text, side.span.end):
        judged.status, judged.reason = (
            Status.UNCHECKED,
            "the word behind it may stand for the power of a thousand",
        )
        return
    copied = miscopied(before[-1].expr, written, walk.numbers, before[-1].span.start)
    if copied is not None:
        walk.slips.append(_of_copied(copied))
        return
    expected = before[-1].values[0]
    if with_right(walk, before[-1].expr, written):
        judged.status, judged.expected = Status.RIGHT_ROUNDED, expected
        message = f"{plain(written)} is right with what the line before should have; the number put in here is the wrong one."
        walk.remarks.append((side.span, "remark.carried-unrounded", message))
        return
    again = worked_again(walk, before[-1].expr, written)
    if again is not None:
        judged.status, judged.expected, judged.repaired = Status.FOLLOW_THROUGH, expected, expected
        judged.from_slips.append(again)
        return
    places = max(written.places, walk.usual_places)
    case = Case(
        written,
        expected,
        tuple(value for other in before for value in other.values),
        walk.usual_places,
        "the result",
        shown(expected, places),
    )
    told = explain(case)
    judged.status, judged.expected = Status.SLIP, expected
    message = told.message[:1].upper() + told.message[1:]
    wanted = as_expected(expected, written, told.kind, walk.usual_places)
    slip = FoundSlip(side.span, told.kind, told.code, message, None, "the result", plain(written), wanted)
    walk.slips.append(slip)
    note_wrong(walk, before[-1].expr, side.expr, slip)
    if told.kind is Kind.SIGN:
        remember(walk, written, expected, _expressions(before))  # who carries digits goes on from all of them
    if written.places > 0 and abs(written.value - expected) <= 3 * written.unit:
        walk.near.append((slip, judged, lambda later: _is_explained(later, before, written)))
    last = _sigmoid(before[-1].expr)
    off = abs(written.value - expected)
    if (
        written.places > 0
        and off <= LEAST_OFF * abs(expected)
        and off <= reach(last, expected, _is_measured) + written.unit / 2
    ):
        walk.perhaps_longer.append((slip, judged))


def _is_crude(written: Written, value: Fraction) -> bool:
    """Whether a result of one figure is so far below a value that ends soon behind it that it is no value cut off: 0.9 for 0.98."""
    soon = abs(value - rounded(value, written.places + _FEW_MORE)) <= abs(value) * _TRACE
    return soon and written.figures < 2 and abs(written.value - value) > _CRUDE * abs(value)


def _is_measured(leaf: Number) -> bool:
    """Whether a number has as many figures as those have that are roundings; 0.1 and 1.2 are seldom any."""
    return leaf.written is not None and leaf.written.figures >= _MEASURED_FIGURES


def _of_copied(copied: Miscopied) -> FoundSlip:
    """A number that was miscopied into a working whose value is that of the right one."""
    assert copied.leaf.span is not None
    assert copied.leaf.written is not None
    there, right = plain(copied.leaf.written), plain(copied.told)
    message = f"{right} was told before; {there} stands here, and the result is that of {right}."
    return FoundSlip(
        copied.leaf.span,
        Kind.COPYING,
        "copying.operand",
        message,
        None,
        "the operand",
        there,
        right,
        harmless=True,
    )


def _of_part(walk: Walk, leaf: Number, value: Fraction) -> FoundSlip:
    """A number worked out within a chain whose last digit is off."""
    assert leaf.written is not None
    assert leaf.span is not None
    there, right = plain(leaf.written), shown(value, leaf.written.places)
    message = f"This part of the expression before is {right} when rounded once; {there} stands here (the last digit is off)."
    return FoundSlip(
        leaf.span,
        Kind.ROUNDING,
        "rounding.last-place",
        message,
        None,
        "the part",
        there,
        right,
        harmless=True,
    )


def _is_about(text: str, start: int, end: int) -> bool:
    """Whether the sign between two numbers is that of a range, or of what is told roughly: ``10^-5 ~ 5·10^-5``."""
    between = text[start:end] if end - start <= MAX_BETWEEN else ""
    return _ROUGH.search(between) is not None


def _is_told_otherwise(walk: Walk, before: Sequence[_Side], side: _Side, written: Written) -> bool:
    """Whether a value is told in a unit of its own, ``= 112 GB``, or by a simple fraction that it is near, ``≈ 0.11 ≈ 1/9``."""
    shown_as = before[-1].written
    if shown_as is not None and isinstance(side.expr, Quotient) and shown_as.places > 1:
        return is_rounding(shown_as.value, written.value, shown_as.places)
    values = [value for other in before for value in other.values]
    return fits_in_unit(walk.document.source.text, side.span.end, written, values)


def _equals_for_minus(before: Sequence[_Side], written: Written) -> bool:
    """``2.5 = 0.1 · 15 = 1.0``: whether the sign in front of the working stands for a minus or a plus.

    That the sides are not equal is told where it stands; the result goes on from what was meant.
    """
    if len(before) < 2 or before[-2].written is None or before[-1].written is not None:
        return False
    start, step = before[-2].values[0], before[-1].values[0]
    return (
        written.figures >= _FIGURES_OF_SIGN
        and step != 0
        and any(is_rounding(written.value, each, written.places) for each in (start - step, start + step))
    )


def forgive(walk: Walk) -> None:
    """Take back what the rest of the document speaks against.

    Last digits of an author who, it was seen later, cuts off, or works with longer data than are shown; equalities, where as many fail as nobody gets wrong: they
    are not read as they are meant.
    """
    if len(walk.changed) >= MANY_CHANGED and PART_CHANGED * len(walk.changed) >= walk.steps:
        for slip, judged in walk.changed:
            if slip in walk.slips:
                walk.slips.remove(slip)
            judged.status, judged.reason = (
                Status.UNCHECKED,
                "many equalities of this document do not hold as they are read",
            )
        for judged in walk.judged if walk.mistaken else ():
            if judged.status is Status.FOLLOW_THROUGH and not any(s in walk.slips for s in judged.from_slips):
                judged.status, judged.reason = Status.UNCHECKED, "it goes on from such an equality"
    if walk.cuts and walk.perhaps_cut:
        walk.remarks = [
            (span, code, message)
            for span, code, message in walk.remarks
            if code != "remark.carried-unrounded" or span not in walk.perhaps_cut
        ]
    worked = sum(item.status is Status.RIGHT and len(item.claim.links) > 1 for item in walk.judged)
    if len(walk.perhaps_longer) >= MANY_LONGER and 2 * len(walk.perhaps_longer) >= worked:
        for slip, judged in walk.perhaps_longer:
            if slip in walk.slips:
                walk.slips.remove(slip)
                judged.status = Status.RIGHT_ROUNDED
                message = f"{slip.written} is right if the data are roundings of longer numbers, as other results show."
                walk.remarks.append((slip.span, "remark.carried-unrounded", message))
    doubt_whole_results(walk)
    if walk.cuts < CUTS:
        return
    for slip, judged, explained in walk.near:
        if slip in walk.slips and explained(walk):
            walk.slips.remove(slip)
            judged.status = Status.RIGHT_ROUNDED
            walk.remarks.append(
                (slip.span, "remark.truncated", f"{slip.written} is cut off, as other results are.")
            )


def _expressions(before: Sequence[_Side]) -> list[Expr]:
    """The sides that are more than a number, with σ as it is meant."""
    return [_sigmoid(side.expr) for side in before if side.written is None]


def _is_explained(walk: Walk, before: Sequence[_Side], written: Written) -> bool:
    """Whether digits that were lost on the way explain a value."""
    last = before[-1]
    if last.written is not None:
        return False
    readings = (_sigmoid(with_all_digits(walk, last.expr)[0]), _sigmoid(last.expr))
    first = _sigmoid(before[-2].expr) if len(before) > 1 and before[-2].written is None else None
    return within_roundings(walk, readings, written, first)


def _steps_elsewhere(expr: Expr, text: str) -> bool:
    """``step(0.3) = 0``: a step alone, on a page that compares with another number than 0."""
    return (
        isinstance(expr, Apply)
        and expr.function == "step"
        and _BOUND.search(text, 0, MAX_SEARCHED) is not None
    )


def _at_a_step(expr: Expr) -> bool:
    """``sign(0)``: 0, 1 or -1, as one likes."""
    return any(
        isinstance(node, Apply) and node.function in ("sign", "step") and value_of(node.arg) == 0
        for node in expr.walk()
    )


def _fitting(walk: Walk, before: list[_Side], written: Written) -> Fit | None:
    cut: Fit | None = None
    for other in reversed(before):
        for value in other.values:
            found = fit(written, value, None, never)
            if found is None and is_noise(written, value):
                found = Fit("rounded", World.PRINTED, value)
            if found is not None and found.how != "cut":
                return found
            cut = cut or found
    return cut


def _with_squares(walk: Walk, before: list[_Side], written: Written) -> Fit | None:
    """How a value follows from an expression as it is meant: raised digits set on the line, blanks that group slashes, an epsilon."""
    expression = next((side.expr for side in reversed(before) if side.written is None), None)
    if expression is None:
        return None
    text = walk.document.source.text
    plain_sum = without_small_terms(expression)
    meant = None if plain_sum is None else value_of(plain_sum)
    values = (
        *raised_values(expression, text),
        *of_spaced_slashes(expression, text),
        *(() if meant is None else (meant,)),
    )
    fits = (fit(written, value, None, never) for value in values)
    return next((found for found in fits if found is not None), None)


def _step(walk: Walk, claim: Claim, before: list[_Side], side: _Side) -> None:
    """An expression behind another: the same value, or a slip in what was put in or left out."""
    last = before[-1]
    walk.steps += 1
    if last.written is None:
        walk.slips += [_of_part(walk, *found) for found in misrounded(walk, _sigmoid(last.expr), side.expr)]
    if any(
        simplifies(old, new, side.expr, _sigmoid(other.expr))
        for other in before
        for old in other.values
        for new in side.values
    ):
        return
    if any(
        simplifies(value, new, side.expr)
        for value in raised_values(last.expr, walk.document.source.text)
        for new in side.values
    ):
        return
    if last.written is not None and any(is_noise(last.written, new) for new in side.values):
        return
    if any(rounds_what_follows(last.written, new) for new in side.values):
        return
    if rounds_terms(last.expr, side.expr) or is_square_shape(side.expr, last.values[0]):
        return
    if _goes_on_from(side.expr, last.values[0]):
        message = "This equals sign goes on from the result before it, as on a calculator; the two sides are not equal."
        walk.remarks.append((side.span, "remark.string-of-equals", message))
        return
    told_before = [value for other in before for value in other.values]
    if ends_at_dash(side.expr, walk.document.source.text, told_before):
        return
    old, new = last.values[0], side.values[0]
    about = any(link.span == side.span and link.relation == "≈" for link in claim.links)
    if (about and is_order_of(side.expr, old)) or is_power_of_ten(side.expr, old):
        return
    if last.written is None and steps_within(walk, last.expr, side.expr, old, new):
        message = "This step is right if the numbers before it are roundings of longer ones."
        walk.remarks.append((side.span, "remark.carried-unrounded", message))
        return
    reason = _otherwise(walk, claim, last, side)
    if reason:
        walk.judged.append(
            Judged(claim, None, Status.UNCHECKED, value_span=side.span, name="the result", reason=reason)
        )
        return
    places = walk.usual_places + 2
    message = f"This step changes the value: {shown(old, places)} before, {shown(new, places)} here."
    judged = Judged(claim, None, Status.SLIP, value_span=side.span, expected=old, name="the result")
    slip = FoundSlip(
        side.span,
        Kind.ARITHMETIC,
        "arithmetic.value",
        message,
        None,
        "the result",
        as_it_stands(walk.document.source, side.span),
        shown(old, places),
    )
    walk.judged.append(judged)
    walk.slips.append(slip)
    note_wrong(walk, last.expr, side.expr, slip)
    walk.changed.append((slip, judged))


def _otherwise(walk: Walk, claim: Claim, last: _Side, side: _Side) -> str:
    """Why two sides that differ need not be meant as equal; nothing if they are."""
    text = walk.document.source.text
    if _is_broken(walk, claim, last.span.end, side.span.start):
        return "words stand between this and the expression before it"
    if are_shapes(last.expr, side.expr, text):
        return "the two sides tell shapes"
    if last.written is not None and last.expr is claim.links[0].expr and is_at_place(claim, text):
        return "the number before it tells where this is worked out"
    return ""


def _is_broken(walk: Walk, claim: Claim, start: int, end: int) -> bool:
    """Whether more than signs stands between two sides of a chain, so that the second may be about something else.

    The left side may be told again there.
    """
    if end - start > MAX_BETWEEN:
        return True
    text = walk.document.source.text
    between = _COMMANDS.sub("", text[start:end])
    left = text[claim.span.start : claim.links[0].span.start].strip(" =≈:&")
    if left:
        between = between.replace(left, "")
    return sum(char.isalpha() for char in between) > 1


def _goes_on_from(expr: Expr, value: Fraction) -> bool:
    """Whether an expression begins with the result before it: ``0.5·2 = 1 + 0.1``."""
    first = expr.terms[0] if isinstance(expr, Sum) else expr.factors[0] if isinstance(expr, Product) else None
    if isinstance(expr, Quotient):
        first = expr.numerator
    return first is not None and is_number_told(first) and value_of(first) == value
