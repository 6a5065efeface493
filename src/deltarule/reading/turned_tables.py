"""Tables whose rows are quantities, named by their first cell, and whose columns are steps."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from deltarule.document import Claim, Heading, Item
from deltarule.reading.cell_values import Lexer, cell_claims, states
from deltarule.reading.column_names import Column
from deltarule.reading.column_quantities import PARAMETERS
from deltarule.reading.columns_together import WORKED
from deltarule.reading.headings import heading
from deltarule.reading.row_quantities import named_by_head
from deltarule.reading.token import NAME, WORD, Token
from deltarule.spans import Source, Span


def is_turned(columns: Sequence[Column], rows: Sequence[Sequence[Span]], lexed: Lexer) -> bool:
    """Whether the rows are quantities, named by their first cell, and the columns are steps."""
    if len(columns) < 2 or any(each.subjects or each.mark for each in columns[1:]):
        return False
    if _counts_by_letters([lexed(row[0]) for row in rows if row]):
        return False
    named = [row for row in rows if named_by_head(row, lexed).roles & (PARAMETERS | WORKED)]
    return len(named) > 1 and 3 * len(named) >= 2 * len(rows)


def _counts_by_letters(heads: Sequence[Sequence[Token]]) -> bool:
    """Whether rows begin with a, b, c, ..., maybe with a bracket: questions are counted so, and quantities are not."""
    letters = [token.value for head in heads for token in head[:3] if token.kind in (NAME, WORD)]
    return len(letters) == len(heads) > 2 and [each.lower() for each in letters] == [
        chr(ord("a") + k) for k in range(len(letters))
    ]


def turned_items(
    source: Source,
    header: Sequence[Span],
    rows: Sequence[Sequence[Span]],
    lexed: Lexer,
    stated: Callable[[Span], list[Item]],
) -> list[Item]:
    """Labels and claims of a table whose rows are quantities, step by step."""
    items: list[Item] = []
    labels = [_label_of_column(source, cell) for cell in header[1:]]
    counts = sum(label.epoch is not None for label in labels) > 1
    for at, label in enumerate(labels, 1):
        items.append(label)
        for row in rows:
            if at < len(row):
                found = lexed(row[at])
                told = (
                    stated(row[at])
                    if states(found)
                    else cell_claims(source, named_by_head(row, lexed), found)
                )
                beside = counts and label.epoch is None  # "Epoch 1 | Epoch 2 | Optimum"
                items += [_as_supposed(item) for item in told] if beside else told
    return items


def _label_of_column(source: Source, cell: Span) -> Heading:
    """The label that a column of steps has, with the epoch that it counts."""
    line = source.line(cell.start)
    found = heading(source.text, cell.start, cell.end, line)
    return Heading(cell, line, None if found is None else found[0].epoch)


def _as_supposed(item: Item) -> Item:
    """A value that is of no step; what has a star on it says so itself."""
    if not isinstance(item, Claim) or "star" in getattr(item.subject, "marks", ()):
        return item
    return replace(item, supposed=True)
