"""Claims that tell something again: data, classes, losses after the run."""

from deltarule.algebra.combination import is_numeric
from deltarule.checking.alone import judge_alone
from deltarule.checking.claims import Judged
from deltarule.checking.sides import as_number
from deltarule.checking.unlocated import simple_slip
from deltarule.checking.values import always, fit
from deltarule.checking.walk import Walk
from deltarule.checking.wording import named
from deltarule.document import Claim
from deltarule.findings import Kind, Status
from deltarule.formulas import Role
from deltarule.naming import Reference
from deltarule.trace import Quantity, instance
from deltarule.written import Written, is_rounding

MAX_EPOCHS_TRIED = 30


def given_again(walk: Walk, claim: Claim, reference: Reference) -> None:
    """Data or settings told again: nothing is claimed, unless there is arithmetic."""
    if any(is_numeric(link.expr) and as_number(link.expr) is None for link in claim.links):
        judge_alone(walk, claim)


def class_named(walk: Walk, claim: Claim, reference: Reference) -> None:
    """``\\hat{y}_1 = 1``: the class that the output of the sample leads to."""
    written = as_number(claim.links[-1].expr)
    sample = reference.sample or walk.aligner.sample
    if written is None or sample is None or walk.exercise.threshold is None:
        judge_alone(walk, claim)
        return
    quantity = Quantity(Role.OUTPUT, None, sample, walk.aligner.step)
    entry = walk.ledger.find(quantity)
    judged = Judged(
        claim,
        None,
        Status.RIGHT,
        value=written,
        value_span=claim.links[-1].span,
        name=f"the class of sample {sample}",
    )
    walk.judged.append(judged)
    if entry is None or entry.unknown:
        judged.status, judged.reason = Status.UNCHECKED, "the output is not known"
    elif walk.exercise.labels[entry.value() >= walk.exercise.threshold.value] != written.text:
        judged.status = Status.SLIP
        message = f"The output of sample {sample} leads to class {walk.exercise.labels[entry.value() >= walk.exercise.threshold.value]}."
        simple_slip(walk, claim.span, Kind.CONTRADICTION, "contradiction.conclusion", message, judged)


def loss_again(walk: Walk, claim: Claim, quantity: Quantity) -> bool:
    """A loss told again without working: right if it is one of the losses of the run."""
    written = as_number(claim.links[-1].expr)
    if written is None or len(claim.links) > 1:
        return False
    if not (walk.ledger.knows(quantity) or walk.aligner.finished or walk.aligner.per_epoch > 1):
        return False
    known = [form.value for _, entry in walk.ledger.printed_values(Role.LOSS) for form in entry.forms]
    fits = any(is_rounding(written.value, value, written.places) for value in known) or _loss_of_epoch(
        walk, written
    )
    judged = Judged(
        claim,
        quantity,
        Status.RIGHT_ROUNDED,
        value=written,
        value_span=claim.links[-1].span,
        name=named(quantity),
    )
    if not fits:
        judged.status, judged.reason = Status.UNCHECKED, "it is not said of which weights and samples"
    walk.judged.append(judged)
    return True


def _loss_of_epoch(walk: Walk, written: Written) -> bool:
    """Whether a value is the loss over all samples with the author's weights between two epochs."""
    if Role.LOSS not in walk.exercise.system:
        return False
    everything = tuple(range(1, walk.exercise.n_samples + 1))
    tree = instance(walk.exercise.system[Role.LOSS], everything, walk.exercise.n_features, None)
    for epoch in range(min(walk.exercise.epochs, MAX_EPOCHS_TRIED) + 1):
        recipe = walk.ledger.recipe(tree, epoch * walk.aligner.per_epoch + 1)
        if recipe is not None and fit(written, None, recipe, walk.usual_places, always) is not None:
            return True
    return False
