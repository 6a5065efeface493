"""The numbers of a text that may belong to a series, each with its place."""

import re
from collections.abc import Iterator
from itertools import islice

from deltarule.checking.columns.blocks import Cell
from deltarule.errors import InputError
from deltarule.rarely import rarely
from deltarule.spans import Source, Span
from deltarule.written import parse_number

MAX_NUMBERS = 20_000
_BEGIN = r"(?<![\w.^_\\])(?<![_^]\{)[-+−–]?"
_END = r"(?:[eE][-+−]?\d{1,3})?(?![\w.]?\w)"
_WITH_POINTS = rarely(
    rf"{_BEGIN}(?:\d{{1,30}}(?:(?:\.|\{{[.,]\}})\d{{1,30}}|\.(?=[\s\]]))?|\.\d{{1,30}}){_END}"
)
_WITH_COMMAS = rarely(rf"{_BEGIN}\d{{1,30}}(?:(?:[.,]|\{{[.,]\}})\d{{1,30}})?{_END}")
_COMMAS, _POINTS = (
    re.compile(r"(?<!\d,)(?<!\d)\d{1,30}(?:,|\{,\})\d{1,30}(?!\d|,\d)"),
    re.compile(r"\d\.\d"),
)  # not [3,5,7]
_BULLETS = ("-", "*", "+")  # in front of the items of a list
_WORKED_BEFORE = rarely(r"(?:[+*×·∙⋅^−–-]|\\(?:cdot|times))\s?$|[\w)\]²³'/]$")
_WORKED_BEHIND = rarely(r"[^\S\n]?(?:[+*×·∙⋅^(]|\\(?:cdot|times)|[−–-]\s(?![^\W\d]\w{0,20}\s?[:=]))|/\d")


def numbers_of(source: Source, extent: Span) -> Iterator[Cell]:
    """The numbers of a stretch of a text, in reading order; those that something is worked out with are marked as such."""
    text, stretch = source.text, (extent.start, extent.end)
    commas, points = (len(pattern.findall(text, *stretch)) for pattern in (_COMMAS, _POINTS))
    pattern = _WITH_COMMAS if commas > points else _WITH_POINTS
    for match in islice(pattern.finditer(text, *stretch), MAX_NUMBERS):
        start = match.start()
        plain = match[0].replace("−", "-").replace("–", "-").replace(",", ".")
        try:
            written = parse_number(plain.replace("{", "").replace("}", ""))
        except InputError:
            continue
        before = text[max(start - 8, 0) : start]
        signed = plain[0] in "+-" and before[-1:].isspace()  # 0.5 -0.3 are two numbers
        first = before.rpartition("\n")
        listed = bool(first[1]) and first[2].strip() in _BULLETS
        worked = _WORKED_BEHIND.match(text, match.end()) or (
            None if signed or listed else _WORKED_BEFORE.search(before)
        )
        yield Cell(written, Span(start, match.end()), source.line(start), bool(worked))
