"""The diagram of a round: noise, G, fakes, D, opinions, losses and gradients, lit as the round goes on."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QFont,
    QHelpEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget
from typing_extensions import override

from ganstudio.gui.round.captions import caption, tip
from ganstudio.gui.round.geometry import LINE, Box, edges_of, path_of, place_nodes
from ganstudio.gui.round.stages import BACKWARD, Node, Stage
from ganstudio.gui.round.thumbnails import PAINTERS
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.rich_text import as_tip

_DIM = 0.4  # of nodes that are not lit
_ARROW = 6.0  # px
_FRAME = 40  # ms, between two pictures of lines that move
_DASH = (5.0, 4.0)


class RoundDiagram(QWidget):
    """Diagram of a stage. A click on a node shows it large, another one all of them again; so do Up, Down and Escape.

    Parameters
    ----------
    parent
        Qt's parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("roundDiagram")
        self.setAccessibleName("diagram of the round")
        self.setMinimumSize(590, 170)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.stage: Stage | None = None
        self.large: Node | None = None
        self._drawn: QPixmap | None = None
        self._offset = 0.0  # of moving lines
        self._timer = QTimer(self, interval=_FRAME)
        self._timer.timeout.connect(self._move_lines)

    @override
    def sizeHint(self) -> QSize:
        return QSize(960, 500)

    def show_stage(self, stage: Stage | None) -> None:
        """Show a stage; None: nothing."""
        self.stage = stage
        self.setAccessibleDescription("" if stage is None else f"{stage.title}. {stage.sentence}")
        self._redraw()

    def set_moving(self, is_moving: bool) -> None:
        """Let lit lines move, or rest."""
        if is_moving != self._timer.isActive():
            self._timer.start() if is_moving else self._timer.stop()
            self.update()

    def enlarge(self, node: Node | None) -> None:
        """Show one node large; None: all of them."""
        if node is not self.large:
            self.large = node
            self._redraw()

    # ---- where things are ---------------------------------------------------------------------------------------

    def boxes(self) -> dict[Node, Box]:
        """Return where each node is."""
        return place_nodes(self.width(), self.height())

    def node_at(self, position: QPointF) -> Node | None:
        """Return the node at a position; None: there is none."""
        if self.large is not None:
            return self.large
        return next((node for node, box in self.boxes().items() if box.picture.contains(position)), None)

    # ---- painting -----------------------------------------------------------------------------------------------

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._drawing())
        if self.stage is not None and self.large is None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_lit_edges(painter, self.stage)

    def _drawing(self) -> QPixmap:
        """Return all but the lit lines, drawn once: they move."""
        ratio = self.devicePixelRatioF()
        if self._drawn is None or self._drawn.devicePixelRatio() != ratio:
            self._drawn = QPixmap(self.size() * ratio)
            self._drawn.setDevicePixelRatio(ratio)
            self._drawn.fill(QColor(theme.current().surface))
            painter = QPainter(self._drawn)
            painter.setFont(self.font())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint(painter)
            painter.end()
        return self._drawn

    def _paint(self, painter: QPainter) -> None:
        boxes, stage = self.boxes(), self.stage
        if self.large is not None and stage is not None:
            self._paint_large(painter, self.large, stage)
            return
        painter.setPen(QPen(QColor(theme.current().border), 1.2))
        for edge in edges_of(stage):
            painter.drawPath(path_of(edge, boxes))
        for node, box in boxes.items():
            self._paint_node(painter, node, box, stage)

    def _paint_large(self, painter: QPainter, node: Node, stage: Stage) -> None:
        side = min(self.width(), self.height() - 2 * LINE)
        picture = QRectF((self.width() - side) / 2, LINE, side, side)
        self._paint_node(painter, node, Box(picture, picture.adjusted(-side, -LINE, side, LINE)), stage, is_lit=True)

    def _paint_node(
        self, painter: QPainter, node: Node, box: Box, stage: Stage | None, is_lit: bool | None = None
    ) -> None:
        palette = theme.current()
        is_lit = (stage is not None and node in stage.lit) if is_lit is None else is_lit
        picture = box.picture
        painter.fillRect(picture, QColor(palette.window))
        if stage is not None:
            painter.save()
            painter.setOpacity(1.0 if is_lit else _DIM)
            shown = PAINTERS[node](painter, picture, stage)
            painter.restore()
            if not shown:
                self._write(painter, picture, "\N{EN DASH}", palette.muted, Qt.AlignmentFlag.AlignCenter)
        frame = _colour_of(stage) if is_lit and stage is not None else palette.border
        painter.setPen(QPen(QColor(frame), 2.0 if is_lit else 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(picture)
        whole, middle = box.whole, Qt.AlignmentFlag.AlignHCenter
        colour = palette.text if is_lit else palette.muted
        self._write(painter, whole, node.value, colour, middle | Qt.AlignmentFlag.AlignTop)
        if stage is not None and whole.bottom() > picture.bottom():
            self._write(painter, whole, caption(node, stage), colour, middle | Qt.AlignmentFlag.AlignBottom)

    def _write(self, painter: QPainter, room: QRectF, text: str, colour: str, alignment: Qt.AlignmentFlag) -> None:
        font = QFont(self.font())
        font.setPixelSize(theme.SMALL)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(room, int(alignment), text)

    def _paint_lit_edges(self, painter: QPainter, stage: Stage) -> None:
        boxes = self.boxes()
        for edge in stage.edges:
            if edge[0] is edge[1]:
                continue
            path = path_of(edge, boxes)
            pen = QPen(QColor(_colour_of(stage)), 2.2)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            if edge in BACKWARD or self._timer.isActive():
                pen.setDashPattern(list(_DASH))
                pen.setDashOffset(-self._offset)
            painter.strokePath(path, pen)
            _paint_head(painter, path, _colour_of(stage))

    def _move_lines(self) -> None:
        self._offset = (self._offset + 0.6) % sum(_DASH)
        if self.isVisible() and self.large is None:
            self.update()

    def _redraw(self) -> None:
        self._drawn = None
        self.update()

    # ---- events -------------------------------------------------------------------------------------------------

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._redraw()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._redraw()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.set_moving(False)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.stage is not None:
            self.enlarge(None if self.large is not None else self.node_at(event.position()))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        step = steps.get(Qt.Key(event.key()))
        if step is not None and self.stage is not None:
            nodes = list(Node)
            before = -1 if self.large is None else nodes.index(self.large)
            self.enlarge(nodes[(before + step) % len(nodes) if self.large or step > 0 else -1])
        elif event.key() == Qt.Key.Key_Escape and self.large is not None:  # one thing at a time
            self.enlarge(None)
        else:
            super().keyPressEvent(event)

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            node = self.node_at(QPointF(event.pos()))
            if node is None or self.stage is None:
                QToolTip.hideText()
            else:
                more = "Click to see all nodes." if self.large is not None else "Click to enlarge."
                QToolTip.showText(event.globalPos(), as_tip(f"{tip(node, self.stage)} {more}"), self)
            return True
        return super().event(event)


def _colour_of(stage: Stage) -> str:
    """Return the colour of the network whose update it is."""
    palette = theme.current()
    return palette.d_loss if stage.update.is_of_d else palette.g_loss


def _paint_head(painter: QPainter, path: QPainterPath, colour: str) -> None:
    """Paint the head of an arrow at the end of a line."""
    end, before = path.pointAtPercent(1.0), path.pointAtPercent(max(0.0, 1.0 - _ARROW / max(path.length(), 1.0)))
    way = end - before
    side = QPointF(-way.y(), way.x()) * 0.6
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawPolygon(QPolygonF([end, before + side, before - side]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
