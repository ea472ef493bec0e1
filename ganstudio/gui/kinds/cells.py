"""A cell for each kind: an example, its name, and how often it is made beside how often the data has it."""

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QHelpEvent, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.picture_grid import FORMATS
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.workers.kinds import FoundKinds
from ganstudio.images import Pictures
from ganstudio.text import format_percent, one_line

if TYPE_CHECKING:
    from ganstudio.evaluation.kinds import KindMap

_GAP = SPACE // 2  # px between cells
_SHAPE = 2.4  # width of a cell, times its height
_BAR = 5  # px
_DOWN = QPointF(0, _BAR / 2 + 1)  # from the middle of the bar to the end of the line across it
_MAX_NAME = 40  # characters
MISSING, RARE, UNSURE = "missing", "rare", "too rare to tell"


class KindCells(QWidget):
    """The cells, as large as there is room.

    Parameters
    ----------
    parent
        Qt's parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("kindCells")
        self.setAccessibleName("kinds that G makes")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 120)
        self._found: FoundKinds | None = None
        self._text = ""

    def show_kinds(self, found: FoundKinds) -> None:
        """Show which kinds there are."""
        self._found, self._text = found, ""
        self.setAccessibleDescription("; ".join(self.describe(kind) for kind in range(len(found.map.names))))
        self.update()

    def show_text(self, text: str) -> None:
        """Show why there are no cells."""
        self._found, self._text = None, text
        self.setAccessibleDescription(text)
        self.update()

    def describe(self, kind: int) -> str:
        """Return what there is to say of a kind."""
        assert self._found is not None
        kinds = self._found.map
        made, real = format_percent(float(kinds.shares[kind])), format_percent(float(kinds.reference[kind]))
        state = state_of(kinds, kind)
        whole = "of what G makes" if kinds.recognised == 1 else "of what G makes of some kind"
        words = f"{one_line(kinds.names[kind], _MAX_NAME)}: {made} {whole}, {real} of the data"
        if kinds.obeyed is not None and not np.isnan(kinds.obeyed[kind]):
            words += f"; asked for it, G makes it in {format_percent(float(kinds.obeyed[kind]))} of the pictures"
        return f"{words}; {state}" if state else words

    def kind_at(self, x: float, y: float) -> int:
        """Return the number of the kind whose cell is at a place; -1: none."""
        if self._found is None:
            return -1
        places = range(len(self._found.map.names))
        return next((kind for kind in places if self.cell(kind).contains(x, y)), -1)

    def cell(self, kind: int) -> QRectF:
        """Return where the cell of a kind is."""
        assert self._found is not None
        columns, rows = _arrange(len(self._found.map.names), self.width(), self.height())
        width, height = (self.width() + _GAP) / columns, (self.height() + _GAP) / rows
        return QRectF(kind % columns * width, kind // columns * height, width - _GAP, height - _GAP)

    @override
    def sizeHint(self) -> QSize:
        return QSize(640, 320)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            kind = self.kind_at(event.pos().x(), event.pos().y())
            if kind >= 0:
                QToolTip.showText(event.globalPos(), as_tip(self.describe(kind)), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._found is None:
            painter.setPen(QColor(theme.current().muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(SPACE, SPACE, -SPACE, -SPACE), flags, self._text)
            return
        for kind in range(len(self._found.map.names)):
            self._paint_cell(painter, kind)

    def _paint_cell(self, painter: QPainter, kind: int) -> None:
        assert self._found is not None
        colours, cell = theme.current(), self.cell(kind)
        state = state_of(self._found.map, kind)
        edge = {MISSING: colours.alarm, RARE: colours.fake}.get(state, colours.border)
        painter.setPen(QPen(QColor(edge), 2 if state == MISSING else 1))
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(cell.adjusted(1, 1, -1, -1), 4, 4)
        inner = cell.adjusted(SPACE / 2, SPACE / 2, -SPACE / 2, -SPACE / 2)
        side = min(inner.height(), inner.width() * 0.5)
        self._paint_example(painter, QRectF(inner.left(), inner.center().y() - side / 2, side, side), kind)
        self._paint_words(painter, inner.adjusted(side + SPACE / 2, 0, 0, 0), kind, state)

    def _paint_example(self, painter: QPainter, room: QRectF, kind: int) -> None:
        assert self._found is not None
        if self._found.modes is not None:
            self._paint_modes(painter, room, kind)
            return
        example = self._found.examples.get(kind)
        if example is None:
            painter.setPen(QPen(QColor(theme.current().border), 1, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(room.adjusted(2, 2, -2, -2))
            return
        image = _to_image(example[0])
        scale = min(room.width() / image.width(), room.height() / image.height())
        size = QRectF(0, 0, image.width() * scale, image.height() * scale)
        size.moveCenter(room.center())
        painter.drawImage(size, image)

    def _paint_modes(self, painter: QPainter, room: QRectF, kind: int) -> None:
        """Paint where a mode is among the others."""
        assert self._found is not None
        assert self._found.modes is not None
        colours, centres = theme.current(), self._found.modes.centres
        largest = float(np.abs(centres).max()) * 1.25 or 1.0
        painter.setPen(Qt.PenStyle.NoPen)
        for number, (x, y) in enumerate(centres):
            is_own = number == kind
            radius = max(1.5, room.width() * (0.09 if is_own else 0.035))
            painter.setBrush(QColor(colours.real if is_own else colours.muted))
            across = room.center().x() + float(x) / largest * room.width() / 2
            down = room.center().y() - float(y) / largest * room.height() / 2
            painter.drawEllipse(QRectF(across - radius, down - radius, 2 * radius, 2 * radius))

    def _paint_words(self, painter: QPainter, room: QRectF, kind: int, state: str) -> None:
        assert self._found is not None
        colours, kinds = theme.current(), self._found.map
        font = QFont(self.font())
        font.setPixelSize(theme.SMALL)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        line = metrics.height()
        share, real = float(kinds.shares[kind]), float(kinds.reference[kind])
        lines = [
            (one_line(kinds.names[kind]), colours.text),
            (state or format_percent(share), colours.text if state else colours.muted),
        ]
        top = room.top() + max(0.0, (room.height() - 2 * line - _BAR - 2) / 2)
        for text, colour in lines:
            painter.setPen(QColor(colour))
            short = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(QRectF(room.left(), top, room.width(), line), Qt.AlignmentFlag.AlignLeft, short)
            top += line
        full = 2 * real or 1.0  # the bar is half full where G makes the kind as often as the data has it
        bar = QRectF(room.left(), top + 2, max(1.0, room.width() - 2), _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.border))
        painter.drawRect(bar)
        painter.setBrush(QColor(colours.fake))
        painter.drawRect(QRectF(bar.left(), bar.top(), bar.width() * min(1.0, share / full), _BAR))
        painter.setPen(QPen(QColor(colours.real), 2))
        painter.drawLine(bar.center() - _DOWN, bar.center() + _DOWN)


def state_of(kinds: "KindMap", kind: int) -> str:
    """Return whether a kind is `MISSING`, `RARE`, `UNSURE` or neither, ""."""
    if kind in kinds.missing:
        return MISSING
    return UNSURE if kind in kinds.unsure else RARE if kind in kinds.rare else ""


def _arrange(count: int, width: int, height: int) -> tuple[int, int]:
    """Return columns and rows of so many cells whose shape is nearest to what suits them."""

    def misfit(columns: int) -> float:
        rows = math.ceil(count / columns)
        shape = (width / columns) / max(1.0, height / rows)
        return abs(math.log(max(shape, 1e-3) / _SHAPE)) + 0.08 * (columns * rows - count)

    columns = min(range(1, count + 1), key=misfit)
    return columns, math.ceil(count / columns)


def _to_image(picture: Pictures) -> QImage:
    pixels = np.ascontiguousarray(picture)
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, channels * width, FORMATS[channels]).copy()
