"""Where the next sign of some kind stands in a text that is read from its beginning to its end."""

import re

from deltarule.reading.limits import MAX_LINE

_BLANK_LINE = re.compile(r"\n[ \r\u200b]*\n")


class Lookahead:
    """Places that were looked up in one text: each stretch is searched for a sign once, however many lines ask."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._known: dict[str, tuple[int, int]] = {}  # where a sign was looked for, and where it stands

    def closing(self, closer: str, start: int) -> int | None:
        """Where a display ends, unless a blank line comes first."""
        stop = self._next(closer, start)
        if stop < 0 or stop - start > 8 * MAX_LINE:
            return None
        blank = self._next("\n\n", start)
        return None if 0 <= blank < stop else stop

    def _next(self, sign: str, start: int) -> int:
        """Next place of a sign, looked for once: lines are read in order; a blank line may hold blanks."""
        known = self._known.get(sign)
        if known is not None and known[0] <= start and (known[1] < 0 or known[1] >= start):
            return known[1]
        if sign == "\n\n":
            match = _BLANK_LINE.search(self.text, start)
            found = match.start() if match else -1
        else:
            found = self.text.find(sign, start)
        self._known[sign] = (start, found)
        return found
