"""Where tables stand among the lines of a text: lines with bars, with blanks between cells, of a log, as pandas prints them."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from deltarule.rarely import rarely
from deltarule.reading.column_names import column
from deltarule.reading.data_frames import frame
from deltarule.reading.fixed_columns import fixed_columns, may_be_column
from deltarule.reading.flat_tables import (
    MAX_ROWS,
    gives_value,
    is_drawn,
    is_heading,
    leaves_out,
    legend,
    logged,
    matched,
    units,
    without_remark,
)
from deltarule.reading.limits import MAX_LINE
from deltarule.reading.parameter_sheets import read_sheet
from deltarule.reading.state import Reading
from deltarule.reading.table_items import add_table, column_of
from deltarule.reading.tables import cells_of, crosses, is_rule, table
from deltarule.reading.text_lines import read_text
from deltarule.reading.token import (
    CLOSE,
    DERIVATIVE,
    NAME,
    NUMBER,
    OPEN,
    OPERATOR,
    RELATION,
    SEPARATOR,
    WORD,
    Token,
)
from deltarule.spans import Span

_DASHED = rarely(r"[ \t]{0,8}(?:-{6,400}|={6,400}|—{6,400}|─{6,400}|_{6,400})[ \t\r]{0,8}")
_STATED = rarely(r"[^\W\d_][^=≈\n]{0,60}[=≈]\s{0,3}[-+−]?\.?\d")


def barred_table(reading: Reading, line: int, span: Span) -> int | None:
    """Consecutive lines that are rows of one table."""
    if line < reading.no_table_before:
        return None
    rows: list[list[Span]] = []
    at = line
    first: str | None = None
    while at <= len(reading.source.line_starts):
        here = reading.source.line_span(at)
        if here.end - here.start > MAX_LINE or len(rows) > 12_000:
            break
        if rows and (crosses(reading.text[here.start : here.end]) or _parts_rows(reading, at, here)):
            at += 1
            continue
        cells = cells_of(reading.raw, reading.text, here.start, here.end, first)
        first = reading.text[here.start : here.end] if first is None else first
        if cells is None or len(cells) < 2:
            break
        if not is_rule(reading.text[here.start : here.end]):
            rows.append(cells)
        at += 1
    if len(rows) < 2:
        return _blank_table(reading, line)
    if "\t" in reading.source.text[span.start : span.end] and all(
        _STATED.search(reading.text, cell.start, cell.end) for row in rows for cell in row
    ):
        for cell in chain.from_iterable(rows):  # each says what its numbers are
            read_text(reading, reading.source.line(cell.start), cell, fenced=False)
            reading.claims.close()
        return at
    if "\t" in reading.source.text[span.start : span.end] and read_sheet(reading, rows):
        return at
    widths = [len(row) for row in rows]
    if sum(width != widths[0] for width in widths) * 2 > len(widths):  # bars that do not part cells
        flat = _blank_table(reading, line)
        if flat is not None:
            return flat
    if not add_tables(reading, rows, line):
        reading.no_table_before = at  # so that each line is looked at once
        return None
    return at


def _parts_rows(reading: Reading, line: int, here: Span) -> bool:
    """Whether a line of nothing but dashes stands between two rows with bars."""
    below = reading.line(line + 1)
    if below is None or not _DASHED.fullmatch(reading.text, here.start, here.end):
        return False
    return "|" in reading.text[below.start : below.end]


def _blank_table(reading: Reading, line: int) -> int | None:
    """A table without bars; the row behind its heading may be a second line of headings."""
    here = reading.source.line_span(line)
    below = reading.line(line + 1)
    if below is None or not reading.text[below.start : below.end].strip():
        return None  # a heading has rows
    fixed = _fixed_table(reading, line)
    if fixed is not None:
        return fixed
    if here.end - here.start > 400 or gives_value(reading.text[here.start : here.end]):
        return None
    head = units(reading.text, here.start, here.end)
    if not is_heading(reading.text, head):
        return None
    names: list[Span] | None = None
    rows: list[list[Span]] = []
    at = last = line + 1
    skipped = 0
    while at <= len(reading.source.line_starts) and len(rows) < MAX_ROWS:
        span = reading.source.line_span(at)
        if not reading.text[span.start : span.end].strip() or span.end - span.start > 400:
            break
        drawn = reading.text[span.start : span.end]
        if rows and (is_drawn(drawn) or leaves_out(drawn)):
            at += 1
            continue
        cells = without_remark(reading.text, units(reading.text, span.start, span.end))
        fits = matched(reading.text, head, cells)
        if fits is None or (names is not None and len(fits[1]) != len(names)):
            skipped += 1
            if skipped > 2 or rows:
                break
        else:
            names = fits[0]
            rows.append(fits[1])
            last = at + 1
        at += 1
    if names is None or (len(rows) < 2 and not skipped):
        return None
    found = table(reading.text, [names, *rows], line, reading.habits)
    if found is None:
        return None
    add_table(reading, found, [names, *rows])
    for between in range(line + 1, reading.source.line(rows[0][0].start)):
        read_text(reading, between, reading.source.line_span(between), fenced=False)
    return last


def _fixed_table(reading: Reading, line: int) -> int | None:
    """A table without bars whose cells stand below their headings of two lines, some of them empty."""
    here = reading.source.line_span(line)
    if "   " not in reading.text[here.start : here.end].strip():
        return None
    lines: list[Span] = []
    at = line
    while at <= len(reading.source.line_starts) and len(lines) < MAX_ROWS:
        span = reading.source.line_span(at)
        if not reading.text[span.start : span.end].strip() or span.end - span.start > 400:
            break
        if not may_be_column(reading.text, span, len(lines)):
            return None
        lines.append(span)
        at += 1
    found = fixed_columns(reading.text, lines)
    made = None if found is None else table(reading.text, [found[0], *found[1]], line, reading.habits)
    if found is None or made is None:
        return None
    add_table(reading, made, [found[0], *found[1]])
    return at


def log_rows(reading: Reading, line: int, span: Span) -> int | None:
    """Lines of a log with numbers in brackets, below a legend that names them."""
    if "[" not in reading.text[span.start : span.end]:
        return None
    if not reading.legend or logged(reading.text, span.start, span.end, len(reading.legend)) is None:
        found = legend(reading.text, span.start, span.end) if span.end - span.start < 400 else []
        reading.legend = found or reading.legend
        return None
    rows: list[list[Span]] = []
    at = line
    while at <= len(reading.source.line_starts) and len(rows) < MAX_ROWS:
        here = reading.source.line_span(at)
        row = logged(reading.text, here.start, here.end, len(reading.legend))
        if row is None:
            break
        rows.append(row)
        at += 1
    head = [rows[0][0], *reading.legend]
    cells = [row[1:] for row in rows]
    found_table = table(reading.text, [head, *cells], line, reading.habits) if len(rows) > 1 else None
    if found_table is None:
        return None
    add_table(reading, replace(found_table, span=Span(rows[0][0].start, rows[-1][-1].end)), [head, *cells])
    return at


def data_frame(reading: Reading, line: int, span: Span) -> int | None:
    """A table as pandas prints it."""
    found = frame(reading.text, line, reading.line)
    made = table(reading.text, [found[0], *found[1]], line, reading.habits) if found is not None else None
    if found is None or made is None:
        return None
    add_table(reading, made, [found[0], *found[1]])
    return found[2]


def add_tables(reading: Reading, rows: list[list[Span]], line: int) -> bool:
    """Tables that stand in consecutive lines, each from its heading on; whether there is any."""
    starts = [k for k, row in enumerate(rows) if _names_columns(reading, row)]
    starts = [
        k for k in starts if k + 1 not in starts
    ]  # of two lines of headings the second names the columns
    starts = starts or [0]
    if starts[0] > 2:
        starts.insert(0, 0)
    any_found = False
    for start, stop in zip(starts, [*starts[1:], len(rows)], strict=True):
        found = table(
            reading.text, rows[start:stop], reading.source.line(rows[start][0].start), reading.habits
        )
        if found is not None:
            add_table(reading, found, rows[start:stop])
            any_found = True
    return any_found


def _names_columns(reading: Reading, row: Sequence[Span]) -> bool:
    """Whether a row of cells holds names of quantities, and no values."""
    named = 0
    for span in row:
        text = reading.text[span.start : span.end].strip(" $*`")
        if text.replace(".", "").replace(",", "").lstrip("+-").isdigit() and text not in (
            "1",
            "+1",
            "-1",
        ):
            return False
        found = (
            [token for token in reading.tokens.cell(span) if token.value != ""]
            if text and len(text) < 120
            else []
        )
        if found and any(token.kind == NUMBER and token.value not in ("1", "0") for token in found[:1]):
            return False
        if _values_told(found) > 1 or _is_worked_out(found) or _is_place(found):
            return False
        if found and found[0].kind == NUMBER:
            continue
        roles = (column_of(reading, text, span, found) if found else column(text, found)).roles
        named += bool(roles)
    return named > 1


def _values_told(found: Sequence[Token]) -> int:
    """How many values a cell gives: two in ``z = -0.3, O = 0``, which names no column."""
    plain = [token for token in found if token.kind != OPERATOR]
    return sum(
        name.kind == NAME and sign.value == "=" and value.kind == NUMBER
        for name, sign, value in zip(plain, plain[1:], plain[2:], strict=False)
    )


def _is_place(found: Sequence[Token]) -> bool:
    """Whether a cell holds a place, ``(2.6; 0.6)``: numbers in brackets, and nothing else."""
    inside = [token for token in found if token.value not in ("^", "$", "-", "+")]
    numbers = sum(token.kind == NUMBER for token in inside)
    return (
        numbers > 1
        and inside[0].kind == OPEN
        and all(token.kind in (NUMBER, OPEN, CLOSE, SEPARATOR) for token in inside)
    )


def _is_worked_out(found: Sequence[Token]) -> bool:
    """Whether a cell works a quantity out in numbers, ``w = 0.6 - 0.1(-4.8) = 1.08``, which names no column either."""
    found = [token for token in found if token.kind != SEPARATOR]
    signs = [at for at, token in enumerate(found) if token.kind == RELATION]
    if len(signs) < 2 or found[0].kind != NAME or any(found[at].value not in ("=", "≈") for at in signs):
        return False
    behind = found[signs[0] + 1 :]
    end = next((at for at, token in enumerate(behind) if token.kind == WORD), len(behind))
    return end > signs[-1] - signs[0] and all(token.kind not in (NAME, DERIVATIVE) for token in behind[:end])
