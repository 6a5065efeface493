"""Records: those that users get guard their fields, those of the inside compare and print as any dataclass does."""

from collections.abc import Iterator, Mapping
from dataclasses import FrozenInstanceError, dataclass, field, fields, is_dataclass
from fractions import Fraction
from pathlib import Path

import pytest

import deltarule
from deltarule.algebra.expr import Expr
from deltarule.api import Marking, Solution
from deltarule.api_training import Training
from deltarule.catalogue import Page
from deltarule.exercise import Exercise
from deltarule.findings import FollowThrough, Remark, Slip, Unread
from deltarule.records import record
from deltarule.report import Conclusion, Diagnosis, Evidence, Report, Summary, Verdict
from deltarule.spans import Source
from deltarule.trace import Line, Prediction, Step, Trace
from deltarule.training.loop import Epoch
from deltarule.training.record import TrainingHistory
from deltarule.training.schedules import StepDecay
from deltarule.training_run import TrainingRun
from deltarule.written import Precision, Written, parse_number

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "diverging-neuron"
UNREADABLE = "w = 0.5, x = 2\n\nz = 0.5 * * 2 = ) 1\n"


def _records(value: object) -> Iterator[object]:
    """All records in what a user got, formulas left aside."""
    if isinstance(value, Expr):
        return
    if isinstance(value, Mapping):
        value = (*value, *value.values())
    if isinstance(value, tuple):
        for item in value:
            yield from _records(item)
    elif is_dataclass(value):
        yield value
        for slot in fields(value):
            yield from _records(getattr(value, slot.name))


def _assert_frozen(made: object) -> None:
    assert is_dataclass(made)
    for name in (*[slot.name for slot in fields(made)], "anything_else"):
        with pytest.raises(FrozenInstanceError):
            setattr(made, name, None)
        with pytest.raises(FrozenInstanceError):
            delattr(made, name)


def test_what_users_get_cannot_be_changed() -> None:
    """A page that is read, worked, marked and explained gives records of every public kind, and none takes a new value."""
    given = deltarule.read_exercise(EXAMPLE / "exercise.toml")
    marking = deltarule.check(EXAMPLE / "solution.md")
    told = (
        given,
        deltarule.solve(given),
        marking,
        marking.report.diagnosis,
        deltarule.check(UNREADABLE),
        deltarule.explain("copying.row"),
    )
    got: dict[type, object] = {type(made): made for made in _records(told)}
    assert set(got) >= {
        *(Exercise, Precision, Written, Source, Page),
        *(Solution, Trace, Step, Line, Prediction, Diagnosis, Evidence),
        *(Marking, Report, Summary, Verdict, Slip, FollowThrough, Remark, Unread, Conclusion),
    }
    for made in got.values():
        _assert_frozen(made)


def test_what_a_training_gives_cannot_be_changed() -> None:
    """The account of a run, its history, what a callback is told, and a schedule."""
    told: list[Epoch] = []
    training = deltarule.train([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0], epochs=3)
    assert isinstance(training, Training)
    assert isinstance(training.run, TrainingRun)
    assert isinstance(training.model.history_, TrainingHistory)
    rate = StepDecay(0.1)
    model = deltarule.DeltaRuleRegressor(learning_rate=rate, epochs=1, callbacks=[told.append])
    model.fit([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0])
    for made in (training, training.run, training.model.history_, rate, told[0]):
        _assert_frozen(made)


def test_a_number_that_is_read_twice_stays_what_it_is() -> None:
    """Numbers are shared between pages: what is worked out of one once is not to be set either."""
    number = parse_number("0.50")
    assert number.figures == 2
    with pytest.raises(FrozenInstanceError):
        number.figures = 3
    with pytest.raises(FrozenInstanceError):
        number.value = Fraction(0)  # type: ignore[misc]  # which the type checker sees as well
    assert parse_number("0.50") == number == Written("0.50", Fraction(1, 2), 2)


@record
class _Inside:
    name: str
    places: tuple[int, ...] = ()
    note: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True)
class _Guarded:
    name: str
    places: tuple[int, ...] = ()
    note: str = field(default="", compare=False, repr=False)


def test_records_of_the_inside_compare_and_print_as_dataclasses_do() -> None:
    """By their values, without those that are not compared; never with a record of another kind."""
    made, same, other = _Inside("a", (1,)), _Inside("a", (1,), "said"), _Inside("b", (1,))
    assert made == same
    assert hash(made) == hash(same)
    assert made != other
    stranger: object = _Guarded("a", (1,))
    assert made != stranger
    assert len({made, same, other}) == 2
    assert repr(same).replace("_Inside", "_Guarded") == repr(_Guarded("a", (1,), "said"))
