"""CSV files, as large as they come.

The delimiter, a header and a decimal comma are seen from the beginning of the file; what a column holds is seen there too,
and a cell further down that does not fit is refused with its row and column.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

import pyarrow as pa
from pyarrow import csv as pacsv

from deltarule.errors import DataError, InputError
from deltarule.training.tables.table import Column, Kind, Piece, cannot_open, check_columns, kind_of

SAMPLE = 1 << 20  # bytes from which delimiter and kinds are seen; no line may be longer
BLOCK = 1 << 20  # bytes that are parsed at once; PyArrow reads a few of them ahead

_DELIMITERS = (",", ";", "\t", "|")
_NUMBER = re.compile(r"\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+|\d+,\d+)(?:[eE][+-]?\d+)?\s*")
_COMMA = re.compile(r"\s*[+-]?\d*,\d+(?:[eE][+-]?\d+)?\s*")
# what PyArrow says of a bad cell and a bad row
_BAD_CELL = re.compile(
    r"In CSV column #(\d+):(?: Row #(\d+):)? CSV conversion error to [\w\[\] ]+: invalid value '(.*)'", re.S
)
_BAD_ROW = re.compile(r"Row #(\d+): Expected (\d+) columns, got (\d+)")
# an empty cell of a text column is missing too; a class may well be named NA, so only numbers take these
_ABSENT = [
    "",
    "NA",
    "N/A",
    "n/a",
    "#N/A",
    "NaN",
    "nan",
    "NAN",
    "-nan",
    "-NaN",
    "NULL",
    "null",
    "None",
    "<NA>",
]


class CsvTable:
    """A CSV file, compressed or not."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.n_rows: int | None = None
        text = self._beginning()
        lines = _lines(text)
        self._delimiter = _delimiter(lines[0])
        cells = [self._cells(line) for line in lines[:200] if line.strip()]
        self._header = not any(_is_number(cell) for cell in cells[0])
        self._decimal = self._decimal_sign(cells)
        width = len(cells[0])
        if self._header:
            self._names = [cell.strip() for cell in cells[0]]
        else:  # named as `deltarule solve` names them
            self._names = [*(f"x_{j}" for j in range(1, width)), "y"]
        check_columns([Column(name, Kind.OTHER) for name in self._names], path)
        self.columns = self._kinds(text)

    def _beginning(self) -> str:
        """Whole lines from the beginning of the file, as text."""
        try:
            with pa.input_stream(self.path, compression="detect") as stream:
                data = _read(stream, SAMPLE)
                more = len(stream.read(1)) > 0
        except OSError as error:
            if error.errno is not None:
                raise cannot_open(error, self.path) from None
            raise self._cut_short() from None
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise InputError("is UTF-16, and CSV files are read as UTF-8", "save it as UTF-8", self.path)
        if b"\x00" in data:
            raise InputError("is a binary file, not CSV", "name a CSV file", self.path)
        if more:
            end = data.rfind(b"\n") + 1
            if not end:
                raise InputError(
                    f"its first line is longer than {SAMPLE >> 20} MB",
                    "check that it is a CSV file",
                    self.path,
                )
            data = data[:end]
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise InputError(
                f"byte 0x{data[error.start]:02X} is not UTF-8 (the file may be Windows-1252 or Latin-1)",
                "save it as UTF-8",
                self.path,
                line,
            ) from None
        if not text.strip():
            raise InputError("the file is empty", "check that it was saved", self.path)
        return text.lstrip("\r\n")

    def _cells(self, line: str) -> list[str]:
        return next(csv.reader([line], delimiter=self._delimiter), [])

    def _decimal_sign(self, cells: Sequence[Sequence[str]]) -> str:
        if self._delimiter == ",":
            return "."
        flat = [cell for row in cells[self._header :] for cell in row]
        return (
            ","
            if any(map(_COMMA.fullmatch, flat)) and not any("." in cell for cell in flat if _is_number(cell))
            else "."
        )

    def _kinds(self, text: str) -> tuple[Column, ...]:
        """What each column holds, as far as the beginning of the file shows."""
        sample = pa.BufferReader(text.encode())
        try:
            seen = pacsv.read_csv(
                sample,
                read_options=self._reading(SAMPLE + 4),
                parse_options=pacsv.ParseOptions(delimiter=self._delimiter),
                convert_options=pacsv.ConvertOptions(decimal_point=self._decimal, null_values=_ABSENT),
            )
        except pa.ArrowInvalid as error:
            self._refuse(error)
        self._types = {
            name: seen.column(at).type if pa.types.is_boolean(seen.column(at).type) else pa.float64()
            for at, name in enumerate(self._names)
        }
        return tuple(self._column(name, seen.column(at)) for at, name in enumerate(self._names))

    def _column(self, name: str, cells: Any) -> Column:
        kind = kind_of(cells.type)
        example = ""
        if kind is not Kind.NUMBER:
            row, value = _first_odd(cells)
            example = f"{value[:30]!r} in row {row}"
        return Column(name, Kind.TEXT if kind is Kind.OTHER else kind, example)

    def _reading(self, block: int) -> Any:
        # without threads, PyArrow's messages name the row
        return pacsv.ReadOptions(
            use_threads=False,
            block_size=block,
            column_names=None if self._header else self._names,
        )

    def pieces(self, names: Sequence[str], rows: int) -> Iterator[Piece]:
        """As many rows at a time as a block of the file holds."""
        kinds = {column.name: column.kind for column in self.columns}
        types = {name: pa.string() if kinds[name] is Kind.TEXT else self._types[name] for name in names}
        held = self._held_names()
        try:
            reader = pacsv.open_csv(
                self.path,
                read_options=self._reading(BLOCK),
                parse_options=pacsv.ParseOptions(delimiter=self._delimiter),
                convert_options=pacsv.ConvertOptions(
                    column_types={held[name]: kind for name, kind in types.items()},
                    include_columns=[held[name] for name in names],
                    decimal_point=self._decimal,
                    null_values=_ABSENT,
                ),
            )
            with reader:
                while (batch := _next(reader)) is not None:
                    yield batch.rename_columns(list(names))
        except pa.ArrowInvalid as error:
            self._refuse(error)
        except OSError as error:
            if error.errno is not None:
                raise cannot_open(error, self.path) from None
            raise self._cut_short() from None

    def _held_names(self) -> dict[str, str]:
        """The names as PyArrow reads them, which are not stripped of blanks."""
        if not self._header:
            return {name: name for name in self._names}
        with pa.input_stream(self.path, compression="detect") as stream:
            first = _lines(_read(stream, SAMPLE).decode("utf-8-sig", "replace").lstrip("\r\n"))[0]
        return dict(zip(self._names, self._cells(first), strict=True))

    def _refuse(self, error: pa.ArrowInvalid) -> NoReturn:
        """Say in our words what PyArrow says of a bad file."""
        message = str(error)
        if found := _BAD_ROW.search(message[:500]):
            row, expected, got = (int(part) for part in found.groups())
            raise DataError(
                f"row {self._data_row(row)} has {got} {_cell_word(got)} where the others have {expected}",
                "the file may have been cut short, or a delimiter stands in a cell without quotes: repair that row",
                self.path,
            ) from None
        if found := _BAD_CELL.search(message[:2000]):
            name = self._names[int(found[1])]
            where = f"row {self._data_row(int(found[2]))}, " if found[2] else ""
            raise DataError(
                f"{where}column {name!r} holds {found[3][:40]!r}, which is no number",
                "correct that cell, or leave it empty and ask for missing values to be dropped or filled",
                self.path,
            ) from None
        if "straddling" in message:
            raise DataError(
                f"a row is longer than {BLOCK >> 20} MB",
                "check that it is a CSV file with line ends",
                self.path,
            ) from None
        raise DataError(
            f"is no CSV file that can be read ({message[:160]})", "check the file", self.path
        ) from None

    def _data_row(self, counted: int) -> int:
        """PyArrow counts the header as a row."""
        return counted - self._header

    def _cut_short(self) -> DataError:
        return DataError(
            "cannot be unpacked; it may have been cut short", "copy or write it again", self.path
        )


def _read(stream: Any, size: int) -> bytes:
    """So many bytes, or all there are: a compressed stream may give fewer at a time."""
    parts: list[bytes] = []
    while size > 0 and (part := bytes(stream.read(size))):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _lines(text: str) -> list[str]:
    """Lines as CSV has them; ``str.splitlines`` would part them at other signs too."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _next(reader: Any) -> Any:
    try:
        return reader.read_next_batch()
    except StopIteration:
        return None


def _delimiter(line: str) -> str:
    """The sign that parts the cells of the first line outside quotes."""
    bare = re.sub(r'"[^"]*"', "", line)
    counts = Counter(sign for sign in bare if sign in _DELIMITERS)
    return max(_DELIMITERS, key=lambda sign: counts[sign])


def _is_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell) is not None


def _cell_word(count: int) -> str:
    return "cell" if count == 1 else "cells"


def _first_odd(cells: Any) -> tuple[int, str]:
    """Row, counted from 1, and text of the first cell that is no number."""
    for row, cell in enumerate(cells, 1):
        value = cell.as_py()
        if value is not None and not _is_number(str(value)):
            return row, value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return 1, str(cells[0].as_py()) if len(cells) else ""
