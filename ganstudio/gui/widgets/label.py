"""Label: all labels of the window are one, or made from it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from typing_extensions import override

from ganstudio.gui.widgets.rich_text import RichText
from ganstudio.text import readable


class Label(QLabel):
    """Label that shows text letter by letter, where QLabel would draw as HTML what looks like it.

    Parameters
    ----------
    text : str
        The text; `RichText` is drawn as such.
    parent : QWidget, optional
        Qt's parent.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if text:
            self.setText(text)

    @override
    def setText(self, text: str) -> None:
        is_rich = isinstance(text, RichText)
        wanted = Qt.TextFormat.RichText if is_rich else Qt.TextFormat.PlainText
        if self.textFormat() != wanted:
            super().setText("")  # the text from before must not be read in the format of this one
            self.setTextFormat(wanted)
        super().setText(text if is_rich else readable(text))
