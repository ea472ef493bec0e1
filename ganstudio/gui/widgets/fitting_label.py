"""Label that says the same in more words or fewer, as there is room."""

import math

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent, QTextDocument, QTextDocumentFragment
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.rich_text import RichText, as_tip
from ganstudio.text import one_line


class FittingLabel(Label):
    """Label for a line of text, plain or rich, in several wordings; it asks for no room of its own.

    Only where there is no room for the shortest wording is that one cut.

    Parameters
    ----------
    parent : QWidget, optional
        Qt's parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._wordings: tuple[str, ...] = ("",)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def say(self, *wordings: str, tip: str = "") -> None:
        """Show the first of the wordings that there is room for.

        Parameters
        ----------
        wordings : str
            The same in several lengths, the longest first.
        tip : str
            Tooltip; by default the longest wording.
        """
        self._wordings = tuple(each if _is_rich(each) else one_line(each) for each in wordings) or ("",)
        self.setAccessibleName(_plain(self._wordings[0]))
        self.setToolTip(as_tip(tip or self._wordings[0]))
        self._fit()

    def full(self) -> str:
        """Return the longest wording."""
        return self._wordings[0]

    def wordings(self) -> tuple[str, ...]:
        """Return all wordings, the longest first."""
        return self._wordings

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        room = self.contentsRect().width()
        shown = next((wording for wording in self._wordings if self._width(wording) <= room), None)
        if shown is None:
            shown = self.fontMetrics().elidedText(_plain(self._wordings[-1]), Qt.TextElideMode.ElideRight, room)
        if shown != self.text():
            self.setText(shown)

    def _width(self, text: str) -> int:
        if not _is_rich(text):
            return self.fontMetrics().horizontalAdvance(text)
        document = QTextDocument()
        document.setDocumentMargin(0)
        document.setDefaultFont(self.font())
        document.setHtml(text)
        return math.ceil(document.idealWidth())


def _is_rich(text: str) -> bool:
    return isinstance(text, RichText)


def _plain(text: str) -> str:
    return QTextDocumentFragment.fromHtml(text).toPlainText() if _is_rich(text) else text
