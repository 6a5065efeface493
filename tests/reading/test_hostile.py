"""Texts made to hurt end as they should: no traceback, and what lies beyond a budget is said."""

import pytest

from deltarule.api import check
from deltarule.document import Claim
from deltarule.reading import read_document
from deltarule.spans import Source

PIECES = [
    "\\partial ", "\\nabla ", "\\hat", "\\hat{", "\\sqrt", "\\sum", "f(", "e^", "x_", "[1,2]", "[1,2](3+[1,2])", "{1 \\over ", "\\underbrace{",
    "\\boxed{", "\\begin{pmatrix}", "\\(", "\\[", "$ ", "| ", "<1,", "*a ", "~~a", "(a ", " ) ", "1 if z > 0 else ", "|_{", "w'", "½", "1^", "%",
    "\\frac{1}{", "-", "1 → ", "= f(", "learning rate ", "0. ", "1,000", "O1.",
]  # fmt: skip
LINES = [
    "||||||||",
    "|a|b|",
    "w1|y",
    "\ta\tb",
    "z = 1 + 1",
    "= 1 + 1",
    "\\begin{tabular}{c}",
    "$$",
    "$$a",
    "\\[a",
    "x1 x2 t",
    "1 2 3",
    "| 1 | 2 |",
]


@pytest.mark.parametrize("piece", PIECES)
def test_a_line_of_one_piece_ends(piece: str) -> None:
    """The same few signs ten thousand times over, inside and outside of dollars, are read or refused."""
    line = "z = " + piece * (12_000 // len(piece))
    document = read_document(Source("a.md", f"{line}\n${line}$\n"))
    assert document.beyond_budget in (None, 2, 3)  # a single line may hold more than is looked at


@pytest.mark.parametrize("line", LINES)
def test_many_lines_of_one_kind_end(line: str) -> None:
    """Thirty thousand equal lines are read once each; the text is not gone through anew for every line."""
    document = read_document(Source("a.md", f"{line}\n" * 30_000))
    assert len(document.items) <= 70_000


def test_what_lies_beyond_the_budget_is_named() -> None:
    """A document of a hundred thousand lines says from which line on nothing was looked at."""
    assert read_document(Source("a.md", "z = 1 + 1 = 2\n" * 100_000)).beyond_budget is not None


def test_what_goes_on_from_an_unread_line_goes_on_from_nothing() -> None:
    """A number too long to build makes its line unread; the value below it is not held against the line above."""
    text = f"z_1 = 0.1 + 0.1 = 0.2\nw_1 = {'4' * 90}.5 + 1\n    ≈ 1.28\n"
    document = read_document(Source("a.md", text))
    assert [unread.line for unread in document.unread] == [2]
    first = next(item for item in document.items if isinstance(item, Claim))
    assert len(first.links) == 2


def test_attributes_that_can_be_read_two_ways_are_read_once() -> None:
    """A tag that never closes, with attributes in braces and quotes: thirty of them would be a billion ways."""
    line = "<a" + ' b={"c"}' * 30 + " <"
    read_document(Source("a.md", f"{line}\n" * 20))


def test_powers_of_powers_are_kept() -> None:
    """A factor that would be taken apart into a quarter of a million others."""
    nested = "0.2524"
    for _ in range(9):
        nested = f"({nested})^4"
    marking = check(
        f"| x | y |\n|--|--|\n| 1 | 2 |\n\nw = 0.5, b = 0\n\nz = 0.5*1 = 0.5\n\na = {nested} = 0.1\n"
    )
    assert marking.summary.claims
