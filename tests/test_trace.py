"""The exact run, against hand calculation and against a neuron written out with plain fractions."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltarule.errors import InputError, LimitError
from deltarule.exercise import Carry, Exercise
from deltarule.formulas import Role
from deltarule.trace import Line, Quantity, Trace, run, run_unrounded
from deltarule.written import Precision, RoundingMode, parse_number


def _exercise(rows: Sequence[str], weights: str, **more: Any) -> Exercise:
    """An exercise from rows of text, the target last."""
    cells = [row.split() for row in rows]
    settled: dict[str, Any] = {"bias": parse_number("0"), "learning_rate": parse_number("0.1")}
    return Exercise(
        features=tuple(tuple(map(parse_number, row[:-1])) for row in cells),
        targets=tuple(parse_number(row[-1]) for row in cells),
        weights=tuple(map(parse_number, weights.split())),
        **{**settled, **more},
    )


def _homework(**more: Any) -> Exercise:
    rows = ("5 8 6 1", "6 4 3 1", "8 5 9 0", "7 9 1 0")
    return _exercise(rows, "0.08 0.06 0.03", **{"epochs": 4, "threshold": parse_number("0.5"), **more})


def _lines(trace: Trace, role: Role, epoch: int = 1) -> list[Line]:
    return [line for step in trace.epoch_steps(epoch) for line in step.lines if line.quantity.role is role]


def test_the_homework_runs_to_its_exact_values() -> None:
    """With all digits carried, losses and last weights of the diverging homework are those worked out by hand."""
    trace = run(_homework(carry=Carry.UNROUNDED))
    losses = [_lines(trace, Role.LOSS, epoch)[0].value for epoch in range(1, 5)]
    stated = ("0.695175", "171.783929", "76973.837349", "34550414.245229")
    for loss, written in zip(losses, stated, strict=True):
        assert abs(loss - Fraction(written)) < Fraction(1, 10**6)
    assert losses[0] == Fraction("0.695175")
    exact = ("7293.77283875", "7327.66604988", "5628.56418025", "1107.77581206")
    for weight, written in zip(trace.weights(4), exact, strict=True):
        assert abs(weight - Fraction(written)) <= Fraction(1, 2 * 10**8)
    assert [prediction.label for prediction in trace.predictions] == ["1", "1", "1", "1"]
    assert [prediction.right for prediction in trace.predictions] == [True, True, False, False]


def test_the_first_epoch_of_the_homework_by_hand() -> None:
    """With two printed places, the first epoch is what a person gets with a pencil."""
    trace = run(_homework())
    assert [line.shown.text for line in _lines(trace, Role.NET_INPUT)] == ["1.06", "0.81", "1.21", "1.13"]
    assert [line.shown.text for line in _lines(trace, Role.ERROR)] == ["-0.06", "0.19", "-1.21", "-1.13"]
    assert [line.shown.text for line in _lines(trace, Role.LOSS)] == ["0.70"]
    assert [line.shown.text for line in _lines(trace, Role.GRADIENT)] == ["8.38", "7.97", "5.91"]
    assert [line.shown.text for line in _lines(trace, Role.CHANGE)] == ["-0.84", "-0.80", "-0.59"]
    assert [line.shown.text for line in _lines(trace, Role.WEIGHT)] == ["-0.76", "-0.74", "-0.56"]
    assert [line.shown.text for line in _lines(trace, Role.BIAS)] == ["-0.11"]


def test_printed_values_are_carried_or_not() -> None:
    """The second epoch starts from -0.76 if printed values are carried, and from -0.758 or so if not."""
    printed, unrounded = run(_homework()), run(_homework(carry=Carry.UNROUNDED))
    start = Quantity(Role.WEIGHT, 1, None, 1)
    assert _lines(printed, Role.NET_INPUT, 2)[0].value == Fraction("-13.19")
    assert printed.shown[start].value == Fraction("-0.76")
    assert unrounded.values[start] == Fraction("0.08") - Fraction("0.1") * Fraction("8.375")


@pytest.mark.parametrize(
    ("mode", "expected"),
    [(RoundingMode.HALF_UP, "0.13"), (RoundingMode.HALF_EVEN, "0.12"), (RoundingMode.TRUNCATE, "0.12")],
)
def test_a_tie_is_a_tie(mode: RoundingMode, expected: str) -> None:
    """0.5 times 0.25 is exactly in the middle of two hundredths, and each mode decides it in its own way."""
    trace = run(_exercise(["0.5 1"], "0.25", precision=Precision(2, None, mode)))
    assert _lines(trace, Role.NET_INPUT)[0].shown.text == expected


def test_samples_one_by_one_use_the_weights_that_the_last_one_left() -> None:
    """With an update after each sample, the perceptron learns OR as on the blackboard."""
    rows = ("0 0 0", "0 1 1", "1 0 1", "1 1 1")
    more: dict[str, Any] = {"bias": parse_number("-1"), "learning_rate": parse_number("1")}
    trace = run(
        _exercise(
            rows, "0 0", activation="step", batch_size=1, epochs=3, threshold=parse_number("0.5"), **more
        )
    )
    # epoch 1: sample 1 right; sample 2 gives 0, so w_2 = 1 and b = 0; then 0 and 1 pass the threshold of 0
    after = [tuple(map(int, trace.weights(step))) for step in range(13)]
    assert after[:5] == [(0, 0, -1), (0, 0, -1), (0, 1, 0), (0, 1, 0), (0, 1, 0)]
    # epoch 2: sample 1 gives step(0) = 1, so b = -1; sample 3 gives 0, so w_1 = 1 and b = 0
    assert after[5:9] == [(0, 1, -1), (0, 1, -1), (1, 1, 0), (1, 1, 0)]
    # epoch 3: sample 1 gives 1 once more; then everything is right
    assert after[9:] == [(1, 1, -1)] * 4
    assert all(prediction.right for prediction in trace.predictions)


@st.composite
def _linear(draw: st.DrawFn) -> Exercise:
    number = st.integers(-30, 30).map(lambda tenths: f"{tenths / 10:.1f}")
    samples, features = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    rows = [" ".join(draw(number) for _ in range(features + 1)) for _ in range(samples)]
    return _exercise(
        rows,
        " ".join(draw(number) for _ in range(features)),
        bias=parse_number(draw(number)),
        batch_size=draw(st.sampled_from([None, 1, 2])),
        epochs=draw(st.integers(1, 3)),
        carry=Carry.UNROUNDED,
    )


@given(exercise=_linear())
def test_the_linear_neuron_agrees_with_plain_fractions(exercise: Exercise) -> None:
    """A loop over fractions, written without the package's formulas, ends with the same weights and last loss."""
    x = [[cell.value for cell in row] for row in exercise.features]
    y = [target.value for target in exercise.targets]
    w, b = (
        [weight.value for weight in exercise.weights],
        Fraction(0) if exercise.bias is None else exercise.bias.value,
    )
    size, loss = exercise.batch_size or len(x), Fraction(0)
    for _ in range(exercise.epochs):
        for start in range(0, len(x), size):
            rows, targets = x[start : start + size], y[start : start + size]
            errors = [
                t - b - sum(v * c for v, c in zip(w, row, strict=True))
                for row, t in zip(rows, targets, strict=True)
            ]
            loss = sum((error * error for error in errors), Fraction(0)) / len(rows)
            step = Fraction(2, 10 * len(rows))
            w = [
                v + step * sum(e * row[j] for e, row in zip(errors, rows, strict=True))
                for j, v in enumerate(w)
            ]
            b += step * sum(errors)
    trace = run(exercise)
    assert trace.weights(len(trace.steps)) == (*w, b)
    assert trace.steps[-1].lines[-1].exact
    assert next(line for line in trace.steps[-1].lines if line.quantity.role is Role.LOSS).value == loss


def test_one_sample_needs_no_average() -> None:
    """With one sample an update there is no division by 1 in any printed form."""
    trace = run(_homework(batch_size=1, convention="half-mean"))
    gradient = _lines(trace, Role.GRADIENT)[0]
    assert "denominator=Number(value=Fraction(1, 1)" not in repr(gradient.substituted)
    assert gradient.value == Fraction("0.30")  # -(-0.06 · 5)


def test_a_saturated_output_has_a_loss_where_its_target_fits() -> None:
    """An output printed as 1.00 with target 1 costs nothing: 0 ln 0 counts as 0."""
    fitting = run(_exercise(["1 1"], "20", activation="sigmoid", loss="log"))
    assert _lines(fitting, Role.OUTPUT)[0].shown.text == "1.00"
    assert _lines(fitting, Role.LOSS)[0].shown.text == "0.00"


def test_a_saturated_output_with_the_other_target_is_refused() -> None:
    """An output printed as 1.00 with target 0 has no loss in printed numbers, and the message says in which epoch."""
    against = _exercise(["1 0"], "20", activation="sigmoid", loss="log")
    with pytest.raises(LimitError, match=r"epoch 1, L: logarithm"):
        run(against)
    carried = run(replace(against, carry=Carry.UNROUNDED))
    assert abs(_lines(carried, Role.LOSS)[0].value - 20) < Fraction(1, 10**8)


def test_a_class_is_decided_by_what_is_carried() -> None:
    """0.499 is shown as 0.50, yet it lies below a threshold of 0.5 where all digits are carried."""
    unchanging: dict[str, Any] = {"epochs": 0, "threshold": parse_number("0.5")}
    near = _exercise(["1 0"], "0.499", **unchanging)
    assert run(near).predictions[0].label == "1"
    assert run(replace(near, carry=Carry.UNROUNDED)).predictions[0].label == "0"


def test_the_slope_of_a_relu_is_decided_by_its_net_input() -> None:
    """A net input at or below 0 stops the gradient, one above lets it through."""
    trace = run(_exercise(["1 5", "-1 5"], "2", activation="relu"))
    # only sample 1 counts: e = 5 - 2 = 3, so the gradient is -2/2 · 3 · 1
    assert _lines(trace, Role.GRADIENT)[0].value == -3


def test_a_run_out_of_range_says_where() -> None:
    """A run whose numbers pass 10^400 is refused with the epoch, not with a page of digits or a traceback."""
    with pytest.raises(LimitError, match=r"epoch \d+, .*fewer epochs or a lower learning rate"):
        run(_homework(learning_rate=parse_number("1e9"), epochs=60))


def test_a_value_next_to_one_is_told_apart_from_it() -> None:
    """An output nearer to 1 than three hundred digits can tell still has its error, to one figure: e to the -750."""
    nearly_one = _exercise(["1 1"], "750", activation="sigmoid", loss="log", precision=Precision(None, 1))
    error = _lines(run(replace(nearly_one, carry=Carry.UNROUNDED)), Role.ERROR)[0]
    # log10 of e^-750 is -325.72, so that the value is 1.9 times 10^-326
    assert error.shown.text == "2e-326"


def test_what_is_missing_is_named() -> None:
    """An exercise without a learning rate is refused by that name."""
    with pytest.raises(InputError, match="no learning rate"):
        run(replace(_homework(), learning_rate=None))


@pytest.mark.parametrize(
    ("activation", "loss"),
    [
        ("identity", "squared"),
        ("relu", "squared"),
        ("sigmoid", "squared"),
        ("sigmoid", "log"),
        ("step", "squared"),
    ],
)
def test_a_run_without_lines_has_the_same_values(activation: str, loss: str) -> None:
    """What is worked by a plan, step after step, is what the lines of a run come to, whatever the neuron is."""
    numbers = [parse_number(text) for text in ("0.5", "-1.2", "0.3", "2", "0.7", "-0.4")]
    exercise = Exercise(
        features=((numbers[0], numbers[1]), (numbers[2], numbers[3]), (numbers[4], numbers[5])),
        targets=(parse_number("1"), parse_number("0"), parse_number("1")),
        weights=(parse_number("0.2"), parse_number("-0.1")),
        bias=parse_number("0.05"),
        learning_rate=parse_number("0.3"),
        activation=activation,
        loss=loss,
        batch_size=2,
        epochs=3,
        rate_factor=parse_number("0.5"),
        carry=Carry.UNROUNDED,
    )
    assert run_unrounded(exercise).values == run(exercise).values
    momentum = replace(exercise, momentum=parse_number("0.9"), activation="tanh", loss="squared")
    assert run_unrounded(momentum).values == run(momentum).values


def test_a_run_without_lines_says_where_it_leaves_the_range() -> None:
    """As the run with lines does: the steps double again and again until a number is beyond all that is worked."""
    wild = Exercise(
        features=((parse_number("1e90"),),),
        targets=(parse_number("1"),),
        weights=(parse_number("1"),),
        bias=parse_number("0"),
        learning_rate=parse_number("1"),
        epochs=5,
        carry=Carry.UNROUNDED,
    )
    with pytest.raises(LimitError) as told:
        run(wild)
    with pytest.raises(LimitError) as told_again:
        run_unrounded(wild)
    assert str(told_again.value) == str(told.value)


@pytest.mark.parametrize(("activation", "labels"), [("step", ("0", "1")), ("sign", ("-1", "1"))])
@pytest.mark.parametrize("threshold", ["0", "0.2", "-3", "7"])
def test_the_bound_of_a_step_is_no_bound_of_its_output(
    activation: str, labels: tuple[str, str], threshold: str
) -> None:
    """`1 if z >= 0.2` says where the step jumps; its outputs are the classes, whatever that bound is."""
    rows = (f"1 {labels[1]}", f"-1 {labels[0]}")
    settled = run(
        _exercise(
            rows, "1", activation=activation, epochs=0, labels=labels, threshold=parse_number(threshold)
        )
    )
    assert [prediction.label for prediction in settled.predictions] == [labels[1], labels[0]]
    assert all(prediction.right for prediction in settled.predictions)
