"""Canvas of the generator's picture size, drawn on with a soft round brush."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPointingDevice,
    QTabletEvent,
)
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.picture_grid import PictureGrid
from ganstudio.images import Pictures

_REFERENCE_SIZE = 28  # px: shorter side of a picture that these are for; larger pictures have larger brushes
MIN_BRUSH, MAX_BRUSH = 0.5, 6.0  # radius, px
FIRST_BRUSH = 1.4  # px: about the pen of MNIST's digits
_SOFT_EDGE = 1.3  # px: width of the brush's soft edge
_MAX_UNDO = 50  # strokes
_BACKGROUND = 0
_INK = 255

Mask = npt.NDArray[np.float32]


def capsule(
    size: int | tuple[int, int], start: tuple[float, float], end: tuple[float, float], radius: float, soft: float
) -> Mask:
    """Return how much each pixel is covered by a stroke of a round brush.

    The coverage falls from 1 to 0 over `soft` pixels around the distance `radius` from the line.

    Parameters
    ----------
    size
        Side of the picture, or its height and width, pixels.
    start, end
        Ends of the stroke (x, y), pixels.
    radius
        Of the brush, pixels.
    soft
        Width of its soft edge, pixels.

    Returns
    -------
    numpy.ndarray
        (height, width), float32, 0..1.
    """
    height, width = (size, size) if isinstance(size, int) else size
    y, x = np.mgrid[:height, :width].astype(np.float32) + 0.5
    along = np.array(end, np.float32) - np.array(start, np.float32)
    length = float(along @ along)
    position = ((x - start[0]) * along[0] + (y - start[1]) * along[1]) / (length or 1.0)
    position = np.clip(position, 0.0, 1.0)
    distance = np.hypot(x - start[0] - position * along[0], y - start[1] - position * along[1])
    coverage: Mask = np.clip((radius - distance) / soft + 0.5, 0.0, 1.0).astype(np.float32)
    return coverage


class DrawCanvas(PictureGrid):
    """Canvas: the left button or a pen draws, the right button or the pen's other end erases, Ctrl+Z undoes a stroke.

    Parameters
    ----------
    parent
        Qt's parent.
    """

    changed = Signal()  # the user changed the picture
    strokeEnded = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("canvas to draw on", "muted", parent)
        self.setObjectName("drawCanvas")
        self.setToolTip("Draw here: the left button draws, the right one erases. Or drop a picture file on it.")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_TabletTracking)
        self.brush = FIRST_BRUSH
        self.ink = (_INK,) * 3  # red, green, blue; a grey picture takes the first
        self._undo: list[Pictures] = []
        self._base: Pictures | None = None  # as the picture was when the stroke began; None: no stroke
        self._mask: Mask = np.zeros((0, 0), np.float32)
        self._last = (0.0, 0.0)
        self._erasing = False
        self._pointer: QPointF | None = None
        self._picture: Pictures = np.zeros((_REFERENCE_SIZE, _REFERENCE_SIZE), np.uint8)
        self.set_shape(_REFERENCE_SIZE, _REFERENCE_SIZE, 1)

    # The picture

    @property
    def picture(self) -> Pictures:
        """The drawing, (H, W) or (H, W, C): a copy."""
        return self._picture.copy()

    @property
    def is_blank(self) -> bool:
        """Whether nothing is drawn."""
        return not bool((self._picture != _BACKGROUND).any())

    def set_shape(self, height: int, width: int, channels: int) -> None:
        """Empty the canvas and give it another shape; one of the same shape stays as it is."""
        shape = (height, width) if channels == 1 else (height, width, channels)
        if shape != self._picture.shape or self.pictures is None:
            self._undo.clear()
            self._base = None
            self._show(np.full(shape, _BACKGROUND, np.uint8))

    def set_picture(self, picture: Pictures) -> None:
        """Show a picture of the canvas's shape; this can be undone."""
        self._push_undo(self._picture)
        self._show(picture.copy())
        self.changed.emit()

    def clear(self) -> None:
        """Empty the canvas; this can be undone."""
        if not self.is_blank:
            self.set_picture(np.full_like(self._picture, _BACKGROUND))

    def undo(self) -> None:
        """Undo the last stroke."""
        self._base = None
        if self._undo:
            self._show(self._undo.pop())
            self.changed.emit()

    @property
    def can_undo(self) -> bool:
        """Whether there is a stroke to undo."""
        return bool(self._undo)

    def _push_undo(self, picture: Pictures) -> None:
        self._undo.append(picture)
        del self._undo[:-_MAX_UNDO]

    def _show(self, picture: Pictures) -> None:
        self._picture = picture
        self.show_pictures(picture[None])

    # Strokes

    def begin_stroke(self, point: QPointF, erase: bool, pressure: float = 1.0) -> None:
        """Put the brush down at a point of the widget."""
        self._base, self._erasing = self._picture, erase
        self._mask = np.zeros(self._picture.shape[:2], np.float32)
        self._last = self._pixel(point)
        self.move_stroke(point, pressure)

    def move_stroke(self, point: QPointF, pressure: float = 1.0) -> None:
        """Draw on to a point of the widget; lower pressure draws a thinner line."""
        if self._base is None:
            return
        sides, here = self._picture.shape[:2], self._pixel(point)
        unit = min(sides) / _REFERENCE_SIZE
        radius = self.brush * (0.35 + 0.65 * pressure) + (_SOFT_EDGE if self._erasing else 0.0)  # edges go, too
        self._mask = np.maximum(self._mask, capsule(sides, self._last, here, radius * unit, _SOFT_EDGE * unit))
        self._last = here
        self._show(self._covered(self._base))
        self.changed.emit()

    def end_stroke(self) -> None:
        """Lift the brush."""
        if self._base is not None:
            self._push_undo(self._base)
            self._base = None
            self.strokeEnded.emit()

    def _covered(self, base: Pictures) -> Pictures:
        """Return the picture with the stroke on it; a stroke that crosses itself does not get darker."""
        grey = base.ndim == 2
        ink = np.array((*self.ink, _INK))[: 1 if grey else base.shape[2]]  # opaque where there is alpha
        colour = np.full_like(ink, _BACKGROUND) if self._erasing else ink
        mask = self._mask if grey else self._mask[..., None]
        mixed = base * (1 - mask) + (colour[0] if grey else colour) * mask
        covered: Pictures = np.rint(mixed).astype(np.uint8)
        return covered

    def _pixel(self, point: QPointF) -> tuple[float, float]:
        """Return the pixel (x, y) of the picture at a point of the widget; it may be outside."""
        room = self.room
        height, width = self._picture.shape[:2]
        return (point.x() - room.left()) / room.width() * width, (point.y() - room.top()) / room.height() * height

    @property
    def room(self) -> QRectF:
        """Rectangle of the picture in the widget."""
        layout = self.arrangement()
        assert layout is not None, "a canvas always has a picture"
        cell, ratio = self._cell(0, layout), self.devicePixelRatioF()
        sides = (max(1, side) / ratio for side in (cell.width(), cell.height()))
        return QRectF(cell.left() / ratio, cell.top() / ratio, *sides)

    # Events

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            self.end_stroke()
            self.begin_stroke(event.position(), event.button() == Qt.MouseButton.RightButton)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(event.position())
        if event.buttons():
            self.move_stroke(event.position())

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.end_stroke()

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Draw with a pen; accepted, so that Qt makes no mouse event of it."""
        kind = event.type()
        self._point_at(event.position())
        if kind == QEvent.Type.TabletPress:
            other_end = event.pointerType() == QPointingDevice.PointerType.Eraser
            self.begin_stroke(
                event.position(), other_end or event.button() == Qt.MouseButton.RightButton, event.pressure()
            )
        elif kind == QEvent.Type.TabletMove:
            self.move_stroke(event.position(), event.pressure())
        elif kind == QEvent.Type.TabletRelease:
            self.end_stroke()
        event.accept()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)
        super().leaveEvent(event)

    def event(self, event: QEvent) -> bool:
        """Take Ctrl+Z from the window while the canvas has the focus and a stroke to undo."""
        is_shortcut = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_shortcut and self.can_undo and _is_undo(event):  # type: ignore[arg-type]
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _is_undo(event):
            self.undo()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.clear()
        else:
            super().keyPressEvent(event)

    def _point_at(self, point: QPointF | None) -> None:
        self._pointer = point
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, room = theme.current(), self.room
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 1.5))
            painter.drawRect(room.adjusted(-2, -2, 2, 2))
        if self._pointer is not None and self.isEnabled():
            radius = self.brush * min(room.width(), room.height()) / _REFERENCE_SIZE
            painter.setPen(QPen(QColor(colours.accent), 1))
            painter.drawEllipse(self._pointer, radius, radius)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(84, 84)


def _is_undo(event: QKeyEvent) -> bool:
    return event.matches(QKeySequence.StandardKey.Undo)
