"""Label for a line of text that is cut where there is no room."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.text import one_line


class ElidedLabel(Label):
    """Label for a line of text that ends in … where there is no room; the tooltip has all of it.

    Parameters
    ----------
    text : str
        The text.
    parent : QWidget, optional
        Qt's parent.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.set_full(text)

    def set_full(self, text: str, tip: str = "") -> None:
        """Show a text, cut to the room there is, with `tip` or the whole text as its tooltip."""
        self._full, self._tip = one_line(text), tip or text
        self.setAccessibleName(self._full)
        self.setToolTip(as_tip(self._tip))
        self._elide()

    def full(self) -> str:
        """Return the whole text."""
        return self._full

    def tip(self) -> str:
        """Return the text of the tooltip, as it was given."""
        return self._tip

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        self._elide()  # the style sheet may have changed the font since
        super().paintEvent(event)

    def _elide(self) -> None:
        elided = QFontMetrics(self.font()).elidedText(self._full, Qt.TextElideMode.ElideRight, self.width())
        if elided != self.text():
            self.setText(elided)
