"""Jupyter notebooks as one text: Markdown cells and printed outputs, in order.

Lines are counted in that text, a blank line between two cells; code is left out, for it says how and not what. It goes
with the text: what it prints when it is run confirms the outputs.
"""

import json
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
    pieces: list[str] = []
    code: list[str] = []
    for cell in cells[:MAX_CELLS]:
        if isinstance(cell, dict):
            pieces += [piece for piece in _pieces(cell) if piece.strip()]
            if cell.get("cell_type") == "code":
                code.append(f"```python\n{_joined(cell.get('source'))}\n```\n")
    text = "\n\n".join(piece.rstrip("\n") for piece in pieces) + "\n"
    return Source(source.name, text, "".join(code))


def _pieces(cell: dict[str, Any]) -> list[str]:
    if cell.get("cell_type") in ("markdown", "raw"):
        return [_joined(cell.get("source"))]
    outputs = cell.get("outputs")
    found: list[str] = []
    for output in outputs if isinstance(outputs, list) else []:
        if not isinstance(output, dict):
            continue
        if output.get("output_type") == "stream" and output.get("name") != "stderr":
            found.append(_joined(output.get("text")))
        data = output.get("data")
        if isinstance(data, dict):
            found.append(_joined(data.get("text/markdown", data.get("text/latex", data.get("text/plain")))))
    return found


def _joined(lines: object) -> str:
    """A text that is stored as one string or as a list of lines."""
    if isinstance(lines, str):
        return lines
    if isinstance(lines, list):
        return "".join(line for line in lines if isinstance(line, str))
    return ""
