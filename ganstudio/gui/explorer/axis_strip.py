"""Strip of pictures along the active axis, where a drag of the slider moved last would lead."""

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from ganstudio.gui.explorer.axes import MAX_COORDINATE
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.picture_grid import PictureGrid
from ganstudio.gui.widgets.rich_text import wrapped
from ganstudio.images import Pictures

_MIN_COLUMNS, _MAX_PICTURES = 5, 64
MIN_HEIGHT = 36  # px: a row of pictures of 28 pixels with its border


class AxisStrip(PictureGrid):
    """Pictures along an axis, as many as there is room for, at most 64; the one nearest to the slider is marked.

    Parameters
    ----------
    parent
        Qt's parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("pictures along the slider moved last", "muted", parent)
        self.setObjectName("latentStrip")
        self.setMinimumSize(48, MIN_HEIGHT)
        self.set_selectable(True)
        self.setToolTip(wrapped("Where the slider that you moved last leads. Click a picture to go there."))
        self._columns = 1
        self._marked: int | None = None

    def count_for(self, height: int, width: int) -> int:
        """Return how many pictures of that size there is room for; they are shrunk if not even one row fits."""
        ratio = self.devicePixelRatioF()
        room = [int((side - 2 * self._EDGE) * ratio) for side in (self.width(), self.height())]
        scale = max(1.0, ratio)  # as large on a fine screen as on a coarse one
        tall, gap = min(int(height * scale), room[1]), int(scale)
        wide = max(1, width * tall // height)
        rows = max(1, (room[1] + gap) // (tall + gap))
        columns = max(_MIN_COLUMNS, (room[0] + gap) // (wide + gap))
        self._columns = min(columns, _MAX_PICTURES // rows)
        return self._columns * rows

    def show_parts(self, pictures: Pictures, count: int, stamp: float | None = None) -> None:
        """Show the first of several pictures; the others stay as they are for now.

        Parameters
        ----------
        pictures
            The first pictures, (n, H, W) or (n, H, W, 3).
        count
            Number of all pictures.
        stamp
            As in `PictureGrid.show_pictures`.
        """
        shown = self.pictures
        whole = np.zeros((count, *pictures.shape[1:]), np.uint8)
        if shown is not None and shown.shape == whole.shape:
            whole[:] = shown
        whole[: len(pictures)] = pictures
        self.show_pictures(whole, stamp, self._columns)

    def mark(self, coordinate: float) -> None:
        """Mark the picture at a coordinate along the axis."""
        count = 0 if self.pictures is None else len(self.pictures)
        fraction = (coordinate + MAX_COORDINATE) / (2 * MAX_COORDINATE)
        marked = min(count - 1, max(0, round(fraction * (count - 1)))) if count else None
        if marked != self._marked:
            self._marked = marked
            self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(240, MIN_HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        layout = self.arrangement()
        if layout is None or self._marked is None or self._marked >= self._shown(layout):
            return
        ratio = self.devicePixelRatioF()
        cell = self._cell(self._marked, layout)
        width = 1.5
        around = QRectF(cell.x() / ratio, cell.y() / ratio, cell.width() / ratio, cell.height() / ratio)
        painter = QPainter(self)
        painter.setPen(QPen(QColor(theme.current().fake), width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(around.adjusted(width / 2, width / 2, -width / 2, -width / 2))
