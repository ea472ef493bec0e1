"""Geometry of the diagram of a round: where its nodes are, and the lines between them."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from ganstudio.gui.round.stages import EDGES_OF_D, EDGES_OF_G, PAIRED_EDGES, Edge, Node, Stage

LINE = 16  # px: a line of text above and below a node

# Column and row of each node.
_PLACES = {
    Node.NOISE: (0, 1.0),
    Node.G: (1, 1.0),
    Node.FAKES: (2, 1.0),
    Node.REALS: (2, 0.0),
    Node.D: (3, 0.5),
    Node.OF_REALS: (4, 0.0),
    Node.OF_FAKES: (4, 1.0),
    Node.D_LOSS: (5, 0.0),
    Node.G_LOSS: (5, 1.0),
    Node.SCORE_PUSH: (4, 2.0),
    Node.FAKE_PUSH: (2, 2.0),
}
_COLUMNS, _ROWS = 6, 3
_GAP, _MAX_GAP = 34.0, 72.0  # px, between columns
_ROW_GAP, _MAX_ROW_GAP = 14.0, 40.0  # px, between rows
_MARGIN, _EDGE = 18, 4  # px, beside the outer nodes, whose texts may be wider than their pictures; above and below
_HEIGHT_FOR_CAPTIONS = 300  # px: with less there are none, and the pictures are larger
_BESIDE = 9.0  # px: between two lines to the same side of a node


@dataclass(frozen=True)
class Box:
    """Where a node is: its picture, and the whole with the lines of text."""

    picture: QRectF
    whole: QRectF


def place_nodes(width: float, height: float) -> dict[Node, Box]:
    """Return where each node is in a widget of that size; where it is low, without captions."""
    room, below = width - 2 * _MARGIN, LINE if height >= _HEIGHT_FOR_CAPTIONS else 0
    least = _ROW_GAP if below else _ROW_GAP / 2
    tall = height - 2 * _EDGE
    largest = (tall - (_ROWS - 1) * least) / _ROWS - LINE - below
    side = min((room - (_COLUMNS - 1) * _GAP) / _COLUMNS, largest)
    across = min((room - _COLUMNS * side) / (_COLUMNS - 1), _MAX_GAP)
    left = (width - _COLUMNS * side - (_COLUMNS - 1) * across) / 2
    whole = side + LINE + below
    gap = min((tall - _ROWS * whole) / (_ROWS - 1), _MAX_ROW_GAP)
    down = whole + gap
    top = (height - _ROWS * down + gap) / 2
    found = {}
    for node, (column, row) in _PLACES.items():
        picture = QRectF(left + column * (side + across), top + row * down + LINE, side, side)
        beside = min(across / 2 - 2, _MARGIN)
        found[node] = Box(picture, picture.adjusted(-beside, -LINE, beside, below))
    return found


def edges_of(stage: Stage | None) -> list[Edge]:
    """Return every line of the diagram."""
    tables = [EDGES_OF_D, EDGES_OF_G]
    if stage is not None and any(update.real is not None for update in stage.record.updates if not update.is_of_d):
        tables.append(PAIRED_EDGES)
    found = {edge: None for table in tables for edges in table.values() for edge in edges}
    return list(found)


def path_of(edge: Edge, boxes: dict[Node, Box]) -> QPainterPath:
    """Return the line from one node to another, clear of the others and of their texts."""
    start, end = (boxes[node] for node in edge)
    match edge:
        case (Node.D_LOSS, Node.SCORE_PUSH):
            channel = (start.picture.left() + boxes[Node.OF_REALS].picture.right()) / 2
            level = start.picture.bottom() - _BESIDE
            middle = end.picture.center().y()
            return _line(
                (start.picture.left(), level), (channel, level), (channel, middle), (end.picture.right(), middle)
            )
        case (Node.G_LOSS, Node.D):
            below, x = (
                (start.whole.bottom() + boxes[Node.SCORE_PUSH].whole.top()) / 2,
                end.picture.center().x() + _BESIDE,
            )
            middle = start.picture.center().x()
            return _line((middle, start.whole.bottom()), (middle, below), (x, below), (x, end.whole.bottom()))
        case (Node.SCORE_PUSH, Node.D):
            return _corner(start.picture.left(), start, end.picture.center().x() + _BESIDE, end)
        case (Node.D, Node.FAKE_PUSH):
            x, middle = start.picture.center().x() - _BESIDE, end.picture.center().y()
            return _line((x, start.whole.bottom()), (x, middle), (end.picture.right(), middle))
        case (Node.FAKE_PUSH, Node.G):
            return _corner(start.picture.left(), start, end.picture.center().x(), end)
        case _:
            return _curve(start.picture, end.picture)


def _corner(x: float, start: Box, up_at: float, end: Box) -> QPainterPath:
    """Return a line from the side of a box across, and then up to another from below."""
    middle = start.picture.center().y()
    return _line((x, middle), (up_at, middle), (up_at, end.whole.bottom()))


def _line(first: tuple[float, float], *others: tuple[float, float]) -> QPainterPath:
    path = QPainterPath(QPointF(*first))
    for place in others:
        path.lineTo(QPointF(*place))
    return path


def _curve(start: QRectF, end: QRectF) -> QPainterPath:
    """Return a curve from the right side of a box to the left side of another."""
    one, other = QPointF(start.right(), start.center().y()), QPointF(end.left(), end.center().y())
    bend = QPointF((other.x() - one.x()) / 2, 0)
    path = QPainterPath(one)
    path.cubicTo(one + bend, other - bend, other)
    return path
