"""Aligned blocks of numbers: the rows of a table, and lines that are alike but for their numbers.

What the columns are called does not matter here, nor does what stands between the numbers, as long as it is the same in
every row. A cell of a table is the number at its end, or several numbers where nothing else stands in it.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import accumulate, chain, islice, pairwise
from typing import TypeAlias

from deltarule.document import Document, Table
from deltarule.errors import InputError
from deltarule.rarely import rarely
from deltarule.records import record
from deltarule.spans import Span
from deltarule.written import Written, parse_number

MAX_ROWS = 120
MAX_COLUMNS = 20
MAX_BLOCKS = 40
MAX_LYING = 8  # rows of a table whose names stand in its first column
MAX_LINES = 20_000
MAX_LINE = 400
FEWEST_ROWS, FEWEST_ALONE, FEWEST_IN_LINE = 2, 4, 3
MAX_PERIOD = 12  # lines of one row
_NUMBER = rarely(
    r"(?<![\w.^_\\{])[-+−–]?(?:\d{1,3}(?:,\d{3})+(?:\.\d{1,30})?|\d{1,30}(?:(?:[.,]|\{,\})\d{1,30})?|\.\d{1,30})(?:[eE][-+−]?\d{1,3})?(?![\w.]?\w)"
)
_BINARY = rarely(r"[\w)\]}²³'*]$")  # in front of a sign that is none
_OPERATOR = r"[+*/×·∙⋅^−–-]|\\(?:cdot|times)"
_WORKED_BEFORE = rarely(rf"(?:(?:{_OPERATOR})\s{{0,2}}\(?|[\w)\]]\()\s?$")
_WORKED_BEHIND = rarely(
    r"\s?\)?\s{0,2}(?:[+*/×·∙⋅^]|\\(?:cdot|times)|[−–-]\s(?![^\W\d]\w{0,20}\s?[:=])|\()|[−–-]\d"
)  # 0.5 -0.3 are two results
_DECORATION = rarely(r"[\s$*`~]|\\[,;:! ]|\\(?:mathbf|boldsymbol|textbf|mathrm|text|approx)|[≈{}]")
_RELATION = rarely(r"=|≈|→|←|\\(?:approx|to|rightarrow|leftarrow|gets)\b|:(?!=)")
_INDEX = rarely(r"_\{?\d{1,3}\}?|\^\{?\(\d{1,3}\)\}?|[₀-₉]{1,3}|[⁽][⁰¹²³⁴-⁹]{1,3}[⁾]")  # of a step: v_2, v_3
_LIST = rarely(r"[\s,;()\[\]→]*")
_MARK = rarely(r"[✓✗✔✘✅❌]")
_COMMAS, _POINTS = re.compile(r"\d(?:,|\{,\})\d"), re.compile(r"\d\.\d")
_NEXT = rarely(r"[\s$`*]*(?:→|->|\\(?:to|rightarrow)|,|;)[\s$`*]*")
_IN_A_ROW = rarely(
    r"#[\s$`*]{0,4}(?:→|->|\\(?:to|rightarrow)|,|;)[\s$`*]{0,4}#[\s$`*]{0,4}(?:→|->|\\(?:to|rightarrow)|,|;)[\s$`*]{0,4}#"
)
_BEYOND = 10**100  # no result of a worked exercise
_RULED = rarely(r"[\s|:+=─━-]*")
_GAP = rarely(r"[\s.…⋮·|:&\\-]*(?:[a-z]?dots[\s.…⋮·|:&\\-]*)?")


@record
class Cell:
    """A number with its place; whether it is worked with there, and no result."""

    written: Written
    span: Span
    line: int
    is_operand: bool = False


_Rows: TypeAlias = tuple[list[tuple[tuple[Cell, ...], ...]], list[bool]]


@record
class Block:
    """Rows of as many cells each; `gaps` tells in front of which rows others are left out."""

    rows: tuple[tuple[Cell | None, ...], ...]
    gaps: tuple[bool, ...]
    is_joined: bool = False  # of the rows of several tables under the same headings

    @cached_property
    def rough(self) -> list[list[float | None]]:
        """The numbers as floats, which leave out quickly what is far off."""
        return [[None if cell is None else _roughly(cell.written.value) for cell in row] for row in self.rows]

    def counts(self, column: int) -> bool:
        """Whether a column counts its rows: whole numbers, each so much more than the one before."""
        cells = [row[column] for row in self.rows]
        numbers = [c.written.value for c in cells if c is not None and c.written.places <= 0]
        steps = {other - one for one, other in pairwise(numbers)}
        return len(numbers) == len(cells) and len(steps) == 1 and 0 not in steps

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.rows[0])


def _roughly(value: Fraction) -> float | None:
    """A number as a float; None if it is beyond them."""
    return float(value) if abs(value) < _BEYOND else None


def blocks(document: Document, is_open: Callable[[Span], bool]) -> Iterator[Block]:
    """The aligned blocks of a document, in reading order: those of tables first; of lines those with an open one among them."""
    extent = document.extent or Span(0, len(document.source.text))
    tables = [item for item in document.items if isinstance(item, Table)]
    comma = _writes_commas(document.text)
    text = document.source.text
    others = [table for table in tables if "|" not in text[table.span.start : table.span.end]]
    found = chain(
        _of_tables(document, ((table.header_texts, table.row_spans) for table in others), comma),
        _of_tables(document, _with_bars(text, extent), comma),
        _lying(document, extent, comma),
        _of_lines(document, extent, [table for table in others if len(table.rows) > 1], comma, is_open),
    )
    yield from islice(found, MAX_BLOCKS)


def _with_bars(text: str, extent: Span) -> Iterator[tuple[str, list[Span]]]:
    """The first line of each table with bars between its cells, and its other rows."""
    for rows in _barred(text, extent):
        yield " ".join(text[rows[0].start : rows[0].end].split()), rows[1:]


def _barred(text: str, extent: Span) -> Iterator[list[Span]]:
    """The rows of each table with bars between its cells."""
    rows: list[Span] = []
    for line in (*_lines(text, extent), Span(extent.end, extent.end)):
        inside = text[line.start : line.end].strip()
        if inside.count("|") > 1:
            if not _RULED.fullmatch(inside):
                start = text.index("|", line.start) + 1 if inside.startswith("|") else line.start
                end = text.rindex("|", start, line.end) if inside.endswith("|") else line.end
                rows.append(Span(start, end))
        elif rows and not (_RULED.fullmatch(inside) and inside):
            yield rows
            rows = []


def _lines(text: str, extent: Span) -> Iterator[Span]:
    at = extent.start
    while at < extent.end:
        stop = text.find("\n", at, extent.end)
        stop = extent.end if stop < 0 else stop
        yield Span(at, stop)
        at = stop + 1


def _writes_commas(text: str) -> bool:
    """Whether a comma is the decimal sign."""
    return len(_COMMAS.findall(text)) > len(_POINTS.findall(text))


def _of_tables(
    document: Document, tables: Iterable[tuple[Hashable, Sequence[Span]]], comma: bool
) -> Iterator[Block]:
    """A block of each table, and then one of the rows of all tables under the same headings."""
    alike: dict[Hashable, list[_Rows]] = {}
    for heading, spans in tables:
        rows = _rows(document, spans, comma)
        alike.setdefault(heading, []).append(rows)
        block = _aligned(*rows)
        if block is not None:
            yield block
    for several in alike.values():
        if len(several) > 1:
            together = [row for rows, _ in several for row in rows][:MAX_ROWS]
            gaps = [gap or k == 0 for _, each in several for k, gap in enumerate(each)][:MAX_ROWS]
            block = _aligned(together, gaps)
            if block is not None:
                yield replace(block, is_joined=True)


def _lying(document: Document, extent: Span, comma: bool) -> Iterator[Block]:
    """A block of each table whose names stand in its first column: ``w | 0 | 1 | 2`` above ``MSE | 14 | 5 | 2``."""
    text = document.source.text
    for spans in _barred(text, extent):
        if not FEWEST_ROWS <= len(spans) <= MAX_LYING:
            continue
        rows = [_behind_name(document, span, comma) for span in spans]
        if len({len(row) for row in rows}) == 1 and len(rows[0]) >= FEWEST_ALONE:
            yield Block(tuple(zip(*rows, strict=True)), (False,) * len(rows[0]))


def _behind_name(document: Document, span: Span, comma: bool) -> tuple[Cell, ...]:
    """The numbers of a row behind a cell with a name; none where any other cell is no single number."""
    name, *others = _split(document.source.text, span)
    if not others or re.search(r"[^\W\d_]", document.source.text[name.start : name.end]) is None:
        return ()
    found = [_cell(document, part, comma) for part in others]
    return tuple(each[0] for each in found) if all(len(each) == 1 for each in found) else ()


def _rows(document: Document, spans: Sequence[Span], comma: bool) -> _Rows:
    """The cells of the rows of a table, and in front of which of them others are left out."""
    text = document.source.text
    rows: list[tuple[tuple[Cell, ...], ...]] = []
    gaps: list[bool] = []
    gap = False
    for span in spans[:MAX_ROWS]:
        parts = list(_split(text, span))
        if all(_GAP.fullmatch(text, part.start, part.end) for part in parts[:2]):
            gap = True
            continue
        rows.append(tuple(_cell(document, part, comma) for part in parts))
        gaps.append(gap)
        gap = False
    return rows, gaps


def _split(text: str, span: Span) -> Iterator[Span]:
    """The cells of a row."""
    inside = text[span.start : span.end]
    separator = next((each for each in ("\t", "|", "&") if each in inside), "\t")
    at = span.start
    while True:
        stop = text.find(separator, at, span.end)
        yield Span(at, span.end if stop < 0 else stop)
        if stop < 0:
            return
        at = stop + 1


def _cell(document: Document, span: Span, comma: bool) -> tuple[Cell, ...]:
    """The numbers of a cell: what stands behind its last relation, or all where it holds nothing but numbers."""
    text = document.source.text
    relations = [found.end() for found in _RELATION.finditer(text, span.start, span.end)]
    start = relations[-1] if relations else span.start
    found = list(_numbers(document, Span(start, span.end), comma))
    if not found:
        return ()
    bare = _DECORATION.sub("", text[start : found[0].span.start]) if found else ""
    if bare.strip("([,;"):
        return ()  # a formula, or words
    between = [_DECORATION.sub("", text[one.span.end : other.span.start]) for one, other in pairwise(found)]
    return tuple(found) if all(_LIST.fullmatch(each) for each in between) else ()


def _numbers(document: Document, span: Span, comma: bool) -> Iterator[Cell]:
    text = document.source.text
    for match in _NUMBER.finditer(text, span.start, span.end):
        start, digits = match.start(), match[0]
        if digits[0] in "+-−–" and _BINARY.search(text, max(start - 1, span.start), start):
            start, digits = start + 1, digits[1:]
        plain = digits.replace("−", "-").replace("–", "-").replace("{,}", ".").lstrip("+")
        plain = (
            plain.replace(",", "." if comma else "")
            if comma or plain.count(",") > 1 or re.search(r",\d{3}(?!\d)", plain)
            else plain.replace(",", ".")
        )
        try:
            written = parse_number(plain)
        except InputError:
            continue
        before = _WORKED_BEFORE.search(text, max(start - 8, span.start), start)
        behind = _WORKED_BEHIND.match(text, match.end(), span.end)
        yield Cell(written, Span(start, match.end()), document.source.line(start), bool(before or behind))


@record
class _Line:
    """A line outside of tables: what stands around its numbers, and whether lines are left out in front of it."""

    shape: str
    span: Span
    gap: bool


def _of_lines(
    document: Document, extent: Span, tables: Sequence[Table], comma: bool, is_open: Callable[[Span], bool]
) -> Iterator[Block]:
    """Lines outside of tables that differ in nothing but their numbers: one line a row, or several that come again and again."""
    lines = list(islice(_plain_lines(document.source.text, extent, tables), MAX_LINES))
    again = _next_alike(lines)
    numbers = [0, *accumulate(line.shape.count("#") for line in lines)]
    at = 0
    while at < len(lines):
        period, count = _period(lines, at, again, numbers)
        here = lines[at : at + max(period * count, 1)]
        at += len(here)
        if not period:
            if _IN_A_ROW.search(here[0].shape):
                yield from _sequences(document, here[0], comma)
            continue
        if not any(is_open(line.span) for line in here if "#" in line.shape):
            continue
        parts = [
            here[start : start + period] for start in range(0, min(len(here), MAX_ROWS * period), period)
        ]
        rows = [
            tuple((cell,) for line in part for cell in _numbers(document, line.span, comma)) for part in parts
        ]
        block = _aligned(rows, [part[0].gap for part in parts])
        if block is not None:
            yield block


def _plain_lines(text: str, extent: Span, tables: Sequence[Table]) -> Iterator[_Line]:
    inside = [table.span for table in tables]
    gap = False
    for line in _lines(text, extent):
        raw = text[line.start : line.end]
        if _GAP.fullmatch(raw):
            gap = gap or bool(raw.strip(" |"))
            continue
        if raw.count("|") > 1 or len(raw) > MAX_LINE or any(t.start <= line.start < t.end for t in inside):
            yield _Line("", line, False)
            continue
        shape = _INDEX.sub("_i", _NUMBER.sub("#", _MARK.sub("", raw)))
        yield _Line(" ".join(shape.split()), line, gap)
        gap = False


def _next_alike(lines: Sequence[_Line]) -> list[int]:
    """For each line the place of the next one of the same shape, or one beyond all lines."""
    last: dict[str, int] = {}
    found = [len(lines)] * len(lines)
    for at in range(len(lines) - 1, -1, -1):
        found[at] = last.get(lines[at].shape, len(lines))
        last[lines[at].shape] = at
    return found


def _period(lines: Sequence[_Line], at: int, again: Sequence[int], numbers: Sequence[int]) -> tuple[int, int]:
    """How many lines come again and again from one on, and how often; (0, 0) where none do.

    `numbers` is how many numbers stand in front of each line, and of the end.
    """
    following = again[at]
    while following < len(lines) and (period := following - at) <= MAX_PERIOD:
        told = numbers[following] - numbers[at]
        shapes = [line.shape for line in lines[at:following]] if told else [""]
        following = again[following]
        if "" in shapes:
            continue
        count = 1
        while [line.shape for line in lines[at + count * period : at + (count + 1) * period]] == shapes:
            count += 1
        if count >= (FEWEST_ROWS if told > 1 else FEWEST_ALONE):
            return period, count
    return 0, 0


def _sequences(document: Document, line: _Line, comma: bool) -> Iterator[Block]:
    """Numbers one after the other within a line, ``5 -> 4 -> 3.5``, as the rows of one column."""
    text = document.source.text
    run: list[Cell] = []
    for cell in (*_numbers(document, line.span, comma), None):
        if run and cell is not None and _NEXT.fullmatch(text, run[-1].span.end, cell.span.start):
            run.append(cell)
            continue
        if len(run) >= FEWEST_IN_LINE:
            yield Block(tuple((each,) for each in run), (False,) * len(run))
        run = [] if cell is None else [cell]


def _aligned(rows: Sequence[tuple[tuple[Cell, ...], ...]], gaps: Sequence[bool]) -> Block | None:
    """Rows of one width, with a cell of several numbers taken apart."""
    widths = [len(row) for row in rows]
    if not widths:
        return None
    width = max(set(widths), key=widths.count)
    kept = [(row, gap) for row, gap in zip(rows, gaps, strict=True) if len(row) == width]
    if len(kept) < FEWEST_ROWS:
        return None
    sizes = [max(len(row[k]) for row, _ in kept) for k in range(width)]
    if not 0 < sum(sizes) <= MAX_COLUMNS:
        return None
    flat = tuple(
        tuple(
            row[k][part] if len(row[k]) == size else None
            for k, size in enumerate(sizes)
            for part in range(size)
        )
        for row, _ in kept
    )
    return Block(flat, tuple(gap for _, gap in kept))
