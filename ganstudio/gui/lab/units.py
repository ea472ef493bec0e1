"""What the hidden units of D answer to, as small maps; one of them can be shown in the plane."""

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSignalBlocker, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.gui.lab import painting
from ganstudio.gui.lab.frame_messages import UnitsShown
from ganstudio.gui.lab.screen import LiveImage, Screen
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.fitting_label import FittingLabel
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.plots.curve_data import Floats
from ganstudio.plots.plane import Layer
from ganstudio.plots.plane_layers import LAST_LAYER, Unit, Units

_IN_ROW = 16
_MIN_SIDE, _MAX_SIDE = 14, 32  # px
_GAP = 2  # px


def units_of(units: Units) -> UnitsShown:
    """Return which hidden units small maps are of."""
    return UnitsShown(len(units.maps), units.layer, units.layers, units.count)


class UnitsStrip(QWidget):
    """Small maps of a hidden layer of D. The pointer over one shows it in the plane, a click keeps it there.

    Parameters
    ----------
    parent
        Qt's parent.
    """

    changed = Signal()  # another unit or layer is wanted

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("labUnits")
        self.layer_box = QComboBox(self)
        self.layer_box.setObjectName("labUnitsLayer")
        self.layer_box.setAccessibleName("hidden layer of D")
        self.layer_box.setProperty("small", True)
        self.layer_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.layer_box.setToolTip(as_tip("Which hidden layer of D the small maps are of."))
        self.note = FittingLabel(self)
        self.note.setProperty("muted", True)
        self.note.setProperty("small", True)
        self._told: UnitsShown | None = None
        self.maps = UnitMaps(self)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE)
        row.addWidget(self.layer_box)
        row.addWidget(self.note, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE // 2)
        column.addLayout(row)
        column.addWidget(self.maps)
        self.layer_box.activated.connect(self._layer_chosen)
        self.maps.changed.connect(self.changed)

    @property
    def unit(self) -> Unit:
        """The layer whose units are shown, and the unit in the plane."""
        layer = self.layer_box.currentData()
        return Unit(LAST_LAYER.layer if layer is None else layer, self.maps.shown)

    def show_units(self, units: Units | None) -> None:
        """Show the maps of a layer; None: there are none."""
        self.maps.show_units(units)
        if units is not None:
            self._tell_layer(units_of(units))

    def show_painted(self, live: LiveImage, units: UnitsShown) -> None:
        """Show the maps of a layer that a process paints as they lie here."""
        self.maps.show_painted(live, units.shown)
        self._tell_layer(units)

    def _tell_layer(self, units: UnitsShown) -> None:
        if units == self._told:
            return
        self._told = units
        if self.layer_box.count() != units.layers:
            with QSignalBlocker(self.layer_box):
                self.layer_box.clear()
                for number in range(units.layers):
                    self.layer_box.addItem(f"layer {number + 1} of {units.layers}", number)
                self.layer_box.setCurrentIndex(units.layer)
        shown = units.shown
        count = f"{shown} units" if shown == units.count else f"the first {shown} of {units.count} units"
        self.note.say(f"{count} of D, each by its own largest value; the pointer shows one in the plane", count)

    def start_over(self) -> None:
        """Show the last layer, and no unit in the plane: another run is open."""
        self._told = None
        with QSignalBlocker(self.layer_box):
            self.layer_box.clear()
        self.note.say("")
        self.maps.forget()

    def _layer_chosen(self) -> None:
        self.maps.release()
        self.changed.emit()


class UnitMaps(QWidget):
    """The small maps. Arrow keys keep one after the other in the plane, Escape lets it go.

    Parameters
    ----------
    parent
        Qt's parent.
    """

    changed = Signal()  # another unit is to be shown in the plane, or none

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("labUnitMaps")
        self.setAccessibleName("maps of hidden units of D")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._count = 0
        self._live: LiveImage | None = None  # all maps as they lie here, in place of `_picture`
        self._screen = Screen(self)  # shows it where nothing else is over it
        self._maps: Floats | None = None  # that `_picture` shows
        self._picture: QImage | None = None  # all maps, one below the other
        self._under_pointer: int | None = None
        self._kept: int | None = None
        self._arrange()

    @property
    def shown(self) -> int | None:
        """The unit that is shown in the plane: that under the pointer, else the one that is kept there."""
        return self._kept if self._under_pointer is None else self._under_pointer

    def show_units(self, units: Units | None) -> None:
        """Show maps, (K, R, C), -1..1; None: none."""
        self._show_live(None)
        if units is None:
            self._picture = self._maps = None
        elif units.maps is not self._maps:
            self._maps = units.maps
            self._take(units_picture(units.maps), len(units.maps))
        self.update()

    def show_painted(self, live: LiveImage, count: int) -> None:
        """Show so many maps that a process paints as they lie here."""
        if live is not self._live:
            self._maps = None
            self._take(live.image, count)
            self._show_live(live)

    def _show_live(self, live: LiveImage | None) -> None:
        if live is not self._live:
            self._live = live
            if live is None:
                self._screen.clear()
        self._refresh()

    def _refresh(self) -> None:
        """Paint anew what lies over the maps."""
        if self._live is None:
            self.update()
        else:
            self._screen.show_live(self._live, self.hasFocus() or self.shown is not None)

    @property
    def side(self) -> float:
        """Side of each map, px."""
        return self._side

    def _take(self, picture: QImage, count: int) -> None:
        self._picture = picture
        if count != self._count:
            self._count = count
            self._arrange()

    def forget(self) -> None:
        """Show nothing, and no unit in the plane."""
        self._picture, self._maps = None, None
        self._under_pointer = self._kept = None
        self._show_live(None)

    def release(self) -> None:
        """Show no unit in the plane."""
        self._show(None, None)

    def place_of(self, number: int) -> QRectF:
        """Return where the map of a unit is."""
        return _place(number, self._side)

    def unit_at(self, position: QPointF) -> int | None:
        """Return the unit whose map is at a position; None: there is none."""
        step = self._side + _GAP
        column, row = int(position.x() // step), int(position.y() // step)
        number = row * _IN_ROW + column
        return number if 0 <= column < _IN_ROW and 0 <= number < self._count and self._picture is not None else None

    def _show(self, under_pointer: int | None, kept: int | None) -> None:
        before = self.shown
        self._under_pointer, self._kept = under_pointer, kept
        self._refresh()
        if self.shown != before:
            shown = self.shown
            self.setAccessibleDescription("" if shown is None else f"unit {shown + 1} is shown in the plane")
            self.changed.emit()

    def _arrange(self) -> None:
        """Take the height that the maps need at this width."""
        side = (self.width() + _GAP) // _IN_ROW - _GAP
        self._side = min(_MAX_SIDE, max(_MIN_SIDE, side))
        rows = max(1, math.ceil(self._count / _IN_ROW))
        height = rows * (self._side + _GAP)
        if height != self.minimumHeight():
            self.setFixedHeight(height)

    @override
    def sizeHint(self) -> QSize:
        return QSize(_IN_ROW * (_MIN_SIDE + _GAP), self.minimumHeight())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(_IN_ROW * (_MIN_SIDE + _GAP) - _GAP, self.minimumHeight())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._maps is not None:
            self._picture = units_picture(self._maps)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            return
        painter = QPainter(self)
        if self._live is not None:
            painter.drawImage(QPointF(0, 0), self._picture)
        else:
            paint_maps(painter, self._picture, self._count, self._side)
        for framed, colour in ((self._kept, theme.current().text), (self._under_pointer, theme.current().accent)):
            if framed is not None:
                painter.setPen(QPen(QColor(colour), 2))
                painter.drawRect(self.place_of(framed).adjusted(1, 1, -1, -1))
        if self.hasFocus() and self.shown is None:
            painter.setPen(QPen(QColor(theme.current().accent), 1))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._refresh()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._refresh()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._show(self.unit_at(event.position()), self._kept)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        unit = self.unit_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and unit is not None:
            self._show(unit, None if unit == self._kept else unit)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._show(None, self._kept)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key
        moves = {key.Key_Left: -1, key.Key_Right: 1, key.Key_Up: -_IN_ROW, key.Key_Down: _IN_ROW}
        pressed = key(event.key())
        if pressed in moves and self._picture is not None:
            now = self.shown
            number = 0 if now is None else now + moves[pressed]
            if 0 <= number < self._count:
                self._show(None, number)
        elif pressed == key.Key_Escape and self.shown is not None:
            self._show(None, None)
        else:
            super().keyPressEvent(event)


def strip_size(count: int, side: float) -> QSizeF:
    """Return the size of so many maps of that side, px."""
    step, rows = side + _GAP, max(1, math.ceil(count / _IN_ROW))
    return QSizeF(_IN_ROW * step, rows * step)


def paint_maps(painter: QPainter, picture: QImage, count: int, side: float) -> None:
    """Paint so many maps, which the picture has one below the other, in rows."""
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setPen(QColor(theme.current().border))
    height = picture.height() / count
    for number in range(count):
        place = _place(number, side)
        painter.drawImage(place, picture, QRectF(0, number * height, picture.width(), height))
        painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))


def _place(number: int, side: float) -> QRectF:
    """Return where the map of a unit is."""
    row, column = divmod(number, _IN_ROW)
    step = side + _GAP
    return QRectF(column * step, row * step, side, side)


def units_picture(maps: Floats) -> QImage:
    """Return small maps (K, R, C) as a picture of one below the other."""
    return painting.picture_of(maps.reshape(-1, maps.shape[2]), Layer.UNITS)
