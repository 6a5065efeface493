"""Kinds of own solutions that were once not clean when they were marked, each as small as it gets.

The draws of the round trip find such kinds by chance; here each has a name and stays found.
"""

from typing import Any

import pytest

from deltarule import api
from deltarule.exercise import Carry, Exercise
from deltarule.findings import Status
from deltarule.written import Precision, RoundingMode, parse_number

FORMS = ("markdown", "latex", "terminal")
_CUT, _UP, _EVEN = RoundingMode.TRUNCATE, RoundingMode.HALF_UP, RoundingMode.HALF_EVEN


def _exercise(table: str, weights: str, bias: str, rate: str, precision: Precision, **more: Any) -> Exercise:
    """An exercise from the rows of its table, the target last."""
    rows = [[parse_number(cell) for cell in row.split()] for row in table.split("|")]
    more = {name: parse_number(value) if name in _NUMBERS else value for name, value in more.items()}
    return Exercise(
        features=tuple(tuple(row[:-1]) for row in rows),
        targets=tuple(row[-1] for row in rows),
        weights=tuple(map(parse_number, weights.split())),
        bias=parse_number(bias),
        learning_rate=parse_number(rate),
        precision=precision,
        **more,
    )


def _places(places: int, mode: RoundingMode = _UP) -> Precision:
    return Precision(places, None, mode)


def _figures(figures: int, mode: RoundingMode = _UP) -> Precision:
    return Precision(None, figures, mode)


_NUMBERS = ("threshold", "momentum", "weight_decay")
_ALL = {"carry": Carry.UNROUNDED}  # digits
KINDS = {
    "a weight that is a fraction": _exercise(
        "1 2|1 2|3 2", "0", "0", "0.5", _places(3, _CUT), convention="half-mean", **_ALL
    ),
    "a fraction among the digits of a run": _exercise(
        "0 0|3 1|2 2", "-0.3", "1", "0.25", _places(2, _CUT), epochs=2, **_ALL
    ),
    "millions in words": _exercise(
        "179 -486", "1", "1", "0.063", _places(3), activation="sigmoid", convention="half-sum"
    ),
    "a product in the verdict next to a tie": _exercise(
        "5 -4 3.25|3 10 2|10 1 2|0.5 3 1",
        "1 1",
        "1",
        "0.05",
        _places(6, _CUT),
        activation="sigmoid",
        convention="half-sum",
        **_ALL,
    ),
    "tiny outputs under the log loss": _exercise(
        "0 5 -4 1|1 1 3 0|1 1 10 0",
        "1 0 1",
        "1",
        "0.5",
        _figures(3, _EVEN),
        activation="sigmoid",
        loss="log",
        convention="sum",
        epochs=2,
        threshold="0",
        **_ALL,
    ),
    "a last batch of one beside batches of two": _exercise(
        "1 2 1|0 1 1|1 1 1|5 1 1|2 3 0",
        "1 1",
        "1",
        "0.1",
        _places(2, _EVEN),
        activation="sigmoid",
        convention="half-sum",
        batch_size=2,
        epochs=2,
        threshold="0",
    ),
    "a rounded output of a kink": _exercise(
        "3 8 3.25", "1 0", "-0.3", "0.25", _figures(2, _CUT), activation="relu", convention="half-sum", **_ALL
    ),
    "an error that is as large as 1 less the output": _exercise(
        "10 0 1|8 0 0",
        "1 1",
        "1",
        "0.25",
        _figures(5, _EVEN),
        activation="sigmoid",
        convention="half-sum",
        **_ALL,
    ),
    "a slope of 1 beside an error that shows as 1": _exercise(
        "1 1|-0.25 -1",
        "0",
        "0.08",
        "0.1",
        _places(1, _CUT),
        activation="relu",
        convention="half-sum",
        epochs=2,
        **_ALL,
    ),
    "an output next to 1": _exercise(
        "-369 1", "1", "1", "0.45", _figures(4, _EVEN), activation="tanh", convention="half-sum", **_ALL
    ),
    "a gradient far below any place": _exercise(
        "1 1", "1", "-349", "0.1", _figures(7, _CUT), activation="tanh", convention="half-sum", **_ALL
    ),
    "a velocity of a single sample through a kink": _exercise(
        "1 1 5 1",
        "1 1 1",
        "1",
        "0.1",
        _places(5, _EVEN),
        activation="relu",
        convention="half-sum",
        momentum="0.01",
        velocity="step",
        threshold="0",
        **_ALL,
    ),
    "decay of a single sample through a kink": _exercise(
        "1 5 1 1",
        "1 1 1",
        "1",
        "0.5",
        _places(2),
        activation="relu",
        weight_decay="0.9",
        decay="gradient",
        threshold="0.5",
    ),
    "five rows of one target": _exercise(
        "1 0|1 0|1 0|1 0|0 0", "187", "1", "9", _places(4), activation="step", threshold="0.5"
    ),
    "one significant figure of large numbers": _exercise(
        "402 3|-38 20", "0.3", "2", "0.1", _figures(1), epochs=2, threshold="0.5"
    ),
    "one significant figure, cut off, all digits carried": _exercise(
        "40.2 3|-3.8 20", "3.1", "-0.7", "0.1", _figures(1, _CUT), batch_size=1, **_ALL
    ),
    "the least loss at weights of which two are alike": _exercise(
        "1 1 1 0", "0.1 0.1 0.25", "0.1", "0.1", _figures(2)
    ),
    "outputs that happen to be classes": _exercise(
        "1 -1|1 -1", "-0.5", "-0.5", "0.01", _places(5, _EVEN), epochs=2, threshold="0", **_ALL
    ),
    "one output that shows as a class": _exercise(
        "0 5 5 0", "0 0.1 0.08", "0.08", "0.1", _places(1), convention="sum", threshold="0", **_ALL
    ),
    "zeros that only hold the place": _exercise(
        "-242 0", "1", "1", "0.7", _figures(4, _CUT), convention="half-sum", epochs=2, **_ALL
    ),
}


@pytest.mark.parametrize("comma", [False, True], ids=["point", "comma"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_solution_is_clean(kind: str, form: str, comma: bool) -> None:
    """Nothing is wrong with it, everything is read, and no worked line is left unchecked."""
    exercise = KINDS[kind]
    text = api.solve(exercise).write(form, decimal_comma=comma)
    marking = api.check(text)
    assert [(slip.line, slip.code, slip.message) for slip in marking.slips] == []
    assert [(item.line, item.text) for item in marking.unread] == []
    assert marking.follow_through == ()
    told = next(number for number, line in enumerate(text.split("\n"), 1) if "Verdict on the run" in line)
    unchecked = [v for v in marking.report.verdicts if v.status is Status.UNCHECKED and v.line < told]
    assert [(v.line, v.name) for v in unchecked] == []
    allowed = {"remark.carried-unrounded"} if exercise.carry is Carry.UNROUNDED else set()
    assert {remark.code for remark in marking.remarks} <= allowed
