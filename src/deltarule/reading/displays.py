"""Displayed mathematics: formulas between display delimiters, fences of formulas, definitions by cases, drawn vectors."""

import re

from deltarule.rarely import rarely
from deltarule.reading.limits import MAX_LINE, MAX_PRINTED
from deltarule.reading.mentions import mention
from deltarule.reading.state import Reading
from deltarule.reading.text_lines import read_text
from deltarule.reading.token import NUMBER, SEPARATOR, Token
from deltarule.spans import Span

_OPEN_DISPLAY = re.compile(
    r"\s*(?:>\s*)?(\$\$|\\\\?\[|\\begin\{(?:align|aligned|gather|gathered|equation|eqnarray|multline|split|alignat|flalign|displaymath)\*?\})"
)
_CLOSERS = {"$$": "$$", "\\[": "\\]", "\\\\[": "\\\\]"}
FENCE = rarely(r"\s*(?:```|~~~)")
_FORMULA_FENCE = rarely(r"\s*(?:>\s*)?(?:```|~~~)\s?(?:math|katex|latex|tex|\{math\})\s*")
_OPEN_CASES = re.compile(r"=\s?\{\s*$")
MAX_FORMULA = 60  # lines of a fence of formulas
MAX_INTRODUCED = 3  # lines from a display back to the text that introduces it
MAX_CASES = 6  # lines of a definition by cases


def display(reading: Reading, line: int, span: Span) -> int | None:
    """A displayed formula, possibly over several lines; a blank line ends it."""
    match = _OPEN_DISPLAY.match(reading.text, span.start, span.end) or _opened_within(reading.text, span)
    if match is None:
        return None
    opener = match[1]
    closer = _CLOSERS.get(opener) or opener.replace("begin", "end")
    start = match.end() if opener in _CLOSERS else match.start(1)
    stop = reading.ahead.closing(closer, start)
    if stop is None:
        return None
    inside_end = stop if opener in _CLOSERS else stop + len(closer)
    after = reading.source.line(min(stop + len(closer), len(reading.text) - 1 if reading.text else 0))
    end_of_line = reading.source.line_span(after).end
    rest = Span(stop + len(closer), end_of_line)
    inside = reading.tokens.of(start, inside_end, latex=True)
    if match.start() > span.start:
        read_text(reading, line, Span(span.start, match.start()), fenced=False)
    reading.claims.piece(inside)
    if inside and inside[0].kind == NUMBER and any(token.value == "→" for token in inside):
        mention(reading, [*_introduction(reading, line), *inside])  # The loss has fallen: 0.31 → 0.30
    if rest.start < rest.end and reading.text[rest.start : rest.end].strip():
        read_text(reading, after, rest, fenced=False)
    return after + 1


def _opened_within(text: str, span: Span) -> re.Match[str] | None:
    """The display that opens behind words of a line, and does not close on it."""
    if text.find("$$", span.start, span.end) >= 0:
        if text.count("$$", span.start, span.end) % 2 == 0:
            return None
        return _OPEN_DISPLAY.match(text, text.rfind("$$", span.start, span.end), span.end)
    at = text.rfind("\\[", span.start, span.end)
    if at <= span.start or text[at - 1] == "\\" or text.find("\\]", at, span.end) >= 0:
        return None
    return _OPEN_DISPLAY.match(text, at, span.end)


def _introduction(reading: Reading, line: int) -> list[Token]:
    """The line of text that a colon ends, in front of what is displayed behind it."""
    for before in range(line - 1, max(line - MAX_INTRODUCED, 0), -1):
        span = reading.source.line_span(before)
        text = reading.text[span.start : span.end].rstrip(" *\r")
        if text:
            near = text.endswith(":") and len(text) < MAX_PRINTED
            return reading.tokens.of(span.start, span.start + len(text) - 1, latex=False) if near else []
    return []


def formula_fence(reading: Reading, line: int, span: Span) -> int | None:
    """A fence of formulas, each read as a display."""
    if _FORMULA_FENCE.fullmatch(reading.text, span.start, span.end) is None:
        return None
    lines: list[Span] = []
    for at in range(line + 1, min(line + MAX_FORMULA, len(reading.source.line_starts)) + 1):
        here = reading.source.line_span(at)
        if FENCE.match(reading.text, here.start, here.end):
            break
        lines.append(here)
    else:
        return None
    if not lines or lines[-1].end - span.end > MAX_LINE or "$" in reading.text[span.end : lines[-1].end]:
        return None
    from deltarule.reading.formula_lines import formulas

    for formula in formulas(reading.text, lines):
        reading.claims.piece(reading.tokens.of(formula.start, formula.end, latex=True))
    return line + len(lines) + 2


def cases(reading: Reading, line: int, span: Span) -> int | None:
    """``f(z) = {`` over lines with a value and its condition each, and ``}``."""
    if _OPEN_CASES.search(reading.text, max(span.start, span.end - 40), span.end) is None:
        return None
    found = reading.tokens.of(span.start, span.end, latex=False)
    for at in range(line + 1, min(line + MAX_CASES, len(reading.source.line_starts)) + 1):
        here = reading.source.line_span(at)
        inside = reading.tokens.of(here.start, here.end, latex=False)
        if inside and inside[0].value == "}":
            reading.claims.piece([*found, inside[0]])
            return at + 1
        if found[-1].value != "{":
            found.append(Token(SEPARATOR, ",", here.start, here.start))
        found += inside
    return None


def drawn_vectors(reading: Reading, line: int, span: Span) -> int | None:
    """Vectors that are drawn over several lines."""
    if "[" not in reading.text[span.start : span.end]:
        return None
    from deltarule.reading.drawn import MAX_DRAWN, drawn

    last = min(line + MAX_DRAWN, len(reading.source.line_starts))
    lines = [reading.source.line_span(at) for at in range(line, last + 1)]
    found = drawn(reading.text, lines, lambda start, end: reading.tokens.of(start, end, latex=False))
    if found is None:
        return None
    reading.claims.close()
    if found[0]:
        reading.claims.piece(found[0])
    else:
        reading.claims.refuse(span, "the lines of a drawn vector do not fit together")
    reading.claims.close()
    return line + found[1]
