"""Work on many files in several threads, with the results in the files' order and a bound on what waits."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent import futures
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from ganstudio.system import cores

MAX_THREADS = 32
AHEAD = 4  # tasks a thread that may wait
CHECK_SECONDS = 0.1  # between two questions whether to go on
MAX_DECODED_BYTES = 512 << 20  # of whole pictures that are being decoded at the same time

_T = TypeVar("_T")
_R = TypeVar("_R")


def count_threads() -> int:
    """Return the number of threads that read pictures: one for each core that this process may use."""
    return min(cores.usable_cores(), MAX_THREADS)


def map_in_order(
    function: Callable[[_T], _R], tasks: Iterable[_T], threads: int, check: Callable[[], None] = lambda: None
) -> Iterator[_R]:
    """Yield the results of a function for each task, in order; tasks are taken only a few ahead.

    `check` is called several times a second; what it raises is raised here. Where the iteration ends early, what has
    not begun does not begin, and what has is waited for.
    """
    with ThreadPoolExecutor(threads, thread_name_prefix="pictures") as pool:
        try:
            yield from in_order(lambda task: pool.submit(function, task), tasks, threads * AHEAD, check)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def in_order(
    submit: Callable[[_T], Future[_R]], tasks: Iterable[_T], ahead: int, check: Callable[[], None] = lambda: None
) -> Iterator[_R]:
    """Yield the results of tasks in their order; at most `ahead` are submitted and not yet yielded."""
    waiting: deque[Future[_R]] = deque()
    for task in tasks:
        waiting.append(submit(task))
        if len(waiting) >= ahead:
            yield _wait(waiting.popleft(), check)
    while waiting:
        yield _wait(waiting.popleft(), check)


def _wait(future: Future[_R], check: Callable[[], None]) -> _R:
    while not future.done():
        futures.wait([future], CHECK_SECONDS)
        check()
    return future.result()


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
        self.take(count)
        try:
            yield
        finally:
            self.give_back(count)

    def take(self, count: int, wait: bool = True) -> bool:
        """Take that many bytes, waiting for them if need be and wanted; return whether they were taken."""
        count = min(count, self._limit)
        with self._changed:
            if not wait and self._free < count:
                return False
            self._changed.wait_for(lambda: self._free >= count)
            self._free -= count
        return True

    def give_back(self, count: int) -> None:
        """Give back what was taken."""
        with self._changed:
            self._free += min(count, self._limit)
            self._changed.notify_all()
