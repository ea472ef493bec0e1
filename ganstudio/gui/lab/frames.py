"""When the next frame of the plane is due, while a run trains: up to 60 times a second, and never with a whole core."""

import math

from PySide6.QtCore import QObject, Qt, QTimer, Signal

_INTERVAL = 16  # ms between two frames
_SLOW_INTERVAL = 200  # ms, while a process paints
_LEISURE = 3.0  # of the time that a frame takes, computed and painted, to the next: training waits for it


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
        self._timer.timeout.connect(self.due)

    def run(self, runs: bool) -> None:
        """Begin or end."""
        if not runs:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def note(self, computing: float, painting: float) -> None:
        """Take how many seconds of a processor the last frame took."""
        interval = max(_INTERVAL, math.ceil(1000 * _LEISURE * (computing + painting)))
        if interval != self._timer.interval():
            self._timer.setInterval(interval)

    def slow_down(self) -> None:
        """Say only now and then that one is due: another process says it."""
        if self._timer.interval() != _SLOW_INTERVAL:
            self._timer.setInterval(_SLOW_INTERVAL)

    @property
    def is_running(self) -> bool:
        """Whether frames become due."""
        return self._timer.isActive()

    @property
    def interval(self) -> int:
        """Milliseconds between two frames."""
        return self._timer.interval()
