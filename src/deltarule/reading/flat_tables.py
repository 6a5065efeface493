"""Tables without bars, as a PDF gives them: names in one line, as many numbers in each line below.

Groups in brackets count as one cell or as many: ``(x1 x2 1) t net (w1 w2 b)`` above ``(1 1 1) 1 0 (0.2 0.2 0.2)``.
"""

import re
from collections.abc import Sequence

from deltarule.rarely import rarely
from deltarule.reading.token_words import known_words
from deltarule.records import record
from deltarule.spans import Span

_UNIT = re.compile(r"\([^()\n]{1,80}\)|\[[^\[\]\n]{1,80}\]|[^\s()\[\]]+(?:\([\w,+ -]{1,12}\))?")
_INNER = rarely(r"[^\s,;()\[\]|]+")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,] ?\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?")
_BROKEN, _DIGITS = re.compile(r"[+-]?0[.,]"), re.compile(r"\d{2,12}")
_NAME = re.compile(
    r"\\?(?:d|Δ|∂|delta)?[A-Za-zα-ωΑ-ΩŷŶ_]{1,12}[\d₀-₉]{0,3}(?:_?\{?\w{1,6}\}?)?'?(?:\([\w,+ -]{1,12}\))?"
)
_PURE_WORD = re.compile(r"[^\W\d_]{3,}")
MAX_ROWS = 2000
_FEWEST_NUMBERS = 2  # of a row in front of a remark
_WIDE = 2  # blanks that part a remark from them


@record
class Unit:
    """A cell of a flat line, or a group of them in brackets."""

    span: Span
    cells: tuple[Span, ...]


def units(text: str, start: int, end: int) -> list[Unit]:
    """Cells and groups of one line."""
    found: list[Unit] = []
    for match in _UNIT.finditer(text, start, end):
        if match[0] in ("|", "#", ":", "&", "||"):
            continue
        span = Span(match.start(), match.end())
        if match[0][0] in "([" and len(match[0]) > 2:
            found.append(
                Unit(
                    span,
                    tuple(
                        Span(m.start(), m.end())
                        for m in _INNER.finditer(text, match.start() + 1, match.end() - 1)
                    ),
                )
            )
        else:
            found.append(Unit(span, (span,)))
    return found


def is_drawn(line: str) -> bool:
    """Whether a line only parts rows: ``=====``."""
    drawn = line.strip()
    return len(drawn) > 2 and not drawn.strip("=-_+| ")


def gives_value(line: str) -> bool:
    """Whether an equality sign begins a line, or stands apart behind a name or a number: such a line heads no table.

    See `is_heading` for lines in which it stands otherwise.
    """
    if line.lstrip()[:1] in ("=", "≈") and not is_drawn(line):
        return True
    before = line.partition(" =")[0]
    return len(before) < len(line) and any(char.isalnum() for char in before)


def is_heading(text: str, line: Sequence[Unit]) -> bool:
    """Whether a line names the columns of a table: mostly names, some of them with an index or known."""
    cells = [text[cell.start : cell.end] for unit in line for cell in unit.cells]
    if len(cells) < 2 or any(_NUMBER.fullmatch(cell) and cell not in ("1", "+1", "-1") for cell in cells):
        return False
    if sum(_NUMBER.fullmatch(cell) is not None for cell in cells) > 2:
        return False
    named = sum(_is_name(cell) for cell in cells)
    if len(cells) == 2 and not all(
        _is_name(cell) and (len(cell) == 1 or not _PURE_WORD.fullmatch(cell)) for cell in cells
    ):
        return False
    prose = any(cell.startswith(("=", "≈")) or cell.endswith((".", ":")) for cell in cells[1:])
    return named >= 2 and 2 * named >= len(cells) and not prose


def _is_name(cell: str) -> bool:
    if "=" in cell:
        return True
    if not _NAME.fullmatch(cell) and cell.count("-") != 1:
        return False
    return (
        len(cell) <= 2
        or not _PURE_WORD.fullmatch(cell)
        or cell in known_words()
        or cell.lower() in known_words()
    )


_ELLIPSIS = re.compile(r"[ \t.…⋮⋯:|]{1,200}")
_ARROWS = ("<-", "<=", "←", "⇐", "#", "//", "--", "—", "→", "->", "✓", "✗", "✔", "❌", "✅", "*", "!")


def leaves_out(line: str) -> bool:
    """Whether a line stands for rows that are left out: ``...   ...``."""
    return _ELLIPSIS.fullmatch(line) is not None and any(sign in line for sign in ("..", "…", "⋮", "⋯"))


def without_remark(text: str, line: Sequence[Unit]) -> Sequence[Unit]:
    """The cells of a row without the remark behind its numbers: ``0.14   4.2   0.00  <-- the best``."""
    numbers = [any(_NUMBER.fullmatch(text[c.start : c.end]) for c in unit.cells) for unit in line]
    first = numbers.index(True) if True in numbers else len(numbers)
    end = next((at for at in range(first, len(numbers)) if not numbers[at]), len(numbers))
    if end - first < _FEWEST_NUMBERS or end == len(numbers):
        return line
    word = text[line[end].span.start : line[end].span.end]
    apart = line[end].span.start - line[end - 1].span.end >= _WIDE
    marked = word.startswith(_ARROWS) or (apart and word.strip("([")[:1].isalpha())
    return line[:end] if marked else line


def is_row(text: str, line: Sequence[Unit]) -> bool:
    """Whether a line holds numbers only, behind at most two words."""
    cells = [text[cell.start : cell.end] for unit in line for cell in unit.cells]
    numbers = [_NUMBER.fullmatch(cell) is not None for cell in cells]
    return sum(numbers) > 1 and all(numbers[numbers.index(True) :]) and numbers.index(True) < 3


def matched(text: str, head: Sequence[Unit], row: Sequence[Unit]) -> tuple[list[Span], list[Span]] | None:
    """Column headings and the cells of a row below them, one for one; None if they do not fit."""
    if not is_row(text, row):
        return None
    found = _one_for_one(text, head, row)
    return found or _one_for_one(text, head, _rejoined(text, row))


def _one_for_one(
    text: str, head: Sequence[Unit], row: Sequence[Unit]
) -> tuple[list[Span], list[Span]] | None:
    """Headings and cells, where there are as many of the ones as of the others."""
    numbers = [unit for unit in row if any(_NUMBER.fullmatch(text[c.start : c.end]) for c in unit.cells)]
    flat_row = [cell for unit in numbers for cell in unit.cells]
    for names in (list(head), _without_words(text, head)):
        flat_names = [cell for unit in names for cell in unit.cells]
        if len(flat_names) == len(flat_row):
            return flat_names, flat_row
        if len(names) == len(numbers):
            return [unit.span for unit in names], [unit.span for unit in numbers]
        if len(names) == len(flat_row):
            return [unit.span for unit in names], flat_row
    return None


def _rejoined(text: str, row: Sequence[Unit]) -> list[Unit]:
    """Cells of a row with numbers put together that a blank has broken: ``0. 2294``."""
    joined: list[Unit] = []
    for unit in row:
        before = joined[-1] if joined else None
        if (
            before is not None
            and len(unit.cells) == len(before.cells) == 1
            and unit.span.start - before.span.end == 1
            and _BROKEN.fullmatch(text[before.span.start : before.span.end])
            and _DIGITS.fullmatch(text[unit.span.start : unit.span.end])
        ):
            span = Span(before.span.start, unit.span.end)
            joined[-1] = Unit(span, (span,))
        else:
            joined.append(unit)
    return joined


def _without_words(text: str, head: Sequence[Unit]) -> list[Unit]:
    """Headings without words that only introduce the symbol behind them: ``Gradient g(t)``."""
    kept: list[Unit] = []
    for at, unit in enumerate(head):
        word = text[unit.span.start : unit.span.end]
        following = text[head[at + 1].span.start : head[at + 1].span.end] if at + 1 < len(head) else ""
        if at and _PURE_WORD.fullmatch(word) and following and not _PURE_WORD.fullmatch(following):
            continue
        kept.append(unit)
    return kept


_LEGEND = rarely(r"\[([^\[\]\n]{5,120})\]")
_LOGGED = rarely(r"([^\W\d_]{2,12}) (\d{1,4})\b[^\[\]\n]{0,40}\[([^\[\]\n]{5,160})\]\s{0,4}")


def legend(text: str, start: int, end: int) -> list[Span]:
    """Names in square brackets that say what a log prints in its own: ``[w0 w1 b y delta_w0 delta_b]``; else nothing."""
    match = _LEGEND.search(text, start, end)
    if match is None:
        return []
    names = units(text, match.start(1), match.end(1))
    fits = len(names) > 2 and is_heading(text, names) and all(len(unit.cells) == 1 for unit in names)
    return (
        [unit.span for unit in names] if fits and not any(text[u.span.start].isdigit() for u in names) else []
    )


def logged(text: str, start: int, end: int, count: int) -> list[Span] | None:
    """A line of a log, ``epoch 0 sample 1 [1 2 0 1]``: the word and the number that it begins with, then its numbers."""
    match = _LOGGED.fullmatch(text, start, end) if end - start < 240 else None
    if match is None:
        return None
    cells = [unit.span for unit in units(text, match.start(3), match.end(3))]
    if len(cells) != count or not all(_NUMBER.fullmatch(text[c.start : c.end]) for c in cells):
        return None
    return [Span(*match.span(1)), Span(*match.span(2)), *cells]
