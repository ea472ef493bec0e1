"""Small plots of all curves of the runs; the one that is clicked is shown large."""

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QWidget
from typing_extensions import override

from ganstudio.gui.compare.compare_plot import line_pen
from ganstudio.gui.compare.compared_runs import ComparedCurve
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.deletion import delete_later
from ganstudio.gui.widgets.rich_text import bold, wrapped
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.plots.curve_data import Curve, Floats

_MIN_SIZE = (84, 44)  # px
_MIN_COLUMN_WIDTH = 108  # px
_MAX_COLUMNS = 4
_DOT_RADIUS = 1.6  # px, of a single value
_Line = tuple[Floats, Floats]


class SmallPlot(QAbstractButton):
    """Button with a curve of all runs; it paints its lines itself, which is fast enough for a dozen of them."""

    def __init__(self, curve: ComparedCurve, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curve = curve
        self._data: list[tuple[Floats, Curve]] = []
        self._drawn: list[_Line] = []
        self._end = 1.0
        self._cursor = 0.0
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setObjectName(f"compareSmall_{curve.column}")
        self.setAccessibleName(f"show {curve.label} large")
        self.setToolTip(wrapped(bold(curve.label), curve.help, "Click to show it large."))

    def set_lines(self, lines: list[tuple[Floats, Curve]], end: float) -> None:
        """Show a line of each run, x (N,) and its N values, from 0 to `end`."""
        self._end = max(end, 1e-6)
        self._data = lines
        self._arrange()

    def set_cursor(self, x: float) -> None:
        """Show where the pictures are from."""
        self._cursor = x
        self.update()

    def _arrange(self) -> None:
        points = [curve.points(x, 0, len(x), max(20, self.width())) for x, curve in self._data]
        self._drawn = [
            (part.x[known], part.line[known]) for part in points if (known := np.isfinite(part.line)) is not None
        ]
        self.update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    @override
    def sizeHint(self) -> QSize:
        return QSize(140, 72)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(*_MIN_SIZE)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lively = self.isChecked() or self.hasFocus() or self.underMouse()
        painter.setPen(QPen(QColor(colours.accent if self.isChecked() or self.hasFocus() else colours.border), 1))
        painter.setBrush(QColor(colours.raised if lively else colours.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        font = QFont(self.font())
        font.setPixelSize(theme.SMALL)
        painter.setFont(font)
        painter.setPen(QColor(colours.text if self.isChecked() else colours.muted))
        title = QRectF(6, 2, self.width() - 12, QFontMetrics(font).height())
        label = QFontMetrics(font).elidedText(self._curve.label, Qt.TextElideMode.ElideRight, int(title.width()))
        painter.drawText(title, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, label)
        self._paint_lines(painter, QRectF(self.rect()).adjusted(6, title.bottom() + 2, -6, -5))

    def _paint_lines(self, painter: QPainter, room: QRectF) -> None:
        values = np.concatenate([*(y for _, y in self._drawn), np.empty(0)])
        if not len(values) or room.height() < 4:
            return
        low, high = (0.0, 1.0) if self._curve.percent else (float(values.min()), float(values.max()))
        if high == low:
            low, high = low - 1.0, high + 1.0  # a level line is in the middle
        wide, high = room.width() / self._end, room.height() / (high - low)
        painter.setPen(QPen(QColor(theme.current().muted), 0))
        at = room.left() + room.width() * min(1.0, self._cursor / self._end)
        painter.drawLine(QPointF(at, room.top()), QPointF(at, room.bottom()))
        for index, (x, y) in enumerate(self._drawn):
            pairs = zip(x.tolist(), y.tolist(), strict=True)
            places = [QPointF(room.left() + along * wide, room.bottom() - (up - low) * high) for along, up in pairs]
            painter.setPen(line_pen(index))
            painter.drawPolyline(QPolygonF(places))
            if len(places) == 1:
                painter.setBrush(line_pen(index).color())
                painter.drawEllipse(places[0], _DOT_RADIUS, _DOT_RADIUS)


class SmallPlots(QWidget):
    """Small plot of each curve, in as many columns as there is room for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("all curves")
        self.group = QButtonGroup(self)  # ids: indices of curves
        self._plots: list[SmallPlot] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACE // 2)
        self._columns = 0

    def set_curves(self, curves: dict[int, ComparedCurve]) -> None:
        """Show these, by their indices."""
        for plot in self._plots:
            self.group.removeButton(plot)
            plot.setParent(None)
            delete_later(plot)
        self._plots = []
        self._columns = 0
        for index, curve in curves.items():
            plot = SmallPlot(curve, self)
            self._plots.append(plot)
            self.group.addButton(plot, index)
        self._arrange()

    def plot(self, index: int) -> SmallPlot:
        """Return the plot of the curve with that index."""
        plot = self.group.button(index)
        assert isinstance(plot, SmallPlot)
        return plot

    def indices(self) -> list[int]:
        """Return the indices of the curves that are shown."""
        return [self.group.id(plot) for plot in self._plots]

    def set_cursor(self, x: float) -> None:
        """Show where the pictures are from."""
        for plot in self._plots:
            plot.set_cursor(x)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    @override
    def minimumSizeHint(self) -> QSize:
        rows = math.ceil(len(self._plots) / _MAX_COLUMNS)
        return QSize(_MAX_COLUMNS * (_MIN_SIZE[0] + SPACE // 2), max(1, rows) * (_MIN_SIZE[1] + SPACE // 2))

    def _arrange(self) -> None:
        """Lay out in as many columns as fit, but no more rows than fit."""
        if not self._plots:
            return
        widest = max(1, (self.width() + SPACE // 2) // (_MIN_COLUMN_WIDTH + SPACE // 2))
        highest = max(1, (self.height() + SPACE // 2) // (_MIN_SIZE[1] + SPACE // 2))
        columns = max(min(widest, _MAX_COLUMNS), math.ceil(len(self._plots) / highest))
        if columns == self._columns:
            return
        self._columns = columns
        for index, plot in enumerate(self._plots):
            self._grid.addWidget(plot, index // columns, index % columns)
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
