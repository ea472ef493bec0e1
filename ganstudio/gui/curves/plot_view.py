"""Area of a plot, moved and zoomed along x."""

import math
from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from ganstudio.gui.widgets import theme

AXIS_WIDTH = 46  # px, or more where numbers need it: the same for all plots, so that their x axes line up
_BESIDE_NUMBER = 8  # px between the widest number and the area
_HALF_NUMBER = 6  # px: half the height of a number
AXIS_HEIGHT = 16  # px


class PlotView(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """Area of a plot: dragging and the wheel, or the arrow keys, + and -, move it and zoom along x."""

    hovered = Signal(float)  # x under the pointer
    left = Signal()  # the pointer left the area
    xRangeChanged = Signal(object)  # (start, stop)
    userMoved = Signal()  # the user moved or zoomed it
    returnRequested = Signal()
    doubleClicked = Signal()
    menuRequested = Signal(QPointF)  # position on the screen
    axisWidthWanted = Signal()  # the numbers along y need another width than before

    def __init__(self, object_name: str, title: str, parent: QWidget | None = None) -> None:
        # pyqtgraph's menus have no parent: whichever thread collects garbage destroys them, and Qt aborts there.
        super().__init__(parent, background=None, enableMenu=False)
        menu = self.getPlotItem().ctrlMenu
        menu.setParent(self, menu.windowFlags())  # with its flags, it stays a hidden menu
        self.setObjectName(object_name)
        self.setAccessibleName(f"plot: {title}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(80, 40)
        self.setFrameShape(self.Shape.NoFrame)
        self.setCacheMode(self.CacheModeFlag.CacheNone)  # pyqtgraph's would keep the ground of the theme before
        for each in (self, self.viewport()):  # pyqtgraph refuses what is dragged over it, and Qt warns as that leaves
            each.setAcceptDrops(False)
        item = self.getPlotItem()
        item.hideButtons()
        item.setMouseEnabled(x=True, y=False)
        item.disableAutoRange()
        self.wanted_axis_width = AXIS_WIDTH
        item.getAxis("left").setWidth(AXIS_WIDTH)
        for side in ("left", "bottom", "top", "right"):  # hidden ones would lay out their labels at each move too
            item.getAxis(side).enableAutoSIPrefix(False)
        item.getAxis("bottom").setHeight(AXIS_HEIGHT)
        self._right_margin = theme.SPACE  # px
        self.show_x_axis(True)
        self._pressed: QPointF | None = None  # where the right button went down
        item.vb.sigXRangeChanged.connect(self._report_x_range)
        item.vb.sigRangeChangedManually.connect(self._report_user_move)

    def set_numbers(self, numbers: Sequence[tuple[float, str]]) -> None:
        """Show numbers along y, each with its text."""
        axis = self.getPlotItem().getAxis("left")
        axis.setTicks([numbers])
        metrics = QFontMetricsF(axis.style["tickFont"] or self.font())
        widest = max((metrics.horizontalAdvance(text) for _, text in numbers), default=0.0)
        wanted = max(AXIS_WIDTH, math.ceil(widest) + _BESIDE_NUMBER)
        if wanted != self.wanted_axis_width:
            self.wanted_axis_width = wanted
            self.axisWidthWanted.emit()

    def set_axis_width(self, width: int) -> None:
        """Give the numbers along y that width, px."""
        axis = self.getPlotItem().getAxis("left")
        if axis.width() != width:
            axis.setWidth(width)

    def show_x_axis(self, shown: bool) -> None:
        """Show or hide the numbers along x; without them there is room for half of the lowest number along y."""
        self.getPlotItem().showAxis("bottom", shown)
        self._set_margins()

    def set_right_margin(self, width: int) -> None:
        """Leave `width` px right of the area, the same for all plots of a column, of which one has numbers there."""
        self._right_margin = max(theme.SPACE, width)
        self._set_margins()

    def _set_margins(self) -> None:
        item = self.getPlotItem()
        below = 0 if item.getAxis("bottom").isVisible() else _HALF_NUMBER
        item.setContentsMargins(0, _HALF_NUMBER, self._right_margin, below)

    def x_range(self) -> tuple[float, float]:
        """Return start and stop of the x axis."""
        start, stop = self.getPlotItem().vb.viewRange()[0]
        return float(start), float(stop)

    def y_range(self) -> tuple[float, float]:
        """Return the lowest and the highest value of the y axis."""
        low, high = self.getPlotItem().vb.viewRange()[1]
        return float(low), float(high)

    def area_width(self) -> float:
        """Return the width of what is inside the axes, px."""
        return float(self.getPlotItem().vb.width())

    def area_height(self) -> float:
        """Return the height of what is inside the axes, px."""
        return float(self.getPlotItem().vb.height())

    def set_x_range(self, start: float, stop: float) -> None:
        """Show x from `start` to `stop`."""
        self.getPlotItem().vb.setXRange(start, stop, padding=0)

    def settle(self) -> None:
        """Lay out all items now: in a paint event, where pyqtgraph does it, a second paint would follow the first."""
        self.getPlotItem().layout.activate()
        self.scene().prepareForPaint()

    @override
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
            self.userMoved.emit()
        elif pressed in (key.Key_Home, key.Key_Escape):
            self.returnRequested.emit()
        else:
            super().keyPressEvent(event)

    # Clicks and the pointer come from Qt: pyqtgraph's own signals leave some of them out.

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._pressed = event.position() if event.button() == Qt.MouseButton.RightButton else None

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.RightButton and self._pressed is not None:
            distance = (event.position() - self._pressed).manhattanLength()
            if distance < QApplication.startDragDistance():  # else it was a zoom
                self.menuRequested.emit(event.globalPosition())
        self._pressed = None

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.doubleClicked.emit()
        event.accept()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if event.buttons():
            return  # a drag
        box = self.getPlotItem().vb
        position = self.mapToScene(event.position().toPoint())
        if box.sceneBoundingRect().contains(position):
            self.hovered.emit(box.mapSceneToView(position).x())
        else:
            self.left.emit()

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            return True  # Qt would look for an item with a tooltip, and hide that of the panel
        return bool(super().viewportEvent(event))

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.left.emit()

    def _report_x_range(self, *_: object) -> None:
        self.xRangeChanged.emit(self.x_range())

    def _report_user_move(self, *_: object) -> None:
        self.userMoved.emit()
