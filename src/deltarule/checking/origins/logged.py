"""Errors in a program's log, which prints the parameters after each update: ``error: -1 | weights: [0. 0.01]``.

An error of nought leaves the parameters as they are. Any other moves one of them, the bias, by the same part of itself every time;
which of the parameters that is, and by what part, shows in the log. What does not fit is not called wrong.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from fractions import Fraction
from typing import TypeAlias

from deltarule.formulas import Role
from deltarule.records import changing
from deltarule.written import Written

FEWEST = 3  # errors that are not nought, and move a parameter by one part of themselves
MAX_ENTRIES = 2000
MAX_PARTS = 12  # parts of the error that are tried
_SHARE = 5  # one in so many may not fit: a run may begin anew

Place: TypeAlias = tuple[Role, int | None]
Parameters: TypeAlias = Mapping[Place, Written]


@changing
class _Entry:
    at: int
    error: Fraction
    before: Parameters
    after: Parameters = field(default_factory=dict)


class Log:
    """The errors told so far, each with the parameters in front of it and behind it."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []

    @property
    def waits(self) -> bool:
        """Whether the parameters behind the last error are still to come."""
        return bool(self._entries) and not self._entries[-1].after

    def tell(self, at: int, error: Written, parameters: Parameters) -> None:
        """Take in an error, as it is told behind the parameters of the update before."""
        self.close(parameters)
        if len(self._entries) < MAX_ENTRIES:
            self._entries.append(_Entry(at, error.value, parameters))

    def close(self, parameters: Parameters) -> None:
        """Take in the parameters that stand behind the last error."""
        if self.waits:
            self._entries[-1].after = parameters

    def right(self) -> Iterator[int]:
        """Which of the errors fit what they did to the parameters."""
        whole = [
            entry for entry in self._entries if entry.before and entry.before.keys() == entry.after.keys()
        ]
        moving = [entry for entry in whole if entry.error != 0]
        if len(moving) < FEWEST:
            return
        fitting = _fitting(moving)
        if _SHARE * (len(moving) - len(fitting)) > len(moving):
            return
        yield from (entry.at for entry in fitting)
        yield from (entry.at for entry in whole if entry.error == 0 and _stays(entry))


def _stays(entry: _Entry) -> bool:
    return all(entry.after[key].value == value.value for key, value in entry.before.items())


def _fitting(moving: Sequence[_Entry]) -> list[_Entry]:
    """The entries in which one parameter moves by one part of the error, for the parameter and the part that fit most."""
    best: list[_Entry] = []
    for key in moving[0].before:
        parts: list[Fraction] = []
        for entry in moving:
            part = _moved(entry, key) / entry.error if key in entry.before else Fraction(0)
            if part > 0 and part not in parts:
                parts.append(part)
        for part in parts[:MAX_PARTS]:
            found = [entry for entry in moving if key in entry.before and _fits(entry, key, part)]
            best = max(best, found, key=len)
    return best


def _moved(entry: _Entry, key: Place) -> Fraction:
    return entry.after[key].value - entry.before[key].value


def _fits(entry: _Entry, key: Place, part: Fraction) -> bool:
    return abs(_moved(entry, key) - part * entry.error) <= entry.before[key].unit + entry.after[key].unit
