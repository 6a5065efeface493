"""Marked documents as one self-contained HTML page.

The document stands on the left, line by line, with the marks in it; beside each marked line stands what it
should be, why, and what follows. The summary is on top, and lines can be hidden by status without any
script. Nothing is loaded from anywhere, and every piece of the document is escaped.
"""

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from deltarule.catalogue import PAGES, page
from deltarule.errors import UsageError
from deltarule.findings import FollowThrough, Remark, Slip, Status, Unread
from deltarule.records import record
from deltarule.report import Conclusion, Report
from deltarule.spans import Span
from deltarule.writing.own_notation import in_own_notation
from deltarule.writing.page import style_sheet, whole_page
from deltarule.writing.plain_math import plain_math
from deltarule.writing.report import (
    Look,
    MarkedLine,
    conclusion_word,
    consequences,
    first_slip,
    headline,
    marked_lines,
    missing,
    repaired_text,
    settings,
    why_unreadable,
    with_slips,
)
from deltarule.writing.visible import pieces

MAX_LINE = 4000
MAX_TABLE = 50


@record
class _Mark:
    """How a status looks in the margin: a sign, a word for those who cannot see colours, a class."""

    sign: str
    word: str
    style: str


_MARKS = {
    Status.SLIP: _Mark("✗", "slip", "slip"),
    Status.FOLLOW_THROUGH: _Mark("↳", "follows from an earlier slip", "follow"),
    Status.RIGHT: _Mark("✓", "right", "right"),
    Status.RIGHT_ROUNDED: _Mark("≈", "right as rounded or carried", "right"),
    Status.UNREAD: _Mark("?", "could not be read", "unread"),
    Status.UNCHECKED: _Mark("·", "not checked", "unchecked"),
}
# filters: class of the lines, label, what it counts
_FILTERS = (
    ("slip", "Slips"),
    ("follow", "Follow-through"),
    ("remark", "Remarks"),
    ("unread", "Not read"),
    ("right", "Right"),
    ("unchecked", "Not checked"),
    ("plain", "Other lines"),
)
# a piece of a line that several findings cover is painted as the first of these
_PAINT = ("slip", "harmless", "unread", "remark", "follow")


def write(reports: Sequence[Report], look: Look) -> str:
    """One page for all documents."""
    title = show(reports[0].source.name) if len(reports) == 1 else f"{len(reports)} documents"
    return whole_page(f"{_plain(title)} · marked by deltarule", fragment(reports))


def fragment(reports: Sequence[Report], prefix: str = "d") -> str:
    """The same for use inside another page: everything in one element, with its style.

    `prefix` keeps the anchors of several fragments on one page apart.
    """
    parts = [f"<style>\n{style_sheet()}</style>", '<div class="deltarule">']
    if len(reports) > 1:
        parts.append(_contents(reports, prefix))
    for at, report in enumerate(reports, 1):
        parts.append("\n".join(_report(report, f"{prefix}{at}")))
    parts.append("</div>")
    return "\n".join(parts)


def show(text: str) -> str:
    """A user's text as HTML, with invisible characters as marked placeholders."""
    return "".join(
        f'<span class="control">{escape(piece)}</span>' if strange else escape(piece)
        for piece, strange in pieces(text)
    )


def _plain(html: str) -> str:
    return re.sub(r"<[^<>]*>", "", html)


def _contents(reports: Sequence[Report], prefix: str) -> str:
    rows = "".join(
        f'<tr><td><a href="#{prefix}{at}">{show(report.source.name)}</a></td>'
        f'<td><span class="verdict {escape(report.verdict)}">{headline(report)}</span></td>'
        f"<td>{report.summary.claims}</td><td>{report.summary.follow_through}</td></tr>"
        for at, report in enumerate(reports, 1)
    )
    return (
        '<nav class="contents card" aria-label="Documents"><h2>Documents</h2><div class="scroll"><table><thead><tr><th>Document</th>'
        f"<th>Verdict</th><th>Claims</th><th>Follow-through</th></tr></thead><tbody>{rows}</tbody></table></div></nav>"
    )


def _report(report: Report, at: str) -> Iterator[str]:
    report = in_own_notation(report)
    yield f'<article class="report" id="{at}">'
    yield (
        f'<header><p class="brand">deltarule · marked solution</p><h1>{show(report.source.name)}</h1>'
        f'<p class="verdict {escape(report.verdict)}">{headline(report)}</p></header>'
    )
    if report.verdict == "unreadable" and not report.source.text:
        yield f'<p class="card">{show(why_unreadable(report))}</p></article>'
        return
    yield from _summary(report, at)
    yield from _glance(report, at)
    yield from _document(report, at)
    yield from _meanings(report, at)
    yield "</article>"


# the summary


def _summary(report: Report, at: str) -> Iterator[str]:
    numbers, wrong = report.summary, with_slips(report.summary)
    tiles = (
        ("claims", numbers.claims, "claims checked"),
        ("right", numbers.right, "right"),
        ("right", numbers.right_rounded, "right as rounded or carried"),
        ("follow", numbers.follow_through, "right given an earlier slip"),
        ("slip", wrong, "with a slip" if wrong == numbers.slips else f"with slips ({numbers.slips} in all)"),
        ("unread", numbers.unread, "not read"),
        ("unchecked", numbers.unchecked, "not checked"),
    )
    figures = "".join(
        f'<div class="{style}{" none" * (not number)}"><dd>{number}</dd><dt>{label}</dt></div>'
        for style, number, label in tiles
    )
    yield f'<section class="summary card" aria-label="Summary"><dl class="figures">{figures}</dl>'
    yield '<div class="columns">'
    yield f'<div><h2>What matters</h2><ul class="points">{"".join(_points(report, at))}</ul></div>'
    if report.diagnosis is not None and report.diagnosis.evidence:
        items = "".join(f"<li>{show(item.sentence)}</li>" for item in report.diagnosis.evidence)
        yield f'<div><h2>The run itself, worked exactly</h2><ul class="points">{items}</ul></div>'
    yield "</div>"
    yield from _exercise(report)
    yield "</section>"


def _points(report: Report, at: str) -> Iterator[str]:
    first = first_slip(report)
    if first is None:
        yield f"<li>No slip was found{' in what was checked' if report.is_partial else ''}.</li>"
    else:
        place = _place(first.quantity, first.epoch)
        yield (
            f"<li>First slip: {_line_link(at, first.line, 'line ')}{f', {place}' if place else ''} "
            f"({_code_link(at, first.code)}{', harmless' if first.harmless else ''}).</li>"
        )
    for origin, lines in consequences(report):
        verb = "follows" if len(lines) == 1 else "follow"
        be = "is" if len(lines) == 1 else "are"
        given = "it" if len(origin) == 1 else "them"
        yield (
            f"<li>{_line_links(at, lines, capital=True)} {verb} from {_line_links(at, origin)}, "
            f"and {be} right given {given}.</li>"
        )
    harmless = sum(slip.harmless for slip in report.slips)
    if harmless:
        yield f"<li>{_harmless(harmless, len(report.slips))}</li>"
    if report.carrying:
        yield f"<li>{show(report.carrying)}</li>"
    yield from (f"<li>{show(sentence)}</li>" for sentence in missing(report))
    for item in report.conclusions:
        word = conclusion_word(item)
        yield (
            f"<li>Conclusion of {_line_link(at, item.line, 'line ')}: "
            f'<strong class="word {word.replace(" ", "-")}">{word}</strong>. {show(item.sentence)}</li>'
        )


def _harmless(number: int, total: int) -> str:
    if number == total:
        which = "The slip is" if total == 1 else f"All {total} slips are"
    else:
        which = f"{number} of the {total} slips {'is' if number == 1 else 'are'}"
    return f"{which} harmless: the value on the line fits the right number."


def _exercise(report: Report) -> Iterator[str]:
    rows = "".join(f"<div><dt>{name}</dt><dd>{show(value)}</dd></div>" for name, value in settings(report))
    yield f'<details class="exercise"><summary>The exercise as it was understood</summary><dl>{rows}</dl>'
    exercise = report.exercise
    if exercise.features and len(exercise.targets) == len(exercise.features):
        names = exercise.feature_names or tuple(f"x_{j}" for j in range(1, exercise.n_features + 1))
        head = "".join(f'<th scope="col">{_quantity(name)}</th>' for name in (*names, exercise.target_name))
        body = "".join(
            "<tr>" + "".join(f"<td>{show(cell.text)}</td>" for cell in (*row, target)) + "</tr>"
            for row, target in zip(exercise.features[:MAX_TABLE], exercise.targets[:MAX_TABLE], strict=True)
        )
        more = exercise.n_samples - MAX_TABLE
        yield f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        yield f"<p>and {more} more rows</p>" if more > 0 else ""
    yield "</details>"


def _glance(report: Report, at: str) -> Iterator[str]:
    if not report.slips:
        return
    yield '<section class="card" aria-label="Slips at a glance"><h2>Slips at a glance</h2><div class="scroll"><table class="glance">'
    yield (
        '<thead><tr><th scope="col">Line</th><th scope="col">About</th><th scope="col">Kind</th>'
        '<th scope="col">Written</th><th scope="col">Should be</th><th scope="col">Exact run</th>'
        '<th scope="col">What follows</th></tr></thead><tbody>'
    )
    for slip in report.slips:
        follows = _numbers(at, slip.affects) if slip.affects else "harmless" if slip.harmless else "nothing"
        yield (
            f'<tr class="{_slip_style(slip)}"><td>{_line_link(at, slip.line)}</td>'
            f"<td>{_place(slip.quantity, slip.epoch)}</td><td>{_code_link(at, slip.code)}</td>"
            f"{_value('Written', slip.written)}{_value('Should be', slip.expected)}"
            f'{_value("Exact run", slip.true_value)}<td data-of="What follows">{follows}</td></tr>'
        )
    yield "</tbody></table></div></section>"


def _value(of: str, text: str) -> str:
    """A cell with a value; where there is no room for columns it is told what it is."""
    return f'<td class="value" data-of="{of}">{show(plain_math(text))}</td>'


# the document


def _document(report: Report, at: str) -> Iterator[str]:
    lines = marked_lines(report)
    counts = {style: 0 for style, _ in _FILTERS}
    for line in lines:
        for style in _styles(line):
            counts[style] += style != "plain" or bool(line.text.strip())
    yield '<section class="document" aria-label="The document"><h2>The document</h2>'
    yield '<fieldset class="filters"><legend>Show</legend>'
    for style, label in _FILTERS:
        if counts[style]:
            yield (
                f'<label class="{style}"><input type="checkbox" checked class="show-{style}"> '
                f"{label} <small>{counts[style]}</small></label>"
            )
    yield "</fieldset>"
    yield '<div class="sheet">'
    for line in lines:
        yield _line(report, line, at)
    yield "</div></section>"


def _styles(line: MarkedLine) -> tuple[str, ...]:
    """Classes of a line; a line with a remark or a conclusion has two."""
    found = (_MARKS[line.status].style,) if line.status else ()
    extra = ("remark",) if line.remarks or line.conclusions else ()
    return found + extra or ("plain",)


def _line(report: Report, line: MarkedLine, at: str) -> str:
    styles = " ".join(_styles(line)) + (" blank" if not line.text.strip() else "")
    if line.status is Status.SLIP and line.slips and all(slip.harmless for slip in line.slips):
        styles += " harmless"
    mark = _MARKS.get(line.status) if line.status else None
    sign = (
        f'<span class="sign" title="{mark.word}"><span aria-hidden="true">{mark.sign}</span>'
        f'<span class="aside">{mark.word}</span></span>'
        if mark
        else '<span class="sign"></span>'
    )
    notes = "".join(_notes(line, at))
    name, number = "", '<span class="number"></span>'
    if line.anchored:
        name = f' id="{at}-l{line.number}"'
        number = (
            f'<a class="number" href="#{at}-l{line.number}" aria-label="line {line.number}">{line.number}</a>'
        )
    return (
        f'<div class="line {styles}"{name}>{number}{sign}<code class="text">{_painted(line)}</code>'
        + (f'<div class="notes">{notes}</div>' if notes else "")
        + "</div>"
    )


def _painted(line: MarkedLine) -> str:
    """Text of a line with its marks; where marks overlap, the most serious one shows."""
    start = line.span.start
    painted: list[tuple[Span, str]] = [(slip.span, _slip_style(slip)) for slip in line.slips]
    painted += [(item.span, "unread") for item in line.unread]
    painted += [(remark.span, "remark") for remark in line.remarks]
    painted += [(item.span, "follow") for item in line.verdicts if item.status is Status.FOLLOW_THROUGH]
    shown = line.text[:MAX_LINE]
    inside = [
        (max(span.start - start, 0), min(span.end - start, len(shown)), style)
        for span, style in painted
        if span.end > start and span.start < start + len(shown)
    ]
    cuts = sorted({0, len(shown), *(begin for begin, _, _ in inside), *(end for _, end, _ in inside)})
    runs: list[tuple[str, str]] = []
    for begin, end in pairwise(cuts):
        over = [style for first, last, style in inside if first <= begin and end <= last]
        style = min(over, key=_PAINT.index, default="")
        runs.append((shown[begin:end], style))
    html = "".join(
        f'<mark class="{style}">{show(text)}</mark>' if style else show(text) for text, style in runs
    )
    rest = len(line.text) - len(shown)
    return html + (f' <span class="control">… {rest} more characters</span>' if rest > 0 else "")


def _notes(line: MarkedLine, at: str) -> Iterator[str]:
    for slip in line.slips:
        yield _slip_note(slip, at)
    if line.follow_through:
        yield _follow_note(line.follow_through, at)
    for item in line.unread:
        yield _unread_note(item)
    for remark in line.remarks:
        yield _remark_note(remark, at)
    for conclusion in line.conclusions:
        yield _conclusion_note(conclusion)


def _slip_note(slip: Slip, at: str) -> str:
    swap = ""
    if slip.written or slip.expected:
        swap = f'<p class="swap"><del>{show(plain_math(slip.written))}</del>'
        swap += (
            f' <span aria-label="should be">→</span> <ins>{show(plain_math(slip.expected))}</ins>'
            if slip.expected
            else ""
        )
        swap += "</p>"
    tail = []
    if slip.true_value:
        tail.append(f'in the exact run <span class="value">{show(slip.true_value)}</span>')
    if slip.affects:
        tail.append(f"{_line_links(at, slip.affects)} follow{'s' * (len(slip.affects) == 1)} from it")
    place = _place(slip.quantity, slip.epoch)
    return (
        f'<div class="note {_slip_style(slip)}"><p class="head">{_code_link(at, slip.code)}'
        f"{f' <span>{place}</span>' if place else ''}</p>{swap}<p>{show(slip.message)}</p>"
        + (f'<p class="tail">{"; ".join(tail)}</p>' if tail else "")
        + "</div>"
    )


def _follow_note(items: Sequence[FollowThrough], at: str) -> str:
    origin = sorted({line for item in items for line in item.from_lines})
    values = "".join(
        f'<p class="swap">{_quantity(item.quantity)}: <span class="value">{show(item.written)}</span> is right; '
        f'with the slip repaired <span class="value">{escape(repaired_text(item))}</span></p>'
        for item in items
    )
    return (
        f'<div class="note follow"><p class="head"><a href="#{at}-follow-through">follows</a> '
        f"<span>from {_line_links(at, origin)}</span></p>{values}</div>"
    )


def _unread_note(item: Unread) -> str:
    return f'<div class="note unread"><p class="head"><b>not read</b></p><p>{show(item.reason)}</p></div>'


def _remark_note(remark: Remark, at: str) -> str:
    return f'<div class="note remark"><p class="head">{_code_link(at, remark.code)}</p><p>{show(remark.message)}</p></div>'


def _conclusion_note(item: Conclusion) -> str:
    word = conclusion_word(item)
    return (
        f'<div class="note conclusion {word.replace(" ", "-")}"><p class="head"><b>conclusion: {word}</b></p>'
        f"<p>{show(item.sentence)}</p></div>"
    )


# what the codes mean


def _meanings(report: Report, at: str) -> Iterator[str]:
    codes = sorted({slip.code for slip in report.slips} | {remark.code for remark in report.remarks})
    codes += ["follow-through"] * bool(report.follow_through) + ["unread"] * bool(report.unread)
    if not codes:
        return
    yield '<section class="meanings card" aria-label="What the names mean"><h2>What the names mean</h2>'
    for code in codes:
        try:
            entry = PAGES.get(code) or page(code.partition(".")[0])
        except UsageError:
            continue
        yield (
            f'<details id="{at}-{_anchor(code)}"><summary><b>{escape(code)}</b> {escape(entry.title)}</summary>'
            f"<p>{escape(entry.means)}</p><p><i>Why it happens.</i> {escape(entry.why)}</p>"
            f'<div class="examples"><figure><figcaption>Gone wrong</figcaption><pre>{escape(entry.wrong)}</pre></figure>'
            f"<figure><figcaption>Put right</figcaption><pre>{escape(entry.right)}</pre></figure></div></details>"
        )
    yield "</section>"


# small pieces


def _slip_style(slip: Slip) -> str:
    return "harmless" if slip.harmless else "slip"


def _anchor(code: str) -> str:
    return re.sub(r"[^a-z-]", "-", code)


def _code_link(at: str, code: str) -> str:
    """A code that leads to its page; remarks leave out the word that the colour already says."""
    return f'<a class="code" href="#{at}-{_anchor(code)}">{escape(code.removeprefix("remark."))}</a>'


def _line_link(at: str, line: int, before: str = "") -> str:
    return f'<a href="#{at}-l{line}">{before}{line}</a>'


def _numbers(at: str, lines: Sequence[int]) -> str:
    links = [_line_link(at, line) for line in sorted(set(lines))]
    return links[0] if len(links) == 1 else f"{', '.join(links[:-1])} and {links[-1]}"


def _line_links(at: str, lines: Sequence[int], capital: bool = False) -> str:
    word = "line" if len(set(lines)) == 1 else "lines"
    return f"{word.capitalize() if capital else word} {_numbers(at, lines)}"


def _quantity(name: str) -> str:
    """A quantity's name with its index below the line: ``z_3``, ``∂L/∂w_1``."""
    stem, sign, index = name.rpartition("_")
    if sign and stem and re.fullmatch(r"[\w,{}]{1,12}", index):
        return f'<span class="quantity">{show(stem)}<sub>{show(index.strip("{}"))}</sub></span>'
    return show(name) if " " in name else f'<span class="quantity">{show(name)}</span>'


def _place(quantity: str, epoch: int | None) -> str:
    parts = [_quantity(quantity)] * bool(quantity) + [f"epoch {epoch}"] * (epoch is not None)
    return ", ".join(parts)
