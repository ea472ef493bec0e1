"""Turns of threads of which one at a time does its work."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ganstudio.errors import Cancelled

_LOOK_SECONDS = 0.05  # after which one that waits sees that it is cancelled


class Turns:
    """One after the other, in the order in which they came."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._line: deque[object] = deque()  # the first has its turn

    @contextmanager
    def take(self, waits: Callable[[], None], is_cancelled: Callable[[], bool]) -> Iterator[None]:
        """Wait for a turn, and have it.

        Parameters
        ----------
        waits
            Called once if others are before it.
        is_cancelled
            Asked many times a second until the turn has come.

        Raises
        ------
        Cancelled
            `is_cancelled` returned true before the turn came.
        """
        ticket = object()
        with self._changed:
            self._line.append(ticket)
            is_first = self._line[0] is ticket
        try:
            if not is_first:
                waits()
                self._wait(ticket, is_cancelled)
            yield
        finally:
            with self._changed:
                self._line.remove(ticket)
                self._changed.notify_all()

    def _wait(self, ticket: object, is_cancelled: Callable[[], bool]) -> None:
        with self._changed:
            while self._line[0] is not ticket:
                if is_cancelled():
                    raise Cancelled
                self._changed.wait(_LOOK_SECONDS)
