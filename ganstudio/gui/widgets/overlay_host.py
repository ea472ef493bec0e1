"""Stage: something that fills a room, and something else that floats over it without moving it."""

from PySide6.QtWidgets import QGridLayout, QLayout, QVBoxLayout, QWidget

from ganstudio.gui.widgets.theme import SPACE


class OverlayHost(QWidget):
    """A layout, and widgets over the upper part of it."""

    def __init__(self, filling: QLayout, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        cell = QGridLayout(self)
        cell.setContentsMargins(0, 0, 0, 0)
        cell.addLayout(filling, 0, 0)
        self._over = QVBoxLayout()
        self._over.setContentsMargins(*(SPACE,) * 4)
        self._over.addStretch(1)
        cell.addLayout(self._over, 0, 0)

    def float(self, widget: QWidget) -> None:
        """Put a widget over what fills the stage."""
        self._over.insertWidget(self._over.count() - 1, widget)
        widget.raise_()

    def hasHeightForWidth(self) -> bool:
        return False  # what floats over it takes no room from anything around
