"""Ctrl-C that is not lost: libraries that are loaded in the middle of a training catch whatever is raised meanwhile."""

import signal
import sys
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any


class Interrupts:
    """Ctrl-C raises what it always raises, and is also noted; `look` raises once more what somebody has swallowed."""

    def __init__(self) -> None:
        self._noted = False
        self._before: Any = None
        self._unraised: Any = None

    def __enter__(self) -> "Interrupts":
        before = signal.getsignal(signal.SIGINT)
        if callable(before):
            with suppress(ValueError):  # not the main thread: nobody interrupts it
                signal.signal(signal.SIGINT, self._note)
                self._before = before
                self._unraised, sys.unraisablehook = sys.unraisablehook, self._unheard
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
            sys.unraisablehook = self._unraised
        if self._noted and isinstance(error, Exception):  # whoever swallowed it has lost what it was at
            raise KeyboardInterrupt from error

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

    def _unheard(self, told: "sys.UnraisableHookArgs") -> None:
        """Say nothing of an interrupt that is noted, where it met a callback that cannot raise it."""
        if not issubclass(told.exc_type, KeyboardInterrupt):
            self._unraised(told)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._noted = True
        self._before(number, frame)
