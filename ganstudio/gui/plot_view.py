"""PlotView: the area of a plot, moved and zoomed along x."""

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsItem,
    QGraphicsSimpleTextItem,
    QStyleOptionGraphicsItem,
    QWidget,
)

from ganstudio.gui import theme
from ganstudio.gui.plot_specs import Spec
from ganstudio.gui.viewing import percent

AXIS_WIDTH = 46  # px: the same for all plots, so that their x axes line up
_HALF = 6  # px: of the height of a number
AXIS_HEIGHT = 16  # px


class PlotView(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """The area of a plot: drag and wheel, or arrow keys, + and -, move and zoom along x."""

    hovered = Signal(float)  # x under the pointer
    left = Signal()
    moved = Signal(object)  # the new (start, stop) of x
    taken = Signal()  # a person moved or zoomed it
    returnAsked = Signal()
    doubleClicked = Signal()
    menuAsked = Signal(QPointF)  # place on the screen

    def __init__(self, spec: Spec, parent: QWidget | None = None) -> None:
        # pyqtgraph's menus belong to nobody: whichever thread collects garbage destroys them, and Qt aborts there.
        super().__init__(parent, background=None, enableMenu=False)
        menu = self.getPlotItem().ctrlMenu
        menu.setParent(self, menu.windowFlags())  # with its flags, it stays a menu that does not show
        self.setObjectName(spec.object_name)
        self.setAccessibleName(f"plot: {spec.title}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(80, 40)
        self.setFrameShape(self.Shape.NoFrame)
        item = self.getPlotItem()
        item.hideButtons()
        item.setMouseEnabled(x=True, y=False)
        item.disableAutoRange()
        item.getAxis("left").setWidth(AXIS_WIDTH)
        for side in ("left", "bottom", "top", "right"):  # hidden ones would lay out their labels at each move too
            item.getAxis(side).enableAutoSIPrefix(False)
        item.getAxis("bottom").setHeight(AXIS_HEIGHT)
        self.show_x_axis(True)
        self._pressed: QPointF | None = None  # where the right button went down
        item.vb.sigXRangeChanged.connect(self._x_changed)
        item.vb.sigRangeChangedManually.connect(self._manual)

    def show_x_axis(self, shown: bool) -> None:
        """Numbers along x. Without them there is room for the lower half of the lowest number along y."""
        self.getPlotItem().showAxis("bottom", shown)
        self.getPlotItem().setContentsMargins(0, _HALF, theme.SPACE, 0 if shown else _HALF)

    def x_range(self) -> tuple[float, float]:
        """Start and stop of the x axis."""
        start, stop = self.getPlotItem().vb.viewRange()[0]
        return float(start), float(stop)

    def y_range(self) -> tuple[float, float]:
        """Lowest and highest of the y axis."""
        low, high = self.getPlotItem().vb.viewRange()[1]
        return float(low), float(high)

    def set_x_range(self, start: float, stop: float) -> None:
        """Show x from start to stop."""
        self.getPlotItem().vb.setXRange(start, stop, padding=0)

    def settle(self) -> None:
        """Bring all to its place now: done by a paint event, as pyqtgraph does it, a second paint follows the first."""
        self.scene().prepareForPaint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        start, stop = self.x_range()
        span = stop - start
        key = Qt.Key
        moves = {
            key.Key_Left: (-0.1, -0.1),
            key.Key_Right: (0.1, 0.1),
            key.Key_Plus: (0.1, -0.1),
            key.Key_Equal: (0.1, -0.1),
            key.Key_Minus: (-0.125, 0.125),
        }
        pressed = key(event.key())
        if pressed in moves:
            first, last = moves[pressed]
            self.set_x_range(start + first * span, stop + last * span)
            self.taken.emit()
        elif pressed in (key.Key_Home, key.Key_Escape):
            self.returnAsked.emit()
        else:
            super().keyPressEvent(event)

    # Clicks and the pointer are taken from Qt: pyqtgraph's own signals leave some of them out.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._pressed = event.position() if event.button() == Qt.MouseButton.RightButton else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.RightButton and self._pressed is not None:
            way = (event.position() - self._pressed).manhattanLength()
            if way < QApplication.startDragDistance():  # else it was a zoom
                self.menuAsked.emit(event.globalPosition())
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.doubleClicked.emit()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if event.buttons():
            return  # a drag
        box, place = self.getPlotItem().vb, self.mapToScene(event.position().toPoint())
        if box.sceneBoundingRect().contains(place):
            self.hovered.emit(box.mapSceneToView(place).x())
        else:
            self.left.emit()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            return True  # Qt would look for an item with a tooltip, and take away what the panel tells
        return bool(super().viewportEvent(event))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.left.emit()

    def _x_changed(self, *_: object) -> None:
        self.moved.emit(self.x_range())

    def _manual(self, *_: object) -> None:
        self.taken.emit()


class _Number(QGraphicsSimpleTextItem):
    """Words on a ground of their own: a line that passes below does not cross them out."""

    def __init__(self, words: str, parent: QGraphicsItem) -> None:
        super().__init__(words, parent)
        self.ground = QColor()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, /, widget: QWidget | None = None) -> None:
        painter.fillRect(self.boundingRect(), self.ground)
        super().paint(painter, option, widget)  # type: ignore[arg-type]  # PySide6 says QWidget, and takes None


class ShareScale:
    """Numbers at the right edge, inside the area, for lines that are shares: the x axes of all plots stay in line."""

    def __init__(self, view: PlotView) -> None:
        self._box = view.getPlotItem().vb
        self._numbers = [(share, _Number(percent(share), self._box)) for share in (0.0, 1.0)]
        for _, item in self._numbers:
            item.setZValue(-0.5)  # behind the lines and their points, before the marks
        self._shown = True
        self._box.sigResized.connect(self._place)

    def show(self, shown: bool) -> None:
        """Show the numbers where there are lines: else words stand there."""
        if shown != self._shown:
            self._shown = shown
            self._place()

    def restyle(self, font: QFont, colour: QColor, ground: QColor) -> None:
        """Take a font and the theme's colours of words and of what they stand on."""
        for _, item in self._numbers:
            item.setFont(font)
            item.setBrush(colour)
            item.ground = ground
        self._place()

    def _place(self, *_: object) -> None:
        room = self._box.boundingRect()
        for share, item in self._numbers:
            size = item.boundingRect()
            item.setVisible(self._shown and (share > 0 or room.height() >= 2 * size.height()))
            top = room.top() + (1 - share) * (room.height() - size.height())
            item.setPos(room.right() - size.width() - 2, top)
