"""What a caller may ask for; anything else is refused with what to give instead."""

import math
from typing import Any

import numpy as np

from deltarule.errors import UsageError


def learning_rate_of(given: Any) -> float:
    """A learning rate: finite and above 0."""
    value = _number(given)
    if not (value > 0 and math.isfinite(value)):
        raise UsageError(f"learning_rate is {given!r}; give a number above 0, such as 0.01")
    return value


def epochs_of(given: Any) -> float:
    """A number of epochs: whole and at least 0, or infinity."""
    value = _number(given)
    if not (value >= 0 and (math.isinf(value) or value == math.floor(value))):
        raise UsageError(f"epochs is {given!r}; give a whole number of at least 0, or math.inf")
    return value


def momentum_of(given: Any) -> float:
    """Momentum: at least 0 and below 1."""
    value = _number(given)
    if not 0 <= value < 1:
        raise UsageError(f"momentum is {given!r}; give a number of at least 0 and below 1")
    return value


def penalty_of(given: Any) -> float:
    """A penalty: finite and at least 0."""
    value = _number(given)
    if not (value >= 0 and math.isfinite(value)):
        raise UsageError(f"l2 is {given!r}; give a number of at least 0")
    return value


def tolerance_of(given: Any) -> float:
    """A tolerance: above 0."""
    value = _number(given)
    if not value > 0:
        raise UsageError(f"tolerance is {given!r}; give a number above 0, such as 1e-6")
    return value


def batch_size_of(given: Any) -> int:
    """A batch size: whole and at least 1."""
    if not (isinstance(given, (int, np.integer)) and given >= 1):
        raise UsageError(f"batch_size is {given!r}; give a whole number of at least 1")
    return int(given)


def _number(given: Any) -> float:
    """A float, or NaN if it is none."""
    if isinstance(given, str):
        return math.nan
    try:
        return float(given)
    except (TypeError, ValueError, OverflowError):
        return math.nan
