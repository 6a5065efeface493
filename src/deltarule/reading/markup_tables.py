"""Where tables stand in markup: in HTML, and in a LaTeX tabular or array."""

import re
from itertools import pairwise

from deltarule.rarely import rarely
from deltarule.reading.state import Reading
from deltarule.reading.table_blocks import add_tables
from deltarule.reading.table_items import add_table
from deltarule.reading.tables import table
from deltarule.spans import Span

_COLUMNS = rarely(r"\s*+(?:\[[a-z]\]\s*+)?\{(?:[^{}]|\{[^{}]{0,80}\}){0,200}+\}")
_EQUALITY = rarely(r"[=≈]")
_ROWS = rarely(
    r"\\\\(?:\[[^\]\n]{0,12}\])?|\\hline|\\(?:top|mid|bottom)rule"
    r"|\\c(?:line|midrule)(?:\([lr]{1,2}\))?\{\d{1,2}-\d{1,2}\}"
)
_SPANNING = rarely(r"\\multi(?:column\{(\d{1,2})\}|row\{\*?\d{0,2}\})\{[^{}]{0,40}\}\{")  # of what follows
_CELLS = rarely(r"(?<!\\)&")
_HTML_TABLE = rarely(r"<table\b[^>\n]{0,300}>", re.IGNORECASE)
_HTML_ROW = rarely(r"<tr\b", re.IGNORECASE)
_HTML_CELL = rarely(
    r"<t[dh]\b[^>]{0,300}>([^<]{0,400}(?:<(?!/?t[dhr]\b|/table)[^<]{0,400}){0,20})", re.IGNORECASE
)
MAX_HTML = 60_000  # characters of one table in HTML
MAX_OPENING = 60  # characters from the sign of a display to a table on the next line
_DISPLAYS = ("$$", "\\[")
_CLOSED = rarely(r"\\end\{[a-z*]{5,10}\}\s{0,4}(?:\$\$|\\\])")
_HEADED = rarely(r"\s*[^\s=≈]")  # a cell that begins with what it is about
_TABULAR = rarely(
    r"\s*(?:\\begin\{(?:center|table|flushleft)\*?\}\s?(?:\[[^\]\n]{0,12}\])?\s{0,8}|\\centering\s{0,8}){0,3}(?:(?:\$\$?|\\\[)\s*)?"
    r"\\begin\{(?:(tabular|array|longtable)\}|(tabular\*|tabularx|tabulary)\}\s?\{[^{}]{0,40}\})"
)


def html_table(reading: Reading, line: int, span: Span) -> int | None:
    """A table in HTML, its rows and cells over as many lines as they like."""
    opening = _HTML_TABLE.search(reading.source.text, span.start, span.end)
    if opening is None:
        return None
    stop = reading.source.text.find("</table>", opening.end(), opening.end() + MAX_HTML)
    if stop < 0:
        return None
    rows: list[list[Span]] = []
    starts = [match.start() for match in _HTML_ROW.finditer(reading.source.text, opening.end(), stop)]
    for start, end in pairwise([*starts, stop]):
        cells = [
            _trimmed(reading.text, match.start(1), match.end(1))
            for match in _HTML_CELL.finditer(reading.source.text, start, end)
        ]
        if cells:
            rows.append(cells)
    if len(rows) < 2 or len({len(row) for row in rows}) > 2 or not add_tables(reading, rows, line):
        return None
    return reading.source.line(stop) + 1


def tabular(reading: Reading, line: int, span: Span) -> int | None:
    """A LaTeX table: ``tabular``, or an ``array`` of numbers with a header."""
    alone = reading.text[span.start : span.end].strip() in _DISPLAYS
    end = min(span.end + MAX_OPENING, len(reading.text)) if alone else span.end
    match = _TABULAR.match(reading.text, span.start, end)
    if match is None:
        return None
    name = match[1] or match[2]
    stop = reading.ahead.closing("\\end{" + name + "}", match.end())
    if stop is None:
        return None
    columns = _COLUMNS.match(reading.text, match.end(), stop)
    start = columns.end() if columns else match.end()
    if name == "array" and _is_equations(reading.text, start, stop):
        return None
    rows: list[list[Span]] = []
    at = start
    for row in _ROWS.split(reading.text[start:stop]):
        row_start = reading.text.index(row, at) if row else at
        at = row_start + len(row)
        if row.strip():
            cells, cell_start = [], row_start
            for part in _CELLS.split(row):
                cells.append(
                    _unspanned(reading.text, _trimmed(reading.text, cell_start, cell_start + len(part)))
                )
                cell_start += len(part) + 1
            if rows or len(cells) > 1 or "\\multicolumn" not in row:
                rows.append(cells)
    if len(rows) > 2 and len(rows[0]) < len(rows[1]):
        rows = rows[1:]  # names of groups of columns
    found = table(reading.text, rows, line, reading.habits) if rows else None
    if found is None:
        return None
    add_table(reading, found, rows)
    closing = _CLOSED.match(reading.text, stop) if alone else None
    return reading.source.line(stop if closing is None else closing.end() - 1) + 1


def _is_equations(text: str, start: int, stop: int) -> bool:
    """Whether the rows of an array are equations; in the heading of a column of numbers a formula may stand: ``x_{k+1} = x_k - h f'(x_k)``."""
    if _EQUALITY.search(text, start, stop) is None:
        return False
    head = _ROWS.search(text, start, stop)
    if head is None or _EQUALITY.search(text, head.end(), stop):
        return True
    rows = text.count("&", head.end(), stop)
    return rows < 4 or not all(_HEADED.match(cell) for cell in _CELLS.split(text[start : head.start()]))


def _unspanned(text: str, span: Span) -> Span:
    """What stands in a cell that spans several rows or columns: ``\\multirow{3}{*}{1}``."""
    match = _SPANNING.match(text, span.start, span.end)
    if match is None or text[span.end - 1] != "}":
        return span
    return _trimmed(text, match.end(), span.end - 1)


def _trimmed(text: str, start: int, end: int) -> Span:
    """A cell without the blanks and newlines around it."""
    while start < end and text[start] in " \n\r":
        start += 1
    while end > start and text[end - 1] in " \n\r":
        end -= 1
    return Span(start, end)
