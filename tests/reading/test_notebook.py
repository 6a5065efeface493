"""Notebooks are read by their prose and their printed outputs."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltarule.algebra.expr import Symbol
from deltarule.api import check
from deltarule.document import Claim
from deltarule.reading import read_document
from deltarule.reading.notebook import is_notebook, notebook_text
from deltarule.spans import Source, Span

CELLS = [
    {"cell_type": "markdown", "source": ["$z = 0.5 \\cdot 2 = 1$\n", "\n", "$e = 2 - 1 = 1$"]},
    {
        "cell_type": "code",
        "source": ["print('w =', 0.75)"],
        "outputs": [{"output_type": "stream", "name": "stdout", "text": ["w = 0.75\n"]}],
    },
    {
        "cell_type": "code",
        "source": "b",
        "outputs": [{"output_type": "execute_result", "data": {"text/plain": "0.25"}}],
    },
]


def notebook(cells: object) -> Source:
    """A notebook with these cells."""
    return Source("work.ipynb", json.dumps({"cells": cells, "nbformat": 4}))


def test_prose_and_outputs_are_read_and_code_is_not() -> None:
    """Claims of Markdown cells and of printed outputs are found, in order."""
    claims = [item for item in read_document(notebook(CELLS)).items if isinstance(item, Claim)]
    assert [claim.subject.name for claim in claims if isinstance(claim.subject, Symbol)] == ["z", "e", "w"]


def test_a_blank_line_stands_between_two_pieces() -> None:
    """What is read is one text, in which no cell runs into the next."""
    assert notebook_text(notebook(CELLS)).text.splitlines()[:5] == [
        "$z = 0.5 \\cdot 2 = 1$",
        "",
        "$e = 2 - 1 = 1$",
        "",
        "w = 0.75",
    ]


def test_damaged_notebooks_are_read_as_text() -> None:
    """What is no notebook after all loses nothing."""
    for text in ("{", '{"cells": 5}', '{"cells": [1, {"outputs": 7}]}'):
        source = Source("work.ipynb", text)
        assert is_notebook(source)
        assert isinstance(read_document(source).source.text, str)
    assert not is_notebook(Source("work.md", "z = 1"))


LAYOUTS: dict[str, Callable[[object], str]] = {
    "as Jupyter saves it": lambda content: json.dumps(content, indent=1, ensure_ascii=False) + "\n",
    "with escapes": lambda content: json.dumps(content, indent=1),
    "of Windows": lambda content: json.dumps(content, indent=2).replace("\n", "\r\n"),
    "on one line": lambda content: json.dumps(content, separators=(",", ":")),
}


def split(text: str) -> list[str]:
    """A text as Jupyter stores it: its lines, each with its newline."""
    return text.splitlines(keepends=True)


def found_at(file: str, line: int, column: int, end_column: int) -> str:
    """What an editor shows at a place of a notebook's file, taken out of its JSON string."""
    piece = file.split("\n")[line - 1][column - 1 : end_column - 1]
    return str(json.loads(f'"{piece}"'))


strings = st.text(st.sampled_from(list('ab=."\\\n\t\r\u2028é∂σ😀\U0001d714')), max_size=30)


@given(texts=st.lists(strings, max_size=4), whole=st.booleans(), layout=st.sampled_from(sorted(LAYOUTS)))
def test_every_character_has_its_place_in_the_file(texts: list[str], whole: bool, layout: str) -> None:
    """However a notebook is written, the place of a character is where its JSON string spells it."""
    cells = [
        {
            "cell_type": "markdown",
            "metadata": {"a": ["b", {"c": "d"}]},
            "source": text if whole else text.splitlines(True),
        }
        for text in texts
    ]
    file = LAYOUTS[layout]({"cells": cells, "nbformat": 4})
    read = notebook_text(Source("work.ipynb", file))
    kept = [text.rstrip("\n") for text in texts if text.strip()]
    assert read.text == "\n\n".join(kept) + "\n"
    start = 0
    for text in kept:
        for at, character in enumerate(text, start):
            line, column, end_column, _ = read.place(Span(at, at + 1))
            if character == "\n":
                assert column == end_column  # what goes on behind the line is not marked
            else:
                assert found_at(file, line, column, end_column) == character
        start += len(text) + 2


SOLUTION = """| x | y |
|---|---|
| 3 | 6 |

Start: w = 0.5, b = -1; learning rate $\\eta = 0.1$.

$z = w x + b = 0.5 \\cdot 3 - 1 = 0.5$

"The error" is $e = y - z = 6 - 0.5 = 5.4$

$w \\leftarrow w + \\eta e x = 0.5 + 0.1 \\cdot 5.4 \\cdot 3 = 2.12$

$b \\leftarrow b + \\eta e = -1 + 0.1 \\cdot 5.4 = -0.46$
"""


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("whole", [False, True])
def test_a_slip_is_told_at_its_place_in_the_file(layout: str, whole: bool) -> None:
    """Lines and columns of a marking are those of the file, and so are the lines that follow from a slip."""
    cells: list[object] = [
        {"cell_type": "markdown", "metadata": {}, "source": part if whole else split(part)}
        for part in (SOLUTION, "Then the second slip: $0.25 + 0.5 = 0.85$.")
    ]
    file = LAYOUTS[layout]({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    marking = check(Source("work.ipynb", file))
    lines = file.split("\n")

    def of(piece: str) -> int:
        return next(number for number, line in enumerate(lines, 1) if piece in line)

    assert [(slip.line, slip.written) for slip in marking.slips] == [
        (of("= 5.4$"), "5.4"),
        (of("= 0.85$"), "0.85"),
    ]
    for slip in marking.slips:
        assert found_at(file, slip.line, slip.column, slip.end_column) == slip.written
    affected = {of("= 2.12"), of("= -0.46")}
    assert set(marking.slips[0].affects) == affected
    assert {item.line for item in marking.follow_through} == affected
    assert {item.from_lines for item in marking.follow_through} == {(of("= 5.4$"),)}
    told = marking.write()
    assert f"line {of('= 0.85$')}  arithmetic" in told
    assert "Then the second slip: $0.25 + 0.5 = 0.85$." in told  # the text of the cell, not of the file
    html = marking.write("html")
    assert html.count(f'-l{of("= 0.85$")}"><a class="number"') == 1


def test_outputs_have_their_places_too() -> None:
    """A printed line is found where the file holds it, and what cannot be read is too."""
    stream = {"name": "stdout", "output_type": "stream", "text": ["0.5 * 3 = 1.5\n", "0.5 * 3 = 1.6\n"]}
    data = {"text/html": ["<b>1</b>"], "text/plain": ["0.25 * 3 = 0.85"]}
    result = {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 2}
    cells = [{"cell_type": "code", "outputs": [stream, result], "source": ["print(0.5 * 3 = 1.6)"]}]
    file = LAYOUTS["as Jupyter saves it"]({"cells": cells})
    for slip in check(Source("work.ipynb", file)).slips:
        assert found_at(file, slip.line, slip.column, slip.end_column) == slip.written
    assert [slip.written for slip in check(Source("work.ipynb", file)).slips] == ["1.6", "0.85"]


WORKED = Path(__file__).parents[1] / "solutions"
TOLD = ("contradictions", "german-two-slips", "goes-on-with-the-right-value", "cancelling-no-headings")


@pytest.mark.parametrize("name", TOLD)
def test_a_notebook_is_told_what_a_document_is_told(name: str) -> None:
    """Every sentence, number of a line and column is that of the same text in a file of its own, further down in the file."""
    text = (WORKED / f"{name}.md").read_text(encoding="utf-8")
    head, first = LAYOUTS["as Jupyter saves it"](
        {"cells": [{"cell_type": "markdown", "metadata": {}, "source": split(text)}]}
    ).split("    ", 1)
    below = head.count("\n")
    document = check(Source("work.md", text)).to_dict()
    notebook = check(Source("work.md", f"{head}    {first}")).to_dict()
    assert document["slips"] or document["remarks"]

    def moved(value: object) -> object:
        if isinstance(value, dict):
            return {
                key: [line + below for line in part] if key in ("affects", "from_lines") else moved(part)
                for key, part in value.items()
                if key not in ("column", "end_column")
            } | ({"line": value["line"] + below} if "line" in value else {})
        if isinstance(value, list):
            return [moved(part) for part in value]
        if isinstance(value, str):
            return re.sub(r"\b((?:on )?line )(\d+)", lambda told: f"{told[1]}{int(told[2]) + below}", value)
        return value

    def without_columns(value: object) -> object:
        if isinstance(value, dict):
            return {
                k: without_columns(part) for k, part in value.items() if k not in ("column", "end_column")
            }
        return [without_columns(part) for part in value] if isinstance(value, list) else value

    assert without_columns(notebook) == moved(document)
