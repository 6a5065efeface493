"""Mathematics between delimiters on a line of text: ``$w = 1$``, ``\\(w = 1\\)``."""

import re
from collections.abc import Iterator

_MATH_OPENER = re.compile(r"\$\$?|\\\\?[(\[]")


def delimited(text: str, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Mathematics between delimiters on a line: where each opens, its inside, where it closes."""
    at = start
    closed = {"\\)": True, "\\]": True, "$$": True, "$": True}  # whether a closer may still come
    while True:
        match = _MATH_OPENER.search(text, at, end)
        if match is None:
            return
        opener = match[0]
        closer = {"(": "\\)", "[": "\\]"}.get(opener[-1], opener)
        stop = text.find(closer, match.end(), end) if closed[closer] else -1
        if stop < 0:
            closed[closer] = False
            at = match.end()
            continue
        doubled = stop - 1 if closer != opener and text[stop - 1] == "\\" else stop
        if opener == "$" and not _dollars(text, match.end(), stop):
            at = match.end()
            continue
        yield match.start(), match.end(), doubled, stop + len(closer)
        at = stop + len(closer)


def _dollars(text: str, first: int, last: int) -> bool:
    """Whether two dollars hold mathematics and not an amount of money."""
    inside = text[first:last]
    if not inside.strip():
        return False
    tight = not inside[0].isspace() and not inside[-1].isspace()
    return tight or any(sign in inside for sign in "=\\^_")
