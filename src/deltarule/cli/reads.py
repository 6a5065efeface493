"""Which files a command reads beside those that are named to it, so that none of them is overwritten."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

STDIN = "-"


def of_exercise(name: str) -> Iterator[str]:
    """The file of an exercise, and the data file that it names."""
    yield name
    if Path(name).suffix.lower() != ".toml":
        return
    import tomllib

    from deltarule.errors import InputError
    from deltarule.reading.files import load

    with suppress(InputError, ValueError, RecursionError):  # whoever reads it says what is wrong
        data = tomllib.loads(load(name).text).get("data")
        if isinstance(data, dict) and isinstance(data.get("file"), str):
            yield str(Path(name).parent / data["file"])


def of_documents(names: Sequence[str]) -> Iterator[str]:
    """Documents, and what the OCR program thought of its reading, where that lies beside one."""
    from deltarule.reading.confidence import side_car

    for name in names:
        yield name
        beside = side_car(name)
        if beside is not None:
            yield beside


def of_tables(path: str) -> Iterator[str]:
    """The tables that a path, a folder or a pattern stands for."""
    from deltarule.errors import InputError
    from deltarule.training.tables import table_paths

    with suppress(InputError):  # whoever reads them says what is wrong
        yield from table_paths(path)


def is_report(name: str) -> bool:
    """Whether a file is a report that `deltarule check` has written: nobody means it as a solution to be marked."""
    from deltarule.errors import InputError
    from deltarule.reading.files import load
    from deltarule.writing.report import begins_as_report, is_report

    try:
        with open(name, encoding="utf-8", errors="replace") as file:  # noqa: PTH123  # keeps the path as it was given
            first = file.readline(5000)
        return begins_as_report(first) and is_report(load(name).text)
    except (OSError, ValueError, InputError):
        return False
