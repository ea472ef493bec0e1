"""The numbers of one sum: values, kernel and products, in cells with the colours of the maps."""

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from ganstudio.gui.inside.map_colours import colour_maps
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.text import format_signed

Numbers = npt.NDArray[np.floating]
_CELL = 34, 15  # px
_MIN_CELL = 11  # px: height
_SIDE = 4  # cells that there is room for, down and across
_SIGNS = ("", "\N{MULTIPLICATION SIGN}", "=")


class SumTable(QWidget):
    """Three small tables below each other: a patch of values, times the kernel, is the products; and their sum.

    Parameters
    ----------
    parent
        Qt's parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("insideSumTable")
        self.setAccessibleName("values, kernel and products")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._tables: tuple[Numbers, ...] = ()
        self._scales: tuple[float, ...] = ()
        self._total = ""

    @property
    def tables(self) -> tuple[Numbers, ...]:
        """Values, kernel and products, (kh, kw) each; nan where there is no value."""
        return self._tables

    @property
    def total(self) -> str:
        """The last line."""
        return self._total

    def show_sum(self, values: Numbers, kernel: Numbers, largest: tuple[float, float], total: str) -> None:
        """Show a sum.

        Parameters
        ----------
        values, kernel
            (kh, kw); values are nan where there is none.
        largest
            Absolute value that has the full colour: of values, and of weights.
        total
            The last line.
        """
        self._tables = values, kernel, values * kernel
        self._scales = *largest, largest[0] * largest[1]
        self._total = total
        self.setAccessibleDescription(total)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(_SIDE * _CELL[0] + 2 * SPACE, 3 * _SIDE * _CELL[1] + 2 * line + 3 * SPACE)

    @override
    def minimumSizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(self.sizeHint().width(), 3 * _SIDE * _MIN_CELL + 2 * line + 3 * SPACE)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._tables:
            return
        painter = QPainter(self)
        font = QFont(self.font())
        font.setPixelSize(theme.SMALL - 1)
        painter.setFont(font)
        line = painter.fontMetrics().height()
        rows = self._tables[0].shape[0]
        height = min(_CELL[1], (self.height() - 2 * line - 3 * SPACE) / (3 * rows))
        top = 0.0
        for sign, table, scale in zip(_SIGNS, self._tables, self._scales, strict=True):
            painter.setPen(QColor(theme.current().muted))
            middle = QRectF(0, top, 2 * SPACE, rows * height)
            painter.drawText(middle, Qt.AlignmentFlag.AlignCenter, sign)
            self._paint_table(painter, table, scale, top, height)
            top += rows * height + SPACE
        painter.setPen(QColor(theme.current().text))
        painter.setFont(self.font())
        room = QRectF(0, top, self.width(), self.fontMetrics().height())
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, self._total)

    def _paint_table(self, painter: QPainter, table: Numbers, scale: float, top: float, height: float) -> None:
        colours = theme.current()
        pixels = colour_maps(np.nan_to_num(table).astype(np.float32)[None], np.array([scale]))[0]
        width = min(_CELL[0], (self.width() - 2 * SPACE) / table.shape[1])
        for row, column in np.ndindex(*table.shape):
            cell = QRectF(2 * SPACE + column * width, top + row * height, width - 1, height - 1)
            value = float(table[row, column])
            if math.isnan(value):
                painter.setPen(QColor(colours.border))
                painter.drawRect(cell.adjusted(0.5, 0.5, -0.5, -0.5))
                continue
            ground = QColor(*(int(each) for each in pixels[row, column]))
            painter.fillRect(cell, ground)
            painter.setPen(theme.text_on(ground))
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, _brief(value))


def _brief(value: float) -> str:
    """Return a number in at most six letters."""
    size = abs(value)
    return format_signed(value, 2 if size < 10 else 1 if size < 100 else 0) if size < 10_000 else f"{value:.0e}"
