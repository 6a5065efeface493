"""Inputs and what comes out for them: [0, 1] -> 1, lists of numbers behind an arrow."""

from collections.abc import Sequence
from typing import TypeGuard

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Expr, Symbol, Vector
from deltarule.document import OUTPUT_AT
from deltarule.errors import InputError
from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.reading.lone_numbers import as_written
from deltarule.reading.mathtext import parse
from deltarule.reading.not_read import NotReadError
from deltarule.reading.statements import is_list
from deltarule.reading.token import CLOSE, NAME, NUMBER, OPEN, OPERATOR, SEPARATOR, Token


def is_number_or_list(part: Sequence[Token], plain: bool = False) -> bool:
    """Whether a part is a signed number, or a list that was made here."""
    if not plain and len(part) > 2 and part[0].kind == OPEN and part[0].start == part[0].end:
        return True
    return 0 < len(part) < 3 and part[-1].kind == NUMBER and (len(part) == 1 or part[0].value in ("+", "-"))


def is_gradient(subject: Expr | None) -> bool:
    """Whether a left side is the gradient of a function: ``∇f(-0.9)``."""
    return isinstance(subject, Symbol) and subject.name == "dL/dw" and not subject.index


def is_number(part: Sequence[Token]) -> bool:
    """Whether a part is a number with a sign or none."""
    return 0 < len(part) < 3 and part[-1].kind == NUMBER and (len(part) == 1 or part[0].value in ("+", "-"))


def inputs_of(
    parts: Sequence[Sequence[Token]], relations: Sequence[Token]
) -> tuple[list[Vector], Sequence[Sequence[Token]]]:
    """Inputs in brackets in front of an arrow, with their target if that stands beside them, and what is behind; else nothing."""
    first = parts[0]
    if first and first[0].kind == NAME and Role.FEATURE in roles_of(first[0].value.partition("#")[0]):
        if len(first) == 1 and len(parts) > 1 and relations[0].value in ("=", ":"):
            parts, relations = parts[1:], relations[1:]  # x = [0, 1] → 1
            first = parts[0]
        else:
            first = first[1:]
    if len(parts) < 2 or relations[0].value != "→" or not first or not is_list(first):
        return [], ()
    left = lists_in(first)
    if len(left) > 2 or (len(left) == 2 and len(left[1].items) != 1):
        return [], ()
    if left and len(left[0].items) == 1 and parts[1] and parts[1][0].kind == OPEN:
        return [], ()  # [0.5] → [0.3] goes from one to the other
    return left, parts[1:]


def is_formula_part(part: Sequence[Token]) -> bool:
    """Whether names are calculated with."""
    kinds = {token.kind for token in part}
    return NAME in kinds and OPERATOR in kinds


def is_output(subject: Expr | None) -> TypeGuard[Apply]:
    """Whether a claim says what comes out for inputs."""
    return isinstance(subject, Apply) and subject.function == OUTPUT_AT


def lists_in(part: Sequence[Token]) -> list[Vector]:
    """The lists that stand side by side: ``[0 1] [1]``; none unless all are lists of numbers."""
    found: list[Vector] = []
    depth = start = 0
    for at, token in enumerate(part):
        depth += (token.kind == OPEN) - (token.kind == CLOSE)
        if depth:
            continue
        try:
            numbers = parse(part[start : at + 1])[0]
        except (NotReadError, InputError):
            return []
        flat = (
            Vector((numbers,)) if as_written(numbers) and part[start].value == "[" else flat_numbers(numbers)
        )
        start = at + 1
        if flat is None:
            return []
        found.append(flat)
    return found


def flat_numbers(expr: Expr) -> Vector | None:
    """A list of numbers, the rows of a column without their brackets: ``[[0], [1]]``."""
    if not isinstance(expr, Vector):
        return None
    items = tuple(
        item.items[0] if isinstance(item, Vector) and len(item.items) == 1 else item for item in expr.items
    )
    return Vector(items, span=expr.span) if all(as_written(item) for item in items) else None


def number_by_itself(part: Sequence[Token]) -> Expr | None:
    """A number, or one that is a list by itself: ``1``, ``[0.8]``."""
    if not part or not any(token.kind == NUMBER for token in part):
        return None
    try:
        expr = parse(part)[0]
    except (NotReadError, InputError):
        return None
    flat = flat_numbers(expr)
    alone = flat.items[0] if flat is not None and len(flat.items) == 1 else expr
    return alone if as_written(alone) is not None else None


def is_point(part: Sequence[Token]) -> bool:
    """Whether nothing but numbers stand in a bracket: ``(8.1, 0)``."""
    if len(part) < 5 or part[0].kind != OPEN or part[-1].kind != CLOSE or part[0].value not in "([":
        return False
    inside = part[1:-1]
    parted = sum(token.kind == SEPARATOR and token.value in ",;|" for token in inside)
    plain = all(
        token.kind == NUMBER
        or (token.kind == SEPARATOR and token.value in ",;|")
        or (token.kind == OPERATOR and token.value in "+-")
        for token in inside
    )
    return plain and parted > 0 and sum(token.kind == NUMBER for token in inside) == parted + 1


def bare_point(part: Sequence[Token]) -> Sequence[Token]:
    r"""A point that is written as a column, ``((1, 1)^\top)``, without what lays it down."""
    if len(part) < 7 or part[1].kind != OPEN:
        return part
    close = next((k for k in range(2, len(part)) if part[k].kind == CLOSE), len(part))
    behind = [token.value for token in part[close + 1 : -1] if token.value not in ("^", "{", "}")]
    return part[1 : close + 1] if behind in (["T"], ["top"], ["mark:transpose"]) else part


def printed_point(subject: Expr | None) -> Vector | None:
    """The array of numbers that a function is taken of as a program prints it: ``f([0.5 -1.2])``."""
    array = subject.arg if isinstance(subject, Apply) else None
    if not isinstance(array, Vector) or len(array.items) < 2 or not all(map(is_numeric, array.items)):
        return None
    return array


def maps_point(parts: Sequence[Sequence[Token]], relations: Sequence[Token]) -> bool:
    """``(0, 1) -> 1``, ``x = (0, 1) -> 1``: an input and its target."""
    named = len(parts) == 3 and len(parts[0]) == 1 and relations[0].value == "="
    if relations[-1].value != "→" or not (len(parts) == 2 or named) or not is_point(parts[-2]):
        return False
    return is_number_or_list(parts[-1], plain=True)
