"""A second look at what the document does not state: conventions, batches, signs, by what its author's lines fit.

Where no formula states a convention, the author's own substitutions do: the reading of the exercise under which the fewest
lines are wrong is the one they followed. Settings are tried one after the other, on the first claims only, so
that the work stays a small multiple of one walk.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from deltarule.algebra.expr import Product, Sum
from deltarule.checking.sides import as_number
from deltarule.checking.walk import Walk
from deltarule.document import Claim
from deltarule.exercise import Exercise
from deltarule.findings import Status
from deltarule.formulas import BIAS_SIGNS, CHANGES, CONVENTIONS, ERRORS, Role

TRIED_CLAIMS = 24
FEWEST_SLIPS = 2
_OF_CONVENTION = frozenset({"formula.factor", "copying.operand", "copying.digit"})  # what a wrong one leaves
_SCALED = frozenset({Role.LOSS, Role.GRADIENT, Role.BIAS_GRADIENT, Role.CHANGE, Role.BIAS_CHANGE})
_CHANGED = frozenset({Role.WEIGHT, Role.BIAS})
FEWEST_UPDATES = 3
MOST_TRIED = 12  # readings of the exercise

_OF_BIAS_SIGN = frozenset({"sign.term", "sign.value", "formula.direction"})

# each setting, what it could be, and the slips that a wrong reading of it would leave
_CHOICES: tuple[tuple[str, Callable[[Exercise], tuple[object, ...]], frozenset[str]], ...] = (
    (
        "activation",
        lambda exercise: ("sigmoid",) if exercise.activation == "identity" else (),
        frozenset({"arithmetic.value", "formula.rule", "copying.operand", "copying.digit"}),
    ),
    (
        "batch_size",
        lambda exercise: (None, 1) if exercise.n_samples > 1 else (None,),
        frozenset({"copying.operand", "omission.term", "formula.rule", "formula.direction"}),
    ),
    (
        "convention",
        lambda exercise: _conventions(exercise),
        _OF_CONVENTION,
    ),
    (
        "loss",
        lambda exercise: ("squared", "log") if exercise.activation == "sigmoid" else ("squared",),
        frozenset(
            {"formula.factor", "formula.rule", "formula.direction", "omission.factor", "copying.operand"}
        ),
    ),
    ("error", lambda exercise: ERRORS, frozenset({"sign.term", "sign.difference"})),
    ("change", lambda exercise: CHANGES, frozenset({"sign.term", "sign.value"})),
    ("bias_sign", lambda exercise: BIAS_SIGNS if exercise.has_bias else ("added",), _OF_BIAS_SIGN),
)


def _conventions(exercise: Exercise) -> tuple[str, ...]:
    """Conventions that differ: for one sample at a time a mean is a sum."""
    if exercise.batch_size != 1 and exercise.n_samples != 1:
        return tuple(CONVENTIONS)
    return ("sum",) if exercise.convention in ("half-mean", "half-sum") else ("half-sum",)


def is_hopeless(walk: Walk) -> bool:
    """Whether most lines are wrong from the start, so that it is not worth going on before something else was tried."""
    return len(walk.judged) == TRIED_CLAIMS and 2 * len(walk.slips) > TRIED_CLAIMS


def refitted(first: Walk, walked: Callable[[Exercise, int | None, int | None], Walk]) -> Walk:
    """The walk under the best reading of the exercise.

    From the exercise as it was understood one setting is changed at a time, wherever that leaves fewer slips.

    Parameters
    ----------
    first : Walk
        The walk with the exercise as it was understood; it may have been broken off as hopeless.
    walked : callable
        Walks with another exercise, over so many claims only (None: all), until more slips are found than a number.
    """
    broken_off = is_hopeless(first)
    if not _doubtful(first) or not any(True for _ in _variants(first.exercise, first)):
        return walked(first.exercise, None, None) if broken_off else first
    best = first if len(first.judged) <= TRIED_CLAIMS else walked(first.exercise, TRIED_CLAIMS, None)
    tried = {_settings(first.exercise)}
    while len(tried) < MOST_TRIED and best.slips:
        better = _step(best, tried, walked)
        if better is None:
            break
        best = better
    if best.exercise == first.exercise:
        return walked(first.exercise, None, None) if broken_off else first
    second = walked(best.exercise, None, None)
    return second if broken_off or _score(second) < _score(first) else first


def _step(
    best: Walk, tried: set[tuple[object, ...]], walked: Callable[[Exercise, int | None, int | None], Walk]
) -> Walk | None:
    """The walk under the change of one setting that leaves fewest slips; None if none leaves fewer."""
    found: Walk | None = None
    score = _score(best)
    for trial in _variants(best.exercise, best):
        if _settings(trial) not in tried:
            tried.add(_settings(trial))
            walk = walked(trial, TRIED_CLAIMS, score[0])
            if _score(walk) < score:
                found, score = walk, _score(walk)
    return found


def _settings(exercise: Exercise) -> tuple[object, ...]:
    return tuple(getattr(exercise, name) for name, _, _ in _CHOICES)


def _variants(exercise: Exercise, walk: Walk) -> Iterator[Exercise]:
    """The exercise with one setting changed, where slips of a walk give reason to."""
    codes = {slip.code for slip in walk.slips}
    stated = walk.understood.stated
    printed = _is_without_working(walk)
    for name, choices, symptoms in _CHOICES:
        told = printed or (name == "convention" and _scales_bare_values(walk))
        if name in stated or not (told or codes & symptoms) or (name == "batch_size" and _is_shown(walk)):
            continue
        if name == "activation" and not _tells_probabilities(walk):
            continue
        for choice in choices(exercise):
            if choice != getattr(exercise, name):
                trial = replace(exercise, **{name: choice})  # type: ignore[arg-type]  # the table names its fields
                if name == "activation" and "loss" not in stated:
                    yield _of_logs(replace(trial, loss="log"), stated)
                yield _of_logs(trial, stated) if name == "loss" else trial


def _scales_bare_values(walk: Walk) -> bool:
    """Whether what a convention scales is wrong where it stands without working: ``Δw_1 = 0.08`` below a worked error."""
    return any(
        item.quantity is not None
        and item.status is Status.SLIP
        and len(item.claim.links) == 1
        and item.quantity.role in _SCALED | _CHANGED
        for item in walk.judged
    )


def _tells_probabilities(walk: Walk) -> bool:
    """Whether all outputs that are told lie between the targets 0 and 1, and none is shown to be a net input."""
    outputs = [
        item for item in walk.judged if item.quantity is not None and item.quantity.role is Role.OUTPUT
    ]
    if any(len(item.claim.links) > 1 and item.status is not Status.SLIP for item in outputs):
        return False
    told = [
        written.value for item in outputs if (written := as_number(item.claim.links[-1].expr)) is not None
    ]
    classes = {target.value for target in walk.exercise.targets} <= {0, 1}
    return classes and bool(told) and all(0 < value < 1 for value in told)


def _of_logs(trial: Exercise, stated: frozenset[str]) -> Exercise:
    """A reading with the convention that goes with its loss: the halves belong to squares."""
    return replace(trial, convention="mean") if trial.loss == "log" and "convention" not in stated else trial


def _is_without_working(walk: Walk) -> bool:
    """Whether all values stand without working, as a program prints them: any setting may be the cause of what is wrong."""
    located = [item for item in walk.judged if item.quantity is not None]
    return bool(located) and all(len(item.claim.links) == 1 for item in located)


def _is_shown(walk: Walk) -> bool:
    """Whether parameters are worked out rightly after each of several samples: nothing is left to be guessed of batches."""
    updates = {
        item.quantity.step
        for item in walk.judged
        if item.quantity is not None
        and item.quantity.role in (Role.WEIGHT, Role.BIAS)
        and item.status is not Status.SLIP
        and any(as_number(side) is None for side in item.claim.in_numbers)
    }
    return walk.exercise.batch_size == 1 and len(updates) >= FEWEST_UPDATES


def _doubtful(walk: Walk) -> bool:
    """Whether so much is wrong that the exercise may have been taken wrongly, or all that could bear it out."""
    if len(walk.slips) >= FEWEST_SLIPS and len(walk.slips) * 8 >= len(walk.judged):
        return True
    if "loss" not in walk.understood.stated and sum(s.code == "formula.rule" for s in walk.slips) > 1:
        return True  # slopes of another loss
    if walk.exercise.bias_sign == "subtracted" and _moves_bias_otherwise(walk):
        return True
    if "convention" in walk.understood.stated or not any(s.code in _OF_CONVENTION for s in walk.slips):
        return False
    return not any(
        item.quantity is not None
        and item.status is not Status.SLIP
        and len(item.claim.links) > 1
        and (item.quantity.role in _SCALED or (item.quantity.role in _CHANGED and _holds_errors(item.claim)))
        for item in walk.judged
    )


def _moves_bias_otherwise(walk: Walk) -> bool:
    """Whether every change of a bias that is a threshold goes the other way: its author changes it as a weight."""
    moved = [
        item.status is Status.SLIP
        for item in walk.judged
        if item.quantity is not None and item.quantity.role in (Role.BIAS, Role.BIAS_CHANGE)
    ]
    codes = {
        slip.code for slip in walk.slips if slip.quantity is not None and slip.quantity.role is Role.BIAS
    }
    return len(moved) >= FEWEST_SLIPS and all(moved) and codes <= _OF_BIAS_SIGN


def _holds_errors(claim: Claim) -> bool:
    """Whether errors are worked out within an update: a bracket times other numbers."""
    return any(
        isinstance(node, Product) and any(isinstance(factor, Sum) for factor in node.factors)
        for link in claim.links
        for node in link.expr.walk()
    )


def _score(walk: Walk) -> tuple[int, int]:
    """Slips first, then what could not be judged."""
    unchecked = sum(item.status is Status.UNCHECKED for item in walk.judged)
    return len(walk.slips) + unchecked // 2, unchecked
