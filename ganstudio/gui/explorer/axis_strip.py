"""AxisStrip: pictures along the active axis; where a drag of the slider moved last would lead."""

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ganstudio.events import Pictures
from ganstudio.gui.explorer.axes import LIMIT
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.tooltips import wrapped
from ganstudio.gui.widgets.widgets import PictureGrid

MOST = 64  # pictures
_LEAST = 5
HEIGHT = 36  # px: a row of pictures of 28 pixels with its border


class AxisStrip(PictureGrid):
    """As many pictures as there is room for, at most 64, the one nearest to where the slider is marked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("pictures along the slider moved last", "muted", parent)
        self.setObjectName("latentStrip")
        self.setMinimumSize(48, HEIGHT)
        self.set_choosable(True)
        self.setToolTip(wrapped("Where the slider that you moved last leads. Click a picture to go there."))
        self._columns = 1
        self._marked: int | None = None

    def count_for(self, size: int) -> int:
        """How many pictures of `size` pixels there is room for; they are shrunk to one row if not one row fits."""
        ratio = self.devicePixelRatioF()
        room = [int((side - 2 * self._EDGE) * ratio) for side in (self.width(), self.height())]
        scale = max(1.0, ratio)  # as large on a fine screen as on a coarse one
        side, gap = min(int(size * scale), room[1]), int(scale)
        rows = max(1, (room[1] + gap) // (side + gap))
        columns = max(_LEAST, (room[0] + gap) // (side + gap))
        self._columns = min(columns, MOST // rows)
        return self._columns * rows

    def show_parts(self, pictures: Pictures, count: int, stamp: float | None = None) -> None:
        """Show the first of `count` pictures (n, H, W[, 3]); the others stay as they are until they come.

        stamp : as in `PictureGrid.show_pictures`.
        """
        shown = self.pictures
        whole = np.zeros((count, *pictures.shape[1:]), np.uint8)
        if shown is not None and shown.shape == whole.shape:
            whole[:] = shown
        whole[: len(pictures)] = pictures
        self.show_pictures(whole, stamp, self._columns)

    def mark(self, coordinate: float) -> None:
        """Say where along the axis the person is."""
        count = 0 if self.pictures is None else len(self.pictures)
        share = (coordinate + LIMIT) / (2 * LIMIT)
        marked = min(count - 1, max(0, round(share * (count - 1)))) if count else None
        if marked != self._marked:
            self._marked = marked
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        lies = self.arrangement()
        if lies is None or self._marked is None or self._marked >= self._shown(lies):
            return
        ratio = self.devicePixelRatioF()
        cell = self._cell(self._marked, lies)
        thick = 1.5
        around = QRectF(cell.x() / ratio, cell.y() / ratio, cell.width() / ratio, cell.height() / ratio)
        painter = QPainter(self)
        painter.setPen(QPen(QColor(theme.current().fake), thick))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(around.adjusted(thick / 2, thick / 2, -thick / 2, -thick / 2))
