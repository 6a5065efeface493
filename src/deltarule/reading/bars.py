"""Bars that stand for an absolute value or a norm."""

from collections.abc import Sequence

from deltarule.reading.token import (
    CLOSE,
    COMMAND,
    INDEX,
    NAME,
    NUMBER,
    OPEN,
    OPERATOR,
    POWER,
    RELATION,
    SEPARATOR,
    WORD,
    Token,
)

_BARS = frozenset({"|", "lvert", "rvert", "lVert", "rVert", "Vert", "vert", "‖"})
MAX_ABSOLUTE = 40  # tokens between the bars of an absolute value


def absolute(tokens: Sequence[Token]) -> Sequence[Token]:
    """Tokens with a function for the bars around a value: ``|x_1| = 3``; bars between cells stand apart from them."""
    if sum(token.value in _BARS for token in tokens) < 2:
        return tokens
    tokens = _with_wide_bars(tokens)
    bars = [at for at, token in enumerate(tokens) if token.value == "|" and token.kind == SEPARATOR]
    opening: dict[int, int] = {}
    start: int | None = None
    for at in bars:
        if start is not None and _closes(tokens, start, at):
            opening[start] = at
            start = None
        elif _opens(tokens, at):
            start = at
    if not opening:
        return tokens
    closing = set(opening.values())
    kinds = {
        each for at in closing if _is_wide(tokens[at]) for each in _kind_of_norm(tokens, at + 1)
    }  # ||g||_2
    changed: list[Token] = []
    for at, token in enumerate(tokens):
        if at in kinds:
            continue
        if at in opening:
            if _begins_anew(tokens, at, opening[at]):
                changed.append(Token(SEPARATOR, " ", token.start, token.start))
            changed += [
                Token(NAME, "fn:abs", token.start, token.start),
                Token(OPEN, "(", token.start, token.end),
            ]
        elif at in closing:
            changed.append(Token(CLOSE, ")", token.start, token.end))
        else:
            changed.append(token)
    return changed


_COLUMN = 2  # blanks that part two things that a program prints


def _begins_anew(tokens: Sequence[Token], opens: int, closes: int) -> bool:
    """Whether bars are what the next value is of, ``f = 1.72   |g| = 2.73``: far from a number that was told before them."""
    if not opens or closes + 1 >= len(tokens) or tokens[opens - 1].kind != NUMBER:
        return False
    return tokens[closes + 1].kind == RELATION and any(token.kind == RELATION for token in tokens[:opens])


def _with_wide_bars(tokens: Sequence[Token]) -> list[Token]:
    """Tokens with one bar for each double one: ``||g||``, ``\\|g\\|``, ``\\lVert g \\rVert``."""
    done: list[Token] = []
    for token in tokens:
        last = done[-1] if done else None
        if token.kind == COMMAND and token.value in _BARS:
            token = Token(SEPARATOR, "|", token.start, max(token.end, token.start + 2))
        glued = last is not None and last.value == "|" and last.end == token.start and not _is_wide(last)
        if glued and token.value == "|" and last is not None:
            done[-1] = Token(SEPARATOR, "|", last.start, token.end)
            continue
        done.append(token)
    return done


def _is_wide(token: Token) -> bool:
    """Whether a bar is a double one, or one that a command writes: what stands beside it may stand apart."""
    return token.end - token.start > 1


def _kind_of_norm(tokens: Sequence[Token], at: int) -> list[int]:
    """Places of the 2 in ``||g||_2``, which says what is meant anyway."""
    if at < len(tokens) and tokens[at].kind == INDEX and tokens[at].value == "2":
        return [at]
    two = [token.value for token in tokens[at : at + 2]] == ["_", "2"]
    return [at, at + 1] if two else []


def _opens(tokens: Sequence[Token], at: int) -> bool:
    """Whether a bar is glued to what stands behind it, and nothing is multiplied by it from the left."""
    if at + 1 >= len(tokens) or not (tokens[at + 1].start == tokens[at].end or _is_wide(tokens[at])):
        return False
    before = tokens[at - 1] if at else None
    if before is not None and before.kind in (NUMBER, CLOSE) and _is_squared_norm(tokens, at):
        return True
    if before is not None and before.kind == NUMBER:
        return tokens[at].start - before.end >= _COLUMN
    return before is None or before.kind in (RELATION, OPERATOR, OPEN, SEPARATOR, WORD) or before.value == ""


def _is_squared_norm(tokens: Sequence[Token], at: int) -> bool:
    """Whether names stand between this bar and the next one, and a power behind: ``1/2 ||Xw - y||^2``."""
    ahead = range(at + 1, min(at + 1 + MAX_ABSOLUTE, len(tokens)))
    closes = next((k for k in ahead if tokens[k].value == "|"), None)
    if closes is None or _is_wide(tokens[at]) != _is_wide(tokens[closes]):
        return False
    behind = closes + 1 + len(_kind_of_norm(tokens, closes + 1))
    squared = behind < len(tokens) and (tokens[behind].kind == POWER or tokens[behind].value == "^")
    return squared and any(token.kind == NAME for token in tokens[at + 1 : closes])


def _closes(tokens: Sequence[Token], start: int, at: int) -> bool:
    inside = tokens[start + 1 : at]
    if not inside or len(inside) > MAX_ABSOLUTE:
        return False
    if _is_wide(tokens[start]) != _is_wide(tokens[at]) or not (
        inside[-1].end == tokens[at].start or _is_wide(tokens[at])
    ):
        return False
    depth = 0
    for token in inside:
        depth += (token.kind == OPEN) - (token.kind == CLOSE)
        parts = token.kind == SEPARATOR and not (depth and token.value in ",;")  # |f(1, 2)|
        if token.kind in (RELATION, WORD) or parts:
            return False
    behind = tokens[at + 1] if at + 1 < len(tokens) else None
    ends = behind is None or behind.kind in (RELATION, OPERATOR, CLOSE, SEPARATOR, POWER)
    ends = ends or (_is_wide(tokens[at]) and behind is not None and behind.kind == INDEX)
    return ends and sum(t.kind == OPEN for t in inside) == sum(t.kind == CLOSE for t in inside)
