"""The exceptions of deltarule.

::

    DeltaruleError
    ├── InputError            a file or text cannot be used: names place and remedy
    │   ├── LimitError        it is larger than deltarule is willing to work on
    │   └── DataError         data to train on cannot be used; also a ValueError
    │       └── DataTypeError     it holds something that is no number; also a TypeError
    ├── UsageError            the caller asked for something that does not exist
    │   └── SettingError          a setting of an estimator cannot be used; also a ValueError
    └── DivergenceError       a run diverged, and the caller asked for an exception then

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


class DataError(InputError, ValueError):
    """Data to train on cannot be used. A ValueError too, which is what scikit-learn's tools expect."""


class DataTypeError(DataError, TypeError):
    """Data to train on holds something that is no number."""


class UsageError(DeltaruleError):
    """The caller asked for something that does not exist; the message lists what does."""


class SettingError(UsageError, ValueError):
    """A setting of an estimator cannot be used; says which values can."""


class DivergenceError(DeltaruleError):
    """A run diverged, and the caller had asked for an exception rather than an outcome."""


class DivergenceWarning(UserWarning):
    """A run diverged; what it learnt is of no use."""


class DataWarning(UserWarning):
    """Data can be trained on, but less follows from it than one may think."""
