"""Formulas in a panel, one below the other."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from ganstudio.gui.help import formula_picture
from ganstudio.gui.help.formula import parse, plain
from ganstudio.gui.help.formula_picture import FormulaPicture
from ganstudio.gui.widgets import theme

_MIN_WIDTH = 120  # px


class FormulaLabel(QWidget):
    """Formulas, as `ganstudio.gui.help.formula` reads them; with smaller letters where there is less room.

    Parameters
    ----------
    parent
        Qt's parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formulas: tuple[str, ...] = ()
        self._pictures: list[FormulaPicture] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def formulas(self) -> tuple[str, ...]:
        """What is shown."""
        return self._formulas

    def show_formulas(self, formulas: Sequence[str]) -> None:
        """Show these formulas."""
        if self._formulas != tuple(formulas):
            self._formulas = tuple(formulas)
            self.setAccessibleName("; ".join(plain(parse(text)).replace("\n", "; ") for text in formulas))
            self._lay_out()

    def _lay_out(self) -> None:
        size = max(theme.SMALL, self.fontInfo().pixelSize())
        self._pictures = [formula_picture.fit(text, size, max(_MIN_WIDTH, self.width())) for text in self._formulas]
        gaps = theme.SPACE // 2 * max(0, len(self._pictures) - 1)
        self.setFixedHeight(sum(picture.height for picture in self._pictures) + gaps)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(max([_MIN_WIDTH, *(picture.width for picture in self._pictures)]), self.minimumHeight())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(_MIN_WIDTH, self.minimumHeight())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lay_out()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._lay_out()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter, top = QPainter(self), 0.0
        colour = self.palette().color(self.foregroundRole())
        for picture in self._pictures:
            painter.drawImage(QPointF(0.0, top), picture.image(colour, self.devicePixelRatioF()))
            top += picture.height + theme.SPACE // 2
