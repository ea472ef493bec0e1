"""Plot of one curve of several runs."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QColor, QPen, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.gui.curves.plot_view import PlotView
from ganstudio.gui.curves.style import small_font, style_axes, thin_pen
from ganstudio.gui.curves.trace import Trace
from ganstudio.gui.widgets import theme
from ganstudio.plots.curve_data import Curve, Floats
from ganstudio.plots.scale import MAX_MARKERS
from ganstudio.text import format_percent, round_range, round_ticks

COLOURS = {  # of the runs, in their order; no other plot uses them
    "dark": ("#8F95F5", "#E6E8EC", "#5CC8A8", "#E58FB0", "#C9A66B", "#9AA1AD"),
    "light": ("#4A50C4", "#1B1E24", "#00795A", "#A8335E", "#7A5A1E", "#596070"),
}
_DASHES: tuple[list[float] | None, ...] = (None, [6.0, 3.0], [2.0, 2.0], [8.0, 2.0, 2.0, 2.0], [4.0, 4.0], [1.0, 2.0])
_TICK_HEIGHT = 28  # px for a number along y
_MIN_POINTS = 100  # for a narrow plot
_REDRAW_DELAY = 30  # ms: several changes are drawn at once


def line_colour(index: int) -> QColor:
    """Return the colour of the run with that index."""
    return QColor(COLOURS[theme.current().name][index])


class ComparePlot(QWidget):
    """Line of each run, in a colour and with dashes of its own, and a cursor.

    Parameters
    ----------
    count
        Number of runs.
    """

    def __init__(self, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = PlotView("comparePlot", "Curves of the runs", self)
        self._data: list[tuple[Floats, Curve]] = []
        self._percent = False
        self._traces = [Trace(1) for _ in range(count)]
        for trace in self._traces:
            self.view.addItem(trace, ignoreBounds=True)
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self.view.addItem(self._cursor, ignoreBounds=True)
        self._timer = QTimer(self, singleShot=True, interval=_REDRAW_DELAY)
        self._timer.timeout.connect(self._draw)
        self.view.xRangeChanged.connect(self._schedule_draw)
        self.view.returnRequested.connect(self.show_all)
        self.view.doubleClicked.connect(self.show_all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        self.restyle()

    def set_lines(self, lines: list[tuple[Floats, Curve]], as_percent: bool) -> None:
        """Show a line of each run.

        Parameters
        ----------
        lines
            x, (N,), and N values of each run.
        as_percent
            Whether the values, 0..1, are written in percent.
        """
        self._percent = as_percent
        self._data = lines
        self._schedule_draw()

    def show_all(self) -> None:
        """Show the runs from their start to the end of the longest."""
        ends = [float(x[-1]) for x, _ in self._data if len(x)]
        self.view.set_x_range(0.0, max([*ends, 1e-6]))
        self._schedule_draw()

    def set_cursor(self, x: float) -> None:
        """Show where the pictures are from."""
        self._cursor.setValue(x)

    def value_at(self, index: int, x: float) -> float:
        """Return the value of a run at x; nan if it has none there, or none is shown yet."""
        if index >= len(self._data):
            return float("nan")
        along, curve = self._data[index]
        if not len(along) or x > along[-1]:
            return float("nan")
        return curve.value_at(int(np.searchsorted(along, x, side="left")))

    def lines(self) -> list[tuple[Floats, Floats]]:
        """Return what is drawn of each run as (x, y)."""
        return [(trace.x, trace.y) for trace in self._traces]

    def restyle(self) -> None:
        """Take the theme's colours."""
        colours = theme.current()
        for index, trace in enumerate(self._traces):
            trace.set_pen(line_pen(index))
        self._cursor.setPen(QPen(QColor(colours.muted), 0))
        style_axes(self.view, small_font(self.font()))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._schedule_draw()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.restyle()

    def _schedule_draw(self, *_: object) -> None:
        self._timer.start()

    def _draw(self) -> None:
        start, stop = self.view.x_range()
        known: list[Floats] = []
        for trace, (x, curve) in zip(self._traces, self._data, strict=False):
            first = max(0, int(np.searchsorted(x, start)) - 1)
            last = int(np.searchsorted(x, stop, side="right")) + 1
            points = curve.points(x, first, last, max(_MIN_POINTS, self.view.width()))
            trace.set_points(points.x, points.line, markers=0 < len(points.x) <= MAX_MARKERS)
            known.append(points.line[np.isfinite(points.line)])
        values = np.concatenate([*known, np.empty(0)])
        if len(values):
            self._scale(float(values.min()), float(values.max()))

    def _scale(self, low: float, high: float) -> None:
        lowest = 0.0 if low >= 0 else float("-inf")  # the axis of a distance has no negative numbers
        low, high = (0.0, 1.0) if self._percent else round_range(low, high)
        low = max(low, lowest)
        self.view.setYRange(low, high, padding=0)
        ticks = round_ticks(low, high, max(2, self.view.height() // _TICK_HEIGHT))
        if self._percent:
            ticks = [(value, format_percent(value)) for value, _ in ticks]
        self.view.set_numbers(ticks)
        self.view.set_axis_width(self.view.wanted_axis_width)


def line_pen(index: int) -> QPen:
    """Return the pen of the run with that index."""
    return thin_pen(line_colour(index), _DASHES[index])
