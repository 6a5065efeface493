"""Long numbers of a printout that the exercise's own run gives, whichever lines of it the document leaves out.

How the samples are taken and what the loss is divided by is seldom said in a printout: the way counts in which most of its long numbers
come out. Those are right; others are not called wrong.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.evaluate import evaluate
from deltarule.checking.claims import Judged
from deltarule.checking.origins.long_numbers import comes_out, in_order, is_long, told_again
from deltarule.checking.origins.memory import Memory
from deltarule.document import Mention
from deltarule.errors import DeltaruleError
from deltarule.exercise import Exercise
from deltarule.findings import Status
from deltarule.formulas import CONVENTIONS
from deltarule.trace import run_unrounded

BARE = 2  # as many long numbers without a verdict as with one
FEWEST = 6  # long numbers that come out, before the run is the document's
MAX_UPDATES = 40
MAX_EPOCHS = 20
MAX_SIZE = 12  # samples, and features


def of_whole_run(
    judged: Sequence[Judged], mentions: Sequence[Mention], memory: Memory
) -> tuple[list[Judged], list[Judged]]:
    """The judged values, those settled that the run gives; and numbers of the prose that it gives.

    A document most of whose long numbers are judged by their lines needs no run.
    """
    done = list(judged)
    open_still = [k for k, item in enumerate(done) if item.status is Status.UNCHECKED and is_long(item.value)]
    unread = [each for each in mentions if is_long(each.number)]
    exercise = memory.told or memory.exercise
    known = {
        item.value.value.as_integer_ratio()
        for item in done
        if item.value is not None and item.status is not Status.UNCHECKED and is_long(item.value)
    }
    fresh = len(open_still) + sum([each.number.value.as_integer_ratio() not in known for each in unread])
    if len(open_still) + len(unread) < FEWEST or fresh < BARE * len(known) or not _is_small(exercise):
        return done, []
    numbers = {item.value for item in (done[k] for k in open_still) if item.value is not None}
    numbers |= {each.number for each in unread}
    best: list[Fraction] = []
    count = FEWEST - 1
    worked: set[object] = set()
    for way in _ways(exercise):
        if not memory.affords(MAX_UPDATES * (exercise.n_features + 4)):
            break
        kind = _kind(way)
        if kind in worked:
            continue  # one sample at a time, a mean is a sum
        worked.add(kind)
        with suppress(DeltaruleError, ArithmeticError, ValueError):
            found = in_order(run_unrounded(way).values.values())
            fitting = len({each.value for each in numbers if comes_out(each, found)})
            if fitting > count:
                best, count = found, fitting
    if not best:
        return done, []
    for k in open_still:
        written = done[k].value
        if written is not None and comes_out(written, best):
            done[k] = replace(done[k], status=Status.RIGHT_ROUNDED, reason="")
    return done, list(told_again(done, unread, best, "a number of the run"))


def _is_small(exercise: Exercise) -> bool:
    return (
        0 < exercise.n_samples <= MAX_SIZE
        and 0 < exercise.n_features <= MAX_SIZE
        and len(exercise.weights) == exercise.n_features
        and exercise.bias is not None
        and exercise.learning_rate is not None
    )


def _ways(exercise: Exercise) -> Iterator[Exercise]:
    """The exercise with one sample after the other and with all at once, by every convention, with either loss of a sigmoid."""
    losses = ("squared", "log") if exercise.activation == "sigmoid" else (exercise.loss,)
    for size in (1, None):
        batches = exercise.n_samples if size == 1 else 1
        epochs = max(1, min(MAX_EPOCHS, MAX_UPDATES // batches))
        for loss in losses:
            for convention in CONVENTIONS:
                yield replace(exercise, batch_size=size, epochs=epochs, loss=loss, convention=convention)


def _kind(way: Exercise) -> object:
    """The same for two ways that take the same steps: conventions count only by the factors that they come to."""
    samples = Fraction(way.batch_size or way.n_samples)
    convention = CONVENTIONS[way.convention]
    factors = (convention.factor, convention.squared_gradient_factor)
    return way.batch_size, way.loss, tuple(evaluate(factor, lambda _: samples) for factor in factors)
