"""Context menu of a picture of the grid."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

CORNERS = ("top left", "top right", "bottom left", "bottom right")  # of the morph square


class PictureMenu(QMenu):
    """Menu of one picture; deletes itself when it is closed.

    Parameters
    ----------
    index : int, optional
        The picture that was clicked; None: there is none under the pointer.
    parent : QWidget
        Qt's parent.
    """

    openRequested = Signal(int)  # index of the picture: open it in the explorer
    cornerRequested = Signal(int, int)  # index; corner of the morph square, 0..3
    saveRequested = Signal(int)  # index

    def __init__(self, index: int | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._index = -1 if index is None else index
        if index is None:
            return
        self.addAction("Open in the explorer", self._request_open)
        corners = self.addMenu("Put in the morph square")
        for corner, name in enumerate(CORNERS):
            corners.addAction(name, self._request_corner).setData(corner)
        self.addAction("Save this picture\N{HORIZONTAL ELLIPSIS}", self._request_save)
        self.addSeparator()

    def _request_open(self) -> None:
        self.openRequested.emit(self._index)

    def _request_corner(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self.cornerRequested.emit(self._index, action.data())

    def _request_save(self) -> None:
        self.saveRequested.emit(self._index)
