"""Lines of a log: numbers, each behind the words or the name that tell what it is, ``epoch 3 | loss 0.57 | w: 0.30 -> 0.42``.

Read off the text itself: what programs print has neither the signs nor the order of mathematics.
"""

import re
from typing import NamedTuple

from deltarule.checking.columns.blocks import Cell
from deltarule.errors import DeltaruleError
from deltarule.records import record
from deltarule.spans import Span
from deltarule.written import parse_number

MAX_LINE = 400
MAX_CELLS = 16
_NUMBERS = {
    ".": re.compile(
        r"(?<![\w.^])[-+−–]?(?:(?<![\[(,])\d{1,3}(?:,\d{3}){1,4}(?![\d,)\]])(?:\.\d{1,25})?|\d{1,15}(?:\.\d{1,25})?|\.\d{1,25})"
        r"(?:[eE][-+−]?\d{1,3})?(?![\w%]|\.\d)"
    ),
    ",": re.compile(r"(?<![\w,^])[-+−–]?\d{1,15}(?:,\d{1,25})?(?:[eE][-+−]?\d{1,3})?(?![\w%]|,\d)"),
}
_ARROW = re.compile(r"(?<![-=])[-=]+>|→|⟶|⇒|➜|\\(?:to|rightarrow)\b")
_PARTS = re.compile(r"[|;,\t]|\s{2,}|(?<![-=])[-=]+>|→|⟶|⇒|➜")
_SIGNS = " \t|,;:=≈~*`\"'#$&\\→⟶⇒➜>←<-−–…."
_OPENING = "([{" + _SIGNS
_OPERATOR = re.compile(r"(?:[+*/×·⋅^]|(?<![-=\s])[-−–]|\s[-−–]|[\w)\]]\()\s{0,3}\Z")
_LISTED_BEHIND = re.compile(r"\s{1,3}[-−–](?=[\d.])")  # [ 0.5 -0.1], which is a list
_OPERATOR_BEHIND = re.compile(r"\s{0,3}(?:[+*×·⋅^]|/\s{0,2}[\d.(]|[-−–]\s{0,2}\d|\()")
_SO_MANY_BEHIND = re.compile(r"\s{0,2}/\s{0,2}\d+(?![\d.])")
_OF_SO_MANY = re.compile(r"\s{0,2}/\s{0,2}\Z")  # Epoch 3/100
_ALONE = re.compile(r"[-+−]?(?:\d{1,15}\.?\d{0,25}|\.\d{1,25})(?:[eE][-+]?\d{1,3})?")
_POINT, _COMMA = re.compile(r"\d\.\d"), re.compile(r"\d,\d")
_SETTING = re.compile(r"[^\W\d]")


class Key(NamedTuple):
    """What tells a number from the others of its line: its words, which number of a list it is, whether an arrow leads to it."""

    label: str
    part: int = 0
    is_after: bool = False


@record
class LogLine:
    """The numbers of a line by their keys; `is_worked` if something is calculated on it."""

    line: int
    cells: dict[Key, Cell]
    is_worked: bool


def decimal_mark(text: str) -> str:
    """Whether numbers of a text have a comma or a point in front of their decimals."""
    return "," if _COMMA.search(text) is not None and _POINT.search(text) is None else "."


def log_line(text: str, span: Span, line: int, mark: str) -> LogLine | None:
    """The numbers of a line; None where there is none behind a word."""
    if not 3 <= span.end - span.start <= MAX_LINE:
        return None
    cells: dict[Key, Cell] = {}
    last, end, is_worked, has_words = Key(""), span.start, False, False
    for match in _NUMBERS[mark].finditer(text, span.start, span.end):
        between = text[end : match.start()]
        if match[0][0] in "-+−–" and between.rstrip(" ")[-1:] in ")]":
            is_worked |= not _is_listed(text, match, span)
        if _OF_SO_MANY.fullmatch(between) is not None and cells:
            end = match.end()
            continue
        is_operand = _OPERATOR.search(between) is not None or (
            _OPERATOR_BEHIND.match(text, match.end(), span.end) is not None
            and not (_LISTED_BEHIND.match(text, match.end(), span.end) and _is_listed(text, match, span))
            and _SO_MANY_BEHIND.match(text, match.end(), span.end) is None
        )
        is_worked |= is_operand
        label = label_of(between)
        if label:
            last = Key(label)
        elif cells or last.label:
            is_after = _ARROW.search(between) is not None
            last = Key(last.label, last.part, True) if is_after else last._replace(part=last.part + 1)
        end = match.end()
        has_words |= bool(label)
        try:
            written = parse_number(_plain(match[0], mark))
        except DeltaruleError:
            return None
        if last not in cells and len(cells) < MAX_CELLS:
            cells[last] = Cell(written, Span(match.start(), match.end()), line, is_operand)
    return LogLine(line, cells, is_worked) if cells and has_words else None


def _is_listed(text: str, match: re.Match[str], span: Span) -> bool:
    """Whether a number stands in a list in brackets that has no commas, ``[ 0.5 -0.1]``, as programs print arrays."""
    start = text.rfind("[", span.start, match.start())
    end = text.find("]", match.end(), span.end)
    return start >= 0 and end >= 0 and all(map(_ALONE.fullmatch, text[start + 1 : end].split()))


def label_of(text: str) -> str:
    """The words or the name that stand in front of a number, without what sets them apart."""
    found = _PARTS.split(text.strip(_SIGNS).rstrip(_OPENING))[-1].strip(_SIGNS)
    while found[-1:] in "([{" and found:
        found = found[:-1].rstrip(_SIGNS)
    while found[:1] in ")]}([{" and found:
        found = found[1:].lstrip(_SIGNS)
    if found[-1:] == ")" and "(" not in found:
        found = found[:-1]
    return found.casefold() if _SETTING.search(found) is not None else ""


def _plain(number: str, mark: str) -> str:
    plain = number.replace("−", "-").replace("–", "-").lstrip("+")
    return plain.replace(",", ".") if mark == "," else plain.replace(",", "")
