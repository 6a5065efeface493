"""Patterns that few documents need: compiled when one is first asked for something, not when the program starts.

Two hundred patterns take longer to compile than a page takes to be marked, and a page seldom needs half of them.
"""

import re
from typing import Any, cast


class WaitingPattern:
    """Stands for a pattern; from the first use on, its methods are those of the compiled one."""

    def __init__(self, source: str, flags: int) -> None:
        self.pattern = source
        self.flags = flags

    def __getattr__(self, name: str) -> Any:
        made = re.compile(self.pattern, self.flags)
        for method in ("match", "fullmatch", "search", "finditer", "findall", "split", "sub", "subn"):
            setattr(self, method, getattr(made, method))
        return getattr(made, name)


def rarely(source: str, flags: int = 0) -> re.Pattern[str]:
    """What ``re.compile`` gives, to all who use it, without its cost until somebody does."""
    return cast("re.Pattern[str]", WaitingPattern(source, flags))
