"""The loss from epoch to epoch."""

from collections.abc import Iterator

from deltarule.diagnosis.case import Case
from deltarule.diagnosis.figures import counted, excerpt
from deltarule.report import Evidence


def evidence(case: Case) -> Iterator[Evidence]:
    """Say how the loss went, and how it would have gone without rounding where that shows."""
    if not case.losses:
        return
    written = [case.figure(loss) for loss in case.losses]
    if len(written) == 1:
        yield Evidence("effect", f"The loss at the start is {written[0]}.")
        return
    epochs = counted(case.exercise.epochs, "epoch")
    sentence = f"Over {epochs} the loss goes {' → '.join(excerpt(written))}."
    exact = [case.figure(loss) for loss in case.exact_losses]
    if exact and exact != written:
        sentence += f" Without the rounding of this solution it would go {' → '.join(excerpt(exact))}."
    yield Evidence("effect", sentence)
