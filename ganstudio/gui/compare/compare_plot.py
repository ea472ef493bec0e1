"""ComparePlot: one curve of several runs over each other."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QColor, QPen, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ganstudio.gui.curves.plot_view import PlotView
from ganstudio.gui.curves.style import small_font, style_axes
from ganstudio.gui.curves.trace import Trace
from ganstudio.gui.widgets import theme
from ganstudio.plots.curve_data import Curve, Floats
from ganstudio.text import format_percent, round_range, round_ticks

COLOURS = {  # of the runs, in their order; none of them means anything elsewhere
    "dark": ("#8F95F5", "#E6E8EC", "#5CC8A8", "#E58FB0", "#C9A66B", "#9AA1AD"),
    "light": ("#4A50C4", "#1B1E24", "#00795A", "#A8335E", "#7A5A1E", "#596070"),
}
_DASHES: tuple[list[float] | None, ...] = (None, [6.0, 3.0], [2.0, 2.0], [8.0, 2.0, 2.0, 2.0], [4.0, 4.0], [1.0, 2.0])
_SMOOTH = 0.5 ** (1 / 8)  # a tick counts half after eight
_TICK_ROOM = 28  # px of height for a number
_SOON = 30  # ms: several changes are drawn at once


def colour(index: int) -> QColor:
    """Colour of the run at that place."""
    return QColor(COLOURS[theme.current().name][index])


class ComparePlot(QWidget):
    """Lines, one a run, told apart by colour and dash, with a cursor."""

    picked = Signal(float)  # x that a person pointed at

    def __init__(self, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = PlotView("comparePlot", "Curves of the runs", self)
        self._data: list[tuple[Floats, Curve]] = []
        self._percent, self._smooth = False, False
        self._traces = [Trace(1) for _ in range(count)]
        for trace in self._traces:
            self.view.addItem(trace, ignoreBounds=True)
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self.view.addItem(self._cursor, ignoreBounds=True)
        self._soon = QTimer(self, singleShot=True, interval=_SOON)
        self._soon.timeout.connect(self._draw)
        self.view.xRangeChanged.connect(self._later)
        self.view.returnRequested.connect(self.show_all)
        self.view.doubleClicked.connect(self.show_all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        self.restyle()

    def set_lines(self, lines: list[tuple[Floats, Floats]], as_percent: bool, smooth: bool) -> None:
        """Show (x, y), (N,) each, of every run."""
        self._percent, self._data = as_percent, []
        for x, y in lines:
            curve = Curve(_SMOOTH if smooth else 0.0)
            curve.extend(y)
            self._data.append((x, curve))
        self._later()

    def show_all(self) -> None:
        """The runs from their start to the end of the longest."""
        ends = [float(x[-1]) for x, _ in self._data if len(x)]
        self.view.set_x_range(0.0, max([*ends, 1e-6]))
        self._later()

    def set_cursor(self, x: float) -> None:
        """Where the pictures are from."""
        self._cursor.setValue(x)

    def value_at(self, index: int, x: float) -> float:
        """Value of a run at x; nan if it has none there, or none is shown yet."""
        if index >= len(self._data):
            return float("nan")
        along, curve = self._data[index]
        if not len(along) or x > along[-1]:
            return float("nan")
        return curve.value_at(int(np.searchsorted(along, x, side="left")))

    def lines(self) -> list[tuple[Floats, Floats]]:
        """What is drawn, run by run."""
        return [(trace.x, trace.y) for trace in self._traces]

    def restyle(self) -> None:
        """Take the theme's colours."""
        colours = theme.current()
        for index, trace in enumerate(self._traces):
            trace.set_pen(pen(index))
        self._cursor.setPen(QPen(QColor(colours.muted), 0))
        style_axes(self.view, small_font(self.font()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._later()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.restyle()

    def _later(self, *_: object) -> None:
        self._soon.start()

    def _draw(self) -> None:
        start, stop = self.view.x_range()
        seen: list[Floats] = []
        for trace, (x, curve) in zip(self._traces, self._data, strict=False):
            first = max(0, int(np.searchsorted(x, start)) - 1)
            last = int(np.searchsorted(x, stop, side="right")) + 1
            points = curve.points(x, first, last, max(100, self.view.width()))
            trace.set_points(points.x, points.line, markers=0 < len(points.x) <= 60)
            seen.append(points.line[np.isfinite(points.line)])
        values = np.concatenate([*seen, np.empty(0)])
        if len(values):
            self._scale(float(values.min()), float(values.max()))

    def _scale(self, low: float, high: float) -> None:
        least = 0.0 if low >= 0 else float("-inf")  # a distance has no negative numbers on its axis
        low, high = (0.0, 1.0) if self._percent else round_range(low, high)
        low = max(low, least)
        self.view.setYRange(low, high, padding=0)
        ticks = round_ticks(low, high, max(2, self.view.height() // _TICK_ROOM))
        if self._percent:
            ticks = [(value, format_percent(value)) for value, _ in ticks]
        self.view.getAxis("left").setTicks([ticks])


def pen(index: int) -> QPen:
    """Pen of the run at that place."""
    made = QPen(colour(index), 1)
    made.setCosmetic(True)
    if dashes := _DASHES[index]:
        made.setDashPattern(dashes)
    return made
