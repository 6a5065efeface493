"""The step activation: no loss, no learning rate too high, only data that a line separates or does not."""

from collections.abc import Iterator

from deltarule.diagnosis.case import Case
from deltarule.diagnosis.figures import counted
from deltarule.diagnosis.quadratic import Vector
from deltarule.exercise import Carry
from deltarule.formulas import Role
from deltarule.report import Evidence
from deltarule.trace import Trace


def weights_after(trace: Trace, step: int) -> Vector:
    """Weights after an update, as the run goes on with them."""
    return trace.weights(step, printed=trace.exercise.carry is Carry.PRINTED)


def mistakes(trace: Trace) -> int:
    """Samples whose output, with the final weights, is not their target."""
    targets = trace.exercise.targets
    return sum(p.output != targets[p.sample - 1].value for p in trace.predictions)


def all_right(trace: Trace) -> bool:
    """Whether every output equals its target at the end."""
    return mistakes(trace) == 0


def evidence(case: Case) -> Iterator[Evidence]:
    """Tell separable data from data that make the weights go round."""
    if case.has_loss:
        return
    trace, epochs = case.trace, case.exercise.epochs
    if any(target.value not in (0, 1) for target in case.exercise.targets):
        yield Evidence(
            "cause", "The step activation gives 0 or 1; with other targets the errors never vanish."
        )
    elif all_right(trace):
        yield Evidence(
            "cause",
            "The data are linearly separable: with the final weights every output equals its target, so "
            "further epochs change nothing.",
        )
    elif repeat := returning(case):
        earlier, later = repeat
        sentence = (
            f"The weights after epoch {later} are those after epoch {earlier}, with {mistakes(trace)} of "
            f"{counted(case.exercise.n_samples, 'sample')} still wrong, so the run repeats itself for ever."
        )
        if _nothing_rounded(trace):
            sentence += " On linearly separable data that cannot happen: no line separates these classes."
        yield Evidence("cause", sentence)
    elif epochs:
        wrong = mistakes(trace)
        yield Evidence(
            "cause",
            f"After {counted(epochs, 'epoch')} {wrong} of {counted(case.exercise.n_samples, 'sample')} "
            f"{'is' if wrong == 1 else 'are'} wrong and the weights still move: this is too early to tell whether a line separates the classes.",
        )


def returning(case: Case) -> tuple[int, int] | None:
    """Two epochs that end with the same weights; the first 0 is the start."""
    seen: dict[Vector, int] = {}
    for epoch in range(case.exercise.epochs + 1):
        weights = weights_after(case.trace, epoch * len(case.batches))
        if weights in seen:
            return seen[weights], epoch
        seen[weights] = epoch
    return None


def _nothing_rounded(trace: Trace) -> bool:
    """Whether rounding had no part in the run: every value it went on with is the one it worked out."""
    if trace.exercise.carry is Carry.UNROUNDED:
        return all(line.exact for step in trace.steps for line in step.lines)
    return all(
        line.shown.value == line.value
        for step in trace.steps
        for line in step.lines
        if line.quantity.role is not Role.LOSS
    )
