"""Drawing in the area of a plot: lines, marks, cursors and the numbers along y."""

from collections.abc import Collection

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor, QFont

from ganstudio.events import MarkKind
from ganstudio.gui.curves import style
from ganstudio.gui.curves.fraction_scale import FractionScale
from ganstudio.gui.curves.plot_view import PlotView
from ganstudio.gui.curves.trace import Trace
from ganstudio.gui.widgets import theme
from ganstudio.plots import scale
from ganstudio.plots.curve_data import Curves, Floats, Points
from ganstudio.plots.specs import Marker, PlotSpec

Mark = tuple[float, MarkKind, str]  # x, kind, text

_MARK_REACH = 5  # px: the text of a mark that close to the pointer is shown
_TICK_HEIGHT = 16  # px of the y axis for a number
_MIN_POINTS = 100  # for a narrow plot


class PlotDrawing:
    """Lines, marks and cursors of one plot, drawn in its view."""

    def __init__(self, spec: PlotSpec, view: PlotView) -> None:
        self._spec = spec
        self._view = view
        self._log = False
        self._y_range: tuple[float, float] | None = None
        self._numbers: list[tuple[float, str]] = []
        self._marks: list[Mark] = []
        self._raw = {line.column: self._add_trace(0, line.marker) for line in spec.lines}
        self._lines = {line.column: self._add_trace(1, line.marker) for line in spec.lines}
        self._equilibrium = self._add_line(angle=0)
        self._cursor = self._add_line()
        self._viewed = self._add_line()
        self._mark_groups: dict[MarkKind, pg.VTickGroup] = {}
        self._fractions = FractionScale(view) if spec.has_fractions else None
        self._show_levels()

    def _add_trace(self, height: int, marker: Marker) -> Trace:
        trace = Trace(height, marker)
        self._view.addItem(trace, ignoreBounds=True)
        return trace

    def _add_line(self, angle: int = 90) -> pg.InfiniteLine:
        line = pg.InfiniteLine(angle=angle, movable=False)
        line.setZValue(-1 if angle == 0 else 2)
        line.hide()
        self._view.addItem(line, ignoreBounds=True)
        return line

    def _show_levels(self) -> None:
        """Show what never changes: the equilibrium, and fixed limits with their numbers."""
        if self._spec.equilibrium is not None:
            self._equilibrium.setValue(self._spec.equilibrium)
            self._equilibrium.show()
        if self._spec.limits is not None:
            low, high = self._spec.limits
            self._view.setYRange(low, high, padding=scale.LIMITS_MARGIN)
            self._set_numbers(scale.y_ticks(self._spec, low, high, 3, 0.0, False))

    def show_equilibrium(self, shown: bool) -> None:
        """Show the dotted line, if the plot has one, or hide it: it would cross a note."""
        self._equilibrium.setVisible(shown and self._spec.equilibrium is not None)

    # What is shown

    @property
    def numbers(self) -> list[tuple[float, str]]:
        """Numbers along y, each with its text."""
        return self._numbers

    @property
    def marks(self) -> list[Mark]:
        """Marks as (x, kind, text)."""
        return self._marks

    @property
    def equilibrium(self) -> float | None:
        """Value of the dotted line; None if there is none."""
        return _value(self._equilibrium)

    @property
    def cursor(self) -> float | None:
        """Place of the cross-hair on x; None if there is none."""
        return _value(self._cursor)

    @property
    def viewed(self) -> float | None:
        """Place of the viewed step on x; None if the newest is viewed."""
        return _value(self._viewed)

    @property
    def log(self) -> bool:
        """Whether the y axis is logarithmic."""
        return self._log

    @property
    def fraction_scale(self) -> FractionScale | None:
        """The numbers at the right; None if no line is a fraction."""
        return self._fractions

    def trace(self, column: str) -> Trace:
        """Return the smoothed line of a column."""
        return self._lines[column]

    # Drawing

    def draw(self, curves: Curves, x: Floats, columns: Collection[str]) -> bool:
        """Draw what is in view of the curves; return whether there is anything to see.

        Parameters
        ----------
        curves
            Curves of all columns of the plot.
        x
            Where their values are, (N,).
        columns
            Those that are shown.
        """
        self._show_traces(columns)
        on_axis: list[tuple[str, Points]] = []
        fractions: list[tuple[str, Points]] = []
        for line in self._spec.lines:
            if line.column in columns:
                points = self.points_in_view(curves, x, line.column)
                if line.fraction:
                    fractions.append((line.column, points))
                else:
                    on_axis.append((line.column, scale.log_points(points) if self._log else points))
        if self._spec.limits is None:
            self._fit_y([points for _, points in on_axis])
        low, high = self._view.y_range()
        self._set_points(on_axis, columns)
        self._set_points([(name, scale.spread_fractions(points, low, high)) for name, points in fractions], columns)
        shown = any(np.isfinite(points.line).any() for _, points in (*on_axis, *fractions))
        if self._fractions is not None:
            self._fractions.set_shown(shown)
        return shown

    def points_in_view(self, curves: Curves, x: Floats, column: str) -> Points:
        """Return what is in view of a column, as about as many points as the view has pixels."""
        start, stop = self._view.x_range()
        first = max(0, int(np.searchsorted(x, start)) - 1)
        last = int(np.searchsorted(x, stop, side="right")) + 1
        return curves[column].points(x, first, last, max(_MIN_POINTS, self._view.width()))

    def log_scale_hint(self, columns: Collection[str]) -> str:
        """Return the range in view if a logarithmic scale would show more of it; "" if not."""
        if not self._spec.log or self._log:
            return ""
        shown = [line.column for line in self._spec.lines if not line.fraction and line.column in columns]
        return scale.log_scale_hint(np.concatenate([*(self._lines[column].y for column in shown), np.empty(0)]))

    def _show_traces(self, columns: Collection[str]) -> None:
        for column in self._lines:
            for trace in (self._lines[column], self._raw[column]):
                trace.setVisible(column in columns)

    def _set_points(self, lines: list[tuple[str, Points]], columns: Collection[str]) -> None:
        for column, points in lines:
            markers = self._spec.from_measures and len(points.x) <= scale.MAX_MARKERS
            single = len(points.raw) == len(points.x)
            x, y = scale.without_gaps(self._spec, points.x, points.line, single)
            self._lines[column].set_points(x, y, markers=markers)
            same = np.array_equal(points.raw, points.line, equal_nan=True)
            raw_x, raw = scale.without_gaps(self._spec, points.raw_x, points.raw, single)
            self._raw[column].set_points(raw_x, raw, smooth=single)
            self._raw[column].setVisible(not same and column in columns)

    def _fit_y(self, lines: list[Points]) -> None:
        """Fit the y axis to the lines."""
        fitted = scale.y_range(self._spec, lines, self._log)
        if fitted is None:
            self._y_range = None
            self._view.setYRange(*scale.empty_y_range(self._spec), padding=0)
            self._set_numbers(scale.named_levels(self._spec))
            return
        low, high = fitted
        if fitted != self._y_range:
            self._y_range = fitted
            self._view.setYRange(low, high, padding=scale.Y_MARGIN)
        height = self._view.area_height()
        max_count = max(3, int(height) // _TICK_HEIGHT)
        self._set_numbers(scale.y_ticks(self._spec, low, high, max_count, height, self._log))

    def _set_numbers(self, numbers: list[tuple[float, str]]) -> None:
        if numbers != self._numbers:
            self._numbers = numbers
            self._view.set_numbers(numbers)

    def set_log(self, log: bool) -> None:
        """Make the y axis logarithmic, if the plot may be so."""
        self._log = log and self._spec.log

    # Marks and cursors

    def set_marks(self, marks: list[Mark]) -> None:
        """Draw vertical lines at marks (x, kind, text)."""
        self._marks = marks
        for kind in {kind for _, kind, _ in marks} | set(self._mark_groups):
            if kind not in self._mark_groups:
                group = self._mark_groups[kind] = pg.VTickGroup(yrange=[0, 1], pen=style.mark_pen(kind))
                group.setZValue(-1)
                self._view.addItem(group, ignoreBounds=True)
            self._mark_groups[kind].setXVals([x for x, of_kind, _ in marks if of_kind == kind])

    def marks_near(self, x: float) -> str:
        """Return the texts of the marks near x, a line each; "" if there are none."""
        start, stop = self._view.x_range()
        reach = _MARK_REACH * (stop - start) / max(1, self._view.area_width())
        return "\n".join(dict.fromkeys(text for mark_x, _, text in self._marks if abs(mark_x - x) <= reach))

    def set_cursor(self, x: float | None) -> None:
        """Show the cross-hair at x, or hide it."""
        _place(self._cursor, x)

    def set_viewed(self, x: float | None) -> None:
        """Show the cursor of the viewed step at x, or hide it."""
        _place(self._viewed, x)

    # Looks

    def restyle(self, font: QFont) -> None:
        """Take the theme's colours, and a font for numbers."""
        self._view.resetCachedContent()  # the view keeps its background as a picture
        palette = theme.current()
        for line in self._spec.lines:
            colour = style.line_colour(line.colour)
            self._lines[line.column].set_pen(style.thin_pen(colour, [5.0, 3.0] if line.dashed else None))
            faint = style.mix(colour, QColor(palette.surface), scale.RAW_OPACITY)
            self._raw[line.column].set_pen(style.thin_pen(faint))
        self._equilibrium.setPen(style.thin_pen(QColor(palette.equilibrium), [2.0, 3.0]))
        self._cursor.setPen(style.thin_pen(QColor(palette.muted)))
        self._viewed.setPen(style.thin_pen(QColor(palette.accent)))
        if self._fractions is not None:
            self._fractions.restyle(font, QColor(palette.muted))
        style.style_axes(self._view, font)
        for kind, group in self._mark_groups.items():
            group.setPen(style.mark_pen(kind))

    def right_width(self) -> int:
        """Return how many px its numbers need right of the area."""
        return 0 if self._fractions is None else self._fractions.width()


def _place(line: pg.InfiniteLine, x: float | None) -> None:
    line.setVisible(x is not None)
    if x is not None:
        line.setValue(x)


def _value(line: pg.InfiniteLine) -> float | None:
    return float(line.value()) if line.isVisible() else None
