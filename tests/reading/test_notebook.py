"""Notebooks are read by their prose and their printed outputs."""

import json

from deltarule.algebra.expr import Symbol
from deltarule.document import Claim
from deltarule.reading import read_document
from deltarule.reading.notebook import is_notebook, notebook_text
from deltarule.spans import Source

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


def test_lines_are_counted_in_the_joined_text() -> None:
    """A blank line stands between two cells."""
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
