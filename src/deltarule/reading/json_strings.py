"""A text put together from strings of a JSON file, which keeps where each of its characters stands in the file."""

import json
import re
from collections.abc import Iterator
from typing import TypeAlias

from deltarule.rarely import rarely
from deltarule.spans import Origin, Source, Span

Path: TypeAlias = tuple[str | int, ...]

MAX_DEPTH = 8  # of the strings whose places are kept

_TOKENS = rarely(r'"([^"\\]*(?:\\.[^"\\]*)*)"|[\[\]{},]', re.DOTALL)
_PAIR = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # one character beyond the first 65,536
_ESCAPES = rarely(rf"{_PAIR}|\\u[0-9a-fA-F]{{4}}|\\.", re.DOTALL)


def string_places(text: str) -> dict[Path, Span]:
    """Where the strings of a sound JSON text stand within their quotes, by the keys and positions that lead to them."""
    found: dict[Path, Span] = {}
    path: list[str | int] = []
    awaits_key = False
    for token in _TOKENS.finditer(text):
        sign = token[0]
        if sign in "[{":
            path.append(0 if sign == "[" else "")
            awaits_key = sign == "{"
        elif sign in "]}":
            path.pop()
            awaits_key = False
        elif sign == ",":
            last = path[-1]
            awaits_key = isinstance(last, str)
            if isinstance(last, int):
                path[-1] = last + 1
        elif awaits_key:
            path[-1], awaits_key = json.loads(sign) if "\\" in sign else token[1], False
        elif len(path) <= MAX_DEPTH:
            found[tuple(path)] = Span(*token.span(1))
    return found


class Excerpts:
    """Strings of a file, one behind the other, with a blank line between two pieces."""

    def __init__(self, file: Source) -> None:
        self.file = file
        self._places = string_places(file.text)
        self._texts: list[str] = []
        self._length = 0
        self._starts: list[tuple[int, int, int]] = [(0, 0, 0)]  # as in an origin

    def add(self, path: Path, value: object) -> None:
        """Take over a text that is stored as one string or as a list of lines; one that is blank is passed over."""
        lines = list(enumerate(value)) if isinstance(value, list) else []
        strings = [((*path, k), line) for k, line in lines if isinstance(line, str)]
        if isinstance(value, str):
            strings = [(path, value)]
        text = "".join(string for _, string in strings).rstrip("\n")
        if not text.strip():
            return
        if self._texts:
            self._texts.append("\n\n")
            self._length += 2
        at, end = self._length, self._length + len(text)
        for where, string in strings:
            self._starts += [each for each in self._spread(self._places[where], at) if each[0] < end]
            at += len(string)
        start, place, width = self._starts[-1]
        self._starts.append((end, place + (end - start) * width, 0))
        self._texts.append(text)
        self._length = end

    def _spread(self, place: Span, at: int) -> Iterator[tuple[int, int, int]]:
        """Runs of characters that take up as many in the file each: escapes one by one, and what is between them."""
        done = place.start
        for escape in _ESCAPES.finditer(self.file.text, *place):
            if escape.start() > done:
                yield at, done, 1
                at += escape.start() - done
            yield at, escape.start(), escape.end() - escape.start()
            at, done = at + 1, escape.end()
        if place.end > done:
            yield at, done, 1

    def source(self, code: str) -> Source:
        """The text, under the name of the file."""
        starts, places, widths = zip(*self._starts, strict=True)
        return Source(
            self.file.name, "".join(self._texts) + "\n", code, Origin(self.file, starts, places, widths)
        )
