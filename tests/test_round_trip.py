"""What deltarule writes, deltarule reads and finds nothing wrong with."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deltarule import api
from deltarule.errors import LimitError
from deltarule.exercise import Carry, Exercise
from deltarule.findings import Status
from deltarule.trace import run
from deltarule.written import Precision, Written

FORMS = ("markdown", "latex", "terminal")
Strategy = st.SearchStrategy[Exercise]


def _clean(exercise: Exercise, form: str, decimal_comma: bool = False) -> api.Marking:
    """Work an exercise, mark the work, and hold that nothing is wrong with it."""
    try:
        text = api.solve(exercise).write(form, decimal_comma=decimal_comma)
    except LimitError:
        assume(False)
    marking = api.check(text)
    lines = text.split("\n")
    verdict = next(number for number, line in enumerate(lines, 1) if "Verdict on the run" in line)
    found = [(slip.line, slip.code, slip.message) for slip in marking.slips]
    found += [(item.line, "unread", f"{item.text}: {item.reason}") for item in marking.unread]
    found += [(item.line, "follow-through", item.quantity) for item in marking.follow_through]
    found += [
        (v.line, "unchecked", f"{v.name}: {v.reason}")
        for v in marking.report.verdicts
        if v.status is Status.UNCHECKED and v.line < verdict  # what is told of the run is no working
    ]
    found += [(r.line, r.code, r.message) for r in marking.remarks if r.code not in _allowed(exercise)]
    assert not found, "\n".join(
        f"{line} {code}: {message}\n    {lines[line - 1]}" for line, code, message in found
    )
    return marking


def _allowed(exercise: Exercise) -> set[str]:
    """Remarks that tell how digits are carried, where it is the exercise's own way."""
    return {"remark.carried-unrounded"} if exercise.carry is Carry.UNROUNDED else set()


def _worked_lines(exercise: Exercise) -> int:
    trace = run(exercise)
    return sum(len(step.lines) for step in trace.steps) + sum(len(one.lines) for one in trace.predictions)


@pytest.mark.parametrize("form", FORMS)
@given(data=st.data())
def test_a_worked_solution_is_clean(exercises: Strategy, form: str, data: st.DataObject) -> None:
    """Any exercise, worked and written, reads back without a slip, an unread piece or an unchecked claim."""
    exercise = data.draw(exercises)
    marking = _clean(exercise, form)
    assert marking.verdict == "clean"
    assert marking.summary.claims >= _worked_lines(exercise)


@pytest.mark.parametrize("form", FORMS)
@given(data=st.data())
def test_a_decimal_comma_changes_nothing(exercises: Strategy, form: str, data: st.DataObject) -> None:
    """The same holds for a solution that is written with decimal commas."""
    _clean(data.draw(exercises), form, decimal_comma=True)


@pytest.mark.parametrize("form", ["markdown", "latex"])
@given(data=st.data())
def test_steps_with_momentum_and_decay_are_clean(steps: Strategy, form: str, data: st.DataObject) -> None:
    """Momentum and weight decay, in whatever form, read back as what they were, with nothing wrong."""
    exercise = data.draw(steps)
    read = _clean(exercise, form).exercise
    assert _value(read.momentum) == _value(exercise.momentum)
    assert _value(read.weight_decay) == _value(exercise.weight_decay)
    assert _value(read.rate_factor) == _value(exercise.rate_factor)
    if exercise.momentum is not None:
        assert read.velocity == exercise.velocity
        assert _speeds(read) == _speeds(exercise)
    if exercise.weight_decay is not None:
        assert read.decay == exercise.decay


def _speeds(exercise: Exercise) -> list[Fraction]:
    """Velocities at the start, nothing where all are zero."""
    values = [speed.value for speed in exercise.velocities]
    return values if any(values) else []


def _value(number: Written | None) -> Fraction | None:
    """The value of a number that may not be there."""
    return None if number is None else number.value


@given(data=st.data())
def test_the_exercise_is_read_back(exercises: Strategy, data: st.DataObject) -> None:
    """Data, start, rate, neuron and scheme read back from a worked solution are the ones it was written from."""
    exercise = replace(data.draw(exercises), precision=Precision(4))
    read = _clean(exercise, "markdown").exercise
    for name in ("features", "targets", "weights"):
        assert _values(getattr(read, name)) == _values(getattr(exercise, name)), name
    assert read.bias is not None
    assert exercise.bias is not None
    assert read.bias.value == exercise.bias.value
    assert read.learning_rate is not None
    assert exercise.learning_rate is not None
    assert read.learning_rate.value == exercise.learning_rate.value
    for name in ("activation", "loss", "error"):
        assert getattr(read, name) == getattr(exercise, name), name
    assert read.epochs == exercise.epochs
    assert read.batches() == exercise.batches()
    if exercise.activation != "step":  # the rule of the step neuron has no constant factor
        sizes = {len(batch) for batch in exercise.batches()}
        assert _factors(read, sizes) == _factors(exercise, sizes)
    assert read.missing == ()


def _values(numbers: object) -> object:
    """The values of nested tuples of written numbers."""
    return tuple(map(_values, numbers)) if isinstance(numbers, tuple) else numbers.value  # type: ignore[attr-defined]  # a leaf is a written number


_BEFORE_LOSS: dict[str, Callable[[int], Fraction]] = {
    "mean": lambda n: Fraction(1, n),
    "half-mean": lambda n: Fraction(1, 2 * n),
    "sum": lambda n: Fraction(1),
    "half-sum": lambda n: Fraction(1, 2),
}


def _factors(exercise: Exercise, sizes: set[int]) -> list[Fraction]:
    """Factor before the loss for each size of batch: with two samples, `mean` and `half-sum` are the same."""
    return [_BEFORE_LOSS[exercise.convention](n) for n in sorted(sizes)]
