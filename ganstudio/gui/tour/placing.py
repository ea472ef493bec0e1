"""Where the card of the tour stands: beside what is lit, and over as little of it as possible."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPoint, QRect, QSize

from ganstudio.gui.widgets.theme import SPACE

_LIT_WEIGHT = 8  # of what is lit, compared with what should rather be seen, too


def place_card(
    size: QSize, room: QRect, lit: Sequence[QRect], seen: Sequence[QRect] = (), at: QRect | None = None
) -> QPoint:
    """Return the top left corner of a card.

    Parameters
    ----------
    size
        Of the card.
    room
        Where it can be.
    lit
        What it must not cover, if that can be avoided.
    seen
        What it should not cover: messages, other windows.
    at
        Where it is; it stays if no place is better. None: nowhere yet.
    """
    places = [_inside(QRect(corner, size), room) for corner in _corners(size, room, lit)]
    if at is not None:
        places.insert(0, _inside(QRect(at.topLeft(), size), room))
    return min(places, key=lambda place: _LIT_WEIGHT * _covered(place, lit) + _covered(place, seen)).topLeft()


def _corners(size: QSize, room: QRect, lit: Sequence[QRect]) -> Iterable[QPoint]:
    """Yield corners beside what is lit, then those of the window, then its middle."""
    whole = QRect()
    for one in lit:
        whole = whole.united(one)
    width, height = size.width() + 2 * SPACE, size.height() + 2 * SPACE
    if not whole.isEmpty():
        yield QPoint(whole.right() + 2 * SPACE, whole.top())
        yield QPoint(whole.left() - width, whole.top())
        yield QPoint(whole.left(), whole.bottom() + 2 * SPACE)
        yield QPoint(whole.left(), whole.top() - height)
    else:
        yield room.center() - QPoint(width // 2, height // 2)
    for x in (room.right(), room.left()):
        for y in (room.bottom(), room.top()):
            yield QPoint(x, y)
    yield room.center() - QPoint(width // 2, height // 2)


def _inside(place: QRect, room: QRect) -> QRect:
    x = max(room.left() + SPACE, min(place.left(), room.right() - SPACE - place.width()))
    y = max(room.top() + SPACE, min(place.top(), room.bottom() - SPACE - place.height()))
    return QRect(QPoint(x, y), place.size())


def _covered(place: QRect, others: Sequence[QRect]) -> int:
    common = (place.intersected(other) for other in others)
    return sum(one.width() * one.height() for one in common)
