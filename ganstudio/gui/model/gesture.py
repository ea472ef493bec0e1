"""Gesture: which changes in a row are one deed of a person: a drag, a turn of the wheel, a key that is held."""

import time

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

_PAUSE = 0.8  # s without a change that end a deed of keys or of the wheel
_LOOK = 40  # ms between two looks whether the mouse is still held


class Gesture(QObject):
    """Counts deeds. A drag is one from press to release, however long it rests."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number, self._at, self._held = 0, 0.0, False
        self._look = QTimer(self, interval=_LOOK)
        self._look.timeout.connect(self._see_release)

    def of_change(self) -> int:
        """Number of the deed that a change belongs to which is made now."""
        now, held = time.monotonic(), is_held()
        if not (self._held and held) and now - self._at > _PAUSE:
            self._number += 1
        self._at, self._held = now, held
        if held:
            self._look.start()
        return self._number

    def _see_release(self) -> None:
        if not is_held():
            self._look.stop()
            self._held = False
            self._number += 1


def is_held() -> bool:
    """Whether a button of the mouse is held."""
    return QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
