"""Claims that state a formula in symbols."""

from dataclasses import replace

from deltarule.algebra.expr import Apply
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.stating import StatedVerdict, judge_formula
from deltarule.checking.unlocated import COMPARISONS
from deltarule.checking.walk import Walk
from deltarule.document import Claim, Link
from deltarule.findings import Status
from deltarule.matrix_forms import of_vectors
from deltarule.naming import ACTIVATION_NAMES, Reference
from deltarule.stated import same_activation


def judge_formulas(walk: Walk, claim: Claim, reference: Reference) -> None:
    """A claim of symbols only; a comparison states no formula."""
    assert claim.subject is not None
    equations = [link for link in claim.links if link.relation not in COMPARISONS]
    if not equations:
        return
    judged = Judged(claim, None, Status.RIGHT, name="the stated formula")
    for link in equations:
        judge_stated(walk, link, claim, reference, judged)
    walk.judged.append(judged)


def judge_stated(walk: Walk, link: Link, claim: Claim, reference: Reference, judged: Judged) -> None:
    """Judge one formula in symbols."""
    assert claim.subject is not None
    verdict = _of_readings(walk, link, reference)
    for symbol in verdict.loose:
        walk.remarks.append(
            (
                symbol.span or link.span,
                "remark.loose-index",
                f"{symbol.name} needs an index for the feature as well as for the sample here; read as the feature of the left side.",
            )
        )
    if verdict.code is None:
        return
    walk.other_rule |= verdict.other_rule
    if verdict.code == "unchecked":
        if len(claim.links) == 1:
            judged.status, judged.reason = Status.UNCHECKED, verdict.message
    elif verdict.kind is None:
        walk.remarks.append((link.span, verdict.code, verdict.message))
    else:
        judged.status = Status.SLIP
        written = " ".join(walk.document.source.extract(link.span).split())
        walk.slips.append(
            FoundSlip(
                claim.span,
                verdict.kind,
                verdict.code,
                verdict.message,
                None,
                "the stated formula",
                written,
                "",
            )
        )


def _of_readings(walk: Walk, link: Link, reference: Reference) -> StatedVerdict:
    """The verdict on a formula in the reading that suits the exercise best, ``1/2N sum (y - t)^2``."""
    verdict = judge_formula(of_vectors(link, walk.names), reference, walk.exercise, walk.names)
    for reading in link.readings if verdict.code is not None else ():
        so = of_vectors(replace(link, expr=reading, readings=()), walk.names)
        other = judge_formula(so, reference, walk.exercise, walk.names)
        if other.code is None or (
            verdict.kind is not None and other.kind is None and other.code != "unchecked"
        ):
            verdict = other
    return verdict


def judge_definition(walk: Walk, claim: Claim, subject: Apply) -> None:
    """``f(z) = ...``: the activation defined for any net input; right if it is the neuron's, else not told of."""
    if not claim.links or subject.function not in ACTIVATION_NAMES:
        return
    judged = Judged(claim, None, Status.RIGHT, name="the activation")
    if same_activation(claim.links[0].expr, walk.exercise.activation):
        walk.judged.append(judged)
