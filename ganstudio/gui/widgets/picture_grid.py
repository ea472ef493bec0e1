"""Grid of pictures with crisp pixels."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.arrangement import Arrangement, arrange
from ganstudio.gui.widgets.checkerboard import paint_checkerboard
from ganstudio.gui.widgets.theme import ColourName
from ganstudio.images import ALPHA_CHANNELS, Pictures

FORMATS = {  # of pictures, by their channels
    1: QImage.Format.Format_Grayscale8,
    3: QImage.Format.Format_RGB888,
    4: QImage.Format.Format_RGBA8888_Premultiplied,
}
_MAX_SPRITE = 63  # px: pictures with alpha whose sides are not longer are enlarged by whole scales only


class PictureGrid(QWidget):
    """Grid of pictures with crisp pixels, as large as there is room, in a border whose colour says what they are.

    Parameters
    ----------
    name : str
        Accessible name.
    colour : ColourName
        Colour of the border.
    parent : QWidget, optional
        Qt's parent.
    """

    chosen = Signal(int)  # index of a picture that was clicked, or chosen with Enter
    pointed = Signal(int)  # index of the picture under the pointer, or reached with the arrow keys; -1: none
    backgroundDoubleClicked = Signal()  # beside the pictures, or anywhere where a click on one does nothing
    painted = Signal(float)  # stamp given to `show_pictures`, once those are painted

    _EDGE = 4  # px between the widget's edge and the pictures: border and air

    def __init__(self, name: str, colour: ColourName = "fake", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(48, 48)
        self.setMouseTracking(True)
        self._colour: ColourName = colour
        self._text = ""
        self._columns: int | None = None
        self._keeps_columns = False
        self._period = 1
        self._min_count: int | None = None
        self._selectable = False
        self._companion: PictureGrid | None = None
        self._pictures: Pictures | None = None  # kept: the image reads its memory
        self._image = QImage()
        self._stamp: float | None = None
        self._active: int | None = None
        self._framed = -1

    # What it shows

    @property
    def pictures(self) -> Pictures | None:
        """The pictures shown, (N, H, W) or (N, H, W, C); None if there are none."""
        return self._pictures

    def show_pictures(
        self, pictures: Pictures, stamp: float | None = None, columns: int | None = None, period: int = 1
    ) -> None:
        """Show pictures.

        Parameters
        ----------
        pictures : ndarray of uint8
            (N, H, W) or (N, H, W, C).
        stamp : float, optional
            `painted` carries it.
        columns : int, optional
            Preferred number of columns.
        period : int
            Number of pictures after which the classes repeat; each column then shows one class, and the last row may be
            left out.
        """
        self._pictures = np.ascontiguousarray(pictures)
        self._image = _stack(self._pictures)
        self._columns = columns
        self._period = period
        self._stamp = stamp
        if self._active is not None and self._active >= len(pictures):
            self._set_active(None)
        self._update_both()

    def show_text(self, text: str) -> None:
        """Show a text instead of pictures."""
        if self._pictures is not None or text != self._text:
            self._pictures = None
            self._image = QImage()
            self._text = text
            self._set_active(None)
            self.setAccessibleDescription(text)
            self._update_both()

    def set_colour(self, colour: ColourName) -> None:
        """Paint the border in that colour."""
        if colour != self._colour:
            self._colour = colour
            self.update()

    def set_min_count(self, count: int | None) -> None:
        """Show only the first pictures, at least `count`, where they are larger then; None: show all."""
        self._min_count = count
        self.update()

    def keep_columns(self) -> None:
        """Take the preferred number of columns always, also where others would show larger pictures."""
        self._keeps_columns = True

    def set_companion(self, other: "PictureGrid | None") -> None:
        """Show pictures as large as those of another grid, in as many columns if it has as many; None: on its own."""
        self._companion = other
        self.update()

    def frame(self, index: int) -> None:
        """Frame a picture, as that under the pointer is; -1: none."""
        if index != self._framed:
            self._framed = index
            self.update()

    def _update_both(self) -> None:
        self.update()
        if self._companion is not None:
            self._companion.update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_both()

    def set_selectable(self, selectable: bool) -> None:
        """Set whether a picture can be clicked, or reached with the arrow keys and chosen with Enter."""
        if selectable == self._selectable:
            return
        self._selectable = selectable
        self._set_active(None)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if selectable else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if selectable else Qt.CursorShape.ArrowCursor)
        self.update()

    # Where things are, in device pixels

    def arrangement(self) -> Arrangement | None:
        """Return how the pictures are arranged now; None if there are none."""
        room = self._room()
        if self._companion is None or self._companion.pictures is None:
            return self._arranged(room, self._period)
        other, others_room = self._companion, self._companion._room()
        room = min(room[0], others_room[0]), min(room[1], others_room[1])
        period = max(self._period, other._period)
        own, theirs = self._arranged(room, period), other._arranged(room, period)
        if own is None or theirs is None or own.scale <= theirs.scale:
            return own
        return replace(own, scale=theirs.scale, gap=theirs.gap)

    def _room(self) -> tuple[int, int]:
        """Return width and height that pictures may fill."""
        ratio = self.devicePixelRatioF()
        return int((self.width() - 2 * self._EDGE) * ratio), int((self.height() - 2 * self._EDGE) * ratio)

    def _arranged(self, room: tuple[int, int], period: int) -> Arrangement | None:
        """Return the arrangement that suits its own pictures best."""
        if self._pictures is None or not len(self._pictures):
            return None
        height, width = self._pictures.shape[1:3]
        is_sprite = self._is_transparent() and max(height, width) <= _MAX_SPRITE
        return arrange(
            len(self._pictures),
            (width, height),
            room,
            self._columns,
            period,
            self._min_count,
            whole_scale=is_sprite,
            keep_columns=self._keeps_columns,
        )

    def _is_transparent(self) -> bool:
        """Return whether the pictures have an alpha channel."""
        return self._pictures is not None and self._pictures.shape[3:] == (ALPHA_CHANNELS,)

    def _shown(self, layout: Arrangement) -> int:
        """Return how many of the pictures are shown."""
        return 0 if self._pictures is None else min(len(self._pictures), layout.columns * layout.rows)

    def _cell(self, index: int, layout: Arrangement) -> QRect:
        assert self._pictures is not None
        height, width = (max(1, int(side * layout.scale)) for side in self._pictures.shape[1:3])
        ratio = self.devicePixelRatioF()
        left = (int(self.width() * ratio) - layout.columns * (width + layout.gap) + layout.gap) // 2
        top = (int(self.height() * ratio) - layout.rows * (height + layout.gap) + layout.gap) // 2
        row, column = divmod(index, layout.columns)
        return QRect(left + column * (width + layout.gap), top + row * (height + layout.gap), width, height)

    def picture_at(self, place: QPointF) -> int | None:
        """Return the index of the picture at a place in the widget; None if there is none."""
        layout = self.arrangement()
        if layout is None or self._pictures is None:
            return None
        at = (place * self.devicePixelRatioF()).toPoint()
        return next((index for index in range(self._shown(layout)) if self._cell(index, layout).contains(at)), None)

    def shows(self, index: int) -> bool:
        """Return whether a picture is shown: it is there, and there is room for it."""
        layout = self.arrangement()
        return layout is not None and 0 <= index < self._shown(layout)

    def centre_of(self, index: int) -> QPoint:
        """Return the middle of a picture, in the widget."""
        layout = self.arrangement()
        assert layout is not None
        return self._cell(index, layout).center() / self.devicePixelRatioF()

    # Painting

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        layout = self.arrangement()
        if layout is None or self._pictures is None:
            painter.setPen(QColor(theme.current().muted))
            room = self.rect().adjusted(theme.SPACE, 0, -theme.SPACE, 0)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._text)
            return
        device = painter.deviceTransform()  # a widget may begin between two device pixels
        painter.scale(1 / self.devicePixelRatioF(), 1 / self.devicePixelRatioF())
        painter.translate(round(device.dx()) - device.dx(), round(device.dy()) - device.dy())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, layout.scale < 1)
        height, width = self._pictures.shape[1:3]
        is_transparent = self._is_transparent()
        for index in range(self._shown(layout)):
            cell = self._cell(index, layout)
            if is_transparent:
                paint_checkerboard(painter, cell, self.devicePixelRatioF())
            painter.drawImage(cell, self._image, QRect(0, index * height, width, height))
        self._paint_borders(painter, layout, self._shown(layout))
        if self._stamp is not None:
            stamp, self._stamp = self._stamp, None
            self.painted.emit(stamp)

    def _paint_borders(self, painter: QPainter, layout: Arrangement, count: int) -> None:
        thick = max(1, round(self.devicePixelRatioF() * 1.5))
        whole = self._cell(0, layout).united(self._cell(layout.columns - 1, layout))
        whole.setBottom(self._cell(count - 1, layout).bottom())
        _paint_frame(painter, whole, thick, thick, QColor(theme.current().colour(self._colour)))
        for index in {self._framed, -1 if self._active is None else self._active}:
            if 0 <= index < count:
                _paint_frame(painter, self._cell(index, layout), 0, thick, QColor(theme.current().accent))

    # Choosing

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._selectable:
            self._set_active(self.picture_at(event.position()))

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._set_active(None)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._set_active(None)
        super().focusOutEvent(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self.picture_at(event.position())
        if self._selectable and index is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(index)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and (
            not self._selectable or self.picture_at(event.position()) is None
        ):
            self.backgroundDoubleClicked.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        layout = self.arrangement()
        if not self._selectable or layout is None or self._pictures is None:
            return super().keyPressEvent(event)
        key = Qt.Key
        moves = {key.Key_Left: -1, key.Key_Right: 1, key.Key_Up: -layout.columns, key.Key_Down: layout.columns}
        pressed = key(event.key())
        if pressed in moves:
            index = 0 if self._active is None else self._active + moves[pressed]
            self._set_active(min(self._shown(layout) - 1, max(0, index)))
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


def _stack(pictures: Pictures) -> QImage:
    """Return the pictures one below the other, as an image that reads their memory."""
    count, height, width = pictures.shape[:3]
    channels = pictures.shape[3] if pictures.ndim == 4 else 1
    return QImage(pictures.data, width, count * height, width * channels, FORMATS[channels])


def _paint_frame(painter: QPainter, around: QRect, distance: int, thickness: int, colour: QColor) -> None:
    """Fill a frame of `thickness` px that begins `distance` px outside a rectangle."""
    inner = around.adjusted(-distance, -distance, distance, distance)
    outer = inner.adjusted(-thickness, -thickness, thickness, thickness)
    painter.fillRect(QRect(outer.left(), outer.top(), outer.width(), thickness), colour)
    painter.fillRect(QRect(outer.left(), inner.bottom() + 1, outer.width(), thickness), colour)
    painter.fillRect(QRect(outer.left(), inner.top(), thickness, inner.height()), colour)
    painter.fillRect(QRect(inner.right() + 1, inner.top(), thickness, inner.height()), colour)
