"""Plot: one plot of the curves panel, with a legend that toggles its lines and shows their values."""

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPen, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from ganstudio.gui.curves.curve_data import Curves, Floats, Points
from ganstudio.gui.curves.legend import LegendButton
from ganstudio.gui.curves.plot_specs import Spec
from ganstudio.gui.curves.plot_view import AXIS_HEIGHT, AXIS_WIDTH, PlotView, ShareScale
from ganstudio.gui.curves.trace import Trace
from ganstudio.gui.model.viewing import percent
from ganstudio.gui.text import log_ticks, readable, round_range, round_ticks
from ganstudio.gui.widgets import theme

_NEAR = 5  # px: a mark so close to the pointer tells what it is
_TICK_ROOM = 16  # px of height for a number
_EDGE = 0.05  # of the range of y that is left free at both ends: a number there is not cut
_SHARES_WIDTH = 44  # px of the numbers of shares at the right
_LEAST_TICK_ROOM = 13  # px that two numbers are apart at least
_DECADES = 3.0  # from the lowest to the highest value in view: a logarithmic scale is worth offering
_RAW_SHARE = 0.35  # of its colour in the values as they came, behind the smoothed line; the rest is background
_QUIET = (0.02, 0.98)  # quantiles of the raw values that the y range is sure to hold
_MOST_DOTS = 60  # measures in view, up to which each is a dot
_MARK_COLOURS = {"change": "accent", "warning": "alarm"}  # others are muted


class Plot(QWidget):
    """Legend, area and everything drawn in it."""

    toggled = Signal()  # a line was shown or hidden
    logWorthChanged = Signal()  # what is drawn spans so many powers of ten that a logarithmic scale would show more

    def __init__(self, spec: Spec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self.view = PlotView(spec, self)
        self._log = False
        self.log_worth = ""  # the range in view in words, where a logarithmic scale would show more; else ""
        self._alarm = ""  # what the title says in the colour of alarm
        self._range: tuple[float, float] | None = None  # of y, as its numbers reach
        self._numbers: list[tuple[float, str]] = []  # along y
        self._marks: list[tuple[float, str, str]] = []  # x, kind, text
        self.legend = {line.column: LegendButton(line, spec.widest(line), self) for line in spec.lines}
        self._raw = {line.column: self._add_trace(0, line.marker) for line in spec.lines}
        self._lines = {line.column: self._add_trace(1, line.marker) for line in spec.lines}
        self._equilibrium = self._add_line(angle=0)
        self._cursor, self._viewed = self._add_line(), self._add_line()
        self._ticks: dict[str, pg.VTickGroup] = {}
        self._scale = ShareScale(self.view) if any(line.share for line in spec.lines) else None
        self._lay_out()
        self.restyle()

    def _add_trace(self, height: int, marker: str) -> Trace:
        trace = Trace(height, marker)
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
        beside = _SHARES_WIDTH if any(line.share for line in self.spec.lines) else theme.SPACE
        self._note.setContentsMargins(AXIS_WIDTH + theme.SPACE, 0, beside, AXIS_HEIGHT)
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
        self.fit_legend()

    def fit_legend(self) -> None:
        """Names and values in full if there is room, else short names, else values below them; the title gives way."""
        for short, below in ((False, False), (True, False), (True, True)):
            for button in self.legend.values():
                button.shorten(short, below)
            if self._legend_width() <= self.width():
                break
        self.title.setVisible(self.width() - self._legend_width() >= self.title.sizeHint().width())

    def _legend_width(self) -> int:
        return sum(button.sizeHint().width() + theme.SPACE // 2 for button in self.legend.values())

    def explain(self, loss: str, calm: bool = True) -> None:
        """Say what is shown under a loss, what that means while the losses are calm or not, and why there is nothing
        where that is so."""
        self.title.setToolTip(self.spec.tip(loss, calm))
        for button in self.legend.values():
            button.explain(self.spec.meaning(loss))
        self.say_why_empty(self.spec.undefined(loss))

    def say_why_empty(self, words: str) -> None:
        """What stands where nothing is drawn."""
        self._note.setText(words)

    def set_alarm(self, words: str) -> None:
        """What the title says in the colour of alarm; "": all is well."""
        if words != self._alarm:
            self._alarm = words
            self.title.setText(words or self.spec.title)
            self.title.setProperty("alarm", bool(words))
            self.title.style().polish(self.title)
            self.fit_legend()

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
            self._scale.restyle(font, QColor(colours.muted))
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
        self._judge_range()
        empty = not any(np.isfinite(points.line).any() for _, points in (*own, *shares))
        self._note.setVisible(empty and bool(self._note.text()))
        if self._scale is not None:
            self._scale.show(not empty)

    def _judge_range(self) -> None:
        """Whether a logarithmic scale would show more of what is in view."""
        found = self._range_words() if self.spec.log and not self._log else ""
        if found != self.log_worth:
            self.log_worth = found
            self.logWorthChanged.emit()

    def _range_words(self) -> str:
        own = [line.column for line in self.spec.lines if not line.share and self.legend[line.column].isChecked()]
        drawn = [self._lines[column].y for column in own]
        seen = np.concatenate([*drawn, np.empty(0)])
        seen = seen[np.isfinite(seen) & (seen > 0)]
        if not len(seen) or math.log10(seen.max() / seen.min()) < _DECADES:
            return ""
        return f"{readable(float(seen.min()))} to {readable(float(seen.max()))}"

    def _set_points(self, lines: list[tuple[str, Points]]) -> None:
        for column, points in lines:
            dots = self.spec.of_measures and len(points.x) <= _MOST_DOTS
            each = len(points.raw) == len(points.x)  # a point a value, no groups of them
            x, y = self._bridged(points.x, points.line, each)
            self._lines[column].set_points(x, y, dots=dots)
            same = np.array_equal(points.raw, points.line, equal_nan=True)
            raw_x, raw = self._bridged(points.raw_x, points.raw, each)
            self._raw[column].set_points(raw_x, raw, smooth=each)
            self._raw[column].setVisible(not same and self.legend[column].isChecked())

    def _bridged(self, x: Floats, y: Floats, each: bool) -> tuple[Floats, Floats]:
        """Points without holes, where a network was not trained in a tick; of several at one place, as steps by hand
        make them, the newest. Where a loss leaves the value undefined the hole stays."""
        known = np.isfinite(y)
        if not self.spec.needs_probability or not known.any():
            x, y = x[known], y[known]
        elif each:  # only holes at a place that has a value, too
            places = np.unique(x[known])
            keep = known | ~np.isin(x, places)
            x, y = x[keep], y[keep]
        if each and len(x) > 1:
            newest = np.append(x[1:] != x[:-1], True)
            x, y = x[newest], y[newest]
        return x, y

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
            self._show_no_scale()
            return
        bounds = [lines.min(), lines.max(), *(np.quantile(raw, _QUIET) if len(raw) else ())]
        if self.spec.equilibrium is not None:
            bounds.append(self.spec.equilibrium)
        if self.spec.of_measures and not self._log:
            bounds.append(0.0)  # of a distance 0 means something; and one point alone has no range
        low, high = round_range(float(min(bounds)), float(max(bounds)))
        if (low, high) != self._range:
            self._range = low, high
            self.view.setYRange(low, high, padding=_EDGE)
        self._number_axis(low, high)

    def _show_no_scale(self) -> None:
        """There is nothing to measure by: no numbers of what was shown before, but for a level that is always there."""
        level = self.spec.equilibrium or 0.0
        self._range = None
        self.view.setYRange(level - 1, level + 1, padding=0)
        named = [(level, self.spec.equilibrium_name)] if self.spec.equilibrium_name else []
        if named != self._numbers:
            self._numbers = named
            self.view.getAxis("left").setTicks([named])

    def _number_axis(self, low: float, high: float) -> None:
        """Numbers along y, as many as there is room for; the equilibrium is called by its name."""
        most = max(3, int(self.view.getPlotItem().vb.height()) // _TICK_ROOM)
        ticks = log_ticks(low, high, most) if self._log else round_ticks(low, high, most)
        if self.spec.equilibrium is not None:
            height = max(1.0, self.view.getPlotItem().vb.height())
            close = (high - low) * min(0.5, _LEAST_TICK_ROOM / height)
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
        grown = False
        for line in self.spec.lines:
            value, stale = curves[line.column].known(index) if index is not None else (float("nan"), False)
            button = self.legend[line.column]
            before = button.sizeHint()
            button.set_value(self.spec.words(value, line), stale)
            grown |= button.sizeHint() != before
        if grown:
            self.fit_legend()

    def beside(self) -> int:
        """px that its numbers need right of the area."""
        return 0 if self._scale is None else self._scale.width()

    def show_x_axis(self, shown: bool) -> None:
        """Numbers along x, on the lowest plot alone."""
        self.view.show_x_axis(shown)

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
