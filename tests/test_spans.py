"""Places in a text: lines and columns as an editor counts them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltarule.spans import Source, Span

texts = st.text(st.sampled_from(list("ab=\n\n\r\t\x0c\x0b\u2028\u0085é∂😀")), max_size=60)


@given(text=texts)
def test_lines_end_at_newlines_only(text: str) -> None:
    """Line and column of every character are those found by counting newlines before it."""
    source = Source("a", text)
    for offset in range(len(text)):
        before = text[:offset]
        line, column = before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
        assert source.position(offset) == (line, column)
        assert source.line(offset) == line


@given(text=texts)
def test_the_lines_make_up_the_text(text: str) -> None:
    """The lines, put together with newlines, are the text; a carriage return before a newline is not shown."""
    source = Source("a", text)
    spans = [source.line_span(number) for number in range(1, len(source.line_starts) + 1)]
    assert "\n".join(source.extract(span) for span in spans) == text
    for number, line in enumerate(text.split("\n"), 1):
        assert source.line_text(number) == line.rstrip("\r")


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [("", 0, (1, 1)), ("a\n", 2, (2, 1)), ("😀=1", 1, (1, 2)), ("é\r\nb", 3, (2, 1))],
)
def test_columns_count_code_points(text: str, offset: int, place: tuple[int, int]) -> None:
    """A character outside of the basic plane is one column; the end of the text has a place too."""
    assert Source("a", text).position(offset) == place


@given(a=st.integers(0, 50), b=st.integers(0, 50), c=st.integers(0, 50), d=st.integers(0, 50))
def test_a_cover_holds_both_and_no_more(a: int, b: int, c: int, d: int) -> None:
    """The cover of two spans starts where the first starts and ends where the last ends."""
    left, right = Span(min(a, b), max(a, b)), Span(min(c, d), max(c, d))
    assert left.cover(right) == right.cover(left) == Span(min(a, b, c, d), max(a, b, c, d))
