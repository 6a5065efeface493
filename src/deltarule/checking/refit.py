"""A second look at what the document does not state: conventions, batches, signs, by what its author's lines fit.

Where no formula states a convention, the author's own substitutions do: the reading of the exercise under which the fewest
lines are wrong is the one they followed. Settings are tried one after the other, on the first claims only, so
that the work stays a small multiple of one walk.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from deltarule.checking.walk import Walk
from deltarule.exercise import Exercise
from deltarule.findings import Status
from deltarule.formulas import CHANGES, CONVENTIONS, ERRORS

TRIED_CLAIMS = 24
FEWEST_SLIPS = 2

# each setting, what it could be, and the slips that a wrong reading of it would leave
_CHOICES: tuple[tuple[str, Callable[[Exercise], tuple[object, ...]], frozenset[str]], ...] = (
    (
        "batch_size",
        lambda exercise: (None, 1) if exercise.n_samples > 1 else (None,),
        frozenset({"copying.operand", "omission.term", "formula.rule"}),
    ),
    ("convention", lambda exercise: _conventions(exercise), frozenset({"formula.factor"})),
    (
        "loss",
        lambda exercise: ("squared", "log") if exercise.activation == "sigmoid" else ("squared",),
        frozenset({"formula.factor", "formula.rule", "omission.factor", "copying.operand"}),
    ),
    ("error", lambda exercise: ERRORS, frozenset({"sign.term", "sign.difference"})),
    ("change", lambda exercise: CHANGES, frozenset({"sign.term", "sign.value"})),
)


def _conventions(exercise: Exercise) -> tuple[str, ...]:
    """Conventions that differ: for one sample at a time a mean is a sum."""
    single = exercise.batch_size == 1 or exercise.n_samples == 1
    return ("sum", "half-sum") if single else tuple(CONVENTIONS)


def refitted(
    first: Walk, walked: Callable[[Exercise, int | None, int | None], Walk]
) -> tuple[Walk, tuple[str, ...]]:
    """The walk under the best reading of the exercise, and the settings that were changed for it.

    Parameters
    ----------
    first : Walk
        The walk with the exercise as it was understood.
    walked : callable
        Walks with another exercise, over so many claims only (None: all), until more slips are found than a number.
    """
    if not _doubtful(first) or not any(True for _ in _variants(first.exercise, first)):
        return first, ()
    best = first.exercise
    score = _score(walked(best, TRIED_CLAIMS, None))
    for _ in range(2):
        before = best
        for trial in _variants(best, first):
            found = _score(walked(trial, TRIED_CLAIMS, score[0]))
            if found < score:
                best, score = trial, found
        if best == before:
            break
    if best == first.exercise:
        return first, ()
    second = walked(best, None, None)
    if _score(second) >= _score(first):
        return first, ()
    changed = tuple(name for name, _, _ in _CHOICES if getattr(best, name) != getattr(first.exercise, name))
    return second, changed


def _variants(exercise: Exercise, first: Walk) -> Iterator[Exercise]:
    """The exercise with one setting changed, where slips of the first walk give reason to."""
    codes = {slip.code for slip in first.slips}
    for name, choices, symptoms in _CHOICES:
        if name in first.understood.stated or not codes & symptoms:
            continue
        for choice in choices(exercise):
            if choice != getattr(exercise, name):
                yield replace(exercise, **{name: choice})  # type: ignore[arg-type]  # the table names its fields


def _doubtful(walk: Walk) -> bool:
    """Whether so much is wrong that the exercise may have been taken wrongly."""
    return len(walk.slips) >= FEWEST_SLIPS and len(walk.slips) * 8 >= len(walk.judged)


def _score(walk: Walk) -> tuple[int, int]:
    """Slips first, then what could not be judged."""
    unchecked = sum(item.status is Status.UNCHECKED for item in walk.judged)
    return len(walk.slips) + unchecked // 2, unchecked
