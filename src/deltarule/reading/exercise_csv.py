"""A data table from a CSV file.

The delimiter (comma, semicolon, tab or bar) and a decimal comma are seen from the text; where both
could be meant, the file is refused rather than guessed at.
"""

import csv
import re
from collections.abc import Sequence

from deltarule.errors import InputError, LimitError
from deltarule.exercise import MAX_COLUMNS, MAX_ROWS, Exercise
from deltarule.spans import Source
from deltarule.written import Written, parse_number

MAX_LINE = 20_000
_DELIMITERS = (";", "\t", "|", ",")
_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+")
_NUMERIC = re.compile(r"[+-]?[\d.,]+(?:[eE][+-]?\d+)?")

_Row = tuple[int, list[str]]


def read_exercise_csv(
    source: Source,
    *,
    target: str | None = None,
    delimiter: str | None = None,
    decimal_comma: bool | None = None,
) -> Exercise:
    """Read the data of an exercise; everything else is left open and listed in `Exercise.missing`.

    Parameters
    ----------
    source : Source
        A header line with names is optional; without one the columns are ``x_1``, ..., ``y``.
    target : str or None
        Name of the target's column; the last one if None.
    delimiter : str or None
        What parts the cells; seen from the text if None.
    decimal_comma : bool or None
        Whether ``0,5`` is a number; seen from the text if None.

    Raises
    ------
    InputError
        A ragged row, text in a number's place, no rows, ...; names the line.
    """
    sign = delimiter or _delimiter(source)
    rows = _rows(source, sign)
    header, body = _split_header(rows)
    width = len(rows[0][1])
    _check_shape(source, body, width, header)
    comma = decimal_comma if decimal_comma is not None else _decimal_comma(source, body, sign)
    cells = [
        tuple(_number(source, line, at, cell, comma) for at, cell in enumerate(row, 1)) for line, row in body
    ]
    names = tuple(header) if header else (*(f"x_{j}" for j in range(1, width)), "y")
    at = _target(source, names, target)
    return Exercise(
        features=tuple((*row[:at], *row[at + 1 :]) for row in cells),
        targets=tuple(row[at] for row in cells),
        feature_names=(*names[:at], *names[at + 1 :]),
        target_name=names[at],
        missing=("weights", "bias", "learning_rate"),
    )


def looks_like_csv(text: str) -> bool:
    """Whether a text without a file name is a bare table: the same delimiter as often on every line."""
    lines = [line for line in text.splitlines() if line.strip()][:50]
    if len(lines) < 2 or any(sign in text[:2000] for sign in ("=", "$", "\\")):
        return False
    return any(
        lines[0].count(sign) > 0 and len({line.count(sign) for line in lines}) == 1 for sign in _DELIMITERS
    )


def _delimiter(source: Source) -> str:
    """The sign that parts the first line, and in doubt the one that a decimal comma leaves free."""
    first = next(line for line in source.text.splitlines() if line.strip())
    return next((sign for sign in _DELIMITERS if sign in first), ",")


def _rows(source: Source, delimiter: str) -> list[_Row]:
    """Cells of every line that is not empty, with its number."""
    lines = source.text.split("\n")
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE:
            raise LimitError(
                f"a line of {len(line)} characters", f"keep lines below {MAX_LINE}", source.name, number
            )
    if len(lines) > 2 * MAX_ROWS:
        raise LimitError(f"{len(lines)} lines", f"worked solutions go up to {MAX_ROWS} rows", source.name)
    reader = csv.reader(
        (line.rstrip("\r") for line in lines), delimiter=delimiter, skipinitialspace=True, strict=True
    )
    rows: list[_Row] = []
    try:
        rows.extend(
            (reader.line_num, [cell.strip() for cell in row]) for row in reader if any(c.strip() for c in row)
        )
    except csv.Error as error:
        # the row that was not finished, not the line on which the reader gave up
        unfinished = rows[-1][0] + 1 if rows else 1
        raise InputError(f"is not CSV: {error}", "close the quotes", source.name, unfinished) from None
    return rows


def _split_header(rows: Sequence[_Row]) -> tuple[list[str], Sequence[_Row]]:
    """The header's names, empty if the first line already holds data, and the lines of data."""
    first = rows[0][1]
    if any(_NUMERIC.fullmatch(cell) for cell in first):
        return [], rows
    return first, rows[1:]


def _check_shape(source: Source, body: Sequence[_Row], width: int, header: Sequence[str]) -> None:
    if not 2 <= width <= MAX_COLUMNS + 1:
        raise InputError(
            f"the data table has {width} column{'s' * (width != 1)}",
            f"give the target and 1 to {MAX_COLUMNS} features, parted by commas, semicolons or tabs",
            source.name,
            1,
        )
    twice = next((name for at, name in enumerate(header) if name in header[:at]), None)
    if twice is not None:
        raise InputError(f"two columns are called {twice[:40]!r}", "give each its own name", source.name, 1)
    if not body:
        raise InputError("the data table has no rows", "give at least one row of numbers", source.name)
    if len(body) > MAX_ROWS:
        raise LimitError(
            f"the data table has {len(body)} rows", f"worked solutions go up to {MAX_ROWS}", source.name
        )
    for line, row in body:
        if len(row) != width:
            raise InputError(
                f"{len(row)} cells instead of {width}",
                "give every row a number for each column",
                source.name,
                line,
            )


def _decimal_comma(source: Source, body: Sequence[_Row], delimiter: str) -> bool:
    """Whether commas inside cells are decimal commas."""
    if delimiter == ",":
        return False
    with_comma = [(line, cell) for line, row in body for cell in row if "," in cell]
    if not with_comma:
        return False
    line, cell = with_comma[0]
    if any("." in other for _, row in body for other in row):
        raise InputError(
            f"both commas and points in numbers ({cell[:40]!r})", "use one decimal sign", source.name, line
        )
    if all(_THOUSANDS.fullmatch(other) for _, other in with_comma):
        raise InputError(
            f"{cell[:40]!r} could be thousands or decimals",
            "write it without the comma, or with a point",
            source.name,
            line,
        )
    return True


def _number(source: Source, line: int, column: int, cell: str, comma: bool) -> Written:
    text = cell.replace("−", "-")  # spreadsheets write the true minus
    if comma and _COMMA.fullmatch(text):
        text = text.replace(",", ".")
    try:
        return parse_number(text)
    except InputError as error:
        reason = f"cell {column} is empty" if not cell else f"cell {column}: {error.reason}"
        remedy = "every cell needs a number" if not cell else error.remedy
        raise type(error)(reason, remedy, source.name, line) from None


def _target(source: Source, names: tuple[str, ...], target: str | None) -> int:
    if target is None:
        return len(names) - 1
    if target not in names:
        shown = ", ".join(names[:12])
        raise InputError(f"no column is called {target[:40]!r}", f"choose from {shown}", source.name, 1)
    return names.index(target)
