"""Claims without a known quantity: comparisons, and expressions without a left side."""

import re

from deltarule.algebra.combination import combination, is_numeric
from deltarule.algebra.evaluate import RELATIONS
from deltarule.algebra.expr import Expr
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.expectations import expectations
from deltarule.checking.matching import Match, Matcher
from deltarule.checking.operands import operand_slips
from deltarule.checking.sides import as_number, value_of
from deltarule.checking.walk import Walk
from deltarule.checking.wording import named, shown
from deltarule.document import Claim
from deltarule.findings import Kind, Status
from deltarule.formulas import Role
from deltarule.spans import Span
from deltarule.trace import Quantity, quantity_of

COMPARISONS = {">": ">", ">=": ">=", "<": "<", "<=": "<=", ">>": ">", "<<": "<", "!=": "!="}
# -0.5 >= 0 is FALSE; 0.3 > 0.5? No
_DENIED = re.compile(
    r"[\s$*`)?:,;—–→-]{0,6}(?:\\?(?:text|mathrm)\{)?(?:(?:is|ist|es|est|è|é|yields?|gives?|=|⇒|→|jest|это|是|は)\s{0,2})?[*`$(]{0,3}"
    r"(?:false|fails?|falsch|nicht\serfüllt|falso|falsa|faux|non\svérifiée?|fałsz|nieprawda|ложь|неверно|не\sвыполн\w*|хибно|yanlış|sağlanm\w*|salah"
    r"|not\s(?:true|satisfied|met)|(?:no|nein|non|não|nie|нет|ні|hayır|tidak)(?=[\s*`)]*(?:[.,;:!)\]|\n—–→-]|$))"
    r"|不成立|不满足|偽|거짓|否|✗|✘|❌)",
    re.IGNORECASE,
)


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
    denied = _DENIED.match(walk.document.source.text, claim.span.end) is not None
    if denied and holds:
        judged.status, judged.reason = Status.UNCHECKED, "words behind it seem to deny it"
    elif not holds and not denied:
        judged.status = Status.SLIP
        simple_slip(
            walk,
            claim.span,
            Kind.CONTRADICTION,
            "contradiction.value",
            f"The comparison does not hold: the left side is {shown(values[0], 4)}.",
            judged,
        )
    elif not denied and claim.concluded is not None and walk.exercise.threshold is not None:
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


def simple_slip(walk: Walk, span: Span, kind: Kind, code: str, message: str, judged: Judged) -> None:
    """A slip that spoils no quantity."""
    written = " ".join(walk.document.source.extract(span).split())[:120]
    walk.slips.append(FoundSlip(span, kind, code, message, judged.quantity, judged.name, written, ""))
