"""Columns whose heading multiplies other columns: ``(ŷ - y)·x`` behind ``x``, ``y`` and ``ŷ - y``; ``p(1 - p)`` and ``(1 - p)²`` behind ``p``.

What stands in such a cell is no quantity of the neuron. It is worked out from the row's own cells, so the heading with
their numbers in it is the expression in front of the value, as long as most rows bear out that this is what it means.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from deltarule.algebra.expr import Expr, Negative, Number, Power, Product, Sum, Symbol
from deltarule.document import Claim, Link
from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.reading.lone_numbers import as_expression
from deltarule.reading.worked_cells import gives
from deltarule.spans import Source, Span
from deltarule.written import Written

FEWEST = 2  # rows that bear out what a heading means
MAX_ROWS = 400

Numbers = Sequence[Written | None]  # of one row, cell by cell


def is_product(expr: Expr) -> bool:
    """Whether a heading multiplies names and differences with names, or takes a power of one, and does nothing else."""
    if isinstance(expr, Power):
        return isinstance(expr.base, Sum) and _is_factor(expr.base) and not expr.base.is_numeric
    return (
        isinstance(expr, Product)
        and all(_is_factor(factor) for factor in expr.factors)
        and not expr.is_numeric
    )


def _is_factor(expr: Expr) -> bool:
    if isinstance(expr, Negative):
        return _is_factor(expr.arg)
    if isinstance(expr, Sum):
        return all(_is_factor(term) for term in expr.terms)
    return isinstance(expr, Symbol | Number) or (isinstance(expr, Power) and _is_factor(expr.base))


def products(
    source: Source,
    headings: Sequence[Expr | None],
    rows: Sequence[Sequence[Span]],
    number: Callable[[Span], Written | None],
) -> dict[int, dict[int, Claim]]:
    """For each column of products that the rows bear out: by row, the claim that its cell makes."""
    wanted = [at for at, heading in enumerate(headings) if heading is not None and is_product(heading)]
    if not wanted or len(rows) > MAX_ROWS:
        return {}
    numbers = [[number(cell) for cell in row] for row in rows]
    found: dict[int, dict[int, Claim]] = {}
    for at in wanted:
        told = dict(_column(source, headings, rows, numbers, at))
        fitting = sum(_fits(claim) for claim in told.values())
        if fitting >= FEWEST and 2 * fitting > len(told):
            found[at] = told
    return found


def _column(
    source: Source,
    headings: Sequence[Expr | None],
    rows: Sequence[Sequence[Span]],
    numbers: Sequence[Numbers],
    at: int,
) -> Iterator[tuple[int, Claim]]:
    heading = headings[at]
    for k, (row, told) in enumerate(zip(rows, numbers, strict=True)):
        value = told[at] if at < len(told) else None
        if value is None or heading is None:
            continue
        cell = row[at]
        worked = _put(heading, headings, told, cell)
        if worked is not None:
            links = (Link("=", worked, cell), Link("=", as_expression(value, cell), cell))
            yield k, Claim(cell, source.line(cell.start), None, links, formula=heading)


def _put(expr: Expr, headings: Sequence[Expr | None], told: Numbers, cell: Span) -> Expr | None:
    """A heading with the numbers that the row has for its names; None if it has not all of them."""
    for heading, value in zip(headings, told, strict=False):
        if heading == expr and value is not None and not is_product(expr):
            found = as_expression(value, cell)
            return _given(found) if _is_given(expr) else found
    if isinstance(expr, Symbol):
        return None
    if isinstance(expr, Number):
        return expr
    parts = [_put(child, headings, told, cell) for child in expr.children()]
    known = iter([part for part in parts if part is not None])
    return None if None in parts else replace(expr.map(lambda _: next(known)), span=cell)


def _is_given(name: Expr) -> bool:
    """Whether a column tells inputs, which are no roundings."""
    return isinstance(name, Symbol) and Role.FEATURE in roles_of(name.name)[:1]


def _given(number: Expr) -> Expr:
    """A number that does not say where it is written, as one that nobody has rounded."""
    if isinstance(number, Number):
        return replace(number, written=None)
    return number.map(_given)


def _fits(claim: Claim) -> bool:
    value = claim.links[1].expr
    inner = value.arg if isinstance(value, Negative) else value
    written = inner.written if isinstance(inner, Number) else None
    if written is None:
        return False
    signed = replace(written, value=-written.value) if isinstance(value, Negative) else written
    return gives(claim.links[0].expr, signed)
