"""What a cell says: its value, or the expression too, ``0.25 - 0.4 = -0.15``; statements of its own; words behind it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Sum, Symbol, Vector
from deltarule.document import Claim, Item, Link
from deltarule.errors import InputError
from deltarule.formulas import Role
from deltarule.reading.column_names import Column
from deltarule.reading.column_quantities import OF_ROWS
from deltarule.reading.lone_numbers import as_written
from deltarule.reading.mathtext import parse
from deltarule.reading.not_read import NotReadError
from deltarule.reading.token import (
    CLOSE,
    COMMAND,
    NAME,
    NUMBER,
    OPEN,
    OPERATOR,
    RELATION,
    SEPARATOR,
    WORD,
    Token,
)
from deltarule.reading.vectors import ShapeError, components
from deltarule.spans import Source, Span

_VECTORS = frozenset({Role.WEIGHT, Role.CHANGE, Role.GRADIENT, Role.FEATURE})
Lexer = Callable[[Span], list[Token]]


def behind_working(
    source: Source, claims: list[Item], before: Column, working: Sequence[Token]
) -> list[Item]:
    """A new value with the expression of the cell in front of it: ``0.5 - 0.1 * 0.024 | 0.498``."""
    claim = claims[0] if len(claims) == 1 else None
    if before.subjects or before.mark or not isinstance(claim, Claim) or len(claim.links) != 1:
        return claims
    worked = cell_claims(source, Column((Symbol("working"),)), working)
    shown = worked[0] if len(worked) == 1 else None
    if not isinstance(shown, Claim) or as_written(shown.links[0].expr) is not None or len(shown.links) > 1:
        return claims
    return [replace(claim, span=shown.span.cover(claim.span), links=(*shown.links, *claim.links))]


def with_value_behind(working: Item, named: Column, value: list[Item]) -> list[Item]:
    """A cell that says itself what it works out, with the value of the cell behind it."""
    claim = value[0] if len(value) == 1 else None
    if not isinstance(working, Claim) or not isinstance(claim, Claim) or len(claim.links) != 1:
        return [working, *value]
    subject = working.subject
    links = (*working.links, *claim.links)
    if not isinstance(subject, Symbol) and subject is not None and named.roles:
        stated = Link("=", subject, subject.span or working.span)
        subject, links = claim.subject, (stated, *links)  # dL/dw | δ x = 0.2 · 3 | 0.6
    return [replace(working, span=working.span.cover(claim.span), subject=subject, links=links)]


def cell_items(
    source: Source, cell: Span, each: Column, lexed: Lexer, stated: Callable[[Span], list[Item]]
) -> list[Item]:
    """What a cell says: statements of its own, or the value of its column."""
    found = lexed(cell)
    return stated(cell) if states(found) else cell_claims(source, each, found)


_COMPARISONS = frozenset({"<", ">", "<=", ">=", "≤", "≥"})


def value_and_words(found: Sequence[Token]) -> tuple[Sequence[Token], Sequence[Token]]:
    """``-1 → update b to -0.9``: the value of a cell, and what is said behind it of other quantities."""
    end = 0
    while end < len(found) and (
        found[end].kind == NUMBER
        or (found[end].kind == OPERATOR and found[end].value in "+-")
        or (found[end].kind == SEPARATOR and found[end].value in "$ ")
    ):
        end += 1
    rest = found[end:]
    if rest and rest[0].kind == OPERATOR:  # 1.6^2 + 2 · 0.36 = 3.28, which has fallen
        return found, []
    numbers = sum(token.kind == NUMBER for token in found[:end])
    told = any(token.kind == WORD for token in rest) and any(token.kind == NAME for token in rest)
    if numbers != 1 or not told or not any(token.kind == NUMBER for token in rest):
        return found, []
    return found[:end], rest[1:] if rest[0].value in ("→", ",", ";", ":", "⇒", "(") else rest


def states(found: Sequence[Token]) -> bool:
    """Whether a cell says itself what it is about: ``b = -0.2``."""
    inside = [token for token in found if token.kind not in (SEPARATOR, WORD) and token.value != ""]
    return bool(inside) and inside[0].kind == NAME and any(token.kind == RELATION for token in inside)


def cell_claims(source: Source, each: Column, found: Sequence[Token]) -> list[Item]:
    """Claims of one cell."""
    found = [token for token in found if not (token.kind == SEPARATOR and token.value in ("$", " "))]
    found = [token for token in found if not (token.kind == COMMAND and token.value == "")]
    found = _without_reason(_after_arrow(found))
    while found and (found[-1].kind == WORD or found[-1].value == "^"):
        found.pop()
    while found and found[0].value == "^":  # **0.5**
        del found[0]
    if not found or any(token.kind == WORD for token in found):
        return []
    sides: list[list[Token]] = [[]]
    relations: list[Token] = []
    depth = 0
    for token in found:
        depth += (token.kind == OPEN) - (token.kind == CLOSE)
        if token.kind == RELATION and depth <= 0 and token.value in ("=", "≈", "→"):
            sides.append([])
            relations.append(token)
        else:
            sides[-1].append(token)
    try:
        links = [_link(relations[k - 1] if k else None, side) for k, side in enumerate(sides) if side]
    except (NotReadError, InputError):
        return []
    if not links or not is_numeric(links[-1].expr):
        return []
    return _claims(source, each, links, Span(found[0].start, found[-1].end))


def _after_arrow(found: list[Token]) -> list[Token]:
    """``0.5 → **0.3**``: what a value changes to."""
    at = next((k for k, token in enumerate(found) if token.kind == RELATION and token.value == "→"), None)
    if not at:
        return found
    parts = [[token for token in part if token.value != "^"] for part in (found[:at], found[at + 1 :])]
    plain = all(part and part[-1].kind == NUMBER and len(part) < 3 for part in parts)
    return parts[1] if plain else found


def _without_reason(found: list[Token]) -> list[Token]:
    """``+1 (0 ≥ 0)``, ``-1 (wrong)``: a value without the words, or the comparison, that stand behind it in brackets."""
    value = 1 + (bool(found) and found[0].kind == OPERATOR and found[0].value in "+-")
    rest = found[value:]
    if len(rest) < 3 or found[value - 1].kind != NUMBER or rest[0].kind != OPEN or rest[-1].kind != CLOSE:
        return found
    inside = rest[1:-1]
    closed = all(token.kind not in (OPEN, CLOSE) for token in inside)
    told = any(
        token.kind == WORD or (token.kind == RELATION and token.value in _COMPARISONS) for token in inside
    )
    return found[:value] if closed and told else found


def _link(relation: Token | None, side: Sequence[Token]) -> Link:
    items = _listed(side)
    span = Span(side[0].start, side[-1].end)
    value = "≈" if relation is not None and relation.value == "≈" else "="
    if items is not None:
        return Link(value, Vector(tuple(parse(item)[0] for item in items), span=span), span)
    expr, readings = parse(side)
    return Link(value, expr, span, readings)


def _listed(side: Sequence[Token]) -> list[list[Token]] | None:
    """Numbers in a row with blanks between them: ``1 0 -1``, ``(1 0 -1)``."""
    inner = side[1:-1] if len(side) > 2 and side[0].kind == OPEN and side[-1].kind == CLOSE else side
    items: list[list[Token]] = []
    for at, token in enumerate(inner):
        if token.kind == NUMBER:
            if at and inner[at - 1].kind == OPERATOR and items and len(items[-1]) == 1:
                items[-1].append(token)
            else:
                items.append([token])
        elif (
            token.kind == OPERATOR
            and token.value in "+-"
            and at + 1 < len(inner)
            and inner[at + 1].start == token.end
        ):
            if at and inner[at - 1].end == token.start:
                return None
            items.append([token])
        elif token.kind == SEPARATOR and token.value in ",;" and items and at + 1 < len(inner):
            continue
        else:
            return None
    return items if len(items) > 1 else None


def _claims(source: Source, each: Column, links: Sequence[Link], span: Span) -> list[Item]:
    """One claim for each quantity of a cell."""
    line = source.line(span.start)
    subjects = each.subjects
    try:
        listed = [components(link.expr) for link in links]
    except ShapeError:
        return []
    sizes = {None if parts is None else len(parts) for parts in listed}
    if sizes == {None}:
        if len(subjects) == 1:
            formula = each.heading if isinstance(each.heading, Sum) else each.formula  # t - y
            return [Claim(span, line, subjects[0], tuple(links), formula=formula)]
        return [Claim(span, line, None, tuple(links))] if len(links) > 1 else []
    if len(sizes) != 1:
        return []
    count = sizes.pop() or 0
    whole = subjects[0] if len(subjects) == 1 else None
    if isinstance(whole, Symbol):
        # a list of numbers that is neither weights nor changes, and not of all rows, is the input
        name = whole if each.roles & (_VECTORS | OF_ROWS) else Symbol("x", span=whole.span)
        subjects = tuple(replace(name, index=(k + 1,)) for k in range(count))
    if len(subjects) != count:
        return []
    parts = [[part[k] for part in listed if part is not None] for k in range(count)]
    return [
        Claim(
            parts[k][0].span or span,
            line,
            subject,
            tuple(
                Link(link.relation, part, part.span or span)
                for link, part in zip(links, parts[k], strict=True)
            ),
            part=k if each.roles & OF_ROWS or count == each.parts else None,
        )
        for k, subject in enumerate(subjects)
    ]
