"""Ctrl-C that is not lost: libraries that are loaded in the middle of a training catch whatever is raised meanwhile."""

import signal
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any


class Interrupts:
    """Ctrl-C raises what it always raises, and is also noted; `look` raises once more what somebody has swallowed."""

    def __init__(self) -> None:
        self._noted = False
        self._before: Any = None

    def __enter__(self) -> "Interrupts":
        before = signal.getsignal(signal.SIGINT)
        if callable(before):
            with suppress(ValueError):  # not the main thread: nobody interrupts it
                signal.signal(signal.SIGINT, self._note)
                self._before = before
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def look(self) -> None:
        """Where an interrupt can be taken.

        Raises
        ------
        KeyboardInterrupt
            There was one.
        """
        if self._noted:
            self._noted = False
            raise KeyboardInterrupt

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._noted = True
        self._before(number, frame)
