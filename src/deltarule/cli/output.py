"""Exit statuses, and where a command writes to: standard output, or a file that appears whole or not at all."""

import os
import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click

CLEAN, SLIPS, UNUSABLE, INTERRUPTED = 0, 1, 2, 130
WIDTH = 100
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Output:
    """Standard output, or a file that appears whole or not at all."""

    def __init__(self, path: str | None, read: Sequence[str] = ()) -> None:
        self.path = None if path in (None, "-") else path
        if self.path is not None and any(_same_file(self.path, name) for name in read):
            raise click.UsageError(f"-o {self.path} would overwrite what is read; name another file.")
        self.broken = False
        self._pieces: list[str] = []

    def look(self) -> tuple[bool, int | None]:
        """Whether to use colours, and how wide the terminal is (None if it is none)."""
        if self.path is not None or not sys.stdout.isatty():
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
            sys.stdout.write(text)
            sys.stdout.flush()
        except BrokenPipeError:
            self.broken = True
            silence()

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


def silence() -> None:
    """Let nothing more reach a closed pipe, the interpreter's last flush included."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
