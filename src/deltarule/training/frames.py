"""Columns of any data frame as one matrix, without a copy where the columns already lie side by side.

pandas, Polars, Arrow and whatever else Narwhals knows is read through Narwhals, which imports no library that the
caller has not imported; an object that only offers the Arrow C stream is read by PyArrow.
"""

import math
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deltarule.errors import DataError, DataTypeError
from deltarule.records import record

MAX_NAMED = 5  # columns a message lists
_REMEDY_TEXT = "turn them into numbers (one column for each category), or leave them out"
_REMEDY_DATES = "turn them into numbers, such as seconds since a fixed day, or leave them out"


@record
class Frame:
    """Named columns of equal length.

    Attributes
    ----------
    names : tuple of str or None
        None where no name is a text: the frame has numbers for names, which is as good as none.
    columns : list of array, shape (n,)
        As the frame's library hands them over; a missing number is NaN.
    """

    names: tuple[str, ...] | None
    columns: list[NDArray[Any]]


def is_frame(data: object) -> bool:
    """Whether it is a table with columns of their own types rather than an array."""
    if isinstance(data, (np.ndarray, list, tuple)):
        return False
    kind = type(data)  # asking a lazy frame itself would work out its columns
    if hasattr(kind, "columns") and (hasattr(kind, "shape") or hasattr(kind, "collect")):
        return True
    # a series of pandas, Polars or Arrow is a stream as well, and becomes an array by itself
    streams = hasattr(kind, "__arrow_c_stream__") or hasattr(kind, "__arrow_c_array__")
    return streams and not hasattr(kind, "to_numpy")


def read_frame(data: Any) -> Frame:
    """Take a data frame apart.

    Raises
    ------
    DataError
        Two columns of one name, or names of which some are text and some are not.
    """
    import narwhals.stable.v2 as nw

    native = _readable(data)
    try:
        frame = nw.from_native(native)
        if isinstance(frame, nw.LazyFrame):
            frame = frame.collect()
        labels = list(frame.columns)
        return Frame(_names(labels), [column.to_numpy() for column in frame.iter_columns()])
    except nw.exceptions.DuplicateError:
        raise DataError("two columns have the same name", "give each column a name of its own") from None


def _readable(data: Any) -> Any:
    """What Narwhals can read: the frame itself, or an Arrow table of what only speaks Arrow."""
    import narwhals.stable.v2 as nw

    kind = type(data).__module__.partition(".")[0]
    if kind in ("pandas", "polars") or (kind == "pyarrow" and type(data).__name__ == "Table"):
        return data
    if nw.dependencies.is_into_dataframe(data) or not hasattr(data, "__arrow_c_stream__"):
        if not hasattr(data, "__arrow_c_array__"):
            return data
        import pyarrow as pa

        return pa.Table.from_batches([pa.record_batch(data)])
    import pyarrow as pa

    return pa.table(data)


def _names(labels: Sequence[object]) -> tuple[str, ...] | None:
    names = tuple(label for label in labels if isinstance(label, str))
    if names and len(names) < len(labels):
        odd = next(label for label in labels if not isinstance(label, str))
        raise DataError(
            f"some column names are text and some are not ({odd!r}); feature names are only supported if all are text",
            "rename the columns",
        )
    return names or None


def matrix_of(frame: Frame) -> NDArray[Any]:
    """One float matrix of all columns, shape (n, d): float32 if every column is, else float64.

    Columns that lie in memory at equal distances are viewed as they are; others are copied into Fortran order.

    Raises
    ------
    DataTypeError
        Columns that hold no numbers, by name.
    """
    refuse_text(frame)
    columns = [_numeric(column) for column in frame.columns]
    dtype = np.float32 if columns and all(column.dtype == np.float32 for column in columns) else np.float64
    columns = [column.astype(dtype, copy=False) for column in columns]
    view = _side_by_side(columns)
    if view is not None:
        return view
    matrix = np.empty((len(columns[0]) if columns else 0, len(columns)), dtype, order="F")
    for at, column in enumerate(columns):
        matrix[:, at] = column
    return matrix


def _numeric(column: NDArray[Any]) -> NDArray[Any]:
    """A column of floats; whoever calls has seen that it holds numbers."""
    if column.dtype in (np.float32, np.float64):
        return column
    if column.dtype == np.float16:
        return column.astype(np.float32)
    if column.dtype == object:  # None and pandas' NA stand for what is missing
        return np.array([_float(cell) for cell in column])
    return column.astype(np.float64)


def _float(cell: Any) -> float:
    try:
        return math.nan if _is_missing(cell) else float(cell)
    except OverflowError:  # an integer beyond the range of floats; told as infinity, with its place
        return math.inf if cell > 0 else -math.inf


def _is_missing(cell: object) -> bool:
    return cell is None or type(cell).__name__ in ("NAType", "NaTType")


def refuse_text(frame: Frame) -> None:
    """Refuse columns that hold no numbers, by name.

    Raises
    ------
    DataTypeError
        There are some.
    """
    text, dates = [], []
    for at, column in enumerate(frame.columns):
        name = column_name(frame.names, at)
        if column.dtype.kind in "US" or (column.dtype == object and not _all_numbers(column)):
            text.append(name)
        elif column.dtype.kind in "mM":
            dates.append(name)
        elif column.dtype.kind == "c":
            raise DataError(f"Complex data not supported: {name} holds complex numbers", "give real numbers")
    if text:
        raise DataTypeError(f"{listed(text)} {holds(text)} text", _REMEDY_TEXT)
    if dates:
        raise DataTypeError(f"{listed(dates)} {holds(dates)} dates or times", _REMEDY_DATES)


def _all_numbers(column: NDArray[Any]) -> bool:
    """Whether a column of Python objects holds only numbers and what stands for a missing one."""
    return all(
        _is_missing(cell) or (hasattr(cell, "__float__") and not isinstance(cell, (str, bytes)))
        for cell in column
    )


def column_name(names: Sequence[str] | None, at: int) -> str:
    """How a message names a column: by its name, or by its number counted from 1."""
    return f"column {at + 1}" if names is None else f"column {names[at]!r}"


def listed(names: Sequence[str]) -> str:
    """Several columns in a sentence."""
    if len(names) == 1:
        return names[0]
    short = [names[0], *(name.removeprefix("column ") for name in names[1:MAX_NAMED])]
    more = len(names) - len(short)
    words = [*short, f"{more} more"] if more else short
    return "columns" + ", ".join(words[:-1]).removeprefix("column") + f" and {words[-1]}"


def holds(names: Sequence[str]) -> str:
    """The verb that goes with them."""
    return "holds" if len(names) == 1 else "hold"


class _Columns:
    """Memory of several columns as one matrix. NumPy keeps this object, and it keeps the columns, alive."""

    def __init__(self, columns: Sequence[NDArray[Any]], distance: int) -> None:
        self.columns = columns
        first = columns[0]
        self.__array_interface__ = {
            "version": 3,
            "typestr": first.dtype.str,
            "shape": (len(first), len(columns)),
            "strides": (first.strides[0], distance),
            "data": (_address(first), not all(column.flags.writeable for column in columns)),
        }


def _side_by_side(columns: Sequence[NDArray[Any]]) -> NDArray[Any] | None:
    """The columns as one matrix without a copy, if they fill one stretch of memory in C or Fortran order."""
    if len(columns) < 2 or not len(columns[0]):
        return columns[0].reshape(-1, 1) if len(columns) == 1 and columns[0].flags.c_contiguous else None
    size, n, d = columns[0].itemsize, len(columns[0]), len(columns)
    distance = _address(columns[1]) - _address(columns[0])
    stride = columns[0].strides[0]
    if (stride, distance) not in ((size, n * size), (d * size, size)):
        return None
    start = _address(columns[0])
    if any(
        _address(column) != start + at * distance or column.strides[0] != stride
        for at, column in enumerate(columns)
    ):
        return None
    return np.asarray(_Columns(columns, distance))


def _address(column: NDArray[Any]) -> int:
    return int(column.__array_interface__["data"][0])


def warning_class() -> type[Warning]:
    """The warning for a target given as a column: scikit-learn's own where it is loaded, for its checks ask for it."""
    loaded = sys.modules.get("sklearn.exceptions")
    found: type[Warning] = getattr(loaded, "DataConversionWarning", UserWarning)
    return found
