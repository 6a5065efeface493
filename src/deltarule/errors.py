"""The exceptions of deltarule.

::

    DeltaruleError
    ├── InputError            a file or text cannot be used: names place and remedy
    │   └── LimitError        it is larger than deltarule is willing to work on
    └── UsageError            the caller asked for something that does not exist

What is wrong with a user's *solution* is never an exception: it is a finding.
"""


class DeltaruleError(Exception):
    """Base of every exception that deltarule raises on purpose."""


class InputError(DeltaruleError):
    """A file or text cannot be used.

    Parameters
    ----------
    reason : str
        What is wrong, in one sentence.
    remedy : str
        What to do about it.
    source : str
        Name of the file, as given.
    line : int or None
        Line in it, counted from 1.
    """

    def __init__(self, reason: str, remedy: str = "", source: str = "", line: int | None = None) -> None:
        self.reason, self.remedy, self.source, self.line = reason, remedy, source, line
        place = source + (f":{line}" if line else "")
        super().__init__(
            ": ".join(part for part in (place, reason) if part) + (f"; {remedy}" if remedy else "")
        )

    def within(self, source: str) -> "InputError":
        """Return the same error, said of the file `source`."""
        return type(self)(self.reason, self.remedy, self.source or source, self.line)


class LimitError(InputError):
    """Something is larger than deltarule is willing to work on."""


class UsageError(DeltaruleError):
    """The caller asked for something that does not exist; the message lists what does."""
