"""Places in a text: where a piece starts and ends, and how to show it."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple


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


@dataclass(frozen=True)
class Source:
    """A text with a name; lines end at a newline, whatever other separators it holds.

    `code` are the programs that belong to the text without standing in it, as the cells of a notebook do.
    """

    name: str
    text: str
    code: str = ""

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
