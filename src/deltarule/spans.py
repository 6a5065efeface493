"""Places in a text: where a piece starts and ends, and how to show it."""

from bisect import bisect_right
from collections.abc import Callable
from functools import cached_property, partial
from typing import NamedTuple

from deltarule.records import guarded


class Span(NamedTuple):
    """A piece of a text, as offsets in code points; the end is exclusive."""

    start: int
    end: int

    def cover(self, other: "Span") -> "Span":
        """Return the smallest span that holds both."""
        (start, end), (begin, stop) = self, other
        return span_of((start if start <= begin else begin, end if end >= stop else stop))

    def holds(self, other: "Span") -> bool:
        """Whether another span lies within this one."""
        return self.start <= other.start and other.end <= self.end


# a span of its two offsets, made without a call in Python: hundreds are made for a page
span_of: Callable[[tuple[int, int]], Span] = partial(tuple.__new__, Span)


class Place(NamedTuple):
    """Where a piece stands for a person or an editor: counted from 1, in code points; the end column is exclusive.

    Of a piece of several lines it is what stands on the first; `ends` says whether that is all of it.
    """

    line: int
    column: int
    end_column: int
    ends: bool


@guarded
class Origin:
    """Where a text that was taken out of a file, piece by piece, stands in that file.

    A piece begins at `starts` in the text and at `places` in the file, and each of its characters takes up so many there
    (`widths`): one, more where it is written as an escape, none where it does not stand in the file at all.
    """

    file: "Source"
    starts: tuple[int, ...]
    places: tuple[int, ...]
    widths: tuple[int, ...]

    def offset(self, offset: int) -> int:
        """Where a character of the text begins in the file."""
        return self._within(max(bisect_right(self.starts, offset) - 1, 0), offset)

    def end(self, offset: int) -> int:
        """Where the character in front of an offset of the text ends in the file."""
        return self._within(max(bisect_right(self.starts, offset - 1) - 1, 0), offset)

    def _within(self, piece: int, offset: int) -> int:
        return self.places[piece] + max(offset - self.starts[piece], 0) * self.widths[piece]


@guarded
class Source:
    """A text with a name; lines end at a newline, whatever other separators it holds.

    `code` are the programs that belong to the text without standing in it, as the cells of a notebook do. A text that was
    taken out of a file has an `origin`: what is told of it has the lines and columns of the file (`told_line`, `place`), what
    is worked out with it has its own.
    """

    name: str
    text: str
    code: str = ""
    origin: Origin | None = None

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offsets at which lines start."""
        starts, at = [0], self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return tuple(starts)

    def line(self, offset: int) -> int:
        """Line of an offset, counted from 1."""
        return bisect_right(self.line_starts, offset)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both counted from 1, in code points."""
        line = self.line(offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line_of(self, span: Span) -> int:
        """The line on which a person finds the beginning of a piece."""
        return self.line(span.start) if self.origin is None else self.place(span).line

    def told_line(self, line: int) -> int:
        """The number by which a person finds line number `line`: that of the file where the text was taken out of one."""
        if self.origin is None or not 1 <= line <= len(self.line_starts):
            return line
        return self.origin.file.line(self.origin.offset(self.line_starts[line - 1]))

    def own_place(self, span: Span) -> Place:
        """Where a piece stands in this text."""
        line, column = self.position(span.start)
        end_line, end_column = self.position(span.end)
        if end_line == line:
            return Place(line, column, end_column, True)
        return Place(line, column, self.line_span(line).end - self.line_starts[line - 1] + 1, False)

    def place(self, span: Span) -> Place:
        """Where a person finds a piece: in the file where the text was taken out of one."""
        if self.origin is None:
            return self.own_place(span)
        stop = min(span.end, self.line_span(self.line(span.start)).end)
        start = self.origin.offset(span.start)
        end = self.origin.end(stop) if stop > span.start else start
        found = self.origin.file.own_place(Span(start, max(start, end)))
        return found._replace(ends=found.ends and stop == span.end)

    @cached_property
    def line_spans(self) -> tuple[Span, ...]:
        """Where the lines stand, without their newlines."""
        ends = [start - 1 for start in self.line_starts[1:]]
        return tuple(map(span_of, zip(self.line_starts, [*ends, len(self.text)], strict=True)))

    def line_span(self, line: int) -> Span:
        """Where line number `line` stands, without its newline."""
        return self.line_spans[line - 1]

    def line_text(self, line: int) -> str:
        """Text of line number `line`, without its newline."""
        span = self.line_span(line)
        return self.text[span.start : span.end].rstrip("\r")

    def extract(self, span: Span) -> str:
        """Text of a span."""
        return self.text[span.start : span.end]
