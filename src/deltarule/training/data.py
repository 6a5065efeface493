"""What a caller hands over as data, made into arrays: checked, named, and copied only where there is no other way.

NumPy arrays, nested lists, pandas, Polars and Arrow tables, and anything that Narwhals or the Arrow C stream knows. A bad
value is refused with its row and column, and what to do about it; nothing is mended unless the caller asks.
"""

import sys
import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from deltarule.errors import DataError, DataTypeError, UsageError
from deltarule.records import record
from deltarule.training.frames import (
    Frame,
    column_name,
    is_frame,
    listed,
    matrix_of,
    read_frame,
    warning_class,
)

Missing: TypeAlias = Literal["drop", "mean"] | None

CHUNK = 8192  # values looked at together: they stay in the cache, and BLAS starts no threads for so few
PART = 1 << 16  # targets that are looked at together, so that millions of them need no second copy
_REMEDY_MISSING = 'fill it in, or ask for missing="drop" or missing="mean"'
_REMEDY_INFINITE = "repair or leave out that row"


@record
class Arrays:
    """Data ready for training.

    Attributes
    ----------
    X : array, shape (n, d)
        float64 or float32, in C or Fortran order; it may be the caller's own memory: never write to it.
    y : array, shape (n,)
        Floats, or labels of any kind if labels were asked for.
    sample_weight : array, shape (n,), or None
        float64, none negative, not all zero.
    feature_names : tuple of str or None
        Names of the columns, if they came with any.
    target_name : str or None
        Name of the target, if it came with one.
    dropped : int
        Rows left out because something in them was missing.
    fills : array, shape (d,), or None
        What missing features were replaced with: the mean of each column's other values.
    """

    X: NDArray[Any]
    y: NDArray[Any]
    sample_weight: NDArray[np.float64] | None = None
    feature_names: tuple[str, ...] | None = None
    target_name: str | None = None
    dropped: int = 0
    fills: NDArray[np.float64] | None = None


@runtime_checkable
class Gathers(Protocol):
    """Something that can put all its rows together, such as a source of blocks."""

    def gathered(self) -> Arrays:
        """All rows, checked."""
        ...


def as_arrays(
    X: Any,
    y: Any,
    sample_weight: Any = None,
    *,
    missing: Missing = None,
    labels: bool = False,
    part: bool = False,
    wide: bool = False,
) -> Arrays:
    """Check data for training and make them arrays.

    Parameters
    ----------
    X : array-like or data frame, shape (n, d)
        float32 is kept, other numbers become float64. Arrays that were checked before are taken as they are, and a source of
        blocks (`deltarule.training.sources.open_source`), which knows its target itself, is read.
    y : array-like, shape (n,), or str
        Targets, or the name of the column of the data frame `X` that holds them.
    sample_weight : array-like, shape (n,), a number, or None
        Weights of the rows.
    missing : {None, "drop", "mean"}
        What becomes of rows with a missing value: refused, left out, or filled with the column's mean. A missing
        target or weight cannot be filled. Infinity is always refused.
    labels : bool
        `y` holds classes of any kind rather than numbers.
    part : bool
        These are some rows of many: then one row, one class or a constant target is no reason to refuse.
    wide : bool
        Allow more columns than rows, for which the weights are not determined by the data alone.

    Raises
    ------
    DataError
        The data cannot be used; says where and what to do. It is also a ValueError.
    DataTypeError
        Something is no number. It is also a TypeError.
    UsageError
        `missing` is something else.

    >>> data = as_arrays([[1, 2], [3, 4], [5, 7]], [1, 0, 1])
    >>> data.X.dtype, data.X.shape
    (dtype('float64'), (3, 2))
    >>> as_arrays([[1.0, float("nan")]], [0], part=True)
    Traceback (most recent call last):
        ...
    deltarule.errors.DataError: row 1 (counted from 1), column 2 holds NaN; fill it in, or ask for missing="drop" or missing="mean"
    """
    check_missing(missing)
    if isinstance(X, Arrays):
        return X
    if isinstance(X, Gathers):
        return X.gathered()
    if y is None:
        raise DataError(
            "training requires y to be passed, but the target y is None",
            "give the targets, or the name of their column",
        )
    frame = X if isinstance(X, Frame) else read_frame(X) if is_frame(X) else None
    target_name = None
    if isinstance(y, str):
        target_name = y
        frame, y = _parted(frame, y)
    matrix, names = as_matrix(X if frame is None else frame, finite=False)
    target = _labels(y) if labels else _targets(y, "y" if target_name is None else repr(target_name))
    weight = _weights(sample_weight, len(matrix))
    for what, rows in (("y", len(target)), ("sample_weight", len(matrix) if weight is None else len(weight))):
        if rows != len(matrix):
            raise DataError(
                f"X has {len(matrix)} rows, {what} has {rows} (inconsistent numbers of samples)",
                "give one value for each row",
            )
    data = Arrays(matrix, target, weight, names, target_name)
    data = finite_rows(data, missing)
    _check_weights(data.sample_weight)
    if not part:
        check_enough(len(data.X), data.X.shape[1], wide=wide)
        check_targets(data.y, labels=labels, name=target_name)
    return data


def check_missing(missing: object) -> None:
    """Refuse a way with missing values that does not exist.

    Raises
    ------
    UsageError
        It is not None, "drop" or "mean".
    """
    if missing not in (None, "drop", "mean"):
        raise UsageError(f'missing is {missing!r}; give "drop", "mean" or None')


def as_matrix(X: Any, *, finite: bool = True) -> tuple[NDArray[Any], tuple[str, ...] | None]:
    """Features alone, as an array of shape (n, d), and their names if they have any.

    Raises
    ------
    DataError, DataTypeError
        As `as_arrays`; NaN and infinity only where `finite` is asked for.
    """
    if isinstance(X, Frame) or is_frame(X):
        frame = X if isinstance(X, Frame) else read_frame(X)
        names = frame.names
        matrix = matrix_of(frame)
    else:
        names = None
        matrix = _float_matrix(X)
    if matrix.shape[1] == 0:
        raise DataError(
            f"0 feature(s) (shape=({len(matrix)}, 0)) while a minimum of 1 is required",
            "give at least one column of features",
        )
    if finite and not all_finite(matrix):
        raise _not_finite(matrix, names)
    return matrix, names


def _parted(frame: Frame | None, target: str) -> tuple[Frame, NDArray[Any]]:
    """The frame without its target, and the target."""
    if frame is None:
        raise DataError(
            f"y is the name {target!r}, but X has no named columns",
            "give y as an array, or X as a data frame",
        )
    names = frame.names or ()
    if target not in names:
        raise unknown_column(target, names, "target")
    at = names.index(target)
    rest = Frame((*names[:at], *names[at + 1 :]), [*frame.columns[:at], *frame.columns[at + 1 :]])
    return rest, frame.columns[at]


def unknown_column(name: str, names: Sequence[str], what: str, source: str = "") -> DataError:
    """What to say about a column that is not there; offers the nearest ones."""
    from difflib import get_close_matches

    short = [str(given)[:60] for given in names]
    near = get_close_matches(name[:60], short[:1000], 2)
    meant = f"did you mean {' or '.join(map(repr, near))}? " if near else ""
    more = ", ..." if len(short) > 12 else ""
    known = f"the columns are {', '.join(map(repr, short[:12]))}{more}" if short else "no column has a name"
    return DataError(f"there is no column {name[:60]!r} for the {what}", meant + known, source)


# features


def _float_matrix(X: Any) -> NDArray[Any]:
    """A float array of two dimensions from an array or nested lists."""
    if hasattr(X, "tocsr") or hasattr(X, "tocoo"):
        raise DataTypeError("X is sparse, and sparse input is not supported", "give X.toarray()")
    given = _plain(X, "X")
    if given.dtype.kind == "c":
        raise DataError("Complex data not supported: X holds complex numbers", "give real numbers")
    if given.ndim == 1 and given.dtype.names is None:
        raise DataError(
            f"X has one dimension (shape {given.shape}), and two are needed: rows and columns",
            "Reshape your data with X.reshape(-1, 1) if it is one column, X.reshape(1, -1) if it is one row",
        )
    if given.ndim != 2:
        raise DataError(
            f"X has {given.ndim} dimensions and type {given.dtype}, and a table of rows and columns is needed",
            "give an array of shape (rows, columns)",
        )
    if given.dtype.kind not in "fiub":
        return _from_objects(given)
    if given.dtype not in (np.float32, np.float64):
        given = given.astype(np.float32 if given.dtype == np.float16 else np.float64)
    if not (given.flags.c_contiguous or given.flags.f_contiguous) or not given.flags.aligned:
        given = np.array(given, order="C")
    return given


def _plain(data: Any, name: str) -> NDArray[Any]:
    """An array of whatever NumPy makes an array of; what is masked is missing."""
    masks = sys.modules.get("numpy.ma")  # who has a masked array has it loaded; loading it takes a while
    if masks is not None and isinstance(data, masks.MaskedArray):
        masked: Any = data if data.dtype.kind == "f" else data.astype(float)
        data = masked.filled(np.nan)
    try:
        given = np.asarray(data)
    except ValueError:
        raise _ragged(data, name) from None
    if not given.dtype.isnative:
        given = given.astype(given.dtype.newbyteorder("="))
    return given


def _ragged(data: Any, name: str) -> DataError:
    """What to say about rows of different lengths."""
    lengths = [len(row) if hasattr(row, "__len__") else None for row in data]
    for at, length in enumerate(lengths, 1):
        if length != lengths[0]:
            found = "is a single value" if length is None else f"has {length} values"
            return DataError(
                f"row {at} of {name} {found}, where row 1 has {lengths[0]}", "give every row as many values"
            )
    return DataError(f"{name} is no table of numbers", "give rows of equal length")


def _from_objects(given: NDArray[Any]) -> NDArray[Any]:
    """Floats of an array of Python objects, text or dates; what is no number is refused by column."""
    if given.dtype.kind in "US":
        text = [column_name(None, at) for at in range(given.shape[1]) if not _all_floats(given[:, at])]
        named = text or [column_name(None, at) for at in range(given.shape[1])]
        raise DataTypeError(
            f"X holds text ({listed(named)})",
            "give numbers: one column for each category, or leave the text columns out",
        )
    columns = [given[:, at] for at in range(given.shape[1])]
    odd = next((cell for cell in given.flat if isinstance(cell, (dict, list, tuple, set))), None)
    if odd is not None:
        raise DataTypeError(
            f"X holds a {type(odd).__name__}: a cell or argument must be a number and neither a string nor a number "
            "was found",
            "give numbers only",
        )
    return np.ascontiguousarray(matrix_of(Frame(None, columns)))


def _all_floats(column: NDArray[Any]) -> bool:
    """Whether text stands for numbers throughout: NumPy turns a whole table into text for one text column."""
    try:
        column.astype(np.float64)
    except ValueError:
        return False
    return True


# targets and weights


def _one_column(given: NDArray[Any], name: str) -> NDArray[Any]:
    if given.ndim == 2 and given.shape[1] == 1:
        warnings.warn(
            f"A column-vector {name} was passed when a 1d array was expected; give {name}.ravel()",
            warning_class(),
            stacklevel=4,
        )
        return given[:, 0]
    if given.ndim != 1:
        raise DataError(
            f"{name} has shape {given.shape}, and one value for each row is needed (y should be a 1d array)",
            "give an array of shape (rows,)",
        )
    return given


def _flat(data: Any, name: str) -> NDArray[Any]:
    """One column from an array, a list, or a data frame's column."""
    if is_frame(data):
        frame = read_frame(data)
        if len(frame.columns) != 1:
            raise DataError(f"{name} has {len(frame.columns)} columns, and one is needed", "give one column")
        return frame.columns[0]
    if hasattr(data, "to_numpy") and not isinstance(data, np.ndarray):
        return _plain(data.to_numpy(), name)
    return _one_column(_plain(data, name), name)


def _targets(y: Any, name: str) -> NDArray[Any]:
    """Targets as floats."""
    given = _flat(y, name)
    if given.dtype.kind == "c":
        raise DataError(
            f"Complex data not supported: the target {name} holds complex numbers", "give real ones"
        )
    if given.dtype.kind not in "fiubO":
        raise _text_target(given, name)
    if given.dtype == object:
        try:
            return matrix_of(Frame(None, [given]))[:, 0]
        except DataTypeError:
            raise _text_target(given, name) from None
    kept = given if given.dtype in (np.float32, np.float64) else given.astype(np.float64)
    return np.ascontiguousarray(kept)


def _text_target(given: NDArray[Any], name: str) -> DataTypeError:
    what = "dates or times" if given.dtype.kind in "mM" else "text"
    example = next((cell for cell in given.flat if isinstance(cell, str)), None)
    shown = "" if example is None else f" (such as {str(example)[:30]!r})"
    return DataTypeError(
        f"the target {name} holds {what}{shown}, and numbers are needed to fit a value",
        "train a classifier if these are classes, or give numbers",
    )


def _labels(y: Any) -> NDArray[Any]:
    """Classes of any kind, as they came."""
    given = _flat(y, "y")
    if given.dtype.kind == "c":
        raise DataError("Complex data not supported: y holds complex numbers", "give classes")
    check_labels(given)
    return given


def check_labels(labels: NDArray[Any], source: str = "") -> None:
    """Refuse numbers with a fractional part as classes.

    Raises
    ------
    DataError
        There is one.
    """
    if labels.dtype.kind != "f":
        return
    broken = np.isfinite(labels) & (labels != np.floor(labels))
    if broken.any():
        raise DataError(
            f"Unknown label type: continuous values such as {labels[broken][0]:g} are no classes",
            "train a regressor, or give whole numbers or names",
            source,
        )


def _weights(sample_weight: Any, rows: int) -> NDArray[np.float64] | None:
    if sample_weight is None:
        return None
    same = np.isscalar(sample_weight)
    given = np.full(rows, sample_weight) if same else _flat(sample_weight, "sample_weight")
    if given.dtype.kind not in "fiub":
        raise DataTypeError(
            "sample_weight holds something that is no number", "give numbers, one for each row"
        )
    return np.ascontiguousarray(given, dtype=np.float64)


def _check_weights(weight: NDArray[np.float64] | None) -> None:
    if weight is None or not len(weight):
        return
    if (weight < 0).any():
        at = int(np.argmax(weight < 0))
        raise DataError(
            f"sample_weight is {weight[at]:g} in row {at + 1} (counted from 1), and none may be negative",
            "give 0 to leave a row out",
        )
    if not weight.any():
        raise DataError("sample_weight is zero in every row", "give at least one row a weight above zero")


# missing and infinite values


def all_finite(values: NDArray[Any]) -> bool:
    """Whether no value is NaN or infinite; reads contiguous memory once and makes no copy."""
    if values.dtype.kind != "f":
        return True
    flat = values.ravel(order="K")
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, len(flat), CHUNK):
            chunk = flat[start : start + CHUNK]
            if not np.isfinite(np.dot(chunk, chunk)) and not np.isfinite(chunk).all():
                return False
    return True


def finite_rows(data: Arrays, missing: Missing, source: str = "", first_row: int = 0) -> Arrays:
    """The same data with missing values refused, left out or filled in; infinity is refused.

    `first_row` is the number of rows that came before these, and `source` where they come from, for messages.

    Raises
    ------
    DataError
        Names the row, counted from 1, and the column.
    """
    weight_ok = data.sample_weight is None or all_finite(data.sample_weight)
    if all_finite(data.X) and not missing_labels(data.y).any() and all_finite(data.y) and weight_ok:
        return data
    if missing is None or _any_infinite(data.X) or _any_infinite(data.y):
        raise _first_bad(data, source, first_row)
    lost = missing_labels(data.y)
    if data.sample_weight is not None:
        if _any_infinite(data.sample_weight):
            raise _first_bad(data, source, first_row)
        lost = lost | np.isnan(data.sample_weight)
    if missing == "drop":
        kept = ~(lost | _rows_with_nan(data.X))
        weight = None if data.sample_weight is None else data.sample_weight[kept]
        return replace(data, X=data.X[kept], y=data.y[kept], sample_weight=weight, dropped=int((~kept).sum()))
    if lost.any():
        raise DataError(
            f"the target or weight of row {first_row + int(np.argmax(lost)) + 1} (counted from 1) is missing, and "
            "the mean cannot stand for it",
            'leave such rows out with missing="drop"',
            source,
        )
    return _filled(data, source)


def _filled(data: Arrays, source: str) -> Arrays:
    """Missing features replaced with the mean of the column's other values."""
    X = np.array(data.X, order="K")
    fills = np.zeros(X.shape[1])
    for at in range(X.shape[1]):
        column = X[:, at]
        absent = np.isnan(column)
        if absent.all():
            raise DataError(
                f"{column_name(data.feature_names, at)} has no value at all, so it has no mean",
                "leave that column out",
                source,
            )
        fills[at] = column[~absent].mean(dtype=np.float64)
        column[absent] = fills[at]
    return replace(data, X=X, fills=fills)


def fill(X: NDArray[Any], fills: NDArray[np.float64]) -> NDArray[Any]:
    """Features with each NaN replaced by its column's fill."""
    absent = np.isnan(X)
    if not absent.any():
        return X
    return np.where(absent, fills.astype(X.dtype), X)


def missing_labels(y: NDArray[Any]) -> NDArray[np.bool_]:
    """Which targets are missing: NaN, None, or pandas' NA."""
    if y.dtype.kind == "f":
        absent: NDArray[np.bool_] = np.isnan(y)
        return absent
    if y.dtype == object:
        return np.array(
            [cell is None or type(cell).__name__ in ("NAType", "NaTType") or cell != cell for cell in y], bool
        )
    return np.zeros(len(y), bool)


def _any_infinite(values: NDArray[Any]) -> bool:
    return values.dtype.kind == "f" and bool(np.isinf(values).any())


def _rows_with_nan(X: NDArray[Any]) -> NDArray[np.bool_]:
    found = np.zeros(len(X), bool)
    for start in range(0, len(X), 4096):
        found[start : start + 4096] = np.isnan(X[start : start + 4096]).any(axis=1)
    return found


def _first_bad(data: Arrays, source: str, first_row: int) -> DataError:
    """What to say about the first row with a value that is missing or infinite."""
    lost = missing_labels(data.y)
    bad = lost | (np.isinf(data.y) if data.y.dtype.kind == "f" else False)
    if bad.any():
        at = int(np.argmax(bad))
        name = "y" if data.target_name is None else repr(data.target_name)
        where = f"row {first_row + at + 1} (counted from 1): the target {name}"
        if lost[at]:
            return DataError(f"{where} is missing or NaN", 'leave such rows out with missing="drop"', source)
        return DataError(f"{where} is infinite (infinity)", _REMEDY_INFINITE, source)
    if data.sample_weight is not None and not all_finite(data.sample_weight):
        at = int(np.argmax(~np.isfinite(data.sample_weight)))
        return DataError(
            f"row {first_row + at + 1} (counted from 1): sample_weight is {data.sample_weight[at]}",
            "give each row a weight, 0 to leave it out",
            source,
        )
    return _not_finite(data.X, data.feature_names, source, first_row)


def _not_finite(
    X: NDArray[Any], names: Sequence[str] | None, source: str = "", first_row: int = 0
) -> DataError:
    """What to say about the first row of features with NaN or infinity."""
    for start in range(0, len(X), 4096):
        bad = ~np.isfinite(X[start : start + 4096])
        if bad.any():
            row, column = np.argwhere(bad)[0]
            value = X[start + row, column]
            what = "NaN" if np.isnan(value) else "infinity" if value > 0 else "-infinity"
            where = (
                f"row {first_row + start + int(row) + 1} (counted from 1), {column_name(names, int(column))}"
            )
            remedy = _REMEDY_MISSING if np.isnan(value) else _REMEDY_INFINITE
            return DataError(f"{where} holds {what}", remedy, source)
    raise AssertionError("there is a value that is not finite")


# classes


def distinct(values: NDArray[Any]) -> NDArray[Any]:
    """The distinct values, sorted, without a sorted copy of all of them.

    >>> distinct(np.array([3, 1, 3, 2, 1]))
    array([1, 2, 3])
    """
    found = np.unique(values[:PART])
    for start in range(PART, len(values), PART):
        part = values[start : start + PART]
        if not _all_among(part, found):
            found = np.union1d(found, part)
    return found


def _all_among(part: NDArray[Any], found: NDArray[Any]) -> bool:
    places = np.minimum(np.searchsorted(found, part), len(found) - 1)
    return bool((found[places] == part).all())


def coded(y: NDArray[Any], classes: NDArray[Any], of: int, low: float, high: float) -> NDArray[np.float64]:
    """Targets of one class against the rest: `high` for the class number `of`, `low` for the others.

    Raises
    ------
    DataError
        A label is none of the classes.

    >>> coded(np.array(["b", "a", "b"]), np.array(["a", "b"]), 1, 0.0, 1.0)
    array([1., 0., 1.])
    """
    as_they_are = y.dtype == np.float64 and of == 1 and list(classes) == [low, high]
    targets = y if as_they_are else np.empty(len(y))
    for start in range(0, len(y), PART):
        part = y[start : start + PART]
        places = np.minimum(np.searchsorted(classes, part), len(classes) - 1)
        strange = part[classes[places] != part]
        if len(strange):
            label = strange[0].item() if isinstance(strange[0], np.generic) else strange[0]
            raise DataError(
                f"the label {label!r} is none of the classes seen before", "give all classes at first"
            )
        if not as_they_are:
            targets[start : start + PART] = np.where(places == of, high, low)
    return targets


# enough data, and something to learn


def check_enough(rows: int, columns: int, *, wide: bool = False, source: str = "") -> None:
    """Refuse no rows, and more columns than rows.

    Raises
    ------
    DataError
        There are too few rows.
    """
    if rows == 0:
        raise DataError(
            f"0 sample(s) (shape=(0, {columns})): there is no row to train on",
            "check what was selected, or what missing values left over",
            source,
        )
    if columns > rows and not wide:
        raise DataError(
            f"{columns} columns but only {rows} {'row (1 sample)' if rows == 1 else 'rows'}: the data do not "
            "determine the weights",
            "add rows, leave columns out, or ask for a penalty with l2 above 0",
            source,
        )


def check_targets(y: NDArray[Any], *, labels: bool, name: str | None = None, source: str = "") -> None:
    """Refuse a target of which there is nothing to learn: one class, or one value in several rows.

    Raises
    ------
    DataError
        It is the same in every row.
    """
    if not len(y) or (y[1:] != y[0]).any() or (len(y) == 1 and not labels):
        return
    refuse_constant(y[0], labels=labels, name=name, source=source)


def refuse_constant(value: Any, *, labels: bool, name: str | None = None, source: str = "") -> None:
    """Say that a target is the same in every row.

    Raises
    ------
    DataError
        Always.
    """
    the = "the target" if name is None else f"the target {name!r}"
    shown = repr(str(value)[:30]) if isinstance(value, str) else f"{value}"
    if labels:
        raise DataError(
            f"{the} has one class only ({shown}), and a classifier needs two",
            "check that the right column is the target, and that rows of both classes are there",
            source,
        )
    raise DataError(
        f"{the} is {shown} in every row: a constant target leaves nothing to learn",
        "check that the right column is the target",
        source,
    )
