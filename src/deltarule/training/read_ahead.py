"""The next item of an iterator is made on another thread while the last one is being used."""

from collections.abc import Iterator
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Generic, TypeVar

T = TypeVar("T")

DEPTH = 1  # items that wait; with the one in use and the one being made, three are in memory
_CHECK = 0.1  # seconds after which a waiting thread looks whether anybody still wants its items


class _Failed:
    def __init__(self, error: BaseException) -> None:
        self.error = error


class _Ended:
    """There is nothing more."""


class _Reader(Generic[T]):
    def __init__(self, items: Iterator[T]) -> None:
        self.queue: Queue[T | _Failed | _Ended] = Queue(DEPTH)
        self.stopped = Event()
        self._items = items
        self.thread = Thread(target=self._run, name="deltarule-reader", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            for item in self._items:
                if not self._put(item):
                    return
            self._put(_Ended())
        except BaseException as error:  # told on the thread that waits for the items
            self._put(_Failed(error))
        finally:
            close = getattr(self._items, "close", None)  # a generator lets go of its files
            if close is not None:
                close()

    def _put(self, item: T | _Failed | _Ended) -> bool:
        while not self.stopped.is_set():
            try:
                self.queue.put(item, timeout=_CHECK)
            except Full:
                continue
            return True
        return False


def read_ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items in the same order; an exception comes where the item would have come."""
    reader = _Reader(items)
    try:
        while True:
            item = reader.queue.get()
            if isinstance(item, _Ended):
                return
            if isinstance(item, _Failed):
                raise item.error
            yield item
    finally:
        reader.stopped.set()
        while True:  # room for a thread that waits to put
            try:
                reader.queue.get_nowait()
            except Empty:
                break
        reader.thread.join()
