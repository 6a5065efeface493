"""Rows whose first cell names the quantity that the row is about, ``w_1 | 0.5 | 0.3``."""

from collections.abc import Sequence
from dataclasses import replace

from deltarule.algebra.expr import Apply, Expr, Symbol
from deltarule.document import Item
from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.reading.cell_values import Lexer, cell_claims, states
from deltarule.reading.column_names import Column, column
from deltarule.reading.column_quantities import PARAMETERS, quantity_of
from deltarule.reading.token import RELATION, SEPARATOR, WORD, Token
from deltarule.reading.worked_cells import plain
from deltarule.spans import Source, Span


def tells_new_values(columns: Sequence[Column], rows: Sequence[Sequence[Span]], lexed: Lexer) -> bool:
    """Whether a column has the new values of the parameters that the rows name: ``parameter | old | new``."""
    if not any(each.mark == "new" for each in columns[1:]) or columns[0].roles:
        return False
    heads = [name_of_row(lexed(row[0])) for row in rows if row]
    named = [quantity_of(head) for head in heads if head]
    return (
        bool(named)
        and len(named) == len(rows)
        and all(isinstance(name, Symbol) and set(roles_of(name.name)[:1]) & PARAMETERS for name in named)
    )


def of_named_row(each: Column, head: Sequence[Token]) -> Column:
    """A column of new values, or of slopes or changes, of what the first cell of the row names."""
    of_any = all(
        isinstance(subject, Symbol) and not subject.index and not subject.name.startswith("dL")
        for subject in each.subjects
    )
    slopes = each.roles == {Role.GRADIENT} and of_any
    changes = each.roles == {Role.CHANGE} and of_any
    if each.mark not in ("new", "old") and not slopes and not changes:
        return each
    name = quantity_of([token for token in head if token.kind not in (SEPARATOR, WORD)])
    if not isinstance(name, Symbol):
        return each
    if changes:
        return Column((Symbol(f"d{name.name.lower()}", name.index, span=name.span),))
    if slopes:
        weight = name.name in ("w", "W", "theta")
        by = "dL/dw" if weight else f"dL/d{name.name}"
        return Column((Symbol(by, name.index, ("",), span=name.span),))
    return Column((replace(name, marks=(*name.marks, each.mark)),), mark=each.mark)


def name_of_row(head: Sequence[Token]) -> list[Token]:
    """The tokens of the quantity that the first cell of a row names; none if it names none."""
    left = [token for token in plain(head) if token.kind != WORD]
    if not left or any(token.kind in (RELATION, SEPARATOR) for token in left):
        return []
    return left if _is_name(quantity_of(left)) else []


def formula_of_row(head: Sequence[Token]) -> list[Token]:
    """The tokens of the formula that the first cell of a row states for its quantity, ``e = t - y``; none if it states none."""
    kept = plain(head)
    first = next((k for k, token in enumerate(kept) if token.kind == RELATION), 0)
    name, rest = name_of_row(kept[:first]), kept[first:]
    if not name or len(rest) < 2 or any(token.kind in (SEPARATOR, WORD) for token in rest):
        return []
    signs = [token for token in rest if token.kind == RELATION]
    return [*name, *rest] if all(sign.value == "=" for sign in signs) and rest[-1] is not signs[-1] else []


def _is_name(subject: Expr | None) -> bool:
    """Whether it is a name, or a function of one: ``w``, ``f'(net)``."""
    return isinstance(subject, Symbol) or (isinstance(subject, Apply) and isinstance(subject.arg, Symbol))


def of_row_or_result(head: Sequence[Token], at: int) -> Column:
    """What a column of values without a heading that says so is about: what the row names."""
    name = quantity_of(name_of_row(head)) if at > 1 and name_of_row(head) else None
    return Column((name or Symbol("result"),))


def named_by_head(row: Sequence[Span], lexed: Lexer) -> Column:
    """A column of the values of the quantity that the first cell of a row names."""
    return column("", lexed(row[0])) if row else Column()


def value_of_row(source: Source, row: Sequence[Span], cell: Span, lexed: Lexer) -> list[Item]:
    """What a cell says of the quantity that the first cell of its row names."""
    found = lexed(cell)
    return [] if states(found) else cell_claims(source, named_by_head(row, lexed), found)
