"""Phase portrait of a game of two numbers: arrows, a path and the equilibrium, on any canvas.

The window and files draw the same.
"""

import itertools
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ganstudio.export.canvas import Canvas, PictureCanvas, SvgCanvas
from ganstudio.export.canvas import Points as CanvasPoints
from ganstudio.export.chart import BORDER, INK, LINE_COLOURS, MUTED, PAPER, PLOT_BACKGROUND
from ganstudio.export.files import atomic_file
from ganstudio.plots.curve_data import Floats
from ganstudio.plots.specs import LineColour
from ganstudio.text import round_ticks

WIDTH, HEIGHT = 760, 700  # px
_PIXELS = 2  # of a PNG for each px
_MARGINS = (52, 56, 16, 40)  # px left of, above, right of and below the area
_TITLE_SIZE, _TEXT_SIZE = 13, 11  # px
_TICK_DISTANCE = 56  # px
_HEAD = 0.32  # of an arrow's length
_HEAD_ANGLE = 0.45  # radians
_LONGEST_ARROW = 0.86  # of the distance between two
_DOT, _START, _RING = 5.0, 4.0, 8.0  # px: radius
_DASH = (5.0, 4.0)


@dataclass(frozen=True)
class PhaseColours:
    """Colours of a phase portrait."""

    ink: str
    muted: str
    border: str
    arrow: str
    real: str
    fake: str
    background: str


ON_PAPER = PhaseColours(
    INK, MUTED, BORDER, "#8A91A0", LINE_COLOURS[LineColour.REAL], LINE_COLOURS[LineColour.FAKE], PLOT_BACKGROUND
)


@dataclass(frozen=True)
class PhaseView:
    """Area that a phase portrait is drawn in, with the equilibrium in its middle.

    Parameters
    ----------
    left, top, width, height
        The area, px.
    half_height
        Largest psi in it; theta has the same scale.
    """

    left: float
    top: float
    width: float
    height: float
    half_height: float

    @property
    def px(self) -> float:
        """Number of px of one unit."""
        return self.height / 2 / self.half_height

    @property
    def half_width(self) -> float:
        """Largest theta in the area."""
        return self.width / 2 / self.px

    def place(self, points: Floats) -> CanvasPoints:
        """Return points, (N, 2), on the canvas."""
        middle = np.array([self.left + self.width / 2, self.top + self.height / 2])
        placed: CanvasPoints = middle + points * (self.px, -self.px)
        return placed

    def point_at(self, x: float, y: float) -> tuple[float, float]:
        """Return theta and psi at a place on the canvas."""
        return (x - self.left - self.width / 2) / self.px, -(y - self.top - self.height / 2) / self.px

    def grid(self, distance: float) -> Floats:
        """Return points about `distance` px from each other that fill the area, (N, 2)."""
        across, up = (max(2, round(side / distance)) for side in (self.width, self.height))
        theta = self.half_width * ((np.arange(across) + 0.5) / across * 2 - 1)
        psi = self.half_height * ((np.arange(up) + 0.5) / up * 2 - 1)
        return np.stack(np.meshgrid(theta, psi), -1).reshape(-1, 2)


@dataclass(frozen=True)
class PhaseChart:
    """What a file of a phase portrait shows.

    Parameters
    ----------
    title, sentence
        Above the portrait.
    half_height
        Largest psi that is shown.
    points, arrows
        Where the arrows are and where they point, (N, 2) each.
    path
        (M, 2), from the start.
    max_slope
        Largest psi that D may have; None: any.
    """

    title: str
    sentence: str
    half_height: float
    points: Floats
    arrows: Floats
    path: Floats
    max_slope: float | None = None


def view_of(width: float, height: float, half_height: float) -> PhaseView:
    """Return the area of a portrait in a file or a widget of that size."""
    left, _, right, bottom = _MARGINS
    return PhaseView(left, 8, max(1.0, width - left - right), max(1.0, height - 8 - bottom), half_height)


def file_view(half_height: float) -> PhaseView:
    """Return the area of a portrait in a file."""
    left, top, right, bottom = _MARGINS
    return PhaseView(left, top, WIDTH - left - right, HEIGHT - top - bottom, half_height)


def write_phase_chart(chart: PhaseChart, path: Path) -> None:
    """Write a portrait as an SVG file if the name of `path` ends so, else as a PNG file.

    Raises
    ------
    ExportError
        The file cannot be written.
    """
    with atomic_file(path) as temp:
        if path.suffix.lower() == ".svg":
            document = SvgCanvas(WIDTH, HEIGHT, chart.title, PAPER)
            _draw(document, chart)
            temp.write_text(document.document(), encoding="utf-8")
        else:
            picture = PictureCanvas(WIDTH, HEIGHT, _PIXELS, PAPER)
            _draw(picture, chart)
            picture.picture().save(temp, "png")


def _draw(canvas: Canvas, chart: PhaseChart) -> None:
    view, colours = file_view(chart.half_height), ON_PAPER
    canvas.draw_box(view.left, view.top, view.width, view.height, colours.background)
    draw_arrows(canvas, view, chart.points, chart.arrows, colours.arrow)
    draw_axes(canvas, view, colours, _TEXT_SIZE)
    if chart.max_slope is not None:
        draw_limits(canvas, view, chart.max_slope, colours)
    for part in inside(view, chart.path):
        canvas.draw_line(view.place(part), colours.fake, 1.5)
    draw_marks(canvas, view, chart.path, colours)
    sizes = range(_TITLE_SIZE, _TEXT_SIZE, -1)
    fits = (size for size in sizes if view.left + canvas.text_width(chart.title, size) <= WIDTH)
    canvas.draw_text(view.left, 18, chart.title, INK, next(fits, _TEXT_SIZE))
    canvas.draw_text(view.left, 38, chart.sentence, MUTED, _TEXT_SIZE)


# ---- parts, which the window draws one by one -----------------------------------------------------------------------


def draw_axes(canvas: Canvas, view: PhaseView, colours: PhaseColours, size: int) -> None:
    """Draw numbers, names, the line of the real point and the line of a flat D; `size` is that of text, px."""
    bottom, right = view.top + view.height, view.left + view.width
    for value, text in round_ticks(-view.half_width, view.half_width, max(2, int(view.width / _TICK_DISTANCE))):
        x = float(view.place(np.array([[value, 0.0]]))[0, 0])
        canvas.draw_line(np.array([[x, bottom], [x, bottom + 4]]), colours.muted, 0.75)
        canvas.draw_text(x, bottom + 11, text, colours.muted, size, "middle")
    for value, text in round_ticks(-view.half_height, view.half_height, max(2, int(view.height / _TICK_DISTANCE))):
        y = float(view.place(np.array([[0.0, value]]))[0, 1])
        canvas.draw_line(np.array([[view.left - 4, y], [view.left, y]]), colours.muted, 0.75)
        canvas.draw_text(view.left - 7, y, text, colours.muted, size, "end")
    x, y = (float(each) for each in view.place(np.zeros((1, 2)))[0])
    corners = [[view.left, view.top], [right, view.top], [right, bottom], [view.left, bottom], [view.left, view.top]]
    canvas.draw_line(np.array(corners), colours.border)
    canvas.draw_line(np.array([[view.left, y], [right, y]]), colours.border)
    canvas.draw_line(np.array([[x, view.top], [x, bottom]]), colours.real, 2.0)
    canvas.draw_text(view.left + view.width / 2, bottom + 28, "θ, where the fake is", colours.ink, size, "middle")
    _label(canvas, view.left + 8, view.top + 13, "ψ, D's slope", colours, size)
    _label(canvas, x + 8, bottom - 13, "the real point", colours, size)


def _label(canvas: Canvas, x: float, y: float, text: str, colours: PhaseColours, size: int) -> None:
    """Write a text over the arrows."""
    height = size + 6
    canvas.draw_box(x - 3, y - height / 2, canvas.text_width(text, size) + 6, height, colours.background)
    canvas.draw_text(x, y, text, colours.ink, size)


def draw_arrows(canvas: Canvas, view: PhaseView, points: Floats, arrows: Floats, colour: str) -> None:
    """Draw an arrow at each point: its length is the root of its strength, so that weak ones can be seen, too."""
    lengths = np.hypot(*arrows.T)
    known = np.isfinite(lengths) & (lengths > 0)
    if not known.any():
        return
    points, arrows, lengths = points[known], arrows[known], lengths[known]
    longest = _LONGEST_ARROW * np.sqrt(view.width * view.height / len(known))
    size = longest * np.sqrt(lengths / np.quantile(lengths, 0.95)).clip(0.08, 1.0)
    along = arrows / lengths[:, None] * (1, -1) * size[:, None]  # on the canvas
    tips = view.place(points) + along / 2
    for tip, arrow in zip(tips, along, strict=True):
        canvas.draw_line(np.array([tip - arrow, tip]), colour)
        canvas.draw_line(np.array([_turn(tip, arrow, -1), tip, _turn(tip, arrow, 1)]), colour)


def _turn(tip: Floats, arrow: Floats, side: int) -> Floats:
    """Return the end of one side of an arrow's head."""
    c, s = np.cos(_HEAD_ANGLE), side * np.sin(_HEAD_ANGLE)
    back: Floats = tip - _HEAD * (np.array([[c, -s], [s, c]]) @ arrow)
    return back


def draw_limits(canvas: Canvas, view: PhaseView, max_slope: float, colours: PhaseColours) -> None:
    """Draw the largest slopes that clipping leaves D."""
    for psi in (-max_slope, max_slope):
        if abs(psi) < view.half_height:
            ends = view.place(np.array([[-view.half_width, psi], [view.half_width, psi]]))
            canvas.draw_line(ends, colours.muted, 1.0, _DASH)


def draw_marks(canvas: Canvas, view: PhaseView, path: Floats, colours: PhaseColours) -> None:
    """Draw the equilibrium, the start of the path and its newest point."""
    middle = view.place(np.zeros((1, 2)))[0]
    around = np.linspace(0, 2 * np.pi, 33)
    ring = middle + _RING * np.stack([np.cos(around), np.sin(around)], 1)
    canvas.draw_line(ring, colours.ink, 1.5)
    for point, radius, is_filled in ((path[0], _START, False), (path[-1], _DOT, True)):
        if abs(point[0]) > view.half_width or abs(point[1]) > view.half_height:
            continue
        x, y = (float(each) for each in view.place(point[None])[0])
        if is_filled:
            canvas.draw_circle(x, y, radius + 1.5, colours.ink)
            canvas.draw_circle(x, y, radius, colours.fake)
        else:
            canvas.draw_polygon(np.array([[x, y]]) + radius * np.array(_DIAMOND), colours.ink, False)


_DIAMOND = ((0, -1), (1, 0), (0, 1), (-1, 0))


def inside(view: PhaseView, path: Floats) -> list[Floats]:
    """Return the parts of a path, (M, 2), that are in the area, each (N, 2) and ending at its edges."""
    limits = np.array([view.half_width, view.half_height])
    parts: list[list[Floats]] = []
    for first, second in itertools.pairwise(path):
        cut = _cut(first, second, limits)
        if cut is None:
            continue
        if parts and np.array_equal(parts[-1][-1], cut[0]):
            parts[-1].append(cut[1])
        else:
            parts.append(list(cut))
    return [np.array(part) for part in parts]


def _cut(first: Floats, second: Floats, limits: Floats) -> tuple[Floats, Floats] | None:
    """Return the part of a line between two points that is within -limits..limits; None if there is none."""
    if (np.abs(first) <= limits).all() and (np.abs(second) <= limits).all():
        return first, second
    along = second - first
    start, stop = 0.0, 1.0
    for axis in (0, 1):
        if along[axis] == 0:
            if abs(first[axis]) > limits[axis]:
                return None
            continue
        ends = sorted((side * limits[axis] - first[axis]) / along[axis] for side in (-1, 1))
        start, stop = max(start, float(ends[0])), min(stop, float(ends[1]))
    return (first + start * along, first + stop * along) if start < stop else None
