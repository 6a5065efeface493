"""The order of rows in every epoch of mini-batches, drawn from a seed and the number of the epoch alone."""

from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from deltarule.training.engine import Floats, Order

_AHEAD = 100_000  # rows from which the next order is drawn while the present one is in use


class Orders:
    """Orders of `n` rows, without those that weigh nothing.

    Parameters
    ----------
    weight : array of shape (n,) or None
        A row of weight 0 is not there.
    shuffle : bool
        A new order for every epoch; else the rows as they stand.
    """

    def __init__(self, n: int, weight: Floats | None, shuffle: bool, seed: int) -> None:
        self._counted: Order | None = None
        if weight is not None and not bool((weight > 0).all()):
            self._counted = np.flatnonzero(weight > 0).astype(np.int64)
        self.count = n if self._counted is None else len(self._counted)
        self._shuffle, self._seed = shuffle, seed
        self._pool: ThreadPoolExecutor | None = None
        self._next: tuple[int, Future[Order]] | None = None

    def of(self, epoch: int, *, ahead: bool = False) -> Order | None:
        """Order of an epoch, counted from 0; None for all rows as they stand. `ahead` begins with the next one, too."""
        if not self._shuffle:
            return self._counted
        ready = self._next
        order = ready[1].result() if ready is not None and ready[0] == epoch else self._draw(epoch)
        self._next = None
        if ahead and self.count >= _AHEAD:
            self._pool = self._pool or ThreadPoolExecutor(1)
            self._next = (epoch + 1, self._pool.submit(self._draw, epoch + 1))
        return order

    def close(self) -> None:
        """Draw nothing more."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _draw(self, epoch: int) -> Order:
        drawn = np.random.default_rng([self._seed, epoch]).permutation(self.count)
        return drawn if self._counted is None else self._counted[drawn]
