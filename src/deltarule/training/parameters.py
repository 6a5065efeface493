"""The parameters of an estimator, checked one by one and made into settings."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from deltarule.errors import SettingError
from deltarule.formulas import ACTIVATIONS, CONVENTIONS, LOSSES
from deltarule.training.choice import ENGINES
from deltarule.training.engine import Floats
from deltarule.training.schedules import Constant, Schedule, as_number, checked_rate
from deltarule.training.settings import Settings

_CHOICES = {
    "activation": ACTIVATIONS,
    "loss": LOSSES,
    "convention": CONVENTIONS,
    "on_divergence": ("stop", "raise", "continue"),
    "engine": ENGINES,
}


def settings_from(given: Mapping[str, Any]) -> Settings:
    """Settings of a run, from the parameters of `deltarule.estimators`.

    The rate that "auto" stands for comes with the data; until then it is 1.

    Raises
    ------
    SettingError
        A value cannot be used; says which can.
    """
    for name, table in _CHOICES.items():
        if not isinstance(given[name], str) or given[name] not in table:
            raise SettingError(f"{name}={given[name]!r} is unknown; choose from {', '.join(table)}")
    activation, loss = given["activation"], given["loss"]
    needed = LOSSES[loss].activation
    if needed not in (None, activation):
        raise SettingError(f'loss="{loss}" goes with activation="{needed}"; set that, or loss="squared"')
    size = given["batch_size"]
    if isinstance(size, str) and size != "full":
        raise SettingError(f'batch_size={size!r} is unknown; give "full" or a number of rows from 1')
    return Settings(
        rate=_rate(given["learning_rate"]),
        activation=activation,
        loss=loss,
        convention=given["convention"],
        epochs=_whole(given, "epochs", 0),
        batch_size=None if size == "full" else _whole(given, "batch_size", 1),
        momentum=number(given, "momentum", below=1.0),
        nesterov=bool(given["nesterov"]),
        l2=number(given, "l2"),
        fit_intercept=bool(given["fit_intercept"]),
        shuffle=bool(given["shuffle"]),
        seed=_seed(given["random_state"]),
        tol=None if given["tol"] is None else number(given, "tol"),
        patience=_whole(given, "patience", 1),
        on_divergence=given["on_divergence"],
    )


def number(given: Mapping[str, Any], name: str, below: float = np.inf) -> float:
    """A number from 0.

    Raises
    ------
    SettingError
        It is something else.
    """
    value = as_number(given[name])
    if value is None or not 0 <= value < below:
        limit = "" if below == np.inf else f" to just below {below:g}"
        raise SettingError(f"{name}={given[name]!r}: give a number from 0{limit}")
    return value


def share(given: Mapping[str, Any], name: str) -> float:
    """A number between 0 and 1, both excluded.

    Raises
    ------
    SettingError
        It is something else.
    """
    value = as_number(given[name])
    if value is None or not 0 < value < 1:
        raise SettingError(f"{name}={given[name]!r}: give a number between 0 and 1")
    return value


def start_from(start: Any, d: int, k: int, problems: int) -> Floats | None:
    """Start weights of problem number `k`, the bias last; None where none are given.

    Raises
    ------
    SettingError
        They do not fit `d` columns.
    """
    if start is None:
        return None
    try:
        coef, intercept = start
        weights = np.atleast_2d(np.asarray(coef, dtype=np.float64))
        biases = np.asarray(intercept, dtype=np.float64).ravel()
    except (TypeError, ValueError):
        raise SettingError("start: give a pair (weights of shape (d,), intercept)") from None
    if weights.shape not in ((1, d), (problems, d)) or len(biases) != len(weights):
        raise SettingError(
            f"start has weights of shape {np.shape(coef)}, and there are {d} columns; give a pair "
            "(weights of shape (d,), intercept)"
        )
    if not (np.isfinite(weights).all() and np.isfinite(biases).all()):
        raise SettingError("start holds NaN or infinity; give numbers")
    at = k % len(weights)
    return np.append(weights[at], biases[at])


def _rate(given: Any) -> Schedule:
    if isinstance(given, str) and given == "auto":
        return Constant(1.0)
    if callable(given):
        checked_rate(given(0))
        schedule: Schedule = given
        return schedule
    return Constant(checked_rate(given))


def _whole(given: Mapping[str, Any], name: str, least: int) -> int:
    value = as_number(given[name])
    if value is None or not np.isfinite(value) or value != int(value) or value < least:
        raise SettingError(f"{name}={given[name]!r}: give a whole number from {least}")
    return int(value)


def _seed(random_state: Any) -> int:
    """A number from which all orders of rows follow."""
    if random_state is None:
        return int(np.random.SeedSequence().generate_state(1)[0])
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(2**31))
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(2**31 - 1))
    whole = isinstance(random_state, (int, np.integer)) and not isinstance(random_state, bool)
    if not whole or random_state < 0:
        raise SettingError(
            f"random_state={random_state!r}: give a whole number from 0, a RandomState, a Generator or None"
        )
    return int(random_state)
