"""Small buttons of the explorer's pages."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QToolButton, QWidget

from ganstudio.gui.explorer.morph_field import CORNERS
from ganstudio.gui.widgets.rich_text import wrapped


def make_button(text: str, tooltip: str, parent: QWidget, name: str = "") -> QPushButton:
    """Make a small button; its accessible name is the first sentence of the tooltip, which says more than its text."""
    button = QPushButton(text, parent)
    button.setProperty("small", True)
    button.setToolTip(wrapped(tooltip))
    button.setAccessibleName(tooltip.split(".")[0])
    button.setObjectName(name)
    return button


class CornerButton(QToolButton):
    """Button whose menu puts a picture into a corner of the morph square.

    Parameters
    ----------
    parent
        Qt's parent.
    """

    cornerRequested = Signal(int)  # index of the corner

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("toCornerButton")
        self.setText("to corner")
        self.setAccessibleName("put the picture found in a corner of the morph square")
        self.setToolTip(wrapped("Puts the picture found in a corner of the morph square."))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setProperty("small", True)
        menu = QMenu(self)
        for index, name in enumerate(CORNERS):
            menu.addAction(name).setData(index)
        menu.triggered.connect(self._request_corner)
        self.setMenu(menu)

    def _request_corner(self, action: QAction) -> None:
        self.cornerRequested.emit(action.data())
