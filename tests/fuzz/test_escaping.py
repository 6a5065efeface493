"""What came from a document reaches a page, a terminal or a program as text, and as nothing else."""

import json
from html.parser import HTMLParser
from typing import Any

import pytest

from deltarule import api
from deltarule.spans import Source
from deltarule.writing.visible import visible
from tools.fuzzing.promises import WRITTEN

HEAD = """x_1 | x_2 | y
---|---|---
2 | 1 | 1
3 | 5 | 0

η = 0.1

w_1 = 0.5, w_2 = -0.25, b = 0

"""
PAYLOADS = {
    "script": "<script>alert(1)</script>",
    "handler": "<b onmouseover='alert(1)' title=\"x\">",
    "image": '"><img src=x onerror=alert(1)>',
    "style": "</style><style>*{display:none}</style>",
    "link": "[a](javascript:alert(1))",
    "picture": "![a](http://example.org/a.png)",
    "cdata": "]]><![CDATA[",
    "comment": "--><!--",
    "entity": "&lt;script&gt;&#x3C;",
    "fence": "```\n<script>alert(2)</script>",
    "ticks": "`` ` ```` <i> `",
    "bidi": "\u202e txt.exe \u2066 a \u2069",
    "ansi": "\x1b[31mred\x1b[0m\x1b]8;;http://example.org\x07link\x1b]8;;\x07",
    "bell": "\x07\x08\x08\x08hidden",
    "controls": "\x85\x9b31m\u2028\u2029",
    "invisible": "\u200b\u200e\ufeff\U000e0041",
    "surrogate": "\ud800",
    "formula": "=HYPERLINK(1)",
    "braces": "{0} %s ${x} {{x}}",
}


def _document(payload: str) -> str:
    """The payload in a slip's line, a piece that cannot be read, a heading, a cell, a quantity, prose."""
    return HEAD + "\n".join(
        [
            f"## Epoch 1 {payload}",
            "",
            f"z_1 = 0.5·2 + (-0.25)·1 + 0 = 0.85 {payload}",
            "",
            f"z_2 = {payload} + 3 = 4",
            "",
            f"{payload} = 5",
            "",
            f"| {payload} | e_1 |",
            "|---|---|",
            f"| {payload} | 0.3 |",
            "",
            f"The loss grows {payload}, so training diverges.",
            "",
            f"e_2 = 0 - ({payload} 0.25 = -0.25",
        ]
    )


@pytest.mark.parametrize("form", WRITTEN)
@pytest.mark.parametrize("name", PAYLOADS)
def test_every_format_escapes_what_the_document_holds(name: str, form: str) -> None:
    """No tag, handler, control or direction mark of the document's own, whatever the reader makes of the line."""
    payload = PAYLOADS[name]
    marking = api.check(Source("fuzz.md", _document(payload)))
    WRITTEN[form](marking.write(form))
    if form == "terminal":
        plain = marking.write("terminal", color=True)
        for sign in ("\x1b]", "\x07", "\x9b", "\u202e", "\u2028"):
            assert sign not in plain


@pytest.mark.parametrize("form", ["terminal", "html", "markdown", "sarif", "json"])
@pytest.mark.parametrize("name", ["script", "image", "cdata", "bidi", "ansi", "ticks"])
def test_names_of_files_are_escaped_too(name: str, form: str) -> None:
    """A file may be named like an attack."""
    report = api.check(Source(PAYLOADS[name] + ".md", _document("harmless"))).report
    written = api.write_report([report, report], form)
    if form == "json":
        assert json.loads(written.splitlines()[0])["source"] == PAYLOADS[name] + ".md"
    elif form == "sarif":
        assert json.loads(written)["version"] == "2.1.0"
    else:
        WRITTEN[form](written)
    assert "\x1b" not in written
    assert "\u202e" not in written


class _Text(HTMLParser):
    """What a reader of a page sees."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen = ""

    def handle_data(self, data: str) -> None:
        """Gather the text."""
        self.seen += data


@pytest.mark.parametrize("name", ["script", "handler", "image", "entity", "cdata", "braces"])
def test_a_page_shows_what_was_written(name: str) -> None:
    """Escaped, and not taken away: the reader sees the line as the author wrote it."""
    page = _Text()
    page.feed(api.check(_document(PAYLOADS[name])).write("html"))
    for line in PAYLOADS[name].splitlines():
        assert visible(line) in page.seen


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in _strings(item)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("name", ["script", "bidi", "ansi", "controls", "invisible", "surrogate"])
def test_programs_get_pure_ascii_escapes_for_what_is_invisible(name: str) -> None:
    """JSON and SARIF spell invisible characters out; what a program reads back is the document's own text or a placeholder."""
    marking = api.check(_document(PAYLOADS[name]))
    for form in ("json", "sarif"):
        written = marking.write(form)
        written.encode("utf-8")  # lone surrogates cannot be encoded
        assert _strings(
            [json.loads(line) for line in written.splitlines()] if form == "json" else json.loads(written)
        )
