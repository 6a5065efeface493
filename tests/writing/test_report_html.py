"""The HTML report: one page, complete, safe, and usable with a keyboard, without colours and on paper."""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from deltarule.report import Report
from deltarule.writing import report_html
from deltarule.writing.report import write_report

VOID = {"meta", "input", "br", "hr", "img", "link"}
STYLE = Path(report_html.__file__).with_name("report.css").read_text(encoding="utf-8")


class Page(HTMLParser):
    """An independent reading of a page: its elements, their text, and whether all are closed."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, tuple[str, ...]]] = []
        self.feed(html)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element, which must be of this name."""
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        """Note a text with the classes of everything around it."""
        classes = tuple(name for _, attrs in self.open for name in (attrs.get("class") or "").split())
        self.texts.append((data, (*classes, *(tag for tag, _ in self.open))))

    def attributes(self, name: str) -> Iterator[str]:
        """Values of an attribute, wherever it stands."""
        return (attrs[name] or "" for _, attrs in self.elements if name in attrs)

    def text_in(self, *around: str) -> list[str]:
        """Texts inside elements of these classes or names."""
        return [text for text, classes in self.texts if set(around) <= set(classes)]


@pytest.fixture
def page(homework: Report) -> Page:
    """The page of the example homework."""
    return Page(write_report([homework], "html"))


def test_nothing_is_loaded_and_nothing_runs(page: Page) -> None:
    """The page has no script, no address to fetch from, and a policy that forbids both."""
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "form", "base"}
    assert all(target.startswith("#") for target in page.attributes("href"))
    assert not list(page.attributes("src"))
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]
    assert "default-src 'none'; style-src 'unsafe-inline'" in list(page.attributes("content"))
    assert not re.search(r"url\(|@import|https?:", STYLE)


def test_the_whole_document_is_there(page: Page, homework: Report) -> None:
    """Line by line, the text on the left is the document's text, letter for letter."""
    lines: dict[int, str] = {}
    number = 0
    for text, around in page.texts:
        if "number" in around:
            number = int(text)
        elif "sheet" in around and "text" in around:
            lines[number] = lines.get(number, "") + text
    document = homework.source.text.splitlines()
    assert [lines.get(at, "") for at in range(1, len(document) + 1)] == document


def test_every_slip_is_marked_and_explained_beside_its_line(page: Page, homework: Report) -> None:
    """What was written wrongly is marked in the line; beside it stand what it should be, why, and what follows."""
    marked = [*page.text_in("sheet", "mark", "slip"), *page.text_in("sheet", "mark", "harmless")]
    for slip in homework.slips:
        assert slip.written in marked
        assert slip.message in page.text_in("notes")
        if slip.expected:
            assert slip.expected in page.text_in("notes", "ins")
    assert "12.59" in page.text_in("sheet", "mark", "remark")


def test_every_link_has_its_place(page: Page) -> None:
    """Anchors are there once each, and every link on the page leads to one."""
    anchors = list(page.attributes("id"))
    assert len(anchors) == len(set(anchors))
    assert {target[1:] for target in page.attributes("href")} <= set(anchors)


def test_what_follows_is_linked_both_ways(page: Page) -> None:
    """The slip of line 166 leads to the lines that follow from it, and they lead back."""
    targets = list(page.attributes("href"))
    assert targets.count("#d1-l168") > 1
    assert targets.count("#d1-l166") > 2
    assert "6942.44" in page.text_in("note", "follow", "value")


def test_the_summary_is_on_top(page: Page) -> None:
    """Counts, first slip, conclusions and evidence come before the document."""
    texts = [text for text, _ in page.texts]
    top = " ".join(texts[: texts.index("The document")])
    for piece in (
        "120",
        "claims checked",
        "First slip:",
        "line 26",
        "Conclusion of",
        "largest stable learning rate",
    ):
        assert piece in top


def test_status_is_said_in_words_too(page: Page) -> None:
    """Whoever cannot see the colours or the signs still hears what became of a line."""
    words = page.text_in("sheet", "aside")
    assert {
        "slip",
        "follows from an earlier slip",
        "right",
        "right as rounded or carried",
        "could not be read",
    } <= set(words)


def test_filters_work_without_a_script(page: Page) -> None:
    """Each filter is a labelled checkbox, and the style hides the lines of its class when it is not checked."""
    boxes = [
        attrs["class"] for tag, attrs in page.elements if tag == "input" and attrs.get("type") == "checkbox"
    ]
    assert boxes == ["show-slip", "show-follow", "show-remark", "show-unread", "show-right", "show-plain"]
    for box in boxes:
        assert f":has(.{box}:not(:checked))" in STYLE
    inside = [tags for text, tags in page.texts if "Slips" in text and "filters" in tags]
    assert inside
    assert "label" in inside[0]


def test_a_document_cannot_break_out(marked: Callable[..., Report]) -> None:
    """Tags, entities, quotes and direction marks of a document are text on the page and nothing else."""
    text = "</code></div><script>alert(1)</script><img src=x onerror=alert(2)> &lt; \" ' \u202e = 2"
    page = Page(write_report([marked(text, "= 2", text, name="</title><u>.md")], "html"))
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "img", "u"}
    assert "".join(page.text_in("sheet", "text")) == text.replace("\u202e", "⟨U+202E⟩")
    assert page.text_in("sheet", "text", "control") == ["⟨U+202E⟩"]


def test_very_long_lines_are_cut(marked: Callable[..., Report]) -> None:
    """A line of a megabyte does not make a page of a megabyte, and says how much was left out."""
    html = write_report([marked("1 = 2" + "x" * 1_000_000, "2")], "html")
    assert len(html) < 100_000
    assert "996005 more characters" in html


def test_several_documents_share_a_page(homework: Report, clean: Report, unreadable: Report) -> None:
    """Many documents make one page with a table of contents, their anchors apart."""
    page = Page(write_report([homework, clean, homework, unreadable], "html"))
    anchors = list(page.attributes("id"))
    assert len(anchors) == len(set(anchors))
    assert page.text_in("contents", "a") == [
        "homework/solution.md", "a.txt", "homework/solution.md", "b.md",
    ]  # fmt: skip
    assert any("is a binary file, not text" in text for text, _ in page.texts)


def test_a_fragment_keeps_to_itself(homework: Report) -> None:
    """For notebooks: no page around it, and every rule of its style is bound to its own element."""
    html = report_html.fragment([homework], "cell7-")
    assert not re.search(r"<(html|head|body)\b", html)
    assert all(anchor.startswith("cell7-") for anchor in Page(html).attributes("id"))
    plain = re.sub(r"@media[^{]+\{", "", STYLE)
    for selectors in re.findall(r"([^{}]+)\{[^{}]*\}", plain):
        assert all(
            selector.strip().startswith(".deltarule") for selector in re.split(r",(?![^(]*\))", selectors)
        ), selectors


def _luminance(color: str) -> float:
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_stands_out_from_its_ground(scheme: int) -> None:
    """Every pair of text and background reaches the contrast of 4.5 to 1 that WCAG asks for."""
    blocks = re.findall(r"--paper[^}]*", STYLE)
    colors = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[scheme]))
    kinds = ("slip", "harmless", "follow", "right", "remark", "unread")
    pairs = [(name, ground) for name in ("ink", "soft", "link") for ground in ("paper", "card")]
    pairs += [(kind, f"{kind}-bg") for kind in kinds] + [("ink", f"{kind}-bg") for kind in kinds]
    pairs += [("soft", f"{kind}-bg") for kind in kinds] + [("link", f"{kind}-bg") for kind in kinds]
    pairs += [("ink", name) for name in colors if name.endswith("-mark")]
    for text, ground in pairs:
        bright, dark = sorted((_luminance(colors[text]), _luminance(colors[ground])), reverse=True)
        assert (bright + 0.05) / (dark + 0.05) >= 4.5, (text, ground)
