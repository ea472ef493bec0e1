"""Horizontal slider."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget
from typing_extensions import override

from ganstudio.gui.widgets import theme

_HANDLE = 6  # px: radius of the handle
_NOTCH = 120  # eighths of a degree in one step of a common wheel


class Slider(QSlider):
    """Horizontal slider that moves to where it is clicked; a double click requests a reset.

    Parameters
    ----------
    low, high : int
        Range of values.
    origin : int, optional
        Value at which the coloured part of the groove begins; None: the left end.
    parent : QWidget, optional
        Qt's parent.
    """

    resetRequested = Signal()

    def __init__(self, low: int, high: int, origin: int | None = None, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._origin = origin
        self._wheel = 0  # eighths of a degree that are not a notch yet
        self.setRange(low, high)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @override
    def sizeHint(self) -> QSize:
        return QSize(120, 2 * _HANDLE + 6)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(40, 2 * _HANDLE + 4)

    def x_of(self, value: float) -> float:
        """Return the position of a value, px."""
        span = max(1, self.maximum() - self.minimum())
        return _HANDLE + 1 + (self.width() - 2 * _HANDLE - 2) * (value - self.minimum()) / span

    def value_at(self, x: float) -> int:
        """Return the value nearest to the position `x`, px."""
        room = max(1, self.width() - 2 * _HANDLE - 2)
        fraction = min(1.0, max(0.0, (x - _HANDLE - 1) / room))
        return self.minimum() + round(fraction * (self.maximum() - self.minimum()))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setValue(self.value_at(event.position().x()))

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setValue(self.value_at(event.position().x()))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.resetRequested.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Move by one step for each notch; small turns of a touch pad add up."""
        self._wheel += event.angleDelta().y() or event.angleDelta().x()
        notches = int(self._wheel / _NOTCH)
        self._wheel -= notches * _NOTCH
        self.setValue(self.value() + notches * self.singleStep())
        event.accept()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_groove(painter)
        self._paint_handle(painter)

    def paint_groove(self, painter: QPainter) -> None:
        """Paint the line behind the handle."""
        colours, middle = theme.current(), self.height() / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.border))
        painter.drawRoundedRect(QRectF(_HANDLE - 1, middle - 1.5, self.width() - 2 * _HANDLE + 2, 3), 1.5, 1.5)
        if not self.isEnabled():
            return
        start = self.x_of(self.minimum() if self._origin is None else self._origin)
        stop = self.x_of(self.value())
        painter.setBrush(QColor(colours.accent))
        painter.drawRect(QRectF(min(start, stop), middle - 1.5, abs(stop - start), 3))
        if self._origin is not None:
            painter.drawRect(QRectF(start - 0.5, middle - 4, 1, 8))

    def _paint_handle(self, painter: QPainter) -> None:
        colours = theme.current()
        fill = colours.text if self.isEnabled() else colours.disabled
        is_active = self.isEnabled() and (self.isSliderDown() or self.hasFocus())
        painter.setBrush(QColor(colours.accent if is_active else fill))
        painter.setPen(QPen(QColor(colours.surface), 1.5))
        painter.drawEllipse(QPointF(self.x_of(self.value()), self.height() / 2), _HANDLE, _HANDLE)
