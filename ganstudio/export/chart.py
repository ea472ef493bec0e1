"""Chart of the curves of a run: plots below each other over one x axis, on white paper.

The command line and the window draw the same chart; what is in it is described by `Chart`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from ganstudio.events import MarkKind
from ganstudio.export.canvas import Canvas, Dash, PictureCanvas, SvgCanvas
from ganstudio.export.canvas import Points as CanvasPoints
from ganstudio.export.files import atomic_file
from ganstudio.plots import scale
from ganstudio.plots.curve_data import Floats, Points
from ganstudio.plots.specs import CORNERS, DOT_SIZE, HOLLOW, MARKER_SIZE, LineColour, LineSpec, PlotSpec
from ganstudio.text import format_percent, round_ticks

WIDTH = 960  # px
PLOT_POINTS = 1800  # of a curve, twice the pixels of a plot
_PLOT_HEIGHT, _TITLE_HEIGHT, _UNIT_HEIGHT = 216, 36, 24  # px
_PIXELS = 2  # of a PNG for each px

PAPER, INK, MUTED, BORDER = "#FFFFFF", "#1B1E24", "#596070", "#CBD0D9"
PLOT_BACKGROUND = "#F7F8FA"
MARK_COLOURS = {MarkKind.CHANGE: "#4A50C4", MarkKind.WARNING: "#C62828"}  # others are muted
# The colours of the window's light theme: Okabe and Ito's set, safe for colour-blind eyes, those of losses darkened.
LINE_COLOURS = {
    LineColour.D_LOSS: "#A8487D",
    LineColour.G_LOSS: "#8A8000",
    LineColour.REAL: "#56B4E9",
    LineColour.FAKE: "#E69F00",
    LineColour.TEXT: INK,
}

_TITLE_SIZE, _TEXT_SIZE = 13, 11  # px
_LEFT, _RIGHT, _FRACTIONS, _HEADER, _FOOTER = 64, 16, 44, 26, 22  # px around the area of a plot
_DASHED: Dash = (6.0, 4.0)
_DOTTED: Dash = (2.0, 3.0)
_LINE_WIDTH, _RAW_WIDTH, _MARK_WIDTH = 1.75, 0.75, 0.75  # px
_SWATCH = 22  # px of a line in a legend
_TICK_WIDTH, _TICK_HEIGHT = 100, 40  # px between two numbers along x and y


@dataclass(frozen=True)
class ChartPlot:
    """One plot of a chart.

    Parameters
    ----------
    spec
        The plot.
    curves
        Points of each line that is drawn, by column.
    log
        Whether its scale is logarithmic.
    note
        What is written where there is nothing to draw.
    """

    spec: PlotSpec
    curves: Mapping[str, Points]
    log: bool = False
    note: str = ""

    @property
    def lines(self) -> list[LineSpec]:
        """Lines that are drawn."""
        return [line for line in self.spec.lines if line.column in self.curves]


@dataclass(frozen=True)
class Chart:
    """What is drawn.

    Parameters
    ----------
    title
        Title above the plots.
    plots
        From the top.
    unit
        What the x axis counts: "epoch" or "step".
    x_range
        Start and stop of the x axis.
    marks
        Vertical lines at (x, kind).
    """

    title: str
    plots: tuple[ChartPlot, ...]
    unit: str
    x_range: tuple[float, float]
    marks: tuple[tuple[float, MarkKind], ...] = ()

    @property
    def height(self) -> int:
        """Height in px."""
        return _TITLE_HEIGHT + len(self.plots) * _PLOT_HEIGHT + _UNIT_HEIGHT


def write_chart(chart: Chart, path: Path) -> None:
    """Write a chart as an SVG file if the name of `path` ends so, else as a PNG file.

    Raises
    ------
    ExportError
        The file cannot be written.
    """
    with atomic_file(path) as temp:
        if path.suffix.lower() == ".svg":
            temp.write_text(svg_document(chart), encoding="utf-8")
        else:
            draw_picture(chart).save(temp, "png")


def draw_picture(chart: Chart) -> Image.Image:
    """Return a chart as a picture."""
    canvas = PictureCanvas(WIDTH, chart.height, _PIXELS, PAPER)
    draw_chart(canvas, chart)
    return canvas.picture()


def svg_document(chart: Chart) -> str:
    """Return a chart as an SVG document."""
    canvas = SvgCanvas(WIDTH, chart.height, chart.title, PAPER)
    draw_chart(canvas, chart)
    return canvas.document()


def draw_chart(canvas: Canvas, chart: Chart) -> None:
    """Draw a chart on a canvas of its size."""
    canvas.draw_text(16, _TITLE_HEIGHT / 2 + 4, chart.title, MUTED, _TITLE_SIZE)
    right = _FRACTIONS if any(plot.spec.has_fractions for plot in chart.plots) else _RIGHT
    for number, plot in enumerate(chart.plots):
        _PlotPainter(canvas, plot, chart, _TITLE_HEIGHT + number * _PLOT_HEIGHT, right).paint()
    canvas.draw_text(WIDTH / 2, chart.height - _UNIT_HEIGHT / 2, chart.unit, MUTED, _TEXT_SIZE, "middle")


class _PlotPainter:
    """Draws one plot; `top` and `right` are px above and right of its area."""

    def __init__(self, canvas: Canvas, plot: ChartPlot, chart: Chart, top: float, right: float) -> None:
        self._canvas = canvas
        self._plot = plot
        self._chart = chart
        self._left = _LEFT
        self._top = top + _HEADER
        self._width = WIDTH - _LEFT - right
        self._height = _PLOT_HEIGHT - _HEADER - _FOOTER
        self._points = {
            line.column: scale.log_points(points) if plot.log and not line.fraction else points
            for line, points in ((line, plot.curves[line.column]) for line in plot.lines)
        }
        on_axis = [self._points[line.column] for line in plot.lines if not line.fraction]
        self._fitted = scale.y_range(plot.spec, on_axis, plot.log)
        low, high = self._fitted or scale.empty_y_range(plot.spec)
        margin = (scale.LIMITS_MARGIN if plot.spec.limits is not None else scale.Y_MARGIN) * (high - low)
        self._low = low - margin
        self._high = high + margin
        start, stop = chart.x_range
        self._start = start
        self._stop = stop if stop > start else start + 1.0

    def paint(self) -> None:
        """Draw everything."""
        self._canvas.draw_box(self._left, self._top, self._width, self._height, PLOT_BACKGROUND)
        self._paint_y_axis()
        self._paint_x_axis()
        for x, kind in self._chart.marks:
            if self._start <= x <= self._stop:
                self._paint_vertical(x, MARK_COLOURS.get(kind, MUTED))
        if self._plot.spec.equilibrium is not None:
            self._paint_level(self._plot.spec.equilibrium, MUTED, 1.0, _DOTTED)
        for line in self._plot.lines:
            self._paint_curve(line, self._points[line.column])
        if self._plot.note and not any(np.isfinite(points.line).any() for points in self._points.values()):
            self._canvas.draw_text(
                self._left + self._width / 2, self._top + self._height / 2, self._plot.note, MUTED, _TEXT_SIZE, "middle"
            )
        self._paint_header()

    def _place(self, x: Floats, y: Floats) -> CanvasPoints:
        """Return points, (N, 2), on the canvas; what is above or below the area is on its edge."""
        across = self._left + (x - self._start) / (self._stop - self._start) * self._width
        up = (np.clip(y, self._low, self._high) - self._low) / (self._high - self._low)
        return np.stack([across, self._top + self._height * (1 - up)], axis=1)

    # Axes

    def _paint_y_axis(self) -> None:
        spec = self._plot.spec
        if self._fitted is None:
            ticks = scale.named_levels(spec)
        else:
            max_count = max(3, self._height // _TICK_HEIGHT)
            ticks = scale.y_ticks(spec, *self._fitted, max_count, float(self._height), self._plot.log)
        for value, text in ticks:
            self._paint_level(value, BORDER, 0.5)
            y = float(self._place(np.array([self._start]), np.array([value]))[0, 1])
            self._canvas.draw_text(self._left - 6, y, text, MUTED, _TEXT_SIZE, "end")
        if any(line.fraction for line in self._plot.lines):
            for fraction in (0.0, 1.0):
                y = self._top + (1 - fraction) * self._height
                x = self._left + self._width + 6
                self._canvas.draw_text(x, y, format_percent(fraction), MUTED, _TEXT_SIZE)

    def _paint_x_axis(self) -> None:
        bottom = self._top + self._height
        for value, text in round_ticks(self._start, self._stop, max(2, int(self._width) // _TICK_WIDTH)):
            x = float(self._place(np.array([value]), np.array([self._low]))[0, 0])
            self._canvas.draw_line(np.array([[x, bottom], [x, bottom + 4]]), MUTED, 0.75)
            self._canvas.draw_text(x, bottom + 12, text, MUTED, _TEXT_SIZE, "middle")

    def _paint_level(self, value: float, colour: str, width: float, dash: Dash | None = None) -> None:
        ends = self._place(np.array([self._start, self._stop]), np.array([value, value]))
        self._canvas.draw_line(ends, colour, width, dash)

    def _paint_vertical(self, x: float, colour: str) -> None:
        ends = self._place(np.array([x, x]), np.array([self._low, self._high]))
        self._canvas.draw_line(ends, colour, _MARK_WIDTH, _DOTTED)

    # Curves

    def _paint_curve(self, line: LineSpec, points: Points) -> None:
        spec = self._plot.spec
        colour = LINE_COLOURS[line.colour]
        if line.fraction:
            points = scale.spread_fractions(points, self._low, self._high)
        single = len(points.raw) == len(points.x)
        if not np.array_equal(points.raw, points.line, equal_nan=True):
            raw_x, raw = scale.without_gaps(spec, points.raw_x, points.raw, single)
            self._paint_line(raw_x, raw, _faint(colour), _RAW_WIDTH)
        x, y = scale.without_gaps(spec, points.x, points.line, single)
        self._paint_line(x, y, colour, _LINE_WIDTH, _DASHED if line.dashed else None)
        if spec.from_measures and len(points.x) <= scale.MAX_MARKERS:
            known = np.isfinite(y) & (x >= self._start) & (x <= self._stop)
            for centre in self._place(x[known], y[known]):
                self._paint_marker(line, centre, colour)

    def _paint_line(self, x: Floats, y: Floats, colour: str, width: float, dash: Dash | None = None) -> None:
        """Draw a line that is broken by nan."""
        known = np.flatnonzero(np.isfinite(y))
        for part in np.split(known, np.flatnonzero(np.diff(known) > 1) + 1) if len(known) else []:
            inside_x, inside_y = _inside(x[part], y[part], self._start, self._stop)
            if len(inside_x) > 1:
                self._canvas.draw_line(self._place(inside_x, inside_y), colour, width, dash)

    def _paint_marker(self, line: LineSpec, centre: Floats, colour: str) -> None:
        if corners := CORNERS[line.marker]:
            self._canvas.draw_polygon(centre + MARKER_SIZE * np.array(corners), colour, line.marker not in HOLLOW)
        else:
            self._canvas.draw_circle(float(centre[0]), float(centre[1]), MARKER_SIZE * DOT_SIZE, colour)

    def _paint_header(self) -> None:
        """Draw the title and the legend."""
        middle = self._top - _HEADER / 2
        x: float = self._left
        self._canvas.draw_text(x, middle, self._plot.spec.title, INK, _TITLE_SIZE)
        x += self._canvas.text_width(self._plot.spec.title, _TITLE_SIZE) + 24
        for line in self._plot.lines:
            colour = LINE_COLOURS[line.colour]
            swatch = np.array([[x, middle], [x + _SWATCH, middle]])
            self._canvas.draw_line(swatch, colour, _LINE_WIDTH, _DASHED if line.dashed else None)
            if self._plot.spec.from_measures:
                self._paint_marker(line, np.array([x + _SWATCH / 2, middle]), colour)
            self._canvas.draw_text(x + _SWATCH + 6, middle, line.name, INK, _TEXT_SIZE)
            x += _SWATCH + 26 + self._canvas.text_width(line.name, _TEXT_SIZE)


def _inside(x: Floats, y: Floats, start: float, stop: float) -> tuple[Floats, Floats]:
    """Return a line, (N,) each, cut at `start` and `stop`; x rises."""
    inside = (x >= start) & (x <= stop)
    if inside.all():
        return x, y
    ends = [end for end in (start, stop) if len(x) and x[0] < end < x[-1]]
    before = [(end, float(np.interp(end, x, y))) for end in ends if end == start]
    after = [(end, float(np.interp(end, x, y))) for end in ends if end == stop]
    cut = np.array([*before, *zip(x[inside], y[inside], strict=True), *after], np.float64).reshape(-1, 2)
    return cut[:, 0], cut[:, 1]


def _faint(colour: str) -> str:
    """Return the colour of unsmoothed values on paper."""
    channels = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(255 - scale.RAW_OPACITY * (255 - channel)):02X}" for channel in channels)
