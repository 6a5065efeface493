"""How sure an OCR program was of what it read: Mathpix's side-car files, laid over the text that they belong to.

Read are ``NAME.lines.mmd.json`` and ``NAME.lines.json`` of documents (``pages``, each with ``lines``), and the answers for
single images with ``line_data`` or ``word_data``, or with one figure for the whole. Of each piece its text is used
(``text_display`` before ``text``) and its ``confidence``, which Mathpix gives as the probability that all of it is right;
where it is missing, ``confidence_rate``. Pieces are found in the document in reading order, whatever their blanks and
delimiters; one that is not found says nothing. See docs.mathpix.com, "line data" and "word data".
"""

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from deltarule.document import Confidence
from deltarule.errors import InputError
from deltarule.spans import Source, Span

SUFFIXES = (".lines.mmd.json", ".lines.json")  # the first holds the document's own text
MAX_PIECES = 50_000
REACH, SHORT_REACH, SHORT = 20_000, 400, 8  # how far ahead a piece is looked for, and one of few characters
_LEFT_OUT = re.compile(r"\\[()\[\]]|[$\s]")
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,30})?(?:[eE]-?\d{1,2})?")


def side_car(name: str) -> str | None:
    """Path of the side-car that lies beside an ``.mmd`` file, if there is one."""
    path = Path(name)
    if path.suffix.lower() != ".mmd":
        return None
    return next((str(near) for suffix in SUFFIXES if (near := path.with_suffix(suffix)).is_file()), None)


def read_confidences(side: Source, document: Source) -> tuple[Confidence, ...]:
    """Confidences of a side-car, at their places in the document.

    Raises
    ------
    InputError
        It is no such file.
    """
    try:
        content = json.loads(side.text, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise _useless(side) from None
    pieces = list(_pieces(content))[:MAX_PIECES]
    if not pieces:
        whole = _confidence(content) if isinstance(content, dict) else None
        if whole is None:
            raise _useless(side)
        return (Confidence(Span(0, len(document.text)), whole),)
    return tuple(_placed(pieces, document.text))


def _useless(side: Source) -> InputError:
    remedy = "give the .lines.json or .lines.mmd.json that Mathpix wrote for this document"
    return InputError("holds no confidences of an OCR program", remedy, side.name)


def _pieces(content: Any) -> Iterator[tuple[str, Fraction]]:
    """Texts with their confidence, in reading order."""
    for line in _lines(content):
        if isinstance(line, dict):
            text = next(
                (
                    line[key]
                    for key in ("text_display", "text")
                    if isinstance(line.get(key), str) and line[key]
                ),
                "",
            )
            confidence = _confidence(line)
            if text and confidence is not None:
                yield text, confidence


def _lines(content: Any) -> Iterator[Any]:
    if isinstance(content, list):
        yield from content
    elif isinstance(content, dict):
        for page in _listed(content, "pages"):
            yield from _listed(page, "lines")
        yield from _listed(content, "word_data") or _listed(content, "line_data")


def _listed(content: Any, key: str) -> list[Any]:
    found = content.get(key) if isinstance(content, dict) else None
    return found if isinstance(found, list) else []


def _confidence(piece: dict[str, Any]) -> Fraction | None:
    for key in ("confidence", "confidence_rate"):
        written = piece.get(key)
        if isinstance(written, str) and _NUMBER.fullmatch(written):
            value = Fraction(written)
            return value if value <= 1 else None
    return None


def _placed(pieces: list[tuple[str, Fraction]], text: str) -> Iterator[Confidence]:
    """Each piece where it stands in the text, looked for from the end of the one before."""
    bare, places = _bare(text)
    at = 0
    for piece, confidence in pieces:
        wanted, _ = _bare(piece)
        if not wanted:
            continue
        reach = SHORT_REACH if len(wanted) < SHORT else REACH
        found = bare.find(wanted, at, at + reach + len(wanted))
        if found >= 0:
            at = found + len(wanted)
            yield Confidence(Span(places[found], places[at - 1] + 1), confidence)


def _bare(text: str) -> tuple[str, list[int]]:
    """The text without blanks and delimiters, and where each character of it stands."""
    kept: list[str] = []
    places: list[int] = []
    at = 0
    for gap in _LEFT_OUT.finditer(text):
        kept.append(text[at : gap.start()])
        places += range(at, gap.start())
        at = gap.end()
    kept.append(text[at:])
    places += range(at, len(text))
    return "".join(kept), places
