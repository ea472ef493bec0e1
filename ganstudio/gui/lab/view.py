"""Which part of the plane is in view, and where a point of it is in the widget."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF

from ganstudio.data.points.distributions import LIMIT
from ganstudio.plots.curve_data import Floats
from ganstudio.plots.plane import Area

MAX_ZOOM = 200.0
MIN_ZOOM = 0.1
_MAX_DISTANCE = 20.0  # of the middle of the view from the origin, in units of the plane


@dataclass(frozen=True)
class View:
    """A view of the plane, with the same scale in both directions; y grows upwards.

    Parameters
    ----------
    width, height
        Of the widget, px.
    x, y
        The point in the middle.
    zoom
        1: the shorter side shows -LIMIT to LIMIT.
    """

    width: float
    height: float
    x: float = 0.0
    y: float = 0.0
    zoom: float = 1.0

    @property
    def px(self) -> float:
        """Number of px of a unit."""
        return max(1.0, min(self.width, self.height)) / (2 * LIMIT) * self.zoom

    @property
    def area(self) -> Area:
        """What is in view."""
        across, up = self.width / 2 / self.px, self.height / 2 / self.px
        return Area(self.x - across, self.y - up, self.x + across, self.y + up)

    @property
    def is_whole(self) -> bool:
        """Whether it is as at first."""
        return (self.x, self.y, self.zoom) == (0.0, 0.0, 1.0)

    def place(self, points: npt.NDArray[np.floating]) -> Floats:
        """Return where points (..., 2) are in the widget, px."""
        middle = (self.width / 2, self.height / 2)
        return (np.asarray(points, np.float64) - (self.x, self.y)) * (self.px, -self.px) + middle

    def rectangle(self, area: Area) -> QRectF:
        """Return where an area is in the widget."""
        (left, top), (right, bottom) = self.place(np.array([(area.left, area.top), (area.right, area.bottom)]))
        return QRectF(left, top, right - left, bottom - top)

    def point_at(self, position: QPointF) -> tuple[float, float]:
        """Return the point of the plane at a position in the widget."""
        across, down = position.x() - self.width / 2, position.y() - self.height / 2
        return self.x + across / self.px, self.y - down / self.px

    def resized(self, width: float, height: float) -> "View":
        """Return the view in a widget of another size."""
        return replace(self, width=width, height=height)

    def zoomed(self, factor: float, around: QPointF) -> "View":
        """Return a view that shows less by a factor; what is at a position stays there."""
        zoom = min(MAX_ZOOM, max(MIN_ZOOM, self.zoom * factor))
        x, y = self.point_at(around)
        shrunk = self.zoom / zoom
        return replace(self, x=_near(x + (self.x - x) * shrunk), y=_near(y + (self.y - y) * shrunk), zoom=zoom)

    def moved(self, across: float, down: float) -> "View":
        """Return a view of what was that many px to the left and above."""
        return replace(self, x=_near(self.x - across / self.px), y=_near(self.y + down / self.px))

    def reset(self) -> "View":
        """Return the view as at first."""
        return View(self.width, self.height)


def _near(coordinate: float) -> float:
    return min(_MAX_DISTANCE, max(-_MAX_DISTANCE, coordinate))
