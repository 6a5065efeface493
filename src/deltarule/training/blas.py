"""One BLAS thread at a time, so that results do not depend on how many there are.

A BLAS library may split a sum between its threads, and another number of threads then gives other last
digits; it also fights with the threads that work on blocks. What is summed in blocks is therefore summed by
one BLAS thread each.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Keep NumPy's BLAS at one thread within; without threadpoolctl it is left as it is."""
    controller = _controller()
    if controller is None:
        yield
        return
    with controller.limit(limits=1, user_api="blas"):
        yield


@lru_cache(maxsize=1)
def _controller() -> Any:
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:
        return None
    return ThreadpoolController()
