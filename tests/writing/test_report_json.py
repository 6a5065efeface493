"""The JSON Lines report has exactly the fields of schema deltarule.check/1."""

import json
from collections.abc import Callable
from fractions import Fraction

from jsonschema import Draft202012Validator

from deltarule.exercise import Exercise
from deltarule.report import Report
from deltarule.writing.report import write_report
from deltarule.written import parse_number

COUNTS = ("claims", "right", "right_rounded", "follow_through", "slips", "unread", "unchecked")
NUMBER = {"type": "number"}
TEXT = {"type": "string"}
MAYBE_TEXT = {"type": ["string", "null"]}
LINE = {"type": "integer", "minimum": 1}


def _object(**fields: object) -> dict[str, object]:
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def _list(items: object) -> dict[str, object]:
    return {"type": "array", "items": items}


KINDS = ["arithmetic", "sign", "place-value", "copying", "formula", "rounding", "omission", "contradiction"]
SCHEMA = _object(
    schema={"const": "deltarule.check/1"},
    source=TEXT,
    verdict={"enum": ["clean", "slips", "unreadable"]},
    exercise=_object(
        features=_list(_list(NUMBER)),
        targets=_list(NUMBER),
        weights=_list(NUMBER),
        bias={"type": ["number", "null"]},
        learning_rate={"type": ["number", "null"]},
        activation=TEXT,
        loss=TEXT,
        convention={"enum": ["mean", "half-mean", "sum", "half-sum"]},
        batch_size={"anyOf": [{"const": "full"}, LINE]},
        epochs={"type": "integer"},
        missing=_list(TEXT),
    ),
    summary=_object(**{name: {"type": "integer", "minimum": 0} for name in COUNTS}),
    slips=_list(
        _object(
            line=LINE,
            column=LINE,
            end_column=LINE,
            kind={"enum": KINDS},
            code=TEXT,
            quantity=TEXT,
            epoch={"type": ["integer", "null"]},
            written=TEXT,
            expected=MAYBE_TEXT,
            true_value=MAYBE_TEXT,
            harmless={"type": "boolean"},
            affects=_list(LINE),
            message=TEXT,
        )
    ),
    follow_through=_list(_object(line=LINE, from_lines=_list(LINE))),
    remarks=_list(_object(line=LINE, code=TEXT, message=TEXT)),
    unread=_list(_object(line=LINE, text=TEXT, reason=TEXT)),
)


def test_every_document_is_one_line_of_the_schema(
    homework: Report, clean: Report, unreadable: Report
) -> None:
    """Each document gives one object on one line, with all fields and no others."""
    lines = write_report([homework, clean, unreadable], "json").splitlines()
    assert len(lines) == 3
    for line in lines:
        Draft202012Validator(SCHEMA).validate(json.loads(line))


def test_places_are_columns_of_the_line(homework: Report) -> None:
    """Line and columns, counted from 1 with the end exclusive, cut out what was written."""
    lines = homework.source.text.splitlines()
    for slip in json.loads(write_report([homework], "json"))["slips"]:
        assert lines[slip["line"] - 1][slip["column"] - 1 : slip["end_column"] - 1] == slip["written"]


def test_follow_through_is_one_entry_a_line(homework: Report) -> None:
    """Several values on a line that follow from a slip make one entry."""
    assert json.loads(write_report([homework], "json"))["follow_through"] == [
        {"line": 168, "from_lines": [166]},
        {"line": 176, "from_lines": [166]},
    ]


def test_empty_values_are_null(homework: Report) -> None:
    """Where there is no expected or true value, there is null rather than an empty text."""
    stated = json.loads(write_report([homework], "json"))["slips"][1]
    assert (stated["expected"], stated["true_value"], stated["epoch"]) == (None, None, None)


def test_numbers_of_the_exercise_keep_their_value(clean: Report) -> None:
    """A JSON number is exactly what was written as long as readers can hold it, else it stays a text."""
    texts = ("0.08", "5", "1.50", "-2e3", "1e-400", "0.1234567890123456789")
    exercise = Exercise(weights=tuple(parse_number(text) for text in texts))
    report = Report(clean.source, exercise, "clean", clean.summary, clean.verdicts, (), (), (), (), (), None)
    weights = json.loads(write_report([report], "json"), parse_float=Fraction)["exercise"]["weights"]
    assert weights[:4] == [Fraction("0.08"), 5, Fraction("1.5"), -2000]
    assert weights[4:] == ["1e-400", "0.1234567890123456789"]


def test_a_text_from_the_document_comes_back(marked: Callable[..., Report]) -> None:
    """Whatever a document holds is the same after reading the JSON again."""
    text = 'quote " backslash \\ \u2028 \u202e ∂ \ud800 = 2'
    slip = json.loads(write_report([marked(text, "2", text)], "json"))["slips"][0]
    assert slip["message"] == text


def test_the_schema_of_the_tests_can_say_no(homework: Report) -> None:
    """An object with a field too many is refused, so that the tests above can fail."""
    extended = {**json.loads(write_report([homework], "json")), "extra": 1}
    assert not Draft202012Validator(SCHEMA).is_valid(extended)
