"""Trace: a curve as it is drawn."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from ganstudio.gui.curve_data import Floats

_DOT = 5  # px


class Trace(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no types
    """A line through few points, parted by nan.

    pyqtgraph's own curve searches its data for their bounds again and again; this one is as large as the view, whose
    range is not made from it.
    """

    def __init__(self, height: int) -> None:
        super().__init__()
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
            painter.setPen(self._dot_pen(painter.device().devicePixelRatioF()))
            painter.drawPoints(self._dots)

    def _dot_pen(self, ratio: float) -> QPen:
        pen = QPen(self._pen.color(), _DOT * ratio, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        pen.setCosmetic(True)
        return pen
