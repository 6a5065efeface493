"""Exit statuses, and where a command writes to: standard output, or a file that appears whole or not at all."""

import os
import shutil
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import click

from deltarule.errors import DeltaruleError

CLEAN, SLIPS, UNUSABLE, INTERRUPTED = 0, 1, 2, 130
WIDTH = 100
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Output:
    """Standard output, or a file that appears whole or not at all."""

    def __init__(self, path: str | None, read: Iterable[str] = (), kept: str | None = None) -> None:
        """Say where to write; of no use are a file that is `read`, and the one in which something else is `kept`."""
        self.path = None if path in (None, "-") else path
        if self.path is not None:
            if os.path.lexists(self.path) and any(_same_file(self.path, name) for name in read):
                raise click.UsageError(f"-o {self.path} would overwrite what is read; name another file.")
            if kept is not None and _same_place(self.path, kept):
                raise click.UsageError(f"-o {self.path} is the checkpoint's file already; name another file.")
        self.broken = False
        self._pieces: list[str] = []

    @property
    def on_terminal(self) -> bool:
        """Whether what is written is seen at once."""
        return self.path is None and sys.stdout is not None and sys.stdout.isatty()

    def look(self) -> tuple[bool, int | None]:
        """Whether to use colours, and how wide the terminal is (None if it is none)."""
        if not self.on_terminal:
            return False, None
        width = min(max(shutil.get_terminal_size((WIDTH, 24)).columns, 40), 140)
        plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
        return not plain, width

    def write(self, text: str) -> None:
        """Write a finished piece; a reader who has gone is no error."""
        if self.path is not None:
            self._pieces.append(text)
            return
        if self.broken:
            return
        try:
            flush(text)
        except BrokenPipeError:
            self.broken = True
            silence()
        except DeltaruleError:
            self.broken = True
            raise

    def close(self) -> None:
        """Put the file in its place."""
        if self.path is None or not self._pieces:
            return
        from deltarule.errors import InputError
        from deltarule.whole import write_whole

        try:
            write_whole(self.path, "".join(self._pieces).encode("utf-8", "replace"))
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError(
                f"cannot be written ({reason})", "name another file with -o", self.path
            ) from None


def _same_file(one: str, other: str) -> bool:
    try:
        return Path(one).samefile(other)
    except (OSError, ValueError):  # one of them does not exist
        return False


def _same_place(one: str, other: str) -> bool:
    """Whether two paths, of files that need not be there, lead to the same place."""
    try:
        return Path(one).resolve() == Path(other).resolve() or _same_file(one, other)
    except (OSError, RuntimeError, ValueError):
        return False


def flush(text: str = "") -> None:
    """Write to standard output, down to the system.

    Raises
    ------
    InputError
        It is closed, or its disk is full.
    """
    from deltarule.errors import InputError

    if sys.stdout is None:  # closed before we began
        if text:
            raise InputError("cannot write to standard output: it is closed", "write to a file with -o")
        return
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        silence()
        reason = error.strerror or str(error)
        raise InputError(f"cannot write to standard output: {reason}") from None


def silence() -> None:
    """Let nothing more reach a closed pipe or a full disk, the interpreter's last flush included."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
