"""Claims without a known quantity: comparisons, expressions without a left side, plain arithmetic."""

from itertools import pairwise

from deltarule.algebra.combination import combination, is_numeric
from deltarule.algebra.evaluate import RELATIONS
from deltarule.algebra.expr import Expr
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.expectations import expectations
from deltarule.checking.explanations import Case, explain
from deltarule.checking.matching import Match, Matcher
from deltarule.checking.operands import operand_slips
from deltarule.checking.sides import as_number, simplifies, value_of
from deltarule.checking.values import always, fit
from deltarule.checking.walk import Walk
from deltarule.checking.wording import as_expected, named, plain, shown
from deltarule.document import Claim
from deltarule.findings import Kind, Status
from deltarule.formulas import Role
from deltarule.spans import Span
from deltarule.trace import Quantity, quantity_of

COMPARISONS = {">": ">", ">=": ">=", "<": "<", "<=": "<=", ">>": ">", "<<": "<", "!=": "!="}


def judge_comparison(walk: Walk, claim: Claim) -> None:
    """``5·0.3 + ... >> 0.5``: operands of a sample, the truth of the comparison, and the class concluded."""
    judged = Judged(claim, None, Status.RIGHT, name="the comparison")
    sides = [claim.subject, *(link.expr for link in claim.links)]
    values = [None if side is None or not is_numeric(side) else value_of(side) for side in sides]
    link = claim.links[0]
    if values[0] is None and claim.subject is not None:
        quantity = walk.aligner.locate(claim)
        entry = walk.ledger.find(quantity) if quantity is not None else None
        values[0] = None if entry is None or entry.unknown else entry.value()
    if claim.subject is None or values[0] is None or values[1] is None or link.relation not in COMPARISONS:
        if any(value is not None for value in values):
            judged.status, judged.reason = Status.UNCHECKED, "the comparison could not be worked out"
            walk.judged.append(judged)
        return
    walk.judged.append(judged)
    quantity = (
        _predicted(walk, claim) if is_numeric(claim.subject) and as_number(claim.subject) is None else None
    )
    if quantity is not None:
        judged.quantity, judged.name = quantity, named(quantity)
    holds = RELATIONS[COMPARISONS[link.relation]](values[0], values[1])
    if not holds:
        judged.status = Status.SLIP
        simple_slip(
            walk,
            claim.span,
            Kind.CONTRADICTION,
            "contradiction.value",
            f"The comparison does not hold: the left side is {shown(values[0], 4)}.",
            judged,
        )
    elif claim.concluded is not None and walk.exercise.threshold is not None:
        above = values[0] >= walk.exercise.threshold.value
        if claim.concluded.text != walk.exercise.labels[above]:
            judged.status = Status.SLIP
            simple_slip(
                walk,
                claim.span,
                Kind.CONTRADICTION,
                "contradiction.conclusion",
                f"{shown(values[0], 4)} is {'at or above' if above else 'below'} the threshold {walk.exercise.threshold.text}, "
                f"so the prediction is {walk.exercise.labels[above]}.",
                judged,
            )


def _predicted(walk: Walk, claim: Claim) -> Quantity | None:
    """Align an expression without a left side by its operands: the sample with the cheapest match."""
    assert claim.subject is not None
    written = claim.subject
    best: tuple[int, int, Quantity, Match, Expr] | None = None
    updated = walk.aligner.weights_updated()
    step = walk.aligner.step + (1 if updated else 0)
    there = combination(written)
    matcher = Matcher(lambda symbol: walk.ledger.find(quantity_of(symbol, step)))
    for thorough in (False, True):
        for sample in range(1, walk.exercise.n_samples + 1):
            quantity = Quantity(Role.NET_INPUT, None, sample, step)
            for form in expectations(quantity, walk.ledger)[:1]:
                match = matcher.match_form(form.combination, form.tree, there, written, thorough)
                labelled = claim.label is not None and claim.label.ordinal == sample
                key = (match.cost - labelled, not labelled)
                if best is None or key < best[:2]:
                    best = (*key, quantity, match, form.tree)
        if best is not None and best[3].cost <= 1:
            break
    if best is None or best[3].cost > 2:
        return None
    quantity, match = best[2], best[3]
    slips = operand_slips(
        match.notes, walk.ledger, quantity, f"the net input of sample {quantity.sample}", claim.span
    )
    for slip in slips:
        walk.judged[-1].status = Status.SLIP
        walk.slips.append(
            FoundSlip(
                slip.span,
                slip.kind,
                slip.code,
                slip.message + " The prediction stands.",
                quantity,
                named(quantity),
                slip.written,
                slip.expected,
                None,
                slip.operand,
                True,
            )
        )
    return quantity


def judge_alone(walk: Walk, claim: Claim) -> None:
    """Neither quantity nor formula known: each link is still arithmetic."""
    sides: list[tuple[Expr, Span]] = [(link.expr, link.span) for link in claim.links]
    if claim.subject is not None and is_numeric(claim.subject):
        sides.insert(0, (claim.subject, claim.subject.span or claim.span))
    numeric = [(expr, span) for expr, span in sides if is_numeric(expr)]
    judged = Judged(claim, None, Status.UNCHECKED, reason="its quantity is not known", name="the result")
    if len(numeric) > 1:
        judged.status = Status.RIGHT
    for (left, _), (right, span) in pairwise(numeric):
        before, written = value_of(left), as_number(right)
        if before is None:
            continue
        if written is None:
            after = value_of(right)
            if after is not None and not simplifies(before, after, right):
                judged.status = Status.UNCHECKED
                judged.reason = "one expression does not equal the next"
            continue
        judged.value, judged.value_span = written, span
        found = fit(written, before, None, walk.usual_places, always)
        if found is None:
            case = Case(
                written,
                before,
                (before,),
                walk.usual_places,
                "the result",
                shown(before, max(written.places, walk.usual_places)),
            )
            explanation = explain(case)
            judged.status, judged.expected = Status.SLIP, before
            walk.slips.append(
                FoundSlip(
                    span,
                    explanation.kind,
                    explanation.code,
                    explanation.message,
                    None,
                    "the result",
                    plain(written),
                    as_expected(before, written, explanation.kind, walk.usual_places),
                )
            )
        elif found.how != "exact" and judged.status is Status.RIGHT:
            judged.status = Status.RIGHT_ROUNDED
    if numeric:
        walk.judged.append(judged)


def simple_slip(walk: Walk, span: Span, kind: Kind, code: str, message: str, judged: Judged) -> None:
    """A slip that spoils no quantity."""
    written = " ".join(walk.document.source.extract(span).split())[:120]
    walk.slips.append(FoundSlip(span, kind, code, message, judged.quantity, judged.name, written, ""))
