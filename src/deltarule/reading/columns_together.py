"""What the columns of a table mean beside one another and over their rows: which count, which start a row, which are inputs."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from deltarule.algebra.expr import Symbol
from deltarule.document import Claim
from deltarule.formulas import Role
from deltarule.naming import COUNTED
from deltarule.reading.cell_values import Lexer, cell_claims
from deltarule.reading.column_names import Column
from deltarule.reading.column_quantities import PARAMETERS
from deltarule.reading.lone_numbers import as_written
from deltarule.reading.sample_cells import lists_with_target
from deltarule.spans import Source, Span
from deltarule.written import Written, is_rounding, is_truncation

WORKED = frozenset(
    {Role.NET_INPUT, Role.ERROR, Role.LOSS, Role.GRADIENT, Role.CHANGE, Role.BIAS_GRADIENT, Role.BIAS_CHANGE}
)


def is_result_table(columns: Sequence[Column]) -> bool:
    """Whether a table holds what was worked out, and not only what is given."""
    roles = [role for each in columns for role in each.roles]
    if any(role in WORKED or role in PARAMETERS for role in roles) or any(each.after for each in columns):
        return True
    if {Role.PREDICTION, Role.TARGET, Role.FEATURE} <= set(roles):
        return True
    if (
        any(each.counts == "epoch" for each in columns)
        and roles
        and set(roles) <= {Role.FEATURE, Role.TARGET}
    ):
        return True  # data do not come by steps
    if any(each.counts == "epoch" for each in columns) and any(each.tells_rates for each in columns):
        return True  # a rate that shrinks
    if sum(_is_of_descent(each) for each in columns) > (0 if any(each.counts for each in columns) else 1):
        return True
    return Role.OUTPUT in roles and (Role.TARGET in roles or Role.FEATURE in roles)


def _is_of_descent(each: Column) -> bool:
    """Whether a column tells a slope or the next value of a variable, which no table of data does."""
    return any(
        isinstance(subject, Symbol) and (subject.name.startswith("dL/d") or "new" in subject.marks)
        for subject in each.subjects
    )


def only_counts(source: Source, first: Column, cells: Sequence[Span]) -> bool:
    """Whether the first column is a letter that counts rows: ``k`` over 0, 1, 2, ..., 10."""
    letters = [
        subject.name for subject in first.subjects if isinstance(subject, Symbol) and not subject.index
    ]
    if len(letters) != 1 or letters[0] not in ("k", "i", "n", "t") or len(cells) < 2:
        return False
    texts = [source.extract(cell).strip(" $*`") for cell in cells]
    counted = [int(text) for text in texts if text.isascii() and text.isdigit()]
    gaps = [text for text in texts if not any(char.isalnum() for char in text)]
    if len(counted) + len(gaps) < len(texts) or len(counted) < 2 or counted[0] not in (0, 1):
        return False
    ahead = len(counted) if not gaps else 2  # a gap may leave out any number of rows
    in_order = all(first < second for first, second in pairwise(counted))
    return in_order and counted[:ahead] == list(range(counted[0], counted[0] + ahead))


def with_counts(columns: Sequence[Column]) -> Sequence[Column]:
    """``epoch | w1 | w2 | b | errors``: how many samples were wrong, where the rows are epochs and no samples."""
    roles = {role for each in columns for role in each.roles}
    of_samples = roles & {Role.FEATURE, Role.TARGET, Role.NET_INPUT, Role.OUTPUT, Role.CHANGE}
    counted = "sample" if of_samples else "epoch"
    columns = [replace(each, counts=counted) if each.counts == "iteration" else each for each in columns]
    if of_samples or not any(each.counts == "epoch" for each in columns):
        return columns
    return [Column((Symbol(COUNTED),)) if each.errors else each for each in columns]


def with_class(columns: Sequence[Column]) -> Sequence[Column]:
    """``x1 x2 class w·x g(w·x)``: a class between the inputs and what is worked out from them is the wanted one."""
    if any(Role.TARGET in each.roles for each in columns):
        return columns
    places = [at for at, each in enumerate(columns) if each.subjects == (_CLASS,)]
    inputs = [at for at, each in enumerate(columns) if each.roles == {Role.FEATURE}]
    if len(places) != 1 or not inputs or inputs[-1] > places[0]:
        return columns
    worked = any(each.roles & {Role.NET_INPUT, Role.OUTPUT} for each in columns[places[0] + 1 :])
    if not worked:
        return columns
    return [*columns[: places[0]], Column((Symbol("target"),)), *columns[places[0] + 1 :]]


def with_bias_input(
    source: Source, columns: Sequence[Column], rows: Sequence[Sequence[Span]]
) -> Sequence[Column]:
    """``x1 x2 b t ... w1 w2 b``: of two columns of a bias the one among the inputs, always 1, is its input."""
    places = [at for at, each in enumerate(columns) if each.roles == {Role.BIAS}]
    if len(places) < 2 or not any(each.roles & {Role.FEATURE} for each in columns[: places[0]]):
        return columns
    first = places[0]
    cells = {source.extract(row[first]).strip(" $*`+") for row in rows if len(row) > first}
    if len(cells - {""}) != 1 or not cells <= {"1", "-1", "−1", ""}:
        return columns
    return [*columns[:first], Column((Symbol("x", (0,)),)), *columns[first + 1 :]]


def with_squares(
    source: Source, columns: Sequence[Column], rows: Sequence[Sequence[Span]], lexed: Lexer
) -> Sequence[Column]:
    """``t - y ... Error`` over 0.7 and 0.49: of two columns of errors the one with the squares is a loss."""
    places = [at for at, each in enumerate(columns) if each.roles == {Role.ERROR}]
    if len(places) != 2:
        return columns
    first, second = ([_number_in(source, row, at, lexed) for row in rows] for at in places)
    pairs = [
        (e, square) for e, square in zip(first, second, strict=True) if e is not None and square is not None
    ]
    fitting = sum(
        any(
            is_rounding(square.value, e.value**2 / part, square.places)
            or is_truncation(square.value, e.value**2 / part, square.places)
            for part in (1, 2)
        )
        for e, square in pairs
    )
    if 2 * fitting <= len(pairs) or all(e.value == square.value for e, square in pairs):
        return columns
    return [*columns[: places[1]], Column((Symbol("loss"),)), *columns[places[1] + 1 :]]


def _number_in(source: Source, row: Sequence[Span], at: int, lexed: Lexer) -> Written | None:
    """The number that a cell ends with."""
    claims = cell_claims(source, Column((Symbol("error"),)), lexed(row[at])) if at < len(row) else []
    last = claims[-1] if claims else None
    return as_written(last.links[-1].expr) if isinstance(last, Claim) and last.links else None


_CLASS = Symbol("class")


def data_columns(
    source: Source, columns: Sequence[Column], rows: Sequence[Sequence[Span]]
) -> dict[int, Column]:
    """Columns that show a row's inputs with its target behind them, where no other column has it."""
    if any(Role.TARGET in each.roles for each in columns):
        return {}
    weights = {subject for each in columns if each.roles == {Role.WEIGHT} for subject in each.subjects}
    names = (*(Symbol("x", (k + 1,)) for k in range(len(weights))), Symbol("target"))
    return {
        at: Column(names)
        for at, each in enumerate(columns)
        if each.counts and lists_with_target(source, [row[at] for row in rows if at < len(row)], len(weights))
    }


def is_threshold(source: Source, each: Column, at: int, rows: Sequence[Sequence[Span]]) -> bool:
    """Whether a column of θ is the same in every row: no weight that is learned."""
    named = [subject.name for subject in each.subjects if isinstance(subject, Symbol) and not subject.index]
    return named == ["theta"] and len({source.extract(row[at]).strip() for row in rows if at < len(row)}) == 1


def weights_first(columns: Sequence[Column]) -> frozenset[int]:
    """Columns of weights that a row starts from."""
    weights = [at for at, each in enumerate(columns) if each.roles & PARAMETERS and not _marked(each, "new")]
    worked = [
        at
        for at, each in enumerate(columns)
        if each.roles & (WORKED | {Role.OUTPUT}) and not each.roles & PARAMETERS
    ]
    if not weights or not worked:
        return frozenset()
    return frozenset(weights) if max(weights) < min(worked) else frozenset()


def _marked(each: Column, mark: str) -> bool:
    return any(isinstance(subject, Symbol) and mark in subject.marks for subject in each.subjects)


def with_parts(columns: Sequence[Column]) -> Sequence[Column]:
    """``(a, b) | ∇f(a, b)``: the components of a gradient are the slopes by the variables of the place beside it."""
    widths = {len(each.subjects) for each in columns} - {0, 1}
    if len(widths) != 1:
        return columns
    return [replace(each, parts=max(widths)) if _is_gradient(each) else each for each in columns]


def _is_gradient(each: Column) -> bool:
    """Whether a column has ``∇f`` at a place."""
    whole = each.subjects[0] if len(each.subjects) == 1 else None
    return (
        isinstance(whole, Symbol) and whole.name.startswith("dL/d") and bool(whole.marks) and not whole.index
    )
