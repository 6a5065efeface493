"""A marked document for the terminal: the line, a caret under the place, one sentence; then what matters.

A report is put together as pieces of text with a style each. Joined they are plain text; only where
colours are wanted is rich loaded to paint them.
"""

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, TypeAlias

from deltarule.findings import Remark, Slip, Unread
from deltarule.report import Report
from deltarule.writing.own_notation import in_own_notation
from deltarule.writing.report import (
    Look,
    about,
    conclusion_word,
    consequence_sentence,
    consequences,
    first_slip,
    headline,
    lines_named,
    marked_excerpt,
    missing,
    tally,
    unchecked,
    unnamed,
    why_unreadable,
)
from deltarule.writing.visible import visible

if TYPE_CHECKING:
    from rich.text import Text

# nobody reads further in a terminal, and the other formats hold everything
MAX_FINDINGS = 500

Piece: TypeAlias = tuple[str, str]
Row: TypeAlias = list[Piece]

_SLIP, _HARMLESS, _REMARK, _GOOD, _DIM, _HEAD = "bold red", "bold yellow", "cyan", "green", "dim", "bold"
_CONCLUSION = {"right": _GOOD, "wrong": _SLIP, "cannot tell": _HARMLESS}


def write(reports: Sequence[Report], look: Look) -> str:
    """Every report, one after the other."""
    rows = [row for report in reports for row in report_rows(report, look.width)]
    if not look.color:
        return "".join("".join(text for text, _ in row).rstrip() + "\n" for row in rows)
    return _painted(rows, look.width)


def text(report: Report, width: int = 100) -> "Text":
    """A report as a rich text, for ``rich.print``."""
    from rich.text import Text

    joined = Text()
    for row in report_rows(report, width):
        for piece, style in row:
            joined.append(piece, style)
        joined.append("\n")
    return joined


def _painted(rows: Sequence[Row], width: int) -> str:
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    console = Console(
        file=StringIO(), force_terminal=True, color_system="standard", width=width, soft_wrap=True
    )
    with console.capture() as capture:
        for row in rows:
            console.print(Text.assemble(*row), soft_wrap=True)
    return capture.get()


def report_rows(report: Report, width: int) -> Iterator[Row]:
    """Rows of pieces: findings in reading order, then the summary."""
    report, width = in_own_notation(report), max(width, 40)
    yield [(visible(report.source.name), _HEAD), (": ", ""), (headline(report), _verdict_style(report))]
    yield []
    findings: list[tuple[int, int, int, Slip | Remark | Unread]] = []
    findings += [(item.line, 0, item.column, item) for item in report.slips]
    findings += [(item.line, 1, item.column, item) for item in report.remarks]
    findings += [(item.line, 2, 0, item) for item in report.unread if report.source.text]
    findings.sort(key=lambda entry: entry[:3])
    for *_, item in findings[:MAX_FINDINGS]:
        yield from _finding(report, item, width)
        yield []
    if len(findings) > MAX_FINDINGS:
        more = len(findings) - MAX_FINDINGS
        yield [
            (f"... and {more} more, down to line {findings[-1][0]}; the other formats list them all.", _DIM)
        ]
        yield []
    yield from _summary(report, width)
    yield []


def _verdict_style(report: Report) -> str:
    return _SLIP if report.verdict != "clean" else _HARMLESS if report.is_partial else _GOOD


def _finding(report: Report, item: Slip | Remark | Unread, width: int) -> Iterator[Row]:
    if isinstance(item, Slip):
        style = _HARMLESS if item.harmless else _SLIP
        place = about(item.quantity, item.epoch)
        yield [
            (f"line {item.line}", _HEAD),
            ("  ", ""),
            (item.code, style),
            (f"  {place}" if place else "", ""),
            ("  harmless" if item.harmless else "", _HARMLESS),
        ]
        yield from _quoted(report, item, style, width)
        yield from _sentence(item.message, width)
        if unnamed(item):
            yield from _sentence(f"What follows from it: {lines_named(item.affects)}.", width, _DIM)
    elif isinstance(item, Remark):
        yield [(f"line {item.line}", _HEAD), ("  ", ""), (item.code, _REMARK)]
        yield from _quoted(report, item, _REMARK, width)
        yield from _sentence(item.message, width)
    else:
        yield [(f"line {item.line}", _HEAD), ("  ", ""), ("unread", _REMARK)]
        yield from _quoted(report, item, _REMARK, width)
        yield from _sentence(f"Could not be read: {item.reason}", width)


def _quoted(report: Report, item: Slip | Remark | Unread, style: str, width: int) -> Iterator[Row]:
    """The source line with a caret under the place."""
    margin = max(len(str(item.line)), 4)
    shown, offset, length = marked_excerpt(report, item.span, width - margin - 3)
    yield [
        (f"{item.line:>{margin}} | ", _DIM),
        (shown, ""),
    ]
    yield [(" " * margin + " | ", _DIM), (" " * offset, ""), ("^" * length, style)]


def _sentence(sentence: str, width: int, style: str = "") -> Iterator[Row]:
    for line in wrap(visible(sentence), width - 7, break_on_hyphens=False) or [""]:
        yield [(" " * 7, ""), (line, style)]


def _summary(report: Report, width: int) -> Iterator[Row]:
    yield [("Summary", _HEAD)]
    if report.verdict == "unreadable":
        yield from _point(why_unreadable(report), width, _SLIP)
        return
    yield from _point(tally(report.summary), width)
    for sentence in unchecked(report):
        yield from _point(sentence, width)
    for sentence in missing(report):
        yield from _point(sentence, width, _HARMLESS)
    first = first_slip(report)
    if first is not None:
        place = about(first.quantity, first.epoch)
        harmless = ", harmless" if first.harmless else ""
        yield from _point(
            f"First slip: line {first.line} ({first.code}{f', {place}' if place else ''}{harmless}).", width
        )
    for origin, lines in consequences(report):
        yield from _point(consequence_sentence(origin, lines), width)
    if report.carrying:
        yield from _point(report.carrying, width)
    for conclusion in report.conclusions:
        word = conclusion_word(conclusion)
        yield from _point(
            f"Conclusion of line {conclusion.line}: {word}. {conclusion.sentence}", width, _CONCLUSION[word]
        )
    if report.diagnosis is not None and report.diagnosis.evidence:
        yield []
        yield [("The run itself, worked exactly", _HEAD)]
        for evidence in report.diagnosis.evidence:
            yield from _point(evidence.sentence, width)


def _point(sentence: str, width: int, style: str = "") -> Iterator[Row]:
    for at, line in enumerate(wrap(visible(sentence), width - 4, break_on_hyphens=False)):
        yield [("    " if at else "  - ", _DIM), (line, style)]
