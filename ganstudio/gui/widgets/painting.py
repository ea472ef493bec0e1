"""Painting of a window that changes as a whole, in a turn of the event loop of its own."""

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

_WAIT_MS = 1  # a timer without any may come before the layouts that are due


def paint_in_own_turn(window: QWidget) -> None:
    """Have what is about to change in a window be painted when its layout is done and the user's input was looked at.

    A scene of the curves has its window painted in the midst of all that is due, and again at the end; so laying out
    and painting took one long turn of the event loop.
    """
    if not window.isVisible() or not window.updatesEnabled():
        return
    window.setUpdatesEnabled(False)
    timer = QTimer(window, singleShot=True, interval=_WAIT_MS)
    timer.timeout.connect(partial(window.setUpdatesEnabled, True))
    timer.timeout.connect(timer.deleteLater)
    timer.start()
