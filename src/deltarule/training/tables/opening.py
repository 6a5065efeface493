"""The right reader for a file."""

from collections.abc import Callable
from importlib import import_module
from typing import cast

from deltarule.errors import DataError, InputError
from deltarule.training.tables.paths import LISTED, format_of
from deltarule.training.tables.table import TableFile, cannot_open

# loaded on first use: each needs PyArrow
FORMATS = {
    "csv": ("deltarule.training.tables.csv_table", "CsvTable"),
    "parquet": ("deltarule.training.tables.parquet_table", "ParquetTable"),
    "arrow": ("deltarule.training.tables.arrow_table", "ArrowTable"),
}
# what a file begins with tells more than its name
_MARKS = ((b"PAR1", "parquet"), (b"ARROW1", "arrow"), (b"FEA1", "feather 1"))


def open_table(path: str) -> TableFile:
    """Open a file by its name and what it begins with.

    Raises
    ------
    InputError
        There is no such file, it is empty, or of no format that is read here.
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123  # a Path would turn "./a" into "a" in messages
            start = file.read(8)
    except (OSError, ValueError) as error:
        raise cannot_open(error if isinstance(error, OSError) else OSError(str(error)), path) from None
    if not start:
        raise InputError("the file is empty", "check that it was saved", path)
    named = format_of(path)
    marked = next((form for mark, form in _MARKS if start.startswith(mark)), None)
    form = marked or named
    if form == "feather 1":
        raise InputError(
            "is a Feather file of version 1, which is no longer read", "write it again as Parquet", path
        )
    if form is None:
        raise InputError("is of an unknown format", f"the files that are read are {LISTED}", path)
    if named == "parquet" and marked is None:
        raise DataError(
            "does not begin as a Parquet file does",
            "it may have been cut short or changed: copy or write it again",
            path,
        )
    module, name = FORMATS[form]
    try:
        reader = cast(Callable[[str], TableFile], getattr(import_module(module), name))
    except ModuleNotFoundError as error:
        raise InputError(
            f"needs {error.name} to be read", "install it with pip install 'deltarule[train]'", path
        ) from None
    return reader(path)
