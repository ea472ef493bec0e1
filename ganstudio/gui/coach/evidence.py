"""The evidence of a finding, small: curves of this run, or pictures that G makes, from before it began and now."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ganstudio.coach.finding import Finding
from ganstudio.data.points import density_picture
from ganstudio.events import Samples
from ganstudio.gui.coach.watcher import SHOWN, CoachWatcher
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.picture_grid import FORMATS
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.theme import SPACE, ColourName
from ganstudio.images import Pictures, tile
from ganstudio.runs.series import COLUMNS
from ganstudio.text import format_number

HEIGHT = 76  # px
SIDE = 128  # px: of the picture of a run of points, whose points would vanish in a smaller one
MAX_POINTS = 400  # of a curve
MIN_BEFORE = 300  # rounds that are shown before it began
IN_A_ROW = 8  # pictures
_IN_PICTURES = ("C3", "C11", "C15")

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """A curve: a field of the ticks or, if it is none, of the measurements."""

    field: str
    name: str
    colour: ColourName


_LOSSES = (Line("d_loss", "loss of D", "d_loss"), Line("g_loss", "loss of G", "g_loss"))
_OPINIONS = (Line("d_real", "D(x)", "real"), Line("d_fake", "D(G(z))", "fake"))
_COVERED = (Line("coverage", "coverage", "real"), Line("mode_share", "share of the modes", "real"))
_LINES: dict[str, tuple[Line, ...]] = {
    "C2": _OPINIONS,
    "C3": _COVERED,
    "C4": _COVERED,
    "C5": (Line("kl", "KL of the classes", "fake"),),
    "C6": (Line("d_loss_max", "largest loss of D", "d_loss"), Line("g_loss_max", "largest loss of G", "g_loss")),
    "C8": (Line("d_move", "change of D's weights", "d_loss"), Line("g_move", "change of G's weights", "g_loss")),
    "C9": (Line("g_move", "change of G's weights", "g_loss"),),
    "C12": _OPINIONS,
    "C13": (Line("distance", "distance from the data", "fake"),),
    "C14": (Line("lag", "distance of the average from G", "fake"),),
}


class Evidence(QWidget):
    """What shows a finding; it follows the run with `refresh`.

    Parameters
    ----------
    finding
        The finding.
    watcher
        Knows the run.
    parent
        Qt's parent.
    """

    def __init__(self, finding: Finding, watcher: CoachWatcher, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"evidence{finding.id}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._finding = finding
        self._watcher = watcher
        self._model = watcher.model
        sound = finding.began if finding.sound is None else finding.sound
        back = [remedy.back_to for remedy in finding.remedies if remedy.back_to is not None]
        self._sound = min([sound, *back])  # step of the pictures before it: they are what a remedy goes back to
        self._before: QImage | None = None  # pictures of the time before it began, once they were read
        self._now: QImage | None = None
        self._now_step = -1
        self.lines: list[tuple[Line, Numbers, Numbers]] = []  # steps and values
        self._range = (0.0, 1.0)  # steps
        self.refresh()
        if finding.id in _IN_PICTURES:
            watcher.gridRead.connect(self.refresh)

    def sizeHint(self) -> QSize:
        """As wide as there is room for."""
        is_of_points = self._now is not None and self._model.config.makes_points
        return QSize(10 * HEIGHT // 2, QFontMetrics(self._font()).height() + SIDE if is_of_points else HEIGHT)

    @Slot()
    def refresh(self) -> None:
        """Show what the run has come to."""
        if self._finding.id in _IN_PICTURES:
            self._read_pictures()
        if self._now is not None:
            self.lines = []
            said = (
                f"Pictures from step {self._sound:,}, before it began, and of now"
                if self._before
                else "Pictures of now"
            )
        else:
            self._read_lines()
            said = "; ".join(f"{line.name}: {format_number(values[-1])}" for line, _, values in self.lines)
        self.setAccessibleName(said)
        self.setToolTip(as_tip(said))
        self.setVisible(self._now is not None or bool(self.lines))
        self.updateGeometry()
        self.update()

    # ---- what there is to show --------------------------------------------------------------------------------------

    def _read_pictures(self) -> None:
        steps = sorted(self._model.samples)
        earlier = [step for step in steps if step <= self._sound]
        if self._before is None and earlier and earlier[-1] != steps[-1]:
            grid = self._watcher.grid(earlier[-1])
            self._before = None if grid is None else self._image_of(grid)
            self._sound = self._sound if grid is None else grid.step
        if not steps:
            self._now, self._now_step = None, -1
        elif steps[-1] != self._now_step and (grid := self._watcher.grid(steps[-1])) is not None:
            self._now, self._now_step = self._image_of(grid), grid.step

    def _image_of(self, grid: Samples) -> QImage | None:
        """Return pictures of a grid; None if there is nothing to see: all points lie outside, or there are none."""
        if not len(grid.pictures):
            return None
        if not self._model.config.makes_points:
            return _image(grid.pictures[:SHOWN])
        if density_picture.is_empty(grid.pictures[0]):
            return None
        return _image(density_picture.with_larger_dots(grid.pictures[0])[None])

    def _read_lines(self) -> None:
        last = self._model.history.last("step")
        began = self._finding.began
        first = max(0.0, began - max(MIN_BEFORE, 0.5 * (last - began)))
        self._range = first, max(last, first + 1)
        wanted = _LINES.get(self._finding.id, _LOSSES)
        shown = [line for line in wanted if any(line.name in figure.name for figure in self._finding.figures)]
        wanted = tuple(shown) or wanted  # of the network that it is about, where it is about one
        self.lines = self._known(wanted) or self._known(_LOSSES)

    def _known(self, wanted: Sequence[Line]) -> list[tuple[Line, Numbers, Numbers]]:
        """Return the lines that have two points at least in the time that is shown."""
        found = []
        for line in wanted:
            steps, values = self._column(line.field)
            inside = np.isfinite(values) & (steps >= self._range[0]) & (steps <= self._range[1])
            steps, values = steps[inside], values[inside]
            every = max(1, len(steps) // MAX_POINTS)
            if len(steps) > 1:
                found.append((line, steps[::-1][::every][::-1], values[::-1][::every][::-1]))
        return found

    def _column(self, field: str) -> tuple[Numbers, Numbers]:
        history = self._model.history
        if field in COLUMNS:
            return history.column("step"), history.column(field)
        values = [getattr(one, field) for one in self._model.measures]
        known = [np.nan if value is None else float(value) for value in values]
        return np.array([float(one.step) for one in self._model.measures]), np.array(known)

    # ---- painting ---------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint pictures or curves."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font())
        if self._now is not None:
            self._paint_pictures(painter)
        elif self.lines:
            self._paint_lines(painter)
        painter.end()

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(theme.SMALL)
        return font

    def _paint_pictures(self, painter: QPainter) -> None:
        text_height = painter.fontMetrics().height()
        rows = [(f"before, step {self._sound:,}", self._before), ("now", self._now)]
        shown = [(text, image) for text, image in rows if image is not None]
        width = (self.width() - SPACE * (len(shown) - 1)) / max(1, len(shown))
        painter.setPen(QColor(theme.current().muted))
        for index, (text, image) in enumerate(shown):
            left = index * (width + SPACE)
            painter.drawText(QRectF(left, 0, width, text_height), Qt.AlignmentFlag.AlignLeft, text)
            room = QSize(int(width), self.height() - text_height)
            size = image.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, size.width() < image.width())
            painter.drawImage(QRectF(left, text_height, size.width(), size.height()), image)

    def _paint_lines(self, painter: QPainter) -> None:
        palette = theme.current()
        text_height = painter.fontMetrics().height()
        area = QRectF(0, text_height + 2, self.width() - 1, self.height() - text_height - 3)
        low = min(float(values.min()) for _, _, values in self.lines)
        high = max(float(values.max()) for _, _, values in self.lines)
        span = max(high - low, 1e-12)
        first, last = self._range

        def place(step: float, value: float) -> QPointF:
            x = area.left() + (step - first) / (last - first) * area.width()
            return QPointF(x, area.bottom() - 2 - (value - low) / span * (area.height() - 4))

        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(palette.border), 1))
        painter.drawRect(area)
        painter.setPen(QPen(QColor(palette.alarm), 1, Qt.PenStyle.DotLine))
        begin = place(self._finding.began, low).x()
        painter.drawLine(QPointF(begin, area.top()), QPointF(begin, area.bottom()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = 0
        for line, steps, values in self.lines:
            painter.setPen(QPen(QColor(palette.colour(line.colour)), 1.5))
            places = [place(*point) for point in zip(steps, values, strict=True)]
            painter.drawLines([QLineF(*ends) for ends in itertools.pairwise(places)])  # a wide polyline takes long
            text = f"{line.name} {format_number(values[-1])}"
            painter.drawText(QPointF(left, painter.fontMetrics().ascent()), text)
            left += painter.fontMetrics().horizontalAdvance(text) + 2 * SPACE


def _image(pictures: Pictures) -> QImage:
    """Return pictures in rows, as an image with memory of its own."""
    sheet = np.ascontiguousarray(tile(pictures, min(len(pictures), IN_A_ROW), 1))
    channels = sheet.shape[2] if sheet.ndim == 3 else 1
    height, width = sheet.shape[:2]
    return QImage(sheet.data, width, height, width * channels, FORMATS[channels]).copy()
