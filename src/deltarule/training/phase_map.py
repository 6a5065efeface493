"""The losses of many rates and many epochs at once."""

import numpy as np

from deltarule.training.descent import Descent
from deltarule.training.moments import Floats
from deltarule.training.powers import left, log_factor, scaled

_STRIDE = 32  # epochs in one of the short steps that even epochs are made of
_CELLS = 1 << 20  # factors worked out at a time


def losses(descent: Descent, rates: Floats, epochs: Floats) -> Floats:
    """Loss for every rate and epoch, shape (len(rates), len(epochs)); infinite beyond the range of floats."""
    surface, moving = descent.surface, descent.shares != 0
    squares, steps = descent.shares[moving] ** 2, rates[:, None] * surface.eigenvalues[moving]
    if descent.momentum == 0 and len(epochs) > 2 * _STRIDE and _even(epochs):
        excess = _evenly(squares, steps, epochs)
    else:
        excess = _one_by_one(squares, steps, epochs, descent.momentum)
    result: Floats = surface.floor + surface.factor * excess
    return result


def _even(epochs: Floats) -> bool:
    return bool(
        np.isfinite(epochs).all()
        and (np.diff(epochs) == epochs[1] - epochs[0]).all()
        and epochs[1] > epochs[0]
    )


def _evenly(squares: Floats, steps: Floats, epochs: Floats) -> Floats:
    """Factors of epochs in equal steps are products: one of every 32 epochs times one of 32 short steps."""
    count = len(epochs)
    gap, strides = epochs[1] - epochs[0], -(-count // _STRIDE)
    each = log_factor(steps)
    begins = epochs[0] + gap * _STRIDE * np.arange(strides)
    with np.errstate(over="ignore"):
        # what leaves the range of floats in one of the two leaves it in the product: infinity never meets 0
        far = np.exp(scaled(2 * begins[:, None], each[:, None, :]))
        near = np.exp(scaled(2 * gap * np.arange(_STRIDE), each[:, :, None]))
        result: Floats = np.matmul(squares * far, near)
    return result.reshape(len(steps), -1)[:, :count]


def _one_by_one(squares: Floats, steps: Floats, epochs: Floats, momentum: float) -> Floats:
    result = np.empty((len(steps), len(epochs)))
    some = max(1, _CELLS // max(1, steps.size))
    with np.errstate(over="ignore", invalid="ignore"):
        for first in range(0, len(epochs), some):
            part = epochs[first : first + some]
            factor = left(steps[:, None, :], part[:, None], momentum).factor
            result[:, first : first + some] = (factor**2) @ squares
    return np.where(np.isnan(result), np.inf, result)
