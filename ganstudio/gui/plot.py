"""Plot: one plot of the curves panel, with a legend that toggles its lines and shows their values."""

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPen, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from ganstudio.gui import theme
from ganstudio.gui.curve_data import Curves, Floats, Points
from ganstudio.gui.legend import LegendButton
from ganstudio.gui.plot_specs import Spec
from ganstudio.gui.plot_view import AXIS_HEIGHT, AXIS_WIDTH, PlotView, ShareScale
from ganstudio.gui.trace import Trace
from ganstudio.gui.viewing import percent, signed

_NEAR = 5  # px: a mark so close to the pointer tells what it is
_TICK_ROOM = 26  # px of height for a number
_RAW_SHARE = 0.35  # of its colour in the values as they came, behind the smoothed line; the rest is background
_QUIET = (0.02, 0.98)  # quantiles of the raw values that the y range is sure to hold
_MOST_DOTS = 60  # measures in view, up to which each is a dot
_MARK_COLOURS = {"change": "accent", "warning": "alarm"}  # others are muted


class Plot(QWidget):
    """Legend, area and everything drawn in it."""

    toggled = Signal()  # a line was shown or hidden

    def __init__(self, spec: Spec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self.view = PlotView(spec, self)
        self._log = False
        self._numbers: list[tuple[float, str]] = []  # along y
        self._marks: list[tuple[float, str, str]] = []  # x, kind, text
        self.legend = {line.column: LegendButton(line, spec.widest(line), self) for line in spec.lines}
        self._raw = {line.column: self._add_trace(0) for line in spec.lines}
        self._lines = {line.column: self._add_trace(1) for line in spec.lines}
        self._equilibrium = self._add_line(angle=0)
        self._cursor, self._viewed = self._add_line(), self._add_line()
        self._ticks: dict[str, pg.VTickGroup] = {}
        self._scale = ShareScale(self.view) if any(line.share for line in spec.lines) else None
        self._lay_out()
        self.restyle()

    def _add_trace(self, height: int) -> Trace:
        trace = Trace(height)
        self.view.addItem(trace, ignoreBounds=True)
        return trace

    def _add_line(self, angle: int = 90) -> pg.InfiniteLine:
        line = pg.InfiniteLine(angle=angle, movable=False)
        line.setZValue(-1 if angle == 0 else 2)
        line.hide()
        self.view.addItem(line, ignoreBounds=True)
        return line

    def _lay_out(self) -> None:
        self.title = QLabel(self.spec.title, self)
        self.title.setProperty("muted", True)
        self.title.setProperty("small", True)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # gives way to the legend
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(theme.SPACE // 2)
        top.addWidget(self.title, 1)
        for button in self.legend.values():
            button.toggled.connect(self._toggle)
            top.addWidget(button)
        self.header = top
        self._note = QLabel(self)  # over the area
        self._note.setProperty("muted", True)
        self._note.setProperty("small", True)
        self._note.setContentsMargins(AXIS_WIDTH + theme.SPACE, 0, theme.SPACE, AXIS_HEIGHT)
        self._note.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._note.setWordWrap(True)
        self._note.hide()
        area = QGridLayout()
        for each in (self.view, self._note):
            area.addWidget(each, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addLayout(area, 1)
        if self.spec.equilibrium is not None:
            self._equilibrium.setValue(self.spec.equilibrium)
            self._equilibrium.show()
        if self.spec.limits is not None:
            low, high = self.spec.limits
            self.view.setYRange(low, high, padding=0.04)
            middle = (low + high) / 2
            self.view.getAxis("left").setTicks([[(each, self._tick(each)) for each in (low, middle, high)]])

    def _tick(self, value: float) -> str:
        return percent(value) if self.spec.percent else f"{value:g}"

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for button in self.legend.values():
            button.shorten(False)
        if self._legend_width() > self.width():
            for button in self.legend.values():
                button.shorten(True)
        self.title.setVisible(self.width() - self._legend_width() >= self.title.sizeHint().width())

    def _legend_width(self) -> int:
        return sum(button.sizeHint().width() + theme.SPACE // 2 for button in self.legend.values())

    def explain(self, loss: str) -> None:
        """Say what is shown under a loss, and why there is nothing where that is so."""
        self.title.setToolTip(self.spec.tip(loss))
        for button in self.legend.values():
            button.explain(self.spec.meaning(loss))
        self._note.setText(self.spec.undefined(loss))

    def restyle(self) -> None:
        """Take the theme's colours."""
        self.view.resetCachedContent()  # the view keeps its background as a picture
        colours = theme.current()
        for line in self.spec.lines:
            colour = QColor(getattr(colours, line.colour))
            self._lines[line.column].set_pen(_pen(colour, [5.0, 3.0] if line.dashed else None))
            self._raw[line.column].set_pen(_pen(_mix(colour, QColor(colours.surface), _RAW_SHARE)))
        self._equilibrium.setPen(_pen(QColor(colours.equilibrium), [2.0, 3.0]))
        self._cursor.setPen(_pen(QColor(colours.muted)))
        self._viewed.setPen(_pen(QColor(colours.accent)))
        font = _small(self.font())
        if self._scale is not None:
            self._scale.restyle(font, QColor(colours.muted), QColor(colours.surface))
        for side in ("left", "bottom"):
            axis = self.view.getAxis(side)
            axis.setPen(_pen(QColor(colours.border)))
            axis.setTextPen(QColor(colours.muted))
            axis.setStyle(tickFont=font, tickLength=-4, autoExpandTextSpace=False, tickTextOffset=3)
        for kind, group in self._ticks.items():
            group.setPen(_mark_pen(kind))

    # What is drawn

    def draw(self, curves: Curves, x: Floats) -> None:
        """Draw what is in view of the curves; `x` (N,) is where their values stand."""
        start, stop = self.view.x_range()
        first = max(0, int(np.searchsorted(x, start)) - 1)
        last = int(np.searchsorted(x, stop, side="right")) + 1
        own: list[tuple[str, Points]] = []
        shares: list[tuple[str, Points]] = []
        for line in self.spec.lines:
            shown = self.legend[line.column].isChecked()
            for trace in (self._lines[line.column], self._raw[line.column]):
                trace.setVisible(shown)
            if shown:
                found = curves[line.column].points(x, first, last, max(100, self.view.width()))
                (shares if line.share else own).append((line.column, found if line.share else self._scaled(found)))
        if self.spec.limits is None:
            self._fit([points for _, points in own])
        low, high = self.view.y_range()
        self._set_points(own)
        self._set_points([(column, _spread(points, low, high)) for column, points in shares])
        empty = not any(np.isfinite(points.line).any() for _, points in (*own, *shares))
        self._note.setVisible(empty and bool(self._note.text()))

    def _set_points(self, lines: list[tuple[str, Points]]) -> None:
        for column, points in lines:
            dots = self.spec.of_measures and len(points.x) <= _MOST_DOTS
            self._lines[column].set_points(points.x, points.line, dots=dots)
            same = np.array_equal(points.raw, points.line, equal_nan=True)
            self._raw[column].set_points(points.raw_x, points.raw, smooth=len(points.raw) == len(points.x))
            self._raw[column].setVisible(not same)

    def _scaled(self, points: Points) -> Points:
        if not self._log:
            return points
        return Points(points.x, _log10(points.line), points.raw_x, _log10(points.raw))

    def _fit(self, seen: list[Points]) -> None:
        """y range that holds the lines and most raw values, at round numbers: it rests while they wander."""
        lines = np.concatenate([each.line for each in seen] or [np.empty(0)])
        raw = np.concatenate([each.raw for each in seen] or [np.empty(0)])
        lines, raw = lines[np.isfinite(lines)], raw[np.isfinite(raw)]
        if not len(lines):
            return
        bounds = [lines.min(), lines.max(), *(np.quantile(raw, _QUIET) if len(raw) else ())]
        if self.spec.equilibrium is not None:
            bounds.append(self.spec.equilibrium)
        if self.spec.of_measures and not self._log:
            bounds.append(0.0)  # of a distance 0 means something; and one point alone has no range
        low, high = round_range(float(min(bounds)), float(max(bounds)))
        if (low, high) != self.view.y_range():
            self.view.setYRange(low, high, padding=0)
        self._number_axis(low, high)

    def _number_axis(self, low: float, high: float) -> None:
        """Numbers along y, as many as there is room for; the equilibrium is called by its name."""
        most = max(3, self.view.height() // _TICK_ROOM)
        ticks = log_ticks(low, high, most) if self._log else round_ticks(low, high, most)
        if self.spec.equilibrium is not None:
            close = (high - low) / most / 2
            ticks = [each for each in ticks if abs(each[0] - self.spec.equilibrium) > close]
            ticks.append((self.spec.equilibrium, self.spec.equilibrium_name))
        if ticks != self._numbers:
            self._numbers = ticks
            self.view.getAxis("left").setTicks([ticks])

    def set_log(self, log: bool) -> None:
        """y on a logarithmic scale, where that makes sense."""
        self._log = log and self.spec.log

    def set_marks(self, marks: list[tuple[float, str, str]]) -> None:
        """Vertical lines at (x, kind, text)."""
        self._marks = marks
        for kind in {kind for _, kind, _ in marks} | set(self._ticks):
            if kind not in self._ticks:
                group = self._ticks[kind] = pg.VTickGroup(yrange=[0, 1], pen=_mark_pen(kind))
                group.setZValue(-1)
                self.view.addItem(group, ignoreBounds=True)
            self._ticks[kind].setXVals([x for x, each, _ in marks if each == kind])

    def set_cursor(self, x: float | None) -> None:
        """Cross-hair at x."""
        _place(self._cursor, x)

    def set_viewed(self, x: float | None) -> None:
        """Cursor of the viewed step at x."""
        _place(self._viewed, x)

    def mark_near(self, x: float) -> str:
        """What the marks close to x say; "" if none is."""
        start, stop = self.view.x_range()
        near = _NEAR * (stop - start) / max(1, self.view.getPlotItem().vb.width())
        return "\n".join(dict.fromkeys(text for at, _, text in self._marks if abs(at - x) <= near))

    def show_values(self, curves: Curves, index: int | None) -> None:
        """Show the values at an index in the legend."""
        for line in self.spec.lines:
            value = curves[line.column].at(index) if index is not None else float("nan")
            self.legend[line.column].set_value(self.spec.words(value, line))

    def show_x_axis(self, shown: bool) -> None:
        """Numbers along x, on the lowest plot alone."""
        self.view.getPlotItem().showAxis("bottom", shown)

    def clip(self, clipped: bool) -> None:
        """Keep all lines inside the area, see Trace.clip."""
        for trace in (*self._raw.values(), *self._lines.values()):
            trace.clip(clipped)

    def _toggle(self) -> None:
        self.toggled.emit()

    def tell(self, words: str, place: QPointF) -> None:
        """Show a tooltip, or hide it if there are no words."""
        QToolTip.showText(place.toPoint(), words, self.view)


def _small(base: QFont) -> QFont:
    font = QFont(base)
    font.setPixelSize(theme.SMALL - 1)
    return font


def _mix(one: QColor, other: QColor, share: float) -> QColor:
    """`share` of one colour and the rest of the other. Opaque: seen-through lines are forty times slower to draw."""
    channels = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return QColor(*(round(share * a + (1 - share) * b) for a, b in channels))


def _mark_pen(kind: str) -> QPen:
    colours = theme.current()
    colour = _mix(QColor(getattr(colours, _MARK_COLOURS.get(kind, "muted"))), QColor(colours.surface), 0.7)
    return _pen(colour, [4.0, 3.0] if kind == "change" else [1.0, 3.0])


def _pen(colour: QColor, dash: list[float] | None = None) -> QPen:
    """Cosmetic pen of width 1: wider ones are many times slower to draw."""
    pen = QPen(colour, 1)
    pen.setCosmetic(True)
    if dash:
        pen.setDashPattern(dash)
    return pen


def _spread(points: Points, low: float, high: float) -> Points:
    """Shares of 0..1 over the whole height of a plot that shows y from `low` to `high`."""
    span = high - low
    return Points(points.x, low + span * points.line, points.raw_x, low + span * points.raw)


def _place(line: pg.InfiniteLine, x: float | None) -> None:
    line.setVisible(x is not None)
    if x is not None:
        line.setValue(x)


def _log10(values: Floats) -> Floats:
    logs: Floats = np.log10(values, out=np.full(len(values), np.nan), where=values > 0)
    return logs


def round_step(span: float, most: int) -> float:
    """1, 2 or 5 times a power of ten: the least step of which at most `most` make up the span."""
    least = span / most
    power = 10.0 ** math.floor(math.log10(least))
    return power * next(each for each in (1, 2, 5, 10) if power * each >= least * 0.999)


def round_range(low: float, high: float) -> tuple[float, float]:
    """The range widened to multiples of a round number near a tenth of it."""
    step = round_step(max(high - low, abs(high) * 1e-3, 1e-6), 10)
    return math.floor(low / step - 0.2) * step, math.ceil(high / step + 0.2) * step


def round_ticks(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """At most some `most` round numbers from `low` to `high`, with their words."""
    step = round_step(high - low, most)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return [
        (index * step, signed(index * step, decimals))
        for index in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    ]


_DIGITS = ((1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9), (1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,))


def log_ticks(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """At most some `most` round numbers between 10**low and 10**high, at their logarithms."""
    powers = range(math.floor(low), math.ceil(high) + 1)
    choices = []
    for digits in _DIGITS:
        numbers = [digit * 10.0**power for power in powers for digit in digits]
        choices.append([(math.log10(each), f"{each:g}") for each in numbers if low <= math.log10(each) <= high])
    found = next((ticks for ticks in choices if len(ticks) <= most), choices[-1])
    return found if len(found) > 1 else choices[0][:: max(1, len(choices[0]) // most)]
