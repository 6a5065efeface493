"""Samples that a line names by the letter that counts them: ``i=1: z = 0.3``, ``for n = 2, z = 0.4``, and ``z: i=1 -0.4, i=2 0.7``."""

import re
from collections.abc import Sequence

from deltarule.document import Heading
from deltarule.rarely import rarely
from deltarule.spans import Span

MAX_INDEXED = 400  # characters of a line
_LETTERS = "ijkmn"
# y_i, p_{i}, t^{(i)}; looked for by the sign between name and letter, of which a text has few
_OF_SAMPLES = re.compile(
    r"[_^](?:(?<=(?<![^\W_])[ytpzŷ][_^])|(?<=\\hat\{y\}[_^])|(?<=\\haty[_^])|(?<=\\haty\}[_^]))"
    r"(?:(?<=_)\{?|(?<=\^)\{?\()([ijkmn])(?![\w+\-])"
)
# a column of a table that is headed by the letter
_HEADING_ROWS = rarely(r"^[ \t]{0,4}\|\s{0,6}\$?([ijkmn])\$?\s{0,6}\|", re.MULTILINE)
# w_i counts weights, x_{k+1} steps
_OF_OTHERS = rarely(
    r"[_^(](?:(?:(?<=[wθ]_)|(?<=\\theta_)|(?<=\\mathbf\{w\}_))\{?([ijkmn])(?!\w)|\{?\(?([ijkmn])\s?\+\s?1)"
)
_FOR = r"(?i:for|with|at|für|bei|mit|pour|para|con|com|per|pentru|для|при|untuk|cho|với|voor|dla|för|当|对于)"
_INDEXED = rarely(
    rf"[ \t>]{{0,12}}(?:[-*+•][ \t]{{1,3}})?(?P<for>{_FOR}\s{{1,3}})?[*(]{{0,3}}\$?(?P<letter>[ijkmn])\s?=\s?(?P<count>\d{{1,3}})"
    r"\$?(?:[*]{0,3}\s{0,2}(?:[:：→⇒]|->|=>)|\)[*]{0,3}\s{0,2}(?:[:：→⇒]|->|=>)?|(?(for),(?=\s)|(?!)))"
)
_VALUE = r"[-−–+]?\s?\d{1,9}(?:(?:\{,\}|[.,])\d{1,12})?(?![\w.{]|,\d)"
_ENTRY = rarely(
    rf"\$?([ijkmn])\s?=\s?(\d{{1,3}})\$?\s?[:→]?[ \t]{{1,3}}\$?({_VALUE})\$?\s{{0,2}}[,;.]?\s{{0,3}}"
)
_FEWEST = 2


def letters_of_samples(text: str) -> str:
    """The letters by which a document counts its samples."""
    found = set(_OF_SAMPLES.findall(text))
    if "|" in text:
        found |= set(_HEADING_ROWS.findall(text))
    others = {match[1] or match[2] for match in _OF_OTHERS.finditer(text)} if found else set()
    return "".join(letter for letter in _LETTERS if letter in found - others)


def indexed_line(text: str, start: int, end: int, line: int, letters: str) -> tuple[Heading, int] | None:
    """The sample that a line is of by what it begins with, and where it goes on."""
    match = _INDEXED.match(text, start, end) if end - start <= MAX_INDEXED else None
    if match is None or match["letter"] not in letters:
        return None
    where = Span(match.start("letter"), match.end("count"))
    return Heading(where, line, sample=int(match["count"])), match.end()


def listed_by_index(text: str, start: int, end: int, letters: str) -> tuple[int, Sequence[Span]] | None:
    """The values of the first samples in order where a line lists them by their letter, and where the list begins."""
    if not letters or end - start > MAX_INDEXED:
        return None
    first = next((match for match in _ENTRY.finditer(text, start, end) if match[1] in letters), None)
    values: list[Span] = []
    match = first
    while match is not None and match[1] in letters and int(match[2]) == len(values) + 1:
        values.append(Span(match.start(3), match.end(3)))
        match = _ENTRY.match(text, match.end(), end)
    return (first.start(), values) if first is not None and len(values) >= _FEWEST else None
