"""The plane of fake and D: arrows, the path, and a start that can be dragged."""

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from ganstudio.export import phase_chart
from ganstudio.export.phase_chart import PhaseColours, PhaseView
from ganstudio.gui.curves.style import mix
from ganstudio.gui.smallest_gan.painter_canvas import PainterCanvas
from ganstudio.gui.widgets import theme
from ganstudio.plots.curve_data import Floats

ARROW_DISTANCE = 30.0  # px
SHORT_TRAIL = 200  # points
HALF_HEIGHT = 2.0  # largest psi at first
_ZOOM = 2.0  # of a key, and of the plot by itself where the path leaves it
_WHEEL = 1.25  # of a notch
_NOTCH = 120  # eighths of a degree
_MIN_HALF, _MAX_HALF = 1e-3, 1e4
_KEY_STEP = 0.05  # of the half height, that an arrow key moves the start
_FIELD_DELAY = 60  # ms: several changes ask for arrows once


class PhasePlot(QWidget):
    """Plot of theta, across, and psi, up. A click or a drag moves the start, and so do the arrow keys."""

    startMoved = Signal(float, float)  # theta, psi: by the user
    dragged = Signal(bool)  # a drag has begun, or has ended
    fieldWanted = Signal(object)  # points, (N, 2), at which arrows are wanted

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("phasePlot")
        self.setAccessibleName("plot: the fake and D's slope")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMinimumSize(260, 220)
        self.half_height = HALF_HEIGHT
        self.max_slope: float | None = None
        self.trail: int | None = None  # newest points of the path that are drawn; None: all
        self.start = (0.0, 0.0)
        self.field: tuple[Floats, Floats] | None = None  # points and arrows, (N, 2) each
        self._path = np.zeros((1, 2))
        self._is_zoomed = False  # by the user
        self._is_dragging = False
        self._wheel = 0
        self._back: QPixmap | None = None
        self._drawn: QPixmap | None = None  # the path, as far as `_drawn_count` points
        self._drawn_count = 0
        self._timer = QTimer(self, singleShot=True, interval=_FIELD_DELAY)
        self._timer.timeout.connect(self._want_field)

    # What is shown

    def view(self) -> PhaseView:
        """Return the area in use."""
        return phase_chart.view_of(self.width(), self.height(), self.half_height)

    def show_path(self, path: Floats, start: tuple[float, float]) -> None:
        """Show a path, (N, 2): the one from before with more points, or one that begins anew."""
        if len(path) < self._drawn_count:
            self._drawn = None
        self._path, self.start = path, start
        if not self._is_zoomed:
            self._fit()
        self.update()

    def show_field(self, points: Floats, arrows: Floats) -> None:
        """Show arrows at points, (N, 2) each."""
        self.field = points, arrows
        self._redraw()

    def clear_field(self) -> None:
        """Show no arrows."""
        self.field = None
        self._redraw()

    def set_max_slope(self, max_slope: float | None) -> None:
        """Show the largest slope that D may have; None: any."""
        self.max_slope = max_slope
        self._redraw()

    def set_trail(self, trail: int | None) -> None:
        """Draw that many of the newest points of the path; None: all."""
        self.trail = trail
        self.update()

    def want_field(self) -> None:
        """Ask for the arrows of what is in view, soon."""
        self._timer.start()

    def _want_field(self) -> None:
        self.fieldWanted.emit(self.view().grid(ARROW_DISTANCE))

    def zoom(self, half_height: float) -> None:
        """Show psi up to that height."""
        self._is_zoomed = True
        self._set_half_height(half_height)

    def zoom_to_fit(self) -> None:
        """Show the path, and follow it again."""
        self._is_zoomed = False
        self._set_half_height(HALF_HEIGHT)
        self._fit()

    def _fit(self) -> None:
        """Make room where the path leaves the plot."""
        view = self.view()
        theta, psi = np.abs(self._path).max(0) if self._drawn is None else np.abs(self._path[-1])
        needed = max(psi / self.half_height, theta / view.half_width)
        if needed > 1:
            self._set_half_height(self.half_height * _ZOOM ** math.ceil(math.log(needed, _ZOOM)))

    def _set_half_height(self, half_height: float) -> None:
        half_height = min(_MAX_HALF, max(_MIN_HALF, half_height))
        if half_height != self.half_height:
            self.half_height = half_height
            self._redraw(with_path=True)
            self.want_field()

    def _redraw(self, with_path: bool = False) -> None:
        self._back = None
        if with_path:
            self._drawn = None
        self.update()

    # Painting

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        view, colours = self.view(), _colours()
        painter.drawPixmap(0, 0, self._background(view, colours))
        if self.trail is None:
            painter.drawPixmap(0, 0, self._whole_path(view, colours))
        elif self.trail > 0:
            painter.save()
            self._draw_path(painter, view, self._path[-self.trail :], colours)
            painter.restore()
        canvas = PainterCanvas(painter)
        marked = np.array([self.start, self._path[-1]])
        phase_chart.draw_marks(canvas, view, marked, colours)

    def _background(self, view: PhaseView, colours: PhaseColours) -> QPixmap:
        if self._back is None or self._back.devicePixelRatio() != self.devicePixelRatioF():
            self._back = self._empty()
            painter = QPainter(self._back)
            painter.setFont(self.font())
            canvas = PainterCanvas(painter)
            canvas.draw_box(view.left, view.top, view.width, view.height, colours.background)
            if self.field is not None:
                painter.setClipRect(round(view.left), round(view.top), round(view.width), round(view.height))
                phase_chart.draw_arrows(canvas, view, *self.field, colours.arrow)
                painter.setClipping(False)
            phase_chart.draw_axes(canvas, view, colours, theme.SMALL)
            if self.max_slope is not None:
                phase_chart.draw_limits(canvas, view, self.max_slope, colours)
            painter.end()
        return self._back

    def _whole_path(self, view: PhaseView, colours: PhaseColours) -> QPixmap:
        """Return the path as a picture, to which what is new is added."""
        if self._drawn is None or self._drawn.devicePixelRatio() != self.devicePixelRatioF():
            self._drawn, self._drawn_count = self._empty(), 1
        if self._drawn_count < len(self._path):
            painter = QPainter(self._drawn)
            self._draw_path(painter, view, self._path[self._drawn_count - 1 :], colours)
            painter.end()
            self._drawn_count = len(self._path)
        return self._drawn

    def _draw_path(self, painter: QPainter, view: PhaseView, path: Floats, colours: PhaseColours) -> None:
        painter.setClipRect(round(view.left), round(view.top), round(view.width), round(view.height))
        PainterCanvas(painter).draw_line(view.place(path), colours.fake, 1.5)

    def _empty(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(QSize(math.ceil(self.width() * ratio), math.ceil(self.height() * ratio)))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        return pixmap

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._redraw(with_path=True)
        self.want_field()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._redraw(with_path=True)

    # What the user does

    def _move_start(self, theta: float, psi: float) -> None:
        digits = max(2, 2 - math.floor(math.log10(self.half_height)))
        self.startMoved.emit(round(theta, digits), round(psi, digits))

    def _move_start_to(self, position: QPointF) -> None:
        view = self.view()
        theta, psi = view.point_at(position.x(), position.y())
        limit, top = view.half_width, view.half_height
        self._move_start(min(limit, max(-limit, theta)), min(top, max(-top, psi)))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._is_dragging = True
            self.dragged.emit(True)
            self._move_start_to(event.position())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._is_dragging:
            self._move_start_to(event.position())

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._end_drag()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._end_drag()  # Esc closes the window while the button is down: its release is not heard of

    def _end_drag(self) -> None:
        if self._is_dragging:
            self._is_dragging = False
            self.dragged.emit(False)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        self._wheel += event.angleDelta().y()
        notches = int(self._wheel / _NOTCH)
        self._wheel -= notches * _NOTCH
        if notches:
            self.zoom(self.half_height * _WHEEL**-notches)
        event.accept()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, step = Qt.Key, _KEY_STEP * self.half_height
        moves = {
            key.Key_Left: (-step, 0.0),
            key.Key_Right: (step, 0.0),
            key.Key_Up: (0.0, step),
            key.Key_Down: (0.0, -step),
        }
        pressed = key(event.key())
        if pressed in moves:
            across, up = moves[pressed]
            self._move_start(self.start[0] + across, self.start[1] + up)
        elif pressed in (key.Key_Plus, key.Key_Equal):
            self.zoom(self.half_height / _ZOOM)
        elif pressed == key.Key_Minus:
            self.zoom(self.half_height * _ZOOM)
        elif pressed == key.Key_Home:
            self.zoom_to_fit()
        else:
            super().keyPressEvent(event)


def _colours() -> PhaseColours:
    """Return the theme's colours."""
    colours = theme.current()
    arrow = mix(QColor(colours.muted), QColor(colours.window), 0.75).name()
    return PhaseColours(colours.text, colours.muted, colours.border, arrow, colours.real, colours.fake, colours.window)
