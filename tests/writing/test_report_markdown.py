"""The Markdown report shows what the document holds, and lets none of it act."""

from collections.abc import Callable

import pytest
from markdown_it import MarkdownIt

from deltarule.report import Report
from deltarule.writing.report import write_report
from deltarule.writing.report_markdown import escaped, fenced

NASTY = "<b>bold</b> & `code` ``` *stars* _under_ [link](x) ![i](y) | a | b | $x$ $$y$$ # head ~~gone~~ \\frac <!-- c -->"


def test_every_finding_has_its_place(homework: Report) -> None:
    """Slips, remarks, unread pieces and conclusions are there with their lines, the summary first."""
    written = write_report([homework], "markdown")
    assert written.startswith("# homework/solution.md: 7 slips\n")
    assert written.index("120 claims checked") < written.index("## Slips")
    for slip in homework.slips:
        assert f"### Line {slip.line}: `{slip.code}`" in written
    assert "- Line 112 (`remark.carried-unrounded`)" in written
    assert "- Line 216: no quantity on the left" in written
    assert "Conclusion of line 206: **right**" in written


def test_the_caret_survives_rendering(homework: Report) -> None:
    """Source line and caret stand in a code block, one below the other."""
    blocks = [
        token.content
        for token in MarkdownIt().parse(write_report([homework], "markdown"))
        if token.type == "fence"
    ]
    assert len(blocks) == len(homework.slips)
    line, caret = blocks[0].splitlines()
    assert line[caret.index("^") : caret.rindex("^") + 1] == "1.05"


@pytest.mark.parametrize(
    "text", [NASTY, "1. list", "- item", "=" * 5, "a\n# b", "```", "&amp;", "+ plus", "> quote"]
)
def test_escaped_text_renders_as_itself(text: str) -> None:
    """An independent Markdown reader shows a user's text letter for letter."""
    inline = MarkdownIt("commonmark").parse(f"x {escaped(text)}")[1]
    assert inline.children is not None
    assert {child.type for child in inline.children} <= {"text", "text_special"}
    assert "".join(child.content for child in inline.children) == f"x {text}".replace("\n", "⟨U+000A⟩")


def test_a_fence_cannot_be_closed_from_inside() -> None:
    """Backticks in a line make the fence around it longer."""
    tokens = MarkdownIt().parse(fenced("a ```` b", "```"))
    assert [token.type for token in tokens] == ["fence"]
    assert tokens[0].content == "a ```` b\n```\n"


def test_nothing_of_the_document_becomes_html(marked: Callable[..., Report]) -> None:
    """A document full of Markdown and HTML leaves no HTML, link or picture in the report."""
    written = write_report([marked(f"{NASTY} = 2", "2", NASTY, name="<i>.md")], "markdown")
    tokens = MarkdownIt().parse(written)
    kinds = {child.type for token in tokens for child in token.children or ()} | {
        token.type for token in tokens
    }
    assert not kinds & {"html_inline", "html_block", "link_open", "image"}
