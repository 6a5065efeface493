"""How a document says that it rounds."""

import re

_STEMS = ("cut off", "truncat", "abgeschnitten", "tronqu", "troncat", "truncad")
_SAYS = (
    r"(?:digit|decimal|place|figure|value|result|number)s?\b[^.;\n]{0,60}\b(?:cut off|truncated)\b"
    r"|\b(?:cut off|truncat(?:e|ed|ing)) (?:to|after|at) \w{1,12} (?:decimal|digit|place|figure)"
    r"|(?:stellen|ziffern|werte)\b[^.;\n]{0,60}\babgeschnitten"
    r"|(?:décimales|chiffres|valeurs)\b[^.;\n]{0,60}\btronqu|(?:decimales|cifras|valores)\b[^.;\n]{0,60}\btruncad"
    r"|(?:decimali|cifre|valori)\b[^.;\n]{0,60}\btroncat"
)


def cuts_off(text: str) -> bool:
    """Whether digits are said to be cut off rather than rounded."""
    lower = text.lower()
    return any(stem in lower for stem in _STEMS) and re.search(_SAYS, lower) is not None
