"""Lines that a program prints, each with its number in front: ``0 w: 1.0 loss: 25.0``, ``[3] x = 0.5, f = 2.1``, ``epoch=3, w=0.5``."""

import re

from deltarule.document import Heading
from deltarule.reading.headings import EPOCH_STEMS
from deltarule.spans import Span

MAX_COUNTED = 400  # characters of a line
_COUNTED = re.compile(
    r"[ \t>]{0,8}(?:#|[\[(]\s?|(?P<word>[^\W\d_]{2,12})\s{0,3}[=:#]\s{0,5})?(\d{1,6})(?:\s?[\])]?\s?[:,;|.)]|\s?[\])])?[ \t]{1,8}([^\W\d_]\w{0,20}(?:\([^()\n]{1,12}\))?\s{0,3}[=:≈])"
)


def counted_line(
    text: str, span: Span, neighbours: tuple[Span | None, Span | None], line: int
) -> Heading | None:
    """The number in front of a line, where the line before or behind it has the one before or behind, and the same name."""
    here = _match(text, span)
    if here is None:
        return None
    count, name = int(here[2]), _name(here)
    for other, earlier in zip(neighbours, (True, False), strict=True):
        near = None if other is None else _match(text, other)
        if (
            near is not None
            and _name(near) == name
            and (int(near[2]) < count) is earlier
            and int(near[2]) != count
        ):
            return Heading(Span(here.start(2), here.end(2)), line, epoch=count)
    return None


def behind_count(text: str, row: Heading) -> int:
    """Where what the line tells begins."""
    at = row.span.end
    while at < len(text) and text[at] in "]):,;|. \t":
        at += 1
    return at


def _match(text: str, span: Span) -> re.Match[str] | None:
    found = _COUNTED.match(text, span.start, span.end) if span.end - span.start <= MAX_COUNTED else None
    word = found["word"] if found is not None else None
    return found if word is None or word.lower().startswith((*EPOCH_STEMS, "iter")) else None


def _name(match: re.Match[str]) -> str:
    """The first name of a line with its sign, blanks left out, and the word that its number counts."""
    return "".join(f"{match['word'] or ''} {match[3]}".split())
