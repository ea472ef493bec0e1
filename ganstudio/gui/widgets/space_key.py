"""The space bar starts and pauses training wherever the focus is, except on a button that was reached by Tab."""

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QDoubleSpinBox, QSpinBox, QWidget
from typing_extensions import override


def leave_space_to_start(window: QWidget) -> None:
    """Let buttons take the focus by Tab only: a click on one must not catch the next press of Space."""
    for button in window.findChildren(QAbstractButton):
        if button.focusPolicy() == Qt.FocusPolicy.StrongFocus:
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)


def presses_button(event: QEvent) -> bool:
    """Accept Space for the button that has the focus, which it then presses; return whether one has."""
    if not _is_shortcut(event) or not isinstance(QApplication.focusWidget(), QAbstractButton):
        return False
    event.accept()
    return True


class ButtonPresses(QObject):
    """Leaves Space to the button of a window that has the focus; only that button is watched.

    Parameters
    ----------
    window
        The window.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._watch)

    @Slot(QWidget, QWidget)
    def _watch(self, _before: QWidget | None, now: QWidget | None) -> None:
        if isinstance(now, QAbstractButton) and now.window() is self._window:
            now.installEventFilter(self)  # in place of itself, if it watches it already

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        return presses_button(event)


class SpinBox(QSpinBox):
    """Spin box for whole numbers that leaves Space to the window."""

    @override
    def event(self, event: QEvent) -> bool:
        return False if _is_shortcut(event) else super().event(event)


class DoubleSpinBox(QDoubleSpinBox):
    """Spin box for numbers that leaves Space to the window."""

    @override
    def event(self, event: QEvent) -> bool:
        return False if _is_shortcut(event) else super().event(event)


def _is_shortcut(event: QEvent) -> bool:
    """Return whether Qt asks if Space is to be typed into the widget with the focus rather than be a shortcut."""
    is_override = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
    return is_override and event.key() == Qt.Key.Key_Space  # type: ignore[attr-defined]
