"""How far a long command is, on a terminal's standard error."""

import sys
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PAUSE = 0.1  # seconds between drawings
PATIENCE = 1.0  # seconds before anything is said


class Working:
    """Says on a terminal's standard error that work is going on, once it has taken a second; takes it away at the end."""

    def __init__(self, what: str) -> None:
        self.what, self._shown = what, False
        self._timer = threading.Timer(PATIENCE, self._show)
        self._timer.daemon = True

    def __enter__(self) -> "Working":
        if sys.stderr is not None and sys.stderr.isatty():
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._shown:
            sys.stderr.write("\r" + " " * (len(self.what) + 4) + "\r")
            sys.stderr.flush()

    def _show(self) -> None:
        self._shown = True
        sys.stderr.write(f"{self.what} ...")
        sys.stderr.flush()


class Bar:
    """A progress bar where standard error is a terminal, and nothing elsewhere.

    It draws when it is told to and has no thread of its own, so that processes can be forked beside it.
    """

    def __init__(self, total: int, what: str) -> None:
        self.total, self.what, self.done = total, what, 0
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._drawn = 0.0

    def __enter__(self) -> "Bar":
        if self.total > 1 and sys.stderr is not None and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
            )
            self._bar = Progress(
                *columns,
                console=Console(stderr=True),
                auto_refresh=False,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._task = self._bar.add_task(self.what, total=self.total)
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hide()

    def step(self) -> None:
        """One more is done."""
        self.done += 1
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self.done)
            if time.monotonic() - self._drawn > PAUSE:
                self._drawn = time.monotonic()
                self._bar.start()
                self._bar.refresh()

    def hide(self) -> None:
        """Take it off the screen before something else is written there; the next step draws it anew."""
        if self._bar is not None:
            self._bar.stop()
