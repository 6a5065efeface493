"""What programs print and define: matrices below their names, functions of one expression."""

import re

from deltarule.document import Claim, Link
from deltarule.errors import InputError
from deltarule.rarely import rarely
from deltarule.reading import code_functions
from deltarule.reading.limits import MAX_PRINTED
from deltarule.reading.mathtext import parse
from deltarule.reading.not_read import NotReadError
from deltarule.reading.state import Reading
from deltarule.reading.token import CLOSE, OPEN, SEPARATOR, Token
from deltarule.reading.worked_cells import plain
from deltarule.spans import Span

_PRINTED_NAME = re.compile(r"[ >]{0,8}[A-Za-z]\w{0,20}[ ]{0,4}=[ \r]*")
_LINE_ENDS = frozenset("= \r")  # what such a line ends with
_PRINTED_NUMBER = rarely(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eED][-+]?\d+)?")
_PRINTED_ROW = rarely(rf"{_PRINTED_NUMBER.pattern}(?:[ ]+{_PRINTED_NUMBER.pattern})*")


def printed(reading: Reading, line: int, span: Span) -> int | None:
    """``w =``, and a line or two below the numbers, as programs for matrices print them."""
    text = reading.text
    if text[span.end - 1] not in _LINE_ENDS or _PRINTED_NAME.fullmatch(text, span.start, span.end) is None:
        return None
    last = len(reading.source.line_starts)
    below = [reading.source.line_span(at) for at in range(line + 1, min(line + 4, last) + 1)]
    texts = [reading.text[here.start : here.end].strip() for here in below]
    at = next((k for k, text in enumerate(texts) if text), None)
    if at is None or _PRINTED_ROW.fullmatch(texts[at]) is None or len(texts[at]) > MAX_PRINTED:
        return None
    if at + 1 < len(texts) and _PRINTED_ROW.fullmatch(texts[at + 1]):
        return None  # a matrix
    here = below[at]
    numbers = [Span(m.start(), m.end()) for m in _PRINTED_NUMBER.finditer(reading.text, here.start, here.end)]
    found = reading.tokens.of(span.start, span.end, latex=False)
    if len(numbers) > 1:
        found.append(Token(OPEN, "[", numbers[0].start, numbers[0].start))
    for k, number in enumerate(numbers):
        if k:
            found.append(Token(SEPARATOR, ",", number.start, number.start))
        bare = number.end - reading.text.startswith(".", number.end - 1)  # 0.
        found += reading.tokens.of(number.start, bare, latex=False)
    if len(numbers) > 1:
        found.append(Token(CLOSE, "]", numbers[-1].end, numbers[-1].end))
    reading.claims.piece(found)
    reading.claims.close()
    return line + 2 + at


def code_function(reading: Reading, line: int, span: Span) -> int | None:
    """``def f(x):`` over ``return x**2 - 4*x``: the function, if it is a formula in numbers and its arguments."""
    text = reading.text
    match = code_functions.one_line(text, span.start, min(span.end, span.start + 400))
    if match is not None:
        body = Span(*code_functions.body_end(text, match.end(), span.end))
        return line + 1 if _code_formula(reading, match, body) else None
    match = code_functions.head(text, span.start, min(span.end, span.start + 200))
    if match is None:
        return None
    last = len(reading.source.line_starts)
    for at in range(line, min(line + code_functions.MAX_BETWEEN, last) + 1):
        here = reading.source.line_span(at)
        start = match.end() if at == line else here.start
        found = code_functions.returned(text, start, min(here.end, start + 400))
        if found is not None:
            return at + 1 if _code_formula(reading, match, Span(found, here.end)) else None
        inside = text[here.start : here.end].strip()
        if at > line and inside and not inside.startswith(("#", '"', "'")):
            return None  # more is worked out in it
    return None


def _code_formula(reading: Reading, match: re.Match[str], span: Span) -> bool:
    """Take in the function that a program defines by one expression; whether it is one."""
    if span.end - span.start > MAX_PRINTED:
        return False
    try:
        body = parse(plain(reading.tokens.of(span.start, span.end, latex=False)))[0]
    except (NotReadError, InputError):
        return False
    subject = code_functions.subject_of(match, body)
    if subject is None:
        return False
    reading.claims.close()
    line = reading.source.line(match.start(1))
    reading.items.append(Claim(Span(match.start(1), span.end), line, subject, (Link("=", body, span),)))
    return True
