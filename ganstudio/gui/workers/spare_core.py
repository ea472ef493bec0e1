"""Training, and what is computed beside it, leave a core to the window while that has much to do.

Training keeps all cores busy. A turn of the event loop that would take 0.1 s then takes 0.2 s and more: it
shares its core, its caches are cold each time it gets it back, and a worker that holds Python's lock has to wait for a
core, too, and the window with it. To lower the share of training would give its cores to other programs, and it can
rest between two rounds only, which take seconds with large pictures. But it can be moved to the other cores at any
moment, and so can what is computed for the explorer, or with a smaller share than the window.
"""

import os
import threading
import time
from types import TracebackType

from ganstudio.gui.workers import window_first
from ganstudio.system import thread_cores

_LOOK_SECONDS = 0.02
_NEXT_LOOK_SECONDS = 0.01  # after one that found it busy
_BUSY_SHARE = 0.6  # of the time between two looks: the window does not wait for what happens next
_BUSY_LOOKS = 2  # one after the other: curves are drawn in less
_PATIENCE = 0.04  # s, for an answer of the event loop that somebody waits for
_MOST_SECONDS = 1.0  # in one go: what takes longer is no turn of an event loop that somebody waits for


class SpareCore:
    """Watches the main thread, and keeps others off its core while it has much to do.

    These are the threads of some names, and those that get a smaller share of a busy processor than the main thread.

    A context manager. Only Linux lets the cores of a thread be chosen; elsewhere, and with a single core, nothing
    happens.

    Parameters
    ----------
    names
        Of threads that have to go; see `thread_cores.named`.
    """

    def __init__(self, *names: str) -> None:
        self._names = names
        self._main = os.getpid()  # on Linux, the number of the main thread
        self._ends, self._is_watching = threading.Event(), threading.Event()
        self._is_watching.set()
        self._before: dict[int, set[int]] = {}  # processors of those that were sent away
        self._thread = threading.Thread(target=self._watch, name="spareCore", daemon=True)

    def __enter__(self) -> "SpareCore":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ends.set()
        self._is_watching.set()
        self._thread.join()

    def rest(self) -> None:
        """Stop watching: training is paused, and leaves the cores to others."""
        self._is_watching.clear()

    def go_on(self) -> None:
        """Watch again."""
        self._is_watching.set()

    def _watch(self) -> None:
        try:
            clock = thread_cores.BusyClock(self._main)
        except OSError:
            return
        try:
            self._follow(clock)
        finally:
            self._call_back()
            clock.close()

    def _follow(self, clock: thread_cores.BusyClock) -> None:
        at, busy = time.monotonic(), clock.read()
        looks = 0  # at which the main thread was busy, one after the other
        since = None  # when it began to have much to do
        while not self._ends.wait(_NEXT_LOOK_SECONDS if looks else _LOOK_SECONDS):
            if not self._is_watching.is_set():
                self._call_back()
                self._is_watching.wait()
                at, busy, looks, since = time.monotonic(), clock.read(), 0, None
                continue
            (at_before, busy_before), (at, busy) = (at, busy), (time.monotonic(), clock.read())
            looks = looks + 1 if busy - busy_before > _BUSY_SHARE * (at - at_before) else 0
            if looks < _BUSY_LOOKS and not window_first.is_late(_PATIENCE):
                since = None
                self._call_back()
            elif since is None:
                since = at
                self._send_away()
            elif at - since > _MOST_SECONDS:
                self._call_back()

    def _send_away(self) -> None:
        processor = thread_cores.processor_of(self._main)
        if processor is not None:
            self._before = thread_cores.keep_off(self._others(), processor)

    def _call_back(self) -> None:
        """Let the threads back, and those that they started meanwhile."""
        if not self._before:
            return
        usual = max(self._before.values(), key=len)
        back, self._before = self._before, {}
        thread_cores.let_run_on(back)
        while started := dict.fromkeys(set(self._others()) - set(back), usual):  # by one that was not back yet
            thread_cores.let_run_on(started)
            back |= started

    def _others(self) -> list[int]:
        """All but this thread, which has the name of the one that started it."""
        found = {*thread_cores.named(*self._names), *thread_cores.with_less_share(self._main)}
        return sorted(found - {threading.get_native_id()})
