"""New values of parameters that are worked out behind a word: ``w_1 becomes 0.5 - 0.1·0.2 = 0.48``."""

from collections.abc import Sequence

from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.reading.token import CLOSE, INDEX, NAME, NUMBER, OPEN, OPERATOR, RELATION, Token

BECOMES = ("becomes", "wordt", "wird", "devient", "diventa", "blir", "bliver")
_PARAMETERS = frozenset({Role.WEIGHT, Role.BIAS})
LONGEST = 40  # tokens of a working
_WORKING = frozenset({NUMBER, OPERATOR, OPEN, CLOSE})


def is_worked_anew(tokens: Sequence[Token], at: int, before: Sequence[Token]) -> bool:
    """Whether the word at a place stands between a parameter, all that is `before` it, and the working of its value."""
    if tokens[at].value.lower() not in BECOMES:
        return False
    named = [token for token in before if token.value not in ("_", "$")]
    if not named or named[0].kind != NAME or not _PARAMETERS & set(roles_of(named[0].value)[:1]):
        return False
    if len(named) > 2 or any(token.kind not in (INDEX, NUMBER) for token in named[1:]):
        return False
    worked = 0
    for token in tokens[at + 1 : at + 1 + LONGEST]:
        if token.kind == RELATION:
            return worked > 1
        if token.kind not in _WORKING and token.value != "$":
            return False
        worked += token.kind == NUMBER
    return False
