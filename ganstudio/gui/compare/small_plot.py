"""SmallPlot: a curve of all runs in little room; pressed, it is the one that is shown large."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QWidget

from ganstudio.gui.compare.compare_plot import pen
from ganstudio.gui.compare.compared_runs import Shown
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.tooltips import plain, wrapped
from ganstudio.plots.curve_data import Curve, Floats

_LEAST = (84, 44)  # px
_COLUMN = 108  # px that a column has at least
_SMOOTH = 0.5 ** (1 / 8)  # a tick counts half after eight
_POINT = 1.6  # px: radius of a lone point
_Line = tuple[Floats, Floats]


class SmallPlot(QAbstractButton):
    """Paints its lines itself: a dozen of them cost next to nothing."""

    def __init__(self, shown: Shown, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = shown
        self._data: list[tuple[Floats, Curve]] = []
        self._drawn: list[_Line] = []
        self._end, self._at = 1.0, 0.0
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setObjectName(f"compareSmall_{shown.column}")
        self.setAccessibleName(f"show {shown.label} large")
        self.setToolTip(wrapped(f"<b>{plain(shown.label)}</b>", plain(shown.help), "Click to see it large."))

    def set_lines(self, lines: list[_Line], end: float) -> None:
        """Show (x, y), (N,) each, of every run, from 0 to `end`."""
        self._end, self._data = max(end, 1e-6), []
        for x, y in lines:
            curve = Curve(0.0 if self._shown.measured else _SMOOTH)
            curve.extend(y)
            self._data.append((x, curve))
        self._arrange()

    def set_cursor(self, x: float) -> None:
        """Where the pictures are from."""
        self._at = x
        self.update()

    def _arrange(self) -> None:
        points = [curve.points(x, 0, len(x), max(20, self.width())) for x, curve in self._data]
        self._drawn = [
            (each.x[known], each.line[known]) for each in points if (known := np.isfinite(each.line)) is not None
        ]
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def sizeHint(self) -> QSize:
        return QSize(140, 72)

    def minimumSizeHint(self) -> QSize:
        return QSize(*_LEAST)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, painter = theme.current(), QPainter(self)
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
        painter.drawText(title, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._shown.label)
        self._paint_lines(painter, QRectF(self.rect()).adjusted(6, title.bottom() + 2, -6, -5))

    def _paint_lines(self, painter: QPainter, room: QRectF) -> None:
        values = np.concatenate([*(y for _, y in self._drawn), np.empty(0)])
        if not len(values) or room.height() < 4:
            return
        low, high = (0.0, 1.0) if self._shown.percent else (float(values.min()), float(values.max()))
        if high == low:
            low, high = low - 1.0, high + 1.0  # a level line lies in the middle
        wide, high = room.width() / self._end, room.height() / (high - low)
        painter.setPen(QPen(QColor(theme.current().muted), 0))
        at = room.left() + room.width() * min(1.0, self._at / self._end)
        painter.drawLine(QPointF(at, room.top()), QPointF(at, room.bottom()))
        for index, (x, y) in enumerate(self._drawn):
            pairs = zip(x.tolist(), y.tolist(), strict=True)
            places = [QPointF(room.left() + along * wide, room.bottom() - (up - low) * high) for along, up in pairs]
            painter.setPen(pen(index))
            painter.drawPolyline(QPolygonF(places))
            if len(places) == 1:
                painter.setBrush(pen(index).color())
                painter.drawEllipse(places[0], _POINT, _POINT)


class SmallPlots(QWidget):
    """One for each curve, in as many columns as there is room for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("all curves")
        self.group = QButtonGroup(self)  # ids: places in the list of curves
        self._plots: list[SmallPlot] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACE // 2)
        self._columns = 0

    def set_curves(self, curves: dict[int, Shown]) -> None:
        """Show these, by their place in the list of curves."""
        for old in self._plots:
            self.group.removeButton(old)
            old.setParent(None)
            old.deleteLater()
        self._plots, self._columns = [], 0
        for place, shown in curves.items():
            made = SmallPlot(shown, self)
            self._plots.append(made)
            self.group.addButton(made, place)
        self._arrange()

    def plot(self, place: int) -> SmallPlot:
        """The one at that place in the list of curves."""
        found = self.group.button(place)
        assert isinstance(found, SmallPlot)
        return found

    def places(self) -> list[int]:
        """Places in the list of curves that are shown."""
        return [self.group.id(each) for each in self._plots]

    def set_cursor(self, x: float) -> None:
        """Where the pictures are from."""
        for each in self._plots:
            each.set_cursor(x)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        rows = -(-len(self._plots) // 4)
        return QSize(4 * (_LEAST[0] + SPACE // 2), max(1, rows) * (_LEAST[1] + SPACE // 2))

    def _arrange(self) -> None:
        """As many columns as there is width for, but no more rows than there is height for."""
        if not self._plots:
            return
        widest = max(1, (self.width() + SPACE // 2) // (_COLUMN + SPACE // 2))
        highest = max(1, (self.height() + SPACE // 2) // (_LEAST[1] + SPACE // 2))
        columns = max(min(widest, 4), -(-len(self._plots) // highest))
        if columns == self._columns:
            return
        self._columns = columns
        for index, each in enumerate(self._plots):
            self._grid.addWidget(each, index // columns, index % columns)
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
