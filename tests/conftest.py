"""How much hypothesis tries, and the exercises that several tests draw from.

``HYPOTHESIS_PROFILE=ci`` tries few examples and always the same ones; ``dev``, the default, looks further.
"""

import os
import signal
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from deltarule.exercise import Carry, Exercise
from deltarule.formulas import DECAYS, MOMENTA
from deltarule.written import Precision, RoundingMode, parse_number

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # a shell's background job is deaf to Ctrl-C, and so would be every process that a test interrupts
    signal.signal(signal.SIGINT, signal.default_int_handler)

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
_PHASES = [
    Phase.explicit,
    Phase.reuse,
    Phase.generate,
    Phase.shrink,
]  # explaining a failure takes longer than finding it
settings.register_profile("dev", max_examples=40, phases=_PHASES, deadline=None, suppress_health_check=_SLOW)
settings.register_profile(
    "ci", max_examples=20, phases=_PHASES, deadline=None, derandomize=True, suppress_health_check=_SLOW
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

_CELLS = ["1", "2", "3", "5", "8", "-1", "-4", "0", "0.5", "1.5", "-0.25", "2.75", "10"]
_STARTS = ["0.1", "0.25", "-0.3", "0.08", "1", "-0.5", "0", "0.625"]
_RATES = ["0.1", "0.01", "0.05", "0.5", "0.25"]


@st.composite
def _exercises(draw: st.DrawFn) -> Exercise:
    samples, features = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    activation = draw(st.sampled_from(["identity", "identity", "sigmoid", "tanh", "relu", "step"]))
    loss = draw(st.sampled_from(["squared", "log"])) if activation == "sigmoid" else "squared"
    labels = activation == "step" or loss == "log"
    targets = st.sampled_from(["0", "1"] if labels else ["0", "1", "2", "-1", "0.5", "3.25"])
    places = draw(st.one_of(st.none(), st.integers(1, 6)))
    figures = None if places is not None else draw(st.integers(2, 7))
    return Exercise(
        features=tuple(
            tuple(parse_number(draw(st.sampled_from(_CELLS))) for _ in range(features))
            for _ in range(samples)
        ),
        targets=tuple(parse_number(draw(targets)) for _ in range(samples)),
        weights=tuple(parse_number(draw(st.sampled_from(_STARTS))) for _ in range(features)),
        bias=parse_number(draw(st.sampled_from(_STARTS))),
        learning_rate=parse_number(draw(st.sampled_from(_RATES))),
        activation=activation,
        loss=loss,
        error=draw(st.sampled_from(["target-output", "output-target"])),
        change=draw(st.sampled_from(["added", "subtracted"])),
        convention=draw(st.sampled_from(["mean", "half-mean", "sum", "half-sum"])),
        batch_size=draw(st.sampled_from([None, None, 1, 2, 3])),
        epochs=draw(st.integers(1, 3)),
        threshold=draw(st.sampled_from([None, parse_number("0.5"), parse_number("0")])),
        precision=Precision(places, figures, draw(st.sampled_from(list(RoundingMode)))),
        carry=draw(st.sampled_from(list(Carry))),
    )


@st.composite
def _steps(draw: st.DrawFn) -> Exercise:
    """Exercises with momentum, weight decay, a decaying rate, or several of them."""
    exercise = draw(_exercises().filter(lambda one: one.activation in ("identity", "relu")))
    numbers = st.sampled_from([None, "0.9", "0.5", "0.01"])
    factors = st.sampled_from([None, "0.5", "0.9"])
    momentum, decay, factor = draw(st.tuples(numbers, numbers, factors).filter(any))
    starts = st.lists(
        st.sampled_from(_STARTS), min_size=exercise.n_features + 1, max_size=exercise.n_features + 1
    )
    return replace(
        exercise,
        momentum=None if momentum is None else parse_number(momentum),
        velocity=draw(st.sampled_from(list(MOMENTA))),
        velocities=tuple(map(parse_number, draw(st.one_of(st.just([]), starts)) if momentum else [])),
        weight_decay=None if decay is None else parse_number(decay),
        decay=draw(st.sampled_from(DECAYS)),
        rate_factor=None if factor is None else parse_number(factor),
        precision=Precision(draw(st.integers(2, 6)), None, exercise.precision.mode),
    )


@pytest.fixture(scope="session")
def steps() -> st.SearchStrategy[Exercise]:
    """Small exercises whose steps are not plain: every form of momentum, every place of the decay."""
    return _steps()


@pytest.fixture(scope="session")
def exercises() -> st.SearchStrategy[Exercise]:
    """Small exercises: every activation, loss, convention, batch size, direction of error, and rounding policy."""
    return _exercises()
