"""A constant factor in the loss only rescales the learning rate."""

from collections.abc import Iterator

from deltarule.diagnosis.case import Case
from deltarule.diagnosis.figures import limit_figure
from deltarule.diagnosis.quadratic import loss_factor
from deltarule.report import Evidence

# the convention with which each is most often confused
_OTHER = {"mean": "half-mean", "half-mean": "mean", "sum": "half-sum", "half-sum": "sum"}


def evidence(case: Case) -> Iterator[Evidence]:
    """Translate the rate, and the limit, to the other usual convention."""
    if not case.has_loss:
        return
    own, count = case.exercise.convention, case.exercise.n_samples
    other = _OTHER[own]
    ratio = loss_factor(own, count) / loss_factor(other, count)
    sentence = (
        f"A constant factor in the loss only rescales the learning rate: under the convention {other}, "
        f"{case.exactly(ratio * case.rate)} takes the same steps that {case.rate_in_full} takes here under {own}"
    )
    if case.rates is not None and case.predictable:
        sentence += f", and the limit is {limit_figure(ratio * case.rates.limit)}"
    yield Evidence("remark", sentence + ".")
