"""FittingLabel: says the same in more words or fewer, as there is room; it cuts only what even the fewest exceed."""

import math

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent, QTextDocument, QTextDocumentFragment
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class FittingLabel(QLabel):
    """A line of text, plain or rich, in several wordings, the longest first; it asks for no room of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wordings: tuple[str, ...] = ("",)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def say(self, *wordings: str, tip: str = "") -> None:
        """Show the first of the wordings that there is room for; the tooltip has the longest, or says more."""
        self._wordings = wordings or ("",)
        self.setAccessibleName(_plain(self._wordings[0]))
        self.setToolTip(tip or self._wordings[0])
        self._fit()

    def full(self) -> str:
        """The longest wording."""
        return self._wordings[0]

    def wordings(self) -> tuple[str, ...]:
        """All of them, the longest first."""
        return self._wordings

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        room = self.contentsRect().width()
        shown = next((each for each in self._wordings if self._width(each) <= room), None)
        if shown is None:
            shown = self.fontMetrics().elidedText(_plain(self._wordings[-1]), Qt.TextElideMode.ElideRight, room)
        if shown != self.text():
            self.setText(shown)

    def _width(self, words: str) -> int:
        if not _is_rich(words):
            return self.fontMetrics().horizontalAdvance(words)
        document = QTextDocument()
        document.setDocumentMargin(0)
        document.setDefaultFont(self.font())
        document.setHtml(words)
        return math.ceil(document.idealWidth())


def _is_rich(words: str) -> bool:
    return "</" in words


def _plain(words: str) -> str:
    return QTextDocumentFragment.fromHtml(words).toPlainText() if _is_rich(words) else words
