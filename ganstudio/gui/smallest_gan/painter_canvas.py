"""Canvas of a widget: what draws a chart in a file draws it in the window, too."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from ganstudio.export.canvas import Anchor, Dash, Points
from ganstudio.text import one_line


class PainterCanvas:
    """Canvas that a QPainter draws on."""

    def __init__(self, painter: QPainter) -> None:
        self._painter = painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def draw_box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle."""
        self._painter.fillRect(QRectF(x, y, width, height), QColor(colour))

    def draw_line(self, points: Points, colour: str, width: float = 1.0, dash: Dash | None = None) -> None:
        """Draw a line through points, (N, 2)."""
        self._painter.setPen(_pen(colour, width, dash))
        self._painter.drawPolyline(_polygon(points))

    def draw_polygon(self, points: Points, colour: str, filled: bool) -> None:
        """Draw a polygon with corners, (N, 2)."""
        self._painter.setPen(_pen(colour, 1.2))
        self._painter.setBrush(QColor(colour) if filled else Qt.BrushStyle.NoBrush)
        self._painter.drawPolygon(_polygon(points))

    def draw_circle(self, x: float, y: float, radius: float, colour: str) -> None:
        """Fill a circle."""
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(QColor(colour))
        self._painter.drawEllipse(QPointF(x, y), radius, radius)

    def draw_text(self, x: float, y: float, text: str, colour: str, size: int, anchor: Anchor = "start") -> None:
        """Write a line of text; y is its middle."""
        text = one_line(text)
        metrics = QFontMetricsF(self._set_font(size))
        width = metrics.horizontalAdvance(text)
        left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
        self._painter.setPen(QColor(colour))
        self._painter.drawText(QPointF(left, y + (metrics.ascent() - metrics.descent()) / 2), text)

    def text_width(self, text: str, size: int) -> float:
        """Return how wide a text is."""
        return QFontMetricsF(self._set_font(size)).horizontalAdvance(one_line(text))

    def _set_font(self, size: int) -> QFont:
        font = QFont(self._painter.font())
        font.setPixelSize(size)
        self._painter.setFont(font)
        return font


def _polygon(points: Points) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points.tolist()])


def _pen(colour: str, width: float, dash: Dash | None = None) -> QPen:
    pen = QPen(QColor(colour), width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dash is not None:
        pen.setDashPattern([length / width for length in dash])
    return pen
