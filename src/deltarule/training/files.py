"""Rows of CSV, Parquet and Arrow files that have the same columns, read in bounded memory, pass after pass.

Everything that can be known beforehand is checked before the first row is used: that every file is there and whole at its
ends, that it has the columns, and that they hold numbers.
"""

import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from deltarule.errors import DataError, DataTypeError, InputError
from deltarule.training.data import (
    Arrays,
    Missing,
    all_finite,
    check_labels,
    fill,
    finite_rows,
    missing_labels,
    unknown_column,
)
from deltarule.training.frames import Frame, holds, listed, matrix_of
from deltarule.training.gathering import Gatherer, rows_of_block
from deltarule.training.read_ahead import read_ahead
from deltarule.training.sources import Block, Source
from deltarule.training.tables import Column, Kind, TableFile, open_table, table_paths

_NUMBERS = (Kind.NUMBER, Kind.SINGLE)


class FileSource(Source):
    """Rows of one or more files; see `deltarule.training.sources.open_source`."""

    def __init__(
        self,
        path: str,
        target: str,
        *,
        features: Sequence[str] | None = None,
        leave_out: Sequence[str] = (),
        weight: str | None = None,
        missing: Missing = None,
        labels: bool | None = False,
        wide: bool = False,
    ) -> None:
        self.name, self.labels, self.wide = path, labels is not False, wide
        self._target, self._weight, self._missing = target, weight, missing
        self._tables = [open_table(name) for name in table_paths(path)]
        self._stamps = [_stamp(table.path) for table in self._tables]
        chosen = _chosen(self._tables[0], target, weight, features, leave_out)
        self._needed = [*chosen, target, *([weight] if weight else [])]
        for table in self._tables[1:]:
            _compare(self._tables[0], table, self._needed, leave_out if features is None else None)
        self._text = self._check_kinds(chosen)
        self.labels = self._text if labels is None else labels
        self.target_name, self.feature_names, self.n_features = target, tuple(chosen), len(chosen)
        self._dtype = np.float32 if _all_single(self._tables, chosen) else np.float64
        self._rows = rows_of_block(len(chosen), np.dtype(self._dtype).itemsize)
        self._means: NDArray[np.float64] | None = None
        self._spotless = False  # a whole pass has found nothing to mend, so that later ones need not look

    @property
    def fingerprint(self) -> tuple[tuple[str, int, int], ...]:
        """Name, size and time of change of each file: what has to stay the same for a run to be resumed."""
        return tuple((table.path, *stamp) for table, stamp in zip(self._tables, self._stamps, strict=True))

    @property
    def expected_bytes(self) -> int | None:
        """What the features will take in memory, where the files state their number of rows."""
        rows = self.stated_rows
        return None if rows is None else rows * self.n_features * np.dtype(self._dtype).itemsize

    @property
    def stated_rows(self) -> int | None:
        """How many rows the files say they have, where all of them do."""
        counts = [table.n_rows for table in self._tables]
        return None if None in counts else sum(count for count in counts if count is not None)

    def _check_kinds(self, features: Sequence[str]) -> bool:
        """Refuse columns that hold no numbers, in whichever file, by name. Returns whether the target is text."""
        targets = []
        for table in self._tables:
            columns = {column.name: column for column in table.columns}
            numeric = [*features, *([self._weight] if self._weight else [])]
            odd = [columns[name] for name in numeric if columns[name].kind not in _NUMBERS]
            if odd:
                raise _no_numbers(odd, table.path)
            target = columns[self._target]
            if target.kind not in _NUMBERS and not (self.labels and target.kind is Kind.TEXT):
                raise _bad_target(target, table.path)
            targets.append(target)
        text = targets[0].kind is Kind.TEXT
        for target, table in zip(targets, self._tables, strict=True):
            if (target.kind is Kind.TEXT) != text:
                raise DataTypeError(
                    f"the target {target.name!r} holds {target.kind.value}{_such_as(target)}, and "
                    f"{targets[0].kind.value} in {self._tables[0].path}",
                    "give it the same kind of values in every file",
                    table.path,
                )
        return text

    def _blocks(self) -> Iterator[Block]:
        if self._missing == "mean" and self._means is None:
            self._means = self._column_means()
        gatherer = Gatherer(
            self._rows, self.n_features, self._dtype, weighted=self._weight is not None, text=self._text
        )
        spotless = True
        # files are decoded on another thread while the last piece is checked, copied and trained on
        for path, row, piece in read_ahead(self._pieces()):
            columns, y, weight = self._taken(piece)
            if not (self._spotless or self._is_clean(path, row, columns, y, weight)):
                spotless = False
                columns, y, weight = self._mended(path, row, columns, y, weight)
            yield from gatherer.add(columns, y, weight)
        yield from gatherer.rest()
        self._spotless = spotless

    def _pieces(self) -> Iterator[tuple[str, int, Any]]:
        """Pieces of all files, each with its file and the rows of that file before it."""
        for table, stamp in zip(self._tables, self._stamps, strict=True):
            if _stamp(table.path) != stamp:
                raise InputError(
                    "changed while it was trained on",
                    "start again, with files that stay as they are",
                    table.path,
                )
            row = 0
            for piece in table.pieces(self._needed, self._rows):
                yield table.path, row, piece
                row += piece.num_rows

    def _taken(self, piece: Any) -> tuple[list[NDArray[Any]], NDArray[Any], NDArray[np.float64] | None]:
        """Columns of features, target and weights of a piece; what is missing is NaN, or None in text."""
        columns = [_numbers(piece.column(at)) for at in range(self.n_features)]
        last = piece.column(self.n_features)
        y = _text(last) if self._text else _numbers(last).astype(np.float64, copy=False)
        weight = None
        if self._weight is not None:
            weight = _numbers(piece.column(self.n_features + 1)).astype(np.float64, copy=False)
        return columns, y, weight

    def _is_clean(
        self,
        path: str,
        row: int,
        columns: Sequence[NDArray[Any]],
        y: NDArray[Any],
        weight: NDArray[np.float64] | None,
    ) -> bool:
        """Whether nothing is missing or infinite. What could not be mended is refused."""
        if weight is not None and (weight < 0).any():
            raise DataError(
                f"row {row + int(np.argmax(weight < 0)) + 1} (counted from 1), column {self._weight!r}: a weight is negative",
                "give 0 to leave a row out",
                path,
            )
        if self.labels:
            check_labels(y, path)
        finite = all_finite(y) and (weight is None or all_finite(weight))
        return finite and not missing_labels(y).any() and all(map(all_finite, columns))

    def _mended(
        self,
        path: str,
        row: int,
        columns: Sequence[NDArray[Any]],
        y: NDArray[Any],
        weight: NDArray[np.float64] | None,
    ) -> tuple[list[NDArray[Any]], NDArray[Any], NDArray[np.float64] | None]:
        """Rows with missing values left out or filled in, or refused."""
        matrix = matrix_of(Frame(None, list(columns)))
        if self._means is not None:
            matrix = fill(matrix, self._means)
        data = Arrays(matrix, y, weight, self.feature_names, self._target)
        data = finite_rows(data, "drop" if self._missing == "drop" else None, path, row)
        self.dropped += data.dropped
        return [data.X[:, at] for at in range(self.n_features)], data.y, data.sample_weight

    def _column_means(self) -> NDArray[np.float64]:
        """Mean of the present values of each column, in one pass."""
        means, counts = np.zeros(self.n_features), np.zeros(self.n_features)
        for _, _, piece in self._pieces():
            columns, _, _ = self._taken(piece)
            for at, column in enumerate(columns):
                present = column[np.isfinite(column)]
                if len(present):
                    counts[at] += len(present)
                    means[at] += (present.mean(dtype=np.float64) - means[at]) * (len(present) / counts[at])
        if not counts.all():
            name = (self.feature_names or ())[int(np.argmin(counts))]
            raise DataError(
                f"column {name!r} has no value at all, so it has no mean", "leave that column out", self.name
            )
        return means


def _numbers(column: Any) -> NDArray[Any]:
    """An Arrow column of numbers as floats, in place where it is stored that way; what is missing is NaN."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if not (pa.types.is_float64(column.type) or pa.types.is_float32(column.type)):
        column = column.cast(pa.float32() if pa.types.is_float16(column.type) else pa.float64(), safe=False)
    numbers: NDArray[Any] = column.to_numpy(zero_copy_only=False)
    return numbers


def _text(column: Any) -> NDArray[Any]:
    """An Arrow column of text as Python texts; what is missing or empty is None."""
    cells: NDArray[Any] = column.to_numpy(zero_copy_only=False)
    empty = cells == ""
    if empty.any():
        cells = cells.copy()
        cells[empty] = None
    return cells


def _chosen(
    table: TableFile,
    target: str,
    weight: str | None,
    features: Sequence[str] | None,
    leave_out: Sequence[str],
) -> list[str]:
    """Names of the feature columns."""
    names = [column.name for column in table.columns]
    asked = [(target, "target"), *([(weight, "weights")] if weight else [])]
    asked += [(name, "features") for name in features or ()]
    asked += [(name, "columns to leave out") for name in leave_out]
    for name, what in asked:
        if name not in names:
            raise unknown_column(name, names, what, table.path)
    taken = {target, weight, *leave_out}
    chosen = [name for name in (names if features is None else features) if name not in taken]
    if not chosen:
        raise DataError(
            f"0 feature(s): there is no column besides the target {target!r}",
            "give the table at least one column of features",
            table.path,
        )
    return chosen


def _compare(first: TableFile, other: TableFile, needed: Sequence[str], also: Sequence[str] | None) -> None:
    """Refuse a file whose columns are not those of the first; `also` may be there too (None: anything may)."""
    there = {column.name for column in other.columns}
    lacking = [name for name in needed if name not in there]
    extra = [] if also is None else sorted(there - {*needed, *also})
    remedy = "give every file the same columns, or name the columns to use or to leave out"
    if lacking:
        raise DataError(f"has no {_quoted(lacking)}, which {first.path} has", remedy, other.path)
    if extra:
        raise DataError(f"has {_quoted(extra)}, which {first.path} has not", remedy, other.path)


def _quoted(names: Sequence[str]) -> str:
    return listed([f"column {name[:60]!r}" for name in names])


def _no_numbers(columns: Sequence[Column], path: str) -> DataTypeError:
    """What to say about columns that hold no numbers."""
    kind = columns[0].kind
    same = [column for column in columns if column.kind is kind]
    names = [f"column {column.name[:60]!r}" for column in same]
    shown = _such_as(same[0]) if len(same) == 1 else ""
    remedy = {
        Kind.TEXT: "turn text into numbers (one column for each category), or leave the column out",
        Kind.TIME: "turn it into numbers, such as seconds since a fixed day, or leave the column out",
    }.get(kind, "leave the column out")
    return DataTypeError(f"{listed(names)} {holds(names)} {kind.value}{shown}", remedy, path)


def _bad_target(target: Column, path: str) -> DataTypeError:
    classes = target.kind is Kind.TEXT
    return DataTypeError(
        f"the target {target.name[:60]!r} holds {target.kind.value}{_such_as(target)}, and numbers are needed to fit a value",
        "train a classifier if these are classes" if classes else "name another column",
        path,
    )


def _such_as(column: Column) -> str:
    return f" (such as {column.example})" if column.example else ""


def _all_single(tables: Sequence[TableFile], names: Sequence[str]) -> bool:
    used = set(names)
    return all(
        column.kind is Kind.SINGLE for table in tables for column in table.columns if column.name in used
    )


def _stamp(path: str) -> tuple[int, int]:
    """Size and time of the last change."""
    state = os.stat(path)  # noqa: PTH116  # keeps the path as it was given
    return state.st_size, state.st_mtime_ns
