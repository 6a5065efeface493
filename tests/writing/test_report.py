"""The sentences and excerpts that all report formats share."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltarule.errors import UsageError
from deltarule.findings import FollowThrough, Status
from deltarule.report import Report, Summary
from deltarule.spans import Span
from deltarule.writing import report as shared
from deltarule.writing.visible import cells, visible


@given(
    text=st.text(st.characters(exclude_characters="\n"), max_size=200),
    column=st.integers(1, 210),
    length=st.integers(0, 60),
    width=st.integers(12, 120),
)
def test_an_excerpt_fits_and_marks_its_piece(text: str, column: int, length: int, width: int) -> None:
    """Whatever the line holds, the excerpt fits the width, and the mark lies on the piece or stays inside the excerpt."""
    shown, offset, size = shared.excerpt(text, column, column + length, width)
    assert cells(shown) <= width
    assert size >= 1
    piece = visible(text[column - 1 : column - 1 + max(length, 1)])
    if piece and cells(piece) <= width // 2 and cells(shown) == len(shown):
        assert shown[offset : offset + size] == piece


def test_a_long_line_is_cut_around_the_piece() -> None:
    """Of a line of a megabyte, the piece and its neighbourhood are shown."""
    shown, offset, length = shared.excerpt("a" * 500_000 + "1.05" + "b" * 500_000, 500_001, 500_005, 60)
    assert shown[offset : offset + length] == "1.05"
    assert shown.startswith("…a")
    assert shown.endswith("b…")


def test_every_line_of_the_document_comes_once(homework: Report) -> None:
    """The marked lines are the document's lines, in order, each with what was found on it."""
    lines = shared.marked_lines(homework)
    assert [line.text for line in lines] == homework.source.text.splitlines()
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert [slip.code for slip in lines[183].slips] == ["place-value.shift", "arithmetic.value"]
    assert lines[183].status is Status.SLIP
    assert lines[167].status is Status.FOLLOW_THROUGH
    assert lines[215].status is Status.UNREAD
    assert lines[0].status is None


def test_windows_line_ends_do_not_show(marked: Callable[..., Report]) -> None:
    """A line that ends with a carriage return is shown without it."""
    lines = shared.marked_lines(marked("z = 1 + 2 = 2\r\nsecond\r\n", "2"))
    assert [line.text for line in lines] == ["z = 1 + 2 = 2", "second"]


def test_consequences_are_grouped_by_their_origin(homework: Report) -> None:
    """Lines that follow from the same slip are named together."""
    groups = shared.consequences(homework)
    assert groups == [((166,), (168, 176))]
    assert (
        shared.consequence_sentence(*groups[0])
        == "Lines 168 and 176 follow from line 166, and are right given it."
    )
    sentence = shared.consequence_sentence((3, 5), (9,))
    assert sentence == "Line 9 follows from lines 3 and 5, and is right given them."


def test_the_first_slip_is_the_first_in_reading_order(homework: Report) -> None:
    """First means first on the page, whatever the order of the records."""
    first = shared.first_slip(homework)
    assert first is not None
    assert first.line == 26


def test_the_tally_counts_every_claim() -> None:
    """The sentence names every number of the summary."""
    sentence = shared.tally(Summary(21, 1, 2, 3, 4, 5, 6))
    assert [int(word) for word in sentence.replace(",", " ").split() if word.isdigit()] == [
        21,
        1,
        2,
        3,
        4,
        5,
        6,
    ]


@pytest.mark.parametrize(
    ("repaired", "written", "shown"),
    [
        ("6942.44", "6941.44", "6942.44"),
        ("-76559.146", "-7655.5", "-76559.15"),
        ("0.125", "0.1234", "0.125"),
        ("7", "6", "7"),
    ],
)
def test_a_repaired_value_keeps_the_places_of_the_written_one(
    repaired: str, written: str, shown: str
) -> None:
    """The repaired value is rounded to the places that stand in the document, two at least."""
    assert shared.repaired_text(FollowThrough(Span(0, 0), 1, (1,), "z", written, Fraction(repaired))) == shown


def test_what_is_missing_is_said_in_sentences(clean: Report) -> None:
    """Names are listed together; whole sentences stand for themselves."""
    given = replace(clean.exercise, missing=("no learning rate found; give one", "weights", "bias"))
    assert shared.missing(replace(clean, exercise=given)) == [
        "No learning rate found; give one.",
        "Not found in the exercise: weights, bias.",
    ]


def test_the_message_is_not_said_twice(homework: Report) -> None:
    """Lines that follow are added only where the message does not name them itself."""
    slip = homework.slips[4]
    assert shared.unnamed(slip) == slip.affects
    told = replace(slip, message="Lines 168, 174, 176, 178, 180 and 182 follow.")
    assert shared.unnamed(told) == ()


def test_an_unknown_format_is_answered_with_those_there_are(homework: Report) -> None:
    """A wrong format name lists the right ones."""
    with pytest.raises(UsageError, match="terminal, markdown, html, sarif, json"):
        shared.write_report([homework], "pdf")


@pytest.mark.parametrize("form", shared.FORMATS)
def test_no_format_lets_a_control_character_through(form: str, marked: Callable[..., Report]) -> None:
    """Neither escape sequences nor direction marks of a document reach a reader's screen raw."""
    text = "z = 1 \u202e+ 2\x1b[31m = 2 \u2028 <script>alert(1)</script> `x` \ud800"
    written = shared.write_report([marked(text, "= 2", f"look: {text}", name="a\u202e\x1b.md")], form)
    assert not set(written) & set("\u202e\x1b\u2028\ud800")
    assert written.encode("utf-8")


@pytest.mark.parametrize("form", shared.FORMATS)
def test_every_format_takes_several_documents(
    form: str, homework: Report, clean: Report, unreadable: Report
) -> None:
    """Marked, clean and unusable documents go into one output."""
    written = shared.write_report([homework, clean, unreadable], form)
    for report in (homework, clean, unreadable):
        assert report.source.name in written
