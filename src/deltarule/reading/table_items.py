"""What a table tells, as items: data, claims row by row or cell by cell, iterates of a descent, working beside its value."""

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import chain

from deltarule.algebra.expr import Apply, Symbol
from deltarule.document import Claim, Heading, Item, Table
from deltarule.reading.asked_tables import answers
from deltarule.reading.cell_values import cell_items, states
from deltarule.reading.column_names import Column, column
from deltarule.reading.columns_together import is_result_table, only_counts
from deltarule.reading.grouped_columns import grouped
from deltarule.reading.iterate_tables import begin_alike, rate_of, rows_by_rate, told_by_columns, told_by_rows
from deltarule.reading.lone_numbers import as_written
from deltarule.reading.mentions import mention
from deltarule.reading.result_tables import row_items
from deltarule.reading.row_names import named_rows
from deltarule.reading.row_quantities import formula_of_row, name_of_row, tells_new_values, value_of_row
from deltarule.reading.state import Reading
from deltarule.reading.tables import table
from deltarule.reading.token import RELATION, Token
from deltarule.reading.turned_tables import is_turned, turned_items
from deltarule.reading.worked_cells import led, number_alone, plain, worked, worked_columns
from deltarule.spans import Span

_EQUALITY = re.compile(r"[=≈]")


def add_table(reading: Reading, found: Table, rows: Sequence[Sequence[Span]]) -> None:
    """Take in a table that was found; `rows` are its cells in the text, the names of its columns first."""
    grouped_already = False
    for columns_of_group, names in grouped(reading.text, rows[0]):
        cells = [[row[at] for at in columns_of_group] for row in rows[1:] if len(row) == len(rows[0])]
        part = table(reading.text, [names, *cells], found.line, reading.habits)
        if part is not None:
            add_table(reading, part, [names, *cells])
        grouped_already = True
    if grouped_already:
        return
    stated = partial(_stated, reading)
    reading.claims.close()
    reading.tokens.budget -= 2 * sum(len(row) for row in rows)
    kept = [row for row in rows if any(reading.text[span.start : span.end].strip() for span in row)]
    columns = [
        column_of(reading, reading.source.extract(span), span, reading.tokens.cell(span)) for span in kept[0]
    ]
    iterates = _iterates(reading, columns, kept)
    if iterates:
        reading.items += [Heading(found.span, found.line), *iterates]
        return
    steps = _tells_steps(reading, columns, kept[1:])
    reading.items.append(Heading(found.span, found.line) if steps else found)  # whose x and y are no data
    called = {} if steps else named_rows(reading.text, found, kept[1:])
    reading.row_names |= called
    results = steps or is_result_table(columns) or _tells_rates(reading, columns, kept[1:])
    results = results or tells_new_values(columns, kept[1:], reading.tokens.cell)
    working: frozenset[int] = frozenset()
    if not results or any(not each.subjects for each in columns[2:]):  # gradient formula | value
        working = worked_columns(reading.text, kept[1:], reading.tokens.cell)
    behind = [columns[at + 1] for at in working if 0 < at < len(columns) - 1]
    if results and all(each.subjects or each.mark for each in behind):
        reading.items.extend(row_items(reading.source, columns, kept[1:], reading.tokens.cell, stated))
        return
    turned = not called and len(kept[0]) > 1 and is_turned(columns, kept[1:], reading.tokens.cell)
    if not working and turned:
        reading.items.extend(turned_items(reading.source, kept[0], kept[1:], reading.tokens.cell, stated))
        return
    asked = {} if results or turned or called else answers(kept[1:], reading.tokens.cell)
    for row in rows:
        value_of_working = False
        told = 0  # cells that were read together with the one that asks for their quantity
        for at, span in enumerate(row):
            if span in asked:
                chain, told = asked[span]
                _answered(reading, chain, span.cover(row[at + told - 1]))
            if told:
                told -= 1
                continue
            if value_of_working:
                value_of_working = False
                continue
            if row is not kept[0] and not at and 1 in working and _heads_working(reading, row):
                continue  # it is read with what is worked out for it
            if row is not kept[0] and at in working and at + 1 < len(row):
                value_of_working = _worked_cells(reading, row, at)
            if value_of_working:
                continue
            named = value_of_row(reading.source, row, span, reading.tokens.cell) if turned and at else []
            if named and row is not kept[0]:
                reading.items.extend(named)
                continue
            inside = reading.tokens.cell(span)
            if _EQUALITY.search(reading.text, span.start, span.end):
                reading.claims.piece(inside)
            mention(reading, inside)


def column_of(reading: Reading, text: str, span: Span, found: Sequence[Token]) -> Column:
    """What the heading of a column says; `found` are its tokens."""
    told = text.strip(" $*`_").lower(), span
    if told not in reading.columns:
        reading.columns[told] = column(text, found)
    return reading.columns[told]


def _stated(reading: Reading, span: Span) -> list[Item]:
    """Items of a cell that holds statements of its own."""
    start = len(reading.items)
    reading.claims.close()
    reading.claims.piece(reading.tokens.cell(span))
    found = list(reading.items[start:])
    del reading.items[start:]
    reading.claims.close()
    return found


def _answered(reading: Reading, chain: Sequence[Token], cells: Span) -> None:
    """What is said of a quantity in cells beside one another: the working may stand behind the value."""
    first = len(reading.items)
    reading.claims.close()
    reading.claims.piece(chain)
    reading.claims.close()
    for at in range(first, len(reading.items)):
        item = reading.items[at]
        if isinstance(item, Claim) and item.span.end < item.span.start:
            reading.items[at] = replace(item, span=cells)


def _heads_working(reading: Reading, row: Sequence[Span]) -> bool:
    """Whether a row begins with the formula of what its next two cells work out: ``e = t - y | 1 - 0.4 | 0.6``."""
    if len(row) < 3 or "=" not in reading.text[row[0].start : row[0].end]:
        return False
    working, value = reading.tokens.cell(row[1]), led(reading.tokens.cell(row[2]))[1]
    whole = worked(working) is not None and not any(token.kind == RELATION for token in working)
    return whole and number_alone(value) is not None and bool(formula_of_row(reading.tokens.cell(row[0])))


def _worked_cells(reading: Reading, row: Sequence[Span], at: int) -> bool:
    """A cell with an expression and the one behind it with its value as one claim; whether it was one."""
    working, (sign, value) = reading.tokens.cell(row[at]), led(reading.tokens.cell(row[at + 1]))
    states_formula = sign is not None and any(token.kind == RELATION for token in working)
    if number_alone(value) is None or (worked(working) is None and not states_formula):
        return False
    sign = sign or Token(RELATION, "=", row[at + 1].start, row[at + 1].start)
    chain = [*plain(working), sign, *value]
    named = at > 0 and not any(token.kind == RELATION for token in working)
    head = reading.tokens.cell(row[0]) if named else []
    name = (formula_of_row(head) if at == 1 else []) or name_of_row(head)
    reading.claims.close()
    if name:
        chain = [*name, Token(RELATION, "=", name[-1].end, name[-1].end), *chain]
    reading.claims.piece(chain)
    reading.claims.close()
    return True


def _iterates(reading: Reading, columns: Sequence[Column], kept: Sequence[Sequence[Span]]) -> list[Item]:
    """The places that a descent comes to, where a table has a learning rate for each row or column."""

    def told(span: Span, each: Column) -> list[Item]:
        return cell_items(reading.source, span, each, reading.tokens.cell, partial(_stated, reading))

    rows = kept[1:]
    rate = rows_by_rate(columns, rows, reading.tokens.cell)
    if rate is not None:
        return told_by_rows(reading.source, columns, rows, rate, told)
    rates = {
        at: found for at, span in enumerate(kept[0]) if at and (found := rate_of(reading.tokens.cell(span)))
    }
    variable, starts = _descended(reading) if len(rates) > 1 else ("", frozenset())
    if not variable:
        return []
    by_rate = told_by_columns(reading.source, rows, rates, variable, told)
    others = [
        item
        for row in rows
        for at, span in enumerate(row[: len(columns)])
        if at and at not in rates
        for item in told(span, columns[at])
    ]
    named = all(states(reading.tokens.cell(row[at])) for row in rows for at in rates if at < len(row))
    return [*others, *chain.from_iterable(by_rate)] if named or begin_alike(by_rate, starts) else []


def _descended(reading: Reading) -> tuple[str, frozenset[Fraction]]:
    """The one variable of the last function that was told, and the values told of it, or of its place 0."""
    function = next(
        (item for item in reversed(reading.items) if isinstance(item, Claim) and len(_variables(item)) == 1),
        None,
    )
    variable = next(iter(_variables(function))) if function is not None else ""
    told = (
        as_written(item.links[-1].expr)
        for item in reading.items
        if isinstance(item, Claim)
        and isinstance(item.subject, Symbol)
        and item.subject.name == variable
        and (*item.subject.index, *item.subject.upper) in ((), (0,))
        and item.links
    )
    return variable, frozenset(each.value for each in told if each is not None)


def _tells_steps(reading: Reading, columns: Sequence[Column], rows: Sequence[Sequence[Span]]) -> bool:
    """Whether a table shows, step by step, the variables of a function that stands above it: ``step | x | y``."""
    counted = only_counts(reading.source, columns[0], [row[0] for row in rows if row])
    if not counted and not any(each.counts == "epoch" for each in columns):
        return False
    names = {each.name for one in columns[counted:] for each in one.subjects if isinstance(each, Symbol)}
    if not names:
        return False
    return any(isinstance(item, Claim) and _is_of(names, item) for item in reading.items)


def _is_of(names: set[str], claim: Claim) -> bool:
    """Whether names are variables of a function that a claim gives; its value and its slopes may stand beside them all."""
    variables = _variables(claim)
    if names <= variables:
        return True
    function = claim.subject.function if isinstance(claim.subject, Apply) else None
    if function is None or not variables or not variables <= names:
        return False
    return names <= {*variables, function, f"{function}'", *(f"dL/d{each}" for each in variables)}


def _tells_rates(reading: Reading, columns: Sequence[Column], rows: Sequence[Sequence[Span]]) -> bool:
    """Whether a table shows how a learning rate shrinks from step to step: ``t | lr_t``."""
    counted = only_counts(reading.source, columns[0], [row[0] for row in rows if row])
    return counted and any(each.tells_rates for each in columns[1:])


def _variables(claim: Claim) -> set[str]:
    """The names that a claim gives a function of, ``f(x, y) = ...`` and ``L = x^2 + y^2``."""
    subject = claim.subject
    if isinstance(subject, Apply):
        return {symbol.name for symbol in subject.arg.symbols}
    body = claim.links[-1].expr if claim.links and isinstance(subject, Symbol) else None
    if body is None or isinstance(body, Symbol) or claim.part is not None:
        return set()
    return {symbol.name for symbol in body.symbols} - {subject.name if isinstance(subject, Symbol) else ""}
