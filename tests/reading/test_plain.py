"""Plain pieces: what is cut out of them at once is what all the rules for pieces of every sort leave of them."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from deltarule.algebra.expr import Expr
from deltarule.document import Claim, Document, Threshold
from deltarule.reading import claims, read_document
from deltarule.reading.plain import plain_statements
from deltarule.reading.tokens import tokens
from deltarule.spans import Source

WORKINGS = (
    "w_1 = 0.5 - 0.2 * 0.3 = 0.44",
    "\\hat{y}_1 = \\sigma ( 0.5 ) \\approx 0.62 , z = 0.5 + 1 = 1.5",
    "\\frac{\\partial L}{\\partial w_1} = -2 \\cdot ( 0.5 - 1 ) = 1",
    "\\begin{aligned} z &= 0.5 \\cdot 2 + 1 \\\\ &= 2 \\\\ e &= 1 - 2 = -1 \\end{aligned}",
    "b := 0.5 + 0.1 [ 2 - 1 ] ≈ 0.6 . J = 1/2 * ( 0.5^2 + 1 ) = 0.625",
)
SOLUTIONS = Path(__file__).parents[1] / "solutions"
PARTS = (
    "w_1", "b", "z", "x", "\\hat{y}_1", "w_2^{\\text{new}}", "w_1^{(2)}", "error", "eta", "\\frac{\\partial L}{\\partial w_1}",
    "x₁", "J", "\\Delta w", "0", "1", "2", "0.5", "0.25", "-3", "12.5", "0.5 0.2", "2^2", "\\frac{1}{2}", "(0.5)", "(-2)",
    "(x 1)", "(error 2)", "[1, 2]", "[0.5]", "\\left(1 - 0.5\\right)", "\\sum_i e_i", "=", "=", "=", "=", "\\approx", "≈",
    ":=", "&=", "&", "\\\\", "+", "-", "*", "\\cdot", "/", "^", "%", "(", ")", "{", "}", "[", "]", ",", ";", ".", ":", "$",
    "\\quad", " ", "so", "if", "the new", "with respect to", "expected", "is", "\\begin{aligned}", "\\end{aligned}", "\\to",
)  # fmt: skip


def _seen(document: Document) -> Iterator[Any]:
    """Everything that was read, places of trees included."""
    yield document
    for item in document.items:
        if isinstance(item, Claim):
            for tree in (item.subject, *(link.expr for link in item.links)):
                yield [(node, node.span) for node in tree.walk()] if isinstance(tree, Expr) else None
        elif isinstance(item, Threshold):
            yield item.span


def _same(text: str, monkeypatch: pytest.MonkeyPatch) -> bool:
    source = Source("a.md", text)
    quick = list(_seen(read_document(source)))
    with monkeypatch.context() as patched:
        patched.setattr(claims, "plain_statements", lambda found: None)
        return quick == list(_seen(read_document(source)))


@pytest.mark.parametrize("path", sorted(SOLUTIONS.glob("*.md")), ids=lambda path: path.stem)
def test_worked_solutions_read_the_same_by_the_rules_for_every_piece(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Claims, places and what could not be read."""
    assert _same(path.read_text("utf-8"), monkeypatch)


@pytest.mark.parametrize("seed", range(16))
def test_pieces_with_something_put_into_them_read_the_same_by_the_rules_for_every_piece(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stands in a plain piece: either it is none any more, or no rule would have made anything of it."""
    random = Random(seed)
    plain = 0
    for _ in range(120):
        pieces = random.choice(WORKINGS).split()
        for _ in range(random.randint(0, 3)):
            at = random.randrange(len(pieces) + 1)
            pieces[at : at + random.randint(0, 1)] = [random.choice(PARTS)]
        line = random.choice((" ", " ", "", "  ")).join(pieces)
        line = random.choice(("{}", "${}$", "Update: ${}$", "new {}", "- ${}$, $b = 0.5$.")).format(line)
        assert _same(line, monkeypatch), line
        plain += plain_statements(tokens(line, 0, len(line), latex=True)) is not None
    assert plain > 5


def test_a_working_over_rows_is_plain() -> None:
    """Its second row goes on with the first."""
    text = "\\begin{aligned} z &= 0.5 \\cdot 2 + 1 \\\\ &= 2 \\end{aligned}"
    found = plain_statements(tokens(text, 0, len(text), latex=True))
    assert found is not None
    assert [[sign.value for sign in signs] for _, _, signs in found] == [["="], ["="]]
    assert [statement.opens_row for statement, _, _ in found] == [True, True]


@pytest.mark.parametrize(
    "text", ["z: 0.5", "z = 0.5 0.2", "w = [1, 2]", "z > 1", "so z = 1 if x = 2", "1 = z", "z ="]
)
def test_what_needs_a_rule_of_its_own_is_not_plain(text: str) -> None:
    """Lists, words that rule, comparisons and ends that are missing go the long way."""
    assert plain_statements(tokens(text, 0, len(text), latex=False)) is None
