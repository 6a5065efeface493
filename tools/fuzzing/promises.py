"""What must hold for any text at all, however it was made.

The fuzzer, the kept corpus and the hypothesis tests all hold texts against these promises.
"""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser

from deltarule import api
from deltarule.catalogue import page
from deltarule.errors import InputError
from deltarule.findings import Status
from deltarule.report import Report
from deltarule.spans import Source, Span

NAME = "fuzz.md"
VERDICTS = frozenset({"clean", "slips", "unreadable"})
# what no terminal, browser or editor may be sent from somebody's text: controls but newline and tab, direction marks
_DANGEROUS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# the tags of our own pages; a document's own never appear as such
_TAGS = frozenset(
    [
        "a",
        "article",
        "b",
        "body",
        "code",
        "dd",
        "del",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "head",
        "header",
        "html",
        "i",
        "input",
        "ins",
        "label",
        "legend",
        "li",
        "main",
        "mark",
        "meta",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "small",
        "span",
        "strong",
        "style",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
    ]
)
_RUNS = re.compile(r"\s*(?:javascript|data|vbscript)\s*:", re.IGNORECASE)
_RAW_TAG = re.compile(r"<(?:[a-z!?/][^>]*)>?", re.IGNORECASE)
_CODE = re.compile(r"(`+)(?:(?!\1).)+?\1(?!`)", re.DOTALL)


def examine(text: str, every_format: bool = False) -> Report | None:
    """Read, mark and report a text, and hold everything against the promises.

    Parameters
    ----------
    every_format : bool
        Write the report in every format; otherwise in one, which the length of the text chooses.

    Raises
    ------
    AssertionError
        A promise is broken.
    Exception
        Whatever reading, marking or writing lets through; nothing should be.
    """
    try:
        marking = api.check(Source(NAME, text))
    except InputError:
        return None
    report = marking.report
    _places(report)
    _counts(report)
    forms = list(WRITTEN)
    for form in forms if every_format else [forms[len(text) % len(forms)]]:
        WRITTEN[form](api.write_report([report], form))
    return report


def _places(report: Report) -> None:
    """Every place lies in the text, and its line is the one that it lies on."""
    size, source = len(report.source.text), report.source

    def lies(span: Span, line: int, what: str) -> None:
        assert 0 <= span.start <= span.end <= size, f"{what} lies at {span} in a text of {size} characters"
        assert line == source.line(span.start), f"{what} at {span} is said to be on line {line}"

    for slip in report.slips:
        lies(slip.span, slip.line, slip.code)
        assert 1 <= slip.column <= slip.end_column, (
            f"{slip.code} from column {slip.column} to {slip.end_column}"
        )
        assert slip.code.startswith(slip.kind.value), f"{slip.code} is no {slip.kind}"
        page(slip.code)
        assert slip.message
    for remark in report.remarks:
        lies(remark.span, remark.line, remark.code)
        page(remark.code)
        assert remark.message
    for unread in report.unread:
        lies(unread.span, unread.line, "something unread")
        assert unread.reason
    for verdict in report.verdicts:
        lies(verdict.span, verdict.line, "a verdict")


def _counts(report: Report) -> None:
    """The summary counts what the report lists."""
    summary = report.summary
    assert report.verdict in VERDICTS
    assert summary.slips == len(report.slips)
    assert summary.unread == len(report.unread)
    assert summary.claims == len(report.verdicts) + len(report.unread)
    followed = sum(verdict.status is Status.FOLLOW_THROUGH for verdict in report.verdicts)
    assert summary.follow_through == followed == len(report.follow_through)
    assert (report.verdict == "slips") == bool(report.slips and report.verdicts)


def _is_json(text: str) -> None:
    for line in text.splitlines():
        assert json.loads(line)["source"] == NAME
    _is_harmless(text)


def _is_sarif(text: str) -> None:
    assert json.loads(text)["version"] == "2.1.0"
    _is_harmless(text)


def _is_harmless(text: str) -> None:
    found = sorted({f"U+{ord(sign):04X}" for sign in _DANGEROUS.findall(text)})
    assert not found, f"{', '.join(found)} reaches the reader"


def _is_page(text: str) -> None:
    """A page whose tags are its own, none of them with a handler or an address that runs something."""
    _is_harmless(text)
    parser = _Tags()
    parser.feed(text)
    parser.close()
    assert parser.found <= _TAGS, parser.found - _TAGS
    assert not parser.bad, parser.bad


def _is_markdown(text: str) -> None:
    """No tag of the document's own stands in it outside of code."""
    _is_harmless(text)
    fence = ""
    for line in text.splitlines():
        mark = re.match(r" {0,3}(`{3,}|~{3,})", line)
        if mark and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else mark[1]
        elif not fence:
            outside = _CODE.sub("", line)
            assert not _RAW_TAG.search(outside.replace("\\<", "")), f"a tag in {line[:200]!r}"


class _Tags(HTMLParser):
    """The tags of a page, and the attributes that could run something."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: set[str] = set()
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember a tag, and whether one of its attributes could run something."""
        self.found.add(tag)
        for name, value in attrs:
            if name.startswith("on") or _RUNS.match(value or ""):
                self.bad.append(f"<{tag} {name}={value!r}>")


WRITTEN: dict[str, Callable[[str], None]] = {
    "json": _is_json,
    "terminal": _is_harmless,
    "html": _is_page,
    "markdown": _is_markdown,
    "sarif": _is_sarif,
}
