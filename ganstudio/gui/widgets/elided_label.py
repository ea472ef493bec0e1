"""A line of text that is cut where there is no room."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy


class ElidedLabel(QLabel):
    """A line of text that ends in … where there is no room; the tooltip has all of it."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self._full = text
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.set_full(text)

    def set_full(self, text: str, tip: str = "") -> None:
        """Show `text`, cut to the room there is; `tip` says more."""
        self._full = text
        self.setAccessibleName(text)
        self.setToolTip(tip or text)
        self._cut()

    def full(self) -> str:
        """The whole text."""
        return self._full

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._cut()  # the style sheet may have changed the font since
        super().paintEvent(event)

    def _cut(self) -> None:
        cut = QFontMetrics(self.font()).elidedText(self._full, Qt.TextElideMode.ElideRight, self.width())
        if cut != self.text():
            self.setText(cut)
