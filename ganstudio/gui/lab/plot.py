"""The plane of a run of points, painted; it zooms, moves and says what is under the pointer."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget
from typing_extensions import override

from ganstudio.gui.lab import painting
from ganstudio.gui.lab.screen import LiveImage, Screen
from ganstudio.gui.lab.touch import Tool, Touch
from ganstudio.gui.lab.view import View
from ganstudio.gui.widgets import theme
from ganstudio.gui.workers.lab_requests import Plane
from ganstudio.plots.plane import Layer

_WHEEL = 1.25  # of a notch
_NOTCH = 120  # eighths of a degree
_ZOOM = 1.5  # of a key
_MOVE = 40  # px, of an arrow key
_AREA_DELAY = 40  # ms: several changes of the view ask once


@dataclass(frozen=True, eq=False)
class Painted(LiveImage):
    """A picture of the plane, with the coordinates along its edges.

    Parameters
    ----------
    image, pixels
        See `LiveImage`.
    view
        What it shows.
    """

    view: View


class PlanePlot(QWidget):
    """Plot of the plane. The wheel and + and - zoom, a drag and the arrow keys move, Home shows all again.

    With a tool, a drag changes the points; see `touch`.

    Parameters
    ----------
    parent
        Qt's parent.
    """

    areaChanged = Signal()  # another part of the plane is in view
    pointed = Signal(object)  # (x, y) under the pointer; None: it has left
    enlargeRequested = Signal()  # a double click
    toolLeft = Signal()  # Escape

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("planePlot")
        self.setAccessibleName("plot: the plane of the points")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # what lies behind would be painted 60 times a second
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(140, 60)
        self.layers: frozenset[Layer] = frozenset()
        self.plane: Plane | None = None
        self.view = View(self.width(), self.height())
        self._text = ""
        self._reading = ""
        self._picture: QImage | None = None  # of the map
        self._drawn: QPixmap | None = None
        self._painted: Painted | None = None  # in place of it
        self._scale: QImage | None = None  # over that
        self._screen = Screen(self)  # shows it where nothing else is over it
        self.paint_seconds = 0.0  # of a processor, for the last drawing
        self.overlays: list[Callable[[QPainter, View], None]] = []  # painted over the layers
        self.overlaid: list[Callable[[], bool]] = []  # whether one of them has something to paint
        self.touch = Touch(self)
        self.touch.changed.connect(self.refresh)
        self.overlaid.append(lambda: self.touch.is_shown)
        self._dragged_from: QPointF | None = None
        self._is_click = False  # the mouse is held, and was not moved yet
        self._wheel = 0.0
        self._timer = QTimer(self, singleShot=True, interval=_AREA_DELAY)
        self._timer.timeout.connect(self.areaChanged)

    @override
    def sizeHint(self) -> QSize:
        return self.minimumSize()  # it takes the room there is, and asks for none

    # What is shown

    def show_plane(self, plane: Plane | None) -> None:
        """Show what was computed; None: nothing."""
        self.plane, self._picture = plane, None
        self._redraw()

    def show_painted(self, painted: Painted | None) -> None:
        """Show a picture of the plane that a process paints, in place of what is drawn here; None: no longer."""
        if painted is self._painted:
            return
        self._painted = painted
        if painted is None:
            self._screen.clear()
        self.refresh()

    @property
    def painted(self) -> Painted | None:
        """The picture that is shown in place of what is drawn here."""
        return self._painted

    def show_layers(self, layers: frozenset[Layer]) -> None:
        """Show these layers, as far as they were computed."""
        self.layers, self._picture = layers, None
        self._redraw()

    def show_text(self, text: str) -> None:
        """Show a sentence over the plane; "": none."""
        if text != self._text:
            self._text = text
            self.setAccessibleDescription(text)
            self.refresh()

    def show_reading(self, text: str) -> None:
        """Show what is said of the point under the pointer."""
        if text != self._reading:
            self._reading = text
            self.refresh()

    @property
    def text(self) -> str:
        """The sentence over the plane."""
        return self._text

    @property
    def reading(self) -> str:
        """What is said of the point under the pointer."""
        return self._reading

    # Painting

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint(painter)

    def paint(self, painter: QPainter, with_notes: bool = True) -> None:
        """Paint everything that is shown; `with_notes`: also what is said over the plane."""
        if with_notes and self._painted is not None:
            self._paint_painted(painter, self._painted)
        else:
            painter.drawPixmap(0, 0, self._drawing(painter.device().devicePixelRatioF()))
        if not with_notes:
            return
        for paint in (*self.overlays, self.touch.paint):
            paint(painter, self.view)
        self._paint_note(painter, self._reading, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
        self._paint_note(painter, self._text, Qt.AlignmentFlag.AlignCenter)

    def _drawing(self, ratio: float) -> QPixmap:
        """Return the layers, drawn once: the pointer moves more often than they change."""
        if self._drawn is None or self._drawn.devicePixelRatio() != ratio:
            began = time.thread_time()
            self._drawn = self._pixmap(ratio)
            painter = QPainter(self._drawn)
            painter.setFont(self.font())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painting.paint_ground(painter, self.view)
            if self.plane is not None:
                if self._picture is None:
                    self._picture = painting.map_picture(self.plane, self.layers)
                painting.paint_layers(painter, self.view, self.plane, self.layers, self._picture)
            painting.paint_scale(painter, self.view)
            painter.end()
            self.paint_seconds = time.thread_time() - began
        return self._drawn

    def _paint_painted(self, painter: QPainter, painted: Painted) -> None:
        """Paint a picture; of another view, what it shows is where it belongs until the next one comes."""
        if painted.view == self.view:
            painter.drawImage(QRectF(self.rect()), painted.image)
            return
        painting.paint_ground(painter, self.view)
        inner, ratio = painting.inside_edges(painted.view), painted.image.width() / max(1.0, painted.view.width)
        (left, top), (right, bottom) = self.view.place(
            np.array([painted.view.point_at(corner) for corner in (inner.topLeft(), inner.bottomRight())])
        )
        source = QRectF(inner.topLeft() * ratio, inner.size() * ratio)
        painter.drawImage(QRectF(left, top, right - left, bottom - top), painted.image, source)
        painting.paint_edges(painter, self.view, self.scale_image(painter.device().devicePixelRatioF()))

    def scale_image(self, ratio: float) -> QImage:
        """Return the coordinates along the edges of the view, for `ratio` pixels of each px; the rest is clear."""
        if self._scale is None or self._scale.devicePixelRatio() != ratio:
            size = QSize(round(self.view.width * ratio), round(self.view.height * ratio))
            self._scale = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
            self._scale.setDevicePixelRatio(ratio)
            self._scale.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._scale)
            painter.setFont(self.font())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painting.paint_scale(painter, self.view)
            painter.end()
        return self._scale

    def refresh(self) -> None:
        """Paint anew what lies over the layers."""
        painted = self._painted
        if painted is None:
            self.update()
            return
        is_noted = bool(self._reading or self._text) or any(lies() for lies in self.overlaid)
        self._screen.show_live(painted, is_noted or painted.view != self.view)

    def _pixmap(self, ratio: float) -> QPixmap:
        pixmap = QPixmap(QSize(math.ceil(self.width() * ratio), math.ceil(self.height() * ratio)))
        pixmap.setDevicePixelRatio(ratio)
        return pixmap

    def _redraw(self) -> None:
        self._drawn = self._scale = None
        self.refresh()

    def _paint_note(self, painter: QPainter, text: str, alignment: Qt.AlignmentFlag) -> None:
        """Paint a text on a small ground of its own, so that it can be read on any layer."""
        if not text:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self.font()
        font.setPixelSize(theme.SMALL if alignment & Qt.AlignmentFlag.AlignTop else theme.BODY)
        painter.setFont(font)
        room = QRectF(self.rect()).adjusted(theme.SPACE, theme.SPACE, -theme.SPACE, -theme.SPACE)
        flags = int(alignment) | int(Qt.TextFlag.TextWordWrap)
        box = painter.boundingRect(room, flags, text)
        ground = QColor(theme.current().surface)
        ground.setAlphaF(0.88)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box.adjusted(-6, -3, 6, 3), 4, 4)
        painter.setPen(QColor(theme.current().text))
        painter.drawText(room, flags, text)

    # The view

    def reset_view(self) -> None:
        """Show the plane as at first."""
        self._set_view(self.view.reset())

    def zoom(self, factor: float, around: QPointF | None = None) -> None:
        """Show less of the plane by a factor, around a position in the widget, or its middle."""
        self._set_view(self.view.zoomed(factor, around or QPointF(self.width() / 2, self.height() / 2)))

    def _set_view(self, view: View) -> None:
        if view != self.view:
            self.view = view
            self._redraw()
            self._timer.start()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_view(self.view.resized(self.width(), self.height()))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._picture = None
            self._redraw()

    # What the user does

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom(1 + event.value(), event.position())
            return True
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._timer.start()
        return super().event(event)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        self._wheel += event.angleDelta().y() / _NOTCH
        if abs(self._wheel) >= 0.1:  # touch pads send parts of a notch
            self.zoom(_WHEEL**self._wheel, event.position())
            self._wheel = 0.0
        event.accept()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        with_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if not self.touch.press(event.position(), self.view, with_shift):
            self._dragged_from = event.position()
            self._is_click = self.touch.tool is Tool.VIEW

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position = event.position()
        if self._dragged_from is not None:
            self._drag_view(position)
        self.touch.move(position, self.view)
        self.pointed.emit(self.view.point_at(position))

    def _drag_view(self, position: QPointF) -> None:
        """Move the view; a hand that trembles at a click does not."""
        assert self._dragged_from is not None
        step = position - self._dragged_from
        if self._is_click and step.manhattanLength() < QApplication.startDragDistance():
            return
        self._is_click = False
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self._dragged_from = position
        self._set_view(self.view.moved(step.x(), step.y()))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self.touch.is_active:
            self.touch.release(self.view)
        elif self._dragged_from is not None and self._is_click:
            self.touch.click(event.position(), self.view)
        self._dragged_from, self._is_click = None, False
        self.setCursor(Qt.CursorShape.CrossCursor)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.touch.tool is not Tool.VIEW:
            self.mousePressEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self.touch.cancel()
            self.enlargeRequested.emit()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.touch.leave()
        self.pointed.emit(None)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key
        moves = {
            key.Key_Left: (_MOVE, 0),
            key.Key_Right: (-_MOVE, 0),
            key.Key_Up: (0, _MOVE),
            key.Key_Down: (0, -_MOVE),
        }
        pressed = key(event.key())
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier & ~Qt.KeyboardModifier.ShiftModifier:
            super().keyPressEvent(event)
        elif self._use_tool(pressed):
            event.accept()
        elif pressed in moves:
            self._set_view(self.view.moved(*moves[pressed]))
        elif pressed in (key.Key_Plus, key.Key_Equal):
            self.zoom(_ZOOM)
        elif pressed == key.Key_Minus:
            self.zoom(1 / _ZOOM)
        elif pressed == key.Key_Home:
            self.reset_view()
        else:
            super().keyPressEvent(event)

    def _use_tool(self, pressed: Qt.Key) -> bool:
        """Use the tool at a key; return whether the key is one of it."""
        if pressed in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self.touch.apply(self.view)
        if pressed != Qt.Key.Key_Escape:
            return False
        if not self.touch.cancel():
            if self.touch.tool is Tool.VIEW:
                return False
            self.toolLeft.emit()
        return True
