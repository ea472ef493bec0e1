"""Trace: a curve as it is drawn."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from ganstudio.gui.curves.curve_data import Floats

_MARKER = 3.0  # px from its middle to its edge
_CORNERS = {  # of a marker around its middle, in units of that; a dot has none
    "triangle": ((0, -1.3), (1.2, 0.9), (-1.2, 0.9)),
    "diamond": ((0, -1.4), (1.4, 0), (0, 1.4), (-1.4, 0)),
    "square": ((-1.1, -1.1), (1.1, -1.1), (1.1, 1.1), (-1.1, 1.1)),
}
_HOLLOW = {"square"}


def paint_marker(painter: QPainter, marker: str, centre: QPointF, colour: QColor, scale: float = 1.0) -> None:
    """A marker at a place in pixels; shapes differ, so that lines of one colour are told apart by a single point."""
    size = _MARKER * scale
    painter.setPen(QPen(colour, 1.2 * scale))
    painter.setBrush(Qt.BrushStyle.NoBrush if marker in _HOLLOW else colour)
    if corners := _CORNERS.get(marker):
        painter.drawPolygon(QPolygonF([centre + QPointF(x * size, y * size) for x, y in corners]))
    else:
        painter.drawEllipse(centre, size * 0.85, size * 0.85)
    painter.setBrush(Qt.BrushStyle.NoBrush)


class Trace(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no types
    """A line through few points, parted by nan.

    pyqtgraph's own curve searches its data for their bounds again and again; this one is as large as the view, whose
    range is not made from it.
    """

    def __init__(self, height: int, marker: str = "dot") -> None:
        super().__init__()
        self._marker = marker
        self.x = self.y = np.empty(0)
        self._path, self._pen, self._smooth = QPainterPath(), QPen(), True
        self._dots: list[QPointF] = []
        self.setZValue(height)

    @property
    def pen(self) -> QPen:
        """What it is drawn with."""
        return self._pen

    def set_pen(self, pen: QPen) -> None:
        """Draw with another pen."""
        self._pen = pen
        self.update()

    def set_points(self, x: Floats, y: Floats, smooth: bool = True, dots: bool = False) -> None:
        """Go through the points (x, y), (N,) each; `smooth` softens slanted lines, `dots` puts one at each point."""
        self.x, self.y, self._smooth = x, y, smooth
        self._path = pg.arrayToQPath(x, y, connect="finite")
        known = np.isfinite(y)
        self._dots = [QPointF(*each) for each in zip(x[known], y[known], strict=True)] if dots else []
        self.update()

    def clip(self, clipped: bool) -> None:
        """Keep the line inside what is in view, for devices that do not clip what is painted."""
        seen = self.viewRect()
        x, y = self.x, self.y
        if clipped:
            x, y = np.clip(x, seen.left(), seen.right()), np.clip(y, seen.top(), seen.bottom())
        self._path = pg.arrayToQPath(x, y, connect="finite")

    def boundingRect(self) -> QRectF:
        """All that is in view."""
        return QRectF(self.viewRect())

    def viewRangeChanged(self) -> None:
        """Called by pyqtgraph."""
        self.prepareGeometryChange()

    def paint(self, painter: QPainter, option: object, widget: QWidget | None = None) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, self._smooth)
        painter.setPen(self._pen)
        painter.drawPath(self._path)
        if self._dots:
            self._paint_markers(painter)

    def _paint_markers(self, painter: QPainter) -> None:
        """In pixels of the screen, or of the picture that the plot is saved as."""
        to_pixels = painter.worldTransform()
        scale = abs(to_pixels.m22() / (self.sceneTransform().m22() or 1.0))
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for point in self._dots:
            paint_marker(painter, self._marker, to_pixels.map(point), self._pen.color(), scale)
        painter.restore()
