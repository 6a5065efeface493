"""What every file of a table offers: its columns, known before any row is read, and its rows in pieces."""

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Any, Protocol, TypeAlias

from deltarule.errors import DataError, InputError
from deltarule.records import record

MAX_COLUMNS = 100_000

# a piece is some rows of the columns asked for, as one pyarrow.RecordBatch
Piece: TypeAlias = Any


class Kind(Enum):
    """What a column holds, as far as training cares."""

    SINGLE = "float32 numbers"
    NUMBER = "numbers"
    TEXT = "text"
    TIME = "dates or times"
    OTHER = "nested or binary values"


@record
class Column:
    """A column of a file, and a cell that shows why it is no number, where one is known."""

    name: str
    kind: Kind
    example: str = ""


class TableFile(Protocol):
    """A file that holds a table.

    Attributes
    ----------
    path : str
        Its name, as messages show it.
    columns : tuple of Column
        What it holds.
    n_rows : int or None
        How many rows it has, where that is known without reading them.
    """

    path: str
    columns: tuple[Column, ...]
    n_rows: int | None

    def pieces(self, names: Sequence[str], rows: int) -> Iterator[Piece]:
        """Some columns in the order of `names`, about `rows` rows at a time.

        Raises
        ------
        DataError
            The file is damaged; names the place, where it is known.
        """
        ...


def kind_of(arrow_type: Any) -> Kind:
    """What an Arrow type means for training."""
    import pyarrow.types as types

    if types.is_dictionary(arrow_type):
        inner = kind_of(arrow_type.value_type)
        return Kind.NUMBER if inner is Kind.SINGLE else inner
    if types.is_float32(arrow_type) or types.is_float16(arrow_type):
        return Kind.SINGLE
    if (
        types.is_floating(arrow_type)
        or types.is_integer(arrow_type)
        or types.is_boolean(arrow_type)
        or types.is_decimal(arrow_type)
        or types.is_null(arrow_type)
    ):
        return Kind.NUMBER
    if types.is_string(arrow_type) or types.is_large_string(arrow_type) or types.is_string_view(arrow_type):
        return Kind.TEXT
    return Kind.TIME if types.is_temporal(arrow_type) else Kind.OTHER


def check_columns(columns: Sequence[Column], path: str) -> None:
    """Refuse too many columns, and two of one name.

    Raises
    ------
    DataError
        The columns cannot be told apart, or are too many.
    """
    if len(columns) > MAX_COLUMNS:
        raise DataError(
            f"has {len(columns)} columns, and {MAX_COLUMNS} are the most", "leave columns out", path
        )
    seen: set[str] = set()
    for at, column in enumerate(columns, 1):
        if not column.name.strip():
            raise DataError(
                f"column {at} has no name",
                "give it one, or leave it out where it is only the row number (pandas: to_csv(..., index=False))",
                path,
            )
        if column.name in seen:
            raise DataError(
                f"two columns have the name {column.name[:60]!r}", "give each column a name of its own", path
            )
        seen.add(column.name)


def cannot_open(error: OSError, path: str) -> InputError:
    """What to say about a file that the system does not hand over."""
    if isinstance(error, FileNotFoundError):
        return InputError("no such file", "check the path and its spelling", path)
    if isinstance(error, PermissionError):
        return InputError("may not be read", "check its permissions", path)
    return InputError(f"cannot be opened ({error.strerror or str(error)[:200]})", "check the path", path)
