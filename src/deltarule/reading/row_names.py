"""Samples that a line names as the table of data names its rows: ``P₂: z = -2`` below a table whose second row is ``P₂``."""

import re
from collections.abc import Mapping, Sequence

from deltarule.document import Heading, Table
from deltarule.rarely import rarely
from deltarule.reading.exercise_data import data_columns
from deltarule.reading.headings import SAMPLE_STEMS
from deltarule.spans import Span

FEWEST_ROWS, MAX_ROWS = 2, 64
_NAME = rarely(r"[^\W\d_][\w.\-]{0,14}")
_MARKUP = rarely(r"[$*`\\{}_]")
# what stands in front of a name at the front of a line, and what shows that the line goes on about it
_FRONT = re.compile(r"[ \t>]{0,12}(?:(?:[-*+•]|#{1,6}|\d{1,2}[.)])[ \t]{1,3})?")
_WORD = rarely(r"([^\W\d_]{3,12})[ \t]{1,2}")
_LABEL = rarely(r"[*`$]{0,3}([^\W\d_][\w.\-${}]{0,20}?)[*`$]{0,3}[ \t]{0,2}(?=[:：(]|[*]{2}|[-—–→⇒] |->|$)")
_BEHIND = rarely(r"[*]{0,2}[ \t]{0,2}[:：]?")


def named_rows(text: str, found: Table, rows: Sequence[Sequence[Span]]) -> dict[str, int]:
    """The samples of a table of data by what its first column calls them; empty where that is no name.

    `rows` are its cells in the text, without the names of the columns.
    """
    if not FEWEST_ROWS <= len(rows) <= MAX_ROWS:
        return {}
    names = [_bare(text[row[0].start : row[0].end]) for row in rows if row]
    if len(set(names)) != len(rows) or not all(_NAME.fullmatch(name) for name in names):
        return {}
    columns = data_columns(found)
    if columns is None or 0 in columns[0] or columns[1] == 0:
        return {}
    return {name: sample for sample, name in enumerate(names, 1)}


def row_named(
    text: str, start: int, end: int, line: int, names: Mapping[str, int]
) -> tuple[Heading, int] | None:
    """The sample whose name a line begins with, and where the line goes on."""
    front = _FRONT.match(text, start, end)
    begin = front.end() if front is not None else start
    word = _WORD.match(text, begin, end)
    if word is not None and word[1].lower().startswith(SAMPLE_STEMS):
        begin = word.end()  # Pattern P1:
    label = _LABEL.match(text, begin, end)
    sample = names.get(_bare(label[1])) if label is not None else None
    if label is None or sample is None:
        return None
    behind = _BEHIND.match(text, label.end(), end)
    return Heading(Span(begin, label.end()), line, sample=sample), behind.end() if behind else label.end()


def _bare(name: str) -> str:
    """A name without what only sets it: ``$P_1$`` is ``P1``."""
    return _MARKUP.sub("", name).strip()
