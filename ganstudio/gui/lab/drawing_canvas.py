"""Canvas on which a set of points is drawn: brush, eraser, undo; what will be dense is blue."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHideEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from ganstudio.data.points import drawings, edits
from ganstudio.data.points.distributions import DensityMap
from ganstudio.data.points.drawings import Stroke
from ganstudio.errors import DataError
from ganstudio.gui.widgets import theme

MIN_WIDTH, FIRST_WIDTH, MAX_WIDTH = 0.02, 0.08, 0.5  # of the brush, in units of the plane, which is 2 wide
_MAX_CHANGES = 200  # that can be undone
_SPACING = 0.01  # between the corners of a stroke
_SIDE = 420  # px, of the canvas where there is room
_MIN_SIDE = 220


@dataclass(frozen=True)
class _Drawing:
    """What is drawn: strokes, on a picture if there is one."""

    strokes: tuple[Stroke, ...] = ()
    ground: DensityMap | None = None


class DrawingCanvas(QWidget):
    """Square canvas that reaches from -1 to 1; the left button draws with the chosen brush.

    Parameters
    ----------
    parent
        Qt's parent.
    """

    changed = Signal()  # what is drawn, or what can be undone

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("drawingCanvas")
        self.setAccessibleName("canvas: points lie where it is drawn on")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(_MIN_SIDE, _MIN_SIDE)
        self.brush_width = FIRST_WIDTH
        self.erases = False
        self._drawing = _Drawing()
        self._past: list[_Drawing] = []
        self._density: DensityMap | None = None
        self._image: QImage | None = None
        self._way: list[tuple[float, float]] = []  # of the stroke that is being drawn
        self._pointer: QPointF | None = None

    @override
    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    @property
    def density(self) -> DensityMap | None:
        """What is drawn; None: nothing."""
        return self._density

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """Strokes that make up all that is drawn; () if it begins with a picture."""
        return self._drawing.strokes if self._drawing.ground is None else ()

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to undo."""
        return bool(self._past)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to clear."""
        return self._drawing == _Drawing()

    def show_drawing(self, strokes: Sequence[Stroke], ground: DensityMap | None = None) -> None:
        """Begin with a drawing; what was there before comes back by an undo."""
        if self.is_empty:
            self._past = []
            self._take(_Drawing(tuple(strokes), ground))
        else:
            self._change(_Drawing(tuple(strokes), ground))

    def forget(self) -> None:
        """Begin anew: nothing of before can be undone."""
        self._past = []
        self._take(_Drawing())

    def restyle(self) -> None:
        """Paint with the colours of the theme."""
        self._image = None
        self.update()

    def load(self, ground: DensityMap) -> None:
        """Take a picture in place of what is drawn."""
        self._change(_Drawing((), ground))

    def clear(self) -> None:
        """Take everything away."""
        if not self.is_empty:
            self._change(_Drawing())

    def undo(self) -> None:
        """Take the last change back."""
        if self._past:
            self._take(self._past.pop())

    def _change(self, drawing: _Drawing) -> None:
        self._past = [*self._past[-_MAX_CHANGES + 1 :], self._drawing]
        self._take(drawing)

    def _take(self, drawing: _Drawing) -> None:
        """Show a drawing; one more stroke than before is drawn on what is there."""
        before, self._drawing = self._drawing, drawing
        is_next = drawing.ground is before.ground and drawing.strokes[:-1] == before.strokes
        strokes, ground = (drawing.strokes[-1:], self._density) if is_next else (drawing.strokes, drawing.ground)
        try:
            self._density = drawings.draw_strokes(strokes, ground)
        except DataError:  # nothing was drawn, or all of it was erased
            self._density = None
        self._image = None
        self.update()
        self.changed.emit()

    # Drawing

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._way = [self._place(event.position())]
            self.update()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        if self._way:
            self._way.append(self._place(event.position()))
        self.update()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._way:
            stroke = Stroke(edits.make_stroke(self._way, _SPACING), round(self.brush_width, 4), self.erases)
            self._way = []
            self._change(_Drawing((*self._drawing.strokes, stroke), self._drawing.ground))

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._way = []  # the release of the button does not come here any more

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._pointer = None
        self.update()

    # Painting

    def _frame(self) -> QRectF:
        """Return the square of the plane in the widget."""
        side = min(self.width(), self.height())
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def _place(self, position: QPointF) -> tuple[float, float]:
        frame = self._frame()
        x = (position.x() - frame.left()) / frame.width() * 2 - 1
        y = 1 - (position.y() - frame.top()) / frame.height() * 2
        return min(1.0, max(-1.0, x)), min(1.0, max(-1.0, y))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        palette, frame = theme.current(), self._frame()
        painter = QPainter(self)
        painter.fillRect(frame, QColor(palette.window))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._density is not None:
            if self._image is None:
                self._image = _picture_of(self._density)
            painter.drawImage(_fitted(frame, self._image), self._image)
        painter.setClipRect(frame)
        self._paint_stroke(painter, frame)
        painter.setClipping(False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(palette.accent if self.hasFocus() else palette.muted), 1))
        painter.drawRect(frame.adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_stroke(self, painter: QPainter, frame: QRectF) -> None:
        """Paint the stroke that is being drawn, and the brush."""
        palette, px = theme.current(), frame.width() / 2
        width = self.brush_width * px
        if self._way:
            pen = QPen(QColor(palette.window if self.erases else palette.real), width)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            places = [QPointF(frame.left() + (x + 1) * px, frame.top() + (1 - y) * px) for x, y in self._way]
            painter.drawPoint(places[0])
            painter.drawPolyline(QPolygonF(places))
        if self._pointer is not None:
            painter.setPen(QPen(QColor(palette.alarm if self.erases else palette.text), 1))
            painter.drawEllipse(self._pointer, width / 2, width / 2)


def _picture_of(density: DensityMap) -> QImage:
    """Return a density in the colour of real points, on the colour of the ground."""
    palette = theme.current()
    ground, full = (_rgb(name) for name in (palette.window, palette.real))
    share = (density.weights / density.weights.max())[..., None]
    pixels = np.ascontiguousarray(np.round(ground + share * (full - ground)).astype(np.uint8))
    height, width, _ = pixels.shape
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def _rgb(name: str) -> npt.NDArray[np.float64]:
    colour = QColor(name)
    return np.array((colour.red(), colour.green(), colour.blue()), np.float64)


def _fitted(frame: QRectF, image: QImage) -> QRectF:
    """Return where a picture belongs: its longer side reaches from -1 to 1."""
    scale = frame.width() / max(image.width(), image.height())
    width, height = image.width() * scale, image.height() * scale
    return QRectF(frame.center().x() - width / 2, frame.center().y() - height / 2, width, height)
