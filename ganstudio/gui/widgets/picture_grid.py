"""Grid of pictures with crisp pixels."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.arrangement import Arrangement, arrange
from ganstudio.gui.widgets.theme import ColourName
from ganstudio.images import Pictures


class PictureGrid(QWidget):
    """Pictures with crisp pixels, as large as there is room, in a border that says what they are."""

    chosen = Signal(int)  # index of a picture that was clicked, or taken with Enter
    pointed = Signal(int)  # index of the picture under the pointer, or found with the arrow keys; -1: none
    backgroundDoubleClicked = Signal()  # beside the pictures, or anywhere where a click on one does nothing
    painted = Signal(float)  # stamp given to `show_pictures`, once those are on the screen's buffer

    _EDGE = 4  # px between the widget's edge and the pictures: border and air

    def __init__(self, name: str, colour: ColourName = "fake", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(48, 48)
        self.setMouseTracking(True)
        self._colour: ColourName = colour
        self._words = ""
        self._favourite: int | None = None
        self._period = 1
        self._least: int | None = None
        self._choosable = False
        self._beside: PictureGrid | None = None
        self._pictures: Pictures | None = None  # kept: the image reads its memory
        self._image = QImage()
        self._stamp: float | None = None
        self._active: int | None = None

    # What it shows

    @property
    def pictures(self) -> Pictures | None:
        """What is shown, (N, H, W) or (N, H, W, 3)."""
        return self._pictures

    def show_pictures(
        self, pictures: Pictures, stamp: float | None = None, columns: int | None = None, period: int = 1
    ) -> None:
        """Show `pictures` (N, H, W) or (N, H, W, 3), if possible in so many columns.

        period : classes repeat after so many pictures; each column shows one class, and the last row may be left out.
        """
        self._pictures = np.ascontiguousarray(pictures)
        self._image = _tower(self._pictures)
        self._favourite, self._period, self._stamp = columns, period, stamp
        if self._active is not None and self._active >= len(pictures):
            self._active = None
        self._update_both()

    def show_text(self, words: str) -> None:
        """Show a sentence instead of pictures."""
        if self._pictures is not None or words != self._words:
            self._pictures, self._image, self._words, self._active = None, QImage(), words, None
            self.setAccessibleDescription(words)
            self._update_both()

    def set_colour(self, colour: ColourName) -> None:
        """Border in the theme's colour of that name."""
        if colour != self._colour:
            self._colour = colour
            self.update()

    def set_min_count(self, least: int | None) -> None:
        """Whether all pictures are shown, or only the first, but at least so many, so that they can be larger."""
        self._least = least
        self.update()

    def set_companion(self, other: "PictureGrid | None") -> None:
        """Pictures as large as those of another grid, to compare them, and in as many columns if it has as many."""
        self._beside = other
        self.update()

    def _update_both(self) -> None:
        self.update()
        if self._beside is not None:
            self._beside.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_both()

    def set_selectable(self, choosable: bool) -> None:
        """Whether a picture can be clicked, or found with the arrow keys and taken with Enter."""
        self._choosable = choosable
        self._active = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if choosable else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if choosable else Qt.CursorShape.ArrowCursor)
        self.update()

    # Where things are, in device pixels

    def arrangement(self) -> Arrangement | None:
        """How the pictures lie now."""
        room = self._room()
        if self._beside is None or self._beside.pictures is None:
            return self._arranged(room, self._period)
        other, others_room = self._beside, self._beside._room()
        room = min(room[0], others_room[0]), min(room[1], others_room[1])
        period = max(self._period, other._period)
        own, theirs = self._arranged(room, period), other._arranged(room, period)
        if own is None or theirs is None or own.scale <= theirs.scale:
            return own
        return replace(own, scale=theirs.scale, gap=theirs.gap)

    def _room(self) -> tuple[int, int]:
        """Width and height that pictures may fill."""
        ratio = self.devicePixelRatioF()
        return int((self.width() - 2 * self._EDGE) * ratio), int((self.height() - 2 * self._EDGE) * ratio)

    def _arranged(self, room: tuple[int, int], period: int) -> Arrangement | None:
        """The arrangement that suits its own pictures best."""
        if self._pictures is None or not len(self._pictures):
            return None
        height, width = self._pictures.shape[1:3]
        return arrange(len(self._pictures), (width, height), room, self._favourite, period, self._least)

    def _shown(self, lies: Arrangement) -> int:
        """How many of the pictures are in view."""
        return 0 if self._pictures is None else min(len(self._pictures), lies.columns * lies.rows)

    def _cell(self, index: int, lies: Arrangement) -> QRect:
        assert self._pictures is not None
        height, width = (max(1, int(side * lies.scale)) for side in self._pictures.shape[1:3])
        ratio = self.devicePixelRatioF()
        left = (int(self.width() * ratio) - lies.columns * (width + lies.gap) + lies.gap) // 2
        top = (int(self.height() * ratio) - lies.rows * (height + lies.gap) + lies.gap) // 2
        row, column = divmod(index, lies.columns)
        return QRect(left + column * (width + lies.gap), top + row * (height + lies.gap), width, height)

    def picture_at(self, place: QPointF) -> int | None:
        """Index of the picture at a place in the widget."""
        lies = self.arrangement()
        if lies is None or self._pictures is None:
            return None
        at = (place * self.devicePixelRatioF()).toPoint()
        return next((index for index in range(self._shown(lies)) if self._cell(index, lies).contains(at)), None)

    def centre_of(self, index: int) -> QPoint:
        """Middle of a picture, in the widget."""
        lies = self.arrangement()
        assert lies is not None
        return self._cell(index, lies).center() / self.devicePixelRatioF()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        lies = self.arrangement()
        if lies is None or self._pictures is None:
            painter.setPen(QColor(theme.current().muted))
            room = self.rect().adjusted(theme.SPACE, 0, -theme.SPACE, 0)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._words)
            return
        device = painter.deviceTransform()  # a widget may begin between two device pixels
        painter.scale(1 / self.devicePixelRatioF(), 1 / self.devicePixelRatioF())
        painter.translate(round(device.dx()) - device.dx(), round(device.dy()) - device.dy())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, lies.scale < 1)
        height, width = self._pictures.shape[1:3]
        for index in range(self._shown(lies)):
            painter.drawImage(self._cell(index, lies), self._image, QRect(0, index * height, width, height))
        self._paint_borders(painter, lies, self._shown(lies))
        if self._stamp is not None:
            stamp, self._stamp = self._stamp, None
            self.painted.emit(stamp)

    def _paint_borders(self, painter: QPainter, lies: Arrangement, count: int) -> None:
        thick = max(1, round(self.devicePixelRatioF() * 1.5))
        whole = self._cell(0, lies).united(self._cell(lies.columns - 1, lies))
        whole.setBottom(self._cell(count - 1, lies).bottom())
        _frame(painter, whole, thick, thick, QColor(theme.current().colour(self._colour)))
        if self._active is not None:
            _frame(painter, self._cell(self._active, lies), 0, thick, QColor(theme.current().accent))

    # Choosing

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._choosable:
            self._set_active(self.picture_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._set_active(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._set_active(None)
        super().focusOutEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self.picture_at(event.position())
        if self._choosable and index is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and (
            not self._choosable or self.picture_at(event.position()) is None
        ):
            self.backgroundDoubleClicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        lies = self.arrangement()
        if not self._choosable or lies is None or self._pictures is None:
            return super().keyPressEvent(event)
        key = Qt.Key
        moves = {key.Key_Left: -1, key.Key_Right: 1, key.Key_Up: -lies.columns, key.Key_Down: lies.columns}
        pressed = key(event.key())
        if pressed in moves:
            wanted = 0 if self._active is None else self._active + moves[pressed]
            self._set_active(min(self._shown(lies) - 1, max(0, wanted)))
        elif pressed in (key.Key_Return, key.Key_Enter) and self._active is not None:
            self.chosen.emit(self._active)
        else:
            super().keyPressEvent(event)
        return None

    def _set_active(self, index: int | None) -> None:
        if index != self._active:
            self._active = index
            self.pointed.emit(-1 if index is None else index)
            self.update()


def _tower(pictures: Pictures) -> QImage:
    """Pictures one below the other, as an image that reads their memory."""
    count, height, width = pictures.shape[:3]
    colour = pictures.ndim == 4
    kind = QImage.Format.Format_RGB888 if colour else QImage.Format.Format_Grayscale8
    return QImage(pictures.data, width, count * height, width * (3 if colour else 1), kind)


def _frame(painter: QPainter, around: QRect, away: int, thick: int, colour: QColor) -> None:
    """Fill a frame of `thick` px that begins `away` px outside a rectangle."""
    inner = around.adjusted(-away, -away, away, away)
    outer = inner.adjusted(-thick, -thick, thick, thick)
    painter.fillRect(QRect(outer.left(), outer.top(), outer.width(), thick), colour)
    painter.fillRect(QRect(outer.left(), inner.bottom() + 1, outer.width(), thick), colour)
    painter.fillRect(QRect(outer.left(), inner.top(), thick, inner.height()), colour)
    painter.fillRect(QRect(inner.right() + 1, inner.top(), thick, inner.height()), colour)
