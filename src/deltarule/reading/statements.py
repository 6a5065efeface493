"""Tokens to statements: what stands between separators, and its sides around relation signs."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from deltarule.reading.tokens import CLOSE, COMMAND, NAME, NUMBER, OPEN, OPERATOR, RELATION, SEPARATOR, WORD, Token

_TRANSPARENT = {
    "aligned", "align", "gathered", "gather", "split", "equation", "eqnarray", "alignat", "alignedat", "multline", "flalign",
    "displaymath", "math", "center", "subequations", "itemize", "enumerate", "document", "small",
}  # fmt: skip
_HELD = {"cases", "dcases", "matrix", "pmatrix", "bmatrix", "vmatrix", "Bmatrix", "smallmatrix", "array", "tabular"}


@dataclass
class Statement:
    """Tokens between two separators, the words in front of them, and whether an arrow led to them."""

    tokens: list[Token] = field(default_factory=list)
    words: list[Token] = field(default_factory=list)
    arrow: bool = False
    opens_row: bool = False


def statements(tokens: Sequence[Token]) -> list[Statement]:
    """Split at separators and words outside of brackets."""
    done: list[Statement] = []
    current = Statement(opens_row=True)
    depth = held = 0

    def close(arrow: bool = False, row: bool = False) -> None:
        nonlocal current
        if current.tokens:
            done.append(current)
            current = Statement(arrow=arrow, opens_row=row)
        else:
            current.arrow |= arrow
            current.opens_row |= row

    for at, token in enumerate(tokens):
        if token.kind == COMMAND and token.value == "":
            continue
        if token.kind == COMMAND and token.value.partition(":")[0] in ("begin", "end"):
            name = token.value.partition(":")[2]
            if name in _TRANSPARENT or name not in _HELD or (name == "array" and _has_relations(tokens, at)):
                close(row=True)
                continue
            held += 1 if token.value.startswith("begin") else -1
            current.tokens.append(token)
            continue
        depth = max(0, depth + (token.kind == OPEN) - (token.kind == CLOSE))
        if depth or held > 0:
            current.tokens.append(token)
        elif token.kind == SEPARATOR:
            _separate(token, at, tokens, current, close)
        elif token.kind == WORD:
            if current.tokens:
                close()
            current.words.append(token)
        elif token.kind == RELATION and token.value == "→" and not _arrow_equals(tokens, at, current):
            close(arrow=True)
        else:
            current.tokens.append(token)
    close()
    return done


def _separate(token: Token, at: int, tokens: Sequence[Token], current: Statement, close) -> None:  # type: ignore[no-untyped-def]
    before = tokens[at - 1] if at else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    beside_relation = any(t is not None and t.kind == RELATION for t in (before, after))
    if token.value == "&" and (beside_relation or not current.tokens):
        return
    if token.value == " " and after is not None and after.kind == RELATION:
        return  # z = 1.2345 \quad \approx 1.23
    if token.value == ":" and before is not None and after is not None and before.kind == NUMBER and after.kind == NUMBER:
        if current.tokens and current.tokens[-1] is before and not current.words and len(current.tokens) > 1:
            current.tokens.append(Token(OPERATOR, "/", token.start, token.end))
            return
    if token.value == "." and after is not None and before is not None and before.kind == NAME and after.kind == NAME:
        return  # a full stop used as a multiplication dot is not guessed
    close(arrow=token.value == "⇒", row=token.value == "\\\\")


def _has_relations(tokens: Sequence[Token], at: int) -> bool:
    """Whether an array holds statements rather than a matrix."""
    for token in tokens[at:]:
        if token.kind == COMMAND and token.value == "end:array":
            return False
        if token.kind == RELATION:
            return True
    return any(t.kind == RELATION for t in tokens[max(0, at - 400) : at])


def _arrow_equals(tokens: Sequence[Token], at: int, current: Statement) -> bool:
    """Whether an arrow stands for equality: ``w_1 → 0.3``, ``5·2 → 10`` with nothing else after it."""
    if not current.tokens:
        return False
    for token in tokens[at + 1 :]:
        if token.kind == RELATION:
            return False
        if token.kind in (SEPARATOR, WORD):
            break
    return at + 1 < len(tokens) and tokens[at + 1].kind in (NUMBER, OPERATOR)


def sides(statement: Statement) -> tuple[list[list[Token]], list[Token]]:
    """Sides of the relation signs outside of brackets, and those signs."""
    parts: list[list[Token]] = [[]]
    relations: list[Token] = []
    depth = held = 0
    for token in statement.tokens:
        depth = max(0, depth + (token.kind == OPEN) - (token.kind == CLOSE))
        if token.kind == COMMAND:
            held += token.value.startswith("begin:") - token.value.startswith("end:")
        if token.kind == RELATION and not depth and held <= 0:
            if not parts[-1] and relations and token.value == relations[-1].value:
                continue  # "= =" across a line break
            parts.append([])
            relations.append(token)
        else:
            parts[-1].append(token)
    return parts, relations
