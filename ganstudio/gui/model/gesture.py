"""Gestures: which changes in a row belong to one action of the user: a drag, a turn of the wheel, a key held."""

import time

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

_PAUSE_SECONDS = 0.8  # without a change, that end a gesture of keys or of the wheel
_RELEASE_INTERVAL = 40  # ms between two checks whether the mouse is still held


class GestureCounter(QObject):
    """Counts gestures. A drag is one, from press to release, however long it pauses."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number = 0
        self._changed_at = 0.0  # time.monotonic()
        self._is_held = False
        self._release_timer = QTimer(self, interval=_RELEASE_INTERVAL)
        self._release_timer.timeout.connect(self._check_release)

    def count_change(self) -> int:
        """Return the number of the gesture that a change made now belongs to."""
        now, held = time.monotonic(), is_held()
        if not (self._is_held and held) and now - self._changed_at > _PAUSE_SECONDS:
            self._number += 1
        self._changed_at = now
        self._is_held = held
        if held:
            self._release_timer.start()
        return self._number

    def _check_release(self) -> None:
        if not is_held():
            self._release_timer.stop()
            self._is_held = False
            self._number += 1


def is_held() -> bool:
    """Return whether a button of the mouse is held."""
    return QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
