"""Widget that is filled by a layout, with other widgets floating over it."""

from PySide6.QtWidgets import QGridLayout, QLayout, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.gui.widgets.theme import SPACE


class OverlayHost(QWidget):
    """Widget that is filled by a layout; `float` puts others over its upper part, which moves nothing.

    Parameters
    ----------
    filling : QLayout
        What fills it.
    parent : QWidget, optional
        Qt's parent.
    """

    def __init__(self, filling: QLayout, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        cell = QGridLayout(self)
        cell.setContentsMargins(0, 0, 0, 0)
        cell.addLayout(filling, 0, 0)
        self._overlay = QVBoxLayout()
        self._overlay.setContentsMargins(*(SPACE,) * 4)
        self._overlay.addStretch(1)
        cell.addLayout(self._overlay, 0, 0)

    def float(self, widget: QWidget) -> None:
        """Put a widget over the layout."""
        self._overlay.insertWidget(self._overlay.count() - 1, widget)
        widget.raise_()

    @override
    def hasHeightForWidth(self) -> bool:
        return False  # what floats over it takes no room from anything around
