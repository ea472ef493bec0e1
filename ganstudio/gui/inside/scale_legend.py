"""What the colours of maps mean."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from ganstudio.gui.inside.map_colours import palette
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.text import MINUS, format_number

_BAR = 60  # px
_TIP = "The colours of the maps: 0 is the colour of the ground, negative values are purple, positive ones green."


class ScaleLegend(QWidget):
    """A bar with the colours, and the values at its ends.

    Parameters
    ----------
    parent
        Qt's parent.
    tip
        What is said besides, where the values are none of a layer.
    """

    def __init__(self, parent: QWidget | None = None, tip: str = "") -> None:
        super().__init__(parent)
        self.setObjectName("insideScale")
        self.setToolTip(as_tip(tip or _TIP))
        self._ends = ("", "")

    def show_scale(self, largest: float | None) -> None:
        """Show the largest absolute value; None: each map has its own."""
        text = "its own largest" if largest is None else format_number(largest)
        self._ends = ("", text) if largest is None else (f"{MINUS}{text}", text)
        self.setAccessibleName(f"colours from {' to '.join(end for end in self._ends if end)}")
        self.updateGeometry()
        self.update()

    @property
    def texts(self) -> tuple[str, str]:
        """What stands at its ends."""
        return self._ends

    @override
    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        wide = sum(metrics.horizontalAdvance(end) + theme.SPACE for end in self._ends if end)
        return QSize(_BAR + wide, metrics.height() + 4)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = self.font()
        font.setPixelSize(theme.SMALL)
        painter.setFont(font)
        painter.setPen(QColor(theme.current().muted))
        left, right = self._ends
        at = painter.fontMetrics().horizontalAdvance(left) + (theme.SPACE // 2 if left else 0)
        whole = QRectF(self.rect())
        painter.drawText(whole, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, left)
        colours = palette()
        image = QImage(colours.data, len(colours), 1, 3 * len(colours), QImage.Format.Format_RGB888)
        bar = QRectF(at, self.height() / 2 - 4, _BAR, 8)
        painter.drawImage(bar, image)
        painter.drawRect(bar.adjusted(0, 0, -0.5, -0.5))
        after = whole.adjusted(bar.right() + theme.SPACE // 2, 0, 0, 0)
        painter.drawText(after, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, right)
