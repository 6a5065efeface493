"""A letter that is a word: *y* and *e* between a value and the next name that is told one, ``pesos: [5, 3] y sesgo: 2``."""

from collections.abc import Sequence

from deltarule.reading.token import CLOSE, NAME, NUMBER, OPERATOR, RELATION, SEPARATOR, Token

_AND = frozenset({"y", "e"})
_WORD = 3  # letters of a name that nothing is multiplied by without a sign


def parted_by_and(tokens: Sequence[Token]) -> Sequence[Token]:
    """Tokens with a comma in the place of such a letter."""
    if not any([token.kind == NAME and token.value in _AND for token in tokens]):
        return tokens
    return [
        Token(SEPARATOR, ",", token.start, token.end) if _is_and(tokens, at) else token
        for at, token in enumerate(tokens)
    ]


def _is_and(tokens: Sequence[Token], at: int) -> bool:
    if tokens[at].kind != NAME or tokens[at].value not in _AND or not 2 <= at < len(tokens) - 3:
        return False
    before, name, sign = tokens[at - 1], tokens[at + 1], tokens[at + 2]
    if before.kind not in (NUMBER, CLOSE) or before.end >= tokens[at].start or name.kind != NAME:
        return False
    if tokens[at].end >= name.start or len(name.value.partition("#")[0]) < _WORD:
        return False
    told = sign.value == ":" or (sign.kind == RELATION and sign.value in ("=", "≈"))
    value = tokens[at + 3]
    return told and (
        value.kind == NUMBER or value.value in ("[", "(") or (value.kind == OPERATOR and value.value in "+-")
    )
