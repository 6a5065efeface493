"""Marked documents as one SARIF 2.1.0 log, for editors and code review.

Slips are results of level ``error`` (``warning`` where harmless), remarks of level ``note``; what follows
from a slip is ``informational`` and what could not be read ``open``. The rules are the catalogue's pages.
"""

from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from deltarule import __version__
from deltarule.catalogue import PAGES, Page
from deltarule.findings import FollowThrough, Remark, Slip, Unread
from deltarule.report import Report
from deltarule.writing.report import Look, repaired_text
from deltarule.writing.report_json import dumps

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def write(reports: Sequence[Report], look: Look) -> str:
    """One log with one run that holds every document."""
    names = sorted({code for report in reports for code in _codes(report)})
    index = {name: at for at, name in enumerate(names)}
    results = [result for report in reports for result in _results(report, index)]
    unreadable = [_notification(report) for report in reports if report.verdict == "unreadable"]
    run: dict[str, Any] = {
        "tool": {
            "driver": {"name": "deltarule", "version": __version__, "rules": [_rule(name) for name in names]},
        },
        "invocations": [{"executionSuccessful": not unreadable, "toolExecutionNotifications": unreadable}],
        "artifacts": [{"location": {"uri": _uri(report.source.name)}} for report in _unique(reports)],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _unique(reports: Sequence[Report]) -> list[Report]:
    """Reports whose documents have different names (an artifact is listed once)."""
    return list({_uri(report.source.name): report for report in reports}.values())


def _codes(report: Report) -> list[str]:
    found = [slip.code for slip in report.slips] + [remark.code for remark in report.remarks]
    return found + ["follow-through"] * bool(report.follow_through) + ["unread"] * bool(report.unread)


def _rule(name: str) -> dict[str, Any]:
    page = PAGES.get(name) or PAGES.get(name.partition(".")[0])
    if page is None:
        return {"id": name}
    return {
        "id": name,
        "name": _camel(name),
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": page.means},
        "help": {"text": str(page), "markdown": _markdown(page)},
        "defaultConfiguration": {"level": "note" if "." not in name or page.kind == "remark" else "error"},
    }


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.replace(".", "-").split("-"))


def _markdown(page: Page) -> str:
    return (
        f"{page.means}\n\n**Why it happens.** {page.why}\n\n"
        f"Gone wrong:\n\n```text\n{page.wrong}\n```\n\nPut right:\n\n```text\n{page.right}\n```"
    )


def _results(report: Report, index: dict[str, int]) -> list[dict[str, Any]]:
    results = [_slip(report, slip) for slip in report.slips]
    results += [_remark(report, remark) for remark in report.remarks]
    results += [_follow(report, item) for item in report.follow_through]
    results += [_unread(report, item) for item in report.unread if report.source.text]
    for result in results:
        result["ruleIndex"] = index[result["ruleId"]]
    return sorted(results, key=lambda result: _start(result))


def _start(result: dict[str, Any]) -> tuple[int, int]:
    region = result["locations"][0]["physicalLocation"]["region"]
    return region["startLine"], region.get("startColumn", 1)


def _slip(report: Report, slip: Slip) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": slip.code,
        "kind": "fail",
        "level": "warning" if slip.harmless else "error",
        "message": {"text": slip.message},
        "locations": [_location(report, slip.line, slip.column, slip.end_column)],
        "properties": {
            "quantity": slip.quantity,
            "epoch": slip.epoch,
            "written": slip.written,
            "expected": slip.expected or None,
            "trueValue": slip.true_value or None,
            "harmless": slip.harmless,
            "affects": list(slip.affects),
        },
    }
    if slip.affects:
        result["relatedLocations"] = [
            {"id": at, **_location(report, line), "message": {"text": f"follows from line {slip.line}"}}
            for at, line in enumerate(slip.affects, 1)
        ]
    return result


def _remark(report: Report, remark: Remark) -> dict[str, Any]:
    return {
        "ruleId": remark.code,
        "kind": "fail",
        "level": "note",
        "message": {"text": remark.message},
        "locations": [_location(report, remark.line, remark.column, remark.end_column)],
    }


def _follow(report: Report, item: FollowThrough) -> dict[str, Any]:
    origin = ", ".join(str(line) for line in item.from_lines)
    return {
        "ruleId": "follow-through",
        "kind": "informational",
        "level": "none",
        "message": {
            "text": f"{item.quantity} = {item.written} is right given line {origin}; "
            f"with that repaired it would be {repaired_text(item)}."
        },
        "locations": [_location(report, item.line)],
        "relatedLocations": [
            {"id": at, **_location(report, line), "message": {"text": "it follows from this line"}}
            for at, line in enumerate(item.from_lines, 1)
        ],
    }


def _unread(report: Report, item: Unread) -> dict[str, Any]:
    return {
        "ruleId": "unread",
        "kind": "open",
        "level": "none",
        "message": {"text": f"could not be read: {item.reason}"},
        "locations": [_location(report, item.line)],
    }


def _notification(report: Report) -> dict[str, Any]:
    reason = report.unread[0].reason if report.unread else "no claim could be read"
    return {
        "level": "error",
        "message": {"text": reason},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(report.source.name)}}}],
    }


def _location(report: Report, line: int, column: int = 0, end_column: int = 0) -> dict[str, Any]:
    region: dict[str, int] = {"startLine": line}
    if column >= 1:
        region["startColumn"] = column
        if end_column > column:
            region["endColumn"] = end_column
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(report.source.name)}, "region": region}}


def _uri(name: str) -> str:
    """A path as the URI reference that SARIF wants."""
    if name in ("-", ""):
        return "stdin"
    path = Path(name)
    if path.is_absolute():
        return path.as_uri()
    # a colon in the first part of a relative reference would be taken for a scheme
    return quote(PurePath(name).as_posix().encode("utf-8", "surrogateescape"), safe="/")
