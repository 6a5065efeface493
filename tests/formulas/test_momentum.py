"""Momentum and weight decay, worked once more with plain loops of fractions."""

from dataclasses import replace
from fractions import Fraction

import pytest

from deltarule.errors import InputError, UsageError
from deltarule.exercise import Carry, Exercise
from deltarule.formulas import DECAYS, MOMENTA, Role, system
from deltarule.trace import Quantity, run, run_unrounded
from deltarule.written import Written, parse_number

ROWS = ((Fraction(1), Fraction(2), Fraction(3)), (Fraction(-1), Fraction(1, 2), Fraction(1)))
RATE, SHARE, PULL = Fraction(1, 10), Fraction(3, 4), Fraction(1, 5)
START = (Fraction(1, 2), Fraction(-1, 4), Fraction(1, 8))


def _written(*numbers: Fraction) -> tuple[Written, ...]:
    return tuple(parse_number(str(float(number))) for number in numbers)


def _exercise(**settings: object) -> Exercise:
    base = Exercise(
        features=tuple(_written(*row[:2]) for row in ROWS),
        targets=tuple(_written(row[2])[0] for row in ROWS),
        weights=_written(*START[:2]),
        bias=_written(START[2])[0],
        learning_rate=_written(RATE)[0],
        convention="half-sum",
        epochs=3,
        carry=Carry.UNROUNDED,
    )
    return replace(base, **settings)  # type: ignore[arg-type]  # each case names fields of the exercise


def _slopes(point: list[Fraction], pull: Fraction) -> list[Fraction]:
    """Gradient of half the sum of squares, and half of `pull` times the squares of the weights."""
    slopes = [pull * point[0], pull * point[1], Fraction(0)]
    for first, second, target in ROWS:
        error = target - (point[0] * first + point[1] * second + point[2])
        slopes = [slopes[0] - error * first, slopes[1] - error * second, slopes[2] - error]
    return slopes


def _by_hand(form: str, pull: Fraction, speed: list[Fraction]) -> tuple[Fraction, ...]:
    point = list(START)
    for _ in range(3):
        for j, slope in enumerate(_slopes(point, pull)):
            if form == "gradient":
                speed[j] = SHARE * speed[j] + slope
                point[j] -= RATE * speed[j]
            elif form == "step":
                speed[j] = SHARE * speed[j] + RATE * slope
                point[j] -= speed[j]
            elif form == "change":
                speed[j] = SHARE * speed[j] - RATE * slope
                point[j] += speed[j]
            else:
                speed[j] = SHARE * speed[j] + (1 - SHARE) * slope
                point[j] -= RATE * speed[j]
    return tuple(point)


@pytest.mark.parametrize("change", ["added", "subtracted"])
@pytest.mark.parametrize("decay", ["", *DECAYS])
@pytest.mark.parametrize("form", MOMENTA)
def test_a_run_is_the_one_worked_by_hand(form: str, decay: str, change: str) -> None:
    """Every form of momentum, with every way of writing the decay, takes the steps of a plain loop."""
    exercise = _exercise(
        momentum=_written(SHARE)[0],
        velocity=form,
        weight_decay=_written(PULL)[0] if decay else None,
        decay=decay or "step",
        change=change,
    )
    expected = _by_hand(form, PULL if decay else Fraction(0), [Fraction(0)] * 3)
    assert run_unrounded(exercise).weights(3) == expected
    assert run(exercise).weights(3) == expected


def test_a_velocity_may_start_anywhere() -> None:
    """Start velocities count, that of the bias as well."""
    speeds = [Fraction(1, 4), Fraction(-1, 2), Fraction(1)]
    exercise = _exercise(momentum=_written(SHARE)[0], velocities=_written(*speeds))
    assert run_unrounded(exercise).weights(3) == _by_hand("gradient", Fraction(0), speeds)


@pytest.mark.parametrize("decay", DECAYS)
def test_decay_without_momentum(decay: str) -> None:
    """Weight decay alone: the slope is the one of the penalised loss, and the bias is left alone."""
    point = list(START)
    for _ in range(3):
        point = [at - RATE * slope for at, slope in zip(point, _slopes(point, PULL), strict=True)]
    assert run_unrounded(_exercise(weight_decay=_written(PULL)[0], decay=decay)).weights(3) == tuple(point)


def test_only_the_loss_with_decay_in_it_counts_the_weights() -> None:
    """The penalty is half the decay times the squares of the weights."""
    first = Quantity(Role.LOSS, None, None, 1)
    without, within = (
        run_unrounded(_exercise(weight_decay=_written(PULL)[0], decay=decay)).values[first]
        for decay in ("gradient", "loss")
    )
    assert within - without == PULL / 2 * (START[0] ** 2 + START[1] ** 2)


@pytest.mark.parametrize("carry", Carry)
def test_a_rate_that_decays(carry: Carry) -> None:
    """Each epoch after the first goes on with a share of the rate before, which nobody rounds."""
    point, rate = list(START), RATE
    for _ in range(3):
        slopes = _slopes(point, Fraction(0))
        point = [at - rate * slope for at, slope in zip(point, slopes, strict=True)]
        rate *= SHARE
    exercise = _exercise(rate_factor=_written(SHARE)[0])
    assert run_unrounded(exercise).weights(3) == tuple(point)
    lines = [line for step in run(replace(exercise, carry=carry)).steps for line in step.lines]
    rates = [line.shown.value for line in lines if line.quantity.role is Role.LEARNING_RATE]
    assert rates == [RATE * SHARE, RATE * SHARE**2]


def test_what_has_no_gradient_has_no_momentum() -> None:
    """The perceptron rule follows no gradient, so that neither goes with it."""
    with pytest.raises(UsageError, match="need a gradient"):
        system("step", momentum="gradient")
    with pytest.raises(InputError, match="need a gradient"):
        _exercise(activation="step", weight_decay=_written(PULL)[0]).complete()
    with pytest.raises(InputError, match="momentum is"):
        _exercise(momentum=parse_number("1")).complete()
