"""Vectors and matrices that are drawn over several lines, each line with a bracket of its own.

``x = [1] - 0.5[2]`` above ``    [3]       [4]``: what stands between two brackets stands on whichever line the author
put it.
"""

from collections.abc import Callable, Sequence

from deltarule.rarely import rarely
from deltarule.reading.token import CLOSE, OPEN, OPERATOR, RELATION, SEPARATOR, WORD, Token
from deltarule.records import record
from deltarule.spans import Span

MAX_DRAWN = 12  # lines of one drawing
_GROUP = rarely(r"\[([^\[\]\n]{0,120})\]")
_PARTED = rarely(r"\s*[,;&]\s*|\s{2,}")
_NUMBER = rarely(r"[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:/\d+)?")
_CELL = rarely(r"\S+")
_SIGNS = ("=", "≈", "←", "→")
_NEAR = 2  # columns by which the brackets of a drawing may stand apart

Lexer = Callable[[int, int], list[Token]]


@record
class _Line:
    """One line of a drawing: what is in its brackets, and what stands before, between and behind them."""

    start: int
    groups: tuple[Span, ...]
    between: tuple[Span, ...]

    def gaps(self, columns: Sequence[int], count: int) -> dict[int, Span]:
        """What stands before each vector, or behind the last one, by the number of the vector."""
        ends = [-1, *columns, count]
        return {
            after: gap
            for before, after, gap in zip(ends, ends[1:], self.between, strict=False)
            if after == before + 1
        }


def drawn(text: str, lines: Sequence[Span], lexed: Lexer) -> tuple[list[Token], int] | None:
    """Tokens of what the first of these lines draw, each vector as one list, and how many lines it takes.

    No tokens, where something is drawn and its lines do not fit together.
    """
    parts = _lines(text, lines)
    columns = _columns(parts) if len(parts) > 1 else None
    if columns is None:
        return None
    count = 1 + max(map(max, columns))
    gaps = [part.gaps(own, count) for part, own in zip(parts, columns, strict=True)]
    between = [
        [span for gap in gaps if (span := gap.get(k)) and text[slice(*span)].strip()]
        for k in range(count + 1)
    ]
    signed = [
        [gap for gap in each if any(sign in text[slice(*gap)] for sign in _SIGNS)] for each in between[:count]
    ]
    if len(between[0]) > 1 or not any(signed) or any(len(each) > 1 for each in signed):
        return None
    found: list[Token] = []
    for k, each in enumerate(between):
        inside = _joined(text, each, lexed)
        rows = [part.groups[own.index(k)] for part, own in zip(parts, columns, strict=True) if k in own]
        matrix = _matrix(text, rows, lexed) if k < count else []
        if inside is None or (k < count and not matrix):
            return [], len(parts)
        if k == count and any(token.kind == WORD for token in inside):
            inside = []  # a remark
        elif 0 < k < count and not inside:
            at = matrix[0].start
            inside = [Token(OPERATOR, "*", at, at)]
        elif (
            k
            and inside
            and inside[0].kind != OPERATOR
            and any(token.kind == RELATION for token in inside[1:])
        ):
            found.append(Token(SEPARATOR, " ", inside[0].start, inside[0].start))
        found += inside + matrix
    return found, len(parts)


def _lines(text: str, lines: Sequence[Span]) -> list[_Line]:
    """The first lines that may be one drawing: brackets in each, and something in front of the first one at most once."""
    found: list[_Line] = []
    named = False
    for line in lines[:MAX_DRAWN]:
        groups = list(_GROUP.finditer(text, *line))
        starts = [line.start, *(group.end() for group in groups)]
        stops = [*(group.start() for group in groups), line.end]
        between = tuple(Span(*gap) for gap in zip(starts, stops, strict=True))
        if not groups or any(sign in text[slice(*gap)] for gap in between for sign in "[]"):
            break
        begins = bool(text[slice(*between[0])].strip())
        column = groups[0].start(1) - line.start
        apart = abs(column - (found[0].groups[0].start - found[0].start)) if found else 0
        if (begins and named) or apart > _NEAR:
            break
        named |= begins
        found.append(_Line(line.start, tuple(Span(*group.span(1)) for group in groups), between))
    return found


def _columns(lines: Sequence[_Line]) -> list[list[int]] | None:
    """Which vector each bracket of each line belongs to; None if that cannot be told."""
    widest = max(lines, key=lambda line: len(line.groups))
    if all(len(line.groups) == len(widest.groups) for line in lines):
        return [list(range(len(widest.groups))) for _ in lines]
    found: list[list[int]] = []
    for line in lines:
        below = [
            [k for k, other in enumerate(widest.groups) if _overlap(group, line.start, other, widest.start)]
            for group in line.groups
        ]
        own = [each[0] for each in below if len(each) == 1]
        if len(own) != len(below) or sorted(set(own)) != own:
            return None
        found.append(own)
    return found


def _overlap(one: Span, start: int, other: Span, begin: int) -> bool:
    """Whether two brackets stand above one another."""
    return one.start - start < other.end - begin and other.start - begin < one.end - start


def _joined(text: str, gaps: Sequence[Span], lexed: Lexer) -> list[Token] | None:
    """What stands between two vectors, on one line or the end of it on others too; None if the lines differ."""
    longest = max(gaps, key=lambda gap: len(text[slice(*gap)].strip()), default=None)
    if longest is None:
        return []
    whole = text[slice(*longest)].strip()
    if not all(whole.endswith(text[slice(*gap)].strip()) for gap in gaps):
        return None
    return lexed(*longest)


def _matrix(text: str, rows: Sequence[Span], lexed: Lexer) -> list[Token]:
    """The rows of one vector or matrix as a list; none if they are of different lengths."""
    cells = [each for row in rows if (each := _cells(text, row))]
    if not cells or len({len(each) for each in cells}) > 1:
        return []
    start, end = cells[0][0].start - 1, cells[-1][-1].end + 1
    found = [Token(OPEN, "[", start, start + 1)]
    for k, row in enumerate(cells):
        if k:
            found.append(Token(SEPARATOR, ",", row[0].start, row[0].start))
        found += _row(row, lexed)
    return [*found, Token(CLOSE, "]", end - 1, end)]


def _row(row: Sequence[Span], lexed: Lexer) -> list[Token]:
    if len(row) == 1:
        return lexed(*row[0])
    found = [Token(OPEN, "[", row[0].start, row[0].start)]
    for k, cell in enumerate(row):
        if k:
            found.append(Token(SEPARATOR, ",", cell.start, cell.start))
        found += lexed(*cell)
    return [*found, Token(CLOSE, "]", row[-1].end, row[-1].end)]


def _cells(text: str, row: Span) -> list[Span]:
    """Cells of a row: parted by commas or wide blanks, or by any blanks where each is a number."""
    pieces = [Span(*match.span()) for match in _CELL.finditer(text, *row)]
    if all(_NUMBER.fullmatch(text, *piece) for piece in pieces):
        return pieces
    found, at = [], row.start
    for parting in _PARTED.finditer(text, *row):
        found.append(Span(at, parting.start()))
        at = parting.end()
    found.append(Span(at, row.end))
    return [cell for cell in found if text[slice(*cell)].strip()]
