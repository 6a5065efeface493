"""A list of workings or names and a list of values with one sign between them: ``-ln(0.5), -ln(0.8) ≈ 0.693, 0.223``, ``x, y = 3, 4``."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from deltarule.reading.statements import Statement
from deltarule.reading.token import NAME, NUMBER, OPERATOR, RELATION, Token

MAX_LISTED = 40  # members of a list


def in_parallel(pieces: list[Statement], text: str) -> list[Statement]:
    """Statements with each working and its own value, where as many stand on either side of a sign."""
    done: list[Statement] = []
    at = 0
    while at < len(pieces):
        behind = _values_behind(pieces, at, text)
        before = done[-behind:] if behind and len(done) >= behind else []
        if before and (_are_workings(before, pieces[at], text) or _are_names(before, pieces[at], text)):
            relation = _relation(pieces[at].tokens)
            tokens = pieces[at].tokens
            sign, values = tokens[relation], [tokens[relation + 1 :]]
            values += [each.tokens for each in pieces[at + 1 : at + 1 + behind]]
            workings = [*done[-behind:], replace(pieces[at], tokens=tokens[:relation])]
            done[-behind:] = [
                replace(working, tokens=[*working.tokens, sign, *value])
                for working, value in zip(workings, values, strict=True)
            ]
            at += behind + 1
        else:
            done.append(pieces[at])
            at += 1
    return done


def _values_behind(pieces: Sequence[Statement], at: int, text: str) -> int:
    """How many bare values go on with the list that the right side of a statement begins; 0 if it is no such side."""
    relation = _relation(pieces[at].tokens)
    if relation < 1 or pieces[at].words or not _is_value(pieces[at].tokens[relation + 1 :]):
        return 0
    count = 0
    while at + count + 1 < len(pieces) and count < MAX_LISTED:
        before, after = pieces[at + count], pieces[at + count + 1]
        if after.words or not _is_value(after.tokens) or not _is_comma(before, after, text):
            break
        count += 1
    return count


def _are_workings(before: Sequence[Statement], last: Statement, text: str) -> bool:
    """Whether statements are bare expressions with commas between them, and no lists of numbers."""
    pieces = [*before, last]
    if any(not _is_comma(*pair, text) for pair in pairwise(pieces)):
        return False
    for k, piece in enumerate(before):
        tokens = piece.tokens if k else _without_label(piece.tokens)
        if not tokens or (k and piece.words) or any(token.kind == RELATION for token in tokens):
            return False
        if _is_value(tokens) or all(token.kind == NAME for token in tokens):
            return False
    return True


def _are_names(before: Sequence[Statement], last: Statement, text: str) -> bool:
    """Whether statements are bare names with commas between them, as ``x, rate`` in ``x, rate = 3.5, 0.01``."""
    pieces = [*before, last]
    if any(not _is_comma(*pair, text) for pair in pairwise(pieces)) or any(each.words for each in before[1:]):
        return False
    return all(
        each.tokens and all(token.kind == NAME for token in each.tokens[: _relation(each.tokens) or 1])
        for each in pieces
    ) and all(len(each.tokens) == 1 for each in before)


def _without_label(tokens: Sequence[Token]) -> Sequence[Token]:
    """What stands behind the name that the lists are of: ``e = 1 - 0.5, 0 - 0.2 = 0.5, -0.2``."""
    labelled = (
        len(tokens) > 2 and tokens[0].kind == NAME and tokens[1].kind == RELATION and tokens[1].value in ":="
    )
    return tokens[2:] if labelled else tokens


def _relation(tokens: Sequence[Token]) -> int:
    """Where the only sign of a statement stands; 0 if there is none, or more than one."""
    places = [k for k, token in enumerate(tokens) if token.kind == RELATION]
    return places[0] if len(places) == 1 and tokens[places[0]].value in ("=", "≈") else 0


def _is_value(tokens: Sequence[Token]) -> bool:
    signed = len(tokens) == 2 and tokens[0].kind == OPERATOR and tokens[0].value in "+-"
    return bool(tokens) and tokens[-1].kind == NUMBER and (len(tokens) == 1 or signed)


def _is_comma(before: Statement, after: Statement, text: str) -> bool:
    if not before.tokens or not after.tokens:
        return False
    return text[before.tokens[-1].end : after.tokens[0].start].strip(" $") in (",", ";")
