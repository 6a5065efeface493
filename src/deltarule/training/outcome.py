"""The name of a run's ending, from its losses and a few facts; the first that fits of a table."""

from collections.abc import Callable

import numpy as np

from deltarule.history import Outcome
from deltarule.records import record
from deltarule.training.engine import Floats

_VISIBLE = 1e-3  # a change of the loss that four figures show
_SETTLING = 0.75  # ripples that shrink by less, from one part of the run to the next, do not settle


@record
class Facts:
    """What the ending is told from.

    Attributes
    ----------
    losses : array
        Of all epochs: full batches from the start on, mini-batches from the first epoch on.
    full_batch : bool
        Whether every update saw all rows.
    finite : bool
        Whether the final weights and loss are numbers.
    stopped : bool
        Whether validation, a callback or the user ended it.
    converged : bool
        Whether the gap is certified to be within the tolerance.
    right : bool
        Whether the data are separable, and every row is on its right side.
    returned : bool
        Whether the weights came back, other ones in between.
    stable : bool or None
        Whether the loss is a parabola and the rate below its limit, so that no growth can last; None if that is not known.
    resting : bool
        Whether an epoch of updates, none of them nothing, ended where it began.
    gap : float
        How far the loss is from the least at most, where that is certified.
    gain : float
        What one well-scaled step would still gain; NaN where that is not known.
    slope : float
        What the next epoch would gain if the loss went straight on: learning rate times squared gradient, times
        updates an epoch.
    steady : bool
        Whether the gradient is what it was at the start, nearly: all the way one slope.
    rounding, reference : float
        Rounding of the loss; loss of the best constant.
    asked : int
        How many epochs there were to be at most.
    limit : float or None
        The largest learning rate at which full batches descend, where the loss is a parabola; None if that is not known.
    """

    losses: Floats
    full_batch: bool
    finite: bool
    stopped: bool
    converged: bool
    right: bool
    returned: bool
    stable: bool | None
    resting: bool
    gap: float
    gain: float
    slope: float
    steady: bool
    rounding: float
    reference: float
    asked: int
    limit: float | None = None


def stable(rate: float, largest_curvature: float, momentum: float, nesterov: bool) -> bool:
    """Whether full batches descend a parabola: Goh (2017) for the heavy ball, Cohen et al. (2021) for Nesterov."""
    reach = 1 / (1 + 2 * momentum) if nesterov else 1.0
    return rate * largest_curvature < 2 * (1 + momentum) * reach


def limit(largest_curvature: float, momentum: float) -> float | None:
    """The learning rate from which on full batches, with a heavy ball or none, do not descend a parabola."""
    return 2 * (1 + momentum) / largest_curvature if largest_curvature > 0 else None


def outcome(facts: Facts) -> Outcome:
    """Name the first ending of the table that fits."""
    if facts.asked == 0 and facts.finite:
        return Outcome.UNTRAINED
    return next((ending for ending, fits in _ENDINGS if fits(facts)), Outcome.MAX_EPOCHS)


def grows(losses: Floats, full_batch: bool, reference: float) -> bool:
    """Whether the loss grows to the end, and past its start: no ripple, no noise."""
    if len(losses) < 2:
        return False
    if not np.isfinite(losses).all():
        return True
    last, first = float(losses[-1]), float(losses[0])
    high = last > max(first, reference) * (1 + _VISIBLE) or (first > 0 and last > 10 * first)
    if not full_batch:  # the first epoch's running loss has its share of the growth already
        return high and last >= 0.9 * float(losses.max()) and last > 1.5 * max(first, reference)
    recent = losses[-3:]
    return high and bool(np.all(np.diff(recent) > _VISIBLE * recent[:-1]))


def runs_away(losses: Floats, full_batch: bool, reference: float) -> bool:
    """Whether nothing but growth can follow: five rises in a row, a million times above everything healthy."""
    recent = losses[-6:]
    healthy = max(float(losses[0]), reference)
    if len(recent) < 6 and np.isfinite(losses).all():
        return False
    return (
        grows(losses, full_batch, reference)
        and float(losses[-1]) > 1e6 * healthy
        and bool(np.all(np.diff(recent) > 0))
    )


def _overflow(facts: Facts) -> bool:
    return not facts.finite


def _diverging(facts: Facts) -> bool:
    return not facts.stable and grows(facts.losses, facts.full_batch, facts.reference)


def _precision_limited(facts: Facts) -> bool:
    return facts.full_batch and facts.gain <= facts.rounding and facts.slope > 0


def _oscillating(facts: Facts) -> bool:
    """Rises to the end, in ripples that do not shrink."""
    losses = facts.losses
    if not facts.full_batch or len(losses) < 2:
        return False
    part = max(2, len(losses) // 3)
    changes = np.diff(losses)
    last, before = changes[-part:], changes[-2 * part : -part]
    if not np.any(last > _VISIBLE * losses[-part - 1 : -1][-len(last) :]):
        return False
    return len(before) == 0 or bool(np.abs(last).sum() >= _SETTLING * np.abs(before).sum())


def _noise_floor(facts: Facts) -> bool:
    """The loss stands still though the slope would take it down: noise takes it up again."""
    losses = facts.losses
    if not facts.full_batch and facts.resting:
        return True
    if facts.full_batch or len(losses) < 6 or (facts.steady and np.isnan(facts.gain)):
        return False
    third = len(losses) // 3
    before, last = losses[-2 * third : -third], losses[-third:]
    gained = float(before.mean() - last.mean())
    scatter = float(np.sqrt((before.var() + last.var()) / third))
    left = facts.gap if np.isfinite(facts.gap) else 0.0
    return gained <= max(2 * scatter, 0.1 * left) and facts.slope > 2 * gained / third


def _crawling(facts: Facts) -> bool:
    """What is gained in an epoch is less than a thousandth of what one well-scaled step would gain."""
    if facts.full_batch and len(facts.losses) > 1:
        recent = facts.losses[-6:]
        pace = float(recent[0] - recent[-1]) / (len(recent) - 1)
    else:
        pace = facts.slope
    if np.isnan(facts.gain):  # no curvature: the same slope all the way is the sign of steps too short
        return facts.steady and pace < _VISIBLE * float(facts.losses[-1])
    return pace <= _VISIBLE * facts.gain


_ENDINGS: tuple[tuple[Outcome, Callable[[Facts], bool]], ...] = (
    (Outcome.OVERFLOW, _overflow),
    (Outcome.STOPPED_EARLY, lambda facts: facts.stopped),
    (Outcome.SEPARABLE, lambda facts: facts.right),
    (Outcome.CONVERGED, lambda facts: facts.converged),
    (Outcome.CYCLING, lambda facts: facts.returned),
    (Outcome.DIVERGING, _diverging),
    (Outcome.PRECISION_LIMITED, _precision_limited),
    (Outcome.OSCILLATING, _oscillating),
    (Outcome.NOISE_FLOOR, _noise_floor),
    (Outcome.CRAWLING, _crawling),
)


def sentence(ending: Outcome, facts: Facts, gap: float, epochs: int) -> str:
    """Say how a run ended, with its numbers."""
    last = float(facts.losses[-1]) if len(facts.losses) else float("nan")
    first = float(facts.losses[0]) if len(facts.losses) else float("nan")
    counted = f"{epochs} epoch{'s' * (epochs != 1)}"
    if ending is Outcome.UNTRAINED:
        return f"{ending.sentence} The loss at the start is {last:.6g}."
    if ending is Outcome.CONVERGED:
        return f"{ending.sentence} After {counted} the loss, {last:.6g}, is certainly within {gap:.3g} of the least."
    if ending is Outcome.SEPARABLE:
        return (
            f"Every sample is on its right side after {counted}: the classes are separable, and what is left for the "
            "weights is to grow, ever more slowly."
            if last > 0
            else f"{ending.sentence} It took {counted}."
        )
    if ending in (Outcome.DIVERGING, Outcome.OVERFLOW):
        grew = f"{ending.sentence} It was {first:.6g} at first, and {last:.6g} after {counted}."
        return (
            grew
            if facts.limit is None
            else f"{grew} Learning rates below {facts.limit:.4g} would not diverge."
        )
    if ending is Outcome.CRAWLING and facts.slope == 0:
        return (
            f"{ending.sentence} After {counted} the loss is {last:.6g}, and its slope is exactly 0: no row teaches the "
            "neuron anything here. Start from other weights."
        )
    return f"{ending.sentence} After {counted} the loss is {last:.6g}."
