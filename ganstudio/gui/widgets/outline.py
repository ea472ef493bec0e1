"""A frame around a part of the window, for some seconds, so that the eye finds it."""

from PySide6.QtCore import QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from ganstudio.gui.widgets import theme

SECONDS = 2.5
_WIDTH = 3  # px
_ROUND = 4.0  # px, radius of the corners


class Outline(QWidget):
    """Frame over a window; the mouse goes through it.

    Parameters
    ----------
    window : QWidget
        What it lies over.

    Attributes
    ----------
    window_below : QWidget
        The same.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("outline")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.window_below = window
        self._timer = QTimer(self, singleShot=True, interval=int(SECONDS * 1000))
        self._timer.timeout.connect(self.hide)
        self.hide()

    def surround(self, widget: QWidget) -> None:
        """Show it around a widget of its window."""
        window = self.window_below
        place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
        self.setGeometry(place.adjusted(-_WIDTH, -_WIDTH, _WIDTH, _WIDTH).intersected(window.rect()))
        self.show()
        self.raise_()
        self._timer.start()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.current().accent), _WIDTH))
        half = _WIDTH // 2 + 1
        painter.drawRoundedRect(self.rect().adjusted(half, half, -half, -half), _ROUND, _ROUND)
