"""A rule of learning that prose tells: ``the weights change by η(t - o) x_i``, ``jedes Gewicht ändert sich um η e x``."""

from collections.abc import Sequence

from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.reading.token import NAME, NUMBER, OPEN, OPERATOR, RELATION, SEPARATOR, WORD, Token

_CHANGE = frozenset(
    {
        "change", "changes", "changed", "move", "moves", "adjusted", "updated", "increase", "increases", "increased", "corrected",
        "ändert", "ändern", "geändert", "verändert", "wächst", "wachsen", "korrigiert",
        "cambia", "cambian", "modifica", "modifican", "muda", "mudam", "aumenta", "aumentam",
        "augmente", "augmentent", "varient", "varie", "modifiés", "modifié", "cambiano", "modificano", "variano",
    }
)  # fmt: skip
_BY = frozenset({"by", "um", "en", "em", "de", "di"})
_WEIGHTS = frozenset({"weights", "weight", "gewicht", "gewichte", "pesos", "peso", "poids", "pesi"})
_BETWEEN = 4  # words between the weights and what happens to them, and between that and by how much
_MADE_OF = frozenset({Role.LEARNING_RATE, Role.ERROR})
_WITHIN = (NAME, NUMBER, OPERATOR)


def changes_told(tokens: Sequence[Token]) -> Sequence[Token]:
    """Tokens with ``Δw =`` in the place of the words that say by how much the weights change."""
    for at, token in enumerate(tokens):
        if token.kind not in (WORD, NAME) or token.value.lower() not in _BY:
            continue
        weights = _weights_before(tokens, at)
        if weights is not None and _is_formula(tokens, at + 1):
            name = Token(NAME, "dw", tokens[weights].start, tokens[weights].end)
            sign = Token(RELATION, "=", token.start, token.end)
            return [*tokens[:weights], name, sign, *tokens[at + 1 :]]
    return tokens


def _weights_before(tokens: Sequence[Token], by: int) -> int | None:
    """Where the weights are named that are said to change, in front of a word like *by*."""
    verb = next((k for k in range(by - 1, max(by - _BETWEEN, -1), -1) if _is_word(tokens[k], _CHANGE)), None)
    if verb is None or not all(tokens[k].kind in (WORD, NAME) for k in range(verb, by)):
        return None
    for k in range(verb - 1, max(verb - _BETWEEN, -1), -1):
        if _is_word(tokens[k], _WEIGHTS):
            return k
        if tokens[k].kind not in (WORD, NAME):
            return None
    return None


def _is_word(token: Token, words: frozenset[str]) -> bool:
    return token.kind in (WORD, NAME) and token.value.lower() in words


def _is_formula(tokens: Sequence[Token], start: int) -> bool:
    """Whether a product with a learning rate or an error follows, and no equality of its own."""
    first = start
    while first < len(tokens) and tokens[first].kind == SEPARATOR and tokens[first].value in ("$", " "):
        first += 1
    if first == len(tokens) or tokens[first].kind not in (*_WITHIN, OPEN):
        return False
    roles: set[Role] = set()
    for token in tokens[first:]:
        if token.kind == WORD or (token.kind == SEPARATOR and token.value in (".", ";", ",")):
            break
        if token.kind == RELATION:
            return False
        if token.kind == NAME:
            roles |= set(roles_of(token.value.partition("#")[0])[:1])
    return bool(roles & _MADE_OF)
