"""A marked document as JSON Lines: one object a document, schema ``deltarule.check/1``.

Lines and columns are those of the file; they count from 1, in code points, the end exclusive.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from deltarule.exercise import Exercise
from deltarule.findings import Slip
from deltarule.report import Report, Summary
from deltarule.writing.report import Look
from deltarule.written import Written

SCHEMA = "deltarule.check/1"
# json leaves these as they are; a line separator or a direction mark would garble a terminal or an editor
_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def write(reports: Sequence[Report], look: Look) -> str:
    """One line for each document."""
    return "".join(dumps(payload(report)) + "\n" for report in reports)


def dumps(value: object, indent: int | None = None) -> str:
    """JSON that keeps letters readable and spells out whatever is invisible."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def payload(report: Report) -> dict[str, Any]:
    """The object of one document."""
    origins: dict[int, set[int]] = {}
    for item in report.follow_through:
        origins.setdefault(item.line, set()).update(item.from_lines)
    return {
        "schema": SCHEMA,
        "source": report.source.name,
        "verdict": report.verdict,
        "exercise": _exercise(report.exercise),
        "summary": _summary(report.summary),
        "slips": [_slip(slip) for slip in report.slips],
        "follow_through": [{"line": line, "from_lines": sorted(origins[line])} for line in sorted(origins)],
        "remarks": [
            {"line": remark.line, "code": remark.code, "message": remark.message} for remark in report.remarks
        ],
        "unread": [{"line": item.line, "text": item.text, "reason": item.reason} for item in report.unread],
    }


def _exercise(exercise: Exercise) -> dict[str, Any]:
    return {
        "features": [[_number(cell) for cell in row] for row in exercise.features],
        "targets": [_number(target) for target in exercise.targets],
        "weights": [_number(weight) for weight in exercise.weights],
        "bias": _optional(exercise.bias),
        "learning_rate": _optional(exercise.learning_rate),
        "activation": exercise.activation,
        "loss": exercise.loss,
        "convention": exercise.convention,
        "batch_size": exercise.batch_size or "full",
        "epochs": exercise.epochs,
        "missing": list(exercise.missing),
    }


def _summary(summary: Summary) -> dict[str, int]:
    return {
        "claims": summary.claims,
        "right": summary.right,
        "right_rounded": summary.right_rounded,
        "follow_through": summary.follow_through,
        "slips": summary.slips,
        "unread": summary.unread,
        "unchecked": summary.unchecked,
    }


def _slip(slip: Slip) -> dict[str, Any]:
    return {
        "line": slip.line,
        "column": slip.column,
        "end_column": slip.end_column,
        "kind": slip.kind.value,
        "code": slip.code,
        "quantity": slip.quantity,
        "epoch": slip.epoch,
        "written": slip.written,
        "expected": slip.expected or None,
        "true_value": slip.true_value or None,
        "harmless": slip.harmless,
        "affects": list(slip.affects),
        "message": slip.message,
    }


def _optional(written: Written | None) -> int | float | str | None:
    return None if written is None else _number(written)


def _number(written: Written) -> int | float | str:
    """A JSON number where one says the same as what is written, else its text."""
    if written.value.denominator == 1:
        return int(written.value)
    try:
        nearest = float(written.value)
    except OverflowError:
        return written.text
    digits = len(re.sub(r"[eE].*|\D", "", written.text).lstrip("0"))
    return nearest if digits <= 15 and nearest else written.text
