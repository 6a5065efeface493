"""What t steps of gradient descent leave of an error, for any t, without taking the steps.

Along an eigenvector of curvature lambda one step multiplies the error by 1 - eta lambda, and t steps by its
t-th power. Both ends need care: for a slow direction the power is so near 1 that only its distance from 1
says anything, and for an unstable one it leaves the range of floats.
"""

import numpy as np
from numpy.typing import NDArray

from deltarule.records import record
from deltarule.training.moments import Floats

_MOST_EPOCHS = 2.0**62  # that an int64 counts


@record
class Left:
    """What is left of an error: ``sign * exp(size)``, and what is gone: ``gone = 1 - sign * exp(size)``.

    All arrays have the shape of step lengths and epochs broadcast together.
    """

    sign: Floats
    size: Floats
    gone: Floats

    @property
    def factor(self) -> Floats:
        """``sign * exp(size)``; infinite where it does not fit a float."""
        with np.errstate(over="ignore"):
            result: Floats = self.sign * np.exp(self.size)
        return result


def left(steps: Floats, epochs: Floats, momentum: float = 0.0) -> Left:
    """What is left of errors after some epochs.

    Parameters
    ----------
    steps : array
        Learning rate times curvature, none negative.
    epochs : array
        Whole numbers, or infinity.
    momentum : float
        Of the heavy ball, ``0 <= momentum < 1``; the first step is a plain one.
    """
    steps, epochs = np.broadcast_arrays(np.asarray(steps, float), np.asarray(epochs, float))
    return _plain(steps, epochs) if momentum == 0 else _heavy_ball(steps, epochs, momentum)


def log_factor(steps: Floats) -> Floats:
    """Logarithm of what one plain step leaves of an error, in size: ``log |1 - step|``."""
    with np.errstate(divide="ignore"):
        return np.where(steps < 1, np.log1p(-np.minimum(steps, 1.0)), np.log(np.maximum(steps - 1, 0.0)))


def scaled(epochs: Floats, each: Floats) -> Floats:
    """``epochs * each``, where no epoch and a step of no length leave all: 0 times infinity is 0."""
    with np.errstate(invalid="ignore", over="ignore"):
        return np.where((epochs == 0) | (each == 0), 0.0, epochs * each)


def _plain(steps: Floats, epochs: Floats) -> Left:
    size = scaled(epochs, log_factor(steps))
    odd = np.mod(np.where(np.isinf(epochs), 0.0, epochs), 2) == 1
    sign = np.where((steps > 1) & odd, -1.0, 1.0)
    with np.errstate(over="ignore"):
        gone = np.where(sign > 0, -np.expm1(size), 1 + np.exp(size))
    return Left(sign, size, gone)


def _heavy_ball(steps: Floats, epochs: Floats, momentum: float) -> Left:
    """Error e and velocity u: ``u <- momentum u - step e``, ``e <- e + u``, starting at rest."""
    edge = 2 * (1 + momentum)
    stable, forever = steps <= edge, np.isinf(epochs)
    tame = np.where(stable, steps, 0.0)
    power = _power(tame, np.where(forever | ~stable, 0.0, np.minimum(epochs, _MOST_EPOCHS)), momentum)
    settled = forever & (tame > 0)
    final = np.where(tame < edge, 0.0, np.nan)  # at the edge the error swings for ever
    kept = np.where(settled, final, power.kept)
    gone = np.where(settled, 1 - final, tame * power.moved)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        wild_sign, wild_size = _runaway(np.where(stable, edge + 1, steps), epochs, momentum)
        sign = np.where(stable, np.where(kept < 0, -1.0, 1.0), wild_sign)
        size = np.where(stable, np.log(np.abs(kept)), wild_size)
        return Left(sign, size, np.where(stable, gone, 1 - sign * np.exp(size)))


@record
class _Power:
    """The matrix ``[[kept, b], [-h c, d]]`` that acts on error and velocity, h being the step.

    ``kept`` is also ``1 - h moved``; both are carried, for either may be next to nothing beside the other.
    """

    moved: Floats
    kept: Floats
    b: Floats
    c: Floats
    d: Floats

    def times(self, after: "_Power", h: Floats) -> "_Power":
        """The product of two powers of one matrix."""
        return _Power(
            self.moved + after.moved - h * self.moved * after.moved + self.b * after.c,
            self.kept * after.kept - h * self.b * after.c,
            self.kept * after.b + self.b * after.d,
            self.c * after.kept + self.d * after.c,
            self.d * after.d - h * self.c * after.b,
        )

    def where(self, chosen: NDArray[np.bool_], other: "_Power") -> "_Power":
        """This power where chosen, the other elsewhere."""
        return _Power(
            np.where(chosen, self.moved, other.moved),
            np.where(chosen, self.kept, other.kept),
            np.where(chosen, self.b, other.b),
            np.where(chosen, self.c, other.c),
            np.where(chosen, self.d, other.d),
        )


def _power(h: Floats, epochs: Floats, momentum: float) -> _Power:
    """The matrix of one epoch to the power of the epochs, by repeated squaring."""
    zero, one = np.zeros_like(h), np.ones_like(h)
    done = _Power(zero, one, zero, zero, one)
    power = _Power(one, 1 - h, momentum * one, one, momentum * one)
    bits = epochs.astype(np.int64)
    with np.errstate(under="ignore"):
        while bits.any():
            done = done.times(power, h).where(bits % 2 == 1, done)
            bits = bits // 2
            if bits.any():
                power = power.times(power, h)
    return done


def _runaway(steps: Floats, epochs: Floats, momentum: float) -> tuple[Floats, Floats]:
    """Sign and logarithm beyond the stable range: two real roots, both negative, one beyond -1."""
    trace = 1 + momentum - steps
    root = np.sqrt(trace * trace - 4 * momentum)
    large = (trace - root) / 2
    small = momentum / large
    share = large * (1 - small) / (large - small)
    odd = np.mod(np.where(np.isinf(epochs), 0.0, epochs), 2) == 1
    size = np.log(share) + epochs * np.log(-large)
    # the smaller root counts in the first epochs: (small / large)^t of a share of its own
    other = (1 - share) / share * np.exp(epochs * np.log(np.abs(small / large)))
    size = size + np.log(np.abs(1 + other))
    return np.where(odd, -1.0, 1.0) * np.where(1 + other < 0, -1.0, 1.0), size
