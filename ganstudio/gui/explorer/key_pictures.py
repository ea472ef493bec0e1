"""Row or grid of pictures, one of them selected, that can be reordered with the mouse or keys."""

from PySide6.QtCore import QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.picture_grid import PictureGrid

_DRAG_DISTANCE = 6  # px: a press that moves farther is a drag


class KeyPictures(PictureGrid):
    """Pictures of which a click or the arrow keys select one.

    Parameters
    ----------
    name
        Accessible name.
    movable
        Whether a drag, or Ctrl with an arrow key, moves a picture to another place.
    parent
        Qt's parent.
    """

    selected = Signal(int)
    moved = Signal(int, int)  # from, to: indices before and after
    removeRequested = Signal(int)

    def __init__(self, name: str, movable: bool, parent: QWidget | None = None) -> None:
        super().__init__(name, "fake", parent)
        self.set_selectable(True)
        self._movable = movable
        self._selected = 0
        self._pressed: tuple[int, QPointF] | None = None
        self._target: int | None = None  # of a drag
        self.chosen.connect(self.select)

    @property
    def index(self) -> int:
        """Index of the selected picture."""
        return self._selected

    def show_selected(self, index: int) -> None:
        """Show another picture as the selected one, without the signal that the user selected it."""
        self._selected = index
        self.setAccessibleDescription(f"picture {index + 1} is selected")
        self.update()

    def select(self, index: int) -> None:
        """Select a picture."""
        self.show_selected(index)
        self.selected.emit(index)

    # Mouse

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.picture_at(event.position())
        if index is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = index, event.position()
            self.select(index)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._pressed is None or not self._movable:
            return
        if self._target is not None or (event.position() - self._pressed[1]).manhattanLength() > _DRAG_DISTANCE:
            self._target = self._nearest(event.position())
            self.update()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, target = self._pressed, self._target
        self._pressed = self._target = None
        if pressed is not None and target is not None and target != pressed[0]:
            self.moved.emit(pressed[0], target)
        self.update()

    def _nearest(self, place: QPointF) -> int:
        """Return the index of the picture whose centre is nearest."""
        count = 0 if self.pictures is None else len(self.pictures)
        return min(range(count), key=lambda index: (place - QPointF(self.centre_of(index))).manhattanLength())

    # Keys

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        layout = self.arrangement()
        if layout is None or self.pictures is None:
            return super().keyPressEvent(event)
        key, count = Qt.Key, len(self.pictures)
        steps = {key.Key_Left: -1, key.Key_Right: 1, key.Key_Up: -layout.columns, key.Key_Down: layout.columns}
        pressed = key(event.key())
        if pressed in steps:
            index = self._selected + steps[pressed]
            if 0 <= index < count:
                self._step_to(index, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        elif pressed in (key.Key_Return, key.Key_Enter):
            self.select(self._selected)
        elif pressed in (key.Key_Delete, key.Key_Backspace):
            self.removeRequested.emit(self._selected)
        else:
            super().keyPressEvent(event)
        return None

    def _step_to(self, index: int, take_along: bool) -> None:
        if take_along and self._movable:
            self.moved.emit(self._selected, index)
        else:
            self.select(index)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    # Painting

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        layout = self.arrangement()
        if layout is None or not 0 <= self._selected < self._shown(layout):
            return
        painter, ratio = QPainter(self), self.devicePixelRatioF()
        painter.scale(1 / ratio, 1 / ratio)
        width = round((3 if self.hasFocus() else 2) * ratio)
        painter.setPen(QPen(QColor(theme.current().accent), width))
        painter.drawRect(self._cell(self._selected, layout))
        if self._pressed is not None and self._target is not None and self._target != self._pressed[0]:
            self._paint_target(painter, self._cell(self._target, layout), after=self._target > self._pressed[0])

    def _paint_target(self, painter: QPainter, cell: QRect, after: bool) -> None:
        """Draw a line where the dragged picture would go."""
        x = cell.right() + 1 if after else cell.left() - 1
        painter.drawLine(x, cell.top(), x, cell.bottom())
