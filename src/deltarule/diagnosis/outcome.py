"""How a run ended."""

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

from deltarule.diagnosis.best import excess
from deltarule.diagnosis.case import Case
from deltarule.diagnosis.perceptron import all_right, weights_after
from deltarule.history import Outcome

_LARGEST_DOUBLE = Fraction(2) ** 1024  # where other people's programs stop
_VISIBLE = Fraction(1, 1000)  # a change of the loss that four figures show
_NEAR = Fraction(1, 100)  # of the excess loss at the start


def outcome(case: Case) -> Outcome:
    """Name the first ending of the table that fits."""
    if case.exercise.epochs == 0:
        return Outcome.UNTRAINED
    return next((ending for ending, fits in _ENDINGS if fits(case)), Outcome.MAX_EPOCHS)


def _overflow(case: Case) -> bool:
    return any(abs(number) >= _LARGEST_DOUBLE for number in (*case.losses[-1:], *case.weights[-1]))


def _separable(case: Case) -> bool:
    return not case.has_loss and all_right(case.trace)


def _cycling(case: Case) -> bool:
    """The weights of the end were there before, and others in between: the same will happen again."""
    seen = [weights_after(case.trace, step) for step in range(len(case.trace.steps) + 1)]
    per_epoch, last = len(case.batches), len(seen) - 1
    return any(
        seen[at] == seen[last] and any(between != seen[last] for between in seen[at + 1 : last])
        for at in range(last - per_epoch, -1, -per_epoch)
    )


def _rises(case: Case) -> list[bool]:
    return [after > before * (1 + _VISIBLE) for before, after in pairwise(case.losses)]


def _diverging(case: Case) -> bool:
    """The loss rises to the end: by prediction for ever, or, where there is none, twice running and above its start."""
    rises = _rises(case)
    if not rises or not rises[-1]:
        return False
    if case.predictable and case.rates is not None:
        return case.rate > case.rates.limit
    return case.losses[-1] > case.losses[0] and all(rises[-2:])


def _oscillating(case: Case) -> bool:
    return any(_rises(case))


def _settled(case: Case) -> bool:
    """No weight changed in the last epoch, as far as is printed."""
    end = len(case.trace.steps)
    return case.trace.weights(end - len(case.batches), printed=True) == case.trace.weights(end, printed=True)


def _near(case: Case) -> bool:
    above = excess(case)
    return above is None or above[1] <= _NEAR * above[0]


def _converged(case: Case) -> bool:
    above = excess(case)
    return (_settled(case) and _near(case)) or (above is not None and above[1] == 0)


def _crawling(case: Case) -> bool:
    """Far from done, and what is gained per epoch cannot be seen in the loss."""
    if _settled(case):
        return True
    if not case.losses:
        return False
    above = excess(case)
    to_gain = case.losses[0] if above is None else above[0]
    return case.losses[0] - case.losses[-1] < _VISIBLE * case.exercise.epochs * to_gain


_ENDINGS: tuple[tuple[Outcome, Callable[[Case], bool]], ...] = (
    (Outcome.OVERFLOW, _overflow),
    (Outcome.SEPARABLE, _separable),
    (Outcome.CYCLING, _cycling),
    (Outcome.DIVERGING, _diverging),
    (Outcome.CONVERGED, _converged),
    (Outcome.OSCILLATING, _oscillating),
    (Outcome.CRAWLING, _crawling),
)
