"""The plane of a run of points, painted; it zooms, moves and says what is under the pointer."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from ganstudio.gui.lab import painting
from ganstudio.gui.lab.notes import Notes
from ganstudio.gui.lab.plane_drawing import PlaneDrawing
from ganstudio.gui.lab.screen import LiveImage, Screen
from ganstudio.gui.lab.touch import Tool, Touch
from ganstudio.gui.lab.view import View
from ganstudio.gui.lab.view_mover import ViewMover
from ganstudio.gui.workers.lab_requests import Plane
from ganstudio.plots.plane import Layer


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
        self.plane: Plane | None = None
        self.layers: frozenset[Layer] = frozenset()
        self.drawing = PlaneDrawing()
        self.mover = ViewMover(View(self.width(), self.height()), self)
        self.mover.changed.connect(self._show_view)
        self.mover.settled.connect(self.areaChanged)
        self.notes = Notes(self)
        self.notes.changed.connect(self.refresh)
        self._painted: Painted | None = None  # in place of what is drawn here
        self._screen = Screen(self)  # shows it where nothing else is over it
        self.overlays: list[Callable[[QPainter, View], None]] = []  # painted over the layers
        self.overlaid: list[Callable[[], bool]] = []  # whether one of them has something to paint
        self.touch = Touch(self)
        self.touch.changed.connect(self.refresh)
        self.overlaid.append(lambda: self.touch.is_shown)

    @override
    def sizeHint(self) -> QSize:
        return self.minimumSize()  # it takes the room there is, and asks for none

    # What is shown

    def show_plane(self, plane: Plane | None) -> None:
        """Show what was computed; None: nothing."""
        self.plane = plane
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
        self.layers = layers
        self._redraw()

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
            ratio = painter.device().devicePixelRatioF()
            drawn = self.drawing.layers_picture(self.plane, self.layers, self.view, self.font(), ratio)
            painter.drawPixmap(0, 0, drawn)
        if not with_notes:
            return
        for paint in (*self.overlays, self.touch.paint):
            paint(painter, self.view)
        self.notes.paint(painter)

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
        scale = self.drawing.scale_picture(self.view, self.font(), painter.device().devicePixelRatioF())
        painting.paint_edges(painter, self.view, scale)

    def refresh(self) -> None:
        """Paint anew what lies over the layers."""
        painted = self._painted
        if painted is None:
            self.update()
            return
        is_covered = self.notes.is_shown or any(lies() for lies in self.overlaid)
        self._screen.show_live(painted, is_covered or painted.view != self.view)

    def _redraw(self) -> None:
        self.drawing.forget()
        self.refresh()

    # The view

    @property
    def view(self) -> View:
        """The part of the plane that is in view."""
        return self.mover.view

    def _show_view(self) -> None:
        self.drawing.forget_view()
        self.refresh()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.mover.resize(self.width(), self.height())

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._redraw()

    # What the user does

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.mover.zoom(1 + event.value(), event.position())
            return True
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.mover.settle()
        return super().event(event)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        self.mover.turn_wheel(event.angleDelta().y(), event.position())
        event.accept()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        with_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if not self.touch.press(event.position(), self.view, with_shift):
            self.mover.press(event.position(), may_click=self.touch.tool is Tool.VIEW)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position = event.position()
        if self.mover.drag(position):
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self.touch.move(position, self.view)
        self.pointed.emit(self.view.point_at(position))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        was_click = self.mover.release()
        if self.touch.is_active:
            self.touch.release(self.view)
        elif was_click:
            self.touch.click(event.position(), self.view)
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
        pressed = Qt.Key(event.key())
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier & ~Qt.KeyboardModifier.ShiftModifier:
            super().keyPressEvent(event)
        elif self._use_tool(pressed) or self.mover.press_key(pressed):
            event.accept()
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
