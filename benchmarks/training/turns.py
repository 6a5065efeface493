"""Rivals measured in turns, with an eye on who else uses the machine.

In every round each rival runs once, so that a busy machine slows all of them alike. A round is *quiet* if other processes
took less than `QUIET` of a core during it; figures come from the quiet rounds where there are a few, and else from all.
While there are too few, more rounds are run, up to a bound.
"""

import os
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time, sleep
from typing import TypeAlias

# what, measured, must, aim, note; where smaller is better, what says "(at most)"
Row: TypeAlias = tuple[str, float, float, float, str]

QUIET = 0.08  # of a core
_ENOUGH = 3  # quiet rounds
_PATIENCE = 2  # times as many rounds, at most, while there are not enough
_STAT = Path("/proc/stat")


@dataclass(frozen=True)
class Turns:
    """Seconds of each rival in each round that counts.

    Attributes
    ----------
    seconds : mapping of str to list of float
    quiet : bool
        Whether these are quiet rounds.
    busy : float
        Cores that other processes took, in the middle one of all rounds; NaN where the system does not tell.
    """

    seconds: Mapping[str, list[float]]
    quiet: bool
    busy: float

    def best(self, name: str) -> float:
        """Fastest round of a rival."""
        return min(self.seconds[name])

    def ratio(self, slower: str, faster: str) -> float:
        """How often the best round of one goes into that of another."""
        return self.best(slower) / self.best(faster)

    def median_ratio(self, slower: str, faster: str) -> float:
        """The same, round by round: the middle one."""
        pairs = zip(self.seconds[slower], self.seconds[faster], strict=True)
        return statistics.median(one / other for one, other in pairs)

    @property
    def note(self) -> str:
        """How busy it was."""
        if self.busy != self.busy:
            return f"load {os.getloadavg()[0]:.1f}"
        return "quiet" if self.quiet else f"others took {self.busy:.1f} cores"


def take_turns(rivals: Mapping[str, Callable[[], object]], rounds: int, rest: float = 0.0) -> Turns:
    """Run all rivals in every round; once before, so that everything is compiled and read.

    Parameters
    ----------
    rest : float
        Seconds before each turn, for rivals whose threads go on spinning for a while.
    """
    for rival in rivals.values():
        rival()
    seconds: dict[str, list[float]] = {name: [] for name in rivals}
    busy: list[float] = []
    while len(busy) < rounds or (_few_quiet(busy) and len(busy) < _PATIENCE * rounds):
        taken, used = 0.0, 0.0
        for name, rival in rivals.items():
            sleep(rest)
            others, start = _others(), perf_counter()
            rival()
            seconds[name].append(perf_counter() - start)
            used, taken = used + _others() - others, taken + seconds[name][-1]
        busy.append(used / taken)
    enough = not _few_quiet(busy)
    kept = [at for at, share in enumerate(busy) if share < QUIET or not enough]
    return Turns(
        {name: [taken[at] for at in kept] for name, taken in seconds.items()}, enough, statistics.median(busy)
    )


def joined(runs: Sequence[Turns]) -> Turns:
    """The rounds of several runs of the same rivals: the quiet runs where there are some."""
    kept = [run for run in runs if run.quiet] or runs
    seconds = {name: [taken for run in kept for taken in run.seconds[name]] for name in kept[0].seconds}
    return Turns(seconds, kept[0].quiet, statistics.median(run.busy for run in kept))


def _few_quiet(busy: Sequence[float]) -> bool:
    """Whether too few rounds were quiet; where the system does not tell, waiting is no use."""
    known = [share for share in busy if share == share]
    return bool(known) and sum(share < QUIET for share in known) < _ENOUGH


def _others() -> float:
    """Seconds of processor time that all other processes have had; NaN where the system does not tell."""
    try:
        first = _STAT.read_text(encoding="ascii").partition("\n")[0]
    except OSError:
        return float("nan")
    user, nice, system, _, _, interrupt, soft = (int(field) for field in first.split()[1:8])
    children = os.times()
    ours = process_time() + children.children_user + children.children_system
    return (user + nice + system + interrupt + soft) / os.sysconf("SC_CLK_TCK") - ours
