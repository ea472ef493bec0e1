"""PictureMenu: what a right click on a picture of the grid offers."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

CORNERS = ("top left", "top right", "bottom left", "bottom right")  # of the morph square


class PictureMenu(QMenu):
    """Menu of one picture; deletes itself when it is closed."""

    openRequested = Signal(int)  # index of the picture: open it in the explorer
    cornerRequested = Signal(int, int)  # index; corner of the morph square, 0..3
    saveRequested = Signal(int)

    def __init__(self, index: int | None, parent: QWidget) -> None:
        """`index` of the picture that was clicked; None: there is none below the pointer."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._index = -1 if index is None else index
        if index is None:
            return
        self.addAction("Open in the explorer", self._open)
        corners = self.addMenu("Put in the morph square")
        for corner, name in enumerate(CORNERS):
            corners.addAction(name, self._put).setData(corner)
        self.addAction("Save this picture\N{HORIZONTAL ELLIPSIS}", self._save)
        self.addSeparator()

    def _open(self) -> None:
        self.openRequested.emit(self._index)

    def _put(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self.cornerRequested.emit(self._index, action.data())

    def _save(self) -> None:
        self.saveRequested.emit(self._index)
