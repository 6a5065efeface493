r"""Tables as pandas prints them: columns flush right below their headings, rows counted from 0.

A wide table is printed in blocks below one another; a backslash ends the headings of all blocks but the last.
"""

from collections.abc import Callable, Sequence

from deltarule.rarely import rarely
from deltarule.spans import Span

MAX_BLOCKS = 12
MAX_FRAME_ROWS = 500
_HEADINGS = rarely(r"\S+(?: \S+)*")
_INDEX = rarely(r"(\d{1,4}) ")

Lines = Callable[[int], Span | None]  # where a line stands, counted from 1; None beyond the last


def frame(text: str, line: int, lines: Lines) -> tuple[list[Span], list[list[Span]], int] | None:
    """Headings, rows of cells, and the line behind the table that begins on this line; None if none does."""
    found = _block(text, line, lines)
    if found is None:
        return None
    names, rows, at, more = found
    for _ in range(MAX_BLOCKS):
        span = lines(at)
        if not more or span is None or text[span.start : span.end].strip():
            break
        below = _block(text, at + 1, lines)
        if below is None or len(below[1]) != len(rows):
            break
        names += below[0]
        rows = [first + second for first, second in zip(rows, below[1], strict=True)]
        at, more = below[2:]
    return (names, rows, at) if len(names) > 1 else None


def _block(text: str, line: int, lines: Lines) -> tuple[list[Span], list[list[Span]], int, bool] | None:
    """One block: its headings and rows, the line behind it, and whether another one follows."""
    head = lines(line)
    if head is None or not text.startswith("  ", head.start, head.end):
        return None
    names = [Span(match.start(), match.end()) for match in _HEADINGS.finditer(text, head.start, head.end)]
    more = bool(names) and text[names[-1].start : names[-1].end] == "\\"
    names = names[:-1] if more else names
    ends = [name.end - head.start for name in names]
    rows: list[list[Span]] = []
    at = line + 1
    while names and len(rows) < MAX_FRAME_ROWS and (span := lines(at)) is not None:
        row = _row(text, span, ends, len(rows))
        if row is None:
            break
        rows.append(row)
        at += 1
    return (names, rows, at, more) if len(rows) > 1 else None


def _row(text: str, span: Span, ends: Sequence[int], count: int) -> list[Span] | None:
    """Cells of a row, each of which ends below the end of its heading; None if one does not."""
    index = _INDEX.match(text, span.start, span.end)
    if index is None or int(index[1]) != count:
        return None
    cells: list[Span] = []
    start = index.end()
    for end in (span.start + each for each in ends):
        inside = text[start:end]
        if end > span.end or not inside.strip() or inside.endswith(" ") or text[end : end + 1].strip():
            return None
        cells.append(Span(start + len(inside) - len(inside.lstrip()), end))
        start = end
    return cells if not text[start : span.end].strip() else None
