"""Jupyter notebooks as one text: Markdown cells and printed outputs, in order.

A blank line stands between two cells. What is told of the text has the lines and columns of the file, where each line of a
cell is a string of its own. Code is left out, for it says how and not what; it goes with the text: what it prints when it is
run confirms the outputs.
"""

import json
from collections.abc import Iterator
from typing import Any

from deltarule.spans import Source

MAX_CELLS = 5000


def is_notebook(source: Source) -> bool:
    """Whether a text is a notebook: by its name, or a JSON object that begins with its cells."""
    head = source.text[:2000].lstrip("\ufeff \n\r\t")
    return head.startswith("{") and (source.name.lower().endswith(".ipynb") or '"cells"' in head)


def notebook_text(source: Source) -> Source:
    """Return a notebook's prose and outputs as a text under the same name; what is no notebook is returned as it is."""
    try:
        content = json.loads(source.text)
    except (ValueError, RecursionError):
        return source
    cells = content.get("cells") if isinstance(content, dict) else None
    if not isinstance(cells, list):
        return source
    from deltarule.reading.json_strings import Excerpts

    excerpts = Excerpts(source)
    code: list[str] = []
    for k, cell in enumerate(cells[:MAX_CELLS]):
        if isinstance(cell, dict):
            for path, text in _pieces(cell):
                excerpts.add(("cells", k, *path), text)
            if cell.get("cell_type") == "code":
                code.append(f"```python\n{_joined(cell.get('source'))}\n```\n")
    return excerpts.source("".join(code))


def _pieces(cell: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Texts of a cell with the keys that lead to them."""
    if cell.get("cell_type") in ("markdown", "raw"):
        yield ("source",), cell.get("source")
        return
    outputs = cell.get("outputs")
    for k, output in enumerate(outputs if isinstance(outputs, list) else []):
        if not isinstance(output, dict):
            continue
        if output.get("output_type") == "stream" and output.get("name") != "stderr":
            yield ("outputs", k, "text"), output.get("text")
        data = output.get("data")
        if isinstance(data, dict):
            form = next((form for form in ("text/markdown", "text/latex") if form in data), "text/plain")
            yield ("outputs", k, "data", form), data.get(form)


def _joined(lines: object) -> str:
    """A text that is stored as one string or as a list of lines."""
    if isinstance(lines, str):
        return lines
    if isinstance(lines, list):
        return "".join(line for line in lines if isinstance(line, str))
    return ""
