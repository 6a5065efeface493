"""A verb between a working and its result: ``0.3 × 2 gives 0.6``, ``0,3 · 2 ergibt 0,6``, ``0.3*2 is 0.6``."""

from collections.abc import Sequence

from deltarule.reading.token import CLOSE, NUMBER, OPEN, OPERATOR, SEPARATOR, WORD, Token

_GIVES = frozenset(
    {
        "is", "gives", "equals", "yields", "makes", "ist", "ergibt", "ergeben", "macht", "gibt", "es", "donne", "donnent", "fait", "vaut",
        "è", "dà", "é", "dá", "jest", "daje", "wynosi", "равно", "даёт", "дает", "дорівнює", "adalah", "menghasilkan", "sama", "bằng", "är", "ger", "geeft", "je", "eder",
    }
)  # fmt: skip
_WORKED = (NUMBER, OPERATOR, OPEN, CLOSE)


def gives(tokens: Sequence[Token], at: int, working: Sequence[Token]) -> bool:
    """Whether the word at a place says what the numbers in front of it come to."""
    if len(working) < 3 or tokens[at].value.lower() not in _GIVES:
        return False
    if any(token.kind not in _WORKED for token in working) or working[-1].kind not in (NUMBER, CLOSE):
        return False
    if not any(
        token.kind == OPERATOR and token.value != "^" and working[k].kind in (NUMBER, CLOSE)
        for k, token in enumerate(working[1:])
    ):
        return False
    value = at + 1
    while value < len(tokens) and (
        (tokens[value].kind == SEPARATOR and tokens[value].value in ("$", " "))
        or (tokens[value].kind == OPERATOR and tokens[value].value in "+-^")
    ):
        value += 1
    if value >= len(tokens) or tokens[value].kind != NUMBER:
        return False
    return (
        value + 1 == len(tokens)
        or tokens[value + 1].kind in (SEPARATOR, WORD)
        or tokens[value + 1].value == "^"
    )
