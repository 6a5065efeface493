"""Runs of tokens cut at a sign that stands outside of brackets."""

from collections.abc import Sequence

from deltarule.reading.token import CLOSE, COMMAND, NUMBER, OPEN, OPERATOR, SEPARATOR, Token


def blank_split(tokens: Sequence[Token]) -> list[list[Token]] | None:
    """Items of a list without commas, ``[0.1 -0.2 3]``: numbers with their signs glued to them."""
    items: list[list[Token]] = []
    for at, token in enumerate(tokens):
        glued = bool(items) and tokens[at - 1].kind == OPERATOR
        if token.kind == NUMBER:
            if glued and tokens[at - 1].end == token.start:
                items[-1].append(token)
            elif glued or (at and tokens[at - 1].end == token.start):
                return None
            else:
                items.append([token])
        elif token.kind == OPERATOR and token.value in "+-" and (not at or tokens[at - 1].end < token.start):
            items.append([token])
        elif token.kind == SEPARATOR and token.value == "\\\\":
            continue
        else:
            return None
    return items if len(items) > 1 and all(item[-1].kind == NUMBER for item in items) else None


def matrix_rows(tokens: Sequence[Token]) -> list[list[list[Token]]] | None:
    """Rows of a matrix with semicolons between them, ``[1 2; 3 -4]`` or ``[1, 2; 3, 4]``, item by item."""
    rows = split_outside(tokens, ";")
    rows = rows[:-1] if len(rows) > 1 and not rows[-1] else rows
    if len(rows) < 2 or not all(rows):
        return None
    listed = [split_outside(row, ",") for row in rows]
    if all(len(items) == 1 for items in listed):
        listed = [blank_split(row) or [] for row in rows]
    widths = {len(items) for items in listed}
    return listed if len(widths) == 1 and min(widths) > 1 and all(map(all, listed)) else None


def first_outside(tokens: Sequence[Token], command: str) -> int | None:
    """Position of a command outside of brackets."""
    if command not in [token.value for token in tokens]:
        return None
    depth = 0
    for at, token in enumerate(tokens):
        depth += (token.kind == OPEN) - (token.kind == CLOSE)
        if depth == 0 and token.kind == COMMAND and token.value == command:
            return at
    return None


def split_outside(tokens: Sequence[Token], *at_values: str) -> list[list[Token]]:
    """Runs of tokens between commas or semicolons (or other signs) outside of brackets."""
    return split_at_any(tokens, at_values or (",", ";"))


def split_at_any(tokens: Sequence[Token], values: Sequence[str]) -> list[list[Token]]:
    """Parts between separators outside of brackets."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.kind == OPEN) - (token.kind == CLOSE)
        if depth == 0 and token.kind == SEPARATOR and token.value in values:
            parts.append([])
        elif not (token.kind == SEPARATOR and token.value in (" ", "$")):
            parts[-1].append(token)
    return parts
