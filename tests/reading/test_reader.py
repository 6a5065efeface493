"""From a text to its claims: what is found, where it stands, and how much work that may take."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltarule.algebra.expr import as_expr
from deltarule.document import Claim, Heading, Sentence, Table, Threshold
from deltarule.reading import read_document, tokenizer
from deltarule.spans import Source


def _claims(text: str) -> list[Claim]:
    return [item for item in read_document(Source("a.md", text)).items if isinstance(item, Claim)]


DOCUMENT = r"""
# Titel

| x_1 | y |
|-----|---|
| 2 | 1 |

Epoche 1

Es ist $z_1 = 0.5 \cdot 2 + 0.1 = 1.1$, also $e_1 = 1 - 1.1 = -0.1$.

$$
L = \frac{1}{1} (-0.1)^2 \\
  = 0.01
$$

w_1 = 0.5 + 0.02
    = 0.52
"""


def test_every_place_is_a_place_of_the_text() -> None:
    """Claims and links stand where they are written, also over several lines."""
    source = Source("a.md", DOCUMENT)
    claims = _claims(DOCUMENT)
    texts = [[source.extract(link.span).strip() for link in claim.links] for claim in claims]
    assert texts == [
        [r"0.5 \cdot 2 + 0.1", "1.1"],
        ["1 - 1.1", "-0.1"],
        [r"\frac{1}{1} (-0.1)^2", "0.01"],
        ["0.5 + 0.02", "0.52"],
    ]
    lines = [[source.line(link.span.start) for link in claim.links] for claim in claims]
    assert lines == [[10, 10], [10, 10], [13, 14], [17, 18]]
    assert [claim.line for claim in claims] == [10, 10, 13, 17]


def test_headings_and_tables_come_in_reading_order() -> None:
    """The table, the heading and the claims follow one another as on the page."""
    items = read_document(Source("a.md", DOCUMENT)).items
    assert [type(item).__name__ for item in items] == ["Table", "Heading", "Claim", "Claim", "Claim", "Claim"]
    heading = next(item for item in items if isinstance(item, Heading))
    assert (heading.epoch, heading.line) == (1, 8)


@pytest.mark.parametrize(
    ("text", "epoch", "sample"),
    [
        ("Epoch 2", 2, None),
        ("## Epoche 3:", 3, None),
        ("**Época 4**", 4, None),
        ("Эпоха 5.", 5, None),
        ("2nd epoch", 2, None),
        ("3-я эпоха", 3, None),
        ("Iteration 7", 7, None),
        ("Epoch 1, sample 2", 1, 2),
        ("Muster 3", None, 3),
        ("Ejemplo 4", None, 4),
        ("Sample #2", None, 2),
    ],
)
def test_headings_in_several_languages(text: str, epoch: int | None, sample: int | None) -> None:
    """An epoch or a sample is announced in many words; the number tells which."""
    (heading,) = (
        item for item in read_document(Source("a", f"{text}\n\nz = 1\n")).items if isinstance(item, Heading)
    )
    assert (heading.epoch, heading.sample) == (epoch, sample)


@pytest.mark.parametrize(
    "text",
    [
        "In the year 1986 they published = nothing.",
        "Question 3 has two parts (a = easy, b = hard).",
        "See https://example.org/?a=1&b=2",
        "It follows that the loss falls.",
        "x marks the spot",
        "We use n samples, where n = the number of rows.",
    ],
)
def test_prose_is_neither_claim_nor_unread(text: str) -> None:
    """Words with an equals sign somewhere are no mathematics and are never listed."""
    document = read_document(Source("a.md", text))
    assert document.unread == ()
    assert [item for item in document.items if isinstance(item, Claim) and item.links] == []


@pytest.mark.parametrize(
    "text", [r"$z_1 = 3 \odot 4 = 12$", "z_1 = 3 + * 4 = 12", "z_1 = (3 + 4 = 7", r"$$z = \frac{1}{ = 3$$"]
)
def test_mathematics_that_is_not_understood_is_listed(text: str) -> None:
    """It is listed once, with its line, its text and a reason; no number within it is taken for a value."""
    document = read_document(Source("a.md", f"one\n\n{text}\n"))
    assert [piece.line for piece in document.unread] == [3]
    assert document.unread[0].reason
    assert document.unread[0].text.strip("$ ") in text
    values = [link.expr for item in document.items if isinstance(item, Claim) for link in item.links]
    assert values in ([], [as_expr(12)])  # what stands behind the last sign may still be read


def test_one_unread_piece_costs_nothing_else() -> None:
    """The lines before and after it are read."""
    claims = _claims("z_1 = 1 + 1 = 2\n\nz_2 = 3 + * 4 = 12\n\nz_3 = 2 + 2 = 4\n")
    assert [claim.line for claim in claims if len(claim.links) == 2] == [1, 5]


def test_struck_and_commented_text_is_not_read() -> None:
    """What the author took back is no claim, and columns after it stay right."""
    text = "~~z_1 = 5 = 6~~ <!-- z_2 = 7 = 8 --> z_3 = 1 + 1 = 2\n"
    (claim,) = _claims(text)
    assert text[claim.span.start : claim.span.end].strip() == "z_3 = 1 + 1 = 2"


def test_a_threshold_is_read_from_cases() -> None:
    """Bound and both labels of a cases environment, whichever way round the condition stands."""
    for condition in (r"1 & z \geq 0.5 \\ 0 & \text{otherwise}", r"0, & z < 0.5 \\ 1, & z \ge 0.5"):
        text = rf"Predict $\begin{{cases}} {condition} \end{{cases}}$"
        (rule,) = (item for item in read_document(Source("a", text)).items if isinstance(item, Threshold))
        assert (rule.bound.text, rule.upper.text, rule.lower.text) == ("0.5", "1", "0")


@pytest.mark.parametrize(
    ("text", "topic", "figure"),
    [
        ("So training diverges.", "diverging", None),
        ("It does not diverge at all.", "converging", None),
        ("The learning rate is too high here.", "rate-too-high", None),
        ("Die Lernrate ist zu groß.", "rate-too-high", None),
        ("Скорость обучения слишком высокая.", "rate-too-high", None),
        ("The model predicts 1 for everything? No: it predicts all samples as 1.", "all-predicted", 1),
        ("The MSE reached 34.7 million.", "loss-figure", 34_700_000),
    ],
)
def test_conclusions_are_recognised(text: str, topic: str, figure: int | None) -> None:
    """What prose concludes is found by its topic, with the figure that it names."""
    found = [item for item in read_document(Source("a", text)).items if isinstance(item, Sentence)]
    assert topic in [item.topic for item in found]
    if figure is not None:
        assert figure in [item.figure.value for item in found if item.figure]


TABLES = {
    "pipes": "| x_1 | y |\n|---|---|\n| 1.5 | 0 |\n| -2 | 1 |\n",
    "pipes-bare": "x_1 | y\n--- | ---\n1.5 | 0\n-2 | 1\n",
    "tabs": "x_1\ty\n1.5\t0\n-2\t1\n",
    "blanks": "x_1   y\n1.5   0\n -2   1\n",
    "latex": "\\begin{tabular}{cc}\n$x_1$ & $y$ \\\\ \\hline\n1.5 & 0 \\\\\n$-2$ & 1\n\\end{tabular}\n",
    "array": "$$\\begin{array}{cc}\nx_1 & y \\\\\n1.5 & 0 \\\\\n-2 & 1\n\\end{array}$$\n",
    "dollars": "| $x_1$ | $y$ |\n|:--|--:|\n| $1.5$ | $0$ |\n| $-2$ | $1$ |\n",
    "bold": "| **x_1** | **y** |\n|---|---|\n| 1.5 | 0 |\n| −2 | 1 |\n",
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_tables_of_every_kind_hold_the_same(name: str) -> None:
    """Pipes, tabs, blanks or LaTeX: the same header and the same rows."""
    text = TABLES[name] + "\n$w_1 = 1$\n"
    (table,) = (item for item in read_document(Source("a.md", text)).items if isinstance(item, Table))
    assert [cell.strip("$* ") for cell in table.header_texts] == ["x_1", "y"]
    lines = [Source("a.md", text).extract(span) for span in table.row_spans]
    assert [re.findall(r"[-−]?[\d.]+", line.replace("$", "")) for line in lines] == [
        ["1.5", "0"],
        [lines[1].strip("| $")[0] + "2", "1"],
    ]
    assert len(table.rows) == 2
    assert all(cell is not None for row in table.rows for cell in row)


_PIECES = st.sampled_from(
    ["$", "$$", "z_1", " = ", "≈", "0.5", "-3", "(", ")", "{", "}", r"\frac", r"\cdot ", "^", "_", "\n", "\n\n", "|", "---", "&", r"\\",
     r"\begin{aligned}", r"\end{aligned}", r"\begin{cases}", r"\end{cases}", "Epoch 1", " * ", "+", "~~", "<!--", "-->", "`", "```", "e_1", ",",
     ".", "Σ", "∂L/∂w_1", "\t", "x", "1e5", "√", "½", "\u00a0", r"\left(", r"\right)", r"\text{a}", "[", "]", "…", r"\sum_{i=1}^n ", "=", "⇒"]
)  # fmt: skip


@given(text=st.lists(_PIECES, max_size=40).map("".join))
def test_any_text_is_read_without_an_error(text: str) -> None:
    """Whatever stands there: no exception, and every place lies within the text."""
    document = read_document(Source("a.md", text))
    for item in document.items:
        assert 0 <= item.span.start <= item.span.end <= len(text)
        if isinstance(item, Claim):
            assert all(item.span.start <= link.span.start or link.span.start >= 0 for link in item.links)
            assert all(link.span.end <= len(text) for link in item.links)
    for piece in document.unread:
        assert 0 <= piece.span.start <= piece.span.end <= len(text)


@given(text=st.text(max_size=200))
def test_any_characters_are_read_without_an_error(text: str) -> None:
    """Any Unicode at all, lone surrogates excepted, is read."""
    document = read_document(Source("a.md", text))
    assert all(piece.reason for piece in document.unread)


def test_the_budget_is_counted_in_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the budget the rest is not looked at, and the first such line is named."""
    monkeypatch.setattr(tokenizer, "MAX_TOKENS", 50)
    document = read_document(Source("a.md", "z_1 = 1 + 1 = 2\n" * 100))
    assert document.beyond_budget is not None
    assert 5 <= document.beyond_budget <= 12
    assert all(item.line < document.beyond_budget for item in document.items)


def test_what_is_only_predicted_is_no_conclusion() -> None:
    """What the curvature predicts for a direction is not what the author says of the loss."""
    text = "Along the steepest direction the error is predicted to grow 1.15-fold per epoch."
    assert not [item for item in read_document(Source("a.md", text)).items if isinstance(item, Sentence)]
