r"""Lists and matrices in brackets, as they stand in a text: ``[1, 2]``, ``[[0 0]\n [0 1]]``, ``[0, 0], [0, 1], [1, 0]``, ``[0 0; 0 1]``."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice, pairwise

from deltarule.checking.columns.blocks import Cell
from deltarule.errors import DeltaruleError
from deltarule.rarely import rarely
from deltarule.records import record
from deltarule.spans import Source, Span
from deltarule.written import parse_number

MAX_LISTS = 400
_BEFORE = 40  # characters in front of a list that may name it
_NUMBER = r"[-+−]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][-+−]?\d{1,3})?"
ROW = rf"[\[(]\s{{0,3}}{_NUMBER}(?:(?:\s{{0,3}},\s{{0,9}}|[\s~]{{1,9}}){_NUMBER}){{0,39}}\s{{0,6}}+(?:,\s{{0,3}}+)?+[\])]"
_MATRIX = rarely(  # possessive between rows, as in `data`
    rf"[\[({{]\s{{0,3}}({ROW}(?:\s{{0,23}}+(?:,\s{{0,20}}+)?+{ROW}){{1,39}}+)\s{{0,3}}[\])}}]|({ROW})"
)
_SET_OUT = rarely(
    rf"\[\s{{0,3}}({_NUMBER}(?:[,; \t\n]{{1,6}}{_NUMBER}){{1,200}})\s{{0,3}};?\s{{0,3}}\]"
)  # rows end in a semicolon
_EACH_ROW, _EACH = rarely(ROW), rarely(_NUMBER)
_NEXT = rarely(r"\s{0,3}[,;]\s{0,3}")
_NAME = rarely(
    r"([^\W\d][\w.]{0,30})\}?(?:\^\{?\(?0\)?\}?)?[*`$'\"]{0,3}\s{0,3}(?:\([\w ]{1,20}\))?\s{0,3}(?:=|:|<-|←|是|は|[:]?\n)\s{0,3}\S{0,14}$"
)


@record
class Listed:
    """Rows of numbers with their places; `name` is the word in front. A list without rows has one number a row."""

    rows: tuple[tuple[Cell, ...], ...]
    span: Span
    name: str
    is_flat: bool

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All its numbers."""
        return tuple(cell for row in self.rows for cell in row)

    @property
    def values(self) -> tuple[tuple[Fraction, ...], ...]:
        """The numbers by rows."""
        return tuple(tuple(cell.written.value for cell in row) for row in self.rows)

    @property
    def width(self) -> int:
        """How many numbers a row has."""
        return len(self.rows[0])


def lists_in(source: Source, extent: Span) -> list[Listed]:
    """The lists and matrices of a stretch of a text; rows set in a row without a bracket around them come as a matrix as well."""
    text = source.text
    found: list[Listed] = []
    for match in _MATRIX.finditer(text, extent.start, extent.end):
        flat = match[1] is None
        spans = (
            [match.span(2)] if flat else [each.span() for each in _EACH_ROW.finditer(text, *match.span(1))]
        )
        rows = tuple(tuple(_cells(source, *span)) for span in spans)
        if flat:
            rows = tuple((cell,) for cell in rows[0])
        if rows and len({len(row) for row in rows}) == 1 and rows[0]:
            called = _NAME.search(text, max(match.start() - _BEFORE, extent.start), match.start() + 1)
            found.append(Listed(rows, Span(*match.span()), called[1] if called else "", flat))
            if len(found) == MAX_LISTS:
                break
    if text.find(";", extent.start, extent.end) >= 0:
        found = sorted([*found, *_set_out(source, extent, found)], key=lambda each: each.span.start)
    return found


def _set_out(source: Source, extent: Span, known: list[Listed]) -> Iterator[Listed]:
    """Matrices whose rows end in semicolons."""
    text = source.text
    taken = {each.span.start for each in known}
    for match in islice(_SET_OUT.finditer(text, extent.start, extent.end), MAX_LISTS):
        if ";" not in match[0] or match.start() in taken:
            continue
        begins = [match.start(1), *(at + 1 for at in range(match.start(1), match.end(1)) if text[at] == ";")]
        ends = [*(begin - 1 for begin in begins[1:]), match.end(1)]
        rows = tuple(tuple(_cells(source, begin, end)) for begin, end in zip(begins, ends, strict=True))
        rows = tuple(row for row in rows if row)
        if len(rows) > 1 and len({len(row) for row in rows}) == 1:
            called = _NAME.search(text, max(match.start() - _BEFORE, extent.start), match.start() + 1)
            yield Listed(rows, Span(*match.span()), called[1] if called else "", len(rows[0]) == 1)


def in_a_row(text: str, found: list[Listed]) -> Iterator[Listed]:
    """The matrices that lists make which follow one another, with a comma between them."""
    run: list[Listed] = []
    for one, other in pairwise([*found, None]):
        assert one is not None
        run.append(one)
        goes_on = (
            other is not None
            and one.is_flat
            and other.is_flat
            and len(one.rows) == len(other.rows)
            and not other.name
            and _NEXT.fullmatch(text, one.span.end, other.span.start) is not None
        )
        if not goes_on:
            if len(run) > 1:
                rows = tuple(each.cells for each in run)
                yield Listed(rows, run[0].span.cover(run[-1].span), run[0].name, is_flat=False)
            run = []


def _cells(source: Source, start: int, end: int) -> Iterator[Cell]:
    for match in _EACH.finditer(source.text, start, end):
        try:
            written = parse_number(match[0].replace("−", "-").lstrip("+").rstrip("."))
        except DeltaruleError:
            continue
        yield Cell(written, Span(*match.span()), source.line(match.start()))
