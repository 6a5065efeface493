"""What each format of a worked solution owes its reader."""

import io
import json
import re
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser

import pytest
from rich.console import Console

from deltarule.algebra.latex import escaped
from deltarule.report import Report
from deltarule.trace import run
from deltarule.writing.prose import figures
from deltarule.writing.solution import write_solution


def _terminal(homework: Report, **look: object) -> str:
    return write_solution(run(homework.exercise), homework.diagnosis, "terminal", **look)  # type: ignore[arg-type]  # each case names its own options


# ---------------------------------------------------------------- terminal


@pytest.mark.parametrize(
    "line",
    [
        "  z₁ = w₁·x₁₁ + w₂·x₁₂ + w₃·x₁₃ + b = 0.08·5 + 0.06·8 + 0.03·6 + 0 = 1.06",
        "  e₃ = 0 − 1.21 = −1.21",
        "  L = 1/n·Σᵢ eᵢ² = 1/4·((−0.06)² + 0.19² + (−1.21)² + (−1.13)²) ≈ 0.70",
        "  ∂L/∂w₂ = −2/4·(−0.06·8 + 0.19·4 + (−1.21)·5 + (−1.13)·9) = 7.97",
        "  Δw₁ = −η·∂L/∂w₁ = −0.1·8.38 ≈ −0.84",
        "  w₁ ← w₁ + Δw₁ = 0.08 + (−0.84) = −0.76",
    ],
)
def test_a_terminal_line_reads_as_on_paper(homework: Report, line: str) -> None:
    """Lines of the homework's first epoch stand as a person would write them."""
    assert line in _terminal(homework).split("\n")


@pytest.mark.parametrize("width", [36, 60, 80, 132])
def test_no_line_is_wider_than_the_terminal(homework: Report, width: int) -> None:
    """Given a width, every line that can be broken keeps to it."""
    for line in _terminal(homework, width=width).split("\n"):
        assert len(line) <= width or line.lstrip().startswith("|"), line


def test_without_a_width_no_sum_is_torn(homework: Report) -> None:
    """Where nobody says how wide, a line is continued before a relation sign only, so that it can be read back."""
    for line in _terminal(homework).split("\n"):
        if line.startswith("    ") and not line.startswith("    epoch"):
            assert line.strip()[0] in "=≈←⇒" or not re.match(r"[+−]", line.strip())


def test_colours_come_only_when_they_are_asked_for(homework: Report) -> None:
    """Escape sequences stand in coloured text only, and without them it is the same text."""
    plain, coloured = _terminal(homework), _terminal(homework, color=True)
    assert "\x1b" not in plain
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_names_cannot_reach_the_terminal_as_commands(homework: Report) -> None:
    """An escape sequence in a column's name is spelled out."""
    named = replace(homework.exercise, feature_names=("\x1b[31mred", "x_2", "x_3"))
    assert "x_1 is ⟨U+001B⟩[31mred" in write_solution(run(named), None, "terminal")


def test_a_terminal_solution_survives_rich(homework: Report) -> None:
    """Printed by rich as it is, markup-like brackets in the text are left alone."""
    named = replace(homework.exercise, feature_names=("[bold]heat[/bold]", "x_2", "x_3"))
    out = io.StringIO()
    Console(file=out, width=100).print(
        write_solution(run(named), None, "terminal"), markup=False, soft_wrap=True
    )
    assert "[bold]heat[/bold]" in out.getvalue()


# ---------------------------------------------------------------- Markdown


def test_markdown_states_the_problem_so_that_it_can_be_read_back(homework: Report) -> None:
    """Data, settings, threshold and formulas stand in the forms that readers of documents look for."""
    text = write_solution(run(homework.exercise), None, "markdown")
    assert "| x_1 | x_2 | x_3 | y |\n| --- | --- | --- | --- |\n| 5 | 8 | 6 | 1 |\n" in text
    for line in (
        r"$$\eta = 0.1$$",
        r"$$w_1 = 0.08$$",
        r"$$b = 0$$",
        r"$$\hat{y} = \begin{cases} 1 & \text{if } a \ge 0.5 \\ 0 & \text{otherwise} \end{cases}$$",
        r"$$L = \frac{1}{n} \sum_{i} e_i^2$$",
        r"$$\frac{\partial L}{\partial w_j} = -\frac{2}{n} \sum_{i} e_i \cdot x_{ij}$$",
        "## Epoch 1",
    ):
        assert line in text.split("\n")


def test_names_cannot_break_markdown(homework: Report) -> None:
    """Names with marks of Markdown and HTML are escaped, so that they show as they are written."""
    named = replace(homework.exercise, feature_names=("a*b* <i> | $x$ `c`", "x_2", "x_3"))
    text = write_solution(run(named), None, "markdown")
    assert r"x_1 is a\*b\* \<i\> \| \$x\$ \`c\`" in text


# ---------------------------------------------------------------- LaTeX


def test_latex_is_a_whole_article_with_balanced_groups(homework: Report) -> None:
    """Every brace, environment and formula that is opened is closed."""
    text = write_solution(run(homework.exercise), homework.diagnosis, "latex")
    assert text.startswith("\\documentclass")
    body = text[text.index("\\begin{document}") :]
    bare = body.replace(r"\{", "").replace(r"\}", "").replace(r"\$", "")
    assert bare.count("{") == bare.count("}")
    assert bare.count("$") % 2 == 0
    assert all(line.count("$") % 2 == 0 for line in bare.split("\n"))
    opened = re.findall(r"\\begin\{(\w+)\}", body)
    assert sorted(opened) == sorted(re.findall(r"\\end\{(\w+)\}", body))


def test_latex_holds_only_letters_that_its_fonts_have(homework: Report) -> None:
    """Greek letters and signs of our own sentences are spelled as commands; a PDF engine without Unicode compiles it."""
    named = replace(homework.exercise, batch_size=2)
    text = write_solution(run(named), homework.diagnosis, "latex")
    assert set(re.findall(r"[^\x00-\x7f]", text)) <= {"–"}


def test_latex_escapes_what_it_would_act_on() -> None:
    """All ten special characters come out as themselves."""
    assert escaped(r"50% & $3 #1 a_b {x} ~ ^ \input") == (
        r"50\% \& \$3 \#1 a\_b \{x\} \textasciitilde{} \textasciicircum{} \textbackslash{}input"
    )


# ---------------------------------------------------------------- HTML


class _Page(HTMLParser):
    """Checks that elements nest, and collects what a page refers to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.references: list[str] = []
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of an element."""
        self.tags.add(tag)
        self.references += [value or "" for name, value in attrs if name in ("href", "src", "action", "data")]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in ("meta", "wbr", "link", "img", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that closes itself nests by itself."""
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        """An element must close the one that was opened last."""
        assert self.open.pop() == tag


def test_html_is_one_file_that_asks_the_network_for_nothing(homework: Report) -> None:
    """The page nests properly, has no script, and every reference in it is to a place of its own."""
    text = write_solution(run(homework.exercise), homework.diagnosis, "html")
    page = _Page(text)
    assert page.open == []
    assert not page.tags & {"script", "link", "img", "iframe"}
    assert all(reference.startswith("#") and reference[1:] in page.ids for reference in page.references)
    assert not re.search(r"url\(|@import|https?://", text)
    assert {"math", "mfrac", "msub", "mtable"} <= page.tags


def test_html_suits_dark_rooms_and_paper(homework: Report) -> None:
    """The page has colours for dark mode and a layout for print."""
    text = write_solution(run(homework.exercise), None, "html")
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text


def test_names_cannot_become_elements(homework: Report) -> None:
    """A column named like a script is text on the page."""
    named = replace(homework.exercise, feature_names=("<script>alert(1)</script>", "x_2", "x_3"))
    text = write_solution(run(named), None, "html")
    assert "&lt;script&gt;" in text
    assert "script" not in _Page(text).tags


# ---------------------------------------------------------------- JSON


def test_json_holds_every_line_exactly(homework: Report) -> None:
    """Values read back as fractions are those of the trace, line by line."""
    trace = run(homework.exercise)
    record = json.loads(write_solution(trace, homework.diagnosis, "json"))
    assert record["schema"] == "deltarule.solve/1"
    assert len(record["steps"]) == len(trace.steps)
    for step, written in zip(trace.steps, record["steps"], strict=True):
        assert written["samples"] == list(step.samples)
        for line, entry in zip(step.lines, written["lines"], strict=True):
            assert Fraction(entry["exact"]) == line.value
            assert Fraction(entry["value"]) == line.shown.value
    assert record["diagnosis"]["outcome"] == "diverging"


def test_json_keeps_its_decimal_points(homework: Report) -> None:
    """A decimal comma changes the lines for people, not the values for programs."""
    record = json.loads(write_solution(run(homework.exercise), None, "json", decimal_comma=True))
    line = record["steps"][0]["lines"][0]
    assert line["value"] == "1.06"
    assert line["text"].endswith("0,08·5 + 0,06·8 + 0,03·6 + 0 = 1,06")


# ---------------------------------------------------------------- sentences


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("0.1 is 11.1 times 0.009.", "0,1 is 11,1 times 0,009."),
        ("w = (0.1, -0.2, 3)", "w = (0,1; -0,2; 3)"),
        ("See section 2. Then 3.", "See section 2. Then 3."),
    ],
)
def test_sentences_take_the_decimal_comma(sentence: str, expected: str) -> None:
    """Points between digits become commas, lists of numbers get semicolons, and full stops stay."""
    assert figures(sentence, decimal_comma=True) == expected
    assert figures(sentence, decimal_comma=False) == sentence
