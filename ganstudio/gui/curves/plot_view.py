"""PlotView: the area of a plot, moved and zoomed along x."""

import math

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QGraphicsSimpleTextItem, QWidget

from ganstudio.gui.curves.plot_specs import Spec
from ganstudio.gui.model.viewing import percent
from ganstudio.gui.widgets import theme

AXIS_WIDTH = 46  # px: the same for all plots, so that their x axes line up
_HALF = 6  # px: of the height of a number
_AWAY = 4  # px between the area and a number right of it
_BELOW = 3  # px that it may reach below the area
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
        self._beside = theme.SPACE  # px
        self.show_x_axis(True)
        self._pressed: QPointF | None = None  # where the right button went down
        item.vb.sigXRangeChanged.connect(self._x_changed)
        item.vb.sigRangeChangedManually.connect(self._manual)

    def show_x_axis(self, shown: bool) -> None:
        """Numbers along x. Without them there is room for the lower half of the lowest number along y."""
        self.getPlotItem().showAxis("bottom", shown)
        self._leave_room()

    def leave_beside(self, width: int) -> None:
        """Room of `width` px right of the area: of all plots that stand in line, where one has numbers there."""
        self._beside = max(theme.SPACE, width)
        self._leave_room()

    def _leave_room(self) -> None:
        item = self.getPlotItem()
        below = 0 if item.getAxis("bottom").isVisible() else _HALF
        item.setContentsMargins(0, _HALF, self._beside, below)

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
        self.getPlotItem().layout.activate()
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


class ShareScale:
    """Numbers right of the area, for lines that are shares: no line and no point reaches there."""

    def __init__(self, view: PlotView) -> None:
        item = view.getPlotItem()
        self._box = item.vb
        self._numbers = [(share, QGraphicsSimpleTextItem(percent(share), item)) for share in (0.0, 1.0)]
        self._shown = True
        self._box.geometryChanged.connect(self._place)

    def width(self) -> int:
        """px that it needs beside the area."""
        return math.ceil(max(item.boundingRect().width() for _, item in self._numbers)) + 2 * _AWAY

    def show(self, shown: bool) -> None:
        """Show the numbers where there are lines: else words stand there."""
        if shown != self._shown:
            self._shown = shown
            self._place()

    def restyle(self, font: QFont, colour: QColor) -> None:
        """Take a font and the theme's colour of words."""
        for _, item in self._numbers:
            item.setFont(font)
            item.setBrush(colour)
        self._place()

    def _place(self, *_: object) -> None:
        """Beside their places; the lower one not so low that a number along x could reach it."""
        room = self._box.geometry()
        for share, item in self._numbers:
            height = item.boundingRect().height()
            item.setVisible(self._shown and (share > 0 or room.height() >= 2 * height))
            top = room.top() + (1 - share) * room.height() - height / 2
            item.setPos(room.right() + _AWAY, max(0.0, min(top, room.bottom() - height + _BELOW)))
