"""Work on many files in several threads, with the results in the files' order and a bound on what waits."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from ganstudio.system import cores

MAX_THREADS = 32
AHEAD = 4  # tasks a thread that may wait
MAX_DECODED_BYTES = 512 << 20  # of whole pictures that are being decoded at the same time

_T = TypeVar("_T")
_R = TypeVar("_R")


def count_threads() -> int:
    """Return the number of threads that read pictures: one for each core that this process may use."""
    return min(cores.usable_cores(), MAX_THREADS)


def map_in_order(function: Callable[[_T], _R], tasks: Iterable[_T], threads: int) -> Iterator[_R]:
    """Yield the results of a function for each task, in order; tasks are taken only a few ahead.

    Where the iteration ends early, what has not begun does not begin, and what has is waited for.
    """
    waiting: deque[Future[_R]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="pictures") as pool:
        try:
            for task in tasks:
                waiting.append(pool.submit(function, task))
                if len(waiting) >= threads * AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


class MemoryBudget:
    """Bytes that threads share; who needs more than all of them waits until nobody else has any.

    Parameters
    ----------
    limit
        The bytes.
    """

    def __init__(self, limit: int = MAX_DECODED_BYTES) -> None:
        self._limit = limit
        self._free = limit
        self._changed = threading.Condition()

    @contextmanager
    def borrow(self, count: int) -> Iterator[None]:
        """Hold that many bytes, waiting for them if need be."""
        count = min(count, self._limit)
        with self._changed:
            self._changed.wait_for(lambda: self._free >= count)
            self._free -= count
        try:
            yield
        finally:
            with self._changed:
                self._free += count
                self._changed.notify_all()
