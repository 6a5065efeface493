"""The Hessian, the best weights and the rates, against the stated formulas, elimination by hand and repetition."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deltarule.diagnosis.optimum import optimum
from deltarule.diagnosis.quadratic import dot, quadratic
from deltarule.diagnosis.rates import rates
from deltarule.exercise import Exercise
from deltarule.formulas import CONVENTIONS, Role
from deltarule.history import measure
from deltarule.trace import Quantity, run
from deltarule.written import parse_number

Make = Callable[..., Exercise]
POINT = (Fraction(1, 3), Fraction(-2), Fraction(5, 7), Fraction(1, 2))


def loss(exercise: Exercise, point: tuple[Fraction, ...]) -> Fraction:
    """Loss by the stated formulas."""
    value = measure(exercise, point)[0]
    assert value is not None
    return value


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_hessian_is_the_second_difference_of_the_stated_loss(published: Exercise, convention: str) -> None:
    """Every entry is the exact second difference of the loss as it is stated, under every convention."""
    exercise = replace(published, convention=convention)
    parabola = quadratic(exercise)

    def shifted(*axes: int) -> Fraction:
        return loss(exercise, tuple(at + axes.count(p) for p, at in enumerate(POINT)))

    for p in range(4):
        for q in range(4):
            assert parabola.hessian[p][q] == shifted(p, q) - shifted(p) - shifted(q) + shifted()
    assert parabola.value(POINT) == shifted()


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_gradient_is_the_one_that_the_run_follows(published: Exercise, convention: str) -> None:
    """The slope at the start is what the worked solution writes as its gradient."""
    trace = run(replace(published, convention=convention, epochs=1))
    keys = [Quantity(Role.GRADIENT, j, None, 1) for j in (1, 2, 3)] + [
        Quantity(Role.BIAS_GRADIENT, None, None, 1)
    ]
    assert quadratic(trace.exercise).gradient(trace.weights(0)) == tuple(trace.values[key] for key in keys)


def test_hand_case(make: Make) -> None:
    """x = 1, 3 with the mean convention: H = (10, 4; 4, 2), with least loss on the line through both points."""
    parabola = quadratic(make([(1, 1), (3, 5)], (0, 0), 0.1))
    assert [[float(entry) for entry in row] for row in parabola.hessian] == [[10, 4], [4, 2]]
    best = optimum(parabola, (Fraction(0), Fraction(0)))
    assert best.point == (Fraction(2), Fraction(-1))
    assert best.loss == 0
    assert best.unique


def test_hand_case_with_a_residual(make: Make) -> None:
    """x = 0, 1, 2 with y = 0, 0, 1: the line is x/2 - 1/6, and leaves squares of 1/6 in all."""
    best = optimum(
        quadratic(make([(0, 0), (1, 0), (2, 1)], (0, 0), 0.1, convention="sum")), (Fraction(0),) * 2
    )
    assert best.point == (Fraction(1, 2), Fraction(-1, 6))
    assert best.loss == Fraction(1, 6)


def test_one_sample_is_reached_at_the_closest_point(make: Make) -> None:
    """2w + b = 1 has many solutions; the one closest to (0, 0) is (2/5, 1/5)."""
    best = optimum(quadratic(make([(2, 1)], (0, 0), 0.1)), (Fraction(0), Fraction(0)))
    assert best.point == (Fraction(2, 5), Fraction(1, 5))
    assert not best.unique


def test_flat_directions_are_not_entered(make: Make) -> None:
    """Training ends at the best point closest to where it started, as the diagnosis says."""
    exercise = make([(1, 2, 1), (2, 4, 3)], (1, 1, 0), 0.05, 60)
    best = optimum(quadratic(exercise), tuple(Fraction(n) for n in (1, 1, 0)))
    assert not best.unique
    end = run(exercise).weights(60)
    # (2, -1, 0) is flat: neither the run nor the optimum moves along it
    assert 2 * best.point[0] - best.point[1] == 1
    assert abs(2 * end[0] - end[1] - 1) < Fraction(1, 10**60)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_optimum_is_a_stationary_point_closest_to_the_start(data: st.DataObject) -> None:
    """At the optimum the slope is exactly zero, and the way there is square to the way to any other best point."""
    small = st.integers(-3, 3)
    count, width = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 4))
    rows = data.draw(
        st.lists(st.lists(small, min_size=width, max_size=width), min_size=count, max_size=count)
    )
    targets = data.draw(st.lists(small, min_size=count, max_size=count))
    start = tuple(map(Fraction, data.draw(st.lists(small, min_size=width + 1, max_size=width + 1))))
    exercise = Exercise(
        tuple(tuple(parse_number(str(cell)) for cell in row) for row in rows),
        tuple(parse_number(str(target)) for target in targets),
    )
    parabola = quadratic(exercise)
    best = optimum(parabola, start)
    assert parabola.gradient(best.point) == (0,) * (width + 1)
    assert best.loss >= 0
    step = tuple(after - before for before, after in zip(start, best.point, strict=True))
    anywhere = tuple(Fraction(data.draw(small)) for _ in range(width + 1))
    other = optimum(parabola, anywhere).point
    apart = tuple(u - v for u, v in zip(other, best.point, strict=True))
    assert dot(step, apart) == 0


@pytest.mark.parametrize(
    ("curvatures", "rate", "epochs"),
    [
        ((1, 4), "1/4", 25),
        ((1, 4), "2/5", 14),
        ((1, 10), "1/10", 66),
        ((2, 2), "1/2", 1),
        ((1, 4), "1/2", None),
        ((1, 4), "1", None),
    ],
)
def test_epochs(curvatures: tuple[int, int], rate: str, epochs: int | None) -> None:
    """So many epochs shrink every direction a thousandfold, and one fewer does not."""
    assert rates([Fraction(c) for c in curvatures]).epochs(Fraction(rate)) == epochs
    if epochs is not None:
        factor = max(abs(1 - Fraction(rate) * c) for c in curvatures)
        assert factor**epochs <= Fraction(1, 1000)
        assert factor ** (epochs - 1) > Fraction(1, 1000)


@given(st.integers(1, 400), st.integers(1, 400), st.fractions(Fraction(1, 20), Fraction(39, 20)))
def test_epochs_by_repetition(first: int, second: int, share: Fraction) -> None:
    """For any curvatures and rate, multiplying the slowest factor so often gets below a thousandth, and not before."""
    found = rates([Fraction(first), Fraction(second)])
    rate = share / found.largest
    epochs = found.epochs(rate)
    factor = float(max(abs(1 - rate * first), abs(1 - rate * second)))
    assert epochs is not None
    assert factor**epochs <= 1e-3 * (1 + 1e-9)
    assert epochs == 1 or factor ** (epochs - 1) > 1e-3 * (1 - 1e-9)


def test_the_minimax_rate_is_the_fastest() -> None:
    """No rate of a fine grid needs fewer epochs than 2/(largest + smallest)."""
    found = rates([Fraction(1), Fraction(9)])
    grid = [found.epochs(Fraction(k, 450)) for k in range(1, 100)]
    assert found.minimax == Fraction(1, 5)
    assert found.epochs(found.minimax) == min(epochs for epochs in grid if epochs is not None)


def test_a_curvature_lost_in_rounding_is_not_taken_for_zero() -> None:
    """A smallest curvature that floats cannot tell from zero makes the epochs 'more than', not few."""
    found = rates([Fraction(0), Fraction(5)])
    assert found.unresolved
    assert found.epochs_in_words(found.suggested).startswith("more than 6.9")
