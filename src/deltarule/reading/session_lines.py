"""What stands at the prompt of an interpreter, and what came out below it, as a claim of the reading."""

from deltarule.reading.sessions import chain, entry, is_session
from deltarule.reading.state import Reading
from deltarule.reading.token import Token
from deltarule.spans import Span


def session_line(reading: Reading, line: int, span: Span) -> int | None:
    """An expression at a prompt, and what came out."""

    def lexed(stretch: Span) -> list[Token]:
        return reading.tokens.of(stretch.start, stretch.end, latex=False)

    found = entry(reading.source, reading.text, line)
    if found is None:
        return None
    if reading.in_session is None:
        reading.in_session = is_session(reading.source, reading.text, lexed)
    told = chain(found, lexed) if reading.in_session else []
    if not told:
        return None
    reading.claims.close()
    reading.claims.piece(told)
    reading.claims.close()
    return found.last + 1
