"""Work spread over processes: results come in order, and a process that dies costs no more than the task it held.

The pools of the standard library give up every waiting task when one process is killed, and cannot say which task did it;
so each process here has a pipe of its own and holds one task at a time.
"""

import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from deltarule.records import record

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess

Result = TypeVar("Result")

MAX_JOBS = 256
TASKS_A_JOB = 8  # fewer than so many tasks do not pay for a process
TRIES = 2  # somebody else may have killed the process; a task that kills two is at fault
POLL = 0.2  # seconds between looks at whether to stop


@record
class Lost:
    """Stands for the result of a task whose process died; `how` it died."""

    how: str


class Interrupt:
    """Ctrl-C as something to look at: what is finished can then be kept. A second one is an exception."""

    def __init__(self) -> None:
        self.wanted = False
        self.at_once = False  # whether the first is an exception already
        self._before: Any = None

    def __enter__(self) -> "Interrupt":
        with suppress(ValueError):  # not the main thread: nobody interrupts it
            self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _note(self, number: int, frame: FrameType | None) -> None:
        again, self.wanted = self.wanted, True
        if again or self.at_once:
            raise KeyboardInterrupt


def jobs_for(tasks: int, wanted: int | None = None) -> int:
    """How many processes to use: as many as wanted, else one a core as far as there are tasks enough for each.

    >>> jobs_for(3), jobs_for(1000, 2), jobs_for(1, 5)
    (1, 2, 1)
    """
    if wanted is not None:
        return max(1, min(wanted, tasks, MAX_JOBS))
    return max(1, min(_cores(), tasks // TASKS_A_JOB, MAX_JOBS))


def _cores() -> int:
    """Cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # where the system has such a thing
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


def in_order(
    work: Callable[[str], Result], tasks: Sequence[str], jobs: int, stopped: Callable[[], bool]
) -> Iterator[tuple[int, Result | Lost]]:
    """Do `work` for every task in `jobs` processes; yield positions and results, in the order of the tasks.

    Once `stopped`, whatever is finished is still yielded, in order, and the rest is left out. `work` and its results
    must be picklable.
    """
    finished: dict[int, Result | Lost] = {}
    shown = 0
    pool = _Pool(work, jobs)
    try:
        for position, result in pool.results(tasks, stopped):
            finished[position] = result
            while shown in finished:
                yield shown, finished.pop(shown)
                shown += 1
    finally:
        pool.close()
    for position in sorted(finished):
        yield position, finished[position]


class _Worker(Generic[Result]):
    """A process, the pipe to it, and the task that it holds."""

    def __init__(self, context: "BaseContext", work: Callable[[str], Result]) -> None:
        self.connection, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=_serve, args=(theirs, work), daemon=True)  # type: ignore[attr-defined]  # every context has one
        self.process.start()
        theirs.close()  # so that its end is seen
        self.position = -1

    def give(self, position: int, task: str) -> None:
        """Send a task; if the process is gone, that is seen when its result is looked for."""
        self.position = position
        with suppress(OSError):
            self.connection.send(task)

    def end(self) -> str:
        """Make an end of it, and say how it ended."""
        self.connection.close()
        self.process.join(1)
        if self.process.exitcode is None:
            self.process.kill()
            self.process.join()
        code = self.process.exitcode or 0
        return f"was killed by signal {-code}" if code < 0 else f"ended by itself with status {code}"


class _Pool(Generic[Result]):
    """Some workers, and which of them are free."""

    def __init__(self, work: Callable[[str], Result], jobs: int) -> None:
        import multiprocessing

        # forked workers have everything loaded; elsewhere than on Linux forking is not safe
        self.context: BaseContext = multiprocessing.get_context(
            "fork" if sys.platform == "linux" else "spawn"
        )
        self.work = work
        self.free: list[_Worker[Result]] = [_Worker(self.context, work) for _ in range(jobs)]
        self.busy: dict[Connection, _Worker[Result]] = {}

    def results(
        self, tasks: Sequence[str], stopped: Callable[[], bool]
    ) -> Iterator[tuple[int, Result | Lost]]:
        """Positions and results, as they are finished."""
        from multiprocessing.connection import Connection, wait

        waiting = deque(range(len(tasks)))
        tries = [0] * len(tasks)
        while (waiting or self.busy) and not stopped():
            while waiting and self.free:
                worker = self.free.pop()
                position = waiting.popleft()
                tries[position] += 1
                worker.give(position, tasks[position])
                self.busy[worker.connection] = worker
            for ready in wait(list(self.busy), POLL):
                assert isinstance(ready, Connection)
                worker = self.busy.pop(ready)
                try:
                    result: Result | Lost = ready.recv()
                except (EOFError, OSError):
                    how = worker.end()
                    self.free.append(_Worker(self.context, self.work))
                    if tries[worker.position] < TRIES:
                        waiting.appendleft(worker.position)
                        continue
                    result = Lost(how)
                else:
                    self.free.append(worker)
                yield worker.position, result

    def close(self) -> None:
        """End every worker, whatever it does."""
        for worker in self.busy.values():
            worker.process.kill()
        workers = (*self.free, *self.busy.values())
        for worker in workers:  # all of them first: a forked process holds the pipes of those before it open
            worker.connection.close()
        for worker in workers:
            worker.end()


def _serve(connection: "Connection", work: Callable[[str], object]) -> None:
    """Do one task after the other, until the pipe is closed. Stopping is up to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        while True:
            connection.send(work(connection.recv()))
