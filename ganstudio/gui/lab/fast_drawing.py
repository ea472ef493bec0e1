"""Many dots and lines at once: Qt reads them where NumPy has them, and dots are stamped from a small picture.

A call of Qt for each, or a list of thousands of Qt's objects, would hold Python's lock for milliseconds of each frame.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPixmap
from shiboken6 import Shiboken

from ganstudio.plots.curve_data import Floats

_PARTS = 4  # of a pixel, to which a dot's place is exact
_FIELDS = 10  # of QPainter.PixmapFragment, all of them doubles


@dataclass(frozen=True)
class Dot:
    """How a dot looks.

    Parameters
    ----------
    colour, edge_colour
        Of the dot and of the thin line around it.
    size, edge
        Its diameter or side, and the width of the line, px.
    is_round
        A circle; else a square.
    """

    colour: str
    edge_colour: str
    size: float
    edge: float
    is_round: bool


def draw_lines(painter: QPainter, lines: Floats) -> None:
    """Draw lines, (N, 2, 2), px."""
    if len(lines):
        lines = np.ascontiguousarray(lines, np.float64)
        first: Any = Shiboken.wrapInstance(lines.ctypes.data, QLineF)
        painter.drawLines(first, len(lines))


def outline(polygons: Floats) -> QPainterPath:
    """Return the outlines of polygons (N, K, 2), px, each of which ends where it begins.

    What several of them cover is inside as well.
    """
    goes_on = np.ones(polygons.shape[:2], np.int32)
    goes_on[:, -1] = 0
    x, y = polygons.reshape(-1, 2).T
    path: QPainterPath = pg.arrayToQPath(x, y, goes_on.ravel(), finiteCheck=False)
    path.setFillRule(Qt.FillRule.WindingFill)
    return path


def draw_dots(painter: QPainter, places: Floats, dot: Dot) -> None:
    """Draw dots with their centres at places, (N, 2), px; the later ones over the earlier."""
    Dots(places, dot, painter.device().devicePixelRatioF()).draw(painter)


class Dots:
    """Dots that can be drawn.

    Parameters
    ----------
    places
        Of their centres, (N, 2), px.
    dot
        How they look.
    ratio
        Device's pixels to a px.
    """

    def __init__(self, places: Floats, dot: Dot, ratio: float) -> None:
        self._ratio = ratio
        self._stamps, side = _stamps(dot, ratio)
        self._fragments = _fragments(places, side, ratio)

    def draw(self, painter: QPainter, which: slice = slice(None)) -> None:
        """Draw some of them, the later ones over the earlier."""
        fragments = np.ascontiguousarray(self._fragments[which])
        if not len(fragments):
            return
        painter.save()
        painter.scale(1 / self._ratio, 1 / self._ratio)  # a stamp's pixel is one of the device
        first: Any = Shiboken.wrapInstance(fragments.ctypes.data, QPainter.PixmapFragment)
        painter.drawPixmapFragments(first, len(fragments), self._stamps)
        painter.restore()


def _fragments(places: Floats, side: int, ratio: float) -> Floats:
    """Return what QPainter.PixmapFragment holds for each place, (N, 10)."""
    pixels = places * ratio
    corners = np.floor(pixels)
    parts = np.floor((pixels - corners) * _PARTS)
    fragments = np.zeros((len(places), _FIELDS))
    fragments[:, 0:2] = corners
    fragments[:, 2:4] = parts * side
    fragments[:, 4:6] = side
    fragments[:, 6:8] = 1.0  # scales
    fragments[:, 9] = 1.0  # opacity
    return fragments


@lru_cache(maxsize=8)
def _stamps(dot: Dot, ratio: float) -> tuple[QPixmap, int]:
    """Return a dot at each part of a pixel that it may be at, x by y, and the side of each picture, in pixels."""
    whole = (dot.size + 2 * dot.edge) * ratio
    side = 2 * (int(whole / 2) + 2)
    stamps = QPixmap(_PARTS * side, _PARTS * side)
    stamps.fill(Qt.GlobalColor.transparent)
    painter = QPainter(stamps)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for row in range(_PARTS):
        for column in range(_PARTS):
            x, y = (side * (at + 0.5) + (at + 0.5) / _PARTS for at in (column, row))
            for size, colour in ((whole, dot.edge_colour), (dot.size * ratio, dot.colour)):
                painter.setBrush(QColor(colour))
                if dot.is_round:
                    painter.drawEllipse(QPointF(x, y), size / 2, size / 2)
                else:
                    painter.drawRect(QRectF(x - size / 2, y - size / 2, size, size))
    painter.end()
    return stamps, side
