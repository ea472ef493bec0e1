"""One channel large: its values under the pointer, and a brush."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.images import Pictures

_EDGE = 2  # px
_KEYS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class LargeMap(QWidget):
    """A map with crisp cells. The mouse paints cells; so do arrow keys with Space.

    Parameters
    ----------
    name, accessible_name, tip
        objectName, accessible name and tooltip.
    parent
        Qt's parent.
    """

    painted = Signal(int, int)  # row and column of a cell that was touched with the left button, or Space
    pointed = Signal(int, int)  # row and column under the pointer; -1, -1: none

    def __init__(self, name: str, accessible_name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self.setToolTip(as_tip(tip))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(80, 80)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._pixels: Pictures | None = None
        self._marked: npt.NDArray[np.bool_] | None = None
        self._cursor = (-1, -1)
        self._touched = (-1, -1)

    def show_map(self, pixels: Pictures | None, marked: npt.NDArray[np.bool_] | None = None) -> None:
        """Show a map, (h, w, 3), uint8, and which of its cells, (h, w), are painted; None: no map."""
        self._pixels = None if pixels is None else np.ascontiguousarray(pixels)
        self._marked = marked
        self.update()

    def cell_at(self, place: QPointF) -> tuple[int, int]:
        """Return row and column of the cell at a place in the widget; -1, -1: there is none."""
        if self._pixels is None or not (room := self._room()).contains(place.toPoint()):
            return -1, -1
        rows, columns = self._pixels.shape[:2]
        row = int((place.y() - room.top()) * rows / room.height())
        return min(row, rows - 1), min(int((place.x() - room.left()) * columns / room.width()), columns - 1)

    def centre_of(self, row: int, column: int) -> QPointF:
        """Return the middle of a cell, in the widget."""
        cell = self._cell(row, column)
        return QPointF(cell.left() + cell.width() / 2, cell.top() + cell.height() / 2)

    def _room(self) -> QRect:
        """Return where the map is: as large as there is room, in its own shape."""
        assert self._pixels is not None
        rows, columns = self._pixels.shape[:2]
        scale = min((self.width() - 2 * _EDGE) / columns, (self.height() - 2 * _EDGE) / rows)
        width, height = int(columns * scale), int(rows * scale)
        return QRect((self.width() - width) // 2, (self.height() - height) // 2, width, height)

    def _cell(self, row: int, column: int) -> QRect:
        assert self._pixels is not None
        room, (rows, columns) = self._room(), self._pixels.shape[:2]
        left, right = (room.left() + room.width() * each // columns for each in (column, column + 1))
        top, bottom = (room.top() + room.height() * each // rows for each in (row, row + 1))
        return QRect(left, top, right - left, bottom - top)

    @override
    def sizeHint(self) -> QSize:
        return QSize(180, 180)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._pixels is None:
            return
        painter, room = QPainter(self), self._room()
        rows, columns = self._pixels.shape[:2]
        image = QImage(self._pixels.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
        painter.drawImage(room, image)
        painter.setPen(QPen(QColor(theme.current().accent if self.hasFocus() else theme.current().border), 1))
        painter.drawRect(room.adjusted(-1, -1, 0, 0))
        painter.setPen(QPen(QColor(theme.current().text), 1, Qt.PenStyle.DotLine))
        for row, column in np.argwhere(self._marked) if self._marked is not None else ():
            painter.drawRect(self._cell(int(row), int(column)).adjusted(0, 0, -1, -1))
        if self.hasFocus() and self._cursor != (-1, -1):
            painter.setPen(QPen(QColor(theme.current().accent), 2))
            painter.drawRect(self._cell(*self._cursor).adjusted(1, 1, -1, -1))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._touched = (-1, -1)
        self._touch(event)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointed.emit(*self.cell_at(event.position()))
        self._touch(event)

    def _touch(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if event.buttons() & Qt.MouseButton.LeftButton and cell not in ((-1, -1), self._touched):
            self._touched = cell
            self.painted.emit(*cell)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(-1, -1)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self._pixels is None or (key not in _KEYS and key != Qt.Key.Key_Space):
            super().keyPressEvent(event)
            return
        rows, columns = self._pixels.shape[:2]
        row, column = (max(0, each) for each in self._cursor)
        if key in _KEYS and self._cursor != (-1, -1):
            down, across = _KEYS[key]
            row, column = row + down, column + across
        self._cursor = min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)
        self.pointed.emit(*self._cursor)
        if key == Qt.Key.Key_Space:
            self.painted.emit(*self._cursor)
        self.update()
