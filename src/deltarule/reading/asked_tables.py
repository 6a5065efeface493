"""Tables of questions and answers: ``f(3, 1) | 6 | 4 + 2``, a quantity with its value beside it, and how it is worked out."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from deltarule.algebra.expr import Apply, Symbol
from deltarule.errors import InputError
from deltarule.notation import roles_of
from deltarule.reading.mappings import is_point
from deltarule.reading.mathtext import parse
from deltarule.reading.not_read import NotReadError
from deltarule.reading.subjects import name_with_place
from deltarule.reading.token import NUMBER, RELATION, SEPARATOR, WORD, Token
from deltarule.reading.worked_cells import gives, number_alone, plain, worked
from deltarule.spans import Span

FEWEST_ANSWERS = 2

Lexer = Callable[[Span], list[Token]]


def answers(rows: Sequence[Sequence[Span]], lexed: Lexer) -> dict[Span, tuple[list[Token], int]]:
    """Cells that ask for a quantity, each with what is said of it and how many cells that takes; none where few do."""
    explained = _explained(rows, lexed)
    found: dict[Span, tuple[list[Token], int]] = {}
    for row in rows:
        for at in range(len(row) - 1):
            name, value = _asked(lexed(row[at])), plain(lexed(row[at + 1]))
            if not name or not (number_alone(value) or is_point(value)):
                continue
            working = plain(lexed(row[at + 2])) if at + 2 < len(row) and at + 1 in explained else []
            found[row[at]] = _chain(name, working, value), 3 if working else 2
            break
        else:
            for at in range(len(row) - 1):  # the length | 5.66 | sqrt(32): in words, with a working
                if at in explained and row[at] not in found and worked(lexed(row[at + 1])) is not None:
                    chain = _chain([], plain(lexed(row[at + 1])), plain(lexed(row[at])))
                    found[row[at]] = chain, 2
                    break
    return found if len(found) >= FEWEST_ANSWERS else {}


def _explained(rows: Sequence[Sequence[Span]], lexed: Lexer) -> frozenset[int]:
    """Columns of values that the working in the column behind them mostly gives."""
    shown: dict[int, int] = {}
    fitting: dict[int, int] = {}
    for row in rows:
        for at in range(len(row) - 1):
            value = number_alone(lexed(row[at]))
            working = worked(lexed(row[at + 1])) if value is not None else None
            if value is not None and working is not None:
                shown[at] = shown.get(at, 0) + 1
                fitting[at] = fitting.get(at, 0) + gives(working, value)
    return frozenset(
        at for at, count in shown.items() if count >= FEWEST_ANSWERS and 3 * fitting[at] >= 2 * count
    )


def _chain(name: Sequence[Token], working: Sequence[Token], value: Sequence[Token]) -> list[Token]:
    """What is said of a quantity, in the order of a line."""
    sides = [side for side in (name, working, value) if side]
    found = list(sides[0])
    for before, side in pairwise(sides):
        found += [Token(RELATION, "=", before[-1].end, before[-1].end), *side]
    return found


def _asked(found: Sequence[Token]) -> list[Token]:
    """The tokens of a cell that names a quantity; a bare letter only counts the questions."""
    left = plain(found)
    if (
        not left
        or any(token.kind in (RELATION, WORD) for token in left)
        or left[0].kind in (NUMBER, SEPARATOR)
    ):
        return []
    try:
        named = name_with_place(left) or parse(left)[0]
    except (NotReadError, InputError):
        return []
    if isinstance(named, Apply):
        return left
    known = isinstance(named, Symbol) and (named.name.startswith("dL/d") or bool(roles_of(named.name)))
    return left if known and (len(left) > 1 or len(left[0].value) > 1) else []
