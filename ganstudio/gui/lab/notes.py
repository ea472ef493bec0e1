"""What is said over the plane: a sentence in its middle, and what is under the pointer."""

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from ganstudio.gui.widgets import theme


class Notes(QObject):
    """What is said over a plot, each on a small ground of its own, so that it can be read on any layer.

    Parameters
    ----------
    plot
        The plot.
    """

    changed = Signal()

    def __init__(self, plot: QWidget) -> None:
        super().__init__(plot)
        self._plot = plot
        self.text = ""  # a sentence
        self.reading = ""  # what is under the pointer

    @property
    def is_shown(self) -> bool:
        """Whether anything is said."""
        return bool(self.text or self.reading)

    def show_text(self, text: str) -> None:
        """Show a sentence; "": none."""
        if text != self.text:
            self.text = text
            self._plot.setAccessibleDescription(text)
            self.changed.emit()

    def show_reading(self, text: str) -> None:
        """Show what is said of the point under the pointer."""
        if text != self.reading:
            self.reading = text
            self.changed.emit()

    def paint(self, painter: QPainter) -> None:
        """Paint all of it."""
        self._paint(painter, self.reading, theme.SMALL, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
        self._paint(painter, self.text, theme.BODY, Qt.AlignmentFlag.AlignCenter)

    def _paint(self, painter: QPainter, text: str, size: int, alignment: Qt.AlignmentFlag) -> None:
        if not text:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self._plot.font()
        font.setPixelSize(size)
        painter.setFont(font)
        room = QRectF(self._plot.rect()).adjusted(theme.SPACE, theme.SPACE, -theme.SPACE, -theme.SPACE)
        flags = int(alignment) | int(Qt.TextFlag.TextWordWrap)
        box = painter.boundingRect(room, flags, text)
        ground = QColor(theme.current().surface)
        ground.setAlphaF(0.88)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box.adjusted(-6, -3, 6, 3), 4, 4)
        painter.setPen(QColor(theme.current().text))
        painter.drawText(room, flags, text)
