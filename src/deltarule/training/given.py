"""Data as a caller gives it: arrays, data frames, or blocks of them."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from deltarule.errors import DataError, UsageError
from deltarule.records import record
from deltarule.training.data import as_arrays, as_matrix
from deltarule.training.sums import Rows

Names = tuple[str, ...] | None


@record
class Given:
    """Data as a caller gave it: arrays, or blocks of them."""

    X: Any
    y: Any
    sample_weight: Any

    @property
    def again(self) -> bool:
        """Whether it can be read once more."""
        if self.y is not None:
            return True
        return not isinstance(self.X, Iterator) and bool(getattr(self.X, "reiterable", True))

    def blocks(self) -> Iterable[tuple[Rows, Names]]:
        """Rows and names of the columns."""
        if self.y is not None:
            yield as_rows(self.X, self.y, self.sample_weight, None)
            return
        if self.sample_weight is not None or not isinstance(self.X, Iterable) or hasattr(self.X, "shape"):
            raise UsageError("give X and y, or an iterable of blocks (X, y) or (X, y, sample_weight)")
        for block in self.X:
            if not isinstance(block, (tuple, list)) or len(block) not in (2, 3):
                raise UsageError(
                    "a block is a tuple (X, y) or (X, y, sample_weight); give X and y, or such blocks"
                )
            rows, own = as_rows(block[0], block[1], block[2] if len(block) == 3 else None, None)
            # a source may know its names only from its first block on
            yield rows, getattr(self.X, "feature_names", None) if own is None else own


def as_rows(X: Any, y: Any, sample_weight: Any, d: int | None) -> tuple[Rows, Names]:
    """Rows and names of the columns, whatever they came as; arrays of floats are taken as they are, unread.

    Raises
    ------
    DataError, DataTypeError
        As `deltarule.training.data.as_arrays`; also where the number of columns is not `d`.
    """
    names: Names
    if _plain(X, 2) and _plain(y, 1) and (sample_weight is None or _plain(sample_weight, 1)):
        matrix, names = as_matrix(X, finite=False)
        weight = None if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
        lengths = {len(X), len(y), len(X) if weight is None else len(weight)}
        fine = len(lengths) == 1 and (weight is None or bool((weight >= 0).all()))
        if fine and len(matrix):
            return _of_width(Rows(matrix, y, weight), d), names
    given = as_arrays(X, y, sample_weight, part=True, wide=True)
    if not len(given.X):
        raise DataError("there are no rows", "give at least one row of features and its target")
    return _of_width(Rows(given.X, given.y, given.sample_weight), d), given.feature_names


def _of_width(rows: Rows, d: int | None) -> Rows:
    width = rows.X.shape[1]
    if d is not None and width != d:
        raise DataError(
            f"these rows have {width} features, and the rows before had {d}",
            "give every batch the same columns",
        )
    return rows


def _plain(given: Any, dimensions: int) -> bool:
    """Whether something is an array of native floats."""
    return (
        type(given) is np.ndarray
        and given.ndim == dimensions
        and given.dtype in (np.float32, np.float64)
        and given.dtype.isnative
    )
