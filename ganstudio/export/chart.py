"""One plot of a chart: title and legend, axes with round numbers, lines over their unsmoothed values."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ganstudio.export.canvas import Canvas, Dash, Points

Floats = npt.NDArray[np.float64]

PAPER, INK, MUTED, BORDER, CHANGE = "#FFFFFF", "#1B1E24", "#596070", "#CBD0D9", "#4A50C4"
TITLE, SMALL = 13, 11  # px
_LEFT, _RIGHT, _HEADER, _FOOTER = 56, 16, 26, 22  # px around the area
_DASH, _DOTS = (6.0, 4.0), (2.0, 3.0)  # px
_FAINT = 0.35  # of a line's colour in its unsmoothed values
_QUIET = (0.02, 0.98)  # quantiles of the unsmoothed values that the y axis is sure to hold
_TICK_X, _TICK_Y = 100, 45  # px between numbers, at least
_SPAN = 50  # values of a curve for each value that its smoothing looks back


@dataclass(frozen=True)
class Line:
    """A curve: a column of the history, its name and colour."""

    column: str
    name: str
    colour: str
    dashed: bool = False


@dataclass(frozen=True)
class Spec:
    """A plot. limits : of y; None: what the lines need.  level : where a dotted line lies, with its name."""

    title: str
    lines: tuple[Line, ...]
    limits: tuple[float, float] | None = None
    level: float | None = None
    level_name: str = ""
    percent: bool = False
    dots: bool = False  # few values: each gets a point


@dataclass(frozen=True)
class Area:
    """Where on the canvas (px) which values are."""

    x: float
    y: float
    width: float
    height: float
    left: float
    right: float
    low: float
    high: float

    def place(self, x: Floats, y: Floats) -> Points:
        """Points (N, 2) on the canvas; y outside the limits lies on the edge."""
        across = self.x + (x - self.left) / (self.right - self.left) * self.width
        up = (np.clip(y, self.low, self.high) - self.low) / (self.high - self.low)
        return np.stack([across, self.y + self.height * (1 - up)], axis=1)


def draw(
    canvas: Canvas,
    spec: Spec,
    x: Floats,
    columns: dict[str, Floats],
    span: tuple[float, float],
    marks: list[float],
    box: tuple[float, ...],
) -> None:
    """Draw a plot into `box` (x, y, width, height).

    x : (N,), where the values of the columns (N,) stand.  span : of the x axis.  marks : x of changes to a setting.
    """
    smooth = {line.column: _smooth(spec, x, columns[line.column], int(box[2])) for line in spec.lines}
    area = _area(spec, span, columns, {name: y for name, (_, y) in smooth.items()}, box)
    canvas.box(area.x, area.y, area.width, area.height, "#F7F8FA")
    _axes(canvas, area, spec.percent)
    for at in marks:
        canvas.line(area.place(np.array([at, at]), np.array([area.low, area.high])), CHANGE, 0.75, _DOTS)
    if spec.level is not None:
        _level(canvas, area, spec.level, spec.level_name)
    for line in spec.lines:
        if not spec.dots:
            _trace(canvas, area, x, columns[line.column], _pale(line.colour), 0.75, extremes=True)
        _trace(canvas, area, *smooth[line.column], line.colour, 1.75, _DASH if line.dashed else None)
        if spec.dots:
            _dots(canvas, area, x, columns[line.column], line.colour)
    _header(canvas, spec, area)


def _smooth(spec: Spec, x: Floats, y: Floats, width: int) -> tuple[Floats, Floats]:
    """What is drawn strong: of a long curve the means of its groups, smoothed; of few values these themselves."""
    if spec.dots:
        return x, y
    x, y = reduced(x, y, 2 * width, extremes=False)
    return x, smoothed(y)


def smoothed(values: Floats) -> Floats:
    """Exponential moving average over about a fiftieth of the values, its start not biased (Kingma and Ba, 2015,
    section 3); nan stays nan."""
    decay = 1 - 1 / max(1.0, len(values) / _SPAN)
    total = weight = 0.0
    averages = np.full(len(values), np.nan)
    for index, value in enumerate(values.tolist()):
        if math.isfinite(value):
            total, weight = decay * total + value, decay * weight + 1
            averages[index] = total / weight
    return averages


def reduced(x: Floats, y: Floats, most: int, extremes: bool) -> tuple[Floats, Floats]:
    """At most some `most` points for the curve: of each group its mean, or its lowest and highest value in turn."""
    groups = most // 2 if extremes else most
    if len(y) <= most:
        return x, y
    starts = np.linspace(0, len(y), groups, endpoint=False).astype(np.int64)
    middle = x[(starts + np.append(starts[1:], len(y)) - 1) // 2]
    if extremes:
        both = np.stack([np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)], axis=1)
        return np.repeat(middle, 2), both.ravel()
    known = np.isfinite(y)
    counts = np.add.reduceat(known, starts, dtype=np.int64)
    sums = np.add.reduceat(np.where(known, y, 0.0), starts)
    return middle, np.divide(sums, counts, out=np.full(groups, np.nan), where=counts > 0)


def nice(low: float, high: float, count: int) -> list[float]:
    """Round numbers from low to high, about `count` of them."""
    rough = (high - low) / max(1, count)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(each * power for each in (1, 2, 5, 10) if each * power >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(number * step, 12) for number in range(first, last + 1)]


def _area(
    spec: Spec,
    span: tuple[float, float],
    columns: dict[str, Floats],
    smooth: dict[str, Floats],
    box: tuple[float, ...],
) -> Area:
    left, top, width, height = box
    low, high = spec.limits or _limits(spec, columns, smooth)
    margin = 0.04 * (high - low)
    start, stop = span if span[1] > span[0] else (span[0], span[0] + 1.0)
    inner = (left + _LEFT, top + _HEADER, width - _LEFT - _RIGHT, height - _HEADER - _FOOTER)
    return Area(*inner, start, stop, low - margin, high + margin)


def _limits(spec: Spec, columns: dict[str, Floats], smooth: dict[str, Floats]) -> tuple[float, float]:
    """What the smoothed lines, most of the raw values and the level need."""
    wanted = [spec.level] if spec.level is not None else []
    for line in spec.lines:
        raw, averages = (each[np.isfinite(each)] for each in (columns[line.column], smooth[line.column]))
        if len(raw):
            wanted += [*np.quantile(raw, _QUIET).tolist(), float(averages.min()), float(averages.max())]
    low, high = min(wanted, default=0.0), max(wanted, default=1.0)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _axes(canvas: Canvas, area: Area, percent: bool) -> None:
    bottom = area.y + area.height
    for value in nice(area.low, area.high, int(area.height / _TICK_Y)):
        place = area.place(np.array([area.left, area.right]), np.array([value, value]))
        canvas.line(place, BORDER, 0.5)
        words = f"{100 * value:.0f} %" if percent else _number(value)
        canvas.text(area.x - 6, float(place[0, 1]), words, MUTED, SMALL, "end")
    for value in nice(area.left, area.right, int(area.width / _TICK_X)):
        place = area.place(np.array([value]), np.array([area.low]))
        canvas.line(np.array([[place[0, 0], bottom], [place[0, 0], bottom + 4]]), MUTED, 0.75)
        canvas.text(float(place[0, 0]), bottom + 12, _number(value), MUTED, SMALL, "middle")


def _number(value: float) -> str:
    if value and not 1e-4 <= abs(value) < 1e5:
        mantissa, exponent = f"{value:.3e}".split("e")
        words = f"{float(mantissa):g}e{int(exponent)}"
    else:
        words = f"{value:,.10g}"
    return words.replace("-", "\N{MINUS SIGN}")


def _level(canvas: Canvas, area: Area, level: float, name: str) -> None:
    place = area.place(np.array([area.left, area.right]), np.array([level, level]))
    canvas.line(place, MUTED, 1.0, _DOTS)
    if name:
        canvas.text(area.x + area.width - 6, float(place[0, 1]) - 9, name, MUTED, SMALL, "end")


def _trace(
    canvas: Canvas,
    area: Area,
    x: Floats,
    y: Floats,
    colour: str,
    width: float,
    dash: Dash | None = None,
    extremes: bool = False,
) -> None:
    """A line that is parted where values are missing."""
    x, y = reduced(x, y, 2 * int(area.width), extremes)
    known = np.flatnonzero(np.isfinite(y))
    for part in np.split(known, np.flatnonzero(np.diff(known) > 1) + 1) if len(known) else []:
        if len(part) > 1:
            canvas.line(area.place(x[part], y[part]), colour, width, dash)


def _dots(canvas: Canvas, area: Area, x: Floats, y: Floats, colour: str) -> None:
    known = np.isfinite(y)
    for across, down in area.place(x[known], y[known]).tolist():
        canvas.box(across - 2, down - 2, 4, 4, colour)


def _header(canvas: Canvas, spec: Spec, area: Area) -> None:
    """Title, and the names of the lines in their colours, each behind a piece of its line."""
    middle, left = area.y - _HEADER / 2, area.x
    canvas.text(left, middle, spec.title, INK, TITLE)
    left += canvas.width_of(spec.title, TITLE) + 24
    for line in spec.lines:
        piece = np.array([[left, middle], [left + 22, middle]])
        canvas.line(piece, line.colour, 1.75, _DASH if line.dashed else None)
        canvas.text(left + 28, middle, line.name, INK, SMALL)
        left += 28 + canvas.width_of(line.name, SMALL) + 20


def _pale(colour: str) -> str:
    """The colour thinned on paper."""
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(255 - _FAINT * (255 - part)):02X}" for part in parts)
