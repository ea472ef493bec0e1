"""Two small plots of the game: the points on D's line, and both numbers over the steps."""

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.plots.curve_data import Floats
from ganstudio.text import format_number

_SHOWN_STEPS = 600  # newest ones
_DOT = 5.0  # px: radius
_TEXT_HEIGHT = 18  # px
_MARGIN = 8  # px


class SidePlot(QWidget):
    """Small plot with a title; subclasses draw in the area below it."""

    title: ClassVar = ""

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(f"plot: {self.title}")
        self.setToolTip(as_tip(tip))
        self.setMinimumSize(150, 110)
        self._path = np.zeros((1, 2))

    @override
    def sizeHint(self) -> QSize:
        return QSize(210, 170)

    def show_path(self, path: Floats) -> None:
        """Show a path, (N, 2)."""
        self._path = path
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(theme.SMALL)
        painter.setFont(font)
        painter.setPen(QColor(colours.text))
        painter.drawText(QRectF(0, 0, self.width(), _TEXT_HEIGHT), Qt.AlignmentFlag.AlignVCenter, self.title)
        area = QRectF(0.5, _TEXT_HEIGHT + 2.5, self.width() - 1, self.height() - _TEXT_HEIGHT - 3)
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.setBrush(QColor(colours.window))
        painter.drawRect(area)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setClipRect(area)
        self.draw(painter, area.adjusted(_MARGIN, _TEXT_HEIGHT, -_MARGIN, -_TEXT_HEIGHT))

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Draw what the plot shows; it may write up to a line of text above and below `area`."""
        raise NotImplementedError


class PointsPlot(SidePlot):
    """The real point and the fake on the line that D is."""

    title: ClassVar = "What D makes of the points"

    @override
    def draw(self, painter: QPainter, area: QRectF) -> None:
        colours = theme.current()
        theta, psi = (float(each) for each in self._path[-1])
        reach = 2.0 ** np.ceil(np.log2(max(1.5, abs(theta) * 1.2)))  # of x at both sides
        rise = 2.0 ** np.ceil(np.log2(max(1.5, abs(psi * theta) * 1.1)))  # of D
        middle = area.center()
        scale_x, scale_y = area.width() / 2 / reach, area.height() / 2 / rise

        def place(x: float, y: float) -> QPointF:
            return QPointF(middle.x() + x * scale_x, middle.y() - y * scale_y)

        painter.setPen(QPen(QColor(colours.border), 1))
        painter.drawLine(QPointF(area.left(), middle.y()), QPointF(area.right(), middle.y()))
        painter.setPen(QPen(QColor(colours.d_loss), 1.75))
        painter.drawLine(place(-reach, -psi * reach), place(reach, psi * reach))
        for x, y, colour, name in ((0.0, 0.0, colours.real, "real"), (theta, psi * theta, colours.fake, "fake")):
            at = place(x, y)
            painter.setPen(QPen(QColor(colours.window), 1))
            painter.setBrush(QColor(colour))
            painter.drawEllipse(at, _DOT, _DOT)
            painter.setPen(QColor(colours.text))
            above = y >= 0 if name == "fake" else psi * theta < 0
            box = QRectF(at.x() - 30, at.y() + (-_DOT - 15 if above else _DOT + 1), 60, 14)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)


class StepsPlot(SidePlot):
    """Theta and psi over the newest steps."""

    title: ClassVar = "Fake and slope over the steps"

    @override
    def draw(self, painter: QPainter, area: QRectF) -> None:
        colours = theme.current()
        shown = self._path[-_SHOWN_STEPS - 1 :]
        high = max(0.1, float(np.abs(shown).max())) * 1.05
        across = area.width() / max(100, len(shown) - 1)
        middle = area.center().y()
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.drawLine(QPointF(area.left(), middle), QPointF(area.right(), middle))
        lines = (("θ fake", colours.fake, None), ("ψ slope", colours.d_loss, [5.0, 3.0]))
        for column, (name, colour, dash) in enumerate(lines):
            pen = QPen(QColor(colour), 1.5)
            if dash:
                pen.setDashPattern(dash)
            painter.setPen(pen)
            heights = (middle - shown[:, column] / high * area.height() / 2).tolist()
            painter.drawPolyline(QPolygonF([QPointF(area.left() + i * across, y) for i, y in enumerate(heights)]))
            swatch = area.left() + column * area.width() / 2
            painter.drawLine(QPointF(swatch, area.top() - 9), QPointF(swatch + 16, area.top() - 9))
            painter.setPen(QColor(colours.text))
            text = f"{name} {format_number(round(float(shown[-1, column]), 4))}"
            painter.drawText(
                QRectF(swatch + 20, area.top() - 17, area.width() / 2, 16), Qt.AlignmentFlag.AlignVCenter, text
            )
        painter.setPen(QColor(colours.muted))
        last = len(self._path) - 1
        low = QRectF(area.left(), area.bottom() + 1, area.width(), 16)
        painter.drawText(low, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, f"{last - len(shown) + 1:,}")
        painter.drawText(low, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"step {last:,}")
