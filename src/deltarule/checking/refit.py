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

TRIED_CLAIMS = 60
FEWEST_SLIPS = 2

# each setting, what it is called among the stated ones, and what else it could be
_CHOICES: tuple[tuple[str, Callable[[Exercise], tuple[object, ...]]], ...] = (
    ("batch_size", lambda exercise: (None, 1) if exercise.n_samples > 1 else (None,)),
    ("convention", lambda exercise: tuple(CONVENTIONS)),
    ("loss", lambda exercise: ("squared", "log") if exercise.activation == "sigmoid" else ("squared",)),
    ("error", lambda exercise: ERRORS),
    ("change", lambda exercise: CHANGES),
)


def refitted(first: Walk, walked: Callable[[Exercise, int | None], Walk]) -> tuple[Walk, tuple[str, ...]]:
    """The walk under the best reading of the exercise, and the settings that were changed for it.

    Parameters
    ----------
    first : Walk
        The walk with the exercise as it was understood.
    walked : callable
        Walks with another exercise, over so many claims only (None: all).
    """
    if not _doubtful(first):
        return first, ()
    best = first.exercise
    score = _score(walked(best, TRIED_CLAIMS))
    for _ in range(2):
        before = best
        for trial in _variants(best, first.understood.stated):
            found = _score(walked(trial, TRIED_CLAIMS))
            if found < score:
                best, score = trial, found
        if best == before:
            break
    if best == first.exercise:
        return first, ()
    second = walked(best, None)
    if _score(second) >= _score(first):
        return first, ()
    changed = tuple(name for name, _ in _CHOICES if getattr(best, name) != getattr(first.exercise, name))
    return second, changed


def _variants(exercise: Exercise, stated: frozenset[str]) -> Iterator[Exercise]:
    for name, choices in _CHOICES:
        if name in stated:
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
