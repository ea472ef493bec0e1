"""Hands on the points of the plane: they are added, erased, and moved with their mode; what the mouse does is shown."""

from enum import StrEnum

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QGuiApplication, QPainter, QPen, QPolygonF

from ganstudio.data.points import edits
from ganstudio.data.points.distributions import Modes
from ganstudio.data.points.edits import Added, Edit, Erased, Moved
from ganstudio.gui.lab.view import View
from ganstudio.gui.widgets import theme

BRUSH = 18.0  # px: how far from the pointer points are erased; added ones lie within it, mostly
_PART = 0.01  # of the points of a set that a click adds
_GRIP, _MAX_GRIP = 12.0, 28.0  # px from the middle of a mode, at least and at most, where it is held
_REACH = 60.0  # px from it, where the tool for modes holds it
_SHOWN = 2.0  # standard deviations of a mode that are lit

Place = tuple[float, float]


class Tool(StrEnum):
    """What a drag does."""

    VIEW = ""  # moves the view; a click adds points, with Shift it erases, and a drag in the middle of a mode moves it
    ADD = "add"
    ERASE = "erase"
    MOVE = "move"


class Touch(QObject):
    """Turns what the mouse does in the plane into changes of the points, and paints it meanwhile.

    Parameters
    ----------
    parent
        Qt's parent.
    """

    edited = Signal(object)  # Edit
    changed = Signal()  # something else is painted

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tool = Tool.VIEW
        self.modes: Modes | None = None  # that can be moved
        self.count = 1  # of the points of the set
        self._pointer: Place | None = None
        self._way: list[Place] = []  # of the pointer, while the mouse is held
        self._doing = Tool.VIEW  # with the mouse held
        self._mode: int | None = None  # under the pointer, or held
        self._clicked: tuple[QPointF, Place, float] | None = None  # where points are added if it is no double click
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._add_clicked)

    @property
    def is_shown(self) -> bool:
        """Whether something is painted."""
        brush = self._doing if self.is_active else self.tool
        return self._mode is not None or brush in (Tool.ADD, Tool.ERASE)

    @property
    def is_active(self) -> bool:
        """Whether the mouse is held for a change."""
        return self._doing is not Tool.VIEW

    @property
    def mode(self) -> int | None:
        """Number of the mode that is lit, from 0."""
        return self._mode

    def use(self, tool: Tool) -> None:
        """Take a tool."""
        self._end_click()
        self.cancel()
        self.tool = tool
        self.changed.emit()

    def show_modes(self, modes: Modes | None, count: int) -> None:
        """Take the modes that can be moved, and the number of points of the set."""
        self.modes, self.count = modes, count
        if self._mode is not None and (modes is None or self._mode >= len(modes)):
            self._mode = None
            self._doing = Tool.VIEW
        self.changed.emit()

    # What the mouse does

    def press(self, at: QPointF, view: View, with_shift: bool) -> bool:
        """Begin a change; return False if the drag moves the view."""
        if self._clicked is not None:
            way = at - self._clicked[0]
            if way.manhattanLength() > QGuiApplication.styleHints().mouseDoubleClickDistance():
                self._end_click()
        place = view.point_at(at)
        self._hover(place, view)
        doing = self.tool
        if doing is Tool.VIEW:
            doing = Tool.ERASE if with_shift else Tool.MOVE if self._mode is not None else Tool.VIEW
        if doing is Tool.MOVE and self._mode is None:
            doing = Tool.VIEW
        self._doing, self._way = doing, [place]
        self.changed.emit()
        return doing is not Tool.VIEW

    def move(self, at: QPointF, view: View) -> None:
        """Follow the pointer."""
        self._pointer = view.point_at(at)
        if self.is_active:
            self._way.append(self._pointer)
        else:
            self._hover(self._pointer, view)
        self.changed.emit()

    def release(self, view: View) -> None:
        """End a change."""
        doing, way, mode = self._doing, self._way, self._mode
        self._doing, self._way = Tool.VIEW, []
        self.changed.emit()
        if doing is Tool.MOVE and mode is not None:
            (x0, y0), (x1, y1) = way[0], way[-1]
            self.edited.emit(Moved(mode, (round(x1 - x0, 5), round(y1 - y0, 5))))
        elif doing is not Tool.VIEW:
            self.edited.emit(self._stroke(doing, way, _radius(view)))

    def click(self, at: QPointF, view: View) -> None:
        """Add points at a click without a tool, unless it turns out to be a double click."""
        self._clicked = at, view.point_at(at), _radius(view)
        self._timer.start(QGuiApplication.styleHints().mouseDoubleClickInterval())

    def apply(self, view: View) -> bool:
        """Use the brush where the pointer is, else in the middle of the view; return False without a brush."""
        if self.tool not in (Tool.ADD, Tool.ERASE) or self.is_active:
            return False
        self.edited.emit(self._stroke(self.tool, [self._pointer or (view.x, view.y)], _radius(view)))
        return True

    def cancel(self) -> bool:
        """Give up a change that has not ended; return whether there was one."""
        was_active = self.is_active or self._timer.isActive()
        self._timer.stop()
        self._doing, self._way = Tool.VIEW, []
        self.changed.emit()
        return was_active

    def leave(self) -> None:
        """Take note that the pointer has left."""
        self._pointer = None
        if not self.is_active:
            self._mode = None
        self.changed.emit()

    def _end_click(self) -> None:
        """Add points where a click waits: it will be no double click any more."""
        if self._timer.isActive():
            self._timer.stop()
            self._add_clicked()

    def _add_clicked(self) -> None:
        if self._clicked is not None:
            _, place, radius = self._clicked
            self.edited.emit(self._stroke(Tool.ADD, [place], radius))

    def _stroke(self, tool: Tool, way: list[Place], radius: float) -> Edit:
        if tool is Tool.ERASE:
            return Erased(edits.make_stroke(way, radius / 2), radius)
        stroke = edits.make_stroke(way, radius)
        count = len(stroke) * max(1, round(_PART * self.count))
        return Added(stroke, min(edits.MAX_ADDED, count), radius / 2)

    def _hover(self, place: Place, view: View) -> None:
        """Find the mode under the pointer."""
        self._mode = None
        if self.modes is None or not len(self.modes) or self.tool in (Tool.ADD, Tool.ERASE):
            return
        distances = np.linalg.norm(self.modes.centres - place, axis=1) * view.px
        nearest = int(distances.argmin())
        deviation = float(self.modes.deviations[nearest].mean()) * view.px
        grip = _REACH if self.tool is Tool.MOVE else min(_MAX_GRIP, max(_GRIP, deviation))
        if distances[nearest] <= grip:
            self._mode = nearest

    # Painting

    def paint(self, painter: QPainter, view: View) -> None:
        """Paint the brush, what it does, and the mode under the pointer."""
        if self._mode is not None and self.modes is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_mode(painter, view, self.modes, self._mode)
        brush = self._doing if self.is_active else self.tool
        if brush not in (Tool.ADD, Tool.ERASE):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = theme.current()
        colour = QColor(palette.real if brush is Tool.ADD else palette.alarm)
        radius = _radius(view) * view.px
        if self._way:
            trail = QColor(colour)
            trail.setAlphaF(0.35)
            pen = QPen(trail, 2 * radius)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            corners = edits.make_stroke(self._way, _radius(view) / 2)
            places = [QPointF(x, y) for x, y in view.place(np.array(corners)).tolist()]
            if len(places) == 1:
                painter.drawPoint(places[0])
            painter.drawPolyline(QPolygonF(places))
        centre = view.place(np.array(self._pointer or (view.x, view.y)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(QColor(palette.window), 3.0), QPen(colour, 1.5)):
            painter.setPen(pen)
            painter.drawEllipse(QPointF(*centre.tolist()), radius, radius)

    def _paint_mode(self, painter: QPainter, view: View, modes: Modes, number: int) -> None:
        palette = theme.current()
        centre, deviation = modes.centres[number].copy(), modes.deviations[number]
        start = QPointF(*view.place(centre).tolist())
        if self._doing is Tool.MOVE and len(self._way) > 1:
            centre += np.subtract(self._way[-1], self._way[0])
        place = QPointF(*view.place(centre).tolist())
        across, down = (max(_GRIP, _SHOWN * float(one) * view.px) for one in deviation)
        fill = QColor(palette.real)
        fill.setAlphaF(0.25)
        painter.setBrush(fill)
        painter.setPen(QPen(QColor(palette.text), 1.5))
        painter.drawLine(start, place)
        painter.drawEllipse(place, across, down)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        _paint_name(painter, f"mode {number + 1} of {len(modes)}", place, down, view)


def _paint_name(painter: QPainter, name: str, place: QPointF, below: float, view: View) -> None:
    """Paint the name of a mode below it, or above where there is no room."""
    palette = theme.current()
    font = painter.font()
    font.setPixelSize(theme.SMALL)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    width, height = metrics.horizontalAdvance(name) + 8, metrics.height() + 2
    top = place.y() + below + 4
    if top + height > view.height:
        top = place.y() - below - 4 - height
    left = min(max(0.0, place.x() - width / 2), max(0.0, view.width - width))
    box = QRectF(left, top, width, height)
    ground = QColor(palette.surface)
    ground.setAlphaF(0.88)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(box, 3, 3)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QColor(palette.text))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), name)


def _radius(view: View) -> float:
    """Return the radius of the brush in units of the plane."""
    return min(edits.MAX_RADIUS / 2, max(2 * edits.MIN_RADIUS, BRUSH / view.px))
