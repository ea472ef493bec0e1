"""Layout that puts widgets side by side, and into a further row where there is no room."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget
from typing_extensions import override

from ganstudio.gui.widgets.theme import SPACE


class FlowLayout(QLayout):
    """Layout of widgets in rows, each as large as its size hint and at the middle of its row, wrapped as words are.

    Parameters
    ----------
    parent : QWidget, optional
        Qt's parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._known_places: dict[int, list[tuple[QLayoutItem, QRect]]] = {}  # by width, as Qt asks again and again
        self._known_minimum: QSize | None = None
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(SPACE)

    @override
    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    @override
    def invalidate(self) -> None:
        self._known_places, self._known_minimum = {}, None
        super().invalidate()

    @override
    def count(self) -> int:
        return len(self._items)

    @override
    def itemAt(self, index: int) -> QLayoutItem | None:  # None: Qt asks until then
        return self._items[index] if 0 <= index < len(self._items) else None

    @override
    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    @override
    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int) -> int:
        return max((place.bottom() + 1 for _, place in self._places(width)), default=0)

    @override
    def setGeometry(self, room: QRect) -> None:
        super().setGeometry(room)
        for item, place in self._places(room.width()):
            item.setGeometry(place.translated(room.topLeft()))

    @override
    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """Return the size of the largest widget: a row holds at least one."""
        if self._known_minimum is None:
            largest = QSize(0, 0)
            for item in self._items:
                if not item.isEmpty():
                    largest = largest.expandedTo(item.minimumSize())
            self._known_minimum = largest
        return QSize(self._known_minimum)

    def _places(self, width: int) -> list[tuple[QLayoutItem, QRect]]:
        """Return where each visible item goes in a room of that width, from (0, 0)."""
        if width not in self._known_places:
            self._known_places[width] = self._place(width)
        return self._known_places[width]

    def _place(self, width: int) -> list[tuple[QLayoutItem, QRect]]:
        rows: list[list[tuple[QLayoutItem, QRect]]] = []
        left = top = tallest = 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            if not rows or (left and left + size.width() > width):
                left, top, tallest = 0, top + tallest + self.spacing() if rows else 0, 0
                rows.append([])
            rows[-1].append((item, QRect(QPoint(left, top), QSize(min(size.width(), width), size.height()))))
            left += size.width() + self.spacing()
            tallest = max(tallest, size.height())
        return [placed for row in rows for placed in _centred(row)]


def _centred(row: list[tuple[QLayoutItem, QRect]]) -> list[tuple[QLayoutItem, QRect]]:
    """Return a row with each item at its middle, so that the words of a label are beside those of a button."""
    tallest = max(place.height() for _, place in row)
    return [(item, place.translated(0, (tallest - place.height()) // 2)) for item, place in row]
