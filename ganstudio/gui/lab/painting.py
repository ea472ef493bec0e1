"""How the layers of the plane are painted."""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QImage, QPainter, QPen

from ganstudio.gui.lab.fast_drawing import Dot, Dots, draw_lines, outline
from ganstudio.gui.lab.view import View
from ganstudio.gui.widgets import theme
from ganstudio.gui.workers.lab_requests import Plane
from ganstudio.plots.curve_data import Floats
from ganstudio.plots.plane import ARROWS, Area, Layer
from ganstudio.plots.plane_colours import MapColours, colour_map
from ganstudio.plots.plane_layers import Points
from ganstudio.text import round_ticks

_REAL_DOT, _FAKE_DOT = 5.0, 3.0  # px: diameter
_TURNS = 4
_HALO = 1.0  # px around each dot, in the colour of the ground: it shows on every map
_HEAD, _HEAD_ANGLE = 0.35, 0.45  # of an arrow's length; radians
_MAX_HEAD = 6.0  # px
_MIN_ARROW = 1.0  # px: shorter ones are not drawn
_TICK_DISTANCE = 70  # px
_SCALE_WIDTH, _SCALE_HEIGHT = 60.0, 30.0  # px: room of the coordinates along two edges
_FORMAT = QImage.Format.Format_RGB32
_MAX_PX = 20_000.0
_TRACE_BANDS = 8  # strengths of the lines of traces


def paint_ground(painter: QPainter, view: View) -> None:
    """Paint the ground."""
    painter.fillRect(QRectF(0, 0, view.width, view.height), QColor(theme.current().window))


def scale_edges(view: View) -> tuple[QRectF, QRectF]:
    """Return where `paint_scale` paints."""
    return (
        QRectF(0, 0, _SCALE_WIDTH, view.height - _SCALE_HEIGHT),
        QRectF(0, view.height - _SCALE_HEIGHT, view.width, _SCALE_HEIGHT),
    )


def inside_edges(view: View) -> QRectF:
    """Return the rest of a view."""
    return QRectF(_SCALE_WIDTH, 0, view.width - _SCALE_WIDTH, view.height - _SCALE_HEIGHT)


def paint_edges(painter: QPainter, view: View, scale: QImage) -> None:
    """Paint what `paint_scale` has painted into an image of the whole view."""
    ratio = scale.devicePixelRatio()
    for edge in scale_edges(view):
        painter.drawImage(edge, scale, QRectF(edge.topLeft() * ratio, edge.size() * ratio))


def paint_scale(painter: QPainter, view: View) -> None:
    """Paint coordinates along two edges."""
    palette, area = theme.current(), view.area
    font = painter.font()
    font.setPixelSize(theme.SMALL - 1)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    painter.setPen(QColor(palette.muted))
    for value, text in round_ticks(area.left, area.right, max(2, int(view.width / _TICK_DISTANCE))):
        x = view.place(np.array([value, 0.0]))[0]
        painter.drawLine(QLineF(x, view.height - 4, x, view.height))
        painter.drawText(QPointF(x - metrics.horizontalAdvance(text) / 2, view.height - 7), text)
    for value, text in round_ticks(area.bottom, area.top, max(2, int(view.height / _TICK_DISTANCE))):
        y = view.place(np.array([0.0, value]))[1]
        if y < view.height - 3 * metrics.height():  # the corner belongs to the other edge
            painter.drawLine(QLineF(0, y, 4, y))
            painter.drawText(QPointF(7, y + metrics.ascent() / 2 - 1), text)


def map_picture(plane: Plane, shown: frozenset[Layer]) -> QImage | None:
    """Return the map of a plane as a picture; None if there is none, or it is not shown."""
    layer = plane.request.wanted().map_layer
    return None if layer is None or layer not in shown or plane.map is None else picture_of(plane.map, layer)


def paint_layers(painter: QPainter, view: View, plane: Plane, shown: frozenset[Layer], picture: QImage | None) -> None:
    """Paint those layers of a plane that are shown, with the picture of its map."""
    if picture is not None:
        paint_map(painter, view, picture, plane.request.area)
    if Layer.MANIFOLD in shown:
        paint_manifold(painter, view, plane)
    if plane.request.wanted().map_layer in shown and plane.contour is not None:
        paint_contour(painter, view, plane.contour)
    if Layer.TRACES in shown and plane.traces is not None:
        paint_traces(painter, view, plane.traces)
    reals = plane.reals if Layer.REAL in shown else None
    fakes = plane.fakes if Layer.FAKE in shown else None
    paint_points(painter, view, reals, fakes)
    if plane.arrows is not None and plane.fakes is not None and shown & plane.request.layers & set(ARROWS):
        paint_arrows(painter, view, plane.fakes[: len(plane.arrows)], plane.arrows)


# ---- maps -----------------------------------------------------------------------------------------------------------


def map_colours(layer: Layer) -> MapColours:
    """Return the colours of a map: of opinions, those of fakes and real points."""
    palette = theme.current()
    if layer is Layer.LAG:
        return MapColours(palette.d_loss, palette.window, palette.good)
    if layer is Layer.UNITS:
        return MapColours(palette.muted, palette.window, palette.d_loss)
    return MapColours(palette.fake, palette.window, palette.real)


def picture_of(values: Floats, layer: Layer) -> QImage:
    """Return a map as a picture with a pixel for each cell; the ground where nothing is known."""
    pixels = colour_map(values, layer, map_colours(layer))
    rows, columns = values.shape
    return QImage(pixels.data, columns, rows, columns * 3, QImage.Format.Format_RGB888).convertToFormat(_FORMAT)


def paint_map(painter: QPainter, view: View, picture: QImage, area: Area) -> None:
    """Paint a map where it belongs, smoothly."""
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(view.rectangle(area), picture)


def paint_contour(painter: QPainter, view: View, lines: Floats) -> None:
    """Paint where a map crosses its middle."""
    painter.setPen(QPen(QColor(theme.current().text), 1.4))
    draw_lines(painter, view.place(lines))


# ---- points and lines -----------------------------------------------------------------------------------------------


def paint_points(painter: QPainter, view: View, reals: Points | None, fakes: Points | None) -> None:
    """Paint real points, round, and fakes, square, in turn: where both are dense, both are seen."""
    palette, ratio = theme.current(), painter.device().devicePixelRatioF()
    real, fake = (
        Dot(palette.real, palette.window, _REAL_DOT, _HALO, True),
        Dot(palette.fake, palette.window, _FAKE_DOT, _HALO, False),
    )
    kinds = [
        Dots(_inside(view, points), dot, ratio) for points, dot in ((reals, real), (fakes, fake)) if points is not None
    ]
    for turn in range(_TURNS):
        for dots in kinds:
            dots.draw(painter, slice(turn, None, _TURNS))


def paint_arrows(painter: QPainter, view: View, points: Points, arrows: Floats) -> None:
    """Paint arrows (N, 2) at points."""
    starts = view.place(points)
    steps = np.asarray(arrows, np.float64) * (view.px, -view.px)
    length = np.linalg.norm(steps, axis=1)
    drawn = (length >= _MIN_ARROW) & np.isfinite(starts).all(1) & (np.abs(starts) < _MAX_PX).all(1)
    starts, steps, length = starts[drawn], steps[drawn], length[drawn, None]
    if not len(starts):
        return
    ends = starts + steps
    heads = -steps / length * np.minimum(_HEAD * length, _MAX_HEAD)
    lines = [np.stack((starts, ends), axis=1)]
    for angle in (_HEAD_ANGLE, -_HEAD_ANGLE):
        turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
        lines.append(np.stack((ends, ends + heads @ turn), axis=1))
    painter.setPen(QPen(QColor(theme.current().text), 1.2))
    draw_lines(painter, np.concatenate(lines))


def paint_traces(painter: QPainter, view: View, traces: Floats) -> None:
    """Paint the way that fakes have come, (T, N, 2): the older, the fainter."""
    places = view.place(traces)
    pairs = np.stack((places[:-1], places[1:]), axis=2)  # (T - 1, N, 2, 2)
    ages = np.arange(1, len(places)) / len(places)
    for band in np.array_split(np.arange(len(pairs)), min(len(pairs), _TRACE_BANDS)):
        colour = QColor(theme.current().fake)
        colour.setAlphaF(0.15 + 0.75 * float(ages[band].mean()))
        painter.setPen(QPen(colour, 1.0))  # Qt takes twice as long for a wider one
        lines = pairs[band].reshape(-1, 2, 2)
        draw_lines(painter, lines[_is_drawable(lines)])


def paint_manifold(painter: QPainter, view: View, plane: Plane) -> None:
    """Paint what G makes of a grid of noise: the denser, the stronger; folded cells hatched."""
    cells = plane.manifold
    if cells is None:
        return
    corners = cells.corners.shape[1]
    strength = 1 - np.exp(-np.nan_to_num(cells.density, posinf=1e9) / _FULL_DENSITY[corners])
    degrees = np.round(strength * (_DEGREES - 1)).astype(int)
    places = view.place(cells.corners)
    shown = _is_drawable(places)
    if corners == 4:
        is_large = shown & (view.px**2 / (len(places) * cells.density) > _MIN_CELL)
        _fill_cells(painter, places[is_large], degrees[is_large], cells.folded[is_large])
    lines, cell = cells.edges()
    lines, shown = view.place(lines), shown[cell]
    for degree in np.unique(degrees[cell[shown]]).tolist():
        edge = QColor(theme.current().g_loss)
        edge.setAlphaF(0.25 + (0.75 if corners == 2 else 0.5) * degree / (_DEGREES - 1))
        painter.setPen(QPen(edge, 2.5 if corners == 2 else 0.8))
        draw_lines(painter, lines[shown & (degrees[cell] == degree)])


def _fill_cells(painter: QPainter, cells: Floats, degrees: npt.NDArray[np.int_], folded: npt.NDArray[np.bool_]) -> None:
    """Fill cells (N, 4, 2), and hatch the folded ones.

    All of a strength at once and without smooth edges, which the lines around them have: it is several times faster.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    brushes = _brushes(theme.current().g_loss) + _brushes(theme.current().alarm)
    kinds = degrees + _DEGREES * folded
    closed = np.concatenate((cells, cells[:, :1]), axis=1)[np.argsort(kinds, kind="stable")]
    ends = np.cumsum(np.bincount(kinds, minlength=len(brushes))).tolist()
    for begin, end, brush in zip([0, *ends[:-1]], ends, brushes, strict=True):
        if end > begin:
            painter.fillPath(outline(closed[begin:end]), brush)
    if folded.any():
        hatch = QColor(theme.current().text)
        hatch.setAlphaF(_HATCH)
        painter.fillPath(outline(closed[len(closed) - int(folded.sum()) :]), QBrush(hatch, Qt.BrushStyle.BDiagPattern))
    painter.restore()


@lru_cache(maxsize=8)
def _brushes(colour: str) -> list[QBrush]:
    """Return a brush for each degree."""
    brushes = []
    for degree in range(_DEGREES):
        fill = QColor(colour)
        fill.setAlphaF(0.08 + 0.5 * degree / (_DEGREES - 1))
        brushes.append(QBrush(fill))
    return brushes


_FULL_DENSITY = {2: 0.6, 4: 1.5}  # of a line and of an area, at which the colour has 63 % of its strength
_DEGREES = 5  # of the strength of cells
_MIN_CELL = 1.5  # px: area of a cell that is filled; of smaller ones the lines around them are enough
_HATCH = 0.45  # opacity


def _inside(view: View, points: Points) -> Floats:
    """Return where those of the points are that can be seen."""
    places = view.place(points)
    size = (view.width, view.height)
    seen = np.isfinite(places).all(1) & (places >= -_REAL_DOT).all(1) & (places <= np.array(size) + _REAL_DOT).all(1)
    return places[seen]


def _is_drawable(places: Floats) -> npt.NDArray[np.bool_]:
    """Return which of lines or cells (N, K, 2) Qt can draw: it takes long for what is far outside."""
    return np.asarray((np.abs(places) < _MAX_PX).all((1, 2)))  # no comparison with nan is true
