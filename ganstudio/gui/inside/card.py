"""A stage of a network as a card: how many maps of what size, what makes them, and what it costs."""

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from ganstudio.gui.inside.figures import Sides, count_briefly, count_in_words, shape_briefly, shape_in_words
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.theme import SPACE, ColourName

if TYPE_CHECKING:
    from ganstudio.networks.inside.structure import Stage

_WIDTH = 112  # px
_DRAWING = 36  # px: height of the drawing
_ARROW = 12  # px before the card
_MAX_SHEETS = 6  # maps that are drawn, one behind the other
_SHEET_STEP = 2.5  # px from one to the next
_MIN_SHEET, _MAX_SHEET = 8.0, 22.0  # px: side of a map of one value, and of one with `_LARGEST`
_LARGEST = 256  # values along a side
_BAR = (7.0, 34.0)  # px: numbers in a row, without a place on a map
_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


class StageCard(QAbstractButton):
    """Button that shows a stage of a network; checked, it is the one that is looked at.

    Parameters
    ----------
    stage
        The stage.
    colour
        Name of the colour of its maps.
    parent
        Qt's parent.
    """

    stepRequested = Signal(object)  # Qt.Key: an arrow key

    def __init__(self, stage: "Stage", colour: ColourName, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stage = stage
        self._colour: ColourName = colour
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        layers = "; ".join(layer.words.title for layer in stage.layers)
        self.setAccessibleName(f"{stage.words.title}: makes {shape_in_words(stage.outputs)}")
        self.setAccessibleDescription(layers)
        cost = f"{stage.parameters:,} parameters, {count_in_words(stage.products)} multiplications"
        self.setToolTip(as_tip(f"{layers}\n{shape_in_words(stage.outputs)}; {cost}"))

    @override
    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._small())
        return QSize(_ARROW + _WIDTH, math.ceil(_DRAWING + 5 * metrics.height() + 1.5 * SPACE))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ARROWS:
            self.stepRequested.emit(Qt.Key(event.key()))
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_arrow(painter)
        card = QRectF(_ARROW, 0, self.width() - _ARROW, self.height())
        is_marked = self.isChecked() or self.hasFocus()
        width = 2 if self.isChecked() else 1
        painter.setPen(QPen(QColor(colours.accent if is_marked else colours.border), width))
        painter.setBrush(QColor(colours.hover if self.underMouse() else colours.raised))
        painter.drawRoundedRect(card.adjusted(width / 2, width / 2, -width / 2, -width / 2), 4, 4)
        drawing = QRectF(card.left(), card.top() + SPACE / 2, card.width(), _DRAWING)
        paint_maps(painter, drawing, self.stage.outputs, QColor(colours.colour(self._colour)))
        self._paint_words(painter, card)

    def _paint_arrow(self, painter: QPainter) -> None:
        painter.setPen(QPen(QColor(theme.current().muted), 1.2))
        y = self.height() / 2
        painter.drawLine(QPointF(1, y), QPointF(_ARROW - 2, y))
        painter.drawPolyline(
            QPolygonF([QPointF(_ARROW - 6, y - 3), QPointF(_ARROW - 2, y), QPointF(_ARROW - 6, y + 3)])
        )

    def _paint_words(self, painter: QPainter, card: QRectF) -> None:
        colours, stage = theme.current(), self.stage
        painter.setFont(self._small())
        line = painter.fontMetrics().height()
        left, width = card.left() + SPACE / 2, card.width() - SPACE
        top = card.top() + _DRAWING + SPACE * 0.75
        centre = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.setPen(QColor(colours.text))
        title = painter.fontMetrics().elidedText(stage.words.brief, Qt.TextElideMode.ElideRight, int(width))
        painter.drawText(QRectF(left, top, width, line), centre, title)
        rest = painter.fontMetrics().elidedText(_name_rest(stage), Qt.TextElideMode.ElideRight, int(width))
        painter.setPen(QColor(colours.muted))
        costs = f"{count_briefly(stage.parameters)} par.", f"{count_briefly(stage.products)} mult."
        for number, text in enumerate((rest, shape_briefly(stage.outputs), *costs), 1):
            painter.drawText(QRectF(left, top + number * line, width, line), centre, text)

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(theme.SMALL)
        return font


def _name_rest(stage: "Stage") -> str:
    """Return what follows the layer that gives the stage its name; of a block, how many layers are in it."""
    if stage.words is stage.layers[0].words:
        return ", ".join(layer.words.brief for layer in stage.layers[1:])
    return f"{len(stage.layers)} layers"


def paint_maps(painter: QPainter, room: QRectF, sides: Sides, colour: QColor) -> None:
    """Paint how many maps of what size there are: sheets one behind the other; numbers without places are a bar."""
    painter.setPen(QPen(QColor(theme.current().raised), 1))
    painter.setBrush(colour)
    if len(sides) != 3:
        width, height = _BAR
        share = math.log2(max(2, sides[0] if sides else 1)) / math.log2(4096)
        height *= min(1.0, max(0.2, share))
        bar = QRectF(room.center().x() - width / 2, room.center().y() - height / 2, width, height)
        painter.drawRoundedRect(bar, 2, 2)
        return
    sheets = min(_MAX_SHEETS, 1 + math.ceil(math.log2(max(1, sides[0])) * 0.8))
    longest = max(sides[1:])
    size = _MIN_SHEET + (_MAX_SHEET - _MIN_SHEET) * math.log2(max(1, longest)) / math.log2(_LARGEST)
    width, height = size * sides[2] / longest, size * sides[1] / longest
    spread = (sheets - 1) * _SHEET_STEP
    left = room.center().x() - (width + spread) / 2
    top = room.center().y() - (height + spread) / 2
    for sheet in range(sheets):  # the last one lies in front
        shift = sheet * _SHEET_STEP
        painter.drawRect(QRectF(left + shift, top + shift, width, height))
