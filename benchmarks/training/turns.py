"""Rivals measured in turns, with an eye on who else uses the machine.

In every round each rival runs once, so that a busy machine slows all of them alike. A round is *quiet* if other processes
took less than `QUIET` of a core during it; figures come from the quiet rounds where there are a few, and else from all.
"""

import os
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import TypeAlias

# what, measured, must, aim, note; where smaller is better, what says "(at most)"
Row: TypeAlias = tuple[str, float, float, float, str]

QUIET = 0.08  # of a core
_ENOUGH = 3  # quiet rounds
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


def take_turns(rivals: Mapping[str, Callable[[], object]], rounds: int) -> Turns:
    """Run all rivals in every round; once before, so that everything is compiled and read."""
    for rival in rivals.values():
        rival()
    seconds: dict[str, list[float]] = {name: [] for name in rivals}
    busy = []
    for _ in range(rounds):
        others, start = _others(), perf_counter()
        for name, rival in rivals.items():
            seconds[name].append(clocked(rival))
        busy.append((_others() - others) / (perf_counter() - start))
    quiet = [at for at, share in enumerate(busy) if share < QUIET]
    enough = len(quiet) >= _ENOUGH
    kept = quiet if enough else range(rounds)
    return Turns(
        {name: [taken[at] for at in kept] for name, taken in seconds.items()}, enough, statistics.median(busy)
    )


def clocked(work: Callable[[], object]) -> float:
    """Seconds that something takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


def _others() -> float:
    """Seconds of processor time that all other processes have had; NaN where the system does not tell."""
    try:
        first = _STAT.read_text(encoding="ascii").partition("\n")[0]
    except OSError:
        return float("nan")
    user, nice, system, _, _, interrupt, soft = (int(field) for field in first.split()[1:8])
    return (user + nice + system + interrupt + soft) / os.sysconf("SC_CLK_TCK") - process_time()
