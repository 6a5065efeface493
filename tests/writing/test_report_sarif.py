"""The SARIF log is valid, complete, and points at the right places."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft7Validator

from deltarule.catalogue import PAGES
from deltarule.report import Report
from deltarule.writing.report import write_report

# what the SARIF 2.1.0 schema says of the objects that are used here: required fields, types and closed lists
MESSAGE = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": {"type": "string"}, "markdown": {"type": "string"}},
}
ARTIFACT_LOCATION = {"type": "object", "properties": {"uri": {"type": "string", "format": "uri-reference"}}}
POSITIVE = {"type": "integer", "minimum": 1}
LOCATION = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "id": {"type": "integer", "minimum": -1},
        "message": MESSAGE,
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation"],
            "additionalProperties": False,
            "properties": {
                "artifactLocation": ARTIFACT_LOCATION,
                "region": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {"startLine": POSITIVE, "startColumn": POSITIVE, "endColumn": POSITIVE},
                },
            },
        },
    },
}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
RULE = {
    "type": "object",
    "required": ["id"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string"},
        "shortDescription": MESSAGE,
        "fullDescription": MESSAGE,
        "help": MESSAGE,
        "defaultConfiguration": {"type": "object", "properties": {"level": LEVEL}},
    },
}
RESULT = {
    "type": "object",
    "required": ["message"],
    "additionalProperties": False,
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": -1},
        "kind": {"enum": ["notApplicable", "pass", "fail", "review", "open", "informational"]},
        "level": LEVEL,
        "message": MESSAGE,
        "locations": {"type": "array", "items": LOCATION},
        "relatedLocations": {"type": "array", "items": LOCATION, "uniqueItems": True},
        "properties": {"type": "object"},
    },
}
INVOCATION = {
    "type": "object",
    "required": ["executionSuccessful"],
    "additionalProperties": False,
    "properties": {
        "executionSuccessful": {"type": "boolean"},
        "toolExecutionNotifications": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["message"],
                "properties": {
                    "message": MESSAGE,
                    "level": LEVEL,
                    "locations": {"type": "array", "items": LOCATION},
                },
            },
        },
    },
}
DRIVER = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string"},
        "version": {"type": "string"},
        "rules": {"type": "array", "uniqueItems": True, "items": RULE},
    },
}
SCHEMA = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"enum": ["2.1.0"]},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool"],
                "additionalProperties": False,
                "properties": {
                    "tool": {"type": "object", "required": ["driver"], "properties": {"driver": DRIVER}},
                    "invocations": {"type": "array", "items": INVOCATION},
                    "artifacts": {
                        "type": "array",
                        "uniqueItems": True,
                        "items": {"type": "object", "properties": {"location": ARTIFACT_LOCATION}},
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {"type": "array", "items": RESULT},
                },
            },
        },
    },
}


def log(*reports: Report) -> dict[str, Any]:
    """The only run of the log on some documents, the log checked against the schema."""
    whole = json.loads(write_report(reports, "sarif"))
    Draft7Validator(SCHEMA).validate(whole)
    run: dict[str, Any] = whole["runs"][0]
    return run


def test_several_documents_make_one_valid_log(homework: Report, clean: Report, unreadable: Report) -> None:
    """All documents are artifacts of one run; a file that could not be used makes the run unsuccessful."""
    run = log(homework, clean, unreadable)
    assert [artifact["location"]["uri"] for artifact in run["artifacts"]] == [
        "homework/solution.md",
        "a.txt",
        "b.md",
    ]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert (
        run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
        == "is a binary file, not text"
    )
    assert log(clean)["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_columns_are_code_points(marked: Callable[..., Report]) -> None:
    """A letter beyond the basic plane counts as one column, as the log says."""
    run = log(marked("𝑧 = 1 + 2 = 4", "4"))
    assert run["columnKind"] == "unicodeCodePoints"
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 1, "startColumn": 13, "endColumn": 14}


def test_every_result_points_at_its_rule(homework: Report) -> None:
    """Rule ids and indices agree, and each rule is a page of the catalogue."""
    run = log(homework)
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    for rule in rules:
        assert rule["fullDescription"]["text"] == PAGES[rule["id"]].means


def test_levels_say_how_bad_it_is(homework: Report) -> None:
    """Slips are errors, harmless ones warnings, remarks notes; what follows or was not read is no problem at all."""
    found = {
        (result["kind"], result["level"], result["ruleId"].partition(".")[0])
        for result in log(homework)["results"]
    }
    assert found == {
        ("fail", "error", "arithmetic"),
        ("fail", "error", "sign"),
        ("fail", "error", "place-value"),
        ("fail", "warning", "copying"),
        ("fail", "note", "remark"),
        ("informational", "none", "follow-through"),
        ("open", "none", "unread"),
    }


def test_what_follows_is_a_related_location(homework: Report) -> None:
    """A slip names the lines that follow from it, and these name the slip."""
    results = log(homework)["results"]
    slip = next(r for r in results if r["ruleId"] == "arithmetic.value" and r.get("relatedLocations"))
    related = [location["physicalLocation"]["region"]["startLine"] for location in slip["relatedLocations"]]
    assert related == [168, 174, 176, 178, 180, 182]
    follow = next(r for r in results if r["ruleId"] == "follow-through")
    assert follow["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 166


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("a b/ü.md", "a%20b/%C3%BC.md"),
        ("c:d.md", "c%3Ad.md"),
        ("-", "stdin"),
        ("/tmp/x y.md", "file:///tmp/x%20y.md"),
        ("100%.md", "100%25.md"),
    ],
)
def test_paths_become_uris(name: str, uri: str, marked: Callable[..., Report]) -> None:
    """Blanks, letters and signs of a path are escaped as a URI needs it."""
    assert log(marked("1 + 2 = 4", "4", name=name))["artifacts"][0]["location"]["uri"] == uri
