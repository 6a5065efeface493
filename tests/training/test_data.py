"""Arrays from whatever a caller has: the numbers unchanged, the names kept, and no copy where none is needed."""

import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from deltarule.errors import DataError
from deltarule.training.data import all_finite, as_arrays, as_matrix, fill

GRID = np.array([[1.5, -2.0, 3.0], [4.0, 5.25, -6.0], [7.0, 8.0, 9.5], [0.0, 1.0, 2.0]])
TARGET = [1.0, 0.0, 2.0, 1.0]
NAMES = ("a", "b", "c")
COLUMNS = {name: GRID[:, at].copy() for at, name in enumerate(NAMES)}

FRAMES: dict[str, Callable[[], Any]] = {
    "pandas": lambda: pd.DataFrame(GRID, columns=list(NAMES)),
    "pandas by column": lambda: pd.DataFrame(COLUMNS),
    "polars": lambda: pl.DataFrame(COLUMNS),
    "polars, lazy": lambda: pl.DataFrame(COLUMNS).lazy(),
    "arrow table": lambda: pa.table(COLUMNS),
    "arrow table in chunks": lambda: pa.concat_tables(
        [pa.table(COLUMNS).slice(0, 1), pa.table(COLUMNS).slice(1)]
    ),
    "arrow batch": lambda: pa.record_batch(COLUMNS),
    "arrow stream": lambda: _Stream(pa.table(COLUMNS)),
}


class _Stream:
    """Something that speaks the Arrow C stream and nothing else."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)


@pytest.mark.parametrize("kind", FRAMES)
def test_every_frame_gives_its_numbers_and_names(kind: str) -> None:
    """Cell for cell what went in, with the names of the columns."""
    data = as_arrays(FRAMES[kind](), TARGET)
    assert np.array_equal(data.X, GRID)
    assert data.X.dtype == np.float64
    assert data.feature_names == NAMES
    assert np.array_equal(data.y, TARGET)


@pytest.mark.parametrize("kind", FRAMES)
def test_target_may_be_a_column_of_the_frame(kind: str) -> None:
    """Named, it is taken out of the features, whatever its place."""
    data = as_arrays(FRAMES[kind](), "b")
    assert np.array_equal(data.X, GRID[:, [0, 2]])
    assert np.array_equal(data.y, GRID[:, 1])
    assert (data.feature_names, data.target_name) == (("a", "c"), "b")


@pytest.mark.parametrize(
    "given",
    [
        GRID.tolist(),
        GRID,
        np.asfortranarray(GRID),
        GRID.astype(object),
        [tuple(map(Fraction, row)) for row in GRID],
    ],
    ids=["lists", "C order", "Fortran order", "objects", "fractions"],
)
def test_arrays_and_lists(given: Any) -> None:
    """Numbers of any kind keep their values, and have no names."""
    data = as_arrays(given, TARGET)
    assert np.array_equal(data.X, GRID)
    assert data.feature_names is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (np.float32, np.float32),
        (np.float16, np.float32),
        (np.float64, np.float64),
        (np.int64, np.float64),
        (np.uint8, np.float64),
        (np.bool_, np.float64),
        (">f8", np.float64),
    ],
)
def test_types_of_numbers(given: Any, expected: Any) -> None:
    """float32 is kept, integers and truth values become float64, and foreign byte order becomes ours."""
    plain = np.abs(np.round(GRID)).astype(given)
    data = as_arrays(plain, TARGET)
    assert data.X.dtype == expected
    assert data.X.dtype.isnative
    assert np.array_equal(data.X, plain)


def test_mixed_columns_of_a_frame() -> None:
    """A frame is float32 only where every column is."""
    single = pd.DataFrame(COLUMNS).astype(np.float32)
    assert as_arrays(single, TARGET).X.dtype == np.float32
    assert as_arrays(single.assign(k=[1, 2, 3, 4]), TARGET, wide=True).X.dtype == np.float64


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_arrays_are_not_copied(order: Any, dtype: Any) -> None:
    """What can be used as it is, is."""
    given = np.array(GRID, dtype, order=order)
    assert np.shares_memory(as_arrays(given, TARGET).X, given)


def test_strided_arrays_are_made_contiguous() -> None:
    """The loops need rows or columns without gaps."""
    given = np.zeros((8, 6))[::2, ::2]
    X, _ = as_matrix(given)
    assert X.flags.c_contiguous or X.flags.f_contiguous


def test_columns_that_lie_side_by_side_are_not_copied() -> None:
    """pandas keeps columns of one type in one stretch of memory, and Arrow files their columns: both are used in place."""
    frame = pd.DataFrame(np.asfortranarray(GRID), columns=list(NAMES))
    assert np.shares_memory(as_matrix(frame)[0], frame["b"].to_numpy())
    memory = np.arange(16.0)
    table = pa.table({name: pa.array(memory[4 * at : 4 * at + 4]) for at, name in enumerate("abcd")})
    X, _ = as_matrix(table)
    assert np.array_equal(X, memory.reshape(4, 4).T)
    assert X.flags.f_contiguous
    assert np.shares_memory(X, table["a"].chunk(0).to_numpy())


def test_columns_of_rows_are_not_copied() -> None:
    """Columns that are interleaved in memory are a C-ordered matrix."""
    rows = np.arange(12.0).reshape(4, 3)
    series = [pl.Series(name, rows[:, at].copy()) for at, name in enumerate(NAMES)]
    X, _ = as_matrix(pl.DataFrame(series))
    assert np.array_equal(X, rows)


def test_a_view_keeps_its_memory_alive() -> None:
    """The matrix stays right after the caller has let go of the frame."""
    memory = np.arange(4_000_000.0)
    X, _ = as_matrix(pa.table({name: pa.array(memory[at::2].copy()) for at, name in enumerate("ab")}))
    expected = X.sum()
    del memory
    np.ones(4_000_000).sum()
    assert X.sum() == expected


def test_missing_values_of_every_library() -> None:
    """None, NA, NaN and masked cells all count as missing: left out or filled when asked."""
    cells = [1.0, None, 3.0, 8.0]
    for given in (
        pd.DataFrame({"a": cells, "b": 1.0}),
        pd.DataFrame({"a": pd.array([1, None, 3, 8], dtype="Int64"), "b": 1.0}),
        pl.DataFrame({"a": [1, None, 3, 8], "b": [1, 1, 1, 1]}),
        pa.table({"a": [1, None, 3, 8], "b": [True, True, True, True]}),
        np.ma.array([[1, 1], [0, 1], [3, 1], [8, 1]], mask=GRID[:, :2] == 4.0),
        [[1, 1], [None, 1], [3, 1], [8, 1]],
    ):
        dropped = as_arrays(given, TARGET, missing="drop")
        assert np.array_equal(dropped.X, [[1, 1], [3, 1], [8, 1]])
        assert np.array_equal(dropped.y, [1.0, 2.0, 1.0])
        assert dropped.dropped == 1
        filled = as_arrays(given, TARGET, missing="mean")
        assert np.array_equal(filled.X, [[1, 1], [4, 1], [3, 1], [8, 1]])  # (1 + 3 + 8) / 3 = 4
        assert filled.fills is not None
        assert np.array_equal(fill(np.array([[np.nan, 5.0]]), filled.fills), [[4.0, 5.0]])


def test_filling_leaves_the_callers_data_alone() -> None:
    """The mean goes into a copy."""
    given = np.array([[1.0], [np.nan], [3.0]])
    as_arrays(given, [1, 2, 3], missing="mean")
    assert np.isnan(given[1, 0])


def test_dropping_takes_target_and_weight_along() -> None:
    """A row goes as a whole, wherever its missing value is."""
    data = as_arrays(
        [[1.0], [np.nan], [3.0], [4.0]], [1, 2, np.nan, 4], [1.0, 2.0, 3.0, np.nan], missing="drop", part=True
    )
    assert data.X.tolist() == [[1.0]]
    assert data.y.tolist() == [1.0]
    assert data.sample_weight is not None
    assert data.sample_weight.tolist() == [1.0]
    assert data.dropped == 3


def test_labels_stay_what_they_are() -> None:
    """Classes may be texts or numbers."""
    assert as_arrays(GRID, ["u", "v", "u", "v"], labels=True).y.tolist() == ["u", "v", "u", "v"]
    assert as_arrays(GRID, [3, 5, 3, 5], labels=True).y.tolist() == [3, 5, 3, 5]
    assert as_arrays(pl.DataFrame(COLUMNS), pl.Series(["u", "v", "u", "v"]), labels=True).y.tolist()[1] == "v"


@pytest.mark.parametrize(
    "y", [pd.Series(TARGET), pl.Series(TARGET), pa.chunked_array([TARGET]), np.array(TARGET)]
)
def test_targets_of_every_library(y: Any) -> None:
    """A series of any library will do."""
    assert as_arrays(GRID, y).y.tolist() == TARGET


def test_a_target_given_as_a_column() -> None:
    """It is used, and said to be unusual."""
    with pytest.warns(UserWarning, match="A column-vector y was passed when a 1d array was expected"):
        data = as_arrays(GRID, np.array(TARGET)[:, None])
    assert data.y.tolist() == TARGET


def test_weights() -> None:
    """One for each row, or one for all."""
    weight = as_arrays(GRID, TARGET, 2).sample_weight
    assert weight is not None
    assert weight.tolist() == [2.0] * 4


def test_some_rows_of_many_need_not_show_everything() -> None:
    """A part may have one row and one class."""
    assert as_arrays(GRID[:1], [1.0], part=True, wide=True).X.shape == (1, 3)
    assert as_arrays(GRID, ["u"] * 4, labels=True, part=True).y.tolist() == ["u"] * 4


@pytest.mark.parametrize("size", [1, 8191, 8192, 8193, 100_000])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_whether_all_is_finite(size: int, dtype: Any) -> None:
    """The quick look agrees with looking at each value; huge values whose squares overflow are finite."""
    values = np.full(size, np.finfo(dtype).max, dtype)
    assert all_finite(values)
    for bad in (np.nan, np.inf, -np.inf):
        for at in {0, size // 2, size - 1}:
            spoilt = values.copy()
            spoilt[at] = bad
            assert not all_finite(spoilt)


@pytest.mark.parametrize("row", [0, 4095, 4096, 9999])
def test_place_of_a_bad_value(row: int) -> None:
    """Rows are counted from 1 through all blocks."""
    X = np.zeros((10_000, 3), order="F")
    X[row, 2] = np.inf
    with pytest.raises(DataError, match=rf"row {row + 1} \(counted from 1\), column 3 holds infinity"):
        as_matrix(X)


def test_no_library_is_imported_that_the_caller_did_not_use() -> None:
    """Arrays need NumPy alone; a pandas frame brings in neither Polars nor PyArrow, nor Polars the others."""
    program = """
import sys
import numpy as np
from deltarule.training.data import as_arrays
as_arrays(np.eye(4)[:, :2], [1, 2, 3, 4])
assert not {"narwhals", "pandas", "polars", "pyarrow", "sklearn", "scipy", "numba"} & set(sys.modules), sys.modules
import polars
as_arrays(polars.DataFrame({"a": [1.0, 2.0, 4.0]}), [1, 2, 3])
assert not {"pandas", "pyarrow", "sklearn", "numba"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True)
