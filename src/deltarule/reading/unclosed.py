"""Mathematics that opens on one line and closes on a later one: how far it goes."""

from deltarule.rarely import rarely
from deltarule.reading.gone_on import goes_on_below
from deltarule.reading.limits import MAX_LINE, MAX_PRINTED
from deltarule.reading.state import Reading
from deltarule.spans import Span

_OPEN_LIST = rarely(r"[ >]{0,8}[^\W\d]\w{0,20}[ ]{0,4}=[ (]{0,20}\[[-+\d.,\[\] eE]{0,400}\r?")
_LISTED = rarely(r"[-+\d.,\[\]() eE\t;]{0,400}\r?")
_EQUALITY_OR_LABEL = rarely(r"[=≈:]")
_SUM_LEFT = rarely(r"\s?[-−]?[\d.,][\d.,+\-−*/×·() ]{0,120}[+\-−*/×·]\s{0,4}")  # $2 + 3 +
_OPERATORS = ("+", "-", "*", "/", "\\cdot", "\\times")
MAX_WORKING = 12  # lines of one working in brackets
MAX_LIST = 24  # lines of a list of numbers


def closing_line(reading: Reading, line: int, span: Span) -> int:
    """Last line of the paragraph's mathematics: what opens on one line may close on a later one."""
    if _opens_list(reading, span):
        return _end_of_list(reading, line, span)
    if not _open_at_end(reading.text, span.start, span.end) and not _open_before_sign(reading, line, span):
        last = _end_of_working(reading, line, span)
        return _end_of_sum(reading, line, span) if last == line else last
    for last in range(line + 1, min(line + 8, len(reading.source.line_starts)) + 1):
        here = reading.source.line_span(last)
        if not reading.text[here.start : here.end].strip() or here.end - span.start > MAX_LINE:
            return line
        if not _open_at_end(reading.text, span.start, here.end):
            return last
    return line


def _opens_list(reading: Reading, span: Span) -> bool:
    """Whether a list of numbers is given that goes on below: ``X = [[0, 1],``."""
    text = reading.text
    return (
        text.count("[", span.start, span.end) > text.count("]", span.start, span.end)
        and _OPEN_LIST.fullmatch(text, span.start, span.end) is not None
    )


def _end_of_working(reading: Reading, line: int, span: Span) -> int:
    """Last line of a working in brackets that goes on over lines, an operator between them; else the line itself."""
    text = reading.text
    depth = _left_open(text, span.start, span.end)
    if depth < 1 or not _EQUALITY_OR_LABEL.search(text, span.start, span.end):
        return line
    before = text[span.start : span.end].rstrip()
    for last in range(line + 1, min(line + MAX_WORKING, len(reading.source.line_starts)) + 1):
        here = reading.source.line_span(last)
        inside = text[here.start : here.end].strip()
        goes_on = before.endswith(_OPERATORS) or inside.startswith(_OPERATORS)
        if not goes_on or here.end - here.start > MAX_PRINTED or not inside:
            return line
        depth += _left_open(text, here.start, here.end)
        if depth < 1:
            return last
        before = inside
    return line


def _end_of_sum(reading: Reading, line: int, span: Span) -> int:
    """Last line of a sum or a product that goes on below, an operator between the lines; else the line itself."""
    here, last = span, line
    while last < min(line + MAX_WORKING, len(reading.source.line_starts)):
        below = reading.source.line_span(last + 1)
        if max(below.end - below.start, here.end - here.start) > MAX_PRINTED:
            break
        if not goes_on_below(reading.text, span, here, below):
            break
        last, here = last + 1, below
    return last


def _end_of_list(reading: Reading, line: int, span: Span) -> int:
    """Last line of a list that opens here; the line itself, where something else than numbers follows."""
    text = reading.text
    for last in range(line + 1, min(line + MAX_LIST, len(reading.source.line_starts)) + 1):
        here = reading.source.line_span(last)
        if here.end - here.start > MAX_PRINTED or _LISTED.fullmatch(text, here.start, here.end) is None:
            return line
        if text.count("[", span.start, here.end) <= text.count("]", span.start, here.end):
            return last
    return line


def _open_before_sign(reading: Reading, line: int, span: Span) -> bool:
    """Whether the left side of an equation ends a line within single dollars, and the next line begins with its sign."""
    text = reading.text
    inside = text[span.start : span.end]
    if "$" not in inside or "$$" in inside or (inside.count("$") - inside.count("\\$")) % 2 == 0:
        return False
    if line >= len(reading.source.line_starts):
        return False
    below = reading.source.line_span(line + 1)
    behind = text[below.start : below.end].lstrip(" \t>")
    return behind.startswith(("=", "\\approx", "≈")) and "$" in behind


def _open_at_end(text: str, start: int, end: int) -> bool:
    """Whether mathematics between single dollars or round brackets is still open at the end."""
    inside = text[start:end]
    if "$" in inside:
        if "$$" in inside:
            return False
        last = inside[inside.rfind("$") + 1 :]
        return (inside.count("$") - inside.count("\\$")) % 2 == 1 and (
            any(sign in last for sign in "=\\^_") or _SUM_LEFT.fullmatch(last) is not None
        )
    return inside.count("\\(") > inside.count("\\)")


def _left_open(text: str, start: int, end: int) -> int:
    """How many more brackets open in a stretch than close."""
    opened = text.count("(", start, end) + text.count("[", start, end)
    return opened - text.count(")", start, end) - text.count("]", start, end)
