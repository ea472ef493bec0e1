"""When the next frame of the plane is due, while a run trains: up to 60 times a second, and never most of a core."""

import time

from PySide6.QtCore import QObject, Qt, QTimer, Signal

_INTERVAL = 16  # ms between two frames
_LEISURE = 4 / 3  # of the time that a frame takes, computed and painted, from one to the next: the rest is for training


class Frames(QObject):
    """Says when a frame is due.

    Parameters
    ----------
    parent
        Qt's parent.
    """

    due = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, interval=_INTERVAL)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._seconds = 0.0  # of processor time that the last frame took
        self._last = 0.0  # monotonic time at which it was due

    @property
    def is_running(self) -> bool:
        """Whether there are frames."""
        return self._timer.isActive()

    def run(self, runs: bool) -> None:
        """Begin or end."""
        if not runs:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def note(self, computing: float, painting: float) -> None:
        """Take how many seconds of a processor the last frame took."""
        self._seconds = computing + painting

    def _tick(self) -> None:
        now = time.monotonic()
        if now - self._last >= _LEISURE * self._seconds:
            self._last = now
            self.due.emit()
