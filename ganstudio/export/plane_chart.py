"""The plane of a run of points with its layers, on white paper: as a picture or an SVG document."""

import itertools
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ganstudio.export.canvas import PlaneCanvas
from ganstudio.export.canvas import Points as CanvasPoints
from ganstudio.export.chart import INK, LINE_COLOURS, MUTED, PAPER, PLOT_BACKGROUND
from ganstudio.plots.curve_data import Floats
from ganstudio.plots.plane import ARROWS, Area, Cells, Layer
from ganstudio.plots.plane_colours import MapColours, colour_map
from ganstudio.plots.plane_layers import Layers, Points, Wanted
from ganstudio.plots.specs import LineColour
from ganstudio.text import round_ticks

SIDE = 640  # px of the plane
BAR = 70  # px of the lines below it
_TITLE_SIZE, _TEXT_SIZE = 13, 11  # px
_TICK_DISTANCE = 80  # px
_REAL, _FAKE = LINE_COLOURS[LineColour.REAL], LINE_COLOURS[LineColour.FAKE]
_D, _G, _GOOD, _ALARM = LINE_COLOURS[LineColour.D_LOSS], LINE_COLOURS[LineColour.G_LOSS], "#009E73", "#D55E00"
COLOURS = (_REAL, _FAKE, _D, _G, _GOOD, _ALARM, INK, PAPER)
_REAL_RADIUS, _FAKE_SIDE, _EDGE = 2.5, 3.2, 0.8  # px
_TURNS = 4  # real points and fakes are drawn in so many: where both are dense, both are seen
_HEAD, _HEAD_ANGLE, _MAX_HEAD = 0.35, 0.45, 6.0  # share of an arrow's length; radians; px
_MIN_ARROW = 1.0  # px: shorter ones are not drawn
_TRACE_PARTS = 3  # of a trace, the older the fainter
_FULL_DENSITY = {2: 0.6, 4: 1.5}  # of a line and of an area, at which the colour has 63 % of its strength
_MAX_PX = 20_000.0  # nothing is drawn that is farther away
_MAPS = {
    Layer.OPINION: (MapColours(_FAKE, PLOT_BACKGROUND, _REAL), "D: fake", "real", "undecided"),
    Layer.OPTIMAL: (MapColours(_FAKE, PLOT_BACKGROUND, _REAL), "best D: fake", "real", "undecided"),
    Layer.LAG: (MapColours(_D, PLOT_BACKGROUND, _GOOD), "D too low", "too high", "as the best D"),
}


@dataclass(frozen=True)
class PlaneChart:
    """What a picture of the plane shows.

    Parameters
    ----------
    title
        Below the plane; "": nothing is written there.
    step
        Rounds that the networks had been trained for.
    wanted, layers
        What is to be seen, and what there is.
    traces
        Where some fakes were, (T, N, 2); None: they are not shown.
    """

    title: str
    step: int
    wanted: Wanted
    layers: Layers
    traces: Floats | None = None

    @property
    def height(self) -> int:
        """Height of the picture, px."""
        return SIDE + (BAR if self.title else 0)


def draw_plane(canvas: PlaneCanvas, chart: PlaneChart) -> None:
    """Draw the plane, and below it what it shows."""
    wanted, layers, area = chart.wanted, chart.layers, chart.wanted.area
    canvas.draw_box(0, 0, SIDE, SIDE, PLOT_BACKGROUND)
    if wanted.map_layer is not None and layers.map is not None:
        canvas.draw_picture(0, 0, SIDE, SIDE, colour_map(layers.map, wanted.map_layer, _MAPS[wanted.map_layer][0]))
    if layers.manifold is not None:
        _draw_manifold(canvas, area, layers.manifold)
    if layers.contour is not None:
        for line in _place(area, layers.contour):
            canvas.draw_line(line, INK, 1.4)
    if chart.traces is not None:
        _draw_traces(canvas, _place(area, chart.traces))
    _draw_points(canvas, chart)
    if layers.arrows is not None:
        _draw_arrows(canvas, area, layers.fakes[: len(layers.arrows)], layers.arrows)
    _draw_scale(canvas, area)
    if chart.title:
        _write_bar(canvas, chart)


def _place(area: Area, points: npt.NDArray[np.floating]) -> CanvasPoints:
    """Return where points (..., 2) are on the canvas, px."""
    across = (points[..., 0] - area.left) / (area.right - area.left)
    down = (area.top - points[..., 1]) / (area.top - area.bottom)
    return np.stack((across, down), axis=-1).astype(np.float64) * SIDE


def _is_near(places: CanvasPoints) -> bool:
    return bool((np.abs(places) < _MAX_PX).all())  # no comparison with nan is true


def _draw_points(canvas: PlaneCanvas, chart: PlaneChart) -> None:
    area, shown = chart.wanted.area, chart.wanted.layers
    reals = _place(area, chart.layers.reals) if Layer.REAL in shown else np.zeros((0, 2))
    fakes = _place(area, chart.layers.fakes) if Layer.FAKE in shown else np.zeros((0, 2))
    for turn in range(_TURNS):
        for x, y in _inside(reals[turn::_TURNS]):
            canvas.draw_circle(x, y, _REAL_RADIUS + _EDGE, PAPER)
            canvas.draw_circle(x, y, _REAL_RADIUS, _REAL)
        for x, y in _inside(fakes[turn::_TURNS]):
            for side, colour in ((_FAKE_SIDE + 2 * _EDGE, PAPER), (_FAKE_SIDE, _FAKE)):
                canvas.draw_box(x - side / 2, y - side / 2, side, side, colour)


def _inside(places: CanvasPoints) -> list[list[float]]:
    inside: list[list[float]] = places[((places >= -4) & (places <= SIDE + 4)).all(1)].tolist()
    return inside


def _draw_manifold(canvas: PlaneCanvas, area: Area, cells: Cells) -> None:
    """Draw what G makes of a grid of noise: the denser, the stronger; folded cells in another colour, and crossed."""
    is_line = cells.corners.shape[1] == 2
    strength = 1 - np.exp(-np.nan_to_num(cells.density, posinf=1e9) / _FULL_DENSITY[cells.corners.shape[1]])
    places = _place(area, cells.corners)
    for place, part, folded in zip(places, strength.tolist(), cells.folded.tolist(), strict=True):
        if not _is_near(place):
            continue
        if is_line:
            canvas.draw_line(place, _with_alpha(_G, 0.25 + 0.75 * part), 2.5)
            continue
        colour = _ALARM if folded else _G
        canvas.draw_polygon(place, _with_alpha(colour, 0.08 + 0.4 * part), filled=True)
        if folded:
            canvas.draw_line(place[[0, 2]], _with_alpha(INK, 0.15 + 0.5 * part), 0.7)


def _draw_traces(canvas: PlaneCanvas, places: CanvasPoints) -> None:
    """Draw the way that fakes have come, (T, N, 2): the older, the fainter."""
    ends = np.linspace(0, len(places) - 1, _TRACE_PARTS + 1).round().astype(int).tolist()
    for number, (start, stop) in enumerate(itertools.pairwise(ends)):
        if start == stop:
            continue
        for way in places[start : stop + 1].transpose(1, 0, 2):
            if _is_near(way):
                canvas.draw_line(way, _with_alpha(_FAKE, 0.3 + 0.6 * (number + 1) / _TRACE_PARTS), 1.2)


def _draw_arrows(canvas: PlaneCanvas, area: Area, points: Points, arrows: Floats) -> None:
    starts, ends = _place(area, points), _place(area, points + arrows)
    for start, end in zip(starts, ends, strict=True):
        step = end - start
        length = float(np.hypot(*step))
        if not _is_near(start) or not _MIN_ARROW <= length < _MAX_PX:
            continue
        canvas.draw_line(np.stack((start, end)), INK, 1.1)
        head = -step / length * min(_HEAD * length, _MAX_HEAD)
        sides = [_turned(head, angle) + end for angle in (_HEAD_ANGLE, -_HEAD_ANGLE)]
        canvas.draw_line(np.stack((sides[0], end, sides[1])), INK, 1.1)


def _turned(vector: Floats, angle: float) -> Floats:
    cosine, sine = math.cos(angle), math.sin(angle)
    return np.array([cosine * vector[0] - sine * vector[1], sine * vector[0] + cosine * vector[1]])


def _draw_scale(canvas: PlaneCanvas, area: Area) -> None:
    count = SIDE // _TICK_DISTANCE
    for value, text in round_ticks(area.left, area.right, count):
        x = float(_place(area, np.array([value, 0.0]))[0])
        canvas.draw_line(np.array([(x, SIDE - 4.0), (x, SIDE)]), MUTED)
        canvas.draw_text(x, SIDE - 12, text, MUTED, _TEXT_SIZE, "middle")
    for value, text in round_ticks(area.bottom, area.top, count):
        y = float(_place(area, np.array([0.0, value]))[1])
        if y < SIDE - 30:  # the corner belongs to the other edge
            canvas.draw_line(np.array([(0.0, y), (4.0, y)]), MUTED)
            canvas.draw_text(7, y, text, MUTED, _TEXT_SIZE)


def _write_bar(canvas: PlaneCanvas, chart: PlaneChart) -> None:
    """Write the title and the legend, over whatever of the plane reaches there."""
    canvas.draw_box(0, SIDE, SIDE, BAR, PAPER)
    canvas.draw_text(8, SIDE + 15, chart.title, INK, _TITLE_SIZE)
    canvas.draw_text(SIDE - 8, SIDE + 15, f"step {chart.step:,}", MUTED, _TITLE_SIZE, "end")
    x, y = 8.0, SIDE + 37.0
    for sign, colour, text in _legend(chart):
        if x + 16 + canvas.text_width(text, _TEXT_SIZE) > SIDE:
            x, y = 8.0, y + 18
        if sign == "line":
            canvas.draw_line(np.array([(x, y), (x + 12, y)]), colour, 1.5)
        elif sign == "circle":
            canvas.draw_circle(x + 6, y, 4, colour)
        elif sign == "box":
            canvas.draw_box(x + 2, y - 4, 8, 8, colour)
        start = x + (16 if sign else 0)
        canvas.draw_text(start, y, text, INK, _TEXT_SIZE)
        x = start + canvas.text_width(text, _TEXT_SIZE) + 12


def _legend(chart: PlaneChart) -> list[tuple[str, str, str]]:
    """Return sign, colour and text of each entry."""
    wanted, layers = chart.wanted, chart.layers
    entries = []
    if Layer.REAL in wanted.layers:
        entries.append(("circle", _REAL, "real"))
    if Layer.FAKE in wanted.layers:
        entries.append(("box", _FAKE, "fake"))
    if wanted.map_layer is not None and layers.map is not None:
        colours, low, high, middle = _MAPS[wanted.map_layer]
        entries += [("box", colours.low, low), ("box", colours.high, high), ("line", INK, middle)]
    if layers.manifold is not None:
        entries.append(("box", _G, "G of a grid of z"))
        if folded := int(layers.manifold.folded.sum()):
            entries.append(("box", _ALARM, f"{folded} folded"))
    if chart.traces is not None:
        entries.append(("line", _FAKE, "traces"))
    if layers.arrows is not None:
        is_push = Layer.PUSH in wanted.layers
        entries.append(("line", INK, f"arrows: {'G' if is_push else 'D'}'s {'push' if is_push else 'slope'}"))
    if layers.why_no_d and wanted.layers & {*_MAPS, *ARROWS}:
        entries.append(("", INK, layers.why_no_d))
    return entries


def _with_alpha(colour: str, alpha: float) -> str:
    return f"{colour}{round(255 * min(1.0, max(0.0, alpha))):02X}"
