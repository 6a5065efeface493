"""A marked document as Markdown: the summary, then every finding with its line."""

import re
from collections.abc import Iterator, Sequence

from deltarule.findings import Slip
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
    settings,
    tally,
    unchecked,
    unnamed,
    why_unreadable,
)
from deltarule.writing.visible import visible

# dollars too: many programs set what stands between two of them as mathematics
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|$~#&])")
WIDTH = 110


def write(reports: Sequence[Report], look: Look) -> str:
    """Every report under its own heading."""
    return "\n".join("\n".join(_report(report)) for report in reports)


def escaped(text: str) -> str:
    """A user's text as Markdown that shows just that text."""
    return _SPECIAL.sub(r"\\\1", visible(text))


def fenced(*lines: str) -> str:
    """Lines in a code block whose fence none of them can close."""
    longest = max((len(run) for line in lines for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join((f"{fence}text", *lines, fence))


def _report(report: Report) -> Iterator[str]:
    report = in_own_notation(report)
    yield f"# {escaped(report.source.name)}: {headline(report)}"
    yield ""
    if report.verdict == "unreadable":
        yield escaped(why_unreadable(report))
        yield ""
        return
    yield from _summary(report)
    if report.slips:
        yield "## Slips"
        yield ""
        for slip in report.slips:
            yield from _slip(report, slip)
    yield from _section(
        "Remarks",
        [f"Line {item.line} (`{item.code}`): {escaped(item.message)}" for item in report.remarks],
    )
    yield from _section(
        "Could not be read",
        [f"Line {item.line}: {escaped(item.reason)} {_code(item.text)}" for item in report.unread],
    )
    yield from _section("The exercise", [f"{name}: {escaped(value)}" for name, value in settings(report)])


def _summary(report: Report) -> Iterator[str]:
    yield f"- {tally(report.summary)}"
    yield from (f"- {sentence}" for sentence in unchecked(report))
    first = first_slip(report)
    if first is not None:
        place = about(first.quantity, first.epoch)
        yield f"- First slip: line {first.line} (`{first.code}`{f', {escaped(place)}' if place else ''})."
    for origin, lines in consequences(report):
        yield f"- {consequence_sentence(origin, lines)}"
    yield from (f"- {escaped(sentence)}" for sentence in missing(report))
    if report.carrying:
        yield f"- {escaped(report.carrying)}"
    for conclusion in report.conclusions:
        yield f"- Conclusion of line {conclusion.line}: **{conclusion_word(conclusion)}**. {escaped(conclusion.sentence)}"
    yield ""
    if report.diagnosis is not None:
        yield from _section(
            "The run itself, worked exactly", [escaped(item.sentence) for item in report.diagnosis.evidence]
        )


def _slip(report: Report, slip: Slip) -> Iterator[str]:
    place = about(slip.quantity, slip.epoch)
    harmless = ", harmless" if slip.harmless else ""
    yield f"### Line {slip.line}: `{slip.code}`{f', {escaped(place)}' if place else ''}{harmless}"
    yield ""
    shown, offset, length = marked_excerpt(report, slip.span, WIDTH)
    yield fenced(shown, " " * offset + "^" * length)
    yield ""
    yield escaped(slip.message)
    if unnamed(slip):
        yield ""
        yield f"What follows from it: {lines_named(slip.affects)}."
    yield ""


def _section(title: str, items: Sequence[str]) -> Iterator[str]:
    if items:
        yield f"## {title}"
        yield ""
        yield from (f"- {item}" for item in items)
        yield ""


def _code(text: str) -> str:
    """A user's text as inline code, with a fence that it cannot close."""
    shown = visible(text)
    shown = shown if len(shown) <= WIDTH else shown[:WIDTH] + "…"
    fence = "`" * (max((len(run) for run in re.findall(r"`+", shown)), default=0) + 1)
    return f"{fence} {shown} {fence}" if shown else ""
