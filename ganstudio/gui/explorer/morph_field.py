"""Square of the morph page, with pictures on a grid in it and the point."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.picture_grid import PictureGrid

CORNERS = ("top left", "top right", "bottom left", "bottom right")
_MIN_PICTURES, _MAX_PICTURES = 5, 9  # along a side of the square
_KEY_STEP = 0.05  # of the square's side: an arrow key


class MorphField(PictureGrid):
    """Square with pictures on a grid in it, and the point.

    Parameters
    ----------
    parent
        Qt's parent.
    """

    moved = Signal(float, float)  # u from left to right, v from top to bottom, both 0..1

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("morph square", "fake", parent)
        self.setObjectName("morphSquare")
        self.keep_columns()
        self.setToolTip(
            "Drag the point, or use the arrow keys: the closer it is to a corner, the more the picture resembles "
            "that corner's. A ring instead of the point means that the explorer is showing another picture."
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._point = (0.5, 0.5)
        self._is_current = False  # whether the picture in the explorer is the one under the point

    @property
    def point(self) -> tuple[float, float]:
        """Position of the point: (u, v), 0..1, from left to right and from top to bottom."""
        return self._point

    def set_current(self, current: bool) -> None:
        """Set whether the explorer shows the picture under the point; otherwise the point is drawn as a ring."""
        if current != self._is_current:
            self._is_current = current
            self.update()

    def inner_sides(self) -> tuple[int, int]:
        """Return the room for pictures along each side, height and width, device pixels."""
        height, width = self._room()[::-1]
        return max(1, height), max(1, width)

    def room(self) -> QRectF:
        """Return the rectangle between the centres of the first and the last picture, in the widget."""
        layout = self.arrangement()
        if layout is None or self.pictures is None:
            return QRectF(self.rect()).adjusted(8, 8, -8, -8)
        first, last = (QPointF(self.centre_of(index)) for index in (0, len(self.pictures) - 1))
        return QRectF(first, last)

    def point_of(self, u: float, v: float) -> QPointF:
        """Return the point of the widget at a position in the square."""
        room = self.room()
        return QPointF(room.left() + u * room.width(), room.top() + v * room.height())

    def set_point(self, u: float, v: float) -> None:
        """Move the point, without the signal that the user did; a position beyond the edge becomes one on it."""
        self._point = min(1.0, max(0.0, u)), min(1.0, max(0.0, v))
        self.setAccessibleDescription(f"{self._point[0]:.0%} to the right, {self._point[1]:.0%} down")
        self.update()

    def move_to(self, u: float, v: float) -> None:
        """Move the point as the user does."""
        self.set_point(u, v)
        self.moved.emit(*self._point)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag_to(event.position())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._drag_to(event.position())

    def _drag_to(self, place: QPointF) -> None:
        room = self.room()
        self.move_to(
            (place.x() - room.left()) / max(1.0, room.width()), (place.y() - room.top()) / max(1.0, room.height())
        )

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key
        moves = {key.Key_Left: (-1, 0), key.Key_Right: (1, 0), key.Key_Up: (0, -1), key.Key_Down: (0, 1)}
        pressed = key(event.key())
        if pressed in moves:
            u, v = self._point
            self.move_to(u + _KEY_STEP * moves[pressed][0], v + _KEY_STEP * moves[pressed][1])
        elif pressed == key.Key_Home:
            self.move_to(0.5, 0.5)
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.pictures is None:
            return
        painter, colours = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = self.point_of(*self._point)
        painter.setPen(QPen(QColor(theme.DARK.window), 4))
        painter.setBrush(QColor(colours.accent) if self._is_current else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(place, 7, 7)
        painter.setPen(QPen(QColor(colours.accent if self.hasFocus() else theme.DARK.text), 2))
        painter.drawEllipse(place, 7, 7)


def pictures_along(room: int, size: int) -> int:
    """Return the number of pictures along a side that fills the room best; the fewer the better.

    Their pixels are scaled by whole numbers; if not even the fewest pictures fit, those are shrunk.

    Parameters
    ----------
    room
        Side of the square, device pixels.
    size
        Side of a picture, device pixels.
    """

    def score(count: int) -> float:
        pixels = count * size + count - 1  # with gaps
        return room // pixels * pixels / room - 0.02 * count if pixels <= room else -1.0

    return max(range(_MIN_PICTURES, _MAX_PICTURES + 1), key=score)
