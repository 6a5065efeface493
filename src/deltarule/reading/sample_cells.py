"""A cell that says whose row it is by its data: ``(0, 1) → T = 1``, ``(2, 3), y = 0``, ``x = (1, 1) | t = 1``, ``(0, 1, -1)``."""

import re
from collections.abc import Sequence
from fractions import Fraction

from deltarule.document import Heading
from deltarule.rarely import rarely
from deltarule.spans import Source, Span

_NUMBER = r"[-−+]?\d{1,4}(?:\.\d{1,4})?"
_SAMPLE = rarely(
    rf"(?:[xX]\s?=\s?)?[(\[]\s?({_NUMBER}(?:\s?[,;]\s?{_NUMBER}){{1,7}})\s?[)\]]\s?(?:→|⇒|->|=>|[,;:|])?\s?"
    rf"(?:(?:[tTyYd]|target|label|class|ziel|objetivo)\s?[=:]?\s?({_NUMBER}))"
)


def sample_of_cells(source: Source, row: Sequence[Span]) -> Heading | None:
    """The sample that a cell of a row shows with its target, where one does."""
    found = [
        (cell, match)
        for cell in row
        if (match := _SAMPLE.fullmatch(source.extract(cell).replace("$", "").strip(" *`"))) is not None
    ]
    if len(found) != 1:
        return None
    cell, match = found[0]
    features = tuple(_value(part) for part in re.split("[,;]", match[1]))
    return Heading(cell, source.line(cell.start), features=features, targets=(_value(match[2]),))


_LIST = rarely(rf"[(\[]\s?({_NUMBER}(?:\s?[,;]\s?{_NUMBER}){{1,7}})\s?[)\]]")


def lists_with_target(source: Source, cells: Sequence[Span], n_weights: int) -> bool:
    """Whether the lists of a column are the inputs of so many weights and their class: ``(0, 1, -1)`` beside w_1 and w_2."""
    found = [
        match[1]
        for cell in cells
        if (match := _LIST.fullmatch(source.extract(cell).replace("$", "").strip(" *`"))) is not None
    ]
    rows = [[_value(part) for part in re.split("[,;]", listed)] for listed in found]
    classes = {row[-1] for row in rows}
    return (
        n_weights > 0
        and len(rows) > 1
        and all(len(row) == n_weights + 1 for row in rows)
        and len(classes) == 2  # the input of a bias is the same in all rows
        and classes <= {0, 1, -1}
    )


def _value(text: str) -> Fraction:
    return Fraction(text.strip().replace("−", "-"))
