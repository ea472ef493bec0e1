"""Line of a plot as pyqtgraph draws it."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from ganstudio.plots.curve_data import Floats
from ganstudio.plots.specs import CORNERS, DOT_SIZE, HOLLOW, MARKER_SIZE, Marker


def paint_marker(painter: QPainter, marker: Marker, centre: QPointF, colour: QColor, scale: float = 1.0) -> None:
    """Paint a marker around a point, all in pixels; `scale` is that of the screen or the picture."""
    size = MARKER_SIZE * scale
    painter.setPen(QPen(colour, 1.2 * scale))
    painter.setBrush(Qt.BrushStyle.NoBrush if marker in HOLLOW else colour)
    if corners := CORNERS[marker]:
        painter.drawPolygon(QPolygonF([centre + QPointF(x * size, y * size) for x, y in corners]))
    else:
        painter.drawEllipse(centre, size * DOT_SIZE, size * DOT_SIZE)
    painter.setBrush(Qt.BrushStyle.NoBrush)


class Trace(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no types
    """Line through few points, broken by nan.

    pyqtgraph's own curve searches its data for their bounds again and again; this one is as large as the view, whose
    range does not depend on it.
    """

    def __init__(self, height: int, marker: Marker = Marker.DOT) -> None:
        super().__init__()
        self._marker = marker
        self.x = np.empty(0)
        self.y = np.empty(0)
        self._path = QPainterPath()
        self._pen = QPen()
        self._smooth = True
        self._marked: list[QPointF] = []  # points with a marker
        self.setZValue(height)

    @property
    def pen(self) -> QPen:
        """Pen that the line is drawn with."""
        return self._pen

    def set_pen(self, pen: QPen) -> None:
        """Draw with another pen."""
        self._pen = pen
        self.update()

    def set_points(self, x: Floats, y: Floats, smooth: bool = True, markers: bool = False) -> None:
        """Draw the line through points.

        Parameters
        ----------
        x, y
            Coordinates, (N,) each.
        smooth
            Whether slanted lines are antialiased.
        markers
            Whether each point has a marker.
        """
        self.x = x
        self.y = y
        self._smooth = smooth
        self._path = pg.arrayToQPath(x, y, connect="finite")
        known = np.isfinite(y)
        self._marked = [QPointF(*point) for point in zip(x[known], y[known], strict=True)] if markers else []
        self.update()

    def boundingRect(self) -> QRectF:
        """Return all that is in view."""
        return QRectF(self.viewRect())

    def viewRangeChanged(self) -> None:
        """Follow the view to another range."""
        self.prepareGeometryChange()

    @override
    def paint(self, painter: QPainter, option: object, widget: QWidget | None = None) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, self._smooth)
        painter.setPen(self._pen)
        painter.drawPath(self._path)
        if self._marked:
            self._paint_markers(painter)

    def _paint_markers(self, painter: QPainter) -> None:
        """Paint the markers, whose size does not depend on the range of the axes."""
        to_pixels = painter.worldTransform()
        scale = abs(to_pixels.m22() / (self.sceneTransform().m22() or 1.0))
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for point in self._marked:
            paint_marker(painter, self._marker, to_pixels.map(point), self._pen.color(), scale)
        painter.restore()
