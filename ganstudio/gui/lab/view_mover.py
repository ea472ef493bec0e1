"""Moves and zooms the view of the plane by the wheel, drags and keys."""

from PySide6.QtCore import QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from ganstudio.gui.lab.view import View

_WHEEL = 1.25  # of a notch
_NOTCH = 120  # eighths of a degree
_MIN_TURN = 0.1  # of a notch: touch pads send parts of one
_ZOOM = 1.5  # of a key
_MOVE = 40  # px, of an arrow key
_MOVES = {
    Qt.Key.Key_Left: (_MOVE, 0),
    Qt.Key.Key_Right: (-_MOVE, 0),
    Qt.Key.Key_Up: (0, _MOVE),
    Qt.Key.Key_Down: (0, -_MOVE),
}
_SETTLING = 40  # ms: several changes of the view are told once


class ViewMover(QObject):
    """The view of the plane, and what the mouse and the keys do to it.

    Parameters
    ----------
    view
        The view at first.
    parent
        Qt's parent.
    """

    changed = Signal()  # the view
    settled = Signal()  # a moment after its last change

    def __init__(self, view: View, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view = view
        self._dragged_from: QPointF | None = None
        self._is_click = False  # the mouse is held, and was not moved yet
        self._wheel = 0.0  # notches that were turned, and not used yet
        self._timer = QTimer(self, singleShot=True, interval=_SETTLING)
        self._timer.timeout.connect(self.settled)

    @property
    def is_settling(self) -> bool:
        """Whether `settled` is still to come."""
        return self._timer.isActive()

    def settle(self) -> None:
        """Have `settled` told in a moment: something else that depends on the view has changed."""
        self._timer.start()

    def reset(self) -> None:
        """Show the plane as at first."""
        self._take(self.view.reset())

    def resize(self, width: float, height: float) -> None:
        """Take another size of the widget."""
        self._take(self.view.resized(width, height))

    def zoom(self, factor: float, around: QPointF | None = None) -> None:
        """Show less of the plane by a factor, around a position in the widget, or its middle."""
        self._take(self.view.zoomed(factor, around or QPointF(self.view.width / 2, self.view.height / 2)))

    def turn_wheel(self, angle: int, around: QPointF) -> None:
        """Zoom by the wheel, which was turned by an angle, in eighths of a degree."""
        self._wheel += angle / _NOTCH
        if abs(self._wheel) >= _MIN_TURN:
            self.zoom(_WHEEL**self._wheel, around)
            self._wheel = 0.0

    def press(self, at: QPointF, may_click: bool) -> None:
        """Begin a drag; `may_click`: it may turn out to be a click, until the hand moves further than it trembles."""
        self._dragged_from, self._is_click = at, may_click

    def drag(self, to: QPointF) -> bool:
        """Move the view with the mouse; return False if it is not dragged."""
        if self._dragged_from is None:
            return False
        step = to - self._dragged_from
        if self._is_click and step.manhattanLength() < QApplication.startDragDistance():
            return False
        self._is_click = False
        self._dragged_from = to
        self._take(self.view.moved(step.x(), step.y()))
        return True

    def release(self) -> bool:
        """End a drag; return whether it was a click."""
        was_click = self._is_click
        self._dragged_from, self._is_click = None, False
        return was_click

    def press_key(self, key: Qt.Key) -> bool:
        """Do what a key does to the view; return False if it does nothing."""
        if key in _MOVES:
            self._take(self.view.moved(*_MOVES[key]))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(_ZOOM)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / _ZOOM)
        elif key == Qt.Key.Key_Home:
            self.reset()
        else:
            return False
        return True

    def _take(self, view: View) -> None:
        if view != self.view:
            self.view = view
            self.changed.emit()
            self.settle()
