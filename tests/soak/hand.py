"""A hand for the driver: mouse and keys, given to a window as the system gives them."""

import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent, QWheelEvent, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

BUTTONS = {"left": Qt.MouseButton.LeftButton, "right": Qt.MouseButton.RightButton}
_NO_KEY = Qt.KeyboardModifier.NoModifier


def move(widget: QWidget, x: int, y: int) -> None:
    if place := _place(widget, x, y):
        QTest.mouseMove(*place)


def click(widget: QWidget, x: int, y: int, button: str = "left") -> None:
    if place := _place(widget, x, y):
        QTest.mouseMove(*place)
        if shiboken6.isValid(place[0]):  # a window may close as the pointer moves
            QTest.mouseClick(place[0], BUTTONS[button], _NO_KEY, place[1])


def double_click(widget: QWidget, x: int, y: int) -> None:
    if place := _place(widget, x, y):
        QTest.mouseDClick(place[0], Qt.MouseButton.LeftButton, _NO_KEY, place[1])


def press(widget: QWidget, x: int, y: int) -> None:
    if place := _place(widget, x, y):
        QTest.mousePress(place[0], Qt.MouseButton.LeftButton, _NO_KEY, place[1])


def release(widget: QWidget, x: int, y: int) -> None:
    if place := _place(widget, x, y):
        QTest.mouseRelease(place[0], Qt.MouseButton.LeftButton, _NO_KEY, place[1])


def wheel(widget: QWidget, x: int, y: int, steps: int) -> None:
    """Turn the wheel over a part of a window; Qt offers it to what holds that part, too."""
    where = QPoint(x, y)
    turned = QPoint(0, 120 * steps)
    over = QApplication.mouseButtons()
    phase = Qt.ScrollPhase.NoScrollPhase
    globally = widget.mapToGlobal(where)
    QApplication.sendEvent(widget, QWheelEvent(where, globally, QPoint(), turned, over, _NO_KEY, phase, False))


def key(code: int, modifiers: int = 0) -> None:
    """Press a key in the window that has the keyboard."""
    window = QApplication.focusWindow() or _first_window()
    if window is not None:
        QTest.keyClick(window, Qt.Key(code), Qt.KeyboardModifier(modifiers))


def type_text(text: str) -> None:
    """Type where the keyboard is; what no key has comes as from an input method."""
    for each in text:
        widget = QApplication.focusWidget()
        if widget is None:
            return
        if each.isascii():
            QTest.keyClick(widget, each)
        else:
            composed = QInputMethodEvent()
            composed.setCommitString(each)
            QApplication.sendEvent(widget, composed)


def _first_window() -> QWindow | None:
    active = QApplication.activeWindow()
    return active.windowHandle() if active is not None else None


def _place(widget: QWidget, x: int, y: int) -> tuple[QWindow, QPoint] | None:
    top = widget.window()
    handle, where = top.windowHandle(), widget.mapTo(top, QPoint(x, y))
    return (handle, where) if handle is not None and top.rect().contains(where) else None
