"""Where rows come from when they are more than fit into memory: blocks, read again for every pass.

A source is iterated once for each pass over the data and gives ``(X, y, weight)`` blocks, always the same ones in the same
order. `open_source` makes one of a file, a folder, a pattern, or blocks of the caller's own.
"""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from deltarule.errors import DataError, UsageError
from deltarule.training.data import (
    Arrays,
    Missing,
    as_arrays,
    check_enough,
    check_missing,
    refuse_constant,
)
from deltarule.training.frames import is_frame

MAX_CLASSES = 1000
KEEP_BYTES = 256_000_000

Blocks: TypeAlias = Iterable[Any] | Callable[[], Iterable[Any]]


class Block(NamedTuple):
    """Some rows: features of shape (n, d), targets of shape (n,), and weights of shape (n,) or None."""

    X: NDArray[Any]
    y: NDArray[Any]
    weight: NDArray[np.float64] | None = None


class Source(ABC):
    """Blocks of rows that can be read again and again.

    Attributes
    ----------
    name : str
        What messages call it.
    n_features : int
        Columns of every block; 0 where that shows only with the first block.
    feature_names : tuple of str or None
        Their names.
    target_name : str or None
        The target's name.
    labels : bool
        Targets are classes.
    wide : bool
        More columns than rows are allowed.
    n_rows : int or None
        Rows that a pass gives; None before the first pass has ended.
    dropped : int
        Rows that the last pass left out for missing values.
    reiterable : bool
        False where the rows can be read only once.
    keep_bytes : int
        Features of at most this size are kept in memory when training; larger ones are read again for every pass.
    watcher : function or None
        Is told how many rows of a pass have been read.
    """

    name: str = ""
    n_features: int = 0
    feature_names: tuple[str, ...] | None = None
    target_name: str | None = None
    labels: bool = False
    wide: bool = False
    n_rows: int | None = None
    dropped: int = 0
    reiterable: bool = True
    keep_bytes: int = KEEP_BYTES
    watcher: Callable[[int], object] | None = None

    @property
    def stated_rows(self) -> int | None:
        """How many rows there will be at most, where that is known before they are read."""
        return None

    @property
    def expected_bytes(self) -> int | None:
        """What the features will take in memory, as far as that is known before they are read."""
        return None

    @abstractmethod
    def _blocks(self) -> Iterator[Block]:
        """Checked blocks of one pass; what is left out is counted in `dropped`."""

    def __iter__(self) -> Iterator[Block]:
        """One pass.

        Raises
        ------
        DataError
            A bad value; or, after the last block, no rows, fewer rows than columns, or nothing to learn.
        """
        rows, first, constant = 0, None, True
        self.dropped = 0
        for block in self._blocks():
            if not len(block.y):
                continue
            first = block.y[0] if rows == 0 else first
            constant = constant and bool((block.y == first).all())
            rows += len(block.y)
            if self.watcher is not None:
                self.watcher(rows)
            yield block
        if self.n_rows is not None and rows != self.n_rows:
            raise DataError(
                f"gave {rows} rows in this pass and {self.n_rows} in the first",
                "every pass has to give the same rows",
                self.name,
            )
        check_enough(rows, self.n_features, wide=self.wide, source=self.name)
        if constant and (rows > 1 or self.labels):
            refuse_constant(first, labels=self.labels, name=self.target_name, source=self.name)
        self.n_rows = rows

    def gathered(self) -> Arrays:
        """Everything, as `deltarule.training.streamed.gather` puts it together; an estimator's `fit` asks for it."""
        from deltarule.training.streamed import gather

        return gather(self)

    def classes(self) -> list[Any]:
        """The classes in the target, sorted; takes one pass.

        Raises
        ------
        DataError
            There are more than a classifier can mean.
        """
        found: set[Any] = set()
        for block in self:
            found.update(np.unique(block.y).tolist())
            if len(found) > MAX_CLASSES:
                raise DataError(
                    f"the target has more than {MAX_CLASSES} different values",
                    "train a regressor if it is a quantity",
                    self.name,
                )
        return sorted(found)


def open_source(
    data: Any,
    target: str | None = None,
    *,
    features: Sequence[str] | None = None,
    leave_out: Sequence[str] = (),
    weight: str | None = None,
    missing: Missing = None,
    labels: bool | None = False,
    wide: bool = False,
    keep_bytes: int = KEEP_BYTES,
) -> Source:
    """Make a source of a path or of blocks.

    Parameters
    ----------
    data : path, function, or iterable of blocks
        A CSV, Parquet or Arrow file, a folder of them, or a pattern such as ``"2024/*.parquet"``; or ``(X, y)`` or
        ``(X, y, weight)`` blocks: a list of them, or a function that returns a new iterator for each pass. A bare iterator
        can be read only once.
    target : str
        Name of the target's column; blocks that are data frames need it too.
    features, leave_out : sequence of str
        The columns to use (default: all but target and weight), or those not to use; for files.
    weight : str or None
        Name of the column of weights; for files.
    missing : {None, "drop", "mean"}
        As `deltarule.training.data.as_arrays`; "mean" takes one more pass.
    labels : bool or None
        The target holds classes, text or numbers; None: only if it is text.
    wide : bool
        Allow more columns than rows.
    keep_bytes : int
        Features of at most this size are kept in memory when training; larger ones are read again for every pass.

    Raises
    ------
    InputError
        A file is missing, damaged or does not fit the others; names file, row and column.
    UsageError
        The data are of no kind that makes blocks.

    >>> source = open_source([([[1, 2], [3, 4]], [1, 0]), ([[5, 7]], [1])])
    >>> [block.X.shape for block in source], source.n_rows
    ([(2, 2), (1, 2)], 3)
    """
    check_missing(missing)
    if isinstance(data, Source):
        return data
    if isinstance(data, (str, os.PathLike)):
        if target is None:
            raise UsageError("no target is named; name the column to predict")
        from deltarule.training.files import FileSource

        source: Source = FileSource(
            os.fspath(data),
            target,
            features=features,
            leave_out=leave_out,
            weight=weight,
            missing=missing,
            labels=labels,
            wide=wide,
        )
        source.keep_bytes = keep_bytes
        return source
    if isinstance(data, np.ndarray) or is_frame(data) or not (callable(data) or hasattr(data, "__iter__")):
        raise UsageError(
            f"{type(data).__name__} is no source of blocks; give a path, blocks of (X, y), or a function that returns them"
        )
    if features is not None or leave_out or weight is not None:
        raise UsageError(
            "features, leave_out and weight choose columns of files; give blocks the columns they should have"
        )
    blocks = BlockSource(data, target, missing=missing, labels=bool(labels), wide=wide)
    blocks.keep_bytes = keep_bytes
    return blocks


class BlockSource(Source):
    """Blocks that the caller makes: ``(X, y)``, ``(X, y, weight)``, or a data frame that holds the target."""

    def __init__(
        self,
        blocks: Blocks,
        target: str | None = None,
        *,
        missing: Missing = None,
        labels: bool = False,
        wide: bool = False,
    ) -> None:
        self.name = "the blocks"
        self.target_name, self.labels, self.wide = target, labels, wide
        self._given, self._missing = blocks, missing
        # an iterator is its own iterator, and can be read once; a list or a function gives a new one each time
        self.reiterable = callable(blocks) or iter(blocks) is not blocks
        self._read = False
        self._dtype: np.dtype[Any] | None = None
        self._weighted = False
        if missing == "mean":
            raise UsageError(
                'missing="mean" needs means over all blocks; fill the blocks beforehand, or use missing="drop"'
            )

    def _blocks(self) -> Iterator[Block]:
        if self._read and not self.reiterable:
            raise DataError(
                "these blocks come from an iterator that is used up, and another pass needs them again",
                "give a list of blocks, or a function that returns a new iterator for each pass",
                self.name,
            )
        self._read = True
        given: Any = self._given() if callable(self._given) else self._given
        for number, block in enumerate(given, 1):
            data = self._checked(block, number)
            self.dropped += data.dropped
            yield Block(data.X, data.y, data.sample_weight)

    def _checked(self, block: Any, number: int) -> Arrays:
        name = f"block {number}"
        try:
            data = as_arrays(
                *self._parts(block), missing=self._missing, labels=self.labels, part=True, wide=True
            )
        except DataError as error:
            raise error.within(name) from None
        if not self.n_features:
            self.n_features, self.feature_names = data.X.shape[1], data.feature_names
            self._dtype, self._weighted = data.X.dtype, data.sample_weight is not None
        self._compare(data, name)
        if not self.labels:
            data = replace(data, y=np.asarray(data.y, np.float64))
        return replace(data, X=data.X.astype(self._dtype, copy=False))

    def _parts(self, block: Any) -> tuple[Any, ...]:
        if is_frame(block):
            if self.target_name is None:
                raise DataError("is a data frame without a target", "name the column to predict with target=")
            return block, self.target_name
        if not isinstance(block, (tuple, list)) or len(block) not in (2, 3):
            raise DataError(
                f"is a {type(block).__name__}, not a pair (X, y) or a triple (X, y, weight)",
                "give such blocks",
            )
        return tuple(block)

    def _compare(self, data: Arrays, name: str) -> None:
        """Refuse a block whose columns are not those of the first."""
        if data.X.shape[1] != self.n_features:
            raise DataError(
                f"has {data.X.shape[1]} columns, where the first has {self.n_features}",
                "give every block the same columns",
                name,
            )
        if data.feature_names != self.feature_names:
            ours, theirs = self.feature_names or (), data.feature_names or ()
            odd = next((name for name in theirs if name not in ours), None)
            what = "has its columns in another order" if odd is None else f"has a column {odd!r}"
            raise DataError(
                f"{what} than the first block" if odd is None else f"{what}, which the first block has not",
                "give every block the same columns in one order",
                name,
            )
        if (data.sample_weight is not None) != self._weighted:
            raise DataError(
                "has weights, and the first block has none"
                if data.sample_weight is not None
                else "has no weights, and the first block has some",
                "give every block weights, or none",
                name,
            )
        if self._dtype == np.float32 and data.X.dtype == np.float64:
            raise DataError(
                "holds float64 features, where the first block holds float32",
                "give every block the same type",
                name,
            )
