"""Cells of a table: one that is a number is read as any other mathematics is."""

import pytest

from deltarule.algebra.expr import Negative, Number, Symbol
from deltarule.reading.lone_numbers import as_written
from deltarule.reading.mathtext import parse
from deltarule.reading.tables import cell
from deltarule.reading.token import Habits
from deltarule.reading.tokens import tokens
from deltarule.spans import Span

_POINT, _COMMA = Habits(), Habits(comma=True)


@pytest.mark.parametrize(
    ("text", "habits"),
    [
        *((text, _POINT) for text in ("0.5", "-0.5", "+1", "12", "007.5", "1.5e-3", "3 %", "1/2", "08854")),
        *((text, _COMMA) for text in ("0,5", "-1,25", "+3", "1.5", "0{,}5")),
    ],
)
def test_a_cell_is_read_as_its_tokens_are(text: str, habits: Habits) -> None:
    """Its value, its places and where it stands are what the tokens of it say, blanks and dollars left out."""
    for around in ("{}", "  {} ", "${}$", "| {} |"):
        whole = around.format(text)
        start = whole.index(text)
        inside = Span(whole.index("|") + 1, whole.rindex("|")) if "|" in whole else Span(0, len(whole))
        latex = "$" in whole or "_" in whole
        expected = parse(tokens(whole, start, start + len(text), latex, habits))[0]
        found = cell(whole, inside, habits)
        assert found == expected
        assert found is not None
        assert found.span == expected.span
        assert as_written(found) == as_written(expected)


@pytest.mark.parametrize("text", ["-", "+", "", " ", "abc", "1 2 3 words"])
def test_what_is_no_number_is_not_taken_for_one(text: str) -> None:
    """A sign alone, nothing, or words."""
    assert not isinstance(cell(text, Span(0, len(text)), _POINT), Number | Negative)


def test_a_name_has_its_own_place_in_each_cell() -> None:
    """The same name in two cells: one symbol by its spelling, two by their places."""
    text = "x_1 | x_1"
    first, second = cell(text, Span(0, 3), _POINT), cell(text, Span(6, 9), _POINT)
    assert isinstance(first, Symbol)
    assert isinstance(second, Symbol)
    assert first == second
    assert (first.span, second.span) == (Span(0, 3), Span(6, 9))
