"""A user's text, safe to show: whatever would be invisible or change its surroundings is spelled out.

Escape sequences could paint over a terminal, and direction marks could show a line in another order than
it is stored; both are written as ``⟨U+001B⟩``.
"""

import re
import unicodedata

# controls but for the tab, direction and joining marks, line and paragraph separators, tags, lone surrogates
_UNSAFE = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
TAB = 4


def placeholder(character: str) -> str:
    """How an unsafe character is spelled out: ``⟨U+202E⟩``."""
    return f"⟨U+{ord(character):04X}⟩"


def visible(text: str) -> str:
    """Return `text` on one line with unsafe characters spelled out and tabs as blanks."""
    shown = (
        _UNSAFE.sub(lambda found: placeholder(found[0]), text)
        if not text.isascii() or _has_control(text)
        else text
    )
    return shown.replace("\t", " " * TAB)


def pieces(text: str) -> list[tuple[str, bool]]:
    """Cut `text` into runs, each with whether it is a placeholder for an unsafe character."""
    runs: list[tuple[str, bool]] = []
    at = 0
    for found in _UNSAFE.finditer(text):
        if found.start() > at:
            runs.append((text[at : found.start()], False))
        runs.append((placeholder(found[0]), True))
        at = found.end()
    if at < len(text):
        runs.append((text[at:], False))
    return runs


def cells(text: str) -> int:
    """Columns that a text takes up in a terminal: wide letters two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def _has_control(text: str) -> bool:
    return not text.isprintable()
