"""Values that are told as a place to look at: ``at w = 0.001 the loss is 0.6918``, ``with p = 0.9 the loss would be small``.

They say nothing of what the run comes to, unless they are what it has come to.
"""

from deltarule.algebra.expr import Symbol
from deltarule.checking.claims import Judged
from deltarule.checking.sides import as_number
from deltarule.checking.walk import Walk
from deltarule.checking.wording import named
from deltarule.document import Claim
from deltarule.findings import Status
from deltarule.formulas import Role
from deltarule.naming import Reference
from deltarule.rarely import rarely
from deltarule.trace import Quantity
from deltarule.written import Written, is_rounding

MAX_BEFORE = 24  # characters in front of a name
MAX_SAMPLES = 24  # whose outputs are looked at
_AT = rarely(
    r"(?:^|[\s(,;.:*])(?:at|from|for|with|when|if|try|trying|suppose|bei|für|mit|wenn|von|ab|przy|dla|gdy|z|od|en|desde|de|para|con"
    r"|si|se|com|em|quando|pour|avec|à|depuis|quand|per|in|a|da|voor|bij|van|ved|fra|för|från|vid|для|при|с|от|из|если|за|від|якщо"
    r"|untuk|pada|dari|dengan|jika|için|iken|với|từ|tại|khi|nếu|当|在|从|取|若)[\s$(\\*`]{0,6}$"
)
_LISTED = rarely(r"[\s$`*),，、]{0,6}[^\W\d_]{0,5}[\s$`*(]{0,6}")  # "and", between two values of one place
_STARTS = frozenset({Role.WEIGHT, Role.BIAS})


def is_tried(walk: Walk, claim: Claim, reference: Reference) -> bool:
    """Whether a weight or an output that is not the run's is told as a place to look at, before any update."""
    written = _looked_at(walk, claim, reference)
    if written is None or walk.aligner.step > 1 or walk.aligner.weights_updated():
        return False
    if reference.role is Role.OUTPUT:
        if reference.sample is not None or _is_output(walk, written):
            return False
        walk.tried.add(claim.span)
        return True
    return reference.role in _STARTS and not _is_start(walk, reference, written)


def is_start_again(walk: Walk, claim: Claim, reference: Reference) -> bool:
    """Whether the weights that a step starts with are told again as the place where it is worked, which is then right."""
    written = _looked_at(walk, claim, reference)
    if written is None and claim.line in walk.rate_lines:  # w = 0, b = 0, η = 0.1: from the start once more
        written = as_number(claim.links[0].expr) if len(claim.links) == 1 else None
    if written is None or reference.role not in _STARTS or not walk.begun:
        return False
    due = Quantity(reference.role, reference.feature, None, walk.aligner.step)
    if due in walk.aligner.seen or not _is_start(walk, reference, written):
        return False
    name = named(due._replace(step=walk.aligner.step - 1))
    walk.judged.append(Judged(claim, None, Status.RIGHT, None, written, claim.links[0].span, name=name))
    return True


def _looked_at(walk: Walk, claim: Claim, reference: Reference) -> Written | None:
    """The number that a claim tells behind a word for a place, in no table."""
    written = as_number(claim.links[0].expr) if len(claim.links) == 1 else None
    if (
        written is None
        or reference.general
        or not isinstance(claim.subject, Symbol)
        or "new" in claim.subject.marks
    ):
        return None
    if walk.table_around(claim.span) is not None:
        return None
    text = walk.document.source.text
    line = walk.document.source.line_span(claim.line)
    before = text[max(line.start, claim.span.start - MAX_BEFORE) : claim.span.start]
    between = text[max(line.start, walk.place_told) : claim.span.start]
    listed = line.start <= walk.place_told and _LISTED.fullmatch(between) is not None
    if not listed and _AT.search(before.lower()) is None:
        return None
    walk.place_told = claim.span.end
    return written


def _is_start(walk: Walk, reference: Reference, written: Written) -> bool:
    """Whether a weight has that value before the update of this step, as far as that is known."""
    entry = walk.ledger.find(Quantity(reference.role, reference.feature, None, walk.aligner.step - 1))
    return entry is not None and any(
        is_rounding(written.value, form.value, written.places) for form in entry.forms
    )


def _is_output(walk: Walk, written: Written) -> bool:
    """Whether a sample has such an output in this step."""
    for sample in range(1, min(walk.exercise.n_samples, MAX_SAMPLES) + 1):
        entry = walk.ledger.find(Quantity(Role.OUTPUT, None, sample, walk.aligner.step))
        if entry is not None and (
            is_rounding(written.value, entry.value(), written.places)
            or any(is_rounding(written.value, form.value, written.places) for form in entry.forms)
        ):
            return True
    return False
