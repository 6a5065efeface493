"""A name or an expression of a program, and the one number below it that came out: ``m.grad`` above ``tensor([108.7800])``."""

from deltarule.rarely import rarely
from deltarule.reading.state import Reading
from deltarule.reading.token import RELATION, SEPARATOR, Token
from deltarule.spans import Span

MAX_LENGTH = 80
_ENTERED = rarely(r"(?:[A-Z][\w ]{0,20}:[ ])?[ ]{0,4}([A-Za-z(\d][\w.+\-*/()\[\] ]{0,70})[ \r]{0,4}")
_SCALAR = rarely(
    r"[ ]{0,4}(?:tensor|array|np\.float64|np\.float32)\(\[{0,2} ?([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d{1,3})?) ?\]{0,2}(?:, ?[a-z_]{1,20}=[\w.'<>]{1,40}){0,3}\)[ \r]{0,4}"
)
_OF_CODE = rarely(r"\.(?:item|detach|numpy)\(\)")
_PRINTS = ("tensor(", "array(", "float64(", "float32(")


def printed_scalar(reading: Reading, line: int, span: Span) -> int | None:
    """Such a pair of lines as the claim that the one is the other."""
    source = reading.source
    if span.end - span.start > MAX_LENGTH or line >= len(source.line_starts):
        return None
    below = source.line_span(line + 1)
    if not any(sign in source.text[below.start : below.start + 16] for sign in _PRINTS):
        return None
    value = _SCALAR.fullmatch(source.text, below.start, below.end)
    entered = _ENTERED.fullmatch(source.text, span.start, span.end)
    if value is None or entered is None:
        return None
    calls = [
        Span(match.start(), match.end()) for match in _OF_CODE.finditer(source.text, span.start, span.end)
    ]
    found = [
        token
        for token in reading.tokens.of(entered.start(1), entered.end(1), latex=False)
        if not any(call.start <= token.start < call.end for call in calls)
        and not (token.kind == SEPARATOR and token.value == " ")
    ]
    number = reading.tokens.of(value.start(1), value.end(1), latex=False)
    if not found or not number:
        return None
    reading.claims.close()
    reading.claims.piece([*found, Token(RELATION, "=", value.start(1), value.start(1)), *number])
    reading.claims.close()
    return line + 2
