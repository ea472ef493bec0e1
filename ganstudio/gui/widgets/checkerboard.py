"""The checkerboard that shows through transparent pictures."""

from functools import cache

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QBrush, QImage, QPainter

from ganstudio import images

_MIN_SQUARES = 4  # across a picture, however small it is


def paint_checkerboard(painter: QPainter, room: QRect, ratio: float = 1.0) -> None:
    """Fill a rectangle with a checkerboard that begins in its corner.

    Parameters
    ----------
    painter
        Paints in the rectangle's unit.
    room
        The rectangle.
    ratio
        How many of its units are a pixel of the desktop.
    """
    side = min(round(images.CHECK_SIDE * ratio), min(room.width(), room.height()) // _MIN_SQUARES)
    painter.save()
    painter.setBrushOrigin(room.topLeft())
    painter.fillRect(room, QBrush(_squares(max(1, side))))
    painter.restore()


@cache
def _squares(side: int) -> QImage:
    """Return the part of a checkerboard that repeats."""
    grey = np.ascontiguousarray(images.checkerboard(2 * side, 2 * side, side))
    return QImage(grey.data, 2 * side, 2 * side, 2 * side, QImage.Format.Format_Grayscale8).copy()
