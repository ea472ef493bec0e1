"""What happens to the main window, as signals.

An event filter in Python, or `event`, would be called whenever anything in the window is painted, and would take
Python's lock from the thread that trains. The handlers of a kind of event are called for that kind only.
"""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QWidget
from typing_extensions import override


class TopLevel(QMainWindow):
    """Main window that says what is dragged over it, and that its state has changed."""

    dragged = Signal(object)  # QDropEvent or QDragLeaveEvent; what is not accepted is of no use
    stateChanged = Signal()  # full screen, minimised and so on, also by the window manager

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._take(event)

    @override
    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._take(event)

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self._take(event)

    def _take(self, event: QDropEvent) -> None:
        event.ignore()
        self.dragged.emit(event)

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.dragged.emit(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.stateChanged.emit()


class FirstPaint(QObject):
    """Says once that a widget is painted, and watches it no longer then.

    Parameters
    ----------
    widget
        The widget.
    """

    painted = Signal()

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self.painted.emit)
        return False
