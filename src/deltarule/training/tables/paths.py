"""Which files a path stands for: itself, all tables of a folder and below, or what a pattern matches."""

import glob
import os
from pathlib import Path

from deltarule.errors import InputError, LimitError

MAX_FILES = 100_000
SUFFIXES = {
    ".csv": "csv",
    ".tsv": "csv",
    ".csv.gz": "csv",
    ".tsv.gz": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
    ".arrows": "arrow",
}
LISTED = ", ".join(f"*{suffix}" for suffix in SUFFIXES)


def format_of(path: str) -> str | None:
    """The format that a file's name stands for, or None."""
    name = Path(path).name.lower()
    return next((form for suffix, form in SUFFIXES.items() if name.endswith(suffix)), None)


def table_paths(path: str) -> list[str]:
    """Name the files that a path stands for, sorted, so that every pass sees them in one order.

    Hidden files and those that begin with an underscore are passed over in folders, as data tools do.

    Raises
    ------
    InputError
        There is none, or a folder holds several formats or folders that stand for values (``year=2024``).
    LimitError
        There are too many.
    """
    if os.path.isdir(path):  # noqa: PTH112  # keeps the path as it was given
        return _in_folder(path)
    if glob.has_magic(path) and not os.path.exists(path):  # noqa: PTH110  # a pattern is no path
        found = sorted(name for name in glob.iglob(path, recursive=True) if Path(name).is_file())  # noqa: PTH207  # absolute patterns are allowed
        if not found:
            raise InputError("no file matches this pattern", "check the folder and the spelling", path)
        return _counted(found, path)
    return [path]


def _in_folder(path: str) -> list[str]:
    found: list[str] = []
    for folder, below, names in os.walk(path):
        below[:] = sorted(name for name in below if not name.startswith((".", "_")))
        parted = next((name for name in below if "=" in name), None)
        if parted is not None:
            raise InputError(
                f"holds the folder {parted!r}, whose name stands for a column, and such columns are not read",
                "write the column into the files, or name one of these folders",
                folder,
            )
        found += [
            str(Path(folder) / name)
            for name in sorted(names)
            if not name.startswith((".", "_")) and format_of(name)
        ]
        _counted(found, path)
    if not found:
        raise InputError(
            "no tables in this folder", f"name a file, or a folder with files such as {LISTED}", path
        )
    forms = sorted({str(format_of(name)) for name in found})
    if len(forms) > 1:
        raise InputError(
            f"holds files of several formats ({', '.join(forms)})",
            f"name those of one format, such as {Path(path) / '*'!s}{_suffix(found[0])}",
            path,
        )
    return found


def _suffix(path: str) -> str:
    name = Path(path).name.lower()
    return next(suffix for suffix in SUFFIXES if name.endswith(suffix))


def _counted(found: list[str], path: str) -> list[str]:
    if len(found) > MAX_FILES:
        raise LimitError(f"more than {MAX_FILES} files", "name fewer, or put them into larger files", path)
    return found
