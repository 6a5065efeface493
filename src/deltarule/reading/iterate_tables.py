"""Tables of the places that a descent comes to, for one learning rate a row or a column.

``η | x_0 | x_1 | x_2`` with a rate in each row, or ``step | η = 0.1 | η = 0.5`` with a step in each: the places
of one rate are told one after the other, behind the rate that they belong to.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from deltarule.algebra.expr import Symbol
from deltarule.document import Claim, Heading, Item, Link
from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.rarely import rarely
from deltarule.reading.column_names import Column
from deltarule.reading.lone_numbers import as_written, number_of
from deltarule.reading.token import NAME, NUMBER, OPERATOR, RELATION, Token
from deltarule.spans import Source, Span

FEWEST_PLACES = 2
_COUNT = rarely(r"[^\d\n]{0,20}(\d{1,4})(?![\d.,])")

Told = Callable[[Span, Column], list[Item]]  # what a cell says of its column


def rows_by_rate(
    columns: Sequence[Column], rows: Sequence[Sequence[Span]], lexed: Callable[[Span], list[Token]]
) -> int | None:
    """The column of learning rates in a table whose other columns are the places of one descent, counted by an index."""
    rates = [at for at, each in enumerate(columns) if each.roles == {Role.LEARNING_RATE}]
    if not rates and columns and not columns[0].subjects and all(rate_of(lexed(row[0])) for row in rows):
        rates = [0]  # α = 0.1 | 3 | 2.2
    if len(rates) != 1:
        return None
    known = [found for at, each in enumerate(columns) if at not in rates and (found := _place(each))]
    in_order = all(
        later == earlier + 1 and name == other for (name, earlier), (other, later) in pairwise(known)
    )
    whole = FEWEST_PLACES < len(known) >= len(columns) - 2
    return rates[0] if in_order and whole else None


def _place(each: Column) -> tuple[str, int] | None:
    """Name and number of ``x_2``, ``w^{(2)}``."""
    symbol = each.subjects[0] if len(each.subjects) == 1 else None
    if not isinstance(symbol, Symbol) or symbol.name.startswith("dL"):
        return None
    numbers = [index for index in (*symbol.index, *symbol.upper) if isinstance(index, int)]
    return (symbol.name, numbers[0]) if len(numbers) == 1 else None


def told_by_rows(
    source: Source, columns: Sequence[Column], rows: Sequence[Sequence[Span]], rate: int, told: Told
) -> list[Item]:
    """Row by row: the rate, then the places."""
    items: list[Item] = []
    for row in rows:
        items.append(Heading(row[0], source.line(row[0].start)))
        for at in (rate, *(at for at in range(len(columns)) if at != rate)):
            if at < len(row):
                items += told(row[at], _of_time(columns[at]))
    return items


def _of_time(each: Column) -> Column:
    """A column of ``w_2`` where that is the weight after two steps, and not the second one."""
    symbol, place = each.subjects[0] if each.subjects else None, _place(each)
    if place is None or not isinstance(symbol, Symbol) or Role.WEIGHT not in roles_of(symbol.name)[:1]:
        return each
    return replace(each, subjects=(replace(symbol, index=(), upper=(place[1],)),))


def rate_of(found: Sequence[Token]) -> Claim | None:
    """The learning rate that the heading of a column tells: ``η = 0.1``, ``small step (lr = 0.1)``, ``α 0.5``."""
    kept = [token for token in found if token.kind in (NAME, RELATION, NUMBER, OPERATOR)]
    at = next((k for k, token in enumerate(kept) if token.kind == NUMBER), 0)
    if not at or at != len(kept) - 1 or any(token.kind == OPERATOR for token in kept):
        return None
    name = kept[at - 2] if at > 1 and kept[at - 1].kind == RELATION else kept[at - 1]
    called = name.value.partition("#")[0]
    if name.kind != NAME or Role.LEARNING_RATE not in roles_of(called)[:1]:
        return None
    value = number_of(kept[at])
    span = Span(name.start, kept[at].end)
    return Claim(span, 0, Symbol(called, span=name.span), (Link("=", value, kept[at].span),))


def told_by_columns(
    source: Source, rows: Sequence[Sequence[Span]], rates: Mapping[int, Claim], variable: str, told: Told
) -> list[list[Item]]:
    """For each rate what tells it, and then its places, each that of its row."""
    found: list[list[Item]] = []
    for at, rate in rates.items():
        line = source.line(rate.span.start)
        items: list[Item] = [Heading(rate.span, line), replace(rate, line=line)]
        for number, row in enumerate(rows):
            if at < len(row):
                counted = _COUNT.match(source.extract(row[0]))
                index = int(counted[1]) if counted is not None else number
                items += told(row[at], Column((Symbol(variable, upper=(index,)),)))
        found.append(items)
    return found


def begin_alike(by_rate: Sequence[Sequence[Item]], starts: Container[Fraction]) -> bool:
    """Whether the places of all rates begin at one place that was told; otherwise they may be anything else."""
    first = [next((item for item in items[2:] if isinstance(item, Claim)), None) for items in by_rate]
    told = [None if each is None else as_written(each.links[-1].expr) for each in first]
    begun = {each.value if each is not None else None for each in told}
    return len(begun) == 1 and all(value is not None and value in starts for value in begun)
