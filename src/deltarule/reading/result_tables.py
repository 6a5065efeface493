"""Tables whose columns are quantities and whose rows are samples or steps, cell by cell as claims.

A row becomes a label and then its claims. Weights that stand in front of what is worked out of them are those that
the row starts from; they are told with the row that made them.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.expr import Negative, Number, Symbol
from deltarule.document import Claim, Heading, Item
from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.rarely import rarely
from deltarule.reading.cell_values import (
    Lexer,
    behind_working,
    cell_claims,
    states,
    value_and_words,
    with_value_behind,
)
from deltarule.reading.column_names import Column
from deltarule.reading.column_quantities import PARAMETERS
from deltarule.reading.columns_together import (
    data_columns,
    is_threshold,
    only_counts,
    weights_first,
    with_bias_input,
    with_class,
    with_counts,
    with_parts,
    with_squares,
)
from deltarule.reading.headed_products import is_product, products
from deltarule.reading.row_quantities import of_named_row, of_row_or_result
from deltarule.reading.sample_cells import sample_of_cells
from deltarule.reading.totals import sums_up, totals
from deltarule.reading.worked_cells import number_alone, worked_columns
from deltarule.spans import Source, Span

_COUNT = rarely(r"[ $*`#(]{0,6}([0-9]{1,4})(?![0-9.,])")  # 1, #1, 1 (start)


def row_items(
    source: Source,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Span]],
    lexed: Lexer,
    stated: Callable[[Span], list[Item]],
) -> list[Item]:
    """Labels and claims of the rows, in the order in which they are worked.

    `stated` reads a cell that holds statements of its own, such as ``w = [0, 0.2], b = 0``.
    """
    if columns and only_counts(source, columns[0], [row[0] for row in rows if row]):
        columns = [Column(counts="row"), *columns[1:]]
    columns = with_class(with_counts(columns))
    columns = with_parts(columns)
    columns = with_squares(source, with_bias_input(source, columns, rows), rows, lexed)
    working = worked_columns(source.text, rows, lexed)
    headings = [
        None if each.subjects and each.heading and is_product(each.heading) else each.heading
        for each in columns
    ]
    multiplied = products(source, headings, rows, lambda cell: number_alone(lexed(cell)))
    fixed = [at for at, each in enumerate(columns) if is_threshold(source, each, at, rows)]
    before = weights_first([Column() if at in fixed else each for at, each in enumerate(columns)])
    data = data_columns(source, columns, rows)
    items: list[Item] = []
    samples: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(rows):
        if _left_out(source, row):
            items.append(Heading(row[0], source.line(row[0].start)))
            continue
        if number > 1 and sums_up(source, row):
            items += totals(source, rows[:number], row, lexed)
            continue
        label = _label(source, columns, row, samples)
        first: list[Item] = []
        rest: list[Item] = []
        for at, (each, cell) in enumerate(zip(columns, row, strict=False)):
            if (product := multiplied.get(at, {}).get(number)) is not None:
                rest.append(product)
                continue
            found = lexed(cell)
            if each.counts and not states(found):
                if not _holds_list(source, cell):
                    continue
                each = data.get(at, _INPUT)
            named = of_named_row(each, lexed(row[0])) if at else each
            value, words = value_and_words(found)
            claims = stated(cell) if states(found) else cell_claims(source, named, value)
            if words and not states(found):
                claims = [*claims, *stated(Span(words[0].start, cell.end))]
            if at - 1 in working and not _names_quantities(columns[at - 1]):
                told = first if at - 1 in before else rest
                claims = claims or cell_claims(source, of_row_or_result(lexed(row[0]), at), value)
                if told and isinstance(told[-1], Claim) and row[at - 1].start <= told[-1].span.start:
                    claims = with_value_behind(told.pop(), named, claims)
                else:
                    claims = behind_working(source, claims, columns[at - 1], lexed(row[at - 1]))
            elif named.mark == "new":
                claims = behind_working(source, claims, columns[at - 1], lexed(row[at - 1]))
            (first if at in before else rest).extend(claims)
        rest = _without_old_ones(rest)
        if row is rows[0] and _is_start(columns, [*first, *rest]):
            items += [Heading(row[0], source.line(row[0].start), start=True), *first, *rest]
            continue
        items += first
        if label is None and rest and (shown := sample_of_cells(source, row)) is not None:
            items.append(shown)
        if label is not None and (first or rest):
            items.append(
                replace(label, features=_given(rest, Role.FEATURE), targets=_given(rest, Role.TARGET))
            )
        items += rest
    return items


def _without_old_ones(claims: list[Item]) -> list[Item]:
    """A row without the old value of what it works out anew: ``w_1 | 0.5 | 0.5 - 0.1 · 2 = 0.3`` says it twice."""
    worked = {
        (claim.subject.name, claim.subject.index)
        for claim in claims
        if isinstance(claim, Claim)
        and isinstance(claim.subject, Symbol)
        and "new" in claim.subject.marks
        and len(claim.links) > 1
    }
    return [
        claim
        for claim in claims
        if not (
            isinstance(claim, Claim)
            and isinstance(claim.subject, Symbol)
            and "old" in claim.subject.marks
            and (claim.subject.name, claim.subject.index) in worked
        )
    ]


def _names_quantities(each: Column) -> bool:
    """Whether a heading names a quantity that is known."""
    return bool(each.roles)


def _left_out(source: Source, row: Sequence[Span]) -> bool:
    """Whether a row says that rows are left out here."""
    cells = [source.extract(cell).strip(" $*`") for cell in row]
    shown = [cell for cell in cells if cell]
    return bool(shown) and all(
        cell in ("\\vdots", "\\dots", "\\ldots", "\\cdots") or not cell.strip(". …⋮•·∙") for cell in shown
    )


def _is_start(columns: Sequence[Column], told: Sequence[Item]) -> bool:
    """Whether a row tells weights only, where others have data too: what the run starts from."""
    roles = {role for each in columns for role in each.roles}
    subjects = [item.subject for item in told if isinstance(item, Claim)]
    if not subjects or len(subjects) < len(told) or Role.FEATURE not in roles:
        return False
    return all(
        isinstance(subject, Symbol) and frozenset(roles_of(subject.name)[:1]) <= PARAMETERS
        for subject in subjects
    )


def _holds_list(source: Source, cell: Span) -> bool:
    """Whether a cell that should count rows shows the row's data: ``1 0 1``."""
    parts = source.extract(cell).strip(" $*`()[]").replace(",", " ").split()
    return len(parts) > 1 and all(part.lstrip("+-−").replace(".", "").isdigit() for part in parts)


_INPUT = Column((Symbol("x"),))


def _label(
    source: Source, columns: Sequence[Column], row: Sequence[Span], samples: dict[tuple[str, ...], int]
) -> Heading | None:
    """Where a row stands: its epoch, and its sample by number or by its data."""
    after = next((each.after for each in columns if each.after is not None), None)
    number: dict[str, int] = {}  # by what is counted; of epochs and steps within them the epochs
    for each, cell in zip(columns, row, strict=False):
        counted = _COUNT.match(source.extract(cell)) if each.counts else None
        if counted is not None:
            number.setdefault(each.counts, int(counted[1]))
    epoch, sample, ordinal = number.get("epoch", after), number.get("sample"), number.get("row")
    given = tuple(
        source.extract(cell).strip(" $*`")
        for each, cell in zip(columns, row, strict=False)
        if each.roles & {Role.FEATURE} or (each.roles & {Role.TARGET} and not each.roles & {Role.OUTPUT})
    )
    if given and all(given):
        shows_data = any(each.roles & {Role.FEATURE} for each in columns)
        if shows_data or ordinal is None:
            numbered = samples.setdefault(given, len(samples) + 1)
            sample = numbered if sample is None or (shows_data and sample > 4 * len(samples)) else sample
        else:
            sample = sample or ordinal  # many rows may have one target
    if epoch is None and sample is None and ordinal is None:
        return None
    span = row[0]
    return Heading(span, source.line(span.start), epoch, sample, ordinal)


def _given(claims: Sequence[Item], role: Role) -> tuple[Fraction, ...]:
    """Numbers of a row that may be its features, or its target: one name can mean either an output or a target."""
    found = []
    for claim in claims:
        if isinstance(claim, Claim) and isinstance(claim.subject, Symbol) and len(claim.links) == 1:
            number = claim.links[0].expr
            value = number.arg if isinstance(number, Negative) else number
            if claim.subject.index == (0,):
                continue  # the input of the bias
            if role in roles_of(claim.subject.name) and isinstance(value, Number):
                found.append(-value.value if isinstance(number, Negative) else value.value)
    return tuple(found)
