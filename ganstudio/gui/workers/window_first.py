"""The window goes first: work that can wait begins once the window has shown what has just changed.

Python runs one thread at a time, and Qt's bindings give Python's lock back thousands of times while a run is being
shown; each time a thread that computes may take it, and the window waits. Three threads that begin to load and sample
just then made 0.1 s of the window's work take 0.3 s. Their results cannot be shown before the window is done anyway.

The same holds whenever the event loop is long in a turn, whatever it does then: workers ask it for an answer now and
then, and rest while that is late.
"""

import threading
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

_CALM_MS = 20  # that the event loop must have got through before the workers go on
_LOOK_SECONDS = 0.02  # after which a worker that waits sees that it is to end
_MOST_SECONDS = 0.3  # that workers wait, however long the window takes
_MOST_LATE_SECONDS = 1.0  # that they wait for an answer of the event loop, which may come in the second of two turns
_PATIENCE = 0.03  # s, for an answer of the event loop, and between two questions
_GLANCE_SECONDS = 0.005  # between two looks whether the answer has come
_REST_SECONDS = 0.01  # of a worker that can take its time, again and again while the program starts


class _Hold:
    """Keeps the workers waiting from `begin` until the event loop is through with what it has to do."""

    def __init__(self) -> None:
        self._is_over = threading.Event()
        self._is_over.set()
        self._until = 0.0  # by the monotonic clock
        self._count = 0  # how often it has begun

    def begin(self) -> None:
        self._until = time.monotonic() + _MOST_SECONDS
        self._is_over.clear()
        self._count += 1
        count = self._count
        QTimer.singleShot(_CALM_MS, lambda: self._end(count))

    def _end(self, count: int) -> None:
        if count == self._count:
            self._is_over.set()

    def wait(self, is_stopping: Callable[[], bool]) -> None:
        while (left := self._until - time.monotonic()) > 0 and not is_stopping():
            if self._is_over.wait(min(left, _LOOK_SECONDS)):
                return


class _Pulse(QObject):
    """Whether the event loop of the thread where it is made comes round.

    Parameters
    ----------
    parent : QObject
        Qt's parent.
    """

    _asked = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._asking = threading.Lock()
        self._asked_at = 0.0  # time.monotonic()
        self._is_waiting = False
        self._asked.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    def is_late(self, patience: float, asks: bool) -> bool:
        """In any thread: return whether it has not come round for that many seconds since it was asked to.

        After a second nobody waits for it any more: it may stand for long. Asks it again, if that is wanted and due.
        """
        now = time.monotonic()
        with self._asking:
            if self._is_waiting:
                return patience < now - self._asked_at < _MOST_LATE_SECONDS
            if not asks or now - self._asked_at < patience:
                return False
            self._asked_at, self._is_waiting = now, True
        self._asked.emit()
        return False

    @Slot()
    def _answer(self) -> None:
        self._is_waiting = False


_pulse: _Pulse | None = None
_hold = _Hold()
_start = threading.Event()


def hold_workers() -> None:
    """In the GUI thread: say that what is shown changes as a whole; workers go on when that has been painted."""
    _hold.begin()


def watch_event_loop(parent: QObject | None) -> None:
    """In the GUI thread: have workers rest while its event loop is long in a turn, from now on; None: no more."""
    global _pulse
    _pulse = None if parent is None else _Pulse(parent)


def is_late(patience: float) -> bool:
    """In any thread: return whether the event loop has kept a worker that asked it waiting for that many seconds."""
    pulse = _pulse
    return pulse is not None and pulse.is_late(patience, asks=False)


def wait(is_stopping: Callable[[], bool], patience: float = _PATIENCE, asks: bool = True) -> None:
    """In a worker: wait while the window shows a change as a whole, or its event loop is long in a turn.

    It waits 0.3 s at most for each change, 1 s for each answer, and not if the worker is to end.

    Parameters
    ----------
    is_stopping
        Whether the worker is to end.
    patience
        Seconds that a turn of the event loop may take before the worker waits for its end.
    asks
        Whether to ask the event loop for an answer, which wakes it; if not, others have to.
    """
    _hold.wait(is_stopping)
    pulse = _pulse
    while pulse is not None and pulse.is_late(patience, asks) and not is_stopping():
        time.sleep(_GLANCE_SECONDS)


def begin_start() -> None:
    """Say that the program starts: the window is made, and modules are imported beside it."""
    _start.set()


def end_start() -> None:
    """In a worker: say that all modules are imported."""
    _start.clear()


def give_way() -> None:
    """In a worker that can take its time, between two pieces of work: rest a moment while the program starts.

    The window, the imports and this worker want Python's lock then, and a worker that reads files gives it back and
    takes it again with each of them: with forty runs to list, the window stood for up to 0.18 s, with rests 0.11 s.
    """
    if _start.is_set():
        time.sleep(_REST_SECONDS)
