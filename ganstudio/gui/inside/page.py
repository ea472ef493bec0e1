"""A page of the window, below the diagram."""

from PySide6.QtWidgets import QWidget
from typing_extensions import override


class Page(QWidget):
    """Takes the height that there is: Qt would never give it less than its parts would like to have at its width."""

    @override
    def hasHeightForWidth(self) -> bool:
        return False
