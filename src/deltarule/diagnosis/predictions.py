"""What the trained neuron predicts: one class for everything is no use, whatever the loss."""

from collections.abc import Iterator
from fractions import Fraction

from deltarule.diagnosis.case import Case
from deltarule.diagnosis.figures import counted
from deltarule.report import Evidence
from deltarule.trace import Trace


def classes(trace: Trace) -> tuple[str, ...]:
    """Predicted class of each sample; empty without a threshold."""
    return tuple(prediction.label for prediction in trace.predictions if prediction.label is not None)


def evidence(case: Case) -> Iterator[Evidence]:
    """Count right predictions, and say so if all are the same."""
    predicted = classes(case.trace)
    if not predicted:
        return
    right = sum(prediction.right is True for prediction in case.trace.predictions)
    total = len(predicted)
    share = f"{right} of {counted(total, 'sample')}"
    accuracy = case.exactly(Fraction(right, total))
    if total > 1 and len(set(predicted)) == 1:
        yield Evidence(
            "effect",
            f"All {total} samples are predicted {predicted[0]}; {right} of them rightly (accuracy {accuracy}).",
        )
    else:
        yield Evidence(
            "effect", f"{share} {'is' if right == 1 else 'are'} predicted rightly (accuracy {accuracy})."
        )
