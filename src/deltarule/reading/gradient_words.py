"""A gradient at a point that words name: ``gradient at (2, 1) = (5, 6)``, ``the gradient of f in (2, 1) is (5, 6)``."""

from collections.abc import Sequence

from deltarule.reading.token import CLOSE, NAME, NUMBER, OPEN, OPERATOR, RELATION, SEPARATOR, WORD, Token

GRADIENT = frozenset(
    {"gradient", "gradients", "grad", "gradiente", "gradienten", "gradyan", "градиент", "gradiens", "梯度"}
)
_AT = frozenset(
    {"at", "in", "an", "bei", "en", "au", "à", "em", "no", "nel", "w", "в", "of", "von", "de", "di", "du", "for", "point", "the"}
)  # fmt: skip
_IS = frozenset({"is", "ist", "es", "est", "é", "è", "equals", "gives", "jest", "是", "равен"})
_IS_TURNED = _IS | {"er", "är", "on", "wynosi", "vale", "ise"}
_ARTICLES = frozenset({"the", "der", "le", "la", "el", "il", "o", "l", "'", "then", "we", "get", "have"})
_LAYOUT = frozenset({"$", " ", ","})
_TURNED = 8  # tokens between a point and its gradient
_BETWEEN = 4  # words between the gradient and its point
_POINT = 24  # tokens of a point


def named_gradients(tokens: Sequence[Token]) -> Sequence[Token]:
    """Tokens with ``∇f`` in the place of a word for it, where a point and the gradient there follow."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        named = _named(tokens, at) if _is_gradient(tokens[at]) else _turned(tokens, at)
        if named is None:
            found.append(tokens[at])
            at += 1
            continue
        head, at = named
        found += head
    return found


def _is_gradient(token: Token) -> bool:
    return token.kind in (WORD, NAME) and token.value.lower() in GRADIENT


def _named(tokens: Sequence[Token], at: int) -> tuple[list[Token], int] | None:
    """What stands instead of the words from `at` up to the gradient, and where that begins; None if it is something else."""
    word = tokens[at]
    function = "f"
    opening = at + 1
    while opening < len(tokens) and opening <= at + _BETWEEN and tokens[opening].kind in (WORD, NAME):
        if tokens[opening].value.lower() not in _AT:
            if tokens[opening].kind != NAME or len(tokens[opening].value) != 1:
                return None
            function = tokens[opening].value
        opening += 1
    closing = _closing(tokens, opening)
    if closing is None:
        return None
    behind = closing + 1
    said = behind < len(tokens) and (
        (tokens[behind].kind == WORD and tokens[behind].value.lower() in _IS)
        or (tokens[behind].kind in (RELATION, SEPARATOR) and tokens[behind].value in ("=", "≈", ":"))
    )
    if not said or _closing(tokens, behind + 1) is None:
        return None
    relation = tokens[behind]
    sign = relation.value if relation.value in ("=", "≈") else "="
    return [
        Token(NAME, "nabla", word.start, word.end),
        Token(NAME, function, word.end, word.end),
        *tokens[opening:behind],
        Token(RELATION, sign, relation.start, relation.end),
    ], behind + 1


def _turned(tokens: Sequence[Token], at: int) -> tuple[list[Token], int] | None:
    """``at (2, 1) the gradient is (5, 6)``, ``in (2, 1) ist der Gradient (5, 6)``: the point in front of the word."""
    closing = _closing(tokens, at) if tokens[at].value == "(" else None
    if closing is None:
        return None
    said, gradient, k = False, 0, closing + 1
    while k < len(tokens) and k <= closing + _TURNED and tokens[k].kind != OPEN:
        token = tokens[k]
        value = token.value.lower()
        if _is_gradient(token) and not gradient:
            gradient = k
        elif value in _IS_TURNED or (token.kind == RELATION and token.value == "=" and gradient):
            said = True
        elif value not in _ARTICLES and not (token.kind == SEPARATOR and value in _LAYOUT):
            return None
        k += 1
    if not (said and gradient) or _closing(tokens, k) is None:
        return None
    word = tokens[gradient]
    return [
        Token(NAME, "nabla", tokens[at].start, tokens[at].start),
        Token(NAME, "f", tokens[at].start, tokens[at].start),
        *tokens[at : closing + 1],
        Token(RELATION, "=", word.start, word.end),
    ], k


def _closing(tokens: Sequence[Token], opening: int) -> int | None:
    """Where a point of several numbers that opens here closes."""
    if opening >= len(tokens) or tokens[opening].kind != OPEN:
        return None
    numbers = 0
    for at in range(opening + 1, min(opening + _POINT, len(tokens))):
        token = tokens[at]
        if token.kind == CLOSE:
            return at if numbers > 1 else None
        if token.kind not in (NUMBER, OPERATOR, SEPARATOR):
            return None
        numbers += token.kind == NUMBER
    return None
