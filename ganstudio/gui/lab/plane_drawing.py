"""The layers of the plane and its coordinates as pictures, drawn once for as long as they stay the same."""

import math
import time

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QImage, QPainter, QPixmap

from ganstudio.gui.lab import painting
from ganstudio.gui.lab.view import View
from ganstudio.gui.workers.lab_requests import Plane
from ganstudio.plots.plane import Layer


class PlaneDrawing:
    """Draws a plane, and keeps the pictures: the pointer moves more often than they change.

    Attributes
    ----------
    seconds : float
        Of a processor, for the last drawing.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self._map: QImage | None = None
        self._drawn: QPixmap | None = None
        self._scale: QImage | None = None

    def forget(self) -> None:
        """Draw all anew the next time: the plane, its layers or the colours have changed."""
        self._map = None
        self.forget_view()

    def forget_view(self) -> None:
        """Draw anew the next time, but with the map as it is: the view has changed."""
        self._drawn = self._scale = None

    def layers_picture(
        self, plane: Plane | None, layers: frozenset[Layer], view: View, font: QFont, ratio: float
    ) -> QPixmap:
        """Return those layers of a plane in a view, with its coordinates, for `ratio` pixels of each px."""
        if self._drawn is None or self._drawn.devicePixelRatio() != ratio:
            began = time.thread_time()
            self._drawn = QPixmap(QSize(math.ceil(view.width * ratio), math.ceil(view.height * ratio)))
            self._drawn.setDevicePixelRatio(ratio)
            painter = QPainter(self._drawn)
            painter.setFont(font)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painting.paint_ground(painter, view)
            if plane is not None:
                if self._map is None:
                    self._map = painting.map_picture(plane, layers)
                painting.paint_layers(painter, view, plane, layers, self._map)
            painting.paint_scale(painter, view)
            painter.end()
            self.seconds = time.thread_time() - began
        return self._drawn

    def scale_picture(self, view: View, font: QFont, ratio: float) -> QImage:
        """Return the coordinates along the edges of a view, for `ratio` pixels of each px; the rest is clear."""
        if self._scale is None or self._scale.devicePixelRatio() != ratio:
            self._scale = QImage(
                QSize(round(view.width * ratio), round(view.height * ratio)),
                QImage.Format.Format_ARGB32_Premultiplied,
            )
            self._scale.setDevicePixelRatio(ratio)
            self._scale.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._scale)
            painter.setFont(font)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painting.paint_scale(painter, view)
            painter.end()
        return self._scale
