"""What every report format needs: a marked document line by line, and its sentences.

A format is one file with a function ``write(reports, look) -> str``, and a row in `FORMATS`.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from importlib import import_module
from typing import TypeAlias, TypeVar

from deltarule.errors import UsageError
from deltarule.findings import FollowThrough, Remark, Slip, Status, Unread
from deltarule.rarely import rarely
from deltarule.records import record
from deltarule.report import Conclusion, Report, Summary, Verdict
from deltarule.spans import Source, Span
from deltarule.writing.own_notation import decimal_comma
from deltarule.writing.prose import figures
from deltarule.writing.visible import cells, visible
from deltarule.written import decimal_text


@record
class Look:
    """How a report is to look where the format leaves a choice: colours, and columns across."""

    color: bool = False
    width: int = 100


MAX_RUNS = 24  # runs of lines that one sentence lists

Writer: TypeAlias = Callable[[Sequence[Report], Look], str]

# each format's module is loaded when it is asked for: a terminal report needs no HTML
FORMATS: Mapping[str, str] = {
    "terminal": "deltarule.writing.report_terminal",
    "markdown": "deltarule.writing.report_markdown",
    "html": "deltarule.writing.report_html",
    "sarif": "deltarule.writing.report_sarif",
    "json": "deltarule.writing.report_json",
}


def write_report(reports: Sequence[Report], form: str = "terminal", look: Look | None = None) -> str:
    """Write marked documents in one of the `FORMATS`.

    Raises
    ------
    UsageError
        There is no such format.
    """
    if form not in FORMATS:
        raise UsageError(f"there is no report format {form!r}; choose from {', '.join(FORMATS)}")
    write: Writer = import_module(FORMATS[form]).write
    return write(reports, look or Look())


@record
class MarkedLine:
    """One line of a document and everything found on it.

    `number` is the one by which a person finds it in the file, where several may stand on one line; `anchored` is the first.
    """

    number: int
    anchored: bool
    span: Span
    text: str
    status: Status | None
    verdicts: tuple[Verdict, ...] = ()
    slips: tuple[Slip, ...] = ()
    follow_through: tuple[FollowThrough, ...] = ()
    remarks: tuple[Remark, ...] = ()
    unread: tuple[Unread, ...] = ()
    conclusions: tuple[Conclusion, ...] = ()


def marked_lines(report: Report) -> tuple[MarkedLine, ...]:
    """Every line of the document, with what was found on it."""
    source, status = report.source, report.status_lines()
    verdicts, slips, follow = (
        _by_line(source, report.verdicts),
        _by_line(source, report.slips),
        _by_line(source, report.follow_through),
    )
    remarks, unread, conclusions = (
        _by_line(source, report.remarks),
        _by_line(source, report.unread),
        _by_line(source, report.conclusions),
    )
    spans = source.line_spans
    if len(spans) > 1 and spans[-1].start == spans[-1].end:
        spans = spans[:-1]
    numbers = [source.told_line(line) for line in range(len(spans) + 1)]
    return tuple(
        MarkedLine(
            numbers[line],
            numbers[line] != numbers[line - 1],
            span,
            source.line_text(line),
            status.get(line, Status.UNREAD if line in unread else None),
            tuple(verdicts.get(line, ())),
            tuple(slips.get(line, ())),
            tuple(follow.get(line, ())),
            tuple(remarks.get(line, ())),
            tuple(unread.get(line, ())),
            tuple(conclusions.get(line, ())),
        )
        for line, span in enumerate(spans, 1)
    )


_Placed = TypeVar("_Placed", Verdict, Slip, FollowThrough, Remark, Unread, Conclusion)


def _by_line(source: Source, items: Iterable[_Placed]) -> dict[int, list[_Placed]]:
    grouped: dict[int, list[_Placed]] = {}
    for item in items:
        grouped.setdefault(source.line(item.span.start), []).append(item)
    return grouped


def marked_excerpt(report: Report, span: Span, width: int) -> tuple[str, int, int]:
    """The line on which a piece of the document stands, cut to `width`, with the offset and length of the piece in it."""
    line, column, end_column, _ = report.source.own_place(span)
    return excerpt(report.source.line_text(line), column, end_column, width)


def excerpt(text: str, column: int, end_column: int, width: int) -> tuple[str, int, int]:
    """A source line cut to `width`, with the offset and length of the marked piece in it.

    Columns count from 1 in code points; offset and length are terminal columns.
    """
    start = min(max(column - 1, 0), len(text))
    end = min(max(end_column - 1, start + 1), max(len(text), start + 1))
    before, marked, after = visible(text[:start]), visible(text[start:end]), visible(text[end:])
    room = max(width - 2, 10)
    if cells(before) + cells(marked) + cells(after) > room:
        marked = _head(marked, room)
        rest = room - cells(marked)
        after_wanted = min(cells(after), rest // 3)
        before = _tail(before, rest - after_wanted)
        after = _head(after, room - cells(before) - cells(marked))
    return before + marked + after, cells(before), max(cells(marked), 1)


def _head(text: str, room: int) -> str:
    """The beginning of a text, cut to `room` columns."""
    if cells(text) <= room:
        return text
    text = text[: max(room, 1)]
    while text and cells(text) >= room:
        text = text[:-1]
    return text + "…"


def _tail(text: str, room: int) -> str:
    """The end of a text, cut to `room` columns."""
    if cells(text) <= room:
        return text
    text = text[-max(room, 1) :]
    while text and cells(text) >= room:
        text = text[1:]
    return "…" + text


def listed(numbers: Iterable[int]) -> str:
    """Numbers as a person lists them.

    >>> listed([174, 168, 176]), listed([3])
    ('168, 174 and 176', '3')
    """
    return _enumerated([str(number) for number in sorted(set(numbers))])


def _enumerated(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}" if texts else ""


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural where it is one: ``1 slip``, ``2 slips``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def lines_named(numbers: Iterable[int]) -> str:
    """``line 3``, or ``lines 3, 5 and 8``."""
    unique = set(numbers)
    return f"line{'' if len(unique) == 1 else 's'} {listed(unique)}"


def unnamed(slip: Slip) -> tuple[int, ...]:
    """Lines that follow from a slip, unless its message already names every one of them."""
    named = {int(number) for number in re.findall(r"\d{1,9}", slip.message)}
    return () if set(slip.affects) <= named else slip.affects


def about(quantity: str, epoch: int | None) -> str:
    """``z_3, epoch 4``, as far as it is known."""
    parts = [visible(quantity)] * bool(quantity) + [f"epoch {epoch}"] * (epoch is not None)
    return ", ".join(parts)


def repaired_text(item: FollowThrough) -> str:
    """The value of a follow-through with the earlier slips repaired, to the places that were written."""
    number = re.search(r"[.,](\d+)", item.written)
    shown = shown_value(item.repaired, max(len(number[1]) if number else 0, 2))
    return figures(shown, "," in item.written)


def shown_value(value: Fraction, places: int) -> str:
    """A value to so many places, without a tail of zeros."""
    text = decimal_text(value, min(places, 12))
    return text.rstrip("0").rstrip(".") if "." in text else text


# sentences of the summary, the same in every format


WRITE_SO = "write lines such as z_1 = 0.4 * 3 + 0.2 = 1.4"


def headline(report: Report) -> str:
    """The verdict in a few words."""
    if report.verdict == "unreadable":
        return "no claim could be read" if report.source.text else "could not be used"
    slips = counted(len(report.slips), "slip") if report.slips else "no slips"
    return f"{slips} in what was checked ({_share(report)})" if report.is_partial else slips


def _share(report: Report) -> str:
    """How much was checked: ``5 of 1,000 claims``, ``435 of 600 claims, up to line 435``."""
    summary = report.summary
    checked = summary.claims - summary.unread - summary.unchecked
    reach = "" if report.unreached is None else f", down to line {report.unreached - 1:,}"
    return f"{checked or 'none'} of {counted(summary.claims, 'claim')}{reach}"


def with_slips(summary: Summary) -> int:
    """Claims that hold a slip; one may hold several, as many as it has wrong numbers."""
    others = (
        summary.right + summary.right_rounded + summary.follow_through + summary.unread + summary.unchecked
    )
    return summary.claims - others


def tally(summary: Summary) -> str:
    """How many claims ended how, as one sentence; the parts add up to the whole."""
    wrong = with_slips(summary)
    several = "" if wrong == summary.slips else f" ({counted(summary.slips, 'slip')} in all)"
    parts = [f"{summary.right} right"]
    for number, words in (
        (summary.right_rounded, "right as rounded or carried"),
        (summary.follow_through, "right given an earlier slip"),
        (wrong, f"with {'a slip' if wrong == 1 else 'slips'}{several}"),
        (summary.unread, "not read"),
        (summary.unchecked, "not checked"),
    ):
        parts.append(f"{number} {words}")
    return f"{counted(summary.claims, 'claim')} checked: {', '.join(parts)}."


def why_unreadable(report: Report) -> str:
    """Why nothing of a document could be marked, as a sentence, and what could be done."""
    if report.unread:
        reason = report.unread[0].reason
        return f"{reason[:1].upper()}{reason[1:]}" if report.source.text else f"It cannot be used: {reason}"
    return f"There is no line with a number and a relation sign; {WRITE_SO}"


_HEADING = rarely(
    r"(?:# )?.*: (?:(?:no slips|\d+ slips?)(?: in what was checked \(.{1,80}\))?|(no claim could be read|could not be used))\s*"
)
_TALLY = rarely(r"^[ -]{0,4}\d+ claims? checked", re.MULTILINE)


def begins_as_report(line: str) -> bool:
    """Whether a line could be the first of a report, as Markdown or for the terminal: a name with its `headline`."""
    return _HEADING.fullmatch(line) is not None


def is_report(text: str) -> bool:
    """Whether a text is such a report rather than a solution: it begins as one, and has its `tally`."""
    heading = _HEADING.fullmatch(text.partition("\n")[0])
    return heading is not None and (heading[1] is not None or _TALLY.search(text) is not None)


def unchecked(report: Report) -> list[str]:
    """The lines with claims that were not checked, in one sentence; none where there are none."""
    lines = {verdict.line for verdict in report.verdicts if verdict.status is Status.UNCHECKED}
    runs = _runs(sorted(lines))
    shown = [str(first) if first == last else f"{first}-{last}" for first, last in runs[:MAX_RUNS]]
    more = sum(last - first + 1 for first, last in runs[MAX_RUNS:])
    listing = f"{', '.join(shown)} and {counted(more, 'more line')}" if more else _enumerated(shown)
    return [f"Not checked: line{'' if len(lines) == 1 else 's'} {listing}."] if lines else []


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Ascending numbers as runs without a gap."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = runs[-1][0], number
        else:
            runs.append((number, number))
    return runs


def first_slip(report: Report) -> Slip | None:
    """The first slip in reading order."""
    return min(report.slips, key=lambda slip: (slip.line, slip.column), default=None)


def consequences(report: Report) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Which lines follow from which: pairs (lines of the slips, lines that follow from them)."""
    groups: dict[tuple[int, ...], set[int]] = {}
    for item in report.follow_through:
        groups.setdefault(tuple(sorted(set(item.from_lines))), set()).add(item.line)
    return [(origin, tuple(sorted(lines))) for origin, lines in sorted(groups.items())]


def consequence_sentence(origin: Sequence[int], lines: Sequence[int]) -> str:
    """``Lines 168 and 174 follow from line 166, and are right given it.``"""
    verb = "follows" if len(set(lines)) == 1 else "follow"
    be = "is" if len(set(lines)) == 1 else "are"
    given = "it" if len(set(origin)) == 1 else "them"
    text = f"{lines_named(lines)} {verb} from {lines_named(origin)}, and {be} right given {given}."
    return text[0].upper() + text[1:]


def conclusion_word(conclusion: Conclusion) -> str:
    """``right``, ``wrong`` or ``cannot tell``."""
    return {True: "right", False: "wrong", None: "cannot tell"}[conclusion.right]


def missing(report: Report) -> list[str]:
    """What the exercise does not say, one sentence each."""
    found = report.exercise.missing
    names = [name for name in found if " " not in name]
    sentences = [f"{visible(text[0].upper() + text[1:])}." for text in found if " " in text]
    return sentences + [f"Not found in the exercise: {visible(', '.join(names))}."] * bool(names)


def settings(report: Report) -> list[tuple[str, str]]:
    """The exercise in name and value pairs, as far as it is known."""
    exercise = report.exercise
    rows = [
        ("samples", str(exercise.n_samples) if exercise.features else ""),
        ("features", str(exercise.n_features) if exercise.features or exercise.weights else ""),
        ("start weights", ", ".join(weight.text for weight in exercise.weights)),
        ("start bias", exercise.bias.text if exercise.bias else ""),
        ("learning rate", exercise.learning_rate.text if exercise.learning_rate else ""),
        ("momentum", exercise.momentum.text if exercise.momentum else ""),
        ("weight decay", exercise.weight_decay.text if exercise.weight_decay else ""),
        ("activation", exercise.activation),
        ("loss", f"{exercise.loss}, convention {exercise.convention}"),
        ("batch size", str(exercise.batch_size or "full")),
        ("epochs", str(exercise.epochs)),
        ("threshold", exercise.threshold.text if exercise.threshold else ""),
    ]
    comma = decimal_comma(report)
    return [(name, figures(visible(value), comma)) for name, value in rows if value]
