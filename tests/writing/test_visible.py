"""What is invisible in a user's text is shown, and nothing else is changed."""

import pytest

from deltarule.writing.visible import cells, pieces, visible


@pytest.mark.parametrize("text", ["z_1 = 1.05", "∂L/∂w ≈ −0.5", "Übung 1: ошибка, 誤差, خطأ", "~`|<&>"])
def test_ordinary_text_stays(text: str) -> None:
    """Letters and signs of any script come through as they are."""
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "⟨U+001B⟩[31mred"),
        ("1\u202e50.1", "1⟨U+202E⟩50.1"),
        ("a\u2066b\u2069", "a⟨U+2066⟩b⟨U+2069⟩"),
        ("0\u200b.5", "0⟨U+200B⟩.5"),
        ("a\x00b\x07", "a⟨U+0000⟩b⟨U+0007⟩"),
        ("\ud800", "⟨U+D800⟩"),
        ("one\ntwo\u2028three", "one⟨U+000A⟩two⟨U+2028⟩three"),
        ("\U000e0041", "⟨U+E0041⟩"),
        ("a\tb", "a    b"),
    ],
)
def test_what_is_invisible_is_spelled_out(text: str, shown: str) -> None:
    """Escape sequences, direction marks, zero-width signs and line breaks become placeholders, a tab blanks."""
    assert visible(text) == shown


def test_pieces_join_to_the_same() -> None:
    """Cut into runs, the text is still the same, and placeholders are told from what was written that way."""
    assert pieces("a\u202eb⟨U+202E⟩") == [("a", False), ("⟨U+202E⟩", True), ("b⟨U+202E⟩", False)]


def test_cells_count_columns() -> None:
    """Wide letters take two columns, combining marks none."""
    assert [cells(text) for text in ("abc", "誤差", "y\u0302", "ŷ")] == [3, 4, 1, 1]
