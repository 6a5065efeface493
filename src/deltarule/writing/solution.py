"""Write a worked solution in one of several formats.

A format is one file with a function ``write(solution, look) -> str``, and a row in `FORMATS`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TypeAlias

from deltarule.errors import UsageError
from deltarule.records import record
from deltarule.report import Diagnosis
from deltarule.trace import Trace
from deltarule.writing.solution_blocks import Block, blocks


@record
class Solution:
    """A worked solution before it has a format: the run, what is said of it, and the epochs to print."""

    trace: Trace
    diagnosis: Diagnosis | None
    epochs: tuple[int, ...]
    blocks: tuple[Block, ...]


@record
class SolutionLook:
    """How a solution is to look where the format leaves a choice.

    `width` is for terminals; None breaks long lines between equations only, never within a sum.
    """

    decimal_comma: bool = False
    color: bool = False
    width: int | None = None


Writer: TypeAlias = Callable[[Solution, SolutionLook], str]

# each format's module is loaded when it is asked for
FORMATS: Mapping[str, str] = {
    "terminal": "deltarule.writing.solution_terminal",
    "markdown": "deltarule.writing.solution_markdown",
    "latex": "deltarule.writing.solution_latex",
    "html": "deltarule.writing.solution_html",
    "json": "deltarule.writing.solution_json",
}


def write_solution(
    trace: Trace,
    diagnosis: Diagnosis | None = None,
    form: str = "terminal",
    *,
    show: Sequence[int] | None = None,
    decimal_comma: bool = False,
    color: bool = False,
    width: int | None = None,
) -> str:
    """Write the worked solution of a run.

    Parameters
    ----------
    form : str
        One of the `FORMATS`.
    show : sequence of int, optional
        Epochs to work line by line (see `epochs_to_show`); all of them if left out.

    Raises
    ------
    UsageError
        There is no such format.
    """
    if form not in FORMATS:
        raise UsageError(f"there is no solution format {form!r}; choose from {', '.join(FORMATS)}")
    everything = range(1, trace.exercise.epochs + 1)
    epochs = tuple(epoch for epoch in everything if show is None or epoch in show)
    write: Writer = import_module(FORMATS[form]).write
    solution = Solution(trace, diagnosis, epochs, blocks(trace, diagnosis, epochs))
    return write(solution, SolutionLook(decimal_comma, color, width))


def epochs_to_show(text: str, epochs: int) -> tuple[int, ...]:
    """Epochs named by a list such as ``1-3,last``; ``last`` and a missing end mean the last one.

    >>> epochs_to_show("1-2, last", 8), epochs_to_show("7-", 8), epochs_to_show("all", 3)
    ((1, 2, 8), (7, 8), (1, 2, 3))

    Raises
    ------
    UsageError
        Not such a list, or an epoch that the run does not have.
    """
    chosen: set[int] = set()
    for part in text.split(","):
        word = part.strip().lower()
        match = re.fullmatch(r"([0-9]{1,9}|last)(?:\s*([-–])\s*([0-9]{1,9}|last)?)?", word)
        if word == "all":
            chosen.update(range(1, epochs + 1))
            continue
        if match is None:
            raise UsageError(
                f"cannot read {part.strip()[:40]!r} as epochs to show; write for example 1-3,last"
            )
        first = _epoch(match[1], epochs)
        last = first if match[2] is None else _epoch(match[3] or "last", epochs)
        if first > last:
            raise UsageError(f"epochs {part.strip()} run backwards; write {last}-{first}")
        if not 1 <= first <= last <= epochs:
            beyond = last if last > epochs else first
            raise UsageError(f"there is no epoch {beyond} to show; the run has epochs 1 to {epochs}")
        chosen.update(range(first, last + 1))
    return tuple(sorted(chosen))


def _epoch(word: str, epochs: int) -> int:
    return epochs if word == "last" else int(word)
